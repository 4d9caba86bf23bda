"""`relwatch merge`: two edited copies made one; also a merge driver for git."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from relwatch.cli.options import Shown
from relwatch.cli.results import Document, Lines, Result
from relwatch.cli.spreading import spread
from relwatch.errors import DataWrong, Problem


@spread(Shown)
def run(
    shown: Shown,
    ours: Annotated[str, typer.Argument(metavar="A", help="Our copy; it gets the result.")],
    theirs: Annotated[str, typer.Argument(metavar="B", help="The other copy.")],
    base: Annotated[
        str | None, typer.Option("--base", metavar="O", help="What both copies came from.")
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Not into A; - is stdout.")
    ] = None,
) -> Result:
    """Join two edited copies of a corpus, by event id and field.

    The result goes into A. What both changed differently is listed, ours stands in the result,
    and the exit code is 3. As git's merge driver: `git config merge.relwatch.driver "relwatch
    merge --base %O %A %B"` and, in .gitattributes, `mine.json merge=relwatch`.

    Examples:

    - `relwatch merge --base old.json mine.json hers.json`
    - `relwatch merge --base old.json mine.json hers.json --output joined.json`
    """
    from relwatch.cli.curating import shown as short
    from relwatch.corpora import keeping, reading
    from relwatch.curation.merging import merge

    mine = Path(ours)
    keeping.refuse_bundled(mine)
    before = reading.read_bytes(mine)
    old = reading.read_bytes(Path(base)) if base is not None else b""
    merged = merge(
        old if old.strip() else None,  # git gives an empty file when both sides made it
        before, reading.read_bytes(Path(theirs)), (base or "", ours, theirs),
    )  # fmt: skip
    if output == "-":
        text = merged.content.decode()
        result: Result = Document(write=lambda out: _whole(out, text))
    else:
        keeping.put(mine if output is None else Path(output), merged.content, f"merge {theirs}",
                    expected=before if output is None else None)  # fmt: skip
        result = Lines((f"{output or ours} holds both",) if not merged.conflicts else (), lines=())
    if merged.conflicts:
        if output == "-":
            print(merged.content.decode(), end="")
        problems = tuple(
            Problem(
                output or ours, one.where,
                one.reason or f"{one.field}: ours {short(one.ours)}, theirs {short(one.theirs)}",
            )
            for one in merged.conflicts
        )  # fmt: skip
        number = len(problems)
        raise DataWrong(
            problems,
            f"{number} conflict{'' if number == 1 else 's'}: ours stands in the result; "
            "`relwatch edit` to decide otherwise",
        )
    return result


def _whole(out: Callable[[str], object], text: str) -> list[str]:
    out(text)
    return []
