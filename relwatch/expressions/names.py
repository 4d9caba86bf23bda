"""Which category, actor or country a typed name means in a corpus, and what looks like it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from relwatch.errors import AskedWrongly
from relwatch.model import Corpus
from relwatch.text import fold, near


class Names:
    """The names of one corpus, folded; built when the first one is asked for."""

    def __init__(
        self, corpus: Corpus, undeclared: Callable[[str], tuple[str, ...]] | None = None
    ) -> None:
        self.corpus = corpus
        self._undeclared = undeclared

    @cached_property
    def _categories(self) -> dict[str, str]:
        # A name never takes the place of another category's id, nor a former name of a name.
        found = {
            fold(alias): category.id
            for category in self.corpus.categories
            for alias in category.aliases
        }
        found |= {fold(category.name): category.id for category in self.corpus.categories}
        return found | {fold(category.id): category.id for category in self.corpus.categories}

    @cached_property
    def _actors(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for actor in self.corpus.actors:
            for name in (actor.id, actor.name, *actor.aliases):
                found.setdefault(fold(name), {})[actor.id] = None
        # An id means that actor, whatever else is also called so.
        exact = {fold(actor.id): (actor.id,) for actor in self.corpus.actors}
        return {name: tuple(ids) for name, ids in found.items()} | exact

    @cached_property
    def actor_names(self) -> dict[str, str]:
        """Each actor's name by id."""
        return {actor.id: actor.name for actor in self.corpus.actors}

    @cached_property
    def category_names(self) -> dict[str, str]:
        """Each category's name by id."""
        return {category.id: category.name for category in self.corpus.categories}

    def is_category(self, text: str) -> str | None:
        """The id of the category called so, or None."""
        return self._categories.get(fold(text))

    def is_actor(self, text: str) -> tuple[str, ...]:
        """The ids of all actors called so; an alias may be shared."""
        return self._actors.get(fold(text), ())

    def category(self, text: str) -> str:
        """The id of a category; AskedWrongly, with near ones, when the corpus has none such."""
        found = self.is_category(text)
        if found is None:
            known = [category.id for category in self.corpus.categories]
            close = near(text, self._categories)
            raise AskedWrongly(
                f"unknown category “{text}”",
                _did_you_mean(self._categories[name] for name in close)
                or f"the categories of {self.corpus.id} are {', '.join(known)}",
            )
        return found

    def actor(self, text: str) -> tuple[str, ...]:
        """The ids of the actors called so; AskedWrongly, with near ones, when there are none."""
        found = self.is_actor(text)
        if not found and self._undeclared is not None:
            # Data sets name many actors that no list declares.
            found = self._undeclared(text)
        if not found:
            close = near(text, self._actors)
            raise AskedWrongly(
                f"unknown actor “{text}”",
                _did_you_mean(
                    f"{actor} ({self.actor_names[actor]})"
                    for name in close
                    for actor in self._actors[name]
                )
                or f"`relwatch stats --by actor` lists the actors of {self.corpus.id}",
            )
        return found

    def state(self, text: str) -> str:
        """The alpha-3 id of a state: an actor of the corpus, else a country of the world."""
        for actor in self.is_actor(text):
            if len(actor) == 3 and actor.isupper():
                return actor
        return country(text)

    def near_any(self, word: str) -> list[str]:
        """Categories and actors that look like a word, as expressions."""
        close = [f"category:{self._categories[name]}" for name in near(word, self._categories, 2)]
        for name in near(word, self._actors, 2):
            close += [f"actor:{actor}" for actor in self._actors[name]]
        return list(dict.fromkeys(close))[:3]


def country(text: str) -> str:
    """The alpha-3 code of a country by code or name; AskedWrongly when there is none."""
    from relwatch.reference import countries, country_named

    found = country_named(text)
    if found is None or not found.iso3:
        close = near(text, (country.name for country in countries()))
        raise AskedWrongly(
            f"unknown country “{text}”",
            _did_you_mean(close)
            or "use an ISO 3166-1 alpha-3 code such as CHN, or an English name",
        )
    return found.iso3


def _did_you_mean(names: object) -> str:
    found = list(dict.fromkeys(names))  # type: ignore[call-overload]
    return f"did you mean {' or '.join(found)}?" if found else ""
