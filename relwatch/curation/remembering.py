"""What is remembered of the imports of one data set, so that the next one knows what is new in it.

It is kept with the version of the corpus that the import made: see `corpora.history`.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, cast

import msgspec
from msgspec import Struct

_LONG = 40


class Memory(Struct, frozen=True, omit_defaults=True):
    """What the imports of a data set gave and what was decided, by the key of each row.

    `rows` holds the marks of what a row said (see `marks`). `batches` lists which rows came
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
        """The marks of what a row said last; None when it is not known."""
        raw = self.rows.get(key)
        return None if raw is None else cast(dict[str, Any], msgspec.json.decode(raw))

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
    elif len(text := _encode(value)) <= _LONG:
        return value
    return "#" + blake2b(text, digest_size=12).hexdigest()


_encode = msgspec.json.Encoder().encode


def marks(record: dict[str, Any], without: tuple[str, ...]) -> msgspec.Raw:
    """What is remembered of a row."""
    said = {
        key: value if value.__class__ is str and 0 < len(value) <= _LONG else mark(value)
        for key, value in record.items()
        if key not in without
    }
    return msgspec.Raw(_encode(said))
