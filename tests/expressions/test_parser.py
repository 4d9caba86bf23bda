"""The expression language: what each text means, and what is said when it means nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import relwatch
from relwatch.errors import AskedWrongly
from relwatch.expressions.leaves import Scene
from relwatch.expressions.names import Names
from relwatch.expressions.nodes import (
    EVERYTHING,
    And,
    Compare,
    During,
    Has,
    Node,
    Not,
    Or,
    Words,
    text_of,
)
from relwatch.expressions.parser import parse, read
from relwatch.periods import Period, date_days
from tests.documents import nodes


def text(word: str, *, prefix: bool = False) -> Words:
    return Words("text", word, prefix)


def when(first: str | None, last: str | None, field: str = "date") -> During:
    return During(
        field,
        Period(
            None if first is None else date_days(first)[0],
            None if last is None else date_days(last)[1],
        ),
    )


A, B, C = text("a"), text("b"), text("c")
MILITARY = Compare("category", ":", "military")


@pytest.mark.parametrize(
    ("asked", "node"),
    [
        ("", EVERYTHING),
        ("  \n ", EVERYTHING),
        ("a", A),
        ("a b", And((A, B))),
        ("a and b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a And b Or c", Or((And((A, B)), C))),
        ("a b or c", Or((And((A, B)), C))),
        ("a or b c", Or((A, And((B, C))))),
        ("a (b or c)", And((A, Or((B, C))))),
        ("a(b or c)", And((A, Or((B, C))))),
        ("not a b", And((Not(A), B))),
        ("NOT (a b)", Not(And((A, B)))),
        ("not not a", Not(Not(A))),
        ("a not b", And((A, Not(B)))),
        ("((a))", A),
        ('"a b"', text("a b")),
        ("“a b”", text("a b")),
        ("„a b“", text("a b")),
        ("«a b»", text("a b")),
        ('"a b”', text("a b")),
        ('"and"', text("and")),
        ("“Or”", text("Or")),
        ("title:and", Words("title", "and")),
        ("mil*", text("mil", prefix=True)),
        ('"joint dri"*', text("joint dri", prefix=True)),
        ('"mil*"', text("mil*")),
        ("S-400", text("S-400")),
        ("5G/6G", text("5G/6G")),
        ("xi's", text("xi's")),
        ("12:30", text("12:30")),
        ("category:military", MILITARY),
        ("CATEGORY:military", MILITARY),
        ("category:tech,military", Or((Compare("category", ":", "tech"), MILITARY))),
        ('tag:"two words"', Compare("tag", ":", "two words")),
        ("tag:Élan", Compare("tag", ":", "elan")),
        ('tag:"a,b"', Compare("tag", ":", "a,b")),
        ("dyad:CHN,RUS", And((Compare("actor", ":", "CHN"), Compare("actor", ":", "RUS")))),
        ("of:russia", Compare("of", ":", "russia")),
        ("country:China", Compare("country", ":", "CHN")),
        ("cameo:05", Compare("cameo", ":", "05")),
        ("id:2021-08", Compare("id", ":", "2021-08")),
        ("grade:b", Compare("grade", ":", "B")),
        ("grade:b2", Compare("grade", ":", "B2")),
        ("has:quotes", Has("quote")),
        ("has:intensities", Has("intensity")),
        ("has:Correction", Has("correction")),
        ("title:milit*", Words("title", "milit", True)),
        ('title:"joint dri"*', Words("title", "joint dri", True)),
        ("date:2021-10", when("2021-10", "2021-10")),
        ("date=2021-10", when("2021-10", "2021-10")),
        ("date!=2021-10", Not(when("2021-10", "2021-10"))),
        ("date>=2021-10", when("2021-10", None)),
        ("date >= 2021-10", when("2021-10", None)),
        ("date>2021-10", when("2021-11-01", None)),
        ("date<2021-10", when(None, "2021-09-30")),
        ("date<=2021-10", when(None, "2021-10")),
        ("from:2021-10 to:2021-12", And((when("2021-10", None), when(None, "2021-12")))),
        ("date:2021-10..2021-12", when("2021-10", "2021-12")),
        ("date:2021-10..", when("2021-10", None)),
        ('date:"15 October 2021"', when("2021-10-15", "2021-10-15")),
        ("date:2021-10,2021-12", Or((when("2021-10", "2021-10"), when("2021-12", "2021-12")))),
        ("end>=2021-10", when("2021-10", None, "end")),
        ("reported:2021-10", when("2021-10", "2021-10", "reported")),
        ("intensity>=5", Compare("intensity", ">=", 5.0)),
        ("intensity < -2.5", Compare("intensity", "<", -2.5)),
        ("intensity!=5", Not(Compare("intensity", "=", 5.0))),
        ("about", text("about")),
        ("talks of war", And((text("talks"), text("of"), text("war")))),
    ],
)
def test_what_an_expression_means(asked: str, node: Node) -> None:
    """Each way of writing has one reading."""
    assert parse(asked) == node


def test_not_equal_to_any_of_several_is_equal_to_none() -> None:
    """`!=` is `not =`, and commas mean any of."""
    one, other = when("2021-10", "2021-10"), when("2021-12", "2021-12")
    assert parse("date!=2021-10,2021-12") in (Not(Or((one, other))), And((Not(one), Not(other))))


@pytest.mark.parametrize(
    ("asked", "at", "says", "hint"),
    [
        ("a and", 5, "stops too early", "a word"),
        ("a or", 4, "stops too early", "a word"),
        ("not", 3, "stops too early", "a word"),
        ("and a", 0, "“and” has nothing before it", "a word"),
        ("a or or b", 5, "“or” has nothing before it", "a word"),
        ("a AND OR b", 6, "“or” has nothing before it", "a word"),
        ("()", 1, "nothing before it", "a word"),
        ("(a b", 0, "not closed", ")"),
        ("a (b", 2, "not closed", ")"),
        ("a) b", 1, "without an opening one", "and, or"),
        ('a "b c', 2, "quotes are not closed", '"'),
        ("a “b c", 2, "quotes are not closed", "”"),
        ("a »b", 2, "closing quote without an opening one", "«"),
        ("-a", 0, "does not mean without", "not a"),
        ("a -war", 2, "does not mean without", "not war"),
        ("catgory:military", 0, "unknown field “catgory”", "did you mean category"),
        ("a xyzzy:b", 2, "unknown field “xyzzy”", "the fields are"),
        ("category>military", 0, "cannot be asked with “>”", "category:military"),
        ("title=a", 0, "cannot be asked with “=”", "title:a"),
        ("intensity:5", 0, "cannot be asked with “:”", "intensity=5"),
        ("intensity>=much", 11, "needs a number", "intensity>=5"),
        ("intensity>nan", 10, "needs a number", "intensity>=5"),
        ("intensity>1_0", 10, "needs a number", "intensity>=5"),
        ("a date:soon", 7, "not a period", "accepted"),
        ("date:02/03/2021", 5, "not a period", "accepted"),
        ("date:2021-10,2021-13", 13, "does not exist", "accepted"),
        ("date>=..2021", 6, "needs a period with an end there", ""),
        ("has:quot", 4, "not known", "has:quote"),
        ("has:xyzzy", 4, "not known", "has: takes end"),
        ("grade:Z", 6, "not a grade", "A to F"),
        ("dyad:china", 0, "dyad takes two actors", "dyad:china,russia"),
        ("dyad:a,b,c", 0, "dyad takes two actors", "dyad:china,russia"),
        ("title:", 6, "needs a value", "words of the title"),
        ("title: a", 6, "needs a value", "words of the title"),
        ("tag:a,,b", 6, "needs a value", "a tag"),
        ("country:Atlantis", 8, "unknown country", ""),
        ("(" * 120 + "a" + ")" * 120, 100, "levels deep", "simpler"),
    ],
)
def test_an_error_shows_the_place_and_what_could_stand_there(
    asked: str, at: int, says: str, hint: str
) -> None:
    """The message holds the text, a caret under the place and the way out."""
    with pytest.raises(AskedWrongly) as error:
        parse(asked)
    message, shown, caret = error.value.message.split("\n")
    assert says in message
    assert shown == f"  {asked}"
    assert caret == "  " + " " * at + "^"
    assert hint in error.value.hint


def test_the_caret_stands_under_wide_characters() -> None:
    """Two cells for each Han character, so that the caret is where the eye is."""
    with pytest.raises(AskedWrongly) as error:
        parse("军演 tag:")
    assert error.value.message.split("\n")[2] == "  " + " " * len("aabb tag:") + "^"


# Bare words in a corpus.


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene(Names(relwatch.load().corpus))


@pytest.mark.parametrize(
    ("asked", "node", "reading"),
    [
        ("military", MILITARY, "military: category Military"),
        ("MILITARY", MILITARY, "MILITARY: category Military"),
        ("china", Compare("actor", ":", "CHN"), "china: actor China (CHN)"),
        ("prc", Compare("actor", ":", "CHN"), "prc: actor China (CHN)"),
        ("drills", text("drills"), "drills: text"),
        ("drill*", text("drill", prefix=True), "drill* (words that begin so): text"),
        ("china*", text("china", prefix=True), "china* (words that begin so): text"),
    ],
)
def test_how_a_bare_word_is_read_is_said(
    scene: Scene, asked: str, node: Node, reading: str
) -> None:
    """A category first, then an actor, else text; the reader is told which."""
    parsed = read(asked, scene)
    assert parsed.node == node
    assert parsed.readings == (reading,)


def test_a_quoted_word_is_text_and_needs_no_remark(scene: Scene) -> None:
    """Quotes say that the word itself is meant."""
    assert read('"military"', scene) == type(read("", scene))(text("military"), ())


@pytest.mark.parametrize("asked", ["— military", "military —", "(—) military", 'military "!?"'])
def test_a_word_without_letters_is_ignored_and_said(scene: Scene, asked: str) -> None:
    """It neither finds everything nor nothing."""
    parsed = read(asked, scene)
    assert parsed.node == MILITARY
    assert any("ignored" in reading for reading in parsed.readings)


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("category:miltary", "did you mean military?"),
        ("category:sports", "tech, political, economic, military"),
        ("actor:putn", "putin"),
        ("actor:nobody-at-all", "stats --by actor"),
        ("category:mil*", "military"),
    ],
)
def test_unknown_names_are_refused_with_near_ones(scene: Scene, asked: str, hint: str) -> None:
    """A misspelt name never gives a silent zero."""
    with pytest.raises(AskedWrongly) as error:
        read(asked, scene)
    assert "unknown" in error.value.message
    assert hint in error.value.hint


def test_a_star_in_an_exact_field_is_not_dropped(scene: Scene) -> None:
    """`tag:drill*` is no question for the tag `drill`."""
    assert read("tag:drill*", scene).node == Compare("tag", ":", "drill*")
    assert read("cameo:05*", scene).node == Compare("cameo", ":", "05")
    assert read("id:2021-08*", scene).node == Compare("id", ":", "2021-08")


# Laws.


@given(nodes())
def test_a_tree_written_out_is_read_back(node: Node) -> None:
    """What is printed, stored in a view or named in a file's method means the same when read."""
    assert parse(text_of(node)) == node


SNIPPETS = st.sampled_from(
    ["and", "OR", "not", "(", ")", '"', "“", "”", "«", "»", "*", "-", ",", " ", ":", ">=", "!=", "date", "tag",
     "has", "end", "intensity", "dyad", "country", "2021-10", "..", "quote", "5", "a", "军", "\\", "\n", "\x00"]
)  # fmt: skip


@given(st.text(max_size=30) | st.lists(SNIPPETS, max_size=12).map("".join))
def test_any_text_is_read_or_refused(asked: str) -> None:
    """No text makes the parser fail in another way; what it reads, it can write."""
    try:
        node = relwatch.parse(asked)
    except AskedWrongly as error:
        assert re.search(r"\n +\^$", error.message)
        return
    assert parse(text_of(node)) == node
