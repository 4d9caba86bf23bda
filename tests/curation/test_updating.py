"""A newer release changes what it says otherwise now; what it does not say, nobody took back."""

import json

import pytest

from tests.curation.making import read, small

HEAD = "date,title,category,url"
ROW = "2023-02-01,Talks,military,https://a.example/1"


@pytest.fixture
def mine(keep):
    return keep(small([]))


def test_what_was_said_of_the_whole_file_once_is_not_taken_back(relwatch, mine, take):
    take([ROW], "--set", "status=candidate", "--set", "tags=weekly")
    before = mine.read_bytes()
    assert "1 same" in take([ROW]).err and mine.read_bytes() == before
    # Nor when the row changes, nor the time after.
    take([ROW.replace("Talks", "Long talks")])
    take([ROW.replace("Talks", "Long talks")])
    (one,) = read(mine)["events"]
    assert (one["title"], one["status"], one["tags"]) == ("Long talks", "candidate", ["weekly"])


def test_what_the_analyst_confirmed_stays_confirmed(relwatch, mine, take):
    take([ROW], "--set", "status=candidate")
    relwatch("edit", "2023-02-01", "-C", mine, "--set", "status=")
    take([ROW], "--set", "status=candidate")
    take([ROW.replace("Talks", "Long talks")], "--set", "status=candidate")
    (one,) = read(mine)["events"]
    assert "status" not in one and one["title"] == "Long talks"


def test_something_else_said_of_the_whole_file_is_news(relwatch, mine, take):
    take([ROW], "--set", "tags=weekly")
    take([ROW], "--set", "tags=monthly")
    assert read(mine)["events"][0]["tags"] == ["monthly"]
    # A cell of its own counts more than what is said of the file.
    take([f"{ROW},own"], "--set", "tags=monthly", head=f"{HEAD},tags")
    assert read(mine)["events"][0]["tags"] == ["own"]
    take([f"{ROW},"], head=f"{HEAD},tags")
    assert "tags" not in read(mine)["events"][0]


def test_a_column_that_is_missing_says_nothing(relwatch, mine, take):
    take([f"{ROW},A summary,x"], head=f"{HEAD},summary,tags")
    take([ROW.replace("Talks", "Long talks")])
    (one,) = read(mine)["events"]
    assert (one["title"], one["summary"], one["tags"]) == ("Long talks", "A summary", ["x"])
    # It is known still when the column comes back, and an empty cell does empty a field.
    take([f"{ROW.replace('Talks', 'Long talks')},,x"], head=f"{HEAD},summary,tags")
    assert "summary" not in read(mine)["events"][0] and read(mine)["events"][0]["tags"] == ["x"]


def test_of_json_too(relwatch, mine, press):
    row = {"id": "a", "date": "2023-02-01", "title": "Talks", "categories": ["military"]}
    file = press(json.dumps(row) + "\n", "week.ndjson")
    relwatch("import", file, "--into", mine, "--set", "status=candidate")
    file.write_text(json.dumps({**row, "title": "Long talks"}) + "\n")
    relwatch("import", file, "--into", mine)
    (one,) = read(mine)["events"]
    assert (one["title"], one["status"]) == ("Long talks", "candidate")


class TestCitations:
    HEAD = f"{HEAD},source"

    @pytest.fixture
    def cited(self, relwatch, keep, take):
        """An event of the analyst's, cited by her, that the file's row was made one with."""
        relwatch("add", "-C", keep(small([])), "--date", "2023-02-01", "--title", "Talks", "-c", "military",
                 "--source", "TASS", "--grade", "B2", "--create")  # fmt: skip
        take([f"{ROW},AA"], "--duplicates", "merge", head=self.HEAD)

    def sources(self, mine):
        return [one["source"] for one in read(mine)["events"][0]["sources"]]

    @pytest.mark.parametrize("more", [(), ("--theirs",)])
    def test_a_row_changes_its_own(self, cited, mine, take, more):
        assert self.sources(mine) == ["tass", "aa"]
        ran = take([f"{ROW},Anadolu"], *more, head=self.HEAD)
        assert self.sources(mine) == ["tass", "anadolu"] and "kept" not in ran.err
        assert read(mine)["events"][0]["sources"][0] == {"source": "tass", "grade": "B2"}
        take([f"{ROW},"], *more, head=self.HEAD)
        assert self.sources(mine)[0] == "tass"

    def test_what_was_cited_beside_it_stays(self, relwatch, mine, take):
        take([f"{ROW},AA"], head=self.HEAD)
        relwatch("cite", "2023-02-01", "-C", mine, "--source", "TASS", "--grade", "B2")
        take([f"{ROW.replace('/1', '/2')},AA"], "--theirs", head=self.HEAD)
        assert [one.get("url") for one in read(mine)["events"][0]["sources"]] == [
            "https://a.example/2", None,
        ]  # fmt: skip

    def test_one_that_was_graded_here_is_kept_and_named(self, relwatch, mine, take):
        take([f"{ROW},AA"], head=self.HEAD)
        relwatch("edit", "2023-02-01", "-C", mine, "--set",
                 'sources=[{"source":"aa","grade":"B2","url":"https://a.example/1"}]')  # fmt: skip
        ran = take([f"{ROW},Anadolu"], head=self.HEAD)
        assert "kept as edited here" in ran.err + ran.out and self.sources(mine) == ["aa"]
        relwatch("cite", "2023-02-01", "-C", mine, "--source", "TASS")
        take([f"{ROW},Anadolu"], "--theirs", head=self.HEAD)
        assert "anadolu" in self.sources(mine) and "tass" in self.sources(mine)


