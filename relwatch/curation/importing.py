"""Taking events from a file: each row added, changed, skipped, merged or refused, and why.

A row is recognised by its id, or by the data set and the key it was imported under, so that the
same file adds nothing twice. What the last import of a data set gave is remembered: a newer
release then changes only what it changed itself, and an editor's own corrections stay. Where
nothing is remembered of a row it only fills what the event lacks. A file that shares rows with an
earlier one is a newer release of it, and what it holds no more has vanished; a file of other rows
is another batch.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from relwatch.corpora.documents import Document, Record
from relwatch.corpora.reading import collector_paused
from relwatch.corpora.writing import refused, replace
from relwatch.curation import editing
from relwatch.curation.adopting import ROOMS, Adoption
from relwatch.curation.declaring import SINGULAR, Room, refer
from relwatch.curation.editing import Change, Naming
from relwatch.curation.ids import event_id
from relwatch.curation.likeness import Like, Likenesses, plain
from relwatch.curation.mapping import Mapping as Columns
from relwatch.curation.mapping import record_of, shaped, typed
from relwatch.curation.remembering import Memory, mark, marks
from relwatch.curation.rows import REJECTED, REJECTS, Row, Sheet, flat
from relwatch.errors import RelwatchError
from relwatch.text import fold, guarded

Action = Literal["added", "changed", "same", "skipped", "merged", "refused", "undecided"]
ACTIONS: tuple[Action, ...] = (
    "added", "changed", "merged", "skipped", "undecided", "refused", "same",
)  # fmt: skip
Choice = Literal["skip", "keep", "merge"]
_OURS = ("id", "origin", "recorded")
"""What a row never changes of an event that is there."""
_TELLING = (("id",), ("url", "sources"), ("date", "title"))
"""The fields that each alone recognise a row, the surest first."""


class Item(Struct, frozen=True):
    """What happens to one row.

    `like` names the likely duplicates, `conflicts` the fields in which the event keeps its value
    against the row's.
    """

    line: int
    action: Action
    id: str = ""
    title: str = ""
    reason: str = ""
    changes: tuple[Change, ...] = ()
    conflicts: tuple[Change, ...] = ()
    like: tuple[Like, ...] = ()


class Plan(Struct, frozen=True):
    """What an import does.

    `vanished` events came from an earlier release of the file and are not in it any more. When
    it cannot be told which rows some of the refused ones are, `untold` counts those, and nothing
    is said to have vanished. `memory` is to be kept when the plan is carried out.
    """

    items: tuple[Item, ...]
    vanished: tuple[str, ...]
    untold: int
    declared: tuple[str, ...]
    dropped_links: int
    memory: Memory

    def of(self, action: Action) -> list[Item]:
        """The items with one action."""
        return [item for item in self.items if item.action == action]

    def counts(self) -> dict[Action, int]:
        """How many rows have each action."""
        found = Counter(item.action for item in self.items)
        return {action: found[action] for action in ACTIONS}


class Wanted(Struct, frozen=True):
    """How a file is imported.

    `choices` decide likely duplicates line by line, `duplicates` all of them; with neither a row
    is left undecided. `theirs` lets the file win where both it and the corpus changed a field.
    """

    dataset: str
    columns: Columns | None = None
    fixed: dict[str, str] = {}
    create: bool = False
    duplicates: Choice | None = None
    choices: Mapping[int, Choice] = {}
    theirs: bool = False
    today: str | None = None


def plan(
    document: Document,
    sheet: Sheet,
    wanted: Wanted,
    memory: Memory,
    progress: Callable[[int], Any] = lambda done: None,
) -> Plan:
    """Apply a file to an open document and say what that did, row by row.

    The document holds the result, so it is only written when the plan is agreed on. `memory` is
    what earlier imports of the data set left; `progress` is told now and then how many rows are
    done.
    """
    with collector_paused():
        return _Planning(document, sheet, wanted, memory).run(progress)


class _Refused(Exception):
    pass


class _Planning:
    def __init__(self, document: Document, sheet: Sheet, wanted: Wanted, memory: Memory) -> None:
        self.document = document
        self.sheet = sheet
        self.wanted = wanted
        self.memory = memory
        self.declared_before = {room: {one["id"] for one in document.room(room)} for room in ROOMS}
        self.used: dict[Room, set[str]] = {room: set() for room in ROOMS}
        self.adoption = Adoption(document, sheet.head, wanted.create, memory.ids)
        self.naming = Naming(document, wanted.create)
        self.likenesses = Likenesses(plain(event) for event in document.corpus.events)
        self.by_key = {
            event.origin.id: event.id
            for event in document.corpus.events
            if event.origin and event.origin.dataset == wanted.dataset and event.origin.id
        }
        self.seen: dict[str, tuple[int, int]] = {}
        self.refused: set[str] = set()
        self.untold = 0
        self.rows = dict(memory.rows)
        self.decided = dict(memory.decided)
        self.held = dict(memory.held)
        self.other_ids: dict[str, str] = {}
        column = wanted.columns.columns.get("url", "") if wanted.columns else ""
        self.addresses = Counter(str(row.values.get(column, "")).strip() for row in sheet.rows)
        self.touched: list[str] = []

    def run(self, progress: Callable[[int], Any]) -> Plan:
        items = []
        for number, row in enumerate(self.sheet.rows):
            if number % 500 == 0:
                progress(number)
            items.append(self.row(row))
        progress(len(self.sheet.rows))
        dropped = self.settle_links()
        gone, batches = self.settle_batches()
        memory = Memory(
            self.rows, batches, self.decided, self.held, self.adoption.ids, self.memory.keep
        )
        untold = self.untold if gone else 0
        return Plan(
            tuple(items), () if untold else gone, untold, self.settle_declared(), dropped, memory
        )

    def row(self, row: Row) -> Item:
        title, key = "", ""
        try:
            if row.wrong:
                raise _Refused(row.wrong)
            record = self.record(row)
            title = str(record.get("title") or "")
            key = self.key(record)
            # Only a mark of each row is kept: a large file would not fit in memory twice.
            mark = hash(msgspec.json.encode(record))
            if key in self.seen:
                line, before = self.seen[key]
                if before != mark:
                    raise _Refused(f"stands on line {line} too, with other values")
                return Item(row.line, "same", title=title, reason=f"as on line {line}")
            self.seen[key] = (row.line, mark)
            return self.placed(row, key, record, title)
        except (_Refused, ValueError) as error:
            reason = str(error)
        except RelwatchError as error:
            reason = error.message + (f" ({error.hint})" if error.hint else "")
        # A row that is refused has not vanished.
        key = key or self.rough_key(row)
        self.refused.add(key)
        self.untold += not key
        return Item(row.line, "refused", title=title, reason=reason)

    def record(self, row: Row, fields: tuple[str, ...] = ()) -> Record:
        """The row, or these fields of it, as an event with names, not yet resolved."""
        values, columns = row.values, self.wanted.columns
        if self.sheet.kind == "columns":
            assert columns is not None
            if fields:
                chosen = {one: columns.columns[one] for one in fields if one in columns.columns}
                columns = msgspec.structs.replace(columns, columns=chosen, fixed={})
            return record_of(values, columns, self.naming.is_known)
        if fields:
            values = {name: values[name] for name in fields if name in values}
        record = typed(values) if self.sheet.text else shaped(values)
        for name, value in () if fields else self.wanted.fixed.items():
            record.setdefault(name, value)
        return record

    def rough_key(self, row: Row) -> str:
        """What recognises a refused row by the fields that can be read; "" when nothing does."""
        for fields in () if row.wrong else _TELLING:
            try:
                record = self.record(row, fields)
            except (ValueError, RelwatchError):
                continue
            if "title" in fields and not (record.get("date") and record.get("title")):
                continue
            if record:
                return self.key(record)
        return ""

    def key(self, record: Record) -> str:
        """What recognises a row: its id, else an address of its own, else its date and title."""
        if record.get("id"):
            return str(record["id"])
        url = next((one["url"] for one in record.get("sources", ()) if one.get("url")), "")
        if url and self.addresses[url] == 1:
            return str(url)
        words = f"{record.get('date')}\n{fold(str(record.get('title')))}"
        return hashlib.sha256(words.encode()).hexdigest()[:12]

    def existing(self, row: Row, key: str, record: Record) -> str | None:
        if self.sheet.kind != "columns" and record.get("id") in self.document:
            return str(record["id"])
        found = self.by_key.get(key)
        if found is None and self.choice(row) in (None, "merge"):
            found = self.decided.get(key)
        return found if found in self.document else None

    def choice(self, row: Row) -> Choice | None:
        """What is to be done with a likely duplicate, as far as that is said now."""
        return self.wanted.choices.get(row.line, self.wanted.duplicates)

    def placed(self, row: Row, key: str, record: Record, title: str) -> Item:
        links = record.pop("follows", None)
        self.adoption.event(record)
        record = self.naming.resolve(record)
        editing.must_be_an_event(record)
        if links:
            record["follows"] = links
        here = self.existing(row, key, record)
        if here is not None:
            return self.changed(row, key, here, record)
        like = tuple(self.likenesses.like({**record, "id": ""}))
        choice = self.choice(row) if like else "keep"
        reason = "a likely duplicate"
        if choice is None and self.decided.get(key) == "":
            choice, reason = "skip", "a likely duplicate, as decided before"
        if choice is None:
            return Item(row.line, "undecided", title=title, like=like)
        if choice == "skip":
            self.decided[key] = ""
            return Item(row.line, "skipped", title=title, like=like, reason=reason)
        if choice == "merge":
            return self.merged(row, key, like, record)
        self.decided.pop(key, None)
        name = self.added(key, record)
        self.remember(key, record)
        return Item(row.line, "added", name, title, like=like)

    def remember(self, key: str, record: Record) -> None:
        self.rows[key] = marks(record, _OURS)

    def use(self, record: Record) -> None:
        """Note which declarations an event that is written needs."""
        if self.wanted.create:
            refer(record, self._use)

    def _use(self, room: Room, name: str) -> str:
        self.used[room].add(name)
        return name

    def merged(self, row: Row, key: str, like: tuple[Like, ...], record: Record) -> Item:
        name = like[0].id
        self.decided[key] = self.other_ids[key] = name
        self.remember(key, record)
        changes = tuple(editing.absorb(self.document, name, {**record, "follows": None}))
        made = self.document.event(name)
        self.use(made)
        left = [
            Change(name, field, made.get(field), value)
            for field, value in record.items()
            if field not in (*_OURS, "follows", "derived") and not _holds(made.get(field), value)
        ]
        return Item(
            row.line,
            "merged",
            name,
            made["title"],
            changes=changes,
            conflicts=tuple(left),
            like=like,
        )

    def added(self, key: str, record: Record) -> str:
        made = {k: v for k, v in record.items() if v not in (None, [], "")}
        name = str(made.get("id") or "") if self.sheet.kind != "columns" else ""
        if not name or name in self.document:
            name = event_id(made["date"], made["title"], self.document)
        made["id"] = name
        made.setdefault("origin", {"dataset": self.wanted.dataset, "id": key})
        if self.wanted.today is not None:
            made.setdefault("recorded", self.wanted.today)
        self.document.put(made)
        self.use(made)
        self.other_ids[key] = name
        if made.get("follows"):
            self.touched.append(name)
        self.likenesses.add_asked(name)
        return name

    def changed(self, row: Row, key: str, name: str, record: Record) -> Item:
        old, base = self.document.event(name), self.memory.base(key)
        made, conflicts, held = dict(old), [], []
        for field in self.fields(record, base):
            new, ours = record.get(field), old.get(field)
            # Without a base nobody knows who changed it: only what is not there can be filled.
            before = base.get(field) if base is not None else None
            is_old = base is not None and mark(new) == before
            if field == "follows":
                new = [self.other_ids.get(o) or self.by_key.get(o, o) for o in new or ()]
            if new == ours or mark(new) == mark(ours) is None:
                continue
            was_held = field in self.held.get(key, ())
            if is_old and not was_held:
                continue
            if mark(ours) != before and not self.wanted.theirs:
                held.append(field)
                if not is_old:
                    conflicts.append(Change(name, field, ours, new))
                continue
            if new in (None, [], ""):
                made.pop(field, None)
            else:
                made[field] = new
        changes = tuple(editing.differences(old, made))
        if changes:
            editing.must_be_an_event(made)
            self.document.put(made)
            self.use(made)
            if any(change.field == "follows" for change in changes):
                self.touched.append(name)
        self.remember(key, record)
        self.held.pop(key, None)
        if held:
            self.held[key] = held
        action: Action = "changed" if changes or conflicts else "same"
        return Item(
            row.line, action, name, made["title"], changes=changes, conflicts=tuple(conflicts)
        )

    def fields(self, record: Record, base: Record | None) -> list[str]:
        """The fields a row says something about: with a base also what it no longer says."""
        own_csv = self.sheet.kind == "relwatch" and self.sheet.text
        named = self.sheet.columns if own_csv else (base or ())
        return [field for field in dict.fromkeys([*record, *named]) if field not in _OURS]

    def settle_batches(self) -> tuple[tuple[str, ...], list[list[str]]]:
        """The events that vanished from the batches this file is a release of; the batches now."""
        batches = self.memory.batches
        known = {key for batch in batches for key in batch}
        batches = [*batches, [key for key in self.by_key if key not in known]]
        held = {key for key in (*self.seen, *self.refused) if key}
        if self.sheet.part:
            former = max(0, len(self.memory.batches) - 1)
            others, met = [*batches[:former], *batches[former + 1 :]], [batches[former]]
        else:
            others = [batch for batch in batches if held.isdisjoint(batch)]
            met = [batch for batch in batches if not held.isdisjoint(batch)]
        keys = dict.fromkeys(key for batch in (*met, held) for key in batch)
        gone = {self.by_key[key] for key in keys if key in self.by_key and key not in held}
        vanished = () if self.sheet.part else sorted(name for name in gone if name in self.document)
        return tuple(vanished), [batch for batch in (*others, list(keys)) if batch]

    def settle_declared(self) -> tuple[str, ...]:
        """Take back declarations that no event came to need; those that stay."""
        told = []
        for room in ROOMS:
            records, before = self.document.room(room), self.declared_before[room]
            records[:] = [o for o in records if o["id"] in before or o["id"] in self.used[room]]
            told += [_told(room, one) for one in records if one["id"] not in before]
        return tuple(told)

    def settle_links(self) -> int:
        """Point links at the ids events have here; drop those that lead nowhere, and count them."""
        dropped = 0
        for name in dict.fromkeys(self.touched):
            record = self.document.event(name)
            links = [self.other_ids.get(one, one) for one in record.get("follows", ())]
            kept = list(dict.fromkeys(one for one in links if one in self.document and one != name))
            dropped += len(set(links)) - len(kept)
            if kept != record.get("follows"):
                if kept:
                    record["follows"] = kept
                else:
                    record.pop("follows", None)
                self.document.put(record)
        return dropped


def _holds(ours: Any, theirs: Any) -> bool:
    """Whether a value holds all that another says."""
    if isinstance(ours, list) and isinstance(theirs, list):
        return all(one in ours for one in theirs)
    return mark(theirs) in (None, mark(ours))


def _told(room: Room, record: Record) -> str:
    named = record.get("name") or record.get("title") or record.get("publisher")
    about = ", ".join(one for one in (named, record.get("kind")) if one)
    return f"{SINGULAR[room]} {record['id']}" + (f" ({about})" if about else "")


def dataset_of(sheet: Sheet, path: Path) -> str:
    """What a file's rows are known as: another corpus by its id, else the file by its name."""
    return str(sheet.head.get("id") or path.name.split(".")[0])


