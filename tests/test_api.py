"""The public interface of the package, as its documentation promises it."""

from __future__ import annotations

import doctest
import subprocess
import sys
from importlib import import_module, resources
from pathlib import Path

import pytest

import relwatch
from tests.conftest import ROOT
from tests.corpora.test_checking import FULL, changed
from tests.documents import encoded

WITH_EXAMPLES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "relwatch").rglob("*.py")
    if ">>>" in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_in_docstrings_are_true(name: str) -> None:
    """What documentation shows is what happens."""
    found = doctest.testmod(import_module(name))
    assert found.attempted > 0
    assert found.failed == 0


def test_examples_are_found() -> None:
    """The list above is not empty by mistake."""
    assert {"relwatch", "relwatch.library", "relwatch.text"} <= set(WITH_EXAMPLES)


@pytest.mark.parametrize("name", relwatch.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    """What the page names can be imported, and says what it is."""
    found = getattr(relwatch, name)
    assert isinstance(found, str) or found.__doc__


def test_other_names_are_no_attributes() -> None:
    """A misspelt name is an AttributeError, as of any module."""
    with pytest.raises(AttributeError, match="laod"):
        _ = relwatch.laod  # type: ignore[attr-defined]


def test_the_package_is_typed() -> None:
    """Type checkers read the annotations."""
    assert resources.files("relwatch").joinpath("py.typed").is_file()


def test_importing_the_package_imports_nothing_else() -> None:
    """`import relwatch` loads no package and no room: names are loaded on first use."""
    code = "import __future__, sys, typing; old = {*sys.modules}; import relwatch; print(*{*sys.modules} - old)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.split() == ["relwatch"]


def test_a_selection_is_iterated_counted_and_told() -> None:
    """Events in order, as often as asked; the text is the resolved question."""
    selected = relwatch.load("china-russia").select("military and actor:russia from:2021-11")
    expected = ["2021-11-08", "2021-11-19", "2021-11-24"]
    assert [event.date for event in selected] == expected
    assert [event.date for event in selected] == expected
    assert selected.count() == 3
    assert str(selected) == "category:military and actor:RUS and date:2021-11-01.."


def test_selections_by_checked_dates() -> None:
    """The helicopter contract and the pledge on data are of June, in this order."""
    corpus = relwatch.load()
    assert corpus.select("date:2021-06").count() == 0
    moved = corpus.select("date:2021-06", dates="checked")
    assert [event.date for event in moved] == ["2021-11-08", "2021-07-03"]


def test_tallies() -> None:
    """The same tables as the command gives, as values."""
    answer = relwatch.load().select("").stats("category", ["events", "share"])
    assert answer.total == 29
    assert answer.table("events-by-category").rows[1] == ("political", 11)
    assert answer.table("share-by-category").rows[1] == ("political", round(11 / 29, 6))
    with pytest.raises(KeyError):
        answer.table("nothing")
    assert answer.plain()["tables"][0]["rows"][0] == {"category": "tech", "events": 6}


def test_an_event_by_the_beginning_of_its_id() -> None:
    """As on the command line."""
    assert relwatch.load().event("2022").id == "2022-01-04-hanafi-investors"


def test_a_file_is_loaded_by_its_path(tmp_path: Path) -> None:
    """A path object or text."""
    path = tmp_path / "mine.json"
    path.write_bytes(encoded(FULL))
    for name in (path, str(path)):
        library = relwatch.load(name)
        assert (library.corpus.id, library.select("").count()) == ("full", 2)
        assert library.path == str(path)


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("and", "nothing before it"),
        ("category:x", "unknown category"),
        ("date:soon", "not a period"),
    ],
)
def test_wrong_questions_are_errors_of_one_class(expression: str, says: str) -> None:
    """Everything a user can cause is a RelwatchError with a message, a hint and an exit code."""
    with pytest.raises(relwatch.RelwatchError) as error:
        relwatch.load().select(expression)
    assert says in error.value.message
    assert error.value.hint
    assert error.value.exit_code == 2


def test_wrong_files_are_errors_of_the_same_class(tmp_path: Path) -> None:
    """A corpus that is not there, and one that is wrong."""
    for name in ("no-such-corpus", str(tmp_path / "none.json"), ""):
        with pytest.raises(relwatch.RelwatchError) as error:
            relwatch.load(name)
        assert error.value.exit_code == 2
    path = tmp_path / "wrong.json"
    path.write_bytes(encoded(changed("events[0].date", "2021-13")))
    with pytest.raises(relwatch.RelwatchError) as error:
        relwatch.load(path)
    assert error.value.exit_code == 3
    assert "events[0].date" in error.value.message


def test_parse_needs_no_corpus() -> None:
    """Names are taken as typed, and equal questions are equal."""
    assert relwatch.parse("category:military and not actor:USA") == relwatch.parse(
        "category:military (not actor:USA)"
    )
