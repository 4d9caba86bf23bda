"""How long questions of 10^5 to 10^7 events take, against the same statements in bare duckdb.

    python tests/bench/engines.py [--rows 1000000 10000000] [--folder DIR] [--repeat 3]

Whole processes, interleaved, the best of several; a ratio is to a Python process that imports
duckdb, runs the statements relwatch ran, and fetches their rows. Peak memory is each process's own.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

PYTHON = sys.executable
LIMITS = {"list": 1.3, "filter": 1.3, "stats": 1.3, "search": 1.5}
SLACK = 0.15
"""Seconds that a limit allows besides its ratio."""

# What is asked, as `relwatch list`, `filter`, `stats --by month,category` and `search` ask it.
ASKED = {
    "list": "",
    "filter": "military and actor:RUS and from:2016-03 and to:2018-06",
    "stats": "",
    "search": "",
}


MOST_MADE = 1_000_000
"""Rows that are made and sorted; more are these, each several times over, with ids of their own."""


def multiply(path: Path, rows: int) -> None:
    """A table of `rows` events out of the one of MOST_MADE, in its order."""
    import msgspec

    from relwatch.datasets import table

    source = path.parent / f"{MOST_MADE}.parquet"
    head = msgspec.structs.replace(table.head(source), events=rows)
    connection = table.connect("6GB", path.parent)
    connection.execute(
        "COPY (SELECT * EXCLUDE (copy) REPLACE"
        " (id || '-' || lpad(CAST(copy AS VARCHAR), 3, '0') AS id) FROM (SELECT *, unnest(range($copies)) AS copy FROM read_parquet($source)))"
        " TO $path (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880,"
        " KV_METADATA {relwatch: $head})",
        {
            "copies": rows // MOST_MADE,
            "source": str(source),
            "path": str(path),
            "head": msgspec.json.encode(head).decode(),
        },
    )


def generate(path: Path, rows: int) -> None:
    """Events as a machine coder makes them: two states, an act, a place, ten years of days."""
    if rows > MOST_MADE:
        multiply(path, rows)
        return
    from relwatch.datasets import table
    from relwatch.model import Actor, Category, Corpus, Coverage
    from relwatch.reference import acts, countries

    states = [country for country in countries() if country.iso3][:200]
    names = ("CHN", "RUS", *(s.iso3 for s in states if s.iso3 not in ("CHN", "RUS")))[:180]
    called = {country.iso3: country.name for country in states}
    codes = [act for act in acts().values() if act.goldstein_gdelt is not None]
    kinds = sorted({act.category for act in codes})
    corpus = Corpus(
        format="relwatch-corpus/1",
        id="generated",
        title="Generated",
        parties=("CHN", "RUS"),
        coverage=(Coverage(start="2013-01-01", end="2022-12-31"),),
        categories=tuple(Category(id=kind, name=kind.capitalize()) for kind in kinds),
        actors=tuple(Actor(id=one, name=called.get(one, one), kind="state") for one in names),
    )
    connection = table.connect("1GB", path.parent)
    connection.execute(
        "CREATE TEMP TABLE acts AS SELECT unnest(?) AS code, unnest(?) AS act, unnest(?) AS value,"
        " unnest(?) AS category",
        [
            [act.code for act in codes],
            [act.name for act in codes],
            [act.goldstein_gdelt for act in codes],
            [act.category for act in codes],
        ],
    )
    connection.execute(
        "CREATE TEMP TABLE acting AS SELECT unnest(?) AS number, unnest(?) AS id, unnest(?) AS name",
        [list(range(len(names))), list(names), [called.get(one, one) for one in names]],
    )
    query = f"""
        WITH drawn AS (
            SELECT i, hash(i, 1) AS h, hash(i, 2) % {len(codes)} AS act,
                least(hash(i, 3) % {len(names)}, hash(i, 4) % {len(names)}) AS one,
                hash(i, 5) % {len(names)} AS two
            FROM range({rows}) t(i)
        ), numbered AS (SELECT *, row_number() OVER () - 1 AS number FROM acts)
        SELECT 'gdelt-' || (500000000 + i) AS id,
            strftime(DATE '2013-01-01' + CAST(h % 3650 AS INTEGER), '%Y-%m-%d') AS date,
            [a.category] AS categories,
            s.name || ': ' || a.act || ', ' || t.name AS title,
            [s.id, t.id] AS actors, [s.id] AS initiators,
            [{{'name': t.name || ' ' || (h % 400), 'country': t.id, 'lat': (h % 180) - 90.0,
               'lon': (h % 360) - 180.0, 'precision': 'city'}}] AS places,
            a.code AS cameo, a.value AS intensity, 'goldstein-gdelt' AS scale,
            [{{'source': 'web', 'url': 'https://example.org/' || h}}] AS sources,
            {{'dataset': 'gdelt', 'id': CAST(500000000 + i AS VARCHAR), 'version': '1.0'}} AS origin,
            ['title', 'categories'] AS derived
        FROM drawn JOIN numbered a ON a.number = drawn.act
            JOIN acting s ON s.number = one JOIN acting t ON t.number = two
    """
    table.write_query(connection, query, [], corpus, path, dataset="generated")


def ask(name: str, path: str, heard: Any = None) -> int:
    """One question as a command would ask it; gives how many rows it would print."""
    from relwatch.engines.base import Question
    from relwatch.engines.sql import SqlEngine
    from relwatch.expressions.nodes import both
    from relwatch.library import Library

    engine = SqlEngine(path, heard=heard)
    library = Library(engine, path)
    if name == "search":
        from relwatch.expressions.selecting import Request

        selected = library.ask(Request(search=("military cooperation",)))
        words = selected.selection.words
        shown = list(engine.search(selected.question, words, limit=100))
        return len(shown) + bool(selected.count())
    selected = library.select(ASKED[name])
    if name == "stats":
        return len(selected.stats(["month", "category"]).tables[0].rows)
    del Question, both
    found = list(engine.events(selected.question, reverse=True, limit=100))
    return len(found) + bool(selected.count()) + engine.coarse(selected.question)


def bare(statements: str, path: str) -> int:
    """The same statements with duckdb alone."""
    import duckdb

    connection = duckdb.connect()
    connection.read_parquet(path).create_view("events")
    rows = 0
    for statement, parameters in json.loads(Path(statements).read_text()):
        rows += len(connection.execute(statement, parameters).fetchall())
    return rows


def export(path: str) -> None:
    """`relwatch export`, to a file of CSV."""
    from relwatch.__main__ import main as relwatch

    sys.argv = ["relwatch", "export", f"{path}.csv", "-C", path, "--force", "--quiet"]
    relwatch()


def copy(path: str) -> None:
    """The event's fields as CSV by DuckDB's COPY."""
    import duckdb

    from relwatch.datasets.table import GIVEN

    fields = ", ".join(name for name in GIVEN if name != "raw")
    duckdb.sql(f"COPY (SELECT {fields} FROM read_parquet('{path}')) TO '{path}.copy.csv' (HEADER)")


class Run(NamedTuple):
    """What a process cost: seconds of waiting and of computing, MB at most."""

    seconds: float
    computing: float
    memory: float


def measured(*arguments: str) -> Run:
    """This script run as a process of its own."""
    began = time.perf_counter()
    process = os.posix_spawn(PYTHON, [PYTHON, __file__, *arguments], os.environ, file_actions=[])
    _, status, usage = os.wait4(process, 0)
    if status:
        raise SystemExit(f"failed: {arguments}")
    took = time.perf_counter() - began
    return Run(took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def best(runs: list[Run]) -> Run:
    """The least time of several runs, which other work on the machine only adds to."""
    return Run(
        min(run.seconds for run in runs),
        min(run.computing for run in runs),
        max(run.memory for run in runs),
    )


def compare(path: Path, repeat: int) -> dict[str, float]:
    seconds: dict[str, float] = {}
    for name in ASKED:
        statements = path.with_suffix(f".{name}.json")
        measured("note", name, str(path), str(statements))
        ours, theirs = [], []
        for _ in range(repeat):
            theirs.append(measured("bare", str(statements), str(path)))
            ours.append(measured("ask", name, str(path)))
        mine, other = best(ours), best(theirs)
        limit = LIMITS[name] * other.seconds + SLACK
        seconds[name] = mine.computing
        print(
            f"  {name:8} {mine.seconds:7.2f} s {mine.computing:7.2f} s cpu {mine.memory:5.0f} MB"
            f" | bare {other.seconds:7.2f} s {other.computing:7.2f} s cpu {other.memory:5.0f} MB"
            f" | {mine.seconds / other.seconds:5.2f} x, cpu {mine.computing / other.computing:5.2f} x"
            f" | limit {limit:6.2f} s {'ok' if mine.seconds <= limit else 'TOO SLOW'}",
            flush=True,
        )
    return seconds


def compare_export(path: Path, repeat: int) -> None:
    ours, theirs = [], []
    for _ in range(repeat):
        theirs.append(measured("copy", str(path)))
        ours.append(measured("export", str(path)))
    mine, other = best(ours), best(theirs)
    print(
        f"  csv      {mine.seconds:7.2f} s {mine.computing:7.2f} s cpu {mine.memory:5.0f} MB"
        f" | COPY {other.seconds:7.2f} s {other.computing:7.2f} s cpu {other.memory:5.0f} MB"
        f" | {mine.seconds / other.seconds:5.2f} x"
        f" | limit {5 * other.seconds:6.2f} s {'ok' if mine.seconds <= 5 * other.seconds else 'TOO SLOW'}",
        flush=True,
    )
    for suffix in (".csv", ".copy.csv"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def main() -> None:
    if sys.argv[1:2] == ["export"]:
        export(sys.argv[2])
        return
    if sys.argv[1:2] == ["copy"]:
        copy(sys.argv[2])
        return
    if sys.argv[1:2] == ["ask"]:
        ask(*sys.argv[2:4])
        return
    if sys.argv[1:2] == ["note"]:
        # In a process of its own: a child's peak memory counts its parent's at the start.
        said: list[tuple[str, Any]] = []
        ask(*sys.argv[2:4], heard=lambda *one: said.append(one))
        Path(sys.argv[4]).write_text(json.dumps(said))
        return
    if sys.argv[1:2] == ["bare"]:
        bare(*sys.argv[2:4])
        return
    if sys.argv[1:2] == ["generate"]:
        generate(Path(sys.argv[2]), int(sys.argv[3]))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000, 10_000_000])
    parser.add_argument("--folder", type=Path, default=Path("/tmp/relwatch-bench"))
    parser.add_argument("--repeat", type=int, default=3)
    asked = parser.parse_args()
    asked.folder.mkdir(exist_ok=True)
    all_seconds: dict[int, dict[str, float]] = {}
    for rows in asked.rows:
        path = asked.folder / f"{rows}.parquet"
        print(f"{rows:,} events", flush=True)
        if not path.exists():
            run = measured("generate", str(path), str(rows))
            print(
                f"  made in {run.seconds:.1f} s ({run.computing:.1f} s cpu), {run.memory:.0f} MB,"
                f" a file of {path.stat().st_size / 1e6:.0f} MB"
            )
        all_seconds[rows] = compare(path, asked.repeat)
        if rows <= MOST_MADE:
            compare_export(path, asked.repeat)
    print("growth, in seconds of cpu")
    for name in ASKED:
        shown = [f"{all_seconds[rows][name]:.2f}" for rows in asked.rows]
        print(f"  {name:8} {' -> '.join(shown)} s")


if __name__ == "__main__":
    main()
