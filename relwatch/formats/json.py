"""JSON: events as their file has them, unknown fields included; tables in one fixed shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from relwatch.answers import Answer, Found, Hit

Out = Callable[[str], Any]

# Inside JSON strings these may stand as they are, but they would steer a terminal; an escape is
# the same value.
_ESCAPED = {
    code: f"\\u{code:04x}"
    for code in (
        *range(0x7F, 0xA0), 0x061C, 0x200E, 0x200F, 0x2028, 0x2029, 0xFEFF,
        *range(0x202A, 0x202F), *range(0x2066, 0x206A),
    )
}  # fmt: skip


def harmless(encoded: bytes) -> str:
    """JSON as text, with unprintable characters escaped."""
    text = encoded.decode()
    return text if text.isascii() and "\x7f" not in text else text.translate(_ESCAPED)


def raw_of(found: Found, hit: Hit) -> bytes:
    """An event's JSON; in a search with the words that matched it, under `matched`."""
    raw = found.raw(hit.event)
    if not found.searched:
        return raw
    matched = msgspec.json.encode(hit.matched)
    if b'"matched"' in raw:
        fields = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
        return msgspec.json.encode({**fields, "matched": msgspec.Raw(matched)})
    return raw.rstrip()[:-1] + b',"matched":' + matched + b"}"


def events(found: Found, out: Out) -> None:
    """An array of events."""
    first = True
    for hit in found.hits:
        shown = harmless(msgspec.json.format(raw_of(found, hit), indent=2))
        out(("[\n  " if first else ",\n  ") + shown.replace("\n", "\n  "))
        first = False
    out("[]\n" if first else "\n]\n")


def tables(answer: Answer, out: Out) -> None:
    """The selection, its coverage, the total and all tables."""
    out(harmless(msgspec.json.format(msgspec.json.encode(answer.plain()), indent=2)) + "\n")
