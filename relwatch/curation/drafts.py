"""Events as commented TOML to be filled in with an editor; what was typed is never lost."""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from relwatch.corpora.documents import Document, Record
from relwatch.corpora.places import user_folder
from relwatch.corpora.writing import PRIVATE, private_folder, replace
from relwatch.curation.joining import Conflict, joined
from relwatch.curation.values import kind_of
from relwatch.errors import AskedWrongly, RelwatchError, SystemRefused
from relwatch.model import Event

_MARK = b"#! "
"""Begins the lines on top that say what is wrong; they are written anew each time."""
_BASE = b"#= "
"""Begins the line at the end that holds the event a draft was made from."""
_ABOUT_BASE = b"# The event as it was when this draft was made, for joining what others change:"
_FIELDS = tuple(name for name in Event.__struct_fields__ if name != "id")
_ABOUT = {
    "date": ("YYYY, YYYY-MM or YYYY-MM-DD; required", "2022-01-05"),
    "end": ("last day, where it took longer than one", "2022-01-07"),
    "uncertain": ("true: one unknown day from date to end", True),
    "reported": ("when the source published it", "2022-01-06"),
    "categories": ("at least one, the primary first; required", ["political"]),
    "title": ("one line; required", ""),
    "summary": ("what happened, in your own words", ""),
    "actors": ("who acts or is acted on: ids, names or aliases", ["RUS"]),
    "initiators": ("those of the actors who act", ["RUS"]),
    "about": ("states concerned that take no part", ["USA"]),
    "tags": ("words of your own", ["drill"]),
    "stage": (
        "offered, announced, agreed, signed, started, held, completed, postponed, cancelled, denied or lapsed",
        "announced",
    ),
    "follows": ("ids of the events this one follows", ["2021-12-01-some-event"]),
    "cameo": ("CAMEO code of the act, in quotes: leading zeros matter", "057"),
    "intensity": ("-10 (conflict) to +10 (cooperation); its scale must be named", 3.4),
    "scale": ("whose values these are", "goldstein-icews"),
    "status": ("candidate: left out of every count until confirmed", "candidate"),
    "derived": ("fields that were made, not given by a source", ["intensity"]),
    "recorded": ("when it was entered", "2022-01-10"),
    "places": ("where it took place", [{"name": "Moscow", "country": "RUS"}]),
    "quotes": ("short quotations", [{"speaker": "RUS", "text": "..."}]),
    "amounts": ("numbers the source gives", [{"value": 100, "currency": "USD", "what": "loan"}]),
    "sources": (
        "who reports it; grade A-F (source) and 1-6 (information)",
        [{"source": "tass", "grade": "C3", "url": "https://...", "locator": ""}],
    ),
    "notes": (
        "kind correction (with field, value, source), context, dispute or internal",
        [{"kind": "context", "text": "..."}],
    ),
    "origin": ("the data set it was taken from", {"dataset": "gdelt", "id": "1"}),
}  # fmt: skip


class Mistake(RelwatchError):
    """A draft that cannot be used as it stands. `line` is where, in what was typed."""

    def __init__(self, message: str, hint: str = "", line: int | None = None) -> None:
        super().__init__(message, hint)
        self.line = line


class Clash(RelwatchError):
    """Someone else changed the same fields meanwhile. `decided` is the base for who saves anyway."""

    def __init__(self, name: str, conflicts: list[Conflict], decided: Record) -> None:
        both = [line for one in conflicts for line in _both(one)]
        super().__init__(
            "\n".join([f"{name} was changed meanwhile by someone else", *both]),
            "Save the draft, changed or as it is, and it holds; close it without saving to leave it.",
        )
        self.decided = decided


def _both(conflict: Conflict) -> list[str]:
    """Both values of a field as a draft would have them, so that they can be copied."""
    lines = []
    for whose, value in (("yours", conflict.ours), ("theirs", conflict.theirs)):
        plain = _plain(value)
        shown = [f"{conflict.field} = (none)"]
        if plain not in (None, [], {}, ""):
            shown = _toml(conflict.field, plain)
        lines += [f"  {whose}: {shown[0]}", *(f"    {one}" for one in shown[1:])]
    return lines


