"""Drafts in the editor while the world goes on: others write, editors misbehave, folders vanish."""

import json
import os
import stat
import sys

import pytest

from relwatch.curation.drafts import reopened
from tests.curation.making import event, read, small

ID = "2022-01-05-event-1"
NOTHING = ""
SAVE = "draft.write_bytes(draft.read_bytes())"


@pytest.fixture
def mine(keep):
    return keep(small([event(1, summary="As it was.", tags=["a"])]))


@pytest.fixture
def editor(tmp_path, monkeypatch):
    """Let each opening of the editor run one piece of Python, which knows the path `draft`.

    The last piece goes on for ever. Gives back what each opening met.
    """

    def set_editor(*turns):
        folder = tmp_path / f"editor-{len(list(tmp_path.glob('editor-*')))}"
        folder.mkdir()
        (folder / "turns.json").write_text(json.dumps(turns))
        (folder / "editor.py").write_text(
            "import json, os, pathlib, subprocess, sys\n"
            f"folder = pathlib.Path({str(folder)!r})\n"
            "draft = pathlib.Path(sys.argv[1])\n"
            "n = len(list(folder.glob('seen-*')))\n"
            "assert n < 8, 'an endless loop'\n"
            "(folder / f'seen-{n}').write_bytes(draft.read_bytes())\n"
            "def change(old, new):\n"
            "    head, blank, rest = draft.read_text().partition('\\n\\n')\n"
            "    assert old in rest, (old, rest)\n"
            "    draft.write_text(head + blank + rest.replace(old, new, 1))\n"
            "def relwatch(*words):\n"
            "    words = [sys.executable, '-m', 'relwatch', *words]\n"
            "    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)\n"
            "turns = json.load(open(folder / 'turns.json'))\n"
            "exec(turns[min(n, len(turns) - 1)])\n"
        )
        monkeypatch.setenv("VISUAL", f"{sys.executable} {folder / 'editor.py'}")
        return lambda number: (folder / f"seen-{number}").read_text(errors="replace")

    return set_editor


def meanwhile(path, *assignments):
    """What a colleague does while the editor is open."""
    words = [word for one in assignments for word in ("--set", one)]
    return f"relwatch('edit', '-C', {str(path)!r}, {ID!r}, *{words!r})"


def drafts(home):
    return sorted(home.rglob("drafts/*.toml"))


def retitled(title, old="Event 1"):
    return f"change('title = \"{old}\"', 'title = \"{title}\"')"


# Somebody else changed the event meanwhile.


def test_what_only_one_side_changed_is_taken(relwatch, mine, editor, home):
    editor(f"{meanwhile(mine, 'summary=Theirs.', 'tags+=b')}; {retitled('Mine')}")
    ran = relwatch("edit", "-C", mine, ID)
    assert ran.out == f"{ID}: title: Event 1 → Mine\n"
    assert "joined with what was changed meanwhile: summary, tags" in ran.err
    assert read(mine)["events"] == [event(1, title="Mine", summary="Theirs.", tags=["a", "b"])]
    assert drafts(home) == []


def test_what_both_changed_opens_again_with_both_values(relwatch, mine, editor, home):
    seen = editor(
        f"{meanwhile(mine, 'title=Theirs', 'summary=New.')}; {retitled('Mine')}",
        retitled("Both", "Mine"),
    )
    relwatch("edit", "-C", mine, ID)
    head = [line for line in seen(1).splitlines() if line.startswith("#! ")]
    assert "changed meanwhile by someone else" in head[0]
    assert '#!   yours: title = "Mine"' in head and '#!   theirs: title = "Theirs"' in head
    assert read(mine)["events"] == [event(1, title="Both", summary="New.", tags=["a"])]


def test_saving_it_as_it_is_decides_for_it(relwatch, mine, editor, home):
    editor(f"{meanwhile(mine, 'title=Theirs', 'summary=New.')}; {retitled('Mine')}", SAVE)
    relwatch("edit", "-C", mine, ID)
    assert read(mine)["events"] == [event(1, title="Mine", summary="New.", tags=["a"])]
    assert drafts(home) == []


