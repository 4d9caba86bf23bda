"""Data sets at the command line: what is refused, what is said, and in which order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("duckdb", reason="the extra `big` is not installed")

from relwatch.datasets import cache
from tests.cli.conftest import Corpora, Tell
from tests.conftest import Run
from tests.datasets import made


@pytest.fixture
def icews(tmp_path: Path) -> str:
    """A file of ICEWS with three events."""
    rows = [made.icews_row(**{"Event ID": str(number)}) for number in range(3)]
    return made.put(tmp_path, "events.tab", made.lines(made.ICEWS_HEADER, *rows))


@pytest.mark.parametrize(
    "option",
    [("--fold",), ("--rules", "r.toml"), ("--rejects", "r.tsv"), ("--most-rejects", "0.01")],
)
def test_options_that_read_rows_are_refused_where_there_are_none(
    option: tuple[str, ...], tell: Tell, icews: str, corpus: Corpora
) -> None:
    """They would change nothing of a corpus or a table, and whoever gives them expects a change."""
    assert tell("export", "made.parquet", "-C", icews).code == 0
    for path, what in ((corpus(), "a corpus"), ("made.parquet", "relwatch's own Parquet")):
        for engine in ((), ("--engine", "duckdb")):
            said = tell("list", "--count", "-C", path, *option, *engine)
            assert (said.code, said.out) == (2, "")
            assert f"{path}: is {what}: --fold, --rules" in said.err
            assert "say how the files of a data set are read" in said.err


@pytest.mark.parametrize("option", [("--fold",), ("--rules", "r.toml")])
def test_own_rows_are_neither_folded_nor_ruled(
    option: tuple[str, ...], tell: Tell, corpus: Corpora, tmp_path: Path
) -> None:
    made.put(tmp_path, "r.toml", '[[rule]]\ncategory = "arms"\nwords = ["chips"]\n')
    for name in ("mine.csv", "mine.ndjson"):
        assert tell("export", name, "-C", corpus()).code == 0
        said = tell("list", "--count", "-C", name, *option)
        assert (said.code, said.out) == (2, "")
        assert f"{option[0]} does nothing for relwatch's own" in said.err
        assert tell("list", "--count", "-C", name, "--most-rejects", "0.5").out == "3\n"


def test_only_what_repeats_itself_is_folded(tell: Tell, tmp_path: Path) -> None:
    path = made.put(tmp_path, "ged.csv", made.as_csv(made.GED, [made.ged_cells()]))
    said = tell("list", "--count", "-C", path, "--fold")
    assert said.code == 2
    assert "--fold does nothing for UCDP GED" in said.err


def test_an_engine_there_is_not_is_refused_before_anything_else(
    tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = "the engines are memory, duckdb, spark and spark://HOST:PORT"
    for path in ("china-russia", "no-such-file.tab"):
        said = tell("list", "-C", path, "--engine", "foo")
        assert said.code == 2
        assert "unknown engine “foo”" in said.err and names in said.err
    monkeypatch.setenv("RELWATCH_ENGINE", "foo")
    assert tell("list").code == 2


def test_info_counts_the_events_of_tables_and_data_sets(tell: Tell, icews: str) -> None:
    assert tell("corpus", "info", icews, "--json").json()["counts"]["events"] == 3
    assert tell("export", "made.parquet", "-C", icews).code == 0
    assert tell("corpus", "info", "made.parquet", "--json").json()["counts"]["events"] == 3


@pytest.mark.skipif(os.name == "nt", reason="no such signals there")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_whoever_ends_the_program_finds_nothing_half_made(
    number: signal.Signals, tmp_path: Path
) -> None:
    rows = (made.gdelt_row(GLOBALEVENTID=str(n)) for n in range(100_000))
    path = made.put(tmp_path, "a.csv", made.lines(*rows))
    cache = tmp_path / "cache"
    running = subprocess.Popen(
        [sys.executable, "-m", "relwatch", "list", "--count", "-C", path],
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    until = time.monotonic() + 60
    while not list(cache.rglob("part-*.parquet")) and time.monotonic() < until:
        time.sleep(0.02)
    running.send_signal(number)
    said, complaints = running.communicate(timeout=60)
    assert (running.returncode, said) == (128 + number, b""), complaints
    assert list((cache / "relwatch" / "datasets").iterdir()) == []


WITHOUT_DUCKDB = (
    "import sys\nsys.modules['duckdb'] = None\n"
    "from relwatch.cli.app import main\nsys.exit(main(sys.argv[1:]))\n"
)


def test_what_a_file_is_not_is_said_without_duckdb(
    corpus: Corpora, icews: str, tmp_path: Path
) -> None:
    """Only what can be read needs the package that reads it."""
    made.put(tmp_path, "x.txt", "hello\n")
    made.put(tmp_path, "noise.dat", bytes(range(1, 256)) * 20)
    for path, code, said in (
        (corpus("small.txt"), 0, ""),
        (str(tmp_path / "x.txt"), 3, "none of the data sets relwatch reads"),
        (str(tmp_path / "noise.dat"), 3, "is not UTF-8"),
        (icews, 4, "this needs DuckDB"),
    ):
        done = subprocess.run(
            [sys.executable, "-c", WITHOUT_DUCKDB, "list", "--count", "-C", path],
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        assert said in done.stderr


def test_a_whole_data_set_is_exported_as_the_table_it_was_made_into(
    tell: Tell, icews: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Quickly, whole or not at all, and also where nothing can be kept in the cache."""
    assert tell("export", "kept.parquet", "-C", icews).code == 0
    (kept,) = cache.entries()
    assert (tmp_path / "kept.parquet").read_bytes() == kept.path.read_bytes()
    closed = tmp_path / "closed"
    closed.write_text("not a folder")
    monkeypatch.setattr(cache, "folder", lambda: closed / "datasets")
    assert tell("list", "-C", icews).code == 4
    assert tell("export", "made.parquet", "-C", icews).code == 0
    assert tell("list", "-C", "made.parquet", "--count").out == "3\n"
    assert tell("export", "few.parquet", "-C", icews, "-n", "2").code == 0
    assert tell("list", "-C", "few.parquet", "--count").out == "2\n"
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"closed", "events.tab", "kept.parquet", "made.parquet", "few.parquet"}


