"""Two edited copies of a corpus made one, by event id and field, against what both came from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from relwatch.corpora.documents import Document, Record, open_document, verified
from relwatch.curation.editing import must_be_an_event
from relwatch.errors import DataWrong, RelwatchError

_MISSING = object()
_LISTED = ("categories", "actors", "sources", "assessments")


class Conflict(Struct, frozen=True):
    """Something both copies changed in different ways. `ours` stands in the result."""

    where: str
    field: str
    ours: Any
    theirs: Any
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.field}" + (f": {self.reason}" if self.reason else "")


class Merged(Struct, frozen=True):
    """The corpus that holds both copies' changes, and what could not be decided."""

    content: bytes
    conflicts: tuple[Conflict, ...]


def merge(base: bytes | None, ours: bytes, theirs: bytes, names: tuple[str, str, str]) -> Merged:
    """Join two copies. `base` is what they came from, None when there was nothing.

    A field that only one copy changed takes its value; lists take what either copy added and
    lose what either removed; an event one copy removed and the other changed stays; of one that
    both added every field that differs is a conflict. Raises DataWrong for a copy that cannot be
    read.
    """
    old = open_document(base, names[0]) if base is not None else None
    mine, other = open_document(ours, names[1]), open_document(theirs, names[2])
    merging = _Merging(old, mine, other)
    merging.run()
    content = mine.encode()
    try:
        verified(content, names[1])
    except DataWrong as error:
        raise DataWrong(
            error.problems, "the two copies cannot be joined; nothing was written"
        ) from None
    return Merged(content, tuple(merging.conflicts))


def _conflict(where: str, field: str, ours: Any, theirs: Any, reason: str = "") -> Conflict:
    shown = [None if one is _MISSING else one for one in (ours, theirs)]
    return Conflict(where, field, shown[0], shown[1], reason)


def joined(
    where: str, old: Record | None, ours: Record, theirs: Record
) -> tuple[Record, list[Conflict]]:
    """One record of three, and the fields that both changed differently; ours stands there.

    Without `old` nobody can say who changed what: every field that differs is in conflict.
    """
    made: Record = {}
    conflicts: list[Conflict] = []
    for field in dict.fromkeys([*ours, *theirs]):
        mine, other = ours.get(field, _MISSING), theirs.get(field, _MISSING)

        def clash(field: str = field, mine: Any = mine, other: Any = other) -> None:
            conflicts.append(_conflict(where, field, mine, other))

        if old is not None:
            value = _value(old.get(field, _MISSING), mine, other, clash)
        else:
            value = mine
            if mine != other:
                clash()
        if value is not _MISSING:
            made[field] = value
    return made, list({one.field: one for one in conflicts}.values())


def _value(old: Any, ours: Any, theirs: Any, clash: Callable[[], None]) -> Any:
    """One value of three; `clash` is called when both changed it differently."""
    if ours == theirs or theirs == old:
        return ours
    if ours == old:
        return theirs
    if isinstance(ours, list) and isinstance(theirs, list):
        return _list(old if isinstance(old, list) else [], ours, theirs, clash)
    if isinstance(ours, dict) and isinstance(theirs, dict):
        before = old if isinstance(old, dict) else {}
        made = {
            key: _value(
                before.get(key, _MISSING),
                ours.get(key, _MISSING),
                theirs.get(key, _MISSING),
                clash,
            )
            for key in dict.fromkeys([*ours, *theirs])
        }
        return {key: one for key, one in made.items() if one is not _MISSING}
    clash()
    return ours


def _list(
    old: list[Any], ours: list[Any], theirs: list[Any], clash: Callable[[], None]
) -> list[Any]:
    """A list with what either side added and without what either side removed."""
    if old and ours[:1] != old[:1] and theirs[:1] not in (old[:1], ours[:1]):
        clash()  # the first one matters: it is the primary category
    made = [one for one in ours if one in theirs or one not in old]
    return made + [one for one in theirs if one not in ours and one not in old]


