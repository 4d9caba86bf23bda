"""Which words of an event a question about words looks at.

The search text of an event is made of its title, summary, category names, actor names and
aliases, places, tags and quotations, in this order; other word fields are one part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from relwatch.model import Corpus, Event
from relwatch.text import PART, searchable, tokens


def parts(event: Event, corpus: Wording) -> Iterator[tuple[str, str]]:
    """(what it is, text) for every part of an event's search text."""
    yield "title", event.title
    if event.summary:
        yield "summary", event.summary
    for category in event.categories:
        yield "category", corpus.category_names.get(category, category)
    for actor in event.actors:
        for name in corpus.actor_names.get(actor, (actor,)):
            yield "actor", name
    for place in event.places:
        yield "place", place.name
    for tag in event.tags:
        yield "tag", tag
    for quote in event.quotes:
        yield "quote", quote.text


class Wording:
    """The names of a corpus as its events' search texts need them, cut into tokens once."""

    def __init__(self, corpus: Corpus) -> None:
        self.category_names = {category.id: category.name for category in corpus.categories}
        self.actor_names = {actor.id: (actor.name, *actor.aliases) for actor in corpus.actors}
        self.source_names = {
            source.id: tuple(
                text for text in (source.title, source.publisher, *source.aliases) if text
            )
            for source in corpus.sources
        }
        self._joined: dict[str, str] = {}
        self._readers: dict[str, Callable[[Event], str]] = {
            "text": self.search,
            "title": lambda event: searchable((event.title,)),
            "summary": lambda event: searchable((event.summary or "",)),
            "quote": lambda event: searchable(quote.text for quote in event.quotes),
            "place": lambda event: searchable(place.name for place in event.places),
            "source": lambda event: searchable(
                name
                for citation in event.sources
                for name in self.source_names.get(citation.source, (citation.source,))
            ),
        }

    def _tokens(self, text: str) -> str:
        """The tokens of a text that many events share (a name, a tag, a place)."""
        found = self._joined.get(text)
        if found is None:
            found = self._joined[text] = " ".join(tokens(text))
        return found

    def search(self, event: Event) -> str:
        """The search text of an event."""
        found = [
            " ".join(tokens(text)) if kind in ("title", "summary", "quote") else self._tokens(text)
            for kind, text in parts(event, self)
        ]
        return f" {PART.join(part for part in found if part)} "

    def reader(self, field: str) -> Callable[[Event], str]:
        """What makes the padded tokens of one word field from an event."""
        return self._readers[field]