def test_parquet_of_somebody_else_is_wrong_data(tell: Tell, tmp_path: Path) -> None:
    made.put(tmp_path, "other.parquet", b"PAR1 and nothing more")
    for command in (("list", "-C"), ("datasets", "sniff")):
        said = tell(*command, "other.parquet")
        assert said.code == 3
        assert "is not relwatch's Parquet" in said.err


def test_sniffing_says_what_relwatchs_own_files_are(
    tell: Tell, icews: str, corpus: Corpora
) -> None:
    assert tell("export", "made.parquet", "-C", icews).code == 0
    said = tell("datasets", "sniff", "made.parquet")
    assert said.code == 0
    assert "relwatch's own" in said.out and "Parquet" in said.out
    assert "ICEWS coded event data" in said.out and "3 events" in said.out
    said = tell("datasets", "sniff", corpus())
    assert said.code == 3
    assert "is a corpus file" in said.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("-C", "a.json", "-C", "b.json"), "--corpus is given twice"),
        (("-f", "csv", "--format", "json"), "--format is given twice"),
        (("--engine", "memory", "--engine", "duckdb"), "--engine is given twice"),
        (("--sort", "id", "--sort", "title"), "--sort is given twice"),
        (("-n", "1", "-n", "2"), "-n is given twice"),
        (("--rules", "a", "--rules", "b"), "--rules is given twice"),
        (("--rejects", "a", "--rejects", "b"), "--rejects is given twice"),
        (("--most-rejects", "0.1", "--most-rejects", "0.2"), "--most-rejects is given twice"),
        (("--dates", "stated", "--dates", "checked"), "--dates is given twice"),
        (("--color", "never", "--color", "always"), "--color is given twice"),
        (("--from", "2021", "--since", "2020"), "--from is given twice: 2021 and 2020"),
        (("--today", "2021-01-01", "--today", "2021-01-02"), "--today is given twice"),
    ],
)
def test_an_option_with_one_value_is_not_given_two(
    options: tuple[str, ...], said: str, tell: Tell
) -> None:
    """Which of them counted could not be seen in the answer."""
    answer = tell("list", "--count", *options)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err and "say it once" in answer.err


def test_a_commands_own_options_are_not_given_twice_either(tell: Tell) -> None:
    answer = tell("stats", "--table", "totals", "--table", "months")
    assert answer.code == 2
    assert "--table is given twice" in answer.err


def test_the_example_of_rules_works_as_it_is_printed(
    tell: Tell, tmp_path: Path, icews: str
) -> None:
    example = tell("datasets", "rules").out
    made.put(tmp_path, "rules.toml", example)
    assert tell("list", "-C", icews, "-c", "tech", "--rules", "rules.toml", "--count").code == 0
    for title, hit in (
        ("5G network opens", 1), ("BeiDou and GLONASS", 1), ("Huawei signs", 1),
        ("Cyber attack", 1), ("Satellites launched", 1), ("AI pact", 1), ("A wheat pact", 0),
    ):  # fmt: skip
        row = made.icews_row(**{"Event Text": title})
        path = made.put(tmp_path, "one.tab", made.lines(made.ICEWS_HEADER, row))
        said = tell("list", "-C", path, "-c", "tech", "--rules", "rules.toml", "--count")
        assert said.out == f"{hit}\n", title


def test_a_faulty_file_of_rules_points_to_the_example(
    tell: Tell, tmp_path: Path, icews: str
) -> None:
    made.put(tmp_path, "rules.toml", "[[rule]]\ncategory = 1\n")
    said = tell("list", "-C", icews, "--rules", "rules.toml")
    assert said.code == 3
    assert "`relwatch datasets rules`" in said.err


def test_help_says_that_cameo_has_no_technology(relwatch: Run) -> None:
    for command in (("datasets",), ("datasets", "list"), ("stats",)):
        said = " ".join(relwatch(*command, "--help", env={"COLUMNS": "200"}).stdout.split())
        assert "CAMEO has no" in said, command
