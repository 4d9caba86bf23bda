"""Words of a text: how they are folded, cut into tokens, stemmed, and shown safely.

Every comparison of words goes through this module, whichever engine answers: a text becomes
tokens, tokens become one padded string, and a match is "contains" on that string.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import re

PART = " | "
"""Stands between the parts of a search text; no token holds it, so no phrase crosses it."""

# Letters that NFD does not take apart but that readers type without their stroke.
_STROKES = {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h",
    "ŧ": "t", "ŋ": "n", "ĸ": "k", "ƒ": "f",
}  # fmt: skip
_APOSTROPHES = "'’ʼ＇‘"
_KNOWN_LIMIT = 200_000


def _is_han_or_kana(char: str) -> bool:
    code = ord(char)
    return (
        0x3040 <= code <= 0x30FF
        or 0x3400 <= code <= 0x4DBF
        or 0x4E00 <= code <= 0x9FFF
        or 0xF900 <= code <= 0xFAFF
        or 0x31F0 <= code <= 0x31FF
        or 0xFF66 <= code <= 0xFF9D
        or 0x20000 <= code <= 0x3FFFF
        or code in (0x3005, 0x3006, 0x3007)
    )


def _has_strippable_marks(base: str) -> bool:
    """Whether marks on this letter are dropped: Latin, Greek and Cyrillic only."""
    return base.isascii() or base < "\u0530" or "\u1d00" <= base < "\u2000"


def _without_marks(text: str) -> str:
    # Only what is not ASCII changes, together with the letter before it, which its marks belong to.
    changed: str = _pattern("foreign")(_run_without_marks, text)
    return changed


def _run_without_marks(match: re.Match[str]) -> str:
    run = match.group()
    found = _known_runs.get(run)
    if found is None:
        if len(_known_runs) > _KNOWN_LIMIT:
            _known_runs.clear()
        found = _known_runs[run] = _bare(run)
    return found


_known_runs: dict[str, str] = {}


def _bare(text: str) -> str:
    import unicodedata

    kept: list[str] = []
    base = ""
    for char in unicodedata.normalize("NFD", text):
        if unicodedata.combining(char):
            if base and _has_strippable_marks(base):
                continue
        else:
            base = char
        kept.append(_STROKES.get(char, char))
    return unicodedata.normalize("NFC", "".join(kept))


@cache
def fold(text: str) -> str:
    """The form in which names are compared: case, marks, spacing and quote style do not matter.

    >>> fold("  Xi’s  Émigré ")
    "xi's emigre"
    """
    return fold_once(text)


def fold_once(text: str) -> str:
    """The same for a text that will not come again, such as a title: nothing is remembered."""
    if not text.isascii():
        for mark in _APOSTROPHES:
            text = text.replace(mark, "'")
        text = _without_marks(_without_marks(text).casefold())
    return " ".join(text.casefold().split())


@cache
def _pattern(name: str) -> Callable[..., Any]:
    """The regular expressions, compiled when the first word is asked for."""
    import re

    letter = r"[^\W\d_]"
    patterns: dict[str, Callable[..., Any]] = {
        # U.S. and U.S.A: a dot after a single letter, before a single letter.
        "dots": re.compile(rf"(?<![^\W_])({letter})\.(?={letter}(?![^\W_]))").sub,
        # The 's of a possessive, after a letter or the dot of an initial.
        "possessive": re.compile(rf"(?<=[\w.])[{_APOSTROPHES}][sS](?!\w)").sub,
        # A run of ASCII letters and digits, and of anything that is not ASCII.
        "chunks": re.compile(r"[^\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+").findall,
        # A run that is not ASCII, with the letter before it.
        "foreign": re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+").sub,
        # The same on a text as it stands, with dotted initials as one piece, for highlighting.
        "pieces": re.compile(
            rf"(?<![^\W_]){letter}(?:\.{letter}(?![^\W_]))+"
            r"|[^\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+"
        ).finditer,
    }
    return patterns[name]


@cache
def _stemmer() -> Callable[[str], str]:
    from snowballstemmer.english_stemmer import EnglishStemmer

    stem: Callable[[str], str] = EnglishStemmer().stemWord
    return stem


def _plain_tokens(chunk: str) -> list[str]:
    """The tokens of one casefolded chunk, not yet stemmed."""
    if chunk.isascii():
        return [chunk]
    import unicodedata

    tokens: list[str] = []
    run = ""
    for char in _without_marks(chunk).casefold():
        kind = unicodedata.category(char)[0]
        if _is_han_or_kana(char) and kind in "LN":
            tokens += [run, char]
            run = ""
        elif kind in "LN" or (kind == "M" and (run or tokens)):
            # A mark belongs to the letter before it; marks of Latin, Greek, Cyrillic are gone.
            if kind == "M" and not run:
                tokens[-1] += char
            else:
                run += char
        else:
            tokens.append(run)
            run = ""
    tokens.append(run)
    return [token for token in tokens if token]


def _stem(token: str) -> str:
    return _stemmer()(token) if token.isascii() else token


_known: dict[str, tuple[str, ...]] = {}


def _chunk_tokens(chunk: str) -> tuple[str, ...]:
    found = _known.get(chunk)
    if found is None:
        if len(_known) > _KNOWN_LIMIT:
            _known.clear()
        found = _known[chunk] = tuple(_stem(token) for token in _plain_tokens(chunk))
    return found


def _chunks(text: str) -> list[str]:
    text = text.casefold()
    if not text.isascii():
        # Composed, since a mark of its own would part an initial from its dot.
        import unicodedata

        text = unicodedata.normalize("NFC", text)
    if "'" in text or not text.isascii():
        text = _pattern("possessive")("", text)
    if "." in text:
        text = _pattern("dots")(r"\1", text)
    found: list[str] = _pattern("chunks")(text)
    return found


def tokens(text: str) -> list[str]:
    """The stemmed tokens of a text, in order.

    >>> tokens("The U.S.'s S-400s: military policies")
    ['the', 'us', 's', '400s', 'militari', 'polici']
    """
    return [token for chunk in _chunks(text) for token in _chunk_tokens(chunk)]


def words(text: str) -> list[str]:
    """The tokens of a text before stemming: what a reader would recognise as its words."""
    chunks = _chunks(text)
    if text.isascii():
        return chunks
    return [token for chunk in chunks for token in _plain_tokens(chunk)]


def searchable(parts: Iterable[str]) -> str:
    """Parts of an event as one search text: tokens with a space around each, parts kept apart.

    >>> searchable(["Joint drills", "Ningxia"])
    ' joint drill | ningxia '
    """
    joined = (" ".join(found) for found in (tokens(part) for part in parts) if found)
    return f" {PART.join(joined)} "


def needles(text: str, prefix: bool = False) -> tuple[str, ...]:
    """What a search text must contain one of, for `text` to match; () when it has no token.

    With `prefix` the last token may be the beginning of a word, or stem to a whole one, as it
    stands or with its ending written out.

    >>> needles("S-400"), needles("military", prefix=True)
    ((' s 400 ',), (' military', ' militari '))
    """
    if not prefix:
        found = tokens(text)
        return (f" {' '.join(found)} ",) if found else ()
    plain = words(text)
    if not plain:
        return ()
    before = "".join(f" {_stem(token)}" for token in plain[:-1])
    begins = f"{before} {plain[-1]}"
    wholes = (f"{before} {stem} " for stem in _stems_of(plain[-1]))
    return (begins, *(whole for whole in wholes if not whole.startswith(begins)))


# Endings the stemmer cuts off: `cooperat*` must find cooperation, which is kept as `cooper`.
_ENDINGS = (
    "ations ational ative ators izations ions ings ingly edly es ement ments ances ences able ible"
    " ants ents isms ates ities ously ousness ively iveness izes izers ally ical ically fully"
    " fulness ness ers ly ies"
)


def _stems_of(beginning: str) -> list[str]:
    """The stems of a word, and of the words that a cut-off ending of it may grow into."""
    grown = [
        beginning + ending[cut:]
        for ending in _ENDINGS.split()
        for cut in range(1, len(ending))
        if beginning.isascii() and beginning.endswith(ending[:cut])
    ]
    cut_off = (stem for stem in map(_stem, grown) if beginning.startswith(stem))
    return list(dict.fromkeys((_stem(beginning), *cut_off)))


def pieces(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each token of a text stands: (start, end, stemmed token), for highlighting."""
    for match in _pattern("pieces")(text):
        start, chunk = match.start(), match.group()
        if any(_is_han_or_kana(char) for char in chunk):
            for offset, char in enumerate(chunk):
                for token in _chunk_tokens(char.casefold()):
                    yield start + offset, start + offset + 1, token
        else:
            for token in _chunk_tokens(chunk.replace(".", "").casefold()):
                yield start, match.end(), token


