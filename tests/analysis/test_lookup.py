"""Single events are found by any unique beginning of an id, with what is linked to them."""

from __future__ import annotations

import pytest

from relwatch.analysis.lookup import details, one_event
from relwatch.errors import AskedWrongly
from relwatch.library import Library, load
from tests.analysis.made import EVENTS, hand


@pytest.fixture(scope="module")
def library() -> Library:
    return load()


@pytest.mark.parametrize(
    ("beginning", "found"),
    [
        ("2021-08-09-ningxia-drills", "2021-08-09-ningxia-drills"),
        ("2021-08-09", "2021-08-09-ningxia-drills"),
        ("2021-08-2", "2021-08-27-taliban-rebuilding"),
        ("2022", "2022-01-04-hanafi-investors"),
        (" 2022 ", "2022-01-04-hanafi-investors"),
        ("2021-08-09-NINGXIA", "2021-08-09-ningxia-drills"),
    ],
)
def test_a_unique_beginning_is_enough(library: Library, beginning: str, found: str) -> None:
    """As git does with its commits."""
    assert one_event(library.engine, beginning).id == found


@pytest.mark.parametrize(
    ("beginning", "says"),
    [
        ("2021-08", "begins 2 ids: 2021-08-09-ningxia-drills, 2021-08-27-taliban-rebuilding"),
        ("2021", "begins 25 ids"),
        ("", "no event's id begins with"),
        ("2023", "no event's id begins with “2023”"),
        ("2021-08-09-ninxia", "did you mean 2021-08-09-ningxia-drills?"),
    ],
)
def test_several_or_none_are_named(library: Library, beginning: str, says: str) -> None:
    """What was meant can be seen from the message."""
    with pytest.raises(AskedWrongly) as error:
        one_event(library.engine, beginning)
    assert says in f"{error.value.message} {error.value.hint}"


def test_a_whole_id_wins_over_longer_ones() -> None:
    """An id that begins another one can still be asked for."""
    events = [{**EVENTS[1], "id": name} for name in ("drill", "drill-2", "drills")]
    library = hand(events=events)
    assert one_event(library.engine, "drill").id == "drill"
    assert one_event(library.engine, "drills").id == "drills"


def test_neighbours_in_the_thread_and_judgements(library: Library) -> None:
    """What an event follows, what follows it by date, and which judgements cite it."""
    engine = library.engine
    pledge = details(engine, engine.get("2021-08-27-taliban-rebuilding"))
    assert pledge.before == ()
    assert [event.date for event in pledge.after] == ["2021-12-31", "2022-01-04"]
    assert [(one.id, evidence.weighs) for one, evidence in pledge.cited] == [
        ("afghan-economy", "for")
    ]
    meeting = details(engine, engine.get("2021-12-31-baradar-meeting"))
    assert [event.id for event in meeting.before] == ["2021-08-27-taliban-rebuilding"]


def test_a_link_that_leads_nowhere_is_left_out() -> None:
    """A dangling link does not keep an event from being shown, nor is another event taken for it."""
    events = [{**EVENTS[1], "id": "b-2"}, {**EVENTS[3], "id": "z", "follows": ["b", "b-2"]}]
    engine = hand(events=events).engine
    assert [event.id for event in details(engine, engine.get("z")).before] == ["b-2"]


def test_candidates_are_found_by_their_id() -> None:
    """Naming an event is asking for it."""
    assert one_event(hand().engine, "g").title == "Perhaps"
