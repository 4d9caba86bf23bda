"""The same questions over any number of events: asked in SQL, of DuckDB or of Spark.

Filters, tallies, order and limits run where the events are; only what is shown comes back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec

from relwatch.answers import NONE
from relwatch.datasets import table
from relwatch.engines import delimited
from relwatch.engines.base import Engine, Match, Mean, Question, check_engine
from relwatch.engines.compiling import FALSE, ID_FOLDED, TRUE, Statement
from relwatch.engines.counting import Group, counted, first_and_last, grouped, labelled
from relwatch.engines.dialects import Dialect, DuckDB, Row
from relwatch.errors import AskedWrongly
from relwatch.expressions.nodes import During, Words, leaves
from relwatch.expressions.wording import Wording
from relwatch.model import Event
from relwatch.text import fold, words

_BY_DATE = ("start_min", "start_max")
_KEPT = 10_000
"""How many events' own JSON are remembered, so that `raw` need not ask for each again."""

_COUNTS = 16
"""How many statements that count are remembered with what they gave."""


def engine(
    path: Path | str,
    name: str = "duckdb",
    *,
    heard: Callable[[str, dict[str, Any]], None] | None = None,
) -> SqlEngine:
    """The engine of that name over a table: duckdb, spark, or the address of a Spark master.

    AskedWrongly for other names; SystemRefused when what it needs is missing.
    """
    check_engine(name)
    if name == "memory":
        raise AskedWrongly(f"{path}: the memory engine reads corpora in JSON", "leave out --engine")
    if name == "duckdb":
        return SqlEngine(path, heard=heard)
    from relwatch.engines.spark import Spark

    master = "local[*]" if name == "spark" else name
    return SqlEngine(path, lambda where: Spark(where, master), heard=heard)