def draft_of(record: Record, document: Document, title: str) -> str:
    """An event as TOML: what it has, and what it could have as comments."""
    lines = [
        f"# {title}",
        "# Save and close the editor to go on. An empty file, or one that is not changed, stops.",
        f"# Categories: {', '.join(one['id'] for one in document.room('categories'))}",
        *_wrapped("# Actors: ", [one["id"] for one in document.room("actors")]),
        *_wrapped("# Sources: ", [one["id"] for one in document.room("sources")]),
        "",
    ]
    tables = [name for name in _FIELDS if kind_of(name) in ("objects", "object")]
    for name in [name for name in _FIELDS if name not in tables] + tables:
        about, example = _ABOUT[name]
        lines.append(f"# {name}: {about}")
        value = _plain(record.get(name))
        required = name in ("date", "categories", "title")
        if value in (None, [], {}) and required:
            value = [] if name == "categories" else ""
        if value in (None, [], {}) and not required:
            lines += [f"# {line}" for line in _toml(name, example)]
        else:
            lines += _toml(name, value)
        if name in tables:
            lines.append("")
    unknown = [name for name in record if name not in _FIELDS and name != "id"]
    if unknown:
        lines.append(f"# relwatch does not know these fields; they stay: {', '.join(unknown)}")
    return "\n".join(lines) + "\n"


def _wrapped(beginning: str, names: list[str], most: int = 40) -> list[str]:
    shown = names[:most] + ([f"... ({len(names):,} in all)"] if len(names) > most else [])
    return [beginning + ", ".join(shown)] if names else []


def _toml(name: str, value: Any) -> list[str]:
    """The lines of a field in TOML, which knows no other line ends than these."""
    import tomli_w

    if isinstance(value, dict):
        # On one line: what is typed below a table's head would belong to the table.
        (inline,) = tomli_w.dumps({name: [value]}).split("\n")[1:-2]
        return [f"{name} = {inline.strip().rstrip(',')}"]
    return tomli_w.dumps({name: value}, multiline_strings=True).rstrip("\n").split("\n")


