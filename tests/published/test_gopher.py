"""Words as datatrove's Gopher rules count them, by hand and by the twin."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.features import Measured
from corpuskit.features.gopher import GOPHER
from tests import reference_published as twin
from tests.words.hostile import several, texts


def measured(*documents: str) -> list[dict[str, float]]:
    values = GOPHER.compute(Measured(pl.Series(documents, dtype=pl.String)))
    return [
        {name: float(column[row]) for name, column in values.items()}
        for row in range(len(documents))
    ]


def test_symbols_outside_the_list_are_words_and_punctuation_is_none() -> None:
    # the • cat © + 42 … ( １ ) : words are the • cat © 42, of 3 1 3 1 2 characters
    assert measured("the • cat © + 42 … ( １ )") == [
        {
            "word_count.gopher": 5,
            "mean_word_chars.gopher": 2,
            "stop_word_count.all": 1,
        }
    ]


def test_a_stop_word_counts_each_time_and_in_lower_case_alone() -> None:
    assert measured("the the The of")[0]["stop_word_count.all"] == 3


def test_a_mark_beside_punctuation_makes_a_word() -> None:
    assert measured("(\u0301")[0]["word_count.gopher"] == 1
    assert measured("(")[0]["word_count.gopher"] == 0


def test_an_empty_batch_and_an_empty_text_have_the_declared_values() -> None:
    assert measured() == []
    assert measured("") == [{feature.name: feature.empty for feature in GOPHER.features}]


@given(documents=st.lists(texts, max_size=4))
@several
def test_the_kernel_equals_its_twin(documents: list[str]) -> None:
    for found, text in zip(measured(*documents), documents, strict=True):
        assert found == pytest.approx(twin.gopher(text)), repr(text)
