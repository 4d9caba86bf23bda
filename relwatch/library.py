"""Opening a corpus and asking it: what the commands do, and what Python programs import.

>>> import relwatch
>>> corpus = relwatch.load("china-russia")
>>> selected = corpus.select("military and actor:russia", dates="checked")
>>> selected.count(), next(iter(selected)).id
(8, '2021-08-09-ningxia-drills')
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from os import PathLike, fspath
from typing import TYPE_CHECKING, Literal

from relwatch.answers import Answer
from relwatch.corpora import places, reading
from relwatch.engines.base import Engine, Question
from relwatch.engines.memory import MemoryEngine
from relwatch.expressions.selecting import Request, Selection, select
from relwatch.model import Corpus, Event

if TYPE_CHECKING:
    from collections.abc import Sequence

Dates = Literal["stated", "checked"]


class Library:
    """One corpus, opened for questions."""

    def __init__(self, engine: Engine, path: str) -> None:
        self.engine = engine
        self.path = path

    @property
    def corpus(self) -> Corpus:
        """The corpus's head and, for a corpus in memory, its events."""
        return self.engine.corpus

    def select(
        self, expression: str = "", *, dates: Dates = "stated", today: date | None = None
    ) -> Selected:
        """The events an expression asks for, in the language of `relwatch filter`.

        `dates` says whether stated or checked dates decide; `today` is what "last month" counts
        from. Raises RelwatchError for an expression that cannot be read.
        """
        return self.ask(Request(expression=expression, dates=dates, today=today))

    def ask(self, request: Request) -> Selected:
        """The events that options, a view's expression and typed text together ask for."""

        def covered() -> int | None:
            from relwatch.analysis.coverage import last_day

            return last_day(self.engine, request.dates == "checked")

        return Selected(self, select(request, self.engine.corpus, covered))

    def event(self, beginning: str) -> Event:
        """The event whose id is, or alone begins with, `beginning`."""
        from relwatch.analysis.lookup import one_event

        return one_event(self.engine, beginning)


class Selected:
    """A selection of a corpus's events: iterate over it, count it, tally it."""

    def __init__(self, library: Library, selection: Selection) -> None:
        self.library = library
        self.selection = selection

    @property
    def question(self) -> Question:
        """What the engine is asked: the expression, without candidates unless it names them."""
        return Question(self.selection.asked, self.selection.checked)

    def __iter__(self) -> Iterator[Event]:
        return self.library.engine.events(self.question)

    def __str__(self) -> str:
        return self.selection.text

    def count(self) -> int:
        """How many events are selected."""
        return self.library.engine.count(self.question)

    def stats(self, by: str | Sequence[str], measures: Sequence[str] = ("events",)) -> Answer:
        """Tallies by one or two dimensions, as `relwatch stats --by` gives them."""
        from relwatch.analysis.stats import tallies

        names = (by,) if isinstance(by, str) else tuple(by)
        return tallies(self.library.engine, self.selection, names, tuple(measures))


def load(name: str | PathLike[str] = places.DEFAULT) -> Library:
    """Open a corpus by path, by name in the user's data folder, or by bundled name.

    Raises AskedWrongly when there is none, DataWrong with every problem when it cannot be used.
    """
    path = places.find(fspath(name))
    corpus, content = reading.read(path)
    return Library(MemoryEngine(corpus, lambda: reading.raws(content)), str(path))
