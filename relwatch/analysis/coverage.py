"""What a corpus covers, and why an answer is empty: not covered, no such word, a true zero."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from relwatch import periods
from relwatch.answers import NONE
from relwatch.engines.base import Engine, Question
from relwatch.expressions.names import Names
from relwatch.expressions.nodes import (
    EVERYTHING,
    And,
    Compare,
    During,
    Has,
    Node,
    Not,
    Or,
    Words,
    asked_period,
    either,
    leaves,
)
from relwatch.expressions.selecting import Selection, without_candidates
from relwatch.model import Corpus
from relwatch.periods import EVER, Period, date_days
from relwatch.text import fold, near

if TYPE_CHECKING:
    from relwatch.datasets.layout import Dataset


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
    wanted = frozenset(_wanted(selection.node))
    for word in asked:
        if engine.holds(word):
            continue
        if word in wanted and not _says(engine, word.field, selection.checked):
            sentences.append(_never_said(engine, word.field))
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
        return _hidden(engine, selection) or ["the corpus has no events yet"]
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
    if hidden := _hidden(engine, selection):
        return hidden
    if not engine.corpus.coverage:
        return [
            f"no such event between {claimed} ({_shown(inside)}); the corpus claims no coverage"
        ]
    if asked == Period() or inside == [(asked.first, asked.last)]:
        return [f"a true zero: {_shown(inside)} is covered, and holds no such event"]
    return [f"no such event from {_shown(inside)}; what else was asked for is not covered"]


def _hidden(engine: Engine, selection: Selection) -> list[str]:
    """How many candidates would be found: where there are some, no zero is claimed."""
    if selection.asked == selection.node:
        return []
    found = engine.count(Question(selection.node, selection.checked))
    events = "1 candidate is" if found == 1 else f"{found:,} candidates are"
    said = f"{events} left out until confirmed; ask with status:candidate to see them"
    return [said] if found else []


# What no event says where none has a field, and whether any has: as a test, else by a tally.
_UNSAID: dict[str, tuple[str, Node | None]] = {
    "end": ("says when it ended", During("end", EVER)),
    "reported": ("says when it was reported", During("reported", EVER)),
    "recorded": ("says when it was recorded", During("recorded", EVER)),
    "initiator": ("says who of those who take part acts", Has("initiator")),
    "about": ("says whom it concerns beside those who take part", Has("about")),
    "of": ("says of which state its people and organisations are", None),
    "place": ("says where", Has("place")),
    "country": ("says in which country", None),
    "tag": ("has a tag", Has("tag")),
    "stage": ("has a stage", Has("stage")),
    "source": ("names a source", Has("source")),
    "grade": ("has a grade", either(*(Compare("grade", ":", letter) for letter in "ABCDEF"))),
    "quote": ("has a quotation", Has("quote")),
    "cameo": ("has a CAMEO code", Has("code")),
    "intensity": ("has an intensity", Has("intensity")),
}


def _says(engine: Engine, field: str, checked: bool) -> bool:
    """Whether any event at all has the field."""
    if field not in _UNSAID:
        return True
    test = _UNSAID[field][1]
    if field == "of":
        states = sorted({actor.of for actor in engine.corpus.actors if actor.of})
        test = either(*(Compare("of", ":", state) for state in states))
    if test is None:
        return any(key != (NONE,) for key in engine.tally(Question(), (field,)))
    return engine.count(Question(test, checked)) > 0


def _never_said(engine: Engine, field: str) -> str:
    """The sentence for a field that no event has: of it no zero is true."""
    who = "this data set does not say" if of_data_set(engine.corpus) else "the corpus does not know"
    return f"no event {_UNSAID[field][0]}: {who}"


def of_data_set(corpus: Corpus) -> Dataset | None:
    """The data set whose rows a corpus holds; None for a corpus that somebody keeps."""
    if corpus.method is None or corpus.method.selection != "data set":
        return None
    from relwatch.datasets import DATASETS, module

    found: Dataset | None = module(corpus.id).DATASET if corpus.id in DATASETS else None
    return found


def uncoded(corpus: Corpus, empty: list[str]) -> list[str]:
    """The sentence for those of some empty categories that no code of a data set ever says."""
    data_set = of_data_set(corpus)
    names = Names(corpus).category_names
    never = [names[one] for one in empty if data_set and one in data_set.uncoded]
    if not never:
        return []
    return [f"this data set's codes never say {' or '.join(never)}; --rules adds your own"]


def _wanted(node: Node, wanted: bool = True) -> Iterator[Node]:
    """The leaves that must hold for an event to be found, not those that must not."""
    if isinstance(node, Not):
        yield from _wanted(node.part, not wanted)
    elif isinstance(node, (And, Or)):
        for part in node.parts:
            yield from _wanted(part, wanted)
    elif wanted:
        yield node


def _unsaid(engine: Engine, selection: Selection) -> list[str]:
    """One sentence for each field asked for that no event has, and each value that none has."""
    sentences = []
    for leaf in dict.fromkeys(_wanted(selection.node)):
        if not isinstance(leaf, (Compare, During, Words)):
            continue
        if not _says(engine, leaf.field, selection.checked):
            sentences.append(_never_said(engine, leaf.field))
        elif isinstance(leaf, Compare) and leaf.field == "category":
            if not engine.count(Question(without_candidates(leaf))):
                sentences += uncoded(engine.corpus, [str(leaf.value)])
        elif isinstance(leaf, Compare) and leaf.field in ("tag", "stage"):
            held = {key[0] for key in engine.tally(Question(EVERYTHING), (leaf.field,))} - {NONE}
            if str(leaf.value) not in {fold(one) for one in held}:
                close = near(str(leaf.value), held)
                offer = f"; near it: {', '.join(close)}" if close else ""
                sentences.append(f"no event has the {leaf.field} “{leaf.value}”{offer}")
    return list(dict.fromkeys(sentences))


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
