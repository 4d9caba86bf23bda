"""Corpora that `check` finds no fault with, and expression trees as the parser makes them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from hypothesis import strategies as st

from relwatch.corpora.reading import decode, raws
from relwatch.engines.memory import MemoryEngine
from relwatch.expressions.fields import HAS
from relwatch.expressions.nodes import (
    Compare,
    During,
    Has,
    Node,
    Not,
    Words,
    both,
    either,
)
from relwatch.library import Library
from relwatch.periods import Period
from relwatch.text import fold, needles

FIRST, LAST = date(2020, 11, 1), date(2021, 4, 30)
_WORDS = (
    "joint drills drill military militaries policy policies war warned arms army AI S-400 5G/6G U.S. "
    "U.S.'s Xi’s Łódź Øre straße Élysée naïve Москва Ёлка йод Ελλάδα 中俄军演 习近平 ドローン "
    "हिन्दी 한국 cooperation energy the of 2021 24 $2.5bn “highest” (talks) [bold] :tada: a|b =1+1 "
    'and OR -5 milit* \u202eevil\u202c tab\there \\ " — 🎉'
)
WORDS = tuple(_WORDS.split(" "))
STATES = ("CHN", "RUS", "AFG", "USA")
STAGES = ("offered", "announced", "agreed", "signed", "started", "held", "completed", "lapsed")
SCALES = ("goldstein-icews", "goldstein-gdelt")
TAGS = ("drill", "Élan", "two words", "a,b", "军演", "drill*", "not")
PLACES = (
    {"name": "Beijing", "country": "CHN", "lat": 39.9, "lon": 116.4},
    {"name": "Łódź", "country": "POL"},
    {"name": "Sea of Japan"},
    {"name": "青岛", "country": "CHN", "precision": "city"},
)
PEOPLE = (
    {"id": "xi", "name": "Xi Jinping", "kind": "person", "of": "CHN", "aliases": ["习近平"]},
    {"id": "pla", "name": "People's Liberation Army", "kind": "organisation", "of": "CHN"},
    {"id": "lavrov", "name": "Sergei Lavrov", "kind": "person", "of": "RUS", "aliases": ["Лавров"]},
    {"id": "who", "name": "Red Cross", "kind": "organisation"},
)
ACTORS = (*STATES, *(person["id"] for person in PEOPLE))
CATEGORIES = ("tech", "political", "economic", "military")
SOURCES = ("tass", "kremlin")
CODES = ("030", "031", "0311", "057", "062", "150", "19", "040")
KINDS = ("correction", "context", "dispute", "internal")


def full_dates() -> st.SearchStrategy[str]:
    """Days close enough together that events and periods meet."""
    return st.dates(FIRST, LAST).map(date.isoformat)


def dates() -> st.SearchStrategy[str]:
    """Days, months and years, days most often."""
    cut = st.sampled_from([10, 10, 10, 7, 4])
    return st.builds(lambda day, length: day[:length], full_dates(), cut)


def texts(most: int = 5) -> st.SearchStrategy[str]:
    """One line of words of several scripts, with marks, quotes and traps."""
    words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=most)
    return words.map(" ".join)


def _some(values: Any, most: int = 3) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), max_size=most, unique_by=str)


def _notes() -> st.SearchStrategy[dict[str, Any]]:
    dated = st.fixed_dictionaries(
        {
            "kind": st.just("correction"),
            "field": st.sampled_from(["date", "end"]),
            "value": dates(),
            "source": st.sampled_from(SOURCES),
        }
    )
    other = st.fixed_dictionaries(
        {"kind": st.sampled_from(KINDS), "text": texts()},
        optional={"field": st.just("title"), "source": st.sampled_from(SOURCES)},
    )
    return dated | other


@st.composite
def events(draw: st.DrawFn, number: int) -> dict[str, Any]:
    """One event as a file has it: any field may be missing."""
    start = draw(dates())
    made: dict[str, Any] = {
        "id": draw(st.sampled_from([f"{start}-event-{number}", f"e{number}", f"É{number}"])),
        "date": start,
        "categories": draw(st.lists(st.sampled_from(CATEGORIES), min_size=1, max_size=3, unique=True)),
        "title": draw(texts()),
    }  # fmt: skip
    if draw(st.integers(0, 2)) == 0:
        # An end is no earlier than its date when its last day is not.
        end = max(start, draw(dates()))
        if len(end) > len(start) or end[: len(start)] != start:
            made["end"] = end
    actors = draw(_some(ACTORS, 4))
    optional: dict[str, st.SearchStrategy[Any]] = {
        "uncertain": st.booleans(),
        "reported": dates(),
        "summary": texts(8),
        "actors": st.just(actors),
        "initiators": _some(actors, 2) if actors else st.just([]),
        "about": _some(STATES, 2),
        "places": _some(PLACES, 2),
        "tags": _some(TAGS),
        "quotes": st.lists(
            st.fixed_dictionaries({"text": texts()}, optional={"speaker": st.sampled_from(ACTORS)}),
            max_size=2,
        ),
        "amounts": st.just([{"value": 2.5e9, "currency": "USD", "what": "aircraft"}]),
        "stage": st.sampled_from(STAGES),
        "cameo": st.sampled_from(CODES),
        "sources": st.lists(
            st.fixed_dictionaries(
                {"source": st.sampled_from(SOURCES)},
                optional={"grade": st.sampled_from(["A1", "B2", "B3", "F6"])},
            ),
            max_size=2,
        ),
        "notes": st.lists(_notes(), max_size=3),
        "status": st.sampled_from(["candidate", "confirmed"]),
        "origin": st.fixed_dictionaries({"dataset": st.sampled_from(["POLECAT", "icews"])}),
        "recorded": full_dates(),
        "x-own": st.just({"kept": [1, None]}),
    }
    kept = draw(st.sets(st.sampled_from(sorted(optional)), max_size=9))
    for key, values in optional.items():
        if key in kept:
            made[key] = draw(values)
    if draw(st.booleans()):
        made["intensity"] = draw(st.sampled_from([-10.0, -7.2, 0, 3.4, 5.2, 8.0, 10]))
        made["scale"] = draw(st.sampled_from(SCALES))
        if draw(st.booleans()):
            made["derived"] = ["intensity"]
    return made


@st.composite
def documents(draw: st.DrawFn, most: int = 8) -> dict[str, Any]:
    """A corpus as parsed JSON, which reads without a fault."""
    made = [draw(events(number)) for number in range(draw(st.integers(0, most)))]
    for place, event in enumerate(made[1:], 1):
        if draw(st.integers(0, 3)) == 0:
            event["follows"] = [made[draw(st.integers(0, place - 1))]["id"]]
    document: dict[str, Any] = {
        "format": "relwatch-corpus/1",
        "id": "made",
        "title": "Made by chance",
        "parties": ["CHN", "RUS"],
        "categories": [{"id": name, "name": name.capitalize()} for name in CATEGORIES],
        "actors": [
            {"id": "CHN", "name": "China", "kind": "state", "aliases": ["PRC"]},
            {"id": "RUS", "name": "Russia", "kind": "state"},
            {"id": "AFG", "name": "Afghanistan", "kind": "state"},
            {"id": "USA", "name": "United States", "kind": "state", "aliases": ["U.S.", "America"]},
            *PEOPLE,
        ],
        "sources": [
            {"id": "tass", "title": "TASS", "publisher": "News agency TASS"},
            {"id": "kremlin", "publisher": "Kremlin.ru: Président"},
        ],
        "events": made,
    }
    if draw(st.booleans()):
        document["coverage"] = [
            dict(
                zip(("start", "end"), sorted((draw(full_dates()), draw(full_dates()))), strict=True)
            )
            for _ in range(draw(st.integers(1, 2)))
        ]
    if made and draw(st.booleans()):
        cited = draw(st.sampled_from(made))["id"]
        document["assessments"] = [
            {
                "id": "nearer",
                "statement": "They draw nearer.",
                "evidence": [{"event": cited, "weighs": "for", "by": "editor"}],
            }
        ]
    return document


def encoded(document: dict[str, Any]) -> bytes:
    """A document as the bytes of a file."""
    return json.dumps(document, ensure_ascii=False).encode()


def opened(document: dict[str, Any]) -> Library:
    """A document as a corpus that can be asked."""
    content = encoded(document)
    corpus = decode(content, "made.json")
    return Library(MemoryEngine(corpus, lambda: raws(content)), "made.json")


def libraries(most: int = 8) -> st.SearchStrategy[Library]:
    """Corpora, opened."""
    return documents(most).map(opened)


# Questions.


def periods() -> st.SearchStrategy[Period]:
    """Stretches of days among the events, some with an open end."""
    days = st.dates(FIRST, LAST).map(date.toordinal)
    closed = st.builds(lambda a, b: Period(min(a, b), max(a, b)), days, days)
    return closed | days.map(lambda a: Period(a, None)) | days.map(lambda b: Period(None, b))


def words(field: str = "text") -> st.SearchStrategy[Words]:
    """Words, phrases and beginnings that hold a letter or a digit."""
    asked = texts(2).filter(needles)
    cut = st.builds(lambda text, length: text[:length], asked, st.integers(2, 6)).filter(needles)
    return st.builds(Words, st.just(field), asked) | st.builds(
        Words, st.just(field), cut, st.just(True)
    )


def leaves() -> st.SearchStrategy[Node]:
    """One question about one field, every field of the language among them."""

    def exact(field: str, values: Any) -> st.SearchStrategy[Node]:
        return st.sampled_from(list(values)).map(lambda value: Compare(field, ":", value))

    return st.one_of(
        exact("category", CATEGORIES),
        exact("actor", ACTORS),
        exact("initiator", ACTORS),
        exact("about", STATES),
        exact("of", STATES),
        exact("country", ["CHN", "POL"]),
        exact("tag", map(fold, TAGS)),
        exact("stage", STAGES),
        exact("status", ["candidate", "confirmed"]),
        exact("origin", ["polecat", "icews"]),
        exact("grade", ["A", "B", "B2", "F6"]),
        exact("id", ["2021-0", "e1", "e"]),
        exact("cameo", ["0", "03", "031", "150"]),
        st.builds(
            Compare,
            st.just("intensity"),
            st.sampled_from(["=", "<", "<=", ">", ">="]),
            st.sampled_from([-7.2, 0.0, 3.4, 5.0, 8.0]),
        ),
        st.builds(During, st.sampled_from(["date", "date", "end", "reported", "recorded"]), periods()),
        st.sampled_from(HAS).map(Has),
        *(words(field) for field in ("text", "title", "summary", "quote", "place", "source")),
    )  # fmt: skip


def nodes() -> st.SearchStrategy[Node]:
    """Trees as the parser makes them: conjunctions in conjunctions are flat."""
    return st.recursive(
        leaves(),
        lambda inner: st.one_of(
            inner.map(Not),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: both(*parts)),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: either(*parts)),
        ),
        max_leaves=6,
    )
