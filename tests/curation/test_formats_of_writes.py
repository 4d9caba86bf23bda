"""A command that cannot answer in a format says so before it writes anything."""

import pytest

from relwatch.cli.app import COMMANDS, load
from tests.curation.making import event, read, small

EVENT = "2022-01-05-event-1"
NEW = ("--date", "2022-01-20", "-c", "political", "--title", "Ministers speak by telephone")
RENAMED = {"actor": "lavrov", "category": "military", "source": "tass"}
CALLS = {
    "list": ("-C", "mine.json"),
    "filter": ("political", "-C", "mine.json"),
    "search": ("event", "-C", "mine.json"),
    "show": (EVENT, "-C", "mine.json"),
    "stats": ("--by", "category", "-C", "mine.json"),
    "export": ("-", "-C", "mine.json"),
    "add": (*NEW, "-C", "mine.json"),
    "edit": (EVENT, "--set", "title=Other", "-C", "mine.json"),
    "remove": (EVENT, "-C", "mine.json"),
    "cite": (EVENT, "--source", "TASS", "-C", "mine.json"),
    "cover": ("--to", "2022-02-28", "-C", "mine.json"),
    "import": ("rows.csv", "--into", "mine.json"),
    "merge": ("mine.json", "hers.json", "--base", "old.json"),
    "changes": ("--against", "old.json", "-C", "mine.json"),
    "undo": ("-C", "mine.json"),
    "redo": ("-C", "mine.json"),
    "check": ("--fix", "mine.json"),
    "corpus list": (),
    "corpus info": ("mine.json",),
    "corpus schema": (),
    "corpus new": ("new.json", "--parties", "IRN,RUS", "--title", "T"),
    "corpus copy": ("mine.json", "copy.json"),
    "corpus log": ("mine.json", "--save", "1", "saved.json"),
    "datasets list": (),
    "datasets sniff": ("mine.json",),
    "datasets rules": (),
    "datasets cache": ("--clear",),
    "config list": (),
    "config get": ("dates",),
    "config set": ("dates", "checked"),
    "view save": ("mil", "military", "-C", "mine.json"),
    "view list": (),
    "view remove": ("old",),
    **{f"{word} list": ("-C", "mine.json") for word in RENAMED},
    **{f"{word} add": ("Turkey", "-C", "mine.json") for word in RENAMED},
    **{f"{word} rename": (name, "Other", "-C", "mine.json") for word, name in RENAMED.items()},
    "actor merge": ("lavrov", "RUS", "-C", "mine.json"),
    "category merge": ("military", "political", "-C", "mine.json"),
    "source merge": ("tass", "itar", "-C", "mine.json"),
}
FORMATS = [("-f", one) for one in ("csv", "tsv", "ndjson", "markdown", "html", "jsn")]
FORMATS += [("--excel",), ("--json", "-f", "csv"), ("--json", "--excel"), ("--json", "-f", "table")]


def leaves():
    for name in COMMANDS:
        command = load(name)
        inside = getattr(command, "commands", None)
        yield from (f"{name} {one}" for one in inside) if inside else (name,)


@pytest.fixture
def folder(relwatch, keep, tmp_path, home, monkeypatch):
    """A corpus with something to undo and to redo, and all that the commands above need."""
    monkeypatch.chdir(tmp_path)
    sources = [{"id": "tass", "title": "TASS"}, {"id": "itar", "title": "ITAR"}]
    old = small([event(1), event(2, "2022-01-08")], sources=sources)
    path = keep({**old, "coverage": [{"start": "2022-01-01", "end": "2022-01-31"}]})
    keep(old, "old.json")
    keep({**old, "title": "Hers"}, "hers.json")
    (tmp_path / "rows.csv").write_text("date,category,title\n2022-01-25,military,Drill\n")
    relwatch("view", "save", "old", "political", "-C", path)
    relwatch("edit", EVENT, "--set", "tags=a", "-C", path)
    relwatch("edit", EVENT, "--set", "tags=b", "-C", path)
    relwatch("undo", "-C", path)

    def state():
        return {
            one: one.read_bytes()
            for top in (tmp_path, home)
            for one in sorted(top.rglob("*"))
            if one.is_file() and one.suffix != ".lock"
        }

    return state


def test_every_command_is_called_here():
    assert set(leaves()) == set(CALLS)


@pytest.mark.parametrize("name", CALLS)
def test_what_is_refused_has_written_nothing(relwatch_any, folder, name):
    formats = COMMANDS[name.split()[0]].formats
    for chosen in FORMATS:
        before = folder()
        ran = relwatch_any(*name.split(), *CALLS[name], *chosen)
        if not formats:
            assert ran.code == 2 and ran.out == "", (name, chosen)
        if ran.code == 2:
            assert folder() == before, (name, chosen)


@pytest.mark.parametrize("name", [one for one in CALLS if not COMMANDS[one.split()[0]].formats])
def test_help_offers_only_what_there_is(relwatch, name):
    said = relwatch(*name.split(), "--help").out
    assert "--excel" not in said and "csv, tsv" not in said and "--json" in said


def test_lines_and_json_are_given(relwatch, folder):
    given = relwatch("edit", EVENT, "--set", "title=A", "-C", "mine.json", "-f", "JSON").out
    assert given.startswith("[")
    assert "→" in relwatch("edit", EVENT, "--set", "title=B", "-C", "mine.json", "-f", "table").out
    assert read("mine.json")["events"][0]["title"] == "B"


@pytest.fixture
def relwatch_any(capfd):
    """Run a command in this process, however it ends."""
    from relwatch.cli.app import main
    from tests.curation.conftest import Ran

    def run(*arguments):
        capfd.readouterr()
        return Ran(main([str(one) for one in arguments]), *capfd.readouterr())

    return run
