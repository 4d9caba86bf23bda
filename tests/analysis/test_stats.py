"""Tallies and the overview, on events counted by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relwatch.analysis.stats import overview
from relwatch.answers import Table
from relwatch.engines.base import DIMENSIONS, TIME
from relwatch.errors import AskedWrongly
from relwatch.expressions.nodes import Node, text_of
from relwatch.library import Library
from tests.analysis.made import EVENTS, hand
from tests.documents import libraries, nodes


@pytest.fixture(scope="module")
def library() -> Library:
    return hand()


def table(library: Library, by: str, asked: str = "", measure: str = "events") -> Table:
    return library.select(asked).stats(by.split(","), [measure]).tables[0]


def counts(library: Library, by: str, asked: str = "", measure: str = "events") -> str:
    rows = table(library, by, asked, measure).rows
    return " ".join("/".join(map(str, row[:-1])) + f"={row[-1]}" for row in rows)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("category", "mil=3 eco=2 pol=2"),
        ("year", "2020=1 2021=5"),
        ("quarter", "2020-Q4=1 2021-Q1=4 undated=1"),
        ("month", "2020-12=1 2021-01=2 2021-02=0 2021-03=2 undated=1"),
        ("weekday", "Monday=0 Tuesday=0 Wednesday=0 Thursday=0 Friday=3 Saturday=0 Sunday=1 undated=2"),
        ("actor", "RUS=3 CHN=2 AFG=1 putin=1 (none)=3"),
        ("initiator", "RUS=1 (none)=5"),
        ("pair", "CHN-RUS=2 AFG-CHN=1 AFG-RUS=1 (none)=4"),
        ("place", "Beijing=1 Harbin=1 (none)=5"),
        ("country", "CHN=1 (none)=5"),
        ("tag", "x=2 y=1 (none)=4"),
        ("source", "tass=1 (none)=5"),
        ("grade", "A1=1 B2=1 (none)=5"),
        ("stage", "offered=1 held=1 (none)=4"),
        ("quad", "material cooperation=1 material conflict=2 (none)=3"),
        ("cameo", "062=1 150=1 19=1 (none)=3"),
    ],
)  # fmt: skip
def test_events_by_one_dimension(library: Library, by: str, expected: str) -> None:
    """An event counts once for each distinct value, values that do not occur have no row."""
    assert counts(library, by) == expected


def test_weeks_and_days_are_dense_over_coverage(library: Library) -> None:
    """Every week and day of the coverage has a row; events outside it have theirs."""
    weeks = dict(row for row in table(library, "week").rows)
    assert list(weeks) == ["2020-W51", *(f"2021-W{n:02d}" for n in range(1, 14)), "undated"]
    assert {week: n for week, n in weeks.items() if n} == {
        "2020-W51": 1, "2021-W02": 1, "2021-W09": 2, "undated": 2,
    }  # fmt: skip
    days = table(library, "day").rows
    assert len(days) == 1 + 81 + 1
    assert sum(row[1] for row in days if isinstance(row[1], int)) == 6


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (
            "category,month",
            "mil/2020-12=1 mil/2021-01=1 mil/2021-02=0 mil/2021-03=0 mil/undated=1 "
            "eco/2021-01=2 eco/2021-02=0 eco/2021-03=0 pol/2021-01=0 pol/2021-02=0 pol/2021-03=2",
        ),
        (
            "month,category",
            "2020-12/mil=1 2021-01/mil=1 2021-01/eco=2 2021-01/pol=0 2021-02/mil=0 2021-02/eco=0 "
            "2021-02/pol=0 2021-03/mil=0 2021-03/eco=0 2021-03/pol=2 undated/mil=1",
        ),
        ("category,stage", "mil/held=1 mil/(none)=2 eco/held=1 eco/(none)=1 pol/offered=1 pol/(none)=1"),
        ("tag,stage", "x/offered=1 x/held=1 y/offered=1 (none)/(none)=4"),
        (
            "year,month",
            "2020/2020-12=1 2021/2021-01=2 2021/2021-02=0 2021/2021-03=2 2021/undated=1",
        ),
    ],
)  # fmt: skip
def test_events_by_two_dimensions(library: Library, by: str, expected: str) -> None:
    """Pairs with time are dense where days are known, and nowhere else; other pairs only occur."""
    assert counts(library, by) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("from:2021-01-10", "before=1 2021-01=1 2021-02=0 2021-03=2"),
        ("date:2021-01", "before=1 2021-01=2"),
        ("date:2021-01-11..2021-02-10", "before=1 2021-01=1 2021-02=0"),
        ("to:2021-01", "2020-12=1 2021-01=2"),
        ("date:2021-02", "2021-02=0"),
        ("date:2021-01-15 or date:2021-03-05", "2021-01=1 2021-02=0 2021-03=2"),
        ("date:2021", "before=1 2021-01=2 2021-02=0 2021-03=2 undated=1"),
        ("date:2019", ""),
        ("pol", "2021-01=0 2021-02=0 2021-03=2"),
        ("status:candidate", "2021-01=0 2021-02=1 2021-03=0"),
    ],
)
def test_months_of_a_selection(library: Library, asked: str, expected: str) -> None:
    """Rows run over coverage within the period asked for; what began earlier stands before it."""
    assert counts(library, "month", asked) == expected


def test_an_event_that_may_have_begun_on_either_side_is_undated() -> None:
    """The event of January cannot be placed before or after the 10th, though it lasts beyond it."""
    event = {**EVENTS[2], "end": "2021-02-01"}
    assert counts(hand(events=[event]), "month", "from:2021-01-10") == (
        "2021-01=0 2021-02=0 2021-03=0 undated=1"
    )


def test_shares_are_of_the_events_of_the_selection(library: Library) -> None:
    """An event in two categories makes shares add up to more than one, and a note says so."""
    found = table(library, "category", measure="share")
    assert found.columns == ("category", "share")
    assert found.rows == (("mil", 0.5), ("eco", 0.333333), ("pol", 0.333333))
    assert (
        "shares are of the 6 events of the selection and may add up to more than 1" in found.notes
    )
    assert table(library, "category", "date:2019", "share").rows == ()


def test_intensity_is_a_mean_with_its_n_and_never_across_scales(library: Library) -> None:
    """Two scales give two rows; rows without values are left out."""
    found = table(library, "category", measure="intensity")
    assert found.columns == ("category", "scale", "intensity", "n")
    assert found.rows == (
        ("mil", "icews", 6.0, 2),
        ("eco", "gdelt", -2.0, 1),
        ("eco", "icews", 8.0, 1),
        ("pol", "gdelt", 6.0, 1),
    )
    assert found.notes[:3] == (
        "mean of the 4 of 6 events that have an intensity",
        "2 scales, never averaged together: gdelt, icews",
        "intensities are derived: given by an editor's code, not by the source",
    )
    assert table(library, "month", measure="intensity").rows == (
        ("2020-12", "icews", 4.0, 1),
        ("2021-01", "gdelt", -2.0, 1),
        ("2021-01", "icews", 8.0, 1),
        ("2021-03", "gdelt", 6.0, 1),
    )
    assert table(library, "category,month", "eco", "intensity").rows == (
        ("mil", "2021-01", "icews", 8.0, 1),
        ("eco", "2021-01", "gdelt", -2.0, 1),
        ("eco", "2021-01", "icews", 8.0, 1),
    )


def test_only_cooperation_is_said_to_tell_nothing_of_conflict(library: Library) -> None:
    """A mean of values none of which is negative is no balance."""
    notes = table(library, "category", "pol", "intensity").notes
    assert any("nothing of conflict" in note for note in notes)
    assert not any("conflict" in note for note in table(library, "category", "", "intensity").notes)


def test_notes_say_what_would_be_misread(library: Library) -> None:
    """Rows that add up to more, bins that are partly covered, events before and undated."""
    assert (
        "an event counts once for each category: the rows add up to 7, the selection has 6 events"
        in table(library, "category").notes
    )
    notes = table(library, "month").notes
    assert "only partly covered: 2021-01" in notes
    assert any(note.startswith("undated:") for note in notes)
    assert any(note.startswith("before:") for note in table(library, "month", "date:2021-01").notes)
    assert "only partly covered: 2021-W01, 2021-W13" in table(library, "week").notes
    assert "small numbers: 6 events" in notes


def test_two_stretches_of_coverage() -> None:
    """Between two stretches nothing is known, so there is no zero; what touches is one stretch."""
    apart = hand(
        coverage=[
            {"start": "2021-03-01", "end": "2021-03"},
            {"start": "2020-12", "end": "2020-12-31"},
        ]
    )
    assert counts(apart, "month") == "2020-12=1 2021-01=2 2021-03=2 undated=1"
    assert counts(apart, "month", "pol") == "2020-12=0 2021-03=2"
    assert not any("partly" in note for note in table(apart, "month").notes)
    assert "not covered, so without a row: 2021-01 to 2021-02" in table(apart, "month").notes
    assert not any("without a row" in note for note in table(apart, "year").notes)
    touching = hand(
        coverage=[
            {"start": "2021-01-01", "end": "2021-01-15"},
            {"start": "2021-01-16", "end": "2021-01-31"},
        ]
    )
    assert not any("partly" in note for note in table(touching, "month").notes)


def test_without_coverage_zeros_hold_between_events_only() -> None:
    """No zero is claimed before the first and after the last event, and that is said."""
    dated = [event for event in EVENTS if event["id"] in "abde"]
    bare = hand(coverage=[], events=dated)
    assert counts(bare, "month") == "2020-12=1 2021-01=1 2021-02=0 2021-03=2"
    assert any("claims no coverage" in note for note in table(bare, "month").notes)
    assert counts(hand(coverage=[], events=[]), "month") == ""


def test_a_candidate_does_not_stretch_what_is_known() -> None:
    """An event that may not have been is left out of the first and last day too."""
    candidate = {**EVENTS[6], "date": "2021-06-10"}
    bare = hand(coverage=[], events=[EVENTS[1], EVENTS[3], candidate])
    assert counts(bare, "month") == "2021-01=1 2021-02=0 2021-03=1"
    assert str(bare.select("")) == ""
    from relwatch.analysis.coverage import last_day
    from relwatch.periods import iso

    assert iso(last_day(bare.engine) or 0) == "2021-03-05"


def test_checked_dates_move_events(library: Library) -> None:
    """A correction counts the threat in February."""
    found = library.select("", dates="checked").stats("month").tables[0].rows
    assert dict(found) == {"2020-12": 1, "2021-01": 2, "2021-02": 1, "2021-03": 1, "undated": 1}


@pytest.mark.parametrize(
    ("by", "hint"),
    [
        ((), "one or two dimensions"),
        (("month", "category", "actor"), "one or two dimensions"),
        (("categry",), "did you mean category"),
        (("xyzzy",), "the dimensions are category, year"),
    ],
)
def test_dimensions_are_refused_with_near_ones(
    library: Library, by: tuple[str, ...], hint: str
) -> None:
    """At most two dimensions, by their names."""
    with pytest.raises(AskedWrongly) as error:
        library.select("").stats(by)
    assert hint in f"{error.value.message} {error.value.hint}"


def test_names_of_dimensions_are_read_kindly(library: Library) -> None:
    """Plural and capitals, one name without a list, the same name twice."""
    expected = library.select("").stats(["month"]).tables
    for by in (["months"], ["Month"], "month", ["month", "month"]):
        assert library.select("").stats(by).tables == expected
    with pytest.raises(AskedWrongly):
        library.select("").stats(["month"], ["mean"])


# The overview.


def test_the_overview(library: Library) -> None:
    """Seven tables, from totals to corrections."""
    answer = overview(library.engine, library.select("").selection)
    assert answer.total == 6
    rows = {table.id: table.rows for table in answer.tables}
    assert list(rows) == [
        "totals", "coverage", "categories", "months", "actors", "silences", "corrections",
    ]  # fmt: skip
    assert rows["totals"] == (
        ("events", 6), ("first", "2020-12-20"), ("last", "2021-12-31"), ("days", 377),
        ("with both China and Russia", 2), ("candidates left out", 1),
    )  # fmt: skip
    assert rows["coverage"] == (("2021-01-10", "2021-03-31", 81, "read daily", None),)
    assert rows["categories"] == (("mil", 3, 3), ("eco", 2, 1), ("pol", 2, 2), ("tech", 0, 0))
    assert rows["months"] == (
        ("2020-12", 1, 1, 0, 0, 0),
        ("2021-01", 2, 1, 1, 0, 0),
        ("2021-02", 0, 0, 0, 0, 0),
        ("2021-03", 2, 0, 0, 2, 0),
        ("undated", 1, 1, 0, 0, 0),
    )
    assert rows["actors"] == (("RUS", 3, 1), ("CHN", 2, 0), ("AFG", 1, 0), ("putin", 1, 0))
    # Events on 20 December, 15 January and twice on 5 March: of the first 26 days some are not
    # covered; the others are gaps of 49 and 0 days.
    assert rows["silences"] == ((2, 0, 24.5, 24.5, 49, "2021-01-15", "2021-03-05"),)
    assert answer.table("silences").notes == (
        "2 left out: no full date",
        "1 left out: days between the two events are not covered",
    )
    assert rows["corrections"] == (
        ("events with corrections", 2),
        ("with a corrected date", 2),
        ("that change month", 1),
    )


def test_of_equal_silences_the_earliest_is_named() -> None:
    """Ties do not depend on the order of the file."""
    days = ["2021-03-21", "2021-03-01", "2021-03-11"]
    events = [
        {"id": day, "date": day, "categories": ["mil"], "title": "Equal gaps"} for day in days
    ]
    library = hand(events=events)
    answer = overview(library.engine, library.select("").selection)
    assert answer.table("silences").rows == (
        (2, 10, 10.0, 10.0, 10, "2021-03-01", "2021-03-11"),
    )  # fmt: skip


def test_the_overview_of_nothing(library: Library) -> None:
    """An empty selection has totals of zero and no silence."""
    answer = overview(library.engine, library.select("date:2019").selection)
    assert answer.total == 0
    assert answer.table("totals").rows[0] == ("events", 0)
    assert answer.table("silences").rows == ()


# Laws.

ONE_VALUED = ("year", "quarter", "month", "week", "day", "weekday", "stage", "quad", "cameo")


@given(libraries(), nodes(), st.sampled_from(ONE_VALUED), st.sampled_from(["stated", "checked"]))
def test_one_valued_tallies_add_up(library: Library, node: Node, by: str, dates: str) -> None:
    """Where an event has one value, rows add up to the distinct events of the selection."""
    selected = library.select(text_of(node), dates="checked" if dates == "checked" else "stated")
    answer = selected.stats(by)
    assert sum(row[1] for row in answer.tables[0].rows if isinstance(row[1], int)) == answer.total
    assert answer.total == selected.count()


@given(libraries(), nodes(), st.lists(st.sampled_from(DIMENSIONS), min_size=1, max_size=2))
def test_no_row_counts_more_than_the_selection(library: Library, node: Node, by: list[str]) -> None:
    """Rows are distinct, none exceeds the total, and a zero stands only in dense time."""
    answer = library.select(text_of(node)).stats(by, ["events", "share"])
    events, shares = answer.tables
    keys = [row[:-1] for row in events.rows]
    assert len(set(keys)) == len(keys)
    for row, share in zip(events.rows, shares.rows, strict=True):
        count, part = row[-1], share[-1]
        assert isinstance(count, int)
        assert isinstance(part, float)
        assert 0 <= count <= answer.total
        assert abs(part - (count / answer.total if answer.total else 0)) < 1e-6
        assert count or set(by) & set(TIME)
