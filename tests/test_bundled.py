"""The bundled corpus says what its document says, coded and checked as its method states."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from typing import Any

import jsonschema
import pytest

from relwatch.analysis.stats import overview
from relwatch.corpora.checking import check_bytes
from relwatch.library import Library, load
from relwatch.model import corrected, event_days, has_correction, schema
from relwatch.periods import bin_of, date_days, iso
from relwatch.reference import acts, countries, data_folder

PATH = data_folder() / "china-russia.json"
DAYS = ["2020-12-12", "2020-12-24", "2020-12-29", "2021-03-07", "2021-04-27", "2021-05-19", "2021-05-26", "2021-07-03", "2021-07-26", "2021-08-09", "2021-08-27", "2021-09-04", "2021-09-21", "2021-09-24", "2021-10-12", "2021-10-15", "2021-10-16", "2021-10-28", "2021-11-04", "2021-11-08", "2021-11-17", "2021-11-19", "2021-11-24", "2021-11-30", "2021-12-03", "2021-12-15", "2021-12-24", "2021-12-31", "2022-01-04"]  # fmt: skip
# By the number of the event, from 1.
CORRECTED = {1, 2, 3, 7, 8, 9, 12, 17, 20, 21, 23, 26, 27, 28, 29}
CONTEXT = {6, 10, 13, 15, 16, 22}
NOT_DYADIC = {9, 11, 18, 28, 29}
CODES = ["031", "032", "051", "032", "051", "061", "032", "031", "032", "062", "033", "0312", "062", "031", "051", "062", "052", "012", "051", "057", "060", "062", "057", "060", "061", "0311", "030", "040", "046"]  # fmt: skip


@pytest.fixture(scope="module")
def library() -> Library:
    return load("china-russia")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(PATH.read_bytes())
    return found


def test_29_events_on_the_days_of_the_document(library: Library) -> None:
    """Each event stands on the day the document gives, the drills in Ningxia last five."""
    events = library.corpus.events
    assert [event.date for event in events] == DAYS
    assert [(event.date, event.end) for event in events if event.end] == [
        ("2021-08-09", "2021-08-13")
    ]
    assert not any(event.uncertain or event.status or event.reported for event in events)


def test_labels(library: Library) -> None:
    """First labels are distinct events; two events are economic too."""
    events = library.corpus.events
    firsts = Counter(event.categories[0] for event in events)
    labels = Counter(label for event in events for label in event.categories)
    assert firsts == {"political": 11, "military": 9, "tech": 6, "economic": 3}
    assert labels == {"political": 11, "military": 9, "tech": 6, "economic": 5}
    assert [n for n, event in enumerate(events, 1) if len(event.categories) > 1] == [9, 11]
    assert [category.id for category in library.corpus.categories] == [
        "tech", "political", "economic", "military",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("unit", "counts"),
    [
        ("year", [3, 25, 1]),
        ("quarter", [3, 1, 3, 7, 14, 1]),
        ("month", [3, 0, 0, 1, 1, 2, 0, 2, 2, 3, 4, 6, 4, 1]),
        ("weekday", [3, 6, 5, 3, 7, 4, 1]),
    ],
)
def test_counts_by_time(library: Library, unit: str, counts: list[int]) -> None:
    """Years, quarters, months with their zeros, weekdays from Monday."""
    table = library.select().stats([unit]).tables[0]
    assert [row[1] for row in table.rows] == counts


def test_busiest_weeks(library: Library) -> None:
    """Three events in the week of 11 October 2021; every week of the stretch has a row."""
    rows = library.select().stats(["week"]).tables[0].rows
    assert len(rows) == 57
    busiest = {week: count for week, count in rows if isinstance(count, int) and count > 1}
    assert busiest == {"2021-W38": 2, "2021-W41": 3, "2021-W46": 2, "2021-W48": 2}


def test_gaps_between_events(library: Library) -> None:
    """28 gaps of 1 to 68 days, the longest from the end of 2020 to March 2021."""
    days = [date_days(day)[0] for day in DAYS]
    gaps = sorted(later - earlier for earlier, later in pairwise(days))
    assert (len(gaps), gaps[0], gaps[-1], sum(gaps)) == (28, 1, 68, 388)
    silences = overview(library.engine, library.select().selection).table("silences")
    row = dict(zip(silences.columns, silences.rows[0], strict=True))
    assert row == {
        "n": 28, "min": 1, "median": 8.5, "mean": 13.857, "max": 68, "from": "2020-12-29", "to": "2021-03-07",
    }  # fmt: skip


def test_26_events_have_both_parties(library: Library) -> None:
    """All but the general's warning and the two meetings with the Taliban."""
    both = {event.id for event in library.select("dyad:china,russia")}
    left = [n for n, event in enumerate(library.corpus.events, 1) if event.id not in both]
    assert (len(both), left) == (26, [18, 28, 29])


