"""What programs read, compared exactly: these shapes are a promise."""

from __future__ import annotations

import copy
import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.cli.conftest import Tell, tell

__all__ = ["tell"]

EXACT: dict[str, Any] = {
    "format": "relwatch-corpus/1",
    "id": "exact",
    "title": "Exact | output #",
    "parties": ["CHN", "RUS"],
    "coverage": [{"start": "2021-01-01", "end": "2021-03-31", "basis": "watched"}],
    "categories": [{"id": "tech", "name": "Tech"}, {"id": "arms", "name": "Arms"}],
    "actors": [
        {"id": "CHN", "name": "China", "kind": "state"},
        {"id": "RUS", "name": "Russia", "kind": "state"},
        {"id": "li", "name": "Li", "kind": "person", "of": "CHN"},
    ],
    "sources": [{"id": "paper", "title": "The Paper"}],
    "events": [
        {
            "id": "2021-01-05-a", "date": "2021-01-05", "end": "2021-01-07", "categories": ["tech", "arms"],
            "title": 'Pipes | and, "quotes"', "summary": "Two\nlines", "actors": ["CHN", "RUS"], "tags": ["x", "y z"],
            "amounts": [{"value": 5.5, "currency": "USD"}], "intensity": -7.2, "scale": "s",
            "sources": [{"source": "paper", "grade": "B2"}],
            "notes": [{"kind": "correction", "field": "date", "value": "2021-01-04", "source": "paper", "text": "one day early"}],
        },
        {"id": "2021-03-04-c", "date": "2021-03", "categories": ["tech"], "title": "-plain", "stage": "held", "own": {"kept": 1.5}},
        {
            "id": "2021-03-02-b", "date": "2021-03-02", "categories": ["arms"], "title": "=SUM(A1) 中文 `code` \\ <b>",
            "actors": ["RUS", "li"], "initiators": ["li"], "cameo": "0251", "follows": ["2021-01-05-a"],
        },
    ],
}  # fmt: skip


@pytest.fixture
def exact(tmp_path: Path) -> str:
    (tmp_path / "exact.json").write_text(json.dumps(EXACT, ensure_ascii=False), encoding="utf-8")
    return "exact.json"


def pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def test_events_as_json(tell: Tell, exact: str) -> None:
    """An array of the events with the file's own keys in the file's order, two-space indent."""
    assert tell("list", "-C", exact, "--json").out == pretty(EXACT["events"])
    assert tell("filter", "tech", "-C", exact, "--json").out == pretty(EXACT["events"][:2])
    assert tell("show", "2021-03-02-b", "-C", exact, "--json").out == pretty(EXACT["events"][2:])


def test_search_adds_what_matched(tell: Tell, exact: str) -> None:
    """A search gives the same events, best first, with `matched` behind their own keys."""
    found = tell("search", "plain", "quotes", "--any", "-C", exact, "--json")
    second, first = EXACT["events"][:2]
    assert found.out == pretty([{**first, "matched": ["plain"]}, {**second, "matched": ["quotes"]}])


def test_an_event_with_a_field_called_matched(tell: Tell, tmp_path: Path) -> None:
    """`matched` in a search is the search's, and every other field stays as written."""
    document = copy.deepcopy(EXACT)
    document["events"][1].update(matched="mine", big=1e300)
    (tmp_path / "own.json").write_text(json.dumps(document), encoding="utf-8")
    found = tell("search", "plain", "-C", "own.json", "--json").json()
    assert found[0] == {**document["events"][1], "matched": ["plain"]}


def test_events_as_ndjson(tell: Tell, exact: str) -> None:
    """One event a line, compact."""
    lines = [
        json.dumps(event, separators=(",", ":"), ensure_ascii=False) for event in EXACT["events"]
    ]
    assert tell("list", "-C", exact, "-f", "ndjson").out == "".join(f"{line}\n" for line in lines)


