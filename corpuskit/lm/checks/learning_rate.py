"""Check 3: does the learning rate train at all? Told from a sweep of the proxy, one run a rate.

**Two models, two statements.** The sweep trains the tiny proxy; the window 1e-5 … 1e-3 is for the
target. The best rate of AdamW falls as a model widens (Yang et al. 2022, arXiv:2203.03466), so what
breaks the proxy breaks the target too, and a rate that is only slow on the proxy may be right for
the target. Hence, for the user's rate:

- DIVERGED on the proxy: **fail**. No NaN is needed: in fp32 a rate of 0.1 climbs from 7.6 to 13.6
  and stays finite (in 4 of 4 variants to 19.6); on fp16 cards the same explosion shows as NaN.
- TOO_HIGH: **fail** where even the proxy learns clearly less than at its best, lower rate: that is
  measured, and carries over. **Warn** where the rate is only above the target's window: that is a
  convention, and small models have been trained above it.
- TOO_LOW: **fail** below the target's window. Inside the window, where the proxy hardly learnt in
  its few steps, **warn**: the target has more steps than the sweep.

**Bad data is not a bad rate.** Where no rate of the sweep gets below the unigram entropy, the text
gave nothing to learn or the runs were too short; then a run that stays there accuses no rate, the
check is inconclusive, and the checks of the data speak.

Measured on 150 steps of English web text, unigram entropy 6.67, first loss 7.62, loss at the end:
1e-6 7.62, 1e-5 7.61, 1e-4 7.02, 3e-4 6.70, 5e-4 6.64, 1e-3 6.45, 3e-3 6.13 (best), 1e-2 6.20,
3e-2 6.45, 1e-1 6.82 after 13.6. So the usual 5e-4 ends at the unigram entropy only because it is
slow: that plateau is held against a rate only above the proxy's best, and only if the loss did not
fall all the way.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from corpuskit.lm.smoothing import noise, smooth, spearman
from corpuskit.lm.verdict import Check, Status

Floats = NDArray[np.float64]
State = Literal["DIVERGED", "TOO_HIGH", "TOO_LOW", "OK"]

RECOMMENDED: Final = 5e-4
"""Minimind's default for pretraining 26M parameters."""
CAUTIOUS: Final = 1e-4
"""What minimind's author answered to the loss that became NaN (issue 225)."""
WINDOW: Final = (1e-5, 1e-3)
"""Usual rates of AdamW for a target of tens of millions of parameters."""

RISE: Final = 1.15  # highest loss over the first: an explosion
UNRECOVERED: Final = 1.02  # smoothed end over its minimum: lost for good
NOISE_DEVIATIONS: Final = 6.0  # of a mean of 15 losses: what noise alone makes of none
PLATEAU_STEPS: Final = 100
LEARNT: Final = 0.99  # of the unigram entropy: below it, a run has learnt more than frequencies
FALLING: Final = -0.9  # Spearman of smoothed loss and step: a fall that never stopped
CLEARLY_WORSE: Final = 0.9  # of the best rate's fall; 3e-2 reached 0.78, 1e-2 0.95
HARDLY_FALLS: Final = 0.1  # of the best rate's fall; 1e-5 reached 0.01, 1e-4 0.40
NEAR: Final = math.sqrt(10.0)  # a rate this many times away says nothing about another
SMOOTHED_STEPS: Final = 15
TOO_MUCH: Final = ("DIVERGED", "TOO_HIGH")

SOURCE: Final = (
    "sweep of the proxy (corpuskit); window of the target 1e-5 to 1e-3 for AdamW (minimind: 5e-4)"
)
MEASURE: Final = "learning rate of the target"


@dataclass(frozen=True, eq=False)
class Run:
    """One run of the sweep, at one constant rate after a short warm-up.

    losses : (steps made,), nats per token of each batch.
    gradient_norms : (steps made,), before clipping.
    nonfinite_step : the step at which a loss, gradient or weight was NaN or infinite; else None.
    steps : that were planned.
    """

    losses: Floats
    gradient_norms: Floats
    nonfinite_step: int | None
    steps: int


@dataclass(frozen=True)
class Outcome:
    """What one rate did to the proxy.

    state : of this rate on the proxy, whatever the target's window says.
    reason : why, as a phrase.
    first, end : loss of the first step; mean of the last 15; None where not finite.
    """

    state: State
    reason: str
    first: float | None
    end: float | None


