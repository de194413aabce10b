from __future__ import annotations

import math

import numpy as np
import pytest

from corpuskit.lm import bootstrap
from corpuskit.lm.bootstrap import (
    bits_per_byte,
    difference_of_arms,
    estimate,
    ratio,
    resampled_sums,
)

LN2 = math.log(2.0)


def documents(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return bits per byte and bytes of documents as skewed in length as those of the web."""
    return rng.normal(2.1, 0.3, count), np.exp(rng.normal(7.5, 0.8, count))


def test_a_resample_draws_whole_documents() -> None:
    nats = np.array([1.0, 10.0, 100.0])
    sums = resampled_sums(np.column_stack((nats, 7.0 * nats)), seed=4, resamples=50)
    np.testing.assert_allclose(sums[:, 1], 7.0 * sums[:, 0])
    possible = {a + b + c for a in nats for b in nats for c in nats}
    assert set(sums[:, 0].tolist()) <= possible
    assert len(set(sums[:, 0].tolist())) > 5


def test_equal_seeds_draw_equal_documents_whatever_the_block(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    columns = np.random.default_rng(0).random((40, 2))
    whole = resampled_sums(columns, seed=9, resamples=30)
    monkeypatch.setattr(bootstrap, "_BLOCK_DRAWS", 400)
    np.testing.assert_allclose(resampled_sums(columns, seed=9, resamples=30), whole)
    assert not np.allclose(resampled_sums(columns, seed=10, resamples=30), whole)


def test_bits_per_byte_is_nats_over_ln2_and_bytes() -> None:
    # 3 · ln 2 nats on 2 bytes and 1 · ln 2 on 2: four bits on four bytes.
    assert ratio(np.array([3 * LN2, LN2]), np.array([2.0, 2.0])) == pytest.approx(1.0)


def test_equal_documents_have_an_interval_without_width() -> None:
    found = bits_per_byte(np.full(50, 20 * LN2), np.full(50, 10.0), seed=0)
    assert (found.value, found.low, found.high) == pytest.approx((2.0, 2.0, 2.0))


def test_the_interval_of_bits_per_byte_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(11)
    held = 0
    for at in range(300):
        bits, sizes = documents(rng, 250)
        found = bits_per_byte(LN2 * bits * sizes, sizes, seed=at, resamples=300)
        held += found.low <= 2.1 <= found.high
    assert 0.91 <= held / 300 <= 0.98  # 95 % ± 3 standard errors of 1.26 %, less a skewed ratio


@pytest.mark.parametrize(("seeds", "spread"), [(3, 0.005), (3, 0.0005), (5, 0.005)])
def test_the_interval_over_seeds_and_documents_holds_the_truth_as_often_as_it_says(
    seeds: int, spread: float
) -> None:
    rng = np.random.default_rng(12)
    held = 0
    for at in range(300):
        bits, sizes = documents(rng, 250)
        gains = rng.normal(-0.02, 0.03, 250)
        arms = [
            np.stack([LN2 * sizes * (level + rng.normal(0.0, spread)) for _ in range(seeds)])
            for level in (bits + gains, bits)
        ]
        found = difference_of_arms(arms[0], arms[1], sizes, seed=at, resamples=300)
        held += found.low <= -0.02 <= found.high
    assert 0.91 <= held / 300 <= 0.995


def test_hard_documents_cancel_out_of_a_difference() -> None:
    rng = np.random.default_rng(13)
    bits, sizes = documents(rng, 300)
    other = np.tile(LN2 * bits * sizes, (3, 1))
    kept = other - LN2 * 0.05 * sizes
    found = difference_of_arms(kept, other, sizes, seed=1)
    assert (found.value, found.low, found.high) == pytest.approx((-0.05, -0.05, -0.05))


def test_seeds_that_disagree_widen_the_interval_as_students_t() -> None:
    # One document, so the seeds alone speak: arms ±0.01 around 2.0 and 1.9, three seeds each.
    sizes = np.array([1000.0])
    spread = np.array([-0.01, 0.0, 0.01])[:, None]
    found = difference_of_arms(
        LN2 * 1000.0 * (1.9 + spread), LN2 * 1000.0 * (2.0 + spread), sizes, seed=5,
        resamples=200_000,
    )  # fmt: skip
    # Welch: s² = 1e-4 in both, so √(2 · 1e-4 / 3) = 0.008165 with 4 degrees of freedom, t = 2.776.
    assert found.value == pytest.approx(-0.1)
    assert found.high - found.value == pytest.approx(2.776 * 0.008165, rel=0.03)


def test_an_estimate_is_plain_under_its_own_name() -> None:
    found = estimate(1.0, np.full(10, 2.0)).plain("gain")
    assert found == {"gain": 1.0, "low": 2.0, "high": 2.0}
