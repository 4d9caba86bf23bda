"""However a file is cut into batches, every row is there once, with the line it begins on."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relwatch.datasets import records
from relwatch.datasets.layout import FIELD, Finding
from relwatch.datasets.sources import find
from tests.datasets import made

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
cell = st.text(st.characters(exclude_characters="\t\r\n\0", exclude_categories=["Cs"]), max_size=6)


def read(content: bytes, finding: Finding, size: int) -> list[tuple[int, str]]:
    """(line, row) of all rows, read in batches of this size."""
    with tempfile.TemporaryDirectory() as name:
        path = made.put(Path(name), "rows.csv", content)
        (source,) = find((path,)).sources
        return [
            (batch.line_of(number), row)
            for batch in records.batches(source, finding, size)
            for number, row in enumerate(batch.text.split(batch.end) if batch.text else ())
            if row
        ]


@quick
@given(
    st.lists(st.lists(cell, min_size=2, max_size=3), max_size=12),
    st.integers(1, 60),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.booleans(),
)
def test_plain_lines(rows: list[list[str]], size: int, end: str, header: bool, ended: bool) -> None:
    lines = ["id\tname", *("\t".join(row) for row in rows)] if header else [
        "\t".join(row) for row in rows
    ]  # fmt: skip
    lines = [line for number, line in enumerate(lines) if not (number and line == lines[0])]
    text = end.join(lines) + (end if ended else "")
    finding = Finding(
        dataset="x", version="", separator="\t", header=("id", "name") if header else ()
    )
    expected = list(enumerate(lines, 1))[1 if header else 0 :]
    assert read(text.encode(), finding, size) == [(n, line) for n, line in expected if line]


@quick
@given(
    st.lists(
        st.lists(st.text(st.sampled_from('a",\n\x1e\x1f；é'), max_size=5), min_size=2, max_size=2),
        max_size=10,
    ),
    st.integers(1, 60),
)
def test_quoted_records(rows: list[list[str]], size: int) -> None:
    header = ["id", "name"]
    rows = [row for row in rows if any(row)]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    expected = []
    for row in rows:
        line = stream.getvalue().count("\n") + 1
        writer.writerow(row)
        clean = [text.replace("\x1e", " ").replace("\x1f", " ") for text in row]
        expected.append((line, FIELD.join(clean)))
    finding = Finding(
        dataset="x", version="", separator=",", header=tuple(header), quoted=True
    )  # fmt: skip
    assert read(stream.getvalue().encode(), finding, size) == expected
