"""How many cells wide output may be."""

from __future__ import annotations

import os
import shutil

UNBOUNDED = 100_000


def cells(terminal: bool) -> int:
    """The terminal's width; without a terminal COLUMNS, else no bound at all."""
    if terminal:
        return max(20, shutil.get_terminal_size((80, 24)).columns)
    given = os.environ.get("COLUMNS", "")
    return int(given) if given.isascii() and given.isdigit() and int(given) > 0 else UNBOUNDED
