"""The words of a title, and those that tell nothing."""

from __future__ import annotations

from functools import lru_cache

from relwatch import text

LITTLE = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "from",
        "has",
        "have",
        "in",
        "into",
        "is",
        "its",
        "of",
        "on",
        "or",
        "over",
        "s",
        "the",
        "their",
        "to",
        "will",
        "with",
    ]
)


@lru_cache(1 << 8)
def words(title: str) -> tuple[str, ...]:
    """The tokens of a title before stemming; a title is asked for several times in a row."""
    return tuple(text.words(title))
