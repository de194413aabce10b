"""Made-up loss curves with known answers: a power law, noise, a decay, and what can go wrong."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

GUESSING = float(np.log(2048.0))  # 7.6246, the first loss of a head that starts at zero


def healthy(steps: int, noise: float = 0.1, end: float = 3.3, seed: int = 0) -> Floats:
    """Make the loss of a run with warm-up and with a linear decay over its second half.

    The kinks are those of the schedule; noise begins with the first weights that differ from zero.
    """
    at = np.arange(steps)
    loss = end + (GUESSING - end) * (1 + np.maximum(at - 5, 0) / 12) ** -0.8
    decay = np.clip((at - steps / 2) / (steps / 2), 0.0, 1.0)
    loss -= 0.25 * decay * (loss - end + 0.6)
    scatter: Floats = np.random.default_rng(seed).normal(0.0, noise, steps) * np.clip(at / 8, 0, 1)
    return loss + scatter


def falling_to(end: float, steps: int = 150, noise: float = 0.05, seed: int = 0) -> Floats:
    """Make the loss of a constant rate that falls from guessing to an end."""
    at = np.arange(steps)
    shape = (1 + at / 25.0) ** -1.0
    shape = (shape - shape[-1]) / (1 - shape[-1])
    loss = end + (GUESSING - end) * shape
    return loss + np.random.default_rng(seed).normal(0.0, noise, steps) * np.clip(at / 8, 0, 1)


def exploding(peak: float = 19.6, steps: int = 150, seed: int = 0) -> Floats:
    """Make a loss that climbs from guessing to a peak and stays: no NaN."""
    at = np.arange(steps)
    loss = GUESSING + (peak - GUESSING) * (1 - np.exp(-at / 10.0))
    return loss + np.random.default_rng(seed).normal(0.0, 0.3, steps) * (at > 0)
