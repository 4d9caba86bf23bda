"""Which column of a file gives which field, and how its cells are read; guessed only by name."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, cast

import msgspec
from msgspec import Struct

from relwatch.curation.values import kind_of, listed, read_value, what_differs
from relwatch.errors import AskedWrongly
from relwatch.model import PLURALS, Event
from relwatch.periods import date_days
from relwatch.text import fold, near

_DATES = ("date", "end", "reported", "recorded")
PARTS = ("category", "source", "url", "grade", "locator", "country", "lat", "lon")
"""What a column can give besides whole fields: parts of a citation, of a place; one category."""
_PART_OF = dict(zip(PARTS, ("categories", *["sources"] * 4, *["places"] * 3), strict=True))
TARGETS = (*Event.__struct_fields__, *PARTS)
_GUESSES = {
    "id": "id", "event id": "id", "event_id": "id", "guid": "id", "uid": "id", "key": "id",
    "data_id": "id", "date": "date", "day": "date", "event date": "date", "event_date": "date",
    "start": "date", "start date": "date", "start_date": "date", "when": "date",
    "end": "end", "end date": "end", "end_date": "end", "until": "end",
    "reported": "reported", "published": "reported", "publication date": "reported",
    "title": "title", "headline": "title", "event": "title", "subject": "title",
    "summary": "summary", "description": "summary", "text": "summary", "details": "summary",
    "abstract": "summary", "category": "category", "categories": "categories", "type": "category",
    "topic": "category", "section": "category", "group": "category", "actor": "actors", "actors": "actors",
    "participants": "actors", "initiator": "initiators", "initiators": "initiators",
    "about": "about", "place": "places", "places": "places", "location": "places", "city": "places",
    "country": "country", "lat": "lat", "latitude": "lat", "lon": "lon", "lng": "lon",
    "longitude": "lon", "tag": "tags", "tags": "tags", "keywords": "tags", "source": "source",
    "publisher": "source", "outlet": "source", "newspaper": "source", "agency": "source",
    "url": "url", "link": "url", "source url": "url", "source_url": "url", "address": "url",
    "grade": "grade", "page": "locator", "locator": "locator", "stage": "stage", "cameo": "cameo",
    "intensity": "intensity", "scale": "scale", "status": "status",
}  # fmt: skip


class Mapping(Struct, frozen=True):
    """Targets and their columns, values for what the file does not say, and the form of dates."""

    columns: dict[str, str]
    fixed: dict[str, str] = {}
    date_format: str | None = None
    """As it was asked for, checked by `mapping_of`."""
    guessed: bool = False

    def must_give(self, target: str, columns: tuple[str, ...]) -> None:
        """AskedWrongly when nothing says what an event's date, title or category is."""
        if field_of(target) in map(field_of, (*self.columns, *self.fixed)):
            return
        raise AskedWrongly(
            f"nothing says what the {target} is"
            + (f", read as --map {self.told()}" if self.columns else ""),
            f"--map {target}=COLUMN or --set {target}=VALUE; the columns are {', '.join(columns)}",
        )

    def told(self) -> str:
        """As `--map` takes it."""
        return _told(self.columns)


def _told(columns: dict[str, str]) -> str:
    return ",".join(f"{target}={column}" for target, column in columns.items())


def guess(columns: tuple[str, ...]) -> dict[str, str]:
    """Targets for columns whose name says what they hold; the first of several is taken."""
    found: dict[str, str] = {}
    for column in columns:
        target = _GUESSES.get(fold(column))
        if target and target not in found:
            found[target] = column
    return found


def mapping_of(
    columns: tuple[str, ...],
    asked: tuple[str, ...],
    fixed: tuple[str, ...],
    date_format: str | None,
) -> Mapping:
    """The mapping that `--map`, `--set` and `--date-format` describe, for a file's columns.

    Raises AskedWrongly for fields or columns that are not there, and when nothing gives the date
    or the title. Whether a category is needed depends on what is known of the rows.
    """
    chosen: dict[str, str] = {}
    for text in asked:
        for pair in text.split(","):
            target, equals, column = pair.partition("=")
            if not equals:
                raise AskedWrongly(
                    f"“{pair}” is no field=column", "as in --map date=Date,title=Headline"
                )
            target = _target(target)
            if not column.strip():
                chosen[target] = ""
                continue
            same = [one for one in columns if one == column.strip()] or [
                one for one in columns if fold(one) == fold(column)
            ]
            if not same:
                close = near(column, columns)
                raise AskedWrongly(
                    f"the file has no column “{column.strip()}”",
                    f"did you mean {' or '.join(close)}?"
                    if close
                    else f"it has {', '.join(columns)}",
                )
            chosen[target] = same[0]
    # What is asked for is so; the rest is guessed. A column gives one thing.
    asked_for = {field_of(one) for one in chosen if one not in PARTS}
    guesses = {
        target: column
        for target, column in guess(columns).items()
        if target not in chosen and field_of(target) not in asked_for
        and column not in chosen.values()
    }  # fmt: skip
    chosen = {target: column for target, column in {**chosen, **guesses}.items() if column}
    guessed = bool(guesses)
    values: dict[str, str] = {}
    for text in fixed:
        name, equals, value = text.partition("=")
        if not equals:
            raise AskedWrongly(f"“{text}” is no field=value", "as in --set category=political")
        values[_target(name)] = value
    _strptime_form(date_format)
    mapping = Mapping(chosen, values, date_format, guessed)
    mapping.must_give("date", columns)
    mapping.must_give("title", columns)
    return mapping


def _target(text: str) -> str:
    asked = text.strip().casefold()
    if asked in TARGETS:
        return asked
    if asked in PLURALS:
        return PLURALS[asked]
    close = near(asked, TARGETS)
    raise AskedWrongly(
        f"an event has no field “{text}”",
        f"did you mean {' or '.join(close)}?" if close else f"the fields are {', '.join(TARGETS)}",
    )


