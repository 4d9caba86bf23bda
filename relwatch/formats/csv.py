"""Comma-separated values: RFC 4180 quoting, UTF-8, fixed columns, LF; for Excel BOM and CRLF."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from relwatch.answers import Answer, Cell, Found, Table
from relwatch.errors import AskedWrongly
from relwatch.formats.columns import FIELDS, NUMBERS, data
from relwatch.model import Event
from relwatch.text import guarded

Out = Callable[[str], Any]
BOM = "\ufeff"


class _Rows:
    """Writes rows one by one as text."""

    def __init__(self, out: Out, delimiter: str, excel: bool) -> None:
        import csv

        class Stream:
            @staticmethod
            def write(row: str) -> Any:
                return out(row if excel else row[:-2] + "\n")

        self.excel = excel
        self.write = csv.writer(
            # With CRLF in mind the writer quotes a lone CR too.
            Stream(),
            delimiter=delimiter,
            lineterminator="\r\n",
        ).writerow
        if excel:
            out(BOM)


def events(found: Found, out: Out, *, excel: bool = False, delimiter: str = ",") -> None:
    """Every event under the columns asked for, else under all fields of the corpus file.

    Cells are guarded as `text.guarded` says; what reads them back takes the guards off.
    """
    columns = found.columns or FIELDS
    rows = _Rows(out, delimiter, excel)
    rows.write(columns)
    if found.delimited is not None and not excel:
        made = found.delimited(columns, delimiter)
        if made is not None:
            for row in made:
                if isinstance(row, str):
                    out(row + "\n")
                else:
                    rows.write(_cells(row, columns, excel))
            return
    for hit in found.hits:
        rows.write(_cells(hit.event, columns, excel))


def _cells(event: Event, columns: tuple[str, ...], excel: bool) -> list[str]:
    cells = [data(event, column) for column in columns]
    if excel:
        return [
            cell if column in NUMBERS else guarded(cell)
            for cell, column in zip(cells, columns, strict=True)
        ]
    return [guarded(cell, formulas=False) if cell[:1] == "'" else cell for cell in cells]


def one_table(answer: Answer, name: str | None = None) -> Table:
    """The table that is asked for by id; AskedWrongly when there are several and none is named."""
    ids = [table.id for table in answer.tables]
    if name is None and len(ids) == 1:
        return answer.tables[0]
    if name not in ids:
        what = "several tables, and this format holds one" if name is None else f"no table “{name}”"
        raise AskedWrongly(what, f"say --table {', --table '.join(ids)}")
    return answer.table(name)


def tables(answer: Answer, out: Out, *, excel: bool = False, delimiter: str = ",") -> None:
    """One table with its header."""
    chosen = one_table(answer)
    rows = _Rows(out, delimiter, excel)
    rows.write([_cell(name, excel) for name in chosen.columns])
    for row in chosen.rows:
        rows.write([_cell(value, excel) for value in row])


def _cell(value: Cell, excel: bool) -> Cell:
    return guarded(value) if excel and isinstance(value, str) else value
