"""What another corpus declares, found again here or declared here too, so that its events can come."""

from __future__ import annotations

from collections.abc import Mapping

from relwatch.corpora.documents import SINGULAR, Document, Record
from relwatch.curation.declaring import Room, refer
from relwatch.curation.ids import record_id
from relwatch.errors import AskedWrongly
from relwatch.text import fold

Ids = dict[str, dict[str, str]]
"""For each room, the ids of another corpus and what they are here."""
ROOMS: tuple[Room, ...] = ("categories", "actors", "sources")
_TELLING = ("title", "publisher", "published", "url")
"""What tells one source from another; what is missing in one of them tells nothing."""


class Adoption:
    """Which id everything that another corpus declares has here.

    What is declared here too, under its id or under another, keeps the id it has here. Everything
    else is declared as the other corpus has it, when `create` allows that: under its own id, or a
    new one when something else has that. `before` is what the ids were at an earlier import.
    """

    def __init__(
        self,
        document: Document,
        head: Record,
        create: bool,
        before: Mapping[str, Mapping[str, str]],
    ) -> None:
        self.ids: Ids = {}
        self._missing: dict[tuple[str, str], str] = {}
        self._declares = any(head.get(room) for room in ROOMS)
        for room in ROOMS:
            here = {one["id"]: one for one in document.room(room)}
            alike = {mark: one["id"] for one in here.values() if (mark := _mark(room, one))}
            # What has become of ids that were taken before.
            now = {
                fold(alias): one["id"] for one in here.values() for alias in one.get("aliases", ())
            }
            if room == "categories":
                alike = {(alias,): name for alias, name in now.items()} | alike
            taken, found = set(here), self.ids.setdefault(room, {})
            for record in head.get(room, ()):
                name = record["id"]
                known = before.get(room, {}).get(name)
                known = known if known in here else now.get(fold(str(known)))
                if known in here:
                    found[name] = str(known)
                elif name in here and _may_be_one(room, here[name], record):
                    found[name] = name
                elif _mark(room, record) in alike:
                    found[name] = alike[_mark(room, record)]
                elif create:
                    made = name
                    if name in taken:
                        made = record_id(_label(record), taken, SINGULAR[room])
                    taken.add(made)
                    document.room(room).append({**record, "id": made})
                    found[name] = made
                else:
                    self._missing[room, name] = _label(record)

    def event(self, record: Record) -> None:
        """Let an event of the other corpus name things as they are called here.

        Raises AskedWrongly for what is not declared here. What the other corpus does not declare
        itself stays as it is.
        """
        if self._declares:
            refer(record, self._here)

    def _here(self, room: Room, name: str) -> str:
        if (room, name) in self._missing:
            label = self._missing[room, name]
            also = f" ({name})" if label != name else ""
            raise AskedWrongly(
                f"no {SINGULAR[room]} “{label}”{also} is declared", "--create declares it"
            )
        return self.ids[room].get(name, name)


def _label(record: Record) -> str:
    return str(record.get("name") or record.get("title") or record.get("publisher") or record["id"])


def _names(record: Record) -> set[str]:
    return {fold(name) for name in (record["name"], *record.get("aliases", ()))}


def _may_be_one(room: Room, ours: Record, other: Record) -> bool:
    """Whether two records with one id are of one thing: nothing that tells contradicts it."""
    if room == "categories" or (ours.get("kind") == "state" and other.get("kind") == "state"):
        return True
    if room == "actors":
        return not _names(ours).isdisjoint(_names(other))
    both = [(ours[key], other[key]) for key in _TELLING if ours.get(key) and other.get(key)]
    return all(fold(one) == fold(two) for one, two in both)


def _mark(room: Room, record: Record) -> tuple[str, ...]:
    """By what a record is found again under another id; () when by nothing."""
    if room == "categories":
        return (fold(record["name"]),)
    if room == "actors":
        return (fold(record["name"]), record.get("kind") or "")
    found = tuple(fold(record.get(key) or "") for key in _TELLING)
    return found if any(found[:2]) else ()
