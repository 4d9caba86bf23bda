"""merge, changes and check: two people on one corpus, and what is doubtful in it."""

import json
import os
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relwatch.curation import stretches
from relwatch.curation.merging import merge
from tests.curation.making import event, read, small


@pytest.fixture
def three(keep):
    """A base and two copies edited apart, as documents turned into files."""

    def write(base, ours, theirs):
        return keep(base, "o.json"), keep(ours, "a.json"), keep(theirs, "b.json")

    return write


def test_merge_by_event_and_field(relwatch, three):
    one, two = event(1), event(2, "2022-02-01", tags=["x", "y"], sources=[{"source": "tass"}])
    base = small([one, two, event(3, "2022-03-01")])
    ours = small(
        [{**one, "title": "Ours"}, {**two, "tags": ["x", "y", "ours"]}, event(4, "2022-04-01")]
    )
    theirs = small([{**one, "summary": "Theirs"}, {**two, "tags": ["y", "theirs"]}, event(3, "2022-03-01"), event(5, "2022-05-01")],
                   title="New title")  # fmt: skip
    theirs["actors"].append({"id": "TUR", "name": "Turkey", "kind": "state"})
    o, a, b = three(base, ours, theirs)
    relwatch("merge", "--base", o, a, b)
    made = read(a)
    assert made["events"] == [
        {**one, "title": "Ours", "summary": "Theirs"},
        {**two, "tags": ["y", "ours", "theirs"]}, event(4, "2022-04-01"), event(5, "2022-05-01"),
    ]  # fmt: skip
    assert made["title"] == "New title" and made["actors"][-1]["id"] == "TUR"
    relwatch("undo", "-C", a)
    assert read(a) == ours


def test_conflicts_are_named_and_ours_stands(relwatch, three):
    one, two, three_ = event(1), event(2, "2022-02-01"), event(3, "2022-03-01", end="2022-03-05")
    o, a, b = three(
        small([one, two, three_]),
        small([{**one, "title": "Ours"}, {**three_, "date": "2022-03-04"}]),
        small(
            [
                {**one, "title": "Theirs"},
                {**two, "title": "Changed"},
                {**three_, "end": "2022-03-02"},
            ]
        ),
    )
    ran = relwatch("merge", "--base", o, a, b, code=3)
    assert "2022-01-05-event-1: title: ours Ours, theirs Theirs" in ran.err
    assert "2022-02-01-event-2: removed in one copy, changed in theirs; kept" in ran.err
    assert (
        "2022-03-01-event-3: end: 2022-03-02 lies before the date" in ran.err
        and "3 conflicts" in ran.err
    )
    assert "ours stands in the result where nothing else is said; `relwatch edit`" in ran.err
    assert [one["title"] for one in read(a)["events"]] == ["Ours", "Changed", "Event 3"]
    # What became of a conflict is true of each by itself.
    o, a, b = three(
        small([three_]), small([{**three_, "date": "2022-03-04"}]), small([{**three_, "end": "2022-03-02"}])
    )  # fmt: skip
    ran = relwatch("merge", "--base", o, a, b, code=3)
    assert "; ours stands\n1 conflict: what is said there is the result;" in ran.err
    assert read(a)["events"] == [{**three_, "date": "2022-03-04"}]


def test_conflicts_are_data(relwatch, three):
    one = event(1)
    o, a, b = three(
        small([one]), small([{**one, "title": "Ours"}]), small([{**one, "title": "Theirs"}])
    )
    ran = relwatch("merge", "--base", o, a, b, "--json", "--output", a.parent / "out.json", code=3)
    assert json.loads(ran.out) == [
        {"where": "event 2022-01-05-event-1", "field": "title", "ours": "Ours", "theirs": "Theirs", "reason": ""}
    ]  # fmt: skip
    assert "1 conflict" in ran.err
    ran = relwatch("merge", "--base", o, a, b, "--output", "-", code=3)
    assert json.loads(ran.out)["events"][0]["title"] == "Ours" and "1 conflict" in ran.err
    assert json.loads(relwatch("merge", "--base", o, o, b, "--json").out) == []


def test_two_new_events_under_one_id_are_no_common_one(relwatch, three):
    mine = event(2, actors=["IRN"], tags=["a"], summary="Same")
    hers = event(2, actors=["RUS"], tags=["a"], summary="Same", stage="held")
    alike = event(3, "2022-03-01", actors=["IRN"])
    o, a, b = three(
        small([event(1)]), small([event(1), mine, alike]), small([event(1), hers, alike])
    )
    ran = relwatch("merge", "--base", o, a, b, code=3)
    assert "event-2: actors: ours IRN, theirs RUS" in ran.err
    assert "event-2: stage: ours (none), theirs held" in ran.err
    assert "2 conflicts" in ran.err and read(a)["events"] == [event(1), mine, alike]


def test_a_list_both_had_takes_what_either_added(relwatch, three):
    o, a, b = three(
        small([event(1)]),
        small([event(1, actors=["IRN"])]),
        small([event(1, actors=["RUS"])]),
    )
    relwatch("merge", "--base", o, a, b)
    assert read(a)["events"] == [event(1, actors=["IRN", "RUS"])]


