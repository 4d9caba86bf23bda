"""`relwatch actor`: the actors of a corpus."""

from typing import Annotated

import typer

from relwatch.cli.curating import Into
from relwatch.cli.declaring import Id, Kind, Names, added, app_of
from relwatch.cli.options import Shown
from relwatch.cli.results import Result
from relwatch.cli.spreading import spread

app = app_of("actors", "actor")


@app.command("add")
@spread(Into, Shown)
def add(
    into: Into,
    shown: Shown,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    kind: Annotated[
        Kind | None, typer.Option("--kind", help="A country's name is a state.")
    ] = None,
    of: Annotated[
        str | None, typer.Option("--of", metavar="STATE", help="The state it belongs to.")
    ] = None,
    alias: Names = None,
    identifier: Id = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT")] = None,
) -> Result:
    """Declare an actor; its id is printed.

    Examples:

    - `relwatch actor add Turkey -C mine.json`
    - `relwatch actor add "Sergei Lavrov" --kind person --of RUS --alias Lavrov`
    """
    record = {
        "id": identifier,
        "name": name,
        "kind": kind,
        "of": of,
        "aliases": list(alias or ()),
        "note": note,
    }
    return added(into, "actors", "actor", record)
