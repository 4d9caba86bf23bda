"""Converted data sets in the user's cache folder, known by path, size, time and options of their files.

An entry is three files: the table, what its conversion reported, and the rejected lines. Nothing
here is the only copy of anything: all of it can be cleared at any time.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct

from relwatch.corpora.places import user_folder
from relwatch.corpora.reading import read_bytes
from relwatch.datasets import table
from relwatch.datasets.conversion import PLAIN, Options, Progress, Report, convert, nothing
from relwatch.datasets.sources import find
from relwatch.errors import SystemRefused

_READERS = 2
"""Raised when a reader gives other events for the same files, so that old entries are not used."""


class Entry(Struct, frozen=True, kw_only=True):
    """One converted data set: its files, how it was asked for, what came of it.

    `question` is the same for the same paths and options, whatever their files hold by now.
    """

    key: str
    question: str
    paths: tuple[str, ...]
    report: Report


class Kept(Struct, frozen=True):
    """An entry with its table, and the bytes it takes on disk."""

    entry: Entry
    path: Path
    size: int


def folder() -> Path:
    """Where converted data sets are kept."""
    return user_folder("cache") / "datasets"


def table_for(
    paths: tuple[str, ...],
    options: Options = PLAIN,
    *,
    progress: Callable[[Progress], None] = nothing,
    rejects: Path | None = None,
    within: Path | None = None,
) -> tuple[Path, Report, bool]:
    """The table of a data set, its report, and whether it was converted just now.

    Raises what `conversion.convert` raises. `within` is the cache folder, the user's when None.
    """
    place = within or folder()
    question, key = _known_by(paths, options)
    target, lines = place / f"{key}.parquet", place / f"{key}.rejects.tsv"
    entry = _entry(place / f"{key}.json")
    if entry is not None and target.is_file():
        if rejects is not None:
            with table.refusals(str(rejects)):
                rejects.write_bytes(lines.read_bytes())
        return target, entry.report, False
    with table.refusals(str(place)):
        place.mkdir(parents=True, exist_ok=True)
    kept = rejects or lines
    try:
        report = convert(paths, target, options, progress=progress, rejects=kept)
    except BaseException:
        if rejects is None:
            lines.unlink(missing_ok=True)
        raise
    with table.refusals(str(place)):
        if rejects is not None:
            lines.write_bytes(rejects.read_bytes())
        entry = Entry(key=key, question=question, paths=paths, report=report)
        (place / f"{key}.json").write_bytes(msgspec.json.encode(entry))
        for other in entries(within=place):
            if other.entry.question == question and other.entry.key != key:
                _remove(place, other.entry.key)
    return target, report, True


def entries(*, within: Path | None = None) -> tuple[Kept, ...]:
    """What is kept, by data set and paths."""
    place = within or folder()
    found = []
    for path in sorted(place.glob("*.json")) if place.is_dir() else ():
        entry = _entry(path)
        target = path.with_suffix(".parquet")
        if entry is not None and target.is_file():
            size = sum(file.stat().st_size for file in place.glob(f"{entry.key}.*"))
            found.append(Kept(entry, target, size))
    return tuple(sorted(found, key=lambda kept: (kept.entry.report.dataset, kept.entry.paths)))


def clear(*, within: Path | None = None) -> tuple[int, int]:
    """Remove all that is kept, half-made tables of runs that were killed included.

    Gives how many tables there were and the bytes that are free again.
    """
    from shutil import rmtree

    place = within or folder()
    kept = entries(within=place)
    size = 0
    with table.refusals(str(place)):
        for path in sorted(place.iterdir()) if place.is_dir() else ():
            if path.is_dir():
                size += sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
                rmtree(path)
            else:
                size += path.stat().st_size
                path.unlink()
    return len(kept), size


def _remove(place: Path, key: str) -> None:
    for path in place.glob(f"{key}.*"):
        path.unlink(missing_ok=True)


def _entry(path: Path) -> Entry | None:
    """An entry, or None where there is none that this version can read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Entry)
    except (OSError, msgspec.DecodeError):
        return None


def _known_by(paths: tuple[str, ...], options: Options) -> tuple[str, str]:
    """What a question is known by, and what its answer is: that depends on the files' times."""
    asked = sha256()
    rules = read_bytes(options.rules) if options.rules else b""
    shape = msgspec.structs.replace(options, rules=None)
    where = sorted(str(Path(path).expanduser().absolute()) for path in paths)
    asked.update(msgspec.json.encode([table.SCHEMA, _READERS, where, shape]))
    asked.update(rules)
    answer = asked.copy()
    for path in sorted({source.path for source in find(paths).sources}):
        try:
            state = path.stat()
        except OSError as error:
            raise SystemRefused(f"{path}: {error.strerror or error}") from None
        answer.update(msgspec.json.encode([str(path.absolute()), state.st_size, state.st_mtime_ns]))
    return asked.hexdigest()[:20], answer.hexdigest()[:20]
