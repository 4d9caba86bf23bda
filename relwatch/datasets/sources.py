"""Which files a data set is read from, and their bytes: plain, gzip or zip, a file or a folder.

Compressed files are read as a stream and never unpacked to disk. What cannot be trusted to be
whole is refused: a stream that breaks off, a checksum that is wrong, an archive that grows out
of all proportion.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from glob import glob, has_magic
from pathlib import Path
from typing import IO

from msgspec import Struct

from relwatch.errors import AskedWrongly, DataWrong, Problem, SystemRefused

BLOCK = 1 << 20
"""Bytes read at a time."""

ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".jsonl", ".ndjson", ".json")
_PAPERS = ("readme", "license", "licence", "codebook", "changelog", "citation")
# Event files shrink 5 to 30 times. Deflate cannot do better than about 1,030.
_MOST_GROWTH = 200
_GROWTH_COUNTS_FROM = 8 << 20
_MOST_MEMBERS = 100_000


class Source(Struct, frozen=True):
    """One stream of rows: a file, or a member of a zip archive.

    `size` is what it takes on disk, in bytes: what progress is measured in.
    """

    path: Path
    size: int
    member: str = ""

    @property
    def name(self) -> str:
        """How messages call it."""
        return f"{self.path}:{self.member}" if self.member else str(self.path)

    @property
    def packed(self) -> bool:
        """Whether its bytes are compressed."""
        return bool(self.member) or self.path.suffix.lower() == ".gz"


class Found(Struct, frozen=True):
    """The sources that some paths name, and the files beside them that hold no rows."""

    sources: tuple[Source, ...]
    left_out: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """What all of them take on disk, in bytes."""
        return sum(source.size for source in self.sources)


def refused(
    name: str, problem: str, expected: str = "", hint: str = "", line: int = 0
) -> DataWrong:
    """What is raised for a file that cannot be used as it is."""
    return DataWrong((Problem(name, f"line {line:,}" if line else "", problem, expected),), hint)


def find(paths: tuple[str, ...]) -> Found:
    """The sources that paths, patterns and folders name, by name, each once.

    Raises AskedWrongly for what is not there, DataWrong for folders and archives without rows.
    """
    sources: dict[tuple[Path, str], Source] = {}
    left_out: list[str] = []
    for path in _files(paths, left_out):
        for source in _members(path, left_out) if _is_zip(path) else (_plain(path),):
            sources.setdefault((source.path.resolve(), source.member), source)
    return Found(tuple(sources.values()), tuple(left_out))


def _files(paths: tuple[str, ...], left_out: list[str]) -> Iterator[Path]:
    for text in paths:
        path = Path(text).expanduser()
        if path.is_dir():
            yield from _folder(path, left_out)
        elif path.exists():
            if not path.is_file():
                raise AskedWrongly(
                    f"{text}: is no file but a pipe or a device, and a data set is read twice",
                    "write it into a file first",
                )
            yield path
        elif has_magic(text):
            # Path.glob takes no absolute patterns.
            matched = sorted(glob(str(path), recursive=True))  # noqa: PTH207
            if not matched:
                raise AskedWrongly(f"{text}: no file matches", "quote the pattern in a shell")
            for name in matched:
                if Path(name).is_dir():
                    yield from _folder(Path(name), left_out)
                elif Path(name).is_file():
                    yield Path(name)
                else:
                    left_out.append(name)
        else:
            raise AskedWrongly(f"{text}: no such file")


def _folder(folder: Path, left_out: list[str]) -> Iterator[Path]:
    some = False
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if path.is_dir() or any(part.startswith(".") for part in inside):
            continue
        if _holds_rows(path.name) and path.is_file():
            some = True
            yield path
        else:
            left_out.append(str(path))
    if not some:
        raise refused(str(folder), "the folder holds no event files", f"files in {_endings()}")


def _endings() -> str:
    return f"{', '.join(ENDINGS)}, plain, .gz or .zip"


def _holds_rows(name: str) -> bool:
    name = name.lower()
    if name.startswith(_PAPERS):
        return False
    return name.endswith(".zip") or name.removesuffix(".gz").endswith(ENDINGS)


def _is_zip(path: Path) -> bool:
    return path.suffix.lower() == ".zip"


def _plain(path: Path) -> Source:
    try:
        return Source(path, path.stat().st_size)
    except OSError as error:
        raise SystemRefused(f"{path}: {error.strerror or error}") from None


def _members(path: Path, left_out: list[str]) -> Iterator[Source]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile:
        raise refused(
            str(path), "the zip archive is damaged or was cut off", hint="download it again"
        ) from None
    except OSError as error:
        raise SystemRefused(f"{path}: {error.strerror or error}") from None
    if len(members) > _MOST_MEMBERS:
        raise refused(str(path), f"the archive holds {len(members):,} members", "an event archive")
    if any(member.filename == "xl/workbook.xml" for member in members):
        raise refused(str(path), "is an Excel workbook", "the data set's own text files")
    some = False
    for member in sorted(members, key=lambda member: member.filename):
        name = member.filename
        if member.is_dir():
            continue
        last = name.rsplit("/", 1)[-1]
        if name.startswith("__MACOSX/") or last.startswith(".") or not _holds_rows(last):
            left_out.append(f"{path}:{name}")
            continue
        if last.lower().endswith((".zip", ".gz")):
            raise refused(f"{path}:{name}", "is an archive inside an archive", "one level of zip")
        _check_growth(f"{path}:{name}", member.file_size, member.compress_size)
        if member.flag_bits & 1:
            raise refused(f"{path}:{name}", "is encrypted", hint="unpack it with its password")
        some = True
        yield Source(path, member.compress_size, name)
    if not some:
        raise refused(str(path), "the archive holds no event files", f"members in {_endings()}")


class Stream:
    """The bytes of a source, block by block; `taken` says how many bytes of disk were used up.

    A context manager. Raises DataWrong where the bytes are not what the archive promised.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.taken = 0
        self._made = 0
        self._archive: zipfile.ZipFile | None = None
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Stream:
        try:
            if self.source.member:
                self._archive = zipfile.ZipFile(self.source.path)
                self._file = self._archive.open(self.source.member)
            else:
                self._file = self.source.path.open("rb")
        except zipfile.BadZipFile:
            raise refused(self.source.name, "the zip archive is damaged") from None
        except (NotImplementedError, RuntimeError) as error:
            raise refused(self.source.name, str(error), "a zip packed with deflate") from None
        except OSError as error:
            raise SystemRefused(f"{self.source.name}: {error.strerror or error}") from None
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()
        if self._archive is not None:
            self._archive.close()

    def __iter__(self) -> Iterator[bytes]:
        assert self._file is not None
        try:
            if self.source.member:
                yield from self._zipped(self._file)
            elif self.source.packed:
                yield from self._gzipped(self._file)
            else:
                while block := self._file.read(BLOCK):
                    self.taken += len(block)
                    yield block
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise refused(
                self.source.name,
                f"the compressed data are damaged ({error})",
                hint="download it again",
            ) from None
        except OSError as error:
            raise SystemRefused(f"{self.source.name}: {error.strerror or error}") from None

    def _zipped(self, file: IO[bytes]) -> Iterator[bytes]:
        while block := file.read(BLOCK):
            self._made += len(block)
            # The archive may lie about both of its sizes, so the growth is measured here too.
            self.taken = min(self.source.size, self._made)
            _check_growth(self.source.name, self._made, self.source.size)
            yield block
        self.taken = self.source.size

    def _gzipped(self, file: IO[bytes]) -> Iterator[bytes]:
        # Not the gzip module: a stream that breaks off, several streams in one file and zeros
        # after the last one all have to be told apart.
        unpack = zlib.decompressobj(wbits=31)
        began = False
        while packed := file.read(BLOCK):
            self.taken += len(packed)
            while packed:
                if unpack.eof:
                    packed = packed.lstrip(b"\0")
                    if not packed:
                        break
                    unpack = zlib.decompressobj(wbits=31)
                began = True
                block = unpack.decompress(packed, BLOCK)
                while block:
                    self._made += len(block)
                    # What waits to be unpacked has made nothing yet.
                    used = self.taken - len(unpack.unconsumed_tail) - len(unpack.unused_data)
                    _check_growth(self.source.name, self._made, used)
                    yield block
                    block = unpack.decompress(unpack.unconsumed_tail, BLOCK)
                packed = unpack.unused_data
        if began and not unpack.eof:
            raise refused(
                self.source.name,
                "the gzip file is cut off before its end",
                "a whole file",
                "download it again; nothing was read",
            )


def _check_growth(name: str, made: int, packed: int) -> None:
    """DataWrong for bytes that grow out of all proportion when they are unpacked."""
    if made > _GROWTH_COUNTS_FROM and made > _MOST_GROWTH * max(packed, 1):
        raise refused(
            name,
            f"{made >> 20:,} MB come out of {packed:,} bytes: this looks like an archive bomb",
            f"event files grow less than {_MOST_GROWTH} times",
        )


def head(source: Source, most: int = 1 << 18) -> bytes:
    """The first bytes of a source, at most `most`."""
    found = bytearray()
    with Stream(source) as stream:
        for block in stream:
            found += block
            if len(found) >= most:
                break
    return bytes(found[:most])
