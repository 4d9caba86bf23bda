"""Laws that hold of every corpus and every question."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from relwatch import periods
from relwatch.answers import Found, Hit
from relwatch.corpora.checking import check_bytes, errors
from relwatch.corpora.reading import decode, raws
from relwatch.engines.base import ORDERS, TIME, Question
from relwatch.engines.memory import MemoryEngine
from relwatch.expressions.nodes import And, Node, Not, Or, Words, asked_period, text_of
from relwatch.expressions.selecting import Request, without_candidates
from relwatch.formats import corpus as corpus_format
from relwatch.library import Library
from relwatch.model import Event, event_days
from tests import strategies
from tests.documents import (
    ACTORS,
    CATEGORIES,
    PLACES,
    SOURCES,
    TAGS,
    dates,
    libraries,
    nodes,
    texts,
    words,
)

# Both makers of corpora: tidy ones, and whatever reading lets through.
corpora = libraries() | strategies.corpora().map(
    lambda content: Library(
        MemoryEngine(decode(content, "made"), lambda: raws(content)), "made.json"
    )
)
questions = nodes() | strategies.nodes
checked = st.booleans()


def ids(library: Library, node: Node, checked: bool = False) -> list[str]:
    return [event.id for event in library.engine.events(Question(node, checked))]


def held(library: Library, node: Node, checked: bool = False) -> set[str]:
    return set(ids(library, node, checked))


def everything(library: Library) -> set[str]:
    return {event.id for event in library.corpus.events}


# Boolean laws.


@given(corpora, questions, checked)
def test_a_filter_gives_a_subset(library: Library, node: Node, checked: bool) -> None:
    """No question finds an event the corpus does not have, or one twice; its count agrees."""
    found = ids(library, node, checked)
    assert set(found) <= everything(library)
    assert len(set(found)) == len(found) == library.engine.count(Question(node, checked))


@given(corpora, questions, checked)
def test_not_is_the_exact_complement(library: Library, node: Node, checked: bool) -> None:
    """Each event is in a selection or in its negation, never in both, whatever is missing."""
    one, other = held(library, node, checked), held(library, Not(node), checked)
    assert not one & other
    assert one | other == everything(library)


@given(corpora, st.lists(questions, max_size=3), checked)
def test_and_is_intersection_or_is_union(
    library: Library, parts: list[Node], checked: bool
) -> None:
    """Conjunction and alternative are those of sets, the empty ones included."""
    sets = [held(library, part, checked) for part in parts]
    assert held(library, And(tuple(parts)), checked) == everything(library).intersection(*sets)
    assert held(library, Or(tuple(parts)), checked) == set().union(*sets)


@given(libraries(), nodes())
def test_what_is_printed_finds_the_same(library: Library, node: Node) -> None:
    """The text of a question, asked of the corpus, finds the events the question finds."""
    selected = library.select(text_of(node))
    assert [event.id for event in selected] == ids(library, without_candidates(node))


@given(libraries(), nodes())
def test_candidates_are_left_out_unless_named(library: Library, node: Node) -> None:
    """A question that does not name status finds no candidate, and loses nothing else."""
    asked = without_candidates(node)
    if asked == node:
        assert "status:" in text_of(node)
        return
    found = {event.id for event in library.engine.events(Question(asked))}
    candidates = {event.id for event in library.corpus.events if event.status == "candidate"}
    assert found == held(library, node) - candidates


# Options.

PERIODS = dates() | st.sampled_from(
    ["2021-Q1", "2020-W53", "2021-01..2021-03", "Jan 2021", "last month"]
)
TODAY = date(2021, 3, 15)


def _quote(value: str) -> str:
    return '"' + value + '"'


@st.composite
def _options(draw: st.DrawFn) -> tuple[dict[str, Any], str]:
    """One option with its values, and the expression that must mean the same."""
    name = draw(
        st.sampled_from(["category", "actor", "tag", "source", "on", "from", "to", "dyad", "where"])
    )
    if name in ("from", "to"):
        period = draw(PERIODS)
        key = {"from": "since", "to": "until"}[name]
        return {key: period}, f"date{'>=' if name == 'from' else '<='}{_quote(period)}"
    if name == "dyad":
        pair = draw(st.lists(st.sampled_from(ACTORS), min_size=2, max_size=2))
        return {"dyad": tuple(pair)}, f"actor:{pair[0]} and actor:{pair[1]}"
    if name == "where":
        node = draw(nodes())
        return {"where": (text_of(node),)}, text_of(node)
    pool = {
        "category": CATEGORIES, "actor": ACTORS, "source": (*SOURCES, "news agency", "président"),
        "tag": [tag for tag in TAGS if "," not in tag],
    }  # fmt: skip
    values = draw(
        st.lists(PERIODS if name == "on" else st.sampled_from(pool[name]), min_size=1, max_size=2)
    )
    field = "date" if name == "on" else name
    given_as = draw(st.sampled_from([tuple(values), (",".join(values),)]))
    return {name: given_as}, " or ".join(f"{field}:{_quote(value)}" for value in values)


@given(
    libraries(),
    st.lists(_options(), min_size=1, max_size=3),
    st.sampled_from(["stated", "checked"]),
)
def test_options_and_expressions_agree(
    library: Library, options: list[tuple[dict[str, Any], str]], dates: Any
) -> None:
    """Different options mean all of, and find what the expression finds that says the same."""
    asked = {key: value for option, _ in options for key, value in option.items()}
    kept = [text for option, text in options if all(asked[key] is option[key] for key in option)]
    expression = " and ".join(f"({text})" for text in kept if text)
    by_option = library.ask(Request(**asked, today=TODAY, dates=dates))
    by_text = library.ask(Request(expression=expression, today=TODAY, dates=dates))
    assert [event.id for event in by_option] == [event.id for event in by_text]


@given(libraries(), st.sampled_from([place["name"] for place in PLACES] + ["China", "POL"]))
def test_place_asks_for_words_and_country(library: Library, value: Any) -> None:
    """`--place` finds a name's words and a country's places."""
    by_option = library.ask(Request(place=(value,)))
    text = f'place:"{value}"'
    if value in ("China", "POL"):
        text += f" or country:{value}"
    assert [event.id for event in by_option] == [event.id for event in library.select(text)]


@given(libraries(), st.lists(texts(1), min_size=1, max_size=3), st.booleans())
def test_search_and_filter_agree(library: Library, words: list[str], any_word: bool) -> None:
    """Searching for words finds the events whose text holds all, or any, of them."""
    plain = [word for word in words if word.isalnum()]
    if not plain:
        return
    selected = library.ask(Request(search=tuple(plain), any_word=any_word))
    joined = (" or " if any_word else " and ").join(f'text:"{word}"' for word in plain)
    assert {event.id for event in selected} == {event.id for event in library.select(joined)}


# Order.


def by_date(event: Event, checked: bool) -> tuple[int, int, str]:
    days = event_days(event, checked)
    return days.start_min, days.start_max, event.id


@given(corpora, questions, checked)
def test_events_come_by_first_day_then_last_then_id(
    library: Library, node: Node, checked: bool
) -> None:
    """The order is total: it depends on nothing but the events, and reversing it reverses it."""
    question = Question(node, checked)
    keys = [by_date(event, checked) for event in library.engine.events(question)]
    assert all(one < other for one, other in pairwise(keys))
    backwards = library.engine.events(question, reverse=True)
    assert [by_date(event, checked) for event in backwards] == keys[::-1]


@given(corpora, st.sampled_from(ORDERS), checked, st.booleans())
def test_every_order_is_total(library: Library, order: str, checked: bool, reverse: bool) -> None:
    """Whatever the order, the file's own order does not show, and nothing is lost."""
    turned = library.corpus.__class__(
        **{
            **{name: getattr(library.corpus, name) for name in library.corpus.__struct_fields__},
            "events": library.corpus.events[::-1],
        }
    )
    question = Question(And(()), checked)
    one, other = (
        [e.id for e in engine.events(question, order, reverse=reverse)]
        for engine in (library.engine, MemoryEngine(turned, lambda: ()))
    )
    assert one == other
    assert set(one) == everything(library)


