"""Runs every command of the README in a real terminal and writes what it prints into the page.

python -m tests.readme
"""

from __future__ import annotations

import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
from fcntl import ioctl
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
FILE = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.M | re.S)
"""A file that the page shows, with its name, and that its commands read."""
# What no two runs share: moments, and a bar that a slow machine shows while it reads.
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
BAR = re.compile(r"\x1b\[\?25l.*?\x1b\[\?25h(\r?\x1b\[1A)?\x1b\[2K", re.S)
COLUMNS = 80


def environment(home: Path) -> dict[str, str]:
    """A new user's terminal: no settings, no colour, this interpreter's relwatch first."""
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("RELWATCH", "XDG_"))
    }
    folder = str(Path(sys.executable).parent)
    return {
        **kept, "HOME": str(home), "NO_COLOR": "1", "TERM": "xterm-256color", "LANG": "C.UTF-8",
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "PAGER": "cat",
    }  # fmt: skip


def on_a_terminal(command: str, folder: Path, seconds: float = 60) -> str:
    """What a shell command prints on a terminal of 80 columns."""
    parent, child = pty.openpty()
    ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 1000, COLUMNS, 0, 0))
    process = subprocess.Popen(
        command, shell=True, stdin=child, stdout=child, stderr=child, cwd=folder,
        env=environment(folder), start_new_session=True,
    )  # fmt: skip
    os.close(child)
    said = b""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        ready, _, _ = select.select([parent], [], [], 1)
        if not ready:
            continue
        try:
            more = os.read(parent, 65536)
        except OSError:
            break
        if not more:
            break
        said += more
    os.close(parent)
    process.wait(timeout=seconds)
    text = BAR.sub("", said.decode().replace("\r\n", "\n"))
    return MOMENT.sub("2022-01-24T09:00:00Z", text)


def renewed(page: str) -> str:
    """The page with every console block's output as the commands print it now."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in FILE.findall(page):
            Path(folder, name).write_text(content, "utf-8")

        def block(match: re.Match[str]) -> str:
            commands = [line[2:] for line in match.group(1).splitlines() if line.startswith("$ ")]
            said = [f"$ {command}\n{on_a_terminal(command, Path(folder))}" for command in commands]
            return "```console\n" + "\n".join(said) + "```"

        return BLOCK.sub(block, page)


if __name__ == "__main__":
    README.write_text(renewed(README.read_text("utf-8")), "utf-8")