def test_what_was_decided_holds_against_that_state_only(relwatch, mine, editor):
    seen = editor(
        f"{meanwhile(mine, 'title=Theirs')}; {retitled('Mine')}",
        f"{meanwhile(mine, 'title=Theirs again')}; {SAVE}",
        SAVE,
    )
    relwatch("edit", "-C", mine, ID)
    assert '#!   theirs: title = "Theirs again"' in seen(2)
    assert read(mine)["events"][0]["title"] == "Mine"


def test_an_abandoned_draft_erases_nothing_when_it_is_taken_up_again(relwatch, mine, editor, home):
    editor(f"{meanwhile(mine, 'title=Theirs', 'summary=New.')}; {retitled('Mine')}", NOTHING)
    ran = relwatch("edit", "-C", mine, ID, code=2)
    theirs = event(1, title="Theirs", summary="New.", tags=["a"])
    (kept,) = drafts(home)
    assert str(kept) in ran.err and read(mine)["events"] == [theirs]
    # Opened and closed: still undecided, still nothing is lost.
    editor(NOTHING)
    relwatch("edit", "-C", mine, ID, "--draft", kept, code=2)
    assert drafts(home) == [kept] and read(mine)["events"] == [theirs]
    seen = editor(SAVE)
    relwatch("edit", "-C", mine, ID, "--draft", kept)
    assert "theirs: title" in seen(0) and "theirs: title" in seen(1)
    assert read(mine)["events"] == [{**theirs, "title": "Mine"}]
    assert drafts(home) == []


def test_a_draft_kept_for_another_reason_is_joined_too(relwatch, mine, editor, home):
    editor(retitled("Mine") + "; sys.exit(1)")
    relwatch("edit", "-C", mine, ID, code=4)
    relwatch("edit", "-C", mine, ID, "--set", "summary=Theirs.")
    (kept,) = drafts(home)
    editor(NOTHING)
    relwatch("edit", "-C", mine, ID, "--draft", kept)
    assert read(mine)["events"] == [event(1, title="Mine", summary="Theirs.", tags=["a"])]


def test_a_draft_that_does_not_know_its_base_asks_about_every_difference(
    relwatch, mine, editor, home
):
    editor("sys.exit(1)")
    relwatch("edit", "-C", mine, ID, code=4)
    (kept,) = drafts(home)
    kept.write_text("".join(kept.read_text().partition("\n#= ")[0]))
    relwatch("edit", "-C", mine, ID, "--set", "summary=Theirs.")
    seen = editor(NOTHING)
    relwatch("edit", "-C", mine, ID, "--draft", kept, code=2)
    assert 'theirs: summary = "Theirs."' in seen(1)
    assert read(mine)["events"][0]["summary"] == "Theirs."


def test_a_draft_is_of_one_event(relwatch, keep, editor, home):
    path = keep(small([event(1), event(2)]))
    editor("sys.exit(1)")
    relwatch("edit", "-C", path, ID, code=4)
    ran = relwatch("edit", "-C", path, "2022-01-05-event-2", "--draft", drafts(home)[0], code=2)
    assert f"is a draft of {ID}" in ran.err


def test_an_event_removed_meanwhile_ends_it_and_keeps_the_draft(relwatch, mine, editor, home):
    editor(f"relwatch('remove', '-C', {str(mine)!r}, {ID!r}); {retitled('Mine')}")
    ran = relwatch("edit", "-C", mine, ID, code=3)
    (kept,) = drafts(home)
    assert "was removed meanwhile" in ran.err and str(kept) in ran.err
    editor(NOTHING)
    relwatch("add", "-C", mine, "--draft", kept)
    assert read(mine)["events"][0]["title"] == "Mine"


def test_lines_typed_like_complaints_stay(relwatch, mine, editor):
    editor("change('\"As it was.\"', \"'''one\\n#! two\\n#= three'''\")", SAVE)
    relwatch("edit", "-C", mine, ID)
    assert read(mine)["events"][0]["summary"] == "one\n#! two\n#= three"


# Editors and what they leave.


def test_a_draft_that_is_not_utf_8_opens_again(relwatch, mine, editor, home):
    latin = "draft.write_bytes(draft.read_bytes().replace(b'Event 1', b'Caf\\xe9'))"
    seen = editor(latin, "draft.write_bytes(draft.read_bytes().replace(b'\\xe9', b'\\xc3\\xa9'))")
    relwatch("edit", "-C", mine, ID)
    said, *_ = seen(1).splitlines()
    assert "NOT SAVED" in said and "not UTF-8 (byte 0xe9)" in said
    named = int(said.partition("line ")[2].partition(":")[0])
    assert seen(1).split("\n")[named - 1] == 'title = "Caf�"'
    assert read(mine)["events"] == [event(1, title="Café", summary="As it was.", tags=["a"])]


