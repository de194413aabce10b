"""What is known of the data before anything is trained: quantity, steps, coverage, compression."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from corpuskit.lm.checks.coverage import coverage
from corpuskit.lm.checks.quantity import quantity
from corpuskit.lm.checks.steps import steps
from corpuskit.lm.compression import xz_bits_per_byte, xz_bits_per_byte_given
from corpuskit.lm.sample import Sample
from corpuskit.lm.settings import Target
from corpuskit.lm.verdict import Check

WHOLE_SHARE = 0.999
"""A sample of at least this share of the kept text is all of it."""


@dataclass(frozen=True)
class Measured:
    """Checks and numbers of the text.

    made : the checks quantity and coverage.
    tokens : of the whole kept text in one pass, copies included, estimated for o200k_base.
    rows : that a trainer which packs nothing makes of them.
    xz : {held-out set: bits per byte}.
    xz_given_train : of the cleaned held-out text.
    """

    made: tuple[Check, ...]
    tokens: int
    rows: int
    xz: Mapping[str, float]
    xz_given_train: float

    def checks(self, target: Target, noise_scale_tokens: float | None = None) -> list[Check]:
        """Return quantity, steps and coverage."""
        return [*self.made, steps(self.tokens, self.rows, target, noise_scale_tokens)]

    def baselines(self) -> dict[str, float]:
        """Return the compressors' bits per byte on the cleaned held-out text, if there is any."""
        found = {"xz": self.xz["cleaned"], "xz_given_train": self.xz_given_train}
        return {name: value for name, value in found.items() if math.isfinite(value)}


def measure(
    sample: Sample,
    streams: Mapping[str, pl.DataFrame],
    held_out: Mapping[str, pl.DataFrame],
    target: Target,
    train_bytes: int,
) -> Measured:
    """Measure everything that needs no torch.

    Parameters
    ----------
    train_bytes : of training text that the proxy may read; its rival, xz, is given as much.
    """
    kept = sample.kept
    sizes = kept["text"].str.len_bytes().cast(pl.Int64)
    copied = int(sizes.filter(kept["copy"]).sum()) / max(1, int(sizes.sum()))
    tokens = int(sample.summary["coverage"]["kept"]["estimated_tokens"])
    sets = {name: frame["text"] for name, frame in held_out.items() if name != "shuffled"}
    return Measured(
        made=(
            counted(quantity(round(tokens * (1 - copied)), copied, target), sample),
            coverage(streams["kept"], held_out["cleaned"], target),
        ),
        tokens=tokens,
        rows=count_rows(sizes, tokens, sample, target),
        xz={name: xz_bits_per_byte(text) for name, text in sets.items()},
        xz_given_train=xz_bits_per_byte_given(
            sets["cleaned"], streams["kept"]["text"], train_bytes
        ),
    )


def counted(check: Check, sample: Sample) -> Check:
    """Doubt a good answer where copies were neither removed nor can be counted on a sample."""
    details = {**check.details, "tokenizer": "o200k_base, estimated", "sampled": sample.share}
    removed = sample.plan["settings"]["recipe"]["duplicates"] is not None
    if check.status in ("fail", "inconclusive") or removed or sample.share >= WHOLE_SHARE:
        return replace(check, details=details)
    return replace(
        check,
        status="inconclusive",
        details=details,
        advice="The run removed no duplicates, and a sample of "
        f"{sample.share:.1%} cannot count them: run corpuskit dedup first.",
    )


def count_rows(sizes: pl.Series, tokens: int, sample: Sample, target: Target) -> int:
    """Estimate the rows of a trainer that packs nothing: each document begins one, and long ones
    go on in further rows of `max_seq_len` - 2 tokens.
    """  # fmt: skip
    per_byte = tokens / max(1, sample.summary["bytes"]["kept"])
    rows = (sizes * per_byte / max(1, target.max_seq_len - 2)).ceil().clip(1)
    return round(float(rows.sum()) / max(sample.share, 1e-9))
