"""How often does the target's optimiser step on this text?

A model that has stepped a hundred times is still in its warm-up, whatever it read. The value
counts full rows, tokens · epochs / (batch · accumulation · length). A trainer that packs nothing,
as minimind's, has a row for every chunk, however short, and steps after every batch · accumulation
rows, the last ones of an epoch included; that count stands beside it.

The bounds are ours: the proxy of this step, which learns faster than most, has left the plateau
of unigram frequencies after some 200 steps, and 1,000 are room for warm-up and decay besides.

The gradient noise scale (McCandlish et al. 2018, arXiv:1812.06162) is the batch at which half of
the work is wasted on averaging. It is measured on the small proxy and grows while a model learns,
so a larger batch is told and not held against the corpus.
"""

from __future__ import annotations

import math
from typing import Any, Final

from corpuskit.lm.settings import Target
from corpuskit.lm.verdict import Check, Status

TOO_FEW_STEPS: Final = 200
ENOUGH_STEPS: Final = 1_000


def steps(tokens: int, rows: int, target: Target, noise_scale_tokens: float | None = None) -> Check:
    """Judge the number of optimiser steps.

    Parameters
    ----------
    tokens : of the training text, in one pass.
    rows : chunks of at most `target.max_seq_len` tokens that it makes without packing.
    noise_scale_tokens : gradient noise scale, where it was measured.

    Examples
    --------
    >>> check = steps(3554 * 340, 3554, Target())
    >>> check.status, check.details["steps_per_epoch_unpacked"], round(check.value, 2)
    ('fail', 14, 13.88)
    """
    read = tokens * target.epochs
    value = read / target.tokens_per_step
    rows_per_step = target.batch_size * target.accumulation
    per_epoch = math.ceil(rows / rows_per_step)
    status: Status = "fail" if value < TOO_FEW_STEPS else "warn" if value < ENOUGH_STEPS else "ok"
    best = int(read / (ENOUGH_STEPS * target.max_seq_len))
    details: dict[str, Any] = {
        "tokens": tokens,
        "rows": rows,
        "epochs": target.epochs,
        "rows_per_step": rows_per_step,
        "tokens_per_step": target.tokens_per_step,
        "steps_per_epoch_unpacked": per_epoch,
        "steps_unpacked": per_epoch * target.epochs,
        "rows_per_step_for_1000_steps": best,
        "noise_scale_tokens": noise_scale_tokens,
        "batch_over_noise_scale": (
            target.tokens_per_step / noise_scale_tokens if noise_scale_tokens else None
        ),
    }
    return Check(
        "steps", status, "optimiser steps of the target, rows full", value,
        TOO_FEW_STEPS if status == "fail" else ENOUGH_STEPS, "corpuskit",
        _advice(value, status, details, target),
        amount=_amount(value, details) if status == "fail" else None, details=details,
    )  # fmt: skip


def _advice(value: float, status: Status, details: dict[str, Any], target: Target) -> str:
    now = f"{target.batch_size} × {target.accumulation}"
    noise = _noise(details)
    if status == "ok":
        return f"{int(value):,} steps of {now} rows are enough.{noise}"
    judged = "cannot judge a run of so few steps" if status == "fail" else "that is few"
    said = (
        f"{_counted(value)} of {now} rows ({details['steps_unpacked']:,} where rows are not "
        f"packed): {judged}"
    )
    return f"{said}; {_remedy(details, target)} for {ENOUGH_STEPS:,} steps.{noise}"


def _remedy(details: dict[str, Any], target: Target) -> str:
    """Name a batch, or passes where one row a step is not small enough."""
    best = details["rows_per_step_for_1000_steps"]
    if best >= 1:
        return f"take at most {best:,} row{'s' if best > 1 else ''} a step (batch × accumulation)"
    if not details["tokens"]:
        return "there is no text"
    passes = math.ceil(ENOUGH_STEPS * target.max_seq_len / details["tokens"])
    return f"one row a step and {passes:,} passes would be needed, so add text"


def _noise(details: dict[str, Any]) -> str:
    """Say what the noise scale says of the batch."""
    ratio = details["batch_over_noise_scale"]
    if ratio is None:
        return ""
    batch, scale = details["tokens_per_step"], details["noise_scale_tokens"]
    if ratio > 1:
        return (
            f" The batch of {batch:,} tokens is {ratio:.1f}× the gradient noise scale of the "
            f"proxy ({scale:,.0f} tokens): a smaller one learns more from the same text."
        )
    return f" The batch of {batch:,} tokens is within the gradient noise scale ({scale:,.0f})."


def _amount(value: float, details: dict[str, Any]) -> str:
    """Say how many steps are missing."""
    short = f"{_counted(value)} where a run needs {TOO_FEW_STEPS}"
    best = details["rows_per_step_for_1000_steps"]
    return f"{short} (batch × accumulation of {best:,} gives 1,000)" if best else short


def _counted(value: float) -> str:
    """Count whole steps.

    Examples
    --------
    >>> _counted(13.9), _counted(1.0), _counted(0.4)
    ('13 steps', '1 step', 'not one step')
    """
    whole = int(value)
    return f"{whole:,} step{'s' if whole > 1 else ''}" if whole else "not one step"
