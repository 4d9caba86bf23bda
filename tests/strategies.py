"""Corpora, expressions and questions that Hypothesis makes, for laws that must hold of all."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from relwatch.engines.base import DIMENSIONS, PRIMARY
from relwatch.errors import AskedWrongly
from relwatch.expressions.fields import FIELDS, HAS
from relwatch.expressions.leaves import Scene, leaf
from relwatch.expressions.nodes import And, Node, Not, Or, Words
from relwatch.model import Corpus
from relwatch.periods import date_days
from relwatch.text import needles

TODAY = date(2021, 11, 15)

# Few words, so that questions meet events: plural, possessive, marked, in other scripts, in two.
WORDS = (
    "military", "militaries", "Military", "drill", "drills", "S-400", "5G/6G", "U.S.", "U.S.'s",
    "Xi’s", "Xi", "café", "CAFÉ", "Łódź", "Straße", "ѣлка", "Россия", "中国", "中国与俄罗斯", "カタカナ",
    "हिन्दी", "naïve", "energy", "policy", "40%", "a_b", "it's", "|", "—", "ﬁne", "İstanbul", "ø",
)  # fmt: skip
CATEGORIES = ("tech", "political", "Économie", "military-2")
ACTORS = ("CHN", "RUS", "USA", "putin", "wang-yi", "Ünion", "nato")
TAGS = ("drill", "Drill", "énergie", "a b", "")
SCALES = ("goldstein-icews", "goldstein-gdelt", "")
SOURCES = ("overwatch", "Xinhua", "nowhere")
PLACES = ("Ningxia", "Saint Petersburg", "北京", "São Paulo", "")
CODES = ("05", "057", "0841", "19", "20", "203", "00", "x1", "")

odd_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
words = st.one_of(st.sampled_from(WORDS), st.sampled_from(WORDS), odd_text)
texts = st.lists(words, min_size=1, max_size=4).map(" ".join)


@st.composite
def dates(draw: st.DrawFn) -> str:
    """A date of EDTF level 0, mostly of one year so that they meet, seldom at the calendar's end."""
    day = draw(st.integers(0, 500).map(lambda n: date(2020, 11, 1) + timedelta(n)))
    edge = draw(st.integers(0, 30))
    if edge == 0:
        return draw(st.sampled_from(["0001-01-01", "9999-12-31", "0001", "9999", "2020-02-29"]))
    shape = draw(st.sampled_from(["day", "day", "day", "month", "year"]))
    return day.isoformat()[: {"day": 10, "month": 7, "year": 4}[shape]]


intensities = st.one_of(
    st.sampled_from([-10.0, 0.0, -0.0, 3.4, 7.4, 0.1, 0.2, 0.3, 1e-9, -5, 10]),
    st.floats(-1e6, 1e6, allow_nan=False),
)


def _some(values: tuple[str, ...], most: int = 3) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=most)


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


@st.composite
def notes(draw: st.DrawFn, first: str) -> dict[str, Any]:
    kind = draw(st.sampled_from(["correction", "correction", "context", "dispute", "internal"]))
    field = draw(st.sampled_from(["date", "date", "end", "title", "actors", None]))
    value: Any = draw(dates()) if field in ("date", "end") else draw(
        st.one_of(st.none(), texts, st.integers(-5, 5), st.booleans(), st.lists(texts, max_size=2),
                  st.dictionaries(st.sampled_from("ab"), st.floats(-9, 9), max_size=2))
    )  # fmt: skip
    if field == "date" and draw(st.booleans()):
        value = None
    return {"kind": kind, "field": field, "value": value, "text": draw(_maybe(texts))}


