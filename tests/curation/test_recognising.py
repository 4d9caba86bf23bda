"""A row is taken for an event that is here only when it is one, and what went here stays away."""

import json

import pytest

from tests.curation.making import PRESS, event, read, small
from tests.curation.test_importing import MAP, counts


def titled(path):
    return {one["id"]: one["title"] for one in read(path)["events"]}


def numbered(name, *events, **parts):
    """Another corpus, whose ids say nothing."""
    return small([{**one, "id": f"e{n}"} for n, one in enumerate(events, 1)], id=name, **parts)


# Ids that two corpora share.


@pytest.fixture
def two(keep):
    """Two corpora of other events under the same ids; in the second, e2 follows e1."""
    ours = numbered(
        "a", event(0, "2021-03-01", title="Navy visit"), event(0, "2021-05-01", title="Loan")
    )
    theirs = numbered(
        "b", event(0, "2022-02-01", title="Grain deal offered"),
        event(0, "2022-03-01", title="Wheat contract signed", follows=["e1"]),
    )  # fmt: skip
    return keep(ours, "a.json"), keep(theirs, "b.json")


def test_other_events_under_the_same_ids_come_under_ids_of_their_own(relwatch, two):
    ours, theirs = two
    ran = relwatch("import", theirs, "--into", ours)
    assert "added  line 1  2022-02-01-grain-deal-offered  not e1, which has its id here" in ran.out
    made = {one["id"]: one for one in read(ours)["events"]}
    assert made["e1"]["title"] == "Navy visit" and made["e2"]["title"] == "Loan"
    assert made["2022-03-01-wheat-contract-signed"]["follows"] == ["2022-02-01-grain-deal-offered"]
    before = ours.read_bytes()
    for options in ((), ("--theirs",), ("--duplicates", "keep"), ("--duplicates", "merge")):
        assert counts(relwatch, theirs, "--into", ours, *options) == {"same": 2}
        assert ours.read_bytes() == before
    # A newer release changes its own events, and new links go to where its events are.
    document = read(theirs)
    document["events"][0]["title"] = "Grain deal offered again"
    document["events"].append(
        {**event(0, "2022-04-01", title="Port opened"), "id": "e3", "follows": ["e1", "e2"]}
    )
    theirs.write_text(json.dumps(document))
    assert counts(relwatch, theirs, "--into", ours) == {"added": 1, "changed": 1, "same": 1}
    made = {one["id"]: one for one in read(ours)["events"]}
    assert made["e1"]["title"] == "Navy visit"
    assert made["2022-02-01-grain-deal-offered"]["title"] == "Grain deal offered again"
    assert made["e3"]["follows"] == [
        "2022-02-01-grain-deal-offered", "2022-03-01-wheat-contract-signed",
    ]  # fmt: skip


def test_theirs_overwrites_no_other_event(relwatch, two):
    ours, theirs = two
    relwatch("import", theirs, "--into", ours, "--theirs")
    assert titled(ours)["e1"] == "Navy visit" and len(titled(ours)) == 4


def test_events_that_came_from_elsewhere_are_known_again_under_their_new_ids(relwatch, two):
    """What has an origin of its own keeps it, and is still added once."""
    ours, theirs = two
    document = read(theirs)
    for one in document["events"]:
        one["origin"] = {"dataset": "wire", "id": one["id"]}
    theirs.write_text(json.dumps(document))
    relwatch("import", theirs, "--into", ours)
    assert counts(relwatch, theirs, "--into", ours, "--duplicates", "keep") == {"same": 2}


def test_a_link_to_what_did_not_come_is_no_link_to_a_namesake(relwatch, two):
    ours, theirs = two
    ran = relwatch("import", theirs, "--into", ours, "--where", "from:2022-03")
    assert "1 link to events that are not there dropped" in ran.err
    assert "follows" not in read(ours)["events"][-1]


def test_links_between_selections_hold(relwatch, two):
    ours, theirs = two
    relwatch("import", theirs, "--into", ours, "--where", "to:2022-02")
    relwatch("import", theirs, "--into", ours, "--where", "from:2022-03")
    assert read(ours)["events"][-1]["follows"] == ["2022-02-01-grain-deal-offered"]


