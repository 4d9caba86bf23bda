"""Taking events from a file: each row added, changed, skipped, merged or refused, and why.

A row is recognised (see `recognising`), so that the same file adds nothing twice. What the last
import of a data set gave is remembered: a newer release then changes only what it changed itself
(see `updating`), and an editor's own corrections stay. Where nothing is remembered of a row it only
fills what the event lacks. A file that shares rows with an earlier one is a newer release of it, and
what it holds no more has vanished (see `leaving`); a file of other rows is another batch.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from relwatch.corpora.documents import SINGULAR, Document, Record
from relwatch.corpora.reading import collector_paused
from relwatch.curation import editing
from relwatch.curation.adopting import ROOMS, Adoption
from relwatch.curation.declaring import Room, refer
from relwatch.curation.editing import Change
from relwatch.curation.ids import event_id
from relwatch.curation.likeness import Like, Likenesses, plain
from relwatch.curation.naming import Naming
from relwatch.curation.plans import BEFORE, MERGED, UNKNOWN, Action, Choice, Item, Plan, Wanted
from relwatch.curation.recognising import OURS, Recognition
from relwatch.curation.remembering import Memory, carried, instead, mark, marks
from relwatch.curation.saying import Saying
from relwatch.curation.sheets import Row, Sheet
from relwatch.curation.updating import updated
from relwatch.errors import RelwatchError


def plan(
    document: Document,
    sheet: Sheet,
    wanted: Wanted,
    memory: Memory,
    progress: Callable[[int], Any] = lambda done: None,
    removed: frozenset[str] = frozenset(),
) -> Plan:
    """Apply a file to an open document and say what that did, row by row.

    The document holds the result, so it is only written when the plan is agreed on. `memory` is
    what earlier imports of the data set left, `removed` the ids of events that were removed here;
    `progress` is told now and then how many rows are done.
    """
    with collector_paused():
        return _Planning(document, sheet, wanted, memory, removed).run(progress)


_TWICE = "too, with other values"


class _Refused(Exception):
    pass


class _Planning:
    def __init__(
        self,
        document: Document,
        sheet: Sheet,
        wanted: Wanted,
        memory: Memory,
        removed: frozenset[str],
    ) -> None:
        self.document = document
        self.sheet = sheet
        self.wanted = wanted
        self.memory = memory
        self.declared_before = {room: {one["id"] for one in document.room(room)} for room in ROOMS}
        self.used: dict[Room, set[str]] = {room: set() for room in ROOMS}
        self.adoption = Adoption(document, sheet.head, wanted.create, memory.ids)
        self.naming = Naming(document, wanted.create)
        self.saying = Saying(document, sheet, wanted, self.naming.is_known)
        columns = wanted.columns.columns if wanted.columns else {}
        self.recognition = Recognition(
            document, sheet, wanted.dataset, memory, columns, removed, wanted.theirs
        )
        # Events that rows are likely the same as are not gone, whatever key they came under.
        self.matched: set[str] = set()
        self.by_key, self.here = self.recognition.by_key, self.recognition.here
        self.decided = self.recognition.decided
        self.seen: dict[str, Row] = {}
        self.refused: set[str] = set()
        self.untold = 0
        self.rows, self.held = self.recognition.rows, self.recognition.held
        # The rows with links, by their events; and the events whose links are to be as theirs.
        self.links: dict[str, tuple[str, Record]] = {}
        self.relinked: set[str] = set()

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
            self.rows, batches, self.decided, self.held, self.adoption.ids,
            self.recognition.renamed, self.memory.keep,
        )  # fmt: skip
        untold = self.untold if gone else 0
        return Plan(
            tuple(items), () if untold else gone, untold, self.settle_declared(), dropped, memory,
            0 if self.memory.rows else len(self.by_key),
        )  # fmt: skip

    def row(self, row: Row) -> Item:
        title, key = "", ""
        try:
            if row.wrong:
                raise _Refused(row.wrong)
            record = self.saying.record(row)
            title = str(record.get("title") or "")
            key = self.recognition.key_of(record, self.seen)
            before = self.seen.setdefault(key, row)
            if before is not row and self.saying.record(before) != record:
                key = self.recognition.beside(key, record)
                if not key:
                    raise _Refused(f"stands on line {before.line} {_TWICE}")
                before = self.seen.setdefault(key, row)
            if before is not row:
                return Item(row.line, "same", title=title, reason=f"as on line {before.line}")
            return self.placed(row, key, record, title)
        except (_Refused, ValueError) as error:
            reason = str(error)
        except RelwatchError as error:
            reason = error.message + (f" ({error.hint})" if error.hint else "")
        # A row that is refused has not vanished.
        key = key or self.recognition.rough_key(row, self.saying.record)
        self.refused.add(key)
        self.untold += not key
        return Item(row.line, "refused", title=title, reason=reason)

    def choice(self, row: Row) -> Choice | None:
        """What is to be done with a likely duplicate, as far as that is said now."""
        return self.wanted.choices.get(row.line, self.wanted.duplicates)

    def placed(self, row: Row, key: str, record: Record, title: str) -> Item:
        links = record.pop("follows", None)
        borrowed = self.saying.borrowed(record, self.recognition.name_of(key))
        record.update(borrowed)
        if not self.saying.says_sources:
            self.complete(key, record)
        self.adoption.event(record)
        try:
            record = self.naming.resolve(record)
        except RelwatchError:
            # What is passed over needs nothing declared for it.
            if self.decided.get(key) != "" or self.choice(row) not in (None, "skip"):
                raise
            like = tuple(self.likenesses.like({**record, "id": "", "actors": []}))
            return self.skipped(row, key, title, like, BEFORE)
        editing.must_be_an_event(record)
        if links:
            record["follows"] = links
        unsaid = self.saying.was_set(row).union(borrowed)
        said = marks(record, OURS, unsaid)
        if self.memory.rows.get(key, said) != said:
            self.complete(key, record)
            said = marks(record, OURS, unsaid)
        if _TWICE in row.refused and self.memory.rows.get(key, said) != said:
            # It is still taken for the row that stood beside it.
            raise _Refused(row.refused)
        known = self.recognition.known(key, record, said, self.likeness, self.choice(row) != "keep")
        if known.wrong:
            raise _Refused(known.wrong)
        if known.event is not None:
            return self.changed(row, key, known.event, record, said, unsaid)
        if known.removed:
            return Item(row.line, "skipped", title=title, reason=known.removed)
        like = tuple(self.likenesses.like({**record, "id": ""}))
        if known.perhaps is not None:
            like = (known.perhaps, *(one for one in like if one.id != known.perhaps.id))
        choice = self.choice(row) if like else "keep"
        reason = "a likely duplicate"
        if choice is None and self.decided.get(key) == "":
            choice, reason = "skip", BEFORE
        if choice is None:
            return Item(row.line, "undecided", title=title, like=like)
        if choice == "skip":
            if known.taken and known.perhaps is not None:
                self.here[key] = known.taken
            return self.skipped(row, key, title, like, reason)
        if choice == "merge":
            return self.merged(row, key, like, record, said)
        self.decided.pop(key, None)
        name = self.added(key, record)
        self.rows[key] = said
        reason = f"not {known.taken}, which has its id here" if known.taken else ""
        return Item(row.line, "added", name, title, reason, like=like)

    def skipped(self, row: Row, key: str, title: str, like: tuple[Like, ...], reason: str) -> Item:
        self.decided[key] = ""
        self.matched.update(one.id for one in like)
        return Item(row.line, "skipped", title=title, like=like, reason=reason)

    def complete(self, key: str, record: Record) -> None:
        """Let a row that came before say what it said then, where its file is silent now."""
        name, base = self.recognition.name_of(key), self.memory.base(key)
        if name is not None and base is not None:
            self.saying.complete(record, self.document.event(name), base)

    @cached_property
    def likenesses(self) -> Likenesses:
        """The events that were here before, and those added since: a file of known rows asks none."""
        return Likenesses(plain(event) for event in self.document.corpus.events)

    def likeness(self, record: Record, other: Record) -> Like:
        return self.likenesses.likeness(record, other)

    def use(self, record: Record) -> None:
        """Note which declarations an event that is written needs."""
        if self.wanted.create:
            refer(record, self._use)

    def _use(self, room: Room, name: str) -> str:
        self.used[room].add(name)
        return name

    def merged(
        self, row: Row, key: str, like: tuple[Like, ...], record: Record, said: msgspec.Raw
    ) -> Item:
        name = like[0].id
        self.decided[key] = self.here[key] = name
        self.rows[key] = said
        changes = tuple(editing.absorb(self.document, name, {**record, "follows": None}))
        made = self.document.event(name)
        self.use(made)
        left = editing.untaken(self.document, name, record)
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
        made = {k: v for k, v in record.items() if v or v not in (None, [], "")}
        own = str(made.get("id") or "") if self.recognition.has_ids else ""
        name = own
        if not own or own in self.document:
            name = event_id(made["date"], made["title"], self.document)
            if own:
                self.recognition.renamed[key] = name
        made["id"] = name
        made.setdefault("origin", {"dataset": self.wanted.dataset, "id": key})
        if self.wanted.today is not None:
            made.setdefault("recorded", self.wanted.today)
        self.document.put(made)
        self.use(made)
        self.here[key] = name
        if made.get("follows"):
            self.links[name] = key, record
            self.relinked.add(name)
        self.likenesses.add_asked(name)
        return name

    def changed(
        self, row: Row, key: str, name: str, record: Record, said: msgspec.Raw, unsaid: set[str]
    ) -> Item:
        self.here[key] = name
        if key not in self.held and self.rows.get(key) == said:
            # It says what it said, so whatever differs was edited here.
            return Item(row.line, "same", name, str(record["title"]))
        old, base = self.document.event(name), self.memory.base(key)
        was_set = self.memory.set_before(key)
        silent = self.saying.silent(record, base, was_set, unsaid)
        named = self.sheet.columns if self.saying.is_table else (base or ())
        fields = [
            field
            for field in dict.fromkeys([*record, *named])
            if field not in OURS
            and field not in silent
            # What is said of the whole file takes nothing from an event it did not make.
            and not (base is None and field in unsaid and old.get(field))
        ]
        # An event that the row was made one with keeps its own day and title.
        merged = self.decided.get(key) == name and not self.wanted.theirs
        left = [one for one in fields if merged and one in editing.ITS_OWN]
        fields = [one for one in fields if one not in left]
        result = updated(
            old, record, base, fields, self.held.get(key, ()), self.wanted.theirs,
            self.recognition.link_to,
        )  # fmt: skip
        made, conflicts = result.made, result.conflicts
        changes = tuple(editing.differences(old, made))
        if changes:
            editing.must_be_an_event(made)
            self.document.put(made)
            self.use(made)
        self.rows[key] = carried(said, self.memory.rows[key], silent) if silent else said
        if record.get("follows"):
            self.links[name] = key, record
        if any(change.field == "follows" for change in changes):
            self.relinked.add(name)
        self.held.pop(key, None)
        if conflicts:
            self.held[key] = result.held
        if not conflicts and base is not None:
            news = [
                one for one in left if mark(record.get(one)) not in (base.get(one), old.get(one))
            ]
            conflicts = tuple(Change(name, one, old.get(one), record.get(one)) for one in news)
        action: Action = "changed" if changes else "kept" if conflicts else "same"
        reason = UNKNOWN if base is None and conflicts else MERGED if merged and conflicts else ""
        return Item(
            row.line, action, name, made["title"], reason, changes=changes, conflicts=conflicts
        )

    def settle_batches(self) -> tuple[tuple[str, ...], list[list[str]]]:
        """The events that vanished from the batches this file is a release of; the batches now."""
        batches = self.memory.batches
        rekeyed, renamed = self.recognition.rekeyed, set(self.recognition.renamed.values())
        batches = [[rekeyed.get(key, key) for key in batch] for batch in batches]
        known = {key for batch in batches for key in batch}
        rest = [
            key for key, name in self.by_key.items() if key not in known and name not in renamed
        ]
        batches = [*batches, rest]
        held = {key for key in (*self.seen, *self.refused) if key}
        if self.sheet.part:
            former = max(0, len(self.memory.batches) - 1)
            others, met = [*batches[:former], *batches[former + 1 :]], [batches[former]]
        else:
            others = [batch for batch in batches if held.isdisjoint(batch)]
            met = [batch for batch in batches if not held.isdisjoint(batch)]
        keys = dict.fromkeys(key for batch in (*met, held) for key in batch)
        gone = {self.recognition.name_of(key) for key in keys if key not in held}
        gone -= self.matched.union(self.here.values())
        whole = not (self.sheet.part or self.sheet.selected)
        vanished = () if not whole else sorted(name for name in gone if name is not None)
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
        for name, (key, said) in self.links.items():
            record, links = self.document.event(name), said["follows"]
            found = {one: self.recognition.link(one) for one in links}
            kept = list(dict.fromkeys(one for one in found.values() if one not in (None, name)))
            dropped += len(links) - len(kept)
            if len(kept) < len(links):
                # Only what was taken is remembered: the rest may come once it can lead somewhere.
                taken = {"follows": [one for one in links if found[one] in kept]}
                self.rows[key] = instead(self.rows[key], taken)
            if name in self.relinked and kept != record.get("follows"):
                if kept:
                    record["follows"] = kept
                else:
                    record.pop("follows", None)
                self.document.put(record)
        return dropped


def _told(room: Room, record: Record) -> str:
    named = record.get("name") or record.get("title") or record.get("publisher")
    about = ", ".join(one for one in (named, record.get("kind")) if one)
    return f"{SINGULAR[room]} {record['id']}" + (f" ({about})" if about else "")


def dataset_of(sheet: Sheet, path: Path) -> str:
    """What a file's rows are known as: another corpus by its id, else the file by its name."""
    return str(sheet.head.get("id") or path.name.split(".")[0] or path.name)
