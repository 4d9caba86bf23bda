"""A corpus whose file was deleted is not lost, and what is not confirmed is no zero."""

import json
import shutil
from pathlib import Path

import pytest

from tests.curation.making import event, read, small


def test_the_versions_of_a_deleted_corpus_can_be_brought_back(relwatch, keep):
    mine = keep(small([event(1)]))
    relwatch("edit", "2022-01-05", "-C", mine, "--set", "title=Second")
    mine.unlink()
    ran = relwatch("undo", "-C", mine, code=2)
    assert f"relwatch corpus log {mine} --save" in ran.err
    ran = relwatch("corpus", "log", mine)
    assert "is not there any more" in ran.err and len(ran.out.splitlines()) == 2
    assert "*" not in ran.out
    relwatch("corpus", "log", mine, "--save", "2", mine)
    assert read(mine)["events"][0]["title"] == "Second"
    # It goes on where it was.
    relwatch("undo", "-C", mine)
    assert read(mine)["events"][0]["title"] == "Event 1"
    assert "no such file" in relwatch("corpus", "log", mine.parent / "never.json", code=2).err


def test_the_versions_of_a_deleted_corpus_of_a_name(relwatch):
    path = relwatch("corpus", "new", "iran", "--parties", "IRN,RUS", "--title", "Iran").out.strip()
    relwatch("category", "add", "Culture", "-C", "iran")
    Path(path).unlink()
    assert "relwatch corpus log iran --save" in relwatch("undo", "-C", "iran", code=2).err
    assert len(relwatch("corpus", "log", "iran").out.splitlines()) == 2
    relwatch("corpus", "log", "iran", "--save", "2", path)
    assert "culture" in relwatch("category", "list", "-C", "iran").out


def test_a_corpus_that_was_moved_keeps_its_versions(relwatch, keep, tmp_path):
    mine = keep(small([event(1)]))
    relwatch("edit", "2022-01-05", "-C", mine, "--set", "title=Second")
    relwatch("edit", "2022-01-05", "-C", mine, "--set", "title=Third")
    moved = mine.rename(tmp_path / "moved.json")
    assert len(relwatch("corpus", "log", moved).out.splitlines()) == 3
    relwatch("corpus", "log", moved, "--save", "2", tmp_path / "second.json")
    assert read(tmp_path / "second.json")["events"][0]["title"] == "Second"
    relwatch("undo", "2", "-C", moved)
    assert read(moved)["events"][0]["title"] == "Event 1"
    relwatch("redo", "-C", moved)
    assert read(moved)["events"][0]["title"] == "Second"


def test_a_new_corpus_has_no_versions_of_a_deleted_one(relwatch, tmp_path):
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    relwatch("corpus", "copy", "china-russia", first)
    relwatch("add", "-C", first, "--date", "2022-01-05", "-c", "tech", "--title", "Entirely new")
    relwatch("undo", "-C", first)
    first.unlink()
    relwatch("corpus", "copy", "china-russia", second)
    assert len(relwatch("corpus", "log", second).out.splitlines()) == 1
    assert "nothing to redo" in relwatch("redo", "-C", second, code=2).err


@pytest.mark.parametrize("way", [shutil.move, shutil.copy])
def test_what_was_imported_is_known_of_the_same_bytes_elsewhere(
    relwatch, mine, press, tmp_path, way
):
    """What was removed does not come back because a folder was moved, or cloned."""
    taken = ("import", press(), "--create", "--set", "category=political")
    relwatch(*taken, "--into", mine)
    relwatch("remove", "2022-01-20", "-C", mine)
    other = tmp_path / "elsewhere" / "mine.json"
    other.parent.mkdir()
    way(mine, other)
    ran = relwatch(*taken, "--into", other)
    assert "1 skipped" in ran.err and "no import of it is known" not in ran.err
    assert len(read(other)["events"]) == 3
    # And from then on it has a history of its own.
    relwatch("edit", "2022-01-05", "-C", other, "--set", "title=Elsewhere")
    relwatch(*taken, "--into", other)
    assert len(read(other)["events"]) == 3


@pytest.mark.parametrize("coverage", [{}, {"coverage": [{"start": "2022", "end": "2022"}]}])
def test_candidates_are_named_where_nothing_else_is_found(relwatch, keep, coverage):
    mine = keep(small([event(1, status="candidate")], **coverage))
    ran = relwatch("list", "-C", mine, "--on", "2022-01")
    assert "1 candidate is left out until confirmed" in ran.err and "zero" not in ran.err
    assert relwatch("list", "-C", mine, "--where", "status:candidate", "--count").out == "1\n"


