"""relwatch's own CSV and NDJSON: one event a record, with the fields of the corpus file.

In CSV the columns are the fields in the model's order, lists of text joined by "; ", everything
nested as JSON, booleans `true` and `false`; the guard that `text.guarded` puts before a text is
taken off. In NDJSON every line is an event as the corpus file has it.
"""

from __future__ import annotations

from functools import cache

import msgspec

from relwatch.corpora.reading import is_corpus_text
from relwatch.datasets.layout import Dataset, Finding, Head
from relwatch.datasets.sources import refused
from relwatch.model import Event
from relwatch.periods import date_days
from relwatch.text import unguarded

DATASET = Dataset(
    name="relwatch",
    title="relwatch's own CSV, NDJSON and Parquet",
    columns="27, by name (CSV); one event a line (NDJSON); a table (Parquet)",
    licence="",
    about="What `relwatch export` writes. Categories and states are declared from the rows; "
    "a corpus file keeps more (names of actors, sources, coverage).",
)

COLUMNS = tuple(Event.__struct_fields__)
_NEEDED = ("id", "date", "categories", "title")
_TEXT_LISTS = frozenset(
    ("categories", "actors", "initiators", "about", "tags", "follows", "derived")
)
_JSON = frozenset(("places", "quotes", "amounts", "sources", "notes", "origin"))


def recognise(head: Head) -> Finding | None:
    """Own CSV by its header, NDJSON by a first line that is an event."""
    if head.text.lstrip().startswith("{"):
        return _lines(head)
    header = head.quoted_cells()
    if "id" not in header or not {"date", "title", "categories"} & set(header):
        return None
    if len(set(header) & set(COLUMNS)) < 3:
        return None
    missing = [name for name in _NEEDED if name not in header]
    if missing:
        raise refused(head.name, f"relwatch's CSV, but without the columns {', '.join(missing)}")
    unknown = [name for name in header if name not in COLUMNS]
    if unknown:
        raise refused(
            head.name,
            f"relwatch's CSV has no columns {', '.join(unknown)}",
            f"any of {', '.join(COLUMNS)}",
        )
    return Finding(
        dataset="relwatch",
        version="CSV",
        separator=",",
        header=header,
        quoted=True,
        columns={name: place for place, name in enumerate(header)},
        widths=(len(header),),
        evidence=("a header of relwatch's field names", "commas"),
    )


def _lines(head: Head) -> Finding:
    if is_corpus_text(head.text[:4096].encode()):
        raise refused(
            head.name,
            "is a corpus file, not a table of events",
            hint=f"name it with -C {head.name}",
        )
    first = next((line for line in head.lines if line.strip()), "")
    try:
        found = msgspec.json.decode(first)
    except msgspec.DecodeError:
        raise refused(
            head.name,
            "JSON that is not one record a line: its first line is not a whole record",
            "NDJSON: every line one JSON object",
            "`jq -c '.[]' FILE` (or `jq -c . FILE`) writes one record a line",
        ) from None
    missing = [name for name in _NEEDED if name not in found]
    if missing:
        raise refused(
            head.name,
            f"NDJSON whose records are not relwatch's events: they lack {', '.join(missing)}",
        )
    return Finding(
        dataset="relwatch",
        version="NDJSON",
        separator="",
        evidence=("the first line is a JSON object with id, date, categories and title",),
    )


@cache
def _decoder() -> msgspec.json.Decoder[Event]:
    return msgspec.json.Decoder(Event)


def from_line(line: str) -> Event:
    """The event of one NDJSON line. ValueError, with the reason, when it is none."""
    try:
        event = _decoder().decode(line)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from None
    return _sound(event)


def from_cells(cells: dict[str, str]) -> Event:
    """The event of one CSV record. ValueError, with the reason, when it is none."""
    fields: dict[str, object] = {}
    for name, text in cells.items():
        if text == "":
            continue
        if name in _JSON:
            try:
                fields[name] = msgspec.json.decode(text)
            except msgspec.DecodeError:
                raise ValueError(f"{name} is not JSON") from None
        elif name in _TEXT_LISTS:
            fields[name] = [part for part in unguarded(text).split("; ") if part]
        elif name == "uncertain":
            if text not in ("true", "false"):
                raise ValueError("uncertain is not true or false")
            fields[name] = text == "true"
        elif name == "intensity":
            try:
                fields[name] = float(text)
            except ValueError:
                raise ValueError("intensity is not a number") from None
        else:
            fields[name] = unguarded(text)
    try:
        return _sound(msgspec.convert(fields, Event))
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None


def _sound(event: Event) -> Event:
    """The event, when its dates exist and it has what every event has."""
    for name in ("date", "end", "reported", "recorded"):
        text = getattr(event, name)
        if text is not None:
            try:
                date_days(text)
            except ValueError:
                raise ValueError(f"{name}: “{text}” is not a date") from None
    if event.end is not None and date_days(event.end)[1] < date_days(event.date)[0]:
        raise ValueError("end is before date")
    for name in ("id", "title", "categories"):
        if not getattr(event, name):
            raise ValueError(f"no {name}")
    if event.intensity is not None and not -10 <= event.intensity <= 10:
        raise ValueError("intensity is not a number from -10 to 10")
    if "\n" in event.title or "\r" in event.title:
        raise ValueError("title has more than one line")
    for note in event.notes:
        if note.kind == "correction" and note.field in ("date", "end") and note.value is not None:
            try:
                date_days(note.value)
            except (ValueError, TypeError, AttributeError):
                raise ValueError(f"notes: “{note.value}” is not a date") from None
    return event
