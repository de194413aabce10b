"""The features of words, by hand and by the twin."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.features import Measured
from corpuskit.features.words import WORDS
from tests import reference_words as twin
from tests.words.hostile import several, texts


def measured(text: str) -> dict[str, float]:
    values = WORDS.compute(Measured(pl.Series([text])))
    return {name: float(column[0]) for name, column in values.items()}


def test_words_by_hand() -> None:
    # The | cat | # | 1 | ... | to | be | . : five words of 3, 3, 1, 2, 2 characters
    assert measured("The cat #1...\nto be.\n") == pytest.approx(
        {
            "token_count": 8,
            "word_count": 5,
            "mean_word_chars": 11 / 5,
            "max_word_chars": 3,
            "alphabetic_word_ratio": 4 / 8,
            "hash_marks_per_word": 1 / 8,
            "ellipses_per_word": 1 / 8,
            "newlines_per_word": 2 / 8,
            "stop_word_count": 2,
            "spaceless_ratio": 0,
        }
    )


@pytest.mark.parametrize("text", ["", " \n \u3000", "\u200b"])
def test_a_text_without_tokens_measures_zero(text: str) -> None:
    assert set(measured(text).values()) == {0.0}


def test_the_declared_values_for_empty_text_are_the_measured_ones() -> None:
    assert measured("") == {feature.name: feature.empty for feature in WORDS.features}


def test_stop_words_are_different_ones_and_case_counts() -> None:
    assert measured("the the of The OF")["stop_word_count"] == 2
    assert measured("the be to of and that have with")["stop_word_count"] == 8


def test_ellipses_are_counted_in_the_text_without_overlap() -> None:
    assert measured("a.......")["ellipses_per_word"] == pytest.approx(2 / 2)
    assert measured("a…… b")["ellipses_per_word"] == pytest.approx(2 / 4)


def test_newlines_per_word_may_exceed_one() -> None:
    assert measured("a\n\n\n")["newlines_per_word"] == 3


def test_thai_without_spaces_is_not_one_word() -> None:
    values = measured("ภาษาไทยไม่มีช่องว่าง")
    assert values["spaceless_ratio"] == 1
    assert values["word_count"] == 16  # of 20 characters, 4 are marks
    assert values["max_word_chars"] == 2


def test_spaceless_ratio_leaves_punctuation_out() -> None:
    assert measured("中文，abc。")["spaceless_ratio"] == pytest.approx(2 / 3)


@given(documents=st.lists(texts, min_size=1, max_size=4))
@several
def test_the_kernel_equals_its_twin(documents: list[str]) -> None:
    values = WORDS.compute(Measured(pl.Series(documents, dtype=pl.String)))
    for row, text in enumerate(documents):
        found = {name: float(column[row]) for name, column in values.items()}
        assert found == pytest.approx(twin.words(text))
