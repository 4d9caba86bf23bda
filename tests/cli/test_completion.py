"""What the shells offer: through the mechanism that bash, zsh and fish really use."""

from __future__ import annotations

import copy
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pytest

from relwatch.engines.base import DIMENSIONS, ORDERS
from relwatch.model import Event
from tests.cli.conftest import CORPUS, Corpora, Tell


class Offered(NamedTuple):
    values: list[str]
    err: str


Complete = Callable[..., Offered]


@pytest.fixture
def complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Complete:
    """What bash is offered for a line whose last word is being typed."""
    from relwatch.cli.app import main

    monkeypatch.chdir(tmp_path)

    def offer(*words: str) -> Offered:
        monkeypatch.setenv("_RELWATCH_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", "\n".join(["relwatch", *words]).replace("\n", " "))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = main([])
        assert code == 0
        return Offered(
            out.getvalue().split("\n")[:-1] if out.getvalue().strip() else [], err.getvalue()
        )

    return offer


def shell(name: str, line: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "relwatch"], capture_output=True, text=True, encoding="utf-8", cwd=cwd, timeout=60,
        env={**os.environ, "_RELWATCH_COMPLETE": name, "_TYPER_COMPLETE_ARGS": line, **more},
    )  # fmt: skip


def test_commands_and_options(complete: Complete) -> None:
    """Commands, commands of a group, and the options of a command are offered."""
    commands = complete("").values
    assert {"list", "filter", "search", "show", "stats", "export", "check", "view"} <= set(commands)
    assert complete("li").values == ["list"]
    assert "remove" in complete("view", "").values
    assert "--category" in complete("list", "--").values
    assert complete("list", "--cat").values == ["--category"]


def test_values_of_the_chosen_corpus(complete: Complete, corpus: Corpora) -> None:
    """Categories, actors, tags and ids come from the corpus of -C, RELWATCH_CORPUS or the default."""
    path = corpus()
    assert complete("list", "-C", path, "-c", "").values == ["tech", "arms"]
    assert complete("list", f"--corpus={path}", "--category", "a").values == ["arms"]
    assert complete("list", "-C", path, "-a", "").values == ["CHN", "china", "prc", "RUS", "russia"]
    assert complete("list", "-C", path, "-t", "").values == ["trade"]
    assert complete("show", "-C", path, "2021-01").values == [
        "2021-01-05-chips",
        "2021-01-05-tanks",
    ]
    assert complete("list", "-c", "").values == ["tech", "political", "economic", "military"]
    assert "putin" in complete("list", "-a", "pu").values


