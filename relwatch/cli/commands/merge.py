"""`relwatch merge`: two edited copies made one; also a merge driver for git."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import structs

from relwatch.cli.options import Shown
from relwatch.cli.results import Document, Lines, Result
from relwatch.cli.spreading import spread
from relwatch.errors import AskedWrongly, DataWrong, Problem

if TYPE_CHECKING:
    from relwatch.curation.joining import Conflict
    from relwatch.curation.merging import Moved


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
    force: Annotated[bool, typer.Option("--force", help="Replace a file -o names.")] = False,
    name: Annotated[
        str | None,
        typer.Option("--name", metavar="FILE", help="What messages call it: git's temporary names say nothing."),
    ] = None,
) -> Result:  # fmt: skip
    """Join two edited copies of a corpus, by event id and field.

    The result goes into A; how many of its events are new, changed and gone is said. What both changed differently is listed, ours stands in the result,
    and the exit code is 3; with --json the list is data on stdout. As git's merge driver: `git
    config merge.relwatch.driver "relwatch merge --base %O %A %B --name %P"` and, in
    .gitattributes, `mine.json merge=relwatch`.

    Examples:

    - `relwatch merge --base old.json mine.json hers.json`
    - `relwatch merge --base old.json mine.json hers.json --output joined.json`
    """
    from relwatch.corpora import keeping, reading
    from relwatch.curation.merging import merge

    mine = Path(ours)
    keeping.refuse_bundled(mine)
    if output not in (None, "-") and Path(output).exists():
        if mine.exists() and Path(output).samefile(mine):
            output = None  # as without it: only what was read is replaced
        elif not force:
            raise AskedWrongly(f"{output}: is there already", "choose another name, or use --force")
    if output not in (None, "-"):
        keeping.refuse_bundled(Path(output))
    before = reading.read_bytes(mine)
    old = reading.read_bytes(Path(base)) if base is not None else b""
    if name is None:
        names = (base or "", ours, theirs)
    else:
        names = (f"{name} (what both came from)", f"{name} (ours)", f"{name} (theirs)")
    merged = merge(
        old if old.strip() else None,  # git gives an empty file when both sides made it
        before, reading.read_bytes(Path(theirs)), names,
    )  # fmt: skip
    wrong = _wrong(merged.conflicts, name or output or ours)
    said = _moved(merged.moved)
    said += tuple(
        f"their {was} is another event than ours of that id: it is {now} now"
        for was, now in merged.apart
    )
    if base is None:
        said += ("without --base nobody knows what was removed: what one of them holds is there",)
    if output == "-":
        text = merged.content.decode()
        return Document(said, write=lambda out: _whole(out, text), wrong=wrong)
    keeping.put(mine if output is None else Path(output), merged.content, f"merge {theirs}",
                expected=before if output is None else None)  # fmt: skip
    return Lines(
        (f"{name or output or ours} holds both", *said) if wrong is None else said,
        lines=(),
        value=[structs.asdict(one) for one in merged.conflicts],
        wrong=wrong,
    )


def _moved(moved: "Moved") -> tuple[str, ...]:
    """What became of our events: a copy that is not what it was taken for is seen here."""
    if moved == type(moved)():
        return ()
    number = moved.added or moved.changed or moved.removed
    counts = ((moved.added, "added"), (moved.changed, "changed"), (moved.removed, "removed"))
    told = [f"{count:,} {how}" for count, how in counts if count]
    told[0] = told[0].replace(" ", f" event{'' if number == 1 else 's'} ", 1)
    return (f"in our copy: {', '.join(told)}",)


def _wrong(conflicts: tuple["Conflict", ...], file: str) -> DataWrong | None:
    if not conflicts:
        return None
    number = len(conflicts)
    # A conflict with a reason says itself what became of it.
    plain = sum(not one.reason for one in conflicts)
    stands = "ours stands in the result" if plain else "what is said there is the result"
    if 0 < plain < number:
        stands += " where nothing else is said"
    return DataWrong(
        tuple(
            Problem(
                file, one.where,
                one.reason or _both(one),
            )
            for one in conflicts
        ),
        f"{number} conflict{'' if number == 1 else 's'}: {stands}; "
        f"{' or '.join(dict.fromkeys(map(_way, conflicts)))} to decide otherwise",
    )  # fmt: skip


def _both(conflict: "Conflict") -> str:
    from relwatch.cli.curating import shown_apart

    ours, theirs = shown_apart(conflict.ours, conflict.theirs)
    return f"{conflict.field}: ours {ours}, theirs {theirs}"


def _way(conflict: "Conflict") -> str:
    """What decides a conflict otherwise."""
    if conflict.where.startswith("event "):
        return "`relwatch edit`"
    word = conflict.where.split(" ")[0]
    if word in ("category", "actor", "source"):
        return f"`relwatch {word} {'merge' if conflict.field == '(all)' else 'rename'}`"
    return "`relwatch cover`" if conflict.field == "coverage" else "a text editor"


def _whole(out: Callable[[str], object], text: str) -> list[str]:
    out(text)
    return []
