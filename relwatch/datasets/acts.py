"""What a CAMEO code is called and which category it falls into, for every data set that uses CAMEO."""

from __future__ import annotations

from relwatch.datasets.layout import OTHER
from relwatch.reference import acts

NO_TECH = (
    "CAMEO has no code for technology: no event of this set is in tech unless --rules puts it there"
)

UNCODED = ("tech",)
"""The categories that no CAMEO code is in."""


def label(code: str) -> str:
    """The name of a code, else of the nearest code above it, else the code itself."""
    known = acts()
    for length in range(len(code), 1, -1):
        if code[:length] in known:
            return known[code[:length]].name
    return f"CAMEO {code}"


def category(code: str) -> str:
    """The category of a code, else of the nearest code above it, else `other`."""
    known = acts()
    for length in range(len(code), 1, -1):
        if code[:length] in known:
            return known[code[:length]].category or OTHER
    return OTHER


def name_and_category(code: str) -> tuple[str | None, ...]:
    """Both, for a lookup."""
    return label(code), category(code)
