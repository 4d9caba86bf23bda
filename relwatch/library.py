"""Opening a corpus and asking it: what the commands do, and what Python programs import.

>>> import relwatch
>>> corpus = relwatch.load("china-russia")
>>> selected = corpus.select("military and actor:russia", dates="checked")
>>> selected.count(), next(iter(selected)).id
(8, '2021-11-08-heavy-helicopter')
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from relwatch.answers import Answer
from relwatch.corpora import places, reading
from relwatch.engines.base import Engine, Question
from relwatch.engines.memory import MemoryEngine
from relwatch.errors import AskedWrongly
from relwatch.expressions.nodes import EVERYTHING, Compare, both
from relwatch.expressions.selecting import Request, Selection, select
from relwatch.model import Corpus, Event, narrowed
from relwatch.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relwatch.datasets.conversion import Options, Progress

Dates = Literal["stated", "checked"]


class Library:
    """One corpus, opened for questions."""

    def __init__(self, engine: Engine, path: str, remarks: tuple[str, ...] = ()) -> None:
        self.engine = engine
        self.path = path
        self.remarks = remarks

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
        if dates not in ("stated", "checked"):
            raise AskedWrongly(f"dates cannot be {dates!r}", "stated or checked")
        return self.ask(Request(expression=expression, dates=dates, today=today))

    def ask(self, request: Request) -> Selected:
        """The events that options, a view's expression and typed text together ask for."""

        def covered() -> int | None:
            from relwatch.analysis.coverage import last_day

            return last_day(self.engine, request.dates == "checked")

        engine = self.engine
        return Selected(self, select(request, engine.corpus, covered, engine.actors_called))

    def write_table(
        self,
        events: Iterable[Event],
        raw: Callable[[Event], bytes],
        path: Path,
        asked: str = "",
    ) -> int:
        """Write events of this corpus as relwatch's Parquet; gives how many.

        `raw` gives each as JSON; `asked` is the question they answer, kept with the table.
        """
        from itertools import tee

        from relwatch.datasets import table

        first, second = tee(events)
        return table.write(first, narrowed(self.corpus, asked), path, raws=map(raw, second))

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

    def holds(self, event: Event) -> bool:
        """Whether an event of the corpus is among those selected."""
        if self.selection.node == EVERYTHING:
            return True
        one = both(self.question.node, Compare("id", ":", fold(event.id)))
        question = Question(one, self.question.checked)
        return any(found.id == event.id for found in self.library.engine.events(question))

    def count(self) -> int:
        """How many events are selected."""
        return self.library.engine.count(self.question)

    def stats(self, by: str | Sequence[str], measures: Sequence[str] = ("events",)) -> Answer:
        """Tallies by one or two dimensions, as `relwatch stats --by` gives them."""
        from relwatch.analysis.stats import tallies

        names = (by,) if isinstance(by, str) else tuple(by)
        return tallies(self.library.engine, self.selection, names, tuple(measures))


class Opening(Struct, frozen=True, kw_only=True):
    """How a corpus or data set is opened.

    engine    memory, duckdb, spark or spark://HOST:PORT; "" takes memory for corpora in JSON and
              duckdb for everything else
    options   how the files of a data set are read
    progress  told how far a conversion is
    rejects   where the rows that are left out are written, with reasons
    heard     told each SQL statement that runs, with its parameters
    """

    engine: str = ""
    options: Options | None = None
    progress: Callable[[Progress], None] | None = None
    rejects: Path | None = None
    heard: Callable[[str, dict[str, Any]], None] | None = None


def load(name: str | PathLike[str] = places.DEFAULT, opening: Opening | None = None) -> Library:
    """Open a corpus or a data set.

    A corpus by path, by name in the user's data folder, or by bundled name; a data set as a file,
    a folder or a pattern, or as relwatch's Parquet. Raises AskedWrongly when there is none,
    DataWrong with every problem when it cannot be used.
    """
    text = fspath(name)
    opening = opening or Opening()
    if is_corpus(text):
        return _corpus(places.find(text), opening)
    if opening.engine == "memory":
        raise AskedWrongly(f"{text}: the memory engine reads corpora in JSON", "leave out --engine")
    if is_table(text):
        return Library(_over(Path(text), opening), text)
    from relwatch.datasets.cache import table_for
    from relwatch.datasets.conversion import PLAIN, nothing

    path, report, fresh = table_for(
        (text,),
        opening.options or PLAIN,
        progress=opening.progress or nothing,
        rejects=opening.rejects,
    )
    said = [f"{report.title}, {' and '.join(report.versions)}: {report}"]
    said += [f"rejected: {count:,} {reason}" for reason, count in report.reasons.items()]
    said += [f"holds no rows, left out: {one}" for one in report.left_out]
    said += [report.licence] if fresh and report.licence else []
    return Library(_over(path, opening), text, tuple(said))


def is_corpus(name: str) -> bool:
    """Whether a name or path means a corpus in JSON: by its extension, or a name without one."""
    suffix = Path(name).suffix.casefold()
    if not name.strip() or suffix == ".json":
        return True
    return not suffix and not Path(name).is_dir() and not _pattern(name)


def is_table(name: str) -> bool:
    """Whether a path means relwatch's Parquet: a file, a pattern, or a folder of such files."""
    path = Path(name)
    if path.is_dir():
        return any(path.glob("*.parquet"))
    return path.suffix.casefold() == ".parquet"


def _pattern(name: str) -> bool:
    return any(char in name for char in "*?[") and not Path(name).exists()


def _corpus(path: Path, opening: Opening) -> Library:
    corpus, content = reading.read(path)
    if opening.engine in ("", "memory"):
        return Library(MemoryEngine(corpus, lambda: reading.raws(content)), str(path))
    # The same questions of another engine: the corpus as a table, kept by its content.
    from hashlib import sha256

    from relwatch.corpora.places import user_folder
    from relwatch.datasets import table

    target = user_folder("cache") / "corpora" / f"{sha256(content).hexdigest()[:32]}.parquet"
    if not target.is_file():
        with table.refusals(str(target.parent)):
            target.parent.mkdir(parents=True, exist_ok=True)
        table.write(corpus.events, corpus, target, raws=reading.raws(content))
    return Library(_over(target, opening), str(path))


def _over(path: Path, opening: Opening) -> Engine:
    from relwatch.engines.sql import engine

    return engine(path, opening.engine or "duckdb", heard=opening.heard)
