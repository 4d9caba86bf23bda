"""What a corpus was after each write, so that any of the last ones can be brought back.

The history of a corpus lies in the user's state folder: one file per version, named by the hash of
its bytes, and a book that lists them. The book is written before the corpus is, and says what is
about to happen; which of the two states holds is read off the corpus itself. So a kill at any
moment leaves nothing to repair.

What an import leaves behind to remember belongs to the version it made: undo takes the version
back, and the memory with it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from relwatch.corpora.places import user_folder
from relwatch.corpora.writing import PRIVATE, private_folder, replace
from relwatch.errors import AskedWrongly, DataWrong, Problem, SystemRefused

KEPT = 50
"""Versions that are kept of one corpus."""
ALWAYS_KEPT = 21
"""Versions that are kept whatever they weigh: twenty writes and what was there before them."""
WEIGHT = 256 * 1024 * 1024
"""Bytes that the versions beyond those may take together with them."""
FOUND = "as it was found"
OUTSIDE = "changed by another program"
_BOOK = "book.json"


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """One version: the SHA-256 of its bytes, when it was made (UTC), by what, its weight on disk.

    `outside` marks a version that relwatch found and did not make. `imports` names, for each data
    set that was imported so far, what is remembered of that, by the SHA-256 of its bytes.
    """

    hash: str
    when: str
    what: str
    size: int = 0
    outside: bool = False
    imports: dict[str, str] = {}


class Going(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was about to happen: the corpus goes to step `at`, which is `step` if that is new."""

    at: int
    step: Step | None = None


class Book(msgspec.Struct, frozen=True, omit_defaults=True):
    """All versions of a corpus, oldest first, and which of them its file holds.

    `left` are those that were undone before something else was written: no undo or redo leads to
    them any more.
    """

    path: str
    steps: tuple[Step, ...] = ()
    at: int = -1
    going: Going | None = None
    left: tuple[Step, ...] = ()

    @property
    def all(self) -> tuple[Step, ...]:
        """Every version that is kept, those that were left at the end."""
        return (*self.steps, *self.left)

    def with_next(self, step: Step) -> Book:
        """The book once its file holds a new version; what was undone before is left."""
        steps = self.steps[: self.at + 1]
        line = {one.hash for one in (*steps, step)}
        left = [one for one in (*self.left, *self.steps[self.at + 1 :]) if one.hash not in line]
        return msgspec.structs.replace(
            self, steps=(*steps, step), at=len(steps), going=None, left=tuple(left)
        )

    def settled(self, current: str) -> Book:
        """The book once it is known that the corpus's bytes have the hash `current`."""
        if self.going is None:
            return self
        target = self.going.step or self.steps[self.going.at]
        if self.steps and self.steps[self.at].hash == current and target.hash != current:
            return msgspec.structs.replace(self, going=None)
        # Not what it was before, so the write took place, whatever happened to the file since.
        if self.going.step is not None:
            return self.with_next(self.going.step)
        return msgspec.structs.replace(self, at=self.going.at, going=None)


def digest(content: bytes) -> str:
    """The hash that names a version."""
    return hashlib.sha256(content).hexdigest()


class Packing:
    """Bytes that become a version: they are hashed and packed while others look at them."""

    def __init__(self, content: bytes) -> None:
        from threading import Thread

        self.content = content
        self._name, self._packed = "", b""
        # Neither hashing nor packing holds the interpreter up.
        self._thread = Thread(target=self._pack, daemon=True)
        self._thread.start()

    def _pack(self) -> None:
        self._name, self._packed = digest(self.content), _packed(self.content)

    def done(self) -> tuple[str, bytes]:
        """The name of the version, and what is kept of it."""
        self._thread.join()
        if not self._name:
            self._pack()  # whatever stopped the other thread stops this one, and is seen
        return self._name, self._packed


