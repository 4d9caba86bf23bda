"""What a command returns: the answer, and what is said beside it."""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct

from relwatch.answers import Answer, Details, Found
from relwatch.errors import Problem, RelwatchError
from relwatch.library import Library
from relwatch.model import Corpus

Out = Callable[[str], Any]


class Result(Struct, frozen=True):
    """Said on stderr: `remarks` (hidden by --quiet) and `explained`. `empty` decides --exit-status.

    `wrong` is raised once the answer is printed.
    """

    remarks: tuple[str, ...] = ()
    explained: tuple[str, ...] = ()
    empty: bool = False
    wrong: RelwatchError | None = None


class Events(Result, frozen=True, kw_only=True):
    """Events found in a library; `shown` is how many of them there are after a limit."""

    library: Library
    found: Found
    shown: int


class Number(Result, frozen=True, kw_only=True):
    """How many events there are."""

    number: int


class Tables(Result, frozen=True, kw_only=True):
    """Tables of numbers; `overview` asks a terminal for the screen made of all of them."""

    answer: Answer
    corpus: Corpus
    overview: bool = False
    table: str | None = None


class Shows(Result, frozen=True, kw_only=True):
    """Events in full."""

    found: Found
    details: tuple[Details, ...]


class Problems(Result, frozen=True, kw_only=True):
    """What `check` found; `failed` decides the exit code."""

    problems: tuple[Problem, ...]
    failed: bool


class Document(Result, frozen=True, kw_only=True):
    """A text that `write` gives out as it is; it returns what more is to be said."""

    write: Callable[[Out], list[str]]


class Lines(Result, frozen=True, kw_only=True):
    """Plain lines of text, and the same as a value for JSON."""

    lines: Iterable[str]
    value: Any = None
