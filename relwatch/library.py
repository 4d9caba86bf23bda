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
from relwatch.engines.base import Engine, Question, check_engine
from relwatch.engines.memory import MemoryEngine
from relwatch.errors import AskedWrongly
from relwatch.expressions.nodes import EVERYTHING, Compare, Has, both
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

    def whole_table(self, number: int, expression: str = "") -> Path | None:
        """The table that so many events of this corpus came from, when they are all it holds.

        Then it can be copied as it is. None where it can not: also where notes may have to go.
        """
        path = None if expression else self.engine.whole(number)
        if path is not None and self.engine.count(Question(Has("internal"))):
            return None
        return path

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
    spare     a folder for the table of a data set where the cache cannot be written
    heard     told each SQL statement that runs, with its parameters
    """

    engine: str = ""
    options: Options | None = None
    progress: Callable[[Progress], None] | None = None
    rejects: Path | None = None
    spare: Path | None = None
    heard: Callable[[str, dict[str, Any]], None] | None = None


def load(name: str | PathLike[str] = places.DEFAULT, opening: Opening | None = None) -> Library:
    """Open a corpus or a data set.

    A corpus by path, by name in the user's data folder, or by bundled name; a data set as a file,
    a folder or a pattern, or as relwatch's Parquet. Raises AskedWrongly when there is none,
    DataWrong with every problem when it cannot be used.
    """
    text = fspath(name)
    opening = opening or Opening()
    if opening.engine:
        check_engine(opening.engine)
    if is_corpus(text):
        _refuse_options(text, "a corpus", opening)
        return _corpus(places.find(text), opening)
    if is_table(text):
        _refuse_options(text, "relwatch's own Parquet", opening)
        return Library(_over(Path(text), opening), text)
    if opening.engine == "memory":
        raise AskedWrongly(f"{text}: the memory engine reads corpora in JSON", "leave out --engine")
    from relwatch.datasets.cache import table_for
    from relwatch.datasets.conversion import PLAIN, nothing

    path, report, fresh = table_for(
        (text,),
        opening.options or PLAIN,
        progress=opening.progress or nothing,
        rejects=opening.rejects,
        spare=opening.spare,
    )
    said = [f"{report.title}, {' and '.join(report.versions)}: {report}"]
    said += [f"rejected: {count:,} {reason}" for reason, count in report.reasons.items()]
    said += [f"holds no rows, left out: {one}" for one in report.left_out]
    said += [report.licence] if fresh and report.licence else []
    return Library(_over(path, opening), text, tuple(said))


def _refuse_options(name: str, what: str, opening: Opening) -> None:
    """AskedWrongly where it is said how rows are to be read, and there are none to be read."""
    if opening.options is None and opening.rejects is None:
        return
    raise AskedWrongly(
        f"{name}: is {what}: --fold, --rules, --rejects and --most-rejects say how the files of a"
        " data set are read",
        "give them with -C and those files; `relwatch export FILE.parquet` keeps what they made",
    )


def is_corpus(name: str) -> bool:
    """Whether a name or path means a corpus in JSON.

    By its extension, a name without one, or else by how the file begins.
    """
    path = Path(name)
    suffix = path.suffix.casefold()
    if not name.strip() or suffix == ".json":
        return True
    if not suffix and not path.is_dir() and not _pattern(name):
        return True
    return reading.begins_as_corpus(path)


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
    from relwatch.datasets.cache import table_of

    return Library(_over(table_of(corpus, content, path), opening), str(path))


def _over(path: Path, opening: Opening) -> Engine:
    from relwatch.engines.sql import engine

    return engine(path, opening.engine or "duckdb", heard=opening.heard)
