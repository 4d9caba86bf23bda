"""Turning the files of a data set into relwatch's Parquet: every row is kept, or rejected by line.

A batch of rows becomes a table of columns, Python answers the lookups once for every distinct
value, SQL makes events of the rows; batches are staged on disk and written sorted at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec
from msgspec import Struct

from relwatch.datasets import module, table
from relwatch.datasets.layout import CATEGORIES, FIELD, OTHER, Finding, Lookup, Mapping
from relwatch.datasets.records import RECORD, Batch, Reject, batches
from relwatch.datasets.rules import Rules
from relwatch.datasets.sniffing import Sniffed, sniff_all
from relwatch.datasets.sources import Source
from relwatch.errors import AskedWrongly, DataWrong, Problem
from relwatch.model import Actor, Category, Corpus, Coverage, Method
from relwatch.periods import date_days, iso
from relwatch.reference import countries
from relwatch.text import tokens

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "800MB"
"""What DuckDB may use; with what it does not count, the process stays below 1.5 GB."""
_LINE_BITS = 40
_KNOWN_LIMIT = 50_000
_HOPELESS = 100_000
_PREFIX = "relwatch_batch_"


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
        conversion = _Conversion(
            connection, folder, sniffed, options, rules, found.size, progress, found.left_out
        )
        stack.callback(_keep_rejects, conversion, rejects)
        conversion.read()
        conversion.settle()
        conversion.check_rejects(" ".join(paths))
        return conversion.write(target)


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


def _keep_rejects(conversion: _Conversion, rejects: Path | None) -> None:
    conversion.rejected.close()
    if rejects is not None:
        from shutil import copyfile

        with table.refusals(str(rejects)):
            copyfile(conversion.rejected.path, rejects)


class _Rejected:
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
        self.count += 1
        kind = reject.kind or reject.reason
        self.reasons[kind] = self.reasons.get(kind, 0) + 1
        if len(self.first) < 5:
            self.first.append(Problem(source.name, f"line {reject.line:,}", reject.reason))
        text = reject.text.replace(FIELD, ",").replace("\r", "").replace("\n", "⏎")
        self._file.write(f"{source.name}\t{reject.line}\t{reject.reason}\t{text}\n")

    def close(self) -> None:
        self._file.close()


class _Conversion:
    """One conversion under way."""

    def __init__(
        self,
        connection: DuckDBPyConnection,
        folder: Path,
        sniffed: tuple[Sniffed, ...],
        options: Options,
        rules: Rules | None,
        size: int,
        progress: Callable[[Progress], None],
        left_out: tuple[str, ...],
    ) -> None:
        self.connection = connection
        self.folder = folder
        self.sniffed = sniffed
        self.options = options
        self.rules = rules
        self.size = size
        self.progress = progress
        self.left_out = left_out
        self.dataset = module(sniffed[0].finding.dataset)
        self.rejected = _Rejected(folder / "rejects.tsv")
        self.rows = 0
        self.read_bytes = 0
        self.parts = table.Parts(
            connection, _everything(options, rules), folder, ("seq", "covered", "twin", "side")
        )
        self.known: dict[int, dict[str, tuple[str | None, ...]]] = {}
        self.scale = ""
        self.basis: set[str] = set()
        self.folded = 0
        self.twins = False

    # Reading: batches in, staged parts out.

    def read(self) -> None:
        """Read every source, batch by batch, into staged parts."""
        for number, (source, finding) in enumerate(
            (one.source, one.finding) for one in self.sniffed
        ):
            begun = self.read_bytes
            taken = 0
            for batch in batches(source, finding):
                if finding.dataset == "relwatch":
                    self._events(number, source, finding, batch)
                else:
                    self._rows(number, source, finding, batch)
                taken = batch.taken
                self.read_bytes = begun + taken
                self._tell("reading")
                if self.rejected.count > max(_HOPELESS, self.rows / 2):
                    self.check_rejects(source.name)
            self.read_bytes = begun + source.size
        if self.rows == 0:
            raise DataWrong(
                (Problem(self.sniffed[0].source.name, "", "holds a header but no rows"),)
            )

    def _tell(self, stage: str) -> None:
        self.progress(Progress(self.rows, min(self.read_bytes, self.size), self.size, stage))

    def _reject(self, source: Source, reject: Reject) -> None:
        self.rejected.add(source, reject)

    def _events(self, number: int, source: Source, finding: Finding, batch: Batch) -> None:
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
                            raise ValueError(_wrong_width(len(cells), finding))
                        event = own.from_cells(
                            {name: cells[place] for name, place in finding.columns.items()}
                        )
                except ValueError as error:
                    self._reject(source, Reject(line, str(error).split("\n")[0], text))
                    continue
                count += 1
                # Only lines of JSON may hold more than an event's fields, and are kept as they are.
                raw = text if finding.version == "NDJSON" else None
                seq = number << _LINE_BITS | line
                file.write(msgspec.json.encode({"seq": seq, "e": event, "raw": raw}) + b"\n")
        for reject in batch.rejects:
            self.rows += 1
            self._reject(source, reject)
        if count:
            self.connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {_PREFIX}made AS"
                f" SELECT seq, {table.EVENT_COLUMNS}, raw, NULL::VARCHAR AS covered,"
                " NULL::UBIGINT AS twin, NULL::BOOLEAN AS side"
                " FROM read_json(?, format='newline_delimited', columns={seq: 'BIGINT',"
                f" e: '{table.EVENT_STRUCT}', raw: 'VARCHAR'}})",
                [str(lines)],
            )
            self.parts.add(f"{_PREFIX}made")
        lines.unlink()

    def _rows(self, number: int, source: Source, finding: Finding, batch: Batch) -> None:
        """Stage a batch of rows as events."""
        mapping: Mapping = self.dataset.mapping(finding)
        self.scale, self.twins = mapping.scale, mapping.twin != "NULL"
        if mapping.basis:
            self.basis.add(mapping.basis)
        for reject in batch.rejects:
            self.rows += 1
            self._reject(source, reject)
        if not batch.text:
            return
        connection = self.connection
        connection.execute(_raw_table(mapping, finding, batch), [batch.text, batch.end])
        joins, looked_up = self._look_up("raw", mapping.lookups, 0)
        parts = ", ".join(f"{part} AS part_{n}" for n, part in enumerate(mapping.parts, 1))
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {_PREFIX}parts AS"
            f" SELECT *, {parts}, CASE WHEN {_width_fault(finding)} THEN 'fields' ELSE"
            f" {mapping.reject} END AS reject FROM"
            f" (SELECT raw.rowid AS n, raw.*{looked_up} FROM {_PREFIX}raw AS raw {joins})"
            " WHERE line <> ''"
        )
        self.rows += _one(connection, f"SELECT count(*) FROM {_PREFIX}parts")
        for n, reason, text, width in connection.execute(
            f"SELECT n, reject, line, width FROM {_PREFIX}parts WHERE reject IS NOT NULL ORDER BY n"
        ).fetchall():
            if reason == "fields":
                reason = _wrong_width(width, finding)
            self._reject(source, Reject(batch.line_of(n), reason, text))
        joins, looked_up = self._look_up("parts", _tokens(mapping), len(mapping.lookups))
        title_tokens = ", ".join(f"nullif(tokens_{n}, '')" for n, _ in enumerate(mapping.parts, 1))
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {_PREFIX}made AS"
            f" SELECT {self._line(number, batch)} AS seq, {_given(mapping, finding)},"
            f" concat_ws(' ', {title_tokens}) AS title_tokens, {mapping.covered} AS covered,"
            f" CASE WHEN {mapping.twin} IS NOT NULL THEN hash({mapping.twin}) END AS twin,"
            f" {mapping.side or 'NULL::BOOLEAN'} AS side"
            f" FROM (SELECT parts.*{looked_up} FROM {_PREFIX}parts AS parts {joins}"
            " WHERE reject IS NULL)"
        )
        if self.rules:
            lookups = (self.rules.lookup(mapping.values.keys() | {"title"}),)
            joins, _ = self._look_up("made", lookups, 1_000)
            connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {_PREFIX}ruled AS"
                f" SELECT made.* REPLACE ({Rules.CATEGORIES} AS categories)"
                f" FROM {_PREFIX}made AS made {joins}"
            )
            self.parts.add(f"{_PREFIX}ruled")
        else:
            self.parts.add(f"{_PREFIX}made")

    def _line(self, number: int, batch: Batch) -> str:
        base = number << _LINE_BITS
        if batch.lines is None:
            return f"{base + batch.first}::BIGINT + n"
        connection = self.connection
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {_PREFIX}lines AS SELECT CAST(unnest(string_split(?,"
            " ' ')) AS BIGINT) AS line",
            [" ".join(map(str, batch.lines))],
        )
        return f"{base}::BIGINT + (SELECT line FROM {_PREFIX}lines AS l WHERE l.rowid = n)"

    def _look_up(self, rows: str, lookups: tuple[Lookup, ...], first: int) -> tuple[str, str]:
        """Answer the lookups of a batch; gives the joins, and the columns they add."""
        joins, columns = [], []
        for number, lookup in enumerate(lookups, first):
            known = self.known.setdefault(number, {})
            if len(known) > _KNOWN_LIMIT:
                known.clear()
            name = f"{_PREFIX}look_{number}"
            keys, found = [], []
            for (key,) in self.connection.execute(
                f"SELECT DISTINCT {lookup.key} FROM {_PREFIX}{rows} AS {rows}"
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

    # Settling: what only the whole can tell.

    def settle(self) -> None:
        """Find repeated ids and, where asked for, rows that stand for one event."""
        if not self.parts.written:
            return
        self._tell("checking")
        connection = self.connection
        connection.execute("CREATE OR REPLACE TEMP TABLE relwatch_dropped (seq BIGINT)")
        connection.execute("CREATE OR REPLACE TEMP TABLE relwatch_both (seq BIGINT)")
        rows = f"""WITH twice AS (SELECT hash(id) AS h FROM {self.parts.staged} GROUP BY h
                HAVING count(*) > 1),
            rows AS (SELECT seq, id FROM {self.parts.staged} WHERE hash(id) IN (FROM twice)),
            repeated AS (SELECT seq, first FROM (
                SELECT seq, min(seq) OVER (PARTITION BY id) AS first FROM rows)
                WHERE seq <> first)"""
        count = _one(connection, f"{rows} SELECT count(*) FROM repeated")
        if count > max(1_000, self.options.most_rejects * self.rows):
            raise DataWrong(
                (
                    Problem(
                        self.sniffed[0].source.name,
                        "",
                        f"{count:,} of {self.rows:,} rows have an id that an earlier row has",
                        f"at most {100 * self.options.most_rejects:g} %",
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
        if self.options.fold and self.twins:
            self._fold()

    def _reject_repeated(self, repeated: list[tuple[int, int]]) -> None:
        lines = (1 << _LINE_BITS) - 1
        wanted: dict[int, dict[int, str]] = {}
        for seq, first in repeated:
            source = self.sniffed[first >> _LINE_BITS].source
            wanted.setdefault(seq >> _LINE_BITS, {})[seq & lines] = (
                f"the id stands in line {first & lines:,} of {source.name} already"
            )
        self._many("INSERT INTO relwatch_dropped", [seq for seq, _ in repeated])
        for number, reasons in wanted.items():
            source, finding = self.sniffed[number].source, self.sniffed[number].finding
            for line, text in _texts(source, finding, reasons.keys()):
                self._reject(source, Reject(line, reasons[line], text, "the id occurs already"))

    def _many(self, insert: str, numbers: list[int]) -> None:
        self.connection.execute(
            f"{insert} SELECT CAST(unnest(string_split(?, ' ')) AS BIGINT)",
            [" ".join(map(str, numbers))],
        )

    def _fold(self) -> None:
        """Keep the first row of those that stand for one event.

        Mirrored rows are folded only when both directions are there: the same direction twice
        is two reports.
        """
        connection = self.connection
        connection.execute(
            f"""CREATE OR REPLACE TEMP TABLE relwatch_twins AS
            SELECT twin, min(seq) AS kept, count(DISTINCT side) AS sides
            FROM {self.parts.staged} WHERE twin IS NOT NULL
                AND seq NOT IN (SELECT seq FROM relwatch_dropped)
            GROUP BY twin HAVING count(*) > 1 AND count(DISTINCT side) <> 1"""
        )
        self.folded = _one(
            connection,
            f"""SELECT count(*) FROM {self.parts.staged} AS rows JOIN relwatch_twins USING (twin)
            WHERE seq <> kept AND seq NOT IN (SELECT seq FROM relwatch_dropped)""",
        )
        connection.execute(
            f"""INSERT INTO relwatch_dropped
            SELECT seq FROM {self.parts.staged} JOIN relwatch_twins USING (twin)
            WHERE seq <> kept AND seq NOT IN (SELECT seq FROM relwatch_dropped)"""
        )
        connection.execute(
            "INSERT INTO relwatch_both SELECT kept FROM relwatch_twins WHERE sides = 2"
        )

    def check_rejects(self, name: str) -> None:
        """DataWrong when more rows were rejected than may be."""
        share = self.rejected.count / self.rows
        if share <= self.options.most_rejects:
            return
        shown = f"{100 * self.options.most_rejects:g} %"
        raise DataWrong(
            (
                Problem(
                    name,
                    "",
                    f"{self.rejected.count:,} of {self.rows:,} rows cannot be read"
                    f" ({100 * share:.1f} %)",
                    f"at most {shown}",
                ),
                *self.rejected.first,
            ),
            "--rejects FILE writes every such line with its reason",
        )

    # Writing.

    def write(self, target: Path) -> Report:
        """Write all that is kept, sorted."""
        self._tell("writing")
        dropped = "seq NOT IN (SELECT seq FROM relwatch_dropped)"
        corpus = self._corpus(dropped)
        both = "seq IN (SELECT seq FROM relwatch_both)"
        kept = self.parts.write(
            corpus,
            target,
            where=dropped,
            replace={"initiators": f"CASE WHEN {both} THEN actors ELSE initiators END"},
            dataset=self.dataset.DATASET.name,
            licence=self.dataset.DATASET.licence or None,
        )
        self._tell("done")
        first, last = corpus_days(corpus)
        return Report(
            dataset=self.dataset.DATASET.name,
            title=self.dataset.DATASET.title,
            versions=tuple(sorted({one.finding.version for one in self.sniffed})),
            licence=self.dataset.DATASET.licence,
            files=len(self.sniffed),
            rows=self.rows,
            kept=kept,
            rejected=self.rejected.count,
            folded=self.folded,
            reasons=dict(sorted(self.rejected.reasons.items(), key=lambda item: -item[1])),
            left_out=self.left_out,
            first=first,
            last=last,
        )

    def _corpus(self, where: str) -> Corpus:
        """The head of the table: what it covers, its categories and states."""
        connection = self.connection
        used = [
            row[0]
            for row in connection.execute(
                f"SELECT DISTINCT unnest(categories) AS c FROM {self.parts.staged} WHERE {where}"
                " ORDER BY c"
            ).fetchall()
        ]
        acting = {
            row[0]
            for row in connection.execute(
                f"SELECT DISTINCT unnest(actors) FROM {self.parts.staged} WHERE {where}"
            ).fetchall()
        }
        own = self.dataset.DATASET.name == "relwatch"
        known = _categories(self.rules)
        declared = used if own else [c for c in known if c != OTHER or c in used]
        declared += [c for c in used if c not in declared]
        folding = "; rows that stand for one event are folded" if self.options.fold else ""
        return Corpus(
            format="relwatch-corpus/1",
            id=self.dataset.DATASET.name,
            title=self.dataset.DATASET.title,
            description=self.dataset.DATASET.about or None,
            parties=self.options.parties,
            method=None
            if own
            else Method(selection="data set", inclusion=f"every row that can be read{folding}"),
            coverage=self._coverage(where),
            categories=tuple(known.get(c) or Category(id=c, name=c) for c in declared),
            actors=states(acting | set(self.options.parties)),
        )

    def _coverage(self, where: str) -> tuple[Coverage, ...]:
        """The stretches that are covered: unbroken runs of days of collection, or each file's span."""
        basis = "; ".join(sorted(self.basis))
        days = [
            date_days(row[0])[0]
            for row in self.connection.execute(
                f"SELECT DISTINCT covered AS day FROM {self.parts.staged}"
                f" WHERE covered IS NOT NULL AND {where} ORDER BY day"
            ).fetchall()
        ]
        if not days:
            return ()
        if self.dataset.DATASET.name != "gdelt":
            spans = self.connection.execute(
                f"SELECT min(covered), max(covered) FROM {self.parts.staged} WHERE covered IS NOT NULL"
                f" AND {where} GROUP BY seq >> {_LINE_BITS} ORDER BY 1"
            ).fetchall()
            runs = _merged([(date_days(a)[0], date_days(b)[0]) for a, b in spans])
        else:
            runs = _merged([(day, day) for day in days])
        return tuple(Coverage(start=iso(a), end=iso(b), basis=basis) for a, b in runs)