def test_what_one_removes_and_the_other_needs_stays(relwatch, three):
    base = small([event(1), event(2, "2022-02-01")])
    ours = small([event(2, "2022-02-01")])
    ours["actors"], ours["sources"] = ours["actors"][:2], []
    theirs = small(
        [
            event(1),
            event(2, "2022-02-01"),
            event(
                3,
                "2022-03-01",
                actors=["lavrov"],
                follows=["2022-01-05-event-1"],
                sources=[{"source": "tass"}],
            ),
        ]
    )
    o, a, b = three(base, ours, theirs)
    relwatch("merge", "--base", o, a, b, "-o", a.parent / "out.json", code=3)
    made = read(a.parent / "out.json")
    assert len(made["events"]) == 3 and made["actors"][-1]["id"] == "lavrov" and made["sources"]
    assert "error" not in relwatch("check", a.parent / "out.json").out
    assert read(a) == ours


def test_a_copy_that_cannot_be_read_stops_the_merge(relwatch, three):
    o, a, b = three(small(), small([event(1)]), small())
    before = a.read_bytes()
    b.write_text("{")
    assert str(b) in relwatch("merge", "--base", o, a, b, code=3).err and a.read_bytes() == before


def test_another_corpus_is_not_a_copy(relwatch, tmp_path):
    """All that the base has and it lacks would be gone."""
    o, a, other = (tmp_path / f"{name}.json" for name in ("o", "a", "other"))
    for path in (o, other):
        relwatch("corpus", "new", path, "--parties", "IRN,RUS", "--title", "T",
                 "--from", "2022-01-01", "--to", "2022-12-31")  # fmt: skip
    relwatch("add", "-C", o, "--date", "2022-02-02", "-c", "political", "--title", "Mine")
    a.write_bytes(o.read_bytes())
    relwatch("add", "-C", other, "--date", "2022-05-05", "-c", "political", "--title", "Foreign")
    empty = tmp_path / "empty.json"
    empty.write_bytes(b"")  # as git gives what neither side had
    before = [one.read_bytes() for one in (a, other)]
    for base, ours, theirs in ((o, a, other), (o, other, a), (empty, a, other), (None, other, a)):
        options = () if base is None else ("--base", base)
        ran = relwatch("merge", *options, ours, theirs, code=2)
        assert "its id is " in ran.err and "other" in ran.err and "relwatch import" in ran.err
        assert relwatch("merge", *options, ours, theirs, "-o", "-", code=2).out == ""
    assert [one.read_bytes() for one in (a, other)] == before


def test_an_id_may_be_changed_like_any_field(relwatch, three):
    one, two = event(1), event(2, "2022-02-01")
    renamed = small([one, event(3, "2022-03-01")], id="renamed")
    o, a, b = three(small([one, two]), small([one, two, event(4, "2022-04-01")]), renamed)
    for mine, hers in ((a, b), (b, a)):
        made = json.loads(relwatch("merge", "--base", o, mine, hers, "-o", "-").out)
        assert made["id"] == "renamed" and [one["title"] for one in made["events"]] == [
            "Event 1", "Event 3", "Event 4",
        ]  # fmt: skip
    # Both changed it: one of them is chosen by a person.
    o, a, b = three(small([one, two]), small([one, two], id="mine"), renamed)
    assert (
        "corpus: id: ours mine, theirs renamed" in relwatch("merge", "--base", o, a, b, code=3).err
    )
    # What both made under one name is joined although there is nothing they came from.
    o.write_bytes(b"")
    a, b = three(small(), small([one]), small([two]))[1:]
    o.write_bytes(b"")
    relwatch("merge", "--base", o, a, b)
    assert read(a)["events"] == [one, two]


def test_what_became_of_our_events_is_said(relwatch, three):
    one, two = event(1), event(2, "2022-02-01")
    changed = [{**one, "title": "Changed"}, event(3, "2022-03-01"), event(4, "2022-04-01")]
    o, a, b = three(small([one, two]), small([one, two]), small(changed))
    ran = relwatch("merge", "--base", o, a, b, "-o", "-")
    assert ran.err == "in our copy: 2 events added, 1 changed, 1 removed\n"
    assert "in our copy: 1 event removed" in relwatch(
        "merge", "--base", o, a, three(small([one, two]), small([one, two]), small([one]))[2]
    ).err  # fmt: skip
    assert "in our copy" not in relwatch("merge", "--base", o, a, o).err
    # Also beside conflicts.
    o, a, b = three(small([one, two]), small([{**one, "title": "Ours"}, two]), small(changed))
    ran = relwatch("merge", "--base", o, a, b, code=3)
    assert "in our copy: 2 events added, 1 removed" in ran.err and "1 conflict" in ran.err


def test_no_other_file_is_replaced_unasked(relwatch, three):
    o, a, b = three(small([event(1)]), small([event(1)]), small([event(1), event(2)]))
    out = a.parent / "out.json"
    out.write_text("something")
    for there in (out, b, o):
        before = there.read_bytes()
        ran = relwatch("merge", "--base", o, a, b, "-o", there, code=2)
        assert f"{there}: is there already" in ran.err and "--force" in ran.err
        assert there.read_bytes() == before
    relwatch("merge", "--base", o, a, b, "-o", out, "--force")
    assert len(read(out)["events"]) == 2 == 1 + len(read(a)["events"])
    # Our copy gets the result anyway.
    relwatch("merge", "--base", o, a, b, "-o", a.parent / "." / a.name)
    assert read(a) == read(out)


