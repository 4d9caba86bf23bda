"""Which event a row of a file is: one that is here, one that was removed here, or a new one.

A row is known by the data set and the key it came under, else by its id. The key is the row's
own id, else its address, else its date and title; when a newer file gives an id or an address
where an older one gave none, or another, the row is found again by its date and title. An id alone proves
little: files that count from 1 and other people's corpora use the same ids for other events. So
what a row says is compared with the event before the one is taken for the other.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Container
from functools import cached_property
from typing import Any

from msgspec import Raw, Struct
from msgspec.json import encode
from msgspec.structs import replace

from relwatch.corpora.documents import Document, Record
from relwatch.curation.likeness import LIKELY, Like, alike, urls
from relwatch.curation.remembering import Memory, mark
from relwatch.curation.sheets import Row, Sheet
from relwatch.errors import RelwatchError
from relwatch.text import fold

OURS = ("id", "origin", "recorded")
"""What a row never changes of an event that is there."""
_TELLING = (("id",), ("url", "sources"), ("date", "title"))
"""The fields that each alone recognise a row, the surest first."""
_ALIKE = 60
"""From this likeness (0 to 100) on two titles can be of one event, however its date was changed."""


Likeness = Callable[[Record, Record], Like]
"""How like an event a row is."""


class Known(Struct, frozen=True):
    """What is known of a row.

    `event` is the event it is. When it is not known to be one, `removed` says why it may have
    been one that was removed here, `perhaps` names an event with its id that it may or may not
    be, and `taken` one that has its id and is another event. `wrong` says why it cannot be taken.
    """

    event: str | None = None
    removed: str = ""
    perhaps: Like | None = None
    taken: str = ""
    wrong: str = ""


_NEW = Known()


_IDS = re.compile(r"\d{4}(-\d\d){0,2}-").match


def _has_keys(sheet: Sheet) -> bool:
    """Whether a table under our names has ids that are not ours, which all begin with a date."""
    ids = (str(row.values.get("id") or "") for row in sheet.rows)
    return any(one and not _IDS(one) for one in ids)


class Recognition:
    """Recognises the rows of one file among the events of an open document.

    `removed` are the ids of events that were removed here; `theirs` says that the file is
    believed whatever happened here.
    """

    def __init__(
        self,
        document: Document,
        sheet: Sheet,
        dataset: str,
        memory: Memory,
        columns: dict[str, str],
        removed: frozenset[str],
        theirs: bool,
    ) -> None:
        self.document, self.sheet, self.dataset = document, sheet, dataset
        url = columns.get("url", "")
        self.memory, self.removed, self.theirs = memory, removed, theirs
        self.has_ids = sheet.kind != "columns" and not (sheet.text and _has_keys(sheet))
        """Whether `id` is the id of an event, not a key of a file's own."""
        self.foreign = sheet.head.get("id", document.corpus.id) != document.corpus.id
        """Whether the ids are another corpus's."""
        self.by_key = {
            event.origin.id: event.id
            for event in document.corpus.events
            if event.origin and event.origin.dataset == dataset and event.origin.id
        }
        self._came = bool(memory.rows or self.by_key)
        self.renamed = dict(memory.renamed)
        self.decided = dict(memory.decided)
        self.rows, self.held = dict(memory.rows), dict(memory.held)
        self.rekeyed: dict[str, str] = {}
        """The keys that rows have now, by those they had."""
        self.here: dict[str, str] = {}
        """What the rows met so far are called here, by their keys."""
        self._addresses = Counter(str(row.values.get(url, "")).strip() for row in sheet.rows)
        self._id = columns.get("id", "") if sheet.kind == "columns" else "id"

    def key(self, record: Record) -> str:
        """What recognises a row: its id, else an address of its own, else its date and title."""
        if record.get("id"):
            return str(record["id"])
        for source in record.get("sources", ()):
            if url := source.get("url"):
                if self._addresses.get(url) == 1:
                    return str(url)
                break
        return self._words(record)

    @staticmethod
    def _words(record: Record) -> str:
        words = f"{record.get('date')}\n{fold(str(record.get('title')))}"
        return hashlib.sha256(words.encode()).hexdigest()[:12]

    def beside(self, key: str, record: Record) -> str:
        """The key of a row that says something else than the first of this key; "" for none.

        Two papers report one day under one headline: those are two rows. Two of one id are not.
        """
        if record.get("id") or key != self._words(record):
            return ""
        return hashlib.sha256(encode(record)).hexdigest()[:12]

    def key_of(self, record: Record, taken: Container[str]) -> str:
        """What a row goes by from now on; `taken` are the keys of the rows before it."""
        key = self.key(record)
        former = self.former(key, record)
        if former != key and former not in taken:
            # A file that lost a column knows its rows by less; the better key stays.
            if not record.get("id") and former != self._words(record):
                return former
            self._rekey(former, key)
        elif not record.get("id") and self._is_known(key) and not self._is_of(key, record):
            # A page that tells of something else every week is nobody's own address.
            return self._words(record)
        return key

    def _rekey(self, former: str, key: str) -> None:
        """Let a row be known by a better key than it was."""
        self.rekeyed[former] = key
        if former in self.decided:
            self.decided[key] = self.decided.pop(former)
        elif (name := self.name_of(former)) is not None:
            self.renamed[key] = name
        if former in self.rows:
            self.rows[key] = self.memory.rows[key] = self.rows.pop(former)
        if former in self.held:
            self.held[key] = self.held.pop(former)

    def name_of(self, key: str) -> str | None:
        """The event that rows of this key are, or were made one with; None when none is here."""
        for names in (self.by_key, self.renamed, self.decided):
            if (name := names.get(key)) in self.document:
                return name
        return None

    def _is_of(self, key: str, record: Record) -> bool:
        """Whether the row of this key may be this one: it says the day or the title it said."""
        name, before = self.name_of(key), self.memory.base(key)
        if self.theirs or (name is None and before is None):
            return True
        ours, base = {} if name is None else self.document.event(name), before or {}
        if any(
            record.get(field) and mark(record[field]) in (mark(ours.get(field)), base.get(field))
            for field in ("date", "title")
        ):
            return True
        return name is not None and alike(str(record.get("title")), ours["title"]) >= _ALIKE

    def former(self, key: str, record: Record) -> str:
        """The key that a row of this key had in an earlier file, where it was made of other fields."""
        if self.has_ids or not self._came or self._is_known(key):
            return key
        for url in urls(record) if record.get("id") else ():
            if self._addresses[url] == 1 and self._is_known(url) and self._is_of(url, record):
                return url
        other = self._said.get((record.get("date"), mark(record.get("title"))))
        # A key that another row of this file has is that row's.
        if not other or other in self.ids:
            return key
        cited = {one.get("url") for one in record.get("sources", ())}
        return key if self._addresses[other] == 1 and other not in cited else other

    def _is_known(self, key: str) -> bool:
        return (
            key in self.by_key
            or key in self.memory.rows
            or key in self.decided
            or key in self.renamed
        )

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids that the rows of this file have of their own."""
        return frozenset(str(row.values.get(self._id) or "").strip() for row in self.sheet.rows)

    @cached_property
    def _said(self) -> dict[tuple[Any, Any], str]:
        """The keys of earlier rows by the date and title they gave; "" where several gave those."""
        found: dict[tuple[Any, Any], str] = {}
        for key in self.memory.rows:
            base = self.memory.base(key) or {}
            said = base.get("date"), base.get("title")
            found[said] = key if found.get(said, key) == key else ""
        for key, name in self.by_key.items():
            if key not in self.memory.rows and name in self.document:
                event = self.document.event(name)
                said = event["date"], mark(event["title"])
                found[said] = key if found.get(said, key) == key else ""
        return found

    def rough_key(self, row: Row, read: Callable[[Row, tuple[str, ...]], Record]) -> str:
        """What recognises a refused row by the fields that can be read; "" when nothing does.

        `read` reads these fields of it.
        """
        rough = ""
        for fields in () if row.wrong else _TELLING:
            try:
                record = read(row, fields)
            except (ValueError, RelwatchError):
                continue
            if "title" in fields and not (record.get("date") and record.get("title")):
                continue
            if record:
                key = self.former(self.key(record), record)
                if self._is_known(key):
                    return key
                rough = rough or key
        return rough

    def known(
        self, key: str, record: Record, said: Raw, likeness: Likeness, merging: bool
    ) -> Known:
        """What is known of a row, `said` being its marks.

        With `merging`, it may go where it was merged into before.
        """
        name = self.by_key.get(key) or self.renamed.get(key)
        if name is not None and name in self.document:
            return self._if_no_other(key, name, record, said)
        merged = self.decided.get(key)
        if merged and merged in self.document:
            return self._if_no_other(key, merged, record, said) if merging else _NEW
        name = str(record.get("id") or "")
        if name in self.document:
            found = self._by_id(key, name, record, said, likeness)
            # A key of the file's own that is an event's id by chance means nothing.
            if self.has_ids or found.event is not None:
                return found
        if self.theirs:
            return _NEW
        if key in self.memory.rows:
            changed = self.memory.rows[key] != said
            news = " and changed in the file since" if changed else ""
            return Known(removed=f"removed here{news}; --theirs takes it again")
        if self.has_ids and not self.foreign and name in self.removed:
            return Known(removed="removed here; --theirs takes it again")
        return _NEW

    def _if_no_other(self, key: str, name: str, record: Record, said: Raw) -> Known:
        """A row under the key of an earlier one, unless nothing it says is what that one said."""
        # Without an id the key is made of what the row says.
        if self.theirs or not record.get("id"):
            return Known(name)
        if self.memory.rows.get(key) == said or self._shares(key, name, record):
            return Known(name)
        title = self.document.event(name)["title"]
        return Known(
            wrong=f"the row {key} of an earlier {self.dataset} was “{title}”: if this is another "
            "file, --dataset NAME keeps them apart; if the row was changed, --theirs takes it"
        )

    def _by_id(self, key: str, name: str, record: Record, said: Raw, likeness: Likeness) -> Known:
        ours = self.document.event(name)
        origin = record.get("origin")
        if key in self.memory.rows or (origin and origin == ours.get("origin")):
            return self._if_no_other(key, name, record, said)
        like = likeness(record, ours)
        if like.likeness >= LIKELY:
            return Known(name)
        shares = self._shares(key, name, record)
        if shares and not self.foreign:
            return Known(name)
        if self.foreign and not shares:
            return Known(taken=name)
        return Known(perhaps=replace(like, why=f"the same id; {like.why}"), taken=name)

    def _shares(self, key: str, name: str, record: Record) -> bool:
        """Whether anything a row says is what the event says, or what the row said before."""
        ours, before = self.document.event(name), self.memory.base(key) or {}
        said = ("date", "title", "summary")
        if any(
            record.get(field) and mark(record[field]) in (mark(ours.get(field)), before.get(field))
            for field in said
        ):
            return True
        if not set(urls(record)).isdisjoint(urls(ours)):
            return True
        return alike(record["title"], ours["title"]) >= _ALIKE

    def link(self, key: str) -> str | None:
        """What the event that a row's `follows` names is called here; None when it is not here."""
        if key in self.here:
            return self.here[key]
        if (name := self.name_of(key)) is not None:
            return name
        return key if not self.foreign and key in self.document else None

    def link_to(self, key: str) -> str | None:
        """The same before all rows were met: a key that a later row has stays as it is."""
        return self.link(key) or (key if key in self.ids else None)
