"""relwatch's Parquet: one table of events with everything an engine asks, and how it is written.

A file holds the event's fields as typed columns (GIVEN), and columns made from them (MADE) so that
every question is a simple test that is never NULL. Its key-value metadata holds the corpus's head
and what is known of the whole table. Files are sorted by start_min, start_max and id.

Readers of data sets give only the fields. From Python objects, `write(events, corpus, path)`. For
rows that should never become Python objects:

    connection = table.connect()
    table.write_query(connection, "SELECT ... AS id, ... AS date FROM read_csv(?, ...)", [name],
                      corpus, path, dataset="gdelt2", licence="...")

The query's columns are any of GIVEN, by name and in any order; `id`, `date`, `categories` and
`title` must be there, `id` and `title` never NULL, ids unique, dates real dates of EDTF level 0.
What is missing is empty. Structs may lack fields. Everything in MADE is worked out here: each
distinct date, title, list of actors and so on passes through Python once, never each row.
"""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import Struct

from relwatch.datasets.sources import refused
from relwatch.errors import AskedWrongly, DataWrong, RelwatchError, SystemRefused
from relwatch.model import Corpus, Event

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Result = TypeVar("Result")

SCHEMA = "relwatch-events/1"
KEY = "relwatch"
"""Where a file's key-value metadata holds its Head, as JSON."""
ROW_GROUP = 122_880
"""Rows of a row group: what DuckDB skips, or reads on one core, at a time."""

GIVEN = {
    "id": "VARCHAR",
    "date": "VARCHAR",
    "end_date": "VARCHAR",
    "uncertain": "BOOLEAN",
    "reported": "VARCHAR",
    "categories": "VARCHAR[]",
    "title": "VARCHAR",
    "summary": "VARCHAR",
    "actors": "VARCHAR[]",
    "initiators": "VARCHAR[]",
    "about": "VARCHAR[]",
    "places": "STRUCT(name VARCHAR, country VARCHAR, lat DOUBLE, lon DOUBLE, precision VARCHAR)[]",
    "tags": "VARCHAR[]",
    "quotes": "STRUCT(speaker VARCHAR, text VARCHAR)[]",
    "amounts": "STRUCT(value DOUBLE, currency VARCHAR, what VARCHAR)[]",
    "stage": "VARCHAR",
    "follows": "VARCHAR[]",
    "cameo": "VARCHAR",
    "intensity": "DOUBLE",
    "scale": "VARCHAR",
    "sources": "STRUCT(source VARCHAR, grade VARCHAR, url VARCHAR, locator VARCHAR)[]",
    # The value of a note is JSON text: it may be anything.
    "notes": "STRUCT(kind VARCHAR, field VARCHAR, value VARCHAR, source VARCHAR,"
    " confidence VARCHAR, text VARCHAR)[]",
    "status": "VARCHAR",
    "origin": "STRUCT(dataset VARCHAR, id VARCHAR, version VARCHAR)",
    "derived": "VARCHAR[]",
    "recorded": "VARCHAR",
    # The event as its JSON file has it; NULL when it did not come from one.
    "raw": "VARCHAR",
}
"""The event's fields and their types. Field names are the file's, but for `end`: `end_date`."""

EVENT_STRUCT = "STRUCT({})".format(
    ", ".join(
        f'"{"end" if name == "end_date" else name}" {kind}'
        for name, kind in (
            GIVEN | {"notes": GIVEN["notes"].replace("value VARCHAR", "value JSON")}
        ).items()
        if name != "raw"
    )
)
"""An event as its JSON is read."""
EVENT_COLUMNS = 'e.* EXCLUDE ("end"), e."end" AS end_date'
"""The columns of GIVEN that such a struct, called `e`, holds."""

DAYS = ("start_min", "start_max", "end_min", "end_max")

MADE = {
    # Ordinal days (datetime.date.toordinal) by stated and by checked dates.
    **dict.fromkeys(DAYS, "INTEGER"),
    **dict.fromkeys((f"checked_{day}" for day in DAYS), "INTEGER"),
    "has_end": "BOOLEAN",
    "checked_has_end": "BOOLEAN",
    "reported_min": "INTEGER",
    "reported_max": "INTEGER",
    "recorded_min": "INTEGER",
    "recorded_max": "INTEGER",
    # Folded for comparing. NULL in the first two where `lower` of the plain column is the same.
    "id_folded": "VARCHAR",
    "title_folded": "VARCHAR",
    "tags_folded": "VARCHAR[]",
    "stage_folded": "VARCHAR",
    "origin_folded": "VARCHAR",
    "cameo_folded": "VARCHAR",
    # What the fields say together with the corpus: distinct, never with empty values.
    "of_states": "VARCHAR[]",
    "pairs": "VARCHAR[]",
    "countries": "VARCHAR[]",
    "grades": "VARCHAR[]",
    "quad": "VARCHAR",
    # The entries of `expressions.fields.HAS` that hold.
    "has": "VARCHAR[]",
    # Padded tokens, as `text.searchable` makes them.
    "search": "VARCHAR",
    "search_title": "VARCHAR",
    "search_summary": "VARCHAR",
    "search_quote": "VARCHAR",
    "search_place": "VARCHAR",
    "search_source": "VARCHAR",
}
"""The columns made from the fields, and their types."""