HEADER = (
    "id,date,end,uncertain,reported,categories,title,summary,actors,initiators,about,places,tags,quotes,amounts,"
    "stage,follows,cameo,intensity,scale,sources,notes,status,origin,derived,recorded\n"
)
ROWS = (
    '2021-01-05-a,2021-01-05,2021-01-07,,,tech; arms,"Pipes | and, ""quotes""","Two\nlines",CHN; RUS,,,,x; y z,,'
    '"[{""value"":5.5,""currency"":""USD""}]",,,,-7.2,s,"[{""source"":""paper"",""grade"":""B2""}]",'
    '"[{""kind"":""correction"",""field"":""date"",""value"":""2021-01-04"",""source"":""paper"",""text"":""one day early""}]",,,,\n'
    "2021-03-04-c,2021-03,,,,tech,-plain,,,,,,,,,held,,,,,,,,,,\n"
    "2021-03-02-b,2021-03-02,,,,arms,=SUM(A1) 中文 `code` \\ <b>,,RUS; li,li,,,,,,,2021-01-05-a,0251,,,,,,,,\n"
)


def test_events_as_csv(tell: Tell, exact: str) -> None:
    """Fixed columns, RFC 4180 quoting, LF; lists joined by "; ", nested fields as JSON."""
    assert tell("list", "-C", exact, "-f", "csv").out == HEADER + ROWS


def test_events_as_tsv(tell: Tell, exact: str) -> None:
    """The same with tabs."""
    out = tell("list", "-C", exact, "-f", "tsv", "--columns", "id,title,summary,categories").out
    assert out == (
        "id\ttitle\tsummary\tcategories\n"
        '2021-01-05-a\t"Pipes | and, ""quotes"""\t"Two\nlines"\ttech; arms\n'
        "2021-03-04-c\t-plain\t\ttech\n"
        "2021-03-02-b\t=SUM(A1) 中文 `code` \\ <b>\t\tarms\n"
    )


def test_csv_for_excel(tell: Tell, exact: str) -> None:
    """--excel adds BOM and CRLF, and a quote before text that would be a formula; numbers stay."""
    out = tell(
        "list", "-C", exact, "-f", "csv", "--excel", "--columns", "title,intensity,summary"
    ).out
    assert out == (
        '\ufefftitle,intensity,summary\r\n"Pipes | and, ""quotes""",-7.2,"Two\nlines"\r\n'
        "'-plain,,\r\n'=SUM(A1) 中文 `code` \\ <b>,,\r\n"
    )
    assert (
        tell("list", "-C", exact, "--excel").out
        == tell("list", "-C", exact, "--excel", "-f", "csv").out
    )


def test_no_header_is_a_formula(tell: Tell, tmp_path: Path) -> None:
    """A category whose id is a formula is none in Excel, neither as a cell nor as a heading."""
    document = copy.deepcopy(EXACT)
    document["categories"][0]["id"] = "=1+1"
    for event in document["events"]:
        event["categories"] = ["=1+1"]
    (tmp_path / "evil.json").write_text(json.dumps(document), encoding="utf-8")
    for table in ("months", "categories"):
        out = tell("stats", "-C", "evil.json", "--excel", "--table", table).out
        cells = [
            cell
            for row in csv.reader(io.StringIO(out.lstrip("\ufeff"), newline=""))
            for cell in row
        ]
        assert "'=1+1" in cells
        assert "=1+1" not in cells


def test_events_as_markdown(tell: Tell, exact: str) -> None:
    """A pipe table of the five columns a reader wants, with everything escaped."""
    assert tell("list", "-C", exact, "-f", "markdown").out == (
        "| Date | Category | Title | Actors | Place |\n"
        "| --- | --- | --- | --- | --- |\n"
        '| 2021-01-05/07† | Tech, Arms | Pipes \\| and, "quotes" | China, Russia |  |\n'
        "| 2021-03 | Tech | -plain |  |  |\n"
        "| 2021-03-02 | Arms | =SUM(A1) 中文 \\`code\\` \\\\ \\<b> | Russia, Li |  |\n"
    )


def test_a_markdown_document(tell: Tell, exact: str) -> None:
    """An exported Markdown file says what was asked and what is covered, and lists corrections."""
    assert tell("export", "-", "-f", "markdown", "-c", "tech", "-C", exact).out == (
        "# Exact \\| output \\#\n\n"
        "2 events of the selection `category:tech`. Coverage: 2021-01-01 to 2021-03-31 (watched). Dates as stated.\n\n"
        "| Date | Category | Title | Actors | Place |\n"
        "| --- | --- | --- | --- | --- |\n"
        '| 2021-01-05/07† | Tech, Arms | Pipes \\| and, "quotes" | China, Russia |  |\n'
        "| 2021-03 | Tech | -plain |  |  |\n\n"
        "† A checked source says otherwise:\n\n"
        '- 2021-01-05, Pipes \\| and, "quotes": one day early (The Paper)\n'
    )


