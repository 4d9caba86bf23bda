"""The rows of a file that is imported, whatever its format, each with the line it stands on."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from relwatch.corpora.reading import collector_paused, read_bytes
from relwatch.curation import timelines
from relwatch.curation.sheets import REJECTED, REJECTS, Row, Sheet
from relwatch.errors import AskedWrongly, DataWrong, Problem, SystemRefused
from relwatch.model import FORMAT, Event
from relwatch.text import unguarded

FORMATS = ("csv", "tsv", "ndjson", "json", "xlsx", "timelinejs")
_EXTENSIONS = {
    ".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".txt": "csv", ".ndjson": "ndjson",
    ".jsonl": "ndjson", ".json": "json", ".xlsx": "xlsx",
}  # fmt: skip
_CORPUS = FORMAT.partition("/")[0] + "/"


def read_sheet(path: Path, format: str | None = None, encoding: str | None = None) -> Sheet:
    """The rows of a file. `format` is one of FORMATS, else it is read off the extension.

    Raises AskedWrongly for a format that is not known, DataWrong, with the line, for a file that
    cannot be read as what it is said to be.
    """
    known = format or _EXTENSIONS.get(path.suffix.casefold())
    if known is None or known not in FORMATS:
        raise AskedWrongly(
            f"{path}: no format is known by {f'the name “{format}”' if format else 'this extension'}",
            f"say --from-format {', '.join(FORMATS)}",
        )
    content = read_bytes(path)
    if known == "xlsx":
        return _xlsx(path, content)
    text = _decoded(path, content, encoding)
    with collector_paused():
        return _read(path, text, known)


def sheet_of(path: Path, corpus: str, selected: bool) -> Sheet:
    """The events of a corpus, given as its JSON, that were taken out of the file at `path`."""
    with collector_paused():
        return msgspec.structs.replace(_json(path, corpus), selected=selected)


def _read(path: Path, text: str, known: str) -> Sheet:
    if known in ("csv", "tsv") or (known == "timelinejs" and text.lstrip()[:1] not in "[{"):
        return _csv(path, text, "\t" if known == "tsv" else None)
    return _ndjson(path, text) if known == "ndjson" else _json(path, text)


def _decoded(path: Path, content: bytes, encoding: str | None) -> str:
    import codecs

    if encoding is not None:
        try:
            codecs.lookup(encoding)
        except LookupError:
            raise AskedWrongly(
                f"no encoding is called “{encoding}”", "as in --encoding cp1251, latin-1, utf-16"
            ) from None
    try:
        return content.decode(encoding or "utf-8-sig").removeprefix("\ufeff")
    except (UnicodeDecodeError, UnicodeError) as error:
        start = getattr(error, "start", 0)
        line = content.count(b"\n", 0, start) + 1
        raise DataWrong(
            (Problem(str(path), f"line {line}", f"is not {encoding or 'UTF-8'}"),),
            "say which encoding it has: --encoding cp1252, cp1251, utf-16, gb18030, ...",
        ) from None


def _csv(path: Path, text: str, delimiter: str | None) -> Sheet:
    import csv

    csv.field_size_limit(1 << 27)
    if "\0" in text:
        raise DataWrong((Problem(str(path), "", "holds NUL characters; it is no text file"),))
    delimiter = delimiter or _delimiter(text)
    # In a cell, too, a line ends with one character; most files have no other.
    text = text.replace("\r\n", "\n")
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        part = path.name.endswith(REJECTS) and tuple(header[:2]) == REJECTED
        if part:
            header[:2] = ["", ""]
        _check_header(path, header)
        line = reader.line_num
        for cells in reader:
            start, line = line + 1, reader.line_num
            if not any(map(str.strip, cells)):
                continue
            values = {
                name: unguarded(cell) if cell[:1] == "'" else cell
                for name, cell in zip(header, cells, strict=False)
                if name
            }
            wrong = ""
            all_cells: tuple[str, ...] = ()
            if (
                len(cells) != len(header) and any(cell.strip() for cell in cells[len(header) :])
            ) or len(cells) < len(header):
                wrong = f"{len(cells)} cells where the header has {len(header)}"
                all_cells = tuple(map(unguarded, cells[2:] if part else cells))
                if not all(header[2:] if part else header):
                    all_cells = ()  # a column without a name is not in the file of refused rows
            refused = cells[1] if part and len(cells) > 1 else ""
            rows.append(Row(start, values, wrong, refused, all_cells))
    except csv.Error as error:
        raise DataWrong(
            (Problem(str(path), f"line {reader.line_num}", f"is not CSV: {error}"),),
            "look for a quote that is not closed",
        ) from None
    sheet = _sheet(path, tuple(name for name in header if name), rows)
    return msgspec.structs.replace(sheet, part=part)


def _lines(text: str) -> Iterator[str]:
    """The lines of a text one by one with their ends: a file object would hold it once more."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def _delimiter(text: str) -> str:
    """What separates the cells of the header."""
    header = text.split("\n", 1)[0]
    return max(",;\t", key=header.count) if header else ","