def log(relwatch, path):
    return [line.split("Z  ")[1] for line in relwatch("corpus", "log", path).out.splitlines()]


def test_what_another_program_takes_back_is_a_version_still(relwatch, mine):
    """As git does with what was not committed, and a backup that is copied over it."""
    before = mine.read_bytes()
    relwatch("edit", "2022-01-05", "-C", mine, "--set", "title=Precious")
    mine.write_bytes(before)
    assert "edit 2022-01-05-event-1" in log(relwatch, mine)
    relwatch("edit", "2022-01-05", "-C", mine, "--set", "stage=held")
    assert len(log(relwatch, mine)) == 4
    relwatch("undo", "2", "-C", mine)
    assert read(mine)["events"][0]["title"] == "Precious"


def test_so_is_what_was_undone(relwatch, mine):
    relwatch("edit", "2022-01-05", "-C", mine, "--set", "title=Second")
    second = mine.read_bytes()
    relwatch("undo", "-C", mine)
    mine.write_bytes(second)
    relwatch("undo", "-C", mine)
    assert read(mine)["events"][0]["title"] != "Second"


@pytest.mark.parametrize(
    "over",
    [("corpus", "log", "--save", "1"), ("export", "--force", "--format", "corpus", "-C")],
    ids=["save", "export"],
)
def test_hand_work_that_is_written_over_is_kept(relwatch, mine, over):
    relwatch("edit", "2022-01-05", "-C", mine, "--set", "title=First")
    mine.write_text(mine.read_text().replace("First", "Hand work"))
    if over[0] == "corpus":
        relwatch(*over, mine, mine, "--force")
        assert read(mine)["events"][0]["title"] == "Talks on a gas pipeline"
        assert log(relwatch, mine)[-1] == "version 1 of mine.json"
    else:
        relwatch(*over, mine, mine, "--category", "military")
        assert read(mine)["events"] == []
        assert log(relwatch, mine)[-1] == "export corpus"
    relwatch("undo", "-C", mine)
    assert read(mine)["events"][0]["title"] == "Hand work"


def test_a_new_corpus_in_the_place_of_a_deleted_one_says_so(relwatch, tmp_path):
    path = tmp_path / "new.json"
    for title in ("First", "Second"):
        relwatch("corpus", "new", path, "--parties", "IRN,RUS", "--title", title)
        last = path.read_bytes()
        path.unlink()
    path.write_bytes(last)
    assert log(relwatch, path)[0] == log(relwatch, path)[1] and len(log(relwatch, path)) == 2


def test_a_read_only_file_is_not_written(relwatch, mine, tmp_path):
    before = mine.read_bytes()
    mine.chmod(0o444)
    for change in (
        ("edit", "2022-01-05", "-C", mine, "--set", "stage=held"),
        ("export", mine, "-C", "china-russia", "--force", "--format", "corpus"),
    ):
        ran = relwatch(*change, code=4)
        assert "is read-only; nothing was changed" in ran.err and "chmod u+w" in ran.err
    assert mine.read_bytes() == before and mine.stat().st_mode & 0o777 == 0o444
    assert [one.name for one in tmp_path.iterdir()] == ["mine.json"]


def test_what_was_undone_before_something_else_is_kept(relwatch, mine, tmp_path):
    relwatch("edit", "2022-01-05", "-C", mine, "--set", "title=Undone")
    relwatch("edit", "2022-01-05", "-C", mine, "--set", "title=Undone too")
    relwatch("undo", "2", "-C", mine)
    relwatch("edit", "2022-01-05", "-C", mine, "--set", "title=Other")
    relwatch("undo", "-C", mine)
    mine.write_text(mine.read_text().replace("Talks", "By hand"))
    listed = relwatch("corpus", "log", mine).out.splitlines()
    assert [line.endswith("(undone)") for line in listed] == [False] * 2 + [True] * 3
    found = set()
    for number in range(1, len(listed) + 1):
        file = tmp_path / f"{number}.json"
        relwatch("corpus", "log", mine, "--save", str(number), file)
        found.add(read(file)["events"][0]["title"])
    assert {"Undone", "Undone too", "Other", "Talks on a gas pipeline"} < found
    assert relwatch("corpus", "log", mine, "--save", "6", tmp_path / "x", code=2).err
    value = json.loads(relwatch("corpus", "log", mine, "--json").out)
    assert [one["undone"] for one in value] == [False] * 2 + [True] * 3


