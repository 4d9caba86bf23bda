"""What the rows of a file say, and of which fields the file says anything at all."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from relwatch.corpora.documents import Document, Record
from relwatch.curation.mapping import Mapping as Columns
from relwatch.curation.mapping import Reader, field_of, shaped, typed
from relwatch.curation.plans import Wanted
from relwatch.curation.remembering import mark
from relwatch.curation.sheets import Row, Sheet

_CITED = ("source", "url", "grade", "locator")


class Saying:
    """Reads the rows of one file as events with names, not yet resolved."""

    def __init__(
        self, document: Document, sheet: Sheet, wanted: Wanted, is_known: Callable[[str], bool]
    ) -> None:
        self.document, self.sheet, self.wanted, self._is_known = document, sheet, wanted, is_known
        self.reader = Reader(wanted.columns or Columns({}), is_known)
        self.is_table = sheet.kind == "relwatch" and sheet.text
        """Whether there is a column for each field that is named, so that an empty cell is seen."""
        columns = wanted.columns.columns if wanted.columns else {}
        said = {field_of(one) for one in columns} if sheet.kind == "columns" else None
        self.said = set(sheet.columns) if self.is_table else said
        fixed = wanted.columns.fixed if wanted.columns else wanted.fixed
        self.fixed = {field_of(one) for one in fixed}
        self.cited = [part for part in _CITED if part in columns or part in fixed]
        """The parts of a citation that the file, or who imports it, says."""

    def record(self, row: Row, fields: tuple[str, ...] = ()) -> Record:
        """The row, or these fields of it, as an event with names, not yet resolved."""
        values, columns = row.values, self.wanted.columns
        if self.sheet.kind == "columns":
            assert columns is not None
            if not fields:
                return self.reader.record(values)
            chosen = {one: columns.columns[one] for one in fields if one in columns.columns}
            columns = msgspec.structs.replace(columns, columns=chosen, fixed={})
            return Reader(columns, self._is_known).record(values)
        if fields:
            values = {name: values[name] for name in fields if name in values}
        record = typed(values) if self.sheet.text else shaped(values)
        for name, value in () if fields else self.wanted.fixed.items():
            record.setdefault(name, value)
        return record

    def was_set(self, row: Row) -> set[str]:
        """The fields that are said of the whole file and not by this row."""
        if not self.fixed:
            return self.fixed
        columns = self.wanted.columns.columns if self.wanted.columns else {}
        own = {
            field_of(target) for target, column in columns.items()
            if str(row.values.get(column) or "").strip()
        } if columns else {field for field in self.fixed if row.values.get(field)}  # fmt: skip
        return self.fixed - own

    def borrowed(self, record: Record, known: str | None) -> Record:
        """The categories of the event that a row is (`known`) or names, where the file has none."""
        if self.can_say("categories") or record.get("categories"):
            return {}
        name = known or str(record.get("id"))
        if name not in self.document:
            return {}
        return {"categories": self.document.event(name)["categories"]}

    def complete(self, record: Record, event: Record, base: Record) -> None:
        """Let a row's citations say what they said before, of what the file has no column for."""
        unsaid = [part for part in _CITED if part not in self.cited]
        if self.sheet.kind != "columns" or not unsaid or not record.get("sources"):
            return
        before = [
            one for one in event.get("sources", ()) if mark(one) in (base.get("sources") or ())
        ]
        made = []
        for citation in record["sources"]:
            same = [
                one
                for one in before
                if all(one.get(part) == citation.get(part) for part in self.cited)
            ]
            made.append(same[0] if len(same) == 1 else citation)
        record["sources"] = made

    def silent(
        self, record: Record, base: Record | None, was_set: frozenset[str], is_set: set[str]
    ) -> frozenset[str]:
        """The fields of which this file says nothing, which is not that they are empty.

        It has no column for them, or they were said of the file as a whole (`--set`: `was_set`
        then, `is_set` now) and are not now; what rows said themselves, nobody says better of the
        whole file.
        """
        unsaid = [field for field in base or () if field not in record]
        found = {field for field in unsaid if field in was_set or not self.can_say(field)}
        said = [field for field in base or () if field in is_set and field not in was_set]
        return frozenset(found.union(field for field in said if not self.can_say(field)))

    @property
    def says_sources(self) -> bool:
        """Whether the file names who reports its rows, or nobody needs to know."""
        return "source" in self.cited or not self.cited

    def can_say(self, field: str) -> bool:
        """Whether the file has a place for a field."""
        return self.said is None or field in self.said
