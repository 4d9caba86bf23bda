"""Text from a corpus is text: it cannot steer a terminal, be taken for markup, or get lost."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Tell, Watch

ESCAPES = (
    "\x1b[31mred\x1b[0m \x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\ \x1b]52;c;aGk=\x07"
)
BIDI = "\u202eover\u202c \u2066iso\u2069 \u200fmark"
NASTY = {
    "markup": "[bold]loud[/bold] [/] [red]x",
    "emoji code": ":tada: :smile:",
    "escapes": ESCAPES,
    "c1": "\x9b31mred\x9b0m \x90q",
    "bidi": BIDI,
    "nul": "a\0b",
    "lines": "one\ntwo\r\nthree\rfour\ttabbed\vvertical\u2028separated\x85next",
    "long word": "x" * 10_000,
    "zero width": "ze\u200bro wi\u200ddth \ufeff end",
    "cjk": "中俄联合演习 日本語 한국어",
    "flags": "🇨🇳🇷🇺 👩‍👩‍👧 é e\u0301",
    "formula": "=cmd|' /C calc'!A0",
    "pipes": "a | b `c` *d* _e_ \\| <script>alert(1)</script> &amp;",
    "del": "back\b\b\b\x7fspace",
}
KINDS = sorted(NASTY)


def hostile(kind: str) -> dict[str, Any]:
    bad = NASTY[kind]
    named = f"p-{bad}"
    return {
        "format": "relwatch-corpus/1",
        "id": bad,
        "title": bad,
        "description": bad,
        "parties": ["CHN", "RUS"],
        "method": {"selection": bad, "inclusion": bad},
        "coverage": [{"start": "2021-01-01", "end": "2021-12-31", "basis": bad, "note": bad}],
        "categories": [{"id": bad, "name": f"C {bad}", "color": bad}],
        "actors": [
            {"id": "CHN", "name": f"N {bad}", "kind": "state", "aliases": [f"alias {bad}"]},
            {"id": "RUS", "name": "Russia", "kind": "state"},
            {"id": named, "name": bad, "kind": "person", "of": "RUS", "note": bad},
        ],
        "sources": [{"id": bad, "title": bad, "publisher": bad, "url": bad}],
        "events": [
            {
                "id": f"2021-03-05-{bad}",
                "date": "2021-03-05",
                "categories": [bad],
                "title": f"T {bad} end",
                "summary": f"S {bad}",
                "actors": ["CHN", named],
                "initiators": [named],
                "about": ["RUS"],
                "places": [{"name": bad, "country": "CHN", "precision": bad}],
                "tags": [bad, "plain"],
                "quotes": [{"speaker": bad, "text": bad}, {"speaker": named, "text": bad}],
                "amounts": [{"value": 5, "currency": bad, "what": bad}],
                "intensity": 1.5,
                "scale": bad,
                "cameo": bad,
                "sources": [{"source": bad, "locator": bad, "url": bad, "grade": bad}],
                "notes": [
                    {"kind": "context", "text": bad, "source": bad, "confidence": bad, "field": bad, "value": bad},
                    {"kind": "correction", "field": "title", "value": bad, "source": bad, "text": bad},
                ],
                "origin": {"dataset": bad, "id": bad, "version": bad},
                "derived": [bad],
                bad: {"unknown": bad},
            },
            {
                "id": "2021-03-04-other", "date": "2021-03-04", "categories": [bad], "title": "Other",
                "actors": ["RUS"], "follows": [f"2021-03-05-{bad}"],
            },
        ],
        "assessments": [
            {
                "id": bad, "statement": bad, "question": bad, "likelihood": bad, "scale": "phia",
                "evidence": [{"event": f"2021-03-05-{bad}", "weighs": "for", "why": bad, "by": "editor"}],
            }
        ],
    }  # fmt: skip


QUESTIONS = [
    ["list"],
    ["list", "--columns", "id,date,title,summary,actors,places,tags,quotes,amounts,sources,notes,origin,derived,scale,cameo"],
    ["list", "-f", "csv"],
    ["list", "-f", "tsv"],
    ["list", "-f", "csv", "--excel"],
    ["list", "-f", "markdown"],
    ["list", "--json"],
    ["list", "-f", "ndjson"],
    ["search", "end"],
    ["search", "end", "--json"],
    ["show", "2021-03-04-other", "2021-03-05"],
    ["stats"],
    ["stats", "--json"],
    ["stats", "-f", "markdown"],
    *(
        ["stats", "--by", by, *more]
        for by in ("category", "actor", "pair", "place", "tag", "source", "grade", "cameo", "month,category", "category,tag")
        for more in ((), ("-f", "csv"))
    ),
    ["filter", "title:end", "--explain"],
    ["export", "-", "-f", "markdown"],
    ["export", "-", "-f", "corpus"],
    ["corpus", "info"],
    ["corpus", "info", "--json"],
    ["check"],
    ["check", "--json"],
]  # fmt: skip

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)


def asking(question: list[str], path: str) -> list[str]:
    if question[0] == "check":
        return [*question, path]
    if question[:2] == ["corpus", "info"]:
        return [*question, path]
    return [*question, "-C", path]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def path(kind: str, tmp_path: Path) -> str:
    file = tmp_path / "hostile.json"
    file.write_text(json.dumps(hostile(kind)), encoding="utf-8")
    return str(file)


def is_raw(question: list[str]) -> bool:
    """CSV and TSV into a pipe are the text as it is: a file of them must give back the values."""
    return any(name in question for name in ("csv", "tsv"))


def test_in_a_pipe_nothing_steers_and_nothing_fails(tell: Tell, path: str) -> None:
    """Every command and format answers; only CSV and TSV, made for programs, hold raw text."""
    for question in QUESTIONS:
        said = tell(*asking(question, path))
        assert said.code in ((0, 3) if question[0] == "check" else (0,)), (question, said.err)
        assert not STEERING.search(said.err), (question, said.err)
        if not is_raw(question):
            found = STEERING.search(said.out)
            assert not found, (question, found)


def test_one_record_a_line_whatever_the_text(tell: Tell, path: str) -> None:
    """Two events are two lines in the plain list, two lines of NDJSON and two rows of Markdown."""
    assert tell("list", "-C", path).out.count("\n") == 2
    assert tell("list", "-C", path, "-f", "ndjson").out.count("\n") == 2
    assert tell("list", "-C", path, "-f", "markdown").out.count("\n") == 4
    for by in ("tag", "actor", "source"):
        rows = len(tell("stats", "-C", path, "--by", by, "--json").json()["tables"][0]["rows"])
        assert len(tell("stats", "-C", path, "--by", by).out.splitlines()) == rows + 1


def test_json_round_trips(tell: Tell, kind: str, path: str) -> None:
    """JSON, NDJSON and an exported corpus give back the very values of the file."""
    events = hostile(kind)["events"][::-1]
    assert tell("list", "-C", path, "--json").json() == events
    lines = tell("list", "-C", path, "-f", "ndjson").out.split("\n")
    assert [json.loads(line) for line in lines if line] == events
    assert tell("export", "-", "-f", "corpus", "-C", path).json()["events"] == events


def test_csv_gives_back_the_values(tell: Tell, kind: str, path: str) -> None:
    """A CSV reader gets every title and summary exactly as the file has it."""
    import csv
    import io

    for name, delimiter in (("csv", ","), ("tsv", "\t")):
        out = tell("list", "-C", path, "-f", name).out
        rows = list(csv.DictReader(io.StringIO(out, newline=""), delimiter=delimiter))
        first = hostile(kind)["events"][0]
        assert (rows[1]["title"], rows[1]["summary"]) == (first["title"], first["summary"])


VISIBLE = {
    "markup": "[bold]loud[/bold] [/] [red]x",
    "emoji code": ":tada: :smile:",
    "escapes": "␛[31mred␛[0m ␛]8;;http://evil.example␛\\link␛]8;;␛\\ ␛]52;c;aGk=␇",
    "nul": "a␀b",
    "del": "back␈␈␈␡space",
    "cjk": "中俄联合演习 日本語 한국어",
    "pipes": "<script>alert(1)</script> &amp;",
}


def test_what_is_dangerous_stays_visible(tell: Tell, kind: str, path: str) -> None:
    """Brackets, codes and control characters can be seen in the list, in words or as symbols."""
    if kind in VISIBLE:
        assert VISIBLE[kind] in tell("list", "-C", path).out
        assert VISIBLE[kind] in tell("show", "-C", path, "2021-03-05").out


@pytest.mark.parametrize("color", ["never", "always"])
def test_on_a_terminal_nothing_steers(glance: Watch, tmp_path: Path, color: str) -> None:
    """All of it at once on a terminal: no escape but our own colours, nothing wider than it."""
    whole = hostile("markup")
    whole["events"] = []
    for number, name in enumerate(KINDS):
        one = hostile(name)
        for event in one["events"][:1]:
            event["id"] = f"2021-03-{number + 1:02d}-{NASTY[name]}"
            event["date"] = f"2021-03-{number + 1:02d}"
            event["categories"] = [NASTY["markup"]]
            whole["events"].append(event)
    path = tmp_path / "all.json"
    path.write_text(json.dumps(whole), encoding="utf-8")
    questions = [
        ["list"], ["list", "-f", "csv"], ["list", "--json"], ["search", "end"], ["stats"],
        ["stats", "--by", "tag"], ["show", *(e["id"][:11] for e in whole["events"])],
        ["corpus", "info"], ["check"],
    ]  # fmt: skip
    for question in questions:
        seen = glance(*asking(question, str(path)), "--no-pager", "--color", color)
        assert seen.code in (0, 3), seen.text
        text = COLOUR.sub("", seen.raw) if color == "always" else seen.raw
        steering = STEERING.search(text.replace("\r\n", "\n"))
        assert not steering, (question, steering)
        if question in (["list"], ["search", "end"]):
            assert "[bold]loud[/bold]" in re.sub(r"\s+", " ", seen.text)
            assert ":tada:" in seen.text


def test_arguments_are_text_too(tell: Tell) -> None:
    """What was typed is repeated in messages without steering the terminal."""
    for arguments in (
        ["list", "-c", ESCAPES], ["list", "-a", BIDI], ["search", ESCAPES], ["filter", f"title:{ESCAPES}"],
        ["list", "--on", ESCAPES], ["list", "-f", ESCAPES], ["show", ESCAPES], ["list", "--view", ESCAPES],
        [ESCAPES], ["list", f"--{ESCAPES}"], ["list", "-C", ESCAPES], ["export", f"{ESCAPES}.xyz"],
        ["view", "save", ESCAPES, "military"], ["view", "list"], ["view", "remove", ESCAPES],
    ):  # fmt: skip
        said = tell(*arguments)
        assert said.code in (0, 2), said
        assert not STEERING.search(said.err), arguments
        assert not STEERING.search(said.out), arguments


def test_symbols_are_one_cell() -> None:
    """What stands for a control character is a character of its own that takes one cell."""
    from relwatch.text import safe, width

    for code in (*range(32), *range(0x7F, 0xA0), 0x202E, 0x2066, 0x200F):
        shown = safe(chr(code))
        assert width(shown) == 1
        assert unicodedata.category(shown) == "So", shown
