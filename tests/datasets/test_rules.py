"""The analyst's own rules put events into categories, and nothing else changes."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("duckdb", reason="the extra `big` is not installed")

from relwatch.datasets import rules
from relwatch.datasets.conversion import Options
from relwatch.errors import AskedWrongly, DataWrong, RelwatchError
from relwatch.model import Event
from tests.datasets import made
from tests.datasets.test_data_sets import read

TEXT = made.lines(
    made.gdelt_row(GLOBALEVENTID="1", SOURCEURL="https://a.example/two-new-satellites-in-orbit"),
    made.gdelt_row(GLOBALEVENTID="2", EventCode="0611", EventRootCode="06"),
    made.gdelt_row(GLOBALEVENTID="3", Actor1Code="CHNMIL", SQLDATE="20210101"),
    made.gdelt_row(GLOBALEVENTID="4", SOURCEURL="https://a.example/nuclear-power-of-tomorrow"),
)


def ruled(folder: Path, toml: str, text: str = TEXT) -> tuple[list[str], dict[str, Event]]:
    path = Path(made.put(folder, "rules.toml", toml))
    report, corpus, events = read(folder, text, options=Options(rules=path))
    assert report.kept == report.rows
    return [category.id for category in corpus.categories], {event.id: event for event in events}


def test_the_documented_example_works(tmp_path: Path) -> None:
    categories, events = ruled(tmp_path, rules.EXAMPLE)
    assert categories == ["tech", "military", "economic", "political", "nuclear"]
    assert events["gdelt:1"].categories == ("political", "tech")
    assert events["gdelt:2"].categories[0] == "economic"
    assert events["gdelt:4"].categories == ("nuclear", "political")


@pytest.mark.parametrize(
    ("rule", "hit"),
    [
        ('words = ["satellite"]', {"1"}),
        ('words = ["orbit*", "nuclear power"]', {"1", "4"}),
        ('words = ["power nuclear"]', set()),
        ('codes = ["06"]', {"2"}),
        ('codes = ["0"]', {"1", "2", "3", "4"}),
        ('actors = ["CHNMIL"]', {"3"}),
        ('tags = ["Backdated"]', {"3"}),
        ('codes = ["20"]\ntags = ["backdated"]', {"3"}),
    ],
)
def test_what_a_rule_hits(rule: str, hit: set[str], tmp_path: Path) -> None:
    _, events = ruled(tmp_path, f'[[rule]]\ncategory = "tech"\n{rule}\n')
    assert {name for name, event in events.items() if "tech" in event.categories} == {
        f"gdelt:{number}" for number in hit
    }


def test_rules_also_read_notes_and_places(tmp_path: Path) -> None:
    text = made.as_csv(made.GED, [made.ged_cells()])
    _, events = ruled(tmp_path, '[[rule]]\ncategory="tech"\nwords=["hills"]\nprimary=true', text)
    assert events["ged:1"].categories == ("tech", "military")


@pytest.mark.parametrize(
    ("toml", "error", "message"),
    [
        ("category =", DataWrong, "Invalid value"),
        ("", AskedWrongly, "holds no rules"),
        ('[[rule]]\ncategory = "a"', DataWrong, r"rule\[0\]: nothing calls for its category"),
        ('[[rule]]\ncategory = "a"\nwords = ["—"]', DataWrong, "“—” holds no word"),
        ('[[rule]]\nwords = ["a"]', DataWrong, "category"),
        ('[[rule]]\ncategory = "a"\nwords = ["a"]\nword = 1', DataWrong, "unknown field `word`"),
    ],
)
def test_rules_that_are_none(
    toml: str, error: type[RelwatchError], message: str, tmp_path: Path
) -> None:
    path = Path(made.put(tmp_path, "rules.toml", toml))
    with pytest.raises(error, match=message):
        rules.Rules.read(path)
    with pytest.raises(AskedWrongly, match="no such file"):
        rules.Rules.read(tmp_path / "none.toml")
