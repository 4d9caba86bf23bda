"""Changing a corpus file: one change at a time, recorded before it happens, checked after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path

from msgspec import structs

from relwatch.corpora import writing
from relwatch.corpora.documents import canonical, open_document, verified
from relwatch.corpora.history import Book, History, Packing, Step, target
from relwatch.corpora.locking import WAIT, locked
from relwatch.corpora.places import is_bundled
from relwatch.corpora.reading import begins_as_corpus, read_bytes
from relwatch.errors import AskedWrongly, DataWrong, RelwatchError, SystemRefused

_REMOVED = ""
"""Under what the history remembers removed events; no data set is called so."""


class Kept:
    """A corpus held under its lock. `document` is edited, then `write` puts it into the file."""

    def __init__(self, path: Path, content: bytes) -> None:
        self.path = path
        self.content = content
        self.laid_anew = False
        """Whether a write gave the whole file, not only what it changed, another layout."""
        self.document = open_document(content, str(path))

    @cached_property
    def _known(self) -> tuple[History, Book]:
        """What is recorded of what the file held when it was taken."""
        history = History(self.path)
        return history, history.now(self.content)

    def remembered(self, dataset: str) -> bytes | None:
        """What an import of this data set left to remember, as of when the file was taken."""
        history, book = self._known
        return history.remembered(book, dataset)

    def datasets(self) -> tuple[str, ...]:
        """The data sets of which something is remembered, as of when the file was taken."""
        _, book = self._known
        found = book.steps[book.at].imports if book.steps else ()
        return tuple(name for name in found if name != _REMOVED)

    def removed(self) -> frozenset[str]:
        """The ids of the events that were removed here, as of when the file was taken."""
        kept = self.remembered(_REMOVED)
        names = kept.decode().split("\n") if kept else ()
        return frozenset(name for name in names if name not in self.document)

    def write(
        self, what: str, learnt: Mapping[str, bytes] | None = None, *, removing: bool = True
    ) -> bool:
        """Write the document as it stands; `what` names the change in the history.

        `learnt` is what is to be remembered of data sets as long as the change is not undone.
        With `removing` the events that went are remembered as removed by the analyst.
        False when nothing differs, and the file is not written then. DataWrong when the edited
        corpus would hold errors: the file is untouched.
        """
        content = self.document.encode()
        if content == self.content:
            if learnt:
                history = History(self.path)
                history.learn(history.record(self.content), learnt)
            return False
        packing = Packing(content)
        try:
            verified(content, str(self.path))
        except DataWrong as error:
            raise DataWrong(error.problems, "nothing was written") from None
        gone = {one.id for one in self.document.corpus.events if one.id not in self.document}
        if gone and removing:
            names = "\n".join(sorted(self.removed() | gone)).encode()
            learnt = {**(learnt or {}), _REMOVED: names}
        _replace(self.path, self.content, packing, what, learnt)
        self.laid_anew = canonical(self.content) != self.content
        self.content = content
        return True


def _replace(
    path: Path,
    before: bytes,
    packing: Packing,
    what: str,
    learnt: Mapping[str, bytes] | None = None,
) -> None:
    """Put a new content in the place of what a corpus file holds; both are versions then."""
    history = History(path)
    history.going_to(history.record(before), packing, what, learnt)
    writing.replace(path, packing.content)
    history.done()


@contextmanager
def keeping(path: Path, wait: float = WAIT) -> Iterator[Kept]:
    """Hold a corpus for a change, waiting `wait` seconds for others who do.

    Raises AskedWrongly for a bundled corpus or a file that is not there, DataWrong for a corpus
    that cannot be read or has errors (it is never rewritten), SystemRefused when the system or
    another writer stands in the way.
    """
    refuse_bundled(path)
    with _held(path, wait):
        yield Kept(path, read_bytes(path))


@contextmanager
def _held(path: Path, wait: float) -> Iterator[None]:
    read_bytes(path)  # what is not there needs no lock, and gets none beside it
    with locked(path, wait):
        writing.clear_leftovers(path)
        yield


def refuse_bundled(path: Path) -> None:
    """AskedWrongly when a corpus ships with relwatch."""
    if is_bundled(path):
        raise AskedWrongly(
            f"{path.stem} ships with relwatch and is read-only",
            f"make a copy of your own: `relwatch corpus copy {path.stem} mine.json`",
        )


def create(path: Path, content: bytes, what: str, *, force: bool | None = None) -> None:
    """Write a new corpus file. AskedWrongly when one is there, unless `force`.

    None for `force` says that there is no such option.
    """
    refuse_bundled(path)
    open_document(content, str(path))
    way_out = "choose another name" + ("" if force is None else ", or use --force")
    if path.exists() and not force:
        raise AskedWrongly(f"{path}: is there already", way_out)
    _refuse_without_folder(path)
    with locked(path):
        if path.exists() and not force:
            raise AskedWrongly(f"{path}: is there already", way_out)
        if path.exists():
            _replace(path, read_bytes(path), Packing(content), what)
        else:
            writing.replace(path, content)
            History(path).record(content, what)


def put(path: Path, content: bytes, what: str, expected: bytes | None = None) -> None:
    """Give a corpus file a whole new content; `expected` is what it must still hold.

    Whether the content is sound is for who calls to know. A file that is not there is made.
    Raises AskedWrongly when it holds something else by now.
    """
    _refuse_without_folder(path)
    with locked(path):
        writing.clear_leftovers(path)
        before = read_bytes(path) if path.exists() else None
        if expected is not None and before != expected:
            raise AskedWrongly(f"{path}: was changed meanwhile; nothing was written", "try again")
        if before == content:
            return
        # The files git hands to a merge driver live for a moment; git keeps their history.
        passing = path.name.startswith(".merge_file_")
        if before is not None and not passing:
            _replace(path, before, Packing(content), what)
            return
        writing.replace(path, content)
        if not passing:
            History(path).record(content, what)


@contextmanager
def overwriting(path: Path, what: str) -> Iterator[None]:
    """Around another way of replacing a file: a corpus that is there can be brought back."""
    refuse_bundled(path)
    history = History(path)
    if not begins_as_corpus(path) and not history.book().steps:
        yield
        return
    with locked(path):
        if path.exists():
            history.record(read_bytes(path))
        yield
        history.record(read_bytes(path), what)


def _refuse_without_folder(path: Path) -> None:
    if not path.absolute().parent.is_dir():
        raise writing.refused(path, FileNotFoundError(2, "No such file or directory"))


def step(path: Path, steps: int, wait: float = WAIT) -> Step:
    """Undo (`steps` below zero) or redo writes; the version the file then holds.

    A file changed by another program is recorded first and counts as one write. A file that
    cannot be read is not touched: `save_version` can put a version in its place.
    """
    refuse_bundled(path)
    with _held(path, wait):
        content = read_bytes(path)
        try:
            open_document(content, str(path))
        except RelwatchError as error:
            raise DataWrong(
                getattr(error, "problems", ()),
                f"nothing was changed; `relwatch corpus log {path} --save N {path} --force` puts "
                "an earlier version in its place, and keeps what is there now",
            ) from None
        history = History(path)
        book = history.record(content)
        at, version = _landing(history, book, steps)
        history.stepping_to(book, at)
        writing.replace(path, version)
        history.done()
        return book.steps[at]


def _landing(history: History, book: Book, steps: int) -> tuple[int, bytes]:
    """Which version undo or redo leads to, and its bytes.

    What could not be stepped back from is stepped over; `corpus log` still has it.
    """
    while True:
        at = target(book, steps)
        version = history.read(book.steps[at])
        if _is_readable(version, history.path):
            return at, version
        steps += 1 if steps > 0 else -1


def _is_readable(content: bytes, path: Path) -> bool:
    try:
        open_document(content, str(path))
    except RelwatchError:
        return False
    return True


def undone(path: Path, steps: int) -> tuple[Step, ...]:
    """The writes that `step` would undo or redo, in the order it would."""
    history = History(path)
    book = history.now(read_bytes(path))
    at, _ = _landing(history, book, steps)
    if steps < 0:
        return tuple(reversed(book.steps[at + 1 : book.at + 1]))
    return book.steps[book.at + 1 : at + 1]


def versions(path: Path) -> Book:
    """The versions of a corpus that are kept, the file as it is now among them.

    Of a file that is gone those that were kept, none of which it holds.
    """
    return _versions(path)[1]


def _versions(path: Path) -> tuple[History, Book]:
    history, kept = History(path), versions_of_gone(path)
    if kept is None:
        # What is listed is kept: also what another program wrote since.
        with suppress(SystemRefused), locked(path):
            if _is_readable(content := read_bytes(path), path):
                history.record(content)
        kept = history.now(read_bytes(path))
        recorded = {step.hash for step in history.book().all}
        if kept.steps[kept.at].hash not in recorded and not _is_readable(read_bytes(path), path):
            # What is no corpus becomes a version when something takes its place.
            kept = structs.replace(kept, steps=kept.steps[: kept.at], at=-1)
    return history, kept


def versions_of_gone(path: Path) -> Book | None:
    """The versions that are kept of a file that is not there; None when there are none."""
    if path.exists():
        return None
    book = History(path).book()
    if book.going is not None and book.going.step is not None:
        book = book.with_next(book.going.step)
    return structs.replace(book, at=-1, going=None) if book.steps else None


def save_version(path: Path, number: int, target: str, *, force: bool = False) -> None:
    """Write a kept version (1 is the oldest) to another file.

    Raises AskedWrongly for a number there is not and for a target that exists.
    """
    history, book = _versions(path)
    if not 1 <= number <= len(book.all):
        raise AskedWrongly(f"there is no version {number}", f"they go from 1 to {len(book.all)}")
    if Path(target).exists() and not force:
        raise AskedWrongly(f"{target}: is there already", "choose another name, or use --force")
    content = history.read(book.all[number - 1])
    with overwriting(Path(target), f"version {number} of {path.name}"):
        writing.replace(Path(target), content)
