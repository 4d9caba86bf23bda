"""Links that a copy of a corpus lost because it removed what they lead to.

No copy may hold a link that leads nowhere: who removes an event has its links removed too. Where
two copies are joined and the event stays after all, such a link was never meant to go. It can be
told from one that somebody took out on purpose: that somebody still has what it leads to.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from relwatch.corpora.documents import Document, Record
from relwatch.text import fold

# Field of a record: the room its links lead to, and where in an item the name stands (None: the
# item is the name).
_LISTS: dict[str, dict[str, tuple[str, str | None]]] = {
    "events": {
        "categories": ("categories", None),
        "actors": ("actors", None),
        "initiators": ("actors", None),
        "about": ("actors", None),
        "follows": ("events", None),
        "sources": ("sources", "source"),
        "notes": ("sources", "source"),
    },
    "assessments": {"evidence": ("events", "event")},
}
_SINGLE: dict[str, dict[str, str]] = {"assessments": {"source": "sources"}}
ROOMS = ("categories", "actors", "sources", "events")
"""Where links lead to."""


class Link(Struct, frozen=True):
    """One link of a record: where it stands, and the room and id it leads to."""

    field: str
    item: Any
    room: str
    id: str


class Loss(Struct, frozen=True):
    """What the base has and a copy lost: the link, and what the copy left of its item, or None.

    `stays` says that the copy still has the field, if only as an empty list.
    """

    link: Link
    left: Any
    stays: bool


Lost = dict[tuple[str, str], list[Loss]]
"""What records lost, by room and id."""


def links(room: str, record: Record) -> Iterator[Link]:
    """Every link of a record of a room."""
    for field, (into, key) in _LISTS.get(room, {}).items():
        for item in record.get(field) or ():
            name = item if key is None else item.get(key)
            if name is not None:
                yield Link(field, item, into, name)
    for field, into in _SINGLE.get(room, {}).items():
        if record.get(field) is not None:
            yield Link(field, record[field], into, record[field])


def ids(document: Document, room: str) -> set[str]:
    """What a room of a document declares."""
    if room == "events":
        return set(document.ids())
    return {one["id"] for one in document.room(room)}


def lost_links(base: Document, copy: Document, other: Document) -> Lost:
    """What the records of a copy lost since `base` with what the copy removed.

    A field that names something else instead (as when one actor is merged into another) was
    changed on purpose, but for links to events, which only ever go one by one. So was one that
    named both already (what was made one with another is an alias of that), and an event's
    categories, as it keeps one: unless what it still names the `other` copy took out.
    """
    gone = {room: ids(base, room) - ids(copy, room) for room in ROOMS}
    if not any(gone.values()):
        return {}
    found: Lost = {}
    one_now = became(copy, gone)
    for room, before, now in _both(base, copy, gone):
        there, here = list(links(room, before)), list(links(room, now))
        for field in dict.fromkeys(link.field for link in there):
            old = [link for link in there if link.field == field]
            new = [link for link in here if link.field == field]
            lost = [link for link in old if link.id in gone[link.room] and link not in new]
            others = {link.id for link in new} - {link.id for link in old}
            if not lost or (others and lost[0].room != "events"):
                continue
            named = {link.id for link in new} & _named(other, room, now["id"], field)
            losses = [
                Loss(link, _left(room, link, _items(now, field)), field in now)
                for link in lost
                if not _is_one(link, named, one_now)
            ]
            if losses:
                found.setdefault((room, now["id"]), []).extend(losses)
    return found


def _named(document: Document, room: str, name: str, field: str) -> set[str]:
    """What a field of a record names that the document declares."""
    if room == "events":
        record = document.event(name) if name in document else {}
    else:
        record = next((one for one in document.room(room) if one["id"] == name), {})
    return {
        link.id
        for link in links(room, record)
        if link.field == field and link.id in ids(document, link.room)
    }


def _is_one(link: Link, named: set[str], one_now: dict[tuple[str, str], set[str]]) -> bool:
    """Whether what a field still names stands for what is gone."""
    if link.room == "categories":
        return bool(named)
    return not named.isdisjoint(one_now.get((link.room, link.id), ()))


def became(copy: Document, gone: dict[str, set[str]]) -> dict[tuple[str, str], set[str]]:
    """What others were made one with, which then goes by the ids of those too."""
    found: dict[tuple[str, str], set[str]] = {}
    for room in ("categories", "actors", "sources"):
        names = {fold(name): name for name in gone[room]}
        for record in copy.room(room) if names else ():
            for name in map(fold, record.get("aliases", ())):
                if name in names:
                    found.setdefault((room, names[name]), set()).add(record["id"])
    return found


def _left(room: str, link: Link, here: list[Any]) -> Any:
    """What stands where an item stood: a note may go on without its source."""
    key = _LISTS[room].get(link.field, ("", None))[1]
    if key is None:
        return None
    bare = {name: one for name, one in link.item.items() if name != key}
    return bare if bare in here else None


def _both(
    base: Document, copy: Document, gone: dict[str, set[str]]
) -> Iterator[tuple[str, Record, Record]]:
    """The records of both that may have lost a link, with their room."""
    # Most events have none; which, the structs say without decoding each a second time.
    for event in base.corpus.events:
        named = (
            not gone["events"].isdisjoint(event.follows)
            or not gone["categories"].isdisjoint(event.categories)
            or not gone["actors"].isdisjoint((*event.actors, *event.initiators, *event.about))
            or not gone["sources"].isdisjoint(one.source for one in event.sources)
            or not gone["sources"].isdisjoint(one.source for one in event.notes)
        )
        if named and event.id in copy:
            yield "events", base.event(event.id), copy.event(event.id)
    here = {one["id"]: one for one in copy.room("assessments")}
    for record in base.room("assessments"):
        if record["id"] in here:
            yield "assessments", record, here[record["id"]]


def _items(record: Record, field: str) -> list[Any]:
    value = record.get(field)
    return list(value) if isinstance(value, list) else [] if value is None else [value]


def restored(record: Record, lost: list[Loss], base: Record) -> Record:
    """A record with what it lost, each in the place it had."""
    made = dict(record)
    for field in dict.fromkeys(loss.link.field for loss in lost):
        before = base[field]
        if not isinstance(before, list):
            made[field] = before
            continue
        left = [(loss.link.item, loss.left) for loss in lost if loss.link.field == field]
        here, place = _items(record, field), 0
        for item in before:
            if item not in here:
                bare = next((one for whole, one in left if whole == item), _NOT)
                if bare is _NOT:
                    continue
                if bare not in here:
                    here.insert(place, item)
                else:
                    here[here.index(bare)] = item
            place = here.index(item) + 1
        made[field] = here
    return made


_NOT = object()


def without(record: Record, lost: list[Loss]) -> Record:
    """A record without some of its links, as the copy that lost them has it."""
    made = dict(record)
    for loss in lost:
        field, item = loss.link.field, loss.link.item
        if not isinstance(made.get(field), list):
            made.pop(field, None)
            continue
        instead = [] if loss.left is None else [loss.left]
        made[field] = [one for old in made[field] for one in (instead if old == item else [old])]
        if not made[field] and not loss.stays:
            del made[field]
    return made
