"""One record of three: what both came from, ours and theirs, joined field by field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from relwatch.corpora.documents import Record
from relwatch.periods import date_days

MISSING = object()
"""What stands for a field that a record has not."""


class Conflict(Struct, frozen=True):
    """Something both copies changed in different ways. `ours` stands in the result."""

    where: str
    field: str
    ours: Any
    theirs: Any
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.field}" + (f": {self.reason}" if self.reason else "")


def conflict(where: str, field: str, ours: Any, theirs: Any, reason: str = "") -> Conflict:
    """A conflict, with None for what a copy has not."""
    shown = [None if one is MISSING else one for one in (ours, theirs)]
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
        mine, other = ours.get(field, MISSING), theirs.get(field, MISSING)

        def clash(field: str = field, mine: Any = mine, other: Any = other) -> None:
            reason = ""
            if field == "categories" and old is not None:
                reason = (
                    f"categories: ours {'; '.join(mine)}, theirs {'; '.join(other)}:"
                    f" {mine[0]} stands first, the others as either copy has them"
                )
            conflicts.append(conflict(where, field, mine, other, reason))

        if field == "recorded":
            value = _recorded(None if old is None else old.get(field, MISSING), mine, other, clash)
        elif old is not None:
            value = value_of(old.get(field, MISSING), mine, other, clash)
            if field == "categories" and value[:1] != first_of(old[field], mine, other):
                # One copy put first what the other took out.
                clash()
                value = mine
            elif field == "sources" and isinstance(value, list):
                value = _cited_once(value, old.get(field), mine, other, clash)
        else:
            value = mine
            if mine != other:
                clash()
        if value is not MISSING:
            made[field] = value
    return made, list({one.field: one for one in conflicts}.values())


def _recorded(old: Any, ours: Any, theirs: Any, clash: Callable[[], None]) -> Any:
    """The day an event was first recorded: of two that nobody took over, the earlier one.

    It says nothing of the event, so that there is nothing to decide.
    """
    days = [one for one in (ours, theirs) if one is not MISSING]
    if old is None or (len(days) == 2 and old not in days):
        return min(days, key=date_days, default=MISSING)
    return value_of(old, ours, theirs, clash)


def value_of(old: Any, ours: Any, theirs: Any, clash: Callable[[], None]) -> Any:
    """One value of three; `clash` is called when both changed it differently."""
    if ours == theirs or theirs == old:
        return ours
    if ours == old:
        return theirs
    if all(isinstance(one, list) or one is MISSING for one in (ours, theirs)):
        # A list that one of them emptied is not in the file any more.
        lists = [one if isinstance(one, list) else [] for one in (old, ours, theirs)]
        found = _list(lists[0], lists[1], lists[2], clash)
        if not found and lists[1] and lists[2]:
            clash()  # each took out what the other left
            return ours
        return MISSING if not found and MISSING in (ours, theirs) else found
    if isinstance(ours, dict) and isinstance(theirs, dict):
        before = old if isinstance(old, dict) else {}
        made = {
            key: value_of(
                before.get(key, MISSING),
                ours.get(key, MISSING),
                theirs.get(key, MISSING),
                clash,
            )
            for key in dict.fromkeys([*ours, *theirs])
        }
        return {key: one for key, one in made.items() if one is not MISSING}
    clash()
    return ours


def _list(
    old: list[Any], ours: list[Any], theirs: list[Any], clash: Callable[[], None]
) -> list[Any]:
    """A list with what either side added and without what either side removed.

    Which item stands first is a value of its own (it is the primary category): it is the one of
    the copy that changed it. Where both did ours stands, and the first of theirs is left out.
    """
    made = [one for one in ours if one in theirs or one not in old]
    made += [one for one in theirs if one not in ours and one not in old]
    if old and ours[:1] != old[:1] and theirs[:1] not in (old[:1], ours[:1]):
        clash()
        rest = [one for one in made if [one] != ours[:1]]
        return ours[:1] + [one for one in rest if one in ours or [one] != theirs[:1]]
    return led_by(made, first_of(old, ours, theirs))


def first_of(old: list[Any], ours: list[Any], theirs: list[Any]) -> list[Any]:
    """The first item, of the copy that changed it; none of an empty list."""
    return theirs[:1] if ours[:1] == old[:1] else ours[:1]


def led_by(made: list[Any], first: list[Any]) -> list[Any]:
    """A list that begins with an item, if it has it."""
    if not first or first[0] not in made:
        return made
    return first + [one for one in made if one != first[0]]


def _cited_once(
    made: list[Any], old: Any, ours: Any, theirs: Any, clash: Callable[[], None]
) -> list[Any]:
    """Citations of which both copies changed or added one of the same source and address, as one."""
    if not isinstance(ours, list) or not isinstance(theirs, list):
        return made
    for mine in ours:
        same = [one for one in theirs if _cites(one) == _cites(mine)]
        if mine not in made or len(same) != 1 or same[0] == mine or same[0] not in made:
            continue
        if sum(_cites(one) == _cites(mine) for one in ours) > 1:
            continue  # two places of one text
        known = old if isinstance(old, list) else []
        before: Record = next((one for one in known if _cites(one) == _cites(mine)), {})
        both = value_of(before, mine, same[0], clash)
        made = [both if one == mine else one for one in made if one != same[0]]
    return made


def _cites(citation: Any) -> tuple[Any, Any]:
    return citation.get("source"), (citation.get("url") or "").rstrip("/")