@given(corpora, questions, st.sampled_from(ORDERS), st.booleans(), st.integers(0, 9))
def test_a_limit_is_a_prefix(
    library: Library, node: Node, order: str, reverse: bool, limit: int
) -> None:
    """The first N are the first N of all."""
    whole = list(library.engine.events(Question(node), order, reverse=reverse))
    cut = library.engine.events(Question(node), order, reverse=reverse, limit=limit)
    assert list(cut) == whole[:limit]


@given(corpora, st.lists(words(), min_size=1, max_size=3, unique=True), checked, st.integers(0, 5))
def test_search_gives_the_best_first(
    library: Library, asked: list[Words], checked: bool, limit: int
) -> None:
    """Most words, then most in the title, then newest, then id; a limit is a prefix."""
    question = Question(Or(tuple(asked)), checked)
    found = list(library.engine.search(question, tuple(asked)))
    keys = []
    for match in found:
        start_min, start_max, name = by_date(match.event, checked)
        keys.append((-len(match.words), -match.in_title, -start_min, -start_max, name))
        assert match.words
        assert match.in_title <= len(match.words)
    assert all(one < other for one, other in pairwise(keys))
    assert {match.event.id for match in found} == held(library, question.node, checked)
    assert list(library.engine.search(question, tuple(asked), limit=limit)) == found[:limit]


