"""Tables of numbers: one dimension with bars, two as a cross table."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from relwatch.answers import BEFORE, UNDATED, Answer, Table
from relwatch.engines.base import TIME
from relwatch.formats import plain
from relwatch.formats.table.paint import BAR, colors, ruled
from relwatch.model import Corpus
from relwatch.text import width


def tables(answer: Answer, corpus: Corpus, cells: int) -> RenderableType:
    """Each table of an answer; two dimensions as a cross table where they fit."""
    rows: list[RenderableType] = []
    for number, table in enumerate(answer.tables):
        rows += [Text()] if number else []
        rows += [Text(table.title, "bold"), _one(table, corpus, cells)]
        rows += [Text(note, "dim") for note in table.notes]
    return Group(*rows)


def _one(table: Table, corpus: Corpus, cells: int) -> RenderableType:
    crossed = _cross(table, cells)
    if crossed is not None:
        return crossed
    paint = colors(corpus)
    grid = ruled()
    barred = (
        len(table.columns) == 2 and table.columns[1] in ("events", "share") and bool(table.rows)
    )
    for place, column in enumerate(table.columns):
        grid.add_column(
            column.capitalize(),
            justify="right" if plain.is_number(table, place) else "left",
            overflow="fold",
            no_wrap=column in TIME,
        )
    room = 0
    if barred:
        grid.add_column("", no_wrap=True)
        labels = max(width(plain.shown(row[0], table, table.columns[0])) for row in table.rows)
        room = max(4, min(40, cells - labels - 16))
    most = max((float(row[1] or 0) for row in table.rows), default=0) if barred else 0
    for row in table.rows:
        shown = [
            Text(
                plain.shown(cell, table, column),
                paint.get(str(cell), "") if column == "category" else "",
            )
            for cell, column in zip(row, table.columns, strict=True)
        ]
        if barred:
            size = round(float(row[1] or 0) / most * room) if most else 0
            size = max(size, 1) if row[1] else 0
            shown.append(Text(BAR * size, paint.get(str(row[0]), "blue")))
        grid.add_row(*shown)
    return grid


def _cross(table: Table, cells: int) -> RenderableType | None:
    """A table of two dimensions and one value as rows by columns; None when it would not fit."""
    if len(table.columns) != 3 or table.columns[2] not in ("events", "share") or not table.rows:
        return None
    rows = list(dict.fromkeys(str(row[0]) for row in table.rows))
    columns = list(dict.fromkeys(str(row[1]) for row in table.rows))
    values = {(str(row[0]), str(row[1])): row[2] for row in table.rows}
    heads = [plain.shown(name, table, table.columns[1]) for name in columns]
    lead = max(width(plain.shown(name, table, table.columns[0])) for name in rows)
    if lead + sum(max(width(head), 5) + 3 for head in heads) > cells:
        return None
    grid = ruled()
    grid.add_column(table.columns[0].capitalize(), no_wrap=True)
    for head in heads:
        grid.add_column(head, justify="right", no_wrap=True)
    dense = any(name in TIME for name in table.columns)
    for name in rows:
        line = [Text(plain.shown(name, table, table.columns[0]))]
        for column in columns:
            value = values.get((name, column))
            missing = "0" if dense and not {name, column} & {BEFORE, UNDATED} else "·"
            text = missing if value is None else plain.shown(value, table, table.columns[2])
            line.append(Text(text, "" if value else "dim"))
        grid.add_row(*line)
    return grid
