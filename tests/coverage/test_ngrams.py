from __future__ import annotations

from collections import Counter

import polars as pl

from corpuskit.coverage.ngrams import NGRAMS, SIZES
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
        assert found[str(size)]["total"] == counts.total()
        assert abs(found[str(size)]["distinct"] / len(counts) - 1) < 0.025  # three errors


def test_a_text_that_is_there_twice_has_half_as_many_different_ngrams() -> None:
    text = " ".join(str(number) for number in range(100))
    assert told(text, text)["13"] == {"total": 176, "distinct": 88}


def test_ngrams_end_with_their_document() -> None:
    apart = told("a b", "c d")
    assert apart["2"] == {"total": 2, "distinct": 2}
    assert apart["3"] == {"total": 0, "distinct": 0}


def test_no_text_has_no_ngrams() -> None:
    nothing = {str(size): {"total": 0, "distinct": 0} for size in SIZES}
    assert told() == told("") == nothing
    assert NGRAMS.describe(NGRAMS.merge([]))["ngrams"] == nothing


def test_older_readers_find_the_different_ones_by_themselves() -> None:
    told_all = NGRAMS.describe(NGRAMS.count(texts_of(["a b c a b"])))
    assert told_all["distinct_ngrams"] == {"2": 3, "3": 3, "5": 1, "13": 0}
