"""The quick way to know that a corpus holds no error: every read and write asks it first."""

from __future__ import annotations

from typing import Any

from relwatch.corpora.anything import days_of
from relwatch.model import Corpus


def each_key_once(content: bytes) -> bool:
    """Whether certainly no object of a file gives a key twice, and every number is finite.

    False only means: ask `check_bytes`. Part by part, so that a large corpus is never held as
    plain objects at once.
    """
    import msgspec

    try:
        parts = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
        compact = {key: msgspec.json.format(raw, indent=-1) for key, raw in parts.items()}
        length = sum(len(msgspec.json.encode(key)) + len(raw) + 2 for key, raw in compact.items())
        if length + 1 != len(msgspec.json.format(content, indent=-1)):
            return False
        events = msgspec.json.decode(compact.pop("events", b"[]"), type=list[msgspec.Raw])
        return all(_reads_alike(bytes(raw)) for raw in (*compact.values(), *events))
    except msgspec.MsgspecError:
        return False


def _reads_alike(compact: bytes) -> bool:
    """Whether JSON without spaces is what encoding its values gives, or gives each key once."""
    import msgspec

    if msgspec.json.encode(msgspec.json.decode(compact)) == compact:
        return True
    # Spelled another way (1.50, \u00e9), which is no fault.
    return not has_twice(compact)


def faultless(corpus: Corpus, *, reading: bool = False) -> bool:
    """Whether a decoded corpus certainly holds no error; False only means: ask `check_bytes`.

    Quick, because every write asks it before and after. `reading.decode` has seen types, event
    dates, categories and ids of events, `each_key_once` the keys; here is the rest of what
    `check_bytes` calls errors, `reading` as there.
    """
    rooms = (corpus.categories, corpus.actors, corpus.sources, corpus.events, corpus.assessments)
    for room in rooms:
        ids = [one.id for one in room]
        if len(set(ids)) != len(ids) or not all(map(str.strip, ids)):
            return False
    actors = {actor.id for actor in corpus.actors}
    states = [actor.id for actor in corpus.actors if actor.kind == "state"]
    states += [actor.of for actor in corpus.actors if actor.of is not None]
    states += corpus.parties
    states += {
        place.country
        for event in corpus.events
        for place in event.places
        if place.country is not None
    }
    dates = [source.published for source in corpus.sources]
    dates += [day for one in corpus.assessments for day in (one.made, one.due)]
    return (
        bool(corpus.categories)
        and actors.issuperset(corpus.parties)
        and all(len(state) == 3 and state.isascii() and state.isupper() for state in states)
        and all(day is None or days_of(day) is not None for day in dates)
        and (reading or _whole(corpus, actors))
    )


def _whole(corpus: Corpus, actors: set[str]) -> bool:
    """Whether every link leads somewhere and every intensity is on its scale."""
    events, sources = {one.id for one in corpus.events}, {one.id for one in corpus.sources}
    links: set[str | None] = set()
    named: set[str] = set()
    cited: set[str | None] = set()
    for event in corpus.events:
        links.update(event.follows)
        named.update(event.actors, event.initiators, event.about)
        cited.update(one.source for one in event.sources)
        cited.update(one.source for one in event.notes)
        if event.intensity is not None and not -10 <= event.intensity <= 10:
            return False
    for assessment in corpus.assessments:
        links.update(one.event for one in assessment.evidence)
        cited.add(assessment.source)
    return (
        events.issuperset(links - {None})
        and actors.issuperset(named)
        and sources.issuperset(cited - {None})
    )


def has_twice(content: bytes) -> bool:
    """Whether any object of the file gives a key twice."""
    import json

    found = False

    def seen(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal found
        made = dict(pairs)
        found = found or len(made) != len(pairs)
        return made

    json.loads(content, object_pairs_hook=seen)
    return found
