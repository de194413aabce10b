"""What the user states: the target model and its training; and how long the proxy may train."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from corpuskit.errors import ConfigError

_SUFFIXES: Final = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9}


@dataclass(frozen=True)
class Target:
    """The model that the data is meant for; defaults are those of minimind's pretraining.

    params : parameters of the model.
    epochs : passes over the data.
    learning_rate : of the target, with AdamW; None where the user named none.
    batch_size : rows of a micro-batch.
    accumulation : micro-batches of an optimiser step.
    max_seq_len : tokens of a row.
    languages : codes that the model is meant for; empty: whatever the corpus holds.
    """

    params: int = 26_000_000
    epochs: int = 1
    learning_rate: float | None = None
    batch_size: int = 32
    accumulation: int = 8
    max_seq_len: int = 340
    languages: tuple[str, ...] = ()

    @property
    def tokens_per_step(self) -> int:
        """Tokens of one optimiser step with full rows."""
        return self.batch_size * self.accumulation * self.max_seq_len


@dataclass(frozen=True)
class Preset:
    """How much the proxy trains: tokens per run, number of runs.

    sweep_rates, sweep_steps : the learning rates that are tried, and for how many steps.
    scaling_tokens : of the largest run of loss against data; the others are 1/8, 1/4, 1/2 of it.
    comparison_tokens, comparison_seeds : of each run of clean against raw.
        Where both are equal, the largest run of the one is a run of the other.
    held_out_bytes : text of the cleaned held-out set; the others are a third as large.
    sample_bytes : of kept and of raw text that is read at most.
    """

    name: str
    sweep_rates: tuple[float, ...]
    sweep_steps: int
    scaling_tokens: int
    comparison_tokens: int
    comparison_seeds: int
    held_out_bytes: int
    sample_bytes: int = 32 << 20


PRESETS: Final = {
    preset.name: preset
    for preset in (
        Preset("quick", (1e-4, 5e-4, 3e-3, 1e-1), 80, 229_376, 106_496, 3, 540_000, 16 << 20),
        Preset(
            "default", (1e-4, 5e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1), 150,
            1_300_000, 430_000, 3, 1_000_000,
        ),
        Preset(
            "full", (1e-4, 3e-4, 5e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1), 300,
            6_400_000, 1_600_000, 5, 2_000_000,
        ),
    )
}  # fmt: skip


def parse_params(text: str) -> int:
    """Read a number of parameters such as 26M.

    Raises
    ------
    ConfigError
        For text, a missing or unknown suffix below a thousand, zero, or a negative number.

    Examples
    --------
    >>> parse_params("26M"), parse_params("0.5B"), parse_params("135000000")
    (26000000, 500000000, 135000000)
    """
    written = text.strip().upper()
    digits = written.rstrip("KMB")
    try:
        count = int(float(digits) * _SUFFIXES[written[len(digits) :]])
    except (ValueError, KeyError, OverflowError) as error:
        raise ConfigError(
            f"--target-params: {text!r} is no number of parameters; write 26M or 1.5B"
        ) from error
    if count < 1000:
        raise ConfigError(
            f"--target-params: {text!r} is under a thousand parameters; write 26M for 26 million"
        )
    return count


def parse_rate(text: str) -> float:
    """Read a learning rate.

    Raises
    ------
    ConfigError
        For text, zero, a negative number, NaN or infinity.

    Examples
    --------
    >>> parse_rate("1e-4")
    0.0001
    """
    try:
        rate = float(text)
    except ValueError as error:
        raise ConfigError(f"--learning-rate: {text!r} is no number; write 5e-4") from error
    if not (math.isfinite(rate) and rate > 0):
        raise ConfigError(f"--learning-rate: {text} can train nothing; write one above 0: 5e-4")
    return rate
