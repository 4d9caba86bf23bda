"""Words as DESIGN says they are: folded, cut into tokens, stemmed, shown safely."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relwatch import text

BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}


@pytest.mark.parametrize(
    ("written", "tokens"),
    [
        ("JOINT Joint joint", ["joint", "joint", "joint"]),
        ("café Ελλάδα Ёлка", ["cafe", "ελλαδα", "елка"]),
        ("S-400", ["s", "400"]),
        ("5G/6G", ["5g", "6g"]),
        ("xi's Xi’s XI'S", ["xi", "xi", "xi"]),
        ("the troops' camp", ["the", "troop", "camp"]),
        ("U.S. U.S.A. U.S.'s U.S.’s u.s", ["us", "usa", "us", "us", "us"]),
        ("É.U. E\u0301.U.", ["eu", "eu"]),
        ("Vitamin C. It", ["vitamin", "c", "it"]),
        ("1.5 billion", ["1", "5", "billion"]),
        ("łódź Øre đà straße STRASSE", ["lodz", "ore", "da", "strass", "strass"]),
        ("Æsir œuvre þing", ["aesir", "oeuvr", "thing"]),
        ("military policies", ["militari", "polici"]),
        ("under_score", ["under", "score"]),
        ("— … “” 🎉", []),
        ("", []),
    ],
)
def test_a_text_becomes_the_tokens_of_the_design(written: str, tokens: list[str]) -> None:
    """Case, marks, punctuation, possessives and dotted initials do not tell words apart."""
    assert text.tokens(written) == tokens


@pytest.mark.parametrize(
    ("written", "tokens"),
    [
        ("中俄军演", ["中", "俄", "军", "演"]),
        ("Xi习近平2021", ["xi", "习", "近", "平", "2021"]),
        ("ドローン", ["ド", "ロ", "ー", "ン"]),
        ("がんば", ["が", "ん", "ば"]),
        ("二〇〇二", ["二", "〇", "〇", "二"]),
        ("佐々木", ["佐", "々", "木"]),
    ],
)
def test_each_han_or_kana_character_is_a_token(written: str, tokens: list[str]) -> None:
    """Scripts without spaces are searched by character, so that any stretch can be found."""
    assert text.tokens(written) == tokens


@pytest.mark.parametrize("word", ["हिन्दी", "한국", "ไทย", "עברית", "العربية"])
def test_marks_of_other_scripts_stay(word: str) -> None:
    """A mark is dropped from Latin, Greek and Cyrillic letters only: elsewhere it is the word."""
    assert text.tokens(word) == [unicodedata.normalize("NFC", word)]


def test_kana_keep_their_voicing_marks() -> None:
    """が and か are different syllables, written apart or together."""
    assert text.tokens("が") != text.tokens("か")
    assert text.tokens("か\u3099") == text.tokens("が")


MARKED = st.text("aeÉÜİſ\u0301\u0308\u0345ΆᾳЙё.'’s| か\u3099軍한1", max_size=12)


@given(MARKED | st.text(max_size=40))
def test_composed_and_decomposed_text_have_the_same_tokens(written: str) -> None:
    """A file from a Mac and one from Windows answer alike."""
    apart, together = (unicodedata.normalize(form, written) for form in ("NFD", "NFC"))
    assert text.tokens(apart) == text.tokens(together)


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(written: str) -> None:
    """A folded name is found again however often it is folded."""
    assert text.fold(text.fold(written)) == text.fold(written)


@given(st.lists(st.text(max_size=20), max_size=4))
def test_a_search_text_is_padded_and_its_parts_kept_apart(parts: list[str]) -> None:
    """A token holds no space and no bar, so "contains" never crosses a part."""
    made = text.searchable(parts)
    assert made.startswith(" ")
    assert made.endswith(" ")
    found = [token for part in parts for token in text.tokens(part)]
    assert [token for token in made.split() if token != "|"] == found
    assert not any(set(token) & set(" |") for token in found)


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_text_is_found_by_itself(written: str, other: str) -> None:
    """Whatever a part of an event says can be searched for word by word as it stands there."""
    for needle in text.needles(written):
        assert needle in text.searchable([other, written, other])


def finds(asked: str, written: str, *, prefix: bool = False) -> bool:
    return any(needle in text.searchable([written]) for needle in text.needles(asked, prefix))


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("military", "militaries"),
        ("policy", "policies"),
        ("energy", "energies"),
        ("war", "wars"),
        ("arms", "arms"),
        ("AI", "ai"),
        ("drill", "Drills"),
        ("S-400", "the S-400s of 2021, S-400"),
        ("S-400", "s 400"),
        ("us", "the U.S.'s view"),
        ("近平", "习近平"),
        ("lodz", "Łódź"),
    ],
)
def test_a_word_finds_its_own_forms(asked: str, written: str) -> None:
    """Singular and plural, marks and strokes are one word."""
    assert finds(asked, written)


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("war", "warned of warming wards"),
        ("arms", "army armour"),
        ("AI", "aid aim air"),
        ("us", "Russia thus"),
        ("S-400", "s-4000"),
        ("平习", "习近平"),
    ],
)
def test_a_word_finds_whole_tokens_only(asked: str, written: str) -> None:
    """A word is no beginning of another word."""
    assert not finds(asked, written)


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("milit", "military"),
        ("military", "militaries"),
        ("milita", "military"),
        ("policy", "policies"),
        ("energy", "energies"),
        ("war", "warned"),
        ("arms", "arm"),
        ("hypersonic", "hypersonics"),
        ("cooperat", "cooperation"),
        ("cooperati", "cooperative"),
        ("generati", "generations"),
        ("negotiatio", "negotiations"),
        ("strateg", "strategic"),
        ("S-4", "S-400"),
        ("joint dri", "joint drills"),
        ("Mosk", "moskva"),
        ("Москв", "Москва"),
    ],
)
def test_a_prefix_finds_the_words_that_begin_so(asked: str, written: str) -> None:
    """`word*` finds every word that begins so, though only its stem is kept."""
    assert finds(asked, written, prefix=True)


@pytest.mark.parametrize(
    ("asked", "written"), [("warm", "war"), ("drillx", "drill"), ("iti", "ite")]
)
def test_a_prefix_does_not_find_shorter_words(asked: str, written: str) -> None:
    """More letters than the word has find nothing."""
    assert not finds(asked, written, prefix=True)


def test_a_phrase_never_crosses_parts() -> None:
    """The last word of a title and the first of a summary are not neighbours."""
    made = text.searchable(["joint drills", "ningxia"])
    assert not any(needle in made for needle in text.needles("drills ningxia"))


@pytest.mark.parametrize("written", ["", " ", "—", "*", "?!", "🎉"])
def test_a_word_without_tokens_has_no_needle(written: str) -> None:
    """Where there is nothing to look for, nothing is looked for."""
    assert text.needles(written) == ()
    assert text.needles(written, prefix=True) == ()


@given(st.text(), st.booleans())
def test_safe_text_cannot_steer_a_terminal(written: str, lines: bool) -> None:
    """No control character and no override of direction is ever printed; nothing else is lost."""
    shown = text.safe(written, lines)
    kept = "\n" if lines else ""
    assert not any(unicodedata.category(char) == "Cc" and char not in kept for char in shown)
    assert not any(ord(char) in BIDI for char in shown)
    assert len(shown) == len(written)
    assert not set(text.one_line(written)) & {"\n", "\r", "\t", "\x1b", "\u2028"}


def test_controls_become_symbols() -> None:
    """What was there stays visible."""
    assert text.safe("a\x1b[31m\x00\u202eb") == "a␛[31m␀\ufffdb"
    assert text.safe("a\nb") == "a␊b"
    assert text.safe("a\nb", lines=True) == "a\nb"


@given(st.text(max_size=60))
def test_pieces_stand_where_their_letters_are(written: str) -> None:
    """Highlights fall within the text and never overlap backwards."""
    at = 0
    for start, end, _ in text.pieces(written):
        assert at <= start <= end <= len(written)
        at = start


def test_pieces_mark_the_words_a_reader_sees() -> None:
    """The piece of `U.S.'s` is its initials, of a Han word each character."""
    written = "The U.S.'s 军演 drills"
    found = [(written[start:end], token) for start, end, token in text.pieces(written)]
    assert ("U.S", "us") in found
    assert ("军", "军") in found
    assert ("drills", "drill") in found


@pytest.mark.parametrize(
    ("asked", "near"),
    [("miltary", "military"), ("MILITRY", "military"), ("putn", "Putin"), ("rus", "russia")],
)
def test_near_names_are_offered(asked: str, near: str) -> None:
    """A slip of the finger finds the name that was meant."""
    assert near in text.near(asked, ["military", "political", "Putin", "russia"])


def test_width_counts_cells() -> None:
    """Wide characters take two cells, marks none."""
    assert text.width("abc") == 3
    assert text.width("军演") == 4
    assert text.width("e\u0301") == 1
    assert text.pad("军", 4) == "军  "