def check_learning_rate(
    runs: Mapping[float, Run], chosen: float | None, unigram_entropy: float
) -> Check:
    """Judge the user's learning rate, or the recommended one, from a sweep of the proxy.

    Parameters
    ----------
    runs : one run per rate; holds the run of the user's rate if there is one.
    chosen : the user's rate for the target, or None where none was named.
    unigram_entropy : nats per token of the training text.

    Returns
    -------
    The check; `details["sweep"]` holds {rate, state, reason, first, end} of every rate on the
    proxy, `details["proxy_best"]` the proxy's best rate or None.
    """
    outcomes = judge_sweep(runs, unigram_entropy)
    best = best_rate(outcomes)
    rate = RECOMMENDED if chosen is None else chosen
    nearest = _nearest(rate, outcomes)
    learnt = best is not None and _end(outcomes[best]) < LEARNT * unigram_entropy
    status, state, advice = _judge(rate, nearest, outcomes, best if learnt else None)
    bound = WINDOW[0] if state == "TOO_LOW" else WINDOW[1]
    details: dict[str, Any] = {
        "sweep": [{"rate": at, **vars(outcomes[at])} for at in sorted(outcomes)],
        "proxy_best": best,
        "proxy_learnt": learnt,
        "judged_at": nearest,
        "named_by_user": chosen is not None,
        "unigram_entropy": unigram_entropy,
        "target_window": list(WINDOW),
    }
    return Check(
        "learning_rate", status, MEASURE, rate, bound, SOURCE, advice, state=state,
        amount=_amount(rate) if status == "fail" else None, details=details,
    )  # fmt: skip


def judge_sweep(runs: Mapping[float, Run], unigram_entropy: float) -> dict[float, Outcome]:
    """State what every rate of a sweep did to the proxy, in rising order of the rates."""
    broken = {rate: explosion(run) for rate, run in sorted(runs.items())}
    alive = [rate for rate, reason in broken.items() if reason is None and len(runs[rate].losses)]
    ends = {rate: end_of(runs[rate].losses) for rate in alive}
    best = min(alive, key=ends.__getitem__, default=None)
    outcomes = {}
    for rate, reason in broken.items():
        state: State = "DIVERGED"
        if reason is None:
            state, reason = _compared(rate, best, runs, unigram_entropy)
        losses = runs[rate].losses
        outcomes[rate] = Outcome(state, reason, _finite(losses[:1]), _finite(losses[-15:]))
    return outcomes


def explosion(run: Run) -> str | None:
    """Return how a run exploded, told from its own losses alone, or None."""
    if run.nonfinite_step is not None:
        return f"NaN or infinity at step {run.nonfinite_step}"
    if not (np.isfinite(run.losses).all() and np.isfinite(run.gradient_norms).all()):
        return "a loss or gradient was NaN or infinite"
    if len(run.losses) == 0:
        return None
    first, highest = float(run.losses[0]), float(run.losses.max())
    if highest > RISE * first:
        return f"the loss rose from {first:.2f} to {highest:.2f}"
    lowest, end = lowest_of(run.losses), float(np.median(run.losses[-SMOOTHED_STEPS:]))
    allowed = NOISE_DEVIATIONS * noise(run.losses) / math.sqrt(SMOOTHED_STEPS)
    if end > UNRECOVERED * lowest and end - lowest > allowed:
        return f"the loss fell to {lowest:.2f} and rose to {end:.2f} for good"
    return None


def best_rate(outcomes: Mapping[float, Outcome]) -> float | None:
    """Return the rate whose loss ended lowest among those that did not diverge."""
    alive = [rate for rate in outcomes if outcomes[rate].state != "DIVERGED"]
    alive = [rate for rate in alive if outcomes[rate].end is not None]
    return min(alive, key=lambda rate: _end(outcomes[rate]), default=None)


def end_of(losses: Floats) -> float:
    """Return the mean of the last 15 losses, or of all where there are fewer."""
    return float(losses[-SMOOTHED_STEPS:].mean())


def lowest_of(losses: Floats) -> float:
    """Return the lowest mean of 15 losses in a row; a mean of fewer would be noise."""
    inner = SMOOTHED_STEPS // 2
    if len(losses) <= 2 * inner:
        return end_of(losses)
    return float(smooth(losses, SMOOTHED_STEPS)[inner : len(losses) - inner].min())


def written(rate: float) -> str:
    """Write a rate as people do.

    Examples
    --------
    >>> written(0.0005), written(0.00025), written(0.03), written(0.1)
    ('5e-4', '2.5e-4', '0.03', '0.1')
    """
    if rate >= 0.01:
        return f"{rate:.2g}"
    mantissa, exponent = f"{rate:.2e}".split("e")
    return f"{float(mantissa):g}e{int(exponent)}"


def _compared(
    rate: float, best: float | None, runs: Mapping[float, Run], unigram_entropy: float
) -> tuple[State, str]:
    """State a rate that did not explode, by the best rate of the sweep."""
    if best is None or len(runs[rate].losses) == 0:
        return "OK", "not a single step was made"
    losses, top = runs[rate].losses, runs[best].losses
    fall, most = float(losses[0]) - end_of(losses), float(top[0]) - end_of(top)
    learnt = end_of(top) < LEARNT * unigram_entropy
    if rate > best and learnt and _stays_up(losses, unigram_entropy):
        return "DIVERGED", "the loss stays at the unigram entropy, where lower rates get below it"
    share = fall / most if most > 0 else 1.0
    fell = f"the loss fell by {max(share, 0):.0%} of what it falls at {written(best)}"
    if rate < best and share < HARDLY_FALLS:
        return "TOO_LOW", fell
    return ("TOO_HIGH" if rate > best and share < CLEARLY_WORSE else "OK"), fell


