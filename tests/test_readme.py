"""The README is true: its commands print what it shows, its Python runs, its picture is current."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.picture import PICTURE, picture
from tests.readme import README, renewed

ROOT = README.parent
PAGE = README.read_text("utf-8")


def test_every_command_prints_what_the_page_shows() -> None:
    assert renewed(PAGE) == PAGE


def test_the_picture_is_the_overview_as_it_is_now() -> None:
    assert PICTURE.read_text("utf-8") == picture()


def test_the_python_in_the_page_runs(tmp_path: Path) -> None:
    for code in re.findall(r"^```python\n(.*?)^```$", PAGE, re.M | re.S):
        result = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=tmp_path,
        )
        assert result.returncode == 0, result.stderr
        assert result.stdout.startswith("8 events, first: ")


def test_the_corpus_in_the_page_is_a_corpus(tmp_path: Path) -> None:
    (found,) = re.findall(r"^```json\n(.*?)^```$", PAGE, re.M | re.S)
    file = tmp_path / "mine.json"
    file.write_text(found, "utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "relwatch", "check", "--strict", str(file)],
        capture_output=True,
        text=True,
    )
    assert (result.returncode, result.stdout) == (0, ""), result.stdout


def test_continuous_integration_runs_the_set_up_commands_of_the_page() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    for block in re.findall(r"^```sh\n(.*?)^```$", PAGE, re.M | re.S):
        for line in block.splitlines():
            assert line in script
