"""What hurts the users of other tools, each as a test: relwatch does not repeat it."""

from __future__ import annotations

import copy
import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import CORPUS, Corpora, Tell, corpus, glance, many, tell
from tests.conftest import Run

__all__ = ["corpus", "glance", "many", "tell"]


def ids(tell: Tell, *question: str) -> list[str]:
    return [event["id"] for event in tell(*question, "--json").json()]


def small(**first: Any) -> dict[str, Any]:
    """Changes for a corpus with one event."""
    return {"events": [{**copy.deepcopy(CORPUS["events"][0]), **first}]}


# Dates


@pytest.mark.parametrize("text", ["notadate", "May 16", "02/03/2021", "2021-13", "2021-02-30", "20191128", "16.5.2021", "1", "last", "Q1", "2021-Q5", "2021-W54"])  # fmt: skip
@pytest.mark.parametrize("option", ["--from", "--to", "--on"])
def test_a_date_is_never_guessed(tell: Tell, option: str, text: str) -> None:
    """What is no period is refused with the accepted forms (jrnl `-from notadate`, 32; Watson 100; khal 871; dateparser 539)."""
    said = tell("list", option, text)
    assert (said.code, said.out) == (2, "")
    assert text in said.err
    assert "accepted: 2021, 2021-10, 2021-10-15" in said.err


def test_a_year_is_the_whole_year(tell: Tell) -> None:
    """`2021` is no day in November and no timestamp (dateutil; Watson 100)."""
    found = ids(tell, "list", "--on", "2021")
    assert len(found) == 25
    assert found[0].startswith("2021-03-07")
    assert found[-1].startswith("2021-12-31")


def test_a_quarter_is_the_whole_quarter(tell: Tell) -> None:
    """`2021-Q1` is January to March and not a day (dateparser)."""
    assert ids(tell, "list", "--on", "2021-Q1") == ids(
        tell, "list", "--from", "2021-01", "--to", "2021-03-31"
    )


def test_from_a_month_to_that_month_is_the_month(tell: Tell) -> None:
    """Both ends are included, so October to October is 31 days (jrnl PR 133; hledger 1633, PR 1561)."""
    october = ids(tell, "list", "--from", "2021-10", "--to", "2021-10")
    assert october == ids(tell, "list", "--on", "2021-10")
    assert len(october) == 4
    assert ids(tell, "list", "--from", "2021-10-12", "--to", "2021-10-12") == [
        "2021-10-12-taiwan-stance"
    ]


def test_partial_dates_are_kept_as_they_are(tell: Tell, corpus: Corpora) -> None:
    """A month stays a month: shown so, exported so, counted where it is certain (csvkit 822, 910, 935; messydates 28; undate 8)."""
    path = corpus(**small(id="2021-03-x", date="2021-03"))
    assert tell("list", "-C", path).out.startswith("2021-03  ")
    assert "\n2021-03-x,2021-03," in tell("list", "-C", path, "-f", "csv").out
    assert tell("list", "-C", path, "--on", "2021-03", "--count").out == "1\n"
    said = tell("list", "-C", path, "--on", "2021-03-05", "--count")
    assert said.out == "0\n"
    assert "too coarse" in said.err


def test_undated_events_do_not_wreck_the_bars(tell: Tell, corpus: Corpora) -> None:
    """An event that fits no month stands in a row of its own (timesketch 3119)."""
    path = corpus(events=[{**CORPUS["events"][0], "date": "2021", "id": "y"}, CORPUS["events"][2]])
    rows = tell("stats", "--by", "month", "-C", path, "--json").json()["tables"][0]["rows"]
    assert [row["events"] for row in rows] == [0, 0, 1, 0, 0, 0, 1]
    assert rows[-1]["month"] == "undated"


def test_the_event_date_is_shown_and_no_other(tell: Tell, corpus: Corpora) -> None:
    """Lists show when it happened, not when it was reported or recorded (opencti 1837)."""
    path = corpus(**small(reported="2021-02-01", recorded="2022-05-05"))
    line = tell("list", "-C", path).out
    assert "2021-01-05" in line
    assert "2021-02-01" not in line
    assert "2022-05-05" not in line


def test_time_zones_move_no_day(relwatch: Run) -> None:
    """All days are the same east and west of UTC (plaso 2067, 2177, 3778; TimelineJS3 69; tutanota 2174)."""
    question = ("list", "--on", "yesterday", "--today", "2021-10-13", "--json")
    answers = {
        relwatch(*question, env={"TZ": zone}).stdout
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC")
    }
    assert [event["id"] for event in json.loads(answers.pop())] == ["2021-10-12-taiwan-stance"]
    assert not answers


