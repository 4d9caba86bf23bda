"""Which saved questions ask for a source in words that the one it was made one with has not."""

from __future__ import annotations

from relwatch.corpora.documents import Record
from relwatch.corpora.settings import read_views
from relwatch.errors import AskedWrongly
from relwatch.expressions.nodes import Compare, Words, leaves
from relwatch.expressions.parser import parse
from relwatch.text import tokens


def views_naming(corpus: str, gone: Record, kept: Record) -> list[str]:
    """The saved views of a corpus that ask for a source that is gone and would not find `kept`."""
    found = []
    for name, view in read_views().items():
        if view.corpus not in ("", corpus):
            continue
        try:
            asked = list(leaves(parse(view.expression)))
        except AskedWrongly:
            continue
        for leaf in asked:
            if isinstance(leaf, (Compare, Words)) and leaf.field == "source":
                text = leaf.text if isinstance(leaf, Words) else str(leaf.value)
                if _says(gone, text) and not _says(kept, text):
                    found.append(name)
                    break
    return found


def _says(source: Record, text: str) -> bool:
    names = (source.get("title"), source.get("publisher"), *source.get("aliases", ()))
    asked = tokens(text)
    for words in (tokens(name) for name in names if name):
        if any(words[at : at + len(asked)] == asked for at in range(len(words))):
            return True
    return False
