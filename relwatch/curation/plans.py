"""How a file is imported, and what becomes of each of its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from relwatch.curation.editing import Change
from relwatch.curation.likeness import Like
from relwatch.curation.mapping import Mapping as Columns
from relwatch.curation.remembering import Memory

Action = Literal["added", "changed", "merged", "kept", "skipped", "undecided", "refused", "same"]
ACTIONS: tuple[Action, ...] = (
    "added", "changed", "merged", "kept", "skipped", "undecided", "refused", "same",
)  # fmt: skip
Choice = Literal["skip", "keep", "merge"]


UNKNOWN = "no earlier import of it is known here"
"""Why nobody can say whether the file or the corpus changed a row."""


MERGED = "made one with another event, which keeps its own day and title"
BEFORE = "a likely duplicate, as decided before"


class Item(Struct, frozen=True):
    """What happens to one row; "kept" is an event that stays as it is although the row differs.

    `like` names the likely duplicates, `conflicts` the fields in which the event keeps its value
    against the row's.
    """

    line: int
    action: Action
    id: str = ""
    title: str = ""
    reason: str = ""
    changes: tuple[Change, ...] = ()
    conflicts: tuple[Change, ...] = ()
    like: tuple[Like, ...] = ()


class Plan(Struct, frozen=True):
    """What an import does.

    `vanished` events came from an earlier release of the file and are not in it any more. When
    it cannot be told which rows some of the refused ones are, `untold` counts those, and nothing
    is said to have vanished. `memory` is to be kept when the plan is carried out. When none was
    there, `strange` counts the events that came of the same data set nevertheless.
    """

    items: tuple[Item, ...]
    vanished: tuple[str, ...]
    untold: int
    declared: tuple[str, ...]
    dropped_links: int
    memory: Memory
    strange: int = 0

    def of(self, action: Action) -> list[Item]:
        """The items with one action."""
        return [item for item in self.items if item.action == action]

    def lines(self) -> dict[str, int]:
        """The events that rows made, and the lines of those rows."""
        return {item.id: item.line for item in self.items if item.action == "added"}

    def counts(self) -> dict[Action, int]:
        """How many rows have each action."""
        found = Counter(item.action for item in self.items)
        return {action: found[action] for action in ACTIONS}


class Wanted(Struct, frozen=True):
    """How a file is imported.

    `choices` decide likely duplicates line by line, `duplicates` all of them; with neither a row
    is left undecided. `theirs` lets the file win where both it and the corpus changed a field.
    """

    dataset: str
    columns: Columns | None = None
    fixed: dict[str, str] = {}
    create: bool = False
    duplicates: Choice | None = None
    choices: Mapping[int, Choice] = {}
    theirs: bool = False
    today: str | None = None
