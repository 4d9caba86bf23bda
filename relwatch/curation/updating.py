"""What a row changes of the event it is: what the file changed itself, and nothing edited here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from msgspec import Struct

from relwatch.corpora.documents import Record
from relwatch.curation.editing import Change
from relwatch.curation.remembering import mark

Value = list[Record]


class Updated(Struct, frozen=True):
    """An event as a row leaves it; the fields that stay against the row, and what it says there."""

    made: Record
    conflicts: tuple[Change, ...]

    @property
    def held(self) -> list[str]:
        """The names of the fields that stay against the row."""
        return [one.field for one in self.conflicts]


def updated(
    old: Record,
    record: Record,
    base: Record | None,
    fields: Iterable[str],
    held: Collection[str],
    theirs: bool,
    link: Callable[[str], str | None],
) -> Updated:
    """Join an event with what a row says of `fields` now and said before, as marks (`base`).

    `held` are the fields that stayed against the row until now, `theirs` lets the row win. `link`
    tells what an event that is followed is called here.
    """
    made, conflicts = dict(old), []
    for field in fields:
        new, ours = record.get(field), old.get(field)
        # Without a base nobody knows who changed it: only what is not there can be filled.
        before = base.get(field) if base is not None else None
        if field == "follows":
            # What is not here yet may come in a later row.
            new = [there for one in new or () if (there := link(one))]
        if new == ours or mark(new) == mark(ours) is None:
            continue
        if base is not None and mark(new) == before and field not in held:
            continue
        if mark(ours) != before:
            joined = None
            if field == "sources" and base is not None:
                joined = _citations(before or [], ours or [], new or [], theirs)
            if joined is None and not theirs:
                conflicts.append(Change(str(old["id"]), field, ours, new))
                continue
            new = new if joined is None else joined
        if new in (None, [], ""):
            made.pop(field, None)
        else:
            made[field] = new
    return Updated(made, tuple(conflicts))


def _citations(before: list[Any], ours: Value, new: Value, theirs: bool) -> Value | None:
    """An event's citations with what a row did to its own; those added here stay.

    None when what the row changes was changed or taken out here, unless the row wins: then what
    it cites goes for what is cited here of the same sources.
    """
    now, here = [mark(one) for one in new], [mark(one) for one in ours]
    gone = [one for one in before if one not in now]
    came = [one for one, known in zip(new, now, strict=True) if known not in here]
    if not theirs:
        came = [one for one in came if mark(one) not in before]
        if any(one not in here for one in gone):
            return None
    cited = {one.get("source") for one in came} if theirs else set()
    made: Value = []
    for one, known in zip(ours, here, strict=True):
        if known not in gone and one.get("source") not in cited:
            made.append(one)
        else:
            # In the place of the first that goes.
            made += came
            came = []
    return made + came
