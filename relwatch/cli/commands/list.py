"""`relwatch list`: the events of a selection, by date."""

from relwatch.cli import asking
from relwatch.cli.options import Asked, Listed, Shown
from relwatch.cli.results import Result
from relwatch.cli.spreading import spread


@spread(Asked, Listed, Shown)
def run(asked: Asked, listed: Listed, shown: Shown) -> Result:
    """List the events of a selection, oldest first.

    A † marks an event of which a checked source says something else; `relwatch show` says what.

    Examples:

    - `relwatch list --category military`
    - `relwatch list --actor russia --from 2021-10 --to 2021-12`
    - `relwatch list --dyad china,russia --last 3 months --json`
    - `relwatch list -c tech,economic --columns id,title,sources`
    """
    return asking.find(asked, listed, asking.limit_of(listed, shown))
