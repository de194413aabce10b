from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import comb

import numpy as np
import polars as pl
import pytest

from corpuskit.coverage import vocabulary
from corpuskit.coverage.vocabulary import VOCABULARY
from tests.coverage.counting import texts_of, words_as_text


def told(*texts: str) -> dict:  # type: ignore[type-arg]
    return VOCABULARY.describe(VOCABULARY.count(texts_of(texts)))


def test_case_and_punctuation_make_no_new_word() -> None:
    found = told("The cat, the CAT! ... and a dog")
    assert found["words"] == 7
    assert found["vocabulary_size"] == 5
    assert found["vocabulary"]["hapax"] == 3
    assert found["vocabulary"]["new_word_chance"] == 3 / 7


def test_a_character_of_a_spaceless_script_is_a_word() -> None:
    assert told("你好世界，你好")["vocabulary"]["types"] == 4


def test_real_texts_have_the_words_that_a_plain_count_finds() -> None:
    texts = pl.read_parquet("sample_data/udhr.parquet")["text"].to_list()
    counts = Counter(word for words in words_as_text(texts) for word in words)
    found = told(*texts)["vocabulary"]
    assert found["words"] == counts.total()
    assert found["types"] == found["sampled_types"] == len(counts) > 20_000
    assert found["hapax"] == sum(count == 1 for count in counts.values())
    first = counts.most_common(1)[0][1]
    assert found["zipf"][0] == [1, first]
    assert found["zipf"][-1] == [len(counts), 1]


def test_the_growth_is_that_of_random_parts_of_the_words() -> None:
    counts, total = np.array([5, 3, 1, 1]), 10
    points = dict(vocabulary.growth(counts, total, 0))
    assert points[10] == 4
    # drawing with replacement, each word has the chance (1 - n/N)^f to be missed
    for words in (1, 6):
        by_hand = sum(1 - (1 - Fraction(words, total)) ** int(count) for count in counts)
        assert points[words] == pytest.approx(float(by_hand), abs=1e-8)


def test_the_growth_comes_near_to_draws_without_replacement() -> None:
    counts = np.array([400, 200, 100] + [3] * 60 + [1] * 120)
    total = int(counts.sum())
    for words, seen in vocabulary.growth(counts, total, 0):
        if words >= 100:
            missed = sum(comb(total - int(f), words) / comb(total, words) for f in counts)
            assert seen == pytest.approx(len(counts) - missed, rel=0.01)


def test_where_every_word_is_new_the_exponent_is_one() -> None:
    found = told(" ".join(f"w{number}" for number in range(2_000)))["vocabulary"]
    assert found["heaps_exponent"] == 1.0
    assert found["new_word_chance"] == 1.0


def test_a_law_of_powers_gives_its_own_exponent() -> None:
    for exponent in (0.8, 1.0, 1.3):
        counts = np.round(1e7 / np.arange(1, 20_001) ** exponent).astype(np.int64)
        points = vocabulary.rank_points(counts, 0)
        assert vocabulary.zipf_exponent(points) == pytest.approx(exponent, abs=0.01)


def test_ranks_of_a_sample_are_those_of_all_words() -> None:
    counts = np.round(1e8 / np.arange(1, 200_001)).astype(np.int64)
    drawn = counts[np.random.default_rng(3).random(len(counts)) < 1 / 8]
    points = vocabulary.rank_points(drawn, 3)
    assert points[0][0] == 8 * 18
    assert vocabulary.zipf_exponent(points) == pytest.approx(1.0, abs=0.09)  # three errors


def test_the_growth_of_a_sample_is_that_of_all_words() -> None:
    counts = np.round(2e6 / np.arange(1, 200_001)).astype(np.int64)
    whole = dict(vocabulary.growth(counts, int(counts.sum()), 0))
    drawn = counts[np.random.default_rng(5).random(len(counts)) < 1 / 8]
    points = vocabulary.growth(drawn, int(counts.sum()), 3)
    assert points[0][1] >= 400 * 8
    for words, seen in points:
        assert seen == pytest.approx(whole[words], rel=3 / (seen / 8) ** 0.5)


def test_few_words_have_no_exponents_and_say_why() -> None:
    found = told("one two three")["vocabulary"]
    assert found["heaps_exponent"] is found["zipf_exponent"] is None
    assert found["reasons"] == {
        "heaps_exponent": "too_few_words", "zipf_exponent": "too_few_words"
    }  # fmt: skip


def test_words_that_are_all_rare_have_no_exponent_of_ranks() -> None:
    found = told(" ".join(f"w{number}" for number in range(2_000)))["vocabulary"]
    assert found["zipf_exponent"] is None
    assert found["reasons"] == {"zipf_exponent": "too_few_frequent_words"}


def test_no_text_has_no_words() -> None:
    for found in (told(), told(""), VOCABULARY.describe(VOCABULARY.merge([]))):
        assert found["words"] == found["vocabulary_size"] == 0
        assert found["vocabulary"]["growth"] == found["vocabulary"]["zipf"] == []
        assert found["vocabulary"]["new_word_chance"] is None
        assert set(found["vocabulary"]["reasons"]) == {
            "new_word_chance", "heaps_exponent", "zipf_exponent"
        }  # fmt: skip
