"""Events as commented TOML to be filled in with an editor; what was typed is never lost."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any

from relwatch.corpora.documents import Document, Record
from relwatch.corpora.places import user_folder
from relwatch.corpora.writing import refused, replace
from relwatch.curation.values import kind_of
from relwatch.errors import AskedWrongly, RelwatchError, SystemRefused
from relwatch.model import Event

_MARK = "#! "
"""Begins the lines on top that say what is wrong; they are written anew each time."""
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
    """A draft that cannot be used as it stands."""


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
            lines += [f"# {line}" for line in _toml(name, example).splitlines()]
        else:
            lines += _toml(name, value).splitlines()
        if name in tables:
            lines.append("")
    unknown = [name for name in record if name not in _FIELDS and name != "id"]
    if unknown:
        lines.append(f"# relwatch does not know these fields; they stay: {', '.join(unknown)}")
    return "\n".join(lines) + "\n"


def _wrapped(beginning: str, names: list[str], most: int = 40) -> list[str]:
    shown = names[:most] + ([f"... ({len(names):,} in all)"] if len(names) > most else [])
    return [beginning + ", ".join(shown)] if names else []


def _toml(name: str, value: Any) -> str:
    import tomli_w

    return tomli_w.dumps({name: value}, multiline_strings=True).rstrip("\n")


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
        raise Mistake(f"the draft is not TOML: {error}") from None
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
            same = name in old and _plain(old[name]) == given[name]
            made[name] = old[name] if same else given[name]
        elif name in old and _plain(old[name]) in (None, "", [], {}):
            made[name] = old[name]
    made.pop("id", None)
    return made


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
    """One draft on disk. It is removed when its event has been written, else kept."""

    def __init__(self, text: str, name: str, path: Path | None = None) -> None:
        self.first = text
        if path is None:
            stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
            path = folder() / f"{name}-{stamp}-{os.getpid()}.toml"
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise refused(path, error) from None
            replace(path, text.encode())
        self.path = path

    def text(self) -> str:
        """What the draft holds, without the complaints on top."""
        try:
            whole = self.path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SystemRefused(f"{self.path}: {error}") from None
        return "".join(one for one in whole.splitlines(True) if not one.startswith(_MARK))

    def complain(self, message: str, hint: str = "") -> None:
        """Put what is wrong on top of the draft, in the place of what was there."""
        lines = [f"NOT SAVED: {message}", *([hint] if hint else [])]
        top = "".join(f"{_MARK}{line}\n" for one in lines for line in one.splitlines())
        replace(self.path, (top + self.text()).encode())

    def put(self, text: str) -> None:
        """Give the draft another text."""
        replace(self.path, text.encode())

    def drop(self) -> None:
        """Remove the draft."""
        self.path.unlink(missing_ok=True)

    def edit(self) -> str:
        """Open the draft in the user's editor; what it then holds.

        Raises SystemRefused, naming the draft that is kept, when the editor fails.
        """
        import shlex
        import subprocess

        named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
        try:
            code = subprocess.call([*shlex.split(named), str(self.path)])
        except (OSError, ValueError) as error:
            raise SystemRefused(
                f"the editor {named} cannot be started: {error}; the draft is kept: {self.path}",
                "set VISUAL or EDITOR",
            ) from None
        if code:
            raise SystemRefused(
                f"the editor {named} ended with {code}; the draft is kept: {self.path}",
                "go on with it: --draft " + str(self.path),
            )
        return self.text()


def reopened(path: Path) -> Draft:
    """A draft that was kept. AskedWrongly when it is not there."""
    if not path.is_file():
        there = sorted(folder().glob("*.toml")) if folder().is_dir() else []
        raise AskedWrongly(
            f"{path}: no such draft",
            f"kept drafts: {', '.join(map(str, there))}" if there else "no draft is kept",
        )
    draft = Draft("", "", path)
    draft.first = draft.text()
    return draft
