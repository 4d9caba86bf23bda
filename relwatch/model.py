"""The corpus file as types: what an event, a source, an assessment and a corpus are.

These structs are the single truth about the format `relwatch-corpus/1`: reading decodes into
them, `check` walks them, and `data/corpus.schema.json` is generated from them. Every optional
field is empty when the source does not say; nothing is filled in.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from relwatch.periods import date_days

FORMAT = "relwatch-corpus/1"

# Hints for editors that read the schema. Decoding does not use them: whether a date exists is
# checked in `corpora.reading`, where the message can name the place.
Date = Annotated[
    str,
    Meta(
        description="YYYY, YYYY-MM or YYYY-MM-DD (EDTF level 0)",
        extra_json_schema={"pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"},
    ),
]
Alpha3 = Annotated[
    str,
    Meta(description="ISO 3166-1 alpha-3", extra_json_schema={"pattern": "^[A-Z]{3}$"}),
]
Grade = Annotated[
    str,
    Meta(
        description="Admiralty mark: reliability A-F, information 1-6; F and 6 cannot be judged",
        extra_json_schema={"pattern": "^[A-F][1-6]$"},
    ),
]
OneLine = Annotated[str, Meta(extra_json_schema={"minLength": 1, "pattern": r"^[^\r\n]*$"})]

Stage = Literal[
    "offered", "announced", "agreed", "signed", "started", "held", "completed",
    "postponed", "cancelled", "denied", "lapsed",
]  # fmt: skip
NoteKind = Literal["correction", "context", "dispute", "internal"]


class Base(Struct, frozen=True, omit_defaults=True):
    """What all structs of the file share: immutable, fields by name, empty fields left out."""


class Place(Base, frozen=True, kw_only=True):
    """Where an event took place. Latitude and longitude in degrees, WGS 84."""

    name: str
    country: Alpha3 | None = None
    lat: float | None = None
    lon: float | None = None
    precision: str | None = None


class Quote(Base, frozen=True, kw_only=True):
    """Words an official is quoted with. `speaker` is an actor's id or a name."""

    speaker: str | None = None
    text: str


class Amount(Base, frozen=True, kw_only=True):
    """A number the source gives: in units of `currency` (ISO 4217), or of what `what` says."""

    value: float
    currency: str | None = None
    what: str | None = None


class Citation(Base, frozen=True, kw_only=True):
    """Where an event is reported: a source of the corpus, and how it was graded for this event."""

    source: str
    grade: Grade | None = None
    url: str | None = None
    locator: str | None = None


class Note(Base, frozen=True, kw_only=True):
    """A remark on an event. A correction names the field, the value that holds and its source."""

    kind: NoteKind
    field: str | None = None
    value: Any = None
    source: str | None = None
    confidence: str | None = None
    text: str | None = None


class Origin(Base, frozen=True, kw_only=True):
    """The data set an event was taken from, its id there and the release."""

    dataset: str
    id: str | None = None
    version: str | None = None


class Event(Base, frozen=True, kw_only=True):
    """Something that happened on a day, or over a range of days, in one or more categories.

    `date` is what the source gives; corrections stand in `notes`. With `uncertain` the event
    fell on one unknown day from `date` to `end`, otherwise it lasted from `date` to `end`,
    both included. `actors` act or are acted on, `initiators` are those of them who act, `about`
    names states that take no part. `cameo` is text: leading zeros matter.
    """

    id: str
    date: Date
    end: Date | None = None
    uncertain: bool = False
    reported: Date | None = None
    categories: Annotated[
        tuple[str, ...],
        Meta(description="the first is the primary", extra_json_schema={"minItems": 1}),
    ]
    title: OneLine
    summary: str | None = None
    actors: tuple[str, ...] = ()
    initiators: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    tags: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    amounts: tuple[Amount, ...] = ()
    stage: Stage | None = None
    follows: tuple[str, ...] = ()
    cameo: str | None = None
    intensity: Annotated[float, Meta(description="-10 (conflict) to +10 (cooperation)")] | None = (
        None
    )
    scale: str | None = None
    sources: tuple[Citation, ...] = ()
    notes: tuple[Note, ...] = ()
    status: Literal["candidate", "confirmed"] | None = None
    origin: Origin | None = None
    derived: tuple[str, ...] = ()
    recorded: Date | None = None


PLURALS = {
    "category": "categories", "actor": "actors", "initiator": "initiators", "place": "places",
    "tag": "tags", "quote": "quotes", "amount": "amounts", "source": "sources", "note": "notes",
}  # fmt: skip
"""The fields of an event that hold several, by what one of them is called."""


class Coverage(Base, frozen=True, kw_only=True):
    """A stretch a corpus claims to cover, both ends included: inside, an empty month is a zero."""

    start: Date
    end: Date
    basis: str | None = None
    note: str | None = None


