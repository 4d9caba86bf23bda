"""`relwatch export`: a selection as a file."""

from typing import Annotated

import typer

from relwatch.cli import asking
from relwatch.cli.options import Asked, Listed, Shown
from relwatch.cli.results import Events, Result
from relwatch.cli.spreading import spread
from relwatch.errors import AskedWrongly


@spread(Asked, Listed, Shown)
def run(
    asked: Asked,
    listed: Listed,
    shown: Shown,
    file: Annotated[str, typer.Argument(metavar="FILE", help="Where to; - is standard output.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
) -> Result:
    """Write a selection into a file, in the format its extension names or --format says.

    csv, tsv, json (an array), ndjson, markdown; a corpus of the selection (--format corpus, or a
    name that ends in .corpus.json) or relwatch's table (parquet), which -C read back. Notes marked
    internal are left out.

    Examples:

    - `relwatch export timeline.md`
    - `relwatch export events.csv`
    - `relwatch export military.corpus.json --category military`
    - `relwatch export - --format ndjson --from 2021-10`
    - `relwatch export gdelt.parquet -C 'gdelt/*.CSV'`
    """
    from relwatch.cli.exporting import export, format_of, room_beside

    if listed.count:
        raise AskedWrongly(
            "--count and export exclude each other", "`relwatch list --count` counts"
        )
    # The file holds what was asked for, whatever the terminal would show of it.
    with room_beside(file, format_of(file, shown)) as spare:
        result = asking.find(asked, listed, listed.limit or None, spare)
        assert isinstance(result, Events)
        return export(result, file, shown, force=force)
