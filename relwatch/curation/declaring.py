"""Actors, categories and sources: added, renamed and merged with every reference kept right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from msgspec import Struct

from relwatch.corpora.documents import SINGULAR, Document, Record
from relwatch.curation.ids import record_id
from relwatch.curation.naming import is_outlet
from relwatch.errors import AskedWrongly
from relwatch.model import Corpus
from relwatch.text import fold, near, spaced

Room = Literal["actors", "categories", "sources"]
_NAMED: tuple[tuple[str, Room], ...] = (
    ("categories", "categories"), ("actors", "actors"), ("initiators", "actors"),
    ("about", "actors"),
)  # fmt: skip
_NAMED_INSIDE: tuple[tuple[str, str, Room], ...] = (
    ("quotes", "speaker", "actors"), ("sources", "source", "sources"),
    ("notes", "source", "sources"),
)  # fmt: skip
_HOLDING = (*((field, "", room) for field, room in _NAMED), *_NAMED_INSIDE)
_LABEL = {"actors": "name", "categories": "name", "sources": "title"}


def declared(document: Document, room: Room, text: str) -> Record:
    """The record of that id, name, alias or title. AskedWrongly when there is none, or several."""
    asked = fold(text)
    found = [one for one in document.room(room) if fold(one["id"]) == asked]
    if not found:
        found = [one for one in document.room(room) if asked in map(fold, _names(one))]
    if len(found) == 1:
        return found[0]
    word = SINGULAR[room]
    if found:
        raise AskedWrongly(
            f"“{text}” means {len(found)} {room}", f"use an id: {', '.join(o['id'] for o in found)}"
        )
    close = near(text, [one["id"] for one in document.room(room)])
    raise AskedWrongly(
        f"no {word} “{text}” is declared",
        f"did you mean {' or '.join(close)}?" if close else f"`relwatch {word} list` shows them",
    )


def _names(record: Record) -> list[str]:
    names = [record.get("name"), record.get("title"), *record.get("aliases", ())]
    if is_outlet(record):
        names.append(record.get("publisher"))
    return [name for name in names if name]


def shown_name(record: Record) -> str:
    """The name by which people know a record; "" for none."""
    return str(record.get("name") or record.get("title") or record.get("publisher") or "")


def declare(document: Document, room: Room, record: Record) -> str:
    """Declare a new actor, category or source; an id is made unless the record has one.

    Raises AskedWrongly when the id or a name is taken, or a state has no alpha-3 id.
    """
    made = {key: value for key, value in record.items() if value not in (None, [], "")}
    label = _LABEL[room]
    made[label] = _named(room, made.get(label))
    taken = {one["id"]: one for one in document.room(room)}
    if room == "actors":
        _as_actor(made)
    made.setdefault("id", record_id(made[label], taken, SINGULAR[room]))
    clash = next(
        (one for one in taken.values()
         if fold(one["id"]) == fold(made["id"]) or fold(made[label]) in map(fold, _names(one))),
        None,
    )  # fmt: skip
    if clash is not None:
        raise AskedWrongly(
            f"{SINGULAR[room]} {clash['id']} ({shown_name(clash)}) is declared already",
            f"`relwatch {SINGULAR[room]} rename` changes its name",
        )
    document.room(room).append(made)
    return str(made["id"])


def _named(room: Room, name: str | None) -> str:
    """A name as it is kept. AskedWrongly for one that shows nothing."""
    kept = spaced(name or "")
    if not kept:
        word, label = SINGULAR[room], _LABEL[room]
        raise AskedWrongly(f"{'an' if word[0] in 'aeiou' else 'a'} {word} needs a {label}")
    return kept


def _as_actor(made: Record) -> None:
    from relwatch.reference import country_named

    kind = made.get("kind")
    country = country_named(made.get("id") or made["name"])
    if kind is None:
        if country is None or not country.iso3:
            raise AskedWrongly(f"what is {made['name']}?", "--kind state, organisation or person")
        made["kind"] = "state"
    if made["kind"] == "state" and "id" not in made:
        if country is None or not country.iso3:
            raise AskedWrongly(
                f"no ISO 3166-1 code is known for “{made['name']}”", "give it: --id XYZ"
            )
        made["id"] = country.iso3
    if made.get("of"):
        from relwatch.expressions.names import country as state

        made["of"] = state(made["of"])


def rename(document: Document, room: Room, old: str, name: str) -> tuple[str, str, str]:
    """Give another name (title, for sources); the id stays, the old name becomes an alias.

    Gives back the id, the old name and the new one. AskedWrongly for an empty or a taken name.
    """
    record, label, name = declared(document, room, old), _LABEL[room], _named(room, name)
    other = _other_of_that_name(document, room, record, name)
    if other is not None:
        raise AskedWrongly(
            f"“{name}” is a name of {other['id']} already",
            f"`relwatch {SINGULAR[room]} merge {record['id']} {other['id']}` makes them one",
        )
    before = shown_name(record)
    record[label] = name
    # A name that another goes by too was no good name of this one.
    alone = before and _other_of_that_name(document, room, record, before) is None
    if alone and fold(before) != fold(name):
        aliases = [one for one in record.get("aliases", ()) if fold(one) != fold(name)]
        record["aliases"] = [*aliases, before]
    return record["id"], before, name


def _other_of_that_name(document: Document, room: Room, record: Record, name: str) -> Record | None:
    others = (one for one in document.room(room) if one is not record)
    return next((one for one in others if fold(name) in map(fold, _names(one))), None)


class Merged(Struct, frozen=True):
    """Two records made one: their ids, how many records named the one that is gone, what is said."""

    gone: Record
    kept: Record
    changed: int
    said: tuple[str, ...]


def merge(document: Document, room: Room, gone: str, kept: str) -> Merged:
    """Make two one: every reference to `gone` becomes one to `kept`; what `kept` lacks is filled.

    Its id and names become aliases, so that old questions and files still mean the same.
    """
    old, new = declared(document, room, gone), declared(document, room, kept)
    if old is new:
        raise AskedWrongly(f"{old['id']} and {kept} are one {SINGULAR[room]} already")
    parties = document.part("parties") if room == "actors" else ()
    if old["id"] in parties and new["id"] in parties:
        raise AskedWrongly(f"{old['id']} and {new['id']} are the two parties of this corpus")
    if old["id"] in parties:
        raise AskedWrongly(
            f"{old['id']} is a party of this corpus", f"merge {new['id']} into it instead"
        )
    aliases = list(new.get("aliases", ()))
    known = {fold(one) for one in (new["id"], *_names(new))}
    for name in (*_names(old), old["id"]):
        if fold(name) not in known:
            known.add(fold(name))
            aliases.append(name)
    if aliases:
        new["aliases"] = aliases
    for key, value in old.items():
        new.setdefault(key, value)
    document.room(room).remove(old)
    changed, said = _refer(document, room, old["id"], new["id"])
    return Merged(old, new, changed, tuple(said))


def _refer(document: Document, room: Room, old: str, new: str) -> tuple[int, list[str]]:
    """Rewrite every reference of the document; how many records held one, and what is to be said."""
    changed, said = 0, list[str]()
    for name in document.naming(old):
        record = document.event(name)
        refer(record, lambda kind, one: new if kind == room and one == old else one)
        if record != document.event(name):
            if room == "sources":
                said += _join_citations(record, new)
            document.put(record)
            changed += 1
    if room == "actors":
        for actor in document.room("actors"):
            changed += _in_field(actor, "of", old, new)
    for assessment in document.room("assessments"):
        changed += room == "sources" and _in_field(assessment, "source", old, new)
    return changed, said


def _join_citations(record: Record, source: str) -> list[str]:
    """Join an event's citations of one source and address unless they contradict each other.

    Those whose grades do are told: which of them is right only the analyst can say.
    """
    made: list[Record] = []
    said: list[str] = []
    for citation in record.get("sources", ()):
        same = [
            one
            for one in made
            if citation.get("source") == source == one.get("source")
            and (one.get("url") or "") == (citation.get("url") or "")
        ]
        fits = next(
            (one for one in same if all(one.get(k, v) == v for k, v in citation.items())), None
        )
        if fits is not None:
            fits.update(citation)
            continue
        made.append(dict(citation))
        grades = {one["grade"] for one in (*same, citation) if one.get("grade")}
        if len(grades) > 1:
            said.append(
                f"{record['id']} cites {source} twice, as {' and '.join(sorted(grades))};"
                " `relwatch edit` takes one out"
            )
    if "sources" in record:
        record["sources"] = made
    return said


def refer(record: Record, read: Callable[[Room, str], str]) -> None:
    """Put what `read` gives in the place of every id by which an event names a declared record.

    Also in what its corrections give as the right value of such a field.
    """
    for field, room in _NAMED:
        if record.get(field):
            record[field] = list(dict.fromkeys(read(room, one) for one in record[field]))
    for field, key, room in _NAMED_INSIDE:
        for one in record.get(field, ()):
            if one.get(key):
                one[key] = read(room, one[key])
    for note in record.get("notes", ()):
        if note.get("kind") == "correction" and note.get("value"):
            corrected = str(note.get("field")).split(".")[0]
            for field, key, room in _HOLDING:
                if field == corrected:
                    note["value"] = _referred(note["value"], key, partial(read, room))


def _referred(value: Any, key: str, read: Callable[[str], str]) -> Any:
    """A correction's value: an id or a list of them, or with a `key` objects that hold one there."""
    if isinstance(value, list):
        made = [_referred(one, key, read) for one in value]
        return [one for number, one in enumerate(made) if one not in made[:number]]
    if isinstance(value, dict):
        held = value.get(key) if key else None
        return {**value, key: read(held)} if isinstance(held, str) else value
    return read(value) if isinstance(value, str) else value


def _in_field(record: Record, field: str, old: str, new: str) -> bool:
    if record.get(field) != old:
        return False
    record[field] = new
    return True


def uses(corpus: Corpus, room: Room) -> Counter[str]:
    """How many events name each declared actor, category or source."""
    counts: Counter[str] = Counter()
    for event in corpus.events:
        if room == "categories":
            counts.update(set(event.categories))
        elif room == "actors":
            counts.update({*event.actors, *event.initiators, *event.about})
        else:
            counts.update({one.source for one in event.sources})
    return counts
