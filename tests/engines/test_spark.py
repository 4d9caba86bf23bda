"""Spark gives memory's answers: on this machine, on a cluster, and while a worker dies."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from relwatch.corpora import reading
from relwatch.datasets import table
from relwatch.engines.base import DIMENSIONS, ORDERS, PRIMARY, Question
from relwatch.engines.compiling import Statement
from relwatch.engines.memory import MemoryEngine
from relwatch.engines.spark import Spark
from relwatch.engines.sql import SqlEngine, engine
from relwatch.errors import AskedWrongly, SystemRefused
from relwatch.expressions.nodes import During, Not, Or, Words
from relwatch.periods import Period
from tests import strategies

pyspark = pytest.importorskip("pyspark", reason="the extra `spark` is not installed")
pytest.importorskip("duckdb", reason="the extra `big` is not installed, which writes the table")

pytestmark = [
    pytest.mark.spark,
    pytest.mark.xdist_group("spark"),
    pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java"),
    # Spark leaves sockets to the collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

CORPORA = 32
EXPRESSIONS = 50
# To make Java of each statement takes longer than to answer it for a few hundred events. The
# cluster does.
QUICK = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}


def has_events(content: bytes) -> bool:
    return content.count(b'"categories":["') >= 3


@pytest.fixture(scope="module")
def contents() -> list[bytes]:
    return list(strategies.fixed(strategies.corpora(), CORPORA, has_events))


def written(content: bytes, path: Path) -> MemoryEngine:
    corpus = reading.decode(content, "made")
    table.write(corpus.events, corpus, path, raws=reading.raws(content))
    return MemoryEngine(corpus, lambda: reading.raws(content))


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], Spark]]:
    opened: list[Spark] = []

    def open_at(path: Path) -> Spark:
        opened.append(Spark(path, "local[2]", QUICK))
        return opened[-1]

    yield open_at
    for one in opened[:1]:
        one.close()


def test_many_corpora_and_expressions_in_one_query(
    contents: list[bytes], local: Callable[[Path], Spark], tmp_path: Path
) -> None:
    memories = [
        written(content, tmp_path / f"{number:02d}.parquet")
        for number, content in enumerate(contents)
    ]
    dialect = local(tmp_path)
    head = table.head(tmp_path)
    nodes = strategies.fixed(strategies.nodes, EXPRESSIONS)
    asked = [(node, checked) for node in nodes for checked in (False, True)]
    statement = Statement(dialect, head, True)
    tests = []
    for node, checked in asked:
        statement.prefix = "checked_" if checked else ""
        tests.append(statement.test(node))
    query = (
        "SELECT input_file_name() AS file, id, array("
        + ", ".join(f"({test})" for test in tests)
        + ") AS held FROM events"
    )
    found: dict[tuple[int, int], set[str]] = {}
    rows = 0
    for file, event_id, held in dialect.run(query, statement.used(query)):
        corpus = int(file.rsplit("/", 1)[1][:2])
        rows += 1
        for place, holds in enumerate(held):
            assert holds is not None, tests[place]
            if holds:
                found.setdefault((corpus, place), set()).add(event_id)
    assert rows == sum(len(memory.corpus.events) for memory in memories) > CORPORA
    for corpus, memory in enumerate(memories):
        for place, (node, checked) in enumerate(asked):
            expected = {event.id for event in memory.events(Question(node, checked))}
            assert found.get((corpus, place), set()) == expected, (corpus, node, checked)


def test_every_question_over_all_of_them(
    contents: list[bytes], local: Callable[[Path], Spark], tmp_path: Path
) -> None:
    path = tmp_path / "merged.parquet"
    memory = written(strategies.merged(contents), path)
    spark = SqlEngine(path, local)
    some = Or((During("date", Period(738000, 738090)), Not(Words("text", "military"))))
    for question in (Question(), Question(some, True)):
        assert spark.count(question) == memory.count(question)
        assert spark.coarse(question) == memory.coarse(question)
        assert spark.days(question) == memory.days(question)
    for number, order in enumerate(ORDERS):
        for reverse, limit in ((number % 2 == 0, None), (number % 2 == 1, 30)):
            expected = list(memory.events(question, order, reverse=reverse, limit=limit))
            found = list(spark.events(question, order, reverse=reverse, limit=limit))
            assert found == expected, order
    question = Question(some, True)
    for words in strategies.fixed(strategies.searched(), 4):
        expected_matches = list(memory.search(question, words, limit=50))
        assert list(spark.search(question, words, limit=50)) == expected_matches
        assert spark.holds(words[0]) == memory.holds(words[0])
    names = (*DIMENSIONS, PRIMARY)
    for by in zip(names[::2], names[1::2] + names[:1], strict=False):
        assert spark.tally(question, by, 738000) == memory.tally(question, by, 738000), by
        expected_means = memory.intensities(question, by, None)
        assert spark.intensities(question, by, None) == expected_means, by
    assert spark.tally(question, ("pair", "tag")) == memory.tally(question, ("pair", "tag"))
    assert spark.vocabulary() == memory.vocabulary()
    assert spark.starting_with("2021") == memory.starting_with("2021")
    followed = next(event for event in memory.corpus.events if event.follows)
    assert spark.get(followed.id) == followed
    assert spark.raw(followed) == memory.raw(followed)
    assert spark.followers(followed.follows[0]) == memory.followers(followed.follows[0])


def test_events_that_came_from_no_json_file_are_rebuilt_whole(
    contents: list[bytes], local: Callable[[Path], Spark], tmp_path: Path
) -> None:
    path = tmp_path / "rebuilt.parquet"
    corpus = reading.decode(strategies.merged(contents), "made")
    table.write(corpus.events, corpus, path)
    spark = SqlEngine(path, local)
    found = {event.id: event for event in spark.events(Question())}
    assert found == {event.id: event for event in corpus.events}


# A cluster.


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


class Cluster:
    """A standalone master and two workers on loopback, each in a process group of its own."""

    def __init__(self, folder: Path) -> None:
        home = Path(pyspark.__file__).parent
        self.folder = folder
        self.spark_class = home / "bin" / "spark-class"
        self.environment = {
            **os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_DIRS": str(folder), "SPARK_WORKER_DIR": str(folder),
        }  # fmt: skip
        port = free_port()
        self.address = f"spark://127.0.0.1:{port}"
        self.started = [
            self.start(
                "master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0"
            )
        ]
        self.wait_for(port)
        self.workers = [
            self.start("worker.Worker", "--host", "127.0.0.1", "--webui-port", "0", "-c", "1",
                       "-m", "1g", self.address)
            for _ in range(2)
        ]  # fmt: skip

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                ["bash", str(self.spark_class), f"org.apache.spark.deploy.{name}", *arguments],
                stdout=log, stderr=log, env=self.environment, start_new_session=True,
            )  # fmt: skip

    @staticmethod
    def wait_for(port: int) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except OSError:
                time.sleep(0.2)
            else:
                return
        raise AssertionError("the master did not start")

    @staticmethod
    def kill(process: subprocess.Popen[bytes]) -> None:
        # The executors are the worker's children, and die with its group.
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        process.wait()

    def close(self) -> None:
        for process in (*self.workers, *self.started):
            self.kill(process)


@pytest.fixture(scope="module")
def cluster(
    local: Callable[[Path], Spark], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    found = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        yield found
    finally:
        found.close()


SMALL = {
    "spark.executor.memory": "512m",
    "spark.sql.shuffle.partitions": "8",
    "spark.sql.adaptive.coalescePartitions.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    # How long a dead worker is asked for what it kept.
    "spark.shuffle.io.maxRetries": "1",
    "spark.shuffle.io.retryWait": "1s",
    "spark.excludeOnFailure.enabled": "false",
}


def test_a_cluster_answers_though_a_worker_dies_in_the_middle(
    cluster: Cluster, contents: list[bytes], tmp_path: Path
) -> None:
    from pyspark.sql import SparkSession

    memories = [
        written(content, tmp_path / f"{number:02d}.parquet")
        for number, content in enumerate(contents)
    ]
    # A process has one session: the one on this machine must be over before a cluster's.
    active = SparkSession.getActiveSession()
    if active is not None:
        active.stop()
    spark = SqlEngine(tmp_path, lambda path: Spark(path, cluster.address, SMALL))
    try:
        total = sum(len(memory.corpus.events) for memory in memories)
        assert spark.count(Question()) == total
        category = Question(Words("text", "military"))
        assert spark.count(category) == sum(memory.count(category) for memory in memories)
        expected = sorted(event.id for memory in memories for event in memory.corpus.events)

        # Sorted parts of the answer wait on both workers; one takes its parts with it.
        events = spark.events(Question(), "title")
        found = [next(events).id for _ in range(3)]
        cluster.kill(cluster.workers[0])
        found += [event.id for event in events]
        assert sorted(found) == expected
        assert spark.count(category) == sum(memory.count(category) for memory in memories)
    finally:
        spark.close()


# What a user can cause.


def test_no_master_at_the_address(tmp_path: Path) -> None:
    with pytest.raises(SystemRefused, match="no Spark master answers at spark:"):
        engine(tmp_path, f"spark://127.0.0.1:{free_port()}")


def test_not_an_address(tmp_path: Path) -> None:
    with pytest.raises(AskedWrongly, match="not the address of a Spark master"):
        engine(tmp_path, "spark://nowhere")


def test_java_is_looked_for_where_it_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", "/nonexistent")
    with pytest.raises(SystemRefused, match="JAVA_HOME names /nonexistent"):
        engine(tmp_path, "spark")


def test_no_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(SystemRefused, match="Spark needs Java"):
        engine(tmp_path, "spark")
