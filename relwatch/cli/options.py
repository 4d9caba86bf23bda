"""Options that several commands share, declared once and spread into each command's signature."""

from datetime import date
from typing import Annotated, Any, Literal

import typer
from msgspec import Struct

from relwatch.cli import completion
from relwatch.errors import AskedWrongly
from relwatch.expressions.selecting import Request

Many = list[str] | None

_WHICH = "Which events"
_DATA = "Data sets"
_HOW = "How they are shown"


class Asked(Struct, frozen=True, kw_only=True):
    """Which corpus is asked, and for which of its events."""

    corpus: Annotated[
        str | None,
        typer.Option(
            "--corpus", "-C", metavar="FILE|NAME", autocompletion=completion.corpora,
            help="The corpus: a file or a name. Else RELWATCH_CORPUS, else the setting, else china-russia.",
        ),
    ] = None  # fmt: skip
    category: Annotated[
        Many,
        typer.Option(
            "--category", "-c", metavar="NAME", autocompletion=completion.categories, rich_help_panel=_WHICH,
            help="In a category. Commas or repetition: any of.",
        ),
    ] = None  # fmt: skip
    actor: Annotated[
        Many,
        typer.Option(
            "--actor", "-a", metavar="NAME", autocompletion=completion.actors, rich_help_panel=_WHICH,
            help="An actor takes part, by id, name or alias.",
        ),
    ] = None  # fmt: skip
    dyad: Annotated[
        Many,
        typer.Option(
            "--dyad", metavar="A,B", autocompletion=completion.actors, rich_help_panel=_WHICH,
            help="Both of two actors take part.",
        ),
    ] = None  # fmt: skip
    place: Annotated[
        Many,
        typer.Option("--place", "-p", metavar="WORDS", rich_help_panel=_WHICH, help="Words of a place's name, or its country."),
    ] = None  # fmt: skip
    tag: Annotated[
        Many,
        typer.Option(
            "--tag", "-t", metavar="TAG", autocompletion=completion.tags, rich_help_panel=_WHICH, help="Has a tag."
        ),
    ] = None  # fmt: skip
    source: Annotated[
        Many,
        typer.Option("--source", metavar="WORDS", rich_help_panel=_WHICH, help="Words of a source's title or publisher."),
    ] = None  # fmt: skip
    on: Annotated[
        Many,
        typer.Option(
            "--on", metavar="PERIOD", rich_help_panel=_WHICH,
            help="In a period: 2021, 2021-10, 2021-Q4, 2021-W41, 2021-03..2021-06, 'Oct 2021', 'last month'.",
        ),
    ] = None  # fmt: skip
    since: Annotated[
        Many,
        typer.Option("--from", "--since", metavar="PERIOD", rich_help_panel=_WHICH, help="From its first day on."),
    ] = None  # fmt: skip
    until: Annotated[
        Many,
        typer.Option("--to", "--until", metavar="PERIOD", rich_help_panel=_WHICH, help="Up to its last day."),
    ] = None  # fmt: skip
    last: Annotated[
        Many,
        typer.Option("--last", metavar="LENGTH", rich_help_panel=_WHICH, help="The last 3 months, 90 days, ... of what is covered."),
    ] = None  # fmt: skip
    where: Annotated[
        Many,
        typer.Option("--where", metavar="EXPRESSION", rich_help_panel=_WHICH, help="An expression, as in `relwatch filter`."),
    ] = None  # fmt: skip
    view: Annotated[
        Many,
        typer.Option("--view", metavar="NAME", autocompletion=completion.views, rich_help_panel=_WHICH, help="A saved view."),
    ] = None  # fmt: skip
    dates: Annotated[
        Literal["stated", "checked"] | None,
        typer.Option("--dates", rich_help_panel=_WHICH, help="Dates as the source states them, or after corrections."),
    ] = None  # fmt: skip
    today: Annotated[
        Many,
        typer.Option("--today", metavar="DATE", rich_help_panel=_WHICH, help="What “last month” counts from."),
    ] = None  # fmt: skip
    engine: Annotated[
        str | None,
        typer.Option(
            "--engine", metavar="ENGINE", rich_help_panel=_DATA,
            help="memory, duckdb, spark or spark://HOST:PORT. Else RELWATCH_ENGINE.",
        ),
    ] = None  # fmt: skip
    fold: Annotated[
        bool,
        typer.Option(
            "--fold", rich_help_panel=_DATA, help="Take mirrored and repeated rows for one event."
        ),
    ] = False
    rules: Annotated[
        str | None,
        typer.Option(
            "--rules",
            metavar="FILE.toml",
            rich_help_panel=_DATA,
            help="Your own rules for categories: CAMEO has no code for tech. `relwatch datasets rules` shows some.",
        ),
    ] = None
    rejects: Annotated[
        str | None,
        typer.Option(
            "--rejects",
            metavar="FILE",
            rich_help_panel=_DATA,
            help="Where rows left out are written.",
        ),
    ] = None
    most_rejects: Annotated[
        float | None,
        typer.Option(
            "--most-rejects", metavar="SHARE", min=0, max=1, rich_help_panel=_DATA,
            help="The share of rows that may be left out, 0 to 1; 0.01 unless said.",
        ),
    ] = None  # fmt: skip
    explain: Annotated[
        bool, typer.Option("--explain", rich_help_panel=_WHICH, help="Say on stderr how the question was understood.")
    ] = False  # fmt: skip


