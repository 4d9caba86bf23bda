"""Import: every format, idempotent, field by field, nothing written by half."""

import csv
import json
from pathlib import Path

import pytest

from tests.curation.making import PRESS, event, read, small
from tests.datasets import made

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
MAP = (
    "--map",
    "date=Day,title=Headline,actors=Who,url=Link",
    "--set",
    "category=political",
    "--create",
)


def counts(relwatch, file, *options):
    value = json.loads(relwatch("import", file, *options, "--json").out)
    return {name: number for name, number in value["counts"].items() if number}


def test_columns_are_mapped_and_the_same_file_adds_nothing(relwatch, mine, press):
    ran = relwatch("import", press(), "--into", mine, *MAP)
    assert "columns not taken: Remark" in ran.err and "declared: source tass-com" in ran.err
    added = read(mine)["events"][1:]
    assert [(one["date"], one["title"], one["actors"]) for one in added] == [
        ("2022-01-10", "Ministers speak by telephone", ["IRN", "RUS"]),
        ("2022-01-20", "A long headline", ["RUS"]),
        ("2022-01-30", "=New gas contract", ["IRN"]),
    ]
    assert added[0]["origin"] == {"dataset": "press", "id": "https://tass.com/1"}
    assert added[0]["sources"] == [{"source": "tass-com", "url": "https://tass.com/1"}]
    before = mine.read_bytes()
    assert counts(relwatch, press(), "--into", mine, *MAP) == {"same": 3}
    assert mine.read_bytes() == before
    relwatch("undo", "-C", mine)
    assert len(read(mine)["events"]) == 1


def test_the_mapping_is_guessed_from_the_header_and_shown(relwatch, mine, press):
    path = press("Date;Headline;Category;Source\n2022-03-01;Navy visit;Military;TASS\n")
    ran = relwatch("import", path, "--into", mine)
    assert "--map date=Date,title=Headline,category=Category,source=Source" in ran.err
    assert read(mine)["events"][1]["categories"] == ["military"]


def test_a_newer_release_changes_what_it_changed(relwatch, mine, press):
    relwatch("import", press(), "--into", mine, *MAP)
    relwatch(
        "edit", "-C", mine, "2022-01-10", "--set", "title=Corrected here", "--set", "tags=mine"
    )
    newer = PRESS.replace("long\nheadline", "longer headline").replace("2022-01-30", "2022-01-31")
    ran = relwatch("import", press(newer), "--into", mine, *MAP)
    assert "title: A long headline → A longer headline" in ran.out
    assert "date: 2022-01-30 → 2022-01-31" in ran.out and "2 changed, 1 same" in ran.err
    events = read(mine)["events"]
    assert events[1]["title"] == "Corrected here" and events[1]["tags"] == ["mine"]
    assert events[3]["id"].startswith("2022-01-30") and events[3]["date"] == "2022-01-31"
    # Both changed it: ours stays and is named, unless the file is to win.
    newest = newer.replace("Ministers speak", "Ministers talk")
    ran = relwatch("import", press(newest), "--into", mine, *MAP)
    assert (
        "kept as edited here: " in ran.out and read(mine)["events"][1]["title"] == "Corrected here"
    )
    relwatch("import", press(newest.replace("talk", "chat")), "--into", mine, *MAP, "--theirs")
    assert read(mine)["events"][1]["title"] == "Ministers chat by telephone"


def test_what_vanished_is_kept_unless_told(relwatch, mine, press):
    relwatch("import", press(), "--into", mine, *MAP)
    shorter = "\n".join(PRESS.splitlines()[:2]) + "\n"
    before = mine.read_bytes()
    # Nobody is there to be asked: nothing is removed, and it is said how to.
    ran = relwatch("import", press(shorter), "--into", mine, *MAP)
    assert "2 events of an earlier press are not in this file, and kept" in ran.err
    assert "--vanished remove" in ran.err and "2022-01-20-long-headline" in ran.out
    assert mine.read_bytes() == before
    # Said once, it need not be said again.
    relwatch("import", press(shorter), "--into", mine, *MAP, "--vanished", "keep")
    ran = relwatch("import", press(shorter), "--into", mine, *MAP)
    assert "not in this file" not in ran.err + ran.out and mine.read_bytes() == before
    relwatch("import", press(shorter), "--into", mine, *MAP, "--vanished", "remove")
    assert len(read(mine)["events"]) == 2


