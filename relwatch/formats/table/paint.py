"""Colours of categories, and the shape of tables, shared by all that a terminal shows."""

from __future__ import annotations

from collections.abc import Callable

from rich import box
from rich.color import ColorSystem
from rich.style import Style
from rich.table import Table as Grid
from rich.text import Text

from relwatch.formats.columns import MARK, Reader
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


def painter(corpus: Corpus) -> Callable[[Event, str, str], str]:
    """Puts a plain line's cell in the colours that a table would give it, as terminals read them."""
    paint = colors(corpus)
    codes = {name: Style.parse(paint[name]) for name in paint}
    mark = Style.parse("yellow")

    def painted(event: Event, column: str, cell: str) -> str:
        if column == "categories":
            style = codes.get(event.categories[0])
            return style.render(cell, color_system=ColorSystem.STANDARD) if style else cell
        if column == "date" and MARK in cell:
            before, _, after = cell.partition(MARK)
            return before + mark.render(MARK, color_system=ColorSystem.STANDARD) + after
        return cell

    return painted
