"""Colours of categories, and the shape of tables, shared by all that a terminal shows."""

from __future__ import annotations

from rich import box
from rich.color import ColorSystem
from rich.style import Style
from rich.table import Table as Grid
from rich.text import Text

from relwatch.formats.columns import MARK, Reader
from relwatch.model import Corpus, Event
from relwatch.reference import COLORS

BAR = "█"
_COLORS = ("cyan", "magenta", "green", "red", "yellow", "blue")


def colors(corpus: Corpus) -> dict[str, str]:
    """A terminal colour for each category: the declared one where terminals know it."""
    found = {}
    for number, category in enumerate(corpus.categories):
        declared = category.color or ""
        found[category.id] = declared if declared in COLORS else _COLORS[number % len(_COLORS)]
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


class Painter:
    """Puts the cells of plain lines in the colours that a table would give them."""

    def __init__(self, corpus: Corpus) -> None:
        self._styles = {name: Style.parse(color) for name, color in colors(corpus).items()}
        self._mark = Style.parse("yellow")

    def category(self, name: str, label: str) -> str:
        """A category's label in its colour, as terminals read it."""
        style = self._styles.get(name)
        return style.render(label, color_system=ColorSystem.STANDARD) if style else label

    def cell(self, event: Event, column: str, cell: str) -> str:
        """A cell of a list: categories and the mark of a correction are coloured."""
        if column == "categories":
            return self.category(event.categories[0], cell)
        if column == "date" and MARK in cell:
            mark = self._mark.render(MARK, color_system=ColorSystem.STANDARD)
            return cell.replace(MARK, mark, 1)
        return cell


_SHADES = "█▓▒░"


def bars(corpus: Corpus, colored: bool) -> dict[str, str]:
    """What the bar of each category is made of: without colours, something else for each."""
    ids = [category.id for category in corpus.categories]
    if colored or len(ids) < 2:
        return dict.fromkeys(ids, BAR)
    letters = [category.name[:1].upper() for category in corpus.categories]
    return dict(zip(ids, _SHADES if len(ids) <= len(_SHADES) else letters, strict=False))