PIPELINE = "2023-02-05,Pipeline,military,https://a.example/2"
VISIT = "2023-02-09,Visit,military,https://a.example/3"


@pytest.mark.parametrize(
    "work",
    [("edit", "2023-02-05", "--set", "summary=An hour of work"),
     ("cite", "2023-02-05", "--source", "TASS", "--create"),
     ("edit", "2023-02-05", "--set", "status=candidate")],
)  # fmt: skip
def test_what_vanished_with_work_on_it_stays_and_is_named(relwatch, mine, take, work):
    take([ROW, PIPELINE, VISIT])
    relwatch(*work, "-C", mine)
    ran = take([ROW], "--vanished", "remove", "--dry-run")
    assert "would be kept, changed here  2023-02-05-pipeline" in ran.out + ran.err
    ran = take([ROW], "--vanished", "remove")
    assert "removed  2023-02-09-visit" in ran.out and "1 removed" in ran.err
    assert "kept, changed here  2023-02-05-pipeline" in ran.out
    assert [one["title"] for one in read(mine)["events"]] == ["Talks", "Pipeline"]


def test_what_another_file_reports_too_stays(relwatch, mine, take):
    take([ROW, PIPELINE])
    take([PIPELINE], "--duplicates", "merge", name="other.csv")
    ran = take([ROW], "--vanished", "remove")
    assert "kept, other has it too  2023-02-05-pipeline" in ran.out
    assert len(read(mine)["events"]) == 2
    assert "1 same" in take([PIPELINE], name="other.csv").err


def test_two_papers_under_one_headline_are_two_rows(relwatch, mine, take):
    """Of one id there can be one row; of one day and title there may be several reports."""
    head = "date,title,category,source"
    rows = ["2023-01-11,Visit to Astana,political,AA", "2023-01-11,Visit to Astana,political,KI"]
    ran = take(rows, head=head, code=3)
    assert "likely twice in the file" in ran.err and "line 2 of this file" in ran.err
    take(rows, "--duplicates", "merge", head=head)
    (one,) = read(mine)["events"]
    assert [citation["source"] for citation in one["sources"]] == ["aa", "ki"]
    before = mine.read_bytes()
    assert "2 same" in take(rows, head=head).err
    assert "3 same" in take([*rows, rows[1]], head=head).err
    assert mine.read_bytes() == before


def test_corrected_refused_rows_are_the_same_the_second_time(relwatch, mine, take, tmp_path):
    head = "id,date,title,category"
    rows = ["7,2023-01-11,Visit,political", "7,2023-02-20,Drill,military"]
    take(rows, "--keep-going", head=head)
    rejects = tmp_path / "p.csv.rejects.csv"
    taken = ("import", rejects, "--into", mine)
    assert "too, with other values" in relwatch(*taken, code=3).err
    rejects.write_text(rejects.read_text().replace(",7,", ",8,"))
    assert "1 added" in relwatch(*taken).err
    assert "1 same" in relwatch(*taken).err
    assert [one["title"] for one in read(mine)["events"]] == ["Visit", "Drill"]


@pytest.mark.parametrize("head", ["id,date,title,category,summary", "id,date,title,summary"])
def test_a_row_with_an_id_of_here_is_that_event(relwatch, mine, take, head):
    """A sheet of corrections needs to say no more than what it corrects."""
    relwatch(
        "add",
        "-C",
        mine,
        "--date",
        "2023-02-01",
        "--title",
        "Talks",
        "-c",
        "military",
        "-c",
        "political",
    )
    category = "military;political," if "category" in head else ""
    row = f"2023-02-01-talks,2023-02-01,Talks,{category}New"
    assert "1 changed" in take([row], head=head).err
    (one,) = read(mine)["events"]
    assert (one["summary"], one["categories"]) == ("New", ["military", "political"])
    assert "1 same" in take([row], head=head).err
    relwatch("edit", "2023-02-01", "-C", mine, "--set", "categories=military")
    assert "1 changed" in take([row.replace("New", "Newer")], head=head).err
    assert read(mine)["events"][0]["categories"] == ["military"]


def test_what_is_said_of_a_file_takes_nothing_from_an_event_that_was_here(relwatch, mine, take):
    relwatch("add", "-C", mine, "--date", "2023-02-01", "--title", "Talks", "-c", "military")
    row = "2023-02-01-talks,2023-02-01,Talks,New"
    take([row], "--set", "category=political", "--theirs", head="id,date,title,summary")
    (one,) = read(mine)["events"]
    assert (one["summary"], one["categories"]) == ("New", ["military"])


def test_only_the_first_sheet_is_read_and_that_is_said(relwatch, mine, tmp_path):
    import datetime

    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (
        HEAD.split(","),
        [datetime.date(2023, 7, 1), "Talks", "military", ""],
        ["03.08.2023", "Drill", "military", ""],
    ):
        book.active.append(row)
    book.create_sheet("August").append(["more"])
    book.save(tmp_path / "a.xlsx")
    ran = relwatch("import", tmp_path / "a.xlsx", "--into", mine, "--date-format", "DD.MM.YYYY")
    assert "only the sheet “Sheet” is read, not August" in ran.err
    assert [one["date"] for one in read(mine)["events"]] == ["2023-07-01", "2023-08-03"]
