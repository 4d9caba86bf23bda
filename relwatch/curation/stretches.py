"""The covered stretches of two edited copies as one list: what either copy covers is covered."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from msgspec import Struct

from relwatch.corpora.documents import Record
from relwatch.periods import date_days, iso

Stretches = list[Record]
_ENDS = ("start", "end")
_Says = dict[str, Any]


class Joined(Struct, frozen=True):
    """One list of three; of what days the copies say different things, and of what they undid."""

    stretches: Stretches
    differ: bool
    """Both copies say something new of the same day, and not the same: ours stands."""
    undone: bool
    """One copy took days back of a stretch that the other changed: they are taken back."""


def joined(old: Stretches, ours: Stretches, theirs: Stretches) -> Joined:
    """Join day by day: whether a day is covered, and what is said of it, as who changed it has it.

    A day that both copies cover keeps what ours says of it where they differ; one that only theirs
    covers keeps what theirs says. So no two stretches overlap that did not in one of the copies.
    """
    before, mine, other = ([_Stretch(one) for one in each] for each in (old, ours, theirs))
    undone = _known(before, mine, other)
    days = _Days(before, mine, other)
    made, differ = days.joined()
    return Joined(made, differ, undone)


class _Stretch:
    """A stretch while lists are joined: its days as numbers, and what is said of them."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.first, self.last = date_days(record["start"])[0], date_days(record["end"])[1]
        self.says: _Says = {key: one for key, one in record.items() if key not in _ENDS}

    def holds(self, first: int, last: int) -> bool:
        return self.first <= first and self.last >= last


def _known(old: list[_Stretch], ours: list[_Stretch], theirs: list[_Stretch]) -> bool:
    """Let the stretches that both copies still have say the same; whether one was undone.

    What one copy said anew of a stretch is then said too of the days by which the other made it
    longer.
    """
    undone = False
    left = list(ours), list(theirs)
    for one in old:
        mine, other = (_taken(each, one) for each in left)
        if mine is None or other is None:
            kept = mine or other
            undone = undone or (kept is not None and kept.record != one.record)
            continue
        undone = undone or _undone(one, mine, other) or _undone(one, other, mine)
        said = _said(one.says, mine.says, other.says)
        if said is not None:
            one.says = mine.says = other.says = said
    return undone


def _taken(stretches: list[_Stretch], old: _Stretch) -> _Stretch | None:
    """What became of a stretch: it begins or ends as it did. It is taken out of the list."""
    for number, one in enumerate(stretches):
        if one.first == old.first:
            return stretches.pop(number)
    for number, one in enumerate(stretches):
        if one.last == old.last:
            return stretches.pop(number)
    return None


def _undone(old: _Stretch, shorter: _Stretch, longer: _Stretch) -> bool:
    """Whether one end was drawn in by one copy and pushed out by the other."""
    return (shorter.first > old.first > longer.first) or (shorter.last < old.last < longer.last)


def _said(old: _Says, ours: _Says, theirs: _Says) -> _Says | None:
    """What is said of a stretch both copies have; None when both changed it differently."""
    made: _Says = {}
    for key in dict.fromkeys([*ours, *theirs]):
        before, mine, other = old.get(key), ours.get(key), theirs.get(key)
        if mine != other and before not in (mine, other):
            return None
        value = other if mine == before else mine
        if value is not None:
            made[key] = value
    return made


class _Days:
    """Three lists cut into the pieces within which none of them changes."""

    def __init__(self, old: list[_Stretch], ours: list[_Stretch], theirs: list[_Stretch]) -> None:
        self.old, self.ours, self.theirs = old, ours, theirs
        self.made: list[tuple[int, int, _Says]] = []
        # Dates keep the spelling they had (2022-01 is a date too), first of all the one of ours.
        self.starts: dict[int, str] = {}
        self.ends: dict[int, str] = {}
        for one in (*old, *theirs, *ours):
            self.starts[one.first], self.ends[one.last] = (one.record[end] for end in _ENDS)

    def joined(self) -> tuple[Stretches, bool]:
        differ = False
        everything = (*self.old, *self.ours, *self.theirs)
        cuts = sorted({one.first for one in everything} | {one.last + 1 for one in everything})
        for first, following in pairwise(cuts):
            last = following - 1
            old, mine, other = (
                _said_of(each, first, last) for each in (self.old, self.ours, self.theirs)
            )
            if not mine or not other:
                # Covered by one copy: by that one alone, unless the other took it back.
                said = [] if old else mine or other
            else:
                said = other if _same(mine, old) else mine
                differ = differ or not (_same(mine, other) or _same(mine, old) or _same(other, old))
            for one in said:
                self.piece(first, last, one)
        self.made.sort(key=lambda one: one[:2])
        return [
            {
                "start": self.starts.get(first) or iso(first),
                "end": self.ends.get(last) or iso(last),
                **says,
            }
            for first, last, says in self.made
        ], differ

    def piece(self, first: int, last: int, says: _Says) -> None:
        """Add some days, to the stretch before them if a copy has both as one."""
        for number, (begins, ends, said) in enumerate(self.made):
            if ends == first - 1 and said == says and self.one(first, says):
                self.made[number] = begins, last, says
                return
        self.made.append((first, last, says))

    def one(self, first: int, says: _Says) -> bool:
        """Whether a copy says the same in one stretch of a day and of the one before."""
        copies = (*self.ours, *self.theirs)
        return any(one.says == says and one.holds(first - 1, first) for one in copies)


def _said_of(stretches: list[_Stretch], first: int, last: int) -> list[_Says]:
    """All that is said of some days, each thing once."""
    made: list[_Says] = []
    for one in stretches:
        if one.holds(first, last) and one.says not in made:
            made.append(one.says)
    return made


def _same(one: list[_Says], other: list[_Says]) -> bool:
    return len(one) == len(other) and all(says in other for says in one)
