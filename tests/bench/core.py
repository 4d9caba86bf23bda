"""Measures what users wait for on JSON corpora, as ratios to a floor in the same run.

    python tests/bench/core.py [RUNS]

Each figure is the median of whole processes, taken in turn with its floor, byte-compiled, with
the peak memory of the process. Tables are measured under a pseudo-terminal.
"""

from __future__ import annotations

import json
import os
import pty
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

WITHOUT_RICH = """
import typer
app = typer.Typer()
@app.command()
def nothing(): pass
app()
"""
WITH_RICH = "import rich.table" + WITHOUT_RICH
COMPLETE = {
    "_RELWATCH_COMPLETE": "complete_bash",
    "COMP_WORDS": "relwatch list --category mil",
    "COMP_CWORD": "3",
}


def environment(**more: str) -> dict[str, str]:
    """The environment of a user: bytecode is kept."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, **more}


def measured(command: Sequence[str], terminal: bool = False, **env: str) -> tuple[float, float]:
    """Wall seconds and peak MiB of one whole process."""
    parent = child = -1
    if terminal:
        parent, child = pty.openpty()
    started = time.perf_counter()
    out = child if terminal else subprocess.DEVNULL
    process = subprocess.Popen(
        command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, env=environment(**env)
    )
    if terminal:
        os.close(child)
        try:
            while os.read(parent, 65536):
                pass
        except OSError:
            pass
        os.close(parent)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return seconds, usage.ru_maxrss / 1024


def median(runs: int, one: Callable[[], tuple[float, float]]) -> tuple[float, float]:
    found = [one() for _ in range(runs)]
    return statistics.median(f[0] for f in found), max(f[1] for f in found)


def ratio(
    runs: int, ours: Callable[[], tuple[float, float]], floor: Callable[[], tuple[float, float]]
) -> str:
    """The median of pairwise ratios, after one run of each to warm up."""
    ours(), floor()
    pairs = [(ours()[0], floor()[0]) for _ in range(runs)]
    times = statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)
    return f"{statistics.median(a / b for a, b in pairs):.2f} x ({times[0] * 1000:.0f} / {times[1] * 1000:.0f} ms)"


def corpus(path: Path, events: int, repeat: int) -> None:
    """A corpus of so many events of about 1 kB, made from the bundled ones."""
    bundled = json.loads(
        (Path(__file__).parents[2] / "data" / "china-russia.json").read_text("utf-8")
    )
    base = bundled["events"]
    made = []
    for number in range(events):
        event = dict(base[number % len(base)])
        event.pop("follows", None)
        event.pop("notes", None)
        event.pop("end", None)
        event["date"] = (
            f"{2000 + number * 20 // events}-{1 + number % 12:02d}-{1 + number % 28:02d}"
        )
        event["id"] = f"{event['date']}-{number}"
        event["summary"] = (event["summary"] + " ") * repeat
        made.append(event)
    made.sort(key=lambda event: (event["date"], event["id"]))
    bundled.update(
        events=made, assessments=[], coverage=[{"start": "2000-01-01", "end": "2020-12-31"}]
    )
    path.write_text(json.dumps(bundled, ensure_ascii=False, indent=2), "utf-8")


def main(runs: int) -> None:
    python = sys.executable
    relwatch = [python, "-m", "relwatch"]
    rows: list[tuple[str, str, str]] = []

    def against(
        what: str, most: str, ours: list[str], floor: str, terminal: bool = False, **env: str
    ) -> None:
        rows.append(
            (
                what,
                ratio(
                    runs,
                    lambda: measured(ours, terminal, **env),
                    lambda: measured([python, "-c", floor], terminal),
                ),
                most,
            )
        )

    against("list, on a terminal", "1.4 x", [*relwatch, "list", "--no-pager"], WITH_RICH, True)
    against("list, in a pipe", "1.4 x", [*relwatch, "list"], WITH_RICH)
    against("list --json", "1.35 x", [*relwatch, "list", "--json"], WITHOUT_RICH)
    against("--version", "1.35 x", [*relwatch, "--version"], WITHOUT_RICH)
    against("completion of --category", "1.35 x", relwatch, WITHOUT_RICH, **COMPLETE)
    with tempfile.TemporaryDirectory() as folder:
        big, small = Path(folder, "big.json"), Path(folder, "small.json")
        # In processes of their own: a child's peak begins with what its parent holds.
        for path, events in ((big, 100_000), (small, 10_000)):
            subprocess.run([python, __file__, "make", str(path), str(events)], check=True)
        size = big.stat().st_size / 100_000
        few = max(3, runs // 4)
        seconds, memory = median(few, lambda: measured([*relwatch, "stats", "-C", str(big)]))
        rows.append(
            (
                f"stats, 100,000 events of {size:,.0f} B",
                f"{seconds:.2f} s, {memory:.0f} MiB",
                "1.5 s, 400 MB",
            )
        )
        seconds, memory = median(
            few, lambda: measured([*relwatch, "search", "helicopter", "-C", str(small)])
        )
        rows.append(("search, 10,000 events", f"{seconds:.2f} s, {memory:.0f} MiB", "1.5 s"))
        seconds, memory = median(
            few, lambda: measured([*relwatch, "list", "--json", "-C", str(big)])
        )
        rows.append(("list --json, 100,000 events", f"{seconds:.2f} s, {memory:.0f} MiB", "-"))
    wide = max(len(what) for what, _, _ in rows)
    print(f"{'what':<{wide}}  {'measured':<28}  at most")
    for what, found, most in rows:
        print(f"{what:<{wide}}  {found:<28}  {most}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["make"]:
        corpus(Path(sys.argv[2]), int(sys.argv[3]), 2)
        raise SystemExit
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 11)
