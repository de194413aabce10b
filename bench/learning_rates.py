"""Which learning rates explode? AdamW at constant rates from 1e-5 to 1, in four variants.

python -m bench.learning_rates            train, then write docs/pretrain-learning-rate.md

The proxy is trained for 110 steps on the English texts of sample_data, once a rate and variant, and
judged as check 3 of `corpuskit pretrain` judges a sweep.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

from corpuskit.lm import compression
from corpuskit.lm.arms import run_arms
from corpuskit.lm.checks.learning_rate import Run, judge_sweep
from corpuskit.lm.packing import Encoded
from corpuskit.lm.results import ArmResult
from corpuskit.progress import Progress
from tests.lm import real_streams
from tests.lm.test_real_training import STEPS, VARIANTS

OUT = Path(__file__).parent / "out" / "learning_rates"
PAGE = Path(__file__).parent.parent / "docs" / "pretrain-learning-rate.md"
RATES = (1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0)
LAST = 10
"""Steps of which the last loss is the mean."""


def main() -> None:
    """Train what is not there yet, and write the page."""
    places = real_streams.write(OUT)
    arms = [
        real_streams.arm(places, f"{name}-{rate:g}", replace(training, rate=rate), **shape)
        for name, (training, shape) in VARIANTS.items()
        for rate in RATES
    ]
    results = run_arms(arms, OUT / "arms", 2, "cpu", Progress())
    unigram = compression.unigram_entropy(Encoded.load(Path(places["train"])).tokens)
    PAGE.write_text(page(results, unigram), encoding="utf-8")
    print(PAGE)


def page(results: dict[str, ArmResult], unigram: float) -> str:
    """Write a column for each variant, a row for each rate."""
    cells = {name: column(name, results, unigram) for name in VARIANTS}
    rows = [
        f"| {rate:g} | {' | '.join(cells[name][rate] for name in VARIANTS)} |" for rate in RATES
    ]
    return "\n".join(
        [
            "<!-- made by python -m bench.learning_rates -->",
            "",
            "# Learning rates that explode",
            "",
            (__doc__ or "").split("\n\n", 2)[2].strip(),
            "",
            f"A cell is the state and the loss: first step → mean of the last {LAST} → highest, in "
            f"nats per token. The entropy of tokens is {unigram:.2f}. No run gave NaN unless "
            "it says so: in 32 bits an exploding loss stays a number.",
            "",
            f"| rate | {' | '.join(VARIANTS)} |",
            f"|---|{'---|' * len(VARIANTS)}",
            *rows,
            "",
            "`plain` is clipped at 1.0, with queries and keys normalised; `warmed` has a warm-up "
            "and a decay. TOO_LOW is told from bad data by the best rate of the same sweep: the "
            "same text falls faster at a higher rate.",
            "",
        ]
    )


def column(name: str, results: dict[str, ArmResult], unigram: float) -> dict[float, str]:
    """Judge the sweep of one variant."""
    found = {rate: results[f"{name}-{rate:g}"] for rate in RATES}
    runs = {
        rate: Run(each.losses, each.gradient_norms, each.nonfinite_step, STEPS)
        for rate, each in found.items()
    }
    judged = judge_sweep(runs, unigram)
    return {rate: cell(judged[rate].state, found[rate]) for rate in RATES}


def cell(state: str, result: ArmResult) -> str:
    """Write state and losses of one run."""
    losses = result.losses[[math.isfinite(loss) for loss in result.losses]]
    broken = "" if result.nonfinite is None else f", NaN at {result.nonfinite_step}"
    last = losses[-LAST:].mean()
    return f"{state}: {losses[0]:.2f} → {last:.2f} → {losses.max():.2f}{broken}"


if __name__ == "__main__":
    main()
