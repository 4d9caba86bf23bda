"""relwatch's own CSV and NDJSON: what was exported comes back as it was."""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("duckdb", reason="the extra `big` is not installed")

from relwatch.datasets import own
from relwatch.datasets.conversion import Options, convert
from relwatch.engines.base import Question
from relwatch.engines.sql import SqlEngine
from relwatch.library import load
from relwatch.model import Amount, Citation, Event, Note, Origin, Place, Quote
from tests.datasets import made
from tests.datasets.test_data_sets import read

word = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=";\x1e\x1f"), max_size=8
).map(str.strip)
some = word.filter(bool)
day = st.dates().map(lambda d: d.isoformat())


def lists(of: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(of, max_size=3).map(tuple)


events = st.builds(
    Event,
    id=some.filter(lambda text: not text.startswith("'")),
    date=day | day.map(lambda d: d[:7]) | day.map(lambda d: d[:4]),
    uncertain=st.booleans(),
    reported=st.none() | day,
    categories=st.lists(st.sampled_from(["tech", "military", "odd one"]), min_size=1, max_size=2).map(tuple),
    title=some.filter(lambda text: not text.startswith("'")),
    summary=st.none() | st.sampled_from(["One, “two”.", 'Three\n"four"', "=SUM(A1)", "-5"]),
    actors=lists(st.sampled_from(["CHN", "RUS", "putin", "nobody, at all"])),
    places=st.lists(st.builds(Place, name=some, lat=st.none() | st.floats(-90, 90)), max_size=2).map(tuple),
    tags=lists(st.sampled_from(["drill", "S-400", "énergie"])),
    quotes=st.lists(st.builds(Quote, text=some), max_size=1).map(tuple),
    amounts=st.lists(st.builds(Amount, value=st.floats(-1e9, 1e9)), max_size=1).map(tuple),
    intensity=st.none() | st.floats(-10, 10),
    cameo=st.none() | st.sampled_from(["01", "057"]),
    sources=st.lists(st.builds(Citation, source=some, url=st.none() | some), max_size=2).map(tuple),
    notes=st.lists(st.builds(Note, kind=st.just("correction"), field=st.just("date"), value=day), max_size=1).map(tuple),
    origin=st.none() | st.builds(Origin, dataset=some),
    derived=lists(st.sampled_from(["title"])),
)  # fmt: skip


def as_cells(event: Event, guard: bool) -> list[str]:
    """An event as the exporter writes it: lists joined, nested fields as JSON."""
    cells = []
    for name in own.COLUMNS:
        value = getattr(event, name)
        if value is None or value == ():
            text = ""
        elif isinstance(value, bool):
            text = "true" if value else "false"
        elif isinstance(value, float):
            text = repr(value)
        elif isinstance(value, str):
            text = "'" + value if guard and value[:1] in "=+-@" else value
        elif isinstance(value, tuple) and isinstance(value[0], str):
            text = "; ".join(value)
        else:
            text = msgspec.json.encode(value).decode()
        cells.append(text)
    return cells


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(events, min_size=1, max_size=5, unique_by=lambda event: event.id), st.booleans())
def test_csv_and_ndjson_give_the_same_events_back(rows: list[Event], excel: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = made.as_csv(own.COLUMNS, [as_cells(event, excel) for event in rows])
        if excel:
            text = "\ufeff" + text
        _, _, found = read(folder, text)
        assert sorted(found, key=lambda event: event.id) == sorted(rows, key=lambda e: e.id)
        lines = b"".join(msgspec.json.encode(event) + b"\n" for event in rows)
        _, _, found = read(folder, lines, "rows.ndjson")
        assert sorted(found, key=lambda event: event.id) == sorted(rows, key=lambda e: e.id)


def test_the_bundled_corpus_through_ndjson(tmp_path: Path) -> None:
    corpus = load().corpus
    lines = b"".join(msgspec.json.encode(event) + b"\n" for event in corpus.events)
    report, head, found = read(tmp_path, lines, "rows.jsonl")
    assert report.kept == 29
    assert [event.id for event in found] == [event.id for event in corpus.events]
    assert {category.id for category in head.categories} == {"tech", "military", "economic", "political"}  # fmt: skip


def test_fields_relwatch_does_not_know_survive(tmp_path: Path) -> None:
    line = b'{"id":"a","date":"2021","categories":["tech"],"title":"Made up","mood":"glad"}'
    convert((made.put(tmp_path, "a.ndjson", line),), tmp_path / "out.parquet")
    engine = SqlEngine(tmp_path / "out.parquet")
    (event,) = engine.events(Question())
    assert b'"mood":"glad"' in engine.raw(event).replace(b" ", b"")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ('"date":"2021-02-30"', "date: “2021-02-30” is not a date"),
        ('"date":"2021-02","end":"2020"', "end is before date"),
        ('"date":"2021","categories":[]', "no categories"),
        ('"date":"2021","title":"a\\nb"', "title has more than one line"),
        ('"date":"2021","intensity":55', "intensity is not a number from -10 to 10"),
        ('"date":2021', "Expected `str`, got `int` - at `$.date`"),
        ('"date":"2021","stage":"dreamt"', "Invalid enum value 'dreamt' - at `$.stage`"),
        ('"date":"2021"', "JSON is malformed"),
    ],
)
def test_rejected_lines_say_why(fields: str, reason: str, tmp_path: Path) -> None:
    rest = {"id": "b", "categories": ["tech"], "title": "t"}
    text = ",".join(
        f'"{name}":{msgspec.json.encode(value).decode()}'
        for name, value in rest.items()
        if f'"{name}"' not in fields
    )
    line = f"{{{fields},{text}}}" + ("" if "malformed" not in reason else ",")
    good = '{"id":"a","date":"2021","categories":["tech"],"title":"Made up"}'
    path = made.put(tmp_path, "a.ndjson", made.lines(good, line))
    report = convert((path,), tmp_path / "out.parquet", Options(most_rejects=1))
    (found,) = report.reasons
    assert found.startswith(reason)