@st.composite
def events(draw: st.DrawFn, number: int, earlier: list[str]) -> dict[str, Any]:
    """One event as its file has it: each optional field there or not."""
    rich = draw(st.booleans())
    stem = draw(st.sampled_from(["2021-08-09-drills", "A", "á", "ß", "2021", "İd", "x y"]))
    when = draw(dates())
    event: dict[str, Any] = {
        "id": f"{stem}-{number}",
        "date": when,
        "categories": draw(st.lists(st.sampled_from(CATEGORIES), min_size=1, max_size=3)),
        "title": draw(texts),
        "actors": draw(_some(ACTORS, 4)),
    }
    if draw(st.integers(0, 2)) == 0:
        end = draw(dates())
        if date_days(end)[1] >= date_days(when)[0]:
            event["end"] = end
            event["uncertain"] = draw(st.booleans())
    if draw(st.integers(0, 2)) == 0:
        event["notes"] = draw(st.lists(notes(when), max_size=3))
    if not rich:
        return event
    pairs: dict[str, st.SearchStrategy[Any]] = {
        "reported": dates(),
        "recorded": dates(),
        "summary": texts,
        "initiators": _some(ACTORS),
        "about": _some(ACTORS),
        "places": st.lists(
            st.fixed_dictionaries(
                {"name": st.one_of(st.sampled_from(PLACES), texts)},
                optional={
                    "country": st.sampled_from(["CHN", "RUS", ""]),
                    "lat": st.floats(-90, 90),
                    "lon": st.just(0),
                },
            ),
            max_size=2,
        ),
        "tags": _some(TAGS),
        "quotes": st.lists(
            st.fixed_dictionaries({"text": texts}, optional={"speaker": texts}), max_size=2
        ),
        "amounts": st.lists(
            st.fixed_dictionaries(
                {"value": st.one_of(st.integers(-9, 10**12), st.floats(-1e300, 1e300))},
                optional={"currency": st.just("USD"), "what": texts},
            ),
            max_size=2,
        ),
        "stage": st.sampled_from(["offered", "held", "denied"]),
        "follows": st.lists(st.sampled_from([*earlier, "nowhere"]), max_size=2),
        "cameo": st.sampled_from(CODES),
        "intensity": intensities,
        "scale": st.sampled_from(SCALES),
        "sources": st.lists(
            st.fixed_dictionaries(
                {"source": st.sampled_from(SOURCES)},
                optional={"grade": st.sampled_from(["B2", "F6", "B1", ""]), "url": texts},
            ),
            max_size=2,
        ),
        "status": st.sampled_from(["candidate", "candidate", "confirmed"]),
        "origin": st.fixed_dictionaries(
            {"dataset": st.sampled_from(["GDELT", "icews", "Äcled"])}, optional={"id": texts}
        ),
        "derived": _some(("intensity", "cameo")),
    }
    for name, strategy in pairs.items():
        if draw(st.booleans()):
            event[name] = draw(strategy)
    if draw(st.integers(0, 4)) == 0:
        event["unknown to relwatch"] = {"kept": [1.50, "as it is"]}
    return event


def _actors(draw: st.DrawFn) -> list[dict[str, Any]]:
    kinds = {"putin": "person", "wang-yi": "person", "nato": "organisation"}
    found = []
    for actor in draw(st.lists(st.sampled_from(ACTORS), unique=True, max_size=len(ACTORS))):
        aliases = draw(st.lists(st.one_of(st.just("the Alliance"), texts), max_size=2))
        entry = {"id": actor, "name": draw(texts), "kind": kinds.get(actor, "state")}
        if actor in kinds and draw(st.booleans()):
            entry["of"] = draw(st.sampled_from(["RUS", "CHN"]))
        found.append({**entry, "aliases": aliases})
    return found


@st.composite
def corpora(draw: st.DrawFn, most: int = 8) -> bytes:
    """A corpus file that reading accepts, as bytes."""
    made: list[dict[str, Any]] = []
    for number in range(draw(st.integers(0, most))):
        made.append(draw(events(number, [event["id"] for event in made])))
    evidence = [
        {"event": event["id"], "weighs": "for", "by": "editor"}
        for event in made
        if draw(st.booleans())
    ]
    plain = {
        "format": "relwatch-corpus/1",
        "id": "made",
        "title": draw(texts),
        "parties": ["CHN", "RUS"],
        "categories": [
            {"id": one, "name": draw(st.one_of(st.just(one), texts))} for one in CATEGORIES
        ],
        "actors": _actors(draw),
        "sources": [{"id": "overwatch", "title": draw(texts), "publisher": draw(texts)}],
        "events": made,
        "assessments": [{"id": "a", "statement": "s", "evidence": evidence}],
    }
    return msgspec.json.encode(plain)


