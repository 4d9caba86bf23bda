"""A corpus as its file has it, open for editing: what is not touched is written as it was read.

Every record is kept as its JSON text until it is asked for, so that unknown fields, long numbers
and spellings of the file survive, and a diff shows what was edited and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import msgspec
from msgspec import inspect

from relwatch.errors import DataWrong, Problem
from relwatch.model import Assessment, Corpus, Event
from relwatch.periods import date_days

Record = dict[str, Any]
ROOMS = ("categories", "actors", "sources", "assessments", "coverage")
SINGULAR = {
    "categories": "category", "actors": "actor", "sources": "source", "events": "event",
    "assessments": "assessment",
}  # fmt: skip
"""What one of the records of a room is called."""
_KEYS = Corpus.__struct_fields__


def canonical(corpus: bytes) -> bytes:
    """JSON with two-space indent and a final line end; numbers and escapes as they stand."""
    return msgspec.json.format(corpus, indent=2) + b"\n"


class _Shape:
    """The keys of a struct in order, each with the shape of what stands under it, or None."""

    def __init__(self, fields: tuple[tuple[str, _Shape | None], ...]) -> None:
        self.fields = fields
        # The records of a file have the same few sets of keys.
        self._orders: dict[tuple[str, ...], tuple[tuple[str, _Shape | None], ...]] = {}

    def ordered(self, value: Any) -> Any:
        """A value with the keys of its objects in order, unknown ones after the others."""
        if isinstance(value, list):
            return [self.ordered(one) for one in value]
        if not isinstance(value, dict):
            return value
        keys = tuple(value)
        order = self._orders.get(keys)
        if order is None:
            if len(self._orders) >= _ORDERS:
                self._orders.clear()
            order = self._orders[keys] = self._order(keys)
        return {
            key: value[key] if shape is None else shape.ordered(value[key]) for key, shape in order
        }

    def _order(self, keys: tuple[str, ...]) -> tuple[tuple[str, _Shape | None], ...]:
        known = tuple(one for one in self.fields if one[0] in keys)
        names = {name for name, _ in known}
        return (*known, *((key, None) for key in keys if key not in names))


_ORDERS = 1 << 10
_shapes: dict[type, _Shape] = {}


def ordered(record: Any, kind: type = Event) -> Any:
    """A record with its keys in the order of the model's struct, unknown ones after them."""
    if kind not in _shapes:
        info = inspect.type_info(kind)
        assert isinstance(info, inspect.StructType)
        _shapes[kind] = _shape(info)
    return _shapes[kind].ordered(record)


def _shape(kind: inspect.StructType) -> _Shape:
    return _Shape(tuple((field.encode_name, _inner(field.type)) for field in kind.fields))


def _inner(kind: inspect.Type) -> _Shape | None:
    match kind:
        case inspect.Metadata(type=inner):
            return _inner(inner)
        case inspect.UnionType(types=kinds):
            return next((found for one in kinds if (found := _inner(one)) is not None), None)
        case inspect.VarTupleType(item_type=item):
            return _inner(item)
        case inspect.StructType():
            return _shape(kind)
    return None


_STRETCH = 1_000
_UNDER = (b'{"":', b'{\n  "": ', b"\n}")


def _indented(raw: bytes) -> bytes:
    """A value laid out as it stands under a key of the document."""
    before, head, tail = _UNDER
    return msgspec.json.format(before + raw + b"}", indent=2)[len(head) : -len(tail)]


def sort_key(record: Record | Event) -> tuple[int, int, str]:
    """What events are sorted by in the file: first and last possible start, id."""
    day, name = (
        (record["date"], record["id"]) if isinstance(record, dict) else (record.date, record.id)
    )
    return (*date_days(day), name)


