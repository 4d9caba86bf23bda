"""Input that is wrong: one clear message with file and place, the right exit code, no traceback."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.conftest import CORPUS, Corpora, Tell
from tests.conftest import Run

WHOLE = json.dumps(CORPUS).encode()


def event(**changes: Any) -> bytes:
    """The small corpus with its second event changed."""
    document = copy.deepcopy(CORPUS)
    document["events"][1].update(changes)
    return json.dumps(document).encode()


def top(**changes: Any) -> bytes:
    return json.dumps({**CORPUS, **changes}).encode()


def without(key: str) -> bytes:
    return json.dumps({name: value for name, value in CORPUS.items() if name != key}).encode()


ADDED = b'"title": "Tanks are sold", '
NESTED = WHOLE.replace(b'"title": "Tanks are sold"', b'"x": ' + b"[" * 50_000 + b"]" * 50_000)
ODD = "title: A\n"

# What is wrong, the bytes of the file, and what the message must hold besides the file's name.
REFUSED: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "empty": (b"", ("the file is empty",)),
    "only spaces": (b" \n\t", ("the file is empty",)),
    "truncated": (WHOLE[:700], ("line 1, column 701", "stops in the middle")),
    "not JSON": (ODD.encode(), ("line 1, column 1", "broken JSON")),
    "something behind it": (WHOLE + b" x", ("broken JSON",)),
    "not UTF-8": (WHOLE.replace(b"Tanks", b"T\xe4nks"), ("line 1", "0xe4", "UTF-8")),
    "not UTF-8 in an unknown field": (WHOLE.replace(ADDED, ADDED + b'"x": "\xe4", '), ("0xe4",)),
    "surrogate in UTF-8": (WHOLE.replace(b"Tanks", b"\xed\xa0\x80"), ("line 1", "0xed")),
    "BOM": (b"\xef\xbb\xbf" + WHOLE, ("BOM", "UTF-8")),
    "UTF-16": (WHOLE.decode().encode("utf-16"), ("UTF-16",)),
    "UTF-16 big end first": (b"\xfe\xff" + WHOLE.decode().encode("utf-16-be"), ("UTF-16",)),
    "half a character": (WHOLE.replace(b"Tanks", b"\\ud800"), ("events[1].title", "half a char")),
    "a control character": (WHOLE.replace(b"Tanks", b"a\x01"), ("line 1", "control character")),
    "nested deeply": (b"[" * 100_000 + b"]" * 100_000, ("nested too deeply",)),
    "nested deeply in a field": (NESTED, ("nested too deeply",)),
    "NaN": (event(intensity=float("nan")), ("NaN",)),
    "infinity": (event(intensity=float("inf")), ("Infinity",)),
    "minus infinity": (event(intensity=float("-inf")), ("-Infinity",)),
    "a number too large": (
        WHOLE.replace(ADDED, ADDED + b'"intensity": 1e999, '), ("events[1].intensity", "too large"),
    ),
    "an integer too large": (
        WHOLE.replace(ADDED, ADDED + b'"intensity": ' + b"9" * 5000 + b", "),
        ("events[1].intensity", "too large"),
    ),
    "an array": (b"[]", ("an array where an object belongs",)),
    "a text": (b'"x"', ("text where an object belongs",)),
    "null": (b"null", ("null where an object belongs",)),
    "events an object": (top(events={}), ("events: an object where an array belongs",)),
    "events null": (top(events=None), ("events: null where an array belongs",)),
    "an event a text": (top(events=["x"]), ("events[0]: text where an object belongs",)),
    "no format": (without("format"), ("format: missing",)),
    "a later format": (top(format="relwatch-corpus/9"), ("relwatch-corpus/9", "relwatch-corpus/1")),
    "no categories": (without("categories"), ("categories: missing",)),
    "categories empty": (top(categories=[]), ("no category is declared",)),
    "one party": (top(parties=["CHN"]), ("parties:", "two states")),
    "a number as title": (event(title=5), ("events[1].title: a number where text belongs",)),
    "null as title": (event(title=None), ("events[1].title: null where text belongs",)),
    "a text as actors": (event(actors="CHN"), ("events[1].actors: text where an array belongs",)),
    "a number as date": (event(date=20210101), ("events[1].date: a number where text belongs",)),
    "text as truth": (event(uncertain="yes"), ("events[1].uncertain",)),
    "truth as number": (event(intensity=True), ("events[1].intensity",)),
    "an unknown stage": (event(stage="begun"), ("events[1].stage", "“begun”", "held")),
    "no such month": (event(date="2021-13-01"), ('events[1].date: "2021-13-01" is not a date', "YYYY-MM")),
    "no such day": (event(date="2021-02-29"), ("2021-02-29",)),
    "year nought": (event(date="0000-01-01"), ("0000-01-01",)),
    "a loose date": (event(date="2021-1-5"), ("2021-1-5",)),
    "a date with a time": (event(date="2021-01-05T10:00"), ("2021-01-05T10:00",)),
    "a date of another script": (event(date="２０２１"), ("２０２１",)),
    "a date and a line end": (event(date="2021-01-05\n"), ("2021-01-05␊",)),
    "no such end": (event(end="2021-02-30"), ("events[1].end", "2021-02-30")),
    "end before date": (event(end="2020-12-31"), ("events[1].end", "2020-12-31", "2021-01-05")),
    "no such day reported": (event(reported="soon"), ("events[1].reported", "soon")),
    "a corrected date that is none": (
        event(notes=[{"kind": "correction", "field": "date", "value": 5, "source": "paper"}]),
        ("events[1].notes[0].value",),
    ),
    "coverage backwards": (top(coverage=[{"start": "2022", "end": "2021"}]), ("coverage[0].end",)),
    "coverage of nothing": (top(coverage=[{"start": "x", "end": "2021"}]), ("coverage[0].start",)),
    "no category of its own": (event(categories=[]), ("events[1].categories: no category",)),
    "an undeclared category": (event(categories=["arm"]), ("events[1].categories[0]", "arms")),
    "an id twice": (event(id="2021-01-05-chips"), ("events[1].id", "events[0]")),
    "a category twice": (top(categories=CORPUS["categories"] * 2), ("categories[2].id",)),
    "an actor twice": (top(actors=CORPUS["actors"] * 2), ("actors[2].id", "actors[0]")),
}  # fmt: skip

READING = (["list"], ["list", "--json"], ["search", "tanks"], ["stats"], ["show", "2021"])


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_used_is_refused(tell: Tell, tmp_path: Path, case: str) -> None:
    """Every reading command gives the same message, nothing on stdout, and exit code 3."""
    content, holds = REFUSED[case]
    path = tmp_path / "mine.json"
    path.write_bytes(content)
    first = tell("list", "-C", "mine.json")
    for command in READING:
        said = tell(*command, "-C", "mine.json")
        assert (said.code, said.out, said.err) == (3, "", first.err), command
    message, *_ = first.err.splitlines()
    assert message.startswith("relwatch: mine.json: ")
    for part in holds:
        assert part.replace("“", '"').replace("”", '"') in message
    assert "Traceback" not in first.err
    assert path.read_bytes() == content


@pytest.mark.parametrize("case", REFUSED)
def test_check_says_the_same_and_nothing_twice(tell: Tell, tmp_path: Path, case: str) -> None:
    """What reading refuses `check` reports as an error, in the same words, each place once."""
    content, holds = REFUSED[case]
    (tmp_path / "mine.json").write_bytes(content)
    said = tell("check", "mine.json", "--json")
    assert said.code == 3
    problems = said.json()
    assert all(list(one) == ["file", "path", "problem", "expected", "level"] for one in problems)
    places = [one["path"] for one in problems]
    assert len(set(places)) == len(places)
    errors = [one for one in problems if one["level"] == "error"]
    assert len(errors) == (2 if case.endswith(("category twice", "actor twice")) else 1)
    plain = tell("check", "mine.json").out
    assert all(part.replace("“", '"').replace("”", '"') in plain for part in holds)
    assert plain.count("\n") == len(problems)


REMARKED: dict[str, tuple[bytes, str, str]] = {
    "a key twice": (WHOLE.replace(ADDED, ADDED * 2), "events[1].title", "error"),
    "a key twice further in": (
        WHOLE.replace(b'"name": "Russia", ', b'"name": "Russia", ' * 2), "actors[1].name", "error",
    ),
    "an empty id": (event(id=""), "events[1].id", "error"),
    "a state that is none": (top(parties=["CHN", "Russia"]), "parties[1]", "error"),
    "an undeclared party": (top(parties=["CHN", "USA"]), "parties[1]", "error"),
    "a published day that is none": (
        top(sources=[{"id": "paper", "published": "May"}]), "sources[0].published", "error",
    ),
    "an unknown field": (event(importance=3), "events[1].importance", "advice"),
    "a misspelt field": (event(sumary="x"), "events[1].sumary", "advice"),
    "an unknown field on top": (top(owner="me"), "owner", "advice"),
    "a link to nothing": (event(follows=["2020-01-01-x"]), "events[1].follows[0]", "error"),
    "an actor nobody declared": (event(actors=["RUS", "USA"]), "events[1].actors[1]", "error"),
    "a source nobody declared": (event(sources=[{"source": "x"}]), "events[1].sources[0].source", "error"),
    "an initiator not among the actors": (event(initiators=["CHN"]), "events[1].initiators[0]", "advice"),
    "an intensity without a scale": (event(intensity=1), "events[1].scale", "advice"),
    "a title of two lines": (event(title="a\nb"), "events[1].title", "advice"),
    "a grade that is none": (
        event(sources=[{"source": "paper", "grade": "Z9"}]), "events[1].sources[0].grade", "advice",
    ),
    "a number too large for anyone": (
        WHOLE.replace(ADDED, ADDED + b'"x": [1, 1e999], '), "events[1].x[1]", "error",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REMARKED)
def test_what_can_be_read_but_is_not_right(tell: Tell, tmp_path: Path, case: str) -> None:
    """Reading answers; `check` names the place once, as an error or as advice."""
    content, place, level = REMARKED[case]
    (tmp_path / "mine.json").write_bytes(content)
    for command in (["list"], ["list", "--json"], ["export", "-", "-f", "corpus"], ["stats"]):
        assert tell(*command, "-C", "mine.json").code == 0, command
    said = tell("check", "mine.json", "--json")
    assert [one["level"] for one in said.json() if one["path"] == place] == [level]
    assert said.code == (3 if level == "error" else 0)
    assert tell("check", "mine.json", "--strict").code == 3


def test_a_clean_file_is_silent(tell: Tell, corpus: Corpora) -> None:
    """`check` says nothing about a sound corpus, and `[]` to programs."""
    path = corpus()
    assert tell("check", path) == (0, "", "")
    assert tell("check", path, "--json") == (0, "[]\n", "")
    assert tell("check", "--strict", path).code == 0


def test_unknown_fields_survive(tell: Tell, corpus: Corpora) -> None:
    """JSON and an exported corpus give fields that relwatch does not know as the file has them."""
    document = copy.deepcopy(CORPUS)
    document["events"][1]["desk"] = {"owner": "me", "marks": [1, 2.50, "x"]}
    path = corpus("mine.json", events=document["events"])
    assert tell("list", "-C", path, "--json").json()[1]["desk"] == document["events"][1]["desk"]
    exported = tell("export", "-", "-f", "corpus", "-C", path).json()
    assert exported["events"][1]["desk"] == document["events"][1]["desk"]


def test_all_problems_at_once(tell: Tell, tmp_path: Path) -> None:
    """Problems of many kinds in one file, and in several files, come in one run."""
    document = copy.deepcopy(CORPUS)
    document["events"][0].update(date="2021-13-01", follows=["nowhere"])
    document["events"][1].update(categories=["none"], actors="RUS", extra=1)
    document["events"][2].update(end="2020-01-01", stage="begun")
    (tmp_path / "one.json").write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "two.json").write_text("{", encoding="utf-8")
    said = tell("check", "one.json", "two.json", "--json")
    assert said.code == 3
    assert {(one["file"], one["path"]) for one in said.json()} >= {
        ("one.json", "events[0].date"), ("one.json", "events[0].follows[0]"),
        ("one.json", "events[1].categories[0]"), ("one.json", "events[1].actors"),
        ("one.json", "events[1].extra"), ("one.json", "events[2].end"),
        ("one.json", "events[2].stage"), ("two.json", "line 1, column 2"),
    }  # fmt: skip


def test_many_problems_are_counted_when_reading(tell: Tell, corpus: Corpora) -> None:
    """A file with a hundred faults names ten, says how many more, and where to see them."""
    events = [{**CORPUS["events"][0], "id": f"e{n}", "date": "never"} for n in range(100)]
    said = tell("list", "-C", corpus(events=events))
    assert said.code == 3
    assert said.err.count("is not a date") == 10
    assert "and 90 more" in said.err
    assert tell("check", corpus(events=events)).out.count("is not a date") == 100


def test_no_such_file(tell: Tell) -> None:
    """A file that is not there was asked for wrongly: code 2, its name, the way out."""
    for command in (
        ["list", "-C", "none.json"],
        ["check", "none.json"],
        ["list", "-C", "some/none"],
    ):
        said = tell(*command)
        assert (said.code, said.out) == (2, "")
        assert "none" in said.err
        assert "no such file" in said.err


def test_an_empty_name_is_not_the_default(tell: Tell) -> None:
    """`-C "$UNSET"` must not quietly answer from another corpus."""
    assert tell("list", "-C", "").code == 2
    assert tell("list", "-C", " ").code == 2


def test_a_folder(tell: Tell, tmp_path: Path) -> None:
    """A folder is not a corpus file."""
    (tmp_path / "folder.json").mkdir()
    for command in (["list", "-C"], ["check"]):
        said = tell(*command, "folder.json")
        assert (said.code, said.out) == (2, "")
        assert "folder.json: is a folder" in said.err


def _unprivileged() -> list[str]:
    """A command prefix under which file permissions count; skips where there is none."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root reads everything, and setpriv is not here")
    return [setpriv, "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"]  # fmt: skip