def test_of_two_days_of_recording_the_earlier_one_stands(relwatch, three):
    """Two people import the same file, each on a day of their own."""
    mine, hers = (event(1, summary="Same", recorded=day) for day in ("2022-05-03", "2022-05-01"))
    o, a, b = three(small(), small([mine]), small([hers]))
    for ours, theirs in ((a, b), (b, a)):
        ran = relwatch("merge", "--base", o, ours, theirs, "-o", "-")
        assert json.loads(ran.out)["events"] == [hers]
    # Only that: what the event says is to be decided.
    b = three(small(), small([mine]), small([{**hers, "summary": "Other"}]))[2]
    ran = relwatch("merge", "--base", o, a, b, code=3)
    assert "1 conflict" in ran.err and "recorded" not in ran.err
    assert read(a)["events"] == [{**mine, "recorded": "2022-05-01"}]
    # Where the base has it, who changed it has changed it.
    o, a, b = three(small([hers]), small([mine]), small([{**hers, "title": "Other"}]))
    relwatch("merge", "--base", o, a, b)
    assert read(a)["events"] == [{**mine, "title": "Other"}]


def test_a_conflict_of_long_texts_shows_where_they_part(relwatch, three):
    same = "The ministers of both states spoke at length. " * 8
    texts = {one: f"{same}They agreed on {one}." for one in ("nothing", "grain", "gas")}
    o, a, b = three(*(small([event(1, summary=text)]) for text in texts.values()))
    said = relwatch("merge", "--base", o, a, b, code=3).err
    assert "They agreed on grain." in said and "They agreed on gas." in said
    assert "ours …" in said and "theirs …" in said


def test_the_copy_with_a_fault_is_named(relwatch, three):
    base = small([event(1), event(2, "2022-02-01")])
    o, a, b = three(base, base, small([event(1), event(2, "2022-02-01", follows=["zz"])]))
    before = a.read_bytes(), b.read_bytes()
    for ours, theirs in ((a, b), (b, a)):
        said = relwatch("merge", "--base", o, ours, theirs, code=3).err
        assert f"{b}: events[1].follows[0]" in said and f"{a}:" not in said
    assert (a.read_bytes(), b.read_bytes()) == before


def test_without_a_base_what_is_not_known_is_said(relwatch, three):
    o, a, b = three(small([event(1)]), small([]), small([event(1)]))
    ran = relwatch("merge", a, b)
    assert "without --base nobody knows what was removed" in ran.err and "1 event added" in ran.err
    assert "without --base" not in relwatch("merge", "--base", o, a, b).err


def test_as_a_git_merge_driver(relwatch, keep, tmp_path):
    path = keep(small([event(1)]))

    def git(*arguments, code=0):
        ran = subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *arguments],
            cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "HOME": str(tmp_path)},
        )  # fmt: skip
        assert ran.returncode == code, ran.stderr + ran.stdout
        return ran.stderr + ran.stdout

    git("init", "-q", "-b", "main", ".")
    driver = f"{sys.executable} -m relwatch merge --base %O %A %B --name %P"
    git("config", "merge.relwatch.driver", driver)
    (tmp_path / ".gitattributes").write_text("mine.json merge=relwatch\n")
    git("add", ".")
    git("commit", "-qm", "one")
    git("checkout", "-qb", "hers")
    relwatch("add", "-C", path, "--date", "2022-01-06", "-c", "military", "--title", "Hers")
    git("commit", "-qam", "hers")
    git("checkout", "-q", "main")
    relwatch(
        "add", "-C", path, "--date", "2022-01-06", "-c", "political", "--title", "Ours entirely"
    )
    git("commit", "-qam", "ours")
    git("merge", "-q", "hers")
    assert [one["title"] for one in read(path)["events"]] == ["Event 1", "Hers", "Ours entirely"]
    ran = relwatch("changes", "-C", path, "--against", "HEAD~1", "--json")
    assert [one["what"] for one in json.loads(ran.out)] == ["new"]
    for several in ("HEAD~1..HEAD", "HEAD~1...HEAD", "HEAD~1..", "HEAD^@"):
        ran = relwatch("changes", "-C", path, "--against", several, code=2)
        assert f"{several}: is not one revision" in ran.err and "say HEAD~1" in ran.err
    relwatch("edit", "-C", path, "2022-01-05", "--set", "title=Mine")
    git("commit", "-qam", "mine")
    git("checkout", "-q", "hers")
    relwatch("edit", "-C", path, "2022-01-05", "--set", "title=Yours")
    git("commit", "-qam", "yours")
    said = git("merge", "-q", "main", code=1)
    assert "mine.json: event 2022-01-05-event-1: title: ours Yours, theirs Mine" in said
    assert ".merge_file" not in said
    assert read(path)["events"][0]["title"] == "Yours" and "<<<<" not in path.read_text()
    assert sorted(name for name in os.listdir(tmp_path) if not name.startswith(".git")) == [
        "mine.json"
    ]


