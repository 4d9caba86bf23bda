"""What is new, changed, corrected and removed in a corpus since an earlier state of it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from relwatch.corpora.documents import Document, Record, open_document
from relwatch.corpora.history import History
from relwatch.corpora.reading import read_bytes
from relwatch.curation.editing import Change, differences
from relwatch.errors import AskedWrongly

What = Literal["new", "changed", "corrected", "removed"]
Kind = Literal["event", "assessment", "category", "actor", "source", "coverage", "corpus"]


class Changed(Struct, frozen=True):
    """One part of a corpus that is not what it was, and the fields that differ.

    The id of a covered stretch is its days, that of the corpus its own.
    """

    what: What
    kind: Kind
    id: str
    title: str
    fields: tuple[Change, ...] = ()


def compare(old: Document, new: Document) -> list[Changed]:
    """What turned `old` into `new`: events in order of date, judgements, then all else it holds.

    "corrected" is an event that got a correction; "changed" any other difference.
    """
    found: list[Changed] = []
    ids = [*new.ids(), *(name for name in old.ids() if name not in new)]
    for name in ids:
        if name not in old:
            found.append(Changed("new", "event", name, new.event(name)["title"]))
        elif name not in new:
            found.append(Changed("removed", "event", name, old.event(name)["title"]))
        elif old.raw(name) != new.raw(name):
            before, after = old.event(name), new.event(name)
            fields = tuple(differences(before, after))
            if fields:
                what: What = (
                    "corrected" if _corrections(after) - _corrections(before) else "changed"
                )
                found.append(Changed(what, "event", name, after["title"], fields))
    for room, kind, label in _ROOMS:
        found += _declared(old.room(room), new.room(room), kind, label)
    found += _covered(old.room("coverage"), new.room("coverage"))
    return [*found, *_head(old, new)]


_ROOMS: tuple[tuple[str, Kind, str], ...] = (
    ("assessments", "assessment", "statement"),
    ("categories", "category", "name"),
    ("actors", "actor", "name"),
    ("sources", "source", "title"),
)
_APART = {"events", "coverage", "format", *(room for room, _, _ in _ROOMS)}


def _declared(old: list[Record], new: list[Record], kind: Kind, label: str) -> Iterator[Changed]:
    """The records of a room that are not what they were."""
    before, after = ({one["id"]: one for one in each} for each in (old, new))
    for name in dict.fromkeys([*after, *before]):
        was, now = before.get(name), after.get(name)
        title = str((now or was or {}).get(label, ""))
        if was is None or now is None:
            yield Changed("new" if was is None else "removed", kind, name, title)
        elif was != now:
            yield Changed("changed", kind, name, title, tuple(differences(was, now)))


def _covered(old: list[Record], new: list[Record]) -> Iterator[Changed]:
    """The stretches that are not what they were: one that begins or ends as it did was changed."""
    left = [one for one in old if one not in new]
    for now in (one for one in new if one not in old):
        was = next((one for end in ("start", "end") for one in left if one[end] == now[end]), None)
        if was is None:
            yield _stretch("new", now)
        else:
            left.remove(was)
            fields = differences({"id": _days(was), **was}, {"id": _days(now), **now})
            yield _stretch("changed", now, tuple(one for one in fields if one.field != "id"))
    for was in left:
        yield _stretch("removed", was)


def _stretch(what: What, stretch: Record, fields: tuple[Change, ...] = ()) -> Changed:
    title = "; ".join(str(stretch[key]) for key in ("basis", "note") if stretch.get(key))
    return Changed(what, "coverage", _days(stretch), title, fields)


def _days(stretch: Record) -> str:
    return f"{stretch['start']}..{stretch['end']}"


def _head(old: Document, new: Document) -> Iterator[Changed]:
    """What the corpus says of itself: its title, its parties and the like."""
    names = [one for one in dict.fromkeys([*new.names(), *old.names()]) if one not in _APART]
    before, after = ({name: one.part(name) for name in names} for one in (old, new))
    fields = tuple(
        Change(new.corpus.id, name, before[name], after[name])
        for name in names
        if before[name] != after[name]
    )
    if fields:
        yield Changed("changed", "corpus", new.corpus.id, new.corpus.title, fields)


def _corrections(record: Record) -> set[bytes]:
    return {
        msgspec.json.encode(note)
        for note in record.get("notes", ())
        if note.get("kind") == "correction"
    }


class Earlier(Struct, frozen=True):
    """An earlier state of a corpus, and where it comes from. No content: it was not known yet."""

    content: bytes | None
    told: str


def against(path: Path, other: str) -> Earlier:
    """The state to compare with: a file, else a revision of the corpus in its git repository.

    Raises AskedWrongly when it is neither.
    """
    if Path(other).is_file():
        return Earlier(read_bytes(Path(other)), f"against {other}")
    # What names several is shown by git without a word as nothing.
    named = _git(path, "rev-parse", "--quiet", "--revs-only", other) or b""
    if len(named.split()) > 1:
        raise AskedWrongly(
            f"{other}: is not one revision",
            f"say {other.split('..')[0] or 'HEAD'} or a commit"
            if ".." in other
            else "say HEAD~1 or a commit",
        )
    shown = _at(path, other)
    if shown is None and ":" in other:
        shown = _git(path, "show", other)
    if shown is None:
        known = _git(path, "rev-parse", "--verify", "--quiet", f"{other}^{{commit}}")
        if known is None and _git(path, "rev-parse", "--git-dir") is None:
            raise AskedWrongly(
                f"{other}: no such file, and {path} is in no git repository",
                "--against FILE compares with a copy, --since DATE with the corpus's own history",
            )
        if known is None:
            raise AskedWrongly(
                f"{other}: neither a file nor a git revision here", "as in --against HEAD~1"
            )
        raise AskedWrongly(f"{path} is not in git revision {other}", "as in --against HEAD")
    return Earlier(shown, f"against git revision {other}")


def since(path: Path, day: date) -> Earlier:
    """The corpus as it was before a day: in git, else in its history.

    Before the first known state there was nothing. Raises AskedWrongly when no state is known.
    """
    # The state this branch had: what was done on another and joined later came when it was joined.
    found = _git(
        path, "rev-list", "-1", "--first-parent", f"--before={day.isoformat()}T00:00:00", "HEAD"
    )
    if found and found.strip():
        revision = found.decode().strip()
        shown = _at(path, revision)
        if shown is not None:
            return Earlier(shown, f"against git revision {revision[:10]}, the last before {day}")
    history = History(path)
    book = history.book()
    if book.steps:
        book = history.now(read_bytes(path))
    steps = [step for step in book.steps[: book.at + 1] if step.when[:10] < day.isoformat()]
    if steps:
        return Earlier(history.read(steps[-1]), f"against the version of {steps[-1].when}")
    name = path.resolve().name
    dated = _git(path, "log", "--format=%cs", "--follow", "HEAD", "--", name) or b""
    known = [*dated.decode().split()[-1:], *(step.when[:10] for step in book.steps[:1])]
    if not known:
        raise AskedWrongly(
            f"no earlier state of {path} is known: it is not in git, and its history is empty",
            "--against FILE compares with a copy",
        )
    return Earlier(
        None, f"{path} is first known on {min(known)}: all its events and judgements count as new"
    )


def changes(path: Path, earlier: Earlier) -> list[Changed]:
    """What changed in a corpus file since an earlier state of it."""
    now = read_bytes(path)
    before = earlier.content if earlier.content is not None else _emptied(now, str(path))
    old = open_document(before, f"{path} ({earlier.told})")
    return compare(old, open_document(now, str(path)))


def _emptied(content: bytes, name: str) -> bytes:
    """The corpus without events and judgements."""
    document = open_document(content, name)
    for event in list(document.ids()):
        document.drop(event)
    document.assign("assessments", [])
    return document.encode()


def _at(path: Path, revision: str) -> bytes | None:
    """The file in a git revision, also under a name it had then; None when it is not there."""
    name = path.resolve().name
    shown = _git(path, "show", f"{revision}:./{name}")
    if shown is not None or _git(path, "cat-file", "-e", f"{revision}^{{tree}}") is None:
        return shown
    names = _git(path, "log", "--follow", "--format=", "--name-only", "-z", "HEAD", "--", name)
    for former in dict.fromkeys((names or b"").split(b"\0")):
        if former.strip():
            shown = _git(path, "show", f"{revision}:{os.fsdecode(former.strip())}")
            if shown is not None:
                return shown
    return None


def _git(path: Path, *arguments: str) -> bytes | None:
    """What git says in the folder of a file; None when it refuses, or is not there."""
    folder = path.resolve().parent
    try:
        ran = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=False)
    except OSError:
        return None
    return ran.stdout if ran.returncode == 0 else None
