"""What is remembered between imports of one file: undone with it, and never more than is known."""

import json

import pytest

from tests.curation.making import PRESS, event, read, small
from tests.curation.test_importing import MAP, counts

NEWER = PRESS.replace("Ministers speak", "Ministers talk")


def titles(path):
    return [one["title"] for one in read(path)["events"]]


@pytest.fixture
def elsewhere(relwatch, tmp_path, monkeypatch):
    """Go on as on another machine, to which only the corpus came."""
    from relwatch.corpora.places import user_folder

    def move():
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another"))
        user_folder.cache_clear()

    return move


def test_undo_takes_the_memory_of_an_import_back_and_redo_brings_it_again(relwatch, mine, press):
    relwatch("import", press(), "--into", mine, *MAP)
    relwatch("import", press(NEWER), "--into", mine, *MAP)
    newer = mine.read_bytes()
    relwatch("undo", "-C", mine)
    # What stands is what the first release gave, so the second is news again.
    assert counts(relwatch, press(NEWER), "--into", mine, *MAP) == {"changed": 1, "same": 2}
    assert mine.read_bytes() == newer
    relwatch("undo", "-C", mine)
    relwatch("redo", "-C", mine)
    assert counts(relwatch, press(NEWER), "--into", mine, *MAP) == {"same": 3}
    relwatch("edit", "-C", mine, "2022-01-10", "--set", "title=Mine")
    relwatch("undo", "2", "-C", mine)
    relwatch("redo", "2", "-C", mine)
    relwatch("import", press(NEWER), "--into", mine, *MAP)
    assert "Mine" in titles(mine)


def test_an_earlier_version_that_another_program_brings_back_has_its_memory(relwatch, mine, press):
    relwatch("import", press(), "--into", mine, *MAP)
    before = mine.read_bytes()
    relwatch("import", press(NEWER), "--into", mine, *MAP)
    mine.write_bytes(before)  # as git does
    assert counts(relwatch, press(NEWER), "--into", mine, *MAP) == {"changed": 1, "same": 2}
    assert "Ministers talk by telephone" in titles(mine)


def test_what_another_corpus_says_differently_is_a_conflict(relwatch, keep):
    a = keep(small([event(1, title="Same words here", summary="Ours")], id="a"), "a.json")
    other = event(1, title="Same words here", categories=["military"], actors=["IRN"], tags=["x"])
    b = keep(small([other], id="b"), "b.json")
    ran = relwatch("import", b, "--into", a, "--create")
    # What was missing is filled; what differs stays, and is named.
    assert "kept as it is here: 2022-01-05-event-1: categories: political → military" in ran.out
    made = read(a)["events"][0]
    assert made["categories"] == ["political"] and made["summary"] == "Ours"
    assert made["actors"] == ["IRN"] and made["tags"] == ["x"]
    # It is said each time, changes nothing, and can still be taken.
    before = a.read_bytes()
    assert counts(relwatch, b, "--into", a) == {"kept": 1}
    ran = relwatch("import", b, "--into", a)
    assert "kept as edited here: 2022-01-05-event-1: categories: political → military" in ran.out
    assert "1 kept" in ran.err and a.read_bytes() == before
    relwatch("import", b, "--into", a, "--theirs")
    made = read(a)["events"][0]
    assert made["categories"] == ["military"] and made["summary"] == "Ours"


def test_a_stale_export_takes_no_edit_back(relwatch, mine, tmp_path):
    file = tmp_path / "ex.csv"
    relwatch("export", file, "-C", mine)
    relwatch("edit", "-C", mine, "2022-01-05", "--set", "title=Edited", "--set", "tags=new")
    before = mine.read_bytes()
    ran = relwatch("import", file, "--into", mine)
    assert "title: Edited → Talks on a gas pipeline" in ran.out and mine.read_bytes() == before


def test_without_the_memory_local_edits_stay(relwatch, mine, press, elsewhere):
    relwatch("import", press(), "--into", mine, *MAP)
    relwatch("edit", "-C", mine, "2022-01-10", "--set", "title=Edited", "--set", "summary=Mine")
    before = mine.read_bytes()
    elsewhere()
    ran = relwatch("import", press(), "--into", mine, *MAP)
    assert "kept as it is here" in ran.out and mine.read_bytes() == before


