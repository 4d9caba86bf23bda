"""What stands in another order than the format's: no fault, but it makes diffs large."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from relwatch.corpora.anything import days_of, dicts
from relwatch.corpora.documents import ROOMS, kind_of_room, ordered
from relwatch.errors import Problem
from relwatch.model import Corpus, Event

if TYPE_CHECKING:
    from relwatch.corpora.checking import Check

_FIX = "`relwatch check --fix` puts them in order"


def disorder(check: Check, document: dict[str, Any]) -> Iterator[Problem]:
    """Events and keys out of order, one remark for each."""
    yield from _events(check, document)
    yield from _keys(check, document)


def _events(check: Check, document: dict[str, Any]) -> Iterator[Problem]:
    keys = [
        ((days[0], days[1], event["id"]), number)
        for number, event in dicts(document.get("events"))
        if (days := days_of(event.get("date"))) is not None and isinstance(event.get("id"), str)
    ]
    first = next((number for (a, _), (b, number) in pairwise(keys) if a > b), None)
    if first is not None:
        yield check.advice(f"events[{first}]", "the events are not in order of date and id", _FIX)


def _keys(check: Check, document: dict[str, Any]) -> Iterator[Problem]:
    """One remark for the whole file: a file written by another program may have all in disorder."""
    head = dict.fromkeys(document)
    places = [] if list(ordered(head, Corpus)) == list(head) else [""]
    for room in (*ROOMS, "events"):
        kind = Event if room == "events" else kind_of_room(room)
        places += [
            f"{room}[{number}]"
            for number, record in dicts(document.get(room))
            if not _alike(record, ordered(record, kind))
        ]
    if places:
        more = f", here and in {len(places) - 1:,} more places" if len(places) > 1 else ""
        yield check.advice(places[0], f"the keys are not in the order of the format{more}", _FIX)


def _alike(value: Any, other: Any) -> bool:
    """Whether two equal values have their keys in the same order."""
    if isinstance(value, dict):
        return list(value) == list(other) and all(_alike(value[key], other[key]) for key in value)
    if isinstance(value, list):
        return all(map(_alike, value, other))
    return True
