"""actor, category and source merge: nothing that named the one that is gone is lost."""

import pytest

from tests.curation.making import event, read, small

ONE = "2022-01-05-event-1"


def cited(*citations):
    sources = [{"id": "tass", "title": "TASS"}, {"id": "itar", "title": "ITAR"}]
    return small([event(1, sources=list(citations))], sources=sources)


def test_citations_that_agree_are_joined(relwatch, keep):
    path = keep(cited({"source": "itar", "grade": "B2"}, {"source": "tass", "locator": "p. 1"},
                      {"source": "itar", "url": "https://x/1"}))  # fmt: skip
    ran = relwatch("source", "merge", "itar", "tass", "-C", path)
    assert "twice" not in ran.err
    assert read(path)["events"][0]["sources"] == [
        {"source": "tass", "grade": "B2", "locator": "p. 1"},
        {"source": "tass", "url": "https://x/1"},
    ]
    assert "twice" not in relwatch("check", path).out


def test_grades_that_contradict_stay_and_are_told(relwatch, keep):
    path = keep(cited({"source": "itar", "grade": "A1"}, {"source": "tass", "grade": "B2"}))
    ran = relwatch("source", "merge", "itar", "tass", "-C", path)
    assert f"{ONE} cites tass twice, as A1 and B2" in ran.err
    assert read(path)["events"][0]["sources"] == [
        {"source": "tass", "grade": "A1"}, {"source": "tass", "grade": "B2"},
    ]  # fmt: skip
    assert "events[0].sources[1]: “tass” is cited twice" in relwatch("check", path).out


def test_two_places_in_one_source_are_no_fault(relwatch, keep):
    path = keep(cited({"source": "itar", "locator": "p. 1"}, {"source": "tass", "locator": "p. 2"}))
    relwatch("source", "merge", "itar", "tass", "-C", path)
    assert len(read(path)["events"][0]["sources"]) == 2
    assert "twice" not in relwatch("check", path).out


@pytest.mark.parametrize(
    "what, gone, kept, field, old, new",
    [
        ("actor", "lavrov", "sergey", "actors", ["lavrov", "IRN", "sergey"], ["sergey", "IRN"]),
        ("actor", "lavrov", "sergey", "initiators", ["lavrov"], ["sergey"]),
        ("actor", "lavrov", "sergey", "about", "lavrov", "sergey"),
        ("actor", "lavrov", "sergey", "title", "lavrov", "lavrov"),
        ("actor", "lavrov", "sergey", "quotes",
         [{"speaker": "lavrov", "text": "x"}], [{"speaker": "sergey", "text": "x"}]),
        ("category", "military", "political", "categories", ["military"], ["political"]),
        ("source", "itar", "tass", "sources", [{"source": "itar"}], [{"source": "tass"}]),
        ("source", "itar", "tass", "sources", ["itar", "tass"], ["tass"]),
    ],
)  # fmt: skip
def test_corrections_follow(relwatch, keep, what, gone, kept, field, old, new):
    document = cited({"source": "tass"})
    document["actors"].append({"id": "sergey", "name": "Sergey", "kind": "person"})
    note = {"kind": "correction", "field": field, "source": "tass"}
    context = {"kind": "context", "field": field, "value": old, "text": "x"}
    document["events"][0]["notes"] = [{**note, "value": old}, context]
    path = keep(document)
    relwatch(what, "merge", gone, kept, "-C", path)
    notes = read(path)["events"][0]["notes"]
    assert notes == [{**note, "value": new}, context]


def test_old_questions_find_a_merged_actor(relwatch, keep):
    document = small([event(1, actors=["lavrov"])])
    document["actors"].append({"id": "sergey-lavrov", "name": "Sergey Lavrov", "kind": "person"})
    path = keep(document)
    relwatch("view", "save", "lav", "--where", "actor:lavrov", "-C", path)
    relwatch("actor", "merge", "lavrov", "sergey-lavrov", "-C", path)
    assert read(path)["actors"][-1]["aliases"] == ["Sergei Lavrov", "lavrov"]
    assert relwatch("list", "--view", "lav", "--count", "-C", path).out == "1\n"
    assert relwatch("filter", "actor:lavrov", "--count", "-C", path).out == "1\n"
    relwatch("edit", ONE, "--set", "actors=lavrov", "-C", path)
    assert read(path)["events"][0]["actors"] == ["sergey-lavrov"]


def test_questions_that_name_what_is_gone_mean_what_it_is_now(relwatch, keep):
    path = keep(cited({"source": "itar"}))
    asked = {"mil": "military", "it": "source:itar", "spelled": "category:Military"}
    for name, question in asked.items():
        relwatch("view", "save", name, question, "-C", path)
    before = {one: relwatch("list", "--view", one, "--count", "-C", path).out for one in asked}
    assert relwatch("category", "merge", "military", "political", "-C", path).err == ""
    assert relwatch("source", "merge", "itar", "tass", "-C", path).err == ""
    relwatch("category", "rename", "political", "Politics", "-C", path)
    for name in asked:
        assert int(relwatch("list", "--view", name, "--count", "-C", path).out) >= int(before[name])
    political = relwatch("list", "--category", "Political", "--count", "-C", path).out
    assert relwatch("list", "--view", "mil", "--count", "-C", path).out == political


def test_a_question_for_a_publisher_that_is_gone_is_told(relwatch, keep):
    document = cited({"source": "piece"})
    document["sources"][0]["publisher"] = "TASS"
    document["sources"].append({"id": "piece", "title": "On talks", "publisher": "Made Up Daily"})
    path = keep(document)
    relwatch("view", "save", "daily", 'source:"made up"', "-C", path)
    relwatch("view", "save", "talks", 'source:"on talks"', "-C", path)
    said = relwatch("source", "merge", "piece", "tass", "-C", path).err
    assert "the saved view “daily” asks for piece, which is gone" in said and "“talks”" not in said