def test_one_refused_row_stops_everything_unless_told(relwatch, mine, press):
    bad = (
        PRESS
        + "31/01/2022,Wrong date,Iran,,\n2022-02-01,,Iran,,\n2022-02-02,Too,many,cells,here,x,y\n"
    )
    before = mine.read_bytes()
    ran = relwatch("import", press(bad), "--into", mine, *MAP, code=3)
    assert "line 6: date: “31/01/2022” is not a date" in ran.err and "--keep-going" in ran.err
    assert mine.read_bytes() == before
    with (mine.parent / "press.csv.rejects.csv").open(newline="") as file:
        rejects = list(csv.reader(file))
    assert rejects[0][:3] == ["line", "reason", "Day"]
    assert [row[0] for row in rejects[1:]] == ["6", "7", "8"] and "title" in rejects[2][1]
    assert rejects[3][1] == "7 cells where the header has 5"
    relwatch("import", press(bad), "--into", mine, *MAP, "--keep-going")
    assert len(read(mine)["events"]) == 4


def test_undeclared_names_are_refused_without_create(relwatch, mine, press):
    path = press(
        "date,title,category,actors\n2022-03-01,Visit,political,Turkey\n2022-03-02,Visit again,cultural,\n"
    )
    ran = relwatch("import", path, "--into", mine, code=3)
    assert "unknown actor “Turkey”" in ran.err and "unknown category “cultural”" in ran.err


def test_a_dry_run_writes_nothing(relwatch, mine, press):
    before = sorted(mine.parent.iterdir()), mine.read_bytes()
    path = press(PRESS + "x,y,z,,\n")
    value = json.loads(relwatch("import", path, "--into", mine, *MAP, "--dry-run", "--json").out)
    assert value["counts"]["added"] == 3 and value["counts"]["refused"] == 1
    assert value["rows"][3] == {
        "line": 6, "action": "refused", "id": "", "title": "", "changes": [], "conflicts": [], "like": [],
        "reason": "date: “x” is not a date (YYYY, YYYY-MM or YYYY-MM-DD; else --date-format)",
    }  # fmt: skip
    assert (
        "would be added  line 2" in relwatch("import", path, "--into", mine, *MAP, "--dry-run").out
    )
    assert (sorted(p for p in mine.parent.iterdir() if p != path), mine.read_bytes()) == before


def test_likely_duplicates_are_decided(relwatch, mine, press):
    path = press(
        "date,title,category,actors,tags\n2022-01-06,Gas pipeline talks,political,Iran;Russia,gas\n"
    )
    before = mine.read_bytes()
    ran = relwatch("import", path, "--into", mine, code=3)
    assert (
        "2022-01-05-event-1" in ran.err
        and "--duplicates" in ran.err
        and mine.read_bytes() == before
    )
    assert counts(relwatch, path, "--into", mine, "--dry-run") == {"undecided": 1}
    assert counts(relwatch, path, "--into", mine, "--duplicates", "skip") == {"skipped": 1}
    assert mine.read_bytes() == before
    assert counts(relwatch, path, "--into", mine, "--duplicates", "merge") == {"merged": 1}
    assert read(mine)["events"][0]["tags"] == ["gas"] and len(read(mine)["events"]) == 1
    assert counts(relwatch, path, "--into", mine, "--duplicates", "keep") == {"added": 1}
    assert counts(relwatch, path, "--into", mine) == {"same": 1}