def test_intensity_of_the_24_acts_between_the_parties(library: Library) -> None:
    """24 codings, 131.0 in sum, 3.4 to 8.0, 16 verbal and 8 material, all cooperative."""
    events = library.corpus.events
    dyadic = [event for n, event in enumerate(events, 1) if n not in NOT_DYADIC]
    values = [event.intensity for event in dyadic if event.intensity is not None]
    assert len(values) == 24
    assert round(sum(values), 6) == 131.0
    assert (min(values), max(values)) == (3.4, 8.0)
    quads = Counter(acts()[event.cameo].quad for event in dyadic if event.cameo)
    assert quads == {1: 16, 2: 8}


def test_codes_are_cameo_with_the_intensity_of_the_icews_table(library: Library) -> None:
    """Every code exists, is the editor's, and carries the Goldstein value of its column."""
    assert [event.cameo for event in library.corpus.events] == CODES
    for event in library.corpus.events:
        assert event.cameo is not None
        assert event.intensity == acts()[event.cameo].goldstein_icews, event.id
        assert event.scale == "goldstein-icews"
        assert {"cameo", "intensity"} <= set(event.derived)


def test_15_events_carry_corrections_and_6_context(library: Library) -> None:
    """Which events published pages contradict, and which they only complete."""
    events = library.corpus.events
    assert {n for n, event in enumerate(events, 1) if has_correction(event)} == CORRECTED
    context = {
        n for n, event in enumerate(events, 1) if any(note.kind == "context" for note in event.notes)
    }  # fmt: skip
    assert context == CONTEXT
    for event in events:
        for note in event.notes:
            assert note.source, event.id
            if note.kind == "correction":
                assert note.field, event.id


def test_checked_dates_move_three_events_to_another_month(library: Library) -> None:
    """The pledge on data, the missile test and the helicopter contract."""
    moved = {
        n: (iso(stated.start_min), iso(checked.start_min), iso(checked.start_max))
        for n, event in enumerate(library.corpus.events, 1)
        if bin_of("month", (stated := event_days(event, False)).start_min)
        != bin_of("month", (checked := event_days(event, True)).start_min)
    }
    assert moved == {
        8: ("2021-07-03", "2021-06-28", "2021-06-28"),
        17: ("2021-10-16", "2021-08-01", "2021-08-31"),
        20: ("2021-11-08", "2021-06-25", "2021-06-25"),
    }


@pytest.mark.parametrize(
    ("number", "day"),
    [
        (1, "2020-12-08"), (2, "2020-12-22"), (3, "2020-12-28"), (7, "2021-05-25"), (8, "2021-06-28"),
        (9, "2021-07-17"), (17, "2021-08"), (20, "2021-06-25"), (21, "2021-11-16"), (23, "2021-11-23"),
        (28, "2021-12-30"), (29, "2022-01-02"),
    ],
)  # fmt: skip
def test_corrected_dates(library: Library, number: int, day: str) -> None:
    """Twelve dates of the document are days of a report; these are the days of the acts."""
    assert corrected(library.corpus.events[number - 1], "date") == day


def test_no_other_date_is_corrected(library: Library) -> None:
    """Where the day is right or not settled, it stays."""
    assert sum(corrected(event, "date") is not None for event in library.corpus.events) == 12


def test_the_thread_of_afghanistan(library: Library) -> None:
    """Two meetings follow the pledge to help rebuild; nothing else is linked."""
    links = {event.id: event.follows for event in library.corpus.events if event.follows}
    pledge = "2021-08-27-taliban-rebuilding"
    assert links == {
        "2021-12-31-baradar-meeting": (pledge,),
        "2022-01-04-hanafi-investors": (pledge,),
    }
    assert {event.id for event in library.engine.followers(pledge)} == set(links)


def test_twelve_assessments(library: Library) -> None:
    """One likelihood, no confidence, two conditions, one question that two of them answer."""
    judgements = {one.id: one for one in library.corpus.assessments}
    assert list(judgements) == [
        "toward-alliance", "cooperation-continues", "afghan-economy", "finance-aim", "sanctions-lose-bite",
        "shared-grievance", "taiwan-ukraine-parallel", "forces-closer", "not-yet-allies", "tacit-erosion",
        "assertive-condemned", "disinformation-us",
    ]  # fmt: skip
    assert {i: (j.likelihood, j.scale) for i, j in judgements.items() if j.likelihood} == {
        "disinformation-us": ("likely", "icd203")
    }
    assert not any(one.confidence for one in judgements.values())
    assert {i for i, j in judgements.items() if j.condition} == {
        "sanctions-lose-bite",
        "disinformation-us",
    }
    assert {i for i, j in judgements.items() if j.question} == {"toward-alliance", "not-yet-allies"}
    assert {j.question for j in judgements.values()} == {None, "relationship-form"}
    assert {j.made for j in judgements.values()} == {"2022-01"}