def test_changes(relwatch, keep):
    old = small([event(1), event(2, "2022-02-01"), event(3, "2022-03-01")],
                assessments=[{"id": "a", "statement": "A", "evidence": []}])  # fmt: skip
    note = {"kind": "correction", "field": "date", "value": "2022-02-02", "source": "tass"}
    new = small([event(1, title="Other"), event(2, "2022-02-01", notes=[note]), event(4, "2022-04-01")],
                assessments=[{"id": "a", "statement": "B", "evidence": []}])  # fmt: skip
    before, path = keep(old, "old.json"), keep(new)
    lines = relwatch("changes", "-C", path, "--against", before).out.splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["changed", "2022-01-05-event-1"], ["corrected", "2022-02-01-event-2"], ["new", "2022-04-01-event-4"],
        ["removed", "2022-03-01-event-3"], ["changed", "a"],
    ]  # fmt: skip
    assert (
        "title: Event 1 → Other"
        in relwatch("changes", "-C", path, "--against", before, "--fields").out
    )
    assert relwatch("changes", "-C", path, "--against", path).out == ""
    relwatch("changes", "-C", path, code=2)
    relwatch("changes", "-C", path, "--against", "nosuch", code=2)
    assert "history" in relwatch("changes", "-C", path, "--since", "2022-01-01", code=2).err


def test_changes_of_what_is_declared_and_covered(relwatch, keep):
    old = small(
        [event(1)],
        coverage=[stretch("2022-01-01", "2022-01-31"), stretch("2022-03-01", "2022-03-31")],
    )
    path, before = keep(old), keep(old, "old.json")
    relwatch("cover", "-C", path, "--from", "2022-06-01", "--to", "2022-06-30", "--note", "TASS")
    relwatch("category", "add", "Nuclear", "-C", path)
    relwatch("actor", "rename", "lavrov", "S. Lavrov", "-C", path)
    document = read(path)
    document["coverage"][0]["end"] = "2022-02-10"
    del document["coverage"][1], document["sources"]
    path = keep({**document, "title": "Other"})
    ran = relwatch("changes", "-C", path, "--against", before)
    assert ran.out.splitlines() == [
        "new        category nuclear  Nuclear",
        "changed    actor lavrov  S. Lavrov (name, aliases)",
        "removed    source tass  TASS",
        "changed    coverage 2022-01-01..2022-02-10  (end)",
        "new        coverage 2022-06-01..2022-06-30  TASS",
        "removed    coverage 2022-03-01..2022-03-31",
        "changed    corpus test  Other (title)",
    ]
    assert "nothing changed" not in ran.err
    found = json.loads(relwatch("changes", "-C", path, "--against", before, "--json").out)
    assert {tuple(one) for one in found} == {("what", "kind", "id", "title", "fields")}
    assert found[3] == {
        "what": "changed", "kind": "coverage", "id": "2022-01-01..2022-02-10", "title": "",
        "fields": [{"field": "end", "old": "2022-01-31", "new": "2022-02-10"}],
    }  # fmt: skip
    assert "nothing changed" in relwatch("changes", "-C", path, "--against", path).err


def test_before_the_first_known_state_everything_is_new(relwatch, keep, tmp_path):
    path = keep(small([event(1)]))
    relwatch("add", "-C", path, "--date", "2022-01-06", "-c", "military", "--title", "Two")
    day = read_history(path)[0]["when"][:10]
    ran = relwatch("changes", "-C", path, "--since", "2020-01-01")
    assert [line.split()[0] for line in ran.out.splitlines()] == ["new", "new"]
    assert f"is first known on {day}" in ran.err
    # In git too, where it was committed earlier than relwatch met it.
    git = ["git", "-C", tmp_path, "-c", "user.name=a", "-c", "user.email=a@b.c"]
    dated = {**os.environ, "GIT_COMMITTER_DATE": "2021-05-01T12:00:00", "HOME": str(tmp_path)}
    subprocess.run([*git, "init", "-q"], check=True, env=dated)
    subprocess.run([*git, "add", path.name], check=True, env=dated)
    subprocess.run([*git, "commit", "-qm", "one"], check=True, env=dated)
    ran = relwatch("changes", "-C", path, "--since", "2020-01-01", "--json")
    assert [one["what"] for one in json.loads(ran.out)] == ["new", "new"]
    assert "is first known on 2021-05-01" in ran.err
    assert relwatch("changes", "-C", path, "--since", "2021-06-01").out == ""


def read_history(path):
    from relwatch.corpora.history import History

    return read(History(path).folder / "book.json")["steps"]


