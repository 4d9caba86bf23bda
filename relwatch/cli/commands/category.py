"""`relwatch category`: the categories of a corpus."""

from typing import Annotated

import typer

from relwatch.cli.curating import Into
from relwatch.cli.declaring import Id, added, app_of
from relwatch.cli.options import Shown
from relwatch.cli.results import Result
from relwatch.cli.spreading import spread
from relwatch.errors import AskedWrongly

app = app_of("categories", "category")


@app.command("add")
@spread(Into, Shown)
def add(
    into: Into,
    shown: Shown,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    color: Annotated[
        str | None, typer.Option("--color", "--hue", metavar="NAME", help="As cyan, red, yellow.")
    ] = None,
    identifier: Id = None,
) -> Result:
    """Declare a category; its id is printed.

    Examples:

    - `relwatch category add Culture --color blue -C mine.json`
    """
    from relwatch.reference import COLORS

    if color in ("auto", "always", "never"):
        color = (
            None  # meant for the terminal, as with every other command; nothing is coloured here
        )
    if color and color not in COLORS:
        raise AskedWrongly(
            f"“{color}” is no colour terminals know", f"one of {', '.join(sorted(COLORS))}"
        )
    return added(into, "categories", "category", {"id": identifier, "name": name, "color": color})
