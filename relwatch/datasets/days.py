"""The forms in which data sets write their days, each read by the calendar, never by a locale.

Every function gives YYYY-MM-DD, or None where the text is not a day in that form.
"""

from __future__ import annotations

from datetime import date, timedelta

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip


def _day(year: str, month: str, day: str) -> str | None:
    if not all(part.isascii() and part.isdigit() for part in (year, month, day)) or len(year) != 4:
        return None
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def compact(text: str) -> str | None:
    """YYYYMMDD, or YYYYMMDDHHMMSS of which the day is taken."""
    if len(text) not in (8, 14) or not (text.isascii() and text.isdigit()):
        return None
    return _day(text[:4], text[4:6], text[6:8])


def iso(text: str) -> str | None:
    """YYYY-MM-DD, also with a time of day behind it."""
    day, _, time = text.replace("T", " ").partition(" ")
    parts = day.split("-")
    if len(day) != 10 or len(parts) != 3 or time.strip("0123456789:.Z+"):
        return None
    return _day(*parts)


def american(text: str) -> str | None:
    """M/D/YYYY, as in the ICEWS file of 2017."""
    parts = text.split("/")
    return _day(parts[2], parts[0], parts[1]) if len(parts) == 3 else None


def written(text: str) -> str | None:
    """`28 December 2022`, `01-January-2015`, `28 Dec 2022`: months in English."""
    parts = text.replace("-", " ").split()
    if len(parts) != 3 or len(parts[1]) < 3:
        return None
    month = parts[1].casefold()
    for number, name in enumerate(_MONTHS, 1):
        if month in (name, name[:3]):
            return _day(parts[2], str(number), parts[0])
    return None


def european(text: str) -> str | None:
    """DD-MM-YYYY, as ACLED's codebook writes days."""
    parts = text.split("-")
    return _day(parts[2], parts[1], parts[0]) if len(parts) == 3 else None


def week_of(day: str) -> tuple[str, str]:
    """The Monday and the Sunday of the week that holds a day."""
    monday = date.fromisoformat(day)
    monday -= timedelta(days=monday.weekday())
    return monday.isoformat(), (monday + timedelta(days=6)).isoformat()


def apart(first: str, last: str) -> int:
    """How many days `last` is after `first`."""
    return (date.fromisoformat(last) - date.fromisoformat(first)).days
