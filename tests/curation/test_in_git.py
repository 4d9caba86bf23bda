"""A corpus in git: what changed since a day or a revision, on this branch, under any name it had."""

import os
import subprocess

import pytest

from tests.curation.making import event, read, small


@pytest.fixture
def git(tmp_path):
    """Run git where the corpus lies; `day` is when a commit is made."""

    def run(*arguments, day="2022-01-01"):
        moment = f"{day}T10:00:00Z"
        environment = {"GIT_COMMITTER_DATE": moment, "GIT_AUTHOR_DATE": moment, "HOME": str(tmp_path)}  # fmt: skip
        ran = subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *arguments],
            cwd=tmp_path, capture_output=True, text=True, env={**os.environ, **environment},
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr + ran.stdout

    run("init", "-q", "-b", "main", ".")
    return run


@pytest.fixture
def mine(keep, git):
    path = keep(small([event(1), event(2, "2022-02-01")]))
    git("add", ".")
    git("commit", "-qm", "one")
    return path


def test_since_a_day_is_since_this_branch_was_so(relwatch, mine, git):
    """What another branch did earlier came with the merge."""
    git("branch", "hers")
    relwatch("edit", "2022-01-05", "-C", mine, "--set", "title=Ours")
    git("commit", "-qam", "ours", day="2022-01-04")
    git("checkout", "-q", "hers")
    relwatch("edit", "2022-02-01", "-C", mine, "--set", "title=Hers")
    git("commit", "-qam", "hers", day="2022-01-05")
    git("checkout", "-q", "main")
    git("merge", "-q", "--no-edit", "hers", day="2022-01-20")
    assert [one["title"] for one in read(mine)["events"]] == ["Ours", "Hers"]
    lines = relwatch("changes", "-C", mine, "--since", "2022-01-10").out.splitlines()
    assert [line.split()[:2] for line in lines] == [["changed", "2022-02-01-event-2"]]


def test_a_file_that_had_another_name(relwatch, mine, git, tmp_path):
    relwatch("edit", "2022-01-05", "-C", mine, "--set", "title=Before")
    git("commit", "-qam", "before", day="2022-01-02")
    (tmp_path / "deep").mkdir()
    git("mv", "mine.json", "deep/renamed.json")
    git("commit", "-qm", "renamed", day="2022-01-03")
    path = tmp_path / "deep" / "renamed.json"
    relwatch("edit", "2022-02-01", "-C", path, "--set", "title=After")
    git("commit", "-qam", "after", day="2022-01-04")
    both = ["2022-01-05-event-1", "2022-02-01-event-2"]
    for asked, changed in (
        (("--against", "HEAD"), []),
        (("--against", "HEAD~2"), both[1:]),
        (("--against", "HEAD~3"), both),
        (("--against", "HEAD~3:mine.json"), both),
        (("--since", "2022-01-02"), both),
        (("--since", "2022-01-03"), both[1:]),
    ):
        lines = relwatch("changes", "-C", path, *asked).out.splitlines()
        assert [line.split()[1] for line in lines] == changed, asked


def test_through_a_link_elsewhere(relwatch, mine, git, tmp_path_factory):
    relwatch("edit", "2022-01-05", "-C", mine, "--set", "title=Other")
    link = tmp_path_factory.mktemp("elsewhere") / "linked.json"
    link.symlink_to(mine)
    assert "title" in relwatch("changes", "-C", link, "--against", "HEAD").out
