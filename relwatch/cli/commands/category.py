"""`relwatch category`: the categories of a corpus."""

from typing import Annotated

import typer

from relwatch.cli.curating import Into
from relwatch.cli.declaring import Id, added, app_of
from relwatch.cli.options import Shown
from relwatch.cli.results import Result
from relwatch.cli.spreading import spread

app = app_of("categories", "category")


@app.command("add")
@spread(Into, Shown)
def add(
    into: Into,
    shown: Shown,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    hue: Annotated[
        str | None, typer.Option("--hue", metavar="NAME", help="As cyan, red, yellow.")
    ] = None,
    identifier: Id = None,
) -> Result:
    """Declare a category; its id is printed.

    Examples:

    - `relwatch category add Culture -C mine.json`
    """
    return added(into, "categories", "category", {"id": identifier, "name": name, "color": hue})
