"""Check 6: does more of this data still help? Held-out loss against 1/8, 1/4, 1/2 and all of it.

The four runs are nested draws, each with a learning-rate decay of its own: a loss read off in the
middle of one long run has not decayed and is not the loss of that much data. L = E + A·D^−b
(`fits`) says what twice the data would bring. Its interval draws the held-out documents again, the
same for every run, and adds the training's own noise to each point of each resample: a seed's
standard deviation is 0.005 bits per byte, and no resampling of documents can see it.

- **ok**: twice the data would lower the loss by at least 1 %.
- **warn**, "saturated for this proxy": by less than 1 %, which is about what three seeds can tell
  apart. The proxy is full, or the text holds no more; a larger model may still gain.
- **fail**: the loss did not fall at all (its fall over all fractions is below 1 %, upper end of the
  interval), after at least 200,000 tokens, *and* the proxy is nowhere: its loss lies 10 % above xz
  of the same text (lower end of the interval), or within 5 % of the unigram entropy. Eight times
  the text taught nothing, where language would have left the unigram entropy (on English web text
  0.82 of it after 150,000 tokens, on random letters 0.96 after 400,000).
- **inconclusive**: fewer than four sizes or 200 documents, a run that went astray (its loss lies
  above that of half the data by more than 1 %, noise aside), or an interval too wide to say which.

Sources: law and fit, Hoffmann et al. 2022 (arXiv:2203.15556, §D.2); the bounds are corpuskit's own
measurements on its proxy. All of it is "for this proxy, at this compute".
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from corpuskit.lm.bootstrap import (
    BITS_PER_NAT,
    RESAMPLES,
    Estimate,
    estimate,
    ratio,
    resampled_sums,
)
from corpuskit.lm.fits import PowerLaw, fit_power_law
from corpuskit.lm.verdict import Check, Status

Floats = NDArray[np.float64]

LEAST_FRACTIONS: Final = 4
LEAST_DOCUMENTS: Final = 200
LEAST_TOKENS: Final = 200_000
SEED_DEVIATION: Final = 0.005  # bits per byte, of one run
SATURATED: Final = 0.01  # of the loss: a smaller gain of doubling is none
TOO_WIDE: Final = 0.015  # of the loss: an interval around 1 % that says nothing
FAR_ABOVE_XZ: Final = 1.10
NEAR_UNIGRAM: Final = 0.95

SOURCE: Final = "L = E + A·D^−b, Hoffmann et al. 2022; gain below 1 % of the loss: corpuskit"
GAIN: Final = "predicted gain of twice the data for this proxy, bits per byte"


@dataclass(frozen=True, eq=False)
class Fraction:
    """One run on part of the data.

    tokens : it was trained on.
    nats : (documents,), of the held-out documents, the same and in the same order for every run.
    """

    tokens: int
    nats: Floats


@dataclass(frozen=True, eq=False)
class Scaling:
    """Loss against data, in bits per byte.

    tokens : (fractions,), rising.
    levels : bits per byte of every fraction.
    rises : of every fraction over the one before it; negative where more data helped.
    fall : of the whole range, first minus last.
    law, gain : the fitted law and its gain of doubling all of the data.
    """

    tokens: Floats
    levels: Sequence[Estimate]
    rises: Sequence[Estimate]
    fall: Estimate
    law: PowerLaw
    gain: Estimate


def check_data_scaling(
    fractions: Sequence[Fraction],
    sizes: Floats,
    *,
    xz: float,
    unigram: float,
    seed: int,
    resamples: int = RESAMPLES,
) -> Check:
    """Judge whether more data still helps the proxy.

    Parameters
    ----------
    fractions : at least four sizes, for instance 1/8, 1/4, 1/2 and all of the tokens.
    sizes : (documents,), UTF-8 bytes of the held-out documents.
    xz, unigram : bits per byte of the same documents, compressed alone, and by unigram entropy.
    seed, resamples : of the bootstrap over documents.

    Returns
    -------
    The check; its details hold `points`, `fit` {E, A, b} and `doubling` {gain, low, high}.
    """
    missing = _missing(fractions, sizes)
    if missing is not None:
        return _check("inconclusive", GAIN, None, None, missing, {})
    scaling = measure(fractions, sizes, seed=seed, resamples=resamples)
    level = scaling.levels[-1]
    details: dict[str, Any] = {
        "points": [
            {"tokens": int(size), **at.plain("bits_per_byte")}
            for size, at in zip(scaling.tokens, scaling.levels, strict=True)
        ],
        "fit": scaling.law.plain(),
        "doubling": scaling.gain.plain("gain"),
        "fall": scaling.fall.plain("bits_per_byte"),
        "xz": xz,
        "unigram": unigram,
        "seed_deviation": SEED_DEVIATION,
        "documents": len(sizes),
    }
    if scaling.fall.high < SATURATED * level.value:
        return _flat(scaling, xz, unigram, details)
    astray = _astray(scaling)
    if astray is not None:
        return _check("inconclusive", GAIN, scaling.gain, level, astray, details)
    return _rising(scaling, details)


def measure(
    fractions: Sequence[Fraction], sizes: Floats, *, seed: int, resamples: int = RESAMPLES
) -> Scaling:
    """Fit the law to the fractions and draw the documents again.

    Parameters
    ----------
    fractions : at least three different sizes.
    sizes : (documents,), UTF-8 bytes.
    """
    ordered = sorted(fractions, key=lambda fraction: fraction.tokens)
    tokens = np.array([fraction.tokens for fraction in ordered], dtype=np.float64)
    values = np.array([ratio(fraction.nats, sizes) for fraction in ordered])
    columns = np.column_stack([*(fraction.nats for fraction in ordered), sizes])
    sums = resampled_sums(columns, seed=seed, resamples=resamples)
    draws = BITS_PER_NAT * sums[:, :-1] / sums[:, -1:]
    noise = np.random.default_rng(seed + 1).normal(0.0, SEED_DEVIATION, draws.shape)
    draws = np.maximum(draws + noise, SEED_DEVIATION)
    law = fit_power_law(tokens, np.vstack((values, draws)))
    gains = law.gain_of_doubling(float(tokens[-1]))
    return Scaling(
        tokens,
        [estimate(value, draws[:, at]) for at, value in enumerate(values)],
        [
            estimate(values[at] - values[at - 1], draws[:, at] - draws[:, at - 1])
            for at in range(1, len(values))
        ],
        estimate(values[0] - values[-1], draws[:, 0] - draws[:, -1]),
        law,
        estimate(float(gains[0]), gains[1:]),
    )


def bits_per_doubling(fit: Mapping[str, float], tokens: float) -> float:
    """Return what twice the data brings at a size, by a fit of `details["fit"]`.

    Parameters
    ----------
    fit : E in bits per byte, A and b of L = E + A·D^−b.
    tokens : D, before it is doubled.

    Examples
    --------
    >>> round(bits_per_doubling({"E": 1.0, "A": 8.0, "b": 1.0}, 4.0), 6)
    1.0
    """
    return float(fit["A"] * tokens ** -fit["b"] * (1.0 - 2.0 ** -fit["b"]))


def _missing(fractions: Sequence[Fraction], sizes: Floats) -> str | None:
    """Say what is missing for a judgement, or None."""
    distinct = len({fraction.tokens for fraction in fractions})
    if distinct < LEAST_FRACTIONS:
        return f"Only {distinct} sizes of the data were trained, and 4 are needed for a fit."
    if len(sizes) < LEAST_DOCUMENTS:
        return (
            f"Only {len(sizes)} held-out documents: {LEAST_DOCUMENTS - len(sizes)} more are needed "
            "to compare runs on them."
        )
    if not all(np.isfinite(fraction.nats).all() for fraction in fractions):
        return "A run broke: its held-out loss is NaN or infinite; lower the learning rate."
    return None


def _flat(scaling: Scaling, xz: float, unigram: float, details: Mapping[str, Any]) -> Check:
    """Judge a loss that more data did not lower at all."""
    level, most = scaling.levels[-1], scaling.tokens[-1]
    if most < LEAST_TOKENS:
        return _check(
            "inconclusive", GAIN, scaling.gain, level,
            f"The loss does not fall, but {most:,.0f} tokens are too few for the proxy to learn "
            f"anything; {LEAST_TOKENS:,} are needed.", details,
        )  # fmt: skip
    if level.low > FAR_ABOVE_XZ * xz or level.value >= NEAR_UNIGRAM * unigram:
        return _check(
            "fail", "fall of the held-out loss over all sizes of the data, bits per byte",
            scaling.fall, level,
            f"{most / scaling.tokens[0]:.0f} times the text taught the proxy nothing: at "
            f"{level.value:.2f} bits per byte it has not got near xz ({xz:.2f}), so this text is "
            "noise or has lost its order.", details,
            "text with something to learn, instead of more of this",
        )  # fmt: skip
    return _saturated(scaling, details)


def _astray(scaling: Scaling) -> str | None:
    """Name a run whose loss lies above that of less data, noise aside, or None."""
    for at, rise in enumerate(scaling.rises, start=1):
        if rise.low > 0.0 and rise.value > SATURATED * scaling.levels[at].value:
            return (
                f"The run on {scaling.tokens[at]:,.0f} tokens went astray: its loss lies "
                f"{rise.value:.3f} bits per byte above that of less data; train it again."
            )
    return None


def _rising(scaling: Scaling, details: Mapping[str, Any]) -> Check:
    """Judge a loss that fell, by what the next doubling is worth."""
    gain, level = scaling.gain, scaling.levels[-1]
    least = SATURATED * level.value
    if gain.low < least < gain.high and gain.high - gain.low > TOO_WIDE * level.value:
        return _check(
            "inconclusive", GAIN, gain, level,
            f"The fit cannot tell what twice the data brings: between {gain.low:.3f} and "
            f"{gain.high:.3f} bits per byte; train longer, or on more held-out text.", details,
        )  # fmt: skip
    if gain.high < least or (gain.low < least and gain.value < least):
        return _saturated(scaling, details)
    return _check(
        "ok", GAIN, gain, level,
        f"More data still helps: twice as much would lower the proxy's loss by about "
        f"{gain.value:.3f} bits per byte ({gain.low:.3f} to {gain.high:.3f}).", details,
    )  # fmt: skip


def _saturated(scaling: Scaling, details: Mapping[str, Any]) -> Check:
    """Return the check of a proxy that more of this data would not help."""
    return _check(
        "warn", GAIN, scaling.gain, scaling.levels[-1],
        f"Saturated for this proxy: twice the data would lower its loss by about "
        f"{scaling.gain.value:.3f} bits per byte, under 1 %; a larger model may still gain, and "
        "other text more than more of this.", details,
    )  # fmt: skip


def _check(
    status: Status, measure: str, value: Estimate | None, level: Estimate | None, advice: str,
    details: Mapping[str, Any], amount: str | None = None,
) -> Check:  # fmt: skip
    """Return the check under its name and source; the bound is 1 % of the loss."""
    usable = value is not None and math.isfinite(value.value)
    return Check(
        "data_scaling", status, measure, value.value if usable and value else None,
        SATURATED * level.value if level else None, SOURCE, advice,
        interval=value.interval if usable and value else None, amount=amount, details=details,
    )  # fmt: skip
