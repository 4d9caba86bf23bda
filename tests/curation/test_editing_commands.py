"""add, edit, remove, cite, cover, undo and redo as a user meets them."""

import json
import os
import shlex
import subprocess
import sys

import pytest

from relwatch.curation.ids import event_id
from relwatch.curation.likeness import Likenesses
from tests.curation.making import event, read, small

MORE = ("--date", "2022-01-10", "-c", "political", "--title", "Ministers speak by telephone")


@pytest.fixture
def mine(keep):
    return keep(
        small(
            [
                event(1, actors=["IRN", "RUS"], title="Talks on a gas pipeline"),
                event(2, "2022-01-08", title="Navies train", follows=["2022-01-05-event-1"]),
            ],
            assessments=[
                {"id": "closer", "statement": "They move closer.",
                 "evidence": [{"event": "2022-01-08-event-2", "weighs": "for", "by": "editor"}]}
            ],
            coverage=[{"start": "2022-01-01", "end": "2022-01-09"}],
        )
    )  # fmt: skip


def test_add_by_options(relwatch, mine):
    ran = relwatch(
        "add", "-C", mine, *MORE, "-a", "iran,Russian Federation", "--initiator", "Lavrov", "--source", "TASS",
        "--grade", "B2", "--url", "https://tass.com/1", "--place", "Moscow, Russia", "--tag", "phone",
        "--set", 'amounts=[{"value": 5}]', "--today", "2022-01-11",
    )  # fmt: skip
    assert ran.out == "2022-01-10-ministers-speak-telephone\n"
    assert (
        "outside what the corpus covers" in ran.err
        and f"cover -C {mine} --to 2022-01-10" in ran.err
    )
    assert read(mine)["events"][2] == {
        "id": "2022-01-10-ministers-speak-telephone", "date": "2022-01-10", "categories": ["political"],
        "title": "Ministers speak by telephone", "actors": ["IRN", "RUS", "lavrov"], "initiators": ["lavrov"],
        "places": [{"name": "Moscow", "country": "RUS"}], "tags": ["phone"], "amounts": [{"value": 5}],
        "sources": [{"source": "tass", "grade": "B2", "url": "https://tass.com/1"}], "recorded": "2022-01-11",
    }  # fmt: skip


@pytest.mark.parametrize(
    "options, message",
    [
        (("--date", "2022-02-30", "-c", "political", "--title", "x"), "2022-02-30"),
        (("--date", "2022", "-c", "politcal", "--title", "x"), "did you mean political"),
        (("--date", "2022-01-10", "--title", "x"), "--category"),
        ((*MORE, "--end", "2021"), "before the date"),
        ((*MORE, "--source", "TAS"), "did you mean tass"),
        ((*MORE, "--source", "TASS", "--grade", "G9"), "not a grade"),
        ((*MORE, "--stage", "thought"), "stage"),
        ((*MORE, "--follows", "2021"), "2021"),
        ((*MORE, "--set", "id=x"), "never changes"),
        ((*MORE, "--set", "nosuch=x"), "no field"),
        (("--date", "2022", "-c", "political", "--title", "two\nlines"), "one line"),
    ],
)
def test_what_add_refuses(relwatch, mine, options, message):
    before = mine.read_bytes()
    assert message in relwatch("add", "-C", mine, *options, code=2).err
    assert mine.read_bytes() == before


def test_add_declares_with_create(relwatch, mine):
    ran = relwatch(
        "add",
        "-C",
        mine,
        *MORE,
        "-a",
        "turkey,Gazprom",
        "--url",
        "https://www.ria.ru/2",
        "--create",
    )
    assert "declared actor TUR" in ran.err and "declared source ria-ru" in ran.err
    document = read(mine)
    assert {"TUR", "gazprom"} <= {one["id"] for one in document["actors"]}
    assert "error" not in relwatch("check", mine).out