COVERAGE = EXACT["coverage"]
BY_CATEGORY = {
    "selection": "", "coverage": COVERAGE, "total": 3,
    "tables": [
        {
            "id": "events-by-category", "title": "Events by category", "columns": ["category", "events"],
            "rows": [{"category": "tech", "events": 2}, {"category": "arms", "events": 2}],
            "notes": [
                "an event counts once for each category: the rows add up to 4, the selection has 3 events",
                "small numbers: 3 events",
            ],
        }
    ],
}  # fmt: skip
CELLS = [("2021-01", "tech", 1), ("2021-01", "arms", 1), ("2021-02", "tech", 0), ("2021-02", "arms", 0), ("2021-03", "tech", 1), ("2021-03", "arms", 1)]  # fmt: skip


def test_one_dimension(tell: Tell, exact: str) -> None:
    """A tally gives the selection, coverage, total, and one table with its notes."""
    assert tell("stats", "--by", "category", "-C", exact, "--json").out == pretty(BY_CATEGORY)
    assert (
        tell("stats", "--by", "category", "-C", exact, "-f", "csv").out
        == "category,events\ntech,2\narms,2\n"
    )
    assert tell("stats", "--by", "category", "-C", exact, "-f", "ndjson").out == '{"category":"tech","events":2}\n{"category":"arms","events":2}\n'  # fmt: skip
    assert tell("stats", "--by", "category", "-C", exact, "-f", "markdown").out == (
        "**Events by category**\n\n| Category | Events |\n| --- | ---: |\n| Tech | 2 |\n| Arms | 2 |\n\n"
        "an event counts once for each category: the rows add up to 4, the selection has 3 events\n\n"
        "small numbers: 3 events\n"
    )
    assert (
        tell("stats", "--by", "category", "-C", exact).out
        == "category  events\nTech           2\nArms           2\n"
    )


def test_two_dimensions(tell: Tell, exact: str) -> None:
    """Two dimensions are long rows, dense in time: an empty month is a zero."""
    answer = tell("stats", "--by", "month,category", "-C", exact, "--json").json()
    (table,) = answer["tables"]
    assert (table["id"], table["columns"]) == (
        "events-by-month-category",
        ["month", "category", "events"],
    )
    assert [tuple(row.values()) for row in table["rows"]] == CELLS
    assert tell(
        "stats", "--by", "month,category", "-C", exact, "-f", "csv"
    ).out == "month,category,events\n" + "".join(
        f"{month},{category},{events}\n" for month, category, events in CELLS
    )


def test_several_tables_ask_for_one(tell: Tell, exact: str) -> None:
    """CSV, TSV and NDJSON hold one table: of several, --table says which; JSON may hold one too."""
    for name in ("csv", "tsv", "ndjson"):
        said = tell("stats", "-C", exact, "-f", name)
        assert (said.code, said.out) == (2, "")
        assert "--table months" in said.err
    assert tell("stats", "-C", exact, "-f", "csv", "--table", "months").out == (
        "month,events,tech,arms\n2021-01,1,1,0\n2021-02,0,0,0\n2021-03,2,1,1\n"
    )
    for table in ("months", "nonsense"):
        for name in ("json", "markdown", "csv", "table", "ndjson"):
            said = tell("stats", "-C", exact, "-f", name, "--table", table)
            assert said.code == (0 if table == "months" else 2), (name, said.err)
    assert [
        t["id"] for t in tell("stats", "-C", exact, "--json", "--table", "months").json()["tables"]
    ] == ["months"]


