"""The user's editor, run in the terminal until it ends."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_PATIENCE = 3.0
"""Seconds an editor has to put its files and the terminal in order when it is told to end."""


def run(command: list[str]) -> int:
    """Run an editor; its exit code.

    Ctrl-C reaches the editor too, and is its own matter: in most it only ends a search. Raises
    KeyboardInterrupt when the editor ends by it, and when this program is told to end; then the
    editor is told as well.
    """
    interrupts: list[int] = []
    with _left_to_the_editor(interrupts.append):
        process = subprocess.Popen(command)
        try:
            code = process.wait()
        except BaseException:
            _end(process)
            raise
    if code and interrupts:
        raise KeyboardInterrupt
    return code


@contextmanager
def _left_to_the_editor(note: Callable[[int], None]) -> Iterator[None]:
    """While it runs, what a terminal sends to everyone in it is only noted here."""
    kept = {}
    # Elsewhere than in the main thread no signal arrives, and none can be set.
    with suppress(ValueError):
        for name in ("SIGINT", "SIGQUIT"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) not in (signal.SIG_IGN, None):
                kept[number] = signal.signal(number, lambda number, _: note(number))
    try:
        yield
    finally:
        for number, old in kept.items():
            signal.signal(number, old)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
