from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.coverage import sampled
from corpuskit.kernels.tokenise import IS_SYMBOL
from corpuskit.kernels.vocabulary import Words, sample_ngrams
from tests.coverage.counting import HOSTILE, same_tables, texts_of
from tests.reference_coverage import mix, ngram_hashes, sample

SIZES = (1, 2, 13)
SMALL = dict.fromkeys(SIZES, 5)


def made_words(first: int, stop: int) -> Words:
    """Make one document of different words."""
    hashes = np.array([mix(word) for word in range(1 + first, 1 + stop)], np.uint64)
    return Words(np.array([0, len(hashes)]), hashes)


@settings(max_examples=100, deadline=None)
@given(st.lists(HOSTILE, max_size=5), st.sampled_from([1, 2, 3, 13]), st.integers(1, 20))
def test_the_kernel_agrees_with_its_twin(texts: list[str], size: int, limit: int) -> None:
    batch = texts_of(texts)
    tokens = batch.measured.tokens
    documents = [
        [
            int(tokens.fold[t])
            for t in range(tokens.offsets[i], tokens.offsets[i + 1])
            if not tokens.kind[t] & IS_SYMBOL
        ]
        for i in range(len(texts))
    ]
    found = sample_ngrams(batch.words, size, limit)
    level, counts = sample(ngram_hashes(documents, size), limit)
    assert found.level == level
    assert found.hashes.tolist() == sorted(counts)
    assert found.counts.tolist() == [counts[one] for one in sorted(counts)]


def test_more_words_than_the_table_has_slots_leave_the_right_ones() -> None:
    words = made_words(0, 50_000)
    found = sample_ngrams(words, 1, 1_000)
    level, counts = sample(words.hashes.tolist(), 1_000)
    assert found.level == level
    assert found.hashes.tolist() == sorted(counts)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("abcdefgh ", max_size=60), max_size=8), st.randoms(use_true_random=False))
def test_neither_splits_nor_their_order_change_what_is_counted(texts: list[str], random) -> None:  # type: ignore[no-untyped-def]
    with patch.dict(sampled.LIMITS, SMALL):
        whole = sampled.count(texts_of(texts).words, SIZES)
        parts = [sampled.count(texts_of([text]).words, SIZES) for text in texts]
        random.shuffle(parts)
        cut = random.randint(0, len(parts))
        left, right = sampled.merge(parts[:cut], SIZES), sampled.merge(parts[cut:], SIZES)
        assert same_tables(sampled.merge([right, left], SIZES), whole)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text("abcdefgh ", max_size=60), st.booleans()), max_size=8))
def test_what_is_dropped_taken_away_is_what_is_kept_at_the_level_of_all(
    texts: list[tuple[str, bool]],
) -> None:
    with patch.dict(sampled.LIMITS, SMALL):
        whole = sampled.count(texts_of([text for text, _ in texts]).words, SIZES)
        kept, dropped = (
            sampled.count(texts_of([text for text, keep in texts if keep is side]).words, SIZES)
            for side in (True, False)
        )
        nothing = sampled.subtract(whole, whole, SIZES)
        left = sampled.subtract(whole, dropped, SIZES)
        assert same_tables(
            sampled.merge([left, nothing], SIZES), sampled.merge([kept, nothing], SIZES)
        )


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 400_000])
def test_known_sets_are_counted_within_three_standard_errors(size: int) -> None:
    found = sampled.read(sampled.count(made_words(0, size), (1,)), 1)
    assert found.total == size
    if size <= 65_536:
        assert found.distinct == size
    else:
        assert 32_000 < found.counts.height <= 65_536
        assert found.distinct == pytest.approx(size, rel=3 / found.counts.height**0.5)
