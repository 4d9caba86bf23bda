"""Week after week: rows that get better keys, pages that change, files that report the same."""

import json

import pytest

from tests.curation.making import read, small

HEAD = "date,title,category,source,url"
TALKS = "2022-01-03,Ministers speak,political,TASS,https://tass.com/"
DRILL = "2022-01-10,Navy drill starts,military,TASS,https://tass.com/"
OTHERS = "2022-01-03,Ministers speak,political,IRNA,https://irna.ir/1"


@pytest.fixture
def mine(keep):
    return keep(small([]))


def titles(mine):
    return [one["title"] for one in read(mine)["events"]]


def test_a_page_that_tells_of_something_else_now_is_another_event(mine, take):
    take([TALKS])
    ran = take([DRILL])
    assert titles(mine) == ["Ministers speak", "Navy drill starts"]
    assert "1 added" in ran.err
    assert "1 same" in take([DRILL]).err
    assert "2 same" in take([TALKS, DRILL]).err
    # Which of them a row is that says something else again, only the analyst knows.
    assert "likely there already" in take([DRILL.replace("starts", "begins")], code=3).err
    assert len(titles(mine)) == 2


def test_a_page_of_one_event_corrects_it(mine, take):
    take([TALKS])
    take([TALKS.replace("speak", "phone")])
    take([TALKS.replace("speak", "phone").replace("01-03", "01-09")])
    assert titles(mine) == ["Ministers phone"] and read(mine)["events"][0]["date"] == "2022-01-09"


def test_a_page_of_another_event_is_taken_for_it_when_the_file_is_believed(mine, take):
    take([TALKS])
    take([DRILL], "--theirs")
    assert titles(mine) == ["Navy drill starts"]


def test_an_id_that_is_used_again_overwrites_no_event_it_was_made_one_with(mine, take):
    take([TALKS])
    row = "1,2022-01-03,Ministers speak,political,IRNA,https://irna.ir/1"
    take([row], "--duplicates", "merge", head=f"id,{HEAD}", name="q.csv")
    before = mine.read_bytes()
    other = "1,2022-02-11,Drones sold,military,IRNA,https://irna.ir/9"
    ran = take([other], head=f"id,{HEAD}", name="q.csv", code=3)
    assert "the row 1 of an earlier q was “Ministers speak”" in ran.err
    assert mine.read_bytes() == before


def test_a_better_key_is_learnt(mine, take):
    """A row is known by its id from the first file on that gives one."""
    head = "date,title,category,source"
    plain = "2022-01-03,Ministers speak,political,TASS"
    take([plain, "2022-01-05,Wheat deal,military,TASS"], head=head)
    take([f"1,{plain}", "2,2022-01-05,Wheat deal,military,TASS"], head=f"id,{head}")
    ran = take(["1,2022-01-03,Reactor parts exported,military,TASS",
                "2,2022-01-09,Wheat deal,military,TASS"], head=f"id,{head}")  # fmt: skip
    assert "2 changed" in ran.err and "not in this file" not in ran.err
    assert titles(mine) == ["Reactor parts exported", "Wheat deal"]
    ran = take(["2,2022-01-09,Wheat deal,military,TASS"], "--vanished", "remove", head=f"id,{head}")
    assert "1 removed" in ran.err and titles(mine) == ["Wheat deal"]


def test_an_id_is_learnt_of_a_row_of_the_same_address_too(mine, take):
    row = "2022-01-03,Minister ships fuel,political,TASS,https://tass.com/1"
    take([row])
    take([f"7,{row.replace('ships', 'moves')}"], head=f"id,{HEAD}")
    assert titles(mine) == ["Minister moves fuel"]
    take([f"7,{row.replace('ships', 'sells').replace('/1', '/2')}"], head=f"id,{HEAD}")
    assert titles(mine) == ["Minister sells fuel"]


def test_skipping_what_was_made_one_changes_nothing(mine, take):
    take([TALKS])
    head = f"{HEAD},grade"
    take([f"{OTHERS},C3"], "--duplicates", "merge", head=head, name="q.csv")
    before = mine.read_bytes()
    for more in ((), ("--duplicates", "skip"), ("--duplicates", "merge")):
        assert "1 same" in take([f"{OTHERS},C3"], *more, head=head, name="q.csv").err
    assert mine.read_bytes() == before
    take([f"{OTHERS},B2"], head=head, name="q.csv")
    assert [one.get("grade") for one in read(mine)["events"][0]["sources"]] == [None, "B2"]


