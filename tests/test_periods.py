"""Periods are read exactly or refused, and events lie in them by one rule."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relwatch import periods
from relwatch.errors import AskedWrongly
from relwatch.model import Days, days_of
from relwatch.periods import FIRST_DAY, LAST_DAY, Period

TODAY = date(2021, 3, 31)
DAYS = st.integers(FIRST_DAY, LAST_DAY)


def read(text: str) -> tuple[str | None, str | None]:
    period = periods.parse(text, TODAY)
    return tuple(None if day is None else periods.iso(day) for day in (period.first, period.last))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2021", "2021-01-01", "2021-12-31"),
        ("2021-10", "2021-10-01", "2021-10-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2021-02", "2021-02-01", "2021-02-28"),
        ("2021-10-15", "2021-10-15", "2021-10-15"),
        ("2021-Q1", "2021-01-01", "2021-03-31"),
        ("2021-Q4", "2021-10-01", "2021-12-31"),
        ("2021-q4", "2021-10-01", "2021-12-31"),
        ("2021-H1", "2021-01-01", "2021-06-30"),
        ("2021-H2", "2021-07-01", "2021-12-31"),
        ("2021-W41", "2021-10-11", "2021-10-17"),
        ("2020-W53", "2020-12-28", "2021-01-03"),
        ("2021-03..2021-06", "2021-03-01", "2021-06-30"),
        ("2021-03 .. 2021-Q4", "2021-03-01", "2021-12-31"),
        ("2021-10-15..", "2021-10-15", None),
        ("..2021-02", None, "2021-02-28"),
        ("..", None, None),
        ("Oct 2021", "2021-10-01", "2021-10-31"),
        ("october 2021", "2021-10-01", "2021-10-31"),
        ("Sept. 2021", "2021-09-01", "2021-09-30"),
        ("15 October 2021", "2021-10-15", "2021-10-15"),
        ("15 oct 2021", "2021-10-15", "2021-10-15"),
        ("October 15, 2021", "2021-10-15", "2021-10-15"),
        ("15 Oct 2021..Nov 2021", "2021-10-15", "2021-11-30"),
        ("today", "2021-03-31", "2021-03-31"),
        ("Yesterday", "2021-03-30", "2021-03-30"),
        ("last month", "2021-02-01", "2021-02-28"),
        ("last week", "2021-03-22", "2021-03-28"),
        ("last quarter", "2020-10-01", "2020-12-31"),
        ("this year", "2021-01-01", "2021-12-31"),
        ("90 days ago", "2020-12-31", "2020-12-31"),
        ("1 month ago", "2021-02-28", "2021-02-28"),
        ("1 month ago..today", "2021-02-28", "2021-03-31"),
        ("  2021  ", "2021-01-01", "2021-12-31"),
    ],
)
def test_every_form_of_a_period_is_read(text: str, first: str | None, last: str | None) -> None:
    """Each form names whole days, both ends included."""
    assert read(text) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "02/03/2021", "2021/10/15", "May 16", "16 May", "May", "15.10.2021", "20211015",
        "2021-1", "2021-1-5", "21", "21-10", "2021-10-15T00:00", "2021-10-15 12:00", "12021",
        "٢٠٢١", "２０２１", "2021-Q", "2021-Q12", "2021-X1", "Q4 2021", "last 3 months", "3 months",
        "monday", "last monday", "-3 days ago", "3.5 days ago", "junk", "2021-03..2021-06..2021-09",
        "2021-03...2021-06", "2021-03-2021-06", "2021-03 to 2021-06", "+2021", "-2021", "ma 2021",
        "Oktober 2021", "15 15 2021", "15 Oct 21", "2021~", "2021-10-XX", "unknown",
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_the_accepted_forms(text: str) -> None:
    """Nothing is guessed: a day and a month are not told apart, a year is not supplied."""
    with pytest.raises(AskedWrongly) as error:
        periods.parse(text, TODAY)
    assert error.value.hint.startswith("accepted: 2021, 2021-10, 2021-10-15, 2021-Q4")


@pytest.mark.parametrize(
    "text",
    [
        "2021-02-29", "2021-13", "2021-00", "2021-10-32", "2021-10-00", "2021-Q0", "2021-Q5",
        "2021-H3", "2021-W00", "2021-W53", "0000", "31 April 2021", "0 May 2021",
        "99999 years ago", "9" * 5000 + " days ago",
    ],
)  # fmt: skip
def test_days_that_do_not_exist_are_refused(text: str) -> None:
    """A day the calendar does not have is no day near it."""
    with pytest.raises(AskedWrongly):
        periods.parse(text, TODAY)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    """The other way round is offered."""
    with pytest.raises(AskedWrongly) as error:
        periods.parse("2021-06..2021-03", TODAY)
    assert "2021-03..2021-06" in error.value.hint


@given(st.text(max_size=30) | st.from_regex(r"\d{4}-[QHW]?\d{1,2}(-\d\d)?(\.\.)?", fullmatch=True))
def test_a_period_is_read_or_refused(text: str) -> None:
    """No text makes the reader fail in another way, and what is read is not empty."""
    try:
        period = periods.parse(text, TODAY)
    except AskedWrongly:
        return
    assert not period.empty
    assert periods.parse(str(period)) == period


@given(DAYS, DAYS)
def test_a_period_is_read_back_as_it_is_written(one: int, other: int) -> None:
    """What --explain prints can be typed again."""
    period = Period(min(one, other), max(one, other))
    assert periods.parse(str(period)) == period


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("3 months", "2021-10-05"),
        ("1 month", "2021-12-05"),
        ("month", "2021-12-05"),
        ("3months", "2021-10-05"),
        ("90 days", "2021-10-07"),
        ("6 weeks", "2021-11-24"),
        ("2 quarters", "2021-07-05"),
        ("1 YEAR", "2021-01-05"),
    ],
)
def test_a_length_of_time_ends_on_the_last_covered_day(text: str, first: str) -> None:
    """`--last 3 months` counts back from the last covered day, which it holds."""
    until = date(2022, 1, 4).toordinal()
    period = periods.last(text, until)
    assert (periods.iso(period.first or 0), period.last) == (first, until)


def test_the_last_month_of_a_short_month_is_whole() -> None:
    """A month that ends on 28 February begins on the 1st."""
    until = date(2021, 2, 28).toordinal()
    assert str(periods.last("1 month", until)) == "2021-02-01..2021-02-28"


@pytest.mark.parametrize(
    "text", ["", "3", "0 months", "-3 months", "3 moons", "months 3", "3.5 months", "9" * 5000 + " days", "5000 years"]
)  # fmt: skip
def test_other_lengths_are_refused(text: str) -> None:
    """A length is a whole number of days, weeks, months, quarters or years within the calendar."""
    with pytest.raises(AskedWrongly):
        periods.last(text, date(2022, 1, 4).toordinal())


# Bins.


@pytest.mark.parametrize("unit", ["year", "quarter", "month", "week", "day"])
@given(day=DAYS)
def test_a_bin_holds_the_day_it_is_named_after(unit: str, day: int) -> None:
    """A bin's label names a stretch that holds the day, and is the label of both its ends."""
    label = periods.bin_of(unit, day)
    first, last = periods.bin_days(unit, label)
    assert first <= day <= last
    assert periods.bin_of(unit, first) == periods.bin_of(unit, last) == label
    assert periods.bin_holding(unit, first, last) == label


