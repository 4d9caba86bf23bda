"""Looking into JSON that may hold anything anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from relwatch.periods import date_days

_KINDS = {
    dict: "an object",
    list: "an array",
    str: "text",
    bool: "true or false",
    type(None): "null",
}


def type_of(value: Any) -> str:
    return _KINDS.get(type(value)) or next(
        (name for kind, name in _KINDS.items() if isinstance(value, kind)), "a number"
    )


def shown(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value[:60]}…"' if len(value) > 60 else f'"{value}"'
    return type_of(value) if isinstance(value, (dict, list)) else str(value)


def dicts(value: Any) -> list[tuple[int, dict[str, Any]]]:
    """The objects of an array that may hold anything, with their positions."""
    if not isinstance(value, list):
        return []
    return [(number, one) for number, one in enumerate(value) if isinstance(one, dict)]


def days_of(value: Any) -> tuple[int, int] | None:
    """The first and last day of a date; None for what is none."""
    try:
        return date_days(value) if isinstance(value, str) else None
    except ValueError:
        return None


def texts(value: Any) -> list[tuple[int, str]]:
    if not isinstance(value, list):
        return []
    return [(number, one) for number, one in enumerate(value) if isinstance(one, str)]


def texts_in(value: Any) -> Iterator[str]:
    """Every text somewhere in a JSON value; numbers too, as an id may have been written as one."""
    match value:
        case str():
            yield value
        case bool() | None:
            return
        case int() | float():
            yield str(value)
        case dict():
            for one in value.values():
                yield from texts_in(one)
        case list():
            for one in value:
                yield from texts_in(one)
