"""`relwatch cite`: one more source for an event."""

from typing import Annotated

import typer

from relwatch.cli import completion, curating
from relwatch.cli.curating import Into
from relwatch.cli.options import Shown
from relwatch.cli.results import Lines, Result
from relwatch.cli.spreading import spread
from relwatch.corpora.documents import Record


@spread(Into, Shown)
def run(
    into: Into,
    shown: Shown,
    event: Annotated[str, typer.Argument(metavar="ID", autocompletion=completion.ids)],
    source: Annotated[
        str,
        typer.Option(
            "--source",
            metavar="NAME",
            autocompletion=completion.sources,
            help="Who reports it: an id or a title.",
        ),
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
    from relwatch.cli.curating import keeping
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
            said = f"{name} cites {citation['source']} already; nothing was written"
            return Lines((said,), (), True, lines=(), value=[])
        kept.write(f"cite {name}")
        changes = editing.differences(old, kept.document.event(name))
    return Lines(
        (*(f"declared {one}" for one in naming.made), *_replaced(name, old, citation)),
        lines=curating.told(changes),
        value=curating.plain(changes),
    )


def _replaced(name: str, old: Record, citation: Record) -> list[str]:
    """What a citation that was there before said otherwise: old and new value."""
    before: Record = next(
        (one for one in old.get("sources", ())
         if all(one.get(key) == (citation[key] or None) for key in ("source", "url"))),
        {},
    )  # fmt: skip
    return [
        f"{name} cited {citation['source']} already; {key}: {before[key]} → {citation[key]}"
        for key in ("grade", "locator")
        if before.get(key) and citation[key] and before[key] != citation[key]
    ]
