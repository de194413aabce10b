"""The statistics under the check of coverage."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from corpuskit.lm import words as statistics
from corpuskit.lm.checks.coverage import covering_alphabet
from tests.lm.made_prose import prose, word


def test_words_leave_marks_and_case_out_and_count_unspaced_characters_singly() -> None:
    words = statistics.read_words(pl.Series(["One, two: ONE!", "你好。"]))
    assert words.documents == 2
    assert sorted(np.bincount(words.word_document).tolist()) == [2, 3]
    assert len(np.unique(words.word)) == 4
    assert words.volume == 3 * 2 + 2 * 1
    assert words.unspaced_share == 2 / 8


def test_the_order_of_documents_does_not_change_what_is_measured() -> None:
    texts = pl.Series([prose(seed, 320) for seed in range(50)])
    forth, back = statistics.read_words(texts), statistics.read_words(texts.reverse())
    assert np.array_equal(forth.word, back.word)
    assert np.array_equal(forth.shingle, back.shingle)


def test_rotating_brings_the_first_documents_to_the_end() -> None:
    words = statistics.read_words(pl.Series(["a", "b b", "c c c"]))
    sizes = np.bincount(words.word_document)
    turned = words.rotated(1)
    assert np.bincount(turned.word_document).tolist() == np.roll(sizes, -1).tolist()
    assert np.array_equal(turned.rotated(2).word, words.word)
    assert np.array_equal(turned.rotated(2).shingle_document, words.shingle_document)


def test_covered_is_the_share_of_different_shingles_that_others_hold() -> None:
    known = statistics.read_words(pl.Series(["a b c d e f"]))  # abcde, bcdef
    asked = statistics.read_words(pl.Series(["a b c d e x"]))  # abcde, bcdex
    share, size = statistics.covered(asked, known)
    assert (share.tolist(), size.tolist()) == ([0.5], [2])
    assert statistics.common_shingles(asked, known) == 0.5
    assert statistics.unseen_words(asked, known) == 1 / 6


def test_good_turing_is_the_share_of_words_that_occur_once() -> None:
    words = np.array([1, 1, 1, 2, 2, 3, 4, 5, 5, 6], np.uint64)  # once: 3, 4, 6; twice: 2, 5
    chance, (low, high) = statistics.good_turing(words)
    spread = 1.96 * math.sqrt(3 * 0.7 + 2 * 2) / 10
    assert chance == 0.3
    assert (low, high) == pytest.approx((max(0.0, 0.3 - spread), 0.3 + spread))
    assert statistics.good_turing(np.empty(0, np.uint64)) == (1.0, (0.0, 1.0))


def test_good_turing_foresees_how_many_new_words_come() -> None:
    first = prose(1, 20_000)
    chance, (low, high) = statistics.good_turing(statistics.read_words(pl.Series([first])).word)
    known = set(first.split())
    new = sum(each not in known for each in prose(2, 2_000).split()) / 2_000
    assert low < chance < high
    assert new == pytest.approx(chance, abs=0.03)


def test_a_vocabulary_that_never_repeats_grows_with_exponent_one() -> None:
    words = statistics.read_words(pl.Series([" ".join(word(i) for i in range(1600))]))
    grown = statistics.growth(words, volume=3200)
    assert (grown["words"], grown["types"]) == (1600, 1600)
    assert grown["exponent"] == pytest.approx(1.0)


def test_a_vocabulary_that_stops_has_exponent_zero() -> None:
    words = statistics.read_words(pl.Series([" ".join([word(i % 10) for i in range(1600)])]))
    grown = statistics.growth(words, volume=3200)
    assert (grown["types"], grown["exponent"]) == (10, pytest.approx(0.0))


def test_growth_is_measured_at_the_volume_and_not_beyond() -> None:
    words = statistics.read_words(pl.Series([" ".join(word(i) for i in range(1600))]))
    assert statistics.growth(words, volume=400)["types"] == 200
    assert statistics.growth(words, volume=0)["exponent"] is None


def test_effective_numbers_count_equal_parts() -> None:
    assert statistics.effective_number(np.array([2.0, 2, 2, 2])) == pytest.approx(4)
    assert statistics.effective_number(np.array([1.0, 3])) == pytest.approx(
        math.exp(0.25 * math.log(4) + 0.75 * math.log(4 / 3))
    )
    assert statistics.effective_number(np.empty(0)) == 0.0


def test_the_weighted_median_has_half_of_the_weight_at_or_below() -> None:
    values, weights = np.array([0.1, 0.9, 0.5]), np.array([4, 3, 1])
    assert statistics.weighted_median(values, weights) == 0.1
    assert statistics.weighted_median(values, weights + np.array([0, 2, 0])) == 0.5


def test_code_points_are_counted_beyond_the_basic_plane() -> None:
    counts = statistics.characters(pl.Series(["aa", "😀", ""]))
    assert (counts[ord("a")], counts[0x1F600], counts.sum()) == (2, 1, 3)


def test_the_alphabet_is_the_smallest_that_covers_9995_of_10000() -> None:
    counts = np.array([9000, 995, 3, 2, 0])
    assert covering_alphabet(counts).tolist() == [True, True, False, False, False]
    counts = np.array([9000, 994, 3, 3, 0])  # of equal ones the smaller code point
    assert covering_alphabet(counts).tolist() == [True, True, True, False, False]
    assert not covering_alphabet(np.zeros(3, np.int64)).any()