def powerless(*arguments: str, cwd: Path, env: dict[str, str] | None = None) -> Any:
    result = subprocess.run(
        [*_unprivileged(), sys.executable, "-m", "relwatch", *arguments],
        capture_output=True, text=True, encoding="utf-8", cwd=cwd, env={**os.environ, **(env or {})}, timeout=60,
    )  # fmt: skip
    if "setpriv:" in result.stderr:
        pytest.skip("privileges cannot be dropped here")
    return result


def test_no_permission(corpus: Corpora, tmp_path: Path) -> None:
    """A file that may not be read is the system's refusal: code 4, its name."""
    path = corpus("secret.json")
    Path(path).chmod(0)
    for command in (["list", "-C"], ["check"]):
        result = powerless(*command, path, cwd=tmp_path)
        assert result.returncode == 4, result.stderr
        assert result.stdout == ""
        assert f"{path}: Permission denied" in result.stderr


def test_no_permission_to_write(tmp_path: Path) -> None:
    """A folder that may not be written to is the system's refusal, and leaves nothing behind."""
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0o555)
    result = powerless("export", "closed/out.csv", cwd=tmp_path)
    assert result.returncode == 4, result.stderr
    assert "closed/out.csv: may not be written" in result.stderr
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("mode", [0o555, 0])
def test_reading_needs_no_home(tmp_path: Path, mode: int) -> None:
    """A home that cannot be written to, or not even looked into, hinders no reading command."""
    home = tmp_path / "home"
    (home / ".config" / "relwatch").mkdir(parents=True)
    home.chmod(mode)
    try:
        for command in (
            ["list", "-n", "1"],
            ["stats"],
            ["list", "--json"],
            ["view", "list"],
            ["corpus", "list"],
        ):
            result = powerless(*command, cwd=tmp_path, env={"HOME": str(home)})
            assert result.returncode == 0, result.stderr
    finally:
        home.chmod(0o755)


