"""Everything that is wrong with a corpus file, in one pass, each with its place.

The types of `model` are walked rather than repeated here; what types cannot say follows in `links`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import inspect

from relwatch.corpora.anything import shown, type_of
from relwatch.corpora.links import Links
from relwatch.errors import Problem
from relwatch.model import Corpus
from relwatch.text import near


class _Duplicates(dict[str, Any]):
    """A JSON object that remembers which of its keys the file gave twice."""

    twice: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = _Duplicates(pairs)
    if len(made) != len(pairs):
        keys = [key for key, _ in pairs]
        made.twice = tuple(dict.fromkeys(key for key in keys if keys.count(key) > 1))
    return made


def check_bytes(content: bytes, name: str, *, reading: bool = False) -> list[Problem]:
    """All problems of a corpus file; [] when there are none.

    What a reader can live with and no write may leave behind (links that lead nowhere, numbers
    off their scale) is an error too, unless the question is whether the file may be read.
    """
    document, problem = _parse(content, name)
    if problem:
        return [problem]
    strange = re.search(rb"\\u[dD][89a-fA-F]|\d[eE]\+?\d{3}|\d{300}", content) is not None
    return list(Check(name, reading).document(document, strange=strange))


def _parse(content: bytes, name: str) -> tuple[Any, Problem | None]:
    import json

    if not content.strip():
        return None, Problem(name, "", "the file is empty", "a corpus in JSON")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None, Problem(name, "", "the file is UTF-16", "save it as UTF-8")
    if content.startswith(b"\xef\xbb\xbf"):
        return None, Problem(
            name, "", "the file begins with a byte order mark (BOM)", "save it as UTF-8 without BOM"
        )
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return None, Problem(
            name,
            f"line {line}",
            f"byte {error.start:,} is not UTF-8 (0x{content[error.start]:02x})",
            "save it as UTF-8",
        )
    try:
        document = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_constant=_refuse_constant,
        )
        return document, None
    except json.JSONDecodeError as error:
        if not text[error.pos :].strip():
            what = "the file stops in the middle of the JSON"
        else:
            what = f"broken JSON: {error.msg[0].lower()}{error.msg[1:]}"
        return None, Problem(
            name, f"line {error.lineno}, column {error.colno}", what, "a complete JSON document"
        )
    except RecursionError:
        return None, Problem(name, "", "nested too deeply to be a corpus", "a corpus in JSON")
    except ValueError as error:
        return None, Problem(name, "", f"broken JSON: {error}", "finite numbers")


def _integer(text: str) -> float:
    """An integer; an infinite one where no reader of JSON would get it exactly or at all."""
    return int(text) if len(text) < 300 else math.inf


def _refuse_constant(text: str) -> float:
    raise ValueError(f"{text} is not a JSON number")


_TWICE = "this key stands twice in one object"
_WHOLE = "both halves of a \\ud800 pair, or the character itself"


def _is_text(value: str) -> bool:
    if value.isascii():
        return True
    return not any("\ud800" <= char <= "\udfff" for char in value)


def _visible(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


class Check:
    """One file being checked. Methods yield problems; of one place only the first is told.

    `failed` holds the places of errors, but for keys given twice: what such a key says last may be
    wrong on its own account.
    """

    def __init__(self, name: str, reading: bool) -> None:
        self.name = name
        self.reading = reading
        self.failed: set[str] = set()

    def error(self, path: str, problem: str, expected: str = "") -> Problem:
        return Problem(self.name, path, problem, expected)

    def fault(self, path: str, problem: str, expected: str = "") -> Problem:
        """An error of a file that can be read nevertheless."""
        return (self.advice if self.reading else self.error)(path, problem, expected)

    def advice(self, path: str, problem: str, expected: str = "") -> Problem:
        return Problem(self.name, path, problem, expected, "advice")

    def document(self, document: Any, *, strange: bool) -> Iterator[Problem]:
        """All problems. `strange` says that something may stand in it that no program can hold."""
        for problem in self._all(document, strange):
            if problem.path not in self.failed:
                yield problem
            if problem.level == "error" and problem.problem != _TWICE:
                self.failed.add(problem.path)

    def _all(self, document: Any, strange: bool) -> Iterator[Problem]:
        if strange:
            yield from self.representable(document, "")
        yield from self.typed(document, inspect.type_info(Corpus), "")
        if isinstance(document, dict):
            yield from Links(self, document).all()

    def representable(self, value: Any, path: str) -> Iterator[Problem]:
        """What JSON can write and no program can hold: half a character, a number without end."""
        match value:
            case dict():
                for key, one in value.items():
                    inside = f"{path}.{key}" if path else key
                    if not _is_text(key):
                        yield self.error(_visible(inside), "a key with half a character", _WHOLE)
                    yield from self.representable(one, _visible(inside))
            case list():
                for number, one in enumerate(value):
                    yield from self.representable(one, f"{path}[{number}]")
            case str() if not _is_text(value):
                yield self.error(path, "text with half a character", _WHOLE)
            case float() if math.isinf(value):
                yield self.error(path, "a number too large to be held", "a number up to 1e308")

    # Types: the structs of `model` say what may stand where.

    def typed(self, value: Any, kind: inspect.Type, path: str) -> Iterator[Problem]:
        match kind:
            case inspect.Metadata(type=inner):
                yield from self.typed(value, inner, path)
            case inspect.UnionType(types=kinds):
                if value is not None:
                    rest = [one for one in kinds if not isinstance(one, inspect.NoneType)]
                    yield from self.typed(value, rest[0], path)
            case inspect.StructType():
                yield from self.struct(value, kind, path)
            case inspect.VarTupleType(item_type=item):
                if not isinstance(value, list):
                    yield self.error(path, f"{type_of(value)} where an array belongs")
                    return
                for number, one in enumerate(value):
                    yield from self.typed(one, item, f"{path}[{number}]")
            case inspect.TupleType(item_types=items):
                if not isinstance(value, list) or len(value) != len(items):
                    yield self.error(
                        path,
                        f"{type_of(value)} where {len(items)} values belong",
                        "an array of two states",
                    )
                    return
                for number, (one, item) in enumerate(zip(value, items, strict=True)):
                    yield from self.typed(one, item, f"{path}[{number}]")
            case inspect.LiteralType(values=allowed):
                if value not in allowed or isinstance(value, bool):
                    yield self.error(
                        path,
                        f"{shown(value)} is not known",
                        f"one of {', '.join(map(str, allowed))}",
                    )
            case inspect.StrType():
                if not isinstance(value, str):
                    yield self.error(path, f"{type_of(value)} where text belongs")
            case inspect.BoolType():
                if not isinstance(value, bool):
                    yield self.error(path, f"{type_of(value)} where true or false belongs")
            case inspect.FloatType():
                if isinstance(value, bool) or not isinstance(value, (int, float)):
                    yield self.error(path, f"{type_of(value)} where a number belongs")

    def struct(self, value: Any, kind: inspect.StructType, path: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield self.error(path, f"{type_of(value)} where an object belongs")
            return
        inside = f"{path}." if path else ""
        known = {field.encode_name: field for field in kind.fields}
        for key in getattr(value, "twice", ()):
            yield self.error(f"{inside}{key}", _TWICE, "each key once")
        for field in kind.fields:
            if field.encode_name in value:
                yield from self.typed(
                    value[field.encode_name], field.type, f"{inside}{field.encode_name}"
                )
            elif field.required:
                yield self.error(f"{inside}{field.encode_name}", "missing", "a required field")
        for key in value:
            if key not in known:
                close = near(key, [name for name in known if name not in value], 1)
                yield self.advice(
                    f"{inside}{key}",
                    "relwatch does not know this field; it is kept",
                    f"did you mean {close[0]}?" if close else "",
                )


def errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems that keep a file from being used."""
    return tuple(problem for problem in problems if problem.level == "error")
