"""What is built holds the data and runs where it is installed."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

DATA = {"china-russia.json", "corpus.schema.json", "cameo.csv", "countries.csv"}

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packaging")]


def run(*command: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """A program in a folder, without this checkout on its path."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        command, cwd=cwd, env={**env, **more}, capture_output=True, text=True, encoding="utf-8"
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a wheel and a source distribution, the wheel made from the latter."""
    pytest.importorskip("build", reason="the package `build` is not installed")
    pytest.importorskip("hatchling", reason="the package `hatchling` is not installed")
    folder = tmp_path_factory.mktemp("dist")
    done = run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_wheel_holds_code_types_and_data(built: Path) -> None:
    """Nothing of tests, everything of the package."""
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        names = set(file.namelist())
    assert {f"relwatch/data/{name}" for name in DATA} <= names
    assert "relwatch/py.typed" in names
    assert not any(name.startswith(("tests/", "data/")) for name in names)
    source = {str(path.relative_to(ROOT)) for path in (ROOT / "relwatch").rglob("*.py")}
    assert source <= names


def test_the_source_distribution_can_be_tested(built: Path) -> None:
    """Code, data, tests and what describes them."""
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        names = {name.partition("/")[2] for name in file.getnames()}
    assert {f"data/{name}" for name in DATA} <= names
    assert {"pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "tests/conftest.py"} <= names


def test_an_installed_wheel_runs_anywhere(built: Path, tmp_path: Path) -> None:
    """In an environment of its own, outside the checkout, it finds its corpus."""
    (wheel,) = built.glob("*.whl")
    venv.create(tmp_path / "env", with_pip=True)
    folder = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin")
    done = run(str(folder / "python"), "-m", "pip", "install", "-q", str(wheel), cwd=tmp_path)
    if done.returncode and "No matching distribution" in done.stderr:
        pytest.skip("the packages relwatch needs cannot be fetched here")
    assert done.returncode == 0, done.stderr
    listed = run(str(folder / "relwatch"), "list", "--category", "military", cwd=tmp_path)
    assert listed.returncode == 0, listed.stderr
    assert len(listed.stdout.splitlines()) >= 9
    assert "Ningxia" in listed.stdout
    where = run(
        str(folder / "python"), "-c", "import relwatch; print(relwatch.__file__)", cwd=tmp_path
    )
    assert str(ROOT) not in where.stdout


def test_a_checkout_runs_without_being_installed(tmp_path: Path) -> None:
    """`python -m relwatch` in a copy of the checkout reads the data beside it."""
    import shutil

    for name in ("relwatch", "data", "pyproject.toml"):
        source, target = ROOT / name, tmp_path / "copy" / name
        target.parent.mkdir(exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    done = run(
        sys.executable, "-m", "relwatch", "list", "--category", "military", "--count",
        cwd=tmp_path / "copy",
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "9\n"), done.stderr
    where = run(
        sys.executable, "-c", "from relwatch.reference import data_folder; print(data_folder())",
        cwd=tmp_path / "copy",
    )  # fmt: skip
    assert where.stdout.strip() == str(tmp_path / "copy" / "data")