def test_an_abandoned_draft_that_is_not_utf_8_is_kept_byte_for_byte(relwatch, mine, editor, home):
    latin = "draft.write_bytes(draft.read_bytes().replace(b'Event 1', b'Caf\\xe9'))"
    editor(latin, NOTHING)
    ran = relwatch("edit", "-C", mine, ID, code=2)
    (kept,) = drafts(home)
    assert str(kept) in ran.err and b"Caf\xe9" in kept.read_bytes()
    editor(NOTHING)
    ran = relwatch("edit", "-C", mine, ID, "--draft", kept, code=2)
    assert "not UTF-8" in ran.err and f"kept: {kept}" in ran.err and "line " in ran.err


def test_the_line_of_broken_toml_is_the_one_in_the_file(relwatch, mine, editor):
    seen = editor("change('\"Event 1\"', '\"Event')", NOTHING)
    relwatch("edit", "-C", mine, ID, code=2)
    said, *_ = seen(1).splitlines()
    named = int(said.partition("line ")[2].partition(":")[0])
    assert seen(1).splitlines()[named - 1] == 'title = "Event'


def test_a_draft_the_editor_deleted_is_said(relwatch, mine, editor):
    editor("draft.unlink()")
    ran = relwatch("edit", "-C", mine, ID, code=4)
    assert "the draft is gone" in ran.err and "Errno" not in ran.err


@pytest.mark.parametrize("command", ["add", "edit"])
def test_a_corpus_that_vanishes_while_the_editor_is_open(
    relwatch, tmp_path, keep, editor, home, command
):
    (tmp_path / "team").mkdir()
    path = keep(small([event(1)]), "team/mine.json")
    gone = f"os.rename({str(path.parent)!r}, {str(tmp_path / 'gone')!r}); {{}}"
    if command == "edit":
        editor(gone.format(retitled("Mine")))
        ran = relwatch("edit", "-C", path, ID, code=4)
    else:
        filled = "change('date = \"\"', 'date = 2022-02-01'); change('= []', '= [\"political\"]'); "
        editor(gone.format(filled + retitled("Mine", "")))
        ran = relwatch("add", "-C", path, "--editor", code=4)
    (kept,) = drafts(home)
    assert "not there any more" in ran.err and str(kept) in ran.err
    assert 'title = "Mine"' in kept.read_text()
    (tmp_path / "gone").rename(path.parent)
    editor(NOTHING)
    words = ("edit", "-C", path, ID) if command == "edit" else ("add", "-C", path)
    relwatch(*words, "--draft", kept)
    assert "Mine" in [one["title"] for one in read(path)["events"]]


def test_drafts_and_history_are_for_their_owner_alone(relwatch, mine, editor, home):
    mine.chmod(0o600)
    old = os.umask(0o022)
    try:
        editor("sys.exit(1)")
        relwatch("edit", "-C", mine, ID, code=4)
        relwatch("edit", "-C", mine, ID, "--set", "title=Secret")
    finally:
        os.umask(old)
    state = home / "state" / "relwatch"
    found = [path for name in ("history", "drafts") for path in (state / name).rglob("*")]
    assert len(found) == 5
    for path in [state / "history", state / "drafts", *found]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), (path, oct(mode))


def test_folders_that_others_could_look_into_are_closed(relwatch, mine, home):
    folder = home / "state" / "relwatch" / "history"
    folder.mkdir(parents=True, mode=0o755)
    relwatch("edit", "-C", mine, ID, "--set", "title=Secret")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_base_of_a_draft_survives_another_encoding(tmp_path, home, keep, relwatch, editor):
    """An editor may take the file for Latin-1 and save it as UTF-8: the base is ASCII."""
    path = keep(small([event(1, title="Café")]))
    editor("sys.exit(1)")
    relwatch("edit", "-C", path, ID, code=4)
    (kept,) = drafts(home)
    kept.write_bytes(kept.read_bytes().decode("latin-1").encode())
    assert reopened(kept).base == event(1, title="Café")
