"""What two copies say of what leads where, joined: nothing leads nowhere, no link goes in silence."""

import json
import os
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relwatch.corpora.checking import check_bytes, errors
from relwatch.corpora.documents import open_document
from relwatch.curation import declaring, editing
from relwatch.curation.merging import merge
from relwatch.curation.relinking import links
from tests.curation.making import event, read, small

FIRST, SECOND, THIRD = (
    "2022-01-05-event-1", "2022-02-01-event-2", "2022-03-01-event-3",
)  # fmt: skip
NAMES = ("o", "a", "b")


def judged(*events, **fields):
    """A judgement with evidence."""
    evidence = [{"event": one, "weighs": "for", "why": "w", "by": "editor"} for one in events]
    return {"id": "j", "statement": "J", "evidence": evidence, **fields}


def thread():
    """Three events, each following the one before, and a judgement that rests on all of them."""
    return small(
        [event(1), event(2, "2022-02-01", follows=[FIRST]), event(3, "2022-03-01", follows=[SECOND])],
        assessments=[judged(FIRST, SECOND, THIRD)],
    )  # fmt: skip


def evidence(document, number=0):
    return [one.get("event") for one in document["assessments"][number]["evidence"]]


def both_ways(relwatch, o, a, b):
    """The result of joining two copies, which has the same links from either side; what was said."""
    out = a.parent / "joined.json"
    said = []
    for mine, hers in ((a, b), (b, a)):
        ran = relwatch("merge", "--base", o, mine, hers, "-o", out.parent / f"{mine.stem}-first.json", "--json", code=3)  # fmt: skip
        said.append(json.loads(ran.out))
    first, second = (read(out.parent / f"{one.stem}-first.json") for one in (a, b))
    assert sorted(map(str, leads(first))) == sorted(map(str, leads(second)))
    assert {one["where"] for one in said[0]} == {one["where"] for one in said[1]}
    return first, said[0]


def leads(document):
    """Every link of a document: room, id, field, where to."""
    return [
        (room, record["id"], link.field, link.id)
        for room in ("events", "assessments")
        for record in document.get(room, ())
        for link in links(room, record)
    ]


def test_an_event_kept_against_a_removal_keeps_what_leads_to_it(relwatch, keep):
    o, a, b = (keep(thread(), f"{one}.json") for one in "oab")
    relwatch("edit", "-C", a, FIRST, "--set", "title=Changed")
    relwatch("remove", "-C", b, FIRST, "--unlink")
    made, said = both_ways(relwatch, o, a, b)
    assert made == {**thread(), "events": [event(1, title="Changed"), *thread()["events"][1:]]}
    assert [(one["where"], one["reason"]) for one in said] == [
        (f"event {FIRST}", "removed in one copy, changed in ours; kept")
    ]


def test_links_that_were_taken_out_on_purpose_stay_out(relwatch, keep):
    """Whoever still had the event did not have to."""
    o, a, b = (keep(thread(), f"{one}.json") for one in "oab")
    document = thread()
    document["events"][0]["title"] = "Changed"
    del document["events"][1]["follows"]
    document["assessments"] = [judged(SECOND, THIRD)]
    a = keep(document, "a.json")
    relwatch("remove", "-C", b, FIRST, "--unlink")
    made, _ = both_ways(relwatch, o, a, b)
    assert made["events"][0]["title"] == "Changed"
    assert "follows" not in made["events"][1] and evidence(made) == [SECOND, THIRD]


def test_an_event_that_something_new_leads_to_keeps_its_other_links(relwatch, keep):
    o, a, b = (keep(thread(), f"{one}.json") for one in "oab")
    relwatch("add", "-C", a, "--date", "2022-04-01", "-c", "military", "--title", "New",
             "--follows", SECOND)  # fmt: skip
    relwatch("remove", "-C", b, SECOND, "--unlink")
    made, said = both_ways(relwatch, o, a, b)
    assert made["events"][:3] == thread()["events"] and made["events"][3]["follows"] == [SECOND]
    assert evidence(made) == [FIRST, SECOND, THIRD]
    assert [(one["where"], one["reason"]) for one in said] == [
        (f"event {SECOND}", "removed in one copy, linked to in the other; kept")
    ]


