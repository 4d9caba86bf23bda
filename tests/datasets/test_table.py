"""relwatch's Parquet is written whole or not at all, and says what it is."""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import msgspec
import pytest

import relwatch
from relwatch.datasets import table
from relwatch.engines.base import Question
from relwatch.engines.sql import SqlEngine, engine
from relwatch.errors import AskedWrongly, DataWrong, SystemRefused
from relwatch.model import Corpus, Coverage

duckdb = pytest.importorskip("duckdb", reason="the extra `big` is not installed")


def bundled() -> Corpus:
    return relwatch.load("china-russia").corpus


def unfinished(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".relwatch-")]


def test_a_query_becomes_a_table(tmp_path: Path) -> None:
    path = tmp_path / "made.parquet"
    connection = table.connect()
    query = (
        "SELECT 'e' || i AS id, strftime(DATE '2021-03-01' - CAST(i AS INTEGER), '%Y-%m-%d') AS date,"
        " ['military'] AS categories, 'A joint drill' AS title, ['CHN', 'RUS'] AS actors,"
        " CASE WHEN i = 1 THEN 'nan'::DOUBLE ELSE 4.5 END AS intensity,"
        " [{'name': 'Ningxia'}] AS places FROM range(?) t(i)"
    )
    assert table.write_query(connection, query, [3], bundled(), path, dataset="made") == 3
    head = table.head(path)
    assert (head.events, head.dataset, head.exact) == (3, "made", True)
    found = list(SqlEngine(path).events(Question()))
    assert [event.id for event in found] == ["e2", "e1", "e0"]
    assert [event.intensity for event in found] == [4.5, None, 4.5]
    assert found[0].places[0].name == "Ningxia"
    ordinals = duckdb.execute(f"SELECT start_min, pairs, search FROM '{path}' LIMIT 1").fetchone()
    assert ordinals[0] == date(2021, 2, 27).toordinal()
    assert ordinals[1] == ["CHN-RUS"]
    assert ordinals[2].startswith(" a joint drill | militari | china | ")
    assert unfinished(tmp_path) == []


def test_what_is_not_a_field_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not the fields of an event"):
        table.write_query(
            table.connect(), "SELECT 1 AS id, 2 AS colour", [], bundled(), tmp_path / "x.parquet"
        )
    assert list(tmp_path.iterdir()) == []


def test_a_table_stays_as_it_was_when_its_successor_fails(tmp_path: Path) -> None:
    path = tmp_path / "made.parquet"
    corpus = bundled()
    table.write(corpus.events, corpus, path)
    before = path.read_bytes()

    def breaks() -> object:
        yield from corpus.events[:3]
        raise RuntimeError("the reader broke")

    with pytest.raises(RuntimeError, match="the reader broke"):
        table.write(breaks(), corpus, path)  # type: ignore[arg-type]
    assert path.read_bytes() == before
    assert unfinished(tmp_path) == []


def test_a_full_disk_leaves_nothing_half_made(tmp_path: Path) -> None:
    # A limit on file sizes is what a full disk looks like to a process, and needs no disk.
    script = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "import relwatch\n"
        "from relwatch.datasets import table\n"
        "from relwatch.errors import SystemRefused\n"
        "corpus = relwatch.load('china-russia').corpus\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "try:\n"
        "    table.write(corpus.events, corpus, Path(sys.argv[1]))\n"
        "except SystemRefused as error:\n"
        "    print(error.message)\n"
    )
    path = tmp_path / "made.parquet"
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert str(path) in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        duckdb.IOException("IO Error: Async write failed for file x (errno 28)"),
        duckdb.OutOfMemoryException(
            "Out of Memory Error: failed to offload data block of size 256.0 KiB (9 MiB/9 MiB used)."
            "\nThis limit was set by the 'max_temp_directory_size' setting."
        ),
    ],
)
def test_a_full_disk_is_named_however_it_is_noticed(error: Exception) -> None:
    with (
        pytest.raises(
            SystemRefused, match=r"^/data/out.parquet: the disk of /data is full"
        ) as caught,
        table.refusals("/data/out.parquet"),
    ):
        raise error
    assert "nothing half-made is left" in caught.value.hint


def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    corpus = bundled()
    with pytest.raises(SystemRefused):
        table.write(corpus.events, corpus, Path("/proc/made.parquet"))


@pytest.mark.parametrize("name", ["nothing.parquet", "*.parquet", "."])
def test_no_file_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(AskedWrongly, match="no such file"):
        engine(tmp_path / name)


def test_parquet_of_somebody_else(tmp_path: Path) -> None:
    path = tmp_path / "other.parquet"
    duckdb.execute("COPY (SELECT 1 AS x) TO ? (FORMAT parquet)", [str(path)])
    with pytest.raises(DataWrong, match="is not relwatch's Parquet"):
        engine(path)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(DataWrong, match="is not relwatch's Parquet"):
        engine(path)
    path.write_text("no parquet at all")
    with pytest.raises(DataWrong, match="is not relwatch's Parquet"):
        engine(path)


def test_a_folder_of_files_is_one_table(tmp_path: Path) -> None:
    corpus = bundled()
    for number in range(3):
        table.write(corpus.events[number::3], corpus, tmp_path / f"{number}.parquet")
    whole = engine(tmp_path)
    assert list(whole.events(Question())) == sorted(
        corpus.events, key=lambda event: (event.date, event.id)
    )


def test_files_of_several_months_cover_all_of_them(tmp_path: Path) -> None:
    """As when a large data set is converted month by month."""
    corpus = bundled()
    for number, (month, actor) in enumerate((("2021-02", "RUS"), ("2021-01", "CHN"))):
        head = msgspec.structs.replace(
            corpus,
            coverage=(Coverage(start=month, end=month, basis="read"),),
            actors=tuple(one for one in corpus.actors if one.id == actor),
        )
        table.write(corpus.events[number::2], head, tmp_path / f"{number}.parquet")
    whole = engine(tmp_path).corpus
    assert [one.start for one in whole.coverage] == ["2021-01", "2021-02"]
    assert {actor.id for actor in whole.actors} == {"CHN", "RUS"}
    assert whole.categories == corpus.categories


def test_without_duckdb_the_message_says_how_to_install_it(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "sys.modules['duckdb'] = None\n"
        "from relwatch.engines.sql import engine\n"
        "from relwatch.errors import SystemRefused\n"
        "try:\n"
        "    engine('x.parquet')\n"
        "except SystemRefused as error:\n"
        "    print(error.exit_code, error.hint)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "4 pip install 'relwatch[big]'\n", done.stderr


def test_ctrl_c_ends_a_long_question(tmp_path: Path) -> None:
    path = tmp_path / "made.parquet"
    query = (
        "SELECT 'e' || i AS id, '2021-03-01' AS date, ['military'] AS categories,"
        " 'A joint drill' AS title FROM range(200000) t(i)"
    )
    table.write_query(table.connect(), query, [], bundled(), path)
    script = (
        "import sys, time\n"
        "from relwatch.engines.sql import engine\n"
        "asked = engine(sys.argv[1])\n"
        "print('asking', flush=True)\n"
        "began = time.monotonic()\n"
        "try:\n"
        "    list(asked.dialect.run('SELECT count(*) FROM events a, events b"
        " WHERE contains(a.search, b.id)', {}))\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted', flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "asking\n"
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=30)[0] == "interrupted\n"
