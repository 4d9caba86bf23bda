"""A corpus file is changed whole or not at all, and every change can be taken back."""

import json
import os
import stat
import subprocess
import sys
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relwatch.corpora import history, keeping, writing
from relwatch.corpora.documents import open_document
from relwatch.corpora.locking import locked
from relwatch.errors import AskedWrongly, DataWrong, SystemRefused
from relwatch.reference import data_folder
from tests.curation.making import event, small


def add(path, number, **fields):
    with keeping.keeping(path) as kept:
        kept.document.put(event(number, **fields))
        assert kept.write(f"add {number}")


def ids(path):
    return [one["id"] for one in json.loads(path.read_bytes())["events"]]


def beside(path):
    return sorted(os.listdir(path.parent))


# What is written.


def test_the_bundled_corpus_is_written_as_it_was_read():
    content = (data_folder() / "china-russia.json").read_bytes()
    assert open_document(content, "x").encode() == content


def test_a_diff_shows_only_what_changed(keep):
    path = keep(small([event(1), event(2, "2022-02-01"), event(3, "2022-03-01")]))
    before = path.read_text().splitlines()
    add(path, 9, date="2022-02-15")
    after = path.read_text().splitlines()
    at = next(n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b)
    grown = len(after) - len(before)
    assert grown == 8 and after[:at] + after[at + grown :] == before


def test_unknown_fields_and_spellings_survive_everywhere(keep):
    strange = {"weight": 25.30, "big": 123456789012345678901234567890, "deep": {"é": [None, {}]}}
    document = small([event(1, mine=strange, places=[{"name": "X", "mine": 1}])], mine=strange)
    document["actors"][0]["mine"] = strange
    path = keep(document)
    path.write_text(path.read_text().replace("25.3", "25.30").replace("Event 1", "Ev\\u0065nt 1"))
    add(path, 2)
    text = path.read_text()
    assert text.count("25.30") == 3 and "Ev\\u0065nt 1" in text
    with keeping.keeping(path) as kept:
        first = kept.document.event("2022-01-05-event-1")
        kept.document.put({**first, "title": "Other", "date": "2022-01-06"})
        kept.write("edit")
    after = json.loads(path.read_bytes())
    assert after["events"][1]["mine"] == strange and after["events"][1]["title"] == "Other"
    assert after["mine"] == strange and after["actors"][0]["mine"] == strange
    assert list(after["events"][1])[-1] == "mine" and after["events"][1]["places"][0]["mine"] == 1


def test_events_stand_by_date_and_id(keep):
    path = keep(small())
    for number, date in [(3, "2022"), (1, "2022-01"), (2, "2022-01-01"), (4, "2021-12-31")]:
        add(path, number, date=date)
    assert ids(path) == [
        "2021-12-31-event-4", "2022-01-01-event-2", "2022-01-event-1", "2022-event-3",
    ]  # fmt: skip


def test_mode_and_symlink_are_kept(keep, tmp_path):
    path = keep(small())
    path.chmod(0o640)
    link = tmp_path / "link.json"
    link.symlink_to("mine.json")
    add(link, 1)
    assert link.is_symlink() and os.readlink(link) == "mine.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640 and len(ids(path)) == 1
    assert keeping.step(path, -1).what == "as it was found"  # one history under both names
    assert beside(path) == ["link.json", "mine.json"]


TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
DATES = st.dates().map(str) | st.dates().map(lambda day: str(day)[:7])


@st.composite
def corpora(draw):
    days = draw(st.lists(DATES, max_size=6))
    events = []
    for number, day in enumerate(days):
        made = event(number, day, title=draw(TEXT.filter(str.strip)), summary=draw(TEXT))
        made["tags"] = draw(st.lists(TEXT, max_size=3))
        made["amounts"] = [{"value": draw(st.floats(-1e9, 1e9))}]
        # Keys that could be taken for the model's begin otherwise.
        made |= {
            f"x-{key}": value for key, value in draw(st.dictionaries(TEXT, ANY, max_size=2)).items()
        }
        events.append(made)
    return small(events, **{"x-more": draw(ANY)})