def test_one_event_in_two_corpora_is_one(relwatch, keep):
    ours = keep(numbered("a", event(0, title="Gas pipeline talks in Tehran")), "a.json")
    theirs = keep(
        numbered("b", event(0, title="Talks in Tehran on gas pipeline", tags=["gas"])), "b.json"
    )
    relwatch("import", theirs, "--into", ours)
    assert titled(ours) == {"e1": "Gas pipeline talks in Tehran"}
    assert read(ours)["events"][0]["tags"] == ["gas"]


@pytest.mark.parametrize("choice, many", [("skip", 1), ("merge", 1), ("keep", 2)])
def test_the_same_id_and_day_but_other_words_is_the_analysts_to_say(relwatch, keep, choice, many):
    ours = keep(numbered("a", event(0, title="Gas pipeline talks")), "a.json")
    theirs = keep(
        numbered(
            "b",
            event(0, title="Frigate in port"),
            event(0, "2022-01-09", title="Left", follows=["e1"]),
        ),
        "b.json",
    )
    ran = relwatch("import", theirs, "--into", ours, code=3)
    assert "e1 (the same id" in ran.err and "--duplicates" in ran.err
    relwatch("import", theirs, "--into", ours, "--duplicates", choice)
    made = read(ours)["events"]
    assert len(made) == many + 1 and made[-1]["follows"] == [
        made[many - 1]["id"]
        if many == 1
        else next(o["id"] for o in made if o["title"] == "Frigate in port")
    ]
    before = ours.read_bytes()
    relwatch("import", theirs, "--into", ours)
    assert ours.read_bytes() == before


def test_ones_own_export_may_be_rewritten_but_not_beyond_recognition(relwatch, mine, tmp_path):
    file = tmp_path / "all.csv"
    relwatch("export", file, "-C", mine)
    exported = file.read_text()
    other = exported.replace("Talks on a gas pipeline", "Something else")
    file.write_text(other.replace(",2022-01-05,", ",2020-12-01,"))
    ran = relwatch("import", file, "--into", mine, code=3)
    assert "2022-01-05-event-1 (the same id" in ran.err
    file.write_text(other)
    assert counts(relwatch, file, "--into", mine) == {"kept": 1}


def test_an_event_edited_beyond_recognition_is_known_by_where_it_came_from(relwatch, keep):
    came = {
        **event(0, title="CHN consult RUS"),
        "id": "g1",
        "origin": {"dataset": "gdelt", "id": "1"},
    }
    theirs = keep(small([came], id="gdelt"), "gdelt.json")
    ours = keep(small([{**came, "title": "Ministers meet"}]))
    assert counts(relwatch, theirs, "--into", ours) == {"kept": 1}


# Files that count from 1.

FIRST = "id,date,title,category,summary\n1,2022-03-01,Navy visit,political,Ships\n2,2022-03-02,Loan,political,Money\n"
SECOND = "id,date,title,category,summary\n1,2022-05-01,Grain deal,political,Wheat\n2,2022-05-02,Envoy named,political,Person\n"


def test_a_file_of_that_name_from_another_folder_overwrites_nothing(relwatch, mine, press):
    relwatch("import", press(FIRST, "a/press.csv"), "--into", mine)
    before = mine.read_bytes()
    other = press(SECOND, "b/press.csv")
    ran = relwatch("import", other, "--into", mine, code=3)
    assert "line 2: the row 1 of an earlier press was “Navy visit”" in ran.err
    assert "--dataset NAME" in ran.err and mine.read_bytes() == before
    assert counts(relwatch, other, "--into", mine, "--dataset", "b") == {"added": 2}
    assert len(titled(mine)) == 5