class Document:
    """One corpus being edited. `corpus` is what was read, as structs; it does not follow edits.

    Give it content that `checking` found no error in.
    """

    def __init__(self, content: bytes, corpus: Corpus) -> None:
        self.corpus = corpus
        self._parts: dict[str, bytes] = {
            key: bytes(raw)
            for key, raw in msgspec.json.decode(content, type=dict[str, msgspec.Raw]).items()
        }
        raws = msgspec.json.decode(self._parts.get("events", b"[]"), type=list[msgspec.Raw])
        self._events: dict[str, bytes] = {}
        self._order: dict[str, tuple[int, int, str]] = {}
        for event, raw in zip(corpus.events, raws, strict=True):
            self._events[event.id] = bytes(raw)
            self._order[event.id] = sort_key(event)
        self._open: dict[str, Any] = {}

    def names(self) -> list[str]:
        """The keys of the document itself."""
        return list(self._parts)

    def __contains__(self, event_id: object) -> bool:
        return event_id in self._events

    def __len__(self) -> int:
        return len(self._events)

    def ids(self) -> Iterator[str]:
        """The ids of all events, in the order of the file."""
        return iter(sorted(self._events, key=self._order.__getitem__))

    def event(self, event_id: str) -> Record:
        """A copy of one event with every field its file has. KeyError when there is none."""
        return cast(Record, msgspec.json.decode(self._events[event_id]))

    def raw(self, event_id: str) -> bytes:
        """One event as the JSON text of its file. KeyError when there is none."""
        return self._events[event_id]

    def naming(self, text: str) -> list[str]:
        """The ids of the events whose text may hold an id of that name; few are worth decoding."""
        mark = text.encode()
        # A text with a backslash may spell the same characters another way.
        return [name for name in self.ids() if mark in (raw := self._events[name]) or b"\\" in raw]

    def put(self, record: Record, raw: bytes | None = None) -> None:
        """Add an event, or put it in the place of the one with its id.

        `raw` is its text in another file, which is kept as that file spells it.
        """
        if record["id"] in self._events and self.event(record["id"]) == record:
            return
        self._events[record["id"]] = raw or msgspec.json.encode(ordered(record))
        self._order[record["id"]] = sort_key(record)

    def drop(self, event_id: str) -> None:
        """Remove one event. Links to it are left to who calls."""
        del self._events[event_id], self._order[event_id]

    def room(self, name: str) -> list[Record]:
        """One of ROOMS as a list that may be edited in place."""
        return cast("list[Record]", self.part(name, []))

    def part(self, name: str, default: Any = None) -> Any:
        """A top-level value that may be edited in place; a list as `default` is put there."""
        if name not in self._open:
            raw = self._parts.get(name)
            if raw is None and not isinstance(default, list):
                return default
            self._open[name] = default if raw is None else msgspec.json.decode(raw)
        return self._open[name]

    def assign(self, name: str, value: Any) -> None:
        """Set a top-level value; msgspec.UNSET removes it."""
        if value is not msgspec.UNSET or name in self._parts:
            self._open[name] = value

    def encode(self) -> bytes:
        """The corpus as its file will have it."""
        parts = dict(self._parts)
        for name, value in self._open.items():
            if value is msgspec.UNSET or (name not in self._parts and value in (None, [])):
                parts.pop(name, None)
            elif name not in parts or msgspec.json.decode(parts[name]) != value:
                parts[name] = self._encoded(name, value)
        keys = [key for key in _KEYS if key in parts or key == "events"]
        keys += [key for key in parts if key not in keys]
        return b"".join(self._pieces(keys, parts))

    def _pieces(self, keys: list[str], parts: dict[str, bytes]) -> Iterator[bytes]:
        """The file in stretches, laid out as if formatted whole: a large one is never held twice."""
        for number, key in enumerate(keys):
            yield b",\n  " if number else b"{\n  "
            yield msgspec.json.encode(key) + b": "
            if key == "events" and self._events:
                ids = list(self.ids())
                for start in range(0, len(ids), _STRETCH):
                    yield b",\n" if start else b"[\n"
                    some = b",".join(self._events[name] for name in ids[start : start + _STRETCH])
                    yield _indented(b"[" + some + b"]")[2:-4]
                yield b"\n  ]"
            else:
                yield b"[]" if key == "events" else _indented(parts[key])
        yield b"\n}\n"

    def _encoded(self, name: str, value: Any) -> bytes:
        """A part whose untouched records keep the text they had."""
        if not isinstance(value, list) or name not in _ROOM_KINDS:
            return msgspec.json.encode(ordered({name: value}, Corpus)[name])
        old: dict[bytes, bytes] = {}
        for raw in msgspec.json.decode(self._parts.get(name, b"[]"), type=list[msgspec.Raw]):
            old[msgspec.json.encode(msgspec.json.decode(raw))] = bytes(raw)
        pieces = []
        for record in value:
            text = msgspec.json.encode(record)
            pieces.append(old.get(text) or msgspec.json.encode(ordered(record, _ROOM_KINDS[name])))
        return b"[" + b",".join(pieces) + b"]"


def kind_of_room(room: str) -> type:
    """The struct of the records in one of ROOMS."""
    return _ROOM_KINDS[room]


def _room_kinds() -> dict[str, type]:
    from relwatch.model import Actor, Category, Coverage, Source

    return {
        "categories": Category,
        "actors": Actor,
        "sources": Source,
        "assessments": Assessment,
        "coverage": Coverage,
    }


_ROOM_KINDS = _room_kinds()


def open_document(content: bytes, name: str) -> Document:
    """A corpus file's content, opened for editing.

    Raises DataWrong, with every error there is, for a file that may not be rewritten. One that
    can be read although links lead nowhere is opened, so that they can be mended; `verified` says
    whether they are.
    """
    from relwatch.corpora.soundness import each_key_once

    corpus = verified(content, name, reading=True)
    if not each_key_once(content):
        _refuse(content, name, reading=True)
    try:
        return Document(content, corpus)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise DataWrong((Problem(name, "", str(error)),), "nothing was changed") from None


def verified(content: bytes, name: str, *, reading: bool = False) -> Corpus:
    """The corpus that a document encoded, once no error is found in it. DataWrong else.

    With `reading` only what keeps a corpus from being read is an error.
    """
    from relwatch.corpora.reading import decode
    from relwatch.corpora.soundness import faultless

    corpus = decode(content, name)
    if not faultless(corpus, reading=reading):
        _refuse(content, name, reading)
    return corpus


def _refuse(content: bytes, name: str, reading: bool) -> None:
    from relwatch.corpora.checking import check_bytes, errors

    found = errors(check_bytes(content, name, reading=reading))
    if found:
        raise DataWrong(found, "nothing was changed; correct these places first")
