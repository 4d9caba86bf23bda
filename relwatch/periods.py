"""Dates and stretches of whole days: "2021-Q4" becomes a Period, days become bins.

A date is text of EDTF level 0 (`YYYY`, `YYYY-MM`, `YYYY-MM-DD`; Library of Congress, 2019). Days
are proleptic Gregorian ordinals (`datetime.date.toordinal`): integers compare alike everywhere.
Nothing here depends on locale, time zone, or, unless `today` is passed, on the clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from relwatch.errors import AskedWrongly

FIRST_DAY = date.min.toordinal()
LAST_DAY = date.max.toordinal()

ACCEPTED = (
    "accepted: 2021, 2021-10, 2021-10-15, 2021-Q4, 2021-H2, 2021-W41, 2021-03..2021-06, "
    "2021-10.., 'Oct 2021', '15 October 2021', today, yesterday, 'last month', '90 days ago'"
)

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
BINS = ("year", "quarter", "month", "week", "day", "weekday")


class Period(msgspec.Struct, frozen=True):
    """A stretch of whole days, both ends included; None leaves an end open. Days are ordinals."""

    first: int | None = None
    last: int | None = None

    def __str__(self) -> str:
        if self.first is not None and self.first == self.last:
            return iso(self.first)
        first = "" if self.first is None else iso(self.first)
        last = "" if self.last is None else iso(self.last)
        return f"{first}..{last}"

    def intersect(self, other: Period) -> Period:
        """The days that lie in both periods; `empty` when there are none."""
        firsts = [end for end in (self.first, other.first) if end is not None]
        lasts = [end for end in (self.last, other.last) if end is not None]
        return Period(max(firsts, default=None), min(lasts, default=None))

    @property
    def empty(self) -> bool:
        """Whether no day lies in the period."""
        return self.first is not None and self.last is not None and self.first > self.last


EVER = Period()


def iso(day: int) -> str:
    """An ordinal day as YYYY-MM-DD."""
    return date.fromordinal(day).isoformat()


def _year(text: str) -> int:
    year = int(text)
    if not 1 <= year <= 9999:
        raise ValueError(text)
    return year


def month_days(year: int, month: int) -> tuple[int, int]:
    """First and last ordinal day of a calendar month."""
    first = date(year, month, 1)
    last = date(year, 12, 31) if month == 12 else date(year, month + 1, 1) - timedelta(1)
    return first.toordinal(), last.toordinal()


_known: dict[str, tuple[int, int]] = {}


def date_days(text: str) -> tuple[int, int]:
    """The first and last possible day of a date (`YYYY`, `YYYY-MM`, `YYYY-MM-DD`), as ordinals.

    Raises ValueError for anything else, and for dates that do not exist.
    """
    found = _known.get(text)
    if found is None:
        found = _known[text] = _read_date(text)
    return found


def _read_date(text: str) -> tuple[int, int]:
    digits = text.replace("-", "")
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(text)
    if len(text) == 10 and text[4] == text[7] == "-" and len(digits) == 8:
        day = date(_year(text[:4]), int(text[5:7]), int(text[8:])).toordinal()
        return day, day
    if len(text) == 7 and text[4] == "-" and len(digits) == 6:
        return month_days(_year(text[:4]), int(text[5:]))
    if len(text) == 4 and len(digits) == 4:
        year = _year(text)
        return date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    raise ValueError(text)


def parse(text: str, today: date | None = None) -> Period:
    """The period that a text names; `today` is what relative words count from.

    Raises AskedWrongly, with the accepted forms, for anything that would have to be guessed.
    """
    asked = " ".join(text.split())
    first, dots, last = asked.partition("..")
    if dots:
        if ".." in last:
            raise _not_a_period(text)
        start = _single(first.strip(), today, text).first if first.strip() else None
        end = _single(last.strip(), today, text).last if last.strip() else None
        if start is not None and end is not None and start > end:
            raise AskedWrongly(
                f"“{text}” ends before it begins", f"try {last.strip()}..{first.strip()}"
            )
        return Period(start, end)
    return _single(asked, today, text)


def _not_a_period(text: str) -> AskedWrongly:
    return AskedWrongly(f"“{text}” is not a period relwatch can read", ACCEPTED)


def _single(asked: str, today: date | None, whole: str) -> Period:
    for read in (_iso_form, _month_name_form):
        try:
            found = read(asked)
        except ValueError:
            raise AskedWrongly(f"“{whole}” does not exist in the calendar", ACCEPTED) from None
        if found:
            return Period(*found)
    try:
        found = _relative_form(asked.casefold(), today)
    except (ValueError, OverflowError):
        raise AskedWrongly(f"“{whole}” reaches beyond the calendar", ACCEPTED) from None
    if found:
        return Period(*found)
    raise _not_a_period(whole)


def _iso_form(asked: str) -> tuple[int, int] | None:
    """2021, 2021-10, 2021-10-15, 2021-Q4, 2021-H2, 2021-W41; None when of another shape."""
    shape = "".join("9" if c.isascii() and c.isdigit() else c for c in asked.upper())
    if shape in ("9999", "9999-99", "9999-99-99"):
        return _read_date(asked)
    if shape == "9999-Q9" or shape == "9999-H9":
        year, part = _year(asked[:4]), int(asked[6])
        months = 3 if shape[5] == "Q" else 6
        if not 1 <= part <= 12 // months:
            raise ValueError(asked)
        return month_days(year, (part - 1) * months + 1)[0], month_days(year, part * months)[1]
    if shape == "9999-W99":
        monday = date.fromisocalendar(_year(asked[:4]), int(asked[6:]), 1).toordinal()
        return monday, min(monday + 6, LAST_DAY)
    return None


def _month_number(word: str) -> int | None:
    word = word.casefold().rstrip(".,")
    if len(word) < 3:
        return None
    if word == "sept":
        return 9
    for number, name in enumerate(_MONTHS, 1):
        if word in (name, name[:3]):
            return number
    return None


def _month_name_form(asked: str) -> tuple[int, int] | None:
    """`Oct 2021`, `15 October 2021`, `October 15, 2021`: a month in English, a four-digit year."""
    parts = asked.split()
    if len(parts) not in (2, 3) or len(parts[-1]) != 4:
        return None
    if not (parts[-1].isascii() and parts[-1].isdigit()):
        return None
    year = _year(parts[-1])
    if len(parts) == 2:
        month = _month_number(parts[0])
        return month_days(year, month) if month else None
    for day_text, month_text in ((parts[0], parts[1]), (parts[1].removesuffix(","), parts[0])):
        month = _month_number(month_text)
        if month and day_text.isascii() and day_text.isdigit() and len(day_text) <= 2:
            day = date(year, month, int(day_text)).toordinal()
            return day, day
    return None


_UNITS = {
    name + plural: name
    for name in ("day", "week", "month", "quarter", "year")
    for plural in ("", "s")
}


def _relative_form(asked: str, today: date | None) -> tuple[int, int] | None:
    words = asked.split()
    now = today or date.today()
    if asked in ("today", "yesterday", "tomorrow"):
        day = now.toordinal() + {"today": 0, "yesterday": -1, "tomorrow": 1}[asked]
        return day, day
    if len(words) == 2 and words[0] in ("this", "last", "next") and words[1] in _UNITS:
        if words[1].endswith("s"):
            return None
        steps = {"this": 0, "last": -1, "next": 1}[words[0]]
        return bin_days(words[1], bin_of(words[1], shift(now, steps, words[1]).toordinal()))
    if len(words) == 3 and words[2] == "ago" and words[1] in _UNITS:
        if not (words[0].isascii() and words[0].isdigit()):
            return None
        day = shift(now, -int(words[0]), words[1]).toordinal()
        return day, day
    return None


def shift(start: date, steps: int, unit: str) -> date:
    """`start` moved by whole units; a day that the month lacks becomes its last day."""
    unit = _UNITS[unit]
    if unit in ("day", "week"):
        return start + timedelta(days=steps * (7 if unit == "week" else 1))
    from dateutil.relativedelta import relativedelta

    return start + relativedelta(months=steps * {"month": 1, "quarter": 3, "year": 12}[unit])


def last(text: str, until: int) -> Period:
    """`3 months` as the stretch of that length that ends on the ordinal day `until`."""
    asked = " ".join(text.casefold().split())
    cut = len(asked.rstrip("abcdefghijklmnopqrstuvwxyz"))
    number, unit = asked[:cut].strip() or "1", asked[cut:]
    if not (number.isascii() and number.isdigit()) or unit not in _UNITS or not number.strip("0"):
        raise AskedWrongly(
            f"“{text}” is not a length of time",
            "accepted: 90 days, 6 weeks, 3 months, 2 quarters, 1 year",
        )
    try:
        start = shift(date.fromordinal(until) + timedelta(1), -int(number), unit)
    except (ValueError, OverflowError):
        raise AskedWrongly(f"“{text}” reaches beyond the calendar") from None
    return Period(start.toordinal(), until)


def bin_of(unit: str, day: int) -> str:
    """The label of the bin that holds an ordinal day: 2021, 2021-Q4, 2021-10, 2021-W41, ..."""
    when = date.fromordinal(day)
    match unit:
        case "day":
            return when.isoformat()
        case "month":
            return f"{when.year:04d}-{when.month:02d}"
        case "quarter":
            return f"{when.year:04d}-Q{(when.month + 2) // 3}"
        case "year":
            return f"{when.year:04d}"
        case "week":
            # Weeks belong to ISO years: 2021-01-03 lies in 2020-W53.
            year, week, _ = when.isocalendar()
            return f"{year:04d}-W{week:02d}"
        case "weekday":
            return WEEKDAYS[when.weekday()]
    raise ValueError(unit)


def bin_holding(unit: str, first: int, last: int) -> str | None:
    """The label of the bin that holds all days from `first` to `last`; None when none does."""
    if unit == "weekday":
        return bin_of(unit, first) if first == last else None
    label = bin_of(unit, first)
    return label if first == last or bin_of(unit, last) == label else None


def bin_days(unit: str, label: str) -> tuple[int, int]:
    """First and last ordinal day of a bin (not of weekdays, which recur)."""
    found = _iso_form(label)
    assert found is not None, (unit, label)
    return found


def bins(unit: str, first: int, last: int) -> Iterator[str]:
    """The labels of all bins that hold a day from `first` to `last`, in order."""
    if unit == "weekday":
        held = {(first + step - 1) % 7 for step in range(min(7, last - first + 1))}
        yield from (name for number, name in enumerate(WEEKDAYS) if number in held)
        return
    day = first
    while day <= last:
        label = bin_of(unit, day)
        yield label
        day = bin_days(unit, label)[1] + 1
