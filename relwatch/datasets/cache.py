"""Tables in the user's cache folder: of data sets, and of corpora that an engine of SQL was asked.

A data set's is known by path, size, time and options of its files, a corpus's by what it holds. An
entry is the table, what its conversion reported, and for a data set the rejected lines. Nothing here
is the only copy of anything: all of it can be cleared at any time.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct

from relwatch.corpora.places import user_folder
from relwatch.corpora.reading import raws, read_bytes
from relwatch.datasets import table
from relwatch.datasets.conversion import PLAIN, Options, Progress, Report, convert, nothing
from relwatch.datasets.sources import find
from relwatch.errors import SystemRefused
from relwatch.model import Corpus

_READERS = 2
"""Raised when a reader gives other events for the same files, so that old entries are not used."""


class Entry(Struct, frozen=True, kw_only=True):
    """One converted data set: its files, how it was asked for, what came of it.

    `question` is the same for the same paths and options, whatever their files hold by now;
    `paths` are absolute.
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
    spare: Path | None = None,
) -> tuple[Path, Report, bool]:
    """The table of a data set, its report, and whether it was converted just now.

    Raises what `conversion.convert` raises. `within` is the cache folder, the user's when None;
    where nothing can be written in it the table is put into the folder `spare`, if there is one.
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
    try:
        _make_ready(place)
    except SystemRefused:
        if spare is None:
            raise
        return table_for(paths, options, progress=progress, rejects=rejects, within=spare)
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
        _keep(place, Entry(key=key, question=question, paths=_absolute(paths), report=report))
    return target, report, True


def table_of(corpus: Corpus, content: bytes, path: Path, *, within: Path | None = None) -> Path:
    """The table of a corpus in JSON, whose file `path` has this content."""
    place = within or folder()
    paths = _absolute((str(path),))
    question = sha256(msgspec.json.encode([table.SCHEMA, "corpus", paths])).hexdigest()[:20]
    key = sha256(table.SCHEMA.encode() + question.encode() + content).hexdigest()[:20]
    target = place / f"{key}.parquet"
    if _entry(place / f"{key}.json") is not None and target.is_file():
        return target
    _make_ready(place)
    count = table.write(corpus.events, corpus, target, raws=raws(content))
    report = Report(
        dataset="corpus",
        title=corpus.title,
        versions=(corpus.format,),
        licence="",
        files=1,
        rows=count,
        kept=count,
        rejected=0,
    )
    with table.refusals(str(place)):
        _keep(place, Entry(key=key, question=question, paths=paths, report=report))
    return target


def _absolute(paths: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(str(Path(path).expanduser().absolute()) for path in paths))


def _make_ready(place: Path) -> None:
    """The cache folder, made and tried; SystemRefused, with the ways out, where that cannot be."""
    from tempfile import TemporaryDirectory

    try:
        place.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".relwatch-", dir=place):
            pass
    except OSError as error:
        raise SystemRefused(
            f"the cache folder {place} cannot be written: {os.strerror(error.errno or 0)}",
            "XDG_CACHE_HOME names another place for it; `relwatch export FILE.parquet` needs none",
        ) from None


def _keep(place: Path, entry: Entry) -> None:
    """Keep an entry whose table is there; what was kept of the same files before is given up."""
    (place / f"{entry.key}.json").write_bytes(msgspec.json.encode(entry))
    for other in entries(within=place):
        if other.entry.question == entry.question and other.entry.key != entry.key:
            _remove(place, other.entry.key)


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
    asked.update(msgspec.json.encode([table.SCHEMA, _READERS, _absolute(paths), shape]))
    asked.update(rules)
    answer = asked.copy()
    for path in sorted({source.path for source in find(paths).sources}):
        try:
            state = path.stat()
        except OSError as error:
            raise SystemRefused(f"{path}: {error.strerror or error}") from None
        answer.update(msgspec.json.encode([str(path.absolute()), state.st_size, state.st_mtime_ns]))
    return asked.hexdigest()[:20], answer.hexdigest()[:20]
