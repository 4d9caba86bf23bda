"""The overview of a selection, one column on a narrow terminal, two on a wide one."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table as Grid
from rich.text import Text

from relwatch.answers import BEFORE, NONE, UNDATED, Answer, Cell
from relwatch.formats import plain
from relwatch.formats.columns import MARK
from relwatch.formats.table.paint import BAR, bars, colors
from relwatch.model import Corpus
from relwatch.text import one_line


def overview(answer: Answer, corpus: Corpus, cells: int, colored: bool = True) -> RenderableType:
    """The whole overview: one column on a narrow terminal, two side by side on a wide one.

    Without colours the bars of categories differ by what they are made of.
    """
    head = _headline(answer, corpus)
    glyphs = bars(corpus, colored)
    left = [_categories(answer, corpus, cells, glyphs)]
    left.append(_months(answer, corpus, min(cells, 100), glyphs))
    right = [_actors(answer, cells), _silences(answer), _corrections(answer)]
    if cells < 130:
        return Group(head, *left, *right)
    side = Grid.grid(expand=False, padding=(0, 6, 0, 0))
    side.add_column()
    side.add_column()
    side.add_row(Group(*left), Group(*right))
    return Group(head, side)


def _headline(answer: Answer, corpus: Corpus) -> RenderableType:
    totals = {str(row[0]): row[1] for row in answer.table("totals").rows}
    lines = [Text(one_line(corpus.title), "bold")]
    count = Text(f"{answer.total:,} event{'' if answer.total == 1 else 's'}", "bold")
    if "first" in totals:
        count.append(
            f"  {totals['first']} to {totals['last']}, {totals['days']:,} days", "not bold"
        )
    for what, value in totals.items():
        if what.startswith("with both") and answer.total:
            count.append(f", {value:,} {one_line(what)}", "not bold")
        if what == "candidates left out":
            count.append(f", {value:,} {one_line(what)}", "not bold")
    lines.append(count)
    for row in answer.table("coverage").rows:
        basis = f", basis: {one_line(str(row[3]))}" if row[3] else ", no basis given"
        lines.append(Text(f"Coverage {row[0]} to {row[1]}{basis}", "dim"))
    for name in ("coverage", "totals"):
        lines += [Text(note[:1].upper() + note[1:], "dim") for note in answer.table(name).notes]
    if corpus.method and corpus.method.expression:
        held = one_line(corpus.method.expression)
        lines.append(Text(f"Holds only the answer to {held}: its zeros are of that", "dim"))
    if answer.selection:
        lines.append(Text(f"Selection: {one_line(answer.selection)}", "dim"))
    return Group(*lines)


def _section(title: str, body: RenderableType, notes: tuple[str, ...] = ()) -> RenderableType:
    return Group(Text(), Text(title, "bold"), body, *(Text(note, "dim") for note in notes))


def _plain_grid(*justify: str) -> Grid:
    grid = Grid(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for side in justify:
        grid.add_column(justify=side, no_wrap=True)  # type: ignore[arg-type]
    return grid


def _categories(
    answer: Answer, corpus: Corpus, cells: int, glyphs: dict[str, str]
) -> RenderableType:
    table = answer.table("categories")
    paint = colors(corpus)
    grid = _plain_grid("left", "right", "right", "left")
    most = max((int(row[1] or 0) for row in table.rows), default=0)
    room = min(40, max(8, cells - 40))
    for row in table.rows:
        count = int(row[1] or 0)
        share = f"{count / answer.total:.0%}" if answer.total else "-"
        size = max(1, round(count / most * room)) if count else 0
        name, id_ = plain.shown(row[0], table, "category"), str(row[0])
        bar = Text(glyphs[id_] * size, paint[id_])
        grid.add_row(Text(name), Text(f"{count:,}"), Text(share, "dim"), bar)
    return _section(table.title, grid, table.notes)


def _months(answer: Answer, corpus: Corpus, cells: int, glyphs: dict[str, str]) -> RenderableType:
    table = answer.table("months")
    rows = [row for row in table.rows if row[0] not in (BEFORE, UNDATED)]
    outside = [row for row in table.rows if row[0] in (BEFORE, UNDATED)]
    notes = list(table.notes)
    if len(rows) > 48:
        rows = _by_year(rows)
        notes.insert(0, "by year, as there are more than 48 months; --by month shows each")
    paint = colors(corpus)
    most = max((int(row[1] or 0) for row in [*rows, *outside]), default=0)
    # One cell an event while they fit, so that a reader can count them.
    room = cells - 18
    each = min(4, max(1, room // most)) if most and most <= room else 0
    grid = _plain_grid("left", "right", "left")
    for row in [*outside[:1], *rows, *outside[1:]]:
        count = int(row[1] or 0)
        bar = Text() if count else Text("·", "dim")
        for name, value in zip(table.columns[2:], row[2:], strict=True):
            part = int(value or 0)
            size = part * each if each else round(part / most * room) if most else 0
            bar.append(glyphs[name] * size, paint[name])
        grid.add_row(Text(str(row[0])), Text(f"{count:,}", "" if count else "dim"), bar)
    legend = Text()
    for category in corpus.categories:
        # No break between the sign and what it stands for.
        legend.append(f"{glyphs[category.id]}\u00a0", paint[category.id])
        legend.append(f"{one_line(category.name)}  ", "dim")
    return _section("Events by month, by first category", Group(legend, grid), tuple(notes))


def _by_year(rows: list[tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
    years: dict[str, list[int]] = {}
    for row in rows:
        sums = years.setdefault(str(row[0])[:4], [0] * (len(row) - 1))
        for place, value in enumerate(row[1:]):
            sums[place] += int(value or 0)
    return [(year, *sums) for year, sums in years.items()]


def _actors(answer: Answer, cells: int) -> RenderableType:
    table = answer.table("actors")
    grid = _plain_grid("left", "right", "left")
    shown = [row for row in table.rows if row[0] != NONE][:8]
    most = max((int(row[1] or 0) for row in shown), default=0)
    room = 28 if cells >= 60 else 8
    for row in shown:
        count, starts = int(row[1] or 0), int(row[2] or 0)
        size, begun = (max(1, round(n / most * room)) if n else 0 for n in (count, starts))
        bar = Text(BAR * begun, "blue").append("░" * (size - begun), "blue")
        grid.add_row(Text(plain.shown(row[0], table, "actor")), Text(f"{count:,}"), bar)
    more = len(table.rows) - len(shown)
    notes = ["█ initiates  ░ takes part"] if shown else ["no event names an actor"]
    notes += [f"{more:,} more; --by actor shows them"] if more > 0 else []
    return _section(table.title, grid, tuple(notes))


def _silences(answer: Answer) -> RenderableType:
    table = answer.table("silences")
    if not table.rows:
        return _section("Silences", Text("fewer than two dated events"), table.notes)
    row = dict(zip(table.columns, table.rows[0], strict=True))
    days = "day" if row["max"] == 1 else "days"
    body = Text(f"longest: {row['max']:,} {days}, {row['from']} to {row['to']}\n")
    body.append(
        f"between events: median {row['median']:g}, mean {row['mean']:.1f} days (n = {row['n']:,})"
    )
    return _section("Silences", body, table.notes)


def _corrections(answer: Answer) -> RenderableType:
    table = answer.table("corrections")
    events_, dated, moved = (row[1] for row in table.rows)
    body = Text(f"{events_} of {answer.total:,} events carry corrections {MARK}\n")
    body.append(
        f"{dated} of them correct the date; {moved} would change month with --dates checked"
    )
    return _section("Corrections", body, table.notes)