# Search


@pytest.mark.parametrize("words", ["S-400", "5G/6G", "xi's", "C++", "a:b", "(x", 'say "x', "50%", "*", "AND", "NOT x", "x^2", "-x", "col:x", "\\", "'"])  # fmt: skip
def test_no_character_breaks_a_search(tell: Tell, words: str) -> None:
    """Punctuation is literal: found or not found, never a syntax error (sqlite-utils 246, 296, `S-400`, `xi's`; datasette 651)."""
    said = tell("search", "--json", "--", words)
    assert said.code in (0, 2)
    if said.code == 2:
        assert "no letter or digit" in said.err
    else:
        assert isinstance(said.json(), list)


def test_punctuation_and_stars_go_together(tell: Tell, corpus: Corpora) -> None:
    """A literal word and a prefix can be asked in one search (sqlite-utils --quote disables `treat*`)."""
    path = corpus(**small(title="The S-400 treaty of Xi's envoy"))
    for words in (["S-400"], ["xi's"], ["treat*"], ["S-400", "treat*", "xi's"], ['"S-400 treaty"']):
        assert len(tell("search", *words, "-C", path, "--json").json()) == 1, words
    assert tell("search", "S-401", "-C", path, "--json").json() == []


def test_a_repeated_option_counts_each_time(tell: Tell) -> None:
    """A second -c widens, it does not replace the first (jrnl 1877, 1291)."""
    both = ids(tell, "list", "-c", "tech", "-c", "economic")
    assert (
        both
        == ids(tell, "list", "-c", "tech,economic")
        == ids(tell, "list", "-c", "economic", "-c", "tech")
    )
    assert set(both) == {*ids(tell, "list", "-c", "tech"), *ids(tell, "list", "-c", "economic")}
    assert ids(tell, "list", "--where", "tech", "--where", "actor:putin") == ids(
        tell, "filter", "tech and actor:putin"
    )


def test_the_order_of_words_does_not_change_the_meaning(tell: Tell) -> None:
    """Arguments and options in any order ask the same (taskwarrior 1884)."""
    one = ids(tell, "search", "drill", "sea", "--on", "2021")
    assert set(one) == set(ids(tell, "search", "--on", "2021", "sea", "drill"))
    assert ids(tell, "filter", "military and from:2021-10 and china") == ids(
        tell, "filter", "china and military and from:2021-10"
    )


def test_what_matched_is_shown(tell: Tell, glance: Any) -> None:
    """A hit outside the title says where the word stands (jrnl 1941)."""
    assert "tag: drill" in glance("search", "drills").text
    assert tell("search", "drills", "--json").json()[0]["matched"] == ["drills"]


# Terminal and pipes


def test_brackets_and_colons_are_text(tell: Tell, corpus: Corpora, glance: Any) -> None:
    """`[tech] [2021]` and `:tada:` stay as they are (rich 120; git-hunk 14)."""
    path = corpus(**small(title="Talks [tech] [2021] :tada: [/x]"))
    assert "Talks [tech] [2021] :tada: [/x]" in tell("list", "-C", path).out
    assert "Talks [tech] [2021] :tada: [/x]" in glance("list", "-C", path, columns=100).text
    assert (
        "Talks [tech] [2021] :tada: [/x]"
        in glance("show", "2021-01-05", "-C", path, columns=100).text
    )


def test_pipes_are_not_80_columns_wide(tell: Tell, corpus: Corpora) -> None:
    """A piped record has all its columns and stays on one line (rich 501, 1518, PR 3270; duckdb 5410, 17477, PR 14929)."""
    title = "very " * 100 + "long"
    path = corpus(**small(title=title))
    for question in (["list"], ["list", "-f", "markdown"], ["search", "long"]):
        lines = tell(*question, "-C", path).out.splitlines()
        assert title in lines[-1]
        assert "China, Russia" in lines[-1]
        assert "…" not in lines[-1]


def test_head_is_no_error(tmp_path: Path, many: Callable[[int], str]) -> None:
    """`| head -1` ends with 0 and says nothing (rich PR 3468; hledger 2272)."""
    command = f"set -o pipefail; {sys.executable} -m relwatch list -C {many(3_000)} | head -1"
    result = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, cwd=tmp_path, timeout=60
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("2001-01-01")


