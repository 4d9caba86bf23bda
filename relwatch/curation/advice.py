"""What is doubtful in a corpus that is not wrong: advice beyond `corpora.checking`; safe repairs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from relwatch.corpora.checking import check_bytes
from relwatch.corpora.documents import ROOMS, canonical, kind_of_room, ordered, sort_key
from relwatch.corpora.soundness import each_key_once
from relwatch.curation.likeness import Likenesses, plain
from relwatch.errors import Problem
from relwatch.model import Corpus, Coverage, Event, Source, event_days
from relwatch.periods import date_days, iso
from relwatch.text import spaced


def examine(content: bytes, name: str) -> list[Problem]:
    """All problems of a corpus file: what is wrong, and what is doubtful in what is not."""
    found = check_bytes(content, name)
    seen = _seen(content)
    return [
        *found, *_outside(seen, name), *_backwards(seen, name), *_alike(seen, name),
        *_one_origin(seen, name),
    ]  # fmt: skip


_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class _Seen(Struct, frozen=True):
    """What can be made out of a corpus, each with its position; what is broken is left out."""

    coverage: list[tuple[int, int]]
    sources: list[tuple[int, Source]]
    events: list[tuple[int, Event]]


def _seen(content: bytes) -> _Seen:
    try:
        content.decode()
        parts = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
    except _UNREADABLE:
        parts = {}
    stretches = [
        days
        for _, one in _readable(parts.get("coverage"), Coverage)
        if (days := _covered(one)) is not None
    ]
    events = []
    ids: set[str] = set()
    for number, event in _readable(parts.get("events"), Event):
        if event.id not in ids and _dated(event):
            ids.add(event.id)
            events.append((number, event))
    return _Seen(stretches, _readable(parts.get("sources"), Source), events)


One = TypeVar("One")


def _readable(part: msgspec.Raw | None, kind: type[One]) -> list[tuple[int, One]]:
    """The records of a part that can be read."""
    if part is None:
        return []
    found, decoder = [], msgspec.json.Decoder(kind)
    try:
        for number, raw in enumerate(msgspec.json.decode(part, type=list[msgspec.Raw])):
            with suppress(*_UNREADABLE):
                found.append((number, decoder.decode(raw)))
    except _UNREADABLE:
        return []
    return found


def _covered(stretch: Coverage) -> tuple[int, int] | None:
    try:
        return date_days(stretch.start)[0], date_days(stretch.end)[1]
    except ValueError:
        return None


def _dated(event: Event) -> bool:
    try:
        for checked in (False, True):
            event_days(event, checked)
    except (ValueError, TypeError, AttributeError):
        return False
    return True


def repaired(content: bytes) -> bytes | None:
    """The same corpus with what is safe to mend mended; None where nothing is.

    Events are put in order of date and id, unless one has a date that cannot be read, keys in
    the order of the model; titles lose needless spaces; all is indented by two. Every other fault
    stays for a person. Nothing is safe in a file that is broken, gives a key twice or holds a
    wrong type.
    """
    try:
        content.decode()
        corpus = msgspec.json.decode(content, type=Corpus)
    except _UNREADABLE:
        return None
    if not each_key_once(content):
        return None
    parts = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
    made: dict[str, msgspec.Raw] = {}
    for key, raw in parts.items():
        if key in ROOMS or key == "events":
            kind = Event if key == "events" else kind_of_room(key)
            records = [_tidy(bytes(one), kind)
                       for one in msgspec.json.decode(raw, type=list[msgspec.Raw])]  # fmt: skip
            if key == "events" and all(map(_dated, corpus.events)):
                order = sorted(range(len(records)), key=lambda at: sort_key(corpus.events[at]))
                records = [records[at] for at in order]
            made[key] = msgspec.Raw(b"[" + b",".join(records) + b"]")
        else:
            value = msgspec.json.decode(raw)
            tidy = ordered({key: value}, Corpus)[key]
            same = msgspec.json.encode(tidy) == msgspec.json.encode(value)
            made[key] = raw if same else msgspec.Raw(msgspec.json.encode(tidy))
    keys = ordered(dict.fromkeys(made), Corpus)
    return canonical(msgspec.json.encode({key: made[key] for key in keys}))


def _tidy(raw: bytes, kind: type) -> bytes:
    """A record as the format has it; the text of the file where that is so already."""
    record = msgspec.json.decode(raw)
    made = ordered(record, kind)
    if kind is Event:
        made["title"] = spaced(made["title"]) or made["title"]
    text = msgspec.json.encode(made)
    return raw if text == msgspec.json.encode(record) else text


def _advice(name: str, path: str, problem: str, expected: str = "") -> Problem:
    return Problem(name, path, problem, expected, "advice")


def _outside(seen: _Seen, name: str) -> Iterator[Problem]:
    if not seen.coverage:
        return
    for number, event in seen.events:
        days = event_days(event, False)
        if not any(
            first <= days.end_max and days.start_min <= last for first, last in seen.coverage
        ):
            yield _advice(
                name, f"events[{number}].date",
                f"{event.date} lies outside what the corpus covers",
                "`relwatch cover` moves or adds a stretch",
            )  # fmt: skip


def _backwards(seen: _Seen, name: str) -> Iterator[Problem]:
    """Links to events that began later, and threads that run in a circle."""
    events = {event.id: event for _, event in seen.events}
    for number, event in seen.events:
        for place, link in enumerate(event.follows):
            other = events.get(link)
            if other is None or link == event.id:
                continue
            days = [
                (event_days(event, checked).start_max, event_days(other, checked).start_min)
                for checked in (False, True)
            ]
            if all(mine < theirs for mine, theirs in days):
                yield _advice(
                    name, f"events[{number}].follows[{place}]",
                    f"runs backwards: {link} began later, on {iso(days[0][1])}",
                )  # fmt: skip
    state: dict[str, int] = {}
    for number, event in seen.events:
        if _circles(event.id, events, state):
            yield _advice(name, f"events[{number}].follows", "the thread runs in a circle")


def _circles(start: str, events: dict[str, Any], state: dict[str, int]) -> bool:
    """Whether a walk along `follows` comes back to where it is; each event is left once."""
    if start in state:
        return False
    found, stack = False, [(start, iter(events[start].follows))]
    state[start] = 1
    while stack:
        name, links = stack[-1]
        link = next(links, None)
        if link is None:
            state[name] = 2
            stack.pop()
        elif link in events and state.get(link) is None:
            state[link] = 1
            stack.append((link, iter(events[link].follows)))
        elif state.get(link) == 1 and link != name:
            found = True
    return found


def _alike(seen: _Seen, name: str) -> Iterator[Problem]:
    """Likely duplicates. Links between two events say that an editor knows of both."""
    known = Likenesses()
    numbers: dict[str, int] = {}
    linked = {(event.id, link) for _, event in seen.events for link in event.follows}
    for _, event in seen.events:
        known.add(plain(event))
    for number, event in seen.events:
        numbers[event.id] = number
        for like in known.like(plain(event)):
            if (
                like.id not in numbers
                or (event.id, like.id) in linked
                or (like.id, event.id) in linked
            ):
                continue
            yield _advice(
                name, f"events[{number}]",
                f"{event.id} is likely the same as {like.id}: {like.likeness} % ({like.why})",
                "`relwatch cite` one and remove the other, or link them",
            )  # fmt: skip


def _one_origin(seen: _Seen, name: str) -> Iterator[Problem]:
    """One origin cited as two sources: the same address, or two citations of one publisher's text."""
    sources = {source.id: source for _, source in seen.sources}
    addresses: dict[str, str] = {}
    for number, source in seen.sources:
        url = (source.url or "").rstrip("/")
        if url and url in addresses:
            yield _advice(
                name, f"sources[{number}].url",
                f"{source.id} and {addresses[url]} are one origin: the same address",
                f"`relwatch source merge {source.id} {addresses[url]}`",
            )  # fmt: skip
        elif url:
            addresses[url] = source.id
    for number, event in seen.events:
        cited: dict[str, str] = {}
        for place, citation in enumerate(event.sources):
            known = sources.get(citation.source)
            url = (citation.url or (known.url if known else "") or "").rstrip("/")
            if url and cited.get(url, citation.source) != citation.source:
                yield _advice(
                    name, f"events[{number}].sources[{place}]",
                    f"{citation.source} and {cited[url]} are one origin: the same address",
                    "cite it once",
                )  # fmt: skip
            elif url:
                cited[url] = citation.source
