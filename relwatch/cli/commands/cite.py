"""`relwatch cite`: one more source for an event."""

from typing import Annotated

import typer

from relwatch.cli import completion, curating
from relwatch.cli.curating import Into
from relwatch.cli.options import Shown
from relwatch.cli.results import Lines, Result
from relwatch.cli.spreading import spread


@spread(Into, Shown)
def run(
    into: Into,
    shown: Shown,
    event: Annotated[str, typer.Argument(metavar="ID", autocompletion=completion.ids)],
    source: Annotated[
        str, typer.Option("--source", metavar="NAME", help="Who reports it: an id or a title.")
    ] = "",
    grade: Annotated[
        str | None, typer.Option("--grade", metavar="MARK", help="Admiralty mark, as B2.")
    ] = None,
    url: Annotated[str | None, typer.Option("--url", metavar="ADDRESS")] = None,
    locator: Annotated[
        str | None, typer.Option("--locator", metavar="TEXT", help="Page or paragraph.")
    ] = None,
    create: Annotated[
        bool, typer.Option("--create", help="Declare the source when it is not yet.")
    ] = False,
) -> Result:
    """Add a source to an event.

    Examples:

    - `relwatch cite 2022-01-10-ministers --source TASS --grade B2 --url https://tass.com/1`
    """
    from relwatch.corpora.keeping import keeping
    from relwatch.curation import editing
    from relwatch.curation.naming import Naming

    with keeping(into.path) as kept:
        naming = Naming(kept.document, create)
        name = editing.one_id(kept.document, event)
        citation = {
            "source": naming.source(source, url),
            "grade": grade,
            "url": url,
            "locator": locator,
        }
        old = kept.document.event(name)
        if not editing.cite(kept.document, name, citation):
            return Lines((f"{name} cites that already",), (), True, lines=())
        kept.write(f"cite {name}")
        changes = editing.differences(old, kept.document.event(name))
    return Lines(
        tuple(f"declared {one}" for one in naming.made),
        lines=curating.told(changes),
        value=curating.plain(changes),
    )