def test_add_shows_likely_duplicates_first(relwatch, mine):
    alike = (
        "add",
        "-C",
        mine,
        "--date",
        "2022-01-06",
        "-c",
        "military",
        "--title",
        "Gas pipeline talks",
        "-a",
        "IRN",
    )
    before = mine.read_bytes()
    ran = relwatch(*alike, code=3)
    assert "2022-01-05-event-1: Talks on a gas pipeline" in ran.err and "--duplicates" in ran.err
    assert relwatch(*alike, "--duplicates", "skip").out == "" and mine.read_bytes() == before
    ran = relwatch(*alike, "--source", "TASS", "--duplicates", "merge")
    assert ran.out == "2022-01-05-event-1\n"
    assert (
        read(mine)["events"][0]["sources"] == [{"source": "tass"}]
        and len(read(mine)["events"]) == 2
    )
    relwatch(*alike, "--duplicates", "keep")
    assert len(read(mine)["events"]) == 3


def test_likeness():
    known = Likenesses([event(1, actors=["IRN", "RUS"], title="Presidents sign a treaty on gas"),
                        event(2, title="Fishing rights", sources=[{"source": "a", "url": "https://x/1"}])])  # fmt: skip

    def likest(title, date="2022-01-05", **more):
        return [one.id for one in known.like({"id": "", "date": date, "title": title, **more})]

    assert likest("Treaty on gas signed by presidents") == ["2022-01-05-event-1"]
    assert likest("Treaty on gas signed by presidents", "2022-01-07") == ["2022-01-05-event-1"]
    assert likest("Treaty on gas signed by presidents", "2022-01-12") == []
    assert likest("Minister visits Tehran", actors=["IRN", "RUS"]) == []
    assert likest("Quota", sources=[{"source": "b", "url": "https://x/1/"}]) == [
        "2022-01-05-event-2"
    ]


def test_ids_are_short_and_never_taken_twice():
    assert (
        event_id("2021-08-09", "The drills in Ningxia begin", ())
        == "2021-08-09-drills-ningxia-begin"
    )
    long = event_id("2021-08-09", "Extraordinary consultations of plenipotentiaries", ())
    assert long == "2021-08-09-extraordinary-consultations" and len(long) <= 40
    assert event_id("2021-08-09", "中国", ()) == "2021-08-09-event"
    taken = set()
    for _ in range(120):
        taken.add(event_id("2021-08-09", "Extraordinary consultations of plenipotentiaries", taken))
    assert len(taken) == 120 and max(map(len, taken)) <= 40
    assert len(event_id("2021-08-09", "x" * 80, ())) == 40


def test_ids_never_change(relwatch, mine):
    relwatch("edit", "-C", mine, "2022-01-05", "--set", "date=2021-12-31", "--set", "title=Other")
    assert [one["id"] for one in read(mine)["events"]] == [
        "2022-01-05-event-1",
        "2022-01-08-event-2",
    ]
    assert relwatch("edit", "-C", mine, "2022-01-05", "--set", "id=x", code=2)


def test_edit_many_is_shown_and_asked_once(relwatch, mine):
    change = ("edit", "-C", mine, "--where", "category:political", "--set", "tags+=a;b")
    before = mine.read_bytes()
    ran = relwatch(*change, code=3)
    assert "2022-01-05-event-1: tags: (none) → a; b" in ran.err and mine.read_bytes() == before
    assert "would change" in relwatch(*change, "--dry-run").err and mine.read_bytes() == before
    shown = json.loads(relwatch(*change, "--yes", "--json").out)
    assert shown[0] == {"id": "2022-01-05-event-1", "field": "tags", "old": None, "new": ["a", "b"]}
    relwatch(
        "edit",
        "-C",
        mine,
        "--where",
        "tag:a",
        "--set",
        "tags-=a",
        "--set",
        "status=candidate",
        "-y",
    )
    assert [one["tags"] for one in read(mine)["events"]] == [["b"], ["b"]]
    assert relwatch("list", "-C", mine, "--count").out == "0\n"
    relwatch("edit", "-C", mine, "--where", "status:candidate", "--set", "status=", "-y")
    assert relwatch("list", "-C", mine, "--count").out == "2\n"
    for where, said in (("tag:zzz", "no event is selected"), ("tag:b", "nothing would change")):
        ran = relwatch("edit", "-C", mine, "--where", where, "--set", "stage=", "-y")
        assert ran.err == f"{said}\n"