def _stays_up(losses: Floats, unigram_entropy: float) -> bool:
    """Tell whether a run stands still at or above the unigram entropy after 100 steps."""
    if len(losses) <= PLATEAU_STEPS or end_of(losses) < unigram_entropy:
        return False
    return spearman(smooth(losses, SMOOTHED_STEPS)) > FALLING


def _judge(
    rate: float, nearest: float | None, outcomes: Mapping[float, Outcome], best: float | None
) -> tuple[Status, State, str]:
    """Return status, state and advice for the target; `best` is None where no rate learnt."""
    proxy = outcomes[nearest] if nearest is not None else None
    if proxy is not None and nearest is not None and nearest > rate and proxy.state in TOO_MUCH:
        proxy = None  # a higher rate was tried in its stead; that it is too high says nothing here
    name, use = written(rate), f"use {written(suggested(rate))}"
    if proxy is not None and proxy.state == "DIVERGED":
        return "fail", "DIVERGED", (
            f"At {name} training explodes already on the proxy ({proxy.reason}), and a larger "
            f"target bears less; on fp16 cards this shows as NaN; {use}."
        )  # fmt: skip
    if rate < WINDOW[0]:
        return "fail", "TOO_LOW", (
            f"For the target {name} is below the usual 1e-5 to 1e-3, where it hardly learns; {use}."
        )  # fmt: skip
    if proxy is not None and proxy.state == "TOO_HIGH" and best is not None:
        return "fail", "TOO_HIGH", (
            f"At {name} even the proxy learns clearly less than at its best, {written(best)}, and "
            f"the best rate of a larger target is lower; {use}."
        )  # fmt: skip
    if rate > WINDOW[1]:
        borne = "The proxy bears" if proxy is not None else "No run of the sweep is near"
        return "warn", "TOO_HIGH", (
            f"{borne} {name}, but for the target it is above the usual 1e-5 to 1e-3; {use}, or "
            f"try {name} on a short run first."
        )  # fmt: skip
    return _inside(name, proxy, best)


def _inside(name: str, proxy: Outcome | None, best: float | None) -> tuple[Status, State, str]:
    """Judge a rate inside the target's window that did not explode."""
    if proxy is None:
        return "inconclusive", "OK", (
            f"{name} is usual for the target, but no run of the sweep is near it; try it too."
        )  # fmt: skip
    if best is None:
        return "inconclusive", "OK", (
            f"{name} is usual for the target, but no rate of the sweep brought the proxy below "
            "the unigram entropy: look at the checks of the data, or train longer."
        )  # fmt: skip
    if proxy.state == "TOO_LOW":
        return "warn", "TOO_LOW", (
            f"At {name} the proxy hardly learns in its few steps (its best rate is "
            f"{written(best)}), so the target needs very many, or {written(RECOMMENDED)}."
        )  # fmt: skip
    return "ok", "OK", (
        f"{name} is inside the usual 1e-5 to 1e-3 for the target and trains the proxy stably; the "
        f"proxy's own best, {written(best)}, is no advice for the target."
    )  # fmt: skip


def suggested(rate: float) -> float:
    """Return the rate to use instead: minimind's default, or 1e-4 where that is too high too."""
    return CAUTIOUS if WINDOW[0] <= rate <= RECOMMENDED else RECOMMENDED


def _amount(rate: float) -> str:
    """Say how far a failing rate is from the suggested one."""
    aim = suggested(rate)
    times = max(rate / aim, aim / rate)
    if times < 1.05:
        return f"another learning rate than {written(rate)}"
    word = "lower" if rate > aim else "higher"
    return f"a learning rate about {times:,.{0 if times >= 10 else 1}f}× {word}"


def _nearest(rate: float, outcomes: Mapping[float, Outcome]) -> float | None:
    """Return the rate of the sweep nearest by ratio, if it is near enough to speak for this one."""
    near = [at for at in outcomes if abs(math.log(at / rate)) <= math.log(NEAR)]
    return min(near, key=lambda at: (abs(math.log(at / rate)), at), default=None)


def _end(outcome: Outcome) -> float:
    """Return the loss at the end, infinite where there is none."""
    return math.inf if outcome.end is None else outcome.end


def _finite(losses: Floats) -> float | None:
    """Return the mean as JSON can have it."""
    return float(losses.mean()) if len(losses) and np.isfinite(losses).all() else None
