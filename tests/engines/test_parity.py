"""Memory says what is right; every other engine must give the same answers."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import relwatch
from relwatch.corpora import reading
from relwatch.datasets import table
from relwatch.engines.base import DIMENSIONS, ORDERS, PRIMARY, Engine, Question
from relwatch.engines.memory import MemoryEngine
from relwatch.engines.sql import SqlEngine
from relwatch.expressions.nodes import Node, Words
from relwatch.model import Event
from tests import strategies

pytest.importorskip("duckdb", reason="the extra `big` is not installed")

EXAMPLES = int(os.environ.get("RELWATCH_EXAMPLES", "20"))
thorough = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)


def memory_of(content: bytes) -> MemoryEngine:
    return MemoryEngine(reading.decode(content, "made"), lambda: reading.raws(content))


def agree(right: Engine, other: Engine, question: Question) -> None:
    """Every question that needs nothing but an expression has one answer."""
    assert other.count(question) == right.count(question)
    assert other.coarse(question) == right.coarse(question)
    assert other.days(question) == right.days(question)
    assert list(other.events(question)) == list(right.events(question))


class Both:
    """The same corpus in memory and in DuckDB."""

    def __init__(self, content: bytes) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.memory = memory_of(content)
        path = Path(self.folder.name) / "made.parquet"
        corpus = self.memory.corpus
        table.write(corpus.events, corpus, path, raws=reading.raws(content))
        self.sql = SqlEngine(path)

    def __enter__(self) -> tuple[MemoryEngine, SqlEngine]:
        return self.memory, self.sql

    def __exit__(self, *_: object) -> None:
        self.sql.close()
        self.folder.cleanup()


@thorough
@given(strategies.corpora(), st.lists(strategies.nodes, min_size=1, max_size=8), st.booleans())
def test_expressions_choose_the_same_events(
    content: bytes, nodes: list[Node], checked: bool
) -> None:
    with Both(content) as (memory, sql):
        for node in nodes:
            agree(memory, sql, Question(node, checked))


@thorough
@given(strategies.corpora(), strategies.nodes, st.booleans(), st.integers(0, 9))
def test_events_come_in_the_same_order(
    content: bytes, node: Node, checked: bool, limit: int
) -> None:
    question = Question(node, checked)
    with Both(content) as (memory, sql):
        for order in ORDERS:
            for reverse in (False, True):
                for most in (None, limit):
                    asked: Any = {"reverse": reverse, "limit": most}
                    expected = [event.id for event in memory.events(question, order, **asked)]
                    found = [event.id for event in sql.events(question, order, **asked)]
                    assert found == expected, (order, asked)


@thorough
@given(
    strategies.corpora(),
    strategies.nodes,
    st.lists(strategies.searched(), min_size=1, max_size=4),
    st.booleans(),
    st.integers(0, 9),
)
def test_searches_find_and_rank_the_same(
    content: bytes, node: Node, searches: list[tuple[Words, ...]], checked: bool, limit: int
) -> None:
    question = Question(node, checked)
    with Both(content) as (memory, sql):
        for words in searches:
            for most in (None, limit):
                expected = list(memory.search(question, words, limit=most))
                assert list(sql.search(question, words, limit=most)) == expected
            for word in words:
                assert sql.holds(word) == memory.holds(word)
        assert sql.vocabulary() == memory.vocabulary()


@thorough
@given(
    strategies.corpora(),
    strategies.nodes,
    st.lists(strategies.dimensions, min_size=1, max_size=6),
    st.booleans(),
    st.one_of(st.none(), st.integers(737700, 738200)),
)
def test_tallies_and_intensities_are_the_same(
    content: bytes,
    node: Node,
    dimensions: list[tuple[str, ...]],
    checked: bool,
    since: int | None,
) -> None:
    question = Question(node, checked)
    with Both(content) as (memory, sql):
        for by in dimensions:
            assert sql.tally(question, by, since) == memory.tally(question, by, since), by
        for by in ((), *dimensions):
            expected = memory.intensities(question, by, since)
            assert sql.intensities(question, by, since) == expected, by


@thorough
@given(strategies.corpora())
def test_single_events_are_the_same(content: bytes) -> None:
    with Both(content) as (memory, sql):
        for event in memory.corpus.events:
            assert sql.get(event.id) == event
            assert sql.followers(event.id) == memory.followers(event.id)
            plain = [msgspec.json.decode(engine.raw(event)) for engine in (memory, sql)]
            assert plain[0] == plain[1]
            for length in (0, 1, 4, len(event.id)):
                beginning = event.id[:length]
                assert sql.starting_with(beginning) == memory.starting_with(beginning)
        with pytest.raises(KeyError):
            sql.get("nothing is called so")


@thorough
@given(strategies.corpora())
def test_events_that_came_from_no_json_file_are_rebuilt_whole(content: bytes) -> None:
    corpus = reading.decode(content, "made")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.parquet"
        assert table.write(corpus.events, corpus, path) == len(corpus.events)
        sql = SqlEngine(path)
        found = {event.id: event for event in sql.events(Question())}
        assert found == {event.id: event for event in corpus.events}
        for event in corpus.events:
            assert msgspec.json.decode(sql.raw(event), type=Event) == event
        sql.close()


def test_every_dimension_of_the_bundled_corpus(tmp_path: Path) -> None:
    library = relwatch.load("china-russia")
    memory = library.engine
    path = tmp_path / "china-russia.parquet"
    table.write(memory.corpus.events, memory.corpus, path)
    sql = SqlEngine(path)
    names = (*DIMENSIONS, PRIMARY)
    for text in ("", "military and not actor:USA", "from:2021-06 or has:correction"):
        question = library.select(text).question
        agree(memory, sql, question)
        for one in names:
            assert sql.tally(question, (one,)) == memory.tally(question, (one,))
            for two in names:
                expected = memory.tally(question, (one, two))
                assert sql.tally(question, (one, two)) == expected, (one, two)
