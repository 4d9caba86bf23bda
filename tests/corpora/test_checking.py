"""`check` tells every problem of a file once, with its place and what was expected."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import inspect

from relwatch.corpora.checking import check_bytes, errors
from relwatch.corpora.documents import open_document, verified
from relwatch.corpora.reading import decode
from relwatch.errors import DataWrong, Problem
from relwatch.model import Corpus
from tests.documents import documents, encoded

FULL: dict[str, Any] = {
    "format": "relwatch-corpus/1",
    "id": "full",
    "title": "Every field of the format",
    "description": "Two events.",
    "parties": ["CHN", "RUS"],
    "method": {"selection": "convenience", "inclusion": "all", "expression": "tech"},
    "coverage": [{"start": "2021-01", "end": "2021-12-31", "basis": "read", "note": "daily"}],
    "categories": [{"id": "tech", "name": "Tech", "color": "cyan"}],
    "actors": [
        {"id": "CHN", "name": "China", "kind": "state"},
        {"id": "RUS", "name": "Russia", "kind": "state"},
        {"id": "putin", "name": "Putin", "kind": "person", "of": "RUS", "aliases": ["VVP"], "note": "N"},
    ],
    "sources": [
        {"id": "tass", "title": "T", "publisher": "TASS", "published": "2021-03-05", "url": "https://tass.com",
         "archived": "https://archive.org", "reliability": "B"},
    ],
    "events": [
        {"id": "2021-03-05-first", "date": "2021-03-05", "categories": ["tech"], "title": "First"},
        {"id": "2021-03-06-second", "date": "2021-03-06", "end": "2021-03-08", "uncertain": True,
         "reported": "2021-03-07", "categories": ["tech"], "title": "Second", "summary": "More.",
         "actors": ["CHN", "putin"], "initiators": ["CHN"], "about": ["RUS"],
         "places": [{"name": "Moscow", "country": "RUS", "lat": 55.7, "lon": 37, "precision": "city"}],
         "tags": ["t"], "quotes": [{"speaker": "putin", "text": "Q"}],
         "amounts": [{"value": 3, "currency": "USD", "what": "x"}], "stage": "held",
         "follows": ["2021-03-05-first"], "cameo": "062", "intensity": 7.4, "scale": "icews",
         "sources": [{"source": "tass", "grade": "B2", "url": "https://tass.com/1", "locator": "p. 1"}],
         "notes": [{"kind": "correction", "field": "date", "value": "2021-03-07", "source": "tass",
                    "confidence": "high", "text": "N"}],
         "status": "confirmed", "origin": {"dataset": "icews", "id": "1", "version": "2"},
         "derived": ["intensity"], "recorded": "2022-01-01"},
    ],
    "assessments": [
        {"id": "a", "statement": "S", "question": "q", "likelihood": "likely", "scale": "icd203",
         "confidence": "low", "condition": "c", "made": "2022-01", "due": "2023", "outcome": "o",
         "evidence": [{"event": "2021-03-05-first", "weighs": "for", "why": "w", "by": "editor"},
                      {"argument": "A", "weighs": "neutral", "by": "document"}],
         "source": "tass"},
    ],
}  # fmt: skip


def problems(document: Any) -> list[Problem]:
    return check_bytes(encoded(document), "mine.json")


def changed(path: str, value: Any) -> dict[str, Any]:
    """The full corpus with one value replaced; `...` removes it."""
    document = copy.deepcopy(FULL)
    *way, last = keys(path)
    holder: Any = document
    for key in way:
        holder = holder[key]
    if value is ...:
        del holder[last]
    elif isinstance(holder, list) and last == len(holder):
        holder.append(value)
    else:
        holder[last] = value
    return document


def keys(path: str) -> list[str | int]:
    parts = path.replace("[", ".[").split(".")
    return [int(part[1:-1]) if part.startswith("[") else part for part in parts]


def test_a_full_corpus_has_no_problem() -> None:
    """Every field of the format, filled in, is right."""
    assert problems(FULL) == []
    assert decode(encoded(FULL), "full").events[1].origin is not None


@given(documents())
def test_corpora_that_are_right_have_no_errors(document: dict[str, Any]) -> None:
    """What reading accepts and the format allows is no error."""
    content = encoded(document)
    assert errors(check_bytes(content, "made.json")) == ()
    assert len(decode(content, "made.json").events) == len(document["events"])


def _fields() -> list[tuple[str, inspect.Type]]:
    """Every field of every struct, with the path where the full corpus has it and its type."""
    found: list[tuple[str, inspect.Type]] = []

    def walk(kind: inspect.Type, path: str, value: Any) -> None:
        match kind:
            case inspect.Metadata(type=inner):
                walk(inner, path, value)
            case inspect.UnionType(types=kinds):
                walk(
                    next(one for one in kinds if not isinstance(one, inspect.NoneType)), path, value
                )
            case inspect.StructType(fields=fields):
                for field in fields:
                    inside = f"{path}.{field.encode_name}" if path else field.encode_name
                    if field.encode_name in value:
                        found.append((inside, field.type))
                        walk(field.type, inside, value[field.encode_name])
            case inspect.VarTupleType(item_type=item):
                # The item that has the most fields.
                number = max(range(len(value)), key=lambda n: len(str(value[n])))
                if isinstance(value[number], str):
                    found.append((f"{path}[{number}]", item))
                walk(item, f"{path}[{number}]", value[number])

    walk(inspect.type_info(Corpus), "", FULL)
    return found  # fmt: skip


FIELDS = dict(_fields())
ANYTHING = "events[1].notes[0].value"


def test_the_full_corpus_shows_every_field() -> None:
    """A field that is added to the types is added here, so that it is tested too."""
    names = {path.rpartition(".")[2] for path in FIELDS}
    kinds: list[Any] = [inspect.type_info(Corpus)]
    seen: set[str] = set()
    while kinds:
        kind = kinds.pop()
        for name in ("type", "item_type"):
            kinds += [getattr(kind, name)] if hasattr(kind, name) else []
        kinds += getattr(kind, "types", ())
        for field in getattr(kind, "fields", ()):
            seen.add(field.encode_name)
            kinds.append(field.type)
    assert seen - names == {"argument"}


@pytest.mark.parametrize("path", [path for path in FIELDS if path != ANYTHING])
def test_a_wrong_type_is_one_problem_at_its_place(path: str) -> None:
    """None twice for one cause, and what reading refuses is what check tells."""
    refused = 0
    for wrong in ({"a": 1}, [[]], 5, True, "\u0007"):
        if path.endswith(".id") and isinstance(wrong, str):
            continue
        document = changed(path, wrong)
        try:
            decode(encoded(document), "mine.json")
        except DataWrong as error:
            refused += 1
            assert all(problem.path.startswith(path) for problem in error.problems)
        else:
            continue
        # An object of another shape has an unknown field too.
        found = [problem for problem in problems(document) if problem.path != f"{path}.a"]
        assert len(found) == 1, [str(problem) for problem in found]
        assert found[0].level == "error"
        assert found[0].path.startswith(path)
    assert refused >= 3


@pytest.mark.parametrize("path", [path for path in FIELDS if not path.endswith("]")])
def test_null_is_as_good_as_nothing_or_one_problem(path: str) -> None:
    """Where a field is optional null means that it is empty; else it is one problem."""
    document = changed(path, None)
    found = errors(problems(document))
    try:
        decode(encoded(document), "mine.json")
    except DataWrong:
        assert [problem.path for problem in found] == [path]
    else:
        assert found == ()


def required() -> list[str]:
    return [
        "format", "id", "title", "parties", "categories", "categories[0].id", "categories[0].name",
        "actors[0].id", "actors[0].name", "actors[0].kind", "sources[0].id", "events[0].id", "events[0].date",
        "events[0].categories", "events[0].title", "events[1].places[0].name", "events[1].quotes[0].text",
        "events[1].amounts[0].value", "events[1].sources[0].source", "events[1].notes[0].kind",
        "events[1].origin.dataset", "coverage[0].start", "coverage[0].end", "assessments[0].id",
        "assessments[0].statement", "assessments[0].evidence[0].weighs", "assessments[0].evidence[0].by",
    ]  # fmt: skip


@pytest.mark.parametrize("path", required())
def test_a_missing_field_is_one_problem(path: str) -> None:
    """What must be there is named where it is missing, and nothing that follows from it."""
    found = problems(changed(path, ...))
    assert [(problem.path, problem.problem) for problem in found] == [(path, "missing")]


@pytest.mark.parametrize(
    ("path", "value", "level", "says"),
    [
        ("events[1].date", "2021-13-01", "error", "is not a date (YYYY, YYYY-MM or YYYY-MM-DD)"),
        ("events[1].date", "2021-02-30", "error", "is not a date"),
        ("events[1].reported", "yesterday", "error", "is not a date"),
        ("events[1].recorded", "2021-1-1", "error", "is not a date"),
        ("events[1].end", "2021-03-05", "error", "lies before the date, 2021-03-06"),
        ("events[1].categories", [], "error", "no category"),
        ("events[1].categories[0]", "teck", "error", "did you mean tech?"),
        ("events[1].id", "2021-03-05-first", "error", "also the id of events[0]"),
        ("events[1].id", " ", "error", "an empty id"),
        ("events[1].initiators[1]", "nobody", "error", "no actor “nobody” is declared"),
        ("events[1].notes[0].source", "tas", "error", "did you mean tass?"),
        ("assessments[0].source", "tas", "error", "did you mean tass?"),
        ("events[1].actors[2]", "CHN", "advice", "“CHN” stands there twice"),
        ("events[1].cameo", "062x", "advice", "is no CAMEO code"),
        ("events[1].title", " Second  event", "advice", "--fix"),
        ("events[1].stage", "begun", "error", "one of agreed, announced"),
        ("events[1].notes[0].kind", "remark", "error", "one of context, correction"),
        ("events[1].notes[0].value", "12 March", "error", "is not a date"),
        ("events[1].notes[0].value", 20210307, "error", "is not a date"),
        ("events[1].title", "Two\nlines", "advice", "one line"),
        ("events[1].title", " ", "advice", "one line"),
        ("events[1].actors[1]", "putn", "error", "did you mean putin?"),
        ("events[1].initiators[0]", "putin", None, ""),
        ("events[1].initiators[0]", "RUS", "advice", "not among the actors"),
        ("events[1].follows[0]", "2021-03-05-frist", "error", "did you mean 2021-03-05-first?"),
        ("events[1].follows[0]", "2021-03-06-second", "advice", "follows itself"),
        ("events[1].sources[0].source", "tas", "error", "did you mean tass?"),
        ("events[1].sources[0].grade", "G2", "advice", "is not a grade"),
        ("events[1].places[0].country", "Russia", "error", "ISO 3166-1"),
        ("events[1].places[0].lat", 155.7, "advice", "outside -90 to 90"),
        ("events[1].intensity", 11, "error", "outside -10 to +10"),
        ("events[1].scale", ..., "advice", "without its scale"),
        ("events[1].notes[0].source", ..., "advice", "names its source"),
        ("events[1].notes[0].field", ..., "advice", "names what it corrects"),
        ("events[1].colour", "red", "advice", "does not know this field; it is kept"),
        ("events[1].catgories", ["tech"], "advice", "it is kept"),
        ("coverage[0].end", "2020", "error", "ends before it begins"),
        ("coverage[0].start", "2021-99", "error", "is not a date"),
        ("parties[0]", "China", "error", "ISO 3166-1"),
        ("parties[0]", "KAZ", "error", "no actor “KAZ” is declared"),
        ("actors[2].of", "Russia", "error", "ISO 3166-1"),
        ("actors[2].id", "RUS", "error", "also the id of actors[1]"),
        ("actors[3]", {"id": "USA", "name": "U", "kind": "state"}, "advice", "“USA” is never used"),
        ("categories[1]", {"id": "tech", "name": "Again"}, "error", "also the id of categories[0]"),
        ("sources[0].published", "5.3.2021", "error", "is not a date"),
        ("assessments[0].scale", ..., "advice", "without its scale"),
        ("assessments[0].evidence", [], "advice", "without evidence"),
        ("assessments[0].evidence[0].event", "x", "error", "no event “x” is declared"),
        ("assessments[0].made", "soon", "error", "is not a date"),
        ("format", "relwatch-corpus/2", "error", "one of relwatch-corpus/1"),
    ],
)
def test_each_kind_of_problem_is_found_at_its_place(
    path: str, value: Any, level: str | None, says: str
) -> None:
    """A single fault gives its own message; what merely follows from it gives none at that level."""
    found = problems(changed(path, value))
    if level is None:
        assert found == []
        return
    here = [problem for problem in found if problem.path.startswith(path)]
    assert [problem.level for problem in here] == [level], [str(problem) for problem in found]
    assert says in str(here[0])
    assert str(here[0]).startswith(f"mine.json: {here[0].path}: ")
    if level == "advice":
        assert errors(found) == ()


@pytest.mark.parametrize(
    ("removed", "path", "says"),
    [
        ("events[1].end", "events[1].uncertain", "uncertain needs an end"),
        ("assessments[0].evidence[1].argument", "assessments[0].evidence[1]", "neither an event"),
    ],
)
def test_what_a_missing_field_leaves_without_sense(removed: str, path: str, says: str) -> None:
    """The remark stands where the reader looks."""
    (found,) = problems(changed(removed, ...))
    assert (found.path, found.level) == (path, "advice")
    assert says in found.problem


def test_no_declared_category_is_one_problem() -> None:
    """Events that name categories of an empty list do not each repeat it."""
    assert [problem.path for problem in problems(changed("categories", []))] == ["categories"]


def test_all_problems_come_at_once() -> None:
    """Three faults in three places are three problems."""
    document = changed("events[1].date", "2021-13-01")
    document["events"][0]["title"] = 5
    document["sources"][0]["reliability"] = "Z"
    assert {problem.path for problem in errors(problems(document))} == {
        "events[0].title",
        "events[1].date",
        "sources[0].reliability",
    }


def paths(document: Any) -> list[str]:
    return [problem.path for problem in errors(problems(document))]


@pytest.mark.parametrize("entry", [5, None, "e", [], True])
def test_an_entry_that_is_no_object_hides_no_link_elsewhere(entry: Any) -> None:
    """Nothing can lead to it."""
    for room, path in (("events", "assessments[0].evidence[0].event"), ("events", "events[1].follows[0]"),
                       ("actors", "events[1].actors[1]"), ("sources", "events[1].notes[0].source")):  # fmt: skip
        document = changed(path, "gone")
        document[room].append(entry)
        number = len(document[room]) - 1
        assert paths(document) == [f"{room}[{number}]", path]


def test_an_id_twice_hides_no_link_elsewhere() -> None:
    """Every id can be read."""
    document = changed("events[1].follows[0]", "gone")
    document["events"].append({**document["events"][0], "date": "2021-03-09"})
    assert paths(document) == ["events[2].id", "events[1].follows[0]"]


def test_a_link_to_what_lost_its_id_is_no_second_problem() -> None:
    """What else an entry says tells that it is meant, of one name at most."""
    document = changed("events[0].id", ...)
    assert paths(document) == ["events[0].id"]
    document["events"][1]["follows"].append("gone")
    document["assessments"][0]["evidence"].append(
        {"event": "2021-03-05-first-day", "weighs": "for", "by": "editor"}
    )
    found = errors(problems(document))
    assert [problem.path for problem in found] == [
        "events[0].id", "events[1].follows[1]", "assessments[0].evidence[2].event",
    ]  # fmt: skip
    assert found[1].expected == "an id of events; events[0] has none"
    for path in ("actors[2].id", "sources[0].id", "actors[0].id", "categories[0].id"):
        for value in (..., 5, " "):
            assert paths(changed(path, value)) == [path]


def test_an_entry_of_another_shape_names_whom_it_means() -> None:
    """A list of plain names in the place of declarations, a table in the place of an event."""
    document = changed("actors[2]", "putin")
    assert paths(document) == ["actors[2]"]
    document = copy.deepcopy(FULL)
    document["actors"].append({"id": "USA", "name": "U", "kind": "state"})
    document["events"].append(["2021-03-09", "Third", ["USA"]])
    assert [problem.path for problem in problems(document)] == ["events[2]"]


def test_as_many_unused_as_references_that_cannot_be_read_are_one_cause() -> None:
    """Of more than that some are certainly never used."""
    document = changed("events[1].about[0]", 5)
    idle = [{"id": name, "name": name, "kind": "state"} for name in ("USA", "KAZ")]
    document["actors"] += idle[:1]
    assert [problem.path for problem in problems(document)] == ["events[1].about[0]"]
    document["actors"] += idle[1:]
    assert [problem.path for problem in problems(document)] == [
        "events[1].about[0]", "actors[3]", "actors[4]",
    ]  # fmt: skip


def test_an_error_inside_hides_no_remark_on_the_whole() -> None:
    """Order is told of an event whose title is wrong, idleness of an actor whose state is."""
    document = changed("events[0].title", 5)
    document["events"].reverse()
    document["events"] = [dict(reversed(one.items())) for one in document["events"]]
    document["actors"].append({"id": "nobody", "name": "N", "kind": "person", "of": "Mars"})
    said = [(problem.path, problem.problem[:20]) for problem in problems(document)]
    assert said == [
        ("events[1].title", "a number where text "), ("actors[3].of", '"Mars" is not a stat'),
        ("events[1]", "the events are not i"), ("events[0]", "the keys are not in "),
        ("actors[3]", "“nobody” is never us"),
    ]  # fmt: skip


def test_a_key_given_twice_hides_nothing_of_what_it_says() -> None:
    content = encoded(FULL).replace(b'"title": "Second"', b'"title": "First", "title": 5')
    assert [problem.problem for problem in check_bytes(content, "mine.json")] == [
        "this key stands twice in one object", "a number where text belongs",
    ]  # fmt: skip


LINKS = {
    "events[1].follows[0]": "nope-id",
    "events[1].actors[1]": "nobody",
    "events[1].sources[0].source": "nowhere",
    "events[1].notes[0].source": "nowhere",
    "events[1].intensity": 80,
    "assessments[0].evidence[0].event": "nope-id",
    "assessments[0].source": "nowhere",
}


@pytest.mark.parametrize("path", LINKS)
def test_links_that_lead_nowhere_are_read_and_never_written(path: str) -> None:
    """A reader gets an answer; `check` fails, and no write leaves such a corpus behind."""
    content = encoded(changed(path, LINKS[path]))
    decode(content, "mine.json")
    assert open_document(content, "mine.json").ids()
    assert errors(check_bytes(content, "mine.json", reading=True)) == ()
    with pytest.raises(DataWrong) as refused:
        verified(content, "mine.json")
    assert [problem.path for problem in refused.value.problems] == [path]
    assert verified(encoded(FULL), "mine.json").id == "full"


def test_what_is_never_used_is_told_beside_errors() -> None:
    """One pass: a fault elsewhere does not hide it, one where a name may stand does."""
    unused = {"id": "USA", "name": "U", "kind": "state"}
    for path, value, hides in (
        ("coverage[0].end", "2020", False),
        ("events[1].title", 5, False),
        ("events[1].date", "2021-02-30", False),
        ("events[1].about", "USA", True),
        ("events[1].about[0]", 5, True),
    ):
        document = changed(path, value)
        document["actors"].append(unused)
        said = [problem.path for problem in problems(document)]
        assert ("actors[3]" in said) is not hides, (path, said)


def test_keys_out_of_order_are_one_remark() -> None:
    """However many records another program wrote in its own order."""
    document = copy.deepcopy(FULL)
    document["events"] = [dict(reversed(one.items())) for one in document["events"]]
    document["events"][1]["places"] = [dict(reversed(document["events"][1]["places"][0].items()))]
    (found,) = problems(document)
    assert (found.path, found.level) == ("events[0]", "advice")
    assert "order of the format, here and in 1 more places" in found.problem
    (found,) = problems(dict(reversed(FULL.items())))
    assert (found.path, found.level) == ("", "advice")


def test_events_out_of_order_are_a_remark() -> None:
    """Order makes diffs small; it changes no answer."""
    document = copy.deepcopy(FULL)
    document["events"].reverse()
    (found,) = problems(document)
    assert (found.path, found.level) == ("events[1]", "advice")


@pytest.mark.parametrize(
    ("content", "path", "says"),
    [
        (b"", "", "empty"),
        (b" \n ", "", "empty"),
        (b"{", "line 1, column 2", "stops in the middle"),
        (b'{"format": 5,}', "line 1, column 14", "broken JSON"),
        (b"{'a': 1}", "line 1, column 2", "broken JSON"),
        (b"\xef\xbb\xbf{}", "", "byte order mark"),
        ("{}".encode("utf-16"), "", "UTF-16"),
        (b'{"a":\n"\xff"}', "line 2", "is not UTF-8"),
        (b'{"a": NaN}', "", "NaN"),
        (b"[" * 100_000, "", "deeply"),
        (b"[]", "", "an array where an object belongs"),
        (b"5", "", "a number where an object belongs"),
        (b"null", "", "null where an object belongs"),
    ],
)
def test_files_that_are_no_corpus(content: bytes, path: str, says: str) -> None:
    """One clear message, by check and by reading alike."""
    (found,) = check_bytes(content, "mine.json")
    assert found.path == path
    assert says in str(found)
    with pytest.raises(DataWrong) as error:
        decode(content, "mine.json")
    assert error.value.problems == (found,)
    assert error.value.exit_code == 3


def test_keys_given_twice_are_found() -> None:
    """JSON readers keep the last one in silence."""
    content = encoded(FULL).replace(b'"title": "Second"', b'"title": "First", "title": "Second"')
    (found,) = check_bytes(content, "mine.json")
    assert found.path == "events[1].title"
    assert "twice" in found.problem


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)  # fmt: skip


@given(st.sampled_from(sorted(FIELDS)), JUNK)
def test_what_reading_refuses_check_explains(path: str, junk: Any) -> None:
    """No file is refused without a place and a reason."""
    document = changed(path, junk)
    try:
        decode(encoded(document), "mine.json")
    except DataWrong as error:
        assert all(problem.path for problem in error.problems)
        assert {problem.level for problem in error.problems} == {"error"}


@pytest.mark.parametrize(
    ("change", "path", "said"),
    [
        ({"categories": [{"id": "tech", "name": "Tech", "color": "foo"}]}, "categories[0].color", "terminals"),
        ({"actors": [{"id": "CHN", "name": "China", "kind": "state"}, {"id": "RUS", "name": "Russia", "kind": "state"}, {"id": "x", "name": "X"}]}, "actors[2].kind", "missing"),
        ({"events.places": [{"name": "Nowhere", "country": "ZZZ"}]}, "events[0].places[0].country", "no country"),
        ({"events.amounts": [{"value": 3, "currency": "EURO"}]}, "events[0].amounts[0].currency", "ISO 4217"),
        ({"events.notes": [{"kind": "correction", "field": "dat", "value": "2021", "source": "s"}]}, "events[0].notes[0].field", "did you mean date?"),
        ({"assessments": [{"id": "a", "statement": "S", "likelihood": "maybe", "scale": "icd203", "evidence": [{"argument": "A", "weighs": "for", "by": "editor"}]}]}, "assessments[0].likelihood", "icd203"),
    ],
)  # fmt: skip
def test_values_that_mean_nothing_are_remarked(
    change: dict[str, Any], path: str, said: str
) -> None:
    """A colour, a country, a currency, a field, a term that nobody knows: advice, with a way out."""
    document: dict[str, Any] = {
        "format": "relwatch-corpus/1", "id": "c", "title": "C", "parties": ["CHN", "RUS"],
        "categories": [{"id": "tech", "name": "Tech"}],
        "actors": [{"id": "CHN", "name": "China", "kind": "state"}, {"id": "RUS", "name": "Russia", "kind": "state"}],
        "sources": [{"id": "s", "title": "S"}],
        "events": [{"id": "e", "date": "2021", "categories": ["tech"], "title": "T"}],
    }  # fmt: skip
    for key, value in change.items():
        room, _, field = key.partition(".")
        if field:
            document[room][0][field] = value
        else:
            document[room] = value
    found = [one for one in check_bytes(encoded(document), "c.json") if one.path == path]
    assert [one.level for one in found] == ["advice"], found
    assert said in str(found[0])
