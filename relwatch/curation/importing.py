"""Taking events from a file: each row added, changed, skipped, merged or refused, and why.

A row is recognised by its id, or by the data set and the key it was imported under, so that the
same file adds nothing twice. What the last import of a data set gave is remembered in the user's
state folder: a newer release then changes only what it changed itself, and an editor's own
corrections stay.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, cast

import msgspec
from msgspec import Struct

from relwatch.corpora.documents import Document, Record
from relwatch.corpora.history import History
from relwatch.corpora.reading import collector_paused
from relwatch.corpora.writing import refused, replace
from relwatch.curation import editing
from relwatch.curation.editing import Change, Naming
from relwatch.curation.ids import event_id
from relwatch.curation.likeness import Like, Likenesses, plain
from relwatch.curation.mapping import Mapping as Columns
from relwatch.curation.mapping import record_of, typed
from relwatch.curation.rows import Row, Sheet
from relwatch.errors import RelwatchError
from relwatch.model import Event
from relwatch.text import fold

Action = Literal["added", "changed", "same", "skipped", "merged", "refused", "undecided"]
ACTIONS: tuple[Action, ...] = (
    "added", "changed", "merged", "skipped", "undecided", "refused", "same",
)  # fmt: skip
Choice = Literal["skip", "keep", "merge"]
Base = dict[str, msgspec.Raw]
"""What the last import of a data set gave, by key, as JSON."""
_OURS = ("id", "origin", "recorded")
"""What a row never changes of an event that is there."""


class Item(Struct, frozen=True):
    """What happens to one row. `like` names the likely duplicates, `conflicts` what stays ours."""

    line: int
    action: Action
    id: str = ""
    title: str = ""
    reason: str = ""
    changes: tuple[Change, ...] = ()
    conflicts: tuple[Change, ...] = ()
    like: tuple[Like, ...] = ()


class Plan(Struct, frozen=True):
    """What an import does. `vanished` events came from this data set and are not in the file."""

    items: tuple[Item, ...]
    vanished: tuple[str, ...]
    declared: tuple[str, ...]
    dropped_links: int
    base: dict[str, msgspec.Raw]

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
    is left undecided. `theirs` lets the file win over what was edited here.
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
    base: Base,
    progress: Callable[[int], Any] = lambda done: None,
) -> Plan:
    """Apply a file to an open document and say what that did, row by row.

    The document holds the result, so it is only written when the plan is agreed on. `base` is
    what `read_base` gives; `progress` is told now and then how many rows are done.
    """
    with collector_paused():
        return _Planning(document, sheet, wanted, base).run(progress)


def _given(record: Record) -> msgspec.Raw:
    """What is remembered of a row."""
    return msgspec.Raw(msgspec.json.encode({k: v for k, v in record.items() if k not in _OURS}))


class _Refused(Exception):
    pass


class _Planning:
    def __init__(self, document: Document, sheet: Sheet, wanted: Wanted, base: Base) -> None:
        self.document = document
        self.sheet = sheet
        self.wanted = wanted
        self.base = base
        self.naming = Naming(document, wanted.create)
        self.naming.offer(sheet.head)
        self.likenesses = Likenesses(plain(event) for event in document.corpus.events)
        self.by_key = {
            event.origin.id: event.id
            for event in document.corpus.events
            if event.origin and event.origin.dataset == wanted.dataset and event.origin.id
        }
        self.seen: dict[str, tuple[int, int]] = {}
        self.given: dict[str, msgspec.Raw] = {}
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
        gone = [name for key, name in self.by_key.items() if key not in self.seen]
        return Plan(tuple(items), tuple(sorted(gone)), tuple(self.naming.made), dropped, self.given)

    def row(self, row: Row) -> Item:
        title = ""
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
        except _Refused as error:
            return Item(row.line, "refused", title=title, reason=str(error))
        except ValueError as error:
            return Item(row.line, "refused", title=title, reason=str(error))
        except RelwatchError as error:
            reason = error.message + (f" ({error.hint})" if error.hint else "")
            # The key stays seen: a row that is refused has not vanished.
            return Item(row.line, "refused", title=title, reason=reason)

    def record(self, row: Row) -> Record:
        """The row as an event with names, not yet resolved."""
        if self.sheet.kind == "columns":
            assert self.wanted.columns is not None
            return record_of(row.values, self.wanted.columns, self.naming.is_known)
        if self.sheet.text:
            record = typed(row.values)
        else:
            record = cast(Record, msgspec.json.decode(msgspec.json.encode(row.values)))
        for name, value in self.wanted.fixed.items():
            record.setdefault(name, value)
        return record

    def key(self, record: Record) -> str:
        """What recognises a row: its id, else an address of its own, else its date and title."""
        if record.get("id"):
            return str(record["id"])
        url = next((one["url"] for one in record.get("sources", ()) if one.get("url")), "")
        if url and self.addresses[url] == 1:
            return str(url)
        words = f"{record.get('date')}\n{fold(str(record.get('title')))}"
        return hashlib.sha256(words.encode()).hexdigest()[:12]

    def existing(self, key: str, record: Record) -> str | None:
        if self.sheet.kind != "columns" and record.get("id") in self.document:
            return str(record["id"])
        found = self.by_key.get(key)
        return found if found in self.document else None

    def placed(self, row: Row, key: str, record: Record, title: str) -> Item:
        links = record.pop("follows", None)
        record = self.naming.resolve(record)
        editing.must_be_an_event(record)
        if links:
            record["follows"] = links
        here = self.existing(key, record)
        if here is not None:
            self.given[key] = _given(record)
            return self.changed(row, key, here, record)
        like = tuple(self.likenesses.like({**record, "id": ""}))
        choice = self.wanted.choices.get(row.line, self.wanted.duplicates) if like else "keep"
        if choice is None:
            return Item(row.line, "undecided", title=title, like=like)
        if choice == "skip":
            return Item(row.line, "skipped", title=title, like=like, reason="a likely duplicate")
        if choice == "merge":
            self.other_ids[key] = like[0].id
            changes = tuple(editing.absorb(self.document, like[0].id, {**record, "follows": None}))
            return Item(row.line, "merged", like[0].id, title, changes=changes, like=like)
        name = self.added(key, record)
        self.given[key] = _given(record)
        return Item(row.line, "added", name, title, like=like)

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
        self.other_ids[key] = name
        if made.get("follows"):
            self.touched.append(name)
        self.likenesses.add_asked(name)
        return name

    def changed(self, row: Row, key: str, name: str, record: Record) -> Item:
        old = self.document.event(name)
        made, known = dict(old), self.base.get(key)
        base = cast(Record, msgspec.json.decode(known)) if known is not None else None
        conflicts = []
        for field in self.fields(record, base):
            new, ours = record.get(field), old.get(field)
            if new == ours or (new in (None, [], "") and ours in (None, [], "")):
                continue
            if base is not None and not self.wanted.theirs:
                if new == base.get(field):
                    continue
                if ours != base.get(field):
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
            if any(change.field == "follows" for change in changes):
                self.touched.append(name)
        action: Action = "changed" if changes or conflicts else "same"
        return Item(
            row.line, action, name, made["title"], changes=changes, conflicts=tuple(conflicts)
        )

    def fields(self, record: Record, base: Record | None) -> list[str]:
        """The fields a row says something about: with a base also what it no longer says."""
        if self.sheet.kind == "corpus":
            named = list(Event.__struct_fields__)
        elif self.sheet.kind == "relwatch" and self.sheet.text:
            named = list(self.sheet.columns)
        else:
            named = [*record, *(base or ())]
        return [field for field in dict.fromkeys([*named, *record]) if field not in _OURS]

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


def dataset_of(sheet: Sheet, path: Path) -> str:
    """What a file's rows are known as: another corpus by its id, else the file by its name."""
    return str(sheet.head.get("id") or path.name.split(".")[0])