class Shown(Struct, frozen=True, kw_only=True):
    """How an answer is shown."""

    format: Annotated[
        str | None,
        typer.Option(
            "--format", "-f", metavar="FORMAT", autocompletion=completion.formats, rich_help_panel=_HOW,
            help="table, csv, tsv, json, ndjson or markdown.",
        ),
    ] = None  # fmt: skip
    json: Annotated[
        bool, typer.Option("--json", rich_help_panel=_HOW, help="Short for --format json.")
    ] = False
    excel: Annotated[
        bool,
        typer.Option(
            "--excel",
            rich_help_panel=_HOW,
            help="CSV for Excel: BOM, CRLF, no cell read as a formula.",
        ),
    ] = False
    exit_status: Annotated[
        bool, typer.Option("--exit-status", "-e", rich_help_panel=_HOW, help="Exit with 1 when nothing is found.")
    ] = False  # fmt: skip
    color: Annotated[
        Literal["auto", "always", "never"] | None,
        typer.Option(
            "--color", rich_help_panel=_HOW, help="Colours: on a terminal, always, never."
        ),
    ] = None
    no_pager: Annotated[
        bool, typer.Option("--no-pager", rich_help_panel=_HOW, help="Never through a pager.")
    ] = False
    quiet: Annotated[
        bool,
        typer.Option("--quiet", "-q", rich_help_panel=_HOW, help="No hints and counts on stderr."),
    ] = False
    debug: Annotated[
        bool,
        typer.Option("--debug", rich_help_panel=_HOW, help="On an error, show where it arose."),
    ] = False


class Listed(Struct, frozen=True, kw_only=True):
    """How many events are shown, in which order, under which columns."""

    limit: Annotated[
        int | None,
        typer.Option(
            "-n", "--limit", metavar="N", min=0, rich_help_panel=_HOW,
            help="The latest N (0: all); in `search` the best, with --sort the first. On a terminal 100.",
        ),
    ] = None  # fmt: skip
    sort: Annotated[
        str | None,
        typer.Option(
            "--sort", metavar="KEY", autocompletion=completion.orders, rich_help_panel=_HOW,
            help="date, end, reported, recorded, category, title, intensity or id.",
        ),
    ] = None  # fmt: skip
    reverse: Annotated[
        bool, typer.Option("--reverse", rich_help_panel=_HOW, help="The other way round.")
    ] = False
    columns: Annotated[
        Many,
        typer.Option(
            "--columns", metavar="NAMES", autocompletion=completion.columns, rich_help_panel=_HOW,
            help="Fields to show, as in id,date,title,sources.",
        ),
    ] = None  # fmt: skip
    count: Annotated[
        bool, typer.Option("--count", rich_help_panel=_HOW, help="Only how many there are.")
    ] = False


def once(option: str, values: Many) -> str | None:
    """The one value of an option; AskedWrongly when it is given twice, which no answer could mean."""
    if values and len(values) > 1:
        shown = " and ".join(values)
        raise AskedWrongly(f"{option} is given twice: {shown}", "say it once")
    return values[0] if values else None


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    from relwatch.periods import parse

    period = parse(text)
    if period.first is None or period.first != period.last:
        raise AskedWrongly(f"--today takes one day, not “{text}”", "as in --today 2022-01-05")
    return date.fromordinal(period.first)


def request(asked: Asked, **more: Any) -> Request:
    """The options as a request of the library; views and settings are looked up here."""
    from relwatch.corpora.settings import read_settings, view_named

    name = once("--view", asked.view)
    view = view_named(name) if name is not None else None
    dates = asked.dates or (view.dates if view else read_settings().dates)
    return Request(
        category=tuple(asked.category or ()),
        actor=tuple(asked.actor or ()),
        dyad=tuple(asked.dyad or ()),
        place=tuple(asked.place or ()),
        tag=tuple(asked.tag or ()),
        source=tuple(asked.source or ()),
        on=tuple(asked.on or ()),
        since=once("--from", asked.since),
        until=once("--to", asked.until),
        last=once("--last", asked.last),
        where=tuple(asked.where or ()),
        view=view.expression if view else None,
        dates="checked" if dates == "checked" else "stated",
        today=_day(once("--today", asked.today)),
        **more,
    )
