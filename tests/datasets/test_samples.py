"""Real files, where they are at hand: counted, converted, refused as they must be.

The folder is RELWATCH_SAMPLES, or `shared/samples` beside the repository.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest.importorskip("duckdb", reason="the extra `big` is not installed")

from relwatch.datasets.conversion import Options, convert
from relwatch.engines.base import Question
from relwatch.engines.sql import SqlEngine
from relwatch.errors import DataWrong
from relwatch.expressions.nodes import Compare, both
from relwatch.expressions.wording import Wording

# Read when the module is loaded: each test has an environment of its own.
SAMPLES = Path(os.environ.get("RELWATCH_SAMPLES", Path(__file__).parents[3] / "shared" / "samples"))
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"no samples in {SAMPLES}")

CHINA_AND_RUSSIA = both(Compare("actor", ":", "CHN"), Compare("actor", ":", "RUS"))
COUNTS = {
    "gdelt1_mixed_57_58col.export.csv": ("gdelt", 710),
    "20151027220000.export.CSV": ("gdelt", 2_116),
    "events.2018.sample.tab": ("icews", 3_705),
    "ged231_sample_1000.csv": ("ucdp-ged", 1_000),
    "polecat_SYNTHETIC_event_intensity_trailing_tabs.txt": ("polecat", 3),
    "polecat_SYNTHETIC_header_intensity.txt": ("polecat", 3),
    "acled_SYNTHETIC_31col.csv": ("acled", 3),
    "acled_SYNTHETIC_25col_old.csv": ("acled", 1),
}
REFUSED = {
    "gdelt2_excel_mangled_semicolon_crlf.csv": "leading zeros.*scientific notation",
    "phoenix_SYNTHETIC_headless_26col.txt": "none of the data sets",
    "women_in_computing.csv": "none of the data sets",
    "women_in_computing.json": "not one record a line",
    "README.md": "none of the data sets",
}


@pytest.mark.parametrize("name", COUNTS)
def test_every_row_of_a_sample_is_an_event(name: str, tmp_path: Path) -> None:
    import duckdb

    target = tmp_path / "out.parquet"
    report = convert((str(SAMPLES / name),), target)
    assert (report.dataset, report.rows) == COUNTS[name]
    assert (report.kept, report.rejected) == (report.rows, 0)
    engine = SqlEngine(target)
    assert engine.count(Question()) == report.rows
    wording = Wording(engine.corpus)
    stored = duckdb.execute(
        "SELECT id, search, search_title FROM read_parquet(?)", [str(target)]
    ).fetchall()
    words = {event_id: (search, title) for event_id, search, title in stored}
    for event in engine.events(Question()):
        assert words[event.id] == (wording.search(event), wording.reader("title")(event))


@pytest.mark.parametrize("name", REFUSED)
def test_samples_that_must_be_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataWrong, match=REFUSED[name]):
        convert((str(SAMPLES / name),), tmp_path / "out.parquet")
    assert list(tmp_path.iterdir()) == []


def test_icews_between_china_and_russia(tmp_path: Path) -> None:
    target = tmp_path / "out.parquet"
    path = str(SAMPLES / "events.2018.sample.tab")
    convert((path,), target)
    assert SqlEngine(target).count(Question(CHINA_AND_RUSSIA)) == 8
    report = convert((path,), target, Options(fold=True))
    assert report.folded > 0 and report.kept + report.folded == 3_705
    # Three meetings told in both directions, and two reports told in one.
    assert SqlEngine(target).count(Question(CHINA_AND_RUSSIA)) == 5


def test_rows_dated_long_before_they_were_added(tmp_path: Path) -> None:
    target = tmp_path / "out.parquet"
    convert((str(SAMPLES / "20151027220000.export.CSV"),), target)
    engine = SqlEngine(target)
    assert [(c.start, c.end) for c in engine.corpus.coverage] == [("2015-10-27", "2015-10-27")]
    events = list(engine.events(Question()))
    assert sum(event.date < (event.reported or "") for event in events) == 104
    assert sum("backdated" in event.tags for event in events) == 41
