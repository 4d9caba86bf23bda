"""Ids of new records: made once from a date and words, never changed afterwards."""

from __future__ import annotations

from collections.abc import Container

from relwatch.curation.titles import LITTLE, words

LONGEST = 40


def event_id(date: str, title: str, taken: Container[str]) -> str:
    """An id that begins with the date and goes on in words of the title, not among `taken`.

    >>> event_id("2021-08-09", "The drills in Ningxia begin", ())
    '2021-08-09-drills-ningxia-begin'
    """
    found = _plain(title)
    return _free(_joined([date], found) if found else f"{date}-event", taken)


def record_id(name: str, taken: Container[str], otherwise: str = "unnamed") -> str:
    """An id in words for an actor, a source or a category, not among `taken`."""
    return _free(_joined([], _plain(name)) or otherwise, taken)


def _plain(text: str) -> list[str]:
    found = [word for word in words(text) if word.isascii()]
    return [word for word in found if word not in LITTLE] or found


def _joined(parts: list[str], words: list[str]) -> str:
    made, length = list(parts), len("-".join(parts))
    for word in words:
        length += len(word) + bool(made)
        if length > LONGEST and len(made) > len(parts):
            break
        made.append(word)
    # A first word that is too long is cut: an id of the date alone names nothing.
    return "-".join(made)[:LONGEST]


def _free(made: str, taken: Container[str]) -> str:
    found, number = made, 1
    while found in taken:
        number += 1
        ending = f"-{number}"
        found = made[: LONGEST - len(ending)].rstrip("-") + ending
    return found
