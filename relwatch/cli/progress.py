"""A progress bar on stderr, where there is a terminal to show it on."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from relwatch.datasets.conversion import Progress as Conversion


T = TypeVar("T")
PATIENCE = 1.0
"""Seconds that need no bar."""
MANY = 20_000
"""From this many on there is time to look at a bar."""


def _watched() -> bool:
    """Whether stderr is a terminal; it may be closed."""
    return sys.stderr is not None and sys.stderr.isatty()


@contextmanager
def counting(total: int, what: str) -> "Iterator[Callable[[Iterable[T]], Iterable[T]]]":
    """What counts things on a bar as they go by, where there are many."""
    if total < MANY or not _watched():
        yield lambda things: things
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        yield lambda things: bar.track(things, total=total, description=what)


@contextmanager
def patience(what: str) -> Iterator[None]:
    """Shows on a terminal, while a question takes longer than that, that it is being answered."""
    if not _watched():
        yield
        return
    import threading

    answered = threading.Event()

    def wait() -> None:
        if answered.wait(PATIENCE):
            return
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        console = Console(stderr=True, markup=False, highlight=False)
        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False))
        with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
            bar.add_task(what, total=None)
            answered.wait()

    waiting = threading.Thread(target=wait, daemon=True)
    waiting.start()
    try:
        yield
    finally:
        answered.set()
        waiting.join()


@contextmanager
def converting() -> "Iterator[Callable[[Conversion], None]]":
    """A bar for the conversion of a data set: bytes read, rows, and what is being done."""
    if not _watched():
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
    bar = Progress(*columns, console=console, transient=True)
    task = bar.add_task("reading", total=None)
    begun = time.monotonic()

    def show(seen: "Conversion") -> None:
        said = f"{seen.stage}, {seen.rows:,} rows"
        bar.update(task, total=seen.total or None, completed=seen.bytes, description=said)
        if not bar.live.is_started and time.monotonic() - begun > PATIENCE:
            bar.start()

    try:
        yield show
    finally:
        bar.stop()
