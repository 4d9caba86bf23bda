"""What only the whole of a data set can tell: ids that occur twice, rows that stand for one event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from relwatch.datasets.layout import Finding
from relwatch.datasets.records import Reject, batches
from relwatch.datasets.rejecting import Rejected
from relwatch.datasets.sniffing import Sniffed
from relwatch.datasets.sources import Source
from relwatch.datasets.staging import LINE_BITS, one_number
from relwatch.errors import DataWrong, Problem

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

KEPT = "seq NOT IN (SELECT seq FROM relwatch_dropped)"
"""SQL for whether a staged row stays, once all is settled."""
INITIATORS = "CASE WHEN seq IN (SELECT seq FROM relwatch_both) THEN actors ELSE initiators END"
"""SQL for who acts: of two mirrored rows that are folded, both sides."""


class Settling:
    """The staged rows of `rows` rows in all, and which of them stay."""

    def __init__(
        self,
        connection: DuckDBPyConnection,
        staged: str,
        sniffed: tuple[Sniffed, ...],
        rejected: Rejected,
        rows: int,
    ) -> None:
        self.connection = connection
        self.staged = staged
        self.sniffed = sniffed
        self.rejected = rejected
        self.rows = rows

    def settle(self, most: float, fold: bool) -> int:
        """Reject repeated ids and, where asked for, fold rows that stand for one event.

        Gives how many were folded. DataWrong when more than the share `most` repeats an id.
        """
        connection = self.connection
        connection.execute("CREATE OR REPLACE TEMP TABLE relwatch_dropped (seq BIGINT)")
        connection.execute("CREATE OR REPLACE TEMP TABLE relwatch_both (seq BIGINT)")
        rows = f"""WITH twice AS (SELECT hash(id) AS h FROM {self.staged} GROUP BY h
                HAVING count(*) > 1),
            rows AS (SELECT seq, id FROM {self.staged} WHERE hash(id) IN (FROM twice)),
            repeated AS (SELECT seq, first FROM (
                SELECT seq, min(seq) OVER (PARTITION BY id) AS first FROM rows)
                WHERE seq <> first)"""
        count = one_number(connection, f"{rows} SELECT count(*) FROM repeated")
        if count > max(1_000, most * self.rows):
            raise DataWrong(
                (
                    Problem(
                        self.sniffed[0].source.name,
                        "",
                        f"{count:,} of {self.rows:,} rows have an id that an earlier row has",
                        f"at most {100 * most:g} %",
                    ),
                ),
                "do the files overlap, or stand there both packed and unpacked?",
            )
        if count:
            self._reject_repeated(
                connection.execute(
                    f"{rows} SELECT seq, first FROM repeated ORDER BY seq"
                ).fetchall()
            )
        return self._fold() if fold else 0

    def _reject_repeated(self, repeated: list[tuple[int, int]]) -> None:
        lines = (1 << LINE_BITS) - 1
        wanted: dict[int, dict[int, str]] = {}
        for seq, first in repeated:
            source = self.sniffed[first >> LINE_BITS].source
            wanted.setdefault(seq >> LINE_BITS, {})[seq & lines] = (
                f"the id stands in line {first & lines:,} of {source.name} already"
            )
        self._many("INSERT INTO relwatch_dropped", [seq for seq, _ in repeated])
        for number, reasons in wanted.items():
            source, finding = self.sniffed[number].source, self.sniffed[number].finding
            for line, text in _texts(source, finding, reasons.keys()):
                self.rejected.add(
                    source, Reject(line, reasons[line], text, "the id occurs already")
                )

    def _many(self, insert: str, numbers: list[int]) -> None:
        self.connection.execute(
            f"{insert} SELECT CAST(unnest(string_split(?, ' ')) AS BIGINT)",
            [" ".join(map(str, numbers))],
        )

    def _fold(self) -> int:
        """Keep the first row of those that stand for one event; gives how many others there were.

        Mirrored rows are folded only when both directions are there: the same direction twice
        is two reports.
        """
        connection = self.connection
        connection.execute(
            f"""CREATE OR REPLACE TEMP TABLE relwatch_twins AS
            SELECT twin, min(seq) AS kept, count(DISTINCT side) AS sides
            FROM {self.staged} WHERE twin IS NOT NULL
                AND seq NOT IN (SELECT seq FROM relwatch_dropped)
            GROUP BY twin HAVING count(*) > 1 AND count(DISTINCT side) <> 1"""
        )
        folded = one_number(
            connection,
            f"""SELECT count(*) FROM {self.staged} AS rows JOIN relwatch_twins USING (twin)
            WHERE seq <> kept AND seq NOT IN (SELECT seq FROM relwatch_dropped)""",
        )
        connection.execute(
            f"""INSERT INTO relwatch_dropped
            SELECT seq FROM {self.staged} JOIN relwatch_twins USING (twin)
            WHERE seq <> kept AND seq NOT IN (SELECT seq FROM relwatch_dropped)"""
        )
        connection.execute(
            "INSERT INTO relwatch_both SELECT kept FROM relwatch_twins WHERE sides = 2"
        )
        return folded


def _texts(source: Source, finding: Finding, lines: Iterable[int]) -> Iterator[tuple[int, str]]:
    """The rows that begin on these lines, read once more."""
    wanted = set(lines)
    for batch in batches(source, finding):
        for row, text in enumerate(batch.text.split(batch.end)):
            if batch.line_of(row) in wanted:
                yield batch.line_of(row), text
