"""Text as it is typed or stands in a cell, read as the value of an event's field."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

import msgspec
from msgspec import Struct, inspect

from relwatch.errors import AskedWrongly
from relwatch.model import PLURALS, Event
from relwatch.text import near

FIELDS = Event.__struct_fields__
FIXED = ("id",)
"""What no edit changes."""
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0", "")
Kind = Literal["text", "flag", "number", "list", "objects", "object"]
_kinds: dict[str, Kind] = {}


def kind_of(field: str) -> Kind:
    """What a field of an event holds."""
    if not _kinds:
        info = inspect.type_info(Event)
        assert isinstance(info, inspect.StructType)
        _kinds.update({one.encode_name: _kind(one.type) for one in info.fields})
    return _kinds[field]


def _kind(kind: inspect.Type) -> Kind:
    match kind:
        case inspect.Metadata(type=inner):
            return _kind(inner)
        case inspect.UnionType(types=kinds):
            return _kind(next(one for one in kinds if not isinstance(one, inspect.NoneType)))
        case inspect.BoolType():
            return "flag"
        case inspect.FloatType():
            return "number"
        case inspect.StructType():
            return "object"
        case inspect.VarTupleType(item_type=item):
            return "objects" if isinstance(item, inspect.StructType) else "list"
    return "text"


def field_named(text: str) -> str:
    """The event field of that name, in singular or plural; AskedWrongly when there is none."""
    asked = text.strip().casefold()
    asked = PLURALS.get(asked, asked)
    if asked in FIELDS:
        return asked
    close = near(asked, FIELDS)
    raise AskedWrongly(
        f"an event has no field “{text}”",
        f"did you mean {' or '.join(close)}?" if close else f"the fields are {', '.join(FIELDS)}",
    )


def read_value(field: str, text: str, typed: bool = False) -> Any:
    """The value that a cell or an option gives a field; None for an empty one.

    Objects stand as JSON. Lists of text are joined by ";", as relwatch writes them; what people
    `typed` is split by `listed`. Raises ValueError with a reason.
    """
    if not text.strip():
        return None
    match kind_of(field):
        case "text":
            return text
        case "flag":
            folded = text.strip().casefold()
            if folded not in _TRUE + _FALSE:
                raise ValueError(f"“{text}” is neither true nor false")
            return True if folded in _TRUE else None
        case "number":
            try:
                value = msgspec.json.decode(text.strip())
            except msgspec.MsgspecError:
                value = None
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise ValueError(f"“{text}” is not a number")
            return value
        case "list":
            return listed(text) if typed else split_list(text)
        case "object":
            value = _json(text)
            if not isinstance(value, dict):
                raise ValueError(f"“{text}” is not a JSON object")
            return value
    if field == "places" and text.lstrip()[:1] not in "[{":
        return [place_named(name) if typed else {"name": name} for name in split_list(text)]
    try:
        value = _json(text)
    except ValueError as error:
        raise ValueError(f"{error}; {_FORMS.get(field, 'a list of objects')}") from None
    value = [value] if isinstance(value, dict) else value
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise ValueError(f"“{text}” is not a list of objects in JSON")
    return value or None


_FORMS = {
    "sources": "`relwatch cite` adds one",
    "notes": 'as {"kind": "context", "text": "..."}',
    "quotes": 'as {"speaker": "putin", "text": "..."}',
    "amounts": 'as {"value": 2.5, "currency": "USD"}',
}


def _json(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.MsgspecError as error:
        raise ValueError(f"“{text[:40]}” is not JSON: {error}") from None


def place_named(text: str) -> dict[str, Any]:
    """A place as people type it: “Moscow, Russia” has a country, “Moscow” has none."""
    from relwatch.reference import country_named

    name, comma, country = text.rpartition(",")
    found = country_named(country.strip()) if comma and name.strip() else None
    if found is None or not found.iso3:
        return {"name": text.strip()}
    return {"name": name.strip(), "country": found.iso3}


def what_differs(record: dict[str, Any], error: msgspec.ValidationError) -> tuple[str, str]:
    """Why a record is no event, in the words of `check`, and what is expected there."""
    from relwatch.corpora.checking import Check, errors

    whole = {"id": "", "date": "", "categories": [], "title": "", **record}
    found = errors(Check("", reading=True).typed(whole, inspect.type_info(Event), ""))
    return (
        (f"{found[0].path}: {found[0].problem}", found[0].expected) if found else (str(error), "")
    )


def split_list(text: str) -> list[str]:
    """The parts of a list joined by ";"; each once."""
    return list(dict.fromkeys(part.strip() for part in text.split(";") if part.strip()))


def listed(text: str) -> list[str]:
    """The parts of a list that people typed: ";" (or "|", or lines) parts them, else commas do.

    So a name that holds a comma is written with a ";" behind it.
    """
    return list(_listed(text))


@lru_cache(1 << 12)
def _listed(text: str) -> tuple[str, ...]:
    plain = text.replace("|", ";").replace("\n", ";")
    return tuple(split_list(plain if ";" in plain else plain.replace(",", ";")))


class Assignment(Struct, frozen=True):
    """One `field=value`: set, `+=` add to a list, `-=` take out of a list."""

    field: str
    how: Literal["=", "+=", "-="]
    value: Any

    def apply(self, record: dict[str, Any]) -> None:
        """Change a record so."""
        if self.how == "=":
            if self.value is None:
                record.pop(self.field, None)
            else:
                record[self.field] = self.value
            return
        old = list(record.get(self.field, []))
        if self.how == "+=":
            new = old + [one for one in self.value if one not in old]
        else:
            new = [one for one in old if one not in self.value]
        if new:
            record[self.field] = new
        else:
            record.pop(self.field, None)


def assignment(text: str) -> Assignment:
    """Read `field=value`, `field+=value` or `field-=value`; an empty value clears the field.

    Raises AskedWrongly for a field that is not there or may not change, and for bad values.
    """
    name, equals, value = text.partition("=")
    how = f"{name[-1]}=" if name[-1:] in ("+", "-") else "="
    if not equals:
        raise AskedWrongly(f"“{text}” is no field=value", "as in --set category=political")
    field = field_named(name.rstrip("+-"))
    if field in FIXED:
        raise AskedWrongly("an event's id never changes", "links and other people's notes use it")
    try:
        found = read_value(field, value, typed=True)
    except ValueError as error:
        raise AskedWrongly(f"{field}: {error}") from None
    if how != "=":
        if kind_of(field) not in ("list", "objects"):
            raise AskedWrongly(f"{field} holds one value, so {how} cannot be used", f"{field}=...")
        found = found or []
    return Assignment(field, "=" if how == "=" else "+=" if how == "+=" else "-=", found)