def test_the_overview(tell: Tell, exact: str) -> None:
    """The overview's tables, their columns and rows."""
    answer = tell("stats", "-C", exact, "--json").json()
    assert list(answer) == ["selection", "coverage", "total", "tables"]
    assert (answer["selection"], answer["coverage"], answer["total"]) == ("", COVERAGE, 3)
    tables = {table["id"]: table for table in answer["tables"]}
    assert {name: table["columns"] for name, table in tables.items()} == {
        "totals": ["what", "value"],
        "coverage": ["start", "end", "days", "basis", "note"],
        "categories": ["category", "events", "primary"],
        "months": ["month", "events", "tech", "arms"],
        "actors": ["actor", "events", "initiates"],
        "silences": ["n", "min", "median", "mean", "max", "from", "to"],
        "corrections": ["what", "events"],
    }
    assert [tuple(row.values()) for row in tables["actors"]["rows"]] == [
        ("RUS", 2, 0),
        ("CHN", 1, 0),
        ("li", 1, 1),
    ]
    assert [tuple(row.values()) for row in tables["categories"]["rows"]] == [
        ("tech", 2, 2),
        ("arms", 2, 1),
    ]
    assert [tuple(row.values()) for row in tables["silences"]["rows"]] == [
        (1, 56, 56, 56, 56, "2021-01-05", "2021-03-02")
    ]
    assert [row["events"] for row in tables["corrections"]["rows"]] == [1, 1, 0]


def test_problems(tell: Tell, exact: str) -> None:
    """`check --json` lists {file, path, problem, expected, level}."""
    assert tell("check", exact, "--json").out == pretty(
        [
            {
                "file": "exact.json", "path": "events[1].own", "problem": "relwatch does not know this field; it is kept",
                "expected": "", "level": "advice",
            },
            {
                "file": "exact.json", "path": "events[2]", "problem": "the keys are not in the order of the format",
                "expected": "`relwatch check --fix` puts them in order", "level": "advice",
            },
        ]
    )  # fmt: skip


# Markdown tables, whatever the cells hold


def tables(text: str) -> list[list[list[str]]]:
    """The tables a Markdown reader finds: rows of cells, as plain text."""
    found: list[list[list[str]]] = []
    inside = False
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type in ("th_open", "td_open", "th_close", "td_close"):
            inside = token.type.endswith("open")
        elif token.type == "inline" and inside:
            assert all(child.type in ("text", "text_special") for child in token.children or ()), (
                token.content
            )
            found[-1][-1].append("".join(child.content for child in token.children or ()))
    return found


CELL = st.text(st.sampled_from("ab中|\\`*_[]<>&;#~$!-+:()\"'\n\r\t x1"), min_size=1, max_size=12)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(titles=st.lists(CELL, min_size=1, max_size=3), name=CELL)
def test_markdown_tables_hold_any_text(
    tell: Tell, tmp_path: Path, titles: list[str], name: str
) -> None:
    """A Markdown reader gets every cell's text back, in one row for each event."""
    document = copy.deepcopy(EXACT)
    document["categories"][0]["name"] = name
    document["events"] = [
        {"id": f"e{number}", "date": "2021-01-05", "categories": ["tech"], "title": title}
        for number, title in enumerate(titles)
    ]
    (tmp_path / "cells.json").write_text(json.dumps(document), encoding="utf-8")
    for command in (["list", "-f", "markdown"], ["export", "-", "-f", "markdown"]):
        (table,) = tables(tell(*command, "-C", "cells.json").out)
        assert [row[2] for row in table[1:]] == [plain(title) for title in titles]
        assert {row[1] for row in table[1:]} == {plain(name)}
        assert {len(row) for row in table} == {5}
    (table,) = tables(tell("stats", "--by", "category", "-f", "markdown", "-C", "cells.json").out)
    assert table == [["Category", "Events"], [plain(name), str(len(titles))]]


def plain(text: str) -> str:
    """A text as a table cell can hold it: on one line, without space around it."""
    return (
        text.replace("\r\n", " ")
        .replace("\r", " ")
        .replace("\n", " ")
        .replace("\t", " ")
        .strip(" ")
    )


def test_a_selection_with_backticks(tell: Tell, exact: str) -> None:
    """The selection in a Markdown document is one code span whatever it holds."""
    out = tell("export", "-", "-f", "markdown", "-C", exact, "--where", 'title:"a `b` ``c``"').out
    inline = next(
        token
        for token in MarkdownIt().parse(out)
        if token.type == "inline" and "events" in token.content
    )
    (span,) = [child.content for child in inline.children or () if child.type == "code_inline"]
    assert "`b` ``c``" in span


# A corpus of the selection