def test_remove_refuses_while_something_points_to_it(relwatch, mine):
    before = mine.read_bytes()
    ran = relwatch("remove", "-C", mine, "2022-01-05", code=2)
    assert "pointed to by event 2022-01-08-event-2" in ran.err and "--unlink" in ran.err
    assert "assessment closer" in relwatch("remove", "-C", mine, "2022-01-08", code=2).err
    assert mine.read_bytes() == before
    relwatch("remove", "-C", mine, "2022-01-05", "2022-01-08", "--unlink")
    assert read(mine)["events"] == [] and read(mine)["assessments"][0]["evidence"] == []
    relwatch("undo", "-C", mine)
    assert mine.read_bytes() == before


def test_an_escaped_id_is_still_a_link(relwatch, keep):
    path = keep(small([event(1), event(2, "2022-02-01", follows=["2022-01-05-event-1"])]))
    path.write_text(
        path.read_text().replace(
            '[\n        "2022-01-05-event-1"', '[\n        "2022-01-05\\u002devent-1"'
        )
    )
    assert "pointed to" in relwatch("remove", "-C", path, "2022-01-05", code=2).err


def test_cite(relwatch, mine):
    cite = ("cite", "-C", mine, "2022-01-05", "--source", "TASS", "--url", "https://tass.com/9")
    relwatch(*cite)
    assert "already" in relwatch(*cite).err
    relwatch(*cite, "--grade", "B2")
    relwatch("cite", "-C", mine, "2022-01-05", "--source", "IRNA", code=2)
    relwatch("cite", "-C", mine, "2022-01-05", "--source", "IRNA", "--create")
    assert read(mine)["events"][0]["sources"] == [
        {"source": "tass", "grade": "B2", "url": "https://tass.com/9"}, {"source": "irna"},
    ]  # fmt: skip


def covered(path):
    return [tuple(one.values()) for one in read(path)["coverage"]]


def test_cover(relwatch, mine):
    relwatch("cover", "-C", mine, "--to", "2022-01-16")
    assert covered(mine) == [("2022-01-01", "2022-01-16")]
    relwatch("cover", "-C", mine, "--to", "2022-01-12")
    relwatch("cover", "-C", mine, "--from", "2020-01", "--to", "2020-06")
    assert covered(mine) == [("2020-01", "2020-06"), ("2022-01-01", "2022-01-12")]
    relwatch("cover", "-C", mine, "--from", "2020-07-01", "--to", "2021-12-31")
    assert covered(mine) == [("2020-01", "2022-01-12")]
    relwatch("cover", "-C", mine, "--to", "junk", code=2)
    relwatch("cover", "-C", mine, "--to", "2019", code=2)
    relwatch("cover", "-C", mine, code=2)
    relwatch(
        "add", "-C", mine, "--date", "2022-01-20", "-c", "military", "--title", "Later", "--cover"
    )
    assert covered(mine) == [("2020-01", "2022-01-20")]
    early = ("--date", "2019-03-02", "-c", "military", "--title", "Early", "--cover")
    assert (
        f"cover -C {mine} --from 2019-03-02 --to 2019-03-02"
        in relwatch("add", "-C", mine, *early).err
    )


def test_a_note_is_about_the_new_days(relwatch, keep):
    """Weeks that were read one way are never said to have been read another way."""
    path = keep(small())
    january = ("2021-01-01", "2021-01-31", "daily", "TASS read")
    relwatch("cover", "-C", path, "--from", "2021-01-01", "--to", "2021-01-31",
             "--note", "TASS read", "--basis", "daily")  # fmt: skip
    relwatch(
        "cover",
        "-C",
        path,
        "--from",
        "2021-02-01",
        "--to",
        "2021-02-28",
        "--note",
        "Xinhua read only",
    )
    assert covered(path) == [january, ("2021-02-01", "2021-02-28", "Xinhua read only")]
    # The end moves with the same note, or with none; with another one new days are added.
    relwatch("cover", "-C", path, "--to", "2021-03-07", "--note", "Xinhua read only")
    relwatch("cover", "-C", path, "--to", "2021-03-14")
    out = relwatch("cover", "-C", path, "--to", "2021-03-21", "--note", "Both").out
    assert out.splitlines() == [
        "2021-01-01 to 2021-01-31  daily, TASS read",
        "2021-02-01 to 2021-03-14  Xinhua read only",
        "2021-03-15 to 2021-03-21  Both",
    ]
    relwatch("cover", "-C", path, "--from", "2020-12-30", "--basis", "monthly")
    assert covered(path)[:2] == [("2020-12-30", "2020-12-31", "monthly"), january]
    assert relwatch("list", "-C", path, "--on", "2021").err.startswith("nothing found: ")


