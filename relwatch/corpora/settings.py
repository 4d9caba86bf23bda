"""What a user set once: defaults in config.toml, saved questions in views.toml."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct

from relwatch.corpora.places import DEFAULT, is_there, user_folder
from relwatch.errors import AskedWrongly, DataWrong, Problem, SystemRefused


class Settings(Struct, frozen=True):
    """The entries of config.toml. Options and the environment go before them.

    corpus: a path or a name; dates: stated or checked; color: auto, always or never;
    pager: whether long output on a terminal goes through a pager.
    """

    corpus: str = DEFAULT
    dates: str = "stated"
    color: str = "auto"
    pager: bool = True


_CHOICES = {"dates": ("stated", "checked"), "color": ("auto", "always", "never")}


def settings_file() -> Path:
    """Where config.toml is, or would be."""
    return user_folder("config") / "config.toml"


def views_file() -> Path:
    """Where saved views are, or would be."""
    return user_folder("config") / "views.toml"


def read_settings() -> Settings:
    """The settings of config.toml; defaults where it, or an entry, is missing.

    Raises DataWrong for a file that cannot be read as settings.
    """
    path = settings_file()
    if not is_there(path):
        return Settings()
    given = _read(path)
    problems: list[Problem] = []
    for key, value in given.items():
        if key not in Settings.__struct_fields__:
            known = ", ".join(Settings.__struct_fields__)
            problems.append(Problem(str(path), key, "no such setting", f"one of {known}"))
            continue
        default = getattr(Settings(), key)
        if type(value) is not type(default):
            what = "true or false" if isinstance(default, bool) else "text"
            problems.append(Problem(str(path), key, f"{value!r} where {what} belongs"))
        elif value not in _CHOICES.get(key, (value,)):
            problems.append(
                Problem(str(path), key, f"“{value}” is not known", " or ".join(_CHOICES[key]))
            )
    if problems:
        raise DataWrong(tuple(problems))
    return Settings(**given)


def setting_named(text: str) -> str:
    """The setting of that name; AskedWrongly, with near ones, when there is none."""
    if text in Settings.__struct_fields__:
        return text
    from relwatch.text import near

    close = near(text, Settings.__struct_fields__)
    raise AskedWrongly(
        f"no setting “{text}”",
        f"did you mean {' or '.join(close)}?"
        if close
        else f"the settings are {', '.join(Settings.__struct_fields__)}",
    )


def write_setting(name: str, value: str) -> None:
    """Keep one setting; "" brings back its default. AskedWrongly for a value it cannot have."""
    import tomli_w

    default = getattr(Settings(), name)
    choices = ("true", "false") if isinstance(default, bool) else _CHOICES.get(name)
    if value and choices and value not in choices:
        raise AskedWrongly(f"{name} cannot be “{value}”", f"{' or '.join(choices)}")
    read_settings()  # a file with mistakes is not rewritten
    path = settings_file()
    given = _read(path) if path.is_file() else {}
    given.pop(name, None)
    if value:
        given[name] = value == "true" if isinstance(default, bool) else value
    replace_file(path, tomli_w.dumps(given).encode())


def chosen_corpus(option: str | None) -> str:
    """The corpus to open: the option, else RELWATCH_CORPUS, else the setting, else the bundled."""
    if option is not None:
        return option
    return os.environ.get("RELWATCH_CORPUS") or read_settings().corpus


class View(Struct, frozen=True):
    """A saved question: an expression with names and dates resolved, and which dates decide."""

    expression: str
    dates: str = "stated"
    corpus: str = ""


def read_views() -> dict[str, View]:
    """All saved views by name. Raises DataWrong for a file that holds anything else."""
    path = views_file()
    if not is_there(path):
        return {}
    views: dict[str, View] = {}
    for name, entry in _read(path).items():
        if not isinstance(entry, dict) or not isinstance(entry.get("expression"), str):
            raise DataWrong(
                (Problem(str(path), name, "is not a view", "a table with an expression"),)
            )
        views[name] = View(
            entry["expression"], str(entry.get("dates", "stated")), str(entry.get("corpus", ""))
        )
    return views


def view_named(name: str) -> View:
    """A saved view; AskedWrongly, with near ones, when there is none."""
    views = read_views()
    if name not in views:
        from relwatch.text import near

        close = near(name, views)
        raise AskedWrongly(
            f"no view named “{name}”",
            f"did you mean {' or '.join(close)}?"
            if close
            else "`relwatch view list` shows the views there are",
        )
    return views[name]


@contextmanager
def changing_views() -> Iterator[dict[str, View]]:
    """The saved views, to be changed in place; kept when all went well, one program at a time."""
    from relwatch.corpora.locking import locked
    from relwatch.corpora.writing import refused

    path = views_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused(path, error) from None
    with locked(path):
        views = read_views()
        yield views
        _write_views(path, views)


def _write_views(path: Path, views: dict[str, View]) -> None:
    import tomli_w

    tables = {
        name: {
            key: value
            for key in View.__struct_fields__
            if (value := getattr(view, key)) or key == "expression"
        }
        for name, view in sorted(views.items())
    }
    replace_file(path, tomli_w.dumps(tables).encode())


def replace_file(path: Path, content: bytes) -> None:
    """Put a whole new content in a file's place; on any error the old one stays untouched.

    Raises SystemRefused when the system does.
    """
    from relwatch.corpora.writing import refused, replace

    try:
        path.resolve().parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused(path, error) from None
    replace(path, content)


def _read(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataWrong((Problem(str(path), "", f"is not TOML: {error}"),)) from None
    except OSError as error:
        raise SystemRefused(f"{path}: {error.strerror or error}") from None
