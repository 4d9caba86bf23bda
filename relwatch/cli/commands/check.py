"""`relwatch check`: every problem of a corpus file at once."""

from pathlib import Path
from typing import Annotated

import typer

from relwatch.cli import completion
from relwatch.cli.options import Shown
from relwatch.cli.results import Problems, Result
from relwatch.cli.spreading import spread
from relwatch.errors import RelwatchError


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
    from relwatch.curation.advice import examine
    from relwatch.curation.repairing import Repair, repaired

    problems, said = [], []
    missing: list[RelwatchError] = []
    for name in files or [chosen_corpus(None)]:
        try:
            path = places.find(name) if not Path(name).exists() else Path(name)
            content = reading.read_bytes(path)
        except RelwatchError as error:
            # The others are checked all the same.
            missing.append(error)
            continue
        repair = repaired(content) if fix else Repair(content)
        changed = repair.content != content
        if changed:
            keeping.refuse_bundled(path)
            keeping.put(path, repair.content, "check --fix", expected=content)
            content = repair.content
        with patience("checking"):
            found = examine(content, str(path))
        problems += found
        if fix:
            said += _told(str(path), repair.left, changed, wrong=bool(errors(found)))
    if not files and not missing:
        said.append(f"{path}: checked, as no file was named")
    failed = bool(problems if strict else errors(problems))
    said += [error.message for error in missing[1:]]
    return Problems(
        tuple(said), (), not problems, wrong=missing[0] if missing else None,
        problems=tuple(problems), failed=failed,
    )  # fmt: skip


def _told(path: str, left: str, changed: bool, *, wrong: bool) -> list[str]:
    """What --fix did to a file, and what it left; nothing of a file without faults."""
    done = f"{path}: {'repaired' if changed else 'nothing was repaired'}"
    if left:
        return [f"{done}: {left}; correct the errors, then `relwatch check --fix {path}`"]
    if wrong:
        return [f"{done}; the errors are for a person to correct"]
    return [done] if changed else []
