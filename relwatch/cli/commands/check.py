"""`relwatch check`: every problem of a corpus file at once."""

from pathlib import Path
from typing import Annotated

import typer

from relwatch.cli import completion
from relwatch.cli.options import Shown
from relwatch.cli.results import Problems, Result
from relwatch.cli.spreading import spread


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
    fix: Annotated[
        bool, typer.Option("--fix", help="Repair what is safe: order, spacing, order of keys.")
    ] = False,
) -> Result:
    """Check corpus files and list all problems, each with its place.

    Silent, with exit code 0, when there are none; errors end with 3, links that lead nowhere among
    them. Advice (dates outside coverage, what is never used, judgements without evidence, threads
    that run backwards, likely duplicates, one origin cited as two sources, disorder) does not fail
    unless --strict is given. --fix mends disorder only, and leaves every error where it is.

    Examples:

    - `relwatch check mine.json`
    - `relwatch check mine.json --json`
    - `relwatch check --strict *.json`
    - `relwatch check --fix mine.json`
    """
    from relwatch.cli.progress import patience
    from relwatch.corpora import keeping, places, reading
    from relwatch.corpora.checking import errors
    from relwatch.corpora.settings import chosen_corpus
    from relwatch.curation.advice import examine, repaired

    problems, said = [], []
    for name in files or [chosen_corpus(None)]:
        path = places.find(name) if not Path(name).exists() else Path(name)
        content = reading.read_bytes(path)
        whole = repaired(content) if fix else None
        if whole is not None and whole != content:
            keeping.refuse_bundled(path)
            keeping.put(path, whole, "check --fix", expected=content)
            said.append(f"{path}: repaired")
            content = whole
        with patience("checking"):
            problems += examine(content, str(path))
    failed = bool(problems if strict else errors(problems))
    return Problems(tuple(said), (), not problems, problems=tuple(problems), failed=failed)
