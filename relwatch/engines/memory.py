"""The JSON corpus in memory, filtered in plain Python: the definition of what is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from functools import cached_property
from itertools import combinations, product
from math import fsum
from typing import Any, NamedTuple

from relwatch.answers import NONE
from relwatch.engines.base import PRIMARY, TIME, Engine, Match, Mean, Question, start_label
from relwatch.expressions.nodes import And, Compare, During, Has, Node, Not, Or, Words
from relwatch.expressions.wording import Wording, parts
from relwatch.model import Corpus, Days, Event, checked_dates, event_days
from relwatch.periods import FIRST_DAY, LAST_DAY, date_days
from relwatch.text import fold, needles, words

Test = Callable[[int], bool]
_KEPT = 8


class MemoryEngine(Engine):
    """Answers from a decoded corpus. `raws` gives the events as the file has them, when asked."""

    def __init__(self, corpus: Corpus, raws: Callable[[], tuple[bytes, ...]]) -> None:
        self.corpus = corpus
        self._events = corpus.events
        self._raws = raws
        self._all_days: dict[bool, list[Days]] = {}
        self._texts: dict[str, list[str]] = {}
        self._kept: dict[Question, list[int]] = {}

    # Questions.

    def count(self, question: Question) -> int:
        return len(self._chosen(question))

    def coarse(self, question: Question) -> int:
        strict, loose = (
            self._test(question.node, question.checked, wide) for wide in (False, True)
        )
        return sum(strict(row) != loose(row) for row in range(len(self._events)))

    def events(
        self,
        question: Question,
        order: str = "date",
        *,
        reverse: bool = False,
        limit: int | None = None,
    ) -> Iterator[Event]:
        rows = self._ordered(self._chosen(question), order, question.checked, reverse)
        return (self._events[row] for row in rows[:limit])

    def search(
        self, question: Question, words: tuple[Words, ...], *, limit: int | None = None
    ) -> Iterator[Match]:
        tests = [
            (
                self._shown(word),
                self._words(word),
                self._words(Words("title", word.text, word.prefix)),
            )
            for word in words
        ]
        days = self._days(question.checked)
        found: list[tuple[int, int, int, int, str, int, tuple[str, ...]]] = []
        for row in self._chosen(question):
            held = tuple(shown for shown, test, _ in tests if test(row))
            titled = sum(in_title(row) for _, _, in_title in tests)
            when = days[row]
            found.append(
                (
                    -len(held),
                    -titled,
                    -when.start_min,
                    -when.start_max,
                    self._events[row].id,
                    row,
                    held,
                )
            )
        found.sort()
        return (Match(self._events[f[5]], f[6], -f[1]) for f in found[:limit])

    def tally(
        self, question: Question, dimensions: tuple[str, ...], since: int | None = None
    ) -> dict[tuple[str, ...], int]:
        chosen = self._chosen(question)
        found: Counter[tuple[str, ...]] = Counter()
        # Many events share their raw values: those are counted first, then labelled once.
        if len(dimensions) == 1:
            only = self._dimension(dimensions[0], question.checked, since)
            for value, count in Counter(map(only.read, chosen)).items():
                for label in only.labels(value):
                    found[(label,)] += count
            return found
        parts = [self._dimension(name, question.checked, since) for name in dimensions]
        raws = zip(*(map(part.read, chosen) for part in parts), strict=True) if parts else ()
        for values, count in Counter(raws).items():
            labels = (part.labels(value) for part, value in zip(parts, values, strict=True))
            for key in product(*labels):
                found[key] += count
        return found

    def intensities(
        self, question: Question, dimensions: tuple[str, ...], since: int | None = None
    ) -> dict[tuple[str, ...], Mean]:
        parts = [self._dimension(name, question.checked, since) for name in dimensions]
        values: dict[tuple[str, ...], list[float]] = {}
        derived: Counter[tuple[str, ...]] = Counter()
        for row in self._chosen(question):
            event = self._events[row]
            if event.intensity is None:
                continue
            labels = (part.labels(part.read(row)) for part in parts)
            for key in product(*labels, (event.scale or NONE,)):
                values.setdefault(key, []).append(event.intensity)
                derived[key] += "intensity" in event.derived
        return {
            key: Mean(fsum(found), len(found), derived[key], min(found), max(found))
            for key, found in values.items()
        }

    def days(self, question: Question) -> dict[tuple[int, int], int]:
        days = self._days(question.checked)
        return Counter((days[row].start_min, days[row].start_max) for row in self._chosen(question))

    def holds(self, words: Words) -> bool:
        return any(map(self._words(words), range(len(self._events))))

    def vocabulary(self) -> frozenset[str]:
        return frozenset(
            word
            for event in self._events
            for _, text in parts(event, self._wording)
            for word in words(text)
        )

    def actors_called(self, text: str) -> tuple[str, ...]:
        declared = {actor.id for actor in self.corpus.actors}
        named = {name for event in self._events for name in (*event.actors, *event.about)}
        return tuple(sorted(name for name in named - declared if fold(name) == fold(text)))

    def starting_with(self, prefix: str) -> list[str]:
        asked = fold(prefix)
        return sorted(event.id for event in self._events if fold(event.id).startswith(asked))[:100]

    def get(self, event_id: str) -> Event:
        return self._events[self._row_of[event_id]]

    def followers(self, event_id: str) -> list[Event]:
        rows = [row for row, event in enumerate(self._events) if event_id in event.follows]
        return [self._events[row] for row in self._ordered(rows, "date", False, False)]

    def raw(self, event: Event) -> bytes:
        return self._raw_events[self._row_of[event.id]]

    # What is worked out once.

    @cached_property
    def _row_of(self) -> dict[str, int]:
        return {event.id: row for row, event in enumerate(self._events)}

    @cached_property
    def _raw_events(self) -> tuple[bytes, ...]:
        return self._raws()

    @cached_property
    def _wording(self) -> Wording:
        return Wording(self.corpus)

    @cached_property
    def _assessed(self) -> frozenset[str]:
        return frozenset(
            evidence.event
            for assessment in self.corpus.assessments
            for evidence in assessment.evidence
            if evidence.event is not None
        )

    def _days(self, checked: bool) -> list[Days]:
        found = self._all_days.get(checked)
        if found is None:
            # Most events have one full date and nothing else: those of a day share one value.
            plain: dict[str, Days] = {}
            found = []
            for event in self._events:
                if event.end is None and not (checked and event.notes):
                    days = plain.get(event.date)
                    if days is None:
                        days = plain[event.date] = event_days(event, checked)
                else:
                    days = event_days(event, checked)
                found.append(days)
            self._all_days[checked] = found
        return found

    def _text(self, field: str) -> list[str]:
        found = self._texts.get(field)
        if found is None:
            read = self._wording.reader(field)
            found = self._texts[field] = [read(event) for event in self._events]
        return found

    # Choosing.

    def _chosen(self, question: Question) -> list[int]:
        found = self._kept.get(question)
        if found is None:
            while len(self._kept) >= _KEPT:
                del self._kept[next(iter(self._kept))]
            found = self._kept[question] = self._choose(question)
        return found

    def _choose(self, question: Question) -> list[int]:
        """The rows of a question. An overview asks the same one many times."""
        test = self._test(question.node, question.checked, False)
        return [row for row in range(len(self._events)) if test(row)]

    def _ordered(self, rows: list[int], order: str, checked: bool, reverse: bool) -> list[int]:
        events, days = self._events, self._days(checked)

        def by_date(row: int) -> tuple[int, int, str]:
            when = days[row]
            return when.start_min, when.start_max, events[row].id

        rows = sorted(rows, key=by_date, reverse=reverse and order == "date")
        if order == "date":
            return rows
        values: dict[int, tuple[int | float | str, ...]] = {}
        for row in rows:
            value = self._sort_value(order, row, checked)
            if value is not None:
                values[row] = value
        known = sorted(values, key=values.__getitem__, reverse=reverse)
        return known + [row for row in rows if row not in values]

    def _sort_value(
        self, order: str, row: int, checked: bool
    ) -> tuple[int | float | str, ...] | None:
        event = self._events[row]
        match order:
            case "end":
                return self._window("end", row, checked)
            case "reported" | "recorded":
                return self._window(order, row, checked)
            case "category":
                return (event.categories[0],)
            case "title":
                return (fold(event.title), event.title)
            case "intensity":
                return None if event.intensity is None else (event.intensity,)
            case "id":
                return (event.id,)
        raise ValueError(order)

    def _window(self, field: str, row: int, checked: bool) -> tuple[int, int] | None:
        """The first and last possible day of a date field other than `date`; None without one."""
        event = self._events[row]
        if field == "end":
            if (checked_dates(event)[1] if checked else event.end) is None:
                return None
            days = self._days(checked)[row]
            return days.end_min, days.end_max
        text = event.reported if field == "reported" else event.recorded
        return None if text is None else date_days(text)

    # The tree as a test of one row. With `wide`, dates need only possibly lie in a period.

    def _test(self, node: Node, checked: bool, wide: bool) -> Test:
        match node:
            case And(parts=()):
                return lambda row: True
            case And(parts=nodes):
                tests = [self._test(part, checked, wide) for part in nodes]
                if len(tests) == 2:
                    one, two = tests
                    return lambda row: one(row) and two(row)
                return lambda row: all(test(row) for test in tests)
            case Or(parts=nodes):
                tests = [self._test(part, checked, wide) for part in nodes]
                return lambda row: any(test(row) for test in tests)
            case Not(part):
                test = self._test(part, checked, wide)
                return lambda row: not test(row)
            case During():
                return self._during(node, checked, wide)
            case Words():
                return self._words(node)
            case Has(what):
                return self._has(what)
            case Compare():
                return self._compare(node)
        raise TypeError(node)

    def _during(self, node: During, checked: bool, wide: bool) -> Test:
        first = FIRST_DAY if node.period.first is None else node.period.first
        last = LAST_DAY if node.period.last is None else node.period.last
        if node.field == "date":
            days = self._days(checked)
            if wide:
                return lambda row: days[row].start_min <= last and days[row].end_max >= first
            return lambda row: days[row].start_max <= last and days[row].end_min >= first
        field = node.field

        def within(row: int) -> bool:
            window = self._window(field, row, checked)
            if window is None:
                return False
            low, high = window
            return (low <= last and high >= first) if wide else (high <= last and low >= first)

        return within

    def _words(self, node: Words) -> Test:
        asked = needles(node.text, node.prefix)
        texts = self._text(node.field)
        if len(asked) == 1:
            needle = asked[0]
            return lambda row: needle in texts[row]
        return lambda row: any(needle in texts[row] for needle in asked)

    @staticmethod
    def _shown(word: Words) -> str:
        return word.text + ("*" if word.prefix else "")

    def _compare(self, node: Compare) -> Test:
        events, value = self._events, node.value
        if isinstance(value, float):
            return self._compare_number(node.op, value)
        match node.field:
            case "category":
                return lambda row: value in events[row].categories
            case "actor":
                return lambda row: value in events[row].actors
            case "initiator":
                return lambda row: value in events[row].initiators
            case "about":
                return lambda row: value in events[row].about
            case "of":
                members = {actor.id for actor in self.corpus.actors if actor.of == value}
                return lambda row: not members.isdisjoint(events[row].actors)
            case "country":
                return lambda row: any(place.country == value for place in events[row].places)
            case "tag":
                return lambda row: any(fold(tag) == value for tag in events[row].tags)
            case "stage":
                return lambda row: fold(events[row].stage or "") == value
            case "status":
                return lambda row: events[row].status == value
            case "origin":
                return lambda row: any(fold(o.dataset) == value for o in (events[row].origin,) if o)
            case "grade":
                return lambda row: any(
                    (c.grade or "").startswith(value) for c in events[row].sources
                )
            case "id":
                return lambda row: fold(events[row].id).startswith(value)
            case "cameo":
                return lambda row: fold(events[row].cameo or "").startswith(value)
        raise ValueError(node.field)

    def _compare_number(self, op: str, value: float) -> Test:
        holds: dict[str, Callable[[float], bool]] = {
            "=": lambda given: given == value,
            "<": lambda given: given < value,
            "<=": lambda given: given <= value,
            ">": lambda given: given > value,
            ">=": lambda given: given >= value,
        }
        test, events = holds[op], self._events

        def compare(row: int) -> bool:
            given = events[row].intensity
            return given is not None and test(given)

        return compare

    def _has(self, what: str) -> Test:
        read: dict[str, Callable[[Event], object]] = {
            "end": lambda event: event.end,
            "place": lambda event: event.places,
            "tag": lambda event: event.tags,
            "quote": lambda event: event.quotes,
            "amount": lambda event: event.amounts,
            "stage": lambda event: event.stage,
            "link": lambda event: event.follows,
            "code": lambda event: event.cameo,
            "intensity": lambda event: event.intensity is not None,
            "source": lambda event: event.sources,
            "about": lambda event: event.about,
            "initiator": lambda event: event.initiators,
            "uncertain": lambda event: event.uncertain,
            "assessment": lambda event: event.id in self._assessed,
        }
        held = read.get(what) or (lambda event: any(note.kind == what for note in event.notes))
        events = self._events
        return lambda row: bool(held(events[row]))

    # Tallies.

    def _dimension(self, name: str, checked: bool, since: int | None) -> _Dimension:
        events = self._events
        if name in TIME:
            days = self._days(checked)
            return _Dimension(
                lambda row: (days[row].start_min, days[row].start_max),
                lambda start: (start_label(name, start[0], start[1], since),),
            )
        states = {actor.id for actor in self.corpus.actors if actor.kind == "state"}
        read: dict[str, Callable[[Event], Hashable]] = {
            "category": lambda event: event.categories,
            PRIMARY: lambda event: event.categories[:1],
            "actor": lambda event: event.actors,
            "initiator": lambda event: event.initiators,
            "pair": lambda event: event.actors,
            "place": lambda event: tuple(place.name for place in event.places),
            "country": lambda event: tuple(place.country for place in event.places),
            "tag": lambda event: event.tags,
            "source": lambda event: tuple(citation.source for citation in event.sources),
            "grade": lambda event: tuple(citation.grade for citation in event.sources),
            "stage": lambda event: (event.stage,),
            "quad": lambda event: (event.cameo,),
            "cameo": lambda event: (event.cameo,),
        }

        def labels(values: tuple[str | None, ...]) -> tuple[str, ...]:
            if name == "pair":
                values = tuple(map("-".join, combinations(sorted(states.intersection(values)), 2)))
            elif name == "quad":
                values = tuple(_quad(code) for code in values)
            return tuple(dict.fromkeys(value for value in values if value)) or (NONE,)

        value = read[name]
        return _Dimension(lambda row: value(events[row]), labels)


class _Dimension(NamedTuple):
    """How a dimension is read off a row, and the labels that such a raw value counts under."""

    read: Callable[[int], Any]
    labels: Callable[[Any], tuple[str, ...]]


def _quad(cameo: str | None) -> str:
    if not cameo:
        return ""
    from relwatch.reference import quad_of

    return quad_of(cameo)
