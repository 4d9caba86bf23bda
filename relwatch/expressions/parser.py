"""The expression language: text becomes a tree, by recursive descent.

    expression  = every { "or" every }
    every       = one { ["and"] one }
    one         = "not" one | "(" expression ")" | term
    term        = field operator value { "," value } | phrase | word

`and`, `or` and `not` are reserved in any case; juxtaposition is `and`; quotes, straight or curly,
make a phrase; `word*` asks for the beginning of a word.
"""

from __future__ import annotations

from msgspec import Struct

from relwatch.errors import AskedWrongly
from relwatch.expressions.fields import FIELDS
from relwatch.expressions.leaves import Scene, dyad, field_named, leaf
from relwatch.expressions.nodes import (
    ESCAPED,
    EVERYTHING,
    RESERVED,
    Compare,
    Node,
    Not,
    Words,
    both,
    either,
)
from relwatch.text import needles, width

# What closes a phrase, by what opened it; the first is what a message asks for.
_QUOTES = {'"': '"“”', "“": '”“"', "”": '”“"', "„": '“”"', "«": "»"}
_OPERATORS = ("!=", "<=", ">=", ":", "=", "<", ">")
_DEEPEST = 100


class Value(Struct, frozen=True):
    """A value as typed: its text, whether it stood in quotes, whether a star followed."""

    text: str
    quoted: bool
    star: bool
    at: int


class Parsed(Struct, frozen=True):
    """A tree, and how each bare word of the text was read."""

    node: Node
    readings: tuple[str, ...] = ()


def parse(text: str, scene: Scene | None = None) -> Node:
    """The tree of an expression; "" asks for every event.

    Raises AskedWrongly with the text, a caret and what could stand there.
    """
    return read(text, scene or Scene()).node


def read(text: str, scene: Scene) -> Parsed:
    """Like `parse`, and says how bare words were read."""
    return _Reader(text, scene).whole()


