"""The table of fields: what can be asked of an event, how values match, with which operators."""

from __future__ import annotations

from msgspec import Struct

IS = (":",)
ORDERED = ("=", "!=", "<", "<=", ">", ">=")


class Field(Struct, frozen=True):
    """A field of the language. `match` says how values are read and compared:

    category, actor, dyad, state, country: a name that becomes an id
    exact: the whole value, folded; grade: a letter or a letter and a digit; prefix: its beginning
    words: the words of a text; period: days; number: a number; has: whether there is one
    """

    name: str
    match: str
    operators: tuple[str, ...]
    about: str


_TABLE = (
    Field("category", "category", IS, "a category, by id or name"),
    Field("actor", "actor", IS, "who acts or is acted on, by id, name or alias"),
    Field("initiator", "actor", IS, "who acts"),
    Field("about", "actor", IS, "a state concerned that takes no part"),
    Field("dyad", "dyad", IS, "both of two actors: dyad:china,russia"),
    Field("of", "state", IS, "an actor who is of that state: of:RUS"),
    Field("place", "words", IS, "words of a place's name"),
    Field("country", "country", IS, "the country of a place, alpha-3 or name"),
    Field("tag", "exact", IS, "a tag"),
    Field("stage", "exact", IS, "offered, announced, agreed, signed, started, held, ..."),
    Field("status", "exact", IS, "candidate (left out unless asked for) or confirmed"),
    Field("origin", "exact", IS, "the data set an event was taken from"),
    Field("source", "words", IS, "words of a source's title or publisher"),
    Field("grade", "grade", IS, "an Admiralty mark: B or B2"),
    Field("id", "prefix", IS, "the beginning of an id"),
    Field("cameo", "prefix", IS, "the beginning of a CAMEO code: 05, 057"),
    Field("date", "period", (":", *ORDERED), "the days of an event: date:2021-Q4, date>=2021-10"),
    Field("reported", "period", (":", *ORDERED), "when the source published it"),
    Field("recorded", "period", (":", *ORDERED), "when it was entered into the corpus"),
    Field("end", "period", (":", *ORDERED), "the last day of an event that has one"),
    Field("from", "period", IS, "date>= without quoting in a shell: from:2021-10"),
    Field("to", "period", IS, "date<= without quoting in a shell: to:2021-12"),
    Field("intensity", "number", ORDERED, "-10 (conflict) to +10 (cooperation)"),
    Field("title", "words", IS, "words of the title"),
    Field("summary", "words", IS, "words of the summary"),
    Field("quote", "words", IS, "words of a quotation"),
    Field("text", "words", IS, "words of the whole search text"),
    Field("has", "has", IS, "something the event has: quote, end, place, correction, ..."),
)
FIELDS = {field.name: field for field in _TABLE}

NOTE_KINDS = ("correction", "context", "dispute", "internal")
HAS = (
    "end", "place", "tag", "quote", "amount", "stage", "link", "code", "intensity", "source",
    "about", "initiator", "assessment", *NOTE_KINDS, "uncertain",
)  # fmt: skip


def has_named(text: str) -> str | None:
    """The entry of HAS that a word names in singular or plural; None when there is none."""
    word = text.casefold()
    if word in HAS:
        return word
    if word.endswith("ies"):
        word = word[:-3] + "y"
    return word.removesuffix("s") if word.removesuffix("s") in HAS else None