def test_what_comes_back_brings_back_what_it_leads_to(relwatch, keep):
    """Two events of a thread removed in one copy, a third put behind them in the other."""
    o, a, b = (keep(thread(), f"{one}.json") for one in "oab")
    relwatch("add", "-C", a, "--date", "2022-04-01", "-c", "military", "--title", "New",
             "--follows", THIRD)  # fmt: skip
    relwatch("remove", "-C", b, FIRST, SECOND, THIRD, "--unlink")
    made, said = both_ways(relwatch, o, a, b)
    assert made["events"][:3] == thread()["events"] and made["assessments"] == [
        judged(FIRST, SECOND, THIRD)
    ]
    assert [one["where"] for one in said] == [f"event {one}" for one in (FIRST, SECOND, THIRD)]


def test_a_removal_takes_its_links_with_it(relwatch, keep):
    """What the other copy changed of those that led there stays; nothing is in conflict."""
    o, a, b = (keep(thread(), f"{one}.json") for one in "oab")
    relwatch("edit", "-C", a, SECOND, "--set", "title=Changed")
    relwatch("remove", "-C", b, FIRST, "--unlink")
    relwatch("merge", "--base", o, a, b)
    made = read(a)
    assert made["events"] == [event(2, "2022-02-01", title="Changed"), thread()["events"][2]]
    assert evidence(made) == [SECOND, THIRD]
    relwatch("merge", "--base", o, b, o)
    assert [one["id"] for one in read(b)["events"]] == [SECOND, THIRD]


def test_removed_in_both_copies(relwatch, keep):
    o, a, b = (keep(thread(), f"{one}.json") for one in "oab")
    for path in (a, b):
        relwatch("remove", "-C", path, SECOND, "--unlink")
    relwatch("remove", "-C", b, FIRST, "--unlink")
    relwatch("merge", "--base", o, a, b)
    assert read(a)["events"] == [event(3, "2022-03-01")] and evidence(read(a)) == [THIRD]


def test_having_lost_a_link_is_no_change(relwatch, keep):
    """One copy removes an event, the other what rested on it: both go, and nobody is asked."""
    o, a, b = (keep(thread(), f"{one}.json") for one in "oab")
    relwatch("remove", "-C", a, FIRST, "--unlink")
    document = thread()
    document["events"], document["assessments"] = document["events"][:1], []
    b = keep(document, "b.json")
    relwatch("merge", "--base", o, a, b)
    assert read(a)["events"] == [] == read(a)["assessments"]


def test_a_judgement_removed_in_one_copy_and_changed_in_the_other(relwatch, keep):
    """It stays whole, with the event that it rests on and the other copy removed."""
    document = thread()
    document["assessments"] = []
    o, a, b = keep(thread(), "o.json"), keep(document, "a.json"), None
    relwatch("remove", "-C", a, THIRD)
    document = thread()
    document["assessments"][0]["statement"] = "Changed"
    b = keep(document, "b.json")
    made, said = both_ways(relwatch, o, a, b)
    assert made == document
    assert {one["where"] for one in said} == {"assessment j", f"event {THIRD}"}


def test_evidence_weighed_anew_and_removed(relwatch, keep):
    """An item that one copy rewrote is a change of it."""
    o, a, b = (keep(thread(), f"{one}.json") for one in "oab")
    document = thread()
    document["assessments"][0]["evidence"][0]["why"] = "Changed"
    a = keep(document, "a.json")
    relwatch("remove", "-C", b, FIRST, "--unlink")
    made, said = both_ways(relwatch, o, a, b)
    assert made["assessments"] == document["assessments"] and made["events"] == thread()["events"]
    assert [one["where"] for one in said] == [f"event {FIRST}"]


