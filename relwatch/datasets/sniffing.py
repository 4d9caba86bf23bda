"""What a file is, and why: data set, version, separator, header, encoding; or why it is refused."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from relwatch.datasets import DATASETS, module
from relwatch.datasets.layout import Finding, Head
from relwatch.datasets.sources import Found, Source, find, head, refused
from relwatch.errors import DataWrong

_BYTES = 1 << 18
_LINES = 500
_MARKS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_COUNTS = frozenset((
    "events", "event_count", "events_count", "count", "counts", "n", "n_events", "num_events",
    "numevents", "nevents", "number_of_events", "total", "freq", "frequency", "total_events",
))  # fmt: skip


class Sniffed(Struct, frozen=True):
    """A source and what it was found to be."""

    source: Source
    finding: Finding


def sniff(path: str) -> tuple[Sniffed, ...]:
    """What the sources are that a path, pattern or folder names; one for each file or member.

    Raises DataWrong, with the reason, for the first that cannot be read as it is.
    """
    sources = find((path,)).sources
    return tuple(Sniffed(source, _own_table(source) or recognise(source)) for source in sources)


def _own_table(source: Source) -> Finding | None:
    """What relwatch's own Parquet is: a table of events already, which nothing has to convert."""
    if source.path.suffix.casefold() != ".parquet":
        return None
    from relwatch.datasets.table import head as head_of

    known = head_of(source.path)
    return Finding(
        dataset="relwatch",
        version="Parquet",
        separator="",
        evidence=(
            f"its metadata names relwatch and the corpus {known.corpus.id}: {known.corpus.title}",
            f"{known.events:,} events",
        ),
    )


def sniff_all(paths: tuple[str, ...]) -> tuple[Found, tuple[Sniffed, ...]]:
    """The same for several paths, which must all hold one data set in one version of it."""
    found = find(paths)
    sniffed = tuple(Sniffed(source, recognise(source)) for source in found.sources)
    kinds: dict[tuple[str, str], Sniffed] = {}
    for one in sniffed:
        # One release of GDELT repeats the other's events under other ids.
        version = one.finding.version if one.finding.dataset == "gdelt" else ""
        kinds.setdefault((one.finding.dataset, version), one)
    if len(kinds) > 1:
        first, second = list(kinds.values())[:2]
        raise refused(
            " ".join(paths),
            f"two data sets: {first.source.name} is {describe(first.finding)},"
            f" {second.source.name} is {describe(second.finding)}",
            "files of one data set",
            "convert them one by one",
        )
    return found, sniffed


def describe(finding: Finding) -> str:
    """A data set and its version in words."""
    title = module(finding.dataset).DATASET.title
    return f"{title} ({finding.version})"


def recognise(source: Source) -> Finding:
    """What one source is. DataWrong, with the reason, when nothing can read it."""
    text, encoding, whole = _text(source)
    # Not splitlines: cells may hold U+2028 and its like, which end no line of a file.
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    if len(lines) > 1 and not (whole and lines[-1]):
        lines.pop()
    while lines and not lines[0].strip():
        lines.pop(0)
    if not lines:
        raise refused(source.name, "the file is empty")
    beginning = Head(
        name=source.name,
        text=text,
        lines=tuple(lines[:_LINES]),
        encoding=encoding,
        whole=whole,
    )
    finding = _ask(beginning)
    if finding is None:
        raise _unknown(beginning)
    _check_header_once(beginning, finding)
    return msgspec.structs.replace(finding, encoding=encoding)


def _ask(beginning: Head) -> Finding | None:
    for name in DATASETS:
        found: Finding | None = module(name).recognise(beginning)
        if found is not None:
            return found
    return None


def _text(source: Source) -> tuple[str, str, bool]:
    content = head(source, _BYTES)
    whole = len(content) < _BYTES
    if not content:
        raise refused(source.name, "the file is empty")
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            raise _encoded(source, encoding)
    if content.startswith(b"PAR1"):
        raise refused(source.name, "is Parquet", hint="its name must end in .parquet")
    if content.startswith((b"PK\x03\x04", b"\x1f\x8b")):
        raise refused(
            source.name, "is compressed, but its name does not end in .zip or .gz", hint="rename it"
        )
    if content[:1000].count(b"\0") > len(content[:1000]) / 4:
        raise _encoded(source, "UTF-16")
    marked = content.startswith(b"\xef\xbb\xbf")
    if not whole:
        content = content[: content.rfind(b"\n") + 1] or content
    text = content.decode("utf-8-sig", errors="replace")
    if "\0" in text or "\ufffd" in text:
        _check_bytes(source, content)
    return text, "UTF-8 with a byte order mark" if marked else "UTF-8", whole


