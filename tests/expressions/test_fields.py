"""Every field of the language: what it asks, on events made for it."""

from __future__ import annotations

from typing import Any

import pytest

from relwatch.errors import AskedWrongly
from relwatch.expressions.fields import FIELDS, HAS, has_named
from relwatch.library import Library
from tests.documents import opened

HEAD: dict[str, Any] = {
    "format": "relwatch-corpus/1",
    "id": "small",
    "title": "Small",
    "parties": ["CHN", "RUS"],
    "categories": [{"id": "mil", "name": "Military"}, {"id": "eco", "name": "Économie"}],
    "actors": [
        {"id": "CHN", "name": "China", "kind": "state", "aliases": ["PRC"]},
        {"id": "RUS", "name": "Russia", "kind": "state"},
        {"id": "putin", "name": "Vladimir Putin", "kind": "person", "of": "RUS", "aliases": ["Путин"]},
        {"id": "wang-yi", "name": "Wang Yi", "kind": "person", "of": "CHN", "aliases": ["Wang"]},
        {"id": "wang-yu", "name": "Wang Yu", "kind": "person", "of": "CHN", "aliases": ["Wang"]},
    ],
    "sources": [{"id": "tass", "title": "Exercise ends", "publisher": "TASS"}],
}  # fmt: skip
EVENTS: list[dict[str, Any]] = [
    {"id": "a", "date": "2021-03-05", "categories": ["mil"], "title": "Joint drills begin",
     "end": "2021-03-09", "actors": ["CHN", "RUS"], "initiators": ["RUS"], "about": ["CHN"],
     "places": [{"name": "Sea of Japan"}, {"name": "Łódź", "country": "POL"}], "tags": ["Drill", "two words"],
     "stage": "held", "cameo": "0311", "intensity": 5.2, "scale": "x", "reported": "2021-03-07",
     "sources": [{"source": "tass", "grade": "B2"}], "recorded": "2022-01-01"},
    {"id": "b", "date": "2021-03", "categories": ["mil", "eco"], "title": "A pledge", "summary": "Aid to energy.",
     "actors": ["putin", "wang-yi"], "quotes": [{"text": "no limit"}], "cameo": "057", "intensity": -5.2,
     "amounts": [{"value": 3}], "status": "confirmed", "origin": {"dataset": "POLECAT"}},
    {"id": "c", "date": "2021-04-01", "categories": ["eco"], "title": "Nothing else"},
    {"id": "d", "date": "2021-04-02", "categories": ["eco"], "title": "May be", "status": "candidate",
     "actors": ["wang-yu"], "uncertain": True, "end": "2021-04-05", "follows": ["a"],
     "notes": [{"kind": "dispute", "text": "doubted"}]},
]  # fmt: skip