class Head(Struct, frozen=True):
    """What a file's metadata holds.

    `corpus` has no events. `exact`: every day is known to the day. `corrected`: some checked date
    differs from the stated one. `filled` are the fields that some event has. `licence` is the note
    users must see before they publish.
    """

    corpus: Corpus
    events: int
    exact: bool
    corrected: bool
    filled: frozenset[str]
    dataset: str | None = None
    licence: str | None = None
    schema: str = SCHEMA
    files: int = 1


@cache
def duckdb_module() -> Any:
    """The package duckdb; SystemRefused, with the command that installs it, when it is missing."""
    import atexit
    import gc

    # What a reader of corpora has frozen out of the collector would count as leaked by duckdb,
    # which says so on stderr when the process ends.
    atexit.register(gc.unfreeze)
    try:
        import duckdb
    except ModuleNotFoundError:
        raise SystemRefused(
            "this needs DuckDB, which is not installed", "pip install 'relwatch[big]'"
        ) from None
    return duckdb


def spill() -> Path:
    """Where DuckDB puts what does not fit into memory; it would take the folder one happens to be in."""
    import tempfile

    return Path(tempfile.gettempdir())


def connect(memory: str = "1GB", temporary: Path | None = None) -> DuckDBPyConnection:
    """A database in memory that uses at most `memory`, and the folder `temporary` beyond that."""
    folder = temporary or spill() / f"relwatch-{os.getpid()}"
    config: dict[str, Any] = {"memory_limit": memory, "temp_directory": str(folder)}
    found: DuckDBPyConnection = duckdb_module().connect(config=config)
    # DuckDB would draw its own bar on stdout, among the answers.
    found.execute("SET enable_progress_bar = false")
    return found


def patiently(connection: DuckDBPyConnection, call: Callable[[], Result]) -> Result:
    """What a call of DuckDB's gives, ended by Ctrl-C, for which DuckDB itself does not look.

    Only the main thread hears of Ctrl-C, and only while it runs Python: so another one waits in
    DuckDB.
    """
    import threading

    # Not the thread's own join: interrupted once, it no longer waits (bpo-45274).
    done = threading.Event()
    outcome: list[Result] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(call())
        except BaseException as error:
            failure.append(error)
        finally:
            done.set()

    threading.Thread(target=run).start()
    try:
        done.wait()
    except BaseException:
        connection.interrupt()
        done.wait()
        raise
    if failure:
        raise failure[0]
    return outcome[0]


@contextmanager
def refusals(what: str, disk: Path | None = None) -> Iterator[None]:
    """Turns what the system refuses (a full disk, no permission) into SystemRefused.

    `disk` is the folder that is written to, that of the file `what` when None.
    """
    try:
        yield
    except RelwatchError:
        raise
    except Exception as error:
        raised = _refusal(error, what, disk or Path(what).parent)
        if raised is None:
            raise
        raise raised from None


def _refusal(error: Exception, what: str, disk: Path) -> BaseException | None:
    """What an error of the system's or of DuckDB's is for whoever asked; None for a bug."""
    # Where DuckDB was never imported it did not raise anything.
    duckdb = sys.modules.get("duckdb")
    refused: tuple[type[Exception], ...] = (OSError,)
    if duckdb is not None:
        refused += (duckdb.IOException, duckdb.OutOfMemoryException)
    if isinstance(error, refused):
        if _is_full(error):
            return SystemRefused(
                f"{what}: the disk of {disk} is full ({os.strerror(errno.ENOSPC)})",
                "nothing half-made is left there; make room, and ask again",
            )
        return SystemRefused(
            f"{what}: {getattr(error, 'strerror', None) or str(error).splitlines()[0]}"
        )
    # DuckDB takes Ctrl-C for itself while a query runs.
    if isinstance(error, RuntimeError) or type(error).__name__ == "InterruptException":
        return KeyboardInterrupt() if "interrupted" in str(error).casefold() else None
    return None


