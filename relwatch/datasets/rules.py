"""The analyst's own rules: words and codes that put an event of a data set into a category.

A file of rules is TOML, as EXAMPLE shows. Words are matched as `search` matches them, in title,
summary, actors, places and tags. `actors` takes ids as the data set has them.
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

EXAMPLE = """\
# Rules of your own: words and codes that put an event of a data set into a category.
# `relwatch datasets rules > rules.toml`, change it, and give it with --rules rules.toml.
# Every [[rule]] names a category and what calls for it; one hit in any of the lists is enough.

# Technology, for which CAMEO has no code. Words are matched as `relwatch search` matches them: in
# any form, in title, summary, actors, places and tags; a * stands for how a word may go on.
[[rule]]
category = "tech"
words = [
  "technology", "semiconductor", "microchip", "5G", "6G", "telecom*", "Huawei", "ZTE",
  "artificial intelligence", "AI", "quantum", "supercomputer", "robot*", "drone",
  "space", "satellite", "rocket", "lunar", "BeiDou", "GLONASS", "Roscosmos",
  "cyber*", "internet", "software", "data centre", "data center",
]

# Codes are CAMEO's: a code and all below it. Tags are a data set's labels, such as POLECAT's.
[[rule]]
category = "economic"
codes = ["061", "1621"]
tags = ["natural_resource"]

# A category of your own has a name and a colour. With primary it becomes an event's first
# category; without, it is added to those the event has.
[[rule]]
category = "nuclear"
name = "Nuclear power"
color = "magenta"
words = ["nuclear power", "nuclear energy", "reactor*", "uranium", "Rosatom"]
primary = true

# Actors are ids or names as the data set has them.
[[rule]]
category = "military"
actors = ["CHNMIL", "RUSMIL", "Ministry of Defense (China)"]
"""
"""A file of rules that works as it is."""

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
                "`relwatch datasets rules` prints one that works",
            ) from None
        if not found.rule:
            raise AskedWrongly(
                f"{path}: holds no rules",
                "every rule begins with [[rule]]; `relwatch datasets rules` prints an example",
            )
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
