"""What a spreadsheet does to a table that passes through it, which otherwise reads without an error.

It takes the zeros off codes, writes long numbers as powers of ten, and days in a form of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from relwatch.datasets.layout import Finding, Head
from relwatch.datasets.sources import refused
from relwatch.errors import DataWrong

_SLIPS = 50
"""One cell in so many may be a slip of the publisher's own: the row is rejected, not the file."""

_SCIENTIFIC = r"\d[.,]?\d*[eE]\+\d+"
# 15/10/2021, 15.10.21, 15-Oct-21, the minutes 00:00.0 of a midnight, and days since 1900.
_REWRITTEN = r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}(\s.*)?|\d{1,2}-[A-Za-z]{3}-\d{2}|\d{1,2}:\d\d\.\d+|\d{5}(\.\d+)?"


def scientific(numbers: Iterable[str], what: str) -> list[str]:
    """The fault of numbers or days that became powers of ten, or nothing."""
    found = _usual(numbers, re.compile(_SCIENTIFIC).fullmatch)
    return [f"{what} are in scientific notation (“{found}”)"] if found else []


def without_zeros(codes: Iterable[str], lost: str) -> list[str]:
    """The fault of codes without their leading zeros, or nothing; `lost` is how such a code looks."""
    found = _usual(codes, re.compile(lost).fullmatch)
    if not found:
        return []
    whole = f" (“{found}” for “0{found}”)" if found.isdigit() else f" (“{found}”)"
    return [f"event codes have lost their leading zeros{whole}"]


def _rewritten(days: Iterable[str], read: Callable[[str], object]) -> list[str]:
    """The fault of days in a form that is a spreadsheet's and that `read` cannot read, or nothing."""
    form = re.compile(_REWRITTEN)
    found = _usual(days, lambda day: form.fullmatch(day) and read(day) is None)
    return [f"days are written in another form (“{found}”)"] if found else []


def _usual(cells: Iterable[str], is_so: Callable[[str], object]) -> str:
    """The first cell of which something is so, where more than a slip are like it; else nothing."""
    filled = [cell for cell in cells if cell]
    found = [cell for cell in filled if is_so(cell)]
    return found[0] if len(found) * _SLIPS > len(filled) else ""


def mangled(name: str, title: str, faults: Iterable[str]) -> DataWrong:
    """What is raised for a file that shows such faults."""
    return refused(
        name,
        f"{title} that went through a spreadsheet: {'; '.join(faults)}",
        "the file as it is published",
        "what was lost cannot be restored (10 may have been 010 or 10): download the file again",
    )


def checked(
    head: Head,
    title: str,
    finding: Finding,
    *,
    identity: str,
    day: str,
    read: Callable[[str], object],
    code: str = "",
    lost: str = "",
) -> Finding:
    """The finding, when the first rows below its header show no such fault in their main columns.

    `read` gives None for what is no day in any form of this data set's own.
    """
    rows = head.rows(finding)

    def column(name: str) -> list[str]:
        place = finding.columns[name]
        return [row[place].strip('"') for row in rows if len(row) > place]

    faults = without_zeros(column(code), lost) if code else []
    faults += _rewritten(column(day), read)
    faults += scientific(column(day), "days")
    faults += scientific(column(identity), "ids")
    if faults:
        raise mangled(head.name, title, faults)
    return finding