@given(corpora(), st.sampled_from([None, 1, 4]), st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_corpus_written_and_read_is_the_same(document, indent, ascii_only):
    content = json.dumps(document, indent=indent, ensure_ascii=ascii_only).encode()
    opened = open_document(content, "x")
    written = opened.encode()
    again = json.loads(written)
    assert {**again, "events": None} == {**document, "events": None}
    assert sorted(again["events"], key=lambda e: e["id"]) == sorted(
        document["events"], key=lambda e: e["id"]
    )
    assert open_document(written, "x").encode() == written
    # Also when every record is touched.
    for one in document["events"]:
        opened.put({**one, "title": "t"})
        opened.put(one)
    opened.part("x-more")
    opened.room("actors")
    assert json.loads(opened.encode()) == again


# What is refused.

NONSENSE = {
    "empty": lambda text: "",
    "cut": lambda text: text[: len(text) // 2],
    "not a corpus": lambda text: '{"a": 1}',
    "a key twice": lambda text: text.replace('"title": "Event 1"', '"title": "a", "title": "b"'),
    "no such day": lambda text: text.replace('"date": "2022-01-05"', '"date": "2022-02-30"'),
    "a category twice": lambda text: text.replace('"id": "military"', '"id": "political"'),
    "an undeclared party": lambda text: text.replace('"IRN",\n    "RUS"', '"IRN",\n    "CHN"'),
    "an endless number": lambda text: text.replace('"title": "Event 1"', '"title": "a", "x": 1e999'),
    "half a surrogate": lambda text: text.replace("Event 1", "\\ud800"),
    "an id twice": lambda text: text.replace("event-2", "event-1"),
    "not a date of a source": lambda text: text.replace('"reliability"', '"published": "x", "reliability"'),
}  # fmt: skip


@pytest.mark.parametrize("how", NONSENSE)
def test_nonsense_is_refused_and_never_rewritten(keep, how):
    path = keep(small([event(1), event(2)]))
    add(path, 3)
    bad = NONSENSE[how](path.read_text())
    assert bad != path.read_text()
    path.write_text(bad)
    for change in (lambda: add(path, 4), lambda: keeping.step(path, -1)):
        with pytest.raises(DataWrong) as refused:
            change()
        assert str(path) in refused.value.message
        assert path.read_text() == bad and beside(path) == ["mine.json"]


def test_an_edit_that_would_break_the_corpus_is_not_written(keep):
    path = keep(small([event(1)]))
    before = path.read_bytes()
    with pytest.raises(DataWrong, match="nosuch"):
        add(path, 2, categories=["nosuch"])
    with pytest.raises(DataWrong, match="2021-01-01"):
        add(path, 2, end="2021-01-01")
    assert path.read_bytes() == before and beside(path) == ["mine.json"]


def test_the_bundled_corpus_is_read_only():
    path = data_folder() / "china-russia.json"
    before = path.read_bytes()
    with pytest.raises(AskedWrongly, match="read-only") as refused:
        add(path, 1)
    assert "corpus copy china-russia" in refused.value.hint and path.read_bytes() == before


# What the system refuses.


def test_a_full_disk_leaves_the_old_file(keep):
    path = keep(small([event(n) for n in range(50)]))
    before = path.read_bytes()
    script = (
        "import resource, sys, pathlib\n"
        "from relwatch.corpora import keeping\n"
        "with keeping.keeping(pathlib.Path(sys.argv[1])) as kept:\n"
        "    kept.document.put({'id': 'a', 'date': '2022', 'categories': ['political'], 'title': 'x' * 9000})\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))\n"
        "    try: kept.write('add')\n"
        "    except Exception as error: sys.exit(type(error).__name__ + ': ' + error.message)\n"
    )  # fmt: skip
    ran = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True)
    assert (
        ran.returncode == 1 and ran.stderr.startswith("SystemRefused: ") and "limit" in ran.stderr
    )
    assert path.read_bytes() == before and beside(path) == ["mine.json"]


@pytest.fixture
def ram_disk(tmp_path):
    """A disk of 128 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(folder)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_disk_that_is_really_full(ram_disk):
    path = ram_disk / "mine.json"
    path.write_text(json.dumps(small([event(n, summary="x" * 1000) for n in range(50)])))
    before = path.read_bytes()
    with pytest.raises(SystemRefused, match="no space") as refused:
        add(path, 60, summary="y" * 60_000)
    assert refused.value.exit_code == 4 and "space" in refused.value.hint
    assert path.read_bytes() == before and beside(path) == ["mine.json"]
    path.unlink()
    path.write_text(json.dumps(small()))
    add(path, 1)


def test_a_disk_smaller_than_the_corpus(keep, ram_disk, relwatch):
    large = keep(small([event(n, summary="x" * 1000) for n in range(200)]), "large.json")
    there = ram_disk / "mine.json"
    there.write_text(json.dumps(small([event(1)])))
    before = there.read_bytes()
    for target in (there, ram_disk / "other.json"):
        ran = relwatch("corpus", "copy", large, target, "--force", code=4)
        assert "no space is left" in ran.err
        assert there.read_bytes() == before and beside(there) == ["mine.json"]
    relwatch("cover", "-C", there, "--from", "2022-01", "--to", "2022-02")
    relwatch("undo", "-C", there)
    assert there.read_bytes() == before


@pytest.mark.parametrize("kilobytes", [0, 8, 40])
def test_a_size_limit_stops_a_command_whole(keep, kilobytes, relwatch):
    """Wherever it strikes: at the version that is kept, at the book, at the corpus."""
    noise = [os.urandom(400).hex() for _ in range(100)]
    path = keep(small([event(n, summary=text) for n, text in enumerate(noise)]))
    before = path.read_bytes()
    add_one = ("add", "-C", str(path), "--date", "2023", "-c", "military", "--title", "More")
    ran = subprocess.run(
        ["bash", "-c", f'ulimit -f {kilobytes}; exec "$@"', "-", sys.executable, "-m", "relwatch", *add_one],
        capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 4 and "size limit" in ran.stderr, ran.stderr
    assert path.read_bytes() == before and beside(path) == ["mine.json"]
    relwatch(*add_one)


def test_a_state_folder_on_a_full_disk_stops_the_write(keep, ram_disk, monkeypatch):
    from relwatch.corpora.places import user_folder

    path = keep(small())
    before = path.read_bytes()
    (ram_disk / "filler").write_bytes(b"x" * 128 * 1024)
    monkeypatch.setenv("XDG_STATE_HOME", str(ram_disk))
    user_folder.cache_clear()
    with pytest.raises(SystemRefused, match="space"):
        add(path, 1)
    assert path.read_bytes() == before


ADD = """
import sys, pathlib, os, filelock, platformdirs, zlib
from relwatch.corpora import checking, documents, keeping
os.umask(0)
keeping.History(pathlib.Path('x')).folder.mkdir(parents=True)
if sys.argv[2:] == ['nobody']:  # root knows no read-only folder
    if os.getuid() == 0: os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    with keeping.keeping(pathlib.Path(sys.argv[1])) as kept:
        kept.document.put({'id': 'a', 'date': '2022', 'categories': ['political'], 'title': 'x'})
        if sys.argv[2:3] not in ([], ['nobody']): os.rename(pathlib.Path(sys.argv[1]).parent, sys.argv[2])
        kept.write('add')
except Exception as error: sys.exit(f"{type(error).__name__} {getattr(error, 'exit_code', 70)}: {error}")
"""


def test_a_read_only_folder(keep, tmp_path):
    path = keep(small())
    before = path.read_bytes()
    for parent in path.parents[1:]:
        if parent.name.startswith(("pytest-", "popen-")) and parent.stat().st_uid == os.getuid():
            parent.chmod(0o755)
    tmp_path.chmod(0o555)
    try:
        ran = subprocess.run(
            [sys.executable, "-c", ADD, path, "nobody"], capture_output=True, text=True
        )
    finally:
        tmp_path.chmod(0o755)
    assert ran.stderr.startswith(f"SystemRefused 4: {path}: may not be written"), ran.stderr
    assert path.read_bytes() == before and beside(path) == ["mine.json"]


def test_a_vanished_folder(tmp_path, keep):
    folder = tmp_path / "team"
    folder.mkdir()
    path = keep(small(), "team/mine.json")
    before = path.read_bytes()
    ran = subprocess.run(
        [sys.executable, "-c", ADD, path, tmp_path / "gone"], capture_output=True, text=True
    )
    assert ran.stderr.startswith(f"SystemRefused 4: {path}: the folder"), ran.stderr
    assert (tmp_path / "gone" / "mine.json").read_bytes() == before


def test_a_corpus_that_is_not_there(tmp_path):
    with pytest.raises(AskedWrongly, match="no such file"):
        add(tmp_path / "none.json", 1)
    assert os.listdir(tmp_path) == []


def test_another_writer_is_named_after_the_time_limit(keep):
    path = keep(small())
    script = (
        "import sys, pathlib, time\n"
        "from relwatch.corpora.locking import locked\n"
        "with locked(pathlib.Path(sys.argv[1])):\n"
        "    print('held', flush=True); sys.stdin.read()\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, path],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(SystemRefused) as refused, keeping.keeping(path, wait=0.2):
        pass
    assert str(path) in refused.value.message and f"process {holder.pid}" in refused.value.message
    holder.kill()
    holder.wait()
    holder.stdin.close()
    holder.stdout.close()
    add(path, 1)
    assert beside(path) == ["mine.json"]


def test_nobody_is_turned_away_because_the_queue_is_long(keep):
    """The time limit is for one holder: where each gives way to the next, waiting goes on."""
    path = keep(small())
    script = (
        "import os, sys, pathlib, time\n"
        "from relwatch.corpora.locking import locked\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "with locked(path):\n"
        "    print('held', flush=True)\n"
        "    for turn in range(8):\n"
        "        time.sleep(0.5)\n"
        "        os.utime(path.with_name('.mine.json.lock'))  # as the next holder's would look\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, path], stdout=subprocess.PIPE, text=True
    ) as holders:
        assert holders.stdout.readline() == "held\n"
        began = time.monotonic()
        with locked(path, 1.5):
            assert time.monotonic() - began > 2.5


# What can be taken back.


def test_undo_and_redo_step_through_twenty_writes_and_more(keep):
    path = keep(small())
    states = [path.read_bytes()]
    for number in range(25):
        add(path, number)
        states.append(path.read_bytes())
    for back in range(1, 26):
        keeping.step(path, -1)
        assert path.read_bytes() == states[-1 - back]
    with pytest.raises(AskedWrongly, match="nothing to undo"):
        keeping.step(path, -1)
    assert keeping.step(path, 20).what == "add 19" and path.read_bytes() == states[20]
    with pytest.raises(AskedWrongly, match="only 5 writes can be redone"):
        keeping.step(path, 6)
    add(path, 90)
    with pytest.raises(AskedWrongly, match="nothing to redo"):
        keeping.step(path, 1)


def test_a_file_changed_by_hand_is_recorded_first(keep):
    path = keep(small())
    add(path, 1)
    first = path.read_bytes()
    by_hand = first.replace(b"Event 1", b"By hand")
    path.write_bytes(by_hand)
    add(path, 2)
    second = path.read_bytes()
    assert keeping.step(path, -1).outside and path.read_bytes() == by_hand
    keeping.step(path, -1)
    assert path.read_bytes() == first
    keeping.step(path, 2)
    assert path.read_bytes() == second
    # Undoing at once takes back the change by hand, and that can be redone.
    path.write_bytes(by_hand)
    assert [step.what for step in keeping.undone(path, -1)] == [history.OUTSIDE]
    keeping.step(path, -1)
    assert path.read_bytes() == second
    keeping.step(path, 1)
    assert path.read_bytes() == by_hand


def test_history_is_bounded_and_clears_up(keep, monkeypatch):
    path = keep(small())
    for number in range(history.KEPT + 10):
        add(path, number)
    kept = history.History(path)
    assert len(kept.now(path.read_bytes()).steps) == history.KEPT
    assert len(os.listdir(kept.folder)) <= history.KEPT + 2
    monkeypatch.setattr(history, "WEIGHT", 1)
    add(path, 100)
    assert len(kept.now(path.read_bytes()).steps) == history.ALWAYS_KEPT
    keeping.step(path, -20)


def test_a_damaged_history_is_said_and_never_used(keep):
    path = keep(small())
    add(path, 1)
    add(path, 2)
    before = path.read_bytes()
    kept = history.History(path)
    for step in kept.now(before).steps[:2]:
        (kept.folder / f"{step.hash}.z").write_bytes(b"?")
    with pytest.raises(DataWrong, match="damaged"):
        keeping.step(path, -1)
    assert path.read_bytes() == before
    (kept.folder / "book.json").write_text("{")
    add(path, 3)
    assert (kept.folder / "book.unreadable").read_text() == "{"
    keeping.step(path, -1)
    assert path.read_bytes() == before


def test_leftovers_of_killed_writers_are_cleared(keep):
    path = keep(small())
    (path.parent / ".mine.json.77-abc.tmp").write_text("half")
    (path.parent / ".mine.json.lock").write_text("relwatch add, process 77")
    (path.parent / ".other.json.77-abc.tmp").write_text("not ours")
    add(path, 1)
    assert beside(path) == [".other.json.77-abc.tmp", "mine.json"]


def test_new_files_follow_the_umask(tmp_path):
    old = os.umask(0o027)
    try:
        writing.replace(tmp_path / "a", b"x")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


def test_locks_of_two_corpora_do_not_meet(keep):
    one, other = keep(small(), "a.json"), keep(small(), "b.json")
    with locked(one, 1), locked(other, 1):
        pass
