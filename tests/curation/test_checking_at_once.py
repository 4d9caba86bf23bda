"""However many faults a corpus has, `check` tells each of them in one run, and none twice."""

import json
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relwatch.corpora.documents import ordered
from relwatch.curation.advice import examine
from relwatch.model import Corpus
from tests.curation.making import event, small

EVENTS = 40


def sound():
    """A corpus without a fault, with room for many: events with nothing but their own words."""
    document = small(
        [event(n, f"2022-{1 + n // 28:02d}-{1 + n % 28:02d}", title=f"w{n}x w{n}y w{n}z", actors=["IRN"])
         for n in range(EVENTS)],
        coverage=[{"start": "2022-01-01", "end": "2022-12-31"}],
        assessments=[
            {"id": f"j{n}", "statement": "S",
             "evidence": [{"event": f"2022-01-{1 + n:02d}-event-{n}", "weighs": "for", "by": "editor"}]}
            for n in range(6)
        ],
    )  # fmt: skip
    document["events"][0] |= {"actors": ["lavrov", "RUS"], "sources": [{"source": "tass"}]}
    return document


class Planting:
    """A sound corpus that faults are put into, each where there is none yet."""

    def __init__(self):
        self.document = sound()
        self.text = []
        self.next = iter(range(1, EVENTS))
        self.expected = []

    def tell(self, path, says):
        self.expected.append((path, says))

    def event(self, says, inside, **fields):
        """Change the fields of an event."""
        number = next(self.next)
        self.document["events"][number] |= fields
        self.tell(f"events[{number}].{inside}", says)
        return self.document["events"][number]

    def more(self, room, entry, inside, says):
        """Put something behind the last entry of a room."""
        entries = self.document[room]
        if room == "events" and isinstance(entry, dict):
            number = len(entries)
            entry = {"date": f"2022-11-{1 + number - EVENTS:02d}", "categories": ["political"], "title": f"v{number}x v{number}y",
                     **({} if "id" in entry else {"id": f"more-{number}"}), **entry}  # fmt: skip
            entry = {key: entry[key] for key in ("id", *entry) if entry[key] is not ...}
        self.tell(f"{room}[{len(entries)}]{inside}", says)
        entries.append(entry)

    def judgement(self, number, says, inside, **fields):
        self.document["assessments"][number] |= fields
        self.tell(f"assessments[{number}].{inside}", says)

    def twice(self):
        """JSON readers keep the last of two keys, so that only text can hold both."""
        number = next(self.next)
        title = self.document["events"][number]["title"]
        self.text.append((f'"title": "{title}"', f'"title": "First", "title": "{title}"'))
        self.tell(f"events[{number}].title", "twice in one object")

    def content(self):
        text = json.dumps(ordered(self.document, Corpus))
        for old, new in self.text:
            text = text.replace(old, new)
        return text.encode()


def backwards(planting):
    later = planting.document["events"][EVENTS - 1]["id"]
    planting.event("runs backwards", "follows[0]", follows=[later])


def circle(planting):
    first, second = next(planting.next), next(planting.next)
    events = planting.document["events"]
    events[first]["follows"], events[second]["follows"] = (
        [events[second]["id"]],
        [events[first]["id"]],
    )
    planting.tell(f"events[{first}].follows[0]", "runs backwards")
    planting.tell(f"events[{first}].follows", "in a circle")


def alike(planting):
    number = next(planting.next)
    events = planting.document["events"]
    planting.more("events", {"id": "a-copy", "title": "Rare words about grain", "actors": ["IRN"]}, "", "likely the same as")  # fmt: skip
    events[number] |= {"title": "About grain: rare words", "end": "2022-12-31"}


def two_sources(planting):
    planting.document["sources"] += [
        {"id": "one", "title": "O", "url": "https://a/b"},
        {"id": "two", "title": "T", "url": "https://a/b/"},
    ]
    number = next(planting.next)
    planting.document["events"][number]["sources"] = [{"source": "one", "url": "https://a/1"}]
    number = next(planting.next)
    planting.document["events"][number]["sources"] = [{"source": "two", "url": "https://a/2"}]
    at = len(planting.document["sources"]) - 1
    planting.tell(f"sources[{at}].url", "are one origin")


def cited_twice(planting):
    planting.document["sources"].append({"id": "irna", "title": "IRNA"})
    planting.event("are one origin", "sources[1]", sources=[
        {"source": "tass", "url": "https://x/1"}, {"source": "irna", "url": "https://x/1/"}
    ])  # fmt: skip


def broken(room, value):
    return lambda p: p.more(room, value, "", "where an object belongs")