class _Reader:
    def __init__(self, text: str, scene: Scene) -> None:
        self.text = text
        self.scene = scene
        self.at = 0
        self.depth = 0
        self.readings: list[str] = []

    def whole(self) -> Parsed:
        if self._ended():
            return Parsed(EVERYTHING)
        node = self._any()
        if not self._ended():
            raise self._wrong("a closing parenthesis without an opening one", "and, or, or the end")
        return Parsed(EVERYTHING if node is None else node, tuple(dict.fromkeys(self.readings)))

    # The grammar: each level returns None where all its words held nothing to look for.

    def _any(self) -> Node | None:
        nodes = [self._all()]
        while self._takes("or"):
            nodes.append(self._all())
        found = [node for node in nodes if node is not None]
        return either(*found) if found else None

    def _all(self) -> Node | None:
        nodes = [self._one()]
        while True:
            if self._takes("and"):
                nodes.append(self._one())
            elif self._ended() or self.text[self.at] == ")" or self._peek() == "or":
                break
            else:
                nodes.append(self._one())
        found = [node for node in nodes if node is not None]
        return both(*found) if found else None

    def _one(self) -> Node | None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self._wrong(f"more than {_DEEPEST} levels deep", "a simpler expression")
        try:
            if self._ended():
                raise self._wrong("the expression stops too early", "a word, field:value, not, (")
            if self._takes("not"):
                node = self._one()
                return None if node is None else Not(node)
            if self.text[self.at] == "(":
                opened = self.at
                self.at += 1
                inner = self._any()
                if self._ended() or self.text[self.at] != ")":
                    raise self._wrong("this parenthesis is not closed", ")", at=opened)
                self.at += 1
                return inner
            return self._term()
        finally:
            self.depth -= 1

    def _term(self) -> Node | None:
        start = self.at
        char = self.text[start]
        if char in _QUOTES:
            value = self._value(breaks="()")
            return self._words(value, Words("text", value.text, value.star))
        if char == "-":
            word = self._run("()")[1:] or "word"
            raise self._wrong("“-” does not mean without", f"not {word}", at=start)
        if char == ")" or self._peek() in RESERVED:
            raise self._wrong(
                f"“{self._peek() or char}” has nothing before it", "a word, field:value, not, ("
            )
        if char == "»":
            raise self._wrong("a closing quote without an opening one", "«")
        field, op = self._field_and_operator()
        if op:
            return self._field(field, op, start)
        return self._bare(self._value(breaks="()"))

    def _field(self, name: str, op: str, start: int) -> Node | None:
        try:
            field = field_named(name)
        except AskedWrongly as error:
            raise self._wrong(error.message, error.hint, at=start) from None
        if op != ":":
            self._skip_spaces()
        values = [self._value(breaks="(),")]
        while self.at < len(self.text) and self.text[self.at] == ",":
            self.at += 1
            values.append(self._value(breaks="(),"))
        at = start
        try:
            if field.match == "dyad" and op == ":":
                return dyad([value.text for value in values], self.scene)
            found: list[Node] = []
            for value in values:
                at = value.at if op in field.operators else start
                # A star is a beginning where beginnings can be asked, else a star.
                literal = "*" if value.star and field.match not in ("words", "prefix") else ""
                one = leaf(field, op, value.text + literal, self.scene, prefix=value.star)
                if one is None:
                    self._ignored(value.text)
                else:
                    found.append(one)
        except AskedWrongly as error:
            raise self._wrong(error.message, error.hint, at=at) from None
        # `!=` is `not =`: not any of these.
        return (both if op == "!=" else either)(*found) if found else None

    def _bare(self, value: Value) -> Node | None:
        names = self.scene.names
        word = value.text
        if names and not value.star:
            category = names.is_category(word)
            if category:
                self.readings.append(f"{word}: category {names.category_names[category]}")
                return Compare("category", ":", category)
            actors = names.is_actor(word)
            if actors:
                shown = " or ".join(f"{names.actor_names[actor]} ({actor})" for actor in actors)
                self.readings.append(f"{word}: actor {shown}")
                return either(*(Compare("actor", ":", actor) for actor in actors))
        return self._words(value, Words("text", word, value.star))

    def _words(self, value: Value, node: Words) -> Node | None:
        if not needles(value.text):
            self._ignored(value.text)
            return None
        if not value.quoted:
            star = "* (words that begin so)" if value.star else ""
            self.readings.append(f"{value.text}{star}: text")
        return node

    def _ignored(self, word: str) -> None:
        self.readings.append(f"{word}: ignored, it holds no letter or digit")

    # The lexer.

    def _skip_spaces(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def _ended(self) -> bool:
        self._skip_spaces()
        return self.at >= len(self.text)

    def _peek(self) -> str:
        """The run of letters at this place, folded: to see whether it is a reserved word."""
        end = self.at
        while end < len(self.text) and not (
            self.text[end].isspace() or self.text[end] in '()"“”„«»'
        ):
            end += 1
        return self.text[self.at : end].casefold()

    def _takes(self, word: str) -> bool:
        if self._ended() or self._peek() != word:
            return False
        self.at += len(word)
        return True

    def _run(self, breaks: str) -> str:
        start = self.at
        while self.at < len(self.text):
            char = self.text[self.at]
            if char.isspace() or char in breaks or char in _QUOTES or char == "»":
                break
            self.at += 1
        return self.text[start : self.at]

    def _field_and_operator(self) -> tuple[str, str]:
        """`field` and operator when they stand here; moves behind them, else stays.

        Around comparisons spaces are allowed when the word before is a field.
        """
        end = self.at
        while end < len(self.text) and self.text[end].isalpha() and self.text[end].isascii():
            end += 1
        name = self.text[self.at : end]
        if not name:
            return "", ""
        after = end
        if name.casefold() in FIELDS:
            while after < len(self.text) and self.text[after].isspace():
                after += 1
        for op in _OPERATORS:
            if self.text.startswith(op, after) and (op != ":" or after == end):
                self.at = after + len(op)
                return name, op
        return "", ""

    def _value(self, breaks: str) -> Value:
        start = self.at
        if start < len(self.text) and self.text[start] in _QUOTES:
            text = self._phrase()
            star = self.at < len(self.text) and self.text[self.at] == "*"
            self.at += star
            return Value(text, True, star, start)
        text = self._run(breaks)
        star = len(text) > 1 and text.endswith("*")
        return Value(text[:-1] if star else text, False, star, start)

    def _phrase(self) -> str:
        opened = self.at
        closing = _QUOTES[self.text[opened]]
        kept: list[str] = []
        self.at += 1
        while self.at < len(self.text):
            char = self.text[self.at]
            self.at += 1
            if char == "\\" and self.text[self.at : self.at + 1] in ESCAPED:
                kept.append(self.text[self.at])
                self.at += 1
            elif char in closing:
                return "".join(kept)
            else:
                kept.append(char)
        raise self._wrong("these quotes are not closed", closing[0], at=opened)

    def _wrong(self, message: str, expected: str, at: int | None = None) -> AskedWrongly:
        at = self.at if at is None else at
        shown = self.text.replace("\n", " ").replace("\t", " ").replace("\r", " ")
        caret = " " * width(shown[:at]) + "^"
        lead = "" if expected.startswith(("did you", "the ", "accepted", "use ")) else "expected: "
        return AskedWrongly(
            f"{message}\n  {shown}\n  {caret}", f"{lead}{expected}" if expected else ""
        )
