"""Entries whose id cannot be read, and the links that may mean them."""

from __future__ import annotations

from typing import Any

from relwatch.corpora.anything import texts_in
from relwatch.reference import country_named
from relwatch.text import fold, words


class Nameless:
    """The entries of one room that no link can be followed to.

    A link to such an entry leads nowhere only because the entry has no id: one cause, told where
    the entry is. Whether a link means it, only what else it says can tell. Each entry is taken for
    one name at most, so that a link that leads nowhere on its own account is told too.
    """

    def __init__(self) -> None:
        self.places: list[str] = []
        self._entries: list[Any] = []
        self._names: dict[int, str] = {}

    def add(self, place: str, entry: Any) -> None:
        """Take in an entry without an id."""
        self.places.append(place)
        self._entries.append(entry)

    def may_be(self, name: str) -> bool:
        """Whether one of the entries is likely the one that a link calls by this name."""
        if name in self._names.values():
            return True
        for number, entry in enumerate(self._entries):
            if number not in self._names and _speaks_of(entry, name):
                self._names[number] = name
                return True
        return False

    def __str__(self) -> str:
        """That there are entries without an id, "" when there is none."""
        if not self.places:
            return ""
        more = len(self.places) - 1
        if more:
            return f"{self.places[0]} and {more:,} more have none"
        return f"{self.places[0]} has none"


def _speaks_of(entry: Any, name: str) -> bool:
    """Whether an id is made of what an entry says, as ids are: of its date, its name, its words."""
    said = list(texts_in(entry))
    if fold(name) in map(fold, said):
        return True
    if isinstance(entry, dict):
        date, called = entry.get("date"), entry.get("name")
        if isinstance(date, str) and len(date) >= 4 and name.startswith(date):
            return True
        country = country_named(called) if isinstance(called, str) else None
        if country is not None and country.iso3 == name:
            return True
    parts = set(words(name))
    return bool(parts) and parts.issubset(part for text in said for part in words(text))