def test_the_environment_names_the_corpus(
    complete: Complete, corpus: Corpora, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RELWATCH_CORPUS is the corpus whose values are offered."""
    monkeypatch.setenv("RELWATCH_CORPUS", corpus())
    assert complete("list", "-c", "").values == ["tech", "arms"]


def test_after_a_comma(complete: Complete) -> None:
    """After a comma the next value is offered, with what was typed before it, without repeats."""
    assert complete("list", "-c", "tech,m").values == ["tech,military"]
    assert "tech,tech" not in complete("list", "-c", "tech,").values
    assert complete("list", "--columns", "id,tit").values == ["id,title"]
    assert complete("stats", "--by", "month,cat").values == ["month,category"]
    assert "CHN,RUS" in complete("list", "--dyad", "CHN,R").values


def test_fixed_values(complete: Complete) -> None:
    """Formats, columns, dimensions, measures, sort keys and choices are offered whole."""
    assert {"table", "csv", "tsv", "json", "ndjson", "markdown"} <= set(
        complete("list", "-f", "").values
    )
    assert complete("list", "--columns", "").values == list(Event.__struct_fields__)
    assert complete("list", "--sort", "").values == list(ORDERS)
    assert complete("stats", "--by", "").values == list(DIMENSIONS)
    assert complete("stats", "--measure", "").values == ["events", "share", "intensity"]
    assert complete("list", "--color", "a").values == ["auto", "always"]
    assert complete("list", "--dates", "").values == ["stated", "checked"]


def test_views_and_corpora(complete: Complete, tell: Tell, corpus: Corpora) -> None:
    """Saved views, named corpora and the JSON files of the folder are offered."""
    tell("view", "save", "drills", "tag:drill")
    corpus("mine.json")
    assert complete("list", "--view", "").values == ["drills"]
    assert complete("view", "remove", "d").values == ["drills"]
    assert complete("list", "-C", "").values == ["china-russia", "mine.json"]
    assert complete("check", "m").values == ["mine.json"]


@pytest.mark.parametrize("content", ["", "{", "[]", None])
def test_a_broken_corpus_offers_nothing(
    complete: Complete, tmp_path: Path, content: str | None
) -> None:
    """A corpus that cannot be read never disturbs the prompt."""
    if content is not None:
        (tmp_path / "bad.json").write_text(content, encoding="utf-8")
    for option in ("-c", "-a", "-t"):
        assert complete("list", "-C", "bad.json", option, "") == Offered([], "")
    assert complete("show", "-C", "bad.json", "2") == Offered([], "")


def test_broken_views_offer_nothing(complete: Complete, own_home: Path) -> None:
    """Settings and views that cannot be read never disturb the prompt."""
    folder = own_home / ".config" / "relwatch"
    folder.mkdir(parents=True)
    (folder / "views.toml").write_text("[", encoding="utf-8")
    (folder / "config.toml").write_text("[", encoding="utf-8")
    assert complete("list", "--view", "") == Offered([], "")
    assert complete("list", "-c", "") == Offered([], "")


def test_zsh(tmp_path: Path) -> None:
    """zsh gets values with what they mean, and files where nothing is offered."""
    result = shell("complete_zsh", "relwatch list -c mil", tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.strip() == """_arguments '*: :(("military":"Military"))'"""
    result = shell("complete_zsh", "relwatch show 2021-08-0", tmp_path)
    assert '"2021-08-09-ningxia-drills":"Joint drill in Ningxia' in result.stdout
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    result = shell("complete_zsh", "relwatch list -C bad.json -c ", tmp_path)
    assert (result.stdout.strip(), result.stderr) == ("_files", "")


def test_fish(tmp_path: Path) -> None:
    """fish gets a line for each value, and is told by the exit code whether there are any."""
    asked = {"_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    result = shell("complete_fish", "relwatch list -c tech,mil", tmp_path, **asked)
    assert (result.returncode, result.stdout, result.stderr) == (0, "tech,military\tMilitary\n", "")
    are_there = {"_TYPER_COMPLETE_FISH_ACTION": "is-args"}
    assert shell("complete_fish", "relwatch list -c m", tmp_path, **are_there).returncode == 0
    assert shell("complete_fish", "relwatch list -c zzz", tmp_path, **are_there).returncode == 1


EVIL = {
    "$(touch pwned)": "`touch pwned`", "a b": "[/]", "`x`": "[bold]b[/bold] $(touch pwned)", "x;y": "a\\$(touch pwned)",
    "x'y": "it's \"quoted\"", "x\ny": "one\ntwo", "x\x1by": "\x1b[31m", "plain": "safe \\`x\\`", "*": "-", "~": "-", "x\u202ey": "y",
}  # fmt: skip


def test_nothing_a_shell_would_run_is_offered(complete: Complete, tmp_path: Path) -> None:
    """Ids and titles that hold shell code, markup or escapes reach no shell as such."""
    document = copy.deepcopy(CORPUS)
    document["events"] = [
        {**CORPUS["events"][0], "id": f"2021{name}", "title": title, "tags": [name]}
        for name, title in EVIL.items()
    ]
    (tmp_path / "evil.json").write_text(json.dumps(document), encoding="utf-8")
    assert complete("list", "-C", "evil.json", "-t", "") == Offered(["plain"], "")
    assert complete("show", "-C", "evil.json", "2021") == Offered(["2021plain"], "")
    result = shell("complete_zsh", "relwatch show -C evil.json 2021", tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.strip() == """_arguments '*: :(("2021plain":"safe /’x/’"))'"""


@pytest.mark.parametrize(("name", "holds"), [("bash", "complete -o default -F"), ("zsh", "compdef"), ("fish", "complete --command relwatch")])  # fmt: skip
def test_install_scripts(
    tell: Tell, monkeypatch: pytest.MonkeyPatch, name: str, holds: str
) -> None:
    """Each shell's script can be printed, to be put where the user wants it."""
    monkeypatch.setenv("_RELWATCH_COMPLETE", f"source_{name}")
    said = tell()
    assert said.code == 0
    assert holds in said.out
    assert "_RELWATCH_COMPLETE" in said.out


def test_bash_itself(tmp_path: Path) -> None:
    """The printed script works in a real bash."""
    command = f'relwatch() {{ {sys.executable} -m relwatch "$@"; }}; '
    script = shell("source_bash", "", tmp_path).stdout.replace(
        "$1 ) )", f"{sys.executable} -m relwatch ) )"
    )
    result = subprocess.run(
        ["bash", "--norc", "-c", command + script + '\nCOMP_WORDS=(relwatch list -c tech,mi); COMP_CWORD=3; '
         '_relwatch_completion relwatch; printf "%s\\n" "${COMPREPLY[@]}"'],
        capture_output=True, text=True, cwd=tmp_path, timeout=60,
    )  # fmt: skip
    assert (result.stdout, result.stderr) == ("tech,military\n", "")