def test_days_that_are_covered_keep_their_note(relwatch, keep):
    path = keep(small(coverage=[
        {"start": "2021-01-10", "end": "2021-01-20", "note": "A"},
        {"start": "2021-01-25", "end": "2021-01-31", "note": "B"},
    ]))  # fmt: skip
    ran = relwatch("cover", "-C", path, "--from", "2021-01", "--to", "2021-02", "--note", "B")
    assert covered(path) == [("2021-01", "2021-01-09", "B"), ("2021-01-10", "2021-01-20", "A"),
                             ("2021-01-21", "2021-02", "B")]  # fmt: skip
    assert "stays as it was: 2021-01-10 to 2021-01-20  A" in ran.err
    before = path.read_bytes()
    ran = relwatch(
        "cover", "-C", path, "--from", "2021-01-12", "--to", "2021-01-14", "--note", "C", code=2
    )
    assert "2021-01-10 to 2021-01-20  A" in ran.err and "name both ends" in ran.err
    relwatch("cover", "-C", path, "--to", "2021-02-20", "--note", "C", code=2)
    assert path.read_bytes() == before
    ran = relwatch("cover", "-C", path, "--from", "2021-01-10", "--to", "2021-01-20", "--note", "C")
    assert "its note was: A" in ran.err and covered(path)[1][2] == "C"


def test_undo_says_what_it_undoes(relwatch, mine):
    relwatch("edit", "-C", mine, "2022-01-05", "--set", "title=A")
    relwatch("edit", "-C", mine, "2022-01-05", "--set", "title=B")
    assert relwatch("undo", "-C", mine, "2").out.count("undone: edit 2022-01-05-event-1") == 2
    assert read(mine)["events"][0]["title"] == "Talks on a gas pipeline"
    relwatch("redo", "-C", mine)
    assert read(mine)["events"][0]["title"] == "A"
    lines = relwatch("corpus", "log", mine).out.splitlines()
    assert [line[0] for line in lines] == [" ", "*", " "]
    relwatch("corpus", "log", mine, "--save", "3", mine.parent / "third.json")
    assert read(mine.parent / "third.json")["events"][0]["title"] == "B"
    assert (
        "nothing to redo"
        in (relwatch("redo", "-C", mine), relwatch("redo", "-C", mine, code=2))[1].err
    )


def test_the_bundled_corpus_offers_a_copy(relwatch, tmp_path):
    for command in (
        ("add", *MORE),
        ("undo",),
        ("cover", "--to", "2023"),
        ("check", "--fix", "china-russia"),
    ):
        ran = relwatch(*command, code=0 if command[0] == "check" else 2)
        if command[0] != "check":
            assert "relwatch corpus copy china-russia" in ran.err
    relwatch("corpus", "copy", "china-russia", tmp_path / "mine.json")
    relwatch("add", "-C", tmp_path / "mine.json", *MORE)


def test_a_new_corpus(relwatch, home):
    relwatch(
        "corpus", "new", "iran-russia", "--parties", "IRN,russia", "--title", "Iran and Russia"
    )
    assert relwatch("corpus", "list").out.startswith("iran-russia")
    relwatch("add", "-C", "iran-russia", *MORE, "-a", "iran")
    assert relwatch("list", "-C", "iran-russia", "--count").out == "1\n"
    there = relwatch("corpus", "new", "iran-russia", "--parties", "IRN,RUS", "--title", "x", code=2)
    assert "choose another name" in there.err and "--force" not in there.err
    assert "--force" in relwatch("corpus", "copy", "china-russia", "iran-russia", code=2).err
    relwatch("corpus", "new", "other", "--parties", "IRN", "--title", "x", code=2)
    relwatch("corpus", "new", "other", "--parties", "IRN,Atlantis", "--title", "x", code=2)


