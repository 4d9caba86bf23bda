"""actor, category and source: what is declared, renamed, listed and joined."""

import pytest

from tests.curation.making import event, small


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