def _is_full(error: Exception) -> bool:
    """Whether a disk is full. DuckDB says so by a number, or by what it allows itself of the rest."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    text = str(error)
    return re.search(r"errno:? ?(28|122)\b|No space left|max_temp_directory_size", text) is not None


def read_head(path: Path | str) -> Corpus:
    """The corpus that a file, folder or glob of relwatch's Parquet holds, without its events."""
    return head(path).corpus


def head(path: Path | str) -> Head:
    """The metadata of a file, or of the files of a folder or glob, which must be of one corpus.

    AskedWrongly when there is no such file, DataWrong when it is not relwatch's Parquet.
    """
    with connect("200MB") as connection:
        return one_head(path, heads(connection, path))


def heads(connection: DuckDBPyConnection, path: Path | str) -> list[str]:
    """The metadata of each file of `path`, unread."""
    duckdb = duckdb_module()
    query = (
        "SELECT decode(value) FROM parquet_kv_metadata(?)"
        f" WHERE decode(key) = '{KEY}' ORDER BY file_name"
    )
    try:
        rows = connection.execute(query, [pattern(path)]).fetchall()
    except duckdb.InvalidInputException:
        return []
    except duckdb.IOException as error:
        if "No files found" in str(error):
            raise AskedWrongly(f"{path}: no such file") from None
        raise SystemRefused(f"{path}: {str(error).splitlines()[0]}") from None
    return [text for (text,) in rows]


def one_head(path: Path | str, texts: list[str]) -> Head:
    """The metadata of several files as one. DataWrong when they do not belong together."""
    if not texts:
        raise foreign(path)
    try:
        found = [msgspec.json.decode(text, type=Head) for text in texts]
    except msgspec.ValidationError:
        found = []
    if not found or any(one.schema != SCHEMA for one in found):
        raise refused(
            str(path), "was written by another version of relwatch", hint="convert the data again"
        )
    first = found[0]
    if any(other.corpus.id != first.corpus.id for other in found):
        raise refused(str(path), "holds files of different corpora")
    return msgspec.structs.replace(
        first,
        corpus=_one_corpus([one.corpus for one in found]),
        files=len(found),
        events=sum(other.events for other in found),
        exact=all(other.exact for other in found),
        corrected=any(other.corrected for other in found),
        filled=frozenset().union(*(other.filled for other in found)),
    )


def _one_corpus(corpora: list[Corpus]) -> Corpus:
    """The head of a table in several files, such as one a month: what any of them declares."""
    coverage = {stretch for corpus in corpora for stretch in corpus.coverage}
    declared = {
        # In the order of the first file, then what only others have.
        room: tuple({one.id: one for corpus in corpora for one in getattr(corpus, room)}.values())
        for room in ("categories", "actors", "sources")
    }
    return msgspec.structs.replace(
        corpora[0],
        coverage=tuple(sorted(coverage, key=lambda stretch: (stretch.start, stretch.end))),
        **declared,
    )


def foreign(path: Path | str) -> DataWrong:
    """What is raised for Parquet that relwatch did not write, or that is not whole."""
    return refused(
        str(path), "is not relwatch's Parquet", hint="`relwatch export FILE.parquet` writes it"
    )


def pattern(path: Path | str) -> str:
    """What names the files of `path` to DuckDB: the file itself, a glob, a folder's files."""
    return str(Path(path) / "*.parquet") if Path(path).is_dir() else str(path)


def write(
    events: Iterable[Event],
    corpus: Corpus,
    path: Path,
    *,
    raws: Iterable[bytes] | None = None,
    dataset: str | None = None,
    licence: str | None = None,
    memory: str = "1GB",
) -> int:
    """Write events as relwatch's Parquet; gives how many.

    `raws` are the same events as their JSON file has them. The file appears whole or not at all.
    SystemRefused when it cannot be written.
    """
    with workshop(path) as folder, connect(memory, folder) as connection:
        lines = folder / "events.ndjson"
        with lines.open("wb") as file:
            if raws is None:
                for event in events:
                    file.write(b'{"e":%b}\n' % msgspec.json.encode(event))
            else:
                for event, raw in zip(events, raws, strict=True):
                    text = msgspec.json.encode(raw.decode())
                    file.write(b'{"e":%b,"raw":%b}\n' % (msgspec.json.encode(event), text))
        query = (
            f"SELECT {EVENT_COLUMNS}, raw FROM read_json(?, format='newline_delimited',"
            f" columns={{e: '{EVENT_STRUCT}', raw: 'VARCHAR'}})"
        )
        return _write(connection, query, [str(lines)], corpus, path, folder, dataset, licence)