def cast():
    """Two events with actors and sources, one of which is named nowhere else."""
    document = small(
        [event(1, actors=["IRN", "lavrov"], initiators=["lavrov"], sources=[{"source": "tass"}, {"source": "irna"}],
               notes=[{"kind": "context", "text": "N", "source": "irna"}]),
         event(2, "2022-02-01", actors=["lavrov"], sources=[{"source": "irna", "grade": "B2"}])],
        assessments=[judged(FIRST, source="irna")],
    )  # fmt: skip
    document["sources"].append({"id": "irna", "title": "IRNA"})
    return document


def bare(document):
    """The same, by hand, without the person, the agency and all that named them."""
    document["actors"] = [one for one in document["actors"] if one["id"] != "lavrov"]
    document["sources"] = document["sources"][:1]
    first, second = document["events"]
    first["actors"], first["sources"] = ["IRN"], [{"source": "tass"}]
    del first["initiators"], first["notes"], second["actors"], second["sources"]
    del document["assessments"][0]["source"]
    return document


def test_an_actor_and_a_source_kept_against_a_removal(relwatch, keep):
    o, b = keep(cast(), "o.json"), keep(bare(cast()), "b.json")
    document = cast()
    document["actors"][2]["aliases"] = ["Лавров"]
    document["sources"][1]["reliability"] = "C"
    a = keep(document, "a.json")
    made, said = both_ways(relwatch, o, a, b)
    assert sorted(map(str, leads(made))) == sorted(map(str, leads(cast())))
    assert {one["where"] for one in said} == {"actor lavrov", "source irna"}


def test_a_note_that_went_on_without_its_source(relwatch, keep):
    note = {"kind": "context", "text": "N"}
    document = small([event(1, notes=[{**note, "source": "tass"}])])
    hers = small([event(1, notes=[note])], sources=[])
    mine = {**document, "sources": [{"id": "tass", "title": "Changed"}]}
    o, a, b = (
        keep(one, f"{name}.json") for one, name in ((document, "o"), (mine, "a"), (hers, "b"))
    )
    made, _ = both_ways(relwatch, o, a, b)
    assert made == mine
    relwatch("merge", "--base", o, o, b)
    assert read(o)["events"] == hers["events"] and not read(o).get("sources")


def test_an_actor_and_a_source_removed_and_used_by_a_new_event(relwatch, keep):
    o, a, b = keep(cast(), "o.json"), keep(cast(), "a.json"), keep(bare(cast()), "b.json")
    relwatch("add", "-C", a, "--date", "2022-04-01", "-c", "military", "--title", "New", "-a", "lavrov",
             "--source", "irna")  # fmt: skip
    made, said = both_ways(relwatch, o, a, b)
    assert made["events"][:2] == cast()["events"]
    assert {(one["where"], one["reason"]) for one in said} == {
        (one, "removed in one copy, used in the other; kept") for one in ("actor lavrov", "source irna")
    }  # fmt: skip


def test_what_was_made_one_with_another_stays_so(relwatch, keep):
    """Naming another is a change; the one that is needed again comes back beside it."""
    o, a, b = (keep(cast(), f"{one}.json") for one in "oab")
    relwatch("source", "merge", "irna", "tass", "-C", b)
    relwatch("add", "-C", a, "--date", "2022-04-01", "-c", "military", "--title", "New",
             "--source", "irna")  # fmt: skip
    made, said = both_ways(relwatch, o, a, b)
    assert made["events"][1]["sources"] == [{"source": "tass", "grade": "B2"}]
    assert made["events"][2]["sources"] == [{"source": "irna"}]
    assert [one["where"] for one in said] == ["source irna"]


