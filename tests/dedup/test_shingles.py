"""Shingles of so many words or characters agree with their twins, and what they are blind to."""

from __future__ import annotations

import unicodedata

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.dedup import fingerprint, shingle_sets
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.features import Measured
from corpuskit.kernels.arrow import text_buffer
from corpuskit.kernels.shingles import char_shingles, shingles, word_shingles
from corpuskit.kernels.tokenise import IS_SYMBOL, tokenise
from corpuskit.kernels.unicode import LL, NO, unicode_tables
from tests import reference_dedup as reference

few = settings(max_examples=100, deadline=None, derandomize=True)
texts = st.lists(reference.HOSTILE, max_size=5)
sizes = st.integers(1, 12)
SHINGLES = ("auto", "words:2", "chars:6")


def parts_of(found: tuple, document: int) -> list[int]:  # type: ignore[type-arg]
    offsets, values = found
    return list(values[offsets[document] : offsets[document + 1]].tolist())


@few
@given(texts, sizes)
def test_shingles_of_words_agree_with_their_twin(documents: list[str], size: int) -> None:
    tokens = tokenise(text_buffer(pl.Series(documents, dtype=pl.String)))
    found = word_shingles(tokens, size)
    for document in range(len(documents)):
        rows = range(tokens.offsets[document], tokens.offsets[document + 1])
        words = [int(tokens.fold[row]) for row in rows if not tokens.kind[row] & IS_SYMBOL]
        assert parts_of(found, document) == reference.runs(words, size)


@few
@given(texts, sizes)
def test_shingles_of_characters_agree_with_their_twin(documents: list[str], size: int) -> None:
    found = char_shingles(text_buffer(pl.Series(documents, dtype=pl.String)), size)
    for document, text in enumerate(documents):
        expected = reference.runs(counted(text), size)
        assert parts_of(found, document) == expected


def counted(text: str) -> list[int]:
    """Numbers of the letters, digits and marks of a text, as Unicode's own tables know them."""
    tables, found = unicode_tables(), []
    for character in text:
        point = ord(character)
        if not LL <= tables.category[point] <= NO:
            continue
        if 0x1F3FB <= point < 0x1F400:  # skin tones
            continue
        narrow = point - 0xFEE0 if 0xFF01 <= point <= 0xFF5E else point
        found.append(int(tables.lower[narrow]) * 0x9E3779B97F4A7C15 & reference.MASK)
    return found


def test_five_words_of_english_are_what_auto_takes() -> None:
    tokens = tokenise(text_buffer(pl.Series(["One two, three four five six seven.", "One two."])))
    assert word_shingles(tokens, 5)[1].tolist() == shingles(tokens)[1].tolist()


def values(text: str, shingle: str) -> list[int]:
    """Make the shingle set of one text."""
    chosen = DuplicateSettings(shingle=shingle)
    return shingle_sets(Measured(pl.Series([text])), chosen)[1].tolist()


@pytest.mark.parametrize(
    ("text", "shingle", "count"),
    [
        ("a b c d e", "words:2", 4),
        ("a b c d e", "words:5", 1),
        ("a b c d e", "words:6", 1),  # shorter than a shingle: one of the whole
        ("a a a a a", "words:2", 1),
        ("你好世界", "words:2", 3),  # a character of a script without spaces is a token
        ("abc def", "chars:3", 4),  # abc bcd cde def
        ("ab, C-d!", "chars:4", 1),
        ("ก็", "chars:1", 2),  # a mark counts by itself
        ("", "words:1", 0),
        (" .—!", "chars:1", 0),
        ("★\u200b", "chars:2", 0),
    ],
)
def test_so_many_shingles_by_hand(text: str, shingle: str, count: int) -> None:
    assert len(values(text, shingle)) == count


@pytest.mark.parametrize("shingle", SHINGLES)
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Hello, WORLD  again", "hello world again"),
        ("ＡＢＣ１２３ ｄｅｆ", "abc123 def"),
        ("Ｈｅｌｌｏ，　ｗｏｒｌｄ！", "hello world"),
        ("caf\u00e9 au lait", "cafe\u0301 au lait"),
        ("다람쥐 헌", unicodedata.normalize("NFD", "다람쥐 헌")),
        ("東京は、夜の七時", "東京は夜の七時。"),
    ],
)
def test_case_space_punctuation_spelling_and_width_do_not_count(
    first: str, second: str, shingle: str
) -> None:
    assert values(first, shingle) == values(second, shingle) != []


@pytest.mark.parametrize("shingle", SHINGLES)
@pytest.mark.parametrize(("first", "second"), [("か", "が"), ("กิน", "กน"), ("é", "e"), ("ي", "ى")])
def test_combining_marks_count(first: str, second: str, shingle: str) -> None:
    assert set(values(first * 12, shingle)).isdisjoint(values(second * 12, shingle))


def test_without_spaces_characters_find_what_words_do_not() -> None:
    spaced, joined = "the quick brown fox jumps", "thequick brownfox jumps"
    assert values(spaced, "chars:5") == values(joined, "chars:5")
    assert set(values(spaced, "words:2")).isdisjoint(values(joined, "words:2"))


@pytest.mark.parametrize("shingle", SHINGLES)
def test_bands_are_of_the_same_shingles(shingle: str) -> None:
    chosen = DuplicateSettings(shingle=shingle)
    measured = Measured(pl.Series(["One two three four five six.", "ONE two three, four five six"]))
    first, second = fingerprint(measured, chosen)["bands"].to_list()
    assert first == second
    other = fingerprint(measured, DuplicateSettings(shingle="words:3"))["bands"].to_list()
    assert other[0] != first
