"""A selection: options, a view and typed text become one expression over one corpus."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Literal

from msgspec import Struct

from relwatch import periods
from relwatch.errors import AskedWrongly
from relwatch.expressions.fields import FIELDS
from relwatch.expressions.leaves import Scene, dyad, leaf
from relwatch.expressions.names import Names
from relwatch.expressions.nodes import (
    And,
    Compare,
    During,
    Node,
    Not,
    Words,
    both,
    either,
    leaves,
    text_of,
)
from relwatch.expressions.parser import read
from relwatch.model import Corpus
from relwatch.text import needles


class Request(Struct, frozen=True):
    """What a user asked, unread: lists mean any of, different fields mean all of.

    `search` holds the words of a full-text search as (text, is a phrase).
    """

    category: tuple[str, ...] = ()
    actor: tuple[str, ...] = ()
    dyad: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    last: str | None = None
    where: tuple[str, ...] = ()
    view: str | None = None
    expression: str = ""
    search: tuple[str, ...] = ()
    any_word: bool = False
    dates: Literal["stated", "checked"] = "stated"
    today: date | None = None


class Selection(Struct, frozen=True):
    """A resolved expression over one corpus, and what a user should know of how it was read."""

    node: Node
    checked: bool = False
    remarks: tuple[str, ...] = ()
    words: tuple[Words, ...] = ()
    dyad: tuple[Node, Node] | None = None
    """For a question about a dyad: the selection without it, and the dyad alone."""

    @property
    def text(self) -> str:
        """The selection in the expression language, with names and dates resolved."""
        return text_of(self.node)

    @property
    def asked(self) -> Node:
        """The node engines are asked: candidates are left out unless `status` is named."""
        return without_candidates(self.node)


def without_candidates(node: Node) -> Node:
    """The same question, candidates left out unless it names `status`."""
    if any(isinstance(part, Compare) and part.field == "status" for part in leaves(node)):
        return node
    return both(node, Not(Compare("status", ":", "candidate")))


def select(
    request: Request,
    corpus: Corpus,
    covered: Callable[[], int | None],
    undeclared: Callable[[str], tuple[str, ...]] | None = None,
) -> Selection:
    """Resolve a request against a corpus; `covered` gives its last covered day when asked.

    `undeclared` gives the actors called so that events name though the corpus does not declare them.

    Raises AskedWrongly for names the corpus does not have and for text that cannot be read.
    """
    return _Selecting(request, corpus, covered, undeclared).selection()


def _split(values: tuple[str, ...]) -> list[str]:
    """Commas and repetition mean the same: any of."""
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


class _Selecting:
    def __init__(
        self,
        request: Request,
        corpus: Corpus,
        covered: Callable[[], int | None],
        undeclared: Callable[[str], tuple[str, ...]] | None,
    ) -> None:
        self.request = request
        self.corpus = corpus
        self.covered = covered
        self.names = Names(corpus, undeclared)
        self.scene = Scene(self.names, request.today)
        self.remarks: list[str] = []

    def selection(self) -> Selection:
        request = self.request
        nodes = [
            *self.named("category", request.category),
            *self.named("actor", request.actor),
            *self.places(),
            *self.named("tag", request.tag),
            *self.named("source", request.source),
            *self.periods(),
            *(self.read(text, "--view") for text in (request.view,) if text),
            *(self.read(text, "--where") for text in request.where if text),
            *(self.read(text, "") for text in (request.expression,) if text),
        ]
        words = tuple(self.words())
        if words:
            nodes.append(either(*words) if request.any_word else both(*words))
        pair = dyad(_split(request.dyad), self.scene) if request.dyad else None
        rest = both(*nodes) if nodes else And(())
        node = rest if pair is None else both(pair, rest)
        return Selection(
            node,
            request.dates == "checked",
            tuple(dict.fromkeys(self.remarks)),
            words,
            None if pair is None else (rest, pair),
        )

    def values(self, option: str, values: tuple[str, ...], about: str) -> list[str]:
        """The values of one option, cut at commas; AskedWrongly when it was given none."""
        found = _split(values)
        if values and not found:
            raise AskedWrongly(f"--{option} needs a value", about)
        return found

    def words_in(self, name: str, value: str) -> list[Node]:
        """The node for words of a field, or none, and a remark, where there is no word."""
        found = leaf(FIELDS[name], ":", value, self.scene)
        if found is None:
            self.ignored(value)
        return [] if found is None else [found]

    def ignored(self, word: str) -> None:
        self.remarks.append(f"{word}: ignored, it holds no letter or digit")

    def any_of(self, option: str, found: list[Node]) -> list[Node]:
        """Any of the values of one option, of which at least one asks for something."""
        if not found:
            raise AskedWrongly(f"--{option} holds no letter or digit", FIELDS[option].about)
        return [either(*found)]

    def named(self, name: str, values: tuple[str, ...]) -> list[Node]:
        """Any of the values of one option."""
        asked = self.values(name, values, FIELDS[name].about)
        found = [node for value in asked for node in self.words_in(name, value)]
        return self.any_of(name, found) if asked else []

    def places(self) -> list[Node]:
        """--place asks for words of a place's name and for its country at once."""
        from relwatch.reference import country_named

        asked = self.values("place", self.request.place, FIELDS["place"].about)
        found: list[Node] = []
        for value in asked:
            country = country_named(value)
            found += self.words_in("place", value)
            found += [Compare("country", ":", country.iso3)] if country and country.iso3 else []
        return self.any_of("place", found) if asked else []

    def periods(self) -> list[Node]:
        request, date_field = self.request, FIELDS["date"]
        found: list[Node | None] = []
        if request.on:
            asked = [leaf(date_field, ":", text, self.scene) for text in self.days()]
            found.append(either(*(day for day in asked if day is not None)))
        if request.since is not None:
            found.append(leaf(date_field, ">=", request.since, self.scene))
        if request.until is not None:
            found.append(leaf(date_field, "<=", request.until, self.scene))
        if request.last is not None:
            until = self.covered()
            if until is None:
                raise AskedWrongly("--last needs a corpus with events or coverage")
            period = periods.last(request.last, until)
            what = "the last covered day" if self.corpus.coverage else "the last day of an event"
            self.remarks.append(
                f"last {request.last}: {periods.iso(period.first or until)} to"
                f" {periods.iso(until)}, {what}"
            )
            found.append(During("date", period))
        return [node for node in found if node is not None]

    def days(self) -> list[str]:
        """The periods of --on; a comma may stand between them, and within `15 October, 2021`."""
        found: list[str] = []
        for text in self.request.on:
            try:
                periods.parse(text, self.request.today)
            except AskedWrongly:
                found += self.values("on", (text,), FIELDS["date"].about)
            else:
                found.append(text)
        return found

    def read(self, text: str, option: str) -> Node:
        try:
            parsed = read(text, self.scene)
        except AskedWrongly as error:
            if not option:
                raise
            raise AskedWrongly(f"{option}: {error.message}", error.hint) from None
        self.remarks += parsed.readings
        return parsed.node

    def words(self) -> list[Words]:
        found: list[Words] = []
        for text in self.request.search:
            found += self.search_words(text)
        if self.request.search and not found:
            raise AskedWrongly(
                "nothing to search for: no letter or digit in what was typed",
                "as in `relwatch search drills`",
            )
        return list(dict.fromkeys(found))

    def search_words(self, text: str) -> list[Words]:
        """The words of one argument: runs between spaces, and phrases in quotes."""
        found: list[Words] = []
        for piece, phrase in _pieces(text):
            prefix = not phrase and len(piece) > 1 and piece.endswith("*")
            word = piece[:-1] if prefix else piece
            if needles(word):
                found.append(Words("text", word, prefix))
            else:
                self.ignored(piece)
        return found


_OPENING = {'"': '"', "“": "”", "„": "“”", "«": "»", "”": "”"}


def _pieces(text: str) -> list[tuple[str, bool]]:
    """A search text cut at spaces, quoted stretches whole; an open quote is only a character."""
    found: list[tuple[str, bool]] = []
    run = ""
    at = 0
    while at < len(text):
        char = text[at]
        end = -1
        if char in _OPENING and not run:
            ends = [place for close in _OPENING[char] if (place := text.find(close, at + 1)) > 0]
            end = min(ends, default=-1)
        if end > 0:
            found.append((text[at + 1 : end], True))
            at = end
        elif char.isspace():
            found += [(run, False)] if run else []
            run = ""
        else:
            run += char
        at += 1
    return found + ([(run, False)] if run else [])