class Category(Base, frozen=True, kw_only=True):
    """A kind of event that a corpus declares. `color` is a name terminals know.

    `aliases` are names and ids it had, or that were made one with it, here as of a source.
    """

    id: str
    name: str
    color: str | None = None
    aliases: tuple[str, ...] = ()


class Actor(Base, frozen=True, kw_only=True):
    """A state (its id is ISO 3166-1 alpha-3), organisation or person, `of` a state or none.

    `kind` is None where nobody has said which.
    """

    id: str
    name: str
    kind: Literal["state", "organisation", "person"] | None = None
    of: Alpha3 | None = None
    aliases: tuple[str, ...] = ()
    note: str | None = None


class Source(Base, frozen=True, kw_only=True):
    """A publication that events, notes and assessments cite."""

    id: str
    title: str | None = None
    publisher: str | None = None
    published: Date | None = None
    url: str | None = None
    archived: str | None = None
    reliability: Literal["A", "B", "C", "D", "E", "F"] | None = None
    aliases: tuple[str, ...] = ()


class Evidence(Base, frozen=True, kw_only=True):
    """What speaks for or against a judgement: an event, or an argument that is no event."""

    event: str | None = None
    argument: str | None = None
    weighs: Literal["for", "against", "neutral"]
    why: str | None = None
    by: Literal["document", "editor"]


class Assessment(Base, frozen=True, kw_only=True):
    """A judgement. `likelihood` is a term of `scale`; None where its author used none."""

    id: str
    statement: str
    question: str | None = None
    likelihood: str | None = None
    scale: Literal["icd203", "phia"] | None = None
    confidence: str | None = None
    condition: str | None = None
    made: Date | None = None
    due: Date | None = None
    outcome: str | None = None
    evidence: tuple[Evidence, ...] = ()
    source: str | None = None


class Method(Base, frozen=True, kw_only=True):
    """How events were chosen, so that a reader knows what a count of them can mean.

    `expression` is the question an exported selection answers.
    """

    selection: str | None = None
    inclusion: str | None = None
    expression: str | None = None


class Corpus(Base, frozen=True, kw_only=True):
    """One document of events with its categories, actors, sources and assessments."""

    format: Literal["relwatch-corpus/1"]
    id: str
    title: str
    description: str | None = None
    parties: tuple[Alpha3, Alpha3]
    method: Method | None = None
    coverage: tuple[Coverage, ...] = ()
    categories: tuple[Category, ...]
    actors: tuple[Actor, ...] = ()
    sources: tuple[Source, ...] = ()
    events: tuple[Event, ...] = ()
    assessments: tuple[Assessment, ...] = ()


def narrowed(corpus: Corpus, asked: str) -> Corpus:
    """The head of what a question left of a corpus: its method names the question, "" for none.

    Without it the coverage would turn all that was not asked for into true zeros.
    """
    if not asked:
        return corpus
    method = corpus.method or Method()
    before = f"({method.expression}) and ({asked})" if method.expression else asked
    return msgspec.structs.replace(
        corpus, method=msgspec.structs.replace(method, expression=before)
    )


class Days(Struct, frozen=True, gc=False):
    """The four days that decide every question of time, as ordinals.

    First and last possible start, first and last possible end.
    """

    start_min: int
    start_max: int
    end_min: int
    end_max: int


def corrected(event: Event, field: str) -> Any:
    """The value of `field` that an event's corrections give (the last one holds), or None."""
    for note in reversed(event.notes):
        if note.kind == "correction" and note.field == field and note.value is not None:
            return note.value
    return None


def checked_dates(event: Event) -> tuple[str, str | None]:
    """`date` and `end` after corrections.

    A stated end that a corrected date has left behind is dropped: it belongs to the old date.
    """
    start, end = corrected(event, "date") or event.date, corrected(event, "end") or event.end
    if end is not None and date_days(end)[1] < date_days(start)[0]:
        end = None
    return start, end


def days_of(start: str, end: str | None, uncertain: bool) -> Days:
    """The four days of a date, an end and whether they bound one unknown day."""
    start_min, start_max = date_days(start)
    if end is None:
        return Days(start_min, start_max, start_min, start_max)
    end_min, end_max = date_days(end)
    if uncertain:
        return Days(start_min, end_max, start_min, end_max)
    # An event that began in March and ended in March ended no earlier than it began.
    return Days(start_min, min(start_max, end_max), max(end_min, start_min), end_max)


def event_days(event: Event, checked: bool) -> Days:
    """The four days of an event by its stated or by its checked dates."""
    if checked and event.notes:
        return days_of(*checked_dates(event), event.uncertain)
    return days_of(event.date, event.end, event.uncertain)


def has_correction(event: Event) -> bool:
    """Whether a checked source contradicts anything the event states."""
    return any(note.kind == "correction" for note in event.notes)


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a corpus file, as shipped in data/corpus.schema.json."""
    made = msgspec.json.schema(Corpus)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "relwatch corpus, version 1",
        **made,
    }
