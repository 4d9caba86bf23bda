"""A file becomes a corpus as it stands, or is refused where an answer would change."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from relwatch import load
from relwatch.corpora.reading import decode, raws, read
from relwatch.errors import AskedWrongly, DataWrong, SystemRefused
from tests.corpora.test_checking import FULL, changed
from tests.documents import encoded


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("events[1].date", "2021-02-30", 'mine.json: events[1].date: "2021-02-30" is not a date (YYYY, YYYY-MM or YYYY-MM-DD)'),
        ("events[1].date", "", "events[1].date"),
        ("events[1].end", "2021-02", "lies before the date"),
        ("events[1].reported", "x", "events[1].reported"),
        ("events[1].recorded", "x", "events[1].recorded"),
        ("events[1].notes[0].value", "x", "events[1].notes[0].value"),
        ("events[1].categories", [], "no category"),
        ("events[1].categories", ["other"], "no category “other” is declared"),
        ("events[1].id", "2021-03-05-first", "also the id of events[0]"),
        ("events[1].title", 5, "a number where text belongs"),
        ("events[1].cameo", 62, "a number where text belongs"),
        ("events[1].actors", "CHN", "where an array belongs"),
        ("events[1].places", {}, "an object where an array belongs"),
        ("events[1].intensity", "7.4", "where a number belongs"),
        ("events", {}, "an object where an array belongs"),
        ("events[0]", [], "an array where an object belongs"),
        ("coverage[0].end", "2020", "ends before it begins"),
        ("coverage[0].end", "2020-99", "is not a date"),
        ("format", "relwatch-corpus/9", "relwatch-corpus/1"),
        ("parties", ["CHN"], "where 2 values belong"),
    ],
)  # fmt: skip
def test_what_would_change_an_answer_is_refused(path: str, value: Any, says: str) -> None:
    """With the file, the path inside it and what was expected; the exit code says: data."""
    with pytest.raises(DataWrong) as error:
        decode(encoded(changed(path, value)), "mine.json")
    assert says in str(error.value)
    assert error.value.exit_code == 3
    assert str(error.value).startswith("mine.json: ")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("events[1].follows", ["nowhere"]),
        ("events[1].actors", ["nobody"]),
        ("events[1].sources[0].grade", "Z9"),
        ("events[1].title", "Two\nlines"),
        ("events[1].intensity", 99),
        ("events[1].scale", ...),
        ("events[1].unknown", {"kept": [1]}),
        ("unknown", 1),
    ],
)
def test_what_changes_no_answer_is_left_to_check(path: str, value: Any) -> None:
    """A draft can be read before it is tidy."""
    assert len(decode(encoded(changed(path, value)), "mine.json").events) == 2


def test_events_stay_as_the_file_has_them() -> None:
    """Unknown fields, order of keys and spelling of numbers survive."""
    content = b'{"events": [{"title": "T", "own": {"n": 1.50, "list": [null]}, "id": "\\u00e9"}]}'
    assert raws(content) == (
        b'{"title": "T", "own": {"n": 1.50, "list": [null]}, "id": "\\u00e9"}',
    )
    document = changed("events[1].own", {"kept": [1, None, "é"]})
    library_raw = raws(encoded(document))[1]
    assert json.loads(library_raw) == document["events"][1]


def test_a_corpus_is_loaded_by_path(tmp_path: Path) -> None:
    """As text or as a path, relative or not."""
    path = tmp_path / "mine.json"
    path.write_bytes(encoded(FULL))
    assert load(path).corpus == load(str(path)).corpus
    corpus, content = read(path)
    assert corpus.id == "full"
    assert content == path.read_bytes()


def test_what_is_not_there_is_asked_wrongly(tmp_path: Path) -> None:
    """A missing file and a folder are the question's fault, not the data's."""
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(AskedWrongly) as error:
            read(path)
        assert str(path) in error.value.message
        assert error.value.exit_code == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_refused_by_the_system(tmp_path: Path) -> None:
    """No permission is exit code 4."""
    path = tmp_path / "mine.json"
    path.write_bytes(encoded(FULL))
    path.chmod(0)
    with pytest.raises(SystemRefused) as error:
        read(path)
    assert error.value.exit_code == 4
