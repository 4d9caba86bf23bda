"""What takes long shows on a terminal that it goes on, and leaves nothing behind."""

from __future__ import annotations

import os
import pty
import sys
import time

import pytest

from relwatch.cli import progress


def shown(seconds: float, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a terminal is sent while a question takes that long."""
    ours, theirs = pty.openpty()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    with os.fdopen(theirs, "w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        with progress.patience("asking"):
            time.sleep(seconds)
        stream.write(".")
        stream.flush()
        said = ""
        while not said.endswith("."):
            said += os.read(ours, 1 << 16).decode()
        return said


def test_a_slow_question_is_seen_to_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    said = shown(0.6, monkeypatch)
    assert "asking" in said
    assert said.endswith("\x1b[2K."), "the line is erased when the answer comes"


def test_a_quick_question_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(0, monkeypatch) == "."