def rejects_of(file: str) -> Path:
    """Where the refused rows of a file go."""
    return Path(file + REJECTS)


def write_rejects(place: Path, sheet: Sheet, items: list[Item]) -> None:
    """Write refused rows: line, reason, and what they held, guarded as in CSV for spreadsheets.

    A file of them that was corrected is imported as it is; that takes the guards off.
    """
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*REJECTED, *sheet.columns])
    rows = {row.line: row.values for row in sheet.rows}
    for item in items:
        cells = [item.reason, *(flat(rows[item.line].get(name)) for name in sheet.columns)]
        writer.writerow([item.line, *map(guarded, cells)])
    content = out.getvalue().encode("utf-8", "surrogatepass")
    if not place.is_file() or place.read_bytes() != content:
        set_aside(place)
        replace(place, content)


def set_aside(place: Path) -> Path | None:
    """Give the refused rows of an earlier import another name: they may have been corrected.

    The new name; None when there was no such file.
    """
    if not place.is_file():
        return None
    number = 1
    while (kept := place.with_name(f"{place.name}.{number}.bak")).exists():
        number += 1
    try:
        place.rename(kept)
    except OSError as error:
        raise refused(place, error) from None
    return kept


def earlier_rejects(place: Path) -> bool:
    """Whether refused rows of an earlier import stand there."""
    try:
        with place.open("rb") as file:
            return file.readline().startswith(",".join(REJECTED).encode())
    except OSError:
        return False
