"""SIGKILL at any moment leaves the old or the new corpus, whole, and nothing to repair."""

import json
import os
import random
import signal
import subprocess
import sys
import time
import zlib  # noqa: F401

# One child is forked for each kill, so that Python need not start 500 times.
import filelock  # noqa: F401
import pytest

from relwatch.corpora import history, keeping
from tests.curation.making import event, small


def add(path, number):
    with keeping.keeping(path) as kept:
        kept.document.put(event(number))
        kept.write(f"add {number}")


def whole(path):
    """The numbers of the events of a corpus that can be read."""
    document = json.loads(path.read_bytes())
    assert document["categories"] and document["actors"]
    return sorted(int(one["id"].rsplit("-", 1)[1]) for one in document["events"])


def slowed(system_call, moments):
    """A system call that takes a while before and after, so that kills hit the middle of it."""

    def call(*arguments, **options):
        time.sleep(moments)
        try:
            return system_call(*arguments, **options)
        finally:
            time.sleep(moments)

    return call


def kill_while(work, after):
    """Run `work` in a process and kill it after so many seconds; whether it was still at work."""
    child = os.fork()
    if child == 0:
        try:
            for name in ("open", "write", "fsync", "rename", "replace", "unlink", "close"):
                setattr(os, name, slowed(getattr(os, name), 0.001))
            work()
        finally:
            os._exit(0)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def check_random_kills(path, times, seed):
    chance = random.Random(seed)
    hits = between = 0
    add(path, 0)
    for number in range(1, times + 1):
        before, kept = path.read_bytes(), whole(path)
        undo = number % 3 == 0
        work = (lambda: keeping.step(path, -1)) if undo else (lambda n=number: add(path, n))
        hit = kill_while(work, chance.uniform(0.0, 0.09))
        hits += hit
        left = [name for name in os.listdir(path.parent) if name != path.name]
        between += bool(left)
        now = whole(path)
        if not undo:
            assert now in (kept, sorted([*kept, number])), number
        elif path.read_bytes() != before:
            assert len(now) < len(kept), number
        # The next command works, keeps all that is there, and cleans up.
        add(path, 10_000 + number)
        assert whole(path) == [*now, 10_000 + number]
        assert os.listdir(path.parent) == [path.name]
        keeping.step(path, -1)
        assert whole(path) == now
        folder = history.History(path).folder
        add(path, 20_000 + number)
        keeping.step(path, -1)
        assert not [name for name in os.listdir(folder) if name.endswith(".tmp")]
    return hits, between


def test_some_random_kills(keep):
    hits, _ = check_random_kills(keep(small()), 10, 1)
    assert hits


@pytest.mark.slow
def test_five_hundred_random_kills(keep, capsys):
    hits, between = check_random_kills(keep(small()), 500, 2)
    with capsys.disabled():
        print(f"\n500 kills, {hits} while at work, {between} left something beside the corpus")
    assert hits >= 250 and between >= 50


ADD_MANY = """
import sys, pathlib
from relwatch.corpora import keeping
path, who, many = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for n in range(many):
    with keeping.keeping(path) as kept:
        kept.document.put({"id": f"2022-{who}-{n}", "date": "2022", "categories": ["political"], "title": "x"})
        kept.write("add")
"""


def add_at_once(path, writers, each):
    running = [
        subprocess.Popen([sys.executable, "-c", ADD_MANY, path, str(who), str(each)])
        for who in range(writers)
    ]
    assert [one.wait() for one in running] == [0] * writers
    ids = [one["id"] for one in json.loads(path.read_bytes())["events"]]
    assert sorted(ids) == sorted(f"2022-{who}-{n}" for who in range(writers) for n in range(each))
    assert os.listdir(path.parent) == [path.name]


def test_four_writers_at_once(keep):
    add_at_once(keep(small()), 4, 10)


@pytest.mark.slow
def test_sixteen_writers_at_once(keep):
    add_at_once(keep(small()), 16, 50)
