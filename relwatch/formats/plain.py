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
    labels = {category.id: read.category(category.id) for category in found.corpus.categories}
    widths = {"date": 14, "categories": max(map(width, labels.values()), default=0)}

    def text(event: Event, column: str) -> str:
        cell = read.cell(event, column)
        if column == "date" and not found.columns and event.date in found.ambiguous_days:
            cell += f" {one_line(short_id(event))}"
        return cell or ("-" if column != columns[-1] else "")

    if isinstance(found.hits, list):
        # Few enough to have been looked through: several labels and long dates line up too.
        for column in widths:
            cells = (width(text(hit.event, column)) for hit in found.hits)
            widths[column] = max((widths[column], *cells))
    for hit in found.hits:
        line = []
        for column in columns:
            cell = pad(text(hit.event, column), widths.get(column, 0))
            line.append(paint(hit.event, column, cell) if paint else cell)
        out(GAP.join(line).rstrip() + "\n")


def tables(answer: Answer, out: Out, paint: Callable[[str, str], str] | None = None) -> None:
    """Each table with its header, columns aligned, numbers to the right.

    `paint` gives the cell of a category in colour.
    """
    for number, table in enumerate(answer.tables):
        if len(answer.tables) > 1:
            out(("\n" if number else "") + f"{one_line(table.title)}\n")
        head, *rows = lines(table)
        out(head + "\n")
        for line, row in zip(rows, table.rows, strict=True):
            if paint and table.columns[0] == "category":
                label = shown(row[0], table, "category")
                line = paint(str(row[0]), label) + line[len(label) :]
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
    if column == "intensity":
        return f"{value:.2f}"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")