def test_theirs_wins_only_where_both_changed_a_field(relwatch, mine, press):
    relwatch("import", press(), "--into", mine, *MAP)
    relwatch(
        "edit", "-C", mine, "2022-01-10", "--set", "summary=Mine", "--set", "tags=mine",
        "--set", "title=Mine", "--set", "categories=military",
    )  # fmt: skip
    relwatch("import", press(NEWER), "--into", mine, *MAP, "--theirs")
    made = read(mine)["events"][1]
    assert made["summary"] == "Mine" and made["tags"] == ["mine"]
    assert made["categories"] == ["military"] and made["title"] == "Ministers talk by telephone"


NO_KEYS = "date,title,category\n" + "".join(
    f"2022-02-0{day},{word},political\n" for day, word in enumerate(("Navy", "Envoy", "Bank"), 1)
)


def test_nothing_vanishes_while_refused_rows_cannot_be_told(relwatch, mine, press):
    relwatch("import", press(NO_KEYS), "--into", mine)
    broken = press(NO_KEYS.replace("2022-02-02", "2 February"))
    options = ("--into", mine, "--keep-going", "--vanished", "remove")
    ran = relwatch("import", broken, *options)
    assert "which events 1 refused row would be cannot be told" in ran.err
    assert len(titles(mine)) == 4
    # A row that is refused for something else is known by its date and title.
    worse = press(NO_KEYS.replace("Envoy,political", "Envoy,nosuch").split("2022-02-03")[0])
    ran = relwatch("import", worse, *options)
    assert "Bank" not in titles(mine) and "Envoy" in titles(mine)


def test_corrected_rejects_are_a_part_of_their_file(relwatch, mine, press, tmp_path):
    bad = PRESS + "31/01/2022,Late news,Iran,https://tass.com/4,=evil()\n"
    relwatch("import", press(bad), "--into", mine, *MAP, "--keep-going")
    rejects = tmp_path / "press.csv.rejects.csv"
    # It may be opened in a spreadsheet, so nothing in it is a formula.
    assert "'=evil()" in rejects.read_text()
    rejects.write_text(rejects.read_text().replace("31/01/2022,Late", "2022-01-31,Late"))
    ran = relwatch("import", rejects, "--into", mine, *MAP, "--vanished", "remove")
    assert "columns not taken: Remark" in ran.err and "removed" not in ran.out
    assert len(titles(mine)) == 5
    assert read(mine)["events"][-1]["origin"] == {"dataset": "press", "id": "https://tass.com/4"}
    # The corrected file itself then has nothing new; what was corrected by hand is not touched.
    good, corrected = press(bad.replace("31/01/2022", "2022-01-31")), rejects.read_text()
    ran = relwatch("import", good, "--into", mine, *MAP)
    assert "4 same" in ran.err and f"{rejects} of an earlier import is still there" in ran.err
    assert rejects.read_text() == corrected
    # New refused rows give it another name, whoever wrote it.
    for number, text in enumerate((corrected, "somebody's own\n"), 1):
        rejects.write_text(text)
        relwatch(
            "import", press(bad + f"x,Row {number},,,\n"), "--into", mine, *MAP, "--keep-going"
        )
        assert rejects.with_name(f"press.csv.rejects.csv.{number}.bak").read_text() == text
        assert rejects.read_text().startswith("line,reason,")


def test_rejects_of_json_come_back(relwatch, mine, press, tmp_path):
    rows = [
        event(2, "31/01/2022", title="Late", actors=["IRN", "RUS"], sources=[{"source": "tass"}])
    ]
    relwatch("import", press(json.dumps(rows), "rows.json"), "--into", mine, code=3)
    rejects = tmp_path / "rows.json.rejects.csv"
    rejects.write_text(rejects.read_text().replace(",31/01/2022,", ",2022-01-31,"))
    relwatch("import", rejects, "--into", mine)
    made = read(mine)["events"][1]
    assert made["actors"] == ["IRN", "RUS"] and made["sources"] == [{"source": "tass"}]


