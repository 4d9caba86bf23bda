"""Why an answer is empty: outside coverage, no such word, or a true zero."""

from __future__ import annotations

import pytest

from relwatch.analysis.coverage import (
    known_stretches,
    last_day,
    remarks,
    stretches,
    why_empty,
    within,
)
from relwatch.expressions.selecting import Request
from relwatch.library import Library, load
from relwatch.periods import Period, date_days, iso
from tests.analysis.made import EVENTS, hand


@pytest.fixture(scope="module")
def library() -> Library:
    return hand()


def reasons(library: Library, asked: str) -> list[str]:
    selected = library.select(asked)
    assert selected.count() == 0
    return why_empty(library.engine, selected.selection)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (
            "tech",
            ["1 candidate is left out until confirmed; ask with status:candidate to see them"],
        ),
        (
            "date:2021-02",
            ["no event is certainly in 2021-02-01 to 2021-02-28"],
        ),
        (
            "date:2019",
            ["outside the coverage of hand (2021-01-10 to 2021-03-31): nothing is known of then"],
        ),
        (
            "from:2021-03-06 to:2021-06",
            ["no event is certainly in 2021-03-06 to 2021-03-31"],
        ),
        ("from:2021-03 to:2021-01", ["no day lies in all the periods asked for"]),
        (
            "quarel",
            ["the corpus does not hold “quarel”; near it: quarrel"],
        ),
        (
            "title:putin",
            ["the corpus does not hold “putin” in any title; near it: putin"],
        ),
        (
            "usa",
            [
                "United States takes part in no event of the corpus; about:USA finds 1",
            ],
        ),
    ],
)
def test_why_nothing_was_found(library: Library, asked: str, expected: list[str]) -> None:
    """One sentence a reason, the deciding one first."""
    assert reasons(library, asked) == expected


@pytest.mark.parametrize(
    ("asked", "lacking", "said"),
    [
        ("of:RUS", "actors", "no event says of which state its people and organisations are"),
        ("grade:B", "sources", "no event has a grade"),
        ("about:USA", "about", "no event says whom it concerns beside those who take part"),
        ("cameo:04", "cameo", "no event has a CAMEO code"),
        ("intensity<0", "intensity", "no event has an intensity"),
        ("initiator:RUS", "initiators", "no event says who of those who take part acts"),
        ("place:Beijing", "places", "no event says where"),
        ("country:CHN", "places", "no event says in which country"),
        ("tag:x", "tags", "no event has a tag"),
        ("stage:held", "stage", "no event has a stage"),
        ("source:tass", "sources", "no event names a source"),
        ("end:2021", "end", "no event says when it ended"),
    ],
)
def test_no_zero_is_true_of_what_no_event_says(asked: str, lacking: str, said: str) -> None:
    """A corpus does not know what nobody wrote into it, and a data set what it does not code."""
    events = [{k: v for k, v in event.items() if k != lacking} for event in EVENTS]
    assert reasons(hand(events=events), asked) == [f"{said}: the corpus does not know"]
    bought = hand(id="icews", events=events, method={"selection": "data set"})
    assert reasons(bought, asked) == [f"{said}: this data set does not say"]
    # What must not hold is no reason: every event lacks it.
    assert "no event says" not in " ".join(reasons(hand(events=events), f"tech not {asked}"))


def test_a_category_that_a_data_set_never_codes() -> None:
    """CAMEO has no code for technology, UCDP GED none for politics; of others a zero is true."""
    never = "this data set's codes never say Tech; --rules adds your own"
    method = {"selection": "data set"}
    assert reasons(hand(id="icews", method=method), "tech") == [never]
    assert reasons(hand(id="gdelt", method=method), "tech or tag:none")[0] == never
    (true,) = reasons(hand(id="polecat", method=method), "tech")
    assert true.startswith("1 candidate is left out")
    assert reasons(hand(id="icews"), "tech") == [true]


def test_every_absent_word_is_named(library: Library) -> None:
    """Before a zero is claimed, each word the corpus does not hold is told, and near ones."""
    said = reasons(library, "jets xyzzy milittary")
    assert len(said) == 2
    assert said[0] == "the corpus does not hold “xyzzy”"
    assert said[1].startswith("the corpus does not hold “milittary”; near it: category:mil")


def test_without_coverage_no_zero_is_claimed() -> None:
    """The first and the last event are all that is known."""
    dated = [event for event in EVENTS if event["id"] in "abde"]
    bare = hand(coverage=[], events=dated)
    assert reasons(bare, "tech") == [
        "no such event between first and last event (2020-12-20 to 2021-03-05);"
        " the corpus claims no coverage"
    ]
    assert reasons(bare, "date:2022") == [
        "outside first and last event (2020-12-20 to 2021-03-05): nothing is known of then"
    ]


def test_a_corpus_without_events() -> None:
    """Nothing can be said of an empty corpus, nor of one of candidates alone."""
    for events in ([], [EVENTS[6]]):
        assert reasons(hand(coverage=[], events=events), "mil") == ["the corpus has no events yet"]


def days(first: str, last: str) -> tuple[int, int]:
    return date_days(first)[0], date_days(last)[1]


def test_stretches_are_whole_days_in_order_and_merged() -> None:
    """Months are whole, overlaps and neighbours are one stretch, gaps stay."""
    library = hand(
        coverage=[
            {"start": "2021-03", "end": "2021-03"},
            {"start": "2020-11", "end": "2020-12-15"},
            {"start": "2020-12-10", "end": "2020-12-20"},
            {"start": "2020-12-21", "end": "2020-12-25"},
        ]
    )
    expected = [days("2020-11-01", "2020-12-25"), days("2021-03-01", "2021-03-31")]
    assert stretches(library.corpus) == known_stretches(library.engine) == expected
    assert iso(last_day(library.engine) or 0) == "2021-03-31"


def test_stretches_within_a_period() -> None:
    """Only the days of both are known of what was asked."""
    known = [days("2020-11", "2020-12"), days("2021-03", "2021-03")]
    asked = Period(*days("2020-12-15", "2021-03-02"))
    assert within(known, asked) == [
        days("2020-12-15", "2020-12-31"),
        days("2021-03-01", "2021-03-02"),
    ]
    assert within(known, Period(*days("2021-01", "2021-02"))) == []
    assert within(known, Period()) == known


def test_remarks_count_dates_too_coarse_to_say(library: Library) -> None:
    """The month and the year lie neither certainly in the week nor out of it."""
    for asked in ("date:2021-W02", "not date:2021-W02"):
        selected = library.select(asked)
        said = remarks(library.engine, selected.selection, selected.count())
        assert said == ["2 events have dates too coarse to say whether the period holds them"]
    whole = library.select("date:2021")
    assert not any("coarse" in said for said in remarks(library.engine, whole.selection, 5))


def test_remarks_count_what_a_dyad_leaves_out() -> None:
    """Three events of the bundled corpus lack one of the two states."""
    library = load()
    selected = library.ask(Request(dyad=("china,russia",)))
    said = remarks(library.engine, selected.selection, selected.count())
    assert said == ["3 left out: not both of the two are among the actors"]
