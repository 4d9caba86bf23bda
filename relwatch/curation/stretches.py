"""The covered stretches of two edited copies as one list: what either copy covers is covered."""

from __future__ import annotations

from typing import Any

from relwatch.corpora.documents import Record
from relwatch.periods import date_days

Stretches = list[Record]
_ENDS = ("start", "end")


def joined(old: Stretches, ours: Stretches, theirs: Stretches) -> tuple[Stretches, bool]:
    """One list of three, and whether both copies said different things of the same days.

    A stretch that both copies made longer is as long as the longer one: the joined corpus holds
    the events of both. Where they differ ours stands, and theirs beside it for other days.
    """
    joining = _Joining(list(ours), list(theirs))
    for stretch in old:
        joining.known(stretch)
    joining.made += joining.ours
    for stretch in joining.theirs:
        joining.new(stretch)
    made = sorted(joining.made, key=lambda one: (date_days(one["start"]), date_days(one["end"])))
    return made, joining.differ


class _Joining:
    def __init__(self, ours: Stretches, theirs: Stretches) -> None:
        self.ours, self.theirs = ours, theirs
        self.made: Stretches = []
        self.differ = False

    def known(self, old: Record) -> None:
        """A stretch of the base, as far as one of the copies still has it."""
        mine, other = _taken(self.ours, old), _taken(self.theirs, old)
        if mine is not None and other is not None:
            self.made.append(self.one(old, mine, other))
            return
        kept = mine if mine is not None else other
        if kept is not None and kept != old:
            # One copy took it back, the other changed it.
            self.differ = True
            self.made.append(kept)

    def one(self, old: Record, ours: Record, theirs: Record) -> Record:
        made: Record = {}
        for key in dict.fromkeys([*ours, *theirs]):
            before, mine, other = old.get(key), ours.get(key), theirs.get(key)
            value = other if mine == before else mine
            if mine != other and before not in (mine, other):
                longer = _longer(key, before, mine, other) if key in _ENDS else None
                self.differ = self.differ or longer is None
                value = longer or mine
            if value is not None:
                made[key] = value
        return made

    def new(self, stretch: Record) -> None:
        """One that theirs added; if it says the same of days in common, one with the other."""
        first, last = _days(stretch)
        for number, one in enumerate(self.made):
            begins, ends = _days(one)
            if begins > last or ends < first:
                continue
            if any(one.get(key) != stretch.get(key) for key in {*one, *stretch}.difference(_ENDS)):
                self.differ = True
                continue
            start = stretch["start"] if first < begins else one["start"]
            end = stretch["end"] if last > ends else one["end"]
            self.made[number] = {**one, "start": start, "end": end}
            return
        self.made.append(stretch)


def _taken(stretches: Stretches, old: Record) -> Record | None:
    """What became of a stretch: it begins or ends as it did. It is taken out of the list."""
    for end in _ENDS:
        for number, one in enumerate(stretches):
            if one[end] == old[end]:
                return stretches.pop(number)
    return None


def _longer(end: str, before: Any, mine: Any, other: Any) -> Any:
    """Of two ends that both lie further out, the one furthest out; None when one does not."""
    old, a, b = date_days(before), date_days(mine), date_days(other)
    if end == "end" and min(a[1], b[1]) >= old[1]:
        return mine if a[1] >= b[1] else other
    if end == "start" and max(a[0], b[0]) <= old[0]:
        return mine if a[0] <= b[0] else other
    return None


def _days(stretch: Record) -> tuple[int, int]:
    return date_days(stretch["start"])[0], date_days(stretch["end"])[1]
