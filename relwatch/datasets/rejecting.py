"""The rows that are left out: each with its line and the reason, and how many may be."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from relwatch.datasets.layout import FIELD
from relwatch.datasets.records import Reject
from relwatch.datasets.sources import Source
from relwatch.errors import DataWrong, Problem


class Rejected:
    """The rejected rows, in a file, with their counts by reason."""

    HEADER = "file\tline\treason\ttext\n"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self.reasons: dict[str, int] = {}
        self.first: list[Problem] = []
        self._file: IO[str] = path.open("w", encoding="utf-8", newline="\n")
        self._file.write(self.HEADER)

    def add(self, source: Source, reject: Reject) -> None:
        """Leave a row out."""
        self.count += 1
        kind = reject.kind or reject.reason
        self.reasons[kind] = self.reasons.get(kind, 0) + 1
        if len(self.first) < 5:
            self.first.append(Problem(source.name, f"line {reject.line:,}", reject.reason))
        text = reject.text.replace(FIELD, ",").replace("\r", "").replace("\n", "⏎")
        self._file.write(f"{source.name}\t{reject.line}\t{reject.reason}\t{text}\n")

    def close(self) -> None:
        """Write what is not yet written."""
        self._file.close()

    def check(self, rows: int, most: float, name: str) -> None:
        """DataWrong when more than the share `most` of so many rows was rejected."""
        share = self.count / rows
        if share <= most:
            return
        shown = f"{100 * most:g} %"
        raise DataWrong(
            (
                Problem(
                    name,
                    "",
                    f"{self.count:,} of {rows:,} rows cannot be read ({100 * share:.1f} %)",
                    f"at most {shown}",
                ),
                *self.first,
            ),
            "--rejects FILE writes every such line with its reason",
        )