@pytest.mark.parametrize("format", ["csv", "tsv", "json", "ndjson", "corpus.json"])
def test_what_is_exported_comes_back(relwatch, tmp_path, format):
    file, mine, fresh = (tmp_path / name for name in (f"all.{format}", "mine.json", "fresh.json"))
    relwatch("corpus", "copy", "china-russia", mine)
    relwatch("export", file, "-C", mine)
    before = mine.read_bytes()
    assert counts(relwatch, file, "--into", mine) == {"same": 29}
    assert mine.read_bytes() == before
    document = json.loads(before)
    document["events"], document["assessments"] = [], []
    fresh.write_text(json.dumps(document))
    assert counts(relwatch, file, "--into", fresh) == {"added": 29}
    came = read(fresh)["events"]
    for one in came:
        assert one.pop("origin")["id"] == one["id"] and one.pop("recorded", None) is not None
    assert came == [
        {k: v for k, v in one.items() if k != "recorded"} for one in json.loads(before)["events"]
    ]


def test_a_trip_through_a_spreadsheet(relwatch, tmp_path):
    mine, file = tmp_path / "mine.json", tmp_path / "all.csv"
    relwatch("corpus", "copy", "china-russia", mine)
    relwatch("edit", "-C", mine, "2021-08-09", "--set", "title==formula", "--set", "summary=-a\nb")
    relwatch("export", file, "-C", mine, "--excel")
    assert file.read_bytes().startswith(b"\xef\xbb\xbf") and b"'=formula" in file.read_bytes()
    assert counts(relwatch, file, "--into", mine) == {"same": 29}
    file.write_bytes(file.read_bytes().replace(b"'=formula", b"Formula"))
    assert counts(relwatch, file, "--into", mine) == {"changed": 1, "same": 28}


def test_another_corpus_brings_its_declarations(relwatch, mine, tmp_path):
    other = tmp_path / "other.json"
    relwatch("corpus", "copy", "china-russia", other)
    relwatch("import", other, "--into", mine, code=3)
    assert counts(relwatch, other, "--into", mine, "--create") == {"added": 29}
    assert "error" not in relwatch("check", mine).out
    kinds = {one["id"]: one["kind"] for one in read(mine)["actors"]}
    assert kinds["xi-jinping"] == "person" and kinds["pla"] == "organisation"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_encodings_and_line_ends(relwatch, mine, press, encoding, ends):
    text = 'date,title,category,summary\n2022-03-01,Визит,political,"a\nb"\n'.replace("\n", ends)
    path = press(text.encode(encoding))
    if encoding in ("cp1251", "utf-16"):
        assert "--encoding" in relwatch("import", path, "--into", mine, code=3).err
    options = () if encoding.startswith("utf-8") else ("--encoding", encoding)
    relwatch("import", path, "--into", mine, *options)
    made = read(mine)["events"][1]
    assert made["title"] == "Визит" and made["summary"].split() == ["a", "b"]
    relwatch("import", path, "--into", mine, "--encoding", "nosuch", code=2)


@pytest.mark.parametrize(
    "cell, form, date",
    [("02/03/2022", "DD/MM/YYYY", "2022-03-02"), ("02/03/2022", "%m/%d/%Y", "2022-02-03"),
     ("03.2022", "MM.YYYY", "2022-03"), ("2022-03-01T10:00:00Z", None, "2022-03-01"), ("2022", None, "2022")],
)  # fmt: skip
def test_the_order_of_day_and_month_is_told_never_guessed(relwatch, mine, press, cell, form, date):
    path = press(f"date,title,category\n{cell},Visit,political\n")
    if form:
        assert "--date-format" in relwatch("import", path, "--into", mine, code=3).err
    relwatch("import", path, "--into", mine, *(["--date-format", form] if form else []))
    assert date in [one["date"] for one in read(mine)["events"]]


