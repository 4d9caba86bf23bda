"""Which events that a newer release holds no more may go: those that are the file's alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from relwatch.corpora.documents import Document
from relwatch.curation.editing import pointers
from relwatch.curation.recognising import OURS
from relwatch.curation.remembering import Memory, is_as_said


class Gone(Struct, frozen=True):
    """The vanished events that are to be removed, and why the others are not."""

    removed: tuple[str, ...] = ()
    kept: dict[str, str] = {}


def gone(
    document: Document,
    vanished: Iterable[str],
    dataset: str,
    memory: Memory,
    others: Mapping[str, Memory],
) -> Gone:
    """Tell vanished events that are as the file gave them from those with other people's work.

    `memory` is what the last import of `dataset` left, `others` what those of other data sets did.
    """
    merged = {
        name: dataset for dataset, one in others.items() for name in one.decided.values() if name
    }
    names = [name for name in vanished if name in document]
    keys = memory.keys_of(map(document.event, names))
    kept: dict[str, str] = {}
    for name in names:
        event = document.event(name)
        base = memory.base(keys[name])
        if (event.get("origin") or {}).get("dataset") != dataset:
            kept[name] = "not of this file alone"
        elif base is None:
            kept[name] = "as nobody knows what the file gave"
        elif not is_as_said(event, base, OURS):
            kept[name] = "changed here"
        elif name in merged:
            kept[name] = f"{merged[name]} has it too"
    going = [name for name in names if name not in kept]
    while held := [name for name in going if _is_pointed_to(document, name, going)]:
        kept |= dict.fromkeys(held, "something points to it")
        going = [name for name in going if name not in held]
    return Gone(tuple(going), kept)


def _is_pointed_to(document: Document, name: str, going: list[str]) -> bool:
    return any(one.kind != "event" or one.id not in going for one in pointers(document, name))