class _Merging:
    """Edits `ours` into the result."""

    def __init__(self, base: Document | None, ours: Document, theirs: Document) -> None:
        self.base, self.ours, self.theirs = base, ours, theirs
        self.conflicts: list[Conflict] = []

    def run(self) -> None:
        for room in _LISTED:
            self.room(room)
        self.head()
        self.events()
        self.needed()

    def conflict(self, where: str, field: str, ours: Any, theirs: Any, reason: str = "") -> None:
        self.conflicts.append(_conflict(where, field, ours, theirs, reason))

    # Parts.

    def head(self) -> None:
        plain = [name for name in (*self.ours.names(), *self.theirs.names())
                 if name not in _LISTED and name not in ("events", "format")]  # fmt: skip
        for name in dict.fromkeys(plain):
            old, mine, other = (
                _MISSING if one is None else one.part(name, _MISSING)
                for one in (self.base, self.ours, self.theirs)
            )

            def clash(name: str = name, mine: Any = mine, other: Any = other) -> None:
                self.conflict("corpus", name, mine, other)

            value = _value(old, mine, other, clash)
            self.ours.assign(name, msgspec.UNSET if value is _MISSING else value)

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
        where = f"{room.removesuffix('s')} {name}" if room != "categories" else f"category {name}"
        if mine is not None and other is not None:
            # What both copies declare is one thing; two entries under one id need not be.
            known = old if old is not None or room in ("events", "assessments") else {}
            made, conflicts = joined(where, known, mine, other)
            self.conflicts += conflicts
            return made
        kept = mine if mine is not None else other
        if old is None or kept is None:
            return kept
        if kept == old:
            return None
        side = "ours" if mine is not None else "theirs"
        self.conflict(where, "(all)", mine, other, f"removed in one copy, changed in {side}; kept")
        return kept

    def events(self) -> None:
        ids = dict.fromkeys([*self.ours.ids(), *self.theirs.ids()])
        for name in ids:
            raws = [one.raw(name) if one and name in one else None
                    for one in (self.base, self.ours, self.theirs)]  # fmt: skip
            if raws[1] == raws[2] or (raws[2] == raws[0] and raws[2] is not None):
                continue
            old, mine, other = (
                one.event(name) if one and name in one else None
                for one in (self.base, self.ours, self.theirs)
            )
            found = len(self.conflicts)
            made = self.one("events", name, old, mine, other)
            if made is None:
                if name in self.ours:
                    self.ours.drop(name)
                continue
            if mine is not None and other is not None:
                try:
                    must_be_an_event(made)
                except RelwatchError as error:
                    # Each change alone was right: a date here, an end there.
                    del self.conflicts[found:]
                    self.conflict(f"event {name}", "(all)", mine, other, error.message)
                    made = mine
            self.ours.put(made)

    def needed(self) -> None:
        """Bring back what one copy removed and the other came to need."""
        wanted: dict[str, set[str | None]] = {
            "categories": set(),
            "actors": set(),
            "sources": set(),
        }
        links: set[str | None] = set()
        for name in self.ours.ids():
            record = self.ours.event(name)
            wanted["categories"].update(record["categories"])
            for field in ("actors", "initiators", "about"):
                wanted["actors"].update(record.get(field, ()))
            for field in ("sources", "notes"):
                wanted["sources"].update(one.get("source") for one in record.get(field, ()))
            links.update(record.get("follows", ()))
        wanted["actors"].update(self.ours.part("parties", []))
        for assessment in self.ours.room("assessments"):
            links.update(one.get("event") for one in assessment.get("evidence", ()))
            wanted["sources"].add(assessment.get("source"))
        for room, names in wanted.items():
            here = {one["id"] for one in self.ours.room(room)}
            for record in self.base.room(room) if self.base else ():
                if record["id"] in names - here:
                    self.ours.room(room).append(record)
                    self.conflict(
                        f"{room} {record['id']}",
                        "(all)",
                        None,
                        record,
                        "removed in one copy, used in the other; kept",
                    )
        for name in sorted(one for one in links if one is not None):
            if name not in self.ours and self.base is not None and name in self.base:
                self.ours.put(self.base.event(name))
                self.conflict(
                    f"event {name}",
                    "(all)",
                    None,
                    None,
                    "removed in one copy, linked to in the other; kept",
                )
