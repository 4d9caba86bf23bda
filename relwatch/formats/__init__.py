"""Output formats: one small file each, found by name or by a file's extension, imported on use.

Every module writes events with `events(found, out)` and tables with `tables(answer, out)`, where
`out` takes text. What they print is a promise: the tests compare it exactly.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from relwatch.errors import AskedWrongly

FORMATS = {
    "csv": "relwatch.formats.csv",
    "tsv": "relwatch.formats.tsv",
    "json": "relwatch.formats.json",
    "ndjson": "relwatch.formats.ndjson",
    "markdown": "relwatch.formats.markdown",
    "corpus": "relwatch.formats.corpus",
}
EXTENSIONS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".md": "markdown",
    ".markdown": "markdown",
    ".corpus.json": "corpus",
    ".parquet": "parquet",
}
ALIASES = {"md": "markdown", "jsonl": "ndjson"}


FILES_ONLY = ("corpus", "parquet")
"""Formats that only `export` writes: a corpus, and relwatch's table for data sets of any size."""


def format_named(text: str, known: tuple[str, ...] = (*FORMATS, "parquet")) -> str:
    """The format of that name; AskedWrongly, with near ones, when there is none."""
    asked = text.casefold().lstrip(".")
    asked = ALIASES.get(asked, asked)
    if asked in known:
        return asked
    from relwatch.text import near

    close = near(asked, known)
    raise AskedWrongly(
        f"unknown format “{text}”",
        f"did you mean {' or '.join(close)}?" if close else f"the formats are {', '.join(known)}",
    )


def format_of_file(name: str) -> str:
    """The format a file's extension stands for; AskedWrongly when it stands for none."""
    folded = name.casefold()
    for extension in sorted(EXTENSIONS, key=len, reverse=True):
        if folded.endswith(extension):
            return EXTENSIONS[extension]
    raise AskedWrongly(
        f"{name}: no format is known by this extension",
        f"use one of {', '.join(EXTENSIONS)}, or say --format",
    )


def module(name: str) -> ModuleType:
    """The module that writes a format."""
    return import_module(FORMATS[name])
