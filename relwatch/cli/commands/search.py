"""`relwatch search`: full text, best first."""

from typing import Annotated

import typer

from relwatch.cli import asking
from relwatch.cli.options import Asked, Listed, Shown
from relwatch.cli.results import Result
from relwatch.cli.spreading import spread


@spread(Asked, Listed, Shown)
def run(
    asked: Asked,
    listed: Listed,
    shown: Shown,
    words: Annotated[list[str], typer.Argument(metavar="WORDS", show_default=False)],
    any_word: Annotated[
        bool, typer.Option("--any", help="Any of the words, not all of them.")
    ] = False,
) -> Result:
    """Search titles, summaries, names, aliases, places, tags and quotations.

    All words must match, in any form of the word; the best come first: most words, most in the
    title, newest. Quotes make a phrase, a star at the end asks for the beginning of a word;
    everything else is literal.

    Examples:

    - `relwatch search drills`
    - `relwatch search helicopter jet --any`
    - `relwatch search '"space weather"' 'tech*'`
    - `relwatch search S-400 --json`
    """
    return asking.find(
        asked, listed, asking.limit_of(listed, shown), search=tuple(words), any_word=any_word
    )
