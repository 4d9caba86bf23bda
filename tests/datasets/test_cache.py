"""Converted data sets are kept and found again; what goes wrong leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("duckdb", reason="the extra `big` is not installed")

from relwatch.datasets import cache, table
from relwatch.datasets.conversion import Options, Progress, convert
from relwatch.engines.base import Question
from relwatch.errors import DataWrong, SystemRefused
from relwatch.library import Opening, load
from relwatch.reference import data_folder
from tests.datasets import made


def rows(count: int) -> str:
    return made.lines(*(made.gdelt_row(GLOBALEVENTID=str(n)) for n in range(count)))


def test_the_second_question_finds_the_table(tmp_path: Path) -> None:
    path = made.put(tmp_path, "a.csv", rows(3))
    target, report, fresh = cache.table_for((path,))
    assert fresh and report.kept == 3 and table.head(target).events == 3
    assert target.is_relative_to(cache.folder())
    assert cache.table_for((path,)) == (target, report, False)
    folded, _, fresh = cache.table_for((path,), Options(fold=True))
    assert fresh and folded != target
    assert len(cache.entries()) == 2


def test_changed_files_are_read_anew_and_the_old_table_goes(tmp_path: Path) -> None:
    path = made.put(tmp_path, "a.csv", rows(3))
    old, _, _ = cache.table_for((path,))
    made.put(tmp_path, "a.csv", rows(4))
    new, report, fresh = cache.table_for((path,))
    assert fresh and report.kept == 4 and new != old and not old.exists()
    os.utime(path, ns=(1, 1))
    assert cache.table_for((path,))[2]
    rules = Path(made.put(tmp_path, "r.toml", '[[rule]]\ncategory="tech"\nwords=["a"]'))
    assert cache.table_for((path,), Options(rules=rules))[2]
    assert not cache.table_for((path,), Options(rules=rules))[2]
    rules.write_text('[[rule]]\ncategory="tech"\nwords=["b"]')
    assert cache.table_for((path,), Options(rules=rules))[2]


def test_rejects_are_kept_with_the_table(tmp_path: Path) -> None:
    path = made.put(tmp_path, "a.csv", rows(300) + "broken\n")
    first, second = tmp_path / "first.tsv", tmp_path / "second.tsv"
    cache.table_for((path,), rejects=first)
    assert not cache.table_for((path,), rejects=second)[2]
    assert first.read_text() == second.read_text()
    assert "line" in first.read_text() and "1 fields, not 61" in first.read_text()


def test_listing_and_clearing(tmp_path: Path) -> None:
    assert cache.entries() == () and cache.clear() == (0, 0)
    path = made.put(tmp_path, "a.csv", rows(3))
    cache.table_for((path,))
    (kept,) = cache.entries()
    assert kept.entry.paths == (path,) and kept.entry.report.dataset == "gdelt"
    assert kept.size > kept.path.stat().st_size
    (cache.folder() / ".relwatch-killed").mkdir()
    assert cache.clear() == (1, kept.size)
    assert list(cache.folder().iterdir()) == []


def test_tables_of_corpora_are_kept_listed_and_cleared_too(tmp_path: Path) -> None:
    """One for each file, as it is now: a corpus that changes leaves no table behind."""
    path = tmp_path / "mine.json"
    for count in (29, 28):
        document = json.loads((data_folder() / "china-russia.json").read_text(encoding="utf-8"))
        document["events"] = document["events"][:count]
        document["assessments"] = []
        path.write_text(json.dumps(document), encoding="utf-8")
        for _ in range(2):
            library = load(path, Opening(engine="duckdb"))
            assert library.engine.count(Question()) == count
        (kept,) = cache.entries()
        assert (kept.entry.paths, kept.entry.report.kept) == ((str(path),), count)
    assert cache.clear() == (1, kept.size)


def test_paths_are_listed_as_anybody_finds_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made.put(tmp_path, "a.csv", rows(3))
    monkeypatch.chdir(tmp_path)
    cache.table_for(("a.csv",))
    (kept,) = cache.entries()
    assert kept.entry.paths == (path,)


def test_nothing_is_left_of_a_refused_file(tmp_path: Path) -> None:
    path = made.put(tmp_path, "a.csv", rows(3) + "broken\n" * 3)
    with pytest.raises(DataWrong):
        cache.table_for((path,))
    assert list(cache.folder().iterdir()) == []


def test_a_cache_that_cannot_be_written(tmp_path: Path) -> None:
    path = made.put(tmp_path, "a.csv", rows(3))
    place = tmp_path / "file"
    place.write_text("not a folder")
    with pytest.raises(SystemRefused, match=r"the cache folder .* cannot be written") as caught:
        cache.table_for((path,), within=place / "datasets")
    assert caught.value.exit_code == 4
    assert "XDG_CACHE_HOME" in caught.value.hint
    spare = tmp_path / "spare"
    target, report, _ = cache.table_for((path,), within=place / "datasets", spare=spare)
    assert report.kept == 3 and target.parent == spare


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk(tmp_path: Path) -> None:
    path = made.put(tmp_path, "a.csv", rows(3))
    with pytest.raises(SystemRefused, match="No space left"):
        convert((path,), tmp_path / "out.parquet", rejects=Path("/dev/full"))


LIMITED = """
import resource, signal, sys
from pathlib import Path
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
from relwatch.datasets.conversion import convert
from relwatch.errors import SystemRefused
try:
    convert((sys.argv[1],), Path(sys.argv[2]))
except SystemRefused as error:
    print(error.message)
    sys.exit(error.exit_code)
"""


def test_a_file_that_cannot_grow_any_further(tmp_path: Path) -> None:
    path = made.put(tmp_path, "a.csv", rows(3_000))
    target = tmp_path / "folder" / "out.parquet"
    target.parent.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, path, str(target)], capture_output=True, text=True
    )
    assert done.returncode == 4, done.stderr
    assert str(target) in done.stdout
    assert list(target.parent.iterdir()) == []


INTERRUPTED = """
import sys
from pathlib import Path
from relwatch.datasets.conversion import convert
def progress(p):
    print(p.stage, flush=True)
try:
    convert((sys.argv[1],), Path(sys.argv[2]), progress=progress)
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT there")
def test_an_interrupt_leaves_nothing(tmp_path: Path) -> None:
    path = made.put(tmp_path, "a.csv", rows(150_000))
    target = tmp_path / "folder" / "out.parquet"
    target.parent.mkdir()
    running = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, path, str(target)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert running.stdout is not None
    assert running.stdout.readline() == b"reading\n"
    time.sleep(0.3)
    running.send_signal(signal.SIGINT)
    said, complaints = running.communicate(timeout=60)
    assert set(said.split()) <= {b"reading", b"checking", b"writing"}
    assert running.returncode == 130, complaints
    assert list(target.parent.iterdir()) == []


def test_progress_goes_forward_to_the_end(tmp_path: Path) -> None:
    path = made.put(tmp_path, "a.csv", rows(500))
    seen: list[Progress] = []
    convert((path,), tmp_path / "out.parquet", progress=seen.append)
    assert [one.stage for one in seen] == ["reading", "checking", "writing", "done"]
    assert seen[-1].bytes == seen[-1].total == Path(path).stat().st_size
    assert seen[-1].rows == 500
