"""`relwatch check`: every problem of a corpus file at once."""

from pathlib import Path
from typing import Annotated

import typer

from relwatch.cli import completion
from relwatch.cli.options import Shown, spread
from relwatch.cli.results import Problems, Result


@spread(Shown)
def run(
    shown: Shown,
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE...", autocompletion=completion.corpora, help="Files, or names of corpora."
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Advice fails too.")] = False,
) -> Result:
    """Check corpus files and list all problems, each with its place.

    Silent, with exit code 0, when there are none; errors end with 3. Advice does not fail unless
    --strict is given.

    Examples:

    - `relwatch check mine.json`
    - `relwatch check mine.json --json`
    - `relwatch check --strict *.json`
    """
    from relwatch.corpora import places, reading
    from relwatch.corpora.checking import check_bytes, errors
    from relwatch.corpora.settings import chosen_corpus

    problems = []
    for name in files or [chosen_corpus(None)]:
        path = places.find(name) if not Path(name).exists() else Path(name)
        problems += check_bytes(reading.read_bytes(path), str(path))
    failed = bool(problems if strict else errors(problems))
    return Problems((), (), not problems, problems=tuple(problems), failed=failed)
