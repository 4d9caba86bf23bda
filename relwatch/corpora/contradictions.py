"""What is right by itself and contradicts something else: names of two, days told of twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from relwatch.corpora.anything import days_of, dicts, shown, texts
from relwatch.corpora.documents import SINGULAR
from relwatch.errors import Problem
from relwatch.text import fold

if TYPE_CHECKING:
    from relwatch.corpora.checking import Check

_ENDS = ("start", "end")


def contradictions(check: Check, document: dict[str, Any]) -> Iterator[Problem]:
    """Declarations of one name, and covered stretches that say different things of one day."""
    for room in ("actors", "categories", "sources"):
        yield from _namesakes(check, document, room)
    yield from _overlaps(check, document)


def _namesakes(check: Check, document: dict[str, Any], room: str) -> Iterator[Problem]:
    """Names by which two records of a room go: whoever types one may mean either."""
    taken: dict[str, tuple[int, Any]] = {}
    for number, one in dicts(document.get(room)):
        names = [("title" if room == "sources" else "name", _name(room, one))]
        names += [(f"aliases[{n}]", alias) for n, alias in texts(one.get("aliases"))]
        for place, name in names:
            form = fold(name) if isinstance(name, str) else ""
            other, other_id = taken.setdefault(form, (number, one.get("id")))
            # Two under one id were told to be that.
            if form and other != number and other_id != one.get("id"):
                command = f"`relwatch {SINGULAR[room]}"
                apart = f"{command} rename` tells them apart"
                if place != "name":
                    apart = "else take it out of one of them"
                yield check.advice(
                    f"{room}[{number}].{place}",
                    f"{shown(name)} is also a name of {shown(other_id)}",
                    f"{command} merge` makes two one, {apart}",
                )


def _name(room: str, record: dict[str, Any]) -> Any:
    """By what people name a record; a text of its own among others of its title by nothing."""
    if room != "sources":
        return record.get("name")
    if record.get("published") or record.get("url"):
        return None
    title, publisher = record.get("title"), record.get("publisher")
    return title if title and publisher in (None, title) else None


def _overlaps(check: Check, document: dict[str, Any]) -> Iterator[Problem]:
    stretches = sorted(
        (first[0], last[1], number, {k: v for k, v in one.items() if k not in _ENDS})
        for number, one in dicts(document.get("coverage"))
        if (first := days_of(one.get("start"))) is not None
        and (last := days_of(one.get("end"))) is not None
        and first[0] <= last[1]
    )
    longest = None
    for one in stretches:
        if longest is not None and one[0] <= longest[1] and one[3] != longest[3]:
            yield check.advice(
                f"coverage[{one[2]}]",
                f"overlaps coverage[{longest[2]}] and says something else of the same days",
                "one stretch for each day, or the same note and basis",
            )
        if longest is None or one[1] > longest[1]:
            longest = one