def test_next_weeks_file_of_that_name_is_another_batch(relwatch, mine, press):
    relwatch("import", press(), "--into", mine, *MAP)
    second = PRESS.replace("2022-01-", "2022-03-").replace("tass.com/", "tass.com/2")
    second = second.replace("speak", "chat").replace("long", "short").replace("gas", "oil")
    ran = relwatch("import", press(second), "--into", mine, *MAP)
    assert "3 added" in ran.err and "not in this file" not in ran.err and len(titles(mine)) == 7
    # A newer release of the second week says nothing about the first.
    shorter = "\n".join(second.splitlines()[:2]) + "\n"
    ran = relwatch("import", press(shorter), "--into", mine, *MAP, "--vanished", "remove")
    assert ran.out.count("removed  ") == 2 and len(titles(mine)) == 5


DOUBLE = (
    "date,title,category,actors,tags\n2022-01-06,Gas pipeline talks,military,Iran;RUS;lavrov,gas\n"
)


@pytest.mark.parametrize("choice, action", [("skip", "skipped"), ("merge", "same")])
def test_a_decision_on_a_duplicate_is_remembered(relwatch, mine, press, choice, action):
    relwatch("import", press(DOUBLE), "--into", mine, "--duplicates", choice)
    before = mine.read_bytes()
    assert counts(relwatch, press(DOUBLE), "--into", mine) == {action: 1}
    assert counts(relwatch, press(DOUBLE), "--into", mine, "--duplicates", choice) == {action: 1}
    assert mine.read_bytes() == before


def test_undo_takes_a_merge_and_its_memory_back(relwatch, mine, press):
    relwatch("import", press(DOUBLE), "--into", mine, "--duplicates", "merge")
    relwatch("undo", "-C", mine)
    relwatch("import", press(DOUBLE), "--into", mine, code=3)


def test_merging_joins_lists_fills_and_says_what_is_left(relwatch, mine, press):
    path = press(DOUBLE.replace("tags\n", "tags,summary\n").replace(",gas\n", ",gas,Said\n"))
    ran = relwatch("import", path, "--into", mine, "--duplicates", "merge")
    made = read(mine)["events"][0]
    assert made["actors"] == ["IRN", "RUS", "lavrov"] and made["tags"] == ["gas"]
    assert made["categories"] == ["political", "military"] and made["summary"] == "Said"
    assert made["title"] == "Talks on a gas pipeline" and made["date"] == "2022-01-05"
    assert (
        "not taken: 2022-01-05-event-1: title: Talks on a gas pipeline → Gas pipeline talks"
        in ran.out
    )
    assert "not taken: 2022-01-05-event-1: date: 2022-01-05 → 2022-01-06" in ran.out


def test_a_merged_citation_is_not_cited_twice(relwatch, keep, press):
    cited = [{"source": "tass", "grade": "B2"}]
    mine = keep(small([event(1, title="Talks on a gas pipeline", sources=cited)]))
    path = press("date,title,category,source\n2022-01-05,Talks on gas pipeline,political,TASS\n")
    relwatch("import", path, "--into", mine, "--duplicates", "merge")
    assert read(mine)["events"][0]["sources"] == cited


def test_only_what_is_added_declares(relwatch, mine, press):
    path = press(
        "date,title,category,actors,source\n2022-01-06,Gas pipeline talks,political,Iran;RUS,Skipped\n"
        "2022-03-01,Navy visit,political,Turkey,Added\n2022-03-02,,political,Egypt,Refused\n"
    )
    options = ("--create", "--duplicates", "skip", "--keep-going")
    ran = relwatch("import", path, "--into", mine, *options)
    assert "Skipped" not in ran.err and "declared: source added (Added)" in ran.err
    assert [one["id"] for one in read(mine)["sources"]] == ["tass", "added"]
    assert "EGY" not in [one["id"] for one in read(mine)["actors"]]


def test_at_a_terminal_enter_keeps_what_vanished(relwatch, mine, press, monkeypatch):
    import io

    from relwatch.cli import curating

    relwatch("import", press(), "--into", mine, *MAP)
    before = mine.read_bytes()
    shorter = press("\n".join(PRESS.splitlines()[:2]) + "\n")
    monkeypatch.setattr(curating, "at_a_terminal", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    ran = relwatch("import", shorter, "--into", mine, *MAP)
    assert "[k] keep them (Enter)" in ran.err and mine.read_bytes() == before
    monkeypatch.setattr("sys.stdin", io.StringIO("r\n"))
    relwatch("import", shorter, "--into", mine, *MAP)
    assert len(titles(mine)) == 2
