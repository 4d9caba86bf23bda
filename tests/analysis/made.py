"""A corpus of seven events, small enough to count by hand."""

from __future__ import annotations

from typing import Any

from relwatch.library import Library
from tests.documents import opened

HEAD: dict[str, Any] = {
    "format": "relwatch-corpus/1",
    "id": "hand",
    "title": "Counted by hand",
    "parties": ["CHN", "RUS"],
    "categories": [
        {"id": "mil", "name": "Military"},
        {"id": "eco", "name": "Economic"},
        {"id": "pol", "name": "Political"},
        {"id": "tech", "name": "Tech"},
    ],
    "actors": [
        {"id": "CHN", "name": "China", "kind": "state"},
        {"id": "RUS", "name": "Russia", "kind": "state"},
        {"id": "AFG", "name": "Afghanistan", "kind": "state"},
        {"id": "putin", "name": "Putin", "kind": "person", "of": "RUS"},
        {"id": "USA", "name": "United States", "kind": "state"},
    ],
    "sources": [{"id": "tass", "publisher": "TASS"}],
}
COVERAGE = [{"start": "2021-01-10", "end": "2021-03-31", "basis": "read daily"}]
EVENTS: list[dict[str, Any]] = [
    {"id": "a", "date": "2020-12-20", "end": "2021-01-12", "categories": ["mil"], "title": "Long drills",
     "actors": ["CHN", "RUS"], "intensity": 4, "scale": "icews"},
    {"id": "b", "date": "2021-01-15", "categories": ["mil", "eco"], "title": "A sale of jets",
     "actors": ["CHN", "RUS", "AFG"], "initiators": ["RUS"], "tags": ["x"], "stage": "held", "cameo": "062",
     "places": [{"name": "Beijing", "country": "CHN"}, {"name": "Harbin", "country": "CHN"}],
     "intensity": 8, "scale": "icews", "derived": ["intensity"],
     "sources": [{"source": "tass", "grade": "B2"}, {"source": "tass", "grade": "A1"}]},
    {"id": "c", "date": "2021-01", "categories": ["eco"], "title": "A quarrel", "cameo": "150",
     "intensity": -2, "scale": "gdelt", "about": ["USA"]},
    {"id": "d", "date": "2021-03-05", "categories": ["pol"], "title": "A threat", "actors": ["RUS", "putin"],
     "tags": ["x", "y", "x"], "cameo": "19", "stage": "offered",
     "notes": [{"kind": "correction", "field": "date", "value": "2021-02-28", "source": "tass"}]},
    {"id": "e", "date": "2021-03-05", "categories": ["pol"], "title": "A visit", "intensity": 6,
     "scale": "gdelt", "follows": ["d"],
     "notes": [{"kind": "correction", "field": "title", "value": "A call", "source": "tass"},
               {"kind": "correction", "field": "date", "value": "2021-03-04", "source": "tass"}]},
    {"id": "f", "date": "2021", "categories": ["mil"], "title": "Some day"},
    {"id": "g", "date": "2021-02-10", "categories": ["tech"], "title": "Perhaps", "status": "candidate"},
]  # fmt: skip


def hand(**changes: Any) -> Library:
    """The corpus, with other keys at its top where given."""
    return opened({**HEAD, "coverage": COVERAGE, "events": EVENTS, **changes})