def test_a_name_that_would_never_be_reached_is_refused(relwatch, home, tmp_path, monkeypatch):
    new = ("--parties", "IRN,RUS", "--title", "x")
    ran = relwatch("corpus", "new", "china-russia", *new, code=2)
    assert "ships with relwatch" in ran.err and "./china-russia.json" in ran.err
    assert not list(home.rglob("china-russia*"))
    relwatch("corpus", "copy", "china-russia", "china-russia", code=2)
    monkeypatch.chdir(tmp_path)
    relwatch("corpus", "new", "./china-russia.json", *new)
    relwatch("add", "-C", "./china-russia.json", *MORE)


BROKEN = b"Latin \xff".decode("utf-8", "surrogateescape")


@pytest.mark.parametrize(
    "words",
    [
        ("add", *MORE[:-1], BROKEN),
        ("add", *MORE, f"--summary={BROKEN}"),
        ("add", *MORE, "--set", f"tags={BROKEN}"),
        ("edit", "2022-01-05", "--set", f"title={BROKEN}"),
        ("edit", BROKEN, "--set", "title=x"),
        ("cover", "--to", "2023", "--note", BROKEN),
        ("cite", "2022-01-05", "--source", BROKEN, "--create"),
        ("remove", BROKEN),
        ("actor", "add", BROKEN, "--kind", "person"),
        ("source", "rename", "tass", BROKEN),
        ("category", "add", BROKEN),
        ("list", "--where", BROKEN),
        ("search", BROKEN),
        ("stats", "--actor", BROKEN),
    ],
)
def test_bytes_that_are_no_text_are_refused(relwatch, mine, words):
    before = mine.read_bytes()
    ran = relwatch(*words, "-C", mine, code=2)
    assert "Latin \\xff” is not text in UTF-8" in ran.err and mine.read_bytes() == before


def test_a_file_may_have_any_name(relwatch, mine, tmp_path):
    other = tmp_path / f"{BROKEN}.json"
    mine.rename(other)
    relwatch("list", "-C", other)
    relwatch("add", "-C", other, *MORE)


def test_words_of_help_and_answers(relwatch, mine):
    assert "Give an actor another name" in relwatch("actor", "--help").out
    relwatch("category", "add", "Culture", "--color", "blue", "-C", mine)
    relwatch("category", "add", "Sport", "--hue", "red", "--no-pager", "-C", mine)
    relwatch("category", "add", "Law", "--color", "never", "-C", mine)
    ran = relwatch("category", "add", "Art", "--color", "mauve", "-C", mine, code=2)
    assert "“mauve” is no colour" in ran.err and "bright_cyan" in ran.err
    added = read(mine)["categories"][2:]
    assert [one.get("color") for one in added] == ["blue", "red", None]
    relwatch("edit", "-C", mine, "2022-01-05", "--set", "categories=sport")
    assert "1 record changed" in relwatch("category", "merge", "sport", "law", "-C", mine).out


# In the editor: a script stands in for the person at it.


@pytest.fixture
def editor(tmp_path, monkeypatch):
    """Let each opening of the editor run one of these functions on the draft's text."""

    def set_editor(*turns):
        script = tmp_path / "editor.py"
        seen = tmp_path / "seen"
        seen.mkdir(exist_ok=True)
        turns_file = tmp_path / "turns.json"
        turns_file.write_text(json.dumps(turns))
        script.write_text(
            "import sys, json, pathlib\n"
            f"seen = pathlib.Path({str(seen)!r})\n"
            "n = len(list(seen.iterdir()))\n"
            "draft = pathlib.Path(sys.argv[1])\n"
            "text = draft.read_text()\n"
            "(seen / str(n)).write_text(text)\n"
            f"turn = json.load(open({str(turns_file)!r}))[n]\n"
            "if turn == 'fail': sys.exit(1)\n"
            "for old, new in turn:\n"
            "    assert old in text, (old, text)\n"
            "    text = text.replace(old, new, 1)\n"
            "draft.write_text(text)\n"
        )
        monkeypatch.setenv("VISUAL", f"{sys.executable} {script}")
        return lambda number: (seen / str(number)).read_text()

    return set_editor


FILLED = [['date = ""', "date = 2022-01-10"], ["categories = []", 'categories = ["military"]'],
          ['title = ""', 'title = "Exercise announced"']]  # fmt: skip


