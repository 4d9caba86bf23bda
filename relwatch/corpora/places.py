"""Which file a corpus name means: a path, a corpus of the user's, or a bundled one."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from relwatch.errors import AskedWrongly
from relwatch.reference import data_folder

DEFAULT = "china-russia"
_XDG = {
    "config": ("XDG_CONFIG_HOME", ".config"),
    "data": ("XDG_DATA_HOME", ".local/share"),
    "state": ("XDG_STATE_HOME", ".local/state"),
    "cache": ("XDG_CACHE_HOME", ".cache"),
}
_NOT_CORPORA = ("corpus.schema.json",)


@cache
def user_folder(kind: str) -> Path:
    """The user's folder of a kind (config, data, state, cache); it need not exist."""
    if sys.platform == "linux":
        # Every start asks for the settings; platformdirs, 5 ms, gives the same by the same rule.
        variable, fallback = _XDG[kind]
        given = os.environ.get(variable, "").strip()
        base = Path(given) if given.startswith("/") else Path.home() / fallback
        return base / "relwatch"
    from platformdirs import PlatformDirs

    dirs = PlatformDirs("relwatch", appauthor=False)
    return {
        "config": dirs.user_config_path,
        "data": dirs.user_data_path,
        "state": dirs.user_state_path,
        "cache": dirs.user_cache_path,
    }[kind]


def bundled() -> Iterator[Path]:
    """The corpora that ship with relwatch, by name."""
    return (path for path in sorted(data_folder().glob("*.json")) if path.name not in _NOT_CORPORA)


def own() -> Iterator[Path]:
    """The corpora in the user's data folder, by name."""
    try:
        return iter(sorted(user_folder("data").glob("*.json")))
    except PermissionError:
        return iter(())


def is_there(path: Path) -> bool:
    """Whether a file is there; a home that may not be looked into holds none of this user's."""
    try:
        return path.is_file()
    except PermissionError:
        return False


def find(name: str) -> Path:
    """The file of a corpus: a path as given, else a name among the user's, else a bundled one.

    Raises AskedWrongly when there is none, with names that look like it.
    """
    if not name.strip():
        raise AskedWrongly("no corpus named", f"as in -C {DEFAULT} or -C mine.json")
    path = Path(name).expanduser()
    if os.sep in name or (os.altsep and os.altsep in name) or path.suffix or path.is_file():
        if path.exists():
            return path
        raise AskedWrongly(
            f"{name}: no such file", "`relwatch corpus list` shows the corpora there are"
        )
    if name == DEFAULT:
        # The usual case asks for no folder of the user's and imports nothing for it.
        return data_folder() / f"{DEFAULT}.json"
    for folder in (user_folder("data"), data_folder()):
        candidate = folder / f"{name}.json"
        if is_there(candidate) and candidate.name not in _NOT_CORPORA:
            return candidate
    from relwatch.text import near

    close = near(name, [path.stem for path in (*own(), *bundled())])
    raise AskedWrongly(
        f"no corpus named “{name}”",
        f"did you mean {' or '.join(close)}?"
        if close
        else "`relwatch corpus list` shows the corpora there are",
    )


def would_be(name: str) -> Path:
    """Where the user's corpus of a name or path is, or was before it was deleted."""
    path = Path(name).expanduser()
    if path.suffix or len(path.parts) != 1 or os.sep in name:
        return path
    return user_folder("data") / f"{name}.json"


def is_bundled(path: Path) -> bool:
    """Whether a file ships with relwatch, and so is read-only."""
    return path.resolve().parent == data_folder().resolve()
