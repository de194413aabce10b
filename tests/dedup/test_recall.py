"""The stated recall is the measured one, and MinHash estimates Jaccard without bias."""

from __future__ import annotations

import random

import numpy as np
import pytest

from corpuskit.dedup import recall
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.kernels.minhash import minhash_bands
from tests.dedup.finding import find, shingle_set
from tests.dedup.made_text import words
from tests.reference_dedup import jaccard


def pairs_of_sets(jaccard: float, pairs: int, size: int = 300) -> np.ndarray:  # type: ignore[type-arg]
    """Make pairs of random sets of equal size and this similarity: uint64 (pairs, 2, size)."""
    common = round(2 * size * jaccard / (1 + jaccard))
    draw = np.random.default_rng(7).integers(1, 1 << 63, (pairs, 2, size), np.uint64)
    draw[:, 1, :common] = draw[:, 0, :common]
    return draw


def true_jaccard(jaccard: float, size: int = 300) -> float:
    common = round(2 * size * jaccard / (1 + jaccard))
    return common / (2 * size - common)


def bands_of(sets: np.ndarray, bands: int, rows: int) -> np.ndarray:  # type: ignore[type-arg]
    pairs, _, size = sets.shape
    offsets = np.arange(0, 2 * pairs * size + 1, size)
    return minhash_bands(offsets, sets.ravel(), bands, rows, 1).reshape(pairs, 2, bands)


@pytest.mark.parametrize("jaccard", [0.1, 0.5, 0.75, 0.9])
def test_minhash_estimates_jaccard_without_bias(jaccard: float) -> None:
    found = bands_of(pairs_of_sets(jaccard, 400), 128, 1)
    expected = true_jaccard(jaccard)
    error = (expected * (1 - expected) / (400 * 128)) ** 0.5
    assert np.mean(found[:, 0] == found[:, 1]) == pytest.approx(expected, abs=4 * error)


@pytest.mark.parametrize("jaccard", [0.5, 0.6, 0.7, 0.75, 0.8])
def test_the_stated_recall_is_that_of_random_sets(jaccard: float) -> None:
    found = bands_of(pairs_of_sets(jaccard, 4000), 20, 6)
    stated = recall(20, 6, true_jaccard(jaccard))
    error = (stated * (1 - stated) / 4000) ** 0.5
    measured = np.mean((found[:, 0] == found[:, 1]).any(axis=1))
    assert measured == pytest.approx(stated, abs=4 * error + 1e-9)


@pytest.mark.parametrize(
    ("similarity", "expected"), [(0.75, 0.98015), (0.8, 0.99771), (0.9, 1.0), (0.5, 0.27019)]
)
def test_the_default_recall_by_hand(similarity: float, expected: float) -> None:
    # 1 - (1 - 0.75^6)^20: 0.75^6 = 0.177979, 0.822021^20 = 0.019846
    assert recall(20, 6, similarity) == pytest.approx(expected, abs=1e-5)


def test_recall_on_texts_is_what_brute_force_says_it_should_be() -> None:
    texts = family(60, 6)
    sets = [shingle_set(text) for text in texts]
    similarities = [jaccard(sets[a], sets[b]) for a in range(len(sets)) for b in range(a)]
    similar = [value for value in similarities if value >= 0.75]
    expected = sum(recall(20, 6, value) for value in similar)
    variance = sum(recall(20, 6, value) * (1 - recall(20, 6, value)) for value in similar)
    assert len(similar) > 100
    found = find(texts, DuplicateSettings(exact=False)).stats["verified_pairs"]
    assert expected - 4 * variance**0.5 - 1 <= found <= len(similar)


def family(groups: int, copies: int) -> list[str]:
    """Make groups of texts of which each copy has one longer passage rewritten."""
    draw, texts = random.Random(3), []
    for group in range(groups):
        body = words(group, 180)
        for copy in range(copies):
            start = draw.randrange(150)
            length = draw.randrange(25)
            fresh = words(1000 * group + copy + 50_000, length)
            texts.append(" ".join(body[:start] + fresh + body[start + length :]))
    return texts


def test_a_seed_repeats_and_another_one_differs() -> None:
    sets = pairs_of_sets(0.5, 3)
    offsets = np.arange(0, sets.size + 1, 300)
    first, again, other = (minhash_bands(offsets, sets.ravel(), 5, 4, seed) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).all()
