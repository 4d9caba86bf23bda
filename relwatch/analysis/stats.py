"""Tallies by one or two dimensions, and the overview of a selection.

An event counts once for each distinct value, or pair of values; totals are distinct events.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise, product
from statistics import median

from relwatch import periods
from relwatch.analysis.coverage import known_stretches, of_data_set, uncoded, within
from relwatch.answers import BEFORE, NONE, UNDATED, Answer, Cell, Table
from relwatch.engines.base import DIMENSIONS, PRIMARY, TIME, Engine, Mean, Question
from relwatch.errors import AskedWrongly
from relwatch.expressions.nodes import Compare, Has, asked_period, both
from relwatch.expressions.selecting import Selection
from relwatch.model import Corpus, corrected, event_days
from relwatch.periods import bin_days, bin_holding, iso
from relwatch.text import near

MEASURES = ("events", "share", "intensity")
SMALL = 30
"""Below this many events a table says that its numbers are small."""

_STAGES = (
    "offered", "announced", "agreed", "signed", "started", "held", "completed",
    "postponed", "cancelled", "denied", "lapsed",
)  # fmt: skip
_MANY_VALUED = (
    "category",
    "actor",
    "initiator",
    "pair",
    "place",
    "country",
    "tag",
    "source",
    "grade",
)


def dimension_named(text: str) -> str:
    """The dimension of that name; AskedWrongly, with near ones, when there is none."""
    return _named(text, DIMENSIONS, "dimension")


def measure_named(text: str) -> str:
    """The measure of that name; AskedWrongly, with near ones, when there is none."""
    return _named(text, MEASURES, "measure")


def _named(text: str, known: tuple[str, ...], what: str) -> str:
    asked = text.strip().casefold()
    if asked in known:
        return asked
    if asked.removesuffix("s") in known:
        return asked.removesuffix("s")
    close = near(asked, known)
    raise AskedWrongly(
        f"unknown {what} “{text}”",
        f"did you mean {' or '.join(close)}?" if close else f"the {what}s are {', '.join(known)}",
    )


def tallies(
    engine: Engine, selection: Selection, by: tuple[str, ...], measures: tuple[str, ...]
) -> Answer:
    """One table per measure, by one or two dimensions.

    Raises AskedWrongly for unknown dimensions and measures, or more than two dimensions.
    """
    dimensions = tuple(dict.fromkeys(dimension_named(name) for name in by))
    asked = tuple(dict.fromkeys(measure_named(name) for name in measures))
    if not 1 <= len(dimensions) <= 2:
        raise AskedWrongly("--by takes one or two dimensions", "as in --by month,category")
    tally = _Tally(engine, selection, dimensions)
    return Answer(
        selection.text,
        engine.corpus.coverage,
        tally.total,
        tuple(tally.table(measure) for measure in asked),
    )


class _Tally:
    """The rows of one question by its dimensions."""

    def __init__(self, engine: Engine, selection: Selection, dimensions: tuple[str, ...]) -> None:
        self.engine = engine
        self.dimensions = dimensions
        self.question = Question(selection.asked, selection.checked)
        self.period = asked_period(selection.node)
        self.since = self.period.first
        self.total = engine.count(self.question)
        self.known = within(known_stretches(engine, selection.checked), self.period)
        self.counts = engine.tally(self.question, dimensions, self.since)

    def table(self, measure: str) -> Table:
        title = f"{measure.capitalize()} by {' and '.join(self.dimensions)}"
        name = f"{measure}-by-{'-'.join(self.dimensions)}"
        if measure == "intensity":
            return self._intensity(name, title)
        rows: list[tuple[Cell, ...]] = []
        for key in self._keys(self.counts):
            count = self.counts.get(key, 0)
            share = round(count / self.total, 6) if self.total else 0.0
            rows.append((*key, count if measure == "events" else share))
        return Table(
            name,
            title,
            (*self.dimensions, measure),
            tuple(rows),
            self._notes(measure),
            self._labels(),
        )

    def _intensity(self, name: str, title: str) -> Table:
        means = self.engine.intensities(self.question, self.dimensions, self.since)
        scales = sorted({key[-1] for key in means})
        rows: list[tuple[Cell, ...]] = []
        for key in self._keys(self.counts):
            for scale in scales:
                mean = means.get((*key, scale))
                if mean is not None:
                    rows.append((*key, scale, round(mean.total / mean.n, 4), mean.n))
        columns = (*self.dimensions, "scale", "intensity", "n")
        return Table(
            name, title, columns, tuple(rows), self._intensity_notes(means, scales), self._labels()
        )

    # Rows: time is dense over what is known within the period asked for.

    def _keys(self, counts: dict[tuple[str, ...], int]) -> list[tuple[str, ...]]:
        values = [self._values(place, name, counts) for place, name in enumerate(self.dimensions)]
        timed = [place for place, name in enumerate(self.dimensions) if name in TIME]
        return [
            key
            for key in product(*values)
            if key in counts or tuple(key[place] for place in timed) in self.zeros
        ]

    @cached_property
    def zeros(self) -> set[tuple[str, ...]]:
        """The bins, or pairs of bins, that hold a known day: there, no events is a true zero."""
        units = [name for name in self.dimensions if name in TIME]
        if not units:
            return set()
        if len(units) == 1:
            return {(bin_,) for known in self.known for bin_ in periods.bins(units[0], *known)}
        return {
            tuple(periods.bin_of(unit, day) for unit in units)
            for first, last in self.known
            for day in range(first, last + 1)
        }

    def _values(self, place: int, name: str, counts: dict[tuple[str, ...], int]) -> list[str]:
        held: dict[str, int] = {}
        for key, count in counts.items():
            held[key[place]] = held.get(key[place], 0) + count
        if name in TIME:
            number = sum(other in TIME for other in self.dimensions[:place])
            return self._in_time(name, {bins[number] for bins in self.zeros} | held.keys(), held)
        return in_order(name, held, self.engine.corpus)

    @staticmethod
    def _in_time(name: str, labels: set[str], held: dict[str, int]) -> list[str]:
        bins = labels - {BEFORE, UNDATED}
        ordered = sorted(bins, key=periods.WEEKDAYS.index) if name == "weekday" else sorted(bins)
        return [
            *([BEFORE] if BEFORE in held else []),
            *ordered,
            *([UNDATED] if UNDATED in held else []),
        ]

    # Notes: what a reader must know so as not to read the numbers wrongly.

    def _labels(self) -> dict[str, dict[str, str]]:
        return {
            name: found
            for name in self.dimensions
            if (found := labels_of(name, self.engine.corpus))
        }

    def _notes(self, measure: str) -> tuple[str, ...]:
        notes: list[str] = []
        many = [name for name in self.dimensions if name in _MANY_VALUED]
        added = sum(self.counts.values())
        if many and added != self.total:
            notes.append(
                f"an event counts once for each {' and '.join(many)}:"
                f" the rows add up to {added:,}, the selection has {self.total:,} events"
            )
        if measure == "share":
            may = " and may add up to more than 1" if many else ""
            notes.append(f"shares are of the {self.total:,} events of the selection{may}")
        return (*notes, *self._quad_notes(), *self._time_notes(), *small_numbers(self.total))

    def _quad_notes(self) -> tuple[str, ...]:
        data_set = of_data_set(self.engine.corpus) if "quad" in self.dimensions else None
        return (data_set.quads,) if data_set and data_set.quads else ()

    def _time_notes(self) -> list[str]:
        units = [name for name in self.dimensions if name in TIME]
        notes = (
            partly_covered(units[0], self.known)
            if units and units[0] not in ("day", "weekday")
            else []
        )
        if len(units) == 1 and units[0] != "weekday":
            notes += uncovered(units[0], self.known)
        seen = {label for key in self.counts for label in key}
        if units and BEFORE in seen:
            notes.append("before: events that touch the period asked for and began before it")
        if units and UNDATED in seen:
            notes.append("undated: events whose first day is not known well enough for one row")
        if units and not self.engine.corpus.coverage and self.known:
            notes.append(
                "the corpus claims no coverage: zeros hold from its first to its last event"
            )
        return notes

    def _intensity_notes(
        self, means: dict[tuple[str, ...], Mean], scales: list[str]
    ) -> tuple[str, ...]:
        n = sum(mean.n for mean in self.engine.intensities(self.question, ()).values())
        notes = [f"mean of the {n:,} of {self.total:,} events that have an intensity"]
        if len(scales) > 1:
            notes.append(f"{len(scales)} scales, never averaged together: {', '.join(scales)}")
        if any(mean.derived for mean in means.values()):
            notes.append("intensities are derived: given by an editor's code, not by the source")
        if means and min(mean.low for mean in means.values()) >= 0:
            notes.append("no value lies below zero: this tells of cooperation, nothing of conflict")
        return (*notes, *self._quad_notes(), *self._time_notes(), *small_numbers(n))


def small_numbers(n: int) -> list[str]:
    """The remark that numbers are small, where they are."""
    return [f"small numbers: {n:,} event{'' if n == 1 else 's'}"] if 0 < n < SMALL else []


def uncovered(unit: str, known: list[tuple[int, int]]) -> list[str]:
    """The bins between covered stretches of which no day is known, as one remark, or none."""
    between: list[str] = []
    for (_, last), (first, _) in pairwise(known):
        held = {periods.bin_of(unit, last), periods.bin_of(unit, first)}
        gap = [label for label in periods.bins(unit, last + 1, first - 1) if label not in held]
        if gap:
            between.append(gap[0] if len(gap) == 1 else f"{gap[0]} to {gap[-1]}")
    return [f"not covered, so without a row: {', '.join(between)}"] if between else []


def partly_covered(unit: str, known: list[tuple[int, int]]) -> list[str]:
    """The bins that reach beyond what is known, as one remark, or none."""
    partly: list[str] = []
    for first, last in known:
        for label in (periods.bin_of(unit, first), periods.bin_of(unit, last)):
            days = bin_days(unit, label)
            covered = any(low <= days[0] and high >= days[1] for low, high in known)
            if not covered and label not in partly:
                partly.append(label)
    return [f"only partly covered: {', '.join(partly)}"] if partly else []


def in_order(name: str, held: dict[str, int], corpus: Corpus) -> list[str]:
    """The values of a dimension as a reader expects them: declared order, else most first."""
    declared: tuple[str, ...] = ()
    if name in ("category", PRIMARY):
        declared = tuple(category.id for category in corpus.categories)
    elif name == "stage":
        declared = _STAGES
    elif name == "quad":
        declared = (
            "verbal cooperation",
            "material cooperation",
            "verbal conflict",
            "material conflict",
        )
    elif name in ("grade", "cameo"):
        declared = tuple(sorted(held.keys() - {NONE}))
    place = {value: number for number, value in enumerate(declared)}

    def key(value: str) -> tuple[bool, int, int, str]:
        return value == NONE, place.get(value, len(place)), -held[value], value

    return sorted(held, key=key)


def labels_of(name: str, corpus: Corpus) -> dict[str, str]:
    """What readers see for the values of a dimension where ids stand for names."""
    if name in ("category", PRIMARY):
        return {category.id: category.name for category in corpus.categories}
    if name in ("actor", "initiator"):
        return {actor.id: actor.name for actor in corpus.actors}
    if name == "source":
        return {s.id: s.publisher or s.title or s.id for s in corpus.sources}
    if name == "cameo":
        from relwatch.reference import acts

        return {code: f"{code} {act.name}" for code, act in acts().items()}
    return {}


# The overview.


def overview(engine: Engine, selection: Selection) -> Answer:
    """What a selection holds at a glance, in seven tables from totals to corrections."""
    question = Question(selection.asked, selection.checked)
    total = engine.count(question)
    tables = (
        _totals(engine, selection, question, total),
        _coverage(engine.corpus),
        _categories(engine, question, total),
        _months(engine, selection),
        _actors(engine, question),
        _silences(engine, question, selection),
        _corrections(engine, question),
    )
    return Answer(selection.text, engine.corpus.coverage, total, tables)


def _totals(engine: Engine, selection: Selection, question: Question, total: int) -> Table:
    days = engine.days(question)
    first, last = min(days, default=None), max(((b, a) for a, b in days), default=None)
    rows: list[tuple[Cell, ...]] = [("events", total)]
    if first and last:
        rows += [("first", iso(first[0])), ("last", iso(last[0])), ("days", last[0] - first[0] + 1)]
    parties = engine.corpus.parties
    pair = both(*(Compare("actor", ":", party) for party in parties))
    together = engine.count(Question(both(question.node, pair), question.checked))
    rows.append((f"with both {' and '.join(_names(engine.corpus, parties))}", together))
    candidates = engine.count(Question(both(selection.node, _candidate()), selection.checked))
    if candidates and selection.asked != selection.node:
        rows.append(("candidates left out", candidates))
    return Table("totals", "Totals", ("what", "value"), tuple(rows), tuple(small_numbers(total)))


def _names(corpus: Corpus, ids: tuple[str, ...]) -> list[str]:
    names = {actor.id: actor.name for actor in corpus.actors}
    return [names.get(one, one) for one in ids]


def _candidate() -> Compare:
    return Compare("status", ":", "candidate")


def _coverage(corpus: Corpus) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for stretch in corpus.coverage:
        first, last = periods.date_days(stretch.start)[0], periods.date_days(stretch.end)[1]
        rows.append((stretch.start, stretch.end, last - first + 1, stretch.basis, stretch.note))
    notes = (
        () if rows else ("the corpus claims no coverage: nothing is known of days without events",)
    )
    return Table(
        "coverage", "Coverage", ("start", "end", "days", "basis", "note"), tuple(rows), notes
    )


def _categories(engine: Engine, question: Question, total: int) -> Table:
    labels, firsts = engine.tally(question, ("category",)), engine.tally(question, (PRIMARY,))
    rows = [
        (category.id, labels.get((category.id,), 0), firsts.get((category.id,), 0))
        for category in engine.corpus.categories
    ]
    added = sum(count for _, count, _ in rows)
    notes = (
        (f"events count under each of their categories: {added:,} labels on {total:,} events",)
        if added != total
        else ()
    )
    never = uncoded(engine.corpus, [name for name, count, _ in rows if not count])
    notes = (*notes, *never)
    return Table(
        "categories", "Categories", ("category", "events", "primary"), tuple(rows), notes,
        {"category": labels_of("category", engine.corpus)},
    )  # fmt: skip


def _months(engine: Engine, selection: Selection) -> Table:
    by_category = _Tally(engine, selection, ("month", PRIMARY))
    months = _Tally(engine, selection, ("month",))
    categories = [category.id for category in engine.corpus.categories]
    rows: list[tuple[Cell, ...]] = [
        (
            month,
            months.counts.get((month,), 0),
            *(by_category.counts.get((month, c), 0) for c in categories),
        )
        for (month,) in months._keys(months.counts)
    ]
    notes = tuple(months._time_notes())
    return Table(
        "months", "Events by month, coloured by first category", ("month", "events", *categories),
        tuple(rows), notes, {},
    )  # fmt: skip


def _actors(engine: Engine, question: Question) -> Table:
    acting, starting = engine.tally(question, ("actor",)), engine.tally(question, ("initiator",))
    held = {key[0]: count for key, count in acting.items() if key[0] != NONE}
    rows = [
        (actor, held[actor], starting.get((actor,), 0))
        for actor in in_order("actor", held, engine.corpus)
    ]
    return Table(
        "actors", "Who takes part", ("actor", "events", "initiates"), tuple(rows), (),
        {"actor": labels_of("actor", engine.corpus)},
    )  # fmt: skip


def _silences(engine: Engine, question: Question, selection: Selection) -> Table:
    """Days between the first days of successive events; events without a full date are left out.

    Where days between two events are not covered nobody knows whether there was silence.
    """
    days = engine.days(question)
    exact = sorted(
        first for (first, last), count in days.items() for _ in range(count) if first == last
    )
    known = known_stretches(engine, selection.checked)
    pairs = list(pairwise(exact))
    gaps = [
        (later - earlier, earlier, later)
        for earlier, later in pairs
        if later - earlier <= 1
        or any(low <= earlier + 1 and later - 1 <= high for low, high in known)
    ]
    columns = ("n", "min", "median", "mean", "max", "from", "to")
    coarse, unknown = sum(days.values()) - len(exact), len(pairs) - len(gaps)
    notes = tuple(
        f"{count:,} left out: {why}"
        for count, why in (
            (coarse, "no full date"),
            (unknown, "days between the two events are not covered"),
        )
        if count
    )
    if not gaps:
        return Table("silences", "Days between events", columns, (), notes)
    lengths = [length for length, _, _ in gaps]
    # The earliest of the longest, so that the answer does not depend on anything else.
    longest = max(gaps, key=lambda gap: (gap[0], -gap[1]))
    row = (
        len(gaps), min(lengths), median(lengths), round(sum(lengths) / len(lengths), 3), longest[0],
        iso(longest[1]), iso(longest[2]),
    )  # fmt: skip
    return Table("silences", "Days between events", columns, (row,), notes)


def _corrections(engine: Engine, question: Question) -> Table:
    events = dated = moved = 0
    for event in engine.events(Question(both(question.node, Has("correction")), question.checked)):
        events += 1
        if corrected(event, "date") is None and corrected(event, "end") is None:
            continue
        dated += 1
        stated, checked = event_days(event, False), event_days(event, True)
        before = bin_holding("month", stated.start_min, stated.start_max)
        after = bin_holding("month", checked.start_min, checked.start_max)
        moved += before != after
    rows: tuple[tuple[Cell, ...], ...] = (
        ("events with corrections", events),
        ("with a corrected date", dated),
        ("that change month", moved),
    )
    used = "checked" if question.checked else "stated"
    return Table("corrections", "Corrections", ("what", "events"), rows, (f"dates used: {used}",))
