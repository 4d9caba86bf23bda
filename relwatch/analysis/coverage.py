"""What a corpus covers, and why an answer is empty: not covered, no such word, a true zero."""

from __future__ import annotations

from relwatch import periods
from relwatch.answers import NONE
from relwatch.engines.base import Engine, Question
from relwatch.expressions.names import Names
from relwatch.expressions.nodes import EVERYTHING, Compare, During, Words, asked_period, leaves
from relwatch.expressions.selecting import Selection, without_candidates
from relwatch.model import Corpus
from relwatch.periods import EVER, Period, date_days
from relwatch.text import fold, near


def stretches(corpus: Corpus) -> list[tuple[int, int]]:
    """The covered stretches as ordinal days, in order; those that touch are one."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(
        (date_days(c.start)[0], date_days(c.end)[1]) for c in corpus.coverage
    ):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found


def span(engine: Engine, checked: bool = False) -> tuple[int, int] | None:
    """First and last possible day on which an event began; None without events."""
    days = engine.days(Question(without_candidates(EVERYTHING), checked))
    if not days:
        return None
    return min(first for first, _ in days), max(last for _, last in days)


def last_day(engine: Engine, checked: bool = False) -> int | None:
    """The last covered day; without coverage, the last possible day an event began."""
    known = known_stretches(engine, checked)
    return known[-1][1] if known else None


def known_stretches(engine: Engine, checked: bool = False) -> list[tuple[int, int]]:
    """Where zeros are true: the covered stretches, else from the first to the last event."""
    covered = stretches(engine.corpus)
    if covered:
        return covered
    found = span(engine, checked)
    return [found] if found else []


def within(known: list[tuple[int, int]], period: Period) -> list[tuple[int, int]]:
    """The stretches cut to a period."""
    found = []
    for first, last in known:
        cut = period.intersect(Period(first, last))
        if not cut.empty:
            assert cut.first is not None
            assert cut.last is not None
            found.append((cut.first, cut.last))
    return found


def absent_words(engine: Engine, selection: Selection) -> list[str]:
    """One sentence for each word of the selection that no event of the corpus holds."""
    names, sentences = Names(engine.corpus), []
    asked = dict.fromkeys(leaf for leaf in leaves(selection.node) if isinstance(leaf, Words))
    for word in asked:
        if engine.holds(word):
            continue
        where = "" if word.field == "text" else f" in any {word.field}"
        close = near(word.text, engine.vocabulary())
        if word.field == "text":
            close = [*names.near_any(word.text), *close]
        offer = f"; near it: {', '.join(close[:4])}" if close else ""
        sentences.append(f"the corpus does not hold “{word.text}”{where}{offer}")
    return sentences


def why_empty(engine: Engine, selection: Selection) -> list[str]:
    """Why a selection has no events, one sentence a reason, the deciding one first."""
    known = known_stretches(engine, selection.checked)
    if not known:
        return ["the corpus has no events yet"]
    sentences = absent_words(engine, selection)
    if sentences:
        return sentences
    asked = asked_period(selection.node)
    if asked.empty:
        return ["no day lies in all the periods asked for"]
    claimed = (
        f"the coverage of {engine.corpus.id}" if engine.corpus.coverage else "first and last event"
    )
    inside = within(known, asked)
    if not inside:
        return [f"outside {claimed} ({_shown(known)}): nothing is known of then"]
    sentences = [*_idle_actors(engine, selection), *_unsaid(engine, selection)]
    method = engine.corpus.method
    if method and method.expression:
        return [
            *sentences,
            f"no such event among the answers to “{method.expression}”, all it holds",
        ]
    if sentences:
        return sentences
    if engine.coarse(Question(selection.asked, selection.checked)):
        return [f"no event is certainly in {_shown(inside)}"]
    if not engine.corpus.coverage:
        return [
            f"no such event between {claimed} ({_shown(inside)}); the corpus claims no coverage"
        ]
    if asked == Period() or inside == [(asked.first, asked.last)]:
        return [f"a true zero: {_shown(inside)} is covered, and holds no such event"]
    return [f"no such event from {_shown(inside)}; what else was asked for is not covered"]


_WHEN = {
    "end": "when it ended",
    "reported": "when it was reported",
    "recorded": "when it was recorded",
}


def _unsaid(engine: Engine, selection: Selection) -> list[str]:
    """One sentence for each field asked for that no event has, and each value that none has."""
    sentences = []
    for leaf in dict.fromkeys(leaves(selection.node)):
        if isinstance(leaf, During) and leaf.field != "date":
            if not engine.count(Question(During(leaf.field, EVER), selection.checked)):
                sentences.append(f"no event says {_WHEN[leaf.field]}: the corpus does not know")
        elif isinstance(leaf, Compare) and leaf.field in ("tag", "stage"):
            held = {key[0] for key in engine.tally(Question(EVERYTHING), (leaf.field,))} - {NONE}
            if str(leaf.value) not in {fold(one) for one in held}:
                close = near(str(leaf.value), held)
                offer = f"; near it: {', '.join(close)}" if close else ""
                sentences.append(f"no event has the {leaf.field} “{leaf.value}”{offer}")
    return sentences


def _shown(known: list[tuple[int, int]]) -> str:
    return ", ".join(
        periods.iso(first) + (f" to {periods.iso(last)}" if last > first else "")
        for first, last in known
    )


def _idle_actors(engine: Engine, selection: Selection) -> list[str]:
    """One sentence for each actor asked for that never takes part, though events may concern it."""
    names = Names(engine.corpus).actor_names
    sentences = []
    for leaf in dict.fromkeys(leaves(selection.node)):
        if not isinstance(leaf, Compare) or leaf.field != "actor":
            continue
        if engine.count(Question(leaf, selection.checked)):
            continue
        concerned = engine.count(Question(Compare("about", ":", leaf.value), selection.checked))
        offer = f"; about:{leaf.value} finds {concerned:,}" if concerned else ""
        name = names.get(str(leaf.value), str(leaf.value))
        sentences.append(f"{name} takes part in no event of the corpus{offer}")
    return sentences


def remarks(engine: Engine, selection: Selection, total: int) -> list[str]:
    """What a reader of an answer must know: dates too coarse, the dyad, why nothing was found."""
    question = Question(selection.asked, selection.checked)
    said = list(selection.remarks)
    if not total:
        said += [f"nothing found: {sentence}" for sentence in why_empty(engine, selection)]
    coarse = engine.coarse(question)
    if coarse:
        # With `not` they are among those found, else left out: so not "more".
        said.append(
            f"{coarse:,} {'event has a date' if coarse == 1 else 'events have dates'} too coarse"
            f" to say whether the period holds {'it' if coarse == 1 else 'them'}"
        )
    if selection.dyad is not None:
        rest, _ = selection.dyad
        everyone = Selection(rest, selection.checked)
        left = engine.count(Question(everyone.asked, selection.checked)) - total
        if left > 0:
            said.append(f"{left:,} left out: not both of the two are among the actors")
    return said
