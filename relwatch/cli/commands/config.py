"""`relwatch config`: settings shown and changed."""

from typing import Annotated

import typer

from relwatch.cli import completion
from relwatch.cli.options import Shown
from relwatch.cli.results import Lines, Result
from relwatch.cli.spreading import spread

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    help="Show and change settings.",
)


@app.command("list")
@spread(Shown)
def list_settings(shown: Shown) -> Result:
    """List all settings and where they are kept."""
    import msgspec

    from relwatch.corpora.settings import read_settings, settings_file

    settings = msgspec.structs.asdict(read_settings())
    return Lines(
        (f"kept in {settings_file()}",),
        lines=[f"{name} = {_shown(value)}" for name, value in settings.items()],
        value=settings,
    )


@app.command("get")
@spread(Shown)
def get(
    shown: Shown,
    name: Annotated[str, typer.Argument(metavar="NAME", autocompletion=completion.settings)],
) -> Result:
    """Print one setting."""
    from relwatch.corpora.settings import read_settings, setting_named

    value = getattr(read_settings(), setting_named(name))
    return Lines(lines=(_shown(value),), value=value)


@app.command("set")
@spread(Shown)
def put(
    shown: Shown,
    name: Annotated[str, typer.Argument(metavar="NAME", autocompletion=completion.settings)],
    value: Annotated[str, typer.Argument(metavar="VALUE")],
) -> Result:
    """Change a setting. An empty value brings back its default.

    Examples:

    - `relwatch config set corpus iran-russia`
    - `relwatch config set dates checked`
    """
    from relwatch.corpora.settings import setting_named, write_setting

    key = setting_named(name)
    write_setting(key, value)
    return Lines((f"{key} = {value}" if value else f"{key} has its default again",), lines=())


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