class SqlEngine(Engine):
    """Answers from relwatch's Parquet: a file, a folder of files, or a glob.

    `heard` is told each statement that runs, with its parameters.
    """

    def __init__(
        self,
        path: Path | str,
        dialect: Callable[[Path | str], Dialect] = DuckDB,
        *,
        heard: Callable[[str, dict[str, Any]], None] | None = None,
    ) -> None:
        self.dialect = dialect(path)
        self.head = table.one_head(path, self.dialect.heads())
        self.corpus = self.head.corpus
        self._heard = heard
        self._decode = msgspec.json.Decoder(Event).decode
        self._raws: dict[str, bytes] = {}
        self._counts: dict[tuple[str, tuple[Any, ...]], list[Row]] = {}

    def close(self) -> None:
        """Give back the connection; no question can be asked afterwards."""
        self.dialect.close()

    def explain(self, question: Question) -> tuple[str, dict[str, Any]]:
        """The statement that gives the events asked for, and its parameters."""
        statement = self._statement(question)
        where = self._where(statement, question)
        query = f"SELECT * FROM events{where} ORDER BY {self._by_date(statement)}"
        return query, statement.used(query)

    # Questions.

    def count(self, question: Question) -> int:
        statement = self._statement(question)
        where = self._where(statement, question)
        return self._number(f"SELECT count(*) FROM events{where}", statement)

    def coarse(self, question: Question) -> int:
        if self.head.exact or not any(isinstance(leaf, During) for leaf in leaves(question.node)):
            return 0
        statement = self._statement(question)
        strict, loose = (statement.test(question.node, wide) for wide in (False, True))
        if strict == loose:
            return 0
        return self._number(f"SELECT count(*) FROM events WHERE ({strict}) <> ({loose})", statement)

    def events(
        self,
        question: Question,
        order: str = "date",
        *,
        reverse: bool = False,
        limit: int | None = None,
    ) -> Iterator[Event]:
        statement = self._statement(question)
        where = self._where(statement, question)
        down = " DESC" if reverse else ""
        by_date = self._by_date(statement, down if order == "date" else "")
        keys = self._order(statement, order)
        # Events without the value come last either way.
        missing = [f"({keys[0]}) IS NULL"] if keys else []
        ordered = ", ".join([*missing, *(f"{key}{down}" for key in keys), by_date])
        if limit is None:
            ordered = self._unless_sorted(ordered)
        query = self._shown(statement, where, ordered, limit)
        return (self._event(*row) for row in self._run(query, statement, many=limit is None))

    def search(
        self, question: Question, words: tuple[Words, ...], *, limit: int | None = None
    ) -> Iterator[Match]:
        statement = self._statement(question)
        where = self._where(statement, question)
        held = [statement.words(word) for word in words]
        titled = [statement.words(Words("title", word.text, word.prefix)) for word in words]
        counted = [
            " + ".join(f"CAST(({test}) AS INT)" for test in tests) or "0"
            for tests in (held, titled)
        ]
        # Constants are not for sorting by: Spark and DuckDB take a number for a column's.
        best = [f"{count} DESC" for count in counted if count != "0"]
        first, last = (statement.day(name) for name in _BY_DATE)
        ordered = ", ".join([*best, f"{first} DESC", f"{last} DESC", "id"])
        flags = [f"({test})" for test in held]
        query = self._shown(statement, where, ordered, limit, (counted[1], *flags))
        shown = [word.text + ("*" if word.prefix else "") for word in words]
        return (
            Match(
                self._event(event_id, text),
                tuple(word for word, holds in zip(shown, flags, strict=True) if holds),
                in_title,
            )
            for event_id, text, in_title, *flags in self._run(query, statement, many=limit is None)
        )

    def tally(
        self, question: Question, dimensions: tuple[str, ...], since: int | None = None
    ) -> dict[tuple[str, ...], int]:
        counts: Counter[tuple[str, ...]] = Counter()
        for labels, _, n in self._groups(question, dimensions, since):
            counts[labels] += n
        return counts

    def intensities(
        self, question: Question, dimensions: tuple[str, ...], since: int | None = None
    ) -> dict[tuple[str, ...], Mean]:
        if "intensity" not in self.head.filled:
            return {}
        # Exact sums of the few distinct values: floats added in an engine's order would differ.
        extra = (
            f"coalesce(nullif(scale, ''), '{NONE}')",
            self.dialect.holds("derived", "'intensity'"),
            "intensity",
        )
        totals: dict[tuple[str, ...], Fraction] = {}
        found: dict[tuple[str, ...], Mean] = {}
        for labels, (scale, derived, value), n in self._groups(
            question, dimensions, since, extra, "intensity IS NOT NULL"
        ):
            key = (*labels, scale)
            before = found.get(key) or Mean(0.0, 0, 0, value, value)
            totals[key] = totals.get(key, Fraction(0)) + Fraction(value) * n
            found[key] = Mean(
                0.0,
                before.n + n,
                before.derived + (n if derived else 0),
                min(before.low, value),
                max(before.high, value),
            )
        return {
            key: msgspec.structs.replace(mean, total=float(totals[key]))
            for key, mean in found.items()
        }

    def days(self, question: Question) -> dict[tuple[int, int], int]:
        statement = self._statement(question)
        where = self._where(statement, question)
        query = counted(first_and_last(statement), where)
        return {(low, high): n for low, high, n in self._counted(query, statement)}

    def holds(self, words: Words) -> bool:
        statement = self._statement(Question())
        query = f"SELECT 1 FROM events WHERE {statement.words(words)} LIMIT 1"
        return any(self._run(query, statement))

    def vocabulary(self) -> frozenset[str]:
        dialect, wording = self.dialect, Wording(self.corpus)
        texts = {
            "title": "title",
            "summary": "summary",
            "places": f"{dialect.each(dialect.field_of('places', 'name'))}",
            "tags": dialect.each("tags"),
            "quotes": dialect.each(dialect.field_of("quotes", "text")),
        }
        # No token reaches across a space: distinct pieces hold all the words, and are few.
        queries = [
            f"SELECT DISTINCT {dialect.each(dialect.pieces('word'))} FROM"
            f" (SELECT {text} AS word FROM events)"
            for field, text in texts.items()
            if field in self.head.filled
        ]
        found = {text for query in queries for (text,) in self._run(query) if text}
        for field, names in (
            ("categories", {key: (name,) for key, name in wording.category_names.items()}),
            ("actors", wording.actor_names),
        ):
            for (key,) in self._run(f"SELECT DISTINCT {dialect.each(field)} FROM events"):
                found.update(names.get(key, (key,)))
        return frozenset(word for text in found for word in words(text))

    def actors_called(self, text: str) -> tuple[str, ...]:
        declared = {actor.id for actor in self.corpus.actors}
        asked = fold(text)
        found: set[str] = set()
        for field in ("actors", "about"):
            if field in self.head.filled:
                each = self.dialect.each(field)
                for (name,) in self._run(f"SELECT DISTINCT {each} FROM events"):
                    if name not in declared and fold(name) == asked:
                        found.add(name)
        return tuple(sorted(found))

    def starting_with(self, prefix: str) -> list[str]:
        statement = self._statement(Question())
        test = self.dialect.begins(ID_FOLDED, statement.bind(fold(prefix)))
        query = f"SELECT id FROM events WHERE {test} ORDER BY id LIMIT 100"
        return [row[0] for row in self._run(query, statement)]

    def get(self, event_id: str) -> Event:
        statement = self._statement(Question())
        query = (
            f"SELECT id, {self._json()} FROM events WHERE id = {statement.bind(event_id)} LIMIT 1"
        )
        for row in self._run(query, statement):
            return self._event(*row)
        raise KeyError(event_id)

    def followers(self, event_id: str) -> list[Event]:
        if "follows" not in self.head.filled:
            return []
        statement = self._statement(Question())
        test = self.dialect.holds("follows", statement.bind(event_id))
        query = f"SELECT id, {self._json()} FROM events WHERE {test} ORDER BY {self._by_date(statement)}"
        return [self._event(*row) for row in self._run(query, statement)]

    def delimited(
        self, question: Question, columns: tuple[str, ...], delimiter: str
    ) -> Iterator[str | Event] | None:
        if not self.dialect.keeps_order or not delimited.can_make(self.head.filled, columns):
            return None
        statement = self._statement(question)
        where = self._where(statement, question)
        ordered = self._unless_sorted(self._by_date(statement))
        order = f" ORDER BY {ordered}" if ordered else ""
        row, odd = delimited.row(self.head.filled, columns, delimiter)
        query = (
            f"SELECT CASE WHEN {odd} THEN NULL ELSE {row} END,"
            f" CASE WHEN {odd} THEN {self._json()} END FROM events{where}{order}"
        )
        return (
            self._decode(given) if made is None else made
            for made, given in self._run(query, statement, many=True)
        )

    def whole(self, number: int) -> Path | None:
        path = Path(self.dialect.path)
        one = self.head.files == 1 and number == self.head.events
        return path if one and path.is_file() else None

    def raw(self, event: Event) -> bytes:
        if "raw" not in self.head.filled:
            return msgspec.json.encode(event)
        found = self._raws.get(event.id)
        if found is None:
            self.get(event.id)
            found = self._raws[event.id]
        return found

    # Statements.

    def _statement(self, question: Question) -> Statement:
        return Statement(self.dialect, self.head, question.checked)

    def _where(self, statement: Statement, question: Question, also: str = TRUE) -> str:
        test = statement.test(question.node)
        tests = [part for part in (test, also) if part != TRUE]
        return f" WHERE {' AND '.join(tests)}" if tests else ""

    def _run(
        self, query: str, statement: Statement | None = None, *, many: bool = False
    ) -> Iterator[Row]:
        parameters = statement.used(query) if statement else {}
        if self._heard is not None:
            self._heard(query, parameters)
        return self.dialect.run(query, parameters, many=many)

    def _number(self, query: str, statement: Statement) -> int:
        if " WHERE " + FALSE in query:
            return 0
        return int(self._counted(query, statement)[0][0])

    def _groups(
        self,
        question: Question,
        dimensions: tuple[str, ...],
        since: int | None,
        extra: tuple[str, ...] = (),
        also: str = TRUE,
    ) -> Iterator[Group]:
        statement = self._statement(question)
        query = grouped(statement, dimensions, self._where(statement, question, also), extra)
        return labelled(self._counted(query, statement), dimensions, since)

    def _counted(self, query: str, statement: Statement) -> list[Row]:
        """The rows of a statement that counts. An overview asks the same one many times."""
        asked = query, tuple(statement.used(query).items())
        found = self._counts.get(asked)
        if found is None:
            while len(self._counts) >= _COUNTS:
                del self._counts[next(iter(self._counts))]
            found = self._counts[asked] = list(self._run(query, statement))
        return found

    def _unless_sorted(self, ordered: str) -> str:
        """An order, or none where the file has it already: a sort would hold all of it in memory."""
        is_so = ordered == "start_min, start_max, id" and self.head.files == 1
        return "" if is_so and self.dialect.keeps_order else ordered

    @staticmethod
    def _by_date(statement: Statement, down: str = "") -> str:
        return ", ".join(f"{column}{down}" for column in (*map(statement.day, _BY_DATE), "id"))

    def _order(self, statement: Statement, order: str) -> tuple[str, ...]:
        """What an order compares before the date, each NULL where the event has no value."""
        match order:
            case "date":
                return ()
            case "end" | "reported" | "recorded":
                there, low, high = statement.window(order)
                return tuple(f"CASE WHEN {there} THEN {day} END" for day in (low, high))
            case "category":
                return (self.dialect.first("categories"),)
            case "title":
                return "coalesce(title_folded, lower(title))", "title"
            case "intensity" | "id":
                return (order,)
        raise ValueError(order)

    # Events.

    def _shown(
        self,
        statement: Statement,
        where: str,
        ordered: str,
        limit: int | None,
        more: tuple[str, ...] = (),
    ) -> str:
        """The statement for the id, the JSON and `more` of events, in order, at most `limit`.

        With a limit, those to be shown are found by a few columns first, and only these are read
        whole.
        """
        columns = ", ".join(("id", self._json(), *more))
        order = f" ORDER BY {ordered}" if ordered else ""
        if limit is None:
            return f"SELECT {columns} FROM events{where}{order}"
        chosen = (
            f"SELECT start_min AS chosen_day, id AS chosen_id FROM events{where}{order}"
            f" LIMIT {statement.bind(limit)}"
        )
        return (
            f"SELECT {columns} FROM events SEMI JOIN ({chosen}) AS chosen"
            f" ON start_min = chosen_day AND id = chosen_id{order}"
        )

    def _json(self) -> str:
        made = self.dialect.event_json(self.head.filled)
        return f"coalesce(raw, {made})" if "raw" in self.head.filled else made

    def _event(self, event_id: str, text: str) -> Event:
        event = self._decode(text)
        if "raw" in self.head.filled:
            if len(self._raws) >= _KEPT:
                self._raws.clear()
            self._raws[event_id] = text.encode()
        return event
