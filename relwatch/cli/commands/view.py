"""`relwatch view`: save, list and remove questions."""

from typing import Annotated

import typer

from relwatch.cli import asking, completion
from relwatch.cli.options import Asked, Shown, request
from relwatch.cli.results import Lines, Result
from relwatch.cli.spreading import spread

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    help="Save, list and remove questions.",
)


@app.command("save")
@spread(Asked, Shown)
def save(
    asked: Asked,
    shown: Shown,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    expression: Annotated[list[str] | None, typer.Argument(metavar="[EXPRESSION]")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a view of that name.")] = False,
) -> Result:
    """Save a question under a name, with names and dates resolved.

    Examples:

    - `relwatch view save drills military and tag:drill`
    - `relwatch view save autumn --from 2021-09 --to 2021-11`
    - `relwatch list --view drills`
    """
    from relwatch.corpora.settings import View, changing_views
    from relwatch.errors import AskedWrongly

    if not name.strip() or name.startswith("-"):
        raise AskedWrongly("a view needs a name", "as in relwatch view save drills tag:drill")
    library = asking.opened(asked)
    selected = library.ask(request(asked, expression=" ".join(expression or ())))
    dates = "checked" if selected.selection.checked else "stated"
    with changing_views() as views:
        if name in views and not force:
            raise AskedWrongly(f"there is a view named “{name}” already", "--force replaces it")
        views[name] = View(str(selected), dates, library.corpus.id)
    said = f"saved {name}: {str(selected) or 'every event'} ({selected.count():,} events now)"
    return Lines((*selected.selection.remarks, said), asking.explained(asked, selected), lines=())


@app.command("list")
@spread(Shown)
def list_views(shown: Shown) -> Result:
    """List the saved views: name, dates, expression."""
    from relwatch.corpora.settings import read_views

    views = read_views()
    size = max(map(len, views), default=0)
    return Lines(
        () if views else ("no views yet; `relwatch view save NAME EXPRESSION` saves one",),
        (),
        not views,
        lines=[
            f"{name:<{size}}  {view.dates:<7}  {view.expression}" for name, view in views.items()
        ],
        value=[
            {"name": name, "dates": v.dates, "corpus": v.corpus, "expression": v.expression}
            for name, v in views.items()
        ],
    )


@app.command("remove")
@spread(Shown)
def remove(
    shown: Shown,
    names: Annotated[list[str], typer.Argument(metavar="NAME...", autocompletion=completion.views)],
) -> Result:
    """Remove saved views."""
    from relwatch.corpora.settings import changing_views, view_named

    for name in names:
        view_named(name)
    with changing_views() as views:
        for name in names:
            views.pop(name, None)
    return Lines((f"removed {', '.join(names)}",), lines=())
