"""What two copies of a corpus made one in opposite directions: both meant that it is one thing."""

from __future__ import annotations

from relwatch.corpora.documents import Document
from relwatch.curation import declaring
from relwatch.curation.declaring import Room
from relwatch.curation.relinking import became, ids
from relwatch.errors import AskedWrongly

ROOMS: tuple[Room, ...] = ("categories", "actors", "sources")


def turned(base: Document, ours: Document, theirs: Document) -> list[tuple[Room, str, str]]:
    """Let `theirs` keep what `ours` kept; the room, the id that goes and the one that stays.

    Joined field by field, each copy's events would else get what the other gave up.
    """
    here, there = (
        became(copy, {room: ids(base, room) - ids(copy, room) for room in ROOMS})
        for copy in (ours, theirs)
    )
    found: list[tuple[Room, str, str]] = []
    for room in ROOMS:
        before = {one["id"]: one for one in base.room(room)}
        for gone in before:
            for kept in here.get((room, gone), ()):
                if gone not in there.get((room, kept), ()):
                    continue
                records = theirs.room(room)
                records.append(dict(before[kept]))
                try:
                    declaring.merge(theirs, room, gone, kept)
                except AskedWrongly:
                    records.pop()  # a party of the corpus stays itself
                else:
                    found.append((room, gone, kept))
    return found
