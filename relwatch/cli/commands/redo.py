"""`relwatch redo`: writes that were taken back, done again."""

from typing import Annotated

import typer

from relwatch.cli.commands.undo import stepped
from relwatch.cli.curating import Into
from relwatch.cli.options import Shown
from relwatch.cli.results import Result
from relwatch.cli.spreading import spread


@spread(Into, Shown)
def run(
    into: Into,
    shown: Shown,
    steps: Annotated[int, typer.Argument(metavar="[N]", min=1, help="How many writes.")] = 1,
) -> Result:
    """Do again what `relwatch undo` took back.

    Examples:

    - `relwatch redo -C mine.json`
    """
    return stepped(into, steps)
