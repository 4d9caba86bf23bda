"""`relwatch remove`: events that should not be there."""

from typing import Annotated

import typer

from relwatch.cli import completion
from relwatch.cli.curating import Into
from relwatch.cli.options import Shown
from relwatch.cli.results import Lines, Result
from relwatch.cli.spreading import spread


@spread(Into, Shown)
def run(
    into: Into,
    shown: Shown,
    ids: Annotated[list[str], typer.Argument(metavar="ID...", autocompletion=completion.ids)],
    unlink: Annotated[
        bool, typer.Option("--unlink", help="Remove the links that point to them too.")
    ] = False,
) -> Result:
    """Remove events. Refused while other events or judgements point to them, unless --unlink.

    `relwatch undo` brings them back.

    Examples:

    - `relwatch remove 2022-01-10-ministers -C mine.json`
    """
    from relwatch.cli.curating import keeping
    from relwatch.curation import editing

    with keeping(into.path) as kept:
        names = list(dict.fromkeys(editing.one_id(kept.document, name) for name in ids))
        dropped = editing.remove(kept.document, names, unlink)
        kept.write(f"remove {names[0] if len(names) == 1 else f'{len(names)} events'}")
    return Lines(
        tuple(f"no longer points to it: {one}" for one in dropped),
        lines=[f"removed {name}" for name in names],
        value={"removed": names, "unlinked": [{"kind": o.kind, "id": o.id} for o in dropped]},
    )