@pytest.mark.parametrize(
    ("word", "field", "both"),
    [("category", "categories", ["political", "military"]),
     ("actor", "actors", ["IRN", "lavrov"]),
     ("source", "sources", [{"source": "tass"}, {"source": "irna"}])],
)  # fmt: skip
def test_what_was_made_one_in_an_event_that_named_both_stays_so(relwatch, keep, word, field, both):
    document = small([event(1, **{field: both}), event(2, "2022-03-01", **{field: both[1:]})])
    document["sources"].append({"id": "irna", "title": "IRNA"})
    o, a, b = (keep(document, f"{one}.json") for one in "oab")
    kept, gone = (one if isinstance(one, str) else one["source"] for one in both)
    relwatch(word, "merge", gone, kept, "-C", a)
    new = {"category": ("-c", gone), "actor": ("-c", "political", "-a", gone),
           "source": ("-c", "political", "--source", gone)}[word]  # fmt: skip
    relwatch("add", "-C", b, "--date", "2022-06-01", "--title", "New", *new)
    made, said = both_ways(relwatch, o, a, b)
    assert [one[field] for one in made["events"]] == [both[:1], both[:1], both[1:]]
    assert [one["where"] for one in said] == [f"{word} {gone}"]


def test_two_new_events_of_one_id_are_two(relwatch, keep):
    """An id is made of the date and a few words, or of the date alone where no word is Latin."""
    o, a, b = (keep(small([event(1)]), f"{one}.json") for one in "oab")
    for path, titles in ((a, ("中俄签署协议", "Talks")), (b, ("俄罗斯卫星发射", "Talks"))):
        for title in titles:
            relwatch("add", "-C", path, "--date", "2022-04-02", "-c", "military", "--title", title)
    relwatch("add", "-C", b, "--date", "2022-05-01", "-c", "military", "--title", "After", "--follows",
             "2022-04-02-event")  # fmt: skip
    document = read(b)
    document["assessments"] = [judged("2022-04-02-event")]
    keep(document, "b.json")
    for mine, hers in ((a, b), (b, a)):
        ran = relwatch("merge", "--base", o, mine, hers, "-o", "-")
        assert "their 2022-04-02-event is another event than ours" in ran.err
        made = json.loads(ran.out)
        titled = {one["id"]: one["title"] for one in made["events"]}
        assert sorted(titled.values()) == [
            "After",
            "Event 1",
            "Talks",
            "中俄签署协议",
            "俄罗斯卫星发射",
        ]
        (after,) = (one for one in made["events"] if one["title"] == "After")
        assert titled[after["follows"][0]] == "俄罗斯卫星发射"
        assert [titled[one] for one in evidence(made)] == ["俄罗斯卫星发射"]


def test_parties_are_one_pair(relwatch, keep):
    """Half of one pair and half of the other are nobody's corpus."""
    base = small([event(1)])
    base["actors"].append({"id": "TUR", "name": "Turkey", "kind": "state"})
    o, a, b = (
        keep({**base, "parties": pair}, f"{one}.json")
        for one, pair in (("o", ["IRN", "RUS"]), ("a", ["IRN", "TUR"]), ("b", ["TUR", "RUS"]))
    )
    assert "parties" in relwatch("merge", "--base", o, a, b, code=3).err
    assert read(a)["parties"] == ["IRN", "TUR"]


