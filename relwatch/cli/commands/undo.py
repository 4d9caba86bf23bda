"""`relwatch undo`: the last writes taken back."""

from typing import Annotated

import typer

from relwatch.cli.curating import Into
from relwatch.cli.options import Shown
from relwatch.cli.results import Lines, Result
from relwatch.cli.spreading import spread


def stepped(into: Into, steps: int) -> Result:
    """Step through the history of a corpus and say what that did."""
    from relwatch.corpora import keeping

    path = into.path
    before = keeping.undone(path, steps)
    now = keeping.step(path, steps)
    word = "undone" if steps < 0 else "redone"
    return Lines(
        (f"{path} is as of {now.when} ({now.what})",),
        lines=[f"{word}: {step.what} ({step.when})" for step in before],
        value=[{"what": step.what, "when": step.when, "hash": step.hash} for step in before],
    )


@spread(Into, Shown)
def run(
    into: Into,
    shown: Shown,
    steps: Annotated[int, typer.Argument(metavar="[N]", min=1, help="How many writes.")] = 1,
) -> Result:
    """Take back the last write to a corpus, or the last N. `relwatch redo` does them again.

    A change by another program, such as an editor or git, counts as one write.

    Examples:

    - `relwatch undo -C mine.json`
    - `relwatch undo 3 -C mine.json`
    """
    return stepped(into, -steps)
