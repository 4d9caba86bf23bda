"""Single events: found by any unique beginning of an id, with what is linked to them."""

from __future__ import annotations

from relwatch.answers import Details
from relwatch.engines.base import Engine
from relwatch.errors import AskedWrongly
from relwatch.model import Event
from relwatch.text import near


def one_event(engine: Engine, beginning: str) -> Event:
    """The event with this id, or the only one whose id begins so.

    Raises AskedWrongly when there is none, or several, and names them.
    """
    asked = beginning.strip()
    found = engine.starting_with(asked) if asked else []
    if asked in found:
        return engine.get(asked)
    if len(found) == 1:
        return engine.get(found[0])
    if not found:
        close = near(asked, engine.starting_with(asked[:4]) or engine.starting_with(""))
        raise AskedWrongly(
            f"no event's id begins with “{beginning}”",
            f"did you mean {' or '.join(close)}?"
            if close
            else "`relwatch list --columns id` shows the ids",
        )
    shown = ", ".join(found[:5]) + (", ..." if len(found) > 5 else "")
    raise AskedWrongly(
        f"“{beginning}” begins {len(found)} ids: {shown}", "type more of the one you mean"
    )


def details(engine: Engine, event: Event) -> Details:
    """What else the corpus says of an event. Links that lead nowhere are left out."""
    before = []
    for link in event.follows:
        if link in engine.starting_with(link):
            before.append(engine.get(link))
    return Details(
        event,
        tuple(before),
        tuple(engine.followers(event.id)),
        tuple(
            (assessment, evidence)
            for assessment in engine.corpus.assessments
            for evidence in assessment.evidence
            if evidence.event == event.id
        ),
    )
