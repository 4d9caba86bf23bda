"""Signals while a draft is in the editor: what was typed is kept, and named, with the way on."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time

import pexpect
import pytest

from tests.curation.making import event, read, small

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and terminals of Unix")
ID = "2022-01-05-event-1"
COMMANDS = {"add": ("add",), "edit": ("edit", ID)}

# Types a title into the draft, saves it, says that it is ready, and stays open.
SHELL = """#!/bin/sh
sed -i -e 's/^date = ""/date = "2022-03-01"/' -e 's/^title = .*/title = "Half typed"/' \\
    -e 's/^categories = \\[\\]/categories = ["military"]/' "$1"
echo $$ > "$(dirname "$0")/ready"
exec sleep 60
"""
# Saves nothing.
IDLE = """#!/bin/sh
echo $$ > "$(dirname "$0")/ready"
exec sleep 60
"""
# Meets Ctrl-C as most editors do, and goes on until it is asked to leave.
STEADY = f"""#!{sys.executable}
import os, pathlib, re, signal, sys, time
folder = pathlib.Path(sys.argv[0]).parent
met = []
signal.signal(signal.SIGINT, lambda *_: met.append(1))
draft = pathlib.Path(sys.argv[1])
(folder / "ready").write_text(str(os.getpid()))
while not met:
    time.sleep(0.02)