@pytest.mark.parametrize(
    "name, text",
    [("a.csv", ""), ("a.csv", 'date,title\n2022,"open\n'), ("a.csv", "date,date\n1,2\n"), ("a.json", "{"),
     ("a.json", '{"a": 1}'), ("a.ndjson", "x\ny\n"), ("a.xlsx", "no zip"), ("a.csv", "a\0b\n")],
)  # fmt: skip
def test_files_that_are_not_what_they_say(relwatch, mine, press, name, text):
    before = mine.read_bytes()
    assert (
        name
        in relwatch(
            "import", press(text, name), "--into", mine, "--set", "category=political", code=3
        ).err
    )
    assert mine.read_bytes() == before


def test_what_import_is_asked_wrongly(relwatch, mine, press):
    relwatch("import", press(PRESS, "press.docx"), "--into", mine, code=2)
    relwatch("import", mine.parent / "none.csv", "--into", mine, code=2)
    relwatch("import", press(), "--into", mine, "--map", "date=Dai", code=2)
    relwatch("import", press(), "--into", mine, "--map", "nosuch=Day", code=2)
    assert "what the category is" in relwatch("import", press(), "--into", mine, code=2).err
    assert "read-only" in relwatch("import", press(), "--into", "china-russia", code=2).err


def test_xlsx(relwatch, mine, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    import datetime

    book = openpyxl.Workbook()
    for row in (["Date", "Title", "Category", "Intensity"], [datetime.datetime(2022, 3, 1), "Visit", "political", 3.0],
                ["2022-03", "Month", "military", None]):  # fmt: skip
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    relwatch("import", tmp_path / "a.xlsx", "--into", mine)
    assert [one["date"] for one in read(mine)["events"]] == ["2022-01-05", "2022-03-01", "2022-03"]
    assert read(mine)["events"][1]["intensity"] == 3


def test_timelinejs(relwatch, mine, tmp_path):
    slides = {
        "title": {"text": {"headline": "T"}},
        "events": [
            {"start_date": {"year": "2022", "month": "3", "day": "1"}, "end_date": {"year": 2022, "month": 3, "day": 4},
             "text": {"headline": "A &amp; <b>B</b>", "text": "<p>One</p><p>Two</p>"}, "group": "military",
             "media": {"url": "https://tass.com/x"}, "unique_id": "s1"},
            {"start_date": {"year": "2022"}, "text": {"headline": "Year"}, "group": ""},
        ],
    }  # fmt: skip
    path = tmp_path / "t.json"
    path.write_text(json.dumps(slides))
    relwatch("import", path, "--into", mine, "--set", "category=political", "--create")
    second, first = (one for one in read(mine)["events"] if "origin" in one)
    assert (first["date"], first["end"], first["title"]) == ("2022-03-01", "2022-03-04", "A & B")
    assert (
        first["summary"] == "One\nTwo"
        and first["categories"] == ["military"]
        and second["date"] == "2022"
    )
    sheet = tmp_path / "u.csv"
    sheet.write_text("Year,Month,Day,End Year,Headline,Text,Media,Type,Group\n"
                     ",,,,Title,,,title,\n2022,4,2,,Slide,<i>x</i>,,,political\n")  # fmt: skip
    relwatch("import", sheet, "--into", mine)
    assert read(mine)["events"][-1]["date"] == "2022-04-02"


@pytest.mark.parametrize("name, rows", [
    ("women_in_computing.json", 10), ("women_in_computing.csv", 10), ("houston_timeline2_OLDFORMAT.json", 18),
])  # fmt: skip
def test_real_timelines(relwatch, mine, name, rows):
    if not (SAMPLES / name).is_file():
        pytest.skip("the sample is not here")
    options = ("--into", mine, "--set", "category=political", "--create", "--dry-run")
    assert counts(relwatch, SAMPLES / name, *options) == {"added": rows}


def test_rows_with_links_among_them(relwatch, mine, press):
    rows = [event(2, "2022-02-01", title="Signed", follows=["2022-01-20-x", "gone"], id="b"),
            event(3, "2022-01-20", title="Offered", id="2022-01-20-x")]  # fmt: skip
    path = press("".join(json.dumps(row) + "\n" for row in rows), "rows.ndjson")
    assert "1 link to events" in relwatch("import", path, "--into", mine).err
    assert read(mine)["events"][2]["follows"] == ["2022-01-20-x"]


def test_commas_part_lists_wherever_they_are_typed(relwatch, mine, press):
    path = press(
        "date,title,category,keywords\n2022-03-01,Visit,political,\n2022-03-02,Call,political,c\n"
    )
    relwatch("import", path, "--into", mine, "--set", "tags=a,b")
    relwatch("edit", "2022-03-02", "-C", mine, "--set", "tags+=a, b")
    relwatch("edit", "2022-01-05", "-C", mine, "--set", "tags=a;b, c")
    added = ("--date", "2022-04-01", "-c", "political", "--title", "New", "--tag")
    relwatch("add", "-C", mine, *added, "a,b", "--tag", "c; d, e")
    assert [one["tags"] for one in read(mine)["events"]] == [
        ["a", "b, c"], ["a", "b"], ["c", "a", "b"], ["a", "b", "c", "d, e"],
    ]  # fmt: skip
    # What relwatch writes is parted by ";" alone.
    relwatch("export", mine.parent / "all.csv", "-C", mine)
    assert counts(relwatch, mine.parent / "all.csv", "--into", mine) == {"same": 4}


def test_a_declared_name_with_a_comma_is_one_name(relwatch, keep, press):
    document = small()
    document["actors"].append({"id": "KOR", "name": "Korea, Republic of", "kind": "state"})
    mine = keep(document)
    path = press('date,title,category,actors\n2022-03-01,Visit,political,"Korea, Republic of"\n')
    relwatch("import", path, "--into", mine)
    assert read(mine)["events"][0]["actors"] == ["KOR"]


@pytest.mark.parametrize(
    "name, text, said",
    [("a.json", '{"format": "relwatch-corpus/9", "events": []}', "“relwatch-corpus/9”"),
     ("a.ndjson", '{"date": "2022", "title": "A", "title": "B"}', "line 1: a key stands twice"),
     ("a.json", '[{"date": "2022", "title": "A", "tags": ["x"], "tags": []}]', "a key stands twice"),
     ("a.ndjson", '{"date": "2022", "title": "A", "actors": "CHN"}', "actors: text where an array belongs"),
     ("a.ndjson", '{"date": "2022", "title": "A", "sources": ["TASS"]}', "sources[0]: text where an object belongs"),
     ("a.ndjson", '{"date": "2022", "title": "A", "stage": "x"}', "stage: “x” is not known (one of agreed"),
     ("a.ndjson", '{"id": 5, "date": "2022", "title": "A"}', "id: a number where text belongs")],
)  # fmt: skip
def test_json_of_another_shape_is_refused_by_name(relwatch, mine, press, name, text, said):
    before = mine.read_bytes()
    ran = relwatch(
        "import", press(text, name), "--into", mine, "--set", "category=political", code=3
    )
    assert said.replace("“", '"').replace("”", '"') in ran.err.replace("“", '"').replace("”", '"')
    assert mine.read_bytes() == before


def test_null_says_nothing(relwatch, mine, press):
    row = {"date": "2022-03-01", "title": "A", "actors": None, "categories": ["political"]}
    relwatch("import", press(json.dumps(row), "a.ndjson"), "--into", mine)
    assert "actors" not in read(mine)["events"][1]


def test_a_file_without_a_known_extension_is_told_the_option(relwatch, mine, press):
    path = press("date,title\n2022,A\n", "imp.foo")
    ran = relwatch("import", path, "--into", mine, code=2)
    assert "--from-format csv" in ran.err
    options = ("--from-format", "csv", "--set", "category=political")
    relwatch("import", path, "--into", mine, *options)


def test_a_date_of_another_form_is_told_the_form_that_was_asked_for(relwatch, mine, press):
    path = press("date,title,category\n2022-03,Visit,political\n")
    ran = relwatch("import", path, "--into", mine, "--date-format", "MM/DD/YYYY", code=3)
    assert "“2022-03” is not of the form MM/DD/YYYY" in ran.err
    # Only a whole ISO date can be nothing else; and not where the year comes first anyway.
    path = press("date,title,category\n2022-03-01,Visit,political\n")
    ran = relwatch("import", path, "--into", mine, "--date-format", "YYYY/MM/DD", code=3)
    assert "“2022-03-01” is not of the form YYYY/MM/DD" in ran.err
    relwatch("import", path, "--into", mine, "--date-format", "MM/DD/YYYY")
    assert read(mine)["events"][-1]["date"] == "2022-03-01"


def test_a_corpus_is_imported_by_its_name(relwatch, mine):
    assert counts(relwatch, "china-russia", "--into", mine, "--create") == {"added": 29}
    assert counts(relwatch, "china-russia", "--into", mine) == {"same": 29}
    assert "china-russia" in relwatch("import", "china-rusia", "--into", mine, code=2).err


def test_one_is_not_many(relwatch, mine, press):
    path = press("date,title,category\n2022-01-05,Talks on gas pipeline,political\n")
    assert "1 row is likely there already" in relwatch("import", path, "--into", mine, code=3).err
    relwatch("import", path, "--into", mine, "--duplicates", "keep")
    relwatch("edit", "2022-01-05-event", "-C", mine, "--set", "actors=lavrov")
    merged = relwatch("actor", "merge", "lavrov", "IRN", "-C", mine)
    assert "lavrov is IRN now; 1 record changed" in merged.out
    relwatch("import", press("date,title,category\n2022-05-05,B,political\n"), "--into", mine)
    both = press("date,title,category\n2022-05-05,B,political\n2022-06-05,C,political\n")
    relwatch("import", both, "--into", mine)
    ran = relwatch("import", press("date,title,category\n2022-06-05,C,political\n"), "--into", mine)
    assert "1 event of an earlier press is not in this file" in ran.err


@pytest.mark.parametrize("kind", ["icews", "gdelt", "ucdp-ged", "acled", "polecat"])
def test_a_selection_of_a_data_set_comes_with_its_origin(relwatch, tmp_path, kind):
    """Events that others coded are asked for by an expression; the same again adds nothing."""
    pytest.importorskip("duckdb", reason="the extra `big` is not installed")
    name, text = made.one_of_each()[kind]
    file, mine = Path(made.put(tmp_path, name, text)), tmp_path / "mine.json"
    relwatch("corpus", "new", mine, "--parties", "CHN,RUS", "--title", "Mine")
    (event,) = json.loads(relwatch("list", "-C", file, "--json").out)
    asked = ["import", file, "--into", mine, "--create"]
    relwatch(*asked, "--where", "id:other")
    assert relwatch("list", "-C", mine, "--count").out == "0\n"
    assert "1 added" in relwatch(*asked, "--where", f"id:{event['id'][:8]}").err
    (taken,) = json.loads(relwatch("list", "-C", mine, "--json").out)
    assert taken["origin"] == event["origin"]
    assert (taken["date"], taken["title"]) == (event["date"], event["title"])
    assert "1 same" in relwatch(*asked).err


def test_only_some_events_of_another_corpus(relwatch, tmp_path):
    mine = tmp_path / "mine.json"
    relwatch("corpus", "new", mine, "--parties", "CHN,RUS", "--title", "Mine")
    said = relwatch("import", "china-russia", "--into", mine, "--create", "--where", "military")
    assert "9 added" in said.err
    relwatch("check", mine)
