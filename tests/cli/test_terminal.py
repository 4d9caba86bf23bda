"""What a terminal shows at 40, 80 and 200 columns: on a real one, and drawn as it draws it."""

from __future__ import annotations

import copy
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest

from relwatch.text import width
from tests.cli.conftest import CORPUS, Corpora, Tell, Watch, drawn

Many = Callable[[int], str]
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
WIDTHS = [40, 80, 200]
QUESTIONS = [
    ["list"], ["search", "drills"], ["search", "putin", "china"], ["show", "2021-08-09"], ["show", "2021-08-27"], ["stats"],
    ["stats", "--by", "month"], ["stats", "--by", "month,category"], ["stats", "--by", "actor"], ["stats", "--by", "pair"],
    ["stats", "--by", "category", "--measure", "events,share,intensity"], ["stats", "-c", "military", "--on", "2021-10"],
    ["list", "--columns", "id,date,title,sources,tags"], ["list", "--columns", "title"], ["--help"], ["list", "--help"],
]  # fmt: skip


def unwrapped(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())


@pytest.mark.parametrize("columns", WIDTHS)
def test_nothing_is_wider_than_the_terminal(glance: Watch, columns: int) -> None:
    """Every screen fits: no line is wrapped by the terminal itself, none ends in spaces."""
    for question in QUESTIONS:
        seen = glance(*question, columns=columns)
        assert seen.code == 0, question
        for line in COLOUR.sub("", seen.raw).replace("\r\n", "\n").split("\n"):
            assert width(line) <= columns, (question, line)
            assert question[-1] == "--help" or line == line.rstrip(), (question, line)


@pytest.mark.parametrize("columns", WIDTHS)
def test_dates_never_shrink_and_titles_stay_whole(glance: Watch, tell: Tell, columns: int) -> None:
    """At any width every date and title of the bundled corpus can be read in full."""
    events = tell("list", "--json").json()
    seen = glance("list", columns=columns)
    for event in events:
        assert any(line.startswith(event["date"]) for line in seen.lines), event["date"]
    words = unwrapped(seen.lines)
    for event in events:
        for word in event["title"].split():
            assert word in words, word
    narrow = glance("list", columns=40)
    for event in events:
        assert event["title"] in unwrapped(narrow.lines)


def test_titles_wrap_between_words(glance: Watch) -> None:
    """A title is broken at its spaces, and its lines stand below one another."""
    lines = glance("list", columns=80).lines
    start = lines[0].index("Title")
    assert lines[2][start:] == "China and Russia name 2020 and 2021 their"
    assert lines[3] == " " * start + "joint years of science"


def test_below_60_columns(glance: Watch) -> None:
    """On a narrow terminal date and category share a line and the title stands beneath."""
    lines = glance("list", "-n", "2", columns=59).lines
    assert lines == [
        "2021-12-31†  Political", "  Chinese ambassador talks with Baradar of the Taliban", "  about rebuilding",
        "2022-01-04†  Political", "  Hanafi of the Taliban discusses refineries and cement", "  with Russian investors",
    ]  # fmt: skip
    assert glance("list", "-n", "2", columns=60).lines[0].split() == ["Date", "Category", "Title"]


def test_ids_only_where_the_date_does_not_name_the_event(glance: Watch, corpus: Corpora) -> None:
    """Two events of one day show what tells their ids apart, whole at every width."""
    path = corpus()
    for columns in (40, 60, 80, 200):
        lines = glance("list", "-C", path, columns=columns).lines
        assert (
            sum("chips" in line.lower().split("  ")[0] or "chips" in line.split() for line in lines)
            >= 1
        )
        text = "\n".join(lines)
        assert "2021-01-05" in text
        assert " chips" in text
        assert " tanks" in text
        assert "satellite " not in text.replace("satellite is", "")


def test_long_ids_and_odd_dates(glance: Watch, corpus: Corpora) -> None:
    """Ranges, uncertain and corrected dates and an id of 40 characters are whole at 40 columns."""
    events = copy.deepcopy(CORPUS["events"])
    events[0].update(id="2021-01-05-" + "abcdefghij" * 2 + "-end", end="2021-02-06", uncertain=True)
    events[0]["notes"] = [{"kind": "correction", "field": "title", "value": "x"}]
    lines = glance("list", "-C", corpus(events=events), columns=40).lines
    assert any(line.startswith("2021-01-05/02-06?†") for line in lines)
    assert "abcdefghijabcdefghij-end" in "".join(line.strip() for line in lines)


@pytest.mark.parametrize("columns", WIDTHS)
def test_wide_characters(glance: Watch, corpus: Corpora, columns: int) -> None:
    """Chinese, Japanese and Korean titles take two cells a character and still fit."""
    events = copy.deepcopy(CORPUS["events"])
    for event in events:
        event["title"] = "中俄两国海军在日本海举行联合军事演习并宣布新的合作计划" * 3
    path = corpus(events=events)
    for question in (["list"], ["search", "演习"], ["show", "2021-03-01"]):
        seen = glance(*question, "-C", path, columns=columns)
        assert seen.code == 0
        for line in seen.raw.replace("\r\n", "\n").split("\n"):
            assert width(line) <= columns, line
        assert "".join(seen.raw.split()).count("海") >= 3