def test_colour_variables_do_not_reach_json(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    """FORCE_COLOR in the environment leaves piped JSON as it is (pip 12405; rich 2924)."""
    monkeypatch.delenv("NO_COLOR")
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE", "PY_COLORS"):
        monkeypatch.setenv(name, "1")
    assert len(tell("list", "--json").json()) == 29


def test_wide_characters_line_up(tell: Tell, corpus: Corpora) -> None:
    """Columns behind Chinese names begin in the same cell (visidata 279, 758, 1918)."""
    from relwatch.text import width

    actors = [
        {"id": "CHN", "name": "中国人民解放军", "kind": "state"},
        {"id": "RUS", "name": "Ru", "kind": "state"},
    ]
    lines = tell("stats", "--by", "actor", "-C", corpus(actors=actors)).out.splitlines()
    assert len({width(line) for line in lines}) == 1


def test_missing_is_not_the_word_none(tell: Tell, corpus: Corpora) -> None:
    """A title “None” is shown, and an empty field is not the word None (csvlook)."""
    path = corpus(**small(title="None", summary=None))
    assert "None" in tell("list", "-C", path).out
    rows = list(csv.DictReader(io.StringIO(tell("list", "-C", path, "-f", "csv").out)))
    assert (rows[0]["title"], rows[0]["summary"], rows[0]["end"]) == ("None", "", "")


# Empty results


def test_an_empty_answer_is_json(tell: Tell) -> None:
    """Nothing found is `[]`, exit code 0, and words only on stderr (jrnl `--format json`; taskwarrior 491, 594; gtd 6)."""
    for question in (["list"], ["search", "drill"], ["filter", "tech"]):
        said = tell(*question, "--on", "1999", "--json")
        assert (said.code, said.out) == (0, "[]\n")
        assert "nothing found" in said.err


def test_no_data_is_no_crash(tell: Tell, corpus: Corpora) -> None:
    """A corpus or selection without events is counted, tabled and exported (gdeltPyR 37; gdelt-doc-api 1)."""
    path = corpus(events=[])
    for question in (["stats"], ["stats", "--by", "month,category"], ["stats", "--by", "actor", "--measure", "share,intensity"], ["export", "-", "-f", "corpus"], ["export", "-", "-f", "markdown"]):  # fmt: skip
        assert tell(*question, "-C", path).code == 0
        assert tell(*question, "--on", "1999").code == 0


def test_the_exit_code_can_be_had(tell: Tell) -> None:
    """-e makes nothing found an exit code of 1, and only -e does (qsv 435, PR 1810)."""
    assert tell("list", "--on", "1999").code == 0
    assert tell("list", "--on", "1999", "-e").code == 1


# Export and Excel


def test_excel_reads_the_letters(tell: Tell, tmp_path: Path) -> None:
    """--excel begins with a BOM; without it there is none (csvkit 1267; SQLPage 528)."""
    assert tell("export", "with.csv", "--excel").code == 0
    assert tell("export", "without.csv").code == 0
    assert (tmp_path / "with.csv").read_bytes().startswith(b"\xef\xbb\xbfid,")
    assert (tmp_path / "without.csv").read_bytes().startswith(b"id,")


def test_russian_text_through_a_redirect(tmp_path: Path, corpus: Corpora) -> None:
    """Redirected output holds any script whatever the locale (csvkit 1098, 817)."""
    path = corpus(**small(title="Учения в Нинся 宁夏"))
    command = f"LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 {sys.executable} -m relwatch list -f csv -C {path} > out.csv"
    result = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, cwd=tmp_path, timeout=60
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert "Учения в Нинся 宁夏" in (tmp_path / "out.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(tell: Tell, corpus: Corpora, start: str) -> None:
    """Text that a spreadsheet would run gets a quote before it; a negative number does not (metabase 17335; arangodb PR 15279)."""
    path = corpus(**small(title=f"{start}1+1", intensity=-7.2, scale="s"))
    out = tell("list", "-C", path, "--excel", "--columns", "title,intensity").out.removeprefix(
        "\ufeff"
    )
    row = list(csv.reader(io.StringIO(out, newline="")))[1]
    assert row == [f"'{start}1+1", "-7.2"]


def test_an_export_is_the_selection(tell: Tell) -> None:
    """Filters, limits, order and columns hold in an export (timesketch 1708, 2187; opencti connectors 2120; opencti 14202)."""
    for name in ("csv", "json", "ndjson", "markdown", "corpus"):
        said = tell("export", "-", "-f", name, "-c", "military", "--on", "2021-11", "-n", "2")
        assert said.out.count("2021-11-19") >= 1
        assert "2021-11-08" not in said.out
        assert "2021-10" not in said.out
    out = tell("export", "-", "-f", "csv", "--columns", "title,categories,actors", "-n", "1").out
    assert out.splitlines()[0] == "title,categories,actors"
    assert len(ids(tell, "list", "-n", "2")) == 2


def test_several_values_in_one_cell(tell: Tell) -> None:
    """A cell with several values can be taken apart again (opencti 14202; hledger 2552)."""
    out = tell("list", "-f", "csv", "--columns", "id,actors,sources").out
    events = {event["id"]: event for event in tell("list", "--json").json()}
    for row in csv.DictReader(io.StringIO(out)):
        assert row["actors"].split("; ") == events[row["id"]]["actors"]
        assert json.loads(row["sources"]) == events[row["id"]]["sources"]


# Data loss


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_leaves_the_old_file(
    tell: Tell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An export that fails half-way leaves what was there, and no rest beside it (taskwarrior 2264, 1420)."""
    (tmp_path / "old.csv").write_text("old", encoding="utf-8")
    command = f"ulimit -f 1; {sys.executable} -m relwatch export old.csv --force"
    result = subprocess.run(
        ["bash", "-c", f"trap '' XFSZ; {command}"], capture_output=True, text=True, cwd=tmp_path, timeout=60
    )  # fmt: skip
    assert result.returncode == 4, result.stderr
    assert "old.csv" in result.stderr
    assert result.stderr.startswith("relwatch: ")
    assert [path.name for path in tmp_path.iterdir()] == ["old.csv"]
    assert (tmp_path / "old.csv").read_text(encoding="utf-8") == "old"


def test_a_file_that_cannot_be_read_is_never_rewritten(tell: Tell, own_home: Path) -> None:
    """Broken views stay as they are when one is saved or removed (jrnl 490)."""
    folder = own_home / ".config" / "relwatch"
    folder.mkdir(parents=True)
    broken = '[drills]\nexpression = "tag:drill"\n[half'
    (folder / "views.toml").write_text(broken, encoding="utf-8")
    for command in (["view", "save", "new", "tech"], ["view", "remove", "drills"]):
        assert tell(*command).code == 3
        assert (folder / "views.toml").read_text(encoding="utf-8") == broken


def test_views_saved_at_once_are_all_kept(tmp_path: Path, own_home: Path) -> None:
    """Two programs that save a view at the same time lose neither (jrnl 502)."""
    saving = [
        subprocess.Popen(
            [sys.executable, "-m", "relwatch", "view", "save", f"v{number}", "tech", "-q"],
            cwd=tmp_path,
        )
        for number in range(6)
    ]
    assert [process.wait(timeout=60) for process in saving] == [0] * 6
    result = subprocess.run(
        [sys.executable, "-m", "relwatch", "view", "list", "--json"],
        capture_output=True,
        cwd=tmp_path,
        timeout=60,
    )
    assert [view["name"] for view in json.loads(result.stdout)] == [
        f"v{number}" for number in range(6)
    ]


# Start-up


def test_a_list_loads_nothing_it_does_not_need(tmp_path: Path) -> None:
    """Neither Rich nor stemmers nor data packages are loaded for `list --json` (typer PR 1128, 231; papis 901; taskwarrior 2201)."""
    code = (
        "import sys; from relwatch.cli.app import main; main(['list', '--json', '-n', '1']); "
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'rich', 'pydantic', 'snowballstemmer', 'duckdb', 'pandas', "
        "'numpy', 'pyspark', 'dateutil', 'csv', 'filelock', 'tomllib', 'platformdirs', 'asyncio'}), file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, timeout=60
    )
    assert result.stderr == "[]\n"


def test_completion_runs_no_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Completing a word loads nothing heavy and prints nothing else (typer 231; papis 901)."""
    monkeypatch.setenv("_RELWATCH_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "relwatch list -c mil")
    monkeypatch.setenv("COMP_CWORD", "3")
    code = "import sys; from relwatch.cli.app import main; main([]); print([m for m in ('rich', 'duckdb', 'snowballstemmer') if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, timeout=60
    )
    assert (result.stdout, result.stderr) == ("military\n[]\n", "")
