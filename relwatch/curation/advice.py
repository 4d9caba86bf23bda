"""What is doubtful in a corpus that is not wrong: advice beyond `corpora.checking`; safe repairs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from relwatch.corpora.checking import check_bytes, errors
from relwatch.corpora.documents import open_document
from relwatch.curation.likeness import Likenesses, plain
from relwatch.errors import Problem
from relwatch.model import Corpus, event_days
from relwatch.periods import date_days, iso


def examine(content: bytes, name: str) -> list[Problem]:
    """All problems of a corpus file: what is wrong, and, where nothing is, what is doubtful."""
    found = check_bytes(content, name)
    if errors(found):
        return found
    corpus = open_document(content, name).corpus
    more = [
        *_outside(corpus, name), *_backwards(corpus, name), *_alike(corpus, name),
        *_one_origin(corpus, name),
    ]  # fmt: skip
    return found + more


def repaired(content: bytes, name: str) -> bytes:
    """The same corpus with events in order, keys in the model's order, two-space indent.

    Raises DataWrong for a corpus with errors: those need a person.
    """
    document = open_document(content, name)
    document.tidy()
    return document.encode()


def _advice(name: str, path: str, problem: str, expected: str = "") -> Problem:
    return Problem(name, path, problem, expected, "advice")


def _outside(corpus: Corpus, name: str) -> Iterator[Problem]:
    stretches = [(date_days(one.start)[0], date_days(one.end)[1]) for one in corpus.coverage]
    if not stretches:
        return
    for number, event in enumerate(corpus.events):
        days = event_days(event, False)
        if not any(first <= days.end_max and days.start_min <= last for first, last in stretches):
            yield _advice(
                name, f"events[{number}].date",
                f"{event.date} lies outside what the corpus covers",
                "`relwatch cover` moves or adds a stretch",
            )  # fmt: skip


def _backwards(corpus: Corpus, name: str) -> Iterator[Problem]:
    """Links to events that began later, and threads that run in a circle."""
    events = {event.id: event for event in corpus.events}
    for number, event in enumerate(corpus.events):
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
    for number, event in enumerate(corpus.events):
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


def _alike(corpus: Corpus, name: str) -> Iterator[Problem]:
    """Likely duplicates. Links between two events say that an editor knows of both."""
    seen = Likenesses()
    numbers: dict[str, int] = {}
    linked = {(event.id, link) for event in corpus.events for link in event.follows}
    for event in corpus.events:
        seen.add(plain(event))
    for number, event in enumerate(corpus.events):
        numbers[event.id] = number
        for like in seen.like(plain(event)):
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


def _one_origin(corpus: Corpus, name: str) -> Iterator[Problem]:
    """One origin cited as two sources: the same address, or two citations of one publisher's text."""
    sources = {source.id: source for source in corpus.sources}
    addresses: dict[str, str] = {}
    for number, source in enumerate(corpus.sources):
        url = (source.url or "").rstrip("/")
        if url and url in addresses:
            yield _advice(
                name, f"sources[{number}].url",
                f"{source.id} and {addresses[url]} are one origin: the same address",
                f"`relwatch source merge {source.id} {addresses[url]}`",
            )  # fmt: skip
        elif url:
            addresses[url] = source.id
    for number, event in enumerate(corpus.events):
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
