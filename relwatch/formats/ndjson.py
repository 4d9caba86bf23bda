"""Newline-delimited JSON: one event, or one row of a table, on each line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from relwatch.answers import Answer, Found
from relwatch.formats.csv import one_table
from relwatch.formats.json import harmless, raw_of

Out = Callable[[str], Any]


def events(found: Found, out: Out) -> None:
    """One event a line, as its file has it."""
    for hit in found.hits:
        out(harmless(msgspec.json.format(raw_of(found, hit), indent=-1)) + "\n")


def tables(answer: Answer, out: Out) -> None:
    """One row a line, as an object."""
    chosen = one_table(answer)
    for row in chosen.rows:
        out(harmless(msgspec.json.encode(dict(zip(chosen.columns, row, strict=True)))) + "\n")
