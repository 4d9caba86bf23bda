"""Writing an answer into a file: the whole file or nothing, and what was left out is said."""

import io
from pathlib import Path
from typing import Any

import msgspec

from relwatch.answers import Found
from relwatch.cli.options import Shown
from relwatch.cli.results import Document, Events, Lines, Result
from relwatch.corpora.settings import replace_file
from relwatch.errors import AskedWrongly
from relwatch.formats import format_named, format_of_file, module
from relwatch.model import Event, Note


def export(result: Events, file: str, shown: Shown, *, force: bool) -> Result:
    """Write events to `file`, or to standard output for "-".

    Raises AskedWrongly when the target exists and `force` is not given.
    """
    name = format_of(file, shown)
    path = Path(file)
    if file != "-":
        if path.is_dir():
            raise AskedWrongly(f"{file}: is a folder", "name a file in it")
        if path.exists() and not force:
            raise AskedWrongly(f"{file}: exists already", "--force replaces it")
    text, said = written(result.found, name, shown, file)
    if file == "-":
        return Document((*result.remarks, *said), result.explained, result.empty, text=text)
    replace_file(path, text.encode("utf-8", "surrogatepass"))
    events = f"{result.shown:,} event{'' if result.shown == 1 else 's'}"
    said.append(f"{events} written to {file} ({name})")
    return Lines((*result.remarks, *said), result.explained, result.empty, lines=())


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


def written(found: Found, name: str, shown: Shown, file: str) -> tuple[str, list[str]]:
    """The text of the file, and what a user should know of it."""
    published, hidden = without_internal(found)
    settings: dict[str, Any] = {}
    if shown.excel:
        if name not in ("csv", "tsv"):
            raise AskedWrongly("--excel goes with csv and tsv")
        settings["excel"] = True
    if name == "markdown":
        settings["document"] = True
    out = io.StringIO()
    dropped = module(name).events(published, out.write, **settings)
    said = []
    if hidden:
        said.append(f"{hidden:,} internal note{'' if hidden == 1 else 's'} left out")
    if dropped:
        said.append(
            f"{dropped:,} link{'' if dropped == 1 else 's'} to events outside the selection dropped"
        )
    return out.getvalue(), said


def without_internal(found: Found) -> tuple[Found, int]:
    """The same events without their internal notes, and how many notes that were."""
    hidden = 0
    cleaned: dict[str, bytes] = {}
    hits = []
    for hit in found.hits:
        event = hit.event
        kept = tuple(note for note in event.notes if note.kind != "internal")
        if len(kept) < len(event.notes):
            hidden += len(event.notes) - len(kept)
            cleaned[event.id] = _raw_without(found.raw(event))
            hit = msgspec.structs.replace(hit, event=msgspec.structs.replace(event, notes=kept))
        hits.append(hit)

    def raw(event: Event) -> bytes:
        return cleaned.get(event.id) or found.raw(event)

    return msgspec.structs.replace(found, hits=hits, raw=raw), hidden


def _raw_without(raw: bytes) -> bytes:
    fields = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    notes = msgspec.json.decode(fields["notes"], type=list[msgspec.Raw])
    kept = [note for note in notes if msgspec.json.decode(note, type=Note).kind != "internal"]
    fields["notes"] = msgspec.Raw(msgspec.json.encode(kept))
    if not kept:
        del fields["notes"]
    return msgspec.json.encode(fields)
