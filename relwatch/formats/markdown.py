"""Markdown: pipe tables as GitHub reads them, whatever the cells hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from relwatch.answers import Answer, Cell, Found
from relwatch.formats.columns import MARK, Reader
from relwatch.model import Event, has_correction
from relwatch.text import one_line

Out = Callable[[str], Any]
COLUMNS = ("date", "categories", "title", "actors", "places")
_HEADINGS = {"categories": "Category", "actors": "Actors", "places": "Place"}
_ESCAPED = str.maketrans({char: f"\\{char}" for char in "\\`*_[]|<&~$"})


def escaped(text: str) -> str:
    """A text in which nothing is markup, on one line."""
    return one_line(text).translate(_ESCAPED)


def code(text: str) -> str:
    """A text as a code span, fenced by more backticks than it holds in a row."""
    import re

    text = one_line(text)
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"


def row(cells: Iterable[str]) -> str:
    """One line of a pipe table. Cells are escaped already."""
    return f"| {' | '.join(cells)} |\n"


def heading(column: str) -> str:
    """A column's name as a reader sees it."""
    return _HEADINGS.get(column, column[:1].upper() + column[1:])


def events(found: Found, out: Out, *, document: bool = False) -> None:
    """A table of events; as a `document` with a title, what was asked, and the corrections."""
    columns = found.columns or COLUMNS
    read = Reader(found.corpus, found.checked)
    if document:
        _opening(found, out)
    out(row(escaped(heading(column)) for column in columns))
    out(row("---" for _ in columns))
    corrected: list[Event] = []
    for hit in found.hits:
        out(row(escaped(read.cell(hit.event, column)) for column in columns))
        if document and has_correction(hit.event):
            corrected.append(hit.event)
    if corrected:
        _corrections(corrected, read, out)


def _opening(found: Found, out: Out) -> None:
    title = escaped(found.corpus.title).replace("#", "\\#")
    out(f"# {title}\n\n")
    asked = f" of the selection {code(found.selection)}" if found.selection else ""
    some = f"{found.limited:,} of " if found.limited is not None else ""
    out(f"{some}{found.total:,} event{'' if found.total == 1 else 's'}{asked}.")
    for stretch in found.corpus.coverage:
        basis = f" ({escaped(stretch.basis)})" if stretch.basis else ""
        out(f" Coverage: {stretch.start} to {stretch.end}{basis}.")
    out(f" Dates as {'checked' if found.checked else 'stated'}.\n\n")


def _corrections(corrected: list[Event], read: Reader, out: Out) -> None:
    out(f"\n{MARK} A checked source says otherwise:\n\n")
    for event in corrected:
        for note in event.notes:
            if note.kind == "correction":
                source = f" ({escaped(read.source(note.source))})" if note.source else ""
                said = note.text or f"{note.field}: {note.value}"
                out(f"- {event.date}, {escaped(event.title)}: {escaped(said)}{source}\n")


def tables(answer: Answer, out: Out) -> None:
    """All tables under their titles, with their notes."""
    for number, table in enumerate(answer.tables):
        out(("\n" if number else "") + f"**{escaped(table.title)}**\n\n")
        out(row(escaped(heading(column)) for column in table.columns))
        right = {place for place, _ in enumerate(table.columns) if _numeric(table.rows, place)}
        out(row("---:" if place in right else "---" for place, _ in enumerate(table.columns)))
        for cells in table.rows:
            out(
                row(
                    _cell(cell, table.labels.get(column, {}))
                    for cell, column in zip(cells, table.columns, strict=True)
                )
            )
        for note in table.notes:
            out(f"\n{escaped(note)}\n")


def _numeric(rows: tuple[tuple[Cell, ...], ...], place: int) -> bool:
    return bool(rows) and all(isinstance(cells[place], (int, float)) for cells in rows)


def _cell(cell: Cell, labels: dict[str, str]) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return escaped(labels.get(cell, cell))
    return f"{cell:,}" if isinstance(cell, int) else f"{cell:g}"