def test_check_tells_errors_and_advice_apart(relwatch, keep):
    document = small(
        [
            event(1, title="Talks on a gas pipeline", actors=["IRN"], sources=[{"source": "tass", "url": "https://x/1"}, {"source": "irna", "url": "https://x/1/"}]),
            event(2, "2022-01-06", title="Gas pipeline talks", actors=["IRN"], follows=["2022-03-01-event-3"]),
            event(3, "2022-03-01", title="Signed"),
        ],
        coverage=[{"start": "2022-01-01", "end": "2022-02-01"}],
        assessments=[{"id": "a", "statement": "A"}],
    )  # fmt: skip
    document["sources"].append({"id": "irna", "title": "IRNA"})
    path = keep(document)
    out = relwatch("check", path).out
    for said in ("outside what the corpus covers", "runs backwards", "likely the same as", "one origin",
                 "never used", "without evidence"):  # fmt: skip
        assert out.count(said) == 1, (said, out)
    assert all(line.startswith("advice: ") for line in out.splitlines())
    relwatch("check", path, "--strict", code=3)
    found = json.loads(relwatch("check", path, "--json").out)
    assert set(found[0]) == {"file", "path", "problem", "expected", "level"}
    assert relwatch("check", "china-russia", "--strict").out == ""


def test_check_finds_all_in_one_pass(relwatch, keep):
    """An error hides no other problem, so that mending it brings no new one to light."""
    document = small(
        [
            event(1, end="2021-12-31", sources=[{"source": "tass", "url": "https://x/1"}, {"source": "irna", "url": "https://x/1"}]),
            event(2, date="2022-02-30", follows=["nope-id"]),
            event(3, title="Talks on a gas pipeline", actors=["IRN", "IRN"]),
            event(4, title=" Gas  pipeline talks", actors=["IRN"], cameo="9999", stage="thought"),
            event(5, "2023-01-01", title="Gas pipeline talks", actors=["IRN"]),
            event(6, "2023-01-02", title="Talks on the gas pipeline", actors=["IRN"]),
        ],
        coverage=[{"start": "2022-02-01", "end": "2022-01-01"}, {"start": "2022-01-01", "end": "2022-03-01"}],
        assessments=[{"id": "a", "statement": "A"}],
    )  # fmt: skip
    document["sources"].append({"id": "irna", "title": "IRNA"})
    path = keep(document)
    out = relwatch("check", path, code=3).out
    for said in ("the stretch ends before it begins", "lies before the date", "2022-02-30", "nope-id",
                 "one origin", "stands there twice", "spaces at an end", "no CAMEO code", "thought",
                 "outside what the corpus covers", "likely the same as", "without evidence",
                 "“lavrov” is never used", "order of the format"):  # fmt: skip
        assert said in out, (said, out)


def test_a_link_that_leads_nowhere_stops_writes_until_it_is_mended(relwatch, keep):
    path = keep(small([event(1), event(2, sources=[{"source": "irna"}])]))
    before = path.read_bytes()
    assert "sources[0].source: no source “irna” is declared" in relwatch("check", path, code=3).out
    assert relwatch("list", "-C", path, "--count").out == "2\n"
    assert (
        "irna" in relwatch("edit", "-C", path, "2022-01-05-event-1", "--set", "title=x", code=3).err
    )
    assert path.read_bytes() == before
    relwatch("source", "add", "IRNA", "-C", path)
    relwatch("edit", "-C", path, "2022-01-05-event-1", "--set", "title=x")
    relwatch("edit", "-C", path, "2022-01-05-event-1", "--set", "intensity=80", code=2)
    relwatch("add", "-C", path, "--date", "2022", "-c", "military", "--title", "x",
             "--set", "intensity=-10.5", "--set", "scale=x", code=2)  # fmt: skip


def test_a_circle_is_found(relwatch, keep):
    path = keep(
        small([event(1, follows=["2022-01-05-event-2"]), event(2, follows=["2022-01-05-event-1"])])
    )
    assert relwatch("check", path).out.count("in a circle") == 1


def test_each_circle_is_found_once(relwatch, keep):
    """Two circles that one event leads to, and a third apart from them."""
    ids = [f"2022-01-05-event-{number}" for number in range(8)]
    follows = {0: (1, 3), 1: (2,), 2: (1,), 3: (4,), 4: (5,), 5: (3, 1), 6: (7,), 7: (6,)}
    events = [event(number, follows=[ids[one] for one in follows[number]]) for number in follows]
    found = json.loads(relwatch("check", keep(small(events)), "--json").out)
    circles = [one["path"] for one in found if "in a circle" in one["problem"]]
    assert sorted(circles) == [f"events[{number}].follows" for number in (1, 3, 6)]


def test_fix_repairs_order_and_spacing_only(relwatch, keep):
    document = small([event(2, "2022-02-01", tags=["b", "a"]), dict(reversed(event(1).items()))])
    path = keep(dict(reversed(document.items())), indent=None)
    relwatch("check", "--fix", path)
    assert read(path) == {**document, "events": document["events"][::-1]}
    assert list(read(path)) == list(document) and list(read(path)["events"][0]) == list(event(1))
    assert path.read_text().startswith('{\n  "format"')
    before = path.read_bytes()
    relwatch("check", "--fix", path)
    assert path.read_bytes() == before
    # Also beside errors, which stay for a person.
    document["events"][0] |= {"end": "2021-01-01", "title": " Two  spaces "}
    document["actors"][0]["weight"] = 25.5
    path = keep(dict(reversed(document.items())), indent=None)
    path.write_text(path.read_text().replace("25.5", "25.50"))
    relwatch("check", "--fix", path, code=3)
    assert read(path)["events"][1] == {**document["events"][0], "title": "Two spaces"}
    assert list(read(path)) == list(document) and path.read_text().count("25.50") == 1
    before = path.read_bytes()
    broken = before.replace(b'"2022-02-01"', b'"2022-02-31"')
    path.write_bytes(broken)
    relwatch("check", "--fix", path, code=3)
    assert path.read_bytes() == broken
    for nonsense in (before[:-20], before.replace(b'"title": "Two spaces"', b'"title": 5'),
                     before.replace(b'"id": "test"', b'"id": "test", "id": "test2"')):  # fmt: skip
        compact = nonsense.replace(b"\n  ", b"\n ")
        path.write_bytes(compact)
        relwatch("check", "--fix", path, code=3)
        assert path.read_bytes() == compact


