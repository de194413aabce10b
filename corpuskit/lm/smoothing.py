"""A loss curve without its noise: centred averages, and what a batch's loss was expected to be.

One choice carries the rest: near the ends a centred window shrinks on both sides alike instead of
becoming one-sided. The median of a falling sequence over a symmetric window is the value in its
middle, so the fast fall of the first steps and the kinks of a learning-rate schedule leave no
residual, and only what departs from the fall itself is left to be called a spike. A trailing
average lags behind the fall by half a window and would see a spike in every steep stretch.

Robust scale: 1.4826 × the median absolute deviation estimates the standard deviation of normal
noise (Rousseeuw and Croux 1993, J. Am. Stat. Assoc. 88).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float64]

NORMAL_MAD: Final = 1.4826
"""Standard deviation of normal noise over its median absolute deviation."""

_BLOCK_ROWS: Final = 1 << 16


def smooth(values: Floats, window: int) -> Floats:
    """Return the centred running mean; near the ends the window shrinks on both sides alike.

    Parameters
    ----------
    values : (n,), finite.
    window : entries of the mean; an even one counts as the odd one below it.

    Returns
    -------
    (n,), in the unit of `values`.

    Examples
    --------
    >>> smooth(np.array([4.0, 1.0, 1.0, 4.0]), 3).tolist()
    [4.0, 2.0, 2.0, 4.0]
    """
    count = len(values)
    reach = _reach(count, window)
    sums = np.concatenate(([0.0], np.cumsum(values)))
    at = np.arange(count)
    means: Floats = (sums[at + reach + 1] - sums[at - reach]) / (2 * reach + 1)
    return means


def running_median(values: Floats, window: int) -> Floats:
    """Return the centred running median; near the ends the window shrinks on both sides alike.

    Parameters
    ----------
    values : (n,), finite.
    window : entries of the median; an even one counts as the odd one below it.

    Returns
    -------
    (n,), in the unit of `values`.

    Examples
    --------
    >>> running_median(np.array([4.0, 3.0, 9.0, 1.0]), 3).tolist()
    [4.0, 4.0, 3.0, 1.0]
    """
    half = (min(window, len(values)) - 1) // 2
    medians = np.array(values, dtype=np.float64)
    for reach in range(1, half):
        near, far = values[: 2 * reach + 1], values[len(values) - 2 * reach - 1 :]
        medians[reach], medians[-reach - 1] = np.median(near), np.median(far)
    if half > 0:
        medians[half : len(values) - half] = _window_medians(values, 2 * half + 1)
    return medians


def running_scale(values: Floats, window: int, drift_window: int) -> Floats:
    """Return the robust standard deviation of the noise of one entry, over a centred window.

    It is taken from the differences of neighbours, less their own running median, not from the
    residuals: on a steep stretch an entry is the median of its own neighbourhood, its residual is
    nothing, and a scale made of such would call ordinary noise right after it a spike.

    Parameters
    ----------
    values : (n,), finite.
    window : differences that speak; at an end the nearest full window does.
    drift_window : differences of the running median that is the trend.

    Returns
    -------
    (n,), 1.4826 / √2 × the running median of the absolute differences less their trend.
    """
    steps = np.diff(values)
    if len(steps) == 0:
        return np.zeros(len(values))
    sizes = np.abs(steps - running_median(steps, drift_window))
    medians = _window_medians(sizes, min(window, len(sizes)))
    before = (len(values) - len(medians)) // 2
    padded = np.pad(medians, (before, len(values) - len(medians) - before), mode="edge")
    scale: Floats = NORMAL_MAD / np.sqrt(2.0) * padded
    return scale


def noise(values: Floats) -> float:
    """Return the robust standard deviation of the noise of one entry, from its differences.

    The differences of neighbours hold the noise √2 times and next to nothing of the trend.

    Examples
    --------
    >>> noise(np.array([5.0, 4.0, 3.0, 2.0]))
    0.0
    """
    if len(values) < 2:
        return 0.0
    steps = np.diff(values)
    return float(NORMAL_MAD * np.median(np.abs(steps - np.median(steps))) / np.sqrt(2.0))


def spearman(values: Floats) -> float:
    """Return Spearman's rank correlation of a sequence with its position.

    Parameters
    ----------
    values : (n,), finite; equal values share the mean of their ranks.

    Returns
    -------
    In [-1, 1]; 0.0 for a constant sequence and for fewer than two entries.

    Examples
    --------
    >>> round(spearman(np.array([9.0, 5.0, 4.0, 1.0])), 6)
    -1.0
    """
    if len(values) < 2:
        return 0.0
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = ((2 * ends - counts + 1) / 2.0)[which]
    positions = np.arange(1.0, len(values) + 1)
    ranks, positions = ranks - ranks.mean(), positions - positions.mean()
    size = float(np.sqrt((ranks @ ranks) * (positions @ positions)))
    return float(ranks @ positions) / size if size > 0 else 0.0


def _reach(count: int, window: int) -> NDArray[np.int64]:
    """Return how far the window of each position reaches to either side."""
    at = np.arange(count)
    half = (min(window, count) - 1) // 2
    reach: NDArray[np.int64] = np.minimum(half, np.minimum(at, at[::-1]))
    return reach


def _window_medians(values: Floats, window: int) -> Floats:
    """Return the median of every full window, a block of rows at a time to bound memory."""
    windows = sliding_window_view(values, window)
    blocks = range(0, len(windows), _BLOCK_ROWS)
    return np.concatenate([np.median(windows[i : i + _BLOCK_ROWS], axis=1) for i in blocks])