def write_query(
    connection: DuckDBPyConnection,
    query: str,
    parameters: list[Any],
    corpus: Corpus,
    path: Path,
    *,
    dataset: str | None = None,
    licence: str | None = None,
) -> int:
    """Write the rows of a query as relwatch's Parquet; gives how many. See this module's text.

    The query runs once. The file appears whole or not at all; SystemRefused when it cannot be
    written. Views and temporary tables named `relwatch_...` are made on the connection and dropped.
    """
    with workshop(path) as folder:
        return _write(connection, query, parameters, corpus, path, folder, dataset, licence)


@contextmanager
def workshop(path: Path) -> Iterator[Path]:
    """A folder beside the target for all that is unfinished; gone afterwards, come what may."""
    from tempfile import TemporaryDirectory

    with (
        refusals(str(path)),
        TemporaryDirectory(
            prefix=".relwatch-", dir=path.parent, ignore_cleanup_errors=True
        ) as name,
    ):
        yield Path(name)


class Parts:
    """A table written in parts, each made by itself, so that memory does not grow with the rows.

    `corpus` names every category and actor that any row may have. Rows may have columns `beside`
    the event's: they are kept until the end, when they can decide which rows stay.
    """

    def __init__(
        self,
        connection: DuckDBPyConnection,
        corpus: Corpus,
        folder: Path,
        beside: tuple[str, ...] = (),
    ) -> None:
        from relwatch.datasets.making import Making

        self.connection = connection
        self.folder = folder
        self.beside = beside
        self.written = 0
        self._making = Making(connection, corpus, folder)

    def add(self, rows: str) -> None:
        """Make and stage the rows of a table in the database; see `write_query` for its columns."""
        self.written += 1
        part = self.folder / f"part-{self.written:06}.parquet"
        try:
            made = self._making.part(rows, self.beside)
            self.connection.execute(
                f"COPY ({made}) TO ? (FORMAT parquet, COMPRESSION lz4, ROW_GROUP_SIZE {ROW_GROUP})",
                [str(part)],
            )
        finally:
            self._making.clear()

    @property
    def staged(self) -> str:
        """All parts as SQL: the columns beside, then the table's."""
        folder = str(self.folder).replace("'", "''")
        return f"read_parquet('{folder}/part-*.parquet')"

    def write(
        self,
        corpus: Corpus,
        path: Path,
        *,
        where: str = "true",
        replace: dict[str, str] | None = None,
        dataset: str | None = None,
        licence: str | None = None,
    ) -> int:
        """Write the rows for which `where` holds, sorted; gives how many.

        `replace` gives SQL for columns that only the whole decides.
        """
        row = self.connection.execute(
            f"SELECT count(*) FROM {self.staged} WHERE {where}"
        ).fetchone()
        assert row is not None
        making = self._making
        known = Head(
            msgspec.structs.replace(corpus, events=()),
            row[0],
            making.exact,
            making.corrected,
            making.filled,
            dataset,
            licence,
        )
        replaced = replace or {}
        columns = ", ".join(
            f'{replaced[name]} AS "{name}"' if name in replaced else f'"{name}"'
            for name in (*GIVEN, *MADE)
        )
        query = f"SELECT {columns} FROM {self.staged} WHERE {where}"
        _finish(self.connection, query, known, path, self.folder)
        return known.events


def _write(
    connection: DuckDBPyConnection,
    query: str,
    parameters: list[Any],
    corpus: Corpus,
    path: Path,
    folder: Path,
    dataset: str | None,
    licence: str | None,
) -> int:
    from relwatch.datasets.making import Making

    making = Making(connection, corpus, folder)
    try:
        made = making.select(query, parameters)
        known = Head(
            msgspec.structs.replace(corpus, events=()),
            making.count,
            making.exact,
            making.corrected,
            making.filled,
            dataset,
            licence,
        )
        _finish(connection, made, known, path, folder)
    finally:
        making.clear()
    return making.count


def _finish(
    connection: DuckDBPyConnection, query: str, known: Head, path: Path, folder: Path
) -> None:
    """Write the rows of a query, sorted, with their head, first beside the target."""
    finished = folder / "finished.parquet"
    named = {"path": str(finished), "head": msgspec.json.encode(known).decode()}
    copy = (
        f"COPY ({query} ORDER BY start_min, start_max, id) TO $path (FORMAT parquet,"
        f" COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP}, KV_METADATA {{{KEY}: $head}})"
    )
    patiently(connection, lambda: connection.execute(copy, named))
    with finished.open("rb") as file:
        os.fsync(file.fileno())
    finished.replace(path)
