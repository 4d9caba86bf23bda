"""Texts that begin like formulas survive relwatch's own CSV, with and without --excel."""

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relwatch.cli.app import main
from relwatch.text import guarded, unguarded
from tests.curation.making import event, small

BEGINNINGS = st.text("'=+-@a \t", max_size=4)
TEXTS = st.builds("{}{}".format, BEGINNINGS, st.sampled_from(["x", "=x", "'", "-1"]))


@given(TEXTS, st.booleans())
def test_a_guard_is_taken_off_exactly_once(text, formulas):
    cell = guarded(text, formulas)
    assert unguarded(cell) == text
    assert not (formulas and cell.startswith(("=", "+", "-", "@", "\t")))
    # Nothing but a quote of the text's own is ever guarded where formulas are let be.
    assert formulas or cell == text or text.startswith("'")


def test_what_another_program_guarded_is_undone():
    assert unguarded("'=SUM(A1)") == "=SUM(A1)" and unguarded("'quoted' words") == "'quoted' words"


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(titles=st.lists(TEXTS.map(str.strip), min_size=1, max_size=4), tag=TEXTS.map(str.strip))
@pytest.mark.parametrize("options", [[], ["--excel"]])
@pytest.mark.parametrize("extension", ["csv", "tsv"])
def test_export_then_import_is_the_same_events(
    tmp_path, monkeypatch, options, extension, titles, tag
):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    events = [
        event(number, title=title, summary=title, tags=[tag, title])
        for number, title in enumerate(titles)
    ]
    full, empty, file = (tmp_path / name for name in ("full.json", "empty.json", f"f.{extension}"))
    full.write_text(json.dumps(small(events)))
    empty.write_text(json.dumps(small()))
    assert main(["export", str(file), "-C", str(full), "--force", "-q", *options]) == 0
    taken = main(["import", str(file), "--into", str(empty), "--duplicates", "keep", "-q"])
    assert taken == 0
    came = {one["id"]: one for one in json.loads(empty.read_bytes())["events"]}
    for one in events:
        made = came[one["id"]]
        wanted = list(dict.fromkeys(one["tags"]))
        assert (made["title"], made["summary"], made["tags"]) == (
            one["title"],
            one["summary"],
            wanted,
        )


def test_the_same_guards_whichever_engine_writes(tmp_path, capfd):
    pytest.importorskip("duckdb")
    rows = [event(n, title=title) for n, title in enumerate(["'=a", "=b", "''-c", "'d", "e"])]
    source = Path(tmp_path, "rows.ndjson")
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    capfd.readouterr()
    assert main(["export", "-", "--format", "csv", "-C", str(source), "-q"]) == 0
    made = csv.DictReader(io.StringIO(capfd.readouterr().out))
    assert [row["title"] for row in made] == ["''=a", "=b", "'''-c", "'d", "e"]
