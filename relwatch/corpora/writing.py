"""Writing files so that a crash, a full disk or a kill leaves the old or the new one, whole."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from relwatch.errors import SystemRefused

# Folders that cannot be flushed (some network and Windows file systems) say so in these ways.
_NO_FLUSH = (errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EBADF, errno.EISDIR)

PRIVATE = 0o600
"""The mode of files that repeat what a corpus says: a corpus may be for its owner alone."""


def private_folder(folder: Path) -> None:
    """Make a folder of the user's that nobody else may look into. SystemRefused when that fails."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise refused(folder, error) from None
    with suppress(OSError):  # another user's, who lets us write there
        if folder.stat().st_mode & 0o077:
            folder.chmod(0o700)


def replace(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Put `content` in the place of a file, or make it: see `replacing`."""
    with replacing(path, mode) as write:
        write(content)


@contextmanager
def replacing(path: Path, mode: int = 0o666) -> Iterator[Callable[[bytes], None]]:
    """What writes, piece by piece, the file that takes the place of `path` when all went well.

    The bytes go to a temporary file in the same folder, which is flushed to disk and renamed; mode,
    owner and a symlink are kept; a new file gets `mode`, less the umask. Raises SystemRefused when the system does not let it. Whatever is
    raised, the old file is then untouched.
    """
    real = Path(os.path.realpath(path))
    temporary = real.with_name(f".{real.name}.{os.getpid()}-{os.urandom(4).hex()}.tmp")
    try:
        try:
            old = _status(real)
            if old is not None and not (old.st_mode & _WRITABLE and os.access(real, os.W_OK)):
                raise _ReadOnly(errno.EACCES, "read-only")
            descriptor = _opened(temporary, old, mode)
            try:
                yield lambda content: _write(descriptor, content)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            temporary.replace(real)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
    except OSError as error:
        raise refused(path, error) from None
    _flush_folder(real.parent, path)


_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


class _ReadOnly(PermissionError):
    """A rename would replace a file that its owner made read-only; that is no reason to."""


@contextmanager
def through(path: Path) -> Iterator[Callable[[bytes], None]]:
    """What writes into a pipe or a device. SystemRefused when the system does not let it."""
    try:
        with path.open("wb", buffering=0) as file:
            yield lambda content: _write(file.fileno(), content)
    except OSError as error:
        raise refused(path, error) from None


def refused(path: Path, error: OSError) -> SystemRefused:
    """What the system says against writing `path`, as a message with a way out."""
    reasons = {
        errno.ENOSPC: ("no space is left on the disk", "free some space and try again"),
        errno.EDQUOT: ("your disk quota is used up", "free some space and try again"),
        errno.EFBIG: ("the file would exceed the size limit", "raise the limit (`ulimit -f`)"),
        errno.EACCES: (
            f"may not be written in {path.parent}",
            "check the permissions of file and folder",
        ),
        errno.EPERM: (
            f"may not be written in {path.parent}",
            "check the permissions of file and folder",
        ),
        errno.EROFS: ("the file system is read-only", "write to a copy elsewhere"),
        errno.ENOENT: (f"the folder {path.parent} is not there", "make it, or name another file"),
        errno.ENOTDIR: (f"{path.parent} is not a folder", "name another file"),
    }
    if isinstance(error, _ReadOnly):
        hint = f"`chmod u+w {path}` allows it, or write to a copy"
        return SystemRefused(f"{path}: is read-only; nothing was changed", hint)
    number = error.errno or 0
    what, hint = reasons.get(number, (f"{error.strerror or error}", "try again"))
    return SystemRefused(f"{path}: {what}; nothing was changed", hint)


def clear_leftovers(path: Path) -> int:
    """Remove temporary files that killed writers left beside a file; how many there were.

    Only for who holds the file's lock: nobody else can be writing it then.
    """
    real = Path(os.path.realpath(path))
    beginning, removed = f".{real.name}.", 0
    with suppress(OSError):
        for name in os.listdir(real.parent):  # noqa: PTH208 - names are enough, and quicker
            if name.startswith(beginning) and name.endswith(".tmp"):
                with suppress(OSError):
                    (real.parent / name).unlink()
                    removed += 1
    return removed


def _status(real: Path) -> os.stat_result | None:
    try:
        return real.stat()
    except FileNotFoundError:
        return None


def _opened(temporary: Path, old: os.stat_result | None, mode: int) -> int:
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    if old is not None:
        with suppress(OSError):  # another user's file in a shared folder: ours from now on
            os.fchown(descriptor, old.st_uid, old.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
    return descriptor


def _write(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _flush_folder(folder: Path, path: Path) -> None:
    """Make a rename last: without it a power cut could bring the old name back."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno not in _NO_FLUSH:
            raise SystemRefused(
                f"{path}: written, but its folder cannot be flushed to disk: {error.strerror}",
                "check the disk; the file holds the new content",
            ) from None
