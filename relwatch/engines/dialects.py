"""Where the SQL of engines differs, by name; and DuckDB, in this process.

Everything else is one SQL for all: `compiling` and `sql` write it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from relwatch.datasets import table
from relwatch.datasets.table import GIVEN

BATCH = 2_000
"""Rows that are fetched at a time."""

Row = tuple[Any, ...]


class Dialect(ABC):
    """One engine's SQL, and the connection that runs it over the view `events`."""

    path: Path | str
    """Where the table is."""
    mark: str
    """What stands before the name of a parameter."""
    keeps_order: bool
    """Whether rows come as their file has them when no order is asked for."""

    @abstractmethod
    def heads(self) -> list[str]:
        """What the metadata of each of the files says of the corpus; see `datasets.table.Head`."""

    @abstractmethod
    def run(
        self, statement: str, parameters: dict[str, Any], *, many: bool = False
    ) -> Iterator[Row]:
        """The rows of a statement. `many`: more may come than fit into memory."""

    @abstractmethod
    def close(self) -> None:
        """Give back what the connection holds."""

    def holds(self, values: str, value: str) -> str:
        """Whether a list holds a value."""
        return f"array_contains({values}, {value})"

    @abstractmethod
    def begins(self, text: str, prefix: str) -> str:
        """Whether a text begins with another."""

    @abstractmethod
    def any_begins(self, texts: str, prefix: str) -> str:
        """Whether some text of a list begins with another."""

    @abstractmethod
    def first(self, values: str) -> str:
        """The first value of a list that has one."""

    @abstractmethod
    def field_of(self, structs: str, field: str) -> str:
        """A list of structs as the list of one of their fields."""

    @abstractmethod
    def each(self, values: str) -> str:
        """One row for each value of a list."""

    @abstractmethod
    def distinct(self, values: str) -> str:
        """A list's distinct values, without empty ones."""

    @abstractmethod
    def none_if_empty(self, values: str, none: str) -> str:
        """A list, or the list of `none` when it is empty."""

    @abstractmethod
    def pieces(self, text: str) -> str:
        """A text cut at spaces, as a list."""

    @abstractmethod
    def event_json(self, filled: frozenset[str]) -> str:
        """The JSON object of an event, made from those of its fields that some event has."""


class DuckDB(Dialect):
    """DuckDB in this process."""

    mark = "$"
    keeps_order = True

    def __init__(self, path: Path | str, memory: str = "300MB") -> None:
        self.path = path
        self.connection = table.connect(memory)

    def heads(self) -> list[str]:
        found = table.heads(self.connection, self.path)
        if found:
            self.connection.read_parquet(table.pattern(self.path)).create_view("events")
        return found

    def run(
        self, statement: str, parameters: dict[str, Any], *, many: bool = False
    ) -> Iterator[Row]:
        with (
            table.refusals(str(self.path), table.spill()),
            self.connection.cursor() as cursor,
        ):
            table.patiently(cursor, lambda: cursor.execute(statement, parameters))
            while rows := table.patiently(cursor, lambda: cursor.fetchmany(BATCH)):
                yield from rows

    def close(self) -> None:
        self.connection.close()

    def begins(self, text: str, prefix: str) -> str:
        return f"starts_with({text}, {prefix})"

    def any_begins(self, texts: str, prefix: str) -> str:
        return f"len(list_filter({texts}, lambda one: starts_with(one, {prefix}))) > 0"

    def first(self, values: str) -> str:
        return f"{values}[1]"

    def field_of(self, structs: str, field: str) -> str:
        return f"list_transform({structs}, lambda one: one.{field})"

    def each(self, values: str) -> str:
        return f"unnest({values})"

    def distinct(self, values: str) -> str:
        return f"list_distinct(list_filter({values}, lambda one: one <> ''))"

    def none_if_empty(self, values: str, none: str) -> str:
        return f"CASE WHEN len({values}) = 0 THEN [{none}] ELSE {values} END"

    def pieces(self, text: str) -> str:
        return f"string_split({text}, ' ')"

    def event_json(self, filled: frozenset[str]) -> str:
        notes = (
            "list_transform(notes, lambda n: struct_pack(kind := n.kind, field := n.field,"
            " value := CAST(n.value AS JSON), source := n.source, confidence := n.confidence,"
            " text := n.text))"
        )
        fields = given_names(filled)
        packed = (f'"{key}" := {notes if name == "notes" else name}' for key, name in fields)
        return f"CAST(to_json(struct_pack({', '.join(packed)})) AS VARCHAR)"


def given_names(filled: frozenset[str]) -> list[tuple[str, str]]:
    """(the file's key, the column) of each field that some event has."""
    needed = filled | {"id", "date", "categories", "title"}
    return [
        ("end" if name == "end_date" else name, name)
        for name in GIVEN
        if name in needed and name != "raw"
    ]
