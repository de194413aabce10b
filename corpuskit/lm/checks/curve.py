"""Check 4: does the loss fall smoothly, and if not, at which documents?

Three questions, each blind to what the others see:

- **Does it fall?** Spearman of the smoothed loss with the step is below -0.9. Where it is not, the
  run learnt nothing more while it went on: fail.
- **Is it lost for good?** The smoothed end lies more than 5 % above the lowest it had reached:
  fail. A drawdown that recovers is none.
- **Are there spikes?** A batch whose loss departs from the running median by more than 6 robust
  standard deviations (MAD of the differences over 128 batches); more than 0.2 % of such batches:
  warn. Spikes that recover cost tokens, not the model, and each names its documents, which is where
  to look. A single one is allowed in runs of under 500 steps, where it is already over 0.2 %.

The residual is taken from a centred median whose window shrinks evenly at both ends (`smoothing`),
so neither the fast fall of the first steps nor a kink of the learning-rate schedule is a spike. A
batch far *below* what was expected counts too: it is one that the model has seen before, or
boilerplate. Normal noise passes 6 deviations once in 5·10⁸ batches.

Sources: the bounds are those of corpuskit's design, from AdamW and Muon runs of the proxy; a loss
spike's documents as the thing to look at: Chowdhery et al. 2022 (PaLM, arXiv:2204.02311, §5.1).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from corpuskit.lm.smoothing import noise, running_median, running_scale, smooth, spearman
from corpuskit.lm.verdict import Check, Status

Floats = NDArray[np.float64]
DocumentsOfStep = Callable[[int], Sequence[str | int]] | Mapping[int, Sequence[str | int]]

LEAST_STEPS: Final = 100
FALLING: Final = -0.9  # Spearman of smoothed loss and step
SPIKE_DEVIATIONS: Final = 6.0
SPIKE_SHARE: Final = 0.002
SPIKES_ALLOWED: Final = 1  # whatever the share
DRAWDOWN: Final = 0.05
NOISE_DEVIATIONS: Final = 6.0  # of a window's mean: what noise alone does not make of any window
LAST_STEPS: Final = 3  # a run that was stopped as it exploded: all of these lie far up
LAST_DEVIATIONS: Final = 3.0  # of a single loss, each
SCALE_STEPS: Final = 128
MEDIAN_STEPS: Final = 33
SMOOTHED_SHARE: Final = 0.05  # of the steps: the window of the smoothed loss
SMOOTHED_LEAST: Final = 9  # steps of that window; spikes of half of it leave no trace
SMALL_SAMPLE: Final = 10.0  # a scale from n < 128 steps is unsure: allow 1 + 10/n deviations
LEAST_SCALE: Final = 0.002  # of the loss: two batches never agree more closely than this
SPIKES_NAMED: Final = 10
DOCUMENTS_NAMED: Final = 5

SOURCE: Final = (
    "corpuskit: Spearman < -0.9, spikes over 6 MAD-deviations ≤ 0.2 %, drawdown at the end ≤ 5 %"
)
FALLS: Final = "rank correlation of the smoothed loss with the step"


@dataclass(frozen=True, eq=False)
class Shape:
    """What a loss curve looks like.

    smoothed : (n,), nats per token.
    fall : Spearman of `smoothed` with the step.
    drawdown : median of the last window, or the least of the last three losses, over the minimum
        of `smoothed`, minus 1; 0.0 where noise alone, or a single spike, could make it.
    spikes : (spikes,), positions in rising order.
    deviations : (n,), robust deviations of each loss from what was expected.
    expected : (n,), the running median.
    """

    smoothed: Floats
    fall: float
    drawdown: float
    spikes: NDArray[np.int64]
    deviations: Floats
    expected: Floats

    @property
    def spike_share(self) -> float:
        """Return the share of steps that are spikes."""
        return len(self.spikes) / len(self.smoothed)


def check_curve(
    losses: Floats, documents_of_step: DocumentsOfStep | None = None, *, first_step: int = 0
) -> Check:
    """Judge the loss of the proxy's main run, one loss a step.

    Parameters
    ----------
    losses : (steps,), nats per token of each batch; NaN where training broke.
    documents_of_step : names the documents in the batch of a step; asked about spikes only.
    first_step : the step of the first loss.

    Returns
    -------
    The check; `details["spikes"]` holds {step, loss, expected, deviations, documents} of up to ten
    spikes, the worst ones, in the order of their steps, with up to five documents each.
    """
    if not np.isfinite(losses).all():
        step = int(np.flatnonzero(~np.isfinite(losses))[0]) + first_step
        return broken(f"step {step:,}", {"nonfinite_step": step})
    if len(losses) < LEAST_STEPS:
        return too_short(len(losses), LEAST_STEPS, "steps of the proxy")
    shape = shape_of(losses)
    named = [_spike(at, losses, shape, documents_of_step, first_step) for at in worst(shape)]
    return judge_shape(shape, {"steps": len(losses), "spikes": named})


def shape_of(losses: Floats) -> Shape:
    """Measure a loss curve.

    Parameters
    ----------
    losses : (n,), finite, at least one.
    """
    count = len(losses)
    window = min(max(SMOOTHED_LEAST, round(SMOOTHED_SHARE * count)), count)
    calm = smoothed(losses)
    inner = slice((window - 1) // 2, count - (window - 1) // 2)  # where the window is whole
    expected = running_median(losses, MEDIAN_STEPS)
    scale = running_scale(losses, SCALE_STEPS, MEDIAN_STEPS)
    scale = np.maximum(scale, LEAST_SCALE * np.abs(expected))
    deviations = (losses - expected) / np.where(scale > 0, scale, 1.0)
    bound = SPIKE_DEVIATIONS * (1.0 + (SMALL_SAMPLE / count if count < SCALE_STEPS else 0.0))
    return Shape(
        calm,
        spearman(calm[inner]),
        _drawdown(losses, float(calm[inner].min()), window),
        np.flatnonzero(np.abs(deviations) > bound),
        deviations,
        expected,
    )


def smoothed(losses: Floats) -> Floats:
    """Return the loss without its noise, (n,), and without spikes of under half a window.

    The running median takes out the spikes, the running mean over it the steps of the median.
    """
    window = max(SMOOTHED_LEAST, round(SMOOTHED_SHARE * len(losses)))
    return smooth(running_median(losses, window), window)


def _drawdown(losses: Floats, lowest: float, window: int) -> float:
    """Return by how much the end lies above the lowest smoothed loss, noise aside."""
    if lowest <= 0.0:
        return 0.0
    deviation = noise(losses)
    end, last = float(np.median(losses[-window:])), float(losses[-LAST_STEPS:].min())
    slow = end - lowest > NOISE_DEVIATIONS * deviation / math.sqrt(window)
    sudden = last - lowest > LAST_DEVIATIONS * deviation
    return max(end / lowest - 1.0 if slow else 0.0, last / lowest - 1.0 if sudden else 0.0, 0.0)


def judge_shape(
    shape: Shape,
    details: Mapping[str, Any],
    *,
    allowed: int = SPIKES_ALLOWED,
    remedy: str = "look at the documents named with each",
) -> Check:
    """Return the check that a measured curve leads to; the first question that fails speaks.

    Parameters
    ----------
    shape, details : of the curve; the details get the measures of the shape.
    allowed : spikes that are borne whatever their share.
    remedy : what to do about spikes, as a clause.
    """
    details = {
        **details,
        "spearman": shape.fall,
        "drawdown": shape.drawdown,
        "spike_count": len(shape.spikes),
        "spike_share": shape.spike_share,
    }
    if shape.drawdown > DRAWDOWN:
        return _check(
            "fail", "smoothed loss at the end over its lowest, minus 1", shape.drawdown, DRAWDOWN,
            f"The loss rose by {shape.drawdown:.0%} from its lowest and never came back: lower the "
            "learning rate, and look at the documents of the spikes.", details,
        )  # fmt: skip
    if shape.fall >= FALLING:
        return _check(
            "fail", FALLS, shape.fall, FALLING,
            "The loss does not keep falling: look at the learning rate first, then for noise and "
            "repetition in the data.", details,
        )  # fmt: skip
    if len(shape.spikes) > max(allowed, SPIKE_SHARE * len(shape.smoothed)):
        return _check(
            "warn", "share of steps that are loss spikes", shape.spike_share, SPIKE_SHARE,
            f"{len(shape.spikes)} of {len(shape.smoothed):,} losses stand out of a curve that "
            f"recovers from them: {remedy}.", details,
        )  # fmt: skip
    return _check("ok", FALLS, shape.fall, FALLING, "The loss falls smoothly.", details)


def worst(shape: Shape) -> list[int]:
    """Return the positions of up to ten spikes that depart most, in rising order."""
    sizes = np.abs(shape.deviations[shape.spikes])
    order = np.argsort(-sizes, kind="stable")[:SPIKES_NAMED]
    return sorted(int(at) for at in shape.spikes[order])


def _spike(
    at: int, losses: Floats, shape: Shape, documents: DocumentsOfStep | None, first_step: int
) -> dict[str, Any]:
    """Return one spike as JSON has it, with the documents of its batch."""
    step = at + first_step
    return {
        "step": step,
        "loss": float(losses[at]),
        "expected": float(shape.expected[at]),
        "deviations": float(shape.deviations[at]),
        "documents": _documents(documents, step),
    }


def _documents(documents: DocumentsOfStep | None, step: int) -> list[str | int]:
    """Return up to five documents of a step."""
    if documents is None:
        return []
    found = documents.get(step, ()) if isinstance(documents, Mapping) else documents(step)
    return [name if isinstance(name, str) else int(name) for name in found[:DOCUMENTS_NAMED]]


def broken(where: str, details: Mapping[str, Any]) -> Check:
    """Return the check of a run whose loss became NaN or infinite."""
    return _check(
        "fail", FALLS, None, FALLING,
        f"The loss is NaN or infinite at {where}: lower the learning rate; on fp16 cards also try "
        "bf16.", details,
    )  # fmt: skip


def too_short(count: int, least: int, what: str) -> Check:
    """Return the check of a run too short to judge."""
    advice = f"Only {count:,} {what}, and {least:,} are needed to judge a curve: train longer."
    return unknown(advice, {"steps": count})


def unknown(advice: str, details: Mapping[str, Any]) -> Check:
    """Return the check of a curve that cannot be judged."""
    return _check("inconclusive", FALLS, None, FALLING, advice, details)


def _check(
    status: Status, measure: str, value: float | None, bound: float, advice: str,
    details: Mapping[str, Any],
) -> Check:  # fmt: skip
    """Return the check under its name and source."""
    amount = "a loss curve that falls" if status == "fail" else None
    return Check("curve", status, measure, value, bound, SOURCE, advice, amount=amount,
                 details=details)  # fmt: skip
