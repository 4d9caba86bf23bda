"""A corpus of the selection: what `--corpus` reads back to the same events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from relwatch.answers import Found
from relwatch.model import Assessment
from relwatch.periods import date_days

Out = Callable[[str], Any]


def events(found: Found, out: Out) -> int:
    """Write the corpus; returns how many links were dropped because they would lead nowhere."""
    kept: list[dict[str, Any]] = [msgspec.json.decode(found.raw(hit.event)) for hit in found.hits]
    kept.sort(key=lambda event: (*date_days(event["date"]), event["id"]))
    ids = {event["id"] for event in kept}
    dropped = 0
    for event in kept:
        links = event.get("follows", [])
        staying = [link for link in links if link in ids]
        dropped += len(links) - len(staying)
        if staying:
            event["follows"] = staying
        else:
            event.pop("follows", None)
    assessments, lost = _assessments(found.corpus.assessments, ids)
    head = msgspec.to_builtins(found.corpus)
    head.update(events=kept, assessments=assessments)
    _keep_used(head)
    if found.selection:
        head["method"] = {**head.get("method", {}), "expression": found.selection}
    ordered = {key: head[key] for key in type(found.corpus).__struct_fields__ if head.get(key)}
    out(msgspec.json.format(msgspec.json.encode(ordered), indent=2).decode() + "\n")
    return dropped + lost


def _keep_used(head: dict[str, Any]) -> None:
    """Drop the actors and sources that nothing in the selection names; the parties stay."""
    events: list[dict[str, Any]] = head["events"]
    actors = {*head["parties"]}
    sources = {one.get("source") for one in head["assessments"]}
    for event in events:
        actors.update(*(event.get(key, ()) for key in ("actors", "initiators", "about")))
        actors.update(quote.get("speaker") for quote in event.get("quotes", ()))
        sources.update(one.get("source") for one in event.get("sources", ()))
        sources.update(one.get("source") for one in event.get("notes", ()))
    head["actors"] = [one for one in head.get("actors", ()) if one["id"] in actors]
    head["sources"] = [one for one in head.get("sources", ()) if one["id"] in sources]


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
