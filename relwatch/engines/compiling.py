"""An expression as SQL: every leaf a test that is true or false, never NULL, so `not` is exact.

No value of a question becomes SQL text: each is bound as a parameter.
"""

from __future__ import annotations

from typing import Any

from relwatch.datasets.table import Head
from relwatch.engines.dialects import Dialect
from relwatch.expressions.nodes import And, Compare, During, Has, Node, Not, Or, Words
from relwatch.text import needles

TRUE, FALSE = "TRUE", "FALSE"

SEARCHED = {
    "text": "search",
    "title": "search_title",
    "summary": "search_summary",
    "quote": "search_quote",
    "place": "search_place",
    "source": "search_source",
}
# The column that holds a field's values, and the field of the event that must be filled for it.
_LISTS = {
    "category": ("categories", "categories"),
    "actor": ("actors", "actors"),
    "initiator": ("initiators", "initiators"),
    "about": ("about", "about"),
    "of": ("of_states", "actors"),
    "country": ("countries", "places"),
    "tag": ("tags_folded", "tags"),
}
_HELD = {
    "end": "end_date", "place": "places", "tag": "tags", "quote": "quotes", "amount": "amounts",
    "stage": "stage", "link": "follows", "code": "cameo", "intensity": "intensity",
    "source": "sources", "about": "about", "initiator": "initiators", "uncertain": "uncertain",
    "correction": "notes", "context": "notes", "dispute": "notes", "internal": "notes",
}  # fmt: skip
ID_FOLDED = "coalesce(id_folded, lower(id))"


class Statement:
    """A statement in the making: its parameters, and the tests that go into its WHERE."""

    def __init__(self, dialect: Dialect, head: Head, checked: bool) -> None:
        self.dialect = dialect
        self.head = head
        # Where no correction moves a date, both columns are the same, and the file is sorted by
        # the stated one.
        self.prefix = "checked_" if checked and head.corrected else ""
        self.parameters: dict[str, Any] = {}

    def bind(self, value: str | int | float) -> str:
        """A parameter that holds `value`, as it stands in SQL."""
        name = f"p{len(self.parameters) + 1}"
        self.parameters[name] = value
        return f"{self.dialect.mark}{name}"

    def used(self, query: str) -> dict[str, Any]:
        """The parameters that stand in a finished query; some tests were found needless."""
        import re

        names = re.findall(rf"{re.escape(self.dialect.mark)}(p\d+)", query)
        return {name: self.parameters[name] for name in dict.fromkeys(names)}

    def day(self, name: str) -> str:
        """The column of one of the four days, stated or checked."""
        return f"{self.prefix}{name}"

    def test(self, node: Node, wide: bool = False) -> str:
        """The node as a test. With `wide`, dates need only possibly lie in a period."""
        match node:
            case And(parts):
                tests = [found for part in parts if (found := self.test(part, wide)) != TRUE]
                return FALSE if FALSE in tests else _joined(tests, " AND ", TRUE)
            case Or(parts):
                tests = [found for part in parts if (found := self.test(part, wide)) != FALSE]
                return TRUE if TRUE in tests else _joined(tests, " OR ", FALSE)
            case Not(part):
                test = self.test(part, wide)
                return {TRUE: FALSE, FALSE: TRUE}.get(test, f"NOT {test}")
            case During():
                return self._during(node, wide)
            case Words():
                return self.words(node)
            case Has(what):
                return self._has(what)
            case Compare():
                return self._compare(node)
        raise TypeError(node)

    def _filled(self, field: str) -> bool:
        return field in self.head.filled

    def window(self, field: str) -> tuple[str, str, str]:
        """Whether there are such days, and the columns of the first and the last possible one."""
        if field == "end":
            return self.day("has_end"), self.day("end_min"), self.day("end_max")
        return f"{field}_min IS NOT NULL", f"{field}_min", f"{field}_max"

    def _during(self, node: During, wide: bool) -> str:
        first, last = node.period.first, node.period.last
        tests: list[str] = []
        if node.field == "date":
            low, high = ("start_min", "end_max") if wide else ("start_max", "end_min")
            low, high = self.day(low), self.day(high)
        else:
            known = self._filled("end_date" if node.field == "end" else node.field)
            if not known and not (node.field == "end" and self.prefix):
                return FALSE
            there, low, high = self.window(node.field)
            low, high = (low, high) if wide else (high, low)
            tests.append(there)
        if last is not None:
            tests.append(f"{low} <= {self.bind(last)}")
        if first is not None:
            tests.append(f"{high} >= {self.bind(first)}")
        return _joined(tests, " AND ", TRUE)

    def words(self, node: Words) -> str:
        """Whether the tokens of a field hold the words."""
        column = SEARCHED[node.field]
        tests = [
            f"contains({column}, {self.bind(needle)})" for needle in needles(node.text, node.prefix)
        ]
        return _joined(tests, " OR ", FALSE)

    def _has(self, what: str) -> str:
        field = _HELD.get(what)
        if field is not None and not self._filled(field):
            return FALSE
        return self.dialect.holds("has", self.bind(what))

    def _compare(self, node: Compare) -> str:
        field, value = node.field, node.value
        if field in _LISTS:
            column, needed = _LISTS[field]
            return self.dialect.holds(column, self.bind(value)) if self._filled(needed) else FALSE
        match field:
            case "intensity":
                if not self._filled("intensity"):
                    return FALSE
                # Operators come from the language's table, never from what was typed.
                op = {"=": "=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}[node.op]
                return f"(intensity IS NOT NULL AND intensity {op} {self.bind(value)})"
            case "status":
                if not self._filled("status"):
                    return FALSE
                return f"(status IS NOT NULL AND status = {self.bind(value)})"
            case "stage" | "origin":
                return f"{field}_folded = {self.bind(value)}" if self._filled(field) else FALSE
            case "grade":
                if not self._filled("sources"):
                    return FALSE
                return self.dialect.any_begins("grades", self.bind(value))
            case "id":
                return self.dialect.begins(ID_FOLDED, self.bind(value))
            case "cameo":
                if not self._filled("cameo"):
                    return FALSE
                return self.dialect.begins("cameo_folded", self.bind(value))
        raise ValueError(field)


def _joined(tests: list[str], word: str, empty: str) -> str:
    if len(tests) < 2:
        return tests[0] if tests else empty
    return f"({word.join(tests)})"