def big(path: Path, megabytes: int) -> int:
    """Writes a sound corpus of about that size; gives back how many events it has."""
    head = {key: value for key, value in CORPUS.items() if key not in ("events", "coverage")}
    summary = "word " * 1800
    count = megabytes * 1_000_000 // 9_200
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps(head)[:-1] + ', "events": [')
        for number in range(count):
            one = {
                "id": f"e{number:07d}", "date": "2021-01-05", "categories": ["tech"], "title": "T",
                "actors": ["CHN"], "summary": f"{number} {summary}",
            }  # fmt: skip
            file.write(("," if number else "") + json.dumps(one))
        file.write("]}")
    return count


@pytest.mark.parametrize("megabytes", [20, pytest.param(200, marks=pytest.mark.slow)])
def test_a_big_file(relwatch: Run, tmp_path: Path, megabytes: int) -> None:
    """A big corpus is read, and a big file that is broken at its end is refused with the place."""
    path = tmp_path / "big.json"
    count = big(path, megabytes)
    assert relwatch("list", "-C", "big.json", "--count").stdout == f"{count}\n"
    with path.open("rb+") as file:
        file.truncate(path.stat().st_size - 2)
    result = relwatch("list", "-C", "big.json", "--count")
    assert result.returncode == 3, result.stderr
    assert "stops in the middle" in result.stderr
    assert "Traceback" not in result.stderr


