"""Options become one expression: any of within one, all of across, and nothing unsaid."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import relwatch
from relwatch.errors import AskedWrongly
from relwatch.expressions.selecting import Request
from relwatch.library import Library, Selected
from tests.documents import opened


@pytest.fixture(scope="module")
def corpus() -> Library:
    return relwatch.load("china-russia")


def ask(corpus: Library, **options: Any) -> Selected:
    return corpus.ask(Request(**options))


@pytest.mark.parametrize(
    ("options", "expression"),
    [
        ({"category": ("military",)}, "category:military"),
        ({"category": ("Military", "tech")}, "category:military or category:tech"),
        ({"category": ("military,tech",)}, "category:military or category:tech"),
        ({"category": (" military , tech ",)}, "category:military or category:tech"),
        ({"actor": ("prc",)}, "actor:CHN"),
        ({"actor": ("china", "russia")}, "actor:CHN or actor:RUS"),
        ({"dyad": ("china,russia",)}, "actor:CHN and actor:RUS"),
        ({"dyad": ("china", "russia")}, "actor:CHN and actor:RUS"),
        ({"place": ("ningxia",)}, "place:ningxia"),
        ({"place": ("china",)}, "place:china or country:CHN"),
        ({"tag": ("Drill,other",)}, "tag:drill or tag:other"),
        ({"source": ("TASS",)}, "source:TASS"),
        ({"on": ("2021-10",)}, "date:2021-10-01..2021-10-31"),
        ({"on": ("2021-10,2021-12-24",)}, "date:2021-10-01..2021-10-31 or date:2021-12-24"),
        ({"since": "2021-10"}, "date:2021-10-01.."),
        ({"until": "2021-02"}, "date:..2021-02-28"),
        ({"last": "3 months"}, "date:2021-10-05..2022-01-04"),
        ({"where": ("military or tech", "china")}, "(category:military or category:tech) and actor:CHN"),
        ({"view": "military", "where": ("china",)}, "category:military and actor:CHN"),
        ({"expression": "not military"}, "not category:military"),
        ({"search": ("joint", "drills")}, "text:joint and text:drills"),
        ({"search": ("joint drills",)}, "text:joint and text:drills"),
        ({"search": ('"joint drills"',)}, 'text:"joint drills"'),
        ({"search": ("“joint drills” kadiz",)}, 'text:"joint drills" and text:kadiz'),
        ({"search": ("joint", "drills"), "any_word": True}, "text:joint or text:drills"),
        ({"search": ("milit*",)}, "text:milit*"),
        ({"search": ("S-400",)}, "text:S-400"),
        ({"search": ("and", "not", "-x", "(")}, 'text:and and text:not and text:"-x"'),
        ({"search": ("china",)}, "text:china"),
        ({"on": ("last month",), "today": date(2021, 11, 15)}, "date:2021-10-01..2021-10-31"),
        (
            {"category": ("military",), "actor": ("usa",), "since": "2021-10"},
            "category:military and actor:USA and date:2021-10-01..",
        ),
        ({}, ""),
    ],
)  # fmt: skip
def test_options_as_an_expression(
    corpus: Library, options: dict[str, Any], expression: str
) -> None:
    """What --explain shows, with names and dates resolved."""
    assert str(ask(corpus, **options)) == expression


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"category": ("miltary",)}, "did you mean military?"),
        ({"category": ("",)}, "--category needs a value"),
        ({"category": (",",)}, "--category needs a value"),
        ({"actor": ("putn",)}, "putin"),
        ({"actor": (" ",)}, "--actor needs a value"),
        ({"tag": (",",)}, "--tag needs a value"),
        ({"source": ("",)}, "--source needs a value"),
        ({"place": (",",)}, "--place needs a value"),
        ({"place": ("",)}, "--place needs a value"),
        ({"on": ("",)}, "--on needs a value"),
        ({"on": (",",)}, "--on needs a value"),
        ({"on": ("02/03/2021",)}, "not a period"),
        ({"since": ""}, "needs a value"),
        ({"until": "..2021-02.."}, "not a period"),
        ({"since": "..2021"}, "needs a period with an end there"),
        ({"last": "3 moons"}, "not a length of time"),
        ({"dyad": ("china",)}, "dyad takes two actors"),
        ({"dyad": ("",)}, "dyad takes two actors"),
        ({"dyad": ("china,russia,usa",)}, "dyad takes two actors"),
        ({"where": ("a and",)}, "--where: the expression stops too early"),
        ({"search": ("—", "!?")}, "nothing to search for"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(
    corpus: Library, options: dict[str, Any], says: str
) -> None:
    """An empty or misspelt value never selects everything or nothing in silence."""
    with pytest.raises(AskedWrongly) as error:
        ask(corpus, **options)
    assert says in f"{error.value.message} {error.value.hint}"


@pytest.mark.parametrize(
    ("options", "remark"),
    [
        ({"last": "3 months"}, "last 3 months: 2021-10-05 to 2022-01-04, the last covered day"),
        ({"expression": "military drills"}, "military: category Military"),
        ({"where": ("military drills",)}, "drills: text"),
        ({"search": ("drills", "—")}, "—: ignored, it holds no letter or digit"),
        ({"source": ("tass", "—")}, "—: ignored, it holds no letter or digit"),
        ({"place": ("ningxia,—",)}, "—: ignored, it holds no letter or digit"),
        ({"where": ("military", "“—”")}, "—: ignored, it holds no letter or digit"),
    ],
)
def test_how_the_question_was_read_is_said(
    corpus: Library, options: dict[str, Any], remark: str
) -> None:
    """Each reading that a user may not have meant is a remark."""
    assert any(remark in said for said in ask(corpus, **options).selection.remarks)


@pytest.mark.parametrize("options", [{"source": ("—",)}, {"place": ("—",)}])
def test_an_option_with_nothing_to_look_for_is_refused(
    corpus: Library, options: dict[str, Any]
) -> None:
    """An option of nothing but marks would select everything."""
    with pytest.raises(AskedWrongly) as error:
        ask(corpus, **options)
    assert "no letter or digit" in error.value.message


def test_last_without_coverage_ends_on_the_last_event() -> None:
    """Without coverage the last event is the last that is known."""
    document = {
        "format": "relwatch-corpus/1", "id": "one", "title": "One", "parties": ["CHN", "RUS"],
        "categories": [{"id": "c", "name": "C"}],
        "events": [{"id": "e", "date": "2021-03-05", "categories": ["c"], "title": "E"}],
    }  # fmt: skip
    assert str(ask(opened(document), last="1 month")) == "date:2021-02-06..2021-03-05"
    with pytest.raises(AskedWrongly):
        ask(opened({**document, "events": []}), last="1 month")


def test_candidates_are_left_out_unless_status_is_named() -> None:
    """Naming status anywhere in the expression brings candidates in."""
    event = {"date": "2021-03-05", "categories": ["c"], "title": "E"}
    library = opened({
        "format": "relwatch-corpus/1", "id": "two", "title": "Two", "parties": ["CHN", "RUS"],
        "categories": [{"id": "c", "name": "C"}],
        "events": [{"id": "a", **event}, {"id": "b", **event, "status": "candidate"}],
    })  # fmt: skip
    assert [event.id for event in library.select("")] == ["a"]
    assert [event.id for event in library.select("status:candidate")] == ["b"]
    assert [event.id for event in library.select("c or not status:candidate")] == ["a", "b"]
