"""Which saved questions name a category or a source that is to be known by another name."""

from __future__ import annotations

from relwatch.corpora.documents import Record
from relwatch.corpora.settings import read_views
from relwatch.errors import AskedWrongly
from relwatch.expressions.nodes import Compare, Words, leaves
from relwatch.expressions.parser import parse
from relwatch.text import fold, tokens


def views_naming(room: str, corpus: str, gone: Record, kept: Record) -> list[str]:
    """The saved views of a corpus that ask for what is gone and would not find what is kept."""
    found = []
    for name, view in read_views().items():
        if view.corpus not in ("", corpus):
            continue
        try:
            asked = list(leaves(parse(view.expression)))
        except AskedWrongly:
            continue
        for leaf in asked:
            if room == "categories" and isinstance(leaf, Compare) and leaf.field == "category":
                names = {fold(gone["id"]), fold(gone.get("name") or gone["id"])}
                named = fold(str(leaf.value)) in names
            elif (
                room == "sources" and isinstance(leaf, (Compare, Words)) and leaf.field == "source"
            ):
                text = leaf.text if isinstance(leaf, Words) else str(leaf.value)
                named = _says(gone, text) and not _says(kept, text)
            else:
                named = False
            if named:
                found.append(name)
                break
    return found


def _says(source: Record, text: str) -> bool:
    words = tokens(" ".join(filter(None, (source.get("title"), source.get("publisher")))))
    asked = tokens(text)
    return any(words[at : at + len(asked)] == asked for at in range(len(words)))
