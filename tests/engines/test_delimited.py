"""Rows of CSV that DuckDB makes are, byte for byte, those that the writer in Python makes."""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relwatch.answers import Found, Hit
from relwatch.datasets import table
from relwatch.engines.base import Question
from relwatch.engines.sql import SqlEngine
from relwatch.formats import csv
from relwatch.formats.columns import FIELDS
from relwatch.model import Category, Citation, Corpus, Event, Note, Origin, Place

pytest.importorskip("duckdb", reason="the extra `big` is not installed")

hostile = st.text(
    st.one_of(st.sampled_from("\"',;\t\n\r\\/\x1f\x7f\u2028= é漢🙂"), st.characters(codec="utf-8")),
    min_size=1,
    max_size=6,
).filter(lambda text: "\0" not in text)
words = hostile.filter(str.strip)
maybe = st.none() | hostile
numbers = st.none() | st.sampled_from(
    [0.0, -0.0, 1.0, -7.2, 55.75, 1e-3, 9.9e-4, 1e-7, 999999999.5, 1e9, 1e16, 1.5e300, 0.1 + 0.2]
) | st.floats(-180, 180)  # fmt: skip
lists = st.lists(words, max_size=3).map(tuple)
events = st.builds(
    Event,
    id=words,
    date=st.sampled_from(["2021", "2021-03", "2021-03-04", "2020-02-29"]),
    uncertain=st.booleans(),
    categories=st.just(("one",)) | st.just(("one", "two")),
    title=words,
    summary=maybe,
    actors=lists,
    initiators=lists,
    about=lists,
    tags=lists,
    places=st.lists(
        st.builds(Place, name=words, country=maybe, lat=numbers, lon=numbers, precision=maybe),
        max_size=2,
    ).map(tuple),
    cameo=maybe,
    intensity=numbers,
    scale=maybe,
    sources=st.lists(st.builds(Citation, source=words, url=maybe, locator=maybe), max_size=2).map(
        tuple
    ),
    origin=st.none() | st.builds(Origin, dataset=words, id=maybe, version=maybe),
    derived=lists,
)
CORPUS = Corpus(
    format="relwatch-corpus/1",
    id="made",
    title="Made",
    parties=("CHN", "RUS"),
    categories=(Category(id="one", name="One"), Category(id="two", name="Two")),
)


def written(engine: SqlEngine, columns: tuple[str, ...], delimiter: str, fast: bool) -> str:
    hits = (Hit(event) for event in engine.events(Question()))
    delimited = (lambda *asked: engine.delimited(Question(), *asked)) if fast else None
    found = Found(hits, 0, CORPUS, msgspec.json.encode, columns=columns, delimited=delimited)
    pieces: list[str] = []
    csv.events(found, pieces.append, delimiter=delimiter)
    return "".join(pieces)


@settings(deadline=None, max_examples=20)
@given(
    st.lists(events, min_size=1, max_size=6, unique_by=lambda event: event.id),
    st.lists(st.sampled_from(FIELDS), min_size=1, max_size=8, unique=True).map(tuple),
    st.sampled_from([",", "\t"]),
)
def test_the_same_bytes(made: list[Event], columns: tuple[str, ...], delimiter: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.parquet"
        table.write(made, CORPUS, path)
        engine = SqlEngine(path)
        try:
            for asked in (FIELDS, columns):
                assert written(engine, asked, delimiter, True) == written(
                    engine, asked, delimiter, False
                )
            assert engine.delimited(Question(), FIELDS, delimiter) is not None
        finally:
            engine.close()


def test_fields_it_does_not_know_are_left_to_python(tmp_path: Path) -> None:
    event = Event(
        id="a",
        date="2021",
        categories=("one",),
        title="A",
        notes=(Note(kind="context", text="said “so”, twice"),),
    )
    table.write([event], CORPUS, tmp_path / "a.parquet")
    engine = SqlEngine(tmp_path / "a.parquet")
    assert engine.delimited(Question(), FIELDS, ",") is None
    assert engine.delimited(Question(), ("id", "title"), ",") is not None
    assert "twice" in written(engine, (), ",", True)
    engine.close()
