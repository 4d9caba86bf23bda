"""A corpus of another pair of states kept for a month in git, as the README says."""

import os
import subprocess
import sys

import pytest

from tests.curation.making import read

WEEK_2 = """Date,Headline,Section,Who,Agency,Link
2022-01-10,Raisi to visit Moscow this month,political,"Iran, Russia",TASS,https://example.org/1
2022-01-11,Envoys discuss the nuclear talks in Vienna,political,"Iran, Russia",IRNA,https://example.org/2
2022-01-12,Gas swap contract drafted,economic,"Iran, Russia",TASS,https://example.org/3
2022-01-12,Railway loan to Iran agreed,economic,"Iran, Russia",IRNA,https://example.org/4
2022-01-13,Frigates call at Bandar Abbas,military,"Iran, Russia",TASS,https://example.org/5
2022-01-13,Joint satellite launch planned,tech,"Iran, Russia",IRNA,https://example.org/6
2022-01-14,Bank card systems linked in a trial,economic,"Iran, Russia",TASS,https://example.org/7
2022-01-14,Speaker of parliament invited,political,"Iran, Russia",IRNA,https://example.org/8
2022-01-15,Grain shipment reaches Astrakhan,economic,"Iran, Russia",TASS,https://example.org/9
2022-01-32,Transit corridor talks,economic,"Iran, Russia",IRNA,https://example.org/10
2022-01-03,Defence ministers speak on the telephone,military,"Iran, Russia",TASS,https://example.org/11
2022-01-05,Oil ministers meet in Tehran,economic,"Iran, Russia",IRNA,https://example.org/12
"""
MAPPED = (
    "--map",
    "date=Date,title=Headline,category=Section,actors=Who,source=Agency,url=Link",
    "--create",
)


@pytest.fixture
def git(tmp_path):
    def run(*arguments, code=0):
        ran = subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *arguments],
            cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "HOME": str(tmp_path)},
        )  # fmt: skip
        assert ran.returncode == code, ran.stderr + ran.stdout
        return ran.stdout

    run("init", "-q", "-b", "main", ".")
    driver = f"{sys.executable} -m relwatch merge --base %O %A %B --name %P"
    run("config", "merge.relwatch.driver", driver)
    (tmp_path / ".gitattributes").write_text("ir.json merge=relwatch\n")
    # The check is git's hook: a corpus with an error or anything doubtful is not committed.
    hook = tmp_path / ".git" / "hooks" / "pre-commit"
    hook.write_text(f"#!/bin/sh\nexec {sys.executable} -m relwatch check --strict ir.json\n")
    hook.chmod(0o755)
    return run


@pytest.fixture
def commit(git):
    """Commit, and give back the lines that the diff takes away and adds, without their indent."""

    def run(message):
        git("add", "ir.json", ".gitattributes")
        diff = git("diff", "--cached", "-U0", "--", "ir.json").splitlines()
        lines = [one for one in diff if one[:1] in "+-" and one[:3] not in ("+++", "---")]
        git("commit", "-qm", message)
        return tuple([one[1:].strip() for one in lines if one[0] == sign] for sign in "-+")

    return run


def titles(path):
    return [one["title"] for one in read(path)["events"]]


