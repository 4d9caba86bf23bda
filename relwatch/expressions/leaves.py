"""One field, one operator, one value: the leaf of the tree they make."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from relwatch import periods
from relwatch.errors import AskedWrongly
from relwatch.expressions.fields import FIELDS, HAS, Field, has_named
from relwatch.expressions.names import Names, country
from relwatch.expressions.nodes import Compare, During, Has, Node, Not, Words, both, either
from relwatch.periods import LAST_DAY, Period
from relwatch.text import fold, near, needles


class Scene(Struct, frozen=True):
    """What reading a question needs: the corpus's names (None: take ids as typed), and today."""

    names: Names | None = None
    today: date | None = None


def field_named(text: str) -> Field:
    """The field of that name; AskedWrongly, with near ones, when there is none."""
    found = FIELDS.get(text.casefold())
    if found is None:
        close = near(text, FIELDS)
        raise AskedWrongly(
            f"unknown field “{text}”",
            f"did you mean {' or '.join(close)}?"
            if close
            else f"the fields are {', '.join(FIELDS)}",
        )
    return found


def leaf(field: Field, op: str, value: str, scene: Scene, *, prefix: bool = False) -> Node | None:
    """The node for `field op value`; None for words that hold no letter or digit.

    Raises AskedWrongly for operators the field does not have and values it cannot take.
    """
    if op not in field.operators:
        shown = " ".join(field.operators)
        raise AskedWrongly(
            f"{field.name} cannot be asked with “{op}”", f"{field.name} takes {shown}, as in "
            f"{field.name}{field.operators[0]}{value}"
        )  # fmt: skip
    if not value.strip():
        raise AskedWrongly(f"{field.name}{op} needs a value", field.about)
    match field.match:
        case "words":
            return Words(field.name, value, prefix) if needles(value) else None
        case "period":
            return _during(field.name, op, periods.parse(value, scene.today), value)
        case "number":
            return _number(field.name, op, value)
        case "dyad":
            raise AskedWrongly("dyad takes two actors", "as in dyad:china,russia")
        case "has":
            return _has(value)
        case "grade":
            mark = value.upper()
            if mark[0] not in "ABCDEF" or mark[1:] not in ("", *"123456"):
                raise AskedWrongly(
                    f"“{value}” is not a grade", "a letter A to F, or a letter and a digit: B, B2"
                )
            return Compare("grade", ":", mark)
    return either(*(Compare(field.name, ":", one) for one in _values(field, value, scene.names)))


def dyad(values: list[str], scene: Scene) -> Node:
    """Both of two actors take part."""
    if len(values) != 2 or not all(value.strip() for value in values):
        raise AskedWrongly(
            "dyad takes two actors", "as in dyad:china,russia or --dyad china,russia"
        )
    actor = FIELDS["actor"]
    sides = [leaf(actor, ":", value, scene) for value in values]
    return both(*(side for side in sides if side is not None))


def _values(field: Field, value: str, names: Names | None) -> tuple[str, ...]:
    match field.match:
        case "category":
            return (names.category(value) if names else value,)
        case "actor":
            return names.actor(value) if names else (value,)
        case "state":
            return (names.state(value) if names else value,)
        case "country":
            return (country(value),)
    return (fold(value),)


def _during(field: str, op: str, period: Period, value: str) -> Node:
    if field in ("from", "to"):
        field, op = "date", ">=" if field == "from" else "<="
    if op in (":", "="):
        return During(field, period)
    if op == "!=":
        return Not(During(field, period))
    edge = period.first if op in ("<", ">=") else period.last
    if edge is None:
        raise AskedWrongly(f"{field}{op} needs a period with an end there", f"“{value}” is open")
    edge += {">": 1, "<": -1}.get(op, 0)
    if not 1 <= edge <= LAST_DAY:
        raise AskedWrongly(f"{field}{op}{value} reaches beyond the calendar")
    return During(field, Period(edge, None) if op[0] == ">" else Period(None, edge))


def _number(field: str, op: str, value: str) -> Node:
    try:
        number = float("nan" if "_" in value or not value.isascii() else value)
    except ValueError:
        number = float("nan")
    if not number - number == 0:
        raise AskedWrongly(f"{field}{op} needs a number, not “{value}”", f"as in {field}>=5")
    return Not(Compare(field, "=", number)) if op == "!=" else Compare(field, op, number)


def _has(value: str) -> Node:
    found = has_named(value)
    if found is None:
        close = near(value, HAS)
        raise AskedWrongly(
            f"has:{value} is not known",
            f"did you mean has:{' or has:'.join(close)}?"
            if close
            else f"has: takes {', '.join(HAS)}",
        )
    return Has(found)