def drafts(home):
    return sorted(home.rglob("drafts/*.toml"))


def test_add_in_the_editor(relwatch, mine, editor, home):
    seen = editor(FILLED)
    assert relwatch("add", "-C", mine, "--editor").out == "2022-01-10-exercise-announced\n"
    assert "# Categories: political, military" in seen(0) and drafts(home) == []
    assert read(mine)["events"][2]["date"] == "2022-01-10"


def test_a_mistake_opens_the_same_draft_with_the_error_on_top(relwatch, mine, editor, home):
    wrong = [*FILLED[:1], ["categories = []", 'categories = ["militry"]'], *FILLED[2:]]
    seen = editor(wrong, [['militry"]', "military"]], [['["military', '["military"]']])
    assert relwatch("add", "-C", mine, "--editor").code == 0
    assert seen(1).startswith(
        "#! NOT SAVED: unknown category “militry”"
    ) and "Exercise announced" in seen(1)
    assert "is not TOML" in seen(2).splitlines()[0] and seen(2).count("NOT SAVED") == 1
    assert drafts(home) == []


def test_an_abandoned_draft_is_kept_and_named(relwatch, mine, editor, home):
    before = mine.read_bytes()
    editor([['title = ""', 'title = "Half an event"']], [])
    ran = relwatch("add", "-C", mine, "--editor", code=2)
    kept = drafts(home)
    assert len(kept) == 1 and str(kept[0]) in ran.err and "Half an event" in kept[0].read_text()
    assert mine.read_bytes() == before
    (home / "gone").mkdir()
    editor_seen = editor([], [], [*FILLED[:2]])
    assert relwatch("add", "-C", mine, "--draft", kept[0]).out == "2022-01-10-half-event\n"
    assert "Half an event" in editor_seen(2) and drafts(home) == []


def test_a_failing_editor_keeps_the_draft(relwatch, mine, editor, home, monkeypatch):
    editor("fail")
    assert str(drafts(home)) != relwatch("add", "-C", mine, "--editor", code=4).err
    assert len(drafts(home)) == 1
    monkeypatch.setenv("VISUAL", "/no/such/editor")
    assert "set VISUAL" in relwatch("add", "-C", mine, "--editor", code=4).err


def test_an_untouched_draft_adds_nothing(relwatch, mine, editor, home):
    editor([])
    assert "nothing was added" in relwatch("add", "-C", mine, "--editor").err and drafts(home) == []


def test_edit_in_the_editor_keeps_what_toml_cannot_hold(relwatch, keep, editor):
    strange = {
        "mine": {"deep": [None, 1]},
        "notes": [{"kind": "context", "text": "a", "value": None}],
    }
    path = keep(
        small([event(1, summary="Two\nlines", cameo="0331", intensity=5.2, scale="x", **strange)])
    )
    editor([["Event 1", "Event one"], ["Two\nlines", "Two\nmore lines"]])
    relwatch("edit", "-C", path, "2022-01-05")
    assert read(path)["events"][0] == {
        **event(1, title="Event one", summary="Two\nmore lines", cameo="0331", intensity=5.2, scale="x"), **strange,
    }  # fmt: skip


def test_add_without_options_needs_a_terminal(relwatch, mine):
    ran = relwatch("add", "-C", mine, "--title", "x", code=2)
    assert "--date, --category" in ran.err