def test_fix_says_what_it_did_not_do_and_why(relwatch, keep):
    document = small([event(2, "2022-02-01"), event(1)])

    def fixed(path, code):
        before = path.read_bytes()
        ran = relwatch("check", "--fix", path, code=code)
        return ran.err, path.read_bytes() == before

    for old, new, why in (
        ('"Event 1"', "5", "something required is missing or of a wrong type"),
        ('"title": "Event 1"', '"summary": "s"', "something required is missing or of a wrong type"),
        ('"title": "Event 1"', '"title": "E", "title": "F"', "an object gives a key twice"),
        ("]\n}", "", "its JSON cannot be read whole"),
        ('"title": "Event 1"', '"title": "E", "x": [1e999]', "its JSON cannot be read whole"),
    ):  # fmt: skip
        path = keep(document, indent=1)
        path.write_text(path.read_text().replace(old, new))
        assert fixed(path, 3) == (
            f"{path}: nothing was repaired: {why}; correct the errors, then `relwatch check --fix {path}`\n",
            True,
        )
    path = keep(small([event(2, "2022-02-31"), event(1)]), indent=1)
    said, same = fixed(path, 3)
    assert "repaired: events stay in their order, as a date cannot be read" in said and not same
    said, same = fixed(path, 3)
    assert "nothing was repaired: events stay in their order" in said and same
    path = keep(small([event(2, "2022-02-01", follows=["gone"]), event(1)]))
    assert fixed(path, 3) == (f"{path}: repaired; the errors are for a person to correct\n", False)
    assert fixed(path, 3) == (f"{path}: nothing was repaired; the errors are for a person to correct\n", True)  # fmt: skip
    path = keep(document)
    assert fixed(path, 0) == (f"{path}: repaired\n", False)
    assert fixed(path, 0) == ("", True)


# Laws of the merge.

FIELDS = st.fixed_dictionaries(
    {}, optional={"title": st.sampled_from("abc"), "tags": st.lists(st.sampled_from("xyz"), min_size=1, unique=True),
                  "summary": st.sampled_from("de")},
)  # fmt: skip
COPY = st.dictionaries(st.integers(1, 4), FIELDS, max_size=4)


def corpus(copy):
    return json.dumps(small([event(number, **fields) for number, fields in copy.items()])).encode()


@given(COPY, COPY, COPY)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_laws_of_the_merge(old, ours, theirs):
    o, a, b = map(corpus, (old, ours, theirs))
    names = ("o", "a", "b")

    def events(content):
        return json.loads(content)["events"]

    def by_id(content):
        return {one["id"]: one for one in events(content)}

    assert events(merge(o, a, o, names).content) == events(merge(o, a, a, names).content)
    assert merge(o, a, o, names).conflicts == () == merge(o, o, b, names).conflicts
    assert by_id(merge(o, o, b, names).content) == by_id(b)
    there, back = merge(o, a, b, names), merge(o, b, a, names)
    assert len(there.conflicts) == len(back.conflicts)
    titles = [sorted(one["title"] for one in events(made.content)) for made in (there, back)]
    assert there.conflicts or titles[0] == titles[1]
    if not there.conflicts and not there.apart:

        def plain(content):
            return [{**one, "tags": sorted(one.get("tags", ()))} for one in events(content)]

        assert plain(there.content) == plain(back.content)


LABELS = st.lists(st.sampled_from("abcd"), min_size=1, max_size=3, unique=True)


@given(LABELS, LABELS, LABELS)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_laws_of_the_primary_category(old, ours, theirs):
    """It is the first of a copy that changed it, else the one both have, whoever is asked first."""

    def labelled(labels):
        known = [{"id": one, "name": one.upper()} for one in "abcd"]
        return json.dumps(small([event(1, categories=labels)], categories=known)).encode()

    def joined(ours, theirs):
        made = merge(labelled(old), labelled(ours), labelled(theirs), ("o", "a", "b"))
        return json.loads(made.content)["events"][0]["categories"], made.conflicts

    (there, said), (back, said_back) = joined(ours, theirs), joined(theirs, ours)
    assert len(said) == len(said_back)
    changed = {one[0] for one in (ours, theirs) if one[0] != old[0]}
    if said:
        assert (there[0], back[0]) == (ours[0], theirs[0])
    else:
        assert {there[0]} == (changed or {old[0]})
        assert sorted(there) == sorted(back) and there[0] == back[0]
        kept = {one for one in old if one in ours and one in theirs}
        assert set(there) == kept | ({*ours, *theirs} - set(old))


