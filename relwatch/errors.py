"""What can go wrong on purpose: a message, a way out, an exit code."""

from __future__ import annotations

import msgspec


class RelwatchError(Exception):
    """Something a user or the system caused. Printed as one message, never as a traceback."""

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class AskedWrongly(RelwatchError):
    """The question cannot be understood, or names something that is not there (exit code 2)."""


class Problem(msgspec.Struct, frozen=True):
    """One fault of a file: where it is, what is wrong, what was expected.

    `level` is "error" when the file cannot be used as it is, "advice" otherwise.
    """

    file: str
    path: str
    problem: str
    expected: str = ""
    level: str = "error"

    def __str__(self) -> str:
        place = f"{self.file}: {self.path}" if self.path else self.file
        said = f"{place}: {self.problem}" + (f" ({self.expected})" if self.expected else "")
        return said.replace("\r", "␍").replace("\n", "␊")


class DataWrong(RelwatchError):
    """A file cannot be used as it is (exit code 3). `problems` names every place."""

    exit_code = 3
    SHOWN = 10

    def __init__(self, problems: tuple[Problem, ...], hint: str = "") -> None:
        self.problems = problems
        lines = [str(problem) for problem in problems[: self.SHOWN]]
        more = len(problems) - self.SHOWN
        if more > 0:
            lines.append(f"and {more:,} more")
        super().__init__("\n".join(lines), hint)


class Undecided(RelwatchError):
    """Someone has to decide, and nobody is at a terminal to ask (exit code 3)."""

    exit_code = 3


class SystemRefused(RelwatchError):
    """Permission, a full disk, a missing package or service (exit code 4)."""

    exit_code = 4


class Stopped(RelwatchError):
    """A signal ended what was going on, and something is left that the user wants to know of."""

    exit_code = 130
