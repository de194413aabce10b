"""Real training on real text: which rates explode, and when a comparison is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpuskit.lm import compression
from corpuskit.lm.arms import run_arms
from corpuskit.lm.checks.clean_vs_raw import HeldOutSet, check_clean_vs_raw
from corpuskit.lm.checks.learning_rate import Run, check_learning_rate, judge_sweep
from corpuskit.lm.packing import Encoded
from corpuskit.lm.results import ArmResult
from corpuskit.lm.shape import Training
from corpuskit.progress import Progress
from tests.lm import real_streams

pytestmark = pytest.mark.slow

STEPS = 110
SWEEP = Training(steps=STEPS, optimizer="adamw", constant=True)
VARIANTS = {
    "plain": (SWEEP, {}),
    "unclipped": (replace(SWEEP, clip=None), {}),
    "warmed": (replace(SWEEP, constant=False), {}),
    "without-qk-norm": (SWEEP, {"qk_norm": False}),
}
TRAP = Training(steps=64, optimizer="adamw", rate=1e-3)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return real_streams.write(tmp_path_factory.mktemp("streams"))


@pytest.fixture(scope="module")
def trained(
    places: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, ArmResult]:
    arms = [
        real_streams.arm(places, f"{name}-0.1", replace(training, rate=0.1), **shape)
        for name, (training, shape) in VARIANTS.items()
    ]
    arms += [
        real_streams.arm(places, f"plain-{rate:g}", replace(SWEEP, rate=rate))
        for rate in (1e-6, 1e-4, 3e-3)
    ]
    # What a sweep is judged by is its loss alone.
    arms = [replace(arm, held_out={}) for arm in arms]
    arms += [
        real_streams.arm(places, f"trap-{seed}", replace(TRAP, seed=seed), tied=True)
        for seed in range(6)
    ]
    return run_arms(arms, tmp_path_factory.mktemp("arms"), 2, "cpu", Progress(quiet=True))


def run_of(result: ArmResult) -> Run:
    return Run(result.losses, result.gradient_norms, result.nonfinite_step, STEPS)


def unigram(places: dict[str, str]) -> float:
    return compression.unigram_entropy(Encoded.load(Path(places["train"])).tokens)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_rate_of_a_tenth_diverges_in_every_variant(
    trained: dict[str, ArmResult], places: dict[str, str], variant: str
) -> None:
    runs = {0.1: run_of(trained[f"{variant}-0.1"]), 3e-3: run_of(trained["plain-0.003"])}
    assert judge_sweep(runs, unigram(places))[0.1].state == "DIVERGED"


def test_usual_rates_do_not_diverge(trained: dict[str, ArmResult], places: dict[str, str]) -> None:
    runs = {rate: run_of(trained[f"plain-{rate:g}"]) for rate in (1e-4, 3e-3)}
    assert {found.state for found in judge_sweep(runs, unigram(places)).values()} == {"OK"}


def test_a_rate_too_low_is_told_from_bad_data(
    trained: dict[str, ArmResult], places: dict[str, str]
) -> None:
    runs = {rate: run_of(trained[f"plain-{rate:g}"]) for rate in (1e-6, 3e-3)}
    check = check_learning_rate(runs, 1e-6, unigram(places))
    assert (check.status, check.state) == ("fail", "TOO_LOW")


def test_tied_weights_under_adamw_stay_on_the_plateau_and_the_comparison_is_refused(
    trained: dict[str, ArmResult], places: dict[str, str]
) -> None:
    losses = [trained[f"trap-{seed}"].held_out["held_out"] for seed in range(6)]
    sizes = losses[0].bytes.astype(np.float64)
    tokens = int(losses[0].tokens.sum())
    held = HeldOutSet(
        kept=np.stack([each.nats for each in losses[:3]]),
        other=np.stack([each.nats for each in losses[3:]]),
        sizes=sizes,
        unigram=compression.bits_per_byte(unigram(places), tokens, int(sizes.sum())),
        xz=2.2,
    )
    check = check_clean_vs_raw({"cleaned": held}, {"cleaned": held}, other="recleaned",
                               slope=None, seed=0)  # fmt: skip
    assert check.status == "inconclusive"
    assert "unigram plateau" in check.advice