def dangling(field, value, inside, says):
    return lambda p: p.event(says, inside, **{field: value})


GRAIN = {"kind": "correction", "field": "date", "source": "tass"}
PLANTS = {
    "an event that is a number": broken("events", 5),
    "an event that is null": broken("events", None),
    "an event that is text": broken("events", "e"),
    "an event that is an array": broken("events", [{"id": "inside"}]),
    "an actor that is text": broken("actors", "TUR"),
    "a source that is null": broken("sources", None),
    "a category that is a number": broken("categories", 5),
    "a judgement that is a number": broken("assessments", 5),
    "a stretch that is text": broken("coverage", "2022"),
    "an id twice": lambda p: p.more("events", {"id": "2022-01-01-event-0"}, ".id", "also the id of events[0]"),
    "an actor twice": lambda p: p.more("actors", {"id": "lavrov", "name": "L", "kind": "person"}, ".id", "also the id of"),
    "a source twice": lambda p: p.more("sources", {"id": "tass", "title": "TASS"}, ".id", "also the id of sources[0]"),
    "a category twice": lambda p: p.more("categories", {"id": "military", "name": "M"}, ".id", "also the id of"),
    "a judgement twice": lambda p: p.more(
        "assessments", {"id": "j0", "statement": "S", "evidence": [{"argument": "A", "weighs": "for", "by": "editor"}]},
        ".id", "also the id of assessments[0]"),
    "no id": lambda p: p.more("events", {"id": ...}, ".id", "missing"),
    "an empty id": lambda p: p.more("events", {"id": " "}, ".id", "an empty id"),
    "an id that is a number": lambda p: p.more("events", {"id": 5}, ".id", "a number where text belongs"),
    "an actor without an id": lambda p: p.more("actors", {"name": "N", "kind": "person"}, ".id", "missing"),
    "a source without an id": lambda p: p.more("sources", {"title": "N"}, ".id", "missing"),
    "a key twice": Planting.twice,
    "a thread to nowhere": dangling("follows", ["nope"], "follows[0]", "no event “nope”"),
    "an actor nobody declared": dangling("actors", ["IRN", "nobody"], "actors[1]", "no actor “nobody”"),
    "about nobody": dangling("about", ["someone"], "about[0]", "no actor “someone”"),
    "a source nobody declared": dangling("sources", [{"source": "paper"}], "sources[0].source", "no source “paper”"),
    "a note's source": dangling("notes", [{"kind": "context", "source": "sheet"}], "notes[0].source", "no source “sheet”"),
    "no such category": dangling("categories", ["naval"], "categories[0]", "no category “naval”"),
    "evidence that is nowhere": lambda p: p.judgement(
        0, "no event “gone”", "evidence[0].event", evidence=[{"event": "gone", "weighs": "for", "by": "editor"}]),
    "a judgement's source": lambda p: p.judgement(1, "no source “leaf”", "source", source="leaf"),
    "no evidence": lambda p: p.judgement(2, "without evidence", "evidence", evidence=[]),
    "nothing weighed": lambda p: p.judgement(
        3, "neither an event nor", "evidence[0]", evidence=[{"weighs": "for", "by": "editor"}]),
    "no such term": lambda p: p.judgement(4, "no term of", "likelihood", likelihood="perhaps", scale="phia"),
    "made on no day": lambda p: p.judgement(5, "is not a date", "made", made="soon"),
    "a title that is a number": dangling("title", 5, "title", "a number where text belongs"),
    "a stage that is none": dangling("stage", "begun", "stage", "is not known"),
    "no such day": dangling("date", "2022-02-30", "date", "is not a date"),
    "no such end": dangling("end", "2022-13", "end", "is not a date"),
    "reported on no day": dangling("reported", "soon", "reported", "is not a date"),
    "an end before the date": dangling("end", "2021-01-01", "end", "lies before the date"),
    "no category": dangling("categories", [], "categories", "no category"),
    "off the scale": lambda p: p.event("outside -10 to +10", "intensity", intensity=80, scale="s"),
    "without a scale": lambda p: p.event("without its scale", "scale", intensity=3),
    "no such act": dangling("cameo", "9999", "cameo", "no CAMEO code"),
    "no such grade": dangling("sources", [{"source": "tass", "grade": "Z9"}], "sources[0].grade", "is not a grade"),
    "off the globe": dangling("places", [{"name": "P", "lat": 200}], "places[0].lat", "outside -90 to 90"),
    "no such state": dangling("places", [{"name": "P", "country": "Iran"}], "places[0].country", "is not a state's code"),
    "no such currency": dangling("amounts", [{"value": 1, "currency": "$"}], "amounts[0].currency", "no currency's code"),
    "spaces": dangling("title", "Too  many", "title", "spaces at an end"),
    "an actor named twice": dangling("actors", ["IRN", "IRN"], "actors[1]", "stands there twice"),
    "an initiator from outside": dangling("initiators", ["RUS"], "initiators[0]", "not among the actors"),
    "an unknown field": dangling("wheather", 1, "wheather", "does not know this field"),
    "a correction that is no date": dangling("notes", [{**GRAIN, "value": "May"}], "notes[0].value", "is not a date"),
    "a correction of nothing": dangling(
        "notes", [{**GRAIN, "field": "colour", "value": 1}], "notes[0].field", "has no field"),
    "outside the coverage": lambda p: (
        p.document["events"][0].update(date="2021-06-01"), p.tell("events[0].date", "outside what the corpus covers")),
    "a stretch backwards": lambda p: p.more("coverage", {"start": "2022-06", "end": "2022-01"}, ".end", "ends before it begins"),
    "a stretch to no day": lambda p: p.more("coverage", {"start": "2022-06", "end": "x"}, ".end", "is not a date"),
    "an actor nobody needs": lambda p: p.more("actors", {"id": "idle", "name": "I", "kind": "person"}, "", "never used"),
    "a source nobody cites": lambda p: p.more("sources", {"id": "idle-too", "title": "Idle"}, "", "never used"),
    "published on no day": lambda p: (
        p.document["sources"][0].update(published="May"), p.tell("sources[0].published", "is not a date")),
    "no such colour": lambda p: (
        p.document["categories"][0].update(color="mauve"), p.tell("categories[0].color", "no colour")),
    "two of one name": lambda p: (
        p.document["actors"][2].update(name="RUSSIAN  Federation"), p.tell("actors[2].name", "also a name of \"RUS\"")),
    "an alias of another": lambda p: (
        p.document["actors"][0].update(aliases=["Persia", "Russia"]), p.tell("actors[1].name", "also a name of \"IRN\"")),
    "two categories of one name": lambda p: (
        p.document["categories"][1].update(name="political"), p.tell("categories[1].name", "also a name of")),
    "two outlets of one name": lambda p: (
        p.more("sources", {"id": "daily", "title": "Daily"}, "", "never used"),
        p.more("sources", {"id": "other", "title": " daily"}, "", "never used"),
        p.tell(f"sources[{len(p.document['sources']) - 1}].title", "also a name of")),
    "a stretch that contradicts": lambda p: p.more(
        "coverage", {"start": "2022-03", "end": "2022-04", "note": "TASS"}, "", "overlaps coverage[0]"),
    "no such kind": lambda p: (
        p.document["actors"][2].update(kind="poet"), p.tell("actors[2].kind", "is not known")),
    "a thread backwards": backwards,
    "a thread in a circle": circle,
    "likely the same": alike,
    "two sources of one address": two_sources,
    "one address cited as two sources": cited_twice,
}  # fmt: skip


