"""actor, category and source: what is declared, renamed, listed and joined."""

import json

import pytest

from tests.curation.making import event, read, small


@pytest.fixture
def mine(keep):
    return keep(small([event(1, actors=["IRN", "lavrov"], sources=[{"source": "tass"}])]))


@pytest.mark.parametrize(
    "what, name", [("actor", "lavrov"), ("category", "military"), ("source", "tass")]
)
@pytest.mark.parametrize("empty", ["", " ", "\t "])
def test_an_empty_name_is_refused(relwatch, mine, what, name, empty):
    before = mine.read_bytes()
    assert "needs a" in relwatch(what, "rename", name, empty, "-C", mine, code=2).err
    assert "needs a" in relwatch(what, "add", empty, "-C", mine, code=2).err
    assert mine.read_bytes() == before
    assert relwatch(what, "rename", name, " Two  words ", "-C", mine).out.endswith("→ Two words\n")
    assert '"Two words"' in mine.read_text()


def test_check_tells_empty_names(relwatch, keep):
    document = small([event(1, actors=["lavrov"], sources=[{"source": "a"}, {"source": "b"}])])
    document["actors"][2]["name"] = " "
    document["categories"][1]["name"] = ""
    document["sources"] = [{"id": "a", "url": "https://a.ru/"}, {"id": "b", "publisher": "B"}]
    said = relwatch("check", keep(document)).out
    assert "advice: " in said and "error" not in said
    for place in (
        "actors[2].name: an empty",
        "categories[1].name: an empty",
        "sources[0]: neither",
    ):
        assert place in said
    assert "sources[1]: neither" not in said


@pytest.mark.parametrize("fields", [{}, {"title": "TASS"}, {"title": ""}])
def test_an_outlet_is_known_by_its_publisher(relwatch, keep, fields):
    source = {"id": "agency", "publisher": "TASS", **fields}
    path = keep(small([event(1)], sources=[source]))
    before = path.read_bytes()
    for name in ("TASS", "tass"):
        said = relwatch("source", "add", name, "-C", path, code=2).err
        assert "source agency (TASS) is declared already" in said
    assert path.read_bytes() == before
    assert relwatch("source", "list", "-C", path).out == "agency       0  TASS\n"
    relwatch("cite", event(1)["id"], "--source", "TASS", "-C", path)
    assert read(path)["events"][0]["sources"] == [{"source": "agency"}]


def test_an_article_is_not_its_publisher(relwatch, keep):
    source = {"id": "gas", "publisher": "TASS", "title": "Gas talks"}
    path = keep(small([event(1)], sources=[source]))
    assert relwatch("source", "add", "TASS", "-C", path).out == "tass\n"


def test_lists_read_what_list_reads(relwatch, keep):
    document = small([event(1, actors=["gone", "IRN"], intensity=99, sources=[{"source": "none"}])])
    document["actors"][0]["of"] = "iran"
    document["sources"].append({"id": "tass", "title": "TASS again", "mine": 1})
    path = keep(document)
    relwatch("check", path, code=3)
    relwatch("list", "-C", path)
    assert "IRN          1  Iran" in relwatch("actor", "list", "-C", path).out
    assert "political       1  Political" in relwatch("category", "list", "-C", path).out
    assert json.loads(relwatch("source", "list", "--json", "-C", path).out)[1] == {
        "id": "tass", "title": "TASS again", "mine": 1, "events": 0,
    }  # fmt: skip
    assert relwatch("actor", "list", "-C", keep({**document, "actors": 1}), code=3).out == ""


def test_citing_again_is_told(relwatch, keep):
    one, long = event(1)["id"], "https://x/" + "y" * 200
    path = keep(small([event(1, sources=[{"source": "tass", "grade": "B2"},
                                         {"source": "tass", "url": long, "locator": "p. 1"}])]))  # fmt: skip
    before = path.read_bytes()
    for more in ((), ("--grade", "B2")):
        ran = relwatch("cite", one, "--source", "TASS", *more, "-C", path)
        assert ran.out == "" and f"{one} cites tass already" in ran.err
        assert relwatch("cite", one, "--source", "TASS", "--json", "-C", path).out == "[]\n"
    assert path.read_bytes() == before
    ran = relwatch("cite", one, "--source", "TASS", "--grade", "C3", "-C", path)
    assert "cited tass already; grade: B2 → C3" in ran.err
    ran = relwatch("cite", one, "--source", "TASS", "--url", long, "--locator", "p. 2", "-C", path)
    assert "locator: p. 1 → p. 2" in ran.err
    ran = relwatch("cite", one, "--source", "TASS", "--url", long, "--grade", "A1", "-C", path)
    assert "already" not in ran.err
    assert read(path)["events"][0]["sources"] == [
        {"source": "tass", "grade": "C3"},
        {"source": "tass", "grade": "A1", "url": long, "locator": "p. 2"},
    ]


def test_namesakes_are_told_apart_by_a_new_name(relwatch, keep):
    document = small(
        [event(1, actors=["lavrov", "l2"]), event(2, "2022-03-05", actors=["IRN", "RUS"])]
    )
    document["events"][0]["sources"] = [{"source": "tass"}]
    document["actors"].append({"id": "l2", "name": "Sergei LAVROV", "kind": "person"})
    mine = keep(document)
    assert "is also a name of" in relwatch("check", mine).out
    relwatch("actor", "rename", "l2", "Lavrov the Younger", "-C", mine)
    assert relwatch("check", mine).out == ""
    assert relwatch("list", "-C", mine, "--actor", "Sergei Lavrov", "--count").out == "1\n"


@pytest.mark.parametrize("way", ["rename", "merge"])
def test_files_still_name_what_was_renamed_or_made_one(relwatch, keep, press, way):
    """What an analyst tidied stays tidy when the next file comes."""
    mine = keep(small([]))
    file = press(
        "date,title,category,source,actors\n2023-06-01,Talks,military,Anadolu Agency,Iran\n"
    )
    taken = ("import", file, "--into", mine)
    relwatch(*taken, "--create")
    if way == "rename":
        relwatch("source", "rename", "Anadolu Agency", "AA", "-C", mine)
        relwatch("category", "rename", "military", "Armed forces", "-C", mine)
    else:
        relwatch("source", "merge", "anadolu-agency", "tass", "-C", mine)
        relwatch("category", "merge", "military", "political", "-C", mine)
    before = mine.read_bytes()
    for more in ((), ("--create",)):
        assert "1 same" in relwatch(*taken, *more).err
        assert mine.read_bytes() == before
    # And a new row of the same names is one of them, too.
    file.write_text(file.read_text() + "2023-07-09,A drill,Military,Anadolu Agency,Iran\n")
    relwatch(*taken)
    first, second = read(mine)["events"]
    assert (first["categories"], first["sources"]) == (second["categories"], second["sources"])
    assert relwatch("check", mine).out.count("never used") <= 2
