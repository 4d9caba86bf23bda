"""From options to an answer: opens the corpus, asks it, and says what a reader must know."""

import os
import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relwatch.analysis.coverage import remarks
from relwatch.answers import Found, Hit
from relwatch.cli.console import say
from relwatch.cli.options import Asked, Listed, Shown, request
from relwatch.cli.results import Events, Number, Result
from relwatch.corpora.settings import chosen_corpus
from relwatch.engines.base import ORDERS
from relwatch.errors import AskedWrongly
from relwatch.library import Library, Opening, Selected, load

if TYPE_CHECKING:
    from relwatch.datasets.conversion import Options

ON_A_TERMINAL = 100
IN_MEMORY = 100_000


def opened(asked: Asked, spare: Path | None = None) -> Library:
    """The corpus or data set that the options, the environment and the settings name.

    `spare` is a folder for the table of a data set where the cache cannot be written.
    """
    from relwatch.cli.progress import converting
    from relwatch.library import is_corpus

    name = chosen_corpus(asked.corpus)
    # A corpus in JSON is read without waiting, and needs nothing that draws bars.
    with nullcontext() if is_corpus(name) else converting() as progress:
        return load(
            name,
            Opening(
                engine=asked.engine
                if asked.engine is not None
                else os.environ.get("RELWATCH_ENGINE", ""),
                options=_options(asked),
                progress=progress,
                rejects=None if asked.rejects is None else Path(asked.rejects),
                spare=spare,
                heard=_hear if asked.explain else None,
            ),
        )


def _options(asked: Asked) -> "Options | None":
    """How the files of a data set are to be read; None when nothing is said of it."""
    if not asked.fold and asked.rules is None and asked.most_rejects is None:
        return None
    from relwatch.datasets.conversion import PLAIN, Options

    return Options(
        fold=asked.fold,
        rules=None if asked.rules is None else Path(asked.rules),
        most_rejects=PLAIN.most_rejects if asked.most_rejects is None else asked.most_rejects,
    )


def _hear(statement: str, parameters: dict[str, Any]) -> None:
    """Say a statement and its parameters, for --explain, before it runs."""
    say(f"sql: {statement}", *(f"  {name} = {value!r}" for name, value in parameters.items()))


def explained(asked: Asked, selected: Selected) -> tuple[str, ...]:
    """How the question was understood, for --explain."""
    if not asked.explain:
        return ()
    selection = selected.selection
    hidden = "" if selection.asked == selection.node else "; candidates are left out"
    return (
        f"corpus: {selected.library.path}",
        f"expression: {str(selected) or 'every event'}{hidden}",
        f"dates: {'checked' if selection.checked else 'stated'}",
    )


def order_named(text: str | None) -> str:
    """The sort key of that name; AskedWrongly, with near ones, when there is none."""
    asked = (text or "date").casefold()
    if asked in ORDERS:
        return asked
    from relwatch.text import near

    close = near(asked, ORDERS)
    raise AskedWrongly(
        f"cannot sort by “{text}”",
        f"did you mean {' or '.join(close)}?" if close else f"the keys are {', '.join(ORDERS)}",
    )


def columns_named(names: list[str] | None) -> tuple[str, ...]:
    """The event fields asked for with --columns; () when none are."""
    from relwatch.formats.columns import column_named

    asked = [part for name in names or () for part in name.split(",") if part.strip()]
    if names and not asked:
        raise AskedWrongly("--columns needs a value", "as in --columns id,date,title")
    return tuple(dict.fromkeys(column_named(name) for name in asked))


def limit_of(listed: Listed, shown: Shown) -> int | None:
    """How many events at most; None for all. A terminal gets 100 unless -n says otherwise."""
    if listed.limit is not None:
        return listed.limit or None
    table = not shown.json and not shown.excel and (shown.format or "table").casefold() == "table"
    terminal = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    return ON_A_TERMINAL if table and terminal else None


def find(
    asked: Asked,
    listed: Listed,
    limit: int | None = None,
    spare: Path | None = None,
    **more: Any,
) -> Result:
    """The events of a selection, by date or another key, or only their number.

    At most `limit` of them: None for all. `spare` is as in `opened`.
    """
    order, columns = order_named(listed.sort), columns_named(listed.columns)
    library = opened(asked, spare)
    with patience(asked):
        return _found(library, asked, listed, limit, order, columns, **more)


def patience(asked: Asked) -> AbstractContextManager[None]:
    """While a question is being answered: what a terminal shows when that takes a while."""
    from relwatch.cli.progress import patience

    # With --explain the statements that are said show that something is done.
    return nullcontext() if asked.explain else patience("asking")


def _found(
    library: Library,
    asked: Asked,
    listed: Listed,
    limit: int | None,
    order: str,
    columns: tuple[str, ...],
    **more: Any,
) -> Result:
    selected = library.ask(request(asked, **more))
    engine, question = library.engine, selected.question
    total = selected.count()
    said = [*library.remarks, *remarks(engine, selected.selection, total)]
    if listed.count:
        return Number(tuple(said), explained(asked, selected), not total, number=total)
    hits: Iterable[Hit]
    delimited = None
    if more.get("search") and (listed.sort is not None or listed.reverse):
        words = {
            match.event.id: match.words
            for match in engine.search(question, selected.selection.words)
        }
        chosen = engine.events(question, order, reverse=listed.reverse, limit=limit)
        hits = (Hit(event, words[event.id]) for event in chosen)
    elif more.get("search"):
        matches = engine.search(question, selected.selection.words, limit=limit)
        hits = (Hit(match.event, match.words) for match in matches)
    elif order == "date" and limit is not None:
        # The latest ones, then put in order: oldest first unless --reverse.
        events = list(engine.events(question, order, reverse=True, limit=limit))
        hits = [Hit(event) for event in (events if listed.reverse else reversed(events))]
    else:
        chosen = engine.events(question, order, reverse=listed.reverse, limit=limit)
        hits = (Hit(event) for event in chosen)
        if order == "date" and not listed.reverse:
            delimited = partial(engine.delimited, question)
    # Few enough to look through first; more of them stream, each with its id.
    few = total if limit is None else min(limit, total)
    if few <= IN_MEMORY:
        hits = list(hits)
    found = Found(
        hits, total, library.corpus, engine.raw, str(selected), columns,
        searched=bool(more.get("search")), checked=question.checked, ambiguous_days=shared_days(hits) if isinstance(hits, list) else Always(), delimited=delimited, limited=few if few < total else None,
    )  # fmt: skip
    return Events(
        tuple(said), explained(asked, selected), not total, library=library, found=found, shown=few
    )


class Always:
    """Holds every date: of many events none is looked at before it is printed."""

    def __contains__(self, date: object) -> bool:
        return True


def shared_days(hits: list[Hit]) -> frozenset[str]:
    """The dates that do not name one event among those shown: there a table shows the id."""
    seen: set[str] = set()
    shared: set[str] = set()
    for hit in hits:
        date = hit.event.date
        if date in seen or not hit.event.id.startswith(date):
            shared.add(date)
        seen.add(date)
    return frozenset(shared)