def test_a_newer_release_may_change_most_of_a_row(relwatch, mine, press):
    relwatch("import", press(FIRST), "--into", mine)
    newer = FIRST.replace("Navy visit", "Frigates call at port").replace("2022-03-01", "2022-02-27")
    assert counts(relwatch, press(newer), "--into", mine) == {"changed": 1, "same": 1}
    # When nothing is left of it, somebody has to say so.
    newest = newer.replace("Frigates call at port", "Loan talks").replace("02-27", "01-27")
    newest = newest.replace("Ships", "Rouble")
    relwatch("import", press(newest), "--into", mine, code=3)
    assert counts(relwatch, press(newest), "--into", mine, "--theirs") == {"changed": 1, "same": 1}


# What was removed here.


def test_what_was_removed_here_stays_away_and_is_named(relwatch, mine, press):
    relwatch("import", press(), "--into", mine, *MAP)
    relwatch("remove", "2022-01-20", "-C", mine)
    before = mine.read_bytes()
    ran = relwatch("import", press(), "--into", mine, *MAP)
    assert "skipped  line 3  A long headline  removed here; --theirs takes it again" in ran.out
    assert "1 skipped, 2 same" in ran.err and mine.read_bytes() == before
    newer = press(PRESS.replace("long\nheadline", "longer headline"))
    ran = relwatch("import", newer, "--into", mine, *MAP)
    assert "removed here and changed in the file since" in ran.out and mine.read_bytes() == before
    assert counts(relwatch, newer, "--into", mine, *MAP, "--theirs") == {"added": 1, "same": 2}
    assert counts(relwatch, newer, "--into", mine, *MAP) == {"same": 3}


@pytest.mark.parametrize("name", ["all.csv", "all.ndjson", "all.json", "all.corpus.json"])
def test_a_stale_export_brings_nothing_back_that_was_removed(relwatch, tmp_path, name):
    mine, file = tmp_path / "mine.json", tmp_path / name
    relwatch("corpus", "copy", "china-russia", mine)
    relwatch("export", file, "-C", mine, *(["--format", "corpus"] if "corpus" in name else []))
    relwatch("remove", "2021-08-09", "-C", mine, "--unlink")
    relwatch("edit", "2021-10-28", "-C", mine, "--set", "tags=x")
    before = mine.read_bytes()
    ran = relwatch("import", file, "--into", mine)
    assert "skipped" in ran.out and "removed here; --theirs takes it again" in ran.out
    assert len(titled(mine)) == 28 and mine.read_bytes() == before
    # Undone is undone.
    relwatch("undo", "2", "-C", mine)
    assert counts(relwatch, file, "--into", mine) == {"same": 29}
    relwatch("redo", "2", "-C", mine)
    assert counts(relwatch, file, "--into", mine, "--theirs")["added"] == 1
    assert len(titled(mine)) == 29


def test_what_the_file_itself_took_back_may_return(relwatch, mine, press):
    relwatch("import", press(), "--into", mine, *MAP)
    shorter = press("\n".join(PRESS.splitlines()[:2]) + "\n")
    relwatch("import", shorter, "--into", mine, *MAP, "--vanished", "remove")
    assert len(titled(mine)) == 2
    assert counts(relwatch, press(), "--into", mine, *MAP) == {"added": 2, "same": 1}


# What is said.


def test_rows_alike_among_themselves_are_named_by_their_lines(relwatch, mine, press):
    path = press(
        "date,title,category\n2022-03-01,Navy visit to Bandar Abbas,political\n"
        "2022-03-02,Visit of the navy to Bandar Abbas,political\n"
    )
    ran = relwatch("import", path, "--into", mine, code=3)
    assert "line 2 of this file (" in ran.err
    assert "1 row is likely twice in the file; nothing was written" in ran.err


def test_a_selection_of_nothing_and_of_a_part(relwatch, mine):
    relwatch("import", "china-russia", "--into", mine, "--create", "--where", "military")
    ran = relwatch("import", "china-russia", "--into", mine, "--create", "--where", "xyzzy")
    assert "--where selects no event of it" in ran.err and "holds no rows" not in ran.err
    # Another selection takes nothing of the first for gone.
    ran = relwatch("import", "china-russia", "--into", mine, "--create", "--where", "political")
    assert "not in this file" not in ran.err + ran.out