def test_the_primary_category_is_of_the_copy_that_changed_it(relwatch, keep):
    o, a, b = (keep(small(), f"{one}.json") for one in "oab")
    relwatch("category", "add", "Nuclear", "-C", o)
    relwatch("category", "add", "Tech", "-C", o)
    relwatch("add", "-C", o, "--date", "2022-01-05", "-c", "nuclear", "--title", "Refuelled")
    for path in (a, b):
        path.write_bytes(o.read_bytes())
    relwatch("edit", "2022", "-C", a, "--set", "categories+=political")
    relwatch("category", "merge", "nuclear", "tech", "-C", b)
    for mine, hers in ((a, b), (b, a)):
        made = json.loads(relwatch("merge", "--base", o, mine, hers, "-o", "-").out)
        assert made["events"][0]["categories"] == ["tech", "political"]
    # Both changed it: ours stands, what else either added is there.
    relwatch("edit", "2022", "-C", a, "--set", "categories=military,political")
    for mine, hers, stands in ((a, b, ["military", "political"]), (b, a, ["tech", "political"])):
        ran = relwatch("merge", "--base", o, mine, hers, "-o", "-", code=3)
        assert json.loads(ran.out)["events"][0]["categories"] == stands
        assert ": categories: ours " in ran.err


def test_a_category_that_went_leaves_the_next_one_first(relwatch, keep):
    """Of a copy that had nothing to say of what is first now the order does not count."""
    known = [*small()["categories"], {"id": "tech", "name": "Tech"}]
    documents = [
        small([event(1, categories=labels)], categories=known)
        for labels in (["political", "tech"], ["political", "military", "tech"], ["political", "tech"])
    ]  # fmt: skip
    o, a, b = (keep(one, f"{name}.json") for one, name in zip(documents, "oab", strict=True))
    relwatch("category", "merge", "political", "tech", "-C", b)
    for mine, hers in ((a, b), (b, a)):
        made = json.loads(relwatch("merge", "--base", o, mine, hers, "-o", "-").out)
        assert made["events"][0]["categories"] == ["tech", "military"]


def stretch(start, end, **says):
    return {"start": start, "end": end, **says}


@pytest.mark.parametrize(
    "old, ours, theirs, made, differ",
    [
        # Both went on reading.
        (["01-01 01-09"], ["01-01 01-21"], ["01-01 01-25"], ["01-01 01-25"], False),
        (["01-05 01-09"], ["01-01 01-09"], ["01-03 01-09"], ["01-01 01-09"], False),
        (["01-05 01-09"], ["01-01 01-09"], ["01-05 01-12"], ["01-01 01-12"], False),
        # One of them took days back.
        (["01-01 01-09"], ["01-01 01-05"], ["01-01 01-25"], ["01-01 01-05", "01-10 01-25"], True),
        (["01-01 01-09"], [], ["01-01 01-25"], ["01-10 01-25"], True),
        (["01-01 01-09"], [], ["01-01 01-09 TASS"], [], True),
        (["01-01 01-09"], ["01-01 01-05"], ["01-01 01-09 TASS"], ["01-01 01-05 TASS"], False),
        (["01-01 01-09"], [], ["01-01 01-09", "02-01 02-02"], ["02-01 02-02"], False),
        # Both began something.
        ([], ["01-01 01-09"], ["01-05 01-12"], ["01-01 01-12"], False),
        ([], ["01-01 01-09 TASS"], ["01-05 01-12 IRNA"], ["01-01 01-09 TASS", "01-10 01-12 IRNA"], True),
        (["01-01 01-09"], ["01-01 01-09", "02-01 02-09"], ["01-01 01-09", "03-01 03-09"],
         ["01-01 01-09", "02-01 02-09", "03-01 03-09"], False),
        # One went on, the other began something there.
        (["01-01 01-09"], ["01-01 01-20"], ["01-01 01-09", "01-10 01-25 TASS"],
         ["01-01 01-20", "01-21 01-25 TASS"], True),
        (["01-01 01-09"], ["01-01 01-09", "01-10 01-25 TASS"], ["01-01 01-20"],
         ["01-01 01-09", "01-10 01-25 TASS"], True),
        ([], ["01-10 01-12 TASS"], ["01-01 01-20"], ["01-01 01-09", "01-10 01-12 TASS", "01-13 01-20"], True),
        ([], ["01-01 01-09"], ["01-10 01-12"], ["01-01 01-09", "01-10 01-12"], False),
        # One told days of a stretch apart.
        (["01-01 01-09"], ["01-01 01-04", "01-05 01-09 TASS"], ["01-01 01-09"],
         ["01-01 01-04", "01-05 01-09 TASS"], False),
        # What is said of it, and how far it goes.
        (["01-01 01-09 TASS"], ["01-01 01-09 IRNA"], ["01-01 01-20 TASS"], ["01-01 01-20 IRNA"], False),
        (["01-01 01-09 TASS"], ["01-01 01-09 IRNA"], ["01-01 01-09 AFP"], ["01-01 01-09 IRNA"], True),
    ],
)  # fmt: skip
def test_what_either_copy_covers_is_covered(relwatch, three, old, ours, theirs, made, differ):
    def lists(texts):
        parts = [text.split() for text in texts]
        return [stretch(f"2022-{one[0]}", f"2022-{one[1]}", **({"note": one[2]} if one[2:] else {}))
                for one in parts]  # fmt: skip

    files = [
        small([event(1)], **({"coverage": lists(one)} if one else {}))
        for one in (old, ours, theirs)
    ]
    o, a, b = three(*files)
    ran = relwatch("merge", "--base", o, a, b, code=3 if differ else 0)
    assert read(a).get("coverage", []) == lists(made)
    assert (": corpus: " in ran.err) == differ
    back = merge(*(json.dumps(files[number]).encode() for number in (0, 2, 1)), ("o", "a", "b"))
    assert bool(back.conflicts) == differ


