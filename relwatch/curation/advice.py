"""What is doubtful in a corpus that is not wrong: advice beyond `corpora.checking`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from relwatch.corpora.checking import check_bytes
from relwatch.curation.likeness import Like, Likenesses, plain
from relwatch.curation.readable import Readable, readable
from relwatch.curation.titles import words
from relwatch.errors import Problem
from relwatch.model import Event, event_days
from relwatch.periods import iso

TOLD = 5
"""How many likely duplicates of one event are told: as many as `Likenesses` gives."""


def examine(content: bytes, name: str) -> list[Problem]:
    """All problems of a corpus file: what is wrong, and what is doubtful in what is not."""
    found = check_bytes(content, name)
    seen = readable(content)
    return [
        *found, *_outside(seen, name), *_backwards(seen, name), *_alike(seen, name),
        *_one_origin(seen, name),
    ]  # fmt: skip


def _advice(name: str, path: str, problem: str, expected: str = "") -> Problem:
    return Problem(name, path, problem, expected, "advice")


def _outside(seen: Readable, name: str) -> Iterator[Problem]:
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


def _backwards(seen: Readable, name: str) -> Iterator[Problem]:
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
    places = {event.id: number for number, event in seen.events}
    for circle in _circles({name: event.follows for name, event in events.items()}):
        number = min(places[one] for one in circle)
        yield _advice(name, f"events[{number}].follows", "the thread runs in a circle")


def _circles(links: dict[str, tuple[str, ...]]) -> Iterator[list[str]]:
    """The events of each circle: those that can be reached from each other (Tarjan's way)."""
    low: dict[str, int] = {}
    number: dict[str, int] = {}
    open_, is_open = list[str](), set[str]()
    for start in links:
        stack = [] if start in number else [(start, iter(links[start]))]
        while stack:
            name, rest = stack[-1]
            if name not in number:
                number[name] = low[name] = len(number)
                open_.append(name)
                is_open.add(name)
            for link in rest:
                if link in links and link not in number:
                    stack.append((link, iter(links[link])))
                    break
                if link in is_open:
                    low[name] = min(low[name], number[link])
            else:
                stack.pop()
                if stack:
                    low[stack[-1][0]] = min(low[stack[-1][0]], low[name])
                if low[name] == number[name]:
                    circle = open_[open_.index(name) :]
                    del open_[-len(circle) :]
                    is_open.difference_update(circle)
                    if len(circle) > 1:
                        yield circle


def _alike(seen: Readable, name: str) -> Iterator[Problem]:
    """Likely duplicates. Links between two events say that an editor knows of both."""
    numbers: dict[str, int] = {}
    linked = {(event.id, link) for _, event in seen.events for link in event.follows}
    for number, event, found in _likes(seen.events):
        numbers[event.id] = number
        for like in found:
            if (
                like.id not in numbers
                or (event.id, like.id) in linked
                or (like.id, event.id) in linked
                # Two of one id were told already.
                or seen.ids[like.id] == seen.ids[event.id]
            ):
                continue
            yield _advice(
                name, f"events[{number}]",
                f"{event.id} is likely the same as {like.id}: {like.likeness} % ({like.why})",
                "`relwatch cite` one and remove the other, or link them",
            )  # fmt: skip


def _likes(events: list[tuple[int, Event]]) -> Iterator[tuple[int, Event, list[Like]]]:
    """Each event with those it is like.

    Of events that are equal in all that is compared, no more are looked for than are ever told:
    a thousand entries of one drill would else be a million comparisons.
    """
    groups: dict[Any, list[Event]] = {}
    keys: dict[str, Any] = {}
    for _, event in events:
        urls = sorted({one.url.rstrip("/") for one in event.sources if one.url})
        key = keys[event.id] = (
            words(event.title), event.date, event.end, *sorted(set(event.actors)), "", *urls,
        )  # fmt: skip
        groups.setdefault(key, []).append(event)
    known, looked_for = Likenesses(), set[str]()
    for group in groups.values():
        group.sort(key=lambda event: event.id)
        # Those of the first ids are the ones told; one of them may be the one asked for.
        for event in group[: TOLD + 1]:
            known.add(plain(event))
            looked_for.add(event.id)
        known.learn(event.title for event in group[TOLD + 1 :])
    of_the_rest: dict[Any, list[Like]] = {}
    for number, event in events:
        if event.id in looked_for:
            found = known.like(plain(event))
        elif keys[event.id] in of_the_rest:
            found = of_the_rest[keys[event.id]]
        else:
            found = of_the_rest[keys[event.id]] = known.like(plain(event))
        yield number, event, found


def _one_origin(seen: Readable, name: str) -> Iterator[Problem]:
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