def test_what_is_kept_is_not_counted_as_changed(relwatch, mine, press):
    relwatch("import", press(), "--into", mine, *MAP)
    relwatch("edit", "-C", mine, "2022-01-10", "--set", "title=Mine")
    newer = press(PRESS.replace("Ministers speak", "Ministers talk"))
    for _ in range(2):
        ran = relwatch("import", newer, "--into", mine, *MAP)
        assert "kept  line 2  2022-01-10" in ran.out and "1 kept, 2 same" in ran.err
        assert "kept as edited here: " in ran.out


# Rows that are known by other fields than before.

FIRST_KEYS = (
    "date,title,category,url\n2022-01-02,Gas deal signed,political,https://i/live\n"
    "2022-01-09,Other thing,political,https://i/5\n"
)
SOURCED = ("--set", "source=TASS", "--create")


@pytest.mark.parametrize(
    "newer",
    [
        pytest.param(FIRST_KEYS + "2022-01-12,Navies drill,political,https://i/live\n", id="shared"),
        pytest.param(FIRST_KEYS.replace("https", "http"), id="corrected"),
        pytest.param(FIRST_KEYS.replace("https://i/5", ""), id="emptied"),
        pytest.param(FIRST_KEYS.replace(",url", "").replace(",https://i/live", "").replace(",https://i/5", ""), id="dropped"),
        pytest.param("id," + FIRST_KEYS.replace("\n2", "\nx2").replace("\nx2022-01-02", "\na,2022-01-02").replace("\nx2022-01-09", "\nb,2022-01-09"), id="numbered"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("turned", [False, True])
def test_a_row_that_says_the_same_is_the_same_whatever_its_key(
    relwatch, mine, press, newer, turned
):
    one, two = (newer, FIRST_KEYS) if turned else (FIRST_KEYS, newer)
    relwatch("import", press(one), "--into", mine, *SOURCED)
    before = set(titled(mine))
    relwatch("import", press(two), "--into", mine, *SOURCED, "--vanished", "remove")
    gone = before - set(titled(mine))
    # Only the row that is really not there any more goes.
    assert [name[11:] for name in gone] == (
        ["navies-drill"] if turned and "Navies" in newer else []
    )
    assert {"Gas deal signed", "Other thing"} < set(titled(mine).values())
    assert len(titled(mine)) == (4 if "Navies" in two else 3)
    before = mine.read_bytes()
    assert set(counts(relwatch, press(two), "--into", mine, *SOURCED)) == {"same"}
    assert mine.read_bytes() == before


def test_a_row_given_twice_and_then_once(relwatch, mine, press):
    twice = FIRST_KEYS + FIRST_KEYS.splitlines()[1] + "\n"
    relwatch("import", press(twice), "--into", mine, *SOURCED)
    ran = relwatch("import", press(FIRST_KEYS), "--into", mine, *SOURCED, "--vanished", "remove")
    assert "2 same" in ran.err and len(titled(mine)) == 3


@pytest.mark.parametrize("choice", ["merge", "skip"])
def test_what_a_row_was_matched_to_has_not_vanished(relwatch, mine, press, choice):
    first = "date,title,category\n2022-02-05,Gas swap signed in Baku,political\n2022-02-26,Wheat goes south,political\n"
    relwatch("import", press(first), "--into", mine)
    newer = press(first.replace("swap signed", "swap deal signed"))
    for options in (("--duplicates", choice, "--vanished", "remove"), ("--vanished", "remove"), ()):
        ran = relwatch("import", newer, "--into", mine, *options)
        assert "removed" not in ran.out and "not in this file" not in ran.out + ran.err
        assert len(titled(mine)) == 3


def test_a_link_that_could_lead_nowhere_comes_when_it_can(relwatch, two):
    ours, theirs = two
    relwatch("import", theirs, "--into", ours, "--where", "from:2022-03")
    before = ours.read_bytes()
    ran = relwatch("import", theirs, "--into", ours, "--where", "from:2022-03")
    assert "1 same" in ran.err and "1 link to events that are not there dropped" in ran.err
    assert ours.read_bytes() == before
    assert counts(relwatch, theirs, "--into", ours) == {"added": 1, "changed": 1}
    assert read(ours)["events"][-1]["follows"] == ["2022-02-01-grain-deal-offered"]
    assert counts(relwatch, theirs, "--into", ours) == {"same": 2}


def test_links_that_were_edited_here_stay(relwatch, two):
    ours, theirs = two
    relwatch("import", theirs, "--into", ours)
    relwatch("edit", "2022-03-01", "-C", ours, "--set", "follows=e2")
    before = ours.read_bytes()
    relwatch("import", theirs, "--into", ours)
    assert ours.read_bytes() == before
    document = read(theirs)
    document["events"][1]["title"] = "Wheat contract signed at last"
    theirs.write_text(json.dumps(document))
    relwatch("import", theirs, "--into", ours)
    assert read(ours)["events"][-1]["follows"] == ["e2"]


# What is counted and said.


def test_what_is_pointed_to_is_kept_and_counted_so(relwatch, mine, press):
    relwatch("import", press(), "--into", mine, *MAP)
    first, second = sorted(titled(mine))[1:3]
    relwatch("edit", first, "-C", mine, "--set", f"follows={second}")
    shorter = press(PRESS.split("2022-01-20")[0])
    options = ("--into", mine, *MAP, "--vanished", "remove")
    ran = relwatch("import", shorter, *options, "--dry-run")
    assert f"would be kept, something points to it  {second}" in ran.out
    value = json.loads(relwatch("import", shorter, *options, "--json").out)
    assert len(value["vanished"]) == 2 and value["removed"] == ["2022-01-30-new-gas-contract"]
    assert second in titled(mine) and "2022-01-30-new-gas-contract" not in titled(mine)
    ran = relwatch("import", shorter, *options)
    assert f"kept, something points to it  {second}" in ran.out and "removed" not in ran.err


def test_an_uncorrected_reject_overwrites_nothing(relwatch, mine, press, tmp_path):
    double = FIRST + "2,2022-03-04,Loan repaid,political,Money\n"
    relwatch("import", press(double), "--into", mine, "--keep-going")
    before = mine.read_bytes()
    rejects = tmp_path / "press.csv.rejects.csv"
    relwatch("import", rejects, "--into", mine, code=3)
    assert mine.read_bytes() == before
    rejects.write_text(rejects.read_text().replace(",2,2022", ",3,2022"))
    assert counts(relwatch, rejects, "--into", mine) == {"added": 1}


def test_without_memory_nobody_is_said_to_have_edited(relwatch, mine, press, tmp_path, monkeypatch):
    from relwatch.corpora.places import user_folder

    relwatch("import", press(), "--into", mine, *MAP)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another"))
    user_folder.cache_clear()
    newer = press(PRESS.replace("Ministers speak", "Ministers talk"))
    ran = relwatch("import", newer, "--into", mine, *MAP)
    assert "3 events here come of press, and no import of it is known on this machine" in ran.err
    assert "no earlier import of it is known here" in ran.out
    assert "kept as it is here" in ran.out and "edited here" not in ran.out


@pytest.mark.parametrize("name", ["deep.json", "deep.ndjson"])
def test_what_is_nested_too_deep_is_refused(relwatch, mine, press, name):
    relwatch("import", press("[" * 200_000, name), "--into", mine, code=3)
    relwatch("import", press('[{"a":' * 100_000, name), "--into", mine, code=3)


def test_only_what_can_be_asked_takes_an_expression(relwatch, mine, press):
    ran = relwatch("import", press(), "--into", mine, "--where", "political", code=2)
    assert "--where asks a corpus or a data set" in ran.err


def test_a_place_with_its_country(relwatch, mine, press):
    text = 'date,title,category,place\n2022-03-01,Visit,political,"Moscow, Russia; Tehran"\n'
    relwatch("import", press(text), "--into", mine)
    places = [{"name": "Moscow", "country": "RUS"}, {"name": "Tehran"}]
    assert read(mine)["events"][1]["places"] == places
    relwatch("edit", "2022-01-05", "-C", mine, "--set", "places=Moscow, Russia; Tehran")
    assert read(mine)["events"][0]["places"] == places
