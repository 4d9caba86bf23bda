"""The analyst's own rules: words and codes that put an event of a data set into a category.

A file of rules is TOML. Every `[[rule]]` names a category and what calls for it; one hit is
enough, in any of the lists:

    [[rule]]
    category = "tech"
    words = ["semiconductor", "satellite*", "5G", "BeiDou", "artificial intelligence"]

    [[rule]]
    category = "economic"
    codes = ["061", "1621"]       # CAMEO: a code and all below it
    tags = ["natural_resource"]

    [[rule]]
    category = "nuclear"          # a category of your own
    name = "Nuclear power"
    color = "magenta"
    words = ["nuclear power", "reactor*"]
    primary = true                # becomes the event's first category; otherwise it is added

Words are matched as `search` matches them, in title, summary, actors, places and tags. `actors`
takes ids as the data set has them.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import msgspec
from msgspec import Struct

from relwatch.corpora.reading import read_bytes
from relwatch.datasets.layout import FIELD, Lookup, split
from relwatch.errors import AskedWrongly, DataWrong, Problem
from relwatch.text import fold, needles, searchable

_GROUP = "\x1d"


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule of the file."""

    category: str
    name: str | None = None
    color: str | None = None
    words: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    primary: bool = False


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    rule: tuple[Rule, ...] = ()


class Rules:
    """Rules ready to be asked."""

    CATEGORIES = (
        f"list_concat({split('ruled_first')}, list_filter(list_concat(made.categories,"
        f" list_filter({split('ruled_also')}, lambda c: NOT list_contains(made.categories, c))),"
        f" lambda c: NOT list_contains({split('ruled_first')}, c)))"
    )

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules
        self.categories: dict[str, tuple[str | None, str | None]] = {}
        for rule in rules:
            known = self.categories.get(rule.category, (None, None))
            self.categories[rule.category] = (rule.name or known[0], rule.color or known[1])
        self._asked = [
            (
                rule,
                [needle for word in rule.words for needle in _needles(word)],
                frozenset(map(fold, rule.tags)),
                frozenset(rule.actors),
            )
            for rule in rules
        ]

    @classmethod
    def read(cls, path: Path) -> Rules:
        """The rules of a file. DataWrong, with the place, when it is not one."""
        import tomllib

        content = read_bytes(path)
        try:
            found = msgspec.convert(tomllib.loads(content.decode()), _File)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
            raise DataWrong(
                (Problem(str(path), "", str(error)),),
                "`relwatch datasets` shows a file of rules as an example",
            ) from None
        if not found.rule:
            raise AskedWrongly(f"{path}: holds no rules", "every rule begins with [[rule]]")
        for number, rule in enumerate(found.rule):
            if not (rule.words or rule.codes or rule.actors or rule.tags):
                raise DataWrong(
                    (Problem(str(path), f"rule[{number}]", "nothing calls for its category",
                             "words, codes, actors or tags"),)
                )  # fmt: skip
            for word in rule.words:
                if not _needles(word):
                    raise DataWrong(
                        (Problem(str(path), f"rule[{number}]", f"“{word}” holds no word"),)
                    )
        return cls(found.rule)

    def lookup(self, columns: Collection[str]) -> Lookup:
        """The rules as a lookup over rows that have these of the event's columns."""
        texts = {
            "title": "title",
            "summary": "summary",
            "actors": "array_to_string(actors, chr(31))",
            "places": "array_to_string(list_transform(places, lambda p: p.name), chr(31))",
            "tags": "array_to_string(tags, chr(31))",
            "cameo": "cameo",
        }
        given = (f"coalesce({sql}, '')" if name in columns else "''" for name, sql in texts.items())
        return Lookup(
            key=f"concat_ws(chr(29), {', '.join(given)})",
            values=("ruled_first", "ruled_also"),
            find=self.find,
        )

    def find(self, key: str) -> tuple[str | None, ...]:
        """Categories that come first, and categories that are added, for one event's texts."""
        title, summary, actors, places, tags, code = key.split(_GROUP)
        people, labels = actors.split(FIELD), tags.split(FIELD)
        text = searchable((title, summary, *people, *places.split(FIELD), *labels))
        folded = {fold(label) for label in labels}
        first: dict[str, None] = {}
        also: dict[str, None] = {}
        for rule, words, marks, ids in self._asked:
            if (
                any(word in text for word in words)
                or (code and code.startswith(rule.codes))
                or not marks.isdisjoint(folded)
                or not ids.isdisjoint(people)
            ):
                (first if rule.primary else also)[rule.category] = None
        return FIELD.join(first) or None, FIELD.join(c for c in also if c not in first) or None


def _needles(word: str) -> tuple[str, ...]:
    return needles(word.removesuffix("*"), prefix=word.endswith("*"))
