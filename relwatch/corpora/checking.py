"""Everything that is wrong with a corpus file, in one pass, each with its place.

The types of `model` are walked rather than repeated here; what types cannot say (links, dates
that exist, ids used once) follows.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from msgspec import inspect

from relwatch.corpora.documents import ROOMS, kind_of_room, ordered
from relwatch.errors import Problem
from relwatch.model import Corpus, Event
from relwatch.periods import date_days
from relwatch.reference import COLORS, LIKELIHOODS, acts, countries
from relwatch.text import near, spaced

DATE_FORMS = "YYYY, YYYY-MM or YYYY-MM-DD"
_KINDS = {
    dict: "an object",
    list: "an array",
    str: "text",
    bool: "true or false",
    type(None): "null",
}


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
    return list(_Check(name, reading).document(document, strange=strange))


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


def _kind(value: Any) -> str:
    return _KINDS.get(type(value)) or next(
        (name for kind, name in _KINDS.items() if isinstance(value, kind)), "a number"
    )


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value[:60]}…"' if len(value) > 60 else f'"{value}"'
    return _kind(value) if isinstance(value, (dict, list)) else str(value)


_WHOLE = "both halves of a \\ud800 pair, or the character itself"


def _is_text(value: str) -> bool:
    if value.isascii():
        return True
    return not any("\ud800" <= char <= "\udfff" for char in value)


def _visible(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


class _Check:
    """One file being checked. Methods yield problems; of one place only the first is told.

    `failed` holds the places of errors and all that holds them: a place that has an error inside
    is not told to be empty.
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
            if problem.level == "error":
                self.failed.update(_with_holders(problem.path))

    def _all(self, document: Any, strange: bool) -> Iterator[Problem]:
        if strange:
            yield from self.representable(document, "")
        yield from self.typed(document, inspect.type_info(Corpus), "")
        if isinstance(document, dict):
            yield from _Links(self, document).all()

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
                    yield self.error(path, f"{_kind(value)} where an array belongs")
                    return
                for number, one in enumerate(value):
                    yield from self.typed(one, item, f"{path}[{number}]")
            case inspect.TupleType(item_types=items):
                if not isinstance(value, list) or len(value) != len(items):
                    yield self.error(
                        path,
                        f"{_kind(value)} where {len(items)} values belong",
                        "an array of two states",
                    )
                    return
                for number, (one, item) in enumerate(zip(value, items, strict=True)):
                    yield from self.typed(one, item, f"{path}[{number}]")
            case inspect.LiteralType(values=allowed):
                if value not in allowed or isinstance(value, bool):
                    yield self.error(
                        path,
                        f"{_shown(value)} is not known",
                        f"one of {', '.join(map(str, allowed))}",
                    )
            case inspect.StrType():
                if not isinstance(value, str):
                    yield self.error(path, f"{_kind(value)} where text belongs")
            case inspect.BoolType():
                if not isinstance(value, bool):
                    yield self.error(path, f"{_kind(value)} where true or false belongs")
            case inspect.FloatType():
                if isinstance(value, bool) or not isinstance(value, (int, float)):
                    yield self.error(path, f"{_kind(value)} where a number belongs")

    def struct(self, value: Any, kind: inspect.StructType, path: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield self.error(path, f"{_kind(value)} where an object belongs")
            return
        inside = f"{path}." if path else ""
        known = {field.encode_name: field for field in kind.fields}
        for key in getattr(value, "twice", ()):
            yield self.error(
                f"{inside}{key}", "this key stands twice in one object", "each key once"
            )
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


def _with_holders(path: str) -> Iterator[str]:
    """A path, and those of the objects and arrays that hold its place."""
    while path:
        yield path
        path = path[: max(path.rfind("."), path.rfind("["), 0)]


def _dicts(value: Any) -> list[tuple[int, dict[str, Any]]]:
    """The objects of an array that may hold anything, with their positions."""
    if not isinstance(value, list):
        return []
    return [(number, one) for number, one in enumerate(value) if isinstance(one, dict)]


def _texts(value: Any) -> list[tuple[int, str]]:
    if not isinstance(value, list):
        return []
    return [(number, one) for number, one in enumerate(value) if isinstance(one, str)]


class _Links:
    """What types cannot say: dates that exist, ids used once, links that lead somewhere."""

    def __init__(self, check: _Check, document: dict[str, Any]) -> None:
        self.check = check
        self.document = document
        self.states = {country.iso3 for country in countries()}
        self.used: dict[str, set[str]] = {"actors": set(), "sources": set()}
        self.unread: set[str] = set()
        """Rooms of which a reference stands where it cannot be read: it may be to any of them."""

    def all(self) -> Iterator[Problem]:
        self.ids: dict[str, dict[str, int]] = {}
        for room in ("categories", "actors", "sources", "events", "assessments"):
            self.ids[room] = {}
            yield from self.unique(room)
        if self.document.get("categories") == []:
            yield self.check.error("categories", "no category is declared", "at least one")
        # Where ids cannot be read, each link would repeat that one problem.
        self.unknown = {
            room
            for room in self.ids
            if room in self.check.failed
            and (
                not isinstance(self.document.get(room), list)
                or any(
                    f"{room}[{number}].id" in self.check.failed or not isinstance(one, dict)
                    for number, one in enumerate(self.document[room])
                )
            )
        }
        self.unknown |= set() if self.ids["categories"] else {"categories"}
        self.unread |= self.unknown
        for key in ("events", "assessments"):
            if not self.objects(self.document.get(key)):
                self.unread |= {"actors", "sources"}
        yield from self.coverage()
        for number, actor in _dicts(self.document.get("actors")):
            yield from self.alpha3(actor.get("of"), f"actors[{number}].of")
            if actor.get("kind") is None:
                yield self.check.advice(
                    f"actors[{number}].kind", "missing", "state, organisation or person"
                )
            if actor.get("kind") == "state":
                yield from self.alpha3(actor.get("id"), f"actors[{number}].id")
        for number, state in self.references("actors", self.document.get("parties")):
            yield from self.alpha3(state, f"parties[{number}]")
            yield from self.known("actors", state, f"parties[{number}]")
        for number, category in _dicts(self.document.get("categories")):
            color = category.get("color")
            if isinstance(color, str) and color not in COLORS:
                yield self.check.advice(
                    f"categories[{number}].color", f"{_shown(color)} is no colour terminals know",
                    "as red, bright_cyan",
                )  # fmt: skip
        for number, source in _dicts(self.document.get("sources")):
            yield from self.date(source, "published", f"sources[{number}]")
        for number, event in _dicts(self.document.get("events")):
            yield from self.event(event, f"events[{number}]")
        for number, assessment in _dicts(self.document.get("assessments")):
            yield from self.assessment(assessment, f"assessments[{number}]")
        yield from self.order()
        yield from self.key_order()
        for room in ("actors", "sources"):
            for name, number in self.ids[room].items() if room not in self.unread else ():
                if name not in self.used[room]:
                    yield self.check.advice(f"{room}[{number}]", f"“{name}” is never used")

    @staticmethod
    def objects(value: Any) -> bool:
        return value is None or (isinstance(value, list) and len(_dicts(value)) == len(value))

    def references(self, room: str, value: Any) -> list[tuple[int, str]]:
        """The names of a list, with their positions."""
        found = _texts(value)
        if value is not None and not (isinstance(value, list) and len(found) == len(value)):
            self.unread.add(room)
        return found

    def citing(self, value: Any) -> list[tuple[int, dict[str, Any]]]:
        """The objects of a list, each of which may name a source."""
        if not self.objects(value):
            self.unread.add("sources")
        return _dicts(value)

    def unique(self, room: str) -> Iterator[Problem]:
        seen = self.ids[room]
        for number, one in _dicts(self.document.get(room)):
            name = one.get("id")
            if not isinstance(name, str):
                continue
            path = f"{room}[{number}].id"
            if not name.strip():
                yield self.check.error(path, "an empty id")
            elif name in seen:
                yield self.check.error(
                    path, f"“{name}” is also the id of {room}[{seen[name]}]", "each id once"
                )
            else:
                seen[name] = number

    def known(self, room: str, name: Any, path: str) -> Iterator[Problem]:
        if not isinstance(name, str):
            self.unread.add(room)
            return
        if room in self.unknown:
            return
        if room in self.used:
            self.used[room].add(name)
        if name not in self.ids[room]:
            close = near(name, self.ids[room], 1)
            singular = {"categories": "category"}.get(room, room[:-1])
            # Reading needs categories and parties; it can do without the rest.
            needed = room == "categories" or path.startswith("parties")
            report = self.check.error if needed else self.check.fault
            hint = f"did you mean {close[0]}?" if close else f"an id of {room}"
            yield report(path, f"no {singular} “{name}” is declared", hint)

    def alpha3(self, state: Any, path: str) -> Iterator[Problem]:
        if isinstance(state, str) and not (len(state) == 3 and state.isascii() and state.isupper()):
            yield self.check.error(
                path, f"{_shown(state)} is not a state's code", "ISO 3166-1 alpha-3, as CHN"
            )
        elif isinstance(state, str) and state not in self.states:
            yield self.check.advice(path, f"{_shown(state)} is the code of no country", "as CHN")

    def date(self, holder: dict[str, Any], key: str, path: str) -> Iterator[Problem]:
        value = holder.get(key)
        if isinstance(value, str) and self.days(value) is None:
            yield self.check.error(f"{path}.{key}", f"{_shown(value)} is not a date", DATE_FORMS)

    @staticmethod
    def days(value: Any) -> tuple[int, int] | None:
        try:
            return date_days(value) if isinstance(value, str) else None
        except ValueError:
            return None

    def ends_before(self, start: Any, end: Any) -> bool:
        first, last = self.days(start), self.days(end)
        return first is not None and last is not None and last[1] < first[0]

    def coverage(self) -> Iterator[Problem]:
        for number, stretch in _dicts(self.document.get("coverage")):
            path = f"coverage[{number}]"
            yield from self.date(stretch, "start", path)
            yield from self.date(stretch, "end", path)
            if self.ends_before(stretch.get("start"), stretch.get("end")):
                yield self.check.error(f"{path}.end", "the stretch ends before it begins")

    def event(self, event: dict[str, Any], path: str) -> Iterator[Problem]:
        for key in ("date", "end", "reported", "recorded"):
            yield from self.date(event, key, path)
        if self.ends_before(event.get("date"), event.get("end")):
            yield self.check.error(
                f"{path}.end",
                f"{event['end']} lies before the date, {event['date']}",
                "a later day, or none",
            )
        if event.get("uncertain") is True and event.get("end") is None:
            yield self.check.advice(
                f"{path}.uncertain", "uncertain needs an end: one unknown day from date to end"
            )
        labels = event.get("categories")
        if isinstance(labels, list) and not labels:
            yield self.check.error(
                f"{path}.categories", "no category", "at least one; the first is the primary"
            )
        for number, label in _texts(labels):
            yield from self.known("categories", label, f"{path}.categories[{number}]")
        title = event.get("title")
        if isinstance(title, str) and (not title.strip() or "\n" in title or "\r" in title):
            yield self.check.advice(f"{path}.title", "a title is one line that is not empty")
        elif isinstance(title, str) and title != spaced(title):
            yield self.check.advice(
                f"{path}.title",
                "spaces at an end or in a row",
                "`relwatch check --fix` takes them out",
            )
        for key in ("categories", "actors", "initiators", "about"):
            before: set[str] = set()
            for number, name in _texts(event.get(key)):
                if name in before:
                    yield self.check.advice(
                        f"{path}.{key}[{number}]", f"“{name}” stands there twice"
                    )
                before.add(name)
        code = event.get("cameo")
        if isinstance(code, str) and code not in acts():
            close = near(code, acts(), 1)
            yield self.check.advice(
                f"{path}.cameo", f"{_shown(code)} is no CAMEO code",
                f"did you mean {close[0]}?" if close else "as 042",
            )  # fmt: skip
        actors, unread = {name for _, name in _texts(event.get("actors"))}, f"{path}.actors"
        for key in ("actors", "initiators", "about"):
            for number, name in self.references("actors", event.get(key)):
                yield from self.known("actors", name, f"{path}.{key}[{number}]")
                if key == "initiators" and name not in actors and unread not in self.check.failed:
                    yield self.check.advice(
                        f"{path}.{key}[{number}]", f"“{name}” is not among the actors"
                    )
        for number, name in _texts(event.get("follows")):
            yield from self.known("events", name, f"{path}.follows[{number}]")
            if name == event.get("id"):
                yield self.check.advice(f"{path}.follows[{number}]", "the event follows itself")
        for number, place in _dicts(event.get("places")):
            yield from self.place(place, f"{path}.places[{number}]")
        for number, amount in _dicts(event.get("amounts")):
            currency = amount.get("currency")
            if isinstance(currency, str) and not re.fullmatch("[A-Z]{3}", currency):
                yield self.check.advice(
                    f"{path}.amounts[{number}].currency", f"{_shown(currency)} is no currency's code",
                    "ISO 4217, as USD",
                )  # fmt: skip
        for number, citation in self.citing(event.get("sources")):
            yield from self.citation(citation, f"{path}.sources[{number}]")
        for number, note in self.citing(event.get("notes")):
            yield from self.note(note, f"{path}.notes[{number}]")
        intensity = event.get("intensity")
        if isinstance(intensity, (int, float)) and not isinstance(intensity, bool):
            if not -10 <= intensity <= 10:
                yield self.check.fault(f"{path}.intensity", f"{intensity} lies outside -10 to +10")
            if not event.get("scale"):
                yield self.check.advice(
                    f"{path}.scale", "missing: an intensity without its scale", "as goldstein-icews"
                )

    def place(self, place: dict[str, Any], path: str) -> Iterator[Problem]:
        yield from self.alpha3(place.get("country"), f"{path}.country")
        for key, most in (("lat", 90), ("lon", 180)):
            value = place.get(key)
            if isinstance(value, (int, float)) and not -most <= value <= most:
                yield self.check.advice(
                    f"{path}.{key}", f"{value} lies outside -{most} to {most} degrees"
                )

    def citation(self, citation: dict[str, Any], path: str) -> Iterator[Problem]:
        yield from self.known("sources", citation.get("source"), f"{path}.source")
        grade = citation.get("grade")
        if isinstance(grade, str) and (
            len(grade) != 2 or grade[0] not in "ABCDEF" or grade[1] not in "123456"
        ):
            yield self.check.advice(
                f"{path}.grade", f"{_shown(grade)} is not a grade", "A-F and 1-6, as B2"
            )

    def note(self, note: dict[str, Any], path: str) -> Iterator[Problem]:
        if note.get("source") is not None:
            yield from self.known("sources", note["source"], f"{path}.source")
        if note.get("kind") != "correction":
            return
        if not note.get("source"):
            yield self.check.advice(f"{path}.source", "missing: a correction names its source")
        if not note.get("field"):
            yield self.check.advice(f"{path}.field", "missing: a correction names what it corrects")
        elif (
            isinstance(note["field"], str)
            and note["field"].split(".")[0] not in Event.__struct_fields__
        ):
            close = near(note["field"], Event.__struct_fields__, 1)
            yield self.check.advice(
                f"{path}.field", f"an event has no field {_shown(note['field'])}",
                f"did you mean {close[0]}?" if close else "as date",
            )  # fmt: skip
        value = note.get("value")
        if note.get("field") in ("date", "end") and value is not None and self.days(value) is None:
            yield self.check.error(f"{path}.value", f"{_shown(value)} is not a date", DATE_FORMS)

    def assessment(self, assessment: dict[str, Any], path: str) -> Iterator[Problem]:
        yield from self.date(assessment, "made", path)
        yield from self.date(assessment, "due", path)
        if assessment.get("source") is not None:
            yield from self.known("sources", assessment["source"], f"{path}.source")
        if assessment.get("likelihood") and not assessment.get("scale"):
            yield self.check.advice(
                f"{path}.scale", "missing: a likelihood without its scale", "icd203 or phia"
            )
        terms = LIKELIHOODS.get(str(assessment.get("scale")))
        term = assessment.get("likelihood")
        if terms and isinstance(term, str) and term.casefold() not in terms:
            yield self.check.advice(
                f"{path}.likelihood", f"{_shown(term)} is no term of {assessment['scale']}",
                f"one of {', '.join(terms)}",
            )  # fmt: skip
        evidence = _dicts(assessment.get("evidence"))
        if not evidence:
            yield self.check.advice(f"{path}.evidence", "missing: a judgement without evidence")
        for number, item in evidence:
            inside = f"{path}.evidence[{number}]"
            if item.get("event") is not None:
                yield from self.known("events", item["event"], f"{inside}.event")
            elif not item.get("argument"):
                yield self.check.advice(inside, "neither an event nor an argument")

    def order(self) -> Iterator[Problem]:
        keys = [
            (days[0], days[1], event["id"])
            for _, event in _dicts(self.document.get("events"))
            if (days := self.days(event.get("date"))) is not None
            and isinstance(event.get("id"), str)
        ]
        if keys != sorted(keys):
            first = next(n for n, (a, b) in enumerate(pairwise(keys)) if a > b)
            yield self.check.advice(
                f"events[{first + 1}]", "the events are not in order of date and id", _FIX
            )

    def key_order(self) -> Iterator[Problem]:
        """One remark for the whole file: a file written by another program may have all in disorder."""
        head = dict.fromkeys(self.document)
        places = [] if list(ordered(head, Corpus)) == list(head) else [""]
        for room in (*ROOMS, "events"):
            kind = Event if room == "events" else kind_of_room(room)
            places += [
                f"{room}[{number}]"
                for number, record in _dicts(self.document.get(room))
                if not _alike(record, ordered(record, kind))
            ]
        if places:
            more = f", here and in {len(places) - 1:,} more places" if len(places) > 1 else ""
            yield self.check.advice(
                places[0], f"the keys are not in the order of the format{more}", _FIX
            )


_FIX = "`relwatch check --fix` puts them in order"


def _alike(value: Any, other: Any) -> bool:
    """Whether two equal values have their keys in the same order."""
    if isinstance(value, dict):
        return list(value) == list(other) and all(_alike(value[key], other[key]) for key in value)
    if isinstance(value, list):
        return all(map(_alike, value, other))
    return True


def each_key_once(content: bytes) -> bool:
    """Whether certainly no object of a file gives a key twice, and every number is finite.

    False only means: ask `check_bytes`. Part by part, so that a large corpus is never held as
    plain objects at once.
    """
    import msgspec

    try:
        parts = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
        compact = {key: msgspec.json.format(raw, indent=-1) for key, raw in parts.items()}
        length = sum(len(msgspec.json.encode(key)) + len(raw) + 2 for key, raw in compact.items())
        if length + 1 != len(msgspec.json.format(content, indent=-1)):
            return False
        events = msgspec.json.decode(compact.pop("events", b"[]"), type=list[msgspec.Raw])
        return all(_reads_alike(bytes(raw)) for raw in (*compact.values(), *events))
    except msgspec.MsgspecError:
        return False


def _reads_alike(compact: bytes) -> bool:
    """Whether JSON without spaces is what encoding its values gives, or gives each key once."""
    import msgspec

    if msgspec.json.encode(msgspec.json.decode(compact)) == compact:
        return True
    # Spelled another way (1.50, \u00e9), which is no fault.
    return not has_twice(compact)


def faultless(corpus: Corpus, *, reading: bool = False) -> bool:
    """Whether a decoded corpus certainly holds no error; False only means: ask `check_bytes`.

    Quick, because every write asks it before and after. `reading.decode` has seen types, event
    dates, categories and ids of events, `each_key_once` the keys; here is the rest of what
    `check_bytes` calls errors, `reading` as there.
    """
    rooms = (corpus.categories, corpus.actors, corpus.sources, corpus.events, corpus.assessments)
    for room in rooms:
        ids = [one.id for one in room]
        if len(set(ids)) != len(ids) or not all(map(str.strip, ids)):
            return False
    actors = {actor.id for actor in corpus.actors}
    states = [actor.id for actor in corpus.actors if actor.kind == "state"]
    states += [actor.of for actor in corpus.actors if actor.of is not None]
    states += corpus.parties
    states += {
        place.country
        for event in corpus.events
        for place in event.places
        if place.country is not None
    }
    dates = [source.published for source in corpus.sources]
    dates += [day for one in corpus.assessments for day in (one.made, one.due)]
    return (
        bool(corpus.categories)
        and actors.issuperset(corpus.parties)
        and all(len(state) == 3 and state.isascii() and state.isupper() for state in states)
        and all(day is None or _Links.days(day) is not None for day in dates)
        and (reading or _whole(corpus, actors))
    )


def _whole(corpus: Corpus, actors: set[str]) -> bool:
    """Whether every link leads somewhere and every intensity is on its scale."""
    events, sources = {one.id for one in corpus.events}, {one.id for one in corpus.sources}
    links: set[str | None] = set()
    named: set[str] = set()
    cited: set[str | None] = set()
    for event in corpus.events:
        links.update(event.follows)
        named.update(event.actors, event.initiators, event.about)
        cited.update(one.source for one in event.sources)
        cited.update(one.source for one in event.notes)
        if event.intensity is not None and not -10 <= event.intensity <= 10:
            return False
    for assessment in corpus.assessments:
        links.update(one.event for one in assessment.evidence)
        cited.add(assessment.source)
    return (
        events.issuperset(links - {None})
        and actors.issuperset(named)
        and sources.issuperset(cited - {None})
    )


def has_twice(content: bytes) -> bool:
    """Whether any object of the file gives a key twice."""
    import json

    found = False

    def seen(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal found
        made = dict(pairs)
        found = found or len(made) != len(pairs)
        return made

    json.loads(content, object_pairs_hook=seen)
    return found


def errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems that keep a file from being used."""
    return tuple(problem for problem in problems if problem.level == "error")
