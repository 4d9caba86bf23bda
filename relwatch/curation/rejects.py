"""The rows of a file that were refused, in a file beside it that can be corrected and imported."""

from __future__ import annotations

from pathlib import Path

from relwatch.corpora.writing import refused, replace
from relwatch.curation.rows import flat
from relwatch.curation.sheets import REJECTED, REJECTS, Sheet
from relwatch.text import guarded


def rejects_of(file: str) -> Path:
    """Where the refused rows of a file go."""
    return Path(file + REJECTS)


def write_rejects(place: Path, sheet: Sheet, why: dict[int, str]) -> Path | None:
    """Write refused rows: line, reason, and what they held, guarded as in CSV for spreadsheets.

    `why` gives the reason for each line. A file of them that was corrected is imported as it is;
    that takes the guards off. Where a file of other refused rows stands, it gets another name,
    which is given back.
    """
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*REJECTED, *sheet.columns])
    rows = {row.line: row for row in sheet.rows}
    for line, reason in why.items():
        row = rows[line]
        cells = row.cells or [flat(row.values.get(name)) for name in sheet.columns]
        writer.writerow([line, *map(guarded, (reason, *cells))])
    content = out.getvalue().encode("utf-8", "surrogatepass")
    if place.is_file() and place.read_bytes() == content:
        return None
    aside = set_aside(place)
    replace(place, content)
    return aside


def set_aside(place: Path) -> Path | None:
    """Give the refused rows of an earlier import another name: they may have been corrected.

    The new name; None when there was no such file.
    """
    if not place.is_file():
        return None
    number = 1
    while (kept := place.with_name(f"{place.name}.{number}.bak")).exists():
        number += 1
    try:
        place.rename(kept)
    except OSError as error:
        raise refused(place, error) from None
    return kept


def earlier_rejects(place: Path) -> bool:
    """Whether refused rows of an earlier import stand there."""
    try:
        with place.open("rb") as file:
            return file.readline().startswith(",".join(REJECTED).encode())
    except OSError:
        return False
