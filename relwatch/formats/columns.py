"""What stands under each column of an event: as data for machines, as words for readers."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from relwatch.errors import AskedWrongly
from relwatch.model import PLURALS, Corpus, Event, corrected, has_correction
from relwatch.text import near, one_line

FIELDS = Event.__struct_fields__
NUMBERS = ("intensity",)
MARK = "†"
"""Stands behind the date of an event that carries corrections."""


def column_named(text: str) -> str:
    """The event field a column name means, in singular or plural; AskedWrongly when none."""
    asked = text.strip().casefold()
    asked = PLURALS.get(asked, asked)
    if asked in FIELDS:
        return asked
    close = near(asked, FIELDS)
    raise AskedWrongly(
        f"unknown column “{text}”",
        f"did you mean {' or '.join(close)}?" if close else f"the columns are {', '.join(FIELDS)}",
    )


def data(event: Event, column: str) -> str:
    """A field for CSV: text as it is, lists joined by "; ", objects as JSON, "" for none."""
    value: Any = getattr(event, column)
    match value:
        case None | () | False:
            return ""
        case str():
            return value
        case True:
            return "true"
        case int() | float():
            return msgspec.json.encode(value).decode()
        case tuple() if isinstance(value[0], str):
            return "; ".join(value)
    return msgspec.json.encode(value).decode()


class Reader:
    """Fields as a reader sees them: names for ids, one line, nothing that steers a terminal."""

    def __init__(self, corpus: Corpus, checked: bool = False) -> None:
        self.checked = checked
        self._categories = {category.id: category.name for category in corpus.categories}
        self._actors = {actor.id: actor.name for actor in corpus.actors}
        self._sources = {s.id: s.publisher or s.title or s.id for s in corpus.sources}
        self._one_line = cache(one_line)

    def actor(self, name: str) -> str:
        """An actor's name; its id when it is not declared."""
        return self._one_line(self._actors.get(name, name))

    def category(self, name: str) -> str:
        """A category's name."""
        return self._one_line(self._categories.get(name, name))

    def source(self, name: str) -> str:
        """A source's publisher or title."""
        return self._one_line(self._sources.get(name, name))

    def date(self, event: Event) -> str:
        """The date, its end where it has one, and the mark of a corrected event.

        A range is written as ISO 8601 shortens it: 2021-08-09/13; an uncertain day with "?".
        """
        start, end = event.date, event.end
        if self.checked:
            start = corrected(event, "date") or start
            end = corrected(event, "end") or end
        shown = start
        if end is not None and end > start:
            same = 8 if end[:8] == start[:8] else 5 if end[:5] == start[:5] else 0
            same = same if len(end) == len(start) == 10 else 0
            shown += f"/{end[same:]}"
        return shown + ("?" if event.uncertain else "") + (MARK if has_correction(event) else "")

    def cell(self, event: Event, column: str) -> str:
        """One field in words."""
        match column:
            case "date":
                return self.date(event)
            case "categories":
                return ", ".join(self.category(name) for name in event.categories)
            case "actors" | "initiators" | "about":
                return ", ".join(self.actor(name) for name in getattr(event, column))
            case "places":
                return ", ".join(self._one_line(place.name) for place in event.places)
            case "sources":
                return ", ".join(
                    " ".join(filter(None, (self.source(one.source), one_line(one.grade or ""))))
                    for one in event.sources
                )
            case "quotes":
                return " ".join(f"“{one_line(quote.text)}”" for quote in event.quotes)
            case "amounts":
                return ", ".join(amount(one.value, one.currency) for one in event.amounts)
            case "notes":
                return ", ".join(note.kind for note in event.notes)
            case "origin":
                return one_line(event.origin.dataset) if event.origin else ""
            case "tags" | "derived" | "follows":
                return ", ".join(map(self._one_line, getattr(event, column)))
        return one_line(data(event, column))


def amount(value: float, currency: str | None) -> str:
    """A number with thousands set apart, and its currency."""
    number = f"{int(value):,}" if value == int(value) else f"{value:,}"
    return f"{number} {one_line(currency)}" if currency else number


def short_id(event: Event) -> str:
    """What an id adds to the date: the words behind it; the whole id when it does not begin so."""
    rest = event.id.removeprefix(event.date)
    return rest.lstrip("-") if rest != event.id and rest else event.id
