"""The expression tree: every way of asking ends in these few shapes.

`text_of` writes a tree in the language that `parser.parse` reads; reading it again gives an equal
tree. Names are resolved: a category or actor is its id, a period its days.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from relwatch.periods import Period


class Node(Struct, frozen=True):
    """A question about one event, answered yes or no."""


class And(Node, frozen=True):
    """All parts hold. Without parts: every event."""

    parts: tuple[Node, ...] = ()


class Or(Node, frozen=True):
    """At least one part holds. Without parts: no event."""

    parts: tuple[Node, ...] = ()


class Not(Node, frozen=True):
    """The exact complement of `part`."""

    part: Node


class Compare(Node, frozen=True):
    """A field has a value: equal, beginning with, or greater and less for numbers.

    False where the event has no value.
    """

    field: str
    op: str
    value: str | float


class During(Node, frozen=True):
    """The days of a field lie certainly in a period (ranges: overlap it)."""

    field: str
    period: Period


class Words(Node, frozen=True):
    """The words of a field hold `text` as a phrase; with `prefix` its last word may go on."""

    field: str
    text: str
    prefix: bool = False


class Has(Node, frozen=True):
    """The event has something: a quote, an end, a correction."""

    what: str


EVERYTHING = And(())


def both(*nodes: Node) -> Node:
    """All of these hold; nested conjunctions are flattened."""
    parts: list[Node] = []
    for node in nodes:
        parts += node.parts if isinstance(node, And) else (node,)
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def either(*nodes: Node) -> Node:
    """One of these holds; nested alternatives are flattened."""
    parts: list[Node] = []
    for node in nodes:
        parts += node.parts if isinstance(node, Or) else (node,)
    return parts[0] if len(parts) == 1 else Or(tuple(parts))


def leaves(node: Node) -> Iterator[Compare | During | Words | Has]:
    """Every question of the tree that has no parts, from left to right."""
    if isinstance(node, (And, Or)):
        for part in node.parts:
            yield from leaves(part)
    elif isinstance(node, Not):
        yield from leaves(node.part)
    elif isinstance(node, (Compare, During, Words, Has)):
        yield node


def asked_period(node: Node) -> Period:
    """The days of `date` that every event of the selection must touch, as far as the tree says."""
    if isinstance(node, During) and node.field == "date":
        return node.period
    period = Period()
    if isinstance(node, And):
        for part in node.parts:
            period = period.intersect(asked_period(part))
    return period


RESERVED = frozenset({"and", "or", "not"})
# What ends a word of the expression language when it is not quoted.
BREAKS = frozenset(' \t\r\n()"“”„«»,')
# What a backslash makes literal within quotes.
ESCAPED = frozenset('\\"“”')


def quoted(value: str) -> str:
    """A value as it stands in an expression, in quotes where it needs them."""
    plain = value and not any(char in BREAKS for char in value) and value.isprintable()
    if plain and value[0] not in "-:=<>!" and not value.endswith("*"):
        return value
    return '"' + "".join(f"\\{char}" if char in ESCAPED else char for char in value) + '"'


def text_of(node: Node) -> str:
    """The tree in the expression language; "" for every event."""
    return "" if node == EVERYTHING else _text(node, top=True)


def _text(node: Node, top: bool = False) -> str:
    match node:
        case And(parts):
            inner = " and ".join(_text(part) for part in parts)
            return inner if top or len(parts) == 1 else f"({inner})"
        case Or(parts):
            inner = " or ".join(_text(part) for part in parts)
            return inner if top or len(parts) == 1 else f"({inner})"
        case Not(part):
            return f"not {_text(part)}"
        case Compare(field, op, value):
            shown = quoted(value) if isinstance(value, str) else repr(value).removesuffix(".0")
            return f"{field}{op}{shown}"
        case During(field, period):
            return f"{field}:{period}"
        case Words(field, text, prefix):
            # A star behind closing quotes asks for a prefix; a star inside them is a star.
            star = "*" if prefix else ""
            return f"{field}:{quoted(text)}{star}"
        case Has(what):
            return f"has:{what}"
    raise TypeError(node)
