"""Batches of rows in, events staged on disk out: the part of a conversion that each row passes.

A batch becomes a table of columns, Python answers the lookups once for every distinct value, SQL
makes events of the rows.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from relwatch.datasets import table
from relwatch.datasets.batching import (
    PREFIX,
    given,
    raw_table,
    title_tokens,
    width_fault,
    wrong_width,
)
from relwatch.datasets.layout import Finding, Lookup, Mapping
from relwatch.datasets.records import RECORD, Batch, Reject
from relwatch.datasets.rejecting import Rejected
from relwatch.datasets.rules import Rules
from relwatch.datasets.sources import Source

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LINE_BITS = 40
"""A row's `seq` is the number of its source, and in so many lower bits its line there."""
BESIDE = ("seq", "covered", "twin", "side")
"""What is staged beside the events, to decide at the end which of them stay."""
_KNOWN_LIMIT = 50_000


class Staging:
    """The rows of all sources as they become staged events; `rows` counts those read.

    `basis` says why days are covered, `twins` whether rows may stand for one event.
    """

    def __init__(
        self,
        connection: DuckDBPyConnection,
        folder: Path,
        dataset: Any,
        rules: Rules | None,
        parts: table.Parts,
        rejected: Rejected,
    ) -> None:
        self.connection = connection
        self.folder = folder
        self.dataset = dataset
        self.rules = rules
        self.parts = parts
        self.rejected = rejected
        self.rows = 0
        self.basis: set[str] = set()
        self.twins = False
        self.known: dict[int, dict[str, tuple[str | None, ...]]] = {}

    def events(self, number: int, source: Source, finding: Finding, batch: Batch) -> None:
        """Stage events that are already in relwatch's own shape."""
        from relwatch.datasets import own

        lines = self.folder / "events.ndjson"
        count = 0
        with lines.open("wb") as file:
            for row, text in enumerate(batch.text.split(batch.end) if batch.text else ()):
                if not text.strip():
                    continue
                self.rows += 1
                line = batch.line_of(row)
                try:
                    if finding.version == "NDJSON":
                        event = own.from_line(text)
                    else:
                        cells = text.split(batch.separator)
                        if len(cells) not in finding.widths:
                            raise ValueError(wrong_width(len(cells), finding))
                        event = own.from_cells(
                            {name: cells[place] for name, place in finding.columns.items()}
                        )
                except ValueError as error:
                    self.rejected.add(source, Reject(line, str(error).split("\n")[0], text))
                    continue
                count += 1
                # Only lines of JSON may hold more than an event's fields, and are kept as they are.
                raw = text if finding.version == "NDJSON" else None
                seq = number << LINE_BITS | line
                file.write(msgspec.json.encode({"seq": seq, "e": event, "raw": raw}) + b"\n")
        for reject in batch.rejects:
            self.rows += 1
            self.rejected.add(source, reject)
        if count:
            self.connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {PREFIX}made AS"
                f" SELECT seq, {table.EVENT_COLUMNS}, raw, NULL::VARCHAR AS covered,"
                " NULL::UBIGINT AS twin, NULL::BOOLEAN AS side"
                " FROM read_json(?, format='newline_delimited', columns={seq: 'BIGINT',"
                f" e: '{table.EVENT_STRUCT}', raw: 'VARCHAR'}})",
                [str(lines)],
            )
            self.parts.add(f"{PREFIX}made")
        lines.unlink()

    def rows_of(self, number: int, source: Source, finding: Finding, batch: Batch) -> None:
        """Stage a batch of rows as events."""
        mapping: Mapping = self.dataset.mapping(finding)
        self.twins = mapping.twin != "NULL"
        if mapping.basis:
            self.basis.add(mapping.basis)
        for reject in batch.rejects:
            self.rows += 1
            self.rejected.add(source, reject)
        if not batch.text:
            return
        connection = self.connection
        connection.execute(raw_table(mapping, finding, batch), [batch.text, batch.end])
        joins, looked_up = self._look_up("raw", mapping.lookups, 0)
        parts = ", ".join(f"{part} AS part_{n}" for n, part in enumerate(mapping.parts, 1))
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {PREFIX}parts AS"
            f" SELECT *, {parts}, CASE WHEN {width_fault(finding)} THEN 'fields' ELSE"
            f" {mapping.reject} END AS reject FROM"
            f" (SELECT raw.rowid AS n, raw.*{looked_up} FROM {PREFIX}raw AS raw {joins})"
            " WHERE line <> ''"
        )
        self.rows += one_number(connection, f"SELECT count(*) FROM {PREFIX}parts")
        for n, reason, text, width in connection.execute(
            f"SELECT n, reject, line, width FROM {PREFIX}parts WHERE reject IS NOT NULL ORDER BY n"
        ).fetchall():
            if reason == "fields":
                reason = wrong_width(width, finding)
            self.rejected.add(source, Reject(batch.line_of(n), reason, text))
        joins, looked_up = self._look_up("parts", title_tokens(mapping), len(mapping.lookups))
        words = ", ".join(f"nullif(tokens_{n}, '')" for n, _ in enumerate(mapping.parts, 1))
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {PREFIX}made AS"
            f" SELECT {self._line(number, batch)} AS seq, {given(mapping, finding)},"
            f" concat_ws(' ', {words}) AS title_tokens, {mapping.covered} AS covered,"
            f" CASE WHEN {mapping.twin} IS NOT NULL THEN hash({mapping.twin}) END AS twin,"
            f" {mapping.side or 'NULL::BOOLEAN'} AS side"
            f" FROM (SELECT parts.*{looked_up} FROM {PREFIX}parts AS parts {joins}"
            " WHERE reject IS NULL)"
        )
        if self.rules:
            lookups = (self.rules.lookup(mapping.values.keys() | {"title"}),)
            joins, _ = self._look_up("made", lookups, 1_000)
            connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {PREFIX}ruled AS"
                f" SELECT made.* REPLACE ({Rules.CATEGORIES} AS categories)"
                f" FROM {PREFIX}made AS made {joins}"
            )
            self.parts.add(f"{PREFIX}ruled")
        else:
            self.parts.add(f"{PREFIX}made")

    def _line(self, number: int, batch: Batch) -> str:
        base = number << LINE_BITS
        if batch.lines is None:
            return f"{base + batch.first}::BIGINT + n"
        connection = self.connection
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {PREFIX}lines AS SELECT CAST(unnest(string_split(?,"
            " ' ')) AS BIGINT) AS line",
            [" ".join(map(str, batch.lines))],
        )
        return f"{base}::BIGINT + (SELECT line FROM {PREFIX}lines AS l WHERE l.rowid = n)"

    def _look_up(self, rows: str, lookups: tuple[Lookup, ...], first: int) -> tuple[str, str]:
        """Answer the lookups of a batch; gives the joins, and the columns they add."""
        joins, columns = [], []
        for number, lookup in enumerate(lookups, first):
            known = self.known.setdefault(number, {})
            if len(known) > _KNOWN_LIMIT:
                known.clear()
            name = f"{PREFIX}look_{number}"
            keys, found = [], []
            for (key,) in self.connection.execute(
                f"SELECT DISTINCT {lookup.key} FROM {PREFIX}{rows} AS {rows}"
            ).fetchall():
                if key is None:
                    continue
                values = known.get(key)
                if values is None:
                    values = known[key] = lookup.find(key)
                keys.append(key)
                found.append(values)
            # One text for each column: far quicker to hand over than lists of texts.
            given = [RECORD.join(keys)]
            given += [
                RECORD.join("\0" if value is None else value for value in column)
                for column in zip(*found, strict=True)
            ] or [""] * len(lookup.values)
            values_sql = ", ".join(
                f"nullif(unnest(string_split(?, chr(30))), chr(0)) AS {value}"
                for value in lookup.values
            )
            self.connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {name} AS"
                f" SELECT unnest(string_split(?, chr(30))) AS k, {values_sql}",
                given,
            )
            joins.append(f"LEFT JOIN {name} ON {name}.k = {lookup.key}")
            columns += [f", {name}.{value}" for value in lookup.values]
        return " ".join(joins), "".join(columns)


def one_number(connection: DuckDBPyConnection, query: str) -> int:
    """The number that a query gives."""
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])