# How much is shown


def test_a_hundred_events(watch: Watch, many: Many) -> None:
    """A terminal gets the latest hundred, oldest first, and is told how to get all."""
    path = many(4_812)
    seen = watch("list", "-C", path, "--no-pager")
    assert seen.lines[-1] == "100 of 4,812; -n 0 for all"
    rows = [line for line in seen.lines if re.match(r"\d{4}-", line)]
    assert len(rows) == 100
    assert [row[:10] for row in rows] == sorted(row[:10] for row in rows)
    assert "number 4811 " in unwrapped(rows[-1:])
    quiet = watch("list", "-C", path, "--no-pager", "-q")
    assert "of 4,812" not in quiet.text


def test_fewer_are_counted(glance: Watch, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing is cut the number of events stands alone."""
    glance("list", "-c", "military", "--from", "2021-11-19", "--to", "2021-11-19")
    assert capsys.readouterr().err == "1 event\n"
    glance("list")
    assert capsys.readouterr().err == (
        "29 events; † a checked source says otherwise, see `relwatch show`\n"
    )
    glance("list", "--to", "2021-11-19", "-n", "1")
    assert capsys.readouterr().err == "1 of 22; -n 0 for all\n"
    glance("search", "ningxia")
    assert capsys.readouterr().err == "1 event\n"
    glance("list", "-q")
    assert capsys.readouterr().err == ""


def test_machines_get_all_on_a_terminal(glance: Watch, many: Many) -> None:
    """JSON and CSV on a terminal are not cut at a hundred."""
    path = many(150)
    assert glance("list", "-C", path, "-f", "ndjson").raw.count("\n") == 150
    assert glance("list", "-C", path, "-f", "csv").raw.count("\n") == 151


def test_above_a_thousand_rows_lines_stream(glance: Watch, many: Many, tell: Tell) -> None:
    """More than a thousand events come as the plain lines of a pipe, without a box."""
    path = many(1_001)
    seen = glance("list", "-C", path, "-n", "0", columns=200)
    assert seen.raw.replace("\r\n", "\n") == tell("list", "-C", path).out
    boxed = glance("list", "-C", path, "-n", "1000", columns=200)
    assert "─" in boxed.raw


# The pager


@pytest.fixture
def pager(tmp_path: Path) -> Path:
    script = tmp_path / "pager"
    script.write_text(f'#!/bin/sh\necho "LESS=$LESS" > {tmp_path}/ran\ncat\n', encoding="utf-8")
    script.chmod(0o755)
    return script


def test_the_pager_runs_when_output_overflows(watch: Watch, pager: Path, tmp_path: Path) -> None:
    """More lines than the terminal has go through $PAGER; fewer do not."""
    env = {"PAGER": str(pager)}
    seen = watch("list", rows=10, env=env)
    assert (tmp_path / "ran").read_text(encoding="utf-8") == "LESS=FRX\n"
    assert "2020-12-12" in seen.text
    assert "29 events" in seen.text
    (tmp_path / "ran").unlink()
    for arguments, rows, more in (
        (("list", "-n", "2"), 24, {}), (("list", "--no-pager"), 10, {}), (("list", "--json"), 10, {}), (("list",), 200, {}),
        (("list",), 10, {"TERM": "dumb"}),
    ):  # fmt: skip
        assert watch(*arguments, rows=rows, env={**env, **more}).code == 0
        assert not (tmp_path / "ran").exists(), (arguments, rows, more)


def test_show_pages_all_events_at_once(watch: Watch, pager: Path, tmp_path: Path) -> None:
    """Several events shown together are one document to page through, not a pager each."""
    pager.write_text(f"#!/bin/sh\necho ran >> {tmp_path}/ran\ncat\n", encoding="utf-8")
    watch("show", "2021-08-09", "2021-08-27", "2021-09-04", rows=12, env={"PAGER": str(pager)})
    assert (tmp_path / "ran").read_text(encoding="utf-8") == "ran\n"


def test_relwatch_pager_goes_first(watch: Watch, pager: Path, tmp_path: Path) -> None:
    """RELWATCH_PAGER goes before PAGER, may have arguments, and one that is missing is no error."""
    seen = watch(
        "list", rows=10, env={"RELWATCH_PAGER": f"{pager} --with 'arguments'", "PAGER": "false"}
    )
    assert (tmp_path / "ran").exists()
    assert seen.code == 0
    seen = watch("list", rows=10, env={"PAGER": "no-such-pager"})
    assert seen.code == 0
    assert "2020-12-12" in seen.text


def test_a_pager_that_stops_early(watch: Watch, many: Many) -> None:
    """Leaving the pager before the end is no error."""
    seen = watch("list", "-C", many(900), "-n", "0", rows=10, env={"PAGER": "head -3"})
    assert seen.code == 0
    assert "Traceback" not in seen.text
    assert seen.text.count("2001-") <= 1


def test_the_setting_turns_the_pager_off(
    watch: Watch, pager: Path, tmp_path: Path, own_home: Path
) -> None:
    """`pager = false` in config.toml means never."""
    folder = own_home / ".config" / "relwatch"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text("pager = false\n", encoding="utf-8")
    watch("list", rows=10, env={"PAGER": str(pager)})
    assert not (tmp_path / "ran").exists()


def test_a_terminal_that_changes_its_size(tmp_path: Path, many: Many) -> None:
    """Resizing while it works hurts nothing."""
    child = pexpect.spawn(
        sys.executable, ["-m", "relwatch", "list", "-C", many(20_000), "-n", "500", "--no-pager"], dimensions=(24, 80),
        env={**{k: v for k, v in os.environ.items() if k != "COLUMNS"}, "TERM": "xterm-256color"}, cwd=str(tmp_path), encoding="utf-8", timeout=60,
    )  # fmt: skip
    for columns in (40, 200, 10, 80):
        time.sleep(0.05)
        child.setwinsize(24, columns)
    raw = child.read()
    child.close()
    assert child.exitstatus == 0
    assert "500 of 20,000" in raw
    assert "Traceback" not in raw


def test_tiny_and_absurd_terminals(glance: Watch) -> None:
    """Widths of nought, one and ten thousand columns neither crash nor loop."""
    for columns in (0, 1, 5, 19, 10_000):
        for question in (
            ["list", "-n", "3"],
            ["stats"],
            ["show", "2021-08-09"],
            ["stats", "--by", "month,category"],
        ):
            assert glance(*question, columns=columns).code == 0, (columns, question)


def test_drawing_what_was_drawn() -> None:
    """The test's own terminal wraps what is too wide, so that the tests above can fail."""
    assert drawn("x" * 50 + "\r\ny\r\n", 40) == ["x" * 40, "x" * 10, "y"]


# What a terminal must not change, and what it must not lose


@pytest.mark.parametrize("name", ["all.csv", "all.json", "all.md", "all.corpus.json"])
def test_a_file_holds_everything_wherever_it_is_asked_for(
    glance: Watch, many: Many, tmp_path: Path, name: str
) -> None:
    """The hundred events of a terminal's table are no limit for a file."""
    assert glance("export", name, "-C", many(150)).code == 0
    assert (tmp_path / name).read_text("utf-8").count("Event number") == 150


def test_an_export_to_a_terminal_does_not_steer_it(glance: Watch, corpus: Corpora) -> None:
    """Data that goes to the screen is shown, not obeyed."""
    events = copy.deepcopy(CORPUS["events"])
    events[0]["title"] = "red \x1b[31m and \x1b]0;title\x07"
    for name in ("csv", "tsv", "json", "ndjson", "markdown", "corpus"):
        seen = glance("export", "-", "-f", name, "-C", corpus(events=events))
        assert seen.code == 0
        assert "\x1b" not in seen.raw, name
        assert "\x07" not in seen.raw, name


def test_columns_on_a_narrow_terminal(glance: Watch) -> None:
    """What is short stands on one line, everything else beneath it; nothing is left out or cut."""
    lines = glance(
        "list", "-c", "tech", "-n", "1", "--columns", "id,date,title,sources,tags", columns=40
    ).lines
    assert lines == [
        "2021-11-30-qingdao-project  2021-11-30",
        "  Joint project for science, trade and",
        "  art begins in Qingdao",
        "  Overwatch F6",
        "  science, trade",
    ]


def test_two_dimensions_that_do_not_fit(glance: Watch) -> None:
    """They stand in several cross tables, one below the other; no row of zeros is a line."""
    seen = glance("stats", "--by", "month,actor", columns=80)
    heads = [line for line in seen.lines if line.startswith("Month ")]
    assert len(heads) > 1
    assert len(seen.lines) < 150
    named = " ".join(heads)
    for name in ("China", "Russia", "Vladimir Putin", "Taliban"):
        assert name in named
    turned = glance("stats", "--by", "category,month", columns=80).lines
    assert turned[1].split() == ["Month", "Tech", "Political", "Economic", "Military"]


def test_intensities_crossed(glance: Watch) -> None:
    """Mean and n stand in one cell, in order of time, and what they are is said."""
    lines = glance("stats", "--by", "category,quarter", "--measure", "intensity", columns=100).lines
    assert lines[1].split() == [
        "Category", "2020-Q4", "2021-Q1", "2021-Q2", "2021-Q3", "2021-Q4", "2022-Q1",
    ]  # fmt: skip
    assert "mean on goldstein-icews, in brackets of how many events" in lines


def test_without_colours_the_bars_of_categories_differ(
    glance: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    lines = glance("stats").lines
    assert "█ Tech  ▓ Political  ▒ Economic  ░ Military" in [
        line.replace("\u00a0", " ") for line in lines
    ]
    (november,) = (line for line in lines if line.startswith("2021-11"))
    assert november == "2021-11  6  ████████████░░░░░░░░░░░░"