# Time.


@given(libraries(), nodes(), st.sampled_from(TIME))
def test_time_rows_are_dense_within_coverage(library: Library, node: Node, unit: str) -> None:
    """Every bin of the coverage within the period has a row, in order; others hold events."""
    selected = library.select(text_of(node))
    rows = selected.stats(unit).tables[0].rows
    labels = [str(row[0]) for row in rows if row[0] not in ("before", "undated")]
    order = periods.WEEKDAYS.index if unit == "weekday" else str
    assert labels == sorted(labels, key=order)
    period = asked_period(selected.selection.node)
    dense = {
        periods.bin_of(unit, day)
        for stretch in library.corpus.coverage
        for day in range(periods.date_days(stretch.start)[0], periods.date_days(stretch.end)[1] + 1)
        if (period.first is None or day >= period.first)
        and (period.last is None or day <= period.last)
    }
    if library.corpus.coverage:
        assert dense <= set(labels)
        assert all(row[1] or row[0] in dense for row in rows)


@given(corpora, questions, checked)
def test_daily_counts_add_up(library: Library, node: Node, checked: bool) -> None:
    """Each event has one pair of first and last possible start."""
    question = Question(node, checked)
    assert sum(library.engine.days(question).values()) == library.engine.count(question)


# Files.


def written(library: Library, node: Node) -> tuple[bytes, int]:
    """A selection as a corpus file, and how many links it lost."""
    selected = library.select(text_of(node))
    parts: list[str] = []
    found = Found(
        [Hit(event) for event in selected],
        selected.count(),
        library.corpus,
        library.engine.raw,
        str(selected),
    )
    dropped = corpus_format.events(found, parts.append)
    return "".join(parts).encode(), dropped


@given(libraries(), nodes())
def test_a_selection_written_as_a_corpus_reads_back(library: Library, node: Node) -> None:
    """The same events with the same fields, in order, without a dangling link or a new problem."""
    content, dropped = written(library, node)
    assert errors(check_bytes(content, "out.json")) == ()
    again = decode(content, "out.json")
    before = list(library.select(text_of(node)))
    kept = {event.id for event in before}
    links = sum(link not in kept for event in before for link in event.follows)
    assert [strip(event) for event in sorted(before, key=lambda e: by_date_stated(e))] == [
        strip(event) for event in again.events
    ]
    assert all(set(event.follows) <= kept for event in again.events)
    assert dropped >= links
    if text_of(node):
        assert again.method is not None
        assert again.method.expression == str(library.select(text_of(node)))
    # Fields relwatch does not know stay.
    known = [event for event in raws(content) if b"x-own" in event]
    assert len(known) == sum(b"x-own" in library.engine.raw(event) for event in before)


def by_date_stated(event: Event) -> tuple[int, int, str]:
    return *periods.date_days(event.date), event.id


def strip(event: Event) -> tuple[Any, ...]:
    """An event without its links, which an export may drop."""
    return tuple(getattr(event, name) for name in event.__struct_fields__ if name != "follows")


@given(libraries(), nodes())
def test_an_exported_selection_is_all_of_its_own_corpus(library: Library, node: Node) -> None:
    """Asked for everything, the new corpus gives the selection."""
    content, _ = written(library, node)
    again = Library(MemoryEngine(decode(content, "out.json"), lambda: raws(content)), "out.json")
    assert [event.id for event in again.engine.events(Question())] == ids(
        library, without_candidates(node)
    )
