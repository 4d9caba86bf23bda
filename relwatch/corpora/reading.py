"""Reading a corpus file: bytes become structs, and what would change an answer is refused.

The quick way only finds out that something is wrong; `checking` then says all that is, and where.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from relwatch.errors import AskedWrongly, DataWrong, Problem, SystemRefused
from relwatch.model import Corpus
from relwatch.periods import date_days


class _Raws(msgspec.Struct):
    events: tuple[msgspec.Raw, ...] = ()


@contextmanager
def collector_paused() -> Iterator[None]:
    """No garbage collection while many objects are made, none of which is garbage."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()
            gc.enable()


def begins_as_corpus(path: Path) -> bool:
    """Whether a file, whatever its name, is a corpus in JSON by its first bytes."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return is_corpus_text(file.read(4096))
    except OSError:
        return False  # whoever reads it will say why that cannot be done


def is_corpus_text(beginning: bytes) -> bool:
    """Whether bytes begin a JSON object that says it is a corpus."""
    return (
        beginning.lstrip().startswith(b"{")
        and re.search(rb'"format"\s*:\s*"relwatch-corpus/', beginning) is not None
    )


def read_bytes(path: Path) -> bytes:
    """A file's bytes. AskedWrongly when it is not there, SystemRefused when it may not be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise AskedWrongly(f"{path}: no such file") from None
    except IsADirectoryError:
        raise AskedWrongly(f"{path}: is a folder, not a corpus file") from None
    except (PermissionError, OSError) as error:
        if path.is_dir():
            raise AskedWrongly(f"{path}: is a folder, not a corpus file") from None
        raise SystemRefused(f"{path}: {error.strerror or error}") from None


def read(path: Path) -> tuple[Corpus, bytes]:
    """A corpus and the bytes it was read from.

    Raises DataWrong for broken JSON, wrong types, dates that do not exist, an end before its
    date, no or undeclared categories, and duplicate ids; everything else is left to `check`.
    """
    content = read_bytes(path)
    return decode(content, str(path)), content


def decode(content: bytes, name: str) -> Corpus:
    """The corpus that a file's bytes hold; `name` is how messages call the file."""
    try:
        _require_utf8(content)
        with collector_paused():
            corpus = msgspec.json.decode(content, type=Corpus)
    except (
        msgspec.DecodeError,
        msgspec.ValidationError,
        UnicodeDecodeError,
        RecursionError,
    ) as error:
        raise _explained(content, name, str(error)) from None
    if not _sound(corpus):
        raise _explained(content, name, "the corpus contradicts itself")
    return corpus


def _require_utf8(content: bytes, slice_size: int = 1 << 20) -> None:
    """UnicodeDecodeError unless all of it is UTF-8: decoding skips what it does not know."""
    if content.isascii():
        return
    from codecs import getincrementaldecoder

    decoder = getincrementaldecoder("utf-8")()
    for start in range(0, len(content), slice_size):
        decoder.decode(content[start : start + slice_size])
    decoder.decode(b"", final=True)


def raws(content: bytes) -> tuple[bytes, ...]:
    """The events of a corpus as its file has them, unknown fields included, in the file's order."""
    return tuple(bytes(raw) for raw in msgspec.json.decode(content, type=_Raws).events)


def records(content: bytes, room: str) -> list[dict[str, Any]]:
    """The records of one part of a corpus as its file has them, unknown fields included."""
    parts = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
    return msgspec.json.decode(parts.get(room, b"[]"), type=list[dict[str, Any]])


def _sound(corpus: Corpus) -> bool:
    """Whether everything holds that an answer depends on. Says no word about what does not."""
    categories = {category.id for category in corpus.categories}
    ids = {event.id for event in corpus.events}
    if len(ids) != len(corpus.events) or len(categories) != len(corpus.categories):
        return False
    seen: dict[tuple[str, ...], bool] = {}
    try:
        for event in corpus.events:
            labels = event.categories
            if labels not in seen:
                seen[labels] = bool(labels) and categories.issuperset(labels)
            if not seen[labels]:
                return False
            first = date_days(event.date)[0]
            if event.end is not None and date_days(event.end)[1] < first:
                return False
            if event.reported is not None:
                date_days(event.reported)
            if event.recorded is not None:
                date_days(event.recorded)
            for note in event.notes:
                if (
                    note.kind == "correction"
                    and note.field in ("date", "end")
                    and note.value is not None
                ):
                    date_days(note.value)
        for stretch in corpus.coverage:
            if date_days(stretch.end)[1] < date_days(stretch.start)[0]:
                return False
    except (ValueError, TypeError, AttributeError):
        return False
    return len({actor.id for actor in corpus.actors}) == len(corpus.actors)


def _explained(content: bytes, name: str, reason: str) -> DataWrong:
    from relwatch.corpora.checking import check_bytes, errors

    found = errors(check_bytes(content, name, reading=True))
    return DataWrong(
        found or (Problem(name, "", reason),),
        "`relwatch check` on the file shows every problem at once",
    )