def test_what_is_listed_is_kept(relwatch, mine, tmp_path):
    """Also what another program wrote and took back since."""
    before = mine.read_bytes()
    texts = [before, before.replace(b"Talks", b"By hand"), before.replace(b"Talks", b"Again")]
    for number, text in enumerate(texts, 1):
        mine.write_bytes(text)
        assert len(relwatch("corpus", "log", mine).out.splitlines()) == number
    mine.write_bytes(before)
    saved = tmp_path / "saved.json"
    for number, text in enumerate(texts, 1):
        relwatch("corpus", "log", mine, "--save", str(number), saved, "--force")
        assert saved.read_bytes() == text


def test_undo_and_redo_step_over_what_is_no_corpus(relwatch, mine):
    relwatch("edit", "2022-01-05", "-C", mine, "--set", "title=Second")
    second = mine.read_bytes()
    mine.write_text("{")
    ran = relwatch("corpus", "log", mine)
    assert len(ran.out.splitlines()) == 2 and "*" not in ran.out
    relwatch("corpus", "log", mine, "--save", "2", mine, "--force")
    assert mine.read_bytes() == second and len(log(relwatch, mine)) == 4
    relwatch("undo", "-C", mine)
    assert mine.read_bytes() == second
    relwatch("undo", "-C", mine)
    assert read(mine)["events"][0]["title"] == "Talks on a gas pipeline"
    relwatch("redo", "2", "-C", mine)
    assert mine.read_bytes() == second


@pytest.mark.parametrize("broken", ["{", "date,title\n2022-01-05,A\n"])
def test_a_way_back_from_what_is_no_corpus(relwatch, mine, broken):
    relwatch("edit", "2022-01-05", "-C", mine, "--set", "title=Second")
    good = mine.read_bytes()
    mine.write_text(broken)
    ran = relwatch("undo", "-C", mine, code=3)
    way = f"relwatch corpus log {mine} --save N {mine} --force"
    assert way in ran.err and mine.read_text() == broken
    relwatch("corpus", "log", mine, "--save", "2", mine, "--force")
    assert mine.read_bytes() == good
    # What was there is a version, too.
    versions = json.loads(relwatch("corpus", "log", mine, "--json").out)
    relwatch("corpus", "log", mine, "--save", str(len(versions) - 1), mine, "--force")
    assert mine.read_text() == broken


def test_a_move_and_a_new_corpus_at_the_old_place(relwatch, mine, tmp_path):
    relwatch("edit", "2022-01-05", "-C", mine, "--set", "title=Second")
    moved = mine.rename(tmp_path / "old.json")
    ran = relwatch("corpus", "new", mine, "--parties", "CHN,RUS", "--title", "New")
    assert f"another corpus was at {mine} before" in ran.err
    assert len(log(relwatch, moved)) == 2
    relwatch("undo", "-C", moved)
    assert read(moved)["events"][0]["title"] == "Talks on a gas pipeline"


def test_a_move_keeps_what_was_undone(relwatch, mine, tmp_path):
    relwatch("edit", "2022-01-05", "-C", mine, "--set", "title=Second")
    relwatch("undo", "-C", mine)
    moved = mine.rename(tmp_path / "moved.json")
    relwatch("redo", "-C", moved)
    assert read(moved)["events"][0]["title"] == "Second"


def test_what_brings_a_deleted_file_back_is_named(relwatch, mine):
    relwatch("edit", "2022-01-05", "-C", mine, "--set", "title=Second")
    mine.unlink()
    relwatch("corpus", "log", mine, "--save", "1", mine)
    assert log(relwatch, mine)[-1] == "version 1 of mine.json"


@pytest.mark.parametrize("form", ["csv", "parquet", "markdown"])
def test_a_corpus_that_is_written_over_in_another_format_comes_back(relwatch, mine, form):
    mine.write_text(mine.read_text().replace("Talks", "Hand work"))
    before = mine.read_bytes()
    relwatch("export", mine, "-C", "china-russia", "--force", "--format", form)
    assert mine.read_bytes() != before
    relwatch("corpus", "log", mine, "--save", "1", mine, "--force")
    assert mine.read_bytes() == before
