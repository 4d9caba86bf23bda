"""Two declarations made one: every reference is right, and nothing is cited twice for it."""

import pytest

from tests.curation.making import event, read, small


@pytest.fixture
def mine(keep):
    cited = [{"source": "itar", "grade": "A1"}, {"source": "tass"}]
    differ = [{"source": "itar", "grade": "A1"}, {"source": "tass", "grade": "B2"}]
    corrected = [{"kind": "correction", "field": "actors", "value": ["IRN", "slavrov"]}]
    document = small([
        event(1, sources=cited, actors=["slavrov"], notes=corrected),
        event(2, "2022-02-01", sources=differ),
    ])  # fmt: skip
    document["sources"] = [
        {"id": "tass", "publisher": "TASS"},
        {"id": "itar", "title": "ITAR-TASS"},
    ]
    document["actors"].append({"id": "slavrov", "name": "S. Lavrov", "kind": "person"})
    return keep(document)


def test_citations_that_become_one(relwatch, mine):
    ran = relwatch("source", "merge", "itar", "tass", "-C", mine)
    one, two = read(mine)["events"]
    assert one["sources"] == [{"source": "tass", "grade": "A1"}]
    assert [o["grade"] for o in two["sources"]] == ["A1", "B2"]
    assert "2022-02-01-event-2 cites tass twice now" in ran.err and "2022-01-05" not in ran.err


def test_a_correction_names_who_is_left(relwatch, mine):
    relwatch("actor", "merge", "slavrov", "lavrov", "-C", mine)
    one = read(mine)["events"][0]
    assert one["actors"] == ["lavrov"] and one["notes"][0]["value"] == ["IRN", "lavrov"]
    # Old questions still find it.
    for name in ("slavrov", "S. Lavrov"):
        assert relwatch("list", "-C", mine, "-a", name, "--count").out == "1\n"