def test_settings_and_views_that_are_wrong(tell: Tell, own_home: Path) -> None:
    """A broken config.toml or views.toml is named with its entry, exit code 3."""
    folder = own_home / ".config" / "relwatch"
    folder.mkdir(parents=True)
    for text, holds in (
        ("corpus = ", "is not TOML"), ("corpus = 5", "corpus: 5 where text belongs"), ("color = 'red'", "auto or always or never"),
        ("colour = 'auto'", "colour: no such setting"), ("pager = 'no'", "true or false"), ("a\xff", "is not TOML"),
    ):  # fmt: skip
        (folder / "config.toml").write_bytes(text.encode("latin-1"))
        said = tell("list")
        assert said.code == 3, text
        assert "config.toml" in said.err
        assert holds in said.err
        assert "Traceback" not in said.err
    (folder / "config.toml").unlink()
    for text in ("x = 5", "[x]\nexpression = 5", "[x", "[x]\ndates = 'stated'"):
        (folder / "views.toml").write_text(text, encoding="utf-8")
        for command in (["list", "--view", "x"], ["view", "list"], ["view", "save", "y", "tech"]):
            said = tell(*command)
            assert said.code == 3, (text, said)
            assert "views.toml" in said.err
        assert (folder / "views.toml").read_text(encoding="utf-8") == text


