"""`relwatch stats`: the overview, or tallies by one or two dimensions."""

from typing import Annotated

import typer

from relwatch.cli import asking, completion
from relwatch.cli.options import Asked, Shown, request
from relwatch.cli.results import Result, Tables
from relwatch.cli.spreading import spread


@spread(Asked, Shown)
def run(
    asked: Asked,
    shown: Shown,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by", metavar="DIMENSION", autocompletion=completion.dimensions,
            help="One or two of category, year, quarter, month, week, day, weekday, actor, initiator, "
            "pair, place, country, tag, source, grade, stage, quad, cameo.",
        ),
    ] = None,
    measure: Annotated[
        list[str] | None,
        typer.Option(
            "--measure", metavar="MEASURE", autocompletion=completion.measures,
            help="events, share (of the selection's events) or intensity (mean, with its n and scale).",
        ),
    ] = None,
    table: Annotated[
        str | None, typer.Option("--table", metavar="ID", help="One table of several.")
    ] = None,
) -> Result:  # fmt: skip
    """Count the events of a selection.

    Without --by an overview: totals, coverage, categories, months, actors, silences, corrections.
    An event counts once for each of its values; totals are distinct events. Months within the
    corpus's coverage that have no event are true zeros.

    Examples:

    - `relwatch stats`
    - `relwatch stats --by month,category --from 2021-07`
    - `relwatch stats --by actor --measure share -c military`
    - `relwatch stats --table months --format csv`
    """
    from relwatch.analysis.coverage import remarks
    from relwatch.analysis.stats import overview

    library = asking.opened(asked)
    selected = library.ask(request(asked))
    dimensions = [part for name in by or () for part in name.split(",") if part.strip()]
    measures = [part for name in measure or () for part in name.split(",") if part.strip()]
    if (by or measures) and not dimensions:
        from relwatch.errors import AskedWrongly

        raise AskedWrongly("--measure needs --by", "as in --by category --measure share")
    with asking.patience(asked):
        if dimensions:
            answer = selected.stats(dimensions, measures or ("events",))
        else:
            answer = overview(library.engine, selected.selection)
        said = (*library.remarks, *remarks(library.engine, selected.selection, answer.total))
    return Tables(
        said,
        asking.explained(asked, selected),
        not answer.total,
        answer=answer,
        corpus=library.corpus,
        overview=not dimensions,
        table=table,
    )
