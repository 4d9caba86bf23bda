"""The bundled corpus answers with the numbers that were counted independently of the program."""

from __future__ import annotations

import json

from tests.conftest import Run

MONTHS = {
    "2020-12": 3, "2021-01": 0, "2021-02": 0, "2021-03": 1, "2021-04": 1, "2021-05": 2, "2021-06": 0,
    "2021-07": 2, "2021-08": 2, "2021-09": 3, "2021-10": 4, "2021-11": 6, "2021-12": 4, "2022-01": 1,
}  # fmt: skip


def rows(run: Run, *arguments: str) -> list[dict[str, object]]:
    result = run("stats", *arguments, "--json")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)["tables"][0]["rows"]


def test_months(relwatch: Run) -> None:
    assert {row["month"]: row["events"] for row in rows(relwatch, "--by", "month")} == MONTHS


def test_military_events(relwatch: Run) -> None:
    result = relwatch("list", "--category", "military", "--json")
    assert len(json.loads(result.stdout)) == 9


def test_dyad_gives_26_and_says_that_three_are_left_out(relwatch: Run) -> None:
    result = relwatch("list", "--dyad", "china,russia", "--count")
    assert result.stdout == "26\n"
    assert "3 left out" in result.stderr