def _check_header(path: Path, header: list[str]) -> None:
    if not header or not any(header):
        raise DataWrong((Problem(str(path), "line 1", "there is no header", "names of columns"),))
    twice = [name for name in dict.fromkeys(header) if name and header.count(name) > 1]
    if twice:
        raise DataWrong(
            (Problem(str(path), "line 1", f"the column “{twice[0]}” stands twice", "each once"),)
        )


def _sheet(path: Path, header: tuple[str, ...], rows: list[Row]) -> Sheet:
    fields = Event.__struct_fields__
    if set(timelines.TELLING) <= set(header):
        return Sheet(str(path), "columns", timelines.COLUMNS, list(timelines.rows(rows)))
    if set(header) <= set(fields) and {"date", "title"} <= set(header):
        return Sheet(str(path), "relwatch", header, rows)
    return Sheet(str(path), "columns", header, rows)


def _xlsx(path: Path, content: bytes) -> Sheet:
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise SystemRefused(
            f"{path}: reading xlsx needs a package", "pip install 'relwatch[office]'"
        ) from None
    import zipfile

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        lines = list(book.worksheets[0].iter_rows(values_only=True))
        first, *others = [sheet.title for sheet in book.worksheets]
        book.close()
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError) as error:
        raise DataWrong((Problem(str(path), "", f"is not an xlsx file: {error}"),)) from None
    header = [_cell(value).strip() for value in (lines[0] if lines else ())]
    while header and not header[-1]:
        header.pop()
    _check_header(path, header)
    rows = [
        Row(
            number, {name: _cell(value) for name, value in zip(header, cells, strict=False) if name}
        )
        for number, cells in enumerate(lines[1:], 2)
        if any(_cell(value).strip() for value in cells)
    ]
    sheet = _sheet(path, tuple(name for name in header if name), rows)
    said = (f"only the sheet “{first}” is read, not {', '.join(others)}",) if others else ()
    return msgspec.structs.replace(sheet, said=said)


def _cell(value: Any) -> str:
    """A spreadsheet's value as text: days as YYYY-MM-DD, whole numbers without a point."""
    import datetime

    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return unguarded(str(value))


def _ndjson(path: Path, text: str) -> Sheet:
    rows, wrong = [], 0
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            rows.append(_object(number, line.encode()))
        except (msgspec.MsgspecError, RecursionError) as error:
            rows.append(Row(number, {}, f"is not JSON: {error}: {line.strip()[:80]}"))
            wrong += 1
    if rows and wrong == len(rows):
        raise DataWrong((Problem(str(path), "line 1", "is not NDJSON", "one object on each line"),))
    return _records(path, rows)


def _json(path: Path, text: str) -> Sheet:
    try:
        document = msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise DataWrong((Problem(str(path), "", f"broken JSON: {error}"),)) from None
    if isinstance(document, list):
        raws = msgspec.json.decode(text, type=list[msgspec.Raw])
        return _records(path, [_object(number, bytes(raw)) for number, raw in enumerate(raws, 1)])
    if isinstance(document, dict) and str(document.get("format")).startswith(_CORPUS):
        from relwatch.corpora.documents import open_document

        open_document(text.encode(), str(path))
        events = document.pop("events", [])
        rows = [Row(number, one) for number, one in enumerate(events, 1)]
        return Sheet(str(path), "corpus", Event.__struct_fields__, rows, text=False, head=document)
    if isinstance(document, dict) and isinstance(document.get("timeline"), dict):
        return Sheet(
            str(path), "columns", timelines.COLUMNS, list(timelines.old(document["timeline"]))
        )
    if isinstance(document, dict) and isinstance(document.get("events"), list):
        return Sheet(
            str(path), "columns", timelines.COLUMNS, list(timelines.slides(document["events"]))
        )
    raise DataWrong(
        (Problem(str(path), "", "is no JSON that can be imported",
                 "an array of events, a corpus, or a TimelineJS3 timeline"),)
    )  # fmt: skip


def _object(number: int, content: bytes) -> Row:
    """One event in JSON. A key that stands twice would silently lose its first value."""
    from relwatch.corpora.soundness import each_key_once, has_twice

    value = msgspec.json.decode(content)
    if not isinstance(value, dict):
        return Row(number, {}, "is not an object")
    if not each_key_once(content) and has_twice(content):
        return Row(number, value, "a key stands twice in an object")
    return Row(number, value)


def _records(path: Path, rows: list[Row]) -> Sheet:
    columns = tuple(dict.fromkeys(key for row in rows for key in row.values))
    if all({"date", "title"} <= row.values.keys() for row in rows if not row.wrong):
        rows = [
            Row(r.line, {k: v for k, v in r.values.items() if k != "matched"}, r.wrong)
            for r in rows
        ]
        return Sheet(str(path), "relwatch", columns, rows, text=False)
    flattened = [
        Row(row.line, {key: flat(value) for key, value in row.values.items()}, row.wrong)
        for row in rows
    ]
    return Sheet(str(path), "columns", columns, flattened)


def flat(value: Any) -> str:
    """A value as text in a cell."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "; ".join(value)
    if value is None or isinstance(value, str):
        return value or ""
    return msgspec.json.encode(value).decode()
