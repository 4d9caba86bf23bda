"""One writer at a time: a lock beside the corpus, waited for with a time limit."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from relwatch.corpora.writing import refused
from relwatch.errors import SystemRefused

WAIT = 20.0
"""How many seconds a command waits for another one to finish; in a queue, for each of them."""
_LOOK = 0.5


@contextmanager
def locked(path: Path, wait: float = WAIT) -> Iterator[None]:
    """Hold the lock of a corpus. SystemRefused, naming the holder, after `wait` seconds.

    While one holder gives way to the next the waiting begins anew: a queue moves, and nobody in
    it is turned away because it is long.

    The lock is the system's, so it ends with its process however that ends. Its file stands
    beside the corpus, where every user of a shared folder meets it, and goes away on release.
    """
    import time

    from filelock import FileLock, Timeout

    real = Path(os.path.realpath(path))
    place = real.with_name(f".{real.name}.lock")
    lock = FileLock(place, poll_interval=0.01)
    seen, until = _turn(place), time.monotonic() + wait
    while not lock.is_locked:
        try:
            lock.acquire(timeout=max(0.0, min(_LOOK, until - time.monotonic())))
        except Timeout:
            now = _turn(place)
            if now != seen:
                seen, until = now, time.monotonic() + wait
            elif time.monotonic() >= until:
                raise SystemRefused(
                    f"{path}: another relwatch is writing this corpus{_holder(place)}; "
                    f"nothing was changed after waiting {wait:g} seconds",
                    "try again when it has ended",
                ) from None
        except OSError as error:
            raise refused(path, error) from None
    try:
        _sign(place)
        yield
    finally:
        # Unlinked while it is held: a waiter that has it open finds that it has no name any
        # more and starts over with a new one.
        with suppress(OSError):
            place.unlink()
        lock.release()


def _turn(place: Path) -> tuple[int, int] | None:
    """What tells one holding of the lock from the next; None while nobody holds it."""
    try:
        found = place.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _sign(place: Path) -> None:
    """Leave a line for those who have to wait. A lock works without it."""
    with suppress(OSError):
        command = sys.argv[1] if sys.argv[1:] and sys.argv[1].isalpha() else ""
        words = f"process {os.getpid()}" + (f", relwatch {command}" if command else "")
        place.write_text(f"{words}\n", encoding="utf-8")


def _holder(place: Path) -> str:
    try:
        line = place.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
    return f" ({' '.join(line.split())[:80]})" if line else ""
