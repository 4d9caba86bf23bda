"""The same questions over any number of events: asked in SQL, of DuckDB or of Spark.

Filters, tallies, order and limits run where the events are; only what is shown comes back. Weeks,
weekdays and all other bins are rolled up from days here, since engines differ about them.
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
from relwatch.engines.base import PRIMARY, TIME, Engine, Match, Mean, Question, start_label
from relwatch.engines.compiling import FALSE, ID_FOLDED, TRUE, Statement
from relwatch.engines.dialects import Dialect, DuckDB, Row
from relwatch.errors import AskedWrongly
from relwatch.expressions.nodes import During, Words, leaves
from relwatch.expressions.wording import Wording
from relwatch.model import Event
from relwatch.text import fold, words

_BY_DATE = ("start_min", "start_max")
_KEPT = 10_000
"""How many events' own JSON are remembered, so that `raw` need not ask for each again."""

# Dimensions with many values to an event: the list that holds them.
_LISTS = {
    "category": "categories",
    "actor": "actors",
    "initiator": "initiators",
    "pair": "pairs",
    "country": "countries",
    "tag": "tags",
    "grade": "grades",
}
_STRUCTS = {"place": ("places", "name"), "source": ("sources", "source")}


def engine(
    path: Path | str,
    name: str = "duckdb",
    *,
    heard: Callable[[str, dict[str, Any]], None] | None = None,
) -> SqlEngine:
    """The engine of that name over a table: duckdb, spark, or the address of a Spark master.

    AskedWrongly for other names; SystemRefused when what it needs is missing.
    """
    if name == "duckdb":
        return SqlEngine(path, heard=heard)
    if name == "spark" or name.startswith(("spark://", "local[")):
        from relwatch.engines.spark import Spark

        master = "local[*]" if name == "spark" else name
        return SqlEngine(path, lambda where: Spark(where, master), heard=heard)
    raise AskedWrongly(
        f"unknown engine “{name}”", "the engines are duckdb, spark and spark://HOST:PORT"
    )


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
        if limit is None and ordered == "start_min, start_max, id" and self.dialect.keeps_order:
            # One file is sorted so: to sort it again would hold all of it in memory.
            ordered = "" if self.head.files == 1 else ordered
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
        for labels, _, n in self._grouped(question, dimensions, since, ()):
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
        for labels, (scale, derived, value), n in self._grouped(
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
        first, last = (statement.day(name) for name in _BY_DATE)
        query = f"SELECT {first}, {last}, count(*) FROM events{where} GROUP BY {first}, {last}"
        return {(low, high): n for low, high, n in self._run(query, statement)}

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
        return int(next(self._run(query, statement))[0])

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

    # Tallies.

    def _grouped(
        self,
        question: Question,
        dimensions: tuple[str, ...],
        since: int | None,
        extra: tuple[str, ...],
        also: str = TRUE,
    ) -> Iterator[tuple[tuple[str, ...], tuple[Any, ...], int]]:
        """(labels, values of `extra`, how many events), some labels more than once.

        Rows are first counted by whole lists: these are few, and only they are taken apart.
        """
        statement, dialect = self._statement(question), self.dialect
        columns: dict[str, str] = {}
        if any(name in TIME for name in dimensions):
            columns |= {"first_day": statement.day("start_min")}
            columns |= {"last_day": statement.day("start_max")}
        apart: list[str] = []
        for number, name in enumerate(dimensions):
            if name in TIME:
                continue
            if name in _LISTS or name in _STRUCTS:
                apart.append(f"by_{number}")
                value = _LISTS.get(name) or dialect.field_of(*_STRUCTS[name])
            else:
                text = dialect.first("categories") if name == PRIMARY else name
                value = f"coalesce(nullif({text}, ''), '{NONE}')"
            columns[f"by_{number}"] = value
        columns |= {f"extra_{number}": value for number, value in enumerate(extra)}
        counted = [f"{value} AS {name}" for name, value in columns.items()]
        where = self._where(statement, question, also)
        query = f"SELECT {', '.join([*counted, 'count(*) AS n'])} FROM events{where} GROUP BY ALL"
        for key in apart:
            labels = dialect.each(dialect.none_if_empty(dialect.distinct(key), f"'{NONE}'"))
            named = (f"{labels} AS {name}" if name == key else name for name in columns)
            query = f"SELECT {', '.join([*named, 'n'])} FROM ({query})"
        if apart:
            query = f"SELECT {', '.join([*columns, 'CAST(sum(n) AS BIGINT) AS n'])} FROM ({query}) GROUP BY ALL"
        return self._labelled(self._run(query, statement), dimensions, since)

    @staticmethod
    def _labelled(
        rows: Iterator[Row], dimensions: tuple[str, ...], since: int | None
    ) -> Iterator[tuple[tuple[str, ...], tuple[Any, ...], int]]:
        units = [name for name in dimensions if name in TIME]
        ahead = 2 if units else 0
        behind = ahead + len(dimensions) - len(units)
        known: dict[tuple[int, int], list[str]] = {}
        for row in rows:
            when: tuple[int, int] = row[:ahead]
            if when not in known:
                known[when] = [start_label(unit, when[0], when[1], since) for unit in units]
            values, bins = iter(row[ahead:behind]), iter(known[when])
            labels = tuple(next(bins) if name in TIME else next(values) for name in dimensions)
            # Counting nothing by nothing gives a row that says so.
            if row[-1]:
                yield labels, row[behind:-1], row[-1]
