"""What can be asked of events, whichever engine answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from relwatch import periods
from relwatch.answers import BEFORE, UNDATED
from relwatch.errors import AskedWrongly
from relwatch.expressions.nodes import EVERYTHING, Node, Words
from relwatch.model import Corpus, Event

DIMENSIONS = (
    "category", "year", "quarter", "month", "week", "day", "weekday", "actor", "initiator",
    "pair", "place", "country", "tag", "source", "grade", "stage", "quad", "cameo",
)  # fmt: skip
PRIMARY = "primary"
"""A dimension of the engines' own, the first category: its cells are distinct events."""
TIME = ("year", "quarter", "month", "week", "day", "weekday")
ORDERS = ("date", "end", "reported", "recorded", "category", "title", "intensity", "id")


ENGINES = ("memory", "duckdb", "spark")


def check_engine(name: str) -> None:
    """AskedWrongly for what is no engine: memory, duckdb, spark, or the address of a master."""
    if name not in ENGINES and not name.startswith(("spark://", "local[")):
        raise AskedWrongly(
            f"unknown engine “{name}”",
            f"the engines are {', '.join(ENGINES)} and spark://HOST:PORT",
        )


class Question(Struct, frozen=True):
    """Which events are asked for, and whether by their stated or by their checked dates."""

    node: Node = EVERYTHING
    checked: bool = False


class Match(Struct, frozen=True):
    """An event that a search found: how many of the words it holds, how many in its title."""

    event: Event
    words: tuple[str, ...]
    in_title: int


class Mean(Struct, frozen=True):
    """Intensity values of one scale: their sum, how many, how many of them derived, their ends."""

    total: float
    n: int
    derived: int
    low: float
    high: float


def start_label(unit: str, first: int, last: int, since: int | None) -> str:
    """The row that counts an event whose start lies from `first` to `last`.

    `before` when it certainly began before `since`; `undated` when no bin holds it, or when it
    may have begun on either side of `since`.
    """
    if since is not None and first < since:
        return BEFORE if last < since else UNDATED
    return periods.bin_holding(unit, first, last) or UNDATED


class Engine(ABC):
    """Answers questions about the events of one corpus.

    `corpus` is its head: everything but the events. Memory is the definition of what is right;
    every other engine must give the same answers.
    """

    corpus: Corpus

    @abstractmethod
    def count(self, question: Question) -> int:
        """How many events are asked for."""

    @abstractmethod
    def coarse(self, question: Question) -> int:
        """How many events have dates too coarse to say: they may be asked for, or may not."""

    @abstractmethod
    def events(
        self,
        question: Question,
        order: str = "date",
        *,
        reverse: bool = False,
        limit: int | None = None,
    ) -> Iterator[Event]:
        """The events asked for, in one of ORDERS, at most `limit` of them.

        Every order ends in date and id; events without the value come last either way.
        """

    @abstractmethod
    def search(
        self, question: Question, words: tuple[Words, ...], *, limit: int | None = None
    ) -> Iterator[Match]:
        """The events asked for, best first: most words, most words in the title, newest, id."""

    @abstractmethod
    def tally(
        self, question: Question, dimensions: tuple[str, ...], since: int | None = None
    ) -> dict[tuple[str, ...], int]:
        """How many distinct events have each combination of values.

        An event counts once for each distinct combination. `(none)` stands for no value; in time
        dimensions `undated` for starts no bin holds, `before` for starts before the day `since`.
        """

    @abstractmethod
    def intensities(
        self, question: Question, dimensions: tuple[str, ...], since: int | None = None
    ) -> dict[tuple[str, ...], Mean]:
        """Sums of intensity by combination of values and, last in the key, scale."""

    @abstractmethod
    def days(self, question: Question) -> dict[tuple[int, int], int]:
        """How many events have each first and last possible day of their start."""

    @abstractmethod
    def holds(self, words: Words) -> bool:
        """Whether any event at all matches these words."""

    @abstractmethod
    def vocabulary(self) -> frozenset[str]:
        """The words of all search texts, unstemmed, to offer near ones from."""

    @abstractmethod
    def actors_called(self, text: str) -> tuple[str, ...]:
        """The actors that events name so, folded, and that the corpus does not declare."""

    @abstractmethod
    def starting_with(self, prefix: str) -> list[str]:
        """The ids that begin so, folded, in order; at most 100."""

    @abstractmethod
    def get(self, event_id: str) -> Event:
        """One event by its whole id. KeyError when there is none."""

    @abstractmethod
    def followers(self, event_id: str) -> list[Event]:
        """The events that say they follow this one, in order of date."""

    def delimited(
        self, question: Question, columns: tuple[str, ...], delimiter: str
    ) -> Iterator[str | Event] | None:
        """The events by date as rows of `columns`, RFC 4180, without line ends.

        An event stands for itself where only Python knows how to write it. None when the engine
        cannot do it quicker than whoever asks.
        """
        del question, columns, delimiter
        return None

    def whole(self, number: int) -> Path | None:
        """The file of a table that holds so many events, which are all of its; None elsewhere."""
        del number
        return None

    @abstractmethod
    def raw(self, event: Event) -> bytes:
        """An event as JSON, with the keys its file has."""
