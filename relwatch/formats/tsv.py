"""Tab-separated values: as CSV, with tabs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from relwatch.answers import Answer, Found
from relwatch.formats import csv


def events(found: Found, out: Callable[[str], Any], *, excel: bool = False) -> None:
    """Every event under the columns asked for, else under all fields of the corpus file."""
    csv.events(found, out, excel=excel, delimiter="\t")


def tables(answer: Answer, out: Callable[[str], Any], *, excel: bool = False) -> None:
    """One table with its header."""
    csv.tables(answer, out, excel=excel, delimiter="\t")
