"""Spark, on this machine or on a cluster: its names for what differs, and how it is started."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from relwatch.datasets.table import KEY, foreign
from relwatch.engines.dialects import Dialect, Row, given_names
from relwatch.errors import AskedWrongly, SystemRefused

PATIENCE = 30
"""Seconds that a master may take to find a worker with room."""


class Spark(Dialect):
    """Spark SQL over the files of `path`, which the workers must see under the same name.

    `settings` are Spark's own, such as `spark.executor.memory`.
    """

    mark = ":"
    keeps_order = False

    def __init__(
        self, path: Path | str, master: str = "local[*]", settings: dict[str, str] | None = None
    ) -> None:
        self.path = path
        self.session = session(master, settings or {})
        from pyspark.errors import AnalysisException

        try:
            self._files = self.session.read.parquet(str(path))
        except AnalysisException as error:
            if error.getCondition() != "PATH_NOT_FOUND":
                raise foreign(path) from None
            raise AskedWrongly(f"{path}: no such file") from None
        self._files.createOrReplaceTempView("events")

    def heads(self) -> list[str]:
        virtual = self.session._jvm
        settings = self.session._jsc.hadoopConfiguration()
        hadoop, reader = virtual.org.apache.hadoop.fs.Path, virtual.org.apache.parquet.hadoop
        found = []
        for name in sorted(self._files.inputFiles()):
            file = reader.util.HadoopInputFile.fromPath(hadoop(name), settings)
            opened = reader.ParquetFileReader.open(file)
            text = opened.getFooter().getFileMetaData().getKeyValueMetaData().get(KEY)
            opened.close()
            if text is not None:
                found.append(text)
        return found

    def run(
        self, statement: str, parameters: dict[str, Any], *, many: bool = False
    ) -> Iterator[Row]:
        from py4j.protocol import Py4JError

        try:
            found = self.session.sql(statement, args=parameters)
            rows = found.toLocalIterator(prefetchPartitions=True) if many else found.collect()
            for row in rows:
                yield tuple(row)
        except (Py4JError, OSError) as error:
            raise SystemRefused(f"Spark gave up: {_reason(error)}") from None

    def close(self) -> None:
        self.session.stop()

    def begins(self, text: str, prefix: str) -> str:
        return f"startswith({text}, {prefix})"

    def any_begins(self, texts: str, prefix: str) -> str:
        return f"exists({texts}, one -> startswith(one, {prefix}))"

    def first(self, values: str) -> str:
        return f"{values}[0]"

    def field_of(self, structs: str, field: str) -> str:
        return f"transform({structs}, one -> one.{field})"

    def each(self, values: str) -> str:
        return f"explode({values})"

    def distinct(self, values: str) -> str:
        return f"array_distinct(filter({values}, one -> one <> ''))"

    def none_if_empty(self, values: str, none: str) -> str:
        return f"CASE WHEN size({values}) = 0 THEN array({none}) ELSE {values} END"

    def pieces(self, text: str) -> str:
        return f"split({text}, ' ')"

    def event_json(self, filled: frozenset[str]) -> str:
        notes = (
            "transform(notes, n -> named_struct('kind', n.kind, 'field', n.field,"
            " 'value', parse_json(n.value), 'source', n.source, 'confidence', n.confidence,"
            " 'text', n.text))"
        )
        fields = given_names(filled)
        packed = (f"'{key}', {notes if name == 'notes' else name}" for key, name in fields)
        return f"to_json(named_struct({', '.join(packed)}))"


def session(master: str, settings: dict[str, str]) -> Any:
    """A Spark session with that master.

    SystemRefused when pyspark or Java is missing, no master answers, or it has no worker to give.
    """
    try:
        from pyspark.sql import SparkSession
    except ModuleNotFoundError:
        raise SystemRefused(
            "this needs Spark, which is not installed", "pip install 'relwatch[spark]'"
        ) from None
    _find_java()
    alone = not master.startswith("spark://")
    if not alone:
        _find_master(master)
    builder = SparkSession.builder.master(master).appName("relwatch")
    ours = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "UTC",
        # Only what is shown comes back, except where all events are asked for: one by one, then.
        "spark.driver.maxResultSize": "0",
    }
    if alone:
        # A machine need not know its own name, and 200 partitions are for many machines.
        ours |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
        ours |= {"spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1))}
    for name, value in (ours | settings).items():
        builder = builder.config(name, value)
    log = _log_file()
    try:
        with _silenced(log):
            found = builder.getOrCreate()
    except Exception as error:
        raise SystemRefused(f"Spark does not start: {_reason(error)}", f"its log: {log}") from None
    if not alone:
        _find_workers(found, master)
    return found


def _find_java() -> None:
    from shutil import which

    home = os.environ.get("JAVA_HOME")
    # Where it is set Spark looks nowhere else.
    if home and not (Path(home) / "bin" / "java").exists():
        raise SystemRefused(
            f"Spark needs Java, and JAVA_HOME names {home}, which holds no bin/java",
            "set JAVA_HOME to where Java 17 is, or unset it",
        )
    if home or which("java"):
        return
    raise SystemRefused(
        "Spark needs Java, and there is none", "install Java 17, or set JAVA_HOME to where it is"
    )


def _find_master(master: str) -> None:
    """Spark itself would try for a minute, and then say it in a screen of Java."""
    import socket

    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        if not host or not port.isdigit():
            raise AskedWrongly(
                f"“{master}” is not the address of a Spark master", "spark://HOST:PORT"
            )
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=5).close()
        except OSError:
            continue
        return
    raise SystemRefused(f"no Spark master answers at {master}")


def _find_workers(found: Any, master: str) -> None:
    """Without a worker Spark waits for ever."""
    import time

    context = found.sparkContext._jsc.sc()
    until = time.monotonic() + PATIENCE
    # The driver counts as one.
    while context.getExecutorMemoryStatus().size() < 2:
        if time.monotonic() > until:
            found.stop()
            raise SystemRefused(f"the Spark master at {master} has no worker with room for this")
        time.sleep(0.1)


def _log_file() -> Path:
    import tempfile

    return Path(tempfile.gettempdir()) / f"relwatch-spark-{os.getpid()}.log"


@contextmanager
def _silenced(log: Path) -> Iterator[None]:
    """What is started meanwhile writes to a log: Java's remarks are not for relwatch's users.

    Java inherits both streams and keeps them, so this must be done where the system keeps them.
    """
    kept = {number: os.dup(number) for number in (1, 2)}
    with log.open("ab") as file:
        try:
            for number in kept:
                os.dup2(file.fileno(), number)
            yield
        finally:
            for number, before in kept.items():
                os.dup2(before, number)
                os.close(before)


def _reason(error: BaseException) -> str:
    """The first line of what went wrong, without Java's names."""
    cause = getattr(error, "java_exception", None)
    text = str(cause.getMessage() if cause is not None else error) or type(error).__name__
    return text.splitlines()[0]