# C0 controls have pictures of their own in Unicode; other unprintable ones become U+FFFD.
_SYMBOLS = {code: chr(0x2400 + code) for code in range(32)} | {0x7F: "␡"}
_SYMBOLS |= dict.fromkeys(range(0x80, 0xA0), "\ufffd")
_SYMBOLS |= dict.fromkeys(
    [
        0x061C,
        0x200E,
        0x200F,
        0x2028,
        0x2029,
        0xFEFF,
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
    ],
    "\ufffd",
)
_SYMBOLS_LINES = {code: symbol for code, symbol in _SYMBOLS.items() if code != 0x0A}


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


def guarded(text: str, formulas: bool = True) -> str:
    """A text for a cell of CSV, with a quote before it that `unguarded` takes off again.

    With `formulas` what a spreadsheet takes for a formula gets the quote (OWASP ASVS 1.2.10), for
    text cells only: a number's minus must stay. A text that itself begins with quotes and a
    formula's character always gets one, so that no reader takes the text's own quote for a guard.
    """
    bare = text.lstrip("'")
    return f"'{text}" if bare.startswith(_FORMULA) and (formulas or bare != text) else text


def unguarded(text: str) -> str:
    """A cell without its guard: of quotes before a formula's character exactly one.

    The rule need not know who wrote the file: what `guarded` made comes back in both its modes,
    and so does what another program guarded against formulas.
    """
    return text[1:] if text[:1] == "'" and text.lstrip("'").startswith(_FORMULA) else text