PERIODS = st.one_of(
    dates(),
    st.sampled_from(
        [
            "2021-Q4", "2021-H2", "2021-W41", "2020-W53", "2021-03..2021-06", "2021-10..", "..2021",
            "..", "Oct 2021", "15 October 2021", "today", "yesterday", "last month", "90 days ago",
            "this year", "2021-02",
        ]
    ),
)  # fmt: skip


def _values(match: str, name: str) -> st.SearchStrategy[str]:
    return {
        "category": st.sampled_from(CATEGORIES),
        "actor": st.sampled_from(ACTORS),
        "state": st.sampled_from(["RUS", "CHN", "USA"]),
        "country": st.sampled_from(["China", "RUS", "USA"]),
        "words": st.one_of(words, texts),
        "period": PERIODS,
        "number": st.one_of(
            st.sampled_from(["0", "-0", "3.4", "0.3", "-10", "7"]), intensities.map(repr)
        ),
        "has": st.sampled_from(HAS),
        "grade": st.sampled_from(["B", "b2", "F6", "A"]),
        "prefix": st.sampled_from(
            ["2021", "a", "Á", "ß", "i", "05", "0", "x", "2021-08-09-Drills-1"]
        ),
        "exact": st.sampled_from(
            [
                "drill",
                "Énergie",
                "a  b",
                "held",
                "candidate",
                "confirmed",
                "GDELT",
                "acled",
                "äcled",
            ]
        ),
    }[match]


@st.composite
def leaf_nodes(draw: st.DrawFn) -> Node:
    """Any field with any of its operators and a value of its kind."""
    field = draw(st.sampled_from([one for one in FIELDS.values() if one.match != "dyad"]))
    op = draw(st.sampled_from(field.operators))
    value = draw(_values(field.match, field.name))
    prefix = draw(st.booleans()) and field.match == "words"
    try:
        found = leaf(field, op, value, Scene(None, TODAY), prefix=prefix)
    except AskedWrongly:
        found = None
    return And(()) if found is None else found


nodes: st.SearchStrategy[Node] = st.recursive(
    leaf_nodes(),
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: Or(tuple(parts))),
    ),
    max_leaves=5,
)


@st.composite
def searched(draw: st.DrawFn) -> tuple[Words, ...]:
    """What a search asks for: words, phrases, beginnings."""
    made = draw(st.lists(st.builds(Words, st.just("text"), texts, st.booleans()), max_size=3))
    return tuple(dict.fromkeys(word for word in made if needles(word.text)))


dimensions = st.lists(
    st.sampled_from([*DIMENSIONS, PRIMARY]), min_size=1, max_size=2, unique=True
).map(tuple)


def decoded(content: bytes) -> Corpus:
    """The corpus of a file's bytes."""
    return msgspec.json.decode(content, type=Corpus)


def fixed(strategy: st.SearchStrategy[Any], number: int, worth: Any = bool) -> list[Any]:
    """The same `number` examples each time: for engines too slow for fresh ones."""
    found: list[Any] = []

    @settings(
        max_examples=4 * number,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def gather(made: Any) -> None:
        if len(found) < number and worth(made) and made not in found:
            found.append(made)

    gather()
    assert len(found) == number
    return found


def merged(contents: list[bytes]) -> bytes:
    """Many corpora as one: events called by the number of their corpus, each name said once."""
    whole: dict[str, Any] = {}
    for number, content in enumerate(contents):
        plain = msgspec.json.decode(content)
        for event in plain["events"]:
            event["id"] = f"{event['id']}-c{number:02d}"
            event["follows"] = [f"{link}-c{number:02d}" for link in event.get("follows", ())]
        for assessment in plain["assessments"]:
            for evidence in assessment["evidence"]:
                evidence["event"] += f"-c{number:02d}"
        if not whole:
            whole = plain
            continue
        known = {actor["id"] for actor in whole["actors"]}
        whole["actors"] += [actor for actor in plain["actors"] if actor["id"] not in known]
        whole["events"] += plain["events"]
        whole["assessments"] += plain["assessments"]
    return msgspec.json.encode(whole)