def test_evidence(library: Library) -> None:
    """What speaks against four judgements, what the document itself links, what has nothing for it."""
    links = [(j.id, e) for j in library.corpus.assessments for e in j.evidence]
    assert {name for name, e in links if e.weighs == "against"} == {
        "toward-alliance", "shared-grievance", "not-yet-allies", "assertive-condemned",
    }  # fmt: skip
    assert {(name, (e.event or "")[:10]) for name, e in links if e.by == "document"} == {
        ("finance-aim", "2021-12-15"),
        ("forces-closer", "2021-08-09"),
        ("forces-closer", "2021-09-21"),
        ("forces-closer", "2021-10-15"),
        ("forces-closer", "2021-11-24"),
    }
    assert {j.id for j in library.corpus.assessments} - {
        name for name, e in links if e.weighs == "for" and e.event
    } == {"disinformation-us"}
    assert all(e.event or e.argument for _, e in links)
    pairs = [(name, e.event) for name, e in links if e.event]
    assert len(set(pairs)) == len(pairs)


def test_titles_are_one_short_line(library: Library) -> None:
    """A title fits a line of a terminal, and no two are the same."""
    titles = [event.title for event in library.corpus.events]
    assert all(title == " ".join(title.split()) and len(title) <= 80 for title in titles)
    assert len(set(titles)) == 29


def test_ids_begin_with_the_date_and_are_short(library: Library) -> None:
    """An id names the day and says a word about the event."""
    for event in library.corpus.events:
        assert event.id.startswith(event.date + "-")
        assert len(event.id) <= 40
        assert event.id.isascii()


def test_the_document_cites_nothing(library: Library) -> None:
    """Each event rests on the one article, which cannot be judged: F6."""
    for event in library.corpus.events:
        assert [(cited.source, cited.grade) for cited in event.sources] == [("overwatch", "F6")]


def test_every_country_exists(library: Library) -> None:
    """States among actors, what people are of, and places, by ISO 3166-1 alpha-3."""
    known = {country.iso3 for country in countries()} - {""}
    corpus = library.corpus
    used = {actor.id for actor in corpus.actors if actor.kind == "state"}
    used |= {actor.of for actor in corpus.actors if actor.of}
    used |= {place.country for event in corpus.events for place in event.places if place.country}
    assert used <= known
    assert {"CHN", "RUS", "AFG", "KOR", "TWN", "USA", "SYR"} <= used


def test_coverage_is_first_to_last_event(library: Library) -> None:
    """The corpus claims no more than it has, and says on what basis."""
    (stretch,) = library.corpus.coverage
    assert (stretch.start, stretch.end) == ("2020-12-12", "2022-01-04")
    assert stretch.basis == "first and last event"


def test_check_finds_nothing() -> None:
    """Not one problem and not one remark."""
    assert check_bytes(PATH.read_bytes(), "china-russia.json") == []


def test_the_file_is_written_for_diffs(document: dict[str, Any]) -> None:
    """UTF-8, two spaces, keys in the order of the format, events by date, a line feed at the end."""
    text = PATH.read_text(encoding="utf-8")
    assert text == json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    from relwatch.model import Event

    place = {name: number for number, name in enumerate(Event.__struct_fields__)}
    for event in document["events"]:
        keys = [place[key] for key in event]
        assert keys == sorted(keys), event["id"]
    assert document["events"] == sorted(
        document["events"], key=lambda event: (event["date"], event["id"])
    )


def test_the_schema_is_that_of_the_types_and_holds(document: dict[str, Any]) -> None:
    """The shipped schema is generated from the types, valid, and accepts the shipped corpus."""
    shipped = json.loads((data_folder() / "corpus.schema.json").read_bytes())
    assert shipped == json.loads(json.dumps(schema()))
    validator = jsonschema.Draft202012Validator(shipped)
    validator.check_schema(shipped)
    assert list(validator.iter_errors(document)) == []
    document = {**document, "events": [{**document["events"][0], "date": "12.12.2020"}]}
    assert list(validator.iter_errors(document))


def test_reference_tables_are_whole() -> None:
    """CAMEO has its 20 roots with quads 1 to 4; countries have unique alpha-3 codes."""
    roots = {code for code, act in acts().items() if act.level == "root"}
    assert roots == {f"{number:02d}" for number in range(1, 21)}
    assert {act.quad for act in acts().values()} == {1, 2, 3, 4}
    codes = [country.iso3 for country in countries() if country.iso3]
    assert len(codes) == len(set(codes)) >= 249