def test_a_month(relwatch, git, commit, tmp_path):
    mine, press = tmp_path / "ir.json", tmp_path / "press.csv"
    add = ("add", "-C", mine, "--create", "-a", "IRN,RUS", "--today", "2022-01-09")
    relwatch("corpus", "new", mine, "--parties", "IRN,RUS", "--title", "Iran and Russia",
             "--category", "political,economic,military,tech")  # fmt: skip
    for date, category, title, source in (
        ("2022-01-03", "military", "Defence ministers speak by telephone", "TASS"),
        ("2022-01-05", "economic", "Oil ministers meet in Tehran", "IRNA"),
        ("2022-01-07", "political", "Consulate opened in Rasht", "TASS"),
    ):
        relwatch(*add, "--date", date, "-c", category, "--title", title, "--source", source)
    relwatch(
        "cover", "-C", mine, "--from", "2022-01-01", "--to", "2022-01-09", "--note", "TASS, IRNA"
    )
    commit("week 1")

    # The second Monday: twelve items, of which two are there already and one is wrong.
    press.write_text(WEEK_2)
    before = mine.read_bytes()
    ran = relwatch("import", press, "--into", mine, *MAPPED, "--dry-run", "--duplicates", "skip")
    assert "9 added, 2 skipped, 1 refused" in ran.err and mine.read_bytes() == before
    options = ("--duplicates", "skip", "--today", "2022-01-16")
    relwatch("import", press, "--into", mine, *MAPPED, *options, code=3)
    assert mine.read_bytes() == before
    relwatch("import", press, "--into", mine, *MAPPED, *options, "--keep-going")
    rejects = tmp_path / "press.csv.rejects.csv"
    rejects.write_text(rejects.read_text().replace("2022-01-32", "2022-01-15"))
    relwatch("import", rejects, "--into", mine, *MAPPED, *options)
    assert len(titles(mine)) == 13
    relwatch("cover", "-C", mine, "--to", "2022-01-16")
    taken, added = commit("week 2")
    # Nothing of what was there is touched but the end of what is covered.
    assert [one for one in taken if one not in ("}", "},")] == ['"end": "2022-01-09",']
    assert sum(one.startswith('"title"') for one in added) == 10
    # The same again adds nothing; the wrong row is still wrong.
    ran = relwatch("import", press, "--into", mine, *MAPPED, "--keep-going")
    assert "2 skipped, 1 refused, 9 same" in ran.err
    assert git("status", "--porcelain", "-uno") == ""

    # The third: an item is corrected, one is better sourced, one is only a rumour yet.
    relwatch("edit", "2022-01-12-gas", "-C", mine, "--set", "title=Gas swap contract initialled")
    taken, added = commit("a correction")
    assert (taken, added) == (
        ['"title": "Gas swap contract drafted",'], ['"title": "Gas swap contract initialled",'],
    )  # fmt: skip
    relwatch("cite", "2022-01-13-frigates", "-C", mine, "--source", "IRNA", "--grade", "B2")
    taken, added = commit("a source")
    assert '"source": "irna",' in added and '"grade": "B2"' in added and len(taken) <= 1
    relwatch(*add, "--date", "2022-01-19", "-c", "political", "--title", "Raisi meets Putin",
             "--source", "TASS", "--status", "candidate", "--cover")  # fmt: skip
    assert relwatch("list", "-C", mine, "--count").out == "13\n"
    commit("a rumour")
    relwatch("edit", "2022-01-19", "-C", mine, "--set", "status=")
    taken, added = commit("confirmed")
    assert [one for one in taken if "candidate" in one] and len(taken) + len(added) <= 3
    assert relwatch("list", "-C", mine, "--count").out == "14\n"

    # A newer release of the press file: what was edited stays.
    press.write_text(WEEK_2.replace("in a trial", "in a second trial").replace("drafted", "signed"))
    ran = relwatch("import", press, "--into", mine, *MAPPED, "--keep-going")
    assert "1 changed, 1 kept, 2 skipped, 1 refused, 7 same" in ran.err
    assert "Gas swap contract initialled → Gas swap contract signed" in ran.out
    taken, added = commit("a newer release")
    assert taken == ['"title": "Bank card systems linked in a trial",']
    assert added == ['"title": "Bank card systems linked in a second trial",']

    # The fourth: two people at once, and a slip taken back.
    git("checkout", "-qb", "hers")
    relwatch(*add, "--date", "2022-01-25", "-c", "tech", "--title", "Khayyam satellite named",
             "--source", "IRNA", "--cover")  # fmt: skip
    relwatch("edit", "2022-01-05", "-C", mine, "--set", "tags=oil")
    commit("hers")
    git("checkout", "-q", "main")
    relwatch(*add, "--date", "2022-01-21", "-c", "military", "--title", "Naval drill in the Gulf",
             "--source", "TASS", "--cover")  # fmt: skip
    relwatch("edit", "2022-01-05", "-C", mine, "--set", "intensity=3", "--set", "scale=goldstein")
    commit("mine")
    git("merge", "-q", "-m", "both", "hers")
    assert len(titles(mine)) == 16
    oil = next(one for one in read(mine)["events"] if one["date"] == "2022-01-05")
    assert oil["tags"] == ["oil"] and oil["intensity"] == 3
    assert read(mine)["coverage"][-1]["end"] == "2022-01-25"
    before = mine.read_bytes()
    relwatch("remove", "2022-01-07", "-C", mine)
    relwatch("undo", "-C", mine)
    assert mine.read_bytes() == before and git("status", "--porcelain", "-uno") == ""
    ran = relwatch("changes", "-C", mine, "--against", "HEAD~1")
    assert "Khayyam satellite named" in ran.out or "khayyam" in ran.out
    assert relwatch("check", mine, "--strict").out == ""