def safe(text: str, lines: bool = False) -> str:
    """A text that can be printed without steering the terminal.

    Control and escape characters become visible symbols, overrides of writing direction U+FFFD;
    line feeds stay where `lines` allows them.
    """
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_SYMBOLS_LINES if lines else _SYMBOLS)


def spaced(text: str) -> str:
    """One line with one space between words and none at its ends."""
    return " ".join(part for part in text.replace("\t", " ").split(" ") if part)


_SPACES = dict.fromkeys(map(ord, "\n\r\t"), " ")


def one_line(text: str) -> str:
    """A safe text on one line: line ends and tabs become single spaces."""
    if text.isascii() and text.isprintable():
        return text
    return safe(text.replace("\r\n", " ").translate(_SPACES))


def width(text: str) -> int:
    """How many terminal cells a text takes: two for wide East Asian characters, none for marks."""
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def pad(text: str, cells: int) -> str:
    """A text padded with spaces to a number of terminal cells."""
    return text + " " * max(0, cells - width(text))


def near(text: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Names of `known` that look like `text`, likeliest first, for "did you mean"."""
    from difflib import get_close_matches

    by_form: dict[str, str] = {}
    for name in known:
        by_form.setdefault(fold(name), name)
    asked = fold(text)
    found = get_close_matches(asked, by_form, n=most, cutoff=0.7)
    if len(asked) > 2:
        found += [form for form in by_form if form.startswith(asked) and form not in found]
    return list(dict.fromkeys(by_form[form] for form in found))[:most]
