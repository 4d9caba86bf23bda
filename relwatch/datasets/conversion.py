"""Turning the files of a data set into relwatch's Parquet: every row is kept, or rejected by line.

Rows are staged on disk batch by batch, settled as a whole, and written sorted at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from relwatch.datasets import module, table
from relwatch.datasets.heads import everything, head_of
from relwatch.datasets.layout import Finding
from relwatch.datasets.records import batches
from relwatch.datasets.rejecting import Rejected
from relwatch.datasets.rules import Rules
from relwatch.datasets.settling import INITIATORS, KEPT, Settling
from relwatch.datasets.sniffing import Sniffed, sniff_all
from relwatch.datasets.staging import BESIDE, Staging
from relwatch.errors import AskedWrongly, DataWrong, Problem

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "800MB"
"""What DuckDB may use; with what it does not count, the process stays below 1.5 GB."""
_HOPELESS = 100_000


class Options(Struct, frozen=True, kw_only=True):
    """What can be asked of a conversion; part of what a cached one is known by.

    parties      the two states whose relationship is watched
    fold         take mirrored ICEWS rows, and GDELT's repeated mentions, for one event
    rules        a file of the analyst's own rules (see `rules`)
    most_rejects the share of rows, 0 to 1, that may be rejected before the run stops
    """

    parties: tuple[str, str] = ("CHN", "RUS")
    fold: bool = False
    rules: Path | None = None
    most_rejects: float = 0.01


PLAIN = Options()


class Progress(Struct, frozen=True):
    """How far a conversion is: rows read, bytes of disk read and in all, and what it is doing."""

    rows: int
    bytes: int
    total: int
    stage: str


class Report(Struct, frozen=True, kw_only=True):
    """What a conversion did: rows = kept + rejected + folded.

    `reasons` counts rejected rows by reason; `left_out` names files that hold no rows.
    """

    dataset: str
    title: str
    versions: tuple[str, ...]
    licence: str
    files: int
    rows: int
    kept: int
    rejected: int
    folded: int = 0
    reasons: dict[str, int] = {}
    left_out: tuple[str, ...] = ()
    first: str | None = None
    last: str | None = None

    def __str__(self) -> str:
        parts = [f"{self.rows:,} rows read, {self.kept:,} events kept"]
        if self.folded:
            parts.append(f"{self.folded:,} folded into others")
        parts.append(f"{self.rejected:,} rejected")
        return ", ".join(parts)


def nothing(_: Progress) -> None:
    """Tells nobody."""


def convert(
    paths: tuple[str, ...],
    target: Path,
    options: Options = PLAIN,
    *,
    progress: Callable[[Progress], None] = nothing,
    rejects: Path | None = None,
) -> Report:
    """Read files, folders and patterns of one data set whole, and write them as relwatch's Parquet.

    `rejects` is where the lines that are left out are written, with reasons: also when the run
    stops because of them. Raises AskedWrongly for files that are not there, DataWrong for files
    that cannot be read as they are and for too many rejects, SystemRefused for a disk that is
    full or may not be written. The target appears whole or not at all.
    """
    found, sniffed = sniff_all(paths)
    _refuse_useless(sniffed[0].finding, options)
    rules = Rules.read(options.rules) if options.rules else None
    with ExitStack() as stack:
        folder = stack.enter_context(table.workshop(target))
        connection = stack.enter_context(table.connect(MEMORY, folder))
        rejected = Rejected(folder / "rejects.tsv")
        stack.callback(_keep_rejects, rejected, rejects)
        conversion = _Conversion(
            connection, folder, sniffed, options, rules, rejected, found.size, progress
        )
        conversion.read()
        conversion.settle(" ".join(paths))
        report = conversion.write(target)
    return msgspec.structs.replace(report, left_out=found.left_out)


def _refuse_useless(finding: Finding, options: Options) -> None:
    """AskedWrongly for what would change nothing: whoever asks for it expects a change."""
    dataset = module(finding.dataset)
    own = finding.dataset == "relwatch"
    if options.fold and (own or dataset.mapping(finding).twin == "NULL"):
        raise AskedWrongly(
            f"--fold does nothing for {dataset.DATASET.title}: no rows of it are known to stand for"
            " one event",
            "leave it out",
        )
    if options.rules and own:
        raise AskedWrongly(
            f"--rules does nothing for {dataset.DATASET.title}: its events have the categories they"
            " were given",
            "give it with -C and the files of a data set",
        )


def _keep_rejects(rejected: Rejected, rejects: Path | None) -> None:
    rejected.close()
    if rejects is not None:
        from shutil import copyfile

        with table.refusals(str(rejects)):
            copyfile(rejected.path, rejects)


class _Conversion:
    """One conversion under way."""

    def __init__(
        self,
        connection: DuckDBPyConnection,
        folder: Path,
        sniffed: tuple[Sniffed, ...],
        options: Options,
        rules: Rules | None,
        rejected: Rejected,
        size: int,
        progress: Callable[[Progress], None],
    ) -> None:
        self.connection = connection
        self.sniffed = sniffed
        self.options = options
        self.rules = rules
        self.rejected = rejected
        self.size = size
        self.progress = progress
        self.read_bytes = 0
        self.folded = 0
        self.dataset = module(sniffed[0].finding.dataset)
        self.parts = table.Parts(connection, everything(options.parties, rules), folder, BESIDE)
        self.staging = Staging(connection, folder, self.dataset, rules, self.parts, rejected)

    def read(self) -> None:
        """Read every source, batch by batch, into staged parts."""
        staging = self.staging
        for number, (source, finding) in enumerate(
            (one.source, one.finding) for one in self.sniffed
        ):
            begun = self.read_bytes
            stage = staging.events if finding.dataset == "relwatch" else staging.rows_of
            for batch in batches(source, finding):
                stage(number, source, finding, batch)
                self.read_bytes = begun + batch.taken
                self._tell("reading")
                if self.rejected.count > max(_HOPELESS, staging.rows / 2):
                    self.rejected.check(staging.rows, self.options.most_rejects, source.name)
            self.read_bytes = begun + source.size
        if staging.rows == 0:
            raise DataWrong(
                (Problem(self.sniffed[0].source.name, "", "holds a header but no rows"),)
            )

    def _tell(self, stage: str) -> None:
        done = min(self.read_bytes, self.size)
        self.progress(Progress(self.staging.rows, done, self.size, stage))

    def settle(self, paths: str) -> None:
        """Decide which rows stay; DataWrong when too many do not."""
        most, rows = self.options.most_rejects, self.staging.rows
        if self.parts.written:
            self._tell("checking")
            settling = Settling(
                self.connection, self.parts.staged, self.sniffed, self.rejected, rows
            )
            self.folded = settling.settle(most, self.options.fold and self.staging.twins)
        self.rejected.check(rows, most, paths)

    def write(self, target: Path) -> Report:
        """Write all that is kept, sorted."""
        self._tell("writing")
        about = self.dataset.DATASET
        corpus = head_of(
            self.connection,
            self.parts.staged,
            about,
            self.rules,
            self.options.parties,
            "; ".join(sorted(self.staging.basis)),
            self.options.fold,
        )
        kept = self.parts.write(
            corpus,
            target,
            where=KEPT,
            replace={"initiators": INITIATORS},
            dataset=about.name,
            licence=about.licence or None,
        )
        self._tell("done")
        return Report(
            dataset=about.name,
            title=about.title,
            versions=tuple(sorted({one.finding.version for one in self.sniffed})),
            licence=about.licence,
            files=len(self.sniffed),
            rows=self.staging.rows,
            kept=kept,
            rejected=self.rejected.count,
            folded=self.folded,
            reasons=dict(sorted(self.rejected.reasons.items(), key=lambda item: -item[1])),
            first=corpus.coverage[0].start if corpus.coverage else None,
            last=corpus.coverage[-1].end if corpus.coverage else None,
        )