def _categories(rules: Rules | None) -> dict[str, Category]:
    """The categories every data set is sorted into, and those of the analyst's rules."""
    found = {c: Category(id=c, name=name, color=color) for c, (name, color) in CATEGORIES.items()}
    for c, (name, color) in (rules.categories if rules else {}).items():
        known = found.get(c, Category(id=c, name=c))
        found[c] = Category(id=c, name=name or known.name, color=color or known.color)
    return found


def _everything(options: Options, rules: Rules | None) -> Corpus:
    """A head that names every category and state a row may have."""
    return Corpus(
        format="relwatch-corpus/1",
        id="everything",
        title="everything",
        parties=options.parties,
        categories=tuple(_categories(rules).values()),
        actors=states(country.iso3 for country in countries()),
    )


def _tokens(mapping: Mapping) -> tuple[Lookup, ...]:
    """The tokens of each part of a title: in order, they are the tokens of the title."""
    return tuple(
        Lookup(
            key=f"part_{n}",
            values=(f"tokens_{n}",),
            find=lambda text: (" ".join(tokens(text)),),
        )
        for n, _ in enumerate(mapping.parts, 1)
    )


def corpus_days(corpus: Corpus) -> tuple[str | None, str | None]:
    """First and last covered day of a head."""
    if not corpus.coverage:
        return None, None
    return corpus.coverage[0].start, corpus.coverage[-1].end


