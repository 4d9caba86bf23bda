"""How events are counted in SQL: by which columns, and what is made of the rows that come back.

Weeks, weekdays and all other bins are made of days here, since engines differ about them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from relwatch.answers import NONE
from relwatch.engines.base import PRIMARY, TIME, start_label
from relwatch.engines.compiling import Statement
from relwatch.engines.dialects import Row

# Dimensions with many values to an event: the list that holds them.
_LISTS = {
    "category": "categories",
    "actor": "actors",
    "initiator": "initiators",
    "pair": "pairs",
    "country": "countries",
    "tag": "tags",
    "grade": "grades",
}
_STRUCTS = {"place": ("places", "name"), "source": ("sources", "source")}

Group = tuple[tuple[str, ...], tuple[Any, ...], int]
"""Labels, the values of what was asked besides, and how many events have them."""


def first_and_last(statement: Statement) -> dict[str, str]:
    """The first and the last possible day of an event's start, by the names they come back under."""
    return {"first_day": statement.day("start_min"), "last_day": statement.day("start_max")}


def grouped(
    statement: Statement, dimensions: tuple[str, ...], where: str, extra: tuple[str, ...] = ()
) -> str:
    """The statement that counts events by dimensions and by the values of `extra`.

    Events are first counted by whole lists: these are few, and only they are taken apart.
    """
    dialect = statement.dialect
    columns: dict[str, str] = {}
    if any(name in TIME for name in dimensions):
        columns |= first_and_last(statement)
    apart: list[str] = []
    for number, name in enumerate(dimensions):
        if name in TIME:
            continue
        if name in _LISTS or name in _STRUCTS:
            apart.append(f"by_{number}")
            value = _LISTS.get(name) or dialect.field_of(*_STRUCTS[name])
        else:
            text = dialect.first("categories") if name == PRIMARY else name
            value = f"coalesce(nullif({text}, ''), '{NONE}')"
        columns[f"by_{number}"] = value
    columns |= {f"extra_{number}": value for number, value in enumerate(extra)}
    query = counted(columns, where)
    for key in apart:
        labels = dialect.each(dialect.none_if_empty(dialect.distinct(key), f"'{NONE}'"))
        named = (f"{labels} AS {name}" if name == key else name for name in columns)
        query = f"SELECT {', '.join([*named, 'n'])} FROM ({query})"
    if not apart:
        return query
    named_sum = ", ".join([*columns, "CAST(sum(n) AS BIGINT) AS n"])
    return f"SELECT {named_sum} FROM ({query}) GROUP BY ALL"


def counted(columns: dict[str, str], where: str) -> str:
    """The statement that counts events by columns (name: SQL)."""
    named = [f"{value} AS {name}" for name, value in columns.items()]
    return f"SELECT {', '.join([*named, 'count(*) AS n'])} FROM events{where} GROUP BY ALL"


def labelled(
    rows: Iterable[Row], dimensions: tuple[str, ...], since: int | None
) -> Iterator[Group]:
    """The rows of a `grouped` statement with their labels, some of them more than once."""
    units = [name for name in dimensions if name in TIME]
    ahead = 2 if units else 0
    behind = ahead + len(dimensions) - len(units)
    known: dict[tuple[int, int], list[str]] = {}
    for row in rows:
        when: tuple[int, int] = row[:ahead]
        if when not in known:
            known[when] = [start_label(unit, when[0], when[1], since) for unit in units]
        values, bins = iter(row[ahead:behind]), iter(known[when])
        labels = tuple(next(bins) if name in TIME else next(values) for name in dimensions)
        # Counting nothing by nothing gives a row that says so.
        if row[-1]:
            yield labels, row[behind:-1], row[-1]