def test_names_and_references_stay_right(relwatch, mine):
    relwatch("edit", "-C", mine, "2022-01-05", "--set", "actors+=lavrov", "--set", 'quotes=[{"speaker":"lavrov","text":"x"}]',
             "--set", 'sources=[{"source":"tass"}]', "--set", 'notes=[{"kind":"context","source":"tass","text":"y"}]')  # fmt: skip
    relwatch("actor", "add", "Sergey Lavrov", "--kind", "person", "--of", "russia", "-C", mine)
    relwatch("actor", "merge", "lavrov", "sergey-lavrov", "-C", mine)
    relwatch("source", "add", "TASS agency", "-C", mine)
    relwatch("source", "merge", "tass", "tass-agency", "-C", mine)
    relwatch("category", "add", "Diplomatic", "-C", mine)
    relwatch("category", "merge", "political", "diplomatic", "-C", mine)
    relwatch("actor", "rename", "sergey-lavrov", "S. Lavrov", "-C", mine)
    document = read(mine)
    first = document["events"][0]
    assert (
        first["actors"] == ["IRN", "RUS", "sergey-lavrov"]
        and first["quotes"][0]["speaker"] == "sergey-lavrov"
    )
    assert (
        first["sources"] == [{"source": "tass-agency"}]
        and first["notes"][0]["source"] == "tass-agency"
    )
    assert first["categories"] == ["diplomatic"] and [c["id"] for c in document["categories"]] == [
        "military",
        "diplomatic",
    ]
    actor = document["actors"][-1]
    assert actor["name"] == "S. Lavrov" and set(actor["aliases"]) == {
        "Sergei Lavrov",
        "Sergey Lavrov",
        "lavrov",
    }
    assert relwatch("check", mine).out == ""
    relwatch("actor", "merge", "IRN", "RUS", "-C", mine, code=2)
    assert "IRN" in relwatch("actor", "list", "-C", mine).out
    relwatch("actor", "add", "Gazprom", "-C", mine, code=2)


def test_config(relwatch):
    relwatch("config", "set", "dates", "checked")
    assert relwatch("config", "get", "dates").out == "checked\n"
    relwatch("config", "set", "dates", "")
    assert "dates = stated" in relwatch("config", "list").out
    assert relwatch("config", "set", "dates", "x", code=2) and relwatch(
        "config", "get", "date", code=2
    )


@pytest.mark.slow
def test_sixteen_processes_add_by_command(keep):
    path = keep(small())
    loop = ('for n in $(seq 50); do "$0" -m relwatch add -C "$1" --date 2022-01-05 -c political '
            '--title "Event $n of $2" --duplicates keep >/dev/null || exit 1; done')  # fmt: skip
    running = [
        subprocess.Popen(["sh", "-c", loop, sys.executable, path, str(who)]) for who in range(16)
    ]
    assert [one.wait() for one in running] == [0] * 16
    titles = [one["title"] for one in read(path)["events"]]
    assert sorted(titles) == sorted(
        f"Event {n} of {who}" for n in range(1, 51) for who in range(16)
    )
    assert os.listdir(path.parent) == ["mine.json"]


@pytest.mark.parametrize(
    ("layout", "ends"), [({"indent": 4}, "\n"), ({"separators": (",", ":")}, "\n"), ({"indent": 2}, "\r\n")]
)  # fmt: skip
def test_a_file_of_another_layout_is_laid_out_anew_and_that_is_said(relwatch, mine, layout, ends):
    text = json.dumps(read(mine), ensure_ascii=False, **layout) + "\n"
    mine.write_bytes(text.replace("\n", ends).encode())
    change = ("edit", "2022-01-05", "-C", mine, "--set")
    assert "laid out anew" in relwatch(*change, "stage=held").err
    assert "laid out" not in relwatch(*change, "stage=").err


def test_check_goes_on_where_a_file_is_missing(relwatch, mine, tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    for files in ((broken, tmp_path / "none.json"), (tmp_path / "none.json", broken)):
        ran = relwatch("check", *files, code=2)
        assert "broken.json" in ran.out and "none.json: no such file" in ran.err


@pytest.mark.parametrize(
    "change",
    [("edit", "2022-01-05", "--set", "summary=x"), ("edit", "2022-01-05"),
     ("cite", "2022-01-05", "--source", "tass")],
    ids=["set", "editor", "cite"],
)  # fmt: skip
def test_what_a_file_leaves_empty_stays_as_it_spells_it(
    relwatch, keep, tmp_path, monkeypatch, change
):
    empty = {"end": None, "tags": [], "x_reviewed_by": None, "x_marks": [], "x_more": {"a": None}}
    mine = keep(small([event(1, **empty, x_number=1.50)]))
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nsed -i "s/^title = .*/title = \\"New\\"/" "$1"\n')
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))
    relwatch(*change, "-C", mine)
    (made,) = read(mine)["events"]
    assert made | empty == made and made != event(1, **empty)


