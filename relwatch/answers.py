"""What a question gives back: events that were found, or tables of numbers."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from typing import Any

from msgspec import Struct

from relwatch.model import Assessment, Corpus, Coverage, Event, Evidence

NONE = "(none)"
UNDATED = "undated"
BEFORE = "before"

Cell = str | int | float | None


class Hit(Struct, frozen=True):
    """One event of an answer, and which of the words asked for it matched (in `search`)."""

    event: Event
    matched: tuple[str, ...] = ()


class Found(Struct, frozen=True):
    """Events in order. `total` counts the selection, `hits` may be fewer where a limit cut them.

    `limited` is how many a limit left, None where it cut nothing off. `raw` gives an event as its file has it. `columns` are those asked for by name, or ().
    `delimited` gives all hits as rows of columns, where the engine makes such rows itself; see
    `engines.base.Engine.delimited`.
    """

    hits: Iterable[Hit]
    total: int
    corpus: Corpus
    raw: Callable[[Event], bytes]
    selection: str = ""
    columns: tuple[str, ...] = ()
    searched: bool = False
    checked: bool = False
    ambiguous_days: Container[str] = frozenset()
    words: tuple[str, ...] = ()
    limited: int | None = None
    delimited: Callable[[tuple[str, ...], str], Iterator[str | Event] | None] | None = None

    @property
    def asked(self) -> str:
        """The question in words, with what a limit made of its answer; "" for every event."""
        if self.limited is None:
            return self.selection
        return f"{self.selection or 'every event'}, {self.limited:,} of {self.total:,}"


class Details(Struct, frozen=True):
    """An event with its neighbours in the thread and the judgements that cite it."""

    event: Event
    before: tuple[Event, ...]
    after: tuple[Event, ...]
    cited: tuple[tuple[Assessment, Evidence], ...]


class Table(Struct, frozen=True):
    """Rows under named columns. `labels` gives, by column, what a reader sees for a value."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    labels: dict[str, dict[str, str]] = {}


class Answer(Struct, frozen=True):
    """Tables about a selection. `total` counts its distinct events."""

    selection: str
    coverage: tuple[Coverage, ...]
    total: int
    tables: tuple[Table, ...]

    def table(self, name: str) -> Table:
        """The table with that id; KeyError when the answer has none."""
        return {table.id: table for table in self.tables}[name]

    def plain(self) -> dict[str, Any]:
        """The answer as JSON has it: a promise, compared exactly in the tests."""
        return {
            "selection": self.selection,
            "coverage": self.coverage,
            "total": self.total,
            "tables": [
                {
                    "id": table.id,
                    "title": table.title,
                    "columns": table.columns,
                    "rows": [dict(zip(table.columns, row, strict=True)) for row in table.rows],
                    "notes": table.notes,
                }
                for table in self.tables
            ],
        }
