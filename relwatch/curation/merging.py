"""Two edited copies of a corpus made one, by event id and field, against what both came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

import msgspec
from msgspec import Struct

from relwatch.corpora.documents import SINGULAR, Document, Record, open_document, verified
from relwatch.curation import stretches
from relwatch.curation.editing import must_be_an_event
from relwatch.curation.joining import (
    MISSING,
    Conflict,
    conflict,
    first_of,
    joined,
    led_by,
    value_of,
)
from relwatch.curation.opposed import turned
from relwatch.curation.relinking import (
    ROOMS,
    Link,
    Loss,
    Lost,
    ids,
    links,
    lost_links,
    restored,
    without,
)
from relwatch.curation.twins import parted
from relwatch.errors import AskedWrongly, DataWrong, Problem, RelwatchError

_LISTED = ("categories", "actors", "sources", "assessments")


class Moved(Struct, frozen=True):
    """How many events the result has, has otherwise and has no more, seen from our copy."""

    added: int = 0
    changed: int = 0
    removed: int = 0


class Merged(Struct, frozen=True):
    """The corpus that holds both copies' changes, and what could not be decided.

    `apart` are ids of new events of theirs, and what they are now as ours has others under them.
    """

    content: bytes
    conflicts: tuple[Conflict, ...]
    moved: Moved
    apart: tuple[tuple[str, str], ...] = ()


def merge(base: bytes | None, ours: bytes, theirs: bytes, names: tuple[str, str, str]) -> Merged:
    """Join two copies. `base` is what they came from, None when there was nothing.

    A field that only one copy changed takes its value; lists take what either copy added and
    lose what either removed; an event one copy removed and the other changed stays, with the links
    to it; of one that both added every field that differs is a conflict. Raises DataWrong for a
    copy that cannot be read, AskedWrongly for two that are not copies of one corpus.
    """
    old = open_document(base, names[0]) if base is not None else None
    mine, other = open_document(ours, names[1]), open_document(theirs, names[2])
    _must_be_copies(old, mine, other, names)
    one_now = turned(old, mine, other) if old is not None else []
    apart = parted(old, mine, other) if old is not None else []
    merging = _Merging(old, mine, other)
    merging.run()
    for room, gone, kept in one_now:
        reason = f"{gone} was made one with it in ours, and it with {gone} in theirs; it stands"
        merging.conflict(_where(room, kept), "(all)", None, None, reason)
    content = mine.encode()
    try:
        verified(content, names[1])
    except DataWrong as error:
        # A link that leads nowhere in one of the copies leads nowhere in the result.
        wrong = _problems(ours, names[1]) + _problems(theirs, names[2])
        raise DataWrong(
            wrong or error.problems, "the two copies cannot be joined; nothing was written"
        ) from None
    return Merged(content, tuple(merging.conflicts), merging.moved, tuple(apart))


def _problems(copy: bytes, name: str) -> tuple[Problem, ...]:
    try:
        verified(copy, name)
    except DataWrong as error:
        return error.problems
    return ()


def _must_be_copies(
    old: Document | None, ours: Document, theirs: Document, names: tuple[str, str, str]
) -> None:
    """Refuse to join corpora of which one is another: what it lacks would count as removed.

    An id may be changed like any field. So a copy under another id than the base's is taken for
    one as long as it holds half of the base's events; without any there is nothing to know it by.
    """
    if old is None:
        if ours.corpus.id != theirs.corpus.id:
            raise _another(theirs, names[2], ours, names[1])
        return
    for copy, name in ((ours, names[1]), (theirs, names[2])):
        shared = sum(one in copy for one in old.ids())
        if copy.corpus.id != old.corpus.id and (not shared or 2 * shared < len(old)):
            raise _another(copy, name, old, names[0])


def _another(one: Document, name: str, than: Document, known: str) -> AskedWrongly:
    return AskedWrongly(
        f"{name} is another corpus than {known}: its id is {one.corpus.id}, not {than.corpus.id}; "
        "nothing was written",
        "`relwatch import` takes events of another corpus; if only the id was changed, "
        "give both the same one",
    )


def _no_event(record: Record) -> str:
    """What keeps a record from being an event; "" for nothing."""
    try:
        must_be_an_event(record)
    except RelwatchError as error:
        return error.message
    return ""


def _senseless(event: Record) -> str:
    """What makes no sense of an event that could stand in a corpus; "" for nothing."""
    for actor in event.get("initiators", ()):
        if actor not in event.get("actors", ()):
            return f"initiators: {actor} is not among the actors"
    if event.get("uncertain") and not event.get("end"):
        return "uncertain: one unknown day from date to end needs an end"
    return ""


def _where(room: str, name: str) -> str:
    return f"{SINGULAR[room]} {name}"


class _Merging:
    """Edits `ours` into the result."""

    def __init__(self, base: Document | None, ours: Document, theirs: Document) -> None:
        self.base, self.ours, self.theirs = base, ours, theirs
        self.conflicts: list[Conflict] = []
        # Links that a copy lost with what it removed are put back before anything is compared,
        # and go in the end where what they lead to is gone.
        self.lost: tuple[Lost, Lost] = ({}, {})
        if base is not None:
            self.lost = lost_links(base, ours, theirs), lost_links(base, theirs, ours)
        self.made: dict[str, Record | None] = {}
        """Events that may not be as ours has them; None for those that are gone."""
        self.moved = Moved()

    def run(self) -> None:
        for room in _LISTED:
            self.room(room)
        self.head()
        self.events()
        self.links()
        self.write()

    def conflict(self, where: str, field: str, ours: Any, theirs: Any, reason: str = "") -> None:
        self.conflicts.append(conflict(where, field, ours, theirs, reason))

    # Parts.

    def head(self) -> None:
        plain = [name for name in (*self.ours.names(), *self.theirs.names())
                 if name not in _LISTED and name not in ("events", "format")]  # fmt: skip
        for name in dict.fromkeys(plain):
            old, mine, other = (
                MISSING if one is None else one.part(name, MISSING)
                for one in (self.base, self.ours, self.theirs)
            )

            def clash(name: str = name, mine: Any = mine, other: Any = other) -> None:
                self.conflict("corpus", name, mine, other)

            if name == "parties" and mine != other and old not in (mine, other):
                clash()  # a pair is one thing, not a list of two
                continue
            if name == "coverage" and mine != other and old not in (mine, other):
                lists = [cast("list[Record]", [] if one is MISSING else one)
                         for one in (old, mine, other)]  # fmt: skip
                days = stretches.joined(lists[0], lists[1], lists[2])
                value = days.stretches or MISSING
                if days.differ:
                    reason = "both copies say something new of the same days; there ours stands"
                    self.conflict("corpus", name, mine, other, reason)
                if days.undone:
                    reason = "covered days taken back in one copy, their stretch changed in the other; taken back"
                    self.conflict("corpus", name, mine, other, reason)
            else:
                value = value_of(old, mine, other, clash)
            self.ours.assign(name, msgspec.UNSET if value is MISSING else value)

    def room(self, room: str) -> None:
        old = {one["id"]: one for one in self.base.room(room)} if self.base else {}
        mine = {one["id"]: one for one in self.ours.room(room)}
        other = {one["id"]: one for one in self.theirs.room(room)}
        made: list[Record] = []
        for name in dict.fromkeys([*mine, *other]):
            record = self.one(room, name, old.get(name), mine.get(name), other.get(name))
            if record is not None:
                made.append(record)
        self.ours.room(room)[:] = made

    def one(
        self, room: str, name: str, old: Record | None, mine: Record | None, other: Record | None
    ) -> Record | None:
        """One record of three, None when it is gone."""
        ours, theirs = (self.whole(room, old, one, lost)
                        for one, lost in zip((mine, other), self.lost, strict=True))  # fmt: skip
        if ours is not None and theirs is not None:
            # What both copies declare is one thing; two entries under one id need not be.
            known = old if old is not None or room in ("events", "assessments") else {}
            made, conflicts = joined(_where(room, name), known, ours, theirs)
            self.conflicts += conflicts
            return made
        kept = ours if ours is not None else theirs
        if old is None or kept is None:
            return kept
        if kept == old:
            return None
        side = "ours" if mine is not None else "theirs"
        reason = f"removed in one copy, changed in {side}; kept"
        self.conflict(_where(room, name), "(all)", mine, other, reason)
        return kept

    @staticmethod
    def whole(room: str, old: Record | None, now: Record | None, lost: Lost) -> Record | None:
        """A copy's record with the links it lost."""
        if old is None or now is None:
            return now
        losses = lost.get((room, now["id"]))
        return restored(now, losses, old) if losses else now

    def events(self) -> None:
        for name in dict.fromkeys([*self.ours.ids(), *self.theirs.ids()]):
            raws = [one.raw(name) if one and name in one else None
                    for one in (self.base, self.ours, self.theirs)]  # fmt: skip
            same = raws[1] == raws[2] or (raws[2] == raws[0] and raws[2] is not None)
            if same and not any(("events", name) in lost for lost in self.lost):
                continue
            old, mine, other = (
                one.event(name) if one and name in one else None
                for one in (self.base, self.ours, self.theirs)
            )
            found = len(self.conflicts)
            made = self.one("events", name, old, mine, other)
            if made is not None and mine is not None and other is not None:
                lost = [loss for one in self.lost for loss in one.get(("events", name), ())]
                wrong = _no_event(made) or _senseless(without(made, lost))
                if wrong and not _senseless(mine) and not _senseless(other):
                    # Each change alone was right: a date here, an end there.
                    del self.conflicts[found:]
                    reason = f"{wrong}; ours stands"
                    self.conflict(_where("events", name), "(all)", mine, other, reason)
                    made = self.whole("events", old, mine, self.lost[0])
            self.made[name] = made

    # What leads where.

    def links(self) -> None:
        """Bring back what one copy removed and the other needs; drop links to what is gone."""
        here = {room: ids(self.ours, room) for room in ROOMS}
        here["events"] |= {name for name, made in self.made.items() if made is not None}
        here["events"] -= {name for name, made in self.made.items() if made is None}
        needed = {("actors", one) for one in self.ours.part("parties", [])}
        needed |= set(self.needed(self.records(here["events"]), here))
        back: set[tuple[str, str]] = set()
        while needed:
            new = []
            for room, name in needed:
                record = None if name in here[room] else self.removed(room, name)
                # What led nowhere from the beginning is left to whoever verifies the result.
                if record is not None:
                    here[room].add(name)
                    back.add((room, name))
                    new.append((room, record))
            # What comes back may itself lead to something that is gone.
            needed = set(self.needed(new, here))
        for room, name in sorted(back):
            record = self.removed(room, name)
            if room == "events":
                self.made[name] = record
            else:
                self.ours.room(room).append(cast(Record, record))
            how = "linked to" if room == "events" else "used"
            reason = f"removed in one copy, {how} in the other; kept"
            self.conflict(_where(room, name), "(all)", None, record, reason)
        for number, record in enumerate(self.ours.room("assessments")):
            self.ours.room("assessments")[number] = self.linked("assessments", record, here)
        for name, made in self.made.items():
            if made is not None:
                self.made[name] = self.primary(name, made, self.linked("events", made, here))

    def primary(self, name: str, before: Record, made: Record) -> Record:
        """An event that lost its first category with its next one as the copies have it."""
        if made["categories"][0] == before["categories"][0]:
            return made
        old, mine, other = (one.event(name)["categories"] if one and name in one else []
                            for one in (self.base, self.ours, self.theirs))  # fmt: skip
        return {**made, "categories": led_by(made["categories"], first_of(old, mine, other))}

    def records(self, events: set[str]) -> Iterator[tuple[str, Record]]:
        """Whatever of the result has links."""
        yield from (("assessments", one) for one in self.ours.room("assessments"))
        for name in events:
            yield "events", self.made.get(name) or self.ours.event(name)

    def needed(
        self, records: Iterable[tuple[str, Record]], here: dict[str, set[str]]
    ) -> Iterator[tuple[str, str]]:
        """The room and id of everything that records lead to on purpose, or cannot be without."""
        for room, record in records:
            for link in links(room, record):
                if self.loss(room, record, link) is None:
                    yield link.room, link.id
            if room == "events" and here["categories"].isdisjoint(record["categories"]):
                yield "categories", record["categories"][0]

    def loss(self, room: str, record: Record, link: Link) -> Loss | None:
        """How one of the copies lost a link that the other knew no more of than both did."""
        found = (one for lost in self.lost for one in lost.get((room, record["id"]), ()))
        return next((one for one in found if one.link == link), None)

    def linked(self, room: str, record: Record, here: dict[str, set[str]]) -> Record:
        """A record without links to what went."""
        astray = [link for link in links(room, record) if link.id not in here[link.room]]
        lost = [loss for link in astray if (loss := self.loss(room, record, link)) is not None]
        return without(record, lost) if lost else record

    def removed(self, room: str, name: str) -> Record | None:
        """What the base has under an id."""
        if self.base is None:
            return None
        if room == "events":
            return self.base.event(name) if name in self.base else None
        return next((one for one in self.base.room(room) if one["id"] == name), None)

    def write(self) -> None:
        added = changed = removed = 0
        for name, made in self.made.items():
            here = name in self.ours
            added += made is not None and not here
            removed += made is None and here
            changed += made is not None and here and made != self.ours.event(name)
            if made is not None:
                whose = self.theirs if name in self.theirs else None
                raw = whose.raw(name) if whose and whose.event(name) == made else None
                self.ours.put(made, raw)
            elif here:
                self.ours.drop(name)
        self.moved = Moved(added, changed, removed)
