from __future__ import annotations

from collections import Counter

import numpy as np
import polars as pl
import pytest

from corpuskit.coverage.ngrams import HIDDEN_ERRORS, NGRAMS, SIZES, estimate
from corpuskit.coverage.sampled import COUNTED, Counted
from tests.coverage.counting import texts_of, words_as_text


def told(*texts: str) -> dict:  # type: ignore[type-arg]
    return NGRAMS.describe(NGRAMS.count(texts_of(texts)))["ngrams"]


def test_real_texts_have_the_ngrams_that_a_plain_count_finds() -> None:
    texts = pl.read_parquet("sample_data/udhr.parquet")["text"].to_list()[:60]
    documents = words_as_text(texts + texts[:7])
    found = told(*texts, *texts[:7])
    for size in (2, 13):
        counts = Counter(
            tuple(words[first : first + size])
            for words in documents
            for first in range(len(words) - size + 1)
        )
        one = found[str(size)]
        assert one["total"] == counts.total()
        assert 0 < one["error"] < 0.008 * len(counts)
        assert abs(one["distinct"] - len(counts)) <= 3 * one["error"]


def made(rng: np.random.Generator, counts: np.ndarray, level: int) -> Counted:  # type: ignore[type-arg]
    """Draw one n-gram in 2^level."""
    drawn = counts[rng.random(len(counts)) < 2.0**-level]
    table = pl.DataFrame({"hash": range(len(drawn)), "count": drawn}, schema=COUNTED)
    return Counted(int(counts.sum()), level, table)


@pytest.mark.parametrize("repeated", [0.0, 0.001, 0.01, 0.1, 1.0])
def test_the_error_that_is_told_is_the_one_that_is_made(repeated: float) -> None:
    rng = np.random.default_rng(17)
    counts = np.ones(400_000, np.int64)
    again = int(repeated * len(counts))
    counts[:again] += rng.geometric(0.4, again)
    estimates = [estimate(made(rng, counts, 5)) for _ in range(60)]
    off = np.array([(distinct - len(counts)) for distinct, _ in estimates])
    told = np.mean([error for _, error in estimates])
    assert told <= 0.009 * len(counts)
    assert np.abs(off).max() <= 4.5 * told
    assert 0.7 * told <= np.sqrt((off**2).mean()) <= 1.3 * told or told == 0


@pytest.mark.parametrize("times", [10**3, 10**4, 10**5, 10**9])
def test_one_ngram_that_is_everywhere_does_not_spoil_the_estimate(times: int) -> None:
    rng = np.random.default_rng(4)
    counts = np.ones(400_000, np.int64)
    counts[0] = times
    for _ in range(40):
        distinct, _ = estimate(made(rng, counts, 5))
        assert abs(distinct - len(counts)) <= (4.5 + HIDDEN_ERRORS) * 0.009 * len(counts)


def test_a_text_that_is_there_twice_has_half_as_many_different_ngrams() -> None:
    text = " ".join(str(number) for number in range(100))
    assert told(text, text)["13"] == {"total": 176, "distinct": 88, "error": 0}


def test_ngrams_end_with_their_document() -> None:
    apart = told("a b", "c d")
    assert apart["2"] == {"total": 2, "distinct": 2, "error": 0}
    assert apart["3"] == {"total": 0, "distinct": 0, "error": 0}


def test_no_text_has_no_ngrams() -> None:
    nothing = {str(size): {"total": 0, "distinct": 0, "error": 0} for size in SIZES}
    assert told() == told("") == nothing
    assert NGRAMS.describe(NGRAMS.merge([]))["ngrams"] == nothing


def test_older_readers_find_the_different_ones_by_themselves() -> None:
    told_all = NGRAMS.describe(NGRAMS.count(texts_of(["a b c a b"])))
    assert told_all["distinct_ngrams"] == {"2": 3, "3": 3, "5": 1, "13": 0}