def states(ids: Iterable[str]) -> tuple[Actor, ...]:
    """The states among ids, with the names they are known by."""
    wanted = set(ids)
    return tuple(
        Actor(id=country.iso3, name=country.name, kind="state", aliases=country.aliases)
        for country in countries()
        if country.iso3 in wanted
    )


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches of days, those that touch made one."""
    runs: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if runs and first <= runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], max(runs[-1][1], last))
        else:
            runs.append((first, last))
    return runs


def _one(connection: DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def _raw_table(mapping: Mapping, finding: Finding, batch: Batch) -> str:
    """SQL that cuts a batch into the columns that a mapping uses. Two parameters: text and end."""
    missing = [text for text in mapping.missing if text]
    columns = []
    for name in mapping.used:
        place = finding.columns.get(name)
        cell = "NULL" if place is None else f"nullif(f[{place + 1}], '')"
        for text in missing:
            cell = "NULL" if place is None else f"nullif({cell}, '{text}')"
        columns.append(f'CAST({cell} AS VARCHAR) AS "{name}"')
    code = ord(batch.separator)
    last = f"len(list_filter(f[{max(finding.widths) + 1}:], lambda c: c <> '')) > 0"
    return (
        f"CREATE OR REPLACE TEMP TABLE {_PREFIX}raw AS"
        f" WITH lines AS (SELECT unnest(string_split(?, ?)) AS line),"
        f" fields AS (SELECT line, string_split(line, chr({code})) AS f FROM lines)"
        f" SELECT line, len(f) AS width, {last} AS beyond, {', '.join(columns)} FROM fields"
    )


def _width_fault(finding: Finding) -> str:
    widths = ", ".join(map(str, finding.widths))
    if finding.spare:
        return f"width < {min(finding.widths)} OR beyond"
    return f"width NOT IN ({widths})"


def _wrong_width(width: int, finding: Finding) -> str:
    return f"{width} fields, not {' or '.join(map(str, finding.widths))}"


def _given(mapping: Mapping, finding: Finding) -> str:
    """SQL for the columns of relwatch's table that a mapping fills."""
    values = dict(mapping.values)
    version = values.pop(
        "version", f"'{finding.version}'" if finding.dataset == "gdelt" else "NULL"
    )
    identity = values["id"]
    values["title"] = mapping.title
    values["origin"] = (
        f"{{'dataset': '{finding.dataset}', 'id': substr({identity}, strpos({identity}, ':') + 1),"
        f" 'version': {version}}}"
    )
    if "intensity" in values:
        values["scale"] = f"CASE WHEN {values['intensity']} IS NOT NULL THEN '{mapping.scale}' END"
    values.setdefault("initiators", "[]")
    return ", ".join(
        f'CAST({value} AS {table.GIVEN[name]}) AS "{name}"' for name, value in values.items()
    )


def _texts(source: Source, finding: Finding, lines: Iterable[int]) -> Iterator[tuple[int, str]]:
    """The rows that begin on these lines, read once more."""
    wanted = set(lines)
    for batch in batches(source, finding):
        for row, text in enumerate(batch.text.split(batch.end)):
            if batch.line_of(row) in wanted:
                yield batch.line_of(row), text
