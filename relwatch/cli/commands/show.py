"""`relwatch show`: events in full."""

from typing import Annotated

import typer

from relwatch.cli import asking, completion
from relwatch.cli.options import Asked, Shown, request
from relwatch.cli.results import Result, Shows
from relwatch.cli.spreading import spread


@spread(Asked, Shown)
def run(
    asked: Asked,
    shown: Shown,
    ids: Annotated[
        list[str],
        typer.Argument(metavar="ID...", show_default=False, autocompletion=completion.ids),
    ],
) -> Result:
    """Show events with every field, their notes, their thread and the judgements that cite them.

    An id may be shortened to any beginning that only one event has.

    Examples:

    - `relwatch show 2021-08-09`
    - `relwatch show 2021-08-09-ningxia-drills 2021-10-15 --json`
    """
    from relwatch.analysis.lookup import details
    from relwatch.answers import Found, Hit

    library = asking.opened(asked)
    selected = library.ask(request(asked))
    asked_for = list({event.id: event for event in map(library.event, ids)}.values())
    events = [event for event in asked_for if selected.holds(event)]
    left = len(asked_for) - len(events)
    said = (f"{left} left out: not in the selection {selected}",) if left else ()
    found = Found(
        [Hit(event) for event in events], len(events), library.corpus, library.engine.raw,
        checked=selected.selection.checked,
    )  # fmt: skip
    return Shows(
        said,
        asking.explained(asked, selected),
        not events,
        found=found,
        details=tuple(details(library.engine, event) for event in events),
    )
