"""Loss against data, L = E + A·D^−b, fitted to a handful of points, many resamples at once.

The form and the loss are those of Hoffmann et al. 2022 (arXiv:2203.15556, §D.2): a Huber loss with
delta 1e-3 on the difference of log L, so that one run that went astray does not bend the curve.
There is no optimiser to get stuck: for a given b the law is linear in E and A, so b is searched on
a grid, then on a finer one around its best, and E and A come from weighted least squares,
reweighted as Huber asks (Holland and Welsch 1977). E and A are never negative: a law that rises
with more data is fitted by a flat one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HUBER_DELTA: Final = 1e-3
EXPONENTS: Final = (0.02, 2.0)
"""Bounds of b: published laws have 0.28 to 0.37, a tiny proxy's first steps up to about 1."""

_GRID: Final = 24
_REFINEMENTS: Final = 2
_REWEIGHTINGS: Final = 4
_SMALLEST: Final = 1e-12


@dataclass(frozen=True, eq=False)
class PowerLaw:
    """L(D) = floor + scale · (D / unit)^−exponent, for one or many resamples.

    floor : (resamples,), E, in the unit of the losses.
    scale : (resamples,), A at one `unit` of data.
    exponent : (resamples,), b.
    unit : tokens, the geometric mean of the fitted sizes; keeps A of the size of the losses.
    """

    floor: Floats
    scale: Floats
    exponent: Floats
    unit: float

    def loss(self, tokens: float) -> Floats:
        """Return L(tokens), (resamples,)."""
        found: Floats = self.floor + self.scale * (tokens / self.unit) ** -self.exponent
        return found

    def gain_of_doubling(self, tokens: float) -> Floats:
        """Return L(tokens) − L(2·tokens), (resamples,), never negative."""
        gain: Floats = self.loss(tokens) - self.loss(2.0 * tokens)
        return gain

    def plain(self) -> dict[str, float]:
        """Return E, A and b of the first resample, A for D in single tokens."""
        scale = float(self.scale[0]) * self.unit ** float(self.exponent[0])
        return {"E": float(self.floor[0]), "A": scale, "b": float(self.exponent[0])}


def fit_power_law(tokens: Floats, losses: Floats) -> PowerLaw:
    """Fit L = E + A·D^−b with a Huber loss on log L.

    Parameters
    ----------
    tokens : (points,), at least three different sizes, above 0.
    losses : (resamples, points), above 0; every row is fitted by itself.

    Returns
    -------
    The law of each row.

    Examples
    --------
    >>> sizes = np.array([1e5, 2e5, 4e5, 8e5])
    >>> law = fit_power_law(sizes, (2.0 + 100.0 * sizes**-0.4)[None, :])
    >>> [round(float(x), 3) for x in (law.floor[0], law.exponent[0])]
    [2.0, 0.4]
    """
    unit = float(np.exp(np.log(tokens).mean()))
    relative = np.log(tokens / unit)
    rows = len(losses)
    grid = np.geomspace(EXPONENTS[0], EXPONENTS[1], _GRID)
    exponents = np.broadcast_to(grid, (rows, _GRID))
    step = float(np.log(grid[1] / grid[0]))
    for refinement in range(_REFINEMENTS + 1):
        floor, scale, cost = _linear_parts(relative, losses, exponents)
        best = cost.argmin(axis=1)[:, None]
        parts = [np.take_along_axis(part, best, axis=1) for part in (floor, scale, exponents)]
        if refinement < _REFINEMENTS:
            exponents = parts[2] * np.exp(np.linspace(-step, step, _GRID))
            step *= 2.0 / (_GRID - 1)
    return PowerLaw(parts[0][:, 0], parts[1][:, 0], parts[2][:, 0], unit)


def _linear_parts(
    relative: Floats, losses: Floats, exponents: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return E, A and the Huber cost, each (resamples, exponents), by reweighted least squares."""
    basis = np.exp(-exponents[:, :, None] * relative)  # (resamples, exponents, points)
    wanted = np.broadcast_to(losses[:, None, :], basis.shape)
    weights = wanted**-2.0  # a small difference of logs is one of losses over the loss
    for _ in range(_REWEIGHTINGS):
        floor, scale = _least_squares(basis, wanted, weights)
        fitted = np.maximum(floor[..., None] + scale[..., None] * basis, _SMALLEST)
        misfit = np.abs(np.log(wanted / fitted))
        weights = wanted**-2.0 * np.minimum(1.0, HUBER_DELTA / np.maximum(misfit, _SMALLEST))
    within = np.minimum(misfit, HUBER_DELTA)
    cost: Floats = (within * (misfit - within / 2.0)).sum(axis=-1)
    return floor, scale, cost


def _least_squares(basis: Floats, wanted: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return E ≥ 0 and A ≥ 0 of weighted least squares, each (resamples, exponents)."""
    total = weights.sum(axis=-1)
    mean_basis = (weights * basis).sum(axis=-1) / total
    mean_wanted = (weights * wanted).sum(axis=-1) / total
    around = basis - mean_basis[..., None]
    scale = (weights * around * wanted).sum(axis=-1) / (weights * around**2).sum(axis=-1)
    floor = mean_wanted - scale * mean_basis
    through_zero = (weights * basis * wanted).sum(axis=-1) / (weights * basis**2).sum(axis=-1)
    scale = np.where(floor < 0.0, through_zero, scale)
    floor = np.maximum(floor, 0.0)
    flat = scale < 0.0
    return np.where(flat, mean_wanted, floor), np.where(flat, 0.0, scale)
