"""What a data set's module says of itself: how its files look and how a row becomes an event.

A module gives DATASET, `recognise` (is this file mine?) and `mapping` (which SQL makes an event
of a row). Whatever needs more than SQL (names of countries, forms of dates, words) is a lookup:
a Python function that is asked once for every distinct value of a batch and joined to the rows.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

FIELD = "\x1f"
"""Stands between the items of a list that is written as one text."""

OTHER = "other"
"""The category of rows that a data set codes in no way relwatch can place."""

CATEGORIES = {
    "tech": ("Tech", "cyan"),
    "military": ("Military", "red"),
    "economic": ("Economic", "yellow"),
    "political": ("Political", "blue"),
    OTHER: ("Other or not coded", "white"),
}
"""The categories every data set is sorted into: id, name, colour."""


class Dataset(Struct, frozen=True, kw_only=True):
    """What `relwatch datasets` shows of a data set.

    `uncoded` are the categories that no code of it ever says, so that their zeros mean nothing;
    `quads` says how its quad classes come about, where a reader would expect others.
    """

    name: str
    title: str
    columns: str
    licence: str
    about: str = ""
    uncoded: tuple[str, ...] = ()
    quads: str = ""


class Head(Struct, frozen=True, kw_only=True):
    """The beginning of a file: its name, its text, its first lines without their ends."""

    name: str
    text: str
    lines: tuple[str, ...]
    encoding: str
    whole: bool

    def cells(self, separator: str, number: int = 0) -> tuple[str, ...]:
        """The cells of one line, cut at a separator."""
        return tuple(self.lines[number].split(separator)) if number < len(self.lines) else ()

    def rows(self, finding: Finding) -> list[list[str]]:
        """The rows below the header, cut into cells; of quoted ones as far as they can be cut."""
        if not finding.quoted:
            return [line.split(finding.separator) for line in self.lines[1:] if line]
        import csv
        from contextlib import suppress

        found: list[list[str]] = []
        # A cell may hold line ends: those of the file were taken off.
        lines = (f"{line}\n" for line in self.lines[1:])
        # What is wrong with quotes is said, with its line, where all of the file is read.
        with suppress(csv.Error):
            found.extend(row for row in csv.reader(lines, delimiter=finding.separator) if row)
        return found

    def quoted_cells(self, separator: str = ",") -> tuple[str, ...]:
        """The cells of the first line, where some may stand in double quotes."""
        import csv

        try:
            return tuple(next(csv.reader(self.lines[:1], delimiter=separator), ()))
        except csv.Error:
            return self.cells(separator)


class Finding(Struct, frozen=True, kw_only=True):
    """What a file is, and the evidence for it.

    `separator` stands between fields, `quoted` says that fields may stand in double quotes (then
    a record may run over several lines). `columns` gives the position, from 0, of every column;
    `widths` the numbers of fields a row may have; with `spare` more are allowed when empty.
    """

    dataset: str
    version: str
    separator: str
    header: tuple[str, ...] = ()
    quoted: bool = False
    encoding: str = "UTF-8"
    columns: dict[str, int] = {}
    widths: tuple[int, ...] = ()
    spare: bool = False
    evidence: tuple[str, ...] = ()


class Lookup(Struct, frozen=True, kw_only=True):
    """Values found by Python, once for every distinct `key` (an SQL expression that gives text).

    `find` returns one text or None for each name in `values`; the names can be used in the SQL
    of a mapping. A key that is NULL is not looked up: its values are NULL.
    """

    key: str
    values: tuple[str, ...]
    find: Callable[[str], tuple[str | None, ...]]


class Mapping(Struct, frozen=True, kw_only=True):
    """How a row becomes an event: SQL expressions over the row's columns and lookups.

    used     the columns read; the texts in `missing` count as empty in all of them
    lookups  what Python finds for the rows
    reject   the reason why a row cannot be an event, or NULL
    parts    the parts of the title: their tokens, in order, are the title's tokens
    title    the title made of part_1, part_2, ... ; between parts a space or ASCII punctuation
    values   the event's other fields by name; those left out are empty
    covered  the day a row proves to be covered, as text, or NULL (then none is claimed for it)
    basis    why those days are covered
    twin     what rows have in common that `--fold` takes for one event, or NULL
    side     tells the two directions of mirrored rows apart; empty when any twin is folded
    scale    the scale of `intensity`
    """

    used: tuple[str, ...]
    missing: tuple[str, ...] = ("",)
    lookups: tuple[Lookup, ...] = ()
    reject: str = "NULL"
    parts: tuple[str, ...]
    title: str
    values: dict[str, str]
    covered: str = "NULL"
    basis: str = ""
    twin: str = "NULL"
    side: str = ""
    scale: str = ""


def split(expression: str) -> str:
    """SQL for the list that a lookup wrote as one text; empty for NULL."""
    return f"CASE WHEN {expression} IS NULL THEN [] ELSE string_split({expression}, chr(31)) END"


def union(first: str, second: str) -> str:
    """SQL for two such lists as one, in order, without repeats."""
    one, other = split(first), split(second)
    return f"list_concat({one}, list_filter({other}, lambda item: NOT list_contains({one}, item)))"


def one_line(expression: str) -> str:
    """SQL for a text on one line: any run of white space is one space; NULL when nothing is left."""
    return f"nullif(trim(regexp_replace({expression}, '\\s+', ' ', 'g')), '')"


def number(column: str, most: int, what: str) -> str:
    """SQL for a branch of `reject`: the column holds something that is not in -most to most."""
    return (
        f"WHEN {column} IS NOT NULL AND NOT"
        f" coalesce(abs(TRY_CAST({column} AS DOUBLE)) <= {most}, false) THEN '{what}'"
    )