@pytest.fixture(scope="module")
def small() -> Library:
    return opened({**HEAD, "events": EVENTS, "assessments": [
        {"id": "j", "statement": "so", "evidence": [{"event": "c", "weighs": "for", "by": "editor"}]}
    ]})  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ("category:mil", "ab"),
        ("category:MILITARY", "ab"),
        ("category:economie", "bc"),
        ("actor:china", "a"),
        ("actor:prc,путин", "ab"),
        ("actor:wang", "b"),
        ("initiator:russia", "a"),
        ("initiator:china", ""),
        ("about:china", "a"),
        ("dyad:china,russia", "a"),
        ("dyad:putin,wang", "b"),
        ("of:RUS", "b"),
        ("of:china", "b"),
        ("place:japan", "a"),
        ("place:lodz", "a"),
        ('place:"sea japan"', ""),
        ("country:POL", "a"),
        ("country:Poland", "a"),
        ("country:CHN", ""),
        ("tag:drill", "a"),
        ('tag:"Two  Words"', "a"),
        ("tag:two", ""),
        ("stage:HELD", "a"),
        ("status:candidate", "d"),
        ("status:confirmed", "b"),
        ("not status:candidate", "abc"),
        ("origin:polecat", "b"),
        ("source:tass", "a"),
        ("source:exercises", "a"),
        ("grade:B", "a"),
        ("grade:B2", "a"),
        ("grade:B3", ""),
        ("id:A", "a"),
        ("cameo:03", "a"),
        ("cameo:3", ""),
        ("cameo:05", "b"),
        ("intensity>=5.2", "a"),
        ("intensity<0", "b"),
        ("intensity!=5.2", "bc"),
        ("intensity=-5.2", "b"),
        ("title:drill", "a"),
        ("title:energy", ""),
        ("summary:energies", "b"),
        ("quote:limit", "b"),
        ("text:military", "ab"),
        ("text:japan", "a"),
        ("text:путин", "b"),
        ('text:"energy military"', ""),
        ("has:end", "a"),
        ("has:places", "a"),
        ("has:tag", "a"),
        ("has:quotes", "b"),
        ("has:amount", "b"),
        ("has:stages", "a"),
        ("has:codes", "ab"),
        ("has:intensities", "ab"),
        ("has:sources", "a"),
        ("has:about", "a"),
        ("has:initiator", "a"),
        ("has:assessment", "c"),
        ("has:dispute status:candidate", "d"),
        ("has:uncertain status:candidate", "d"),
        ("has:link status:candidate", "d"),
        ("has:dispute", ""),
        # Dates: ranges by overlap, months only when certainly in.
        ("date:2021-03", "ab"),
        ("date:2021-03-07", "a"),
        ("date:2021-03-07..2021-04-01", "ac"),
        ("date:2021-02-20..2021-03-05", "a"),
        ("date:2021-03-10", ""),
        ("date:2021-04-02..2021-04-05 status:candidate", "d"),
        ("date:2021-04-03 status:candidate", ""),
        ("date>=2021-03-07", "ac"),
        ("date<2021-03-07", "a"),
        ("date>=2021-03-07 date<2021-03-07", "a"),
        ("not date>=2021-03-07", "b"),
        ("date>2021-03", "c"),
        ("date<=2021-03", "ab"),
        ("date!=2021-03", "c"),
        ("from:2021-04 to:2021", "c"),
        ("end:2021-03", "a"),
        ("end<2021-03-09", ""),
        ("end<=2021-03-09", "a"),
        ("end!=2021-03", "bc"),
        ("reported:2021-03-07", "a"),
        ("reported!=2021", "bc"),
        ("recorded>=2022", "a"),
        ("recorded<2022", ""),
    ],
)  # fmt: skip
def test_what_each_field_finds(small: Library, asked: str, ids: str) -> None:
    """One event has each value, one lacks it; what is missing makes a question false."""
    assert "".join(sorted(event.id for event in small.select(asked))) == ids


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_says_what_it_takes(name: str) -> None:
    """A field without a value is refused with a word about it."""
    import relwatch

    field = FIELDS[name]
    with pytest.raises(AskedWrongly) as error:
        relwatch.parse(f'{name}{field.operators[0]}""')
    assert error.value.hint


@pytest.mark.parametrize("what", HAS)
def test_has_reads_singular_and_plural(what: str) -> None:
    """`has:quotes` and `has:quote` are one question."""
    plural = what[:-1] + "ies" if what.endswith("y") else what + "s"
    assert has_named(what) == has_named(plural) == has_named(what.upper()) == what


def test_the_fields_are_those_of_the_language() -> None:
    """A field that is added or lost is a decision, not an accident."""
    assert set(FIELDS) == {
        "category", "actor", "initiator", "about", "dyad", "of", "place", "country", "tag", "stage",
        "status", "origin", "source", "grade", "id", "cameo", "date", "reported", "recorded", "end",
        "from", "to", "intensity", "title", "summary", "quote", "text", "has",
    }  # fmt: skip


def test_dates_too_coarse_to_say_are_counted(small: Library) -> None:
    """The event of March is neither in nor out of its first half: one could not be said."""
    selected = small.select("date:2021-03-01..2021-03-15")
    assert [event.id for event in selected] == ["a"]
    assert small.engine.coarse(selected.question) == 1
    whole = small.select("date:2021-03")
    assert small.engine.coarse(whole.question) == 0
