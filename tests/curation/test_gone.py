"""A corpus whose file was deleted is not lost, and what is not confirmed is no zero."""

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


@pytest.mark.parametrize("coverage", [{}, {"coverage": [{"start": "2022", "end": "2022"}]}])
def test_candidates_are_named_where_nothing_else_is_found(relwatch, keep, coverage):
    mine = keep(small([event(1, status="candidate")], **coverage))
    ran = relwatch("list", "-C", mine, "--on", "2022-01")
    assert "1 candidate is left out until confirmed" in ran.err and "zero" not in ran.err
    assert relwatch("list", "-C", mine, "--where", "status:candidate", "--count").out == "1\n"
