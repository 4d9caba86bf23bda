"""A corpus of the selection: what `--corpus` reads back to the same events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from relwatch.answers import Found
from relwatch.formats.json import harmless
from relwatch.model import Assessment, Corpus, Event, narrowed
from relwatch.periods import date_days
from relwatch.reference import country_named

Out = Callable[[str], Any]


def events(found: Found, out: Out, *, closed: bool = True) -> int:
    """Write the corpus; returns how many links were dropped because they would lead nowhere.

    One that is not `closed` keeps the links of its events to others that were not asked for.
    """
    kept = sorted((hit.event for hit in found.hits), key=lambda one: (*date_days(one.date), one.id))
    ids = {event.id for event in kept}
    written: list[msgspec.Raw] = []
    dropped = 0
    for event in kept:
        staying = [link for link in event.follows if link in ids or not closed]
        dropped += len(event.follows) - len(staying)
        raw = found.raw(event)
        written.append(
            msgspec.Raw(raw if len(staying) == len(event.follows) else _relinked(raw, staying))
        )
    assessments, lost = _assessments(found.corpus.assessments, ids)
    corpus = narrowed(found.corpus, found.asked)
    head = msgspec.to_builtins(msgspec.structs.replace(corpus, events=()))
    head.update(events=written, assessments=assessments)
    _keep_used(head, kept)
    _declare_named(head, kept)
    ordered = {
        key: head[key] for key in Corpus.__struct_fields__ if head.get(key) or key == "events"
    }
    out(harmless(msgspec.json.format(msgspec.json.encode(ordered), indent=2)) + "\n")
    return dropped + lost


def _relinked(raw: bytes, follows: list[str]) -> bytes:
    """An event that follows only these; everything else stays as the file has it."""
    fields = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    fields["follows"] = msgspec.Raw(msgspec.json.encode(follows))
    if not follows:
        del fields["follows"]
    return msgspec.json.encode(fields)


def _keep_used(head: dict[str, Any], events: list[Event]) -> None:
    """Drop the actors and sources that nothing in the selection names; the parties stay."""
    actors: set[str | None] = {*head["parties"]}
    sources = {one.get("source") for one in head["assessments"]}
    for event in events:
        actors.update(event.actors, event.initiators, event.about)
        actors.update(quote.speaker for quote in event.quotes)
        sources.update(one.source for one in event.sources)
        sources.update(one.source for one in event.notes)
    head["actors"] = [one for one in head.get("actors", ()) if one["id"] in actors]
    head["sources"] = [one for one in head.get("sources", ()) if one["id"] in sources]


def _declare_named(head: dict[str, Any], events: list[Event]) -> None:
    """Declare what events name and the head does not: a data set names many, a corpus all."""
    actors = {one["id"] for one in head["actors"]}
    sources = {one["id"] for one in head["sources"]}
    named = (name for event in events for name in (*event.actors, *event.initiators, *event.about))
    for name in dict.fromkeys(named):
        if name in actors:
            continue
        country = country_named(name)
        if country is not None and country.iso3 == name:
            head["actors"].append({"id": name, "name": country.name, "kind": "state"})
        else:
            # The kind of any other actor is not known.
            head["actors"].append({"id": name, "name": name})
    cited = [one.source for event in events for one in event.sources]
    noted = [one.source for event in events for one in event.notes if one.source]
    head["sources"] += [{"id": one} for one in dict.fromkeys(cited + noted) if one not in sources]


def _assessments(all_of_them: tuple[Assessment, ...], ids: set[str]) -> tuple[list[Any], int]:
    """Judgements with the evidence that stays; one that loses all its events goes with them."""
    kept: list[Any] = []
    lost = 0
    for assessment in all_of_them:
        cited = [evidence for evidence in assessment.evidence if evidence.event is not None]
        staying = [e for e in assessment.evidence if e.event is None or e.event in ids]
        lost += len(assessment.evidence) - len(staying)
        if not cited or any(evidence.event in ids for evidence in cited):
            kept.append(
                msgspec.to_builtins(msgspec.structs.replace(assessment, evidence=tuple(staying)))
            )
    return kept, lost