@pytest.mark.parametrize("end", ["\r\n", "\u2028", "\u2029", "\x85", "\x0b", "\x1c", "\r", "\n"])
def test_every_character_goes_through_the_editor(relwatch, keep, tmp_path, monkeypatch, end):
    mine = keep(small([event(1, summary=f"one{end}two", tags=[f"a{end}b"])]))
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nsed -i "s/^title = .*/title = \\"New\\"/" "$1"\n')
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))
    relwatch("edit", "2022-01-05", "-C", mine)
    assert read(mine)["events"] == [
        event(1, title="New", summary=f"one{end}two", tags=[f"a{end}b"])
    ]


def test_what_is_typed_at_the_end_of_a_draft_is_the_events(relwatch, keep, tmp_path, monkeypatch):
    mine = keep(small([event(1, origin={"dataset": "d", "id": "1"}, places=[{"name": "Tehran"}])]))
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho \'summary = "At the end"\' >> "$1"\n')
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))
    relwatch("edit", "2022-01-05", "-C", mine)
    (made,) = read(mine)["events"]
    assert made["summary"] == "At the end" and made["origin"] == {"dataset": "d", "id": "1"}


def test_an_end_of_coverage_that_moves_back_is_said(relwatch, mine):
    relwatch("cover", "-C", mine, "--from", "2022-01-01", "--to", "2022-03-31")
    ran = relwatch("cover", "-C", mine, "--to", "2022-02-05")
    assert "taken back: the end was 2022-03-31" in ran.err
    assert "both ends" in relwatch("cover", "-C", mine, "--to", "2021-02-05", code=2).err


def test_check_without_a_file_says_what_it_checked(relwatch, mine, monkeypatch):
    monkeypatch.setenv("RELWATCH_CORPUS", str(mine))
    ran = relwatch("check")
    assert f"{mine}: checked, as no file was named" in ran.err
    assert relwatch("check", mine).err == ""


def test_what_a_merge_of_a_new_event_leaves_out_is_told_whole(relwatch, mine):
    new = (
        "add",
        "-C",
        mine,
        "--date",
        "2022-01-05",
        "-c",
        "political",
        "--title",
        "Talks on gas pipelines",
    )
    relwatch("edit", "2022-01-05", "-C", mine, "--set", "summary=A")
    text = "My long summary. " * 20
    ran = relwatch(*new, "--summary", text, "--stage", "held", "--duplicates", "merge")
    assert f"not taken: summary: {text.strip()}" in ran.err and "not taken: title" in ran.err
    ran = relwatch(*new, "--summary", text, "--duplicates", "merge", "--json")
    assert {one["field"] for one in json.loads(ran.out)["not_taken"]} == {"title", "summary"}


def test_what_has_to_be_declared_for_a_draft_is_in_the_way_on(
    relwatch, mine, tmp_path, monkeypatch
):
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\ngrep -q Daily "$1" && exit 0\n'
                      'echo \'sources = [{source="Daily"}]\' >> "$1"\n')  # fmt: skip
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))
    ran = relwatch("edit", "2022-01-05", "-C", mine, code=2)
    assert ran.err.rstrip().endswith("--create")
    way = ran.err.rstrip().splitlines()[-1].split("relwatch ", 1)[1]
    editor.write_text('#!/bin/sh\ntouch "$1"\necho >> "$1"\n')
    relwatch(*shlex.split(way))
    assert read(mine)["events"][0]["sources"] == [{"source": "daily"}]


def test_plainer_ways_out(relwatch, mine, tmp_path):
    ran = relwatch("edit", "2022", "-C", mine, "--status", "candidate", code=2)
    assert "as in --set status=VALUE" in ran.err
    assert (
        "`relwatch cite` adds one"
        in relwatch("edit", "2022", "-C", mine, "--set", "sources=x", code=2).err
    )
    ran = relwatch("actor", "merge", "IRN", "RUS", "-C", mine, code=2)
    assert "IRN and RUS are the two parties" in ran.err
    made = tmp_path / "in-pk.json"
    relwatch("corpus", "new", made, "--parties", "IND,PAK", "--title", "T")
    assert read(made)["id"] == "in-pk"
    assert (
        "is in no git repository"
        in relwatch("changes", "-C", made, "--against", "HEAD", code=2).err
    )
