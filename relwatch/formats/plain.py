"""Plain lines for pipes: no box, no wrap, one full-width record a line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from relwatch.answers import Answer, Cell, Found, Table
from relwatch.formats.columns import Reader, short_id
from relwatch.model import Event
from relwatch.text import one_line, pad, width

Out = Callable[[str], Any]
COLUMNS = ("date", "categories", "title", "actors")
GAP = "  "


def events(found: Found, out: Out, paint: Callable[[Event, str, str], str] | None = None) -> None:
    """One event a line: date, what its id adds where the date does not name it, category, title.

    Columns line up as far as they can without looking ahead, so that lines stream. `paint` gives
    a cell of a column in colour.
    """
    columns = found.columns or COLUMNS
    read = Reader(found.corpus, found.checked)
    widths = {
        "date": 14,
        "categories": max((width(read.category(c.id)) for c in found.corpus.categories), default=0),
    }
    for hit in found.hits:
        cells = []
        for column in columns:
            cell = read.cell(hit.event, column)
            if column == "date" and not found.columns and hit.event.date in found.ambiguous_days:
                cell += f" {one_line(short_id(hit.event))}"
            shown = pad(cell or ("-" if column != columns[-1] else ""), widths.get(column, 0))
            cells.append(paint(hit.event, column, shown) if paint else shown)
        out(GAP.join(cells).rstrip() + "\n")


def tables(answer: Answer, out: Out) -> None:
    """Each table with its header, columns aligned, numbers to the right."""
    for number, table in enumerate(answer.tables):
        if len(answer.tables) > 1:
            out(("\n" if number else "") + f"{one_line(table.title)}\n")
        for line in lines(table):
            out(line + "\n")


def lines(table: Table) -> list[str]:
    """A table as aligned lines, header first."""
    grid = [[one_line(name) for name in table.columns]]
    for row in table.rows:
        grid.append(
            [shown(cell, table, name) for cell, name in zip(row, table.columns, strict=True)]
        )
    widths = [max(width(line[place]) for line in grid) for place in range(len(table.columns))]
    right = [is_number(table, place) for place in range(len(table.columns))]
    made = []
    for line in grid:
        parts = [
            " " * (size - width(cell)) + cell if to_right else pad(cell, size)
            for cell, size, to_right in zip(line, widths, right, strict=True)
        ]
        made.append(GAP.join(parts).rstrip())
    return made


def is_number(table: Table, place: int) -> bool:
    """Whether a column holds numbers and nothing else."""
    return bool(table.rows) and all(isinstance(row[place], (int, float)) for row in table.rows)


def shown(value: Cell, table: Table, column: str) -> str:
    """A cell as a reader sees it: labels for ids, thousands set apart, shares in percent."""
    if value is None:
        return "-"
    if isinstance(value, str):
        return one_line(table.labels.get(column, {}).get(value, value))
    if column == "share":
        return f"{value:.1%}"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")
