"""What a corpus claims to cover: stretches moved, added, and told apart by what they say."""

from __future__ import annotations

from msgspec import Struct

from relwatch.corpora.documents import Document, Record
from relwatch.errors import AskedWrongly
from relwatch.periods import date_days, iso


class Covered(Struct, frozen=True):
    """What a change of the coverage did: the days it is about, and what else is to be said."""

    days: str
    said: tuple[str, ...] = ()


def cover(
    document: Document, start: str | None, end: str | None, basis: str | None, note: str | None
) -> Covered:
    """Cover the days from `start` to `end`, or move the end (or start) of what is covered.

    Days that are covered keep what is said of them: `basis` and `note` are about the new days.
    Those become part of the stretch they touch if it says the same, or if nothing is to be said,
    else a stretch of their own. Naming both ends of a stretch changes what it says. Raises
    AskedWrongly when a stretch would shrink to nothing, or when no day is left to say it of.
    """
    stretches = document.room("coverage")
    for text in (start, end):
        if text is not None:
            _must_be_a_date(text)
    told = {key: one for key, one in (("basis", basis), ("note", note)) if one is not None}
    if start is None or end is None:
        moved = _moved(stretches, start, end, told)
        if moved is not None:
            return moved
        if end is not None:
            start = iso(max(_days(one)[1] for one in stretches) + 1)
        else:
            end = iso(min(_days(one)[0] for one in stretches) - 1)
    assert start is not None
    assert end is not None
    first, last = date_days(start)[0], date_days(end)[1]
    if last < first:
        raise AskedWrongly(f"the stretch ends ({end}) before it begins ({start})")
    others = [one for one in stretches
              if _days(one)[0] <= last and _days(one)[1] >= first and not _says(one, told)]  # fmt: skip
    exact = next((one for one in others if _days(one) == (first, last)), None)
    if exact is not None:
        said = _replaced(exact, told)
    else:
        new = _new_days(stretches, first, last)
        if others and not new:
            raise AskedWrongly(
                f"no day from {start} to {end} is new: {'; '.join(map(stretch_line, others))}",
                "name both ends of a stretch to change what it says",
            )
        for day, until in new:
            _grow(stretches, start if day == first else iso(day),
                  end if until == last else iso(until), told)  # fmt: skip
        said = tuple(f"stays as it was: {stretch_line(one)}" for one in others)
    stretches.sort(key=lambda one: _days(one)[0])
    return Covered(f"{start} to {end}", said)


def _must_be_a_date(text: str) -> None:
    try:
        date_days(text)
    except ValueError:
        raise AskedWrongly(f"“{text}” is not a date", "YYYY, YYYY-MM or YYYY-MM-DD") from None


def _days(stretch: Record) -> tuple[int, int]:
    return date_days(stretch["start"])[0], date_days(stretch["end"])[1]


def stretch_line(stretch: Record) -> str:
    """A covered stretch on one line, with what it says."""
    says = ", ".join(stretch[key] for key in ("basis", "note") if stretch.get(key))
    return f"{stretch['start']} to {stretch['end']}" + (f"  {says}" if says else "")


def _says(stretch: Record, told: dict[str, str]) -> bool:
    return all((stretch.get(key) or "") == value for key, value in told.items())


def _replaced(stretch: Record, told: dict[str, str]) -> tuple[str, ...]:
    said = [f"its {key} was: {stretch[key]}" for key, value in told.items()
            if stretch.get(key) not in (None, "", value)]  # fmt: skip
    for key, value in told.items():
        if value:
            stretch[key] = value
        else:
            stretch.pop(key, None)
    return tuple(said)


def _moved(
    stretches: list[Record], start: str | None, end: str | None, told: dict[str, str]
) -> Covered | None:
    """Take days back from the last (or first) stretch; None when days are to be added instead."""
    if start is None and end is None:
        raise AskedWrongly("nothing to cover", "as in `relwatch cover --to 2022-01-16`")
    if not stretches:
        raise AskedWrongly(
            "the corpus claims no coverage yet, so a stretch needs both ends",
            "as in --from 2022-01-01 --to 2022-01-16",
        )
    if end is not None:
        outer = max(stretches, key=lambda one: _days(one)[1])
        if date_days(end)[1] < _days(outer)[0]:
            raise AskedWrongly(
                f"{end} lies before the last covered stretch, from {outer['start']}",
                "a stretch of its own needs both ends: --from DATE --to DATE",
            )
        further = date_days(end)[1] > _days(outer)[1]
    else:
        assert start is not None
        outer = min(stretches, key=lambda one: _days(one)[0])
        if date_days(start)[0] > _days(outer)[1]:
            raise AskedWrongly(
                f"{start} lies after the first covered stretch, to {outer['end']}",
                "a stretch of its own needs both ends: --from DATE --to DATE",
            )
        further = date_days(start)[0] < _days(outer)[0]
    if further:
        return None
    if not _says(outer, told):
        raise AskedWrongly(
            f"no day is new: {stretch_line(outer)}",
            "name both ends of a stretch to change what it says",
        )
    key = "end" if end is not None else "start"
    before, outer[key] = outer[key], end or start
    said = (f"taken back: the {key} was {before}",) if before != outer[key] else ()
    return Covered(f"{outer['start']} to {outer['end']}", said)


def _new_days(stretches: list[Record], first: int, last: int) -> list[tuple[int, int]]:
    """The days from `first` to `last` that nothing covers, as stretches."""
    found = []
    for begins, ends in sorted(map(_days, stretches)):
        if begins > first:
            found.append((first, min(begins - 1, last)))
        first = max(first, ends + 1)
        if first > last:
            return found
    return [*found, (first, last)]


def _grow(stretches: list[Record], start: str, end: str, told: dict[str, str]) -> None:
    """Add days that nothing covers, to a stretch that they touch and that says the same if any."""
    first, last = date_days(start)[0], date_days(end)[1]
    before = next(
        (one for one in stretches if _days(one)[1] == first - 1 and _says(one, told)), None
    )
    after = next((one for one in stretches if _days(one)[0] == last + 1 and _says(one, told)), None)
    if before is not None:
        before["end"] = end
        ends = ("start", "end")
        if after is not None and all(
            before.get(key) == after.get(key) for key in {*before, *after}.difference(ends)
        ):
            before["end"] = after["end"]
            stretches.remove(after)
    elif after is not None:
        after["start"] = start
    else:
        says = {key: value for key, value in told.items() if value}
        stretches.append({"start": start, "end": end, **says})


def uncovered(document: Document, record: Record) -> str | None:
    """The option of `cover` that takes in an event outside everything covered; None for inside.

    "to" when it lies past the end, "from" when it lies before or between.
    """
    stretches = [_days(one) for one in document.room("coverage")]
    first, last = date_days(record["date"])
    if not stretches or any(begins <= last and ends >= first for begins, ends in stretches):
        return None
    return "to" if first > max(ends for _, ends in stretches) else "from"
