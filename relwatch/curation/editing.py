"""Adding, editing, citing and removing events of an open document, links kept right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from relwatch.corpora.documents import Document, Record
from relwatch.curation.ids import event_id
from relwatch.curation.naming import Naming
from relwatch.curation.values import Assignment, what_differs
from relwatch.errors import AskedWrongly
from relwatch.model import Event
from relwatch.periods import date_days
from relwatch.text import near


class Change(Struct, frozen=True):
    """What happens to one field of one event: its old and new value, None for none."""

    id: str
    field: str
    old: Any
    new: Any


def one_id(document: Document, beginning: str) -> str:
    """The event whose id is, or alone begins with, `beginning`. AskedWrongly else."""
    asked = beginning.strip()
    if asked in document:
        return asked
    found = [name for name in document.ids() if asked and name.startswith(asked)]
    if len(found) == 1:
        return found[0]
    if found:
        shown = ", ".join(found[:5]) + (", ..." if len(found) > 5 else "")
        raise AskedWrongly(
            f"“{beginning}” begins {len(found)} ids: {shown}", "type more of the one you mean"
        )
    close = near(asked, document.ids())
    raise AskedWrongly(
        f"no event's id begins with “{beginning}”",
        f"did you mean {' or '.join(close)}?"
        if close
        else "`relwatch list --columns id` shows them",
    )


def must_be_an_event(record: Record) -> None:
    """AskedWrongly, naming the field, when a record cannot be an event of any corpus."""
    for field, example in (("date", "2022-01-05"), ("categories", "political"), ("title", "...")):
        if not record.get(field):
            option = "category" if field == "categories" else field
            raise AskedWrongly(f"an event needs a {option}", f"as in --{option} {example}")
    try:
        msgspec.convert({"id": "", **record}, Event)
    except msgspec.ValidationError as error:
        said, hint = what_differs(record, error)
        raise AskedWrongly(said, hint) from None
    for field in ("date", "end", "reported", "recorded"):
        if record.get(field) is not None:
            try:
                date_days(record[field])
            except ValueError:
                raise AskedWrongly(
                    f"{field}: “{record[field]}” is not a date", "YYYY, YYYY-MM or YYYY-MM-DD"
                ) from None
    if record.get("end") and date_days(record["end"])[1] < date_days(record["date"])[0]:
        raise AskedWrongly(
            f"end: {record['end']} lies before the date, {record['date']}", "a later day, or none"
        )
    if "\n" in record["title"] or "\r" in record["title"] or not record["title"].strip():
        raise AskedWrongly("title: a title is one line that is not empty")
    intensity = record.get("intensity")
    if intensity is not None and not -10 <= intensity <= 10:
        raise AskedWrongly(
            f"intensity: {intensity} lies outside -10 to +10",
            "-10 is the most conflict, +10 the most cooperation",
        )
    for citation in record.get("sources", ()):
        grade = citation.get("grade")
        if grade and not (len(grade) == 2 and grade[0] in "ABCDEF" and grade[1] in "123456"):
            raise AskedWrongly(f"grade: “{grade}” is not a grade", "A-F and 1-6, as B2")
    for place in record.get("places", ()):
        state = place.get("country")
        if state and not (len(state) == 3 and state.isascii() and state.isupper()):
            raise AskedWrongly(
                f"places: “{state}” is not a state's code", "ISO 3166-1 alpha-3, as CHN"
            )


def add(document: Document, record: Record, today: str | None = None) -> str:
    """Put a new event into the document under a new id, which is given back.

    `record` has ids, not names (see Naming). `today` is what `recorded` says, unless it is set.
    """
    must_be_an_event(record)
    made = {key: value for key, value in record.items() if value not in (None, [], "")}
    if today is not None:
        made.setdefault("recorded", today)
    made["id"] = event_id(made["date"], made["title"], document)
    _check_links(document, made)
    document.put(made)
    return str(made["id"])


def _check_links(document: Document, record: Record) -> None:
    if record.get("follows"):
        record["follows"] = [one_id(document, name) for name in record["follows"]]
        if record["id"] in record["follows"]:
            raise AskedWrongly("follows: an event cannot follow itself")


def replace(document: Document, event_id: str, record: Record) -> list[Change]:
    """Give an event other fields; its id stays. What changed, field by field."""
    old = document.event(event_id)
    made = {
        key: value
        for key, value in record.items()
        # An empty value that the file has stays as it spells that.
        if value not in (None, []) or (key in old and old[key] == value)
    }
    made["id"] = event_id
    must_be_an_event(made)
    if made.get("follows") != old.get("follows"):
        _check_links(document, made)
    document.put(made)
    return differences(old, made)


def differences(old: Record, new: Record) -> list[Change]:
    """The fields that two versions of one event differ in, in the order of the model."""
    keys = [key for key in Event.__struct_fields__ if key in old or key in new]
    keys += [key for key in (*old, *new) if key not in keys]
    return [
        Change(new["id"], key, old.get(key), new.get(key))
        for key in dict.fromkeys(keys)
        if old.get(key) != new.get(key)
    ]


def assign(
    document: Document, ids: Iterable[str], assignments: tuple[Assignment, ...], naming: Naming
) -> list[Change]:
    """Apply `field=value` to events; what changes, event by event."""
    changes: list[Change] = []
    for name in ids:
        record = document.event(name)
        for one in assignments:
            # Names are resolved first, so that -= finds what it takes out.
            ready = naming.resolve({one.field: _copied(one.value)}) if one.value is not None else {}
            Assignment(one.field, one.how, ready.get(one.field)).apply(record)
        missing = [
            name for name in record.get("initiators", ()) if name not in record.get("actors", ())
        ]
        if missing and any(one.field == "initiators" for one in assignments):
            record["actors"] = [*record.get("actors", ()), *missing]
        changes += replace(document, name, record)
    return changes


def _copied(value: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))


def cite(document: Document, event_id: str, citation: Record) -> bool:
    """Add a source to an event; False when it cites the same, and says no less of it, already.

    A citation of the same source and address with another grade or locator takes its place.
    """
    record = document.event(event_id)
    made = {key: value for key, value in citation.items() if value}
    same = ("source", "url")
    old = record.get("sources", [])
    if made in old:
        return False
    kept = [one for one in old if any(one.get(key) != made.get(key) for key in same)]
    before: Record = next((one for one in old if one not in kept), {})
    if {**before, **made} == before:
        return False
    place = old.index(before) if before else len(kept)
    record["sources"] = [*kept[:place], {**before, **made}, *kept[place:]]
    must_be_an_event(record)
    document.put(record)
    return True


def absorb(document: Document, event_id: str, record: Record) -> list[Change]:
    """Take into an event what another entry of it adds: lists are joined, empty fields filled.

    Nothing the event says is replaced. What changes, field by field.
    """
    old = document.event(event_id)
    made = dict(old)
    for key, value in record.items():
        if value in (None, [], "") or key in ITS_OWN:
            continue
        if key in ("end", "uncertain") and record.get("date") != old["date"]:
            continue
        if key == "sources":
            made[key] = _cited(made.get(key, []), value)
        elif isinstance(value, list):
            here = made.get(key, [])
            made[key] = here + [one for one in value if one not in here]
        elif made.get(key) in (None, ""):
            made[key] = value
    document.put(made)
    return differences(old, made)


def untaken(document: Document, event_id: str, record: Record) -> list[Change]:
    """What another entry of an event says that `absorb` did not take, field by field."""
    made = document.event(event_id)
    return [
        Change(event_id, field, made.get(field), value)
        for field, value in record.items()
        if field not in ("id", "origin", "recorded", "follows", "derived")
        and value not in (None, [], "")
        and not _holds(made.get(field), value)
    ]


def _holds(ours: Any, theirs: Any) -> bool:
    """Whether a value holds all that another says."""
    if isinstance(ours, list) and isinstance(theirs, list):
        return all(one in ours for one in theirs)
    return bool(ours == theirs)


ITS_OWN = ("id", "date", "title", "origin", "status", "derived", "recorded")
"""What another entry of an event never gives it."""


def _cited(here: list[Record], more: list[Record]) -> list[Record]:
    """Citations with others; one of the same source and address only fills what is missing."""
    made = [dict(one) for one in here]
    for other in more:
        same = next(
            (one for one in made if all(one.get(k) == other.get(k) for k in ("source", "url"))),
            None,
        )
        if same is None:
            made.append(other)
        else:
            same.update({key: value for key, value in other.items() if key not in same})
    return made


class Pointer(Struct, frozen=True):
    """Something that names an event: another event that follows it, or a judgement's evidence."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


