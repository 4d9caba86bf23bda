"""How the program behaves towards a shell: streams, pipes, exit codes, empty answers, defaults."""

from __future__ import annotations

import copy
import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import CORPUS, Corpora, Said, Tell, Watch
from tests.conftest import Run

Many = Callable[[int], str]
ESC = "\x1b"


# Streams and pipes


@pytest.mark.parametrize(
    "question",
    [
        ["list"], ["list", "--json"], ["list", "-f", "csv"], ["search", "drills"], ["stats"], ["stats", "--json"],
        ["show", "2021-08-09"], ["filter", "military"], ["list", "--count"], ["corpus", "list"], ["corpus", "info"],
        ["export", "-", "-f", "markdown"], ["--help"], ["--version"], ["list", "--help"], ["view", "--help"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_data_on_stdout_without_colour(tell: Tell, question: list[str]) -> None:
    """An answer into a pipe stands on stdout alone, and holds no escape sequence."""
    said = tell(*question)
    assert said.code == 0
    assert said.out
    assert ESC not in said.out + said.err
    if question == ["stats"]:
        # A pipe has no room for the notes among the numbers.
        assert said.err.splitlines() == [
            "small numbers: 29 events",
            "events count under each of their categories: 31 labels on 29 events",
            "only partly covered: 2020-12, 2022-01",
            "dates used: stated",
        ]
    else:
        assert said.err.count("\n") <= 1


@pytest.mark.parametrize(
    "question",
    [["lst"], ["list", "--frm", "2021"], ["list", "-c", "x"], ["list", "--on", "05/06/2021"], ["show", "x"], ["filter", "and"]],
    ids=" ".join,
)  # fmt: skip
def test_complaints_on_stderr(tell: Tell, question: list[str]) -> None:
    """A question that cannot be understood leaves stdout empty and ends with 2."""
    said = tell(*question)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("relwatch: ")


def test_counts_and_hints_on_stderr(tell: Tell) -> None:
    """What a reader should know beside the answer is not in the answer."""
    said = tell("list", "--dyad", "china,russia", "--json")
    assert len(said.json()) == 26
    assert "3 left out" in said.err
    assert tell("list", "--dyad", "china,russia", "--json", "--quiet").err == ""


def test_full_width_records_in_a_pipe(
    tell: Tell, corpus: Corpora, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A piped list has one line for each event, however long, whatever COLUMNS says."""
    monkeypatch.setenv("COLUMNS", "40")
    title = "word " * 200 + "end"
    path = corpus(
        events=[
            {"id": f"e{n}", "date": "2021-01-05", "categories": ["tech"], "title": title}
            for n in range(3)
        ]
    )
    lines = tell("list", "-C", path).out.splitlines()
    assert len(lines) == 3
    assert all(title in line for line in lines)
    assert len(tell("search", "end", "-C", path).out.splitlines()) == 3


def test_files_and_pipes_are_utf8_with_line_feeds(tmp_path: Path) -> None:
    """Output into a file is UTF-8 with LF under any locale; a terminal's text is replaced at worst."""
    seen = set()
    for locale in ({"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"LC_ALL": "C.UTF-8"}, {"PYTHONIOENCODING": "latin-1"}):  # fmt: skip
        outputs = []
        for question in (["list"], ["list", "--json"], ["list", "--on", "1999"]):
            result = subprocess.run(
                [sys.executable, "-m", "relwatch", *question], capture_output=True, env={**os.environ, **locale}, cwd=tmp_path, timeout=60
            )  # fmt: skip
            assert result.returncode == 0, result.stderr
            outputs.append(result.stdout)
        help_text = subprocess.run(
            [sys.executable, "-m", "relwatch", "--help"], capture_output=True, env={**os.environ, **locale}, cwd=tmp_path, timeout=60
        )  # fmt: skip
        assert help_text.returncode == 0, help_text.stderr
        seen.add(tuple(outputs))
    assert len(seen) == 1
    assert "†".encode() in outputs[0]
    assert b"\r" not in outputs[0]


# Exit codes


def test_exit_status_only_when_asked(tell: Tell) -> None:
    """Nothing found is an answer, 0; with -e it is 1; something found is 0 either way."""
    for command in (["list"], ["list", "--json"], ["list", "--count"], ["stats"], ["search", "drills"], ["export", "-", "-f", "csv"]):  # fmt: skip
        assert tell(*command, "--on", "1999").code == 0, command
        assert tell(*command, "--on", "1999", "-e").code == 1, command
        assert tell(*command, "--exit-status").code == 0, command


WRITING = [
    ["list"], ["list", "--json"], ["list", "-f", "ndjson"], ["list", "-f", "csv"], ["list", "-f", "tsv"], ["list", "-f", "markdown"],
    ["list", "--count"], ["search", "drills"], ["show", "2021-08-09"], ["stats"], ["stats", "--json"], ["stats", "--by", "month"],
    ["export", "-", "-f", "csv"], ["export", "-", "-f", "corpus"], ["corpus", "schema"], ["--help"], ["--version"],
]  # fmt: skip


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("question", WRITING, ids=" ".join)
def test_a_full_disk(question: list[str], tmp_path: Path) -> None:
    """A target that takes nothing is the system's refusal: code 4, one line, no traceback."""
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "relwatch", *question], stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path, timeout=60
        )  # fmt: skip
    assert result.returncode == 4
    assert "No space left on device" in result.stderr
    assert result.stderr.count("\n") == 1


def headed(arguments: list[str], cwd: Path, lines: int = 1) -> tuple[int, str, str]:
    """What `relwatch ... | head -n` gives: the exit code of relwatch, the lines, its stderr."""
    process = subprocess.Popen(
        [sys.executable, "-m", "relwatch", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        read = b"".join(process.stdout.readline() for _ in range(lines))
        process.stdout.close()
        err = process.stderr.read()
        code = process.wait(timeout=60)
    return code, read.decode(), err.decode()


@pytest.mark.parametrize("question", WRITING, ids=" ".join)
def test_a_pipe_nobody_reads(question: list[str], tmp_path: Path) -> None:
    """A pipe that is closed before anything is read ends the program quietly with 0."""
    code, _, err = headed(question, tmp_path, lines=0)
    assert (code, err) == (0, "")


def test_head_of_a_large_corpus(tmp_path: Path, many: Many) -> None:
    """`| head -1` of thousands of events ends quietly with 0, in every format."""
    path = many(5_000)
    for question in (["list"], ["list", "--json"], ["list", "-f", "csv"], ["list", "-f", "ndjson"], ["list", "-f", "markdown"], ["stats", "--by", "day"], ["search", "many"], ["export", "-", "-f", "corpus"]):  # fmt: skip
        code, read, err = headed([*question, "-C", path], tmp_path)
        assert (code, err) == (0, ""), question
        assert read.endswith("\n")


@pytest.mark.parametrize("question", [["stats", "--by", "day"], ["list", "--json"]], ids=" ".join)
def test_ctrl_c(tmp_path: Path, many: Many, question: list[str]) -> None:
    """Ctrl-C during real work ends with 130 and without a traceback."""
    path = many(60_000)
    with subprocess.Popen(
        [sys.executable, "-m", "relwatch", *question, "-C", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path
    ) as process:  # fmt: skip
        if question[0] == "list":
            assert process.stdout is not None
            process.stdout.readline()  # it has begun to write, and now waits for a reader
        else:
            while (
                not Path(f"/proc/{process.pid}/maps").exists()
                or b"msgspec" not in Path(f"/proc/{process.pid}/maps").read_bytes()
            ):
                time.sleep(0.005)  # until it has started to read
            time.sleep(0.15)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == b""


def test_closed_streams(tmp_path: Path) -> None:
    """Without a stdout there is one message and code 4; without a stderr the answer stays clean."""
    command = f"{sys.executable} -m relwatch list --on 1999 --json"
    without_out = subprocess.run(
        ["bash", "-c", f"{command} >&-"], capture_output=True, text=True, cwd=tmp_path, timeout=60
    )
    assert (without_out.returncode, without_out.stderr) == (
        4,
        "relwatch: standard output is closed\n",
    )
    without_err = subprocess.run(
        ["bash", "-c", f"{command} 2>&-"], capture_output=True, text=True, cwd=tmp_path, timeout=60
    )
    assert (without_err.returncode, without_err.stdout) == (0, "[]\n")


def test_debug_shows_where_an_error_arose(tell: Tell) -> None:
    """--debug adds the traceback to the message; without it there is none."""
    said = tell("list", "-c", "x", "--debug")
    assert said.code == 2
    assert "Traceback" in said.err
    assert said.err.rstrip().endswith("military")
    assert "Traceback" not in tell("list", "-c", "x").err


# Empty answers


def test_nothing_found_is_still_the_format(tell: Tell) -> None:
    """Nothing found is [], a header alone, or nothing at all; the reason stands on stderr."""
    outs = {
        name: tell("list", "--on", "1999", "-f", name)
        for name in ("json", "ndjson", "csv", "tsv", "markdown", "table")
    }
    assert outs["json"].out == "[]\n"
    assert outs["ndjson"].out == ""
    assert outs["table"].out == ""
    assert outs["csv"].out.count("\n") == 1
    assert outs["csv"].out.startswith("id,date,")
    assert outs["tsv"].out.startswith("id\tdate\t")
    assert outs["markdown"].out.splitlines() == [
        "| Date | Category | Title | Actors | Place |",
        "| --- | --- | --- | --- | --- |",
    ]
    assert all("nothing found" in said.err for said in outs.values())
    assert tell("stats", "--on", "1999", "--json").json()["total"] == 0
    assert (
        tell("stats", "--by", "month", "--on", "1999", "--json").json()["tables"][0]["rows"] == []
    )
    assert tell("list", "--on", "1999", "--count").out == "0\n"


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (["list", "--on", "1999"], r"outside the coverage of china-russia \(2020-12-12 to 2022-01-04\)"),
        (["search", "millitary"], r"does not hold “millitary”; near it: category:military"),
        (["search", "drils"], r"does not hold “drils”; near it: .*drills?"),
        (["search", "zzzzqqqq"], r"does not hold “zzzzqqqq”$"),
        (["list", "--on", "2021-02"], r"a true zero"),
        (["list", "--from", "2021-06-15", "--to", "2021-06-20"], r"a true zero"),
        (["list", "--on", "2021-02..2021-03-01"], r"a true zero"),
        (["list", "-c", "tech", "--from", "2021-12-20", "--to", "2022-06"], r"from 2021-12-20 to 2022-01-04; what else"),
        (["list", "--on", "2021-03", "--to", "2021-01"], r"no day lies in all the periods"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)  # fmt: skip
def test_why_nothing_was_found(tell: Tell, question: list[str], reason: str) -> None:
    """An empty answer says whether it lies outside coverage, names no such word, or is a true zero."""
    said = tell(*question)
    assert (said.code, said.out) == (0, "")
    assert re.search(reason, said.err.strip(), re.M), said.err
    assert tell(*question, "-q").err == ""


def test_an_empty_corpus(tell: Tell, corpus: Corpora) -> None:
    """A corpus without events answers every question, and says that it has none yet."""
    path = corpus(events=[], coverage=[])
    for question in (["list"], ["list", "--json"], ["stats"], ["stats", "--json"], ["stats", "--by", "month"], ["search", "x"], ["list", "-f", "csv"]):  # fmt: skip
        said = tell(*question, "-C", path)
        assert said.code == 0, question
        assert "no events yet" in said.err


# How many, in which order, under which columns


def ids(said: Said) -> list[str]:
    return [event["id"] for event in said.json()]


def test_the_latest_n(tell: Tell) -> None:
    """-n keeps the latest, oldest first; 0 keeps all; --reverse turns the order round."""
    everything = ids(tell("list", "--json"))
    assert len(everything) == 29
    assert ids(tell("list", "--json", "-n", "3")) == everything[-3:]
    assert ids(tell("list", "--json", "-n", "0")) == everything
    assert ids(tell("list", "--json", "--reverse")) == everything[::-1]
    assert ids(tell("list", "--json", "--reverse", "-n", "3")) == everything[:-4:-1]
    best = ids(tell("search", "drills", "--json"))
    assert ids(tell("search", "drills", "--json", "-n", "2")) == best[:2]


def test_sorting(tell: Tell) -> None:
    """--sort orders by any key, events without a value last either way."""
    titles = [event["title"] for event in tell("list", "--json", "--sort", "title").json()]
    assert [title.casefold() for title in titles] == sorted(title.casefold() for title in titles)
    assert [
        e["title"] for e in tell("list", "--json", "--sort", "title", "--reverse").json()
    ] == titles[::-1]
    for more in ([], ["--reverse"]):
        ends = [event.get("end") for event in tell("list", "--json", "--sort", "end", *more).json()]
        present = [end for end in ends if end]
        assert ends == present + [None] * (len(ends) - len(present))
    assert tell("search", "drills", "--sort", "title").code == 0


def test_columns(tell: Tell) -> None:
    """--columns chooses and orders the fields, in singular or plural, in every tabular format."""
    said = tell("list", "--columns", "title,date", "--columns", "category", "-f", "csv", "-n", "1")
    rows = list(csv.reader(io.StringIO(said.out)))
    assert rows[0] == ["title", "date", "categories"]
    assert rows[1][1:] == ["2022-01-04", "political"]
    assert tell("list", "--columns", "id", "-n", "1").out == "2022-01-04-hanafi-investors\n"
    assert tell("list", "--columns", "id", "-n", "1", "-f", "markdown").out.startswith(
        "| Id |\n| --- |\n"
    )
    assert tell("list", "--columns", "").code == 2


def test_count(tell: Tell) -> None:
    """--count is a number and nothing else, valid JSON too."""
    assert tell("list", "--count").out == "29\n"
    assert json.loads(tell("list", "--count", "--json").out) == 29
    assert tell("filter", "military", "--count", "-n", "2").out == "9\n"


def test_formats_that_do_not_fit_are_refused(tell: Tell) -> None:
    """A format is honoured or refused, never quietly answered with another."""
    tell("view", "save", "drills", "tag:drill")
    for question in (["check", "-f", "csv"], ["view", "list", "-f", "csv"], ["corpus", "list", "-f", "markdown"], ["list", "--json", "-f", "csv"], ["list", "--json", "--excel"]):  # fmt: skip
        said = tell(*question)
        assert (said.code, said.out) == (2, ""), question
    assert tell("list", "--json", "-f", "json").code == 0


def test_explain(tell: Tell) -> None:
    """--explain says on stderr the corpus, the resolved expression and which dates decide."""
    said = tell(
        "filter",
        "russia and last-thing",
        "--explain",
        "--dates",
        "checked",
        "--from",
        "last month",
        "--today",
        "2021-12-15",
    )
    assert "expression: date:2021-11-01.. and actor:RUS and text:last-thing" in said.err
    assert "dates: checked" in said.err
    assert "china-russia.json" in said.err
    assert "corpus:" not in tell("list").err


# Colours


@pytest.mark.parametrize(
    ("option", "environment", "coloured"),
    [
        ([], {}, True),
        ([], {"NO_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        (["--color", "auto"], {}, True),
        ([], {"TERM": "dumb"}, False),
    ],
)
def test_colour_on_a_terminal(
    glance: Watch,
    monkeypatch: pytest.MonkeyPatch,
    option: list[str],
    environment: dict[str, str],
    coloured: bool,
) -> None:
    """The option decides, then NO_COLOR, then FORCE_COLOR, then the terminal."""
    monkeypatch.delenv("NO_COLOR")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert (ESC in glance("list", *option).raw) is coloured
    assert (ESC in glance("stats", *option).raw) is coloured


def test_forced_colour_never_reaches_machines(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    """FORCE_COLOR and --color always leave JSON, CSV and Markdown as they are."""
    plain = [tell("list", "-f", name).out for name in ("json", "csv", "markdown", "ndjson")]
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert [
        tell("list", "-f", name, "--color", "always").out
        for name in ("json", "csv", "markdown", "ndjson")
    ] == plain


# Defaults: the environment, config.toml, views


def configured(home: Path, text: str) -> None:
    folder = home / ".config" / "relwatch"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(text, encoding="utf-8")


def test_which_corpus(
    tell: Tell, corpus: Corpora, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """-C goes before RELWATCH_CORPUS, that before config.toml, that before the bundled corpus."""
    one, two, three = (corpus(f"{n}.json", events=[{"id": n, "date": "2021", "categories": ["tech"], "title": n}]) for n in "abc")  # fmt: skip
    assert tell("list", "--count").out == "29\n"
    configured(own_home, f'corpus = "{one}"\n')
    assert ids(tell("list", "--json")) == ["a"]
    monkeypatch.setenv("RELWATCH_CORPUS", two)
    assert ids(tell("list", "--json")) == ["b"]
    assert ids(tell("list", "--json", "-C", three)) == ["c"]
    assert tell("list", "--count", "-C", "china-russia").out == "29\n"
    assert "china-russia" in tell("corpus", "list").out


def test_own_corpora_by_name(tell: Tell, corpus: Corpora, own_home: Path) -> None:
    """A corpus in the user's data folder goes by its name, from any folder."""
    folder = own_home / ".local" / "share" / "relwatch"
    folder.mkdir(parents=True)
    Path(corpus("mine.json")).rename(folder / "mine.json")
    assert tell("list", "-C", "mine", "--count").out == "3\n"
    assert tell("corpus", "list", "--json").json()[0]["name"] == "mine"
    assert "did you mean mine?" in tell("list", "-C", "mime").err


def test_default_dates_and_colour(
    tell: Tell, own_home: Path, glance: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """config.toml sets dates and colour; options and the environment go before it."""
    months = ("stats", "--by", "month", "-f", "csv")
    stated = tell(*months).out
    checked = tell(*months, "--dates", "checked").out
    assert stated != checked
    configured(own_home, 'dates = "checked"\ncolor = "never"\npager = false\n')
    assert tell(*months).out == checked
    assert tell(*months, "--dates", "stated").out == stated
    monkeypatch.delenv("NO_COLOR")
    assert ESC not in glance("list").raw
    assert ESC in glance("list", "--color", "always").raw


def test_views(tell: Tell) -> None:
    """A view is saved in resolved form, listed, used, combined, replaced with --force, removed."""
    said = tell(
        "view", "save", "autumn", "military", "--from", "last month", "--today", "2021-11-15"
    )
    assert (said.code, said.out) == (0, "")
    entry = tell("view", "list", "--json").json()
    assert entry[0]["name"] == "autumn"
    assert "2021-10-01" in entry[0]["expression"]
    assert "category:military" in entry[0]["expression"]
    asked = ids(tell("list", "-c", "military", "--from", "2021-10", "--json"))
    assert ids(tell("list", "--view", "autumn", "--json")) == asked
    assert set(ids(tell("list", "--view", "autumn", "--to", "2021-10", "--json"))) < set(asked)
    assert tell("view", "save", "autumn", "tech").code == 2
    assert tell("view", "save", "autumn", "tech", "--force", "--dates", "checked").code == 0
    assert tell("view", "list").out.split() == ["autumn", "checked", "category:tech"]
    assert "dates: checked" in tell("list", "--view", "autumn", "--explain").err
    assert "did you mean autumn?" in tell("list", "--view", "automn").err
    assert tell("view", "remove", "autum").code == 2
    assert tell("view", "remove", "autumn").code == 0
    assert tell("view", "list", "--json").out == "[]\n"


def test_a_view_named_anything(tell: Tell) -> None:
    """Names with spaces, dots, quotes and other scripts are kept; an empty name is refused."""
    for name in ("two words", "a.b", 'a"b', "осень", "秋"):
        assert tell("view", "save", name, "tech").code == 0
        assert tell("list", "--view", name, "--count").out == "6\n"
    assert tell("view", "save", " ", "tech").code == 2


# Dates


def test_last_needs_no_quotes(tell: Tell) -> None:
    """--last 3 months is three months up to the last covered day, quoted or not, and says so."""
    quoted = tell("list", "--last", "3 months", "--json")
    assert tell("list", "--last", "3", "months", "--json") == quoted
    assert tell("list", "--json", "--last", "3", "months") == quoted
    assert tell("list", "--last=3 months", "--json") == quoted
    assert "2022-01-04, the last covered day" in quoted.err
    assert all(event["date"] > "2021-10" for event in quoted.json())
    assert ids(tell("search", "--last", "3", "months", "drills", "--json")) == ["2021-11-19-kadiz-flights", "2021-10-15-sea-of-japan-drills"]  # fmt: skip
    assert "not a length of time" in tell("list", "--last", "3").err
    assert "not a length of time" in tell("list", "--last", "3", "--json").err


def test_today(tell: Tell) -> None:
    """--today is what relative dates count from, wherever and whenever one asks."""
    assert ids(tell("list", "--on", "last month", "--today", "2021-09-03", "--json")) == ids(tell("list", "--on", "2021-08", "--json"))  # fmt: skip
    assert ids(tell("list", "--on", "today", "--today", "2021-10-12", "--json")) == [
        "2021-10-12-taiwan-stance"
    ]
    assert tell("list", "--today", "2021-10").code == 2


def test_checked_dates(tell: Tell) -> None:
    """--dates checked asks, orders and shows by the corrected dates; JSON keeps the stated ones."""
    checked = tell("list", "--dates", "checked")
    stated = tell("list")
    assert sorted(line.split()[0] for line in checked.out.splitlines()) != [
        line.split()[0] for line in stated.out.splitlines()
    ]
    dates = [line[:10].rstrip("† ") for line in checked.out.splitlines()]
    assert dates == sorted(dates)
    by_id = {event["id"]: event for event in tell("list", "--json", "--dates", "checked").json()}
    assert by_id == {event["id"]: event for event in tell("list", "--json").json()}


# Did you mean


@pytest.mark.parametrize(
    ("question", "offer"),
    [
        (["lst"], "list"), (["sho", "2021"], "show"), (["exprot", "x.csv"], "export"), (["view", "lsit"], "list"),
        (["list", "--catgory", "tech"], "--category"), (["list", "--form", "2021"], "--from"), (["stats", "--measur", "share"], "--measure"),
        (["filter", "categry:tech"], "category"), (["filter", "initator:CHN"], "initiator"), (["filter", "has:corection"], "correction"),
        (["list", "-c", "militry"], "military"), (["filter", "category:ecnomic"], "economic"),
        (["list", "-a", "chna"], "CHN (China)"), (["list", "--dyad", "china,rusia"], "RUS (Russia)"), (["filter", "actor:putn"], "putin"),
        (["list", "-f", "jsn"], "json"), (["export", "-", "-f", "markdwn"], "markdown"),
        (["list", "--columns", "id,titel"], "title"), (["list", "--sort", "titel"], "title"),
        (["stats", "--by", "mnth"], "month"), (["stats", "--by", "month", "--measure", "sahre"], "share"),
        (["list", "-C", "china-rusia"], "china-russia"), (["stats", "--table", "month"], "months"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)  # fmt: skip
def test_did_you_mean(tell: Tell, question: list[str], offer: str) -> None:
    """A slip of the keyboard is answered with what was probably meant."""
    said = tell(*question)
    assert (said.code, said.out) == (2, "")
    last = said.err.strip().splitlines()[-1]
    assert offer in last, said.err
    assert last.startswith(("did you mean", "say --table"))


def test_elsewhere(relwatch: Run, tmp_path: Path, corpus: Corpora) -> None:
    """Questions work from any folder, with paths as the user sees them."""
    corpus("mine.json")
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    assert relwatch("list", "--count", cwd=deep).stdout == "29\n"
    assert relwatch("list", "--count", "-C", "../../mine.json", cwd=deep).stdout == "3\n"
    assert relwatch("export", "out.csv", cwd=deep).returncode == 0
    assert (deep / "out.csv").exists()


def test_time_zone_and_locale_change_nothing(relwatch: Run) -> None:
    """Dates are the same under any time zone and locale."""
    plain = relwatch("list", "--json", "--on", "last month", "--today", "2021-09-01").stdout
    for env in ({"TZ": "Pacific/Kiritimati"}, {"TZ": "America/Los_Angeles", "LC_ALL": "C"}):
        assert (
            relwatch(
                "list", "--json", "--on", "last month", "--today", "2021-09-01", env=env
            ).stdout
            == plain
        )


# Export


def test_export_never_overwrites(tell: Tell, tmp_path: Path) -> None:
    """A file that exists is replaced only with --force; what fails leaves nothing behind."""
    assert tell("export", "out.csv").code == 0
    before = (tmp_path / "out.csv").read_bytes()
    said = tell("export", "out.csv", "-c", "tech")
    assert said.code == 2
    assert "exists already" in said.err
    assert (tmp_path / "out.csv").read_bytes() == before
    assert tell("export", "out.csv", "-c", "tech", "--force").code == 0
    assert (tmp_path / "out.csv").read_bytes() != before
    assert tell("export", "none/out.xyz").code == 2
    assert tell("export", str(tmp_path)).code == 2
    assert tell("export", "x.csv", "-c", "nonsense").code == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv"]


def test_export_says_what_it_did(tell: Tell) -> None:
    """An export prints nothing on stdout, and on stderr how many events went where."""
    said = tell("export", "out.csv", "-c", "military")
    assert said.out == ""
    assert said.err.strip() == "9 events written to out.csv (csv)"
    assert tell("export", "two.csv", "-q").err == ""


def test_export_by_format(tell: Tell, tmp_path: Path) -> None:
    """--format goes before the extension, for every format, and - is standard output."""
    assert tell("export", "x.txt", "-f", "corpus").code == 0
    assert json.loads((tmp_path / "x.txt").read_text())["format"] == "relwatch-corpus/1"
    assert tell("export", "-", "-f", "corpus").json()["format"] == "relwatch-corpus/1"
    assert tell("export", "-").code == 2
    for name in ("a.csv", "a.tsv", "a.json", "a.ndjson", "a.jsonl", "a.md", "a.corpus.json"):
        assert tell("export", name).code == 0, name
    assert (tmp_path / "a.ndjson").read_bytes() == (tmp_path / "a.jsonl").read_bytes()


# Found by a second look


def test_colours_where_they_are_asked_for(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--color always | less -R`: lists and tables are coloured in a pipe too, and lines stay lines."""
    for question in (["list"], ["search", "drills"], ["stats", "--by", "category"], ["stats"]):
        plain, coloured = tell(*question), tell(*question, "--color", "always")
        assert ESC not in plain.out
        assert ESC in coloured.out, question
        assert re.sub(r"\x1b\[[0-9;]*m", "", coloured.out) == plain.out, question
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert ESC in tell("list").out
    assert ESC not in tell("list", "--color", "never").out


def test_several_labels_keep_the_columns_in_line(tell: Tell) -> None:
    lines = tell("list").out.splitlines()
    titles = [event["title"] for event in tell("list", "--json").json()]
    assert len({line.index(title) for line, title in zip(lines, titles, strict=True)}) == 1


def test_dates_in_data_formats_are_the_stated_ones_and_that_is_said(
    tell: Tell, tmp_path: Path
) -> None:
    said = tell("list", "--on", "2021-06", "--dates", "checked", "-f", "csv", "--columns", "date")
    assert said.out.splitlines() == ["date", "2021-11-08", "2021-07-03"]
    assert said.err == "csv gives dates as stated; what was checked stands in notes\n"
    assert "as stated" in tell("export", "june.csv", "--on", "2021-06", "--dates", "checked").err
    assert "as stated" not in tell("list", "--dates", "checked").err


def test_notes_of_numbers_are_said_beside_a_pipe(tell: Tell) -> None:
    for format in ("table", "csv", "tsv", "ndjson"):
        said = tell("stats", "--by", "month", "-f", format)
        assert said.err.splitlines() == [
            "only partly covered: 2020-12, 2022-01", "small numbers: 29 events",
        ]  # fmt: skip
        assert tell("stats", "--by", "month", "-f", format, "-q").err == ""


def test_what_a_limit_left_claims_no_zeros(tell: Tell) -> None:
    """A file of the latest ten holds those ten, and says so: its zeros are no zeros of the corpus."""
    assert tell("export", "ten.corpus.json", "-n", "10").code == 0
    said = tell("list", "--on", "2021-03", "-C", "ten.corpus.json")
    assert "true zero" not in said.err
    assert "every event, 10 of 29" in said.err
    assert "10 of 29 events." in tell("export", "-", "-f", "markdown", "-n", "10").out
    tell("export", "two.corpus.json", "-C", "ten.corpus.json", "-c", "tech")
    method = json.loads(Path("two.corpus.json").read_text("utf-8"))["method"]
    assert method["expression"] == "(every event, 10 of 29) and (category:tech)"


def test_export_and_count_exclude_each_other(tell: Tell) -> None:
    said = tell("export", "x.csv", "--count")
    assert said.code == 2
    assert "`relwatch list --count` counts" in said.err
    assert not Path("x.csv").exists()


def test_nothing_is_said_twice(tell: Tell) -> None:
    said = tell("filter", "xi", "--last", "3 months", "--explain").err.splitlines()
    assert len(said) == len(set(said)), said
    assert "xi: actor Xi Jinping (xi-jinping)" in said


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (["list", "military"], "`relwatch filter military` takes words"),
        (["list", "--cat", "tech"], "--category"),
        (["list", "--on", "2021-Q5"], "“2021-Q5” does not exist in the calendar"),
        (["filter", "reported:2021"], "no event says when it was reported"),
        (["list", "--on", "2021-11-14"], "a true zero: 2021-11-14 is covered"),
        (["list", "--last", "1", "quarter"], "last 1 quarter: 2021-10-05 to 2022-01-04, the last covered day"),
    ],
)  # fmt: skip
def test_words_that_help(tell: Tell, asked: list[str], message: str) -> None:
    assert message in tell(*asked).err


def test_a_comma_within_a_date(tell: Tell) -> None:
    assert tell("list", "--on", "October 15, 2021", "--count").out == "1\n"
    assert tell("list", "--on", "2021-10-15, 2021-10-16", "--count").out == "2\n"


def test_carriage_returns_separate(tell: Tell, corpus: Corpora) -> None:
    events = copy.deepcopy(CORPUS["events"])
    events[0]["title"] = "one\rtwo"
    assert "one two" in tell("list", "-C", corpus(events=events)).out