def test_a_row_that_was_passed_over_needs_no_declaration(relwatch, mine, take, press):
    take([TALKS])
    take([OTHERS], "--duplicates", "skip", name="q.csv")
    before = mine.read_bytes()
    for more in ((), ("--duplicates", "skip")):
        file = press(f"{HEAD}\n{OTHERS}\n", "q.csv")
        ran = relwatch("import", file, "--into", mine, *more)
        assert "1 skipped" in ran.err and "refused" not in ran.err
    assert mine.read_bytes() == before


def test_a_row_that_was_made_one_and_is_gone_is_named(mine, take):
    take([TALKS])
    deal = "2022-01-09,Wheat deal,military,IRNA,https://irna.ir/2"
    take([OTHERS, deal], "--duplicates", "merge", name="q.csv")
    before = mine.read_bytes()
    ran = take([deal], name="q.csv")
    assert "1 event of an earlier q is not in this file, and kept" in ran.err
    ran = take([deal], "--vanished", "remove", name="q.csv")
    assert "kept, not of this file alone  2022-01-03-ministers-speak" in ran.out
    assert mine.read_bytes() == before


def test_an_event_keeps_its_own_title_whoever_reports_it_too(mine, take):
    take([TALKS])
    take([OTHERS], "--duplicates", "merge", name="q.csv")
    ran = take([OTHERS.replace("speak", "phone")], name="q.csv")
    assert "not taken" in ran.out and titles(mine) == ["Ministers speak"]
    assert "1 same" in take([OTHERS.replace("speak", "phone")], name="q.csv").err
    take([TALKS.replace("speak", "confer")])
    assert titles(mine) == ["Ministers confer"]


@pytest.mark.parametrize(
    "row", ["2,2022-01-04,Drill,military,TASS,second: IRNA", "2,2022-01-04,Drill"]
)
def test_refused_rows_keep_all_their_cells(relwatch, mine, take, tmp_path, row):
    head = "id,date,title,category,source"
    take([row], "--keep-going", head=head)
    rejects = tmp_path / "p.csv.rejects.csv"
    assert rejects.read_text().splitlines()[1].endswith(row)
    ran = relwatch("import", rejects, "--into", mine, "--create", code=3)
    assert "cells where the header has" in ran.err and titles(mine) == []


def test_where_refused_rows_are_is_said_and_what_stood_there(relwatch, mine, take, tmp_path):
    rows = [TALKS, "x,No day,political,TASS,"]
    assert (
        f"what was refused is in {tmp_path / 'p.csv.rejects.csv'}" in take(rows, "--keep-going").err
    )
    rejects = tmp_path / "p.csv.rejects.csv"
    rejects.write_text(rejects.read_text().replace(",x,", ",2022-01-09,"))
    ran = take(rows, "--keep-going")
    assert f"the file of that name is {rejects}.1.bak now" in ran.err
    assert "2022-01-09" in (tmp_path / "p.csv.rejects.csv.1.bak").read_text()
    ran = take(rows, "--keep-going", "--dataset", "tass", "--duplicates", "skip")
    assert "correct and import that, with --dataset tass" in ran.err


def test_how_an_event_that_is_kept_can_be_taken_out_is_said(relwatch, mine, take):
    other = "2022-01-09,Wheat deal,military,TASS,https://tass.com/2"
    take([TALKS, other])
    relwatch("edit", "2022-01-09", "-C", mine, "--set", "summary=Mine")
    assert "those that nobody worked on here" in take([TALKS]).err
    ran = take([TALKS], "--vanished", "remove")
    assert f"`relwatch remove -C {mine} ID` takes out what is kept" in ran.err
    assert json.loads(take([TALKS], "--vanished", "remove", "--json").out)["removed"] == []


CITED = "id,date,title,category,source,grade,url"
ROW = "a1,2022-01-03,Gas talks,military,TASS,B2,https://tass.com/1"


@pytest.mark.parametrize(
    ("head", "row"),
    [("id,date,title,category,source", "a1,2022-01-03,Gas talks,military,TASS"),
     ("id,date,title,category,source,url", "a1,2022-01-03,Gas talks,military,TASS,https://tass.com/1"),
     ("id,date,title,category,url", "a1,2022-01-03,Gas talks,military,https://tass.com/1"),
     ("id,date,title,category", "a1,2022-01-03,Gas talks,military"),
     ("date,title,category,source", "2022-01-03,Gas talks,military,TASS"),
     ("id,date,title,source,grade,url", "a1,2022-01-03,Gas talks,TASS,B2,https://tass.com/1")],
)  # fmt: skip
def test_a_column_that_is_missing_says_nothing_of_a_citation_either(mine, take, head, row):
    take([ROW], head=CITED)
    before = mine.read_bytes()
    for _ in range(2):
        assert "1 same" in take([row], head=head).err
        assert mine.read_bytes() == before
    assert "1 same" in take([ROW], head=CITED).err
    # And what is said again counts again.
    take([ROW.replace("B2", "C3").replace("military", "political")], head=CITED)
    (one,) = read(mine)["events"]
    assert one["sources"][0]["grade"] == "C3" and one["categories"] == ["political"]