# A fuzz: a valid document changed at random places, as values and as bytes.

VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8), st.sampled_from(["", "CHN", "2021", "2021-02-30", "tech", "x\0", "\ud800"]),
    st.just([]), st.just({}), st.lists(st.text(max_size=3), max_size=3),
    st.dictionaries(st.text(max_size=3), st.none(), max_size=2),
)  # fmt: skip
RICH = copy.deepcopy(CORPUS)
RICH["events"][0].update(
    end="2021-01-06", reported="2021-01", summary="S", places=[{"name": "P", "country": "CHN", "lat": 1.5}],
    quotes=[{"speaker": "CHN", "text": "Q"}], amounts=[{"value": 5, "currency": "USD"}], stage="held",
    notes=[{"kind": "correction", "field": "date", "value": "2021-01-04", "source": "paper"}], cameo="057",
    intensity=3.4, scale="s", about=["RUS"], initiators=["CHN"], origin={"dataset": "d"}, uncertain=True,
    derived=["cameo"], recorded="2022-01-01",
)  # fmt: skip
RICH["events"][2]["follows"] = ["2021-01-05-chips"]
RICH["assessments"] = [
    {
        "id": "a", "statement": "S", "likelihood": "likely", "scale": "phia", "made": "2021-02",
        "evidence": [{"event": "2021-01-05-chips", "weighs": "for", "by": "editor"}], "source": "paper",
    }
]  # fmt: skip


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [here, *(place for key, one in inside for place in places(one, (*here, key)))]


PLACES = places(RICH)


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    document: Any = copy.deepcopy(RICH)
    for _ in range(draw(st.integers(1, 3))):
        *path, last = draw(st.sampled_from(PLACES[1:]))
        holder = document
        try:
            for key in path:
                holder = holder[key]
            match draw(st.integers(0, 3)):
                case 0:
                    holder[last] = draw(VALUES)
                case 1:
                    del holder[last]
                case 2 if isinstance(holder, dict):
                    holder[draw(st.sampled_from(["x", "", "sumary", "id", "date"]))] = draw(VALUES)
                case _ if isinstance(holder, list):
                    holder.append(holder[last])
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    made = json.dumps(document, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")
    if draw(st.integers(0, 3)) == 0:
        at = draw(st.integers(0, len(made) - 1))
        made = made[:at] + draw(st.binary(max_size=3)) + made[at + draw(st.integers(0, 3)) :]
    return made


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=documents())
def test_no_change_of_a_file_is_a_bug(tell: Tell, tmp_path: Path, content: bytes) -> None:
    """Reading answers or refuses; it refuses only what `check` calls an error; neither crashes."""
    (tmp_path / "mine.json").write_bytes(content)
    checked = tell("check", "mine.json", "--json")
    assert checked.code in (0, 3), checked.err
    problems = checked.json()
    assert len({one["path"] for one in problems if one["level"] == "error"}) == sum(
        one["level"] == "error" for one in problems
    )
    codes = set()
    for command in (
        ["list"], ["list", "--json", "--dates", "checked"], ["list", "-f", "csv"], ["search", "tanks"],
        ["stats"], ["stats", "--by", "month,actor", "--json"], ["export", "-", "-f", "corpus"],
        ["export", "-", "-f", "markdown"], ["show", "2021-01-05-c"], ["corpus", "info"],
    ):  # fmt: skip
        said = tell(*command, *([] if command[0] == "corpus" else ["-C"]), "mine.json")
        assert said.code in ((0, 2, 3) if command[0] == "show" else (0, 3)), (command, said.err)
        assert "Traceback" not in said.err
        codes.add(3 if said.code == 3 else 0)
    assert len(codes) == 1, "one command reads what another refuses"
    if codes == {3}:
        assert checked.code == 3