def _plain(value: Any) -> Any:
    """A JSON value as TOML can hold it: TOML has no null."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_plain(one) for one in value if one is not None]
    return value


def read_draft(text: str, old: Record | None = None) -> Record:
    """The event a draft describes; fields of `old` that TOML cannot hold stay as they were.

    Raises Mistake for broken TOML and unknown fields.
    """
    import tomllib

    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what, _, where = str(error).partition(" (at ")
        line = re.match(r"line (\d+)", where)
        raise Mistake(
            f"the draft is not TOML: {what[:1].lower()}{what[1:]}"
            + ("" if line or not where else f" (at {where}"),
            line=int(line[1]) if line else None,
        ) from None
    given = _json_values(given)
    old = old or {}
    for name in given:
        if name not in _FIELDS and name not in old:
            from relwatch.text import near

            close = near(name, _FIELDS, 1)
            raise Mistake(f"an event has no field “{name}”" + (f"; {close[0]}?" if close else ""))
    made: Record = {}
    for name in (*_FIELDS, *(key for key in old if key not in _FIELDS)):
        if name not in _FIELDS:
            made[name] = old[name]
        elif given.get(name) not in (None, "", [], {}):
            same = name in old and _unix(_plain(old[name])) == _unix(given[name])
            made[name] = old[name] if same else given[name]
        elif name in old and _plain(old[name]) in (None, "", [], {}):
            made[name] = old[name]
    made.pop("id", None)
    return made


def _unix(value: Any) -> Any:
    """A value with the line ends that TOML makes of all: a draft changes none that it kept."""
    import json

    return json.loads(json.dumps(value).replace("\\r\\n", "\\n"))


def _json_values(value: Any) -> Any:
    """TOML's own dates, typed without quotes, are meant as text."""
    if isinstance(value, dict):
        return {key: _json_values(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_json_values(one) for one in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def folder() -> Path:
    """Where drafts lie until they become events."""
    return user_folder("state") / "drafts"


class Draft:
    """One draft on disk. It is removed when its event has been written, else kept.

    `base` is the event it was made from, None for a new one. It stands in the file, so that a
    draft that is taken up again still knows it. What was typed is kept as bytes: an editor may
    save what is no text. `kept` says that it is taken up again, `command` how.
    """

    def __init__(
        self, path: Path, base: Record | None = None, *, kept: bool = False, command: str = ""
    ) -> None:
        self.path = path
        self.base = base
        self.kept = kept
        self.command = command
        self.options: tuple[str, ...] = ()
        """What the way on needs besides: what was wrong with the draft can ask for it."""

    def way_on(self) -> str:
        """What to type to go on with a draft that was kept."""
        import shlex

        words = [self.command, "--draft", shlex.quote(str(self.path)), *self.options]
        return f"go on with it: {' '.join(filter(None, words))}"

    def typed(self) -> bytes:
        """What the draft holds, without the complaints on top and the base at the end."""
        return self._parts()[0]

    def _parts(self) -> tuple[bytes, bytes | None]:
        try:
            lines = self.path.read_bytes().splitlines(True)
        except FileNotFoundError:
            raise SystemRefused(
                f"the draft is gone: the editor left no {self.path}; nothing was written"
            ) from None
        except OSError as error:
            raise SystemRefused(f"{self.path}: {error.strerror or error}") from None
        while lines and lines[0].startswith(_MARK):
            lines.pop(0)
        for number in range(len(lines) - 1, -1, -1):
            if lines[number].startswith(_BASE):
                base = lines.pop(number)
                if number and lines[number - 1].startswith(_ABOUT_BASE):
                    lines.pop(number - 1)
                return b"".join(lines), base[len(_BASE) :]
        return b"".join(lines), None

    def record(self, old: Record | None = None) -> Record:
        """The event that was typed; what TOML cannot hold is that of the base, else of `old`.

        Raises Mistake when it cannot be read.
        """
        typed = self.typed()
        try:
            text = typed.decode()
        except UnicodeDecodeError as error:
            raise Mistake(
                f"the draft is not UTF-8 (byte 0x{typed[error.start]:02x})",
                "save it as UTF-8",
                typed.count(b"\n", 0, error.start) + 1,
            ) from None
        return read_draft(text, old if self.base is None else self.base)

    def joined(self, name: str, ours: Record, theirs: Record) -> Record:
        """The event with what was typed (`ours`, resolved) and what others changed meanwhile.

        Raises Clash for fields that both changed differently.
        """
        made, conflicts = joined(name, self.base, ours, theirs)
        if conflicts:
            decided = dict(theirs if self.base is None else self.base)
            for one in conflicts:
                decided[one.field] = one.theirs
            raise Clash(
                name, conflicts, {key: one for key, one in decided.items() if one is not None}
            )
        return made

    def rebase(self, base: Record) -> None:
        """Take another event for the one the draft was made from."""
        self.base = base
        self.put(self.typed())

    def complain(self, error: RelwatchError) -> str:
        """Put what is wrong on top of the draft, in the place of what was there; what is said."""
        hint = error.hint
        if "--create" in hint:
            # Not in an editor, but behind it.
            self.options = ("--create",)
            hint = f"{hint}: close the editor without a change, and {self.way_on()}"
        lines = [line for one in (error.message, hint) for line in one.splitlines()]
        message = error.message
        line = getattr(error, "line", None)
        if line is not None:
            message = f"line {line + len(lines)}: {message}"
            lines[0] = f"line {line + len(lines)}: {lines[0]}"
        lines[0] = f"NOT SAVED: {lines[0]}"
        self.put(self.typed(), b"".join(_MARK + line.encode() + b"\n" for line in lines))
        return message

    def put(self, typed: bytes, top: bytes = b"") -> None:
        """Give the draft another text."""
        import json

        end = b""
        if self.base is not None:
            # ASCII, so that an editor that takes the file for another encoding does no harm.
            end = _ABOUT_BASE + b"\n" + _BASE + json.dumps(self.base).encode() + b"\n"
            end = (b"" if not typed or typed.endswith(b"\n") else b"\n") + end
        replace(self.path, top + typed + end, mode=PRIVATE)

    def drop(self) -> None:
        """Remove the draft."""
        self.path.unlink(missing_ok=True)

    def edit(self) -> bool:
        """Open the draft in the user's editor; whether that saved it.

        Raises SystemRefused, naming the draft that is kept, when the editor fails.
        """
        import shlex

        from relwatch.curation import editor

        named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
        before = self._stamp()
        try:
            code = editor.run([*shlex.split(named), str(self.path)])
        except (OSError, ValueError) as error:
            raise SystemRefused(
                f"the editor {named} cannot be started: {_why(error)}; the draft is kept: {self.path}",
                f"set VISUAL or EDITOR, then {self.way_on()}",
            ) from None
        if code:
            raise SystemRefused(
                f"the editor {named} ended with {code}; the draft is kept: {self.path}",
                self.way_on(),
            )
        return self._stamp() != before

    def _stamp(self) -> tuple[int, ...]:
        try:
            status = self.path.stat()
        except OSError:
            return ()
        return status.st_mtime_ns, status.st_ino, status.st_size


def _why(error: OSError | ValueError) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)


def started(text: str, name: str, base: Record | None = None, *, command: str = "") -> Draft:
    """A new draft, on disk. `command` is what takes it up again."""
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    path = folder() / f"{name}-{stamp}-{os.getpid()}.toml"
    private_folder(path.parent)
    draft = Draft(path, base, command=command)
    draft.put(text.encode())
    return draft


def reopened(path: Path, *, command: str = "") -> Draft:
    """A draft that was kept. AskedWrongly when it is not there."""
    import json

    if not path.is_file():
        there = sorted(folder().glob("*.toml")) if folder().is_dir() else []
        raise AskedWrongly(
            f"{path}: no such draft",
            f"kept drafts: {', '.join(map(str, there))}" if there else "no draft is kept",
        )
    draft = Draft(path, kept=True, command=command)
    _, base = draft._parts()
    try:
        known = json.loads(base or b"null")
    except ValueError:
        known = None  # as good as none: then every difference is asked about
    draft.base = known if isinstance(known, dict) else None
    return draft