def _base_file(corpus: Path, dataset: str) -> Path:
    return History(corpus).imports / hashlib.sha256(dataset.encode()).hexdigest()[:16]


def read_base(corpus: Path, dataset: str) -> Base:
    """What the last import of a data set gave, by key; {} when that is not known."""
    import zlib

    try:
        content = zlib.decompress(_base_file(corpus, dataset).read_bytes())
        return msgspec.json.decode(content, type=dict[str, msgspec.Raw])
    except (OSError, zlib.error, msgspec.MsgspecError):
        return {}


def write_base(corpus: Path, dataset: str, base: Base) -> None:
    """Remember what an import gave."""
    import zlib

    place = _base_file(corpus, dataset)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused(place, error) from None
    replace(place, zlib.compress(msgspec.json.encode(base), 1))


def write_rejects(path: Path, sheet: Sheet, items: list[Item]) -> Path:
    """The refused rows as FILE.rejects.csv: line, reason, and what they held."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["line", "reason", *sheet.columns])
    rows = {row.line: row.values for row in sheet.rows}
    for item in items:
        cells = [rows[item.line].get(name, "") for name in sheet.columns]
        texts = [
            one
            if isinstance(one, str)
            else ""
            if one is None
            else msgspec.json.encode(one).decode()
            for one in cells
        ]
        writer.writerow([item.line, item.reason, *texts])
    place = path.with_name(f"{path.name}.rejects.csv")
    replace(place, out.getvalue().encode("utf-8", "surrogatepass"))
    return place
