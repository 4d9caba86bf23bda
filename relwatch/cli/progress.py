"""A progress bar on stderr, where there is a terminal to show it on."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from relwatch.datasets.conversion import Progress


@contextmanager
def converting() -> "Iterator[Callable[[Progress], None]]":
    """A bar for the conversion of a data set: bytes read, rows, and what is being done."""
    if not sys.stderr.isatty():
        yield lambda progress: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True, markup=False, highlight=False)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%", markup=False),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading", total=None)
        yield lambda seen: bar.update(
            task,
            total=seen.total or None,
            completed=seen.bytes,
            description=f"{seen.stage}, {seen.rows:,} rows",
        )
