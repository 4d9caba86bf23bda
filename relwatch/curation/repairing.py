"""Repairs of a corpus that are safe: its order and its spacing, and nothing that it says."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from relwatch.corpora.documents import ROOMS, canonical, kind_of_room, ordered, sort_key
from relwatch.corpora.soundness import each_key_once
from relwatch.curation.readable import UNREADABLE
from relwatch.model import Corpus, Event
from relwatch.text import spaced


class Repair(Struct, frozen=True):
    """A corpus mended, as it was where nothing is safe; why something was left, "" else."""

    content: bytes
    left: str = ""


def repaired(content: bytes) -> Repair:
    """The same corpus with what is safe to mend mended.

    Events are put in order of date and id, unless one has a date that cannot be read, keys in
    the order of the model; titles lose needless spaces; all is indented by two. Every other fault
    stays for a person. Nothing is safe in a file that is broken, gives a key twice or holds a
    wrong type.
    """
    try:
        content.decode()
        msgspec.json.decode(content)
    except UNREADABLE:
        return Repair(content, "its JSON cannot be read whole")
    try:
        corpus = msgspec.json.decode(content, type=Corpus)
    except UNREADABLE:
        return Repair(content, "something required is missing or of a wrong type")
    if not each_key_once(content):
        return Repair(content, "an object gives a key twice")
    in_order = all(map(_dated, corpus.events))
    parts = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
    made: dict[str, msgspec.Raw] = {}
    for key, raw in parts.items():
        if key in ROOMS or key == "events":
            kind = Event if key == "events" else kind_of_room(key)
            records = [_tidy(bytes(one), kind)
                       for one in msgspec.json.decode(raw, type=list[msgspec.Raw])]  # fmt: skip
            if key == "events" and in_order:
                order = sorted(range(len(records)), key=lambda at: sort_key(corpus.events[at]))
                records = [records[at] for at in order]
            made[key] = msgspec.Raw(b"[" + b",".join(records) + b"]")
        else:
            value = msgspec.json.decode(raw)
            tidy = ordered({key: value}, Corpus)[key]
            same = msgspec.json.encode(tidy) == msgspec.json.encode(value)
            made[key] = raw if same else msgspec.Raw(msgspec.json.encode(tidy))
    keys = ordered(dict.fromkeys(made), Corpus)
    whole = canonical(msgspec.json.encode({key: made[key] for key in keys}))
    return Repair(whole, "" if in_order else "events stay in their order, as a date cannot be read")


def _dated(event: Event) -> bool:
    try:
        sort_key(event)
    except ValueError:
        return False
    return True


def _tidy(raw: bytes, kind: type) -> bytes:
    """A record as the format has it; the text of the file where that is so already."""
    record = msgspec.json.decode(raw)
    made = ordered(record, kind)
    if kind is Event:
        made["title"] = spaced(made["title"]) or made["title"]
    text = msgspec.json.encode(made)
    return raw if text == msgspec.json.encode(record) else text
