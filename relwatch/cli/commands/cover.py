"""`relwatch cover`: what the corpus claims to cover."""

from typing import Annotated

import typer

from relwatch.cli.curating import Into
from relwatch.cli.options import Shown
from relwatch.cli.results import Lines, Result
from relwatch.cli.spreading import spread


@spread(Into, Shown)
def run(
    into: Into,
    shown: Shown,
    start: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first covered day.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="The last covered day.")
    ] = None,
    basis: Annotated[
        str | None, typer.Option("--basis", metavar="TEXT", help="How it was covered.")
    ] = None,
    note: Annotated[
        str | None, typer.Option("--note", metavar="TEXT", help="What was read.")
    ] = None,
) -> Result:
    """Move the end of the covered stretch, or add a stretch with both ends.

    Inside a covered stretch an empty month is a true zero; outside it is unknown. A note and a
    basis are about the days that are new: with another one than before, these are a stretch of
    their own. Both ends of a stretch that is there change what it says.

    Examples:

    - `relwatch cover -C mine.json --to 2022-01-16 --note "TASS, Xinhua read"`
    - `relwatch cover -C mine.json --from 2019-01-01 --to 2019-06-30`
    """
    from relwatch.cli.curating import keeping
    from relwatch.curation import covering

    with keeping(into.path) as kept:
        made = covering.cover(kept.document, start, end, basis, note)
        changed = kept.write(f"cover {made.days}")
        stretches = list(kept.document.room("coverage"))
    return Lines(
        made.said if changed else ("nothing changed",),
        lines=[covering.stretch_line(one) for one in stretches],
        value=stretches,
    )
