"""How long keeping takes: `add` against `list`, and a large import. Run: python tests/bench/curation.py

Each figure is the least of several runs of whole processes, in turns with what it is compared to.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WORDS = [
    "minister",
    "president",
    "envoy",
    "talks",
    "treaty",
    "gas",
    "oil",
    "pipeline",
    "navy",
    "exercise",
    "port",
    "bank",
    "rouble",
    "yuan",
    "trade",
    "grain",
    "satellite",
    "border",
    "visit",
    "summit",
    "call",
    "statement",
    "sanctions",
    "bridge",
    "railway",
    "loan",
    "missile",
    "drone",
    "patrol",
    "vaccine",
]


def event(number, chance):
    """An event of about one kilobyte."""
    date = f"{2010 + number % 12}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}"
    return {
        "id": f"{date}-{number}",
        "date": date,
        "categories": [chance.choice(("political", "military"))],
        "title": " ".join(chance.choices(WORDS, k=5)) + f" {number}",
        "summary": " ".join(chance.choices(WORDS, k=100)),
        "actors": ["IRN", "RUS"],
        "sources": [{"source": "tass", "grade": "C3", "url": f"https://tass.com/{number}"}],
    }


def corpus(many):
    chance = random.Random(1)
    return {
        "format": "relwatch-corpus/1", "id": "bench", "title": "Bench", "parties": ["IRN", "RUS"],
        "categories": [{"id": "political", "name": "Political"}, {"id": "military", "name": "Military"}],
        "actors": [{"id": "IRN", "name": "Iran", "kind": "state"}, {"id": "RUS", "name": "Russia", "kind": "state"}],
        "sources": [{"id": "tass", "title": "TASS"}],
        "events": sorted((event(n, chance) for n in range(many)), key=lambda one: (one["date"], one["id"])),
    }  # fmt: skip


def seconds(*arguments):
    """Wall-clock seconds of a whole command."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "relwatch", *map(str, arguments)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - began


def main(runs=7):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ |= {f"XDG_{kind}_HOME": f"{name}/{kind}" for kind in ("STATE", "DATA", "CONFIG")}
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        path = folder / "bench.json"
        path.write_text(json.dumps(corpus(10_000), indent=2) + "\n")
        lists, adds = [], []
        for number in range(runs + 1):
            lists.append(seconds("list", "-C", path))
            adds.append(seconds("add", "-C", path, "--date", "2022-01-05", "-c", "political", "-q",
                                "--title", f"Entirely new {number}", "--duplicates", "keep"))  # fmt: skip
        # The first of each writes byte code and the first version of the history.
        listing, adding = min(lists[1:]), min(adds[1:])

        small = folder / "small.json"
        small.write_text(json.dumps(corpus(10), indent=2) + "\n")
        rows = folder / "rows.csv"
        chance = random.Random(2)
        with rows.open("w") as file:
            file.write("Date,Headline,Category,Actors,Text,Source,Link\n")
            for number in range(100_000):
                one = event(number + 1_000_000, chance)
                file.write(f'{one["date"]},{one["title"]},{one["categories"][0]},"Iran; Russia",'
                           f"{one['summary'][:300]},TASS,https://tass.com/{number + 1_000_000}\n")  # fmt: skip
        importing = seconds("import", rows, "--into", small, "--duplicates", "keep", "-q")
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        again = seconds("import", rows, "--into", small, "-q")

    print(f"{'what':<44}{'measured':>12}{'at most':>12}")
    print(f"{'list of 10,000 events':<44}{listing:>10.2f} s")
    print(f"{'add to 10,000 events':<44}{adding:>10.2f} s{3 * listing:>10.2f} s")
    print(f"{'  as a multiple of list':<44}{adding / listing:>12.2f}{3:>12}")
    print(f"{'import of 100,000 rows':<44}{importing:>10.2f} s{10:>10} s")
    print(f"{'  its memory':<44}{memory:>9.0f} MB{600:>9} MB")
    print(f"{'the same file again':<44}{again:>10.2f} s")


if __name__ == "__main__":
    main()
