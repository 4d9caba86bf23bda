"""The rows of a source in batches, each row with the line of the file on which it begins.

A row that cannot even be cut out (bytes that are not UTF-8, a NUL) is set aside with its reason.
Unquoted formats are cut at line ends and never touched by a parser of quotes; quoted ones pass
through Python's strict csv reader, since a record may run over several lines.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from relwatch.datasets.layout import FIELD, Finding
from relwatch.datasets.sniffing import again
from relwatch.datasets.sources import Source, Stream, refused

RECORD = "\x1e"
"""Stands between the records of a batch that came through the csv reader."""

BATCH = 16 << 20
"""Bytes of text in a batch: about 40,000 rows of GDELT."""

_LONGEST_LINE = 16 << 20
_LONGEST_CELL = 4 << 20


class Reject(Struct, frozen=True):
    """A row that is left out: its line, the reason, the line itself, and what it counts as."""

    line: int
    reason: str
    text: str
    kind: str = ""


class Batch(Struct):
    """Some rows of a source.

    text     the rows, `end` between them, `separator` between fields; blank lines are no rows
    first    the line of the first row, where lines are rows one by one
    lines    the line of every row, where they are not; None otherwise
    rejects  rows that are not in `text`
    taken    how many bytes of disk were used up so far
    """

    text: str
    end: str
    separator: str
    first: int
    taken: int
    lines: list[int] | None = None
    rejects: list[Reject] = []

    def line_of(self, row: int) -> int:
        """The line of the file on which row number `row` (from 0, blank ones counted) begins."""
        return self.first + row if self.lines is None else self.lines[row]


def batches(source: Source, finding: Finding, size: int = BATCH) -> Iterator[Batch]:
    """The rows of a source, without its header. DataWrong for a second header among them."""
    with Stream(source) as stream:
        yield from (_quoted if finding.quoted else _plain)(stream, finding, size)


def _pieces(stream: Stream, size: int) -> Iterator[bytes]:
    """The bytes of a stream in pieces of whole lines, each about `size` long."""
    held: list[bytes] = []
    length = 0
    name = stream.source.name
    for block in stream:
        held.append(block)
        length += len(block)
        if length >= size:
            whole = b"".join(held)
            cut = whole.rfind(b"\n") + 1
            if cut:
                yield whole[:cut]
                whole = whole[cut:]
            if len(whole) > _LONGEST_LINE:
                raise refused(name, f"a line is longer than {_LONGEST_LINE >> 20} MB")
            held, length = [whole], len(whole)
    if length:
        yield b"".join(held)


def _decoded(piece: bytes, first: int, faults: dict[int, str]) -> str:
    """A piece as text; what is wrong with lines that are no text goes to `faults`."""
    if first == 1:
        piece = piece.removeprefix(b"\xef\xbb\xbf")
    try:
        text = piece.decode()
    except UnicodeDecodeError:
        text = ""
    if text and "\0" not in text:
        return text
    kept = []
    for number, line in enumerate(piece.split(b"\n"), first):
        try:
            found = line.decode()
            reason = "holds a NUL byte" if "\0" in found else ""
        except UnicodeDecodeError as error:
            reason = f"is not UTF-8 (byte 0x{line[error.start]:02x})"
            found = line.decode(errors="replace")
        if reason:
            faults[number] = reason
        kept.append(found)
    return "\n".join(kept)


def _plain(stream: Stream, finding: Finding, size: int) -> Iterator[Batch]:
    header = finding.separator.join(finding.header) if finding.header else ""
    line = 1
    searching = bool(header)
    for piece in _pieces(stream, size):
        faults: dict[int, str] = {}
        lines = piece.count(b"\n")
        text = _decoded(piece, line, faults)
        rejects = []
        if faults:
            rows = text.split("\n")
            for number, reason in faults.items():
                rejects.append(Reject(number, reason, rows[number - line]))
                rows[number - line] = ""
            text = "\n".join(rows)
        if "\r\n" in text:
            text = text.replace("\r\n", "\n")
        text = text.removesuffix("\n").removesuffix("\r")
        first = line
        if searching and text.strip("\n"):
            blank = len(text) - len(text.lstrip("\n"))
            _, _, text = text[blank:].partition("\n")
            first += blank + 1
            searching = False
        if header:
            repeated = text.find(header)
            while repeated >= 0:
                if (repeated == 0 or text[repeated - 1] == "\n") and text[
                    repeated + len(header) : repeated + len(header) + 1
                ] in ("", "\n"):
                    raise again(stream.source.name, first + text.count("\n", 0, repeated))
                repeated = text.find(header, repeated + 1)
        yield Batch(text, "\n", finding.separator, first, stream.taken, None, rejects)
        line += lines


def _quoted(stream: Stream, finding: Finding, size: int) -> Iterator[Batch]:
    import csv

    name = stream.source.name
    rejects: list[Reject] = []
    faults: dict[int, str] = {}

    def lines() -> Iterator[str]:
        number = 1
        for piece in _pieces(stream, min(size, 4 << 20)):
            text = _decoded(piece, number, faults)
            number += piece.count(b"\n")
            yield from _split(text)

    # The limit is the whole process's; a cell may be longer than its default of 128 kB.
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(lines(), delimiter=finding.separator, strict=True)
    records: list[str] = []
    begins: list[int] = []
    held = 0
    header: list[str] | None = None
    begin = 1
    try:
        for cells in reader:
            start, begin = begin, reader.line_num + 1
            if not cells:
                continue
            if header is None:
                header = cells
                continue
            if cells == header:
                raise again(name, start)
            record = FIELD.join(cells)
            if faults:
                wrong = [line for line in faults if start <= line < begin]
                if wrong:
                    rejects.append(Reject(start, faults.pop(wrong[0]), record))
                    continue
            if RECORD in record or record.count(FIELD) != len(cells) - 1:
                cells = [cell.replace(RECORD, " ").replace(FIELD, " ") for cell in cells]
                record = FIELD.join(cells)
            records.append(record)
            begins.append(start)
            held += len(record)
            if held >= size:
                yield Batch(
                    RECORD.join(records), RECORD, FIELD, 0, stream.taken, begins, list(rejects)
                )
                records, begins, held = [], [], 0
                rejects.clear()
    except csv.Error as error:
        raise refused(
            name,
            f"its quotes do not match from here on ({error})",
            "cells with commas, quotes or line ends in double quotes, quotes in them doubled",
            line=begin,
        ) from None
    yield Batch(RECORD.join(records), RECORD, FIELD, 0, stream.taken, begins, list(rejects))


def _split(text: str) -> Iterator[str]:
    """Lines with their ends, cut at line feeds only."""
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start : end + 1]
        start = end + 1
    if start < len(text):
        yield text[start:]
