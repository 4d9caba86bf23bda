"""Small corpora as plain documents, and what a file holds."""

import json
from pathlib import Path

PRESS = """Day,Headline,Who,Link,Remark
2022-01-10,Ministers speak by telephone,"Iran, Russia",https://tass.com/1,a
2022-01-20,"A long
headline",Russia,https://tass.com/2,b
2022-01-30,'=New gas contract,Iran,https://tass.com/3,c
"""


def small(events=(), **parts):
    """A corpus as a plain document, of two states and two categories."""
    return {
        "format": "relwatch-corpus/1",
        "id": "test",
        "title": "Test",
        "parties": ["IRN", "RUS"],
        "categories": [
            {"id": "political", "name": "Political", "color": "magenta"},
            {"id": "military", "name": "Military", "color": "red"},
        ],
        "actors": [
            {"id": "IRN", "name": "Iran", "kind": "state"},
            {"id": "RUS", "name": "Russia", "kind": "state", "aliases": ["Russian Federation"]},
            {"id": "lavrov", "name": "Sergei Lavrov", "kind": "person", "of": "RUS"},
        ],
        "sources": [{"id": "tass", "title": "TASS", "reliability": "C"}],
        **parts,
        "events": list(events),
    }


def event(number, date="2022-01-05", **fields):
    """An event as a plain record."""
    return {
        "id": f"{date}-event-{number}",
        "date": date,
        "categories": ["political"],
        "title": f"Event {number}",
        **fields,
    }


def read(path):
    return json.loads(Path(path).read_bytes())
