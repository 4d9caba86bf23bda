"""One event in full: its fields, notes, thread, and the judgements that cite it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from relwatch.answers import Details
from relwatch.formats.columns import MARK, Reader, amount
from relwatch.formats.table.paint import colors, labels
from relwatch.model import Corpus, Event
from relwatch.text import one_line, safe

_WEIGHS = {"for": "green", "against": "red"}


def details(events: tuple[Details, ...], corpus: Corpus, checked: bool) -> RenderableType:
    """Events in full, a blank line between them."""
    blocks = [detail(one, corpus, checked) for one in events]
    return Group(*[part for block in blocks for part in (Text(), block)][1:])


def detail(details: Details, corpus: Corpus, checked: bool) -> RenderableType:
    """Every field of an event, its notes, its thread and the judgements that cite it."""
    event = details.event
    read = Reader(corpus, checked)
    grid = Grid(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in _fields(event, read):
        derived = name.split(" ")[0].lower() in {one.split(".")[0] for one in event.derived}
        grid.add_row(name, value.append("  (derived)", "dim") if derived else value)
    head = Text(one_line(event.title), "bold")
    rows: list[RenderableType] = [head, labels(event, read, colors(corpus)), Text(), grid]
    if event.notes:
        rows += [Text(), Text("Notes", "bold")]
        rows += [_note(event, number, read) for number in range(len(event.notes))]
    if details.before or details.after:
        rows += [Text(), Text("Thread", "bold")]
        thread = _indented()
        for mark, linked in (("follows", details.before), ("followed by", details.after)):
            for one in linked:
                thread.add_row(Text(mark, "dim"), Text(f"{read.date(one)}  {one_line(one.title)}"))
        rows.append(thread)
    if details.cited:
        rows += [Text(), Text("Judgements that cite it", "bold")]
        judged = _indented()
        for assessment, evidence in details.cited:
            why = f"{one_line(evidence.why).rstrip('.')}; " if evidence.why else ""
            said = Text(one_line(assessment.statement))
            said.append(f" ({why}by the {evidence.by})", "dim")
            judged.add_row(Text(evidence.weighs, _WEIGHS.get(evidence.weighs, "")), said)
        rows.append(judged)
    return Group(*rows)


def _indented() -> Grid:
    """A mark and a text beside it, the text's lines below one another."""
    grid = Grid(box=None, show_header=False, padding=(0, 1, 0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    return grid


def _fields(event: Event, read: Reader) -> Iterator[tuple[str, Text]]:
    def field(name: str, value: str | None) -> Iterator[tuple[str, Text]]:
        if value:
            yield name, Text(value)

    yield from field("Id", one_line(event.id))
    yield from field("Date", read.date(event))
    yield from field("Reported", event.reported)
    yield from field("Summary", safe(event.summary or "", lines=True))
    for column in ("actors", "initiators", "about"):
        yield from field(column.capitalize(), read.cell(event, column))
    for place in event.places:
        where = [one_line(said) for said in (place.name, place.country, place.precision) if said]
        if place.lat is not None and place.lon is not None:
            where.append(f"{place.lat:g}, {place.lon:g}")
        yield "Places", Text(" · ".join(where))
    for quote in event.quotes:
        speaker = f"{read.actor(quote.speaker)}: " if quote.speaker else ""
        yield "Quote", Text(f"{speaker}“{safe(quote.text, lines=True)}”")
    for one in event.amounts:
        what = f", {one_line(one.what)}" if one.what else ""
        yield "Amount", Text(amount(one.value, one.currency) + what)
    yield from field("Stage", event.stage)
    yield from field("Tags", read.cell(event, "tags"))
    if event.cameo:
        from relwatch.reference import acts

        act = acts().get(event.cameo)
        yield "Cameo", Text(one_line(event.cameo) + (f" {act.name}" if act else ""))
    if event.intensity is not None:
        scale = f" on {one_line(event.scale)}" if event.scale else ", scale not named"
        yield "Intensity", Text(f"{event.intensity:+g}{scale}")
    for citation in event.sources:
        said = [read.source(citation.source), citation.grade, citation.locator, citation.url]
        yield "Source", Text(" · ".join(one_line(part) for part in said if part))
    yield from field("Status", event.status)
    if event.origin:
        parts = (event.origin.dataset, event.origin.id, event.origin.version)
        yield "Origin", Text(" ".join(one_line(part) for part in parts if part))
    yield from field("Recorded", event.recorded)


def _note(event: Event, number: int, read: Reader) -> RenderableType:
    note = event.notes[number]
    mark = MARK if note.kind == "correction" else "·"
    head = Text(f"  {mark} {note.kind}", "yellow" if note.kind == "correction" else "dim")
    if note.field:
        head.append(f" {one_line(note.field)}", "default")
    if note.value is not None:
        head.append(f" → {one_line(str(note.value))}", "bold default")
    tail = [read.source(note.source)] if note.source else []
    tail += [f"confidence {one_line(note.confidence)}"] if note.confidence else []
    if tail:
        head.append(f"  ({', '.join(tail)})", "dim")
    if not note.text:
        return head
    return Group(head, Padding(Text(safe(note.text, lines=True)), (0, 0, 0, 4)))