text = re.sub("^title = .*", 'title = "Typed after Ctrl-C"', draft.read_text(), flags=re.M)
text = text.replace('date = ""', 'date = "2022-03-01"')
text = text.replace("categories = []", 'categories = ["military"]')
draft.write_text(text)
"""
# Lets go of nothing.
STUBBORN = f"""#!{sys.executable}
import os, pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
(pathlib.Path(sys.argv[0]).parent / "ready").write_text(str(os.getpid()))
time.sleep(60)
"""


@pytest.fixture
def mine(keep):
    return keep(small([event(1)]), "my corpus.json")


@pytest.fixture
def at_a_terminal(tmp_path, monkeypatch):
    """Start a command on a terminal of its own, with a script as the editor that is open."""
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    children = []

    def start(script, *words):
        editor = tmp_path / "editor"
        editor.write_text(script)
        editor.chmod(0o755)
        child = pexpect.spawn(
            sys.executable, ["-m", "relwatch", *map(str, words)], timeout=30, encoding="utf-8",
            env={**os.environ, "VISUAL": str(editor)}, dimensions=(50, 400), cwd=str(tmp_path),
        )  # fmt: skip
        children.append(child)
        ready = tmp_path / "ready"
        for _ in range(1500):
            if ready.exists() and ready.read_text().strip():
                break
            time.sleep(0.02)
        pid = int(ready.read_text())
        ready.unlink()
        return child, pid

    yield start
    for child in children:
        child.close(force=True)


def ended(child):
    """What was printed, and the exit code."""
    said = child.read()
    child.close()
    return said.replace("\r\n", "\n"), child.exitstatus


def gone(pid):
    for _ in range(250):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def kept_draft(home, said, command, corpus):
    """The one draft there is, which the message names with the command that takes it up again."""
    (draft,) = home.rglob("drafts/*.toml")
    assert f"relwatch: interrupted; the draft is kept: {draft}\n" in said
    id_ = f" {ID}" if command == "edit" else ""
    way = f"relwatch {command}{id_} -C {shlex.quote(str(corpus))} --draft {shlex.quote(str(draft))}"
    assert f"go on with it: {way}\n" in said
    assert "half done" not in said and "Traceback" not in said
    return draft, shlex.split(way)[1:]


@pytest.mark.parametrize("command", COMMANDS)
def test_ctrl_c_keeps_and_names_the_draft(at_a_terminal, relwatch, mine, home, monkeypatch, command):  # fmt: skip
    before = mine.read_bytes()
    child, editor = at_a_terminal(SHELL, *COMMANDS[command], "-C", mine)
    child.sendintr()  # what the key does: the terminal tells all that run in it
    said, code = ended(child)
    assert code == 130 and gone(editor)
    draft, way = kept_draft(home, said, command, mine)
    assert 'title = "Half typed"' in draft.read_text() and mine.read_bytes() == before
    # The way that is named leads on.
    monkeypatch.setenv("VISUAL", "true")
    relwatch(*way)
    assert "Half typed" in [one["title"] for one in read(mine)["events"]]
    assert not draft.exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_draft_that_was_not_saved_is_named_too(at_a_terminal, mine, home, command):
    """The editor may have left beside it what was typed."""
    child, _ = at_a_terminal(IDLE, *COMMANDS[command], "-C", mine)
    child.sendintr()
    said, code = ended(child)
    assert code == 130
    kept_draft(home, said, command, mine)


@pytest.mark.parametrize("command", COMMANDS)
def test_an_editor_that_lives_through_ctrl_c_goes_on(at_a_terminal, mine, home, command):
    child, _ = at_a_terminal(STEADY, *COMMANDS[command], "-C", mine)
    child.sendintr()
    said, code = ended(child)
    assert code == 0, said
    assert "Typed after Ctrl-C" in [one["title"] for one in read(mine)["events"]]
    assert list(home.rglob("drafts/*.toml")) == []


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("all_of_them", [False, True], ids=["alone", "the group"])
def test_being_told_to_end(at_a_terminal, mine, home, command, name, all_of_them):
    """The editor is told too, and nothing is left running."""
    number = getattr(signal, name)
    child, editor = at_a_terminal(SHELL, *COMMANDS[command], "-C", mine)
    (os.killpg if all_of_them else os.kill)(child.pid, number)
    said, code = ended(child)
    assert code == 128 + number and gone(editor)
    draft, _ = kept_draft(home, said, command, mine)
    assert 'title = "Half typed"' in draft.read_text()


def test_an_editor_that_does_not_let_go_is_ended(at_a_terminal, mine, home):
    child, editor = at_a_terminal(STUBBORN, "add", "-C", mine)
    os.kill(child.pid, signal.SIGTERM)
    said, code = ended(child)
    assert code == 143 and gone(editor)
    kept_draft(home, said, "add", mine)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_closed_terminal(at_a_terminal, mine, home, command):
    """Nobody reads what is said; the draft is there, and the next command finds nothing half done."""
    before = mine.read_bytes()
    child, editor = at_a_terminal(SHELL, *COMMANDS[command], "-C", mine)
    child.ptyproc.fileobj.close()
    assert gone(editor) and child.ptyproc.wait() == 129
    child.ptyproc.closed = child.closed = True
    (draft,) = home.rglob("drafts/*.toml")
    assert 'title = "Half typed"' in draft.read_text() and mine.read_bytes() == before


def test_ctrl_c_at_a_question_after_the_editor(at_a_terminal, mine, home):
    """The draft is what a person typed until it is an event."""
    child, _ = at_a_terminal(
        SHELL.replace("2022-03-01", "2022-01-05").replace("Half typed", "Event 1").replace("exec sleep 60", ""),
        "add", "-C", mine,
    )  # fmt: skip
    child.expect(re.escape("Is it one of these?"))
    child.sendintr()
    said, code = ended(child)
    assert code == 130 and len(read(mine)["events"]) == 1
    kept_draft(home, said, "add", mine)


def test_ctrl_c_at_a_question_says_that_nothing_is_written(mine, home):
    before = mine.read_bytes()
    child = pexpect.spawn(
        sys.executable, ["-m", "relwatch", "add", "-C", str(mine), "--date", "2022-01-05", "--title",
                         "Event 1", "--category", "political"], encoding="utf-8", timeout=30,
    )  # fmt: skip
    child.expect(re.escape("Is it one of these?"))
    child.sendintr()
    said, code = ended(child)
    assert code == 130 and "\nnothing was written\n" in said
    assert mine.read_bytes() == before


def test_in_a_script_too(mine, home, tmp_path):
    """Without a terminal, the signal sent to the group."""
    editor = tmp_path / "editor"
    editor.write_text(SHELL)
    editor.chmod(0o755)
    process = subprocess.Popen(
        [sys.executable, "-m", "relwatch", "add", "--editor", "-C", mine],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "VISUAL": str(editor)}, start_new_session=True,
    )  # fmt: skip
    while not (tmp_path / "ready").exists():
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    out, said = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    kept_draft(home, said, "add", mine)
