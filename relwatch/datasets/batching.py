"""The SQL that makes events of a batch of rows, as a data set's mapping says."""

from __future__ import annotations

from relwatch.datasets import table
from relwatch.datasets.layout import Finding, Lookup, Mapping
from relwatch.datasets.records import Batch
from relwatch.text import tokens

PREFIX = "relwatch_batch_"
"""Begins the names of the tables that a batch makes in the database."""


def raw_table(mapping: Mapping, finding: Finding, batch: Batch) -> str:
    """SQL that cuts a batch into the columns that a mapping uses. Two parameters: text and end."""
    missing = [text for text in mapping.missing if text]
    columns = []
    for name in mapping.used:
        place = finding.columns.get(name)
        cell = "NULL" if place is None else f"nullif(f[{place + 1}], '')"
        for text in missing:
            cell = "NULL" if place is None else f"nullif({cell}, '{text}')"
        columns.append(f'CAST({cell} AS VARCHAR) AS "{name}"')
    code = ord(batch.separator)
    last = f"len(list_filter(f[{max(finding.widths) + 1}:], lambda c: c <> '')) > 0"
    return (
        f"CREATE OR REPLACE TEMP TABLE {PREFIX}raw AS"
        f" WITH lines AS (SELECT unnest(string_split(?, ?)) AS line),"
        f" fields AS (SELECT line, string_split(line, chr({code})) AS f FROM lines)"
        f" SELECT line, len(f) AS width, {last} AS beyond, {', '.join(columns)} FROM fields"
    )


def width_fault(finding: Finding) -> str:
    """SQL for whether a row has another number of fields than it may have."""
    widths = ", ".join(map(str, finding.widths))
    if finding.spare:
        return f"width < {min(finding.widths)} OR beyond"
    return f"width NOT IN ({widths})"


def wrong_width(width: int, finding: Finding) -> str:
    """The reason why a row of so many fields is left out."""
    return f"{width} fields, not {' or '.join(map(str, finding.widths))}"


def given(mapping: Mapping, finding: Finding) -> str:
    """SQL for the columns of relwatch's table that a mapping fills."""
    values = dict(mapping.values)
    version = values.pop(
        "version", f"'{finding.version}'" if finding.dataset == "gdelt" else "NULL"
    )
    identity = values["id"]
    values["title"] = mapping.title
    values["origin"] = (
        f"{{'dataset': '{finding.dataset}', 'id': substr({identity}, strpos({identity}, ':') + 1),"
        f" 'version': {version}}}"
    )
    if "intensity" in values:
        values["scale"] = f"CASE WHEN {values['intensity']} IS NOT NULL THEN '{mapping.scale}' END"
    values.setdefault("initiators", "[]")
    return ", ".join(
        f'CAST({value} AS {table.GIVEN[name]}) AS "{name}"' for name, value in values.items()
    )


def title_tokens(mapping: Mapping) -> tuple[Lookup, ...]:
    """The tokens of each part of a title: in order, they are the tokens of the title."""
    return tuple(
        Lookup(
            key=f"part_{n}",
            values=(f"tokens_{n}",),
            find=lambda text: (" ".join(tokens(text)),),
        )
        for n, _ in enumerate(mapping.parts, 1)
    )
