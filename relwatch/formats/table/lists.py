"""Lists of events as tables that fit the terminal; in a search with what matched."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from relwatch.answers import Found, Hit
from relwatch.formats.columns import MARK, Reader, short_id
from relwatch.formats.table.paint import colors, labels, ruled
from relwatch.model import Corpus, Event
from relwatch.text import needles, one_line, pieces

NARROW = 60
WIDE = 110
WIDEST = 150
STIFF = ("date", "categories", "id", "cameo", "stage", "intensity")
"""Columns that are short, and not broken."""


def events(found: Found, cells: int) -> RenderableType:
    """The events as a table that fits into so many cells; dates and ids never shrink."""
    if cells < NARROW:
        return _narrow(found)
    columns = found.columns or _columns_for(cells)
    paint = colors(found.corpus)
    read = Reader(found.corpus, found.checked)
    hits = list(found.hits)
    named = not found.columns and any(hit.event.date in found.ambiguous_days for hit in hits)
    grid = ruled()
    for column in columns:
        stiff = column in STIFF
        heading = {"categories": "Category", "places": "Place"}.get(column, column.capitalize())
        grid.add_column(
            heading,
            no_wrap=stiff,
            overflow="fold",
            ratio=None if stiff else 3 if column == "title" else 2,
        )
        if column == "date" and named:
            grid.add_column("Id", no_wrap=True)
    grid.expand = len(columns) > 3 and cells >= WIDE
    for hit in hits:
        row: list[Text] = []
        for column in columns:
            row.append(_cell(hit, column, read, paint, found))
            if column == "date" and named:
                shared = hit.event.date in found.ambiguous_days
                row.append(Text(one_line(short_id(hit.event)) if shared else "", "dim"))
        grid.add_row(*row)
    return grid


def _columns_for(cells: int) -> tuple[str, ...]:
    if cells >= WIDEST:
        return ("date", "categories", "title", "actors", "places")
    return (
        ("date", "categories", "title", "actors")
        if cells >= WIDE
        else ("date", "categories", "title")
    )


def _cell(hit: Hit, column: str, read: Reader, paint: dict[str, str], found: Found) -> Text:
    event = hit.event
    if column == "categories":
        return labels(event, read, paint)
    if column == "date":
        shown = read.date(event)
        text = Text(shown.removesuffix(MARK))
        return text.append(MARK, "yellow") if shown.endswith(MARK) else text
    if column == "title":
        return _title(hit, found)
    return Text(read.cell(event, column))


def _title(hit: Hit, found: Found) -> Text:
    """The title; in a search with matches marked, and below it what matched elsewhere."""
    title = Text(one_line(hit.event.title))
    if not found.searched:
        return title
    marked = highlight(title, hit.matched)
    elsewhere = [word for word in hit.matched if word not in marked]
    for kind, text in matched_elsewhere(hit.event, found.corpus, tuple(elsewhere)):
        line = Text(f"{kind}: {text}", "dim")
        highlight(line, hit.matched)
        title.append("\n").append_text(line)
    return title


def highlight(text: Text, words: tuple[str, ...]) -> set[str]:
    """Mark the words in a text; gives back those that it holds."""
    found = list(pieces(text.plain))
    held: set[str] = set()
    for word in words:
        for needle in needles(word.removesuffix("*"), word.endswith("*")):
            asked, open_end = needle.split(), not needle.endswith(" ")
            for start in range(len(found) - len(asked) + 1):
                run = [token for _, _, token in found[start : start + len(asked)]]
                last_fits = run[-1].startswith(asked[-1]) if open_end else run[-1] == asked[-1]
                if run[:-1] == asked[:-1] and last_fits:
                    text.stylize("bold yellow", found[start][0], found[start + len(asked) - 1][1])
                    held.add(word)
    return held


def matched_elsewhere(
    event: Event, corpus: Corpus, words: tuple[str, ...]
) -> list[tuple[str, str]]:
    """For words that the title does not hold: what does, the shortest stretch of it around them."""
    from relwatch.expressions.wording import Wording, parts

    left = list(words)
    shown: list[tuple[str, str]] = []
    called = {alias: actor.name for actor in corpus.actors for alias in actor.aliases}
    for kind, whole in parts(event, Wording(corpus)):
        text = one_line(whole)
        probe = Text(text)
        held = highlight(probe, tuple(left))
        if kind == "title" or not held:
            continue
        left = [word for word in left if word not in held]
        first = min((span.start for span in probe.spans), default=0)
        if kind == "actor" and whole in called:
            shown.append(("alias", f"{text} ({one_line(called[whole])})"))
        else:
            shown.append((kind, excerpt(text, first)))
    return shown


def excerpt(text: str, at: int, size: int = 100) -> str:
    """About `size` characters of a text around a place, cut between words."""
    if len(text) <= size:
        return text
    start = max(0, at - size // 3)
    start = text.find(" ", start) + 1 if start else 0
    end = text.rfind(" ", start, start + size)
    end = end if end > at else min(len(text), start + size)
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


def _narrow(found: Found) -> RenderableType:
    """What is short stands on one line, the rest beneath it, a line each."""
    columns = found.columns or _columns_for(0)
    paint = colors(found.corpus)
    read = Reader(found.corpus, found.checked)
    blocks: list[RenderableType] = []
    for hit in found.hits:
        head: list[Text] = []
        beneath: list[Text] = []
        for column in columns:
            cell = _cell(hit, column, read, paint, found)
            if column == "date" and not found.columns and hit.event.date in found.ambiguous_days:
                cell.append(f" {one_line(short_id(hit.event))}", "dim")
            if cell:
                (head if column in STIFF else beneath).append(cell)
        if head:
            blocks.append(Text("  ").join(head))
        blocks += [Padding(cell, (0, 0, 0, 2 if head else 0)) for cell in beneath]
    return Group(*blocks)
