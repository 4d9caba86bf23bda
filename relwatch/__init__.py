"""relwatch: ask questions of dated, sourced events between two states.

    >>> import relwatch
    >>> corpus = relwatch.load("china-russia")
    >>> corpus.select("military and actor:russia").count()
    8

What this page names is the public interface; everything else may change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from relwatch.errors import RelwatchError
    from relwatch.expressions.parser import parse
    from relwatch.library import Library, Selected, load
    from relwatch.model import Corpus, Event

__version__ = "0.1.0"
__all__ = [
    "Corpus",
    "Event",
    "Library",
    "RelwatchError",
    "Selected",
    "__version__",
    "load",
    "parse",
]

_WHERE = {
    "Corpus": "relwatch.model",
    "Event": "relwatch.model",
    "Library": "relwatch.library",
    "RelwatchError": "relwatch.errors",
    "Selected": "relwatch.library",
    "load": "relwatch.library",
    "parse": "relwatch.expressions.parser",
}


def __getattr__(name: str) -> Any:
    """Import the public names on first use, so that `relwatch --version` stays quick."""
    if name not in _WHERE:
        raise AttributeError(f"module 'relwatch' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_WHERE[name]), name)
