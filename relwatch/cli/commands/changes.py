"""`relwatch changes`: what is new, changed, corrected, removed."""

from typing import Annotated

import typer

from relwatch.cli import curating
from relwatch.cli.curating import Into
from relwatch.cli.options import Shown
from relwatch.cli.results import Lines, Result
from relwatch.cli.spreading import spread
from relwatch.errors import AskedWrongly


@spread(Into, Shown)
def run(
    into: Into,
    shown: Shown,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Since the beginning of a day.")
    ] = None,
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="FILE|REVISION", help="Another file, or a git revision."),
    ] = None,
    fields: Annotated[bool, typer.Option("--fields", help="Show old and new values.")] = False,
) -> Result:
    """List new, changed, corrected and removed events, judgements, declarations and coverage.

    --since looks in git, then in the corpus's own history; before the first state that is known
    every event and judgement is new.

    Examples:

    - `relwatch changes -C mine.json --since 2022-01-10`
    - `relwatch changes -C mine.json --against HEAD~1 --fields`
    - `relwatch changes -C mine.json --against last-week.json --json`
    """
    from datetime import date

    from relwatch.corpora import places
    from relwatch.corpora.settings import chosen_corpus
    from relwatch.curation import changes
    from relwatch.periods import parse

    path = places.find(chosen_corpus(into.corpus))
    if (since is None) == (against is None):
        raise AskedWrongly(
            "since when, or against what?", "--since DATE or --against FILE|REVISION"
        )
    if against is not None:
        earlier = changes.against(path, against)
    else:
        first = parse(since or "").first
        if first is None:
            raise AskedWrongly(f"--since takes a date, not “{since}”", "as in --since 2022-01-10")
        earlier = changes.since(path, date.fromordinal(first))
    found = changes.changes(path, earlier)
    lines = []
    for one in found:
        names = f" ({', '.join(c.field for c in one.fields)})" if one.fields and not fields else ""
        # Events and judgements are what a corpus is about; of all else the kind is named.
        kind = "" if one.kind in ("event", "assessment") else f"{one.kind} "
        told = f"{one.title}{names}".strip()
        lines.append(f"{one.what:<9}  {kind}{one.id}  {told}".rstrip())
        if fields:
            for c in one.fields:
                old, new = curating.shown_apart(c.old, c.new)
                lines.append(f"    {c.field}: {old} → {new}")
    return Lines(
        (earlier.told, *(() if found else ("nothing changed",))),
        (),
        not found,
        lines=lines,
        value=[
            {"what": one.what, "kind": one.kind, "id": one.id, "title": one.title,
             "fields": [{"field": c.field, "old": c.old, "new": c.new} for c in one.fields]}
            for one in found
        ],
    )  # fmt: skip