def test_a_grade_of_one_week_stays(mine, take):
    take([TALKS], "--set", "grade=B2")
    before = mine.read_bytes()
    assert "1 same" in take([TALKS]).err and mine.read_bytes() == before


def test_what_is_said_of_the_file_takes_nothing_that_rows_said(mine, take):
    head = "id,date,title,place"
    take(["a1,2022-01-03,Gas talks,military,x"], head="id,date,title,category,place")
    take(
        ["a1,2022-01-03,Gas talks,x", "a2,2022-02-20,Rail,y"],
        "--set",
        "category=political",
        head=head,
    )
    assert [one["categories"] for one in read(mine)["events"]] == [["military"], ["political"]]
    # Without it the rows that are known need none, and the others do.
    ran = take(
        ["a1,2022-01-03,Gas talks long,x", "a3,2022-03-20,Port,y"], "--keep-going", head=head
    )
    assert "1 changed" in ran.err and "1 refused" in ran.err and "needs a category" in ran.out


def test_a_file_without_its_ids_for_a_week_forgets_none(relwatch, mine, take):
    head = "id,date,title,category"
    take(["a1,2022-01-03,Gas talks,military", "a2,2022-01-23,Port,military"], head=head)
    relwatch("remove", "2022-01-23", "-C", mine)
    take(["2022-01-03,Gas talks,military", "2022-01-23,Port,military"], head="date,title,category")
    ran = take(["a1,2022-01-03,Gas talks,political", "a2,2022-01-29,Port,military"], head=head)
    assert "removed here" in ran.out and "1 changed" in ran.err
    (one,) = read(mine)["events"]
    assert (one["title"], one["categories"]) == ("Gas talks", ["political"])


def test_row_numbers_of_two_agencies_under_our_names_are_nobodys_ids(mine, take):
    head = "id,date,title"
    take(["1,2022-02-13,Ships meet"], "--set", "category=military", head=head)
    more = ("--set", "category=military", "--duplicates", "skip")
    take(["1,2022-03-13,Rail opened"], *more, head=head, name="q.csv")
    assert [one["id"] for one in read(mine)["events"]] == [
        "2022-02-13-ships-meet",
        "2022-03-13-rail-opened",
    ]
    for row, name in (("1,2022-02-13,Ships meet", "p.csv"), ("1,2022-03-13,Rail opened", "q.csv")):
        assert "1 same" in take([row], *more, head=head, name=name).err


def test_what_would_stop_an_import_is_said_before(mine, take):
    rows = [TALKS, "2022-01-39,No day,political,TASS,"]
    assert "nothing would be written because of what is refused" in take(rows, "--dry-run").err
    assert "nothing would be" not in take(rows, "--dry-run", "--keep-going").err
    take([TALKS])
    said = take([OTHERS], "--dry-run", name="q.csv").err
    assert "before --duplicates skip, keep or merge decides" in said


def test_a_question_shows_the_row_and_what_it_may_be(mine, take):
    take([TALKS])
    said = take([OTHERS], name="q.csv", code=3).err
    assert "line 2: 2022-01-03 | Ministers speak | political | IRNA | https://irna.ir/1" in said
    assert "2022-01-03-ministers-speak" in said and "2022-01-03 Ministers speak [tass]" in said


def test_what_is_mapped_is_added_to_what_is_guessed(mine, take):
    head = "Date,Headline,Desk,Agency"
    row = "2022-01-19,Raisi meets Putin,political,TASS"
    said = take([row], head=head, code=2).err
    assert "what the category is, read as --map date=Date,title=Headline,source=Agency" in said
    said = take([row], "--map", "category=Desk", head=head).err
    assert "read as --map category=Desk,date=Date,title=Headline,source=Agency" in said
    assert read(mine)["events"][0]["sources"] == [{"source": "tass"}]
    take(["2022-03-19,Visit,political,TASS"], "--map", "category=Desk,source=", head=head)
    assert "sources" not in read(mine)["events"][1]