@pytest.mark.parametrize(
    ("word", "field", "both"),
    [("category", "categories", ["political", "military"]),
     ("actor", "actors", ["raisi", "lavrov"]),
     ("source", "sources", [{"source": "tass"}, {"source": "irna"}])],
)  # fmt: skip
def test_two_made_one_each_way_are_one(relwatch, keep, word, field, both):
    """Else each event would get what the other copy gave up."""
    document = small([event(1, **{field: both}), event(2, "2022-03-01", **{field: both[:1]}),
                      event(3, "2022-05-01", **{field: both[1:]})])  # fmt: skip
    document["sources"].append({"id": "irna", "title": "IRNA"})
    document["actors"].append({"id": "raisi", "name": "Ebrahim Raisi", "kind": "person"})
    o, a, b = (keep(document, f"{one}.json") for one in "oab")
    one, two = (each if isinstance(each, str) else each["source"] for each in both)
    relwatch(word, "merge", two, one, "-C", a)
    relwatch(word, "merge", one, two, "-C", b)
    for mine, hers, stands in ((a, b, both[:1]), (b, a, both[1:])):
        ran = relwatch("merge", "--base", o, mine, hers, "-o", "-", code=3)
        made = json.loads(ran.out)
        assert [each[field] for each in made["events"]] == [stands] * 3
        assert len(ran.err.split(f"{word} ")) > 1 and "stands" in ran.err
        ids = {each["id"] for each in made[{"category": "categories"}.get(word, f"{word}s")]}
        assert len(ids & {one, two}) == 1


@pytest.mark.parametrize(
    ("edits", "said"),
    [((("actors-=RUS",), ("initiators=RUS",)), "initiators: RUS is not among the actors; ours stands"),
     ((("end=",), ("uncertain=true",)), "uncertain: one unknown day from date to end needs an end"),
     ((("actors=IRN",), ("actors=RUS",)), "actors: ours IRN, theirs RUS")],
)  # fmt: skip
def test_changes_that_are_right_alone_and_wrong_together_are_named(relwatch, keep, edits, said):
    document = small([event(1, end="2022-01-09", actors=["IRN", "RUS"])])
    o, a, b = (keep(document, f"{one}.json") for one in "oab")
    for path, puts in zip((a, b), edits, strict=True):
        relwatch(
            "edit", "2022-01-05", "-C", path, *(word for one in puts for word in ("--set", one))
        )
    before = read(a)["events"]
    assert said in relwatch("merge", "--base", o, a, b, code=3).err
    assert read(a)["events"] == before


def test_one_source_cited_in_both_copies_is_cited_once(relwatch, keep):
    o, a, b = (keep(small([event(1)]), f"{one}.json") for one in "oab")
    relwatch(
        "cite", "2022-01-05", "--source", "TASS", "--grade", "B2", "--url", "https://t/1", "-C", a
    )
    relwatch(
        "cite",
        "2022-01-05",
        "--source",
        "TASS",
        "--url",
        "https://t/1",
        "--locator",
        "p. 2",
        "-C",
        b,
    )
    assert relwatch("merge", "--base", o, a, b, "-o", "-").out
    made = json.loads(relwatch("merge", "--base", o, a, b, "-o", "-").out)
    assert made["events"][0]["sources"] == [
        {"source": "tass", "grade": "B2", "url": "https://t/1", "locator": "p. 2"}
    ]
    relwatch(
        "cite", "2022-01-05", "--source", "TASS", "--grade", "C3", "--url", "https://t/1", "-C", b
    )
    ran = relwatch("merge", "--base", o, a, b, code=3)
    assert "sources: ours" in ran.err and "C3" in ran.err
    assert [one["grade"] for one in read(a)["events"][0]["sources"]] == ["B2"]


def test_numbers_and_order_of_a_new_event_stay_as_the_other_copy_spells_them(keep):
    o, a = (keep(small([event(1)]), f"{one}.json") for one in "oa")
    b = keep(small([event(1), dict(reversed(event(2, "2022-02-01", weight=7).items()))]), "b.json")
    b.write_text(b.read_text().replace('"weight": 7', '"weight": 7.50'))
    made = merge(o.read_bytes(), a.read_bytes(), b.read_bytes(), NAMES)
    assert made.content.decode().count('"weight": 7.50') == 1