def pointers(document: Document, event_id: str) -> list[Pointer]:
    """What points to an event."""
    found = [
        Pointer("event", name)
        for name in document.naming(event_id)
        if name != event_id and event_id in document.event(name).get("follows", ())
    ]
    for assessment in document.room("assessments"):
        if any(one.get("event") == event_id for one in assessment.get("evidence", ())):
            found.append(Pointer("assessment", assessment["id"]))
    return found


def remove(document: Document, ids: Iterable[str], unlink: bool = False) -> list[Pointer]:
    """Remove events; with `unlink` also the links to them, which are given back.

    Raises AskedWrongly when something that stays points to one of them.
    """
    going = list(dict.fromkeys(ids))
    dropped: list[Pointer] = []
    for name in going:
        left = [
            one for one in pointers(document, name) if one.kind != "event" or one.id not in going
        ]
        if left and not unlink:
            shown = ", ".join(map(str, left[:4])) + (", ..." if len(left) > 4 else "")
            raise AskedWrongly(
                f"{name} is pointed to by {shown}; nothing was removed",
                "--unlink removes these links too",
            )
        for one in left:
            _unlink(document, one, name)
        dropped += left
    for name in going:
        document.drop(name)
    return dropped


def _unlink(document: Document, pointer: Pointer, event_id: str) -> None:
    if pointer.kind == "event":
        record = document.event(pointer.id)
        record["follows"] = [one for one in record["follows"] if one != event_id]
        if not record["follows"]:
            del record["follows"]
        document.put(record)
        return
    for assessment in document.room("assessments"):
        if assessment["id"] == pointer.id:
            assessment["evidence"] = [
                one for one in assessment["evidence"] if one.get("event") != event_id
            ]
