"""Likely duplicates as `check` tells them: looking for fewer gives the same answers."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from relwatch.curation import advice
from relwatch.curation.likeness import Likenesses, plain
from relwatch.curation.readable import readable
from tests.curation.making import event, small

TITLES = st.sampled_from(
    [
        "Naval drill at sea",
        "naval DRILL  at sea",
        "A drill at sea",
        "Bank opens",
        "A bank opens",
        "",
    ]
)
EVENTS = st.lists(
    st.tuples(
        TITLES,
        st.sampled_from(["2022-01-05", "2022-01-05", "2022-01-06", "2022-01-12", "2022", "2022-01"]),
        st.sampled_from([None, None, "2022-12-31"]),
        st.lists(st.sampled_from(["IRN", "RUS"]), max_size=2),
        st.lists(st.sampled_from(["https://x/1", "https://x/1/", "https://x/2"]), max_size=2),
        st.integers(1, 12),
    ),
    max_size=12,
)  # fmt: skip


def made(rows):
    """A corpus with each of the rows as often as it says, ids in no order."""
    events = []
    for title, date, end, actors, urls, times in rows:
        for _ in range(times):
            number = (len(events) * 37) % 101 + 200 * (len(events) // 101)
            one = {**event(number), "date": date, "title": title, "actors": actors,
                   "sources": [{"source": "tass", "url": url} for url in urls]}  # fmt: skip
            events.append(one if end is None else {**one, "end": end})
    return readable(json.dumps(small(events)).encode()).events


@given(EVENTS)
@settings(max_examples=100, deadline=None)
def test_equal_entries_are_looked_for_a_few_times_only(rows):
    events = made(rows)
    known = Likenesses()
    for _, one in events:
        known.add(plain(one))
    each = [(number, one.id, known.like(plain(one))) for number, one in events]
    assert [(number, one.id, found) for number, one, found in advice._likes(events)] == each


def test_a_thousand_entries_of_one_event_are_few_comparisons(monkeypatch):
    events = made([("Naval drill at sea", "2022-01-05", None, ["IRN"], [], 1_000)])
    counts = {"add": 0, "like": 0}

    def count(name):
        plainly = getattr(Likenesses, name)

        def counted(self, record):
            counts[name] += 1
            return plainly(self, record)

        monkeypatch.setattr(Likenesses, name, counted)

    for name in counts:
        count(name)
    assert [len(found) for _, _, found in advice._likes(events)] == [advice.TOLD] * 1_000
    assert counts == {"add": advice.TOLD + 1, "like": advice.TOLD + 2}