def test_the_driver_of_git_keeps_links_too(relwatch, keep, tmp_path):
    path = keep(thread())
    who = ["-c", "user.name=a", "-c", "user.email=a@b.c"]

    def git(*arguments, code=0):
        ran = subprocess.run(
            ["git", *who, *arguments], cwd=tmp_path, capture_output=True, text=True,
            env={**os.environ, "HOME": str(tmp_path)},
        )  # fmt: skip
        assert ran.returncode == code, ran.stderr + ran.stdout
        return ran.stderr + ran.stdout

    git("init", "-q", "-b", "main", ".")
    git("config", "merge.relwatch.driver",
        f"{sys.executable} -m relwatch merge --base %O %A %B --name %P")  # fmt: skip
    (tmp_path / ".gitattributes").write_text("mine.json merge=relwatch\n")
    git("add", ".")
    git("commit", "-qm", "one")
    git("checkout", "-qb", "hers")
    relwatch("remove", "-C", path, FIRST, "--unlink")
    git("commit", "-qam", "hers")
    git("checkout", "-q", "main")
    relwatch("edit", "-C", path, FIRST, "--set", "title=Changed")
    git("commit", "-qam", "ours")
    said = git("merge", "-q", "hers", code=1)
    assert f"mine.json: event {FIRST}: removed in one copy, changed in ours; kept" in said
    assert read(path)["events"][1]["follows"] == [FIRST]
    assert evidence(read(path)) == [FIRST, SECOND, THIRD]


# Laws: two people edit copies by any sequence of commands and by hand.

NUMBER = st.integers(0, 7)
OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(
            ["retitle", "remove", "remove", "follow", "unfollow", "cite", "uncite", "add", "rest", "rest no more",
             "weigh", "restate", "retract", "judge", "merge sources", "merge actors", "drop actor", "drop source",
             "rename actor", "rename source", "take part", "merge categories", "label", "label"]
        ),
        NUMBER, NUMBER,
    ),
    max_size=5,
)  # fmt: skip


def started():
    """Events in threads, with actors and sources, and two judgements."""
    events = [
        event(1, actors=["lavrov", "IRN"], sources=[{"source": "irna"}]),
        event(2, "2022-02-01", follows=[FIRST], actors=["RUS", "raisi"], initiators=["raisi"],
              categories=["military", "political"]),
        event(3, "2022-03-01", follows=[FIRST, SECOND], sources=[{"source": "tass"}, {"source": "irna"}]),
        event(4, "2022-04-01", follows=[THIRD], actors=["lavrov"],
              notes=[{"kind": "context", "text": "N", "source": "irna"}]),
    ]  # fmt: skip
    document = small(
        events, assessments=[judged(FIRST, SECOND, THIRD), judged(THIRD, id="k", source="irna")]
    )
    document["actors"].append({"id": "raisi", "name": "Ebrahim Raisi", "kind": "person"})
    document["sources"].append({"id": "irna", "title": "IRNA"})
    document["categories"].append({"id": "tech", "name": "Tech"})
    return document