@lru_cache
def _strptime_form(text: str | None) -> str | None:
    """DD/MM/YYYY as well as %d/%m/%Y."""
    if text is None or "%" in text:
        return text
    form = text
    for letters, code in (("YYYY", "%Y"), ("YY", "%y"), ("MM", "%m"), ("DD", "%d")):
        form = form.replace(letters, code)
    if "%d" not in form and "%m" not in form:
        raise AskedWrongly(f"“{text}” is no form of a date", "as in --date-format DD/MM/YYYY")
    return form


_ISO = re.compile(r"\d{4}-\d\d-\d\d").fullmatch


@lru_cache(1 << 12)
def read_date(text: str, form: str | None = None) -> str:
    """A cell as a date. Whole ISO dates, and what --date-format says; nothing is guessed.

    Raises ValueError with a reason.
    """
    asked = text.strip()
    code = _strptime_form(form)
    if code is not None:
        from datetime import datetime

        try:
            read = datetime.strptime(asked, code)
        except ValueError:
            # A whole ISO date says itself what is what, but for who puts the year first otherwise.
            if not code.startswith(("%Y", "%y")) and _ISO(asked):
                return read_date(asked)
            raise ValueError(f"“{asked}” is not of the form {form}") from None
        length = 10 if "%d" in code or "%j" in code else 7 if "%m" in code or "%b" in code else 4
        return read.date().isoformat()[:length]
    if len(asked) > 10 and asked[10] in "T " and asked[4:5] == "-":
        asked = asked[:10]
    try:
        date_days(asked)
    except ValueError:
        raise ValueError(
            f"“{text.strip()}” is not a date (YYYY, YYYY-MM or YYYY-MM-DD; else --date-format)"
        ) from None
    return asked


def field_of(target: str) -> str:
    """The field of an event that a column gives, or a part of."""
    return _PART_OF.get(target, target)


class Reader:
    """Reads the cells of a row as an event with names for ids.

    `is_known` says whether a name is declared: such a name is one whatever it holds.
    """

    def __init__(self, mapping: Mapping, is_known: Callable[[str], bool]) -> None:
        self._is_known = is_known
        self._columns = tuple(mapping.columns.items())
        self._fixed = [(target, text.strip()) for target, text in mapping.fixed.items()]
        self._reads: dict[str, Callable[[str], Any]] = {}
        for target in (*mapping.columns, *mapping.fixed):
            if target in _DATES:
                self._reads[target] = partial(read_date, form=mapping.date_format)
            elif target in ("category", "categories", "actors", "initiators", "about"):
                self._reads[target] = self._names
            elif target == "title":
                self._reads[target] = _one_line
            elif target not in PARTS:
                self._reads[target] = partial(read_value, target, typed=True)
        self._parts = any(one in PARTS for one in (*mapping.columns, *mapping.fixed))

    def record(self, cells: dict[str, str]) -> dict[str, Any]:
        """A row as an event. Raises ValueError, naming the field."""
        given = {}
        for target, column in self._columns:
            if text := (cells.get(column) or "").strip():
                given[target] = text
        for target, text in self._fixed:
            if text:
                given.setdefault(target, text)
        record: dict[str, Any] = {}
        reads = self._reads
        for target, text in given.items():
            read = reads.get(target)
            if read is None:
                continue
            try:
                value = read(text)
            except ValueError as error:
                raise ValueError(f"{target}: {error}") from None
            if value is None or (value.__class__ is list and not value):
                continue
            if target in ("category", "categories"):
                record["categories"] = [*record.get("categories", ()), *value]
            else:
                record[target] = value
        if self._parts:
            _parts(record, given)
        return record

    def _names(self, text: str) -> list[str]:
        found = listed(text)
        return [text] if len(found) > 1 and self._is_known(text) else found


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _parts(record: dict[str, Any], given: dict[str, str]) -> None:
    citation = {key: given[key] for key in ("source", "grade", "url", "locator") if key in given}
    if citation:
        citation = citation if "source" in citation else {"source": "", **citation}
        record["sources"] = [*record.get("sources", ()), citation]
    numbers: dict[str, Any] = {}
    for key in ("lat", "lon"):
        if key in given:
            try:
                numbers[key] = float(given[key])
            except ValueError:
                raise ValueError(f"{key}: “{given[key]}” is not a number") from None
    places = record.get("places", [])
    if (numbers or "country" in given) and len(places) <= 1:
        place = places[0] if places else {"name": given.get("country", "")}
        if "country" in given:
            place["country"] = given["country"]
        if place["name"]:
            record["places"] = [{**place, **numbers}]


def shaped(values: dict[str, Any]) -> dict[str, Any]:
    """A copy of an event in JSON, names for ids. Raises ValueError, naming what has another shape."""
    record = {key: value for key, value in values.items() if value is not None}
    try:
        msgspec.convert({"id": "", "date": "", "categories": (), "title": "", **record}, Event)
    except msgspec.ValidationError as error:
        said, expected = what_differs(record, error)
        raise ValueError(said + (f" ({expected})" if expected else "")) from None
    return cast(dict[str, Any], msgspec.json.decode(msgspec.json.encode(record)))


def typed(cells: dict[str, str]) -> dict[str, Any]:
    """A row of relwatch's own CSV as an event. Raises ValueError, naming the field."""
    record: dict[str, Any] = {}
    for field, cell in cells.items():
        try:
            value = read_value(field, cell)
        except ValueError as error:
            raise ValueError(f"{field}: {error}") from None
        if value is not None:
            record[field] = value.strip() if kind_of(field) == "text" and field in _DATES else value
    return record
