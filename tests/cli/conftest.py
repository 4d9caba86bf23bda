"""Ways to meet the program: in this process for plain cases, on a real terminal for the rest."""

from __future__ import annotations

import copy
import io
import json
import os
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pexpect
import pyte
import pytest

CORPUS: dict[str, Any] = {
    "format": "relwatch-corpus/1",
    "id": "small",
    "title": "A small corpus",
    "parties": ["CHN", "RUS"],
    "coverage": [{"start": "2021-01-01", "end": "2021-06-30", "basis": "watched"}],
    "categories": [
        {"id": "tech", "name": "Tech", "color": "cyan"},
        {"id": "arms", "name": "Arms trade", "color": "red"},
    ],
    "actors": [
        {"id": "CHN", "name": "China", "kind": "state", "aliases": ["PRC"]},
        {"id": "RUS", "name": "Russia", "kind": "state"},
    ],
    "sources": [{"id": "paper", "title": "The Paper", "publisher": "Paper House"}],
    "events": [
        {
            "id": "2021-01-05-chips",
            "date": "2021-01-05",
            "categories": ["tech"],
            "title": "Chips are offered",
            "actors": ["CHN", "RUS"],
            "tags": ["trade"],
            "sources": [{"source": "paper"}],
        },
        {
            "id": "2021-01-05-tanks",
            "date": "2021-01-05",
            "categories": ["arms"],
            "title": "Tanks are sold",
            "actors": ["RUS"],
        },
        {
            "id": "2021-03-01-satellite",
            "date": "2021-03-01",
            "categories": ["tech", "arms"],
            "title": "A satellite is launched",
            "actors": ["CHN"],
        },
    ],
}


class Said(NamedTuple):
    """What the program answered: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


Tell = Callable[..., Said]
Corpora = Callable[..., str]


@pytest.fixture
def tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tell:
    """The program called in this process, in an empty folder, as if piped."""
    from relwatch.cli.app import main

    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Said:
        streams = [
            io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors=errors, newline="")
            for errors in ("strict", "backslashreplace")
        ]
        with redirect_stdout(streams[0]), redirect_stderr(streams[1]):
            code = main(list(arguments))
        raw = []
        for stream in streams:
            stream.flush()
            raw.append(stream.buffer.getvalue().decode("utf-8"))  # type: ignore[attr-defined]
        return Said(code, raw[0], raw[1])

    return run


@pytest.fixture
def corpus(tmp_path: Path) -> Corpora:
    """Writes a small corpus, changed as asked, and gives back its path."""

    def write(name: str = "small.json", /, **changes: Any) -> str:
        path = tmp_path / name
        path.write_text(json.dumps({**copy.deepcopy(CORPUS), **changes}), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def many(corpus: Corpora) -> Callable[[int], str]:
    """Writes a corpus of so many events, one a day from 2001 on."""
    from datetime import date, timedelta

    def write(count: int) -> str:
        first = date(2001, 1, 1)
        events = []
        for number in range(count):
            day = (first + timedelta(days=number % 9000)).isoformat()
            events.append(
                {
                    "id": f"{day}-number-{number}", "date": day, "categories": ["tech"],
                    "title": f"Event number {number} of many", "actors": ["CHN", "RUS"],
                }
            )  # fmt: skip
        events.sort(key=lambda event: (event["date"], event["id"]))
        coverage = [{"start": "2001-01-01", "end": "2025-12-31"}]
        return corpus(f"many-{count}.json", events=events, coverage=coverage)

    return write


class Seen:
    """What a terminal of some width got, and the exit code. Its lines are drawn when asked for."""

    def __init__(self, raw: str, columns: int, code: int) -> None:
        self.raw = raw
        self.columns = columns
        self.code = code

    @cached_property
    def lines(self) -> list[str]:
        """All lines, scrolled ones too."""
        return drawn(self.raw, self.columns)

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


Watch = Callable[..., Seen]


def drawn(raw: str, columns: int) -> list[str]:
    """The lines a terminal of that width shows for these characters."""
    screen = pyte.Screen(columns, raw.count("\n") + len(raw) // columns + 2)
    pyte.Stream(screen).feed(raw)
    lines = [line.rstrip() for line in screen.display]
    while lines and not lines[-1]:
        lines.pop()
    return lines


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    """The program on a terminal of its own, until it ends."""

    def run(
        *arguments: str, columns: int = 80, rows: int = 500, env: dict[str, str] | None = None
    ) -> Seen:
        settings = {**os.environ, "TERM": "xterm-256color", **(env or {})}
        settings.pop("COLUMNS", None)
        child = pexpect.spawn(
            sys.executable, ["-m", "relwatch", *arguments], dimensions=(rows, columns), timeout=60,
            env=settings, cwd=str(tmp_path), encoding="utf-8", codec_errors="strict",
        )  # fmt: skip
        raw = child.read()
        child.close()
        code = child.exitstatus if child.exitstatus is not None else -(child.signalstatus or 0)
        return Seen(raw, columns, code)

    return run


@pytest.fixture
def glance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watch:
    """The program called in this process, with a terminal as its standard output."""
    import pty
    import threading

    from relwatch.cli.app import main

    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, columns: int = 80) -> Seen:
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("LINES", "100000")
        master, slave = pty.openpty()
        chunks: list[bytes] = []

        def read() -> None:
            while True:
                try:
                    chunk = os.read(master, 65536)
                except OSError:  # the other end is closed
                    return
                if not chunk:
                    return
                chunks.append(chunk)

        reader = threading.Thread(target=read)
        reader.start()
        try:
            with open(slave, "w", encoding="utf-8") as terminal, redirect_stdout(terminal):
                code = main(list(arguments))
        finally:
            reader.join(timeout=30)
            os.close(master)
        raw = b"".join(chunks).decode("utf-8")
        return Seen(raw, columns, code)

    return run
