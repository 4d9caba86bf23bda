"""A home of its own for every test, and corpora to keep."""

import json
from pathlib import Path

import pytest

from relwatch.corpora.places import user_folder
from tests.curation.making import PRESS, event, small


@pytest.fixture(autouse=True)
def home(tmp_path_factory, monkeypatch):
    """The user's folders, empty, for this process and the ones it starts."""
    folder = tmp_path_factory.mktemp("home")
    for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(folder / kind.lower()))
    for name in ("VISUAL", "EDITOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    user_folder.cache_clear()
    yield folder
    user_folder.cache_clear()


@pytest.fixture
def keep(tmp_path):
    """Write a document as a corpus file, as a person or another program would."""

    def write(document, name="mine.json", indent=2):
        path = Path(tmp_path, name)
        path.write_text(
            json.dumps(document, indent=indent, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        return path

    return write


class Ran:
    """What a command printed and how it ended."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def relwatch(capfd):
    """Run a command in this process."""
    from relwatch.cli.app import main

    def run(*arguments, code=0):
        capfd.readouterr()
        ended = main([str(one) for one in arguments])
        ran = Ran(ended, *capfd.readouterr())
        assert ended == code, (ended, ran.out, ran.err)
        assert "Traceback" not in ran.err
        return ran

    return run


@pytest.fixture
def mine(keep):
    """A corpus of one event."""
    return keep(small([event(1, actors=["IRN", "RUS"], title="Talks on a gas pipeline")]))


@pytest.fixture
def press(tmp_path):
    """Write a file that is imported, under a name of its own if that matters."""

    def write(text=PRESS, name="press.csv"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.fixture
def take(request, relwatch, mine, press):
    """Import rows as the next release of a file, under the header that the test's file names."""

    def run(rows, *more, head=request.module.HEAD, code=0, name="p.csv"):
        file = press("\n".join([head, *rows, ""]), name)
        return relwatch("import", file, "--into", mine, "--create", *more, code=code)

    return run
