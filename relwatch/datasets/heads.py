"""The head of a data set's table: what it covers, its categories, the states in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from relwatch.datasets.layout import CATEGORIES, OTHER, Dataset
from relwatch.datasets.rules import Rules
from relwatch.datasets.settling import KEPT
from relwatch.datasets.staging import LINE_BITS
from relwatch.model import Actor, Category, Corpus, Coverage, Method
from relwatch.periods import date_days, iso
from relwatch.reference import countries

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def everything(parties: tuple[str, str], rules: Rules | None) -> Corpus:
    """A head that names every category and state a row may have."""
    return Corpus(
        format="relwatch-corpus/1",
        id="everything",
        title="everything",
        parties=parties,
        categories=tuple(_categories(rules).values()),
        actors=states(country.iso3 for country in countries()),
    )


def head_of(
    connection: DuckDBPyConnection,
    staged: str,
    dataset: Dataset,
    rules: Rules | None,
    parties: tuple[str, str],
    basis: str,
    folded: bool,
) -> Corpus:
    """The head of a table of staged rows: what it covers and why, its categories and states."""
    used = [
        row[0]
        for row in connection.execute(
            f"SELECT DISTINCT unnest(categories) AS c FROM {staged} WHERE {KEPT} ORDER BY c"
        ).fetchall()
    ]
    acting = {
        row[0]
        for row in connection.execute(
            f"SELECT DISTINCT unnest(actors) FROM {staged} WHERE {KEPT}"
        ).fetchall()
    }
    own = dataset.name == "relwatch"
    known = _categories(rules)
    declared = used if own else [c for c in known if c != OTHER or c in used]
    declared += [c for c in used if c not in declared]
    folding = "; rows that stand for one event are folded" if folded else ""
    return Corpus(
        format="relwatch-corpus/1",
        id=dataset.name,
        title=dataset.title,
        description=dataset.about or None,
        parties=parties,
        method=None
        if own
        else Method(selection="data set", inclusion=f"every row that can be read{folding}"),
        coverage=_coverage(connection, staged, dataset.name, basis),
        categories=tuple(known.get(c) or Category(id=c, name=c) for c in declared),
        actors=states(acting | set(parties)),
    )


def _coverage(
    connection: DuckDBPyConnection, staged: str, dataset: str, basis: str
) -> tuple[Coverage, ...]:
    """The stretches that are covered: unbroken runs of days of collection, or each file's span."""
    days = [
        date_days(row[0])[0]
        for row in connection.execute(
            f"SELECT DISTINCT covered AS day FROM {staged}"
            f" WHERE covered IS NOT NULL AND {KEPT} ORDER BY day"
        ).fetchall()
    ]
    if not days:
        return ()
    if dataset != "gdelt":
        spans = connection.execute(
            f"SELECT min(covered), max(covered) FROM {staged} WHERE covered IS NOT NULL"
            f" AND {KEPT} GROUP BY seq >> {LINE_BITS} ORDER BY 1"
        ).fetchall()
        runs = _merged([(date_days(a)[0], date_days(b)[0]) for a, b in spans])
    else:
        runs = _merged([(day, day) for day in days])
    return tuple(Coverage(start=iso(a), end=iso(b), basis=basis) for a, b in runs)


def _categories(rules: Rules | None) -> dict[str, Category]:
    """The categories every data set is sorted into, and those of the analyst's rules."""
    found = {c: Category(id=c, name=name, color=color) for c, (name, color) in CATEGORIES.items()}
    for c, (name, color) in (rules.categories if rules else {}).items():
        known = found.get(c, Category(id=c, name=c))
        found[c] = Category(id=c, name=name or known.name, color=color or known.color)
    return found


def states(ids: Iterable[str]) -> tuple[Actor, ...]:
    """The states among ids, with the names they are known by."""
    wanted = set(ids)
    return tuple(
        Actor(id=country.iso3, name=country.name, kind="state", aliases=country.aliases)
        for country in countries()
        if country.iso3 in wanted
    )


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches of days, those that touch made one."""
    runs: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if runs and first <= runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], max(runs[-1][1], last))
        else:
            runs.append((first, last))
    return runs