def _check_bytes(source: Source, content: bytes) -> None:
    """Refuse a file of which more than one line in a hundred is not UTF-8: it is another encoding.

    Fewer are damaged lines, which are rejected one by one.
    """
    lines = content.split(b"\n")
    first, wrong = "", 0
    for number, line in enumerate(lines, 1):
        try:
            line.decode()
            problem = "holds a NUL byte: it is damaged or no text" if b"\0" in line else ""
        except UnicodeDecodeError as error:
            problem = f"is not UTF-8 (byte 0x{line[error.start]:02x})"
        if problem:
            wrong += 1
            first = first or f"line {number:,} {problem}"
    if wrong > len(lines) / 100:
        raise refused(
            source.name,
            first,
            "UTF-8",
            "iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW, if that is what it is",
        )


def _encoded(source: Source, encoding: str) -> DataWrong:
    return refused(
        source.name,
        f"is {encoding}",
        "UTF-8",
        f"iconv -f {encoding} -t UTF-8 FILE > NEW",
    )


def _unknown(beginning: Head) -> DataWrong:
    """Why nothing can read a file: an aggregated table, lines above the header, or no data set."""
    first = beginning.lines[0]
    if first.lstrip().startswith("["):
        return refused(
            beginning.name,
            "is one JSON array, not one record a line",
            "NDJSON: every line one JSON object",
            "`jq -c '.[]' FILE` writes one record a line",
        )
    for number in range(1, min(len(beginning.lines), 30)):
        later = Head(
            name=beginning.name,
            text="\n".join(beginning.lines[number:]),
            lines=beginning.lines[number:],
            encoding=beginning.encoding,
            whole=beginning.whole,
        )
        try:
            found = _ask(later)
        except DataWrong:
            continue
        if found is not None and (found.header or found.dataset == "gdelt"):
            what = "the header" if found.header else "the first row"
            return refused(
                beginning.name,
                f"{number} line{'s' if number > 1 else ''} above {what}"
                f" (“{first.strip()[:60]}”); below is {describe(found)}",
                "the header in the first line" if found.header else "rows only",
                f"`tail -n +{number + 1} FILE` writes the rest",
            )
    for separator in (",", "\t", ";"):
        cells = {cell.strip().casefold() for cell in beginning.quoted_cells(separator)}
        if len(cells) > 1 and cells & _COUNTS:
            return refused(
                beginning.name,
                "an aggregated table: its rows are counts"
                f" ({', '.join(sorted(cells & _COUNTS))}), not events",
                "one row for each event",
            )
    for separator in ("\t", ";", "|"):
        header = beginning.quoted_cells(separator)
        if len(header) > 5:
            other = ",".join(header) if separator != "," else ""
            again = Head(
                name=beginning.name,
                text=other,
                lines=(other,),
                encoding=beginning.encoding,
                whole=True,
            )
            try:
                found = _ask(again)
            except DataWrong:
                found = None
            if found is not None:
                shown = {"\t": "tabs", ";": "semicolons", "|": "bars"}[separator]
                return refused(
                    beginning.name,
                    f"{describe(found)} with {shown} between its fields: it has been rewritten",
                    "the file as it is published",
                )
    return refused(
        beginning.name,
        "none of the data sets relwatch reads",
        ", ".join(DATASETS),
        "`relwatch datasets` says what each looks like",
    )


def _check_header_once(beginning: Head, finding: Finding) -> None:
    if not finding.header:
        return
    first = beginning.lines[0]
    for number, line in enumerate(beginning.lines[1:], 2):
        if line == first:
            raise again(beginning.name, number)


def again(name: str, line: int) -> DataWrong:
    """What is raised for a second header among the rows."""
    return refused(
        name,
        "the header is repeated: several files were joined into one",
        "one header, in the first line",
        "convert the files themselves: relwatch reads folders and patterns",
        line,
    )
