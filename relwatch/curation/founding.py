"""A new corpus: its parties declared as actors, its categories, its first coverage."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import msgspec

from relwatch.corpora.documents import canonical, ordered
from relwatch.corpora.keeping import create
from relwatch.corpora.places import bundled, user_folder
from relwatch.corpora.writing import refused
from relwatch.curation.ids import record_id
from relwatch.errors import AskedWrongly
from relwatch.expressions.names import country
from relwatch.model import FORMAT, Corpus
from relwatch.periods import date_days

_CATEGORIES = ("tech=Tech", "political=Political", "economic=Economic", "military=Military")
_COLORS = ("cyan", "magenta", "green", "red", "yellow", "blue")


def place_of(name: str) -> Path:
    """The file a new corpus gets: a path as given, else a name in the user's data folder."""
    path = Path(name).expanduser()
    if os.sep in name or (os.altsep and os.altsep in name) or path.suffix:
        return path
    if not name.strip() or name.startswith("."):
        raise AskedWrongly("a corpus needs a name", "as in iran-russia, or ./iran-russia.json")
    if any(name == one.stem for one in bundled()):
        raise AskedWrongly(
            f"“{name}” is the name of a corpus that ships with relwatch, and would never be reached",
            f"choose another name, or a path: ./{name}.json",
        )
    folder = user_folder("data")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused(folder / name, error) from None
    return folder / f"{name}.json"


_SLUG = re.compile("[a-z0-9]+(-[a-z0-9]+)*").fullmatch
"""A name that is an id as it stands."""


def found(
    path: Path,
    parties: list[str],
    title: str,
    categories: list[str],
    *,
    description: str | None = None,
    start: str | None = None,
    end: str | None = None,
    inclusion: str | None = None,
) -> None:
    """Write a corpus without events. AskedWrongly for parties or dates that cannot be."""
    if len(parties) != 2:
        raise AskedWrongly(
            f"a corpus has two parties, not {len(parties)}", "as in --parties IRN,RUS"
        )
    states = [country(one) for one in parties]
    if states[0] == states[1]:
        raise AskedWrongly("a corpus has two parties, and they differ", "as in --parties IRN,RUS")
    document: dict[str, Any] = {
        "format": FORMAT,
        "id": path.stem if _SLUG(path.stem) else record_id(path.stem, (), "corpus"),
        "title": title,
        "description": description,
        "parties": states,
        "method": {"inclusion": inclusion} if inclusion else None,
        "coverage": [_stretch(start, end)] if start or end else None,
        "categories": [_category(n, one) for n, one in enumerate(categories or _CATEGORIES)],
        "actors": [_state(one) for one in states],
        "sources": [],
        "events": [],
        "assessments": [],
    }
    kept = {key: value for key, value in document.items() if value is not None}
    create(path, canonical(msgspec.json.encode(ordered(kept, Corpus))), f"corpus new {path.stem}")


def _stretch(start: str | None, end: str | None) -> dict[str, str]:
    if not start or not end:
        raise AskedWrongly(
            "a covered stretch needs both ends", "as in --from 2022-01-01 --to 2022-01-02"
        )
    for text in (start, end):
        try:
            date_days(text)
        except ValueError:
            raise AskedWrongly(f"“{text}” is not a date", "YYYY, YYYY-MM or YYYY-MM-DD") from None
    return {"start": start, "end": end}


def _category(number: int, text: str) -> dict[str, str]:
    name, _, label = text.partition("=")
    made = record_id(name, (), "category")
    return {
        "id": made,
        "name": label.strip() or name.strip().capitalize(),
        "color": _COLORS[number % len(_COLORS)],
    }


def _state(code: str) -> dict[str, Any]:
    from relwatch.reference import country_named

    known = country_named(code)
    made: dict[str, Any] = {"id": code, "name": known.name if known else code, "kind": "state"}
    if known and known.aliases:
        made["aliases"] = list(known.aliases)
    return made
