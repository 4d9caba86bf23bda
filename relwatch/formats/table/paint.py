"""Colours of categories, and the shape of tables, shared by all that a terminal shows."""

from __future__ import annotations

from rich import box
from rich.table import Table as Grid
from rich.text import Text

from relwatch.formats.columns import Reader
from relwatch.model import Corpus, Event

BAR = "█"
_COLORS = ("cyan", "magenta", "green", "red", "yellow", "blue")
_BASIC = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_KNOWN_COLORS = frozenset({*_BASIC, *(f"bright_{color}" for color in _BASIC)})


def colors(corpus: Corpus) -> dict[str, str]:
    """A terminal colour for each category: the declared one where terminals know it."""
    found = {}
    for number, category in enumerate(corpus.categories):
        declared = category.color or ""
        found[category.id] = (
            declared if declared in _KNOWN_COLORS else _COLORS[number % len(_COLORS)]
        )
    return found


def ruled(**settings: object) -> Grid:
    return Grid(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_edge=False,
        header_style="bold",
        **settings,  # type: ignore[arg-type]
    )


def labels(event: Event, read: Reader, paint: dict[str, str]) -> Text:
    """The categories of an event in their colours."""
    text = Text()
    for number, name in enumerate(event.categories):
        text.append(", " if number else "").append(read.category(name), paint.get(name, ""))
    return text
