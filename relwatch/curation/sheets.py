"""A file that is imported, as rows: what every reader of one gives."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

Kind = Literal["relwatch", "columns", "corpus"]
REJECTS = ".rejects.csv"
REJECTED = ("line", "reason")
"""The columns that a file of refused rows has before those of the file they came from."""


class Row(Struct, frozen=True):
    """One row: the line (or entry) it begins on, its values, or what is wrong with its shape.

    `refused` is why it was refused before, for one that may have been corrected since. `cells` are
    all there are of one that has another number of them than the header.
    """

    line: int
    values: dict[str, Any]
    wrong: str = ""
    refused: str = ""
    cells: tuple[str, ...] = ()


class Sheet(Struct, frozen=True):
    """A file that is imported.

    `relwatch` rows are events under the model's field names: as text in CSV, as values in JSON.
    `columns` rows have columns of their own that are mapped to fields. `corpus` rows are events
    of another corpus, whose declarations are in `head`. A `part` holds rows of a file that was
    refused in part, corrected; `selected` rows are those that an expression asked for. `said` is
    what was not read of the file.
    """

    name: str
    kind: Kind
    columns: tuple[str, ...]
    rows: list[Row]
    text: bool = True
    head: dict[str, Any] = {}
    part: bool = False
    selected: bool = False
    said: tuple[str, ...] = ()