def test_an_exported_corpus_is_the_same_events(tell: Tell, exact: str) -> None:
    """Exported and read back, a corpus gives byte-equal events and `check` finds nothing new."""
    assert tell("export", "all.corpus.json", "-C", exact).code == 0
    assert (
        tell("list", "-C", "all.corpus.json", "--json").out
        == tell("list", "-C", exact, "--json").out
    )
    assert tell("check", "all.corpus.json").out == tell("check", exact).out.replace(
        exact, "all.corpus.json"
    )
    assert tell("export", "bundled.corpus.json").code == 0
    assert tell("check", "bundled.corpus.json", "--strict") == (0, "", "")
    for question in (
        ["list", "--json"],
        ["list", "-f", "csv"],
        ["stats", "--json"],
        ["search", "drills", "--json"],
    ):
        assert tell(*question, "-C", "bundled.corpus.json").out == tell(*question).out


@pytest.mark.parametrize("selection", [["-c", "military"], ["--on", "2021-08"], ["-a", "putin"], ["--on", "1999"], ["-t", "drill"]], ids=" ".join)  # fmt: skip
def test_a_selection_as_a_corpus(tell: Tell, selection: list[str]) -> None:
    """A selection read back is the selection, checks clean, and names its question in `method`."""
    assert tell("export", "part.corpus.json", *selection).code == 0
    assert (
        tell("list", "-C", "part.corpus.json", "--json").out
        == tell("list", *selection, "--json").out
    )
    assert tell("check", "part.corpus.json", "--strict") == (0, "", "")
    assert tell("corpus", "info", "part.corpus.json", "--json").json()["method"]["expression"]


def test_dropped_links_are_counted(tell: Tell, exact: str) -> None:
    """A link to an event that is not in the selection is left out, and stderr says so."""
    said = tell("export", "part.corpus.json", "--on", "2021-03", "-C", exact)
    assert "1 link to events outside the selection dropped" in said.err
    events = tell("list", "-C", "part.corpus.json", "--json").json()
    assert [event.get("follows") for event in events] == [None, None]
    assert "links" not in tell("export", "all.corpus.json", "-C", exact).err


@pytest.mark.parametrize("name", ["csv", "tsv", "json", "ndjson", "markdown", "corpus"])
def test_internal_notes_are_never_exported(tell: Tell, tmp_path: Path, name: str) -> None:
    """No exported file holds an internal note; stderr counts them; the other notes stay."""
    document = copy.deepcopy(EXACT)
    document["events"][0]["notes"].insert(0, {"kind": "internal", "text": "SECRET"})
    document["events"][1]["notes"] = [{"kind": "internal", "text": "SECRET", "own": 1}]
    (tmp_path / "internal.json").write_text(json.dumps(document), encoding="utf-8")
    said = tell("export", "out", "-f", name, "-C", "internal.json")
    assert said.code == 0
    assert "2 internal notes left out" in said.err
    text = (tmp_path / "out").read_text(encoding="utf-8")
    assert "SECRET" not in text
    assert "internal" not in text
    assert "one day early" in text
    if name == "json":
        assert json.loads(text) == EXACT["events"]


def test_numbers_and_order_stay_as_written(tell: Tell, tmp_path: Path) -> None:
    """An exported corpus writes numbers, escapes and keys as the file has them."""
    written = (
        '{"format":"relwatch-corpus/1","id":"n","title":"N","parties":["CHN","RUS"],"categories":[{"id":"t","name":"T"}],'
        '"actors":[{"id":"CHN","name":"C","kind":"state"},{"id":"RUS","name":"R","kind":"state"}],"events":['
        '{"title":"One","own":[1.50,1e5,12345678901234567890123,-0.0],"id":"e","date":"2021","categories":["t"],"follows":["none"],'
        '"intensity":7.40,"notes":[{"kind":"internal"},{"kind":"context","own":2.10}]}]}'
    )
    (tmp_path / "n.json").write_text(written, encoding="utf-8")
    out = tell("export", "-", "-f", "corpus", "-C", "n.json").out
    compact = out.replace(" ", "").replace("\n", "")
    assert '{"title":"One","own":[1.50,1e5,12345678901234567890123,-0.0],"id":"e"' in compact
    assert '"intensity":7.40,"notes":[{"kind":"context","own":2.10}]}' in compact
