"""Writing an answer into a file: the whole file or nothing, and what was left out is said."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import msgspec

from relwatch.answers import Found, Hit
from relwatch.cli.options import Shown
from relwatch.cli.progress import counting
from relwatch.cli.results import Document, Events, Lines, Result
from relwatch.errors import AskedWrongly
from relwatch.formats import format_named, format_of_file, module
from relwatch.model import Event, Note


def export(result: Events, file: str, shown: Shown, *, force: bool) -> Result:
    """Write events to `file`, or to standard output for "-".

    Raises AskedWrongly when the target exists and `force` is not given.
    """
    from relwatch.corpora.keeping import overwriting

    name = format_of(file, shown)
    path = Path(file)
    if file != "-":
        if path.is_dir():
            raise AskedWrongly(f"{file}: is a folder", "name a file in it")
        if path.is_file() and not force:
            raise AskedWrongly(f"{file}: exists already", "--force replaces it")
    elif name == "parquet":
        raise AskedWrongly("Parquet does not go to standard output", "name a file: events.parquet")
    published = Published(result.found)
    found = published.found
    said: list[str] = []
    # A pipe or a device is written into; only a file gives way to a new one.
    special = file != "-" and path.exists() and not path.is_file()
    over = nullcontext() if special or file == "-" else overwriting(path, f"export {name}")
    whole = result.library.whole_table(result.shown, found.selection) if name == "parquet" else None
    if whole is not None:
        from relwatch.corpora.writing import replacing

        with over, whole.open("rb") as table, replacing(path) as write:
            while piece := table.read(1 << 20):
                write(piece)
    elif name == "parquet":
        with over, counting(result.shown, "writing") as counted:
            events = (hit.event for hit in counted(found.hits))
            result.library.write_table(events, found.raw, path, found.asked)
        said += _noted(0, published.hidden)
    elif file == "-":
        return Document(
            result.remarks,
            result.explained,
            result.empty,
            write=lambda out: _noted(written(found, name, shown, out), published.hidden),
        )
    else:
        from relwatch.corpora.writing import replacing, through

        with over, through(path) if special else replacing(path) as write:
            pieces = Buffer(write)
            with counting(result.shown, "writing") as counted:
                streamed = streaming(found, counted)
                dropped = written(streamed, name, shown, pieces.add)
            pieces.flush()
        said += _noted(dropped, published.hidden)
    if found.checked and name not in ("markdown", "parquet"):
        said.append(f"{name} gives dates as stated; what was checked stands in notes")
    number = f"{result.shown:,} event{'' if result.shown == 1 else 's'}"
    said.append(f"{number} written to {file} ({name})")
    return Lines((*result.remarks, *said), result.explained, result.empty, lines=())


@contextmanager
def room_beside(file: str, name: str) -> Iterator[Path | None]:
    """A folder beside a table that is written, in which a data set can be converted; None for others.

    So a table can be made also where the cache cannot be written.
    """
    from tempfile import TemporaryDirectory

    folder = Path(file).parent
    if name != "parquet" or not os.access(folder, os.W_OK):
        yield None
        return
    with TemporaryDirectory(prefix=".relwatch-", dir=folder, ignore_cleanup_errors=True) as made:
        yield Path(made)


def streaming(found: Found, counted: Callable[[Iterable[Any]], Iterable[Any]]) -> Found:
    """The same events, told to `counted` as they go by."""

    def delimited(columns: tuple[str, ...], delimiter: str) -> Iterator[str | Event] | None:
        rows = found.delimited(columns, delimiter) if found.delimited else None
        return None if rows is None else iter(counted(rows))

    return msgspec.structs.replace(found, hits=counted(found.hits), delimited=delimited)


class Buffer:
    """Gathers text, and hands it on encoded in pieces that are worth a system call."""

    SIZE = 1 << 16

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self.write = write
        self.parts: list[str] = []
        self.size = 0

    def add(self, text: str) -> None:
        """Take some text."""
        self.parts.append(text)
        self.size += len(text)
        if self.size >= self.SIZE:
            self.flush()

    def flush(self) -> None:
        """Hand on what was gathered."""
        self.write("".join(self.parts).encode("utf-8", "surrogatepass"))
        self.parts.clear()
        self.size = 0


def format_of(file: str, shown: Shown) -> str:
    """The format asked for, else the one the extension names."""
    if shown.json:
        return "json"
    if shown.format is not None:
        return format_named(shown.format)
    if shown.excel and file == "-":
        return "csv"
    if file == "-":
        raise AskedWrongly(
            "standard output has no extension", "say --format csv, json, markdown, ..."
        )
    return format_of_file(file)


def written(found: Found, name: str, shown: Shown, out: Callable[[str], Any]) -> int:
    """Write events in a format; how many links were dropped."""
    settings: dict[str, Any] = {}
    if shown.excel:
        if name not in ("csv", "tsv"):
            raise AskedWrongly("--excel goes with csv and tsv")
        settings["excel"] = True
    if name == "markdown":
        settings["document"] = True
    return module(name).events(found, out, **settings) or 0


def _noted(dropped: int, hidden: int) -> list[str]:
    """What was left out of a file."""
    said = []
    if hidden:
        said.append(f"{hidden:,} internal note{'' if hidden == 1 else 's'} left out")
    if dropped:
        said.append(
            f"{dropped:,} link{'' if dropped == 1 else 's'} to events outside the selection dropped"
        )
    return said


class Published:
    """Events as they stream by, without their internal notes; `hidden` counts the notes."""

    def __init__(self, found: Found) -> None:
        self.hidden = 0
        self._given = found
        self._cleaned: dict[str, bytes] = {}
        self.found = msgspec.structs.replace(found, hits=self._hits(), raw=self._raw)

    def _hits(self) -> Iterator[Hit]:
        for hit in self._given.hits:
            event = hit.event
            if all(note.kind != "internal" for note in event.notes):
                yield hit
                continue
            kept = tuple(note for note in event.notes if note.kind != "internal")
            self.hidden += len(event.notes) - len(kept)
            self._cleaned[event.id] = _raw_without(self._given.raw(event))
            yield Hit(msgspec.structs.replace(event, notes=kept), hit.matched)

    def _raw(self, event: Event) -> bytes:
        return self._cleaned.get(event.id) or self._given.raw(event)


def _raw_without(raw: bytes) -> bytes:
    fields = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    notes = msgspec.json.decode(fields["notes"], type=list[msgspec.Raw])
    kept = [note for note in notes if msgspec.json.decode(note, type=Note).kind != "internal"]
    fields["notes"] = msgspec.Raw(msgspec.json.encode(kept))
    if not kept:
        del fields["notes"]
    return msgspec.json.encode(fields)
