from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.lm.smoothing import noise, running_median, running_scale, smooth, spearman

values = st.lists(st.floats(-100, 100), min_size=1, max_size=40).map(np.array)


def around(sequence: np.ndarray, at: int, window: int) -> np.ndarray:
    """Slow twin: the entries of a centred window that shrinks on both sides alike."""
    reach = min((window - 1) // 2, at, len(sequence) - 1 - at)
    return sequence[at - reach : at + reach + 1]


@given(values, st.integers(1, 50))
def test_the_mean_and_the_median_are_those_of_each_window(
    sequence: np.ndarray, window: int
) -> None:
    width = min(window, len(sequence))
    means = [around(sequence, at, width).mean() for at in range(len(sequence))]
    medians = [np.median(around(sequence, at, width)) for at in range(len(sequence))]
    np.testing.assert_allclose(smooth(sequence, window), means, atol=1e-9)
    np.testing.assert_allclose(running_median(sequence, window), medians, atol=1e-9)


@given(values)
def test_a_falling_curve_is_its_own_median(sequence: np.ndarray) -> None:
    falling = np.sort(sequence)[::-1]
    np.testing.assert_array_equal(running_median(falling, 33), falling)


@given(values)
def test_spearman_is_the_correlation_of_mean_ranks(sequence: np.ndarray) -> None:
    ranks = np.array([(np.sum(sequence < x) + np.sum(sequence <= x) + 1) / 2 for x in sequence])
    if len(set(sequence.tolist())) < 2:
        assert spearman(sequence) == 0.0
        return
    expected = np.corrcoef(ranks, np.arange(len(sequence)))[0, 1]
    assert spearman(sequence) == pytest.approx(expected, abs=1e-9)


def test_spearman_of_a_textbook_example() -> None:
    # Ranks 2, 1, 4, 3, 5: 1 - 6 · (1 + 1 + 1 + 1) / (5 · 24) = 0.8.
    assert spearman(np.array([20.0, 10.0, 40.0, 30.0, 50.0])) == pytest.approx(0.8)


def test_noise_is_found_under_a_steep_fall() -> None:
    rng = np.random.default_rng(1)
    steep = np.linspace(9.0, 2.0, 4000) + rng.normal(0.0, 0.2, 4000)
    assert noise(steep) == pytest.approx(0.2, rel=0.06)


def test_the_running_scale_follows_noise_that_grows() -> None:
    rng = np.random.default_rng(2)
    quiet, loud = rng.normal(0.0, 0.1, 1000), rng.normal(0.0, 0.4, 1000)
    scale = running_scale(np.concatenate((quiet, loud)), 128, 33)
    assert np.median(scale[:900]) == pytest.approx(0.1, rel=0.15)
    assert np.median(scale[1100:]) == pytest.approx(0.4, rel=0.15)


def test_a_single_spike_does_not_move_the_scale() -> None:
    rng = np.random.default_rng(3)
    calm = rng.normal(0.0, 0.1, 300)
    spiked = calm.copy()
    spiked[150] += 50.0
    np.testing.assert_allclose(running_scale(spiked, 128, 33), running_scale(calm, 128, 33),
                               rtol=0.2)  # fmt: skip


@pytest.mark.parametrize("count", [0, 1, 2, 3, 200])
def test_a_scale_has_the_length_of_its_curve(count: int) -> None:
    assert running_scale(np.arange(float(count)), 128, 33).tolist() == [0.0] * count