def apply(document, operation, one, other):
    """Do one thing to an open document, as far as it has what is needed for it."""
    names = list(document.ids())
    judgements, actors, sources = (
        document.room(room) for room in ("assessments", "actors", "sources")
    )
    name = names[one % len(names)] if names else None
    second = names[other % len(names)] if names else None
    judgement = judgements[one % len(judgements)] if judgements else None
    match operation:
        case "add":
            record = {"date": f"2023-01-0{one + 1}", "categories": [document.room("categories")[0]["id"]], "title": f"T{other}",
                      "actors": [actors[other % len(actors)]["id"]],
                      "sources": [{"source": sources[one % len(sources)]["id"]}] if sources else [],
                      "follows": [second] if second else []}  # fmt: skip
            editing.add(document, record)
        case "judge" if all(made["id"] != f"new-{other}" for made in judgements):
            judgements.append(judged(*filter(None, [name]), id=f"new-{other}"))
        case "merge sources" if len(sources) > 1:
            declaring.merge(document, "sources", sources[one % 2]["id"], sources[1 - one % 2]["id"])
        case "merge actors" if len(actors) > 2:
            declaring.merge(
                document, "actors", actors[-1]["id"], actors[other % (len(actors) - 1)]["id"]
            )
        case "merge categories" if len(document.room("categories")) > 1:
            known = [made["id"] for made in document.room("categories")]
            gone, kept = known[one % len(known)], known[(one + 1 + other) % len(known)]
            if gone != kept:
                declaring.merge(document, "categories", gone, kept)
        case "drop actor" if len(actors) > 2:
            forget(document, "actors", actors.pop(2 + one % (len(actors) - 2))["id"])
        case "drop source" if sources:
            forget(document, "sources", sources.pop(one % len(sources))["id"])
        case "rename actor":
            actors[one % len(actors)]["name"] = f"N{other}"
        case "rename source" if sources:
            sources[one % len(sources)]["title"] = f"N{other}"
        case "restate" if judgement:
            judgement["statement"] = f"S{other}"
        case "retract" if judgement:
            judgements.remove(judgement)
        case "rest" if judgement and second:
            judgement["evidence"].append({"event": second, "weighs": "against", "by": "editor"})
        case "rest no more" if judgement and judgement["evidence"]:
            judgement["evidence"].pop(other % len(judgement["evidence"]))
        case "weigh" if judgement and judgement["evidence"]:
            judgement["evidence"][other % len(judgement["evidence"])]["why"] = f"W{other}"
        case "remove" if name:
            editing.remove(document, [name], unlink=True)
        case "retitle" | "follow" | "unfollow" | "cite" | "uncite" | "take part" | "label" if name:
            record = document.event(name)
            if operation == "retitle":
                record["title"] = f"T{other}"
            elif operation == "follow" and second != name:
                record["follows"] = list(dict.fromkeys([*record.get("follows", []), second]))
            elif operation == "unfollow":
                record["follows"] = record.get("follows", [])[1:]
            elif operation == "cite" and sources:
                citation = {"source": sources[other % len(sources)]["id"], "grade": "B2"}
                record["sources"] = [*record.get("sources", []), citation]
            elif operation == "uncite":
                record["sources"] = record.get("sources", [])[1:]
            elif operation == "label":
                known = [made["id"] for made in document.room("categories")]
                label = [known[other % len(known)]]
                labels = label + record["categories"] if other % 2 else record["categories"] + label
                record["categories"] = list(dict.fromkeys(labels))[: 1 + one % 3]
            elif operation == "take part":
                actor = actors[other % len(actors)]["id"]
                record["actors"] = list(dict.fromkeys([*record.get("actors", []), actor]))
            document.put({key: value for key, value in record.items() if value != []})


def forget(document, room, name):
    """Take out by hand whatever names a declaration that is gone."""
    for one in list(document.ids()):
        record = document.event(one)
        if room == "actors":
            for field in ("actors", "initiators", "about"):
                record[field] = [item for item in record.get(field, ()) if item != name]
        else:
            for field in ("sources", "notes"):
                record[field] = [item for item in record.get(field, ()) if item["source"] != name]
        # Whether an empty list stays in the file is a matter of who wrote it.
        document.put(
            {key: value for key, value in record.items() if value != [] or key == "sources"}
        )
    for judgement in document.room("assessments"):
        if room == "sources" and judgement.get("source") == name:
            del judgement["source"]


def edited(content, operations):
    document = open_document(content, "copy")
    for operation in operations:
        apply(document, *operation)
    return document.encode()


def records(document):
    """Every record by room and id."""
    return {
        (room, one["id"]): one
        for room in ("categories", "actors", "sources", "events", "assessments")
        for one in document.get(room, ())
    }


def wheres(conflicts):
    return sorted({(one.where, one.field) for one in conflicts})


def key_of(conflict):
    kind, _, name = conflict.where.partition(" ")
    return "categories" if kind == "category" else f"{kind}s", name


@pytest.fixture(scope="module")
def base():
    return json.dumps(started()).encode()


