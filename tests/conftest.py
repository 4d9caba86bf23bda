"""One fixture isolates every test: a home of its own, no colour, a fixed width."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Fast enough for every run; no deadline, since shared machines pause.
settings.register_profile("relwatch", max_examples=50, deadline=None)
settings.load_profile("relwatch")

ROOT = Path(__file__).parent.parent
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(autouse=True)
def own_home(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A user of this test alone: nothing of the developer's settings, colours or width."""
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(("RELWATCH_", "XDG_", "_RELWATCH")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.delenv("PAGER", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm-256color")
    from relwatch.corpora import places

    places.user_folder.cache_clear()
    yield home
    places.user_folder.cache_clear()


@pytest.fixture
def relwatch(tmp_path: Path) -> Run:
    """Run the program as a user does, in a folder of its own, and give back what it said."""

    def run(
        *arguments: str,
        stdin: str | None = None,
        env: dict[str, str] | None = None,
        cwd: Path = tmp_path,
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "relwatch", *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            input=stdin,
            env={**os.environ, **(env or {})},
            cwd=cwd,
            timeout=60,
        )

    return run
