"""What can be made out of a corpus that holds errors, so that one fault hides no other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from relwatch.corpora.anything import days_of
from relwatch.model import Citation, Event, Note, Source, event_days
from relwatch.periods import date_days

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_EARLY, _LATE = date_days("0001")[0], date_days("9999")[1]

One = TypeVar("One")


class Readable(Struct, frozen=True):
    """The parts of a corpus that advice is about, each with its position.

    An event without an id of its own goes by its place. `ids` are those the file gives, by the
    ids used here. A stretch whose end cannot be read has no end.
    """

    coverage: list[tuple[int, int]]
    sources: list[tuple[int, Source]]
    events: list[tuple[int, Event]]
    ids: dict[str, str]


def readable(content: bytes) -> Readable:
    """Whatever of a corpus can be read."""
    try:
        content.decode()
        parts = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
    except UNREADABLE:
        parts = {}
    stretches = [_covered(one) for _, one in _plain(parts.get("coverage")) if isinstance(one, dict)]
    sources = [
        (number, one if isinstance(one, Source) else _source(one, number))
        for number, one in _each(parts.get("sources"), Source)
    ]
    events: list[tuple[int, Event]] = []
    given: dict[str, str] = {}
    for number, one in _each(parts.get("events"), Event):
        event = one if isinstance(one, Event) else _event(one, number)
        event = None if event is None else _dated(event)
        if event is not None:
            name = event.id
            if name in given:
                event = replace(event, id=f"events[{number}]")
            given[event.id] = name
            events.append((number, event))
    return Readable([one for one in stretches if one is not None], sources, events, given)


def _raws(part: msgspec.Raw | None) -> Iterator[tuple[int, msgspec.Raw]]:
    try:
        yield from enumerate(msgspec.json.decode(part or b"[]", type=list[msgspec.Raw]))
    except UNREADABLE:
        return


def _plain(part: msgspec.Raw | None) -> Iterator[tuple[int, Any]]:
    for number, raw in _raws(part):
        yield number, _value(raw)


def _value(raw: msgspec.Raw) -> Any:
    try:
        return msgspec.json.decode(raw)
    except UNREADABLE:
        return None


def _each(part: msgspec.Raw | None, kind: type[One]) -> Iterator[tuple[int, One | dict[str, Any]]]:
    """The entries of a part: as its type where they are right, else as plain objects."""
    decoder = msgspec.json.Decoder(kind)
    for number, raw in _raws(part):
        try:
            yield number, decoder.decode(raw)
        except UNREADABLE:
            plain = _value(raw)
            if isinstance(plain, dict):
                yield number, plain


def _covered(stretch: dict[str, Any]) -> tuple[int, int] | None:
    start, end = (days_of(stretch.get(key)) for key in ("start", "end"))
    if start is None and end is None:
        return None
    first, last = start[0] if start else _EARLY, end[1] if end else _LATE
    # Which of the two is wrong where it ends before it begins nobody knows.
    return min(first, last), max(first, last)


def _source(plain: dict[str, Any], number: int) -> Source:
    return Source(
        id=_text(plain.get("id")) or f"sources[{number}]", url=_text(plain.get("url")) or None
    )


def _event(plain: dict[str, Any], number: int) -> Event | None:
    """An event with what is right of the fields that advice looks at; None without a date."""
    if days_of(plain.get("date")) is None:
        return None
    end = plain.get("end")
    return Event(
        id=_text(plain.get("id")) or f"events[{number}]",
        date=plain["date"],
        end=end if days_of(end) is not None else None,
        uncertain=plain.get("uncertain") is True,
        categories=(),
        title=_text(plain.get("title")),
        actors=tuple(filter(None, map(_text, _list(plain.get("actors"))))),
        # Of these the position is told, so that nothing may be left out.
        follows=tuple(map(_text, _list(plain.get("follows")))),
        sources=tuple(_as(one, Citation(source="")) for one in _list(plain.get("sources"))),
        notes=tuple(_as(one, Note(kind="context")) for one in _list(plain.get("notes"))),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) and value.strip() else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _as(value: Any, otherwise: One) -> One:
    try:
        return msgspec.convert(value, type(otherwise))
    except msgspec.MsgspecError:
        return otherwise


def _dated(event: Event) -> Event | None:
    """An event whose days can be asked for: without corrections or an end that are none."""
    endless = replace(event, notes=(), end=None, uncertain=False)
    for one in (event, replace(event, notes=()), endless):
        try:
            days = [event_days(one, checked) for checked in (False, True)]
        except (ValueError, TypeError, AttributeError):
            continue
        if all(each.start_min <= each.end_max for each in days):
            return one
    return None
