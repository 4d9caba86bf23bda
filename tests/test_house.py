"""The house rules: layers, types, style, quick starts, and tables of names that resolve."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from relwatch.cli.app import COMMANDS
from relwatch.formats import EXTENSIONS, FORMATS, format_named, format_of_file, module
from tests.conftest import ROOT, Run

# Each costs more at a start than reading the bundled corpus.
HEAVY = {
    "asyncio", "dateutil", "duckdb", "email", "hypothesis", "jinja2", "pandas", "pkg_resources",
    "platformdirs", "pyarrow", "pydantic", "pyspark", "rich", "snowballstemmer", "tomli_w", "unittest",
    "xml",
}  # fmt: skip


def tool(name: str) -> str:
    """A program of the environment the tests run in."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@pytest.mark.parametrize(
    "command",
    [("lint-imports", "--no-cache"), ("mypy",), ("ruff", "check"), ("ruff", "format", "--check")],
    ids=" ".join,
)
def test_checkers_pass(command: tuple[str, ...]) -> None:
    """Imports run downwards only, types are strict, style is one."""
    done = subprocess.run(
        [tool(command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def loaded(*arguments: str) -> set[str]:
    """The top-level modules that a run of the program loads, its output in a pipe."""
    code = (
        "import sys; from relwatch.cli.app import main; code = main(sys.argv[1:]);"
        "print(code, *{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True
    )
    code_given, *modules = done.stderr.split("\n")[-2].split()
    assert code_given == "0", done.stderr
    return set(modules)


@pytest.mark.parametrize(
    "arguments",
    [
        ("list",),
        ("list", "--json"),
        ("list", "--category", "military", "--actor", "russia", "--from", "2021-10"),
        ("filter", "military and not actor:USA"),
        ("show", "2021-08-09", "--json"),
        ("stats", "--json"),
        ("stats", "--by", "month"),
        ("--version",),
    ],
    ids=" ".join,
)
def test_usual_commands_load_nothing_heavy(arguments: tuple[str, ...]) -> None:
    """A start takes tens of milliseconds because it loads only what it uses."""
    assert loaded(*arguments) & HEAVY == set()


def test_words_load_the_stemmer_and_nothing_else() -> None:
    """Only a question about words needs stems."""
    assert loaded("search", "drills") & HEAVY <= {"snowballstemmer"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_resolves_and_shows_examples(relwatch: Run, name: str) -> None:
    """The table of commands names modules that exist; each help has an example to copy."""
    found = import_module(COMMANDS[name].module)
    assert hasattr(found, "run") or hasattr(found, "app")
    for option in ("--help", "-h"):
        done = relwatch(name, option)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        assert f"Usage: relwatch {name}" in done.stdout
        if hasattr(found, "run"):
            assert "Example" in done.stdout
            assert f"relwatch {name}" in done.stdout.split("Example", 1)[1]


def test_the_help_lists_every_command(relwatch: Run) -> None:
    """Each with its one line."""
    done = relwatch("--help")
    assert done.returncode == 0
    for name, entry in COMMANDS.items():
        assert name in done.stdout
        assert entry.about.split(",")[0].rstrip(".") in done.stdout


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_resolves(name: str) -> None:
    """A format writes events, or tables, or both."""
    found = module(name)
    assert callable(getattr(found, "events", None) or getattr(found, "tables", None))
    assert format_named(name.upper()) == name


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_every_extension_stands_for_a_format(extension: str) -> None:
    """A file's name is enough to say how it is written."""
    assert format_of_file(f"out{extension.upper()}") == EXTENSIONS[extension]
    assert format_named(EXTENSIONS[extension])


def test_every_module_says_what_it_is_for() -> None:
    """The first line of a module is one sentence."""
    for path in (ROOT / "relwatch").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if text:
            assert text.startswith('"""'), path