@given(OPERATIONS, OPERATIONS)
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_laws_of_links(base, mine, hers):
    a, b = edited(base, mine), edited(base, hers)
    for copy in (a, b):
        assert errors(check_bytes(copy, "copy")) == ()
    # Raises where something would lead nowhere.
    made, back = merge(base, a, b, NAMES), merge(base, b, a, NAMES)
    assert errors(check_bytes(made.content, "made")) == ()
    old, ours, theirs, new, other = (
        json.loads(one) for one in (base, a, b, made.content, back.content)
    )
    copies = [records(ours), records(theirs)]
    commands = [{command for command, *_ in operations} for operations in (mine, hers)]
    before, after = records(old), records(new)
    named = {key_of(one) for one in made.conflicts}
    # Of these one copy's changes stand and not the other's: together they made no event.
    undone = {
        key_of(one) for one in made.conflicts if one.field == "(all)" and "kept" not in one.reason
    }

    for key in {*before, *copies[0], *copies[1]}:
        there = [key in one for one in copies]
        if all(there) or (any(there) and key not in before):
            assert key in after, key
        elif key in before and key in after:
            assert key in named, key
    for key in after:
        assert key in copies[0] or key in copies[1] or key in named

    # Of two made one each way one stands, whatever names the other.
    turned = {
        one.reason.split()[0]: key_of(one)[1] for one in made.conflicts if "it with" in one.reason
    }
    linked = [set(leads(one)) for one in (old, ours, theirs, new)]
    for link in linked[0]:
        room, name, field, target = link
        into = next(one.room for one in links(room, before[room, name])
                    if (one.field, one.id) == (field, target))  # fmt: skip
        if link in linked[3] or (room, name) not in after or (into, target) not in after:
            continue
        # It went because somebody who had both ends took it out, named something else instead,
        # or made it one with what is named there still.
        assert any(
            (room, name) in copy and link not in mentioned
            and ((into, target) in copy
                 or any(one not in linked[0] for one in mentioned if one[:3] == link[:3])
                 or (f"merge {into}" in done and any(one[:3] == link[:3] for one in mentioned & linked[3])))
            for copy, mentioned, done in zip(copies, linked[1:3], commands, strict=True)
        ), link  # fmt: skip
    for mentioned in linked[1:3]:
        for link in mentioned - linked[0]:
            # Two new events under one id are told apart field by field.
            said = any((key_of(one), one.field) == (link[:2], link[2]) for one in made.conflicts)
            stands = (*link[:3], turned.get(link[3]))
            known = {link, stands} & linked[3] or stands in linked[0]
            assert known or link[:2] in undone or said, link

    # The first category is of a copy that changed it, or the one both have.
    for key in {*before, *copies[0], *copies[1]}:
        three = [
            one[key]["categories"][0] for one in (before, *copies) if "events" in key and key in one
        ]
        if (
            len(three) == 3
            and key in after
            and not any(
                one.field == "categories" or one.where.startswith("category ")
                for one in made.conflicts
            )
        ):
            changed = {one for one in three[1:] if one != three[0]}
            firsts = changed or {three[0]}
            # Of two merged one after the other the first is gone, and the second stands for it.
            if any(("categories", one) in after for one in firsts):
                assert after[key]["categories"][0] in firsts, key

    if all(one.field == "(all)" for one in made.conflicts) and not turned:
        assert {key: one["categories"][0] for key, one in after.items() if "events" in key} == {
            key: one["categories"][0] for key, one in records(other).items() if "events" in key
        }
        # Nothing stands in the result only because it is ours.
        assert set(records(other)) == set(after)
        assert set(leads(other)) == linked[3]
        assert wheres(made.conflicts) == wheres(back.conflicts)
    # Joining with what both came from changes nothing.
    assert json.loads(merge(base, a, base, NAMES).content) == ours
    assert records(json.loads(merge(base, base, b, NAMES).content)) == copies[1]
