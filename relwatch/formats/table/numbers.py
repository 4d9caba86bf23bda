"""Tables of numbers: one dimension with bars, two as a cross table."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

from rich.console import Group, RenderableType
from rich.table import Table as Grid
from rich.text import Text

from relwatch.answers import BEFORE, UNDATED, Answer, Table
from relwatch.engines.base import TIME
from relwatch.formats import plain
from relwatch.formats.table.paint import BAR, colors, ruled
from relwatch.model import Corpus
from relwatch.text import width


def tables(answer: Answer, corpus: Corpus, cells: int) -> RenderableType:
    """Each table of an answer; two dimensions as a cross table."""
    rows: list[RenderableType] = []
    for number, table in enumerate(answer.tables):
        rows += [Text()] if number else []
        rows += [Text(table.title, "bold"), _one(table, corpus, cells)]
        rows += [Text(note, "dim") for note in (*_cells_of(table), *table.notes)]
    return Group(*rows)


def _cells_of(table: Table) -> list[str]:
    """What stands in the cells of crossed intensities, which their table has no room to say."""
    if table.columns[-1] != "n" or len(table.columns) != 5 or _crossed(table) is None:
        return []
    return [
        f"mean on {plain.shown(table.rows[0][2], table, 'scale')}, in brackets of how many events"
    ]


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
    """A table of two dimensions as rows by columns; None when it is not one.

    Turned where only that fits; where neither does, in several tables, one below the other.
    """
    grid = _crossed(table)
    if grid is None:
        return None
    turned = grid.turned()
    # As asked when it fits, else whichever way takes fewer lines.
    chosen = min((grid, turned), key=lambda one: (one.pieces(cells) > 1, one.lines(cells)))
    chosen = grid if grid.pieces(cells) == 1 else chosen
    parts = [chosen.drawn(columns) for columns in chosen.cut(cells)]
    spaced = [part for drawn in parts for part in (Text(), drawn)][1:]
    return parts[0] if len(parts) == 1 else Group(*spaced)


class _Cross(NamedTuple):
    """Two dimensions crossed: what stands in each cell, ready to be shown."""

    names: tuple[str, str]
    rows: dict[str, str]
    columns: dict[str, str]
    values: dict[tuple[str, str], Text]

    def turned(self) -> _Cross:
        """Rows for columns."""
        values = {(column, row): text for (row, column), text in self.values.items()}
        return _Cross(self.names[::-1], self.columns, self.rows, values)

    def _lead(self) -> int:
        return max(width(label) for label in (self.names[0], *self.rows.values()))

    def _size(self, column: str) -> int:
        cells = (len(self.values[row, column]) for row in self.rows)
        return max(width(self.columns[column]), *cells) + 3

    def cut(self, cells: int) -> list[list[str]]:
        """The columns in runs that fit beside the names of the rows, at least one a run."""
        runs: list[list[str]] = []
        room = 0
        for column in self.columns:
            size = self._size(column)
            if not runs or size > room:
                runs.append([])
                room = cells - self._lead()
            runs[-1].append(column)
            room -= size
        return runs

    def pieces(self, cells: int) -> int:
        """How many tables it takes."""
        return len(self.cut(cells))

    def lines(self, cells: int) -> int:
        """How many lines they take."""
        return self.pieces(cells) * (len(self.rows) + 3)

    def drawn(self, columns: list[str]) -> Grid:
        """One table of these columns."""
        grid = ruled()
        grid.add_column(self.names[0].capitalize(), no_wrap=True)
        for column in columns:
            grid.add_column(self.columns[column], justify="right", no_wrap=True)
        for row, label in self.rows.items():
            grid.add_row(Text(label), *(self.values[row, column] for column in columns))
        return grid


def _in_order(name: str, values: Iterable[str]) -> list[str]:
    """The values as the rows have them; those of time, which may lack some, in order of time."""
    if name not in TIME or name == "weekday":
        return list(values)
    return sorted(values, key=lambda value: (value == UNDATED, value != BEFORE, value))


def _crossed(table: Table) -> _Cross | None:
    one, two, *measured = table.columns
    scales = {row[2] for row in table.rows} if "scale" in measured else set()
    if not table.rows or len(scales) > 1 or measured not in (
        ["events"], ["share"], ["scale", "intensity", "n"],
    ):  # fmt: skip
        return None
    rows, columns = (
        {
            value: plain.shown(value, table, name)
            for value in _in_order(name, dict.fromkeys(str(row[place]) for row in table.rows))
        }
        for place, name in enumerate((one, two))
    )
    dense = not scales and any(name in TIME for name in (one, two))
    values = {}
    found = {(str(row[0]), str(row[1])): row[2:] for row in table.rows}
    for key in product(rows, columns):
        given = found.get(key)
        if given is None:
            zero = dense and not {*key} & {BEFORE, UNDATED}
            values[key] = Text("0" if zero else "·", "dim")
        elif scales:
            values[key] = Text(f"{plain.shown(given[1], table, 'intensity')} ({given[2]:,})")
        else:
            text = plain.shown(given[0], table, measured[0])
            values[key] = Text(text, "" if given[0] else "dim")
    return _Cross((one, two), rows, columns, values)
