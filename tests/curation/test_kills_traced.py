"""SIGKILL at every open, write, fsync, rename and unlink of the commands that write a corpus."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.curation.making import event, small

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace"),
]
CALLS = (
    "openat", "open", "creat", "write", "pwrite64", "fsync", "fdatasync", "rename", "renameat",
    "renameat2", "unlink", "unlinkat", "mkdir", "ftruncate", "flock", "fchmod", "link",
)  # fmt: skip
RELWATCH = [sys.executable, "-X", "frozen_modules=on", "-m", "relwatch"]

COMMANDS = {
    "add": ["add", "-C", "mine.json", "--date", "2022-03-01", "-c", "political", "--title", "New one"],
    "edit": ["edit", "-C", "mine.json", "2022-01-05-event-1", "--set", "title=Another title"],
    "import": ["import", "more.ndjson", "--into", "mine.json"],
    "undo": ["undo", "-C", "mine.json"],
}  # fmt: skip


def run(folder, command, *before):
    return subprocess.run(
        [*before, *RELWATCH, *command], cwd=folder, capture_output=True, text=True
    )


def traced(folder, command, where):
    """The calls of a command that touch our files: (name, its number among calls of that name)."""
    log = folder.parent / "trace"
    ran = run(folder, command, "strace", "-f", "-y", "-o", log, "-e", f"trace={','.join(CALLS)}")
    assert ran.returncode == 0, ran.stderr
    counts, found = {}, []
    for line in log.read_text(errors="replace").splitlines():
        match = re.match(r"\d+\s+(\w+)\(", line)
        if not match:
            continue
        call = match.group(1)
        counts[call] = counts.get(call, 0) + 1
        # The folder a relative name counts from stands in every line.
        said = re.sub(r"AT_FDCWD<[^>]*>", "", line)
        names = ('"mine.json', '".mine.json', '"more.ndjson')
        if any(str(one) in said for one in where) or any(name in said for name in names):
            found.append((call, counts[call], line))
    return found


def start(folder, home):
    """A corpus with a history of one write, in fresh folders."""
    for one in (folder, home):
        shutil.rmtree(one, ignore_errors=True)
        one.mkdir()
    (folder / "mine.json").write_text(json.dumps(small([event(1), event(2)]), indent=2) + "\n")
    (folder / "more.ndjson").write_text(
        "".join(json.dumps(event(n, "2022-06-01", title=title)) + "\n"
                for n, title in [(8, "Gas contract"), (9, "Navy visit")])
    )  # fmt: skip
    ran = run(folder, ["edit", "-C", "mine.json", "2022-01-05-event-2", "--set", "tags=x"])
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_every_system_call(name, tmp_path, monkeypatch, capsys):
    folder, home, command = tmp_path / "work", tmp_path / "home", COMMANDS[name]
    monkeypatch.setenv("XDG_STATE_HOME", str(home))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    start(folder, home)
    path = folder / "mine.json"
    before = path.read_bytes()
    calls = traced(folder, command, (folder, home))
    after = path.read_bytes()
    assert after != before and {call for call, _, _ in calls} >= {
        "openat", "write", "fsync", "rename", "unlink",
    }  # fmt: skip
    outcomes = {before: 0, after: 0}
    as_read = {}
    saved = tmp_path / "saved"
    start(folder, home)
    shutil.copytree(folder, saved / "work")
    shutil.copytree(home, saved / "home")
    for call, number, line in calls:
        for kind, place in (("work", folder), ("home", home)):
            shutil.rmtree(place)
            shutil.copytree(saved / kind, place)
        ran = run(
            folder, command, "strace", "-f", "-o", "/dev/null",
            "-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={number}",
        )  # fmt: skip
        assert ran.returncode in (-9, 137), (line, ran.returncode, ran.stderr)
        # `recorded` and the like do not differ within a day.
        held = path.read_bytes()
        assert held in outcomes, line
        outcomes[held] += 1
        # The next command works, adds to what is there, and cleans up.
        more = [
            "add",
            "-C",
            "mine.json",
            "--date",
            "2023-01-01",
            "-c",
            "military",
            "--title",
            "Later",
        ]
        done = run(folder, more)
        assert done.returncode == 0, (line, done.stderr)
        document = json.loads(path.read_bytes())
        kept = [one for one in document["events"] if one["id"] != "2023-01-01-later"]
        assert kept == json.loads(held)["events"] and len(document["events"]) == len(kept) + 1, line
        assert [n for n in os.listdir(folder) if n.startswith(".")] == [], line
        assert not list(Path(home).rglob("*.tmp")), line
        undone = run(folder, ["undo", "-C", "mine.json"])
        assert undone.returncode == 0, (line, undone.stderr)
        # What is restored is what was there, in the layout a write gives it.
        assert json.loads(path.read_bytes()) == as_read.setdefault(held, json.loads(held)), line
        assert path.read_bytes() == held, line
    with capsys.disabled():
        print(f"\n{name}: killed at {len(calls)} calls, {outcomes[before]} left the old corpus, "
              f"{outcomes[after]} the new one")  # fmt: skip
    assert min(outcomes.values()) > 0
