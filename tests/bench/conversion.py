"""How fast data sets are converted, and in how much memory.

    python tests/bench/conversion.py                      made GDELT rows: 100,000 and 1,000,000
    python tests/bench/conversion.py --rows 10000000      as many as asked for
    RELWATCH_SAMPLES=DIR python tests/bench/conversion.py the samples in DIR too, repeated to 400,000

Every conversion runs in a process of its own. `cpu` is user and system time: on a machine that is
shared it says more than `wall`. `floor` is the time in which bare DuckDB splits the same lines
into their fields and counts them. `Parquet` is the bytes of a row in the table. Peak memory is the highest resident set of the process.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

SAMPLES = Path(os.environ.get("RELWATCH_SAMPLES", ROOT.parent / "shared" / "samples"))
REPEATED = {
    "20151027220000.export.CSV": "gdelt",
    "events.2018.sample.tab": "icews",
    "ged231_sample_1000.csv": "ucdp-ged",
}
ONE = """
import sys, time, resource
from pathlib import Path
from relwatch.datasets.conversion import convert
started = time.perf_counter()
report = convert((sys.argv[1],), Path(sys.argv[2]))
used = resource.getrusage(resource.RUSAGE_SELF)
print(report.rows, report.kept, time.perf_counter() - started, used.ru_utime + used.ru_stime,
      used.ru_maxrss // 1024)
"""
FLOOR = """
import sys, time
import duckdb
connection = duckdb.connect(config={"memory_limit": "1GB"})
connection.execute("SET enable_progress_bar = false")
started = time.perf_counter()
connection.execute(
    "SELECT count(*), sum(len(string_split(line, chr(9)))) FROM read_csv(?, columns={line: 'VARCHAR'},"
    " delim='\\x01', quote='', escape='', header=false, auto_detect=false)", [sys.argv[1]]
).fetchall()
print(time.perf_counter() - started)
"""
PLACES = (("Moscow, Moskva, Russia", "RS"), ("Beijing, Beijing, China", "CH"), ("Ukraine", "UP"))
SIDES = (
    ("RUS", "RUSSIA", "RUS"), ("CHN", "CHINA", "CHN"), ("RUSGOV", "KREMLIN", "RUS"),
    ("CHNMIL", "CHINESE ARMY", "CHN"), ("USA", "UNITED STATES", "USA"), ("", "", ""),
    ("GOV", "GOVERNMENT", ""), ("UKR", "KYIV", "UKR"),
)  # fmt: skip
CODES = (("010", "0.0"), ("042", "1.9"), ("057", "8.0"), ("112", "-2.0"), ("190", "-10.0"))
WORDS = [
    "leaders",
    "meet",
    "over",
    "gas",
    "pact",
    "as",
    "navy",
    "drills",
    "begin",
    "near",
    "new",
    "border",
    "bridge",
    "talks",
    "stall",
]


def made_rows(count: int) -> Iterator[str]:
    """Rows of GDELT 2.0 over ten years of days, no two addresses alike."""
    from tests.datasets.made import gdelt_row

    template = gdelt_row().split("\t")
    first = date(2014, 1, 1)
    for number in range(count):
        row = list(template)
        day = (first + timedelta(days=number * 3650 // count)).strftime("%Y%m%d")
        row[:4] = [str(500_000_000 + number), day, day[:6], day[:4]]
        row[5:8] = SIDES[number % 8]
        row[15:18] = SIDES[number * 7 % 8]
        row[26], row[30] = CODES[number * 31 % 5]
        row[27], row[28] = row[26][:3], row[26][:2]
        row[52], row[53] = PLACES[number % 3]
        words = "-".join(WORDS[(number // 2 * step) % len(WORDS)] for step in (1, 3, 5, 7, 11))
        row[59] = f"{day}120000"
        row[60] = f"https://paper{number % 900}.example/news/{number // 2}/{words}-{number // 2}"
        yield "\t".join(row) + "\n"


def repeated(path: Path, count: int) -> Iterator[str]:
    """The rows of a sample again and again, each with an id of its own."""
    import csv
    import io

    text = path.read_bytes().decode()
    quoted = path.name.startswith("ged")
    header = "" if path.suffix == ".CSV" else text[: text.index("\n") + 1]
    body = text[len(header) :]
    rows = list(csv.reader(io.StringIO(body, newline=""))) if quoted else [
        line.split("\t") for line in body.splitlines()
    ]  # fmt: skip
    yield header
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    for number in range(count):
        row = [str(10_000_000_000 + number), *rows[number % len(rows)][1:]]
        if quoted:
            stream.seek(0)
            stream.truncate()
            writer.writerow(row)
            yield stream.getvalue()
        else:
            yield "\t".join(row) + "\n"


def run(code: str, *arguments: str) -> list[float]:
    """The numbers that a process of its own prints."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [float(text) for text in done.stdout.split()]


def measure(what: str, rows: Iterator[str], folder: Path) -> None:
    """Convert rows once, and print a line of the table."""
    path = folder / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(rows)
    (floor,) = run(FLOOR, str(path)) if not what.startswith("ucdp") else (float("nan"),)
    read, kept, wall, cpu, peak = run(ONE, str(path), str(folder / "out.parquet"))
    made = (folder / "out.parquet").stat().st_size
    print(
        f"| {what} | {read:,.0f} | {path.stat().st_size / read:,.0f} | {made / read:,.0f} | {wall:,.1f} |"
        f" {read / wall:,.0f} | {1e6 * cpu / read:,.0f} | {floor:,.1f} | {peak:,.0f} |",
        flush=True,
    )
    assert read == kept


def main() -> None:
    """Print one table."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--rows", type=int, nargs="*", default=[100_000, 1_000_000])
    reading.add_argument("--repeat", type=int, default=400_000)
    asked = reading.parse_args()
    print(f"load before: {os.getloadavg()[0]:.1f}, {time.strftime('%F %T')}")
    print(
        "| what | rows | bytes/row | Parquet | wall s | rows/s | cpu µs/row | floor s | peak MB |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        for name_of, dataset in REPEATED.items():
            if (SAMPLES / name_of).is_file() and asked.repeat:
                rows = repeated(SAMPLES / name_of, asked.repeat)
                measure(f"{dataset}, sample repeated", rows, Path(name))
        for count in asked.rows:
            measure("gdelt, made", made_rows(count), Path(name))


if __name__ == "__main__":
    main()