def test_what_two_cover_from_the_command_line(relwatch, tmp_path):
    o, a, b = (tmp_path / f"{name}.json" for name in "oab")
    relwatch("corpus", "new", o, "--parties", "IRN,RUS", "--title", "T",
             "--from", "2022-01-01", "--to", "2022-12-31")  # fmt: skip
    for path in (a, b):
        path.write_bytes(o.read_bytes())
    relwatch("cover", "-C", a, "--to", "2023-01-31")
    relwatch("cover", "-C", b, "--to", "2023-02-28", "--note", "B note")
    for mine, hers, until, since in (
        (a, b, "2023-01-31", "2023-02-01"), (b, a, "2022-12-31", "2023-01-01"),
    ):  # fmt: skip
        ran = relwatch("merge", "--base", o, mine, hers, "-o", "-", code=3)
        assert "the same days; there ours stands\n1 conflict: " in ran.err
        assert json.loads(ran.out)["coverage"] == [
            stretch("2022-01-01", until), stretch(since, "2023-02-28", note="B note")
        ]  # fmt: skip
    # With nothing they came from as well.
    o.write_bytes(b"")
    ran = relwatch("merge", "--base", o, a, b, "-o", "-", code=3)
    assert [one["end"] for one in json.loads(ran.out)["coverage"]] == ["2023-01-31", "2023-02-28"]


def test_days_taken_back_are_said_to_be(relwatch, three):
    o, a, b = three(
        *(small(coverage=[stretch("2022-01-01", end)])
          for end in ("2022-01-09", "2022-01-05", "2022-01-25"))
    )  # fmt: skip
    said = "corpus: covered days taken back in one copy, their stretch changed in the other; taken back"
    ran = relwatch("merge", "--base", o, a, b, code=3)
    assert said in ran.err and "ours stands" not in ran.err and "`relwatch cover`" in ran.err
    # Dates keep their spelling.
    o, a, b = three(
        small(), small(coverage=[stretch("2022-01", "2022-02", note="N")]),
        small(coverage=[stretch("2022-02-10", "2022-03")]),
    )  # fmt: skip
    relwatch("merge", "--base", o, a, b, code=3)
    assert read(a)["coverage"] == [
        stretch("2022-01", "2022-02", note="N"), stretch("2022-03-01", "2022-03")
    ]  # fmt: skip


STRETCH = st.builds(
    lambda first, length, note: stretch(
        f"2022-01-{first:02}", f"2022-01-{first + length:02}", **({"note": note} if note else {})
    ),
    st.integers(1, 12), st.integers(0, 8), st.sampled_from(["", "x", "y"]),
)  # fmt: skip
COVERED = st.lists(STRETCH, max_size=3)


def apart(stretches):
    """The stretches without those that overlap an earlier one."""
    made = []
    for one in stretches:
        if all(one["start"] > other["end"] or one["end"] < other["start"] for other in made):
            made.append(one)
    return sorted(made, key=lambda one: one["start"])


def said_of(stretches):
    """Day by day all that is said of it, in order."""
    found = {}
    for one in stretches:
        for day in range(int(one["start"][-2:]), int(one["end"][-2:]) + 1):
            found[day] = sorted([*found.get(day, []), one.get("note", "")])
    return found


@given(COVERED, COVERED, COVERED, st.booleans())
@settings(max_examples=400, deadline=None)
def test_laws_of_coverage(old, ours, theirs, overlapping):
    if not overlapping:
        old, ours, theirs = map(apart, (old, ours, theirs))
    before, mine, other = map(said_of, (old, ours, theirs))
    made, back = stretches.joined(old, ours, theirs), stretches.joined(old, theirs, ours)
    there = said_of(made.stretches)
    # What either covers, but for what one of them took back.
    took_back = {day for day in before if day not in mine or day not in other}
    assert there.keys() == (mine.keys() | other.keys()) - took_back
    assert said_of(back.stretches).keys() == there.keys()
    assert (made.differ, made.undone) == (back.differ, back.undone)
    if not made.differ:
        assert there == said_of(back.stretches)
    if not overlapping:
        assert all(len(said) == 1 for said in there.values())
    for day, said in there.items():
        if day not in before and (day in mine) != (day in other) and not old:
            assert set(said) == set((mine if day in mine else other)[day])
        if day in mine and not old:
            assert set(said) == set(mine[day])
    assert said_of(stretches.joined(old, ours, ours).stretches).keys() == mine.keys()