class History:
    """The versions of one corpus. Everything but `book` and `read` needs the corpus's lock."""

    def __init__(self, path: Path) -> None:
        self.path = Path(os.path.realpath(path))
        mark = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]
        self.folder = user_folder("state") / "history" / f"{self.path.stem[:40]}-{mark}"
        self._former: Path | None = None
        """The history of the file that this one was moved or copied from, until it has its own."""

    def book(self) -> Book:
        """What is recorded, unsettled. A book that cannot be read is set aside, not deleted."""
        place = self.folder / _BOOK
        try:
            return msgspec.json.decode(place.read_bytes(), type=Book)
        except FileNotFoundError:
            return Book(_legible(str(self.path)))
        except msgspec.MsgspecError:
            with suppress(OSError):
                place.replace(self.folder / "book.unreadable")
            return Book(_legible(str(self.path)))
        except OSError as error:
            raise self._refused(error) from None

    def now(self, content: bytes, made: str | None = None) -> Book:
        """The book with what the corpus holds now; a version unknown so far is added to it.

        `made` is what made the file, when relwatch just did; a file that is found without a
        history may have been moved or copied, and goes on with what is known of its bytes.
        """
        current = digest(content)
        book = self.book().settled(current)
        if not book.steps and made is None:
            book = self._elsewhere(current, book)
        if book.steps and book.steps[book.at].hash == current:
            return book
        what = made or (OUTSIDE if book.steps else FOUND)
        # Another program (git, say) may have brought an earlier version back.
        known = [step for step in book.steps if step.hash == current] or book.steps[book.at :]
        imports = known[-1].imports if book.steps else {}
        return book.with_next(Step(current, _now(), _legible(what), outside=True, imports=imports))

    def record(self, content: bytes, made: str | None = None) -> Book:
        """Record what the corpus holds before it is changed, and clear what nothing refers to."""
        before = self.book()
        book = self.now(content, made)
        if self._former is not None:
            self._bring(self._former, book)
        if book.steps != before.settled(book.steps[book.at].hash).steps:
            book = self._write(self._stored(book, book.steps[book.at], content))
        self._clear(book)
        return book

    def going_to(
        self, book: Book, packing: Packing, what: str, learnt: Mapping[str, bytes] | None = None
    ) -> None:
        """Record that the corpus is about to become what is being packed, a new version.

        `learnt` is what is to be remembered of data sets once it is.
        """
        name, packed = packing.done()
        step = Step(name, _now(), _legible(what), self._keep(name, lambda: packed))
        step = self._learning(step, book.steps[book.at].imports, learnt or {})
        self._write(msgspec.structs.replace(book, going=Going(book.at + 1, step)))

    def learn(self, book: Book, learnt: Mapping[str, bytes]) -> None:
        """Remember something of data sets that changed nothing in the corpus."""
        steps, now = list(book.steps), book.steps[book.at]
        steps[book.at] = self._learning(now, now.imports, learnt)
        if steps[book.at].imports != now.imports:
            self._write(msgspec.structs.replace(book, steps=tuple(steps)))

    def remembered(self, book: Book, dataset: str) -> bytes | None:
        """What is remembered of a data set in the version the corpus holds; None if nothing is."""
        name = book.steps[book.at].imports.get(dataset) if book.steps else None
        return None if name is None else self._kept(name)

    def stepping_to(self, book: Book, at: int) -> None:
        """Record that the corpus is about to become version `at`, which is known."""
        self._write(msgspec.structs.replace(book, going=Going(at)))

    def done(self) -> None:
        """Record that what was about to happen did.

        Until then the file as it was before means that the writer was killed; from then on, that
        another program brought that back.
        """
        book = self.book()
        if book.going is not None:
            target = book.going.step or book.steps[book.going.at]
            # The corpus is written, whatever stands against saying so: its next reader sees it.
            with suppress(SystemRefused):
                self._write(book.settled(target.hash))

    def read(self, step: Step) -> bytes:
        """The bytes of one version. DataWrong when what was kept is damaged or gone."""
        content = self._kept(step.hash)
        if content is None:
            place = self.folder / f"{step.hash}.z"
            raise DataWrong(
                (Problem(str(place), "", "this kept version is damaged or gone"),),
                "`relwatch corpus log` lists the others; nothing was changed",
            )
        return content

    # What is on disk.

    def _elsewhere(self, current: str, none: Book) -> Book:
        """What is known of these bytes as another file's; `none` when nothing is.

        Of a file that is gone, this one is what became of it. Of one that is still there, this
        one is a copy, which shares with it what was before.
        """
        latest: tuple[str, Path, Book] | None = None
        for place in self.folder.parent.glob(f"*/{_BOOK}"):
            try:
                book = msgspec.json.decode(place.read_bytes(), type=Book)
            except (OSError, msgspec.MsgspecError):
                continue
            book = book.settled(current)
            at = max((n for n, step in enumerate(book.steps) if step.hash == current), default=-1)
            if at >= 0 and (latest is None or latest[0] < book.steps[at].when):
                latest = book.steps[at].when, place.parent, msgspec.structs.replace(book, at=at)
        if latest is None:
            return none
        _, self._former, book = latest
        if os.path.lexists(book.path):
            return Book(none.path, book.steps[: book.at + 1], book.at)
        return msgspec.structs.replace(book, path=none.path)

    def _bring(self, former: Path, book: Book) -> None:
        """Keep here, too, what the former file's history kept of these versions."""
        self._make_folder()
        for name in _names(book):
            place = self.folder / f"{name}.z"
            with suppress(FileNotFoundError):
                if not place.exists():
                    replace(place, (former / place.name).read_bytes(), mode=PRIVATE)

    def _kept(self, name: str) -> bytes | None:
        """Bytes that were kept under their hash; None when they are damaged or gone."""
        import zlib

        for folder in filter(None, (self.folder, self._former)):
            try:
                content = zlib.decompress((folder / f"{name}.z").read_bytes())
            except (OSError, zlib.error):
                continue
            if digest(content) == name:
                return content
        return None

    def _learning(self, step: Step, before: dict[str, str], learnt: Mapping[str, bytes]) -> Step:
        """A version that remembers what was known before it, and what is learnt with it."""
        imports, size = dict(before), step.size
        for dataset, memory in learnt.items():
            imports[dataset] = digest(memory)
            size += self._store(imports[dataset], memory)
        return msgspec.structs.replace(step, imports=imports, size=size)

    def _stored(self, book: Book, step: Step, content: bytes) -> Book:
        size = self._store(step.hash, content)
        steps = list(book.steps)
        steps[book.at] = msgspec.structs.replace(step, size=size)
        return msgspec.structs.replace(book, steps=tuple(steps))

    def _store(self, name: str, content: bytes) -> int:
        """Keep bytes under their hash, if they are not kept yet; how many they take there."""
        return self._keep(name, lambda: _packed(content))

    def _keep(self, name: str, packed: Callable[[], bytes]) -> int:
        place = self.folder / f"{name}.z"
        with suppress(OSError):
            return place.stat().st_size
        self._make_folder()
        content = packed()
        replace(place, content, mode=PRIVATE)
        return len(content)

    def _write(self, book: Book) -> Book:
        steps, left, dropped = list(book.steps), list(book.left[-KEPT:]), 0
        newest = 1 if book.going and book.going.step else 0
        while left and sum(step.size for step in (*left, *steps)) > WEIGHT:
            left.pop(0)
        while dropped < book.at and (
            len(steps) + newest > KEPT
            or (len(steps) + newest > ALWAYS_KEPT and sum(s.size for s in steps) > WEIGHT)
        ):
            steps.pop(0)
            dropped += 1
        going = book.going and Going(book.going.at - dropped, book.going.step)
        book = Book(book.path, tuple(steps), book.at - dropped, going, tuple(left))
        self._make_folder()
        content = msgspec.json.format(msgspec.json.encode(book), indent=1)
        replace(self.folder / _BOOK, content, mode=PRIVATE)
        return book

    def _clear(self, book: Book) -> None:
        """Remove versions that left the book, and what killed writers left."""
        written = self.book()
        names = _names(book) | _names(written)
        kept = {f"{name}.z" for name in names} | {_BOOK, "book.unreadable"}
        with suppress(OSError):
            for name in os.listdir(self.folder):  # noqa: PTH208 - names are enough
                if name not in kept:
                    with suppress(OSError):
                        (self.folder / name).unlink()

    def _make_folder(self) -> None:
        for folder in (self.folder.parent, self.folder):
            try:
                private_folder(folder)
            except SystemRefused as error:
                cause = error.__context__
                raise self._refused(cause if isinstance(cause, OSError) else OSError()) from None

    def _refused(self, error: OSError) -> SystemRefused:
        return SystemRefused(
            f"{self.folder}: the history cannot be kept there ({error.strerror or error}); "
            "nothing was changed",
            "make the folder writable, or set XDG_STATE_HOME to another one",
        )


def _names(book: Book) -> set[str]:
    """The names of all that a book refers to."""
    steps = [*book.all, *((book.going.step,) if book.going and book.going.step else ())]
    return {name for step in steps for name in (step.hash, *step.imports.values())}


def _packed(content: bytes) -> bytes:
    import zlib

    return zlib.compress(content, 1)


def _legible(text: str) -> str:
    """A text that names a file whose name is no UTF-8, as it can be written."""
    return text.encode("utf-8", "backslashreplace").decode()


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def target(book: Book, steps: int) -> int:
    """Which version `steps` writes back (below zero) or forward is. AskedWrongly: there is none."""
    at = book.at + steps
    if not 0 <= at < len(book.steps):
        left = book.at if steps < 0 else len(book.steps) - 1 - book.at
        word = "undo" if steps < 0 else "redo"
        raise AskedWrongly(
            f"only {left} write{'' if left == 1 else 's'} can be {word}ne"
            if left
            else f"nothing to {word}",
            "`relwatch corpus log` shows what is kept",
        )
    return at
