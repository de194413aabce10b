"""Shingles and bands straight from text are those of the tokens, in every script."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.kernels.arrow import TextBuffer, text_buffer
from corpuskit.kernels.minhash import minhash_bands
from corpuskit.kernels.shingle_words import BY_SCRIPT, text_bands, text_shingles
from corpuskit.kernels.shingles import shingles, word_shingles
from corpuskit.kernels.tokenise import tokenise

# What makes chunks end, split or stay whole, in several scripts, and what attaches to a character.
PIECES = (
    "the", "Mr", "Ph.D", "U.S", "e.g", "it's", "don’t", "well-known", "he/she", "end.Start",
    "12km", "3", "1,5", "x@y.org", "https://a.org/b?c", "example.com", "книга", "Ёлка", "Ω",
    "straße", "É", "e\u0301", "क्षि", "مرحبا", "你", "好", "ภาษา", "か\u3099", "ｶﾞ", "Ａｂｃ",
    "한국어", "ኢ", "①", "½", " ", "  ", "\n", "\u00a0", "\u3000", "\u200b", "\u2060", "\u0301",
    "\ufe0f", "👍🏽", "😀", "\x00", ".", "..", "…", ",", "!", "?", "(", ")", "«", "»", "“", "”",
    "'", '"', "-", "—", "+", "%", "$", "€", "、", "。", "（", "）", "#", "_", "´", "~", "/",
    ":", "\U000e0001", "\ue000",
)  # fmt: skip
texts = st.lists(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), max_size=4)
anything = st.lists(st.text(max_size=40), max_size=4)


def buffer_of(texts: list[str]) -> TextBuffer:
    return text_buffer(pl.Series(texts, dtype=pl.String))


def check(texts: list[str], size: int) -> None:
    buffer = buffer_of(texts)
    tokens = tokenise(buffer)
    expected = shingles(tokens) if size == BY_SCRIPT else word_shingles(tokens, size)
    found = text_shingles(buffer, size)
    np.testing.assert_array_equal(found[0], expected[0])
    np.testing.assert_array_equal(found[1], expected[1])
    bands = text_bands(buffer, 3, 2, 7, size)
    np.testing.assert_array_equal(bands, minhash_bands(*expected, 3, 2, 7))


@given(texts, st.sampled_from([BY_SCRIPT, 1, 3]))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_shingles_of_text_are_those_of_its_tokens(texts: list[str], size: int) -> None:
    check(texts, size)


@given(anything)
@settings(max_examples=100, derandomize=True, deadline=None)
def test_any_text_has_the_shingles_of_its_tokens(texts: list[str]) -> None:
    check(texts, BY_SCRIPT)


@pytest.mark.parametrize("first", PIECES)
def test_every_pair_of_pieces_is_cut_as_the_tokeniser_cuts_it(first: str) -> None:
    pairs = [lead + first + second + end for second in PIECES for lead in ("", "(", "a")
             for end in ("", ".", " b")]  # fmt: skip
    for size in (1, BY_SCRIPT):  # one word a shingle: every word counts
        check(pairs, size)


def test_long_texts_roll_and_scratch_is_used_again() -> None:
    long = " ".join(f"word{n}" if n % 7 else "字" * (n % 13) for n in range(3000))
    check(["", long, "short", long[:500], "?", long], BY_SCRIPT)


def test_slices_of_a_column_are_read_where_they_begin() -> None:
    whole = pl.Series(["passed over", "One two three four five six seven.", "另一篇文章"])
    found = text_shingles(text_buffer(whole[1:]))
    expected = shingles(tokenise(buffer_of(whole[1:].to_list())))
    np.testing.assert_array_equal(found[1], expected[1])
    assert len(expected[1]) == 4  # seven words have three shingles, five characters one
