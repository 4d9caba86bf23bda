"""Names as people type them, turned into the ids that a corpus declares."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from relwatch.corpora.documents import Document, Record
from relwatch.curation.ids import record_id
from relwatch.errors import AskedWrongly
from relwatch.expressions.names import Names
from relwatch.model import Corpus
from relwatch.text import fold, near

_ACTORS = ("actors", "initiators", "about")


class Naming:
    """Names as people type them, turned into the ids an open document declares.

    With `create`, actors and sources that are not declared are; `made` lists them.
    """

    def __init__(self, document: Document, create: bool = False) -> None:
        self.document = document
        self.create = create
        self.made: list[str] = []
        self._names: Names | None = None
        self._is_known: dict[str, bool] = {}
        self._sources: dict[str, str] = {}
        self._known: dict[tuple[str, str], str] = {}
        self._lists: dict[tuple[str, ...], tuple[str, ...]] = {}

    def is_known(self, text: str) -> bool:
        """Whether a name is that of a category or an actor."""
        names = self.names
        found = self._is_known.get(text)
        if found is None:
            found = names.is_category(text) is not None or bool(names.is_actor(text))
            self._is_known[text] = found
        return found

    @property
    def names(self) -> Names:
        if self._names is None:
            name = self.document.corpus.id
            head = {"format": "relwatch-corpus/1", "id": name, "title": "", "parties": ["", ""]}
            rooms = {room: self.document.room(room) for room in ("categories", "actors")}
            self._names = Names(msgspec.convert({**head, **rooms}, Corpus))
            self._is_known = {}
        return self._names

    def resolve(self, record: Record) -> Record:
        """The record with ids for names. AskedWrongly for names that are not declared."""
        if record.get("categories"):
            record["categories"] = self._each(record["categories"], self.category)
        for field in _ACTORS:
            if record.get(field):
                record[field] = self._each(record[field], self.actor)
        if initiators := record.get("initiators"):
            # Those who act take part.
            record["actors"] = list(dict.fromkeys([*record.get("actors", ()), *initiators]))
        for citation in record.get("sources", ()):
            citation["source"] = self.source(citation.get("source", ""), citation.get("url"))
        for note in record.get("notes", ()):
            if note.get("source"):
                note["source"] = self.source(note["source"])
        for quote in record.get("quotes", ()):
            # Who speaks need not be an actor.
            found = self.names.is_actor(quote.get("speaker") or "")
            if len(found) == 1:
                quote["speaker"] = found[0]
        for place in record.get("places", ()):
            if place.get("country"):
                place["country"] = self.names.state(place["country"])
        return record

    def _each(self, values: list[str], read: Callable[[str], str]) -> list[str]:
        # Many rows of a file name the same few.
        asked = (read.__name__, *values)
        found = self._lists.get(asked)
        if found is None:
            found = self._lists[asked] = tuple(dict.fromkeys(map(read, values)))
        return [*found]

    def _cached(self, room: str, text: str, read: Callable[[], str]) -> str:
        found = self._known.get((room, text))
        if found is None:
            found = self._known[room, text] = read()
        return found

    def category(self, text: str) -> str:
        """The id of a declared category."""
        return self._cached("categories", text, lambda: self.names.category(text))

    def actor(self, text: str) -> str:
        """The id of an actor, declared now if that is allowed."""
        return self._cached("actors", text, lambda: self._actor(text))

    def _actor(self, text: str) -> str:
        found = self.names.is_actor(text)
        if len(found) == 1:
            return found[0]
        if found:
            raise AskedWrongly(
                f"“{text}” is the name of {len(found)} actors", f"use an id: {', '.join(found)}"
            )
        if not self.create:
            try:
                self.names.actor(text)
            except AskedWrongly as error:
                raise AskedWrongly(
                    error.message,
                    f"{error.hint}; or --create declares it"
                    if error.hint.startswith("did")
                    else "--create declares it, or `relwatch actor add`",
                ) from None
        from relwatch.reference import country_named

        country = country_named(text)
        if country is not None and country.iso3:
            made = {"id": country.iso3, "name": country.name, "kind": "state"}
            if any(actor["id"] == country.iso3 for actor in self.document.room("actors")):
                return country.iso3
        else:
            taken = {actor["id"] for actor in self.document.room("actors")}
            # Whether it is a person or an organisation only the analyst can say.
            made = {"id": record_id(text, taken, "actor"), "name": text.strip()}
        self.document.room("actors").append(made)
        kind = made.get("kind", "kind not said")
        self.made.append(f"actor {made['id']} ({made['name']}, {kind})")
        self._names = None
        return made["id"]

    def source(self, text: str, url: str | None = None) -> str:
        """The id of a source by id, title or publisher, or by the site of an address."""
        # Only a citation that names no source is known by its address.
        name = text.strip()
        site = "" if name else _site(url)
        return self._cached("sources", name or site, lambda: self._source(name, site))

    def _source(self, text: str, site: str) -> str:
        if not text and not site:
            raise AskedWrongly("a citation names its source", "as in --source TASS")
        if not self._sources:
            for source in self.document.room("sources"):
                self._learn(source)
        asked = fold(text or site)
        if asked in self._sources:
            return self._sources[asked]
        if not self.create:
            close = near(asked, self._sources)
            raise AskedWrongly(
                f"no source “{text or site}” is declared",
                (
                    f"did you mean {' or '.join(dict.fromkeys(self._sources[one] for one in close))}? or "
                    if close
                    else ""
                )
                + "--create declares it",
            )
        taken = {source["id"] for source in self.document.room("sources")}
        made = {"id": record_id(text or site, taken, "source"), "title": text or site}
        if site and not text:
            made["url"] = f"https://{site}/"
        self.document.room("sources").append(made)
        self.made.append(f"source {made['id']} ({made['title']})")
        self._learn(made)
        return made["id"]

    def _learn(self, source: Record) -> None:
        outlet = is_outlet(source)
        url = source.get("url") or ""
        site = _site(url)
        names = [source.get("title"), source.get("publisher") if outlet else None, url]
        names += source.get("aliases", ())
        names += [site] if site and not url.rstrip("/").count("/") > 2 else []
        for name in names:
            if name:
                self._sources.setdefault(fold(name), source["id"])
        self._sources[fold(source["id"])] = source["id"]


def is_outlet(source: Record) -> bool:
    """Whether a source is a whole outlet, which goes by its publisher's name; an article is not."""
    title = source.get("title")
    return not title or fold(title) == fold(source.get("publisher") or "")


def _site(url: str | None) -> str:
    """The host an address begins with, without "www."."""
    if not url or "://" not in url:
        return ""
    return url.split("://", 1)[1].split("/", 1)[0].casefold().removeprefix("www.")