def planted(names):
    planting = Planting()
    for name in names:
        PLANTS[name](planting)
    return planting


def matched(planting, found):
    """What was planted and not told, and what was told and not planted."""
    missing, rest = [], list(found)
    for path, says in planting.expected:
        here = [one for one in rest if one["path"] == path and says in one["problem"]]
        if len(here) == 1:
            rest.remove(here[0])
        else:
            missing.append((path, says, len(here)))
    return missing, [(one["path"], one["problem"]) for one in rest]


def told(content):
    return [{"path": one.path, "problem": one.problem} for one in examine(content, "mine.json")]


def test_the_corpus_to_plant_in_is_sound():
    assert told(Planting().content()) == []


@pytest.mark.parametrize("name", PLANTS)
def test_each_fault_alone(name):
    planting = planted([name])
    assert matched(planting, told(planting.content())) == ([], [])


@given(st.lists(st.sampled_from(list(PLANTS)), min_size=2, max_size=10, unique=True))
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_faults_hide_none_of_each_other(names):
    planting = planted(names)
    assert matched(planting, told(planting.content())) == ([], [])


def test_all_at_once_by_the_command(relwatch, keep):
    """In any order, by what a user runs."""
    for seed in range(3):
        names = list(PLANTS)
        random.Random(seed).shuffle(names)
        planting = planted(names)
        path = keep(small())
        path.write_bytes(planting.content())
        found = json.loads(relwatch("check", path, "--json", code=3).out)
        assert matched(planting, found) == ([], [])
        assert len(relwatch("check", path, code=3).out.splitlines()) == len(planting.expected)
        assert path.read_bytes() == planting.content()
