"""Events of another corpus come with all that they name, and nothing is taken for something else."""

import json

import pytest

from tests.curation.making import event, read, small
from tests.curation.test_importing import counts

TIMES = {"id": "times", "title": "The Times", "url": "https://www.thetimes.co.uk"}
OTHER = {
    "id": "times",
    "title": "The New York Times",
    "url": "https://nytimes.com",
    "x-desk": "asia",
}
CITED = event(
    2, "2022-03-01", title="Navy visit", sources=[{"source": "times", "grade": "B2"}],
    notes=[{"kind": "context", "source": "times", "text": "so"}],
    quotes=[{"speaker": "wang", "text": "Yes"}], actors=["IRN"],
)  # fmt: skip


@pytest.fixture
def mine(keep):
    document = small([event(1, sources=[{"source": "times"}])], id="a")
    document["sources"].append(TIMES)
    document["actors"].append({"id": "wang", "name": "Wang Wei", "kind": "person"})
    return keep(document, "a.json")


@pytest.fixture
def theirs(keep):
    document = small([CITED], id="b", coverage=[{"start": "2022", "end": "2022"}])
    document["sources"].append(OTHER)
    document["actors"].append({"id": "wang", "name": "Wang Yi", "kind": "person", "aliases": ["W"]})
    return keep(document, "b.json")


def test_declarations_come_whole_for_events_notes_and_quotes(relwatch, tmp_path):
    mine = tmp_path / "i.json"
    relwatch("corpus", "new", mine, "--parties", "IRN,RUS", "--title", "T")
    ran = relwatch("import", "china-russia", "--into", mine, "--create")
    assert "not taken from china-russia: judgements, coverage, method" in ran.err
    assert "is declared" not in relwatch("check", mine).out
    original = tmp_path / "original.json"
    relwatch("corpus", "copy", "china-russia", original)
    for room in ("actors", "sources"):
        whole = {one["id"]: one for one in read(original)[room]}
        here = [one for one in read(mine)[room] if one["id"] in whole and one["id"] != "RUS"]
        assert here and all(one == whole[one["id"]] for one in here)


def test_what_a_correction_gives_comes_under_its_id_here(relwatch, mine, keep):
    """Their Wang Yi is another than the Wang Wei who has that id here."""
    right = {"kind": "correction", "source": "times", "text": "so"}
    notes = [{**right, "field": "actors", "value": ["IRN", "wang"]},
             {**right, "field": "quotes", "value": [{"speaker": "wang", "text": "No"}]},
             {**right, "field": "sources", "value": [{"source": "times", "grade": "B2"}]}]  # fmt: skip
    document = small([{**CITED, "quotes": [], "sources": [], "notes": notes}], id="b")
    document["sources"].append(OTHER)
    document["actors"].append({"id": "wang", "name": "Wang Yi", "kind": "person"})
    relwatch("import", keep(document, "b.json"), "--into", mine, "--create")
    came = read(mine)["events"][1]["notes"]
    assert came[0]["value"] == ["IRN", "wang-yi"]
    assert came[1]["value"] == [{"speaker": "wang-yi", "text": "No"}]
    assert came[2]["value"] == [{"source": "new-york-times", "grade": "B2"}]
    assert [one["id"] for one in read(mine)["actors"]][-1] == "wang-yi"


def test_a_source_of_a_note_alone_is_refused_without_create(relwatch, mine, keep):
    noted = event(2, "2022-03-01", title="Navy", notes=[{"kind": "context", "source": "irna"}])
    document = small([noted], id="b")
    document["sources"].append({"id": "irna", "title": "IRNA", "url": "https://irna.ir"})
    ran = relwatch("import", keep(document, "b.json"), "--into", mine, code=3)
    assert "no source “IRNA” (irna) is declared" in ran.err and "--create" in ran.err
    rows = mine.parent / "rows.ndjson"
    rows.write_text(json.dumps(noted) + "\n")
    assert "no source “irna”" in relwatch("import", rows, "--into", mine, code=3).err
    relwatch("import", rows, "--into", mine, "--create")
    assert "is declared" not in relwatch("check", mine).out


def test_one_id_for_two_things_becomes_two(relwatch, mine, theirs):
    relwatch("import", theirs, "--into", mine, "--create")
    made = read(mine)["events"][1]
    sources = {one["id"]: one for one in read(mine)["sources"]}
    name = made["sources"][0]["source"]
    assert name != "times" and sources["times"] == TIMES and sources[name] == {**OTHER, "id": name}
    assert made["notes"][0]["source"] == name
    people = {one["id"]: one["name"] for one in read(mine)["actors"]}
    speaker = made["quotes"][0]["speaker"]
    assert people["wang"] == "Wang Wei" and people[speaker] == "Wang Yi"
    # It is known again, also when it was renamed here since.
    before = mine.read_bytes()
    assert counts(relwatch, theirs, "--into", mine, "--create") == {"same": 1}
    assert mine.read_bytes() == before
    relwatch("source", "rename", name, "NYT", "-C", mine)
    assert counts(relwatch, theirs, "--into", mine, "--create") == {"same": 1}


def test_one_thing_with_two_ids_stays_one(relwatch, mine, theirs):
    document = read(mine)
    document["sources"].append({**OTHER, "id": "nyt"})
    document["actors"].append({"id": "foreign-minister", "name": "Wang Yi", "kind": "person"})
    mine.write_text(json.dumps(document))
    relwatch("import", theirs, "--into", mine)
    made = read(mine)["events"][1]
    assert made["sources"] == [{"source": "nyt", "grade": "B2"}]
    assert made["quotes"][0]["speaker"] == "foreign-minister"


def test_the_same_source_with_other_details_stays_one(relwatch, mine, theirs):
    document = read(theirs)
    document["sources"][1] = {"id": "times", "title": "the times", "reliability": "B"}
    theirs.write_text(json.dumps(document))
    ran = relwatch("import", theirs, "--into", mine, "--create")
    assert "source" not in ran.err and read(mine)["events"][1]["sources"][0]["source"] == "times"
