"""`relwatch filter`: the events an expression asks for."""

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
    expression: Annotated[list[str], typer.Argument(metavar="EXPRESSION", show_default=False)],
) -> Result:
    """List the events that an expression asks for.

    Words and field:value, joined by and, or, not and parentheses; next to each other means and.
    A word that is a category or an actor means that, any other is searched for as text.

    - with “:”: category actor initiator about dyad of place country tag stage status origin
      source grade id cameo title summary quote text has
    - dates, with : = != < <= > >=: date reported recorded end; from: and to: need no quoting
    - numbers, with = != < <= > >=: intensity

    Examples:

    - `relwatch filter military and not actor:USA`
    - `relwatch filter "(drill* or exercise) date:2021-Q4"`
    - `relwatch filter has:correction from:2021-10`
    - `relwatch filter 'category:tech,economic intensity>=5'`
    """
    return asking.find(
        asked, listed, asking.limit_of(listed, shown), expression=" ".join(expression)
    )