@pytest.mark.parametrize("unit", periods.BINS)
@given(first=DAYS, length=st.integers(0, 400))
def test_bins_are_dense_and_each_named_once(unit: str, first: int, length: int) -> None:
    """The bins of a stretch are those of its days: none missing, none twice."""
    last = min(first + length, LAST_DAY)
    found = list(periods.bins(unit, first, last))
    assert len(set(found)) == len(found)
    assert set(found) == {periods.bin_of(unit, day) for day in range(first, last + 1)}


def test_weeks_belong_to_iso_years() -> None:
    """3 January 2021 lies in the last week of 2020."""
    assert periods.bin_of("week", date(2021, 1, 3).toordinal()) == "2020-W53"


def test_no_bin_holds_what_reaches_beyond_it() -> None:
    """A start known to the month has a month, a quarter and a year, but no week, day, weekday."""
    first, last = periods.date_days("2021-03")
    held = {unit: periods.bin_holding(unit, first, last) for unit in periods.BINS}
    assert held == {
        "year": "2021", "quarter": "2021-Q1", "month": "2021-03", "week": None, "day": None,
        "weekday": None,
    }  # fmt: skip


# The four days of an event.


def days(start: str, end: str | None = None, *, uncertain: bool = False) -> tuple[str, ...]:
    found: Days = days_of(start, end, uncertain)
    return tuple(
        periods.iso(day)[5:]
        for day in (found.start_min, found.start_max, found.end_min, found.end_max)
    )


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2021-03-05", None, ("03-05", "03-05", "03-05", "03-05")),
        ("2021-03-05", "2021-03-09", ("03-05", "03-05", "03-09", "03-09")),
        ("2021-03", None, ("03-01", "03-31", "03-01", "03-31")),
        ("2021", None, ("01-01", "12-31", "01-01", "12-31")),
        ("2021-03", "2021-04-10", ("03-01", "03-31", "04-10", "04-10")),
        ("2021-03", "2021-03-10", ("03-01", "03-10", "03-10", "03-10")),
        ("2021-03-15", "2021-03", ("03-15", "03-15", "03-15", "03-31")),
        ("2021-03", "2021-05", ("03-01", "03-31", "05-01", "05-31")),
        ("2021-03", "2021-03", ("03-01", "03-31", "03-01", "03-31")),
    ],
)
def test_the_four_days_of_an_event(start: str, end: str | None, expected: tuple[str, ...]) -> None:
    """First and last possible start, first and last possible end."""
    assert days(start, end) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2021-03-05", "2021-03-09", ("03-05", "03-09", "03-05", "03-09")),
        ("2021-03", "2021-04-10", ("03-01", "04-10", "03-01", "04-10")),
        ("2021-03", None, ("03-01", "03-31", "03-01", "03-31")),
    ],
)
def test_an_uncertain_event_is_one_unknown_day(
    start: str, end: str | None, expected: tuple[str, ...]
) -> None:
    """It may begin and end on any day from date to end."""
    assert days(start, end, uncertain=True) == expected


DATES = st.dates(date(2020, 1, 1), date(2022, 12, 31)).flatmap(
    lambda day: st.sampled_from([day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]])
)


@given(DATES, DATES, st.booleans())
def test_the_four_days_are_in_order(one: str, other: str, uncertain: bool) -> None:
    """No event can begin after it ended, whatever is unknown of it."""
    start, end = sorted((one, other), key=lambda text: periods.date_days(text)[0])
    found = days_of(start, end, uncertain)
    assert found.start_min <= found.start_max <= found.end_max
    assert found.start_min <= found.end_min <= found.end_max
