"""What is remembered of the imports of one data set, so that the next one knows what is new in it.

It is kept with the version of the corpus that the import made: see `corpora.history`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from hashlib import blake2b
from typing import Any, cast

import msgspec
from msgspec import Struct

_LONG = 40
_SET = "="


class Memory(Struct, frozen=True, omit_defaults=True):
    """What the imports of a data set gave and what was decided, by the key of each row.

    `rows` holds the marks of what a row said (see `marks`), with a "=" before the names of fields
    that the row itself left open and that were said of the whole file. `batches` lists which rows came
    together. `decided` names the event that a likely duplicate was merged into, "" for one that
    was skipped. `held` lists fields in which the corpus's value was kept against the file's.
    `ids` is what another corpus's declarations are called here, `renamed` what its events are
    whose ids other events have here. `keep` says that what vanishes
    from newer releases stays.
    """

    rows: dict[str, msgspec.Raw] = {}
    batches: list[list[str]] = []
    decided: dict[str, str] = {}
    held: dict[str, list[str]] = {}
    ids: dict[str, dict[str, str]] = {}
    renamed: dict[str, str] = {}
    keep: bool = False

    def base(self, key: str) -> dict[str, Any] | None:
        """The marks of what a row said last, or was said of it; None when it is not known."""
        raw = self.rows.get(key)
        if raw is None:
            return None
        return {name.removeprefix(_SET): one for name, one in _decoded(raw).items()}

    def keys_of(self, events: Iterable[dict[str, Any]]) -> dict[str, str]:
        """The keys of the rows that made events of this data set, by the ids of these."""
        renamed = {name: key for key, name in self.renamed.items()}
        return {
            event["id"]: renamed.get(event["id"]) or str((event.get("origin") or {}).get("id"))
            for event in events
        }

    def set_before(self, key: str) -> frozenset[str]:
        """The fields that were said of the file and not by a row when it came last."""
        raw = self.rows.get(key, b"{}")
        names = _decoded(raw) if _SET.encode() in bytes(raw) else {}
        return frozenset(name[len(_SET) :] for name in names if name.startswith(_SET))

    def encode(self) -> bytes:
        """As it is kept."""
        return msgspec.json.encode(self)


def read_memory(kept: bytes | None) -> Memory:
    """What was kept; an empty memory when there is nothing, or nothing that can be read."""
    try:
        return Memory() if kept is None else msgspec.json.decode(kept, type=Memory)
    except msgspec.MsgspecError:
        return Memory()


def mark(value: Any) -> Any:
    """A value as it is compared: None for every empty one, a hash in the place of a long one."""
    kind = value.__class__
    if kind is str:
        if len(value) <= _LONG:
            return value or None
        text = value.encode("utf-8", "surrogatepass")
    elif kind is not list and kind is not dict:
        return value
    elif not value:
        return None
    elif kind is list and value[0].__class__ is dict:
        # One by one, so that what was done to one of several can be told.
        return [mark(one) for one in value]
    elif len(text := _encode(value)) <= _LONG:
        return value
    return "#" + blake2b(text, digest_size=12).hexdigest()


_encode = msgspec.json.Encoder().encode


def marks(
    record: dict[str, Any], without: tuple[str, ...], was_set: Container[str] = ()
) -> msgspec.Raw:
    """What is remembered of a row; `was_set` names fields that it left open itself."""
    said = {
        (_SET + key if key in was_set else key): value
        if value.__class__ is str and 0 < len(value) <= _LONG
        else mark(value)
        for key, value in record.items()
        if key not in without
    }
    return msgspec.Raw(_encode(said))


def is_as_said(event: dict[str, Any], base: dict[str, Any], without: tuple[str, ...]) -> bool:
    """Whether an event holds what a row said (`base`, its marks) and nothing else."""
    holds = {name: mark(value) for name, value in event.items() if name not in without}
    said = [{name: one for name, one in each.items() if one is not None} for each in (holds, base)]
    return said[0] == said[1]


def carried(said: msgspec.Raw, before: msgspec.Raw, fields: Container[str]) -> msgspec.Raw:
    """What a row says, with these fields of what it said before."""
    kept = {
        name: one for name, one in _decoded(before).items() if name.removeprefix(_SET) in fields
    }
    new = {
        name: one for name, one in _decoded(said).items() if name.removeprefix(_SET) not in fields
    }
    return msgspec.Raw(_encode({**new, **kept}))


def instead(said: msgspec.Raw, record: dict[str, Any]) -> msgspec.Raw:
    """What a row says, but for the fields of `record`."""
    return msgspec.Raw(_encode({**_decoded(said), **_decoded(marks(record, ()))}))


def _decoded(raw: msgspec.Raw | bytes) -> dict[str, Any]:
    return cast(dict[str, Any], msgspec.json.decode(raw))
