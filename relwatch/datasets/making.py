"""What is made of an event's fields for the table: days, folded names, tokens, what it has.

Each distinct date, title or list of actors passes through Python once, in the same functions that
the engine in memory uses; the rows themselves never leave DuckDB.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from relwatch.datasets.table import DAYS, GIVEN, MADE, ROW_GROUP, patiently
from relwatch.expressions.fields import NOTE_KINDS
from relwatch.expressions.wording import Wording
from relwatch.model import Corpus, Event, Note, checked_dates, days_of
from relwatch.periods import date_days
from relwatch.reference import quad_of
from relwatch.text import PART, fold, fold_once, tokens

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_EMPTY = {"BOOLEAN": "false", "VARCHAR[]": "[]", "VARCHAR": "''"}
# Printable ASCII without runs of spaces: what `lower` folds as `fold` does.
_PLAIN = "regexp_full_match({}, '[!-~]+( [!-~]+)*')"
# Dashes and arrows of made titles, which neither `lower` nor `fold` changes.
_DASHES = "translate(title, '—–→', '---')"
_DATE_KEY = "concat_ws('/', date, coalesce(end_date, ''), uncertain)"
_HAS = {
    "end": "end_date IS NOT NULL",
    "place": "len(places) > 0",
    "tag": "len(tags) > 0",
    "quote": "len(quotes) > 0",
    "amount": "len(amounts) > 0",
    "stage": "stage <> ''",
    "link": "len(follows) > 0",
    "code": "cameo <> ''",
    "intensity": "intensity IS NOT NULL",
    "source": "len(sources) > 0",
    "about": "len(about) > 0",
    "initiator": "len(initiators) > 0",
    "uncertain": "uncertain",
    "assessment": "assessed.event IS NOT NULL",
    **{kind: f"list_contains(note_kinds, '{kind}')" for kind in NOTE_KINDS},
}


class Making:
    """One table in the making: its fields staged in a file, learned from, then joined.

    `count`, `exact` and `corrected` are known after `select`, and so is `filled`: the fields that
    some event has.
    """

    def __init__(self, connection: DuckDBPyConnection, corpus: Corpus, folder: Path) -> None:
        self.connection = connection
        self.folder = folder
        self.wording = Wording(corpus)
        self.assessed = sorted(
            {
                evidence.event
                for assessment in corpus.assessments
                for evidence in assessment.evidence
                if evidence.event is not None
            }
        )
        self.states = {actor.id for actor in corpus.actors if actor.kind == "state"}
        self.of = {actor.id: actor.of for actor in corpus.actors if actor.of}
        self.count = 0
        self.exact = True
        self.corrected = False
        self.filled: frozenset[str] = frozenset()
        self._tables: list[str] = []
        self._joins: list[str] = []
        self._columns: dict[str, str] = {}
        self._tokens: dict[str, str] = {}
        self._tokens_given = False

    def select(self, query: str, parameters: list[Any]) -> str:
        """The SELECT that gives the whole table; the query behind it has been run and staged."""
        self._stage(query, parameters)
        return self._made(())

    def part(self, rows: str, beside: tuple[str, ...]) -> str:
        """The SELECT that gives a part of the table, from a table of rows in the database.

        The columns `beside` are passed on. Where the rows have `title_tokens`, those are the
        tokens of their titles, and no title is looked at. `count`, `exact`, `corrected` and
        `filled` then hold for all parts so far.
        """
        named = self.connection.execute(f"DESCRIBE {rows}").fetchall()
        names = {row[0] for row in named}
        self._joins, self._columns, self._tables = [], {}, []
        self._tokens_given = "title_tokens" in names
        extra = (*beside, *(("title_tokens",) if self._tokens_given else ()))
        fields = _fields(names - {*extra}) + [f'"{name}"' for name in extra]
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE relwatch_part AS SELECT {', '.join(fields)} FROM {rows}"
        )
        self.connection.execute("CREATE OR REPLACE TEMP VIEW relwatch_given AS FROM relwatch_part")
        before, filled = self.count, self.filled
        self._look()
        made = self._made(beside)
        self.count += before
        self.filled |= filled
        return made

    def _made(self, beside: tuple[str, ...]) -> str:
        self._learn_dates()
        self._learn_names()
        self._learn_words()
        self._compose()
        columns = [*(f'given."{name}"' for name in (*beside, *GIVEN))]
        for name, kind in MADE.items():
            value = self._columns.get(name, "NULL")
            columns.append(f'CAST({value} AS {kind}) AS "{name}"')
        return f"SELECT {', '.join(columns)} FROM relwatch_given AS given {' '.join(self._joins)}"

    def clear(self) -> None:
        """Drop all that was made on the connection."""
        self.connection.execute("DROP VIEW IF EXISTS relwatch_given")
        for name in self._tables:
            self.connection.execute(f"DROP TABLE IF EXISTS {name}")

    def _run(self, statement: str, parameters: list[Any] | None = None) -> DuckDBPyConnection:
        return patiently(
            self.connection, lambda: self.connection.execute(statement, parameters or [])
        )

    # Staging: the query runs once, whatever it costs.

    def _stage(self, query: str, parameters: list[Any]) -> None:
        described = self.connection.execute(f"DESCRIBE {query}", parameters).fetchall()
        names = {row[0] for row in described}
        fields = _fields(names)
        staged = str(self.folder / "staged.parquet")
        self._run(
            f"COPY (SELECT {', '.join(fields)} FROM ({query})) TO ?"
            f" (FORMAT parquet, COMPRESSION lz4, ROW_GROUP_SIZE {ROW_GROUP})",
            [*parameters, staged],
        )
        self.connection.read_parquet(staged).create_view("relwatch_given")
        self._look()

    def _look(self) -> None:
        """Count the events, and see which fields any of them fills: the others need no work."""
        tests = [
            f'count(*) FILTER (len("{name}") > 0)'
            if kind.endswith("[]")
            else f'count(*) FILTER ("{name}")'
            if kind == "BOOLEAN"
            else f'count("{name}")'
            for name, kind in GIVEN.items()
        ]
        row = self.connection.execute(
            f"SELECT count(*), {', '.join(tests)} FROM relwatch_given"
        ).fetchone()
        assert row is not None
        self.count = row[0]
        self.filled = frozenset(name for name, n in zip(GIVEN, row[1:], strict=True) if n)

    # Learning: distinct values out, what they mean back in.

    def _learn(
        self,
        field: str,
        key: str,
        made: dict[str, str],
        make: Callable[[Any], Sequence[Any] | None],
        where: str = "true",
    ) -> None:
        """Work out the columns `made` (name: type) for each distinct `key` of a field.

        Where no event has the field, or `make` gives None, they keep their empty value.
        """
        for name, kind in made.items():
            self._columns[name] = _EMPTY.get(kind, "NULL")
        if field not in self.filled:
            return
        table = f"relwatch_by_{field}"
        lines = self.folder / f"{table}.ndjson"
        asked = self._run(f"SELECT DISTINCT {key} AS k FROM relwatch_given WHERE {where}")
        encode = msgspec.json.encode
        with lines.open("wb") as file:
            while rows := patiently(asked, lambda: asked.fetchmany(10_000)):
                for (value,) in rows:
                    found = None if value is None else make(value)
                    if found is not None:
                        file.write(encode({"k": value, **dict(zip(made, found, strict=True))}))
                        file.write(b"\n")
        self._load(table, lines, {"k": "VARCHAR[]" if _is_list(field, key) else "VARCHAR", **made})
        lines.unlink()
        self._joins.append(f"LEFT JOIN {table} ON {table}.k = {key} AND {where}")
        for name, kind in made.items():
            empty = _EMPTY.get(kind)
            value = f'{table}."{name}"'
            self._columns[name] = f"coalesce({value}, {empty})" if empty else value

    def _kept(self, field: str, name: str) -> str:
        """A learned column whose NULL says something, as it was learned."""
        return f"relwatch_by_{field}.{name}" if field in self.filled else "NULL"

    def _load(self, table: str, lines: Path, columns: dict[str, str]) -> None:
        named = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
        self._tables.append(table)
        self._run(
            f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM read_json(?,"
            f" format='newline_delimited', columns={{{named}}})",
            [str(lines)],
        )

    def _learn_dates(self) -> None:
        def days(key: str) -> tuple[int, ...]:
            date, end, uncertain = key.split("/")
            found = days_of(date, end or None, uncertain == "true")
            self._note_exact(found.start_min, found.start_max, found.end_min, found.end_max)
            return found.start_min, found.start_max, found.end_min, found.end_max

        def window(text: str) -> tuple[int, int]:
            first, last = date_days(text)
            self._note_exact(first, last, first, last)
            return first, last

        self._learn("date", _DATE_KEY, dict.fromkeys(DAYS, "INTEGER"), days)
        for field in ("reported", "recorded"):
            made = dict.fromkeys((f"{field}_min", f"{field}_max"), "INTEGER")
            self._learn(field, field, made, window)
        self._columns["has_end"] = "end_date IS NOT NULL"
        self._learn_checked()

    def _note_exact(self, start_min: int, start_max: int, end_min: int, end_max: int) -> None:
        if start_min != start_max or end_min != end_max:
            self.exact = False

    def _learn_checked(self) -> None:
        """Checked days, for the few events whose notes correct `date` or `end`."""
        checked = {**{f"checked_{day}": "INTEGER" for day in DAYS}, "checked_has_end": "BOOLEAN"}
        for name in DAYS:
            self._columns[f"checked_{name}"] = self._columns[name]
        self._columns["checked_has_end"] = self._columns["has_end"]
        if "notes" not in self.filled:
            return
        rows = self.connection.execute(
            "SELECT id, date, end_date, uncertain, notes FROM relwatch_given WHERE len(list_filter("
            "notes, lambda n: n.kind = 'correction' AND n.field IN ('date', 'end'))) > 0"
        ).fetchall()
        lines = self.folder / "checked.ndjson"
        with lines.open("wb") as file:
            for event_id, date, end, uncertain, notes in rows:
                new_date, new_end = checked_dates(_dated(date, end, notes))
                days = days_of(new_date, new_end, uncertain)
                self._note_exact(days.start_min, days.start_max, days.end_min, days.end_max)
                self.corrected |= days != days_of(date, end, uncertain)
                self.corrected |= (new_end is None) != (end is None)
                values = (*(getattr(days, day) for day in DAYS), new_end is not None)
                line = {"k": event_id, **dict(zip(checked, values, strict=True))}
                file.write(msgspec.json.encode(line) + b"\n")
        self._load("relwatch_checked", lines, {"k": "VARCHAR", **checked})
        self._joins.append("LEFT JOIN relwatch_checked ON relwatch_checked.k = given.id")
        for name in checked:
            stated = self._columns[name]
            self._columns[name] = (
                f"CASE WHEN relwatch_checked.k IS NULL THEN {stated}"
                f" ELSE relwatch_checked.{name} END"
            )

    def _learn_names(self) -> None:
        def cameo(code: str) -> tuple[str, str] | None:
            return (fold(code), quad_of(code)) if code else None

        self._learn("cameo", "cameo", {"cameo_folded": "VARCHAR", "quad": "VARCHAR"}, cameo)
        self._learn("stage", "stage", {"stage_folded": "VARCHAR"}, lambda text: (fold(text),))
        self._learn(
            "origin", "origin.dataset", {"origin_folded": "VARCHAR"}, lambda text: (fold(text),)
        )
        odd = f"NOT {_PLAIN.format('id')}"
        self._learn("id", "id", {"id_folded": "VARCHAR"}, lambda text: (fold(text),), odd)
        # NULL, not empty: there `lower` says the same.
        self._columns["id_folded"] = self._kept("id", "id_folded")

    def _learn_words(self) -> None:
        category_names, actor_names = self.wording.category_names, self.wording.actor_names
        source_names = self.wording.source_names

        def title(text: str) -> tuple[str | None, str]:
            plain = text.isascii() and text.isprintable() and " ".join(text.split()) == text
            return None if plain else fold_once(text), " ".join(tokens(text))

        def actors(ids: list[str]) -> tuple[list[str], list[str], str]:
            of = {self.of[one] for one in ids if one in self.of}
            pairs = map("-".join, combinations(sorted(self.states & {*ids}), 2))
            names = (name for one in ids for name in actor_names.get(one, (one,)))
            return sorted(of), list(pairs), self._joined(names)

        def tags(found: list[str]) -> tuple[list[str], str]:
            return list(dict.fromkeys(map(fold, found))), self._joined(found)

        text = "VARCHAR"
        if self._tokens_given:
            odd = f"NOT {_PLAIN.format(_DASHES)}"
            self._learn("title", "title", {"title_folded": text}, lambda t: (fold_once(t),), odd)
            self._columns["title_tokens"] = "given.title_tokens"
        else:
            self._learn("title", "title", {"title_folded": text, "title_tokens": text}, title)
        self._columns["title_folded"] = self._kept("title", "title_folded")
        self._learn("summary", "summary", {"summary_tokens": text}, lambda t: (self._joined([t]),))
        self._learn(
            "categories",
            "categories",
            {"category_tokens": text},
            lambda ids: (self._joined(category_names.get(one, one) for one in ids),),
        )
        made = {"of_states": "VARCHAR[]", "pairs": "VARCHAR[]", "actor_tokens": text}
        self._learn("actors", "actors", made, actors)
        names = "list_transform(places, lambda p: p.name)"
        self._learn("places", names, {"place_tokens": text}, lambda found: (self._joined(found),))
        self._learn("tags", "tags", {"tags_folded": "VARCHAR[]", "tag_tokens": text}, tags)
        quotes = "list_transform(quotes, lambda q: q.text)"
        self._learn("quotes", quotes, {"quote_tokens": text}, lambda found: (self._joined(found),))
        self._learn(
            "sources",
            "list_transform(sources, lambda s: s.source)",
            {"source_tokens": text},
            lambda ids: (
                self._joined(name for one in ids for name in source_names.get(one, (one,))),
            ),
        )

    def _joined(self, texts: Any) -> str:
        """The tokens of parts, kept apart; empty when no part has any."""
        known = self._tokens
        found = []
        for text in texts:
            if text not in known:
                if len(known) > 200_000:
                    known.clear()
                known[text] = " ".join(tokens(text))
            found.append(known[text])
        return PART.join(part for part in found if part)

    def _compose(self) -> None:
        """The columns that follow from fields and learned columns by themselves."""
        columns = self._columns
        parts = {
            name: columns.pop(f"{name}_tokens")
            for name in ("title", "summary", "category", "actor", "place", "tag", "quote", "source")
        }
        source = parts.pop("source")
        whole = ", ".join(f"nullif({part}, '')" for part in parts.values())
        columns["search"] = f"' ' || concat_ws('{PART}', {whole}) || ' '"
        for name in ("title", "summary", "quote", "place"):
            columns[f"search_{name}"] = f"' ' || {parts[name]} || ' '"
        columns["search_source"] = f"' ' || {source} || ' '"
        columns["countries"] = _distinct("places", "country")
        columns["grades"] = _distinct("sources", "grade")
        tests = dict(_HAS)
        if self.assessed:
            self.connection.execute(
                "CREATE OR REPLACE TEMP TABLE relwatch_assessed AS SELECT unnest(?) AS event",
                [self.assessed],
            )
            self._tables.append("relwatch_assessed")
            self._joins.append(
                "LEFT JOIN relwatch_assessed AS assessed ON assessed.event = given.id"
            )
        else:
            del tests["assessment"]
        kinds = "list_transform(notes, lambda n: n.kind)"
        held = ", ".join(
            f"CASE WHEN {test.replace('note_kinds', kinds)} THEN '{what}' END"
            for what, test in tests.items()
        )
        columns["has"] = f"list_filter([{held}], lambda h: h IS NOT NULL)"


def _fields(names: set[str]) -> list[str]:
    """SQL for every field, with its type and its empty value in one form."""
    if not {"id", "date", "categories", "title"} <= names <= GIVEN.keys():
        raise ValueError(f"these are not the fields of an event: {sorted(names)}")
    fields = []
    for name, kind in GIVEN.items():
        value = f'CAST("{name}" AS {kind})' if name in names else f"CAST(NULL AS {kind})"
        if kind.endswith("[]"):
            value = f"coalesce({value}, [])"
        elif kind == "BOOLEAN":
            value = f"coalesce({value}, false)"
        elif name == "intensity":
            value = f"CASE WHEN isfinite({value}) THEN {value} END"
        fields.append(f'{value} AS "{name}"')
    return fields


def _is_list(field: str, key: str) -> bool:
    return GIVEN[field].endswith("[]")


def _distinct(structs: str, field: str) -> str:
    """The distinct values of one field of a list of structs, without empty ones."""
    values = f"list_transform({structs}, lambda s: s.{field})"
    return (
        f"CASE WHEN len({structs}) = 0 THEN []"
        f" ELSE list_distinct(list_filter({values}, lambda v: v <> '')) END"
    )


def _dated(date: str, end: str | None, notes: list[dict[str, Any]]) -> Event:
    """An event that has only what its checked dates depend on."""
    return Event(
        id="",
        date=date,
        end=end,
        categories=(),
        title="",
        notes=tuple(
            Note(
                kind=note["kind"],
                field=note["field"],
                value=None if note["value"] is None else msgspec.json.decode(note["value"]),
            )
            for note in notes
        ),
    )
