"""The features of repetition, by hand and by the twin."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.features import Measured
from corpuskit.features.repetition import REPETITION
from tests import reference_words as twin
from tests.words.hostile import repetitive, several, texts

HAN_20 = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往"


def measure(*documents: str) -> list[dict[str, float]]:
    values = REPETITION.compute(Measured(pl.Series(documents, dtype=pl.String)))
    return [
        {name: float(column[row]) for name, column in values.items()}
        for row in range(len(documents))
    ]


def value(text: str, name: str) -> float:
    return measure(text)[0][name]


@pytest.mark.parametrize(
    ("text", "n", "chars"),
    [
        ("a b c a b", 2, 3 * 2),  # "a b" twice
        ("a b c a b", 3, 5),  # all come once: the first, "a b c"
        ("a b c a b", 4, 7),
        ("a a a a", 2, 3 * 3),  # copies overlap
        ("c d aa b c d aa b", 2, 3 * 2),  # three come twice: the first, "c d"
        ("aa b c c d aa b c", 2, 4 * 2),  # "aa b" and "b c" come twice
        ("a", 2, 0),
        ("a b", 3, 0),
    ],
)
def test_top_ngrams_by_hand(text: str, n: int, chars: int) -> None:
    assert value(text, f"top_{n}gram_char_ratio") == pytest.approx(chars / len(text))


@pytest.mark.parametrize(
    ("text", "n", "chars"),
    [
        ("a b c d e a b c d e", 5, 5),  # the second copy counts
        ("a b c d e a b c d e", 6, 0),
        ("a b c d e a b c d", 5, 0),
        ("a a a a a a a a a a a", 5, 10),  # seen at 1, jump to 6, seen again, jump to 11
        ("ab c d e f x ab c d e f y", 5, 6),
        ("a b c d", 5, 0),
    ],
)
def test_duplicate_ngrams_by_hand(text: str, n: int, chars: int) -> None:
    assert value(text, f"duplicate_{n}gram_char_ratio") == pytest.approx(chars / len(text))


def test_top_ngrams_may_exceed_the_whole_text() -> None:
    assert value("ab " * 9 + "ab", "top_4gram_char_ratio") > 1


@pytest.mark.parametrize("text", ["", " \n ", "\u3000"])
def test_a_text_without_tokens_measures_zero(text: str) -> None:
    empty = {feature.name: feature.empty for feature in REPETITION.features}
    assert measure(text)[0] == empty
    assert set(empty.values()) == {0.0}


def test_white_space_between_characters_does_not_count() -> None:
    assert value("一二 三四\n一二三四", "top_char_4gram_ratio") == 1
    assert value("一二三四五", "top_char_4gram_ratio") == pytest.approx(4 / 5)
    assert value("一二三", "top_char_4gram_ratio") == 0


def test_the_second_copy_of_twenty_characters_counts() -> None:
    assert value(HAN_20 * 2, "duplicate_char_20gram_ratio") == pytest.approx(20 / 40)
    assert value(HAN_20 + HAN_20[:19], "duplicate_char_20gram_ratio") == 0
    assert value(HAN_20 + "\n" + HAN_20 + "。", "duplicate_char_20gram_ratio") == 20 / 41


def test_characters_count_where_one_word_in_five_is_one() -> None:
    assert value("一 a b c d", "top_char_4gram_ratio") == pytest.approx(4 / 5)
    assert value("一 a b c d e", "top_char_4gram_ratio") == 0
    assert value("aaaa " * 100, "duplicate_char_20gram_ratio") == 0


def test_a_long_line_of_one_token_has_the_values_of_its_formula() -> None:
    count = 3_000_000
    text = "ab " * count
    values = measure(text)[0]
    assert values["top_2gram_char_ratio"] == pytest.approx(5 * (count - 1) / len(text))
    assert values["duplicate_5gram_char_ratio"] == pytest.approx((count - 1) // 5 * 10 / len(text))
    assert values["duplicate_10gram_char_ratio"] == pytest.approx(
        (count - 1) // 10 * 20 / len(text)
    )


def test_a_long_text_without_repeats_has_none() -> None:
    values = measure(" ".join(map(str, range(500_000))))[0]
    assert all(v == 0 for name, v in values.items() if name.startswith("duplicate"))


def test_a_document_does_not_see_its_neighbours() -> None:
    text = "one two three four five six seven"
    assert measure(text, text, HAN_20, HAN_20) == measure(text) * 2 + measure(HAN_20) * 2


@given(documents=st.lists(repetitive | texts, min_size=1, max_size=4))
@several
def test_the_kernel_equals_its_twin(documents: list[str]) -> None:
    for found, text in zip(measure(*documents), documents, strict=True):
        assert found == pytest.approx(twin.repetition(text))
