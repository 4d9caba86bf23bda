"""`relwatch source`: the sources of a corpus."""

from typing import Annotated

import typer

from relwatch.cli.curating import Into
from relwatch.cli.declaring import Id, Letter, added, app_of
from relwatch.cli.options import Shown
from relwatch.cli.results import Result
from relwatch.cli.spreading import spread

app = app_of("sources", "source")


@app.command("add")
@spread(Into, Shown)
def add(
    into: Into,
    shown: Shown,
    title: Annotated[str, typer.Argument(metavar="TITLE")],
    publisher: Annotated[str | None, typer.Option("--publisher", metavar="NAME")] = None,
    published: Annotated[str | None, typer.Option("--published", metavar="DATE")] = None,
    url: Annotated[str | None, typer.Option("--url", metavar="ADDRESS")] = None,
    archived: Annotated[str | None, typer.Option("--archived", metavar="ADDRESS")] = None,
    reliability: Annotated[Letter | None, typer.Option("--reliability", help="A to F.")] = None,
    identifier: Id = None,
) -> Result:
    """Declare a source; its id is printed.

    Examples:

    - `relwatch source add TASS --reliability C --url https://tass.com -C mine.json`
    """
    record = {
        "id": identifier, "title": title, "publisher": publisher, "published": published, "url": url,
        "archived": archived, "reliability": reliability,
    }  # fmt: skip
    return added(into, "sources", "source", record)
