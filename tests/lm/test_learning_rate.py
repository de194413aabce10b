from __future__ import annotations

import json

import numpy as np
import pytest

from corpuskit.lm.checks.learning_rate import (
    Run,
    check_learning_rate,
    judge_sweep,
    suggested,
    written,
)
from tests.lm.made_curves import GUESSING, Floats, exploding, falling_to

UNIGRAM = 6.67

# Ends as measured over 150 steps of English web text.
ENDS = {1e-6: 7.62, 1e-5: 7.61, 1e-4: 7.02, 3e-4: 6.70, 5e-4: 6.64, 1e-3: 6.45, 3e-3: 6.13,
        1e-2: 6.20, 3e-2: 6.45}  # fmt: skip


def run(losses: Floats, nonfinite_step: int | None = None) -> Run:
    return Run(losses, np.full(len(losses), 0.8), nonfinite_step, 150)


def sweep(**changes: Floats) -> dict[float, Run]:
    """Return the sweep as measured, with the losses of some rates replaced."""
    runs = {rate: run(falling_to(end, seed=at)) for at, (rate, end) in enumerate(ENDS.items())}
    runs[0.1] = run(exploding())
    return runs | {float(rate): run(losses) for rate, losses in changes.items()}


@pytest.mark.parametrize(
    ("rate", "status", "state"),
    [
        (1e-6, "fail", "TOO_LOW"),
        (1e-5, "warn", "TOO_LOW"),
        (1e-4, "ok", "OK"),
        (5e-4, "ok", "OK"),
        (1e-3, "ok", "OK"),
        (3e-3, "warn", "TOO_HIGH"),
        (1e-2, "warn", "TOO_HIGH"),
        (3e-2, "fail", "TOO_HIGH"),
        (0.1, "fail", "DIVERGED"),
    ],
)
def test_every_rate_of_the_measured_sweep_gets_its_state(
    rate: float, status: str, state: str
) -> None:
    check = check_learning_rate(sweep(), rate, UNIGRAM)
    assert (check.status, check.state) == (status, state)
    assert check.value == rate


def test_without_a_rate_the_recommended_one_is_judged_by_its_neighbour() -> None:
    runs = sweep()
    del runs[5e-4]
    check = check_learning_rate(runs, None, UNIGRAM)
    assert (check.value, check.status, check.details["judged_at"]) == (5e-4, "ok", 3e-4)
    assert not check.details["named_by_user"]


def test_the_sweep_and_the_proxys_best_are_in_the_details_as_json() -> None:
    check = check_learning_rate(sweep(), 0.1, UNIGRAM)
    details = json.loads(json.dumps(check.plain(), allow_nan=False))["details"]
    states = {row["rate"]: row["state"] for row in details["sweep"]}
    assert details["proxy_best"] == 3e-3
    assert states == {
        1e-6: "TOO_LOW", 1e-5: "TOO_LOW", 1e-4: "OK", 3e-4: "OK", 5e-4: "OK", 1e-3: "OK",
        3e-3: "OK", 1e-2: "OK", 3e-2: "TOO_HIGH", 0.1: "DIVERGED",
    }  # fmt: skip


def test_the_advice_says_which_statement_is_of_the_proxy_and_which_of_the_target() -> None:
    advice = check_learning_rate(sweep(), 3e-3, UNIGRAM).advice
    assert "The proxy bears 3e-3" in advice
    assert "for the target it is above the usual 1e-5 to 1e-3" in advice
    advice = check_learning_rate(sweep(), 5e-4, UNIGRAM).advice
    assert "the proxy's own best, 3e-3, is no advice for the target" in advice


def test_an_explosion_names_its_remedy_and_how_fp16_shows_it() -> None:
    check = check_learning_rate(sweep(), 0.1, UNIGRAM)
    assert "on fp16 cards this shows as NaN" in check.advice
    assert check.amount == "a learning rate about 200× lower"


def test_an_explosion_without_nan_is_told_from_its_height() -> None:
    just_inside, just_outside = falling_to(6.2), falling_to(6.2)
    just_inside[30], just_outside[30] = 1.149 * just_inside[0], 1.151 * just_outside[0]
    outcomes = judge_sweep({1e-3: run(just_inside), 2e-3: run(just_outside)}, UNIGRAM)
    assert (outcomes[1e-3].state, outcomes[2e-3].state) == ("OK", "DIVERGED")


def test_one_nan_in_a_loss_a_gradient_or_a_weight_is_an_explosion() -> None:
    loss, gradient = falling_to(6.2), np.full(150, 0.8)
    loss[70], gradient[90] = np.nan, np.inf
    runs = {
        1e-4: run(falling_to(6.2)),
        1e-3: run(loss),
        2e-3: Run(falling_to(6.2), gradient, None, 150),
        3e-3: run(falling_to(6.2)[:41], nonfinite_step=41),
    }
    outcomes = judge_sweep(runs, UNIGRAM)
    assert [outcomes[rate].state for rate in sorted(runs)] == ["OK"] + 3 * ["DIVERGED"]
    assert "step 41" in outcomes[3e-3].reason


@pytest.mark.parametrize(("rise", "state"), [(1.01, "OK"), (1.04, "DIVERGED")])
def test_a_loss_that_ends_two_percent_above_its_lowest_for_good_diverged(
    rise: float, state: str
) -> None:
    losses = falling_to(6.2, noise=0.02)
    losses[100:] = 6.25 * rise
    losses[80:100] = 6.25
    outcomes = judge_sweep({1e-3: run(losses), 3e-4: run(falling_to(6.3))}, UNIGRAM)
    assert outcomes[1e-3].state == state


def test_a_drawdown_that_recovers_is_no_divergence() -> None:
    losses = falling_to(6.2)
    losses[60:80] += 0.8
    assert judge_sweep({1e-3: run(losses)}, UNIGRAM)[1e-3].state == "OK"


def test_batches_that_differ_by_chance_are_no_divergence() -> None:
    for seed in range(60):
        losses = falling_to(6.2, noise=0.3, seed=seed)
        assert judge_sweep({1e-3: run(losses)}, UNIGRAM)[1e-3].state != "DIVERGED"


def plateau(level: float) -> Floats:
    """Make a loss that falls to a level at once and stays there."""
    losses = np.full(150, level) + np.random.default_rng(3).normal(0.0, 0.05, 150)
    losses[:12] = np.linspace(GUESSING, level, 12)
    return losses


def test_a_high_rate_that_stays_at_the_unigram_entropy_diverged_and_a_low_one_is_slow() -> None:
    runs = {
        1e-4: run(plateau(6.75)),
        3e-3: run(falling_to(6.1)),
        3e-2: run(plateau(6.75)),
        5e-2: run(falling_to(6.75, noise=0.005)),
        6e-2: run(plateau(6.6)),
    }
    outcomes = judge_sweep(runs, UNIGRAM)
    assert outcomes[1e-4].state == "OK"
    assert outcomes[3e-2].state == "DIVERGED"
    assert "unigram entropy" in outcomes[3e-2].reason
    assert outcomes[5e-2].state == "TOO_HIGH"  # it falls all the way: slow, but not lost
    assert outcomes[6e-2].state == "TOO_HIGH"  # below the entropy


def test_under_a_hundred_steps_nothing_is_held_against_a_plateau() -> None:
    runs = {3e-3: run(falling_to(6.1, steps=90)), 3e-2: run(plateau(6.75)[:90])}
    assert judge_sweep(runs, UNIGRAM)[3e-2].state == "TOO_HIGH"


def test_where_no_rate_learns_the_data_is_suspected_and_not_the_rate() -> None:
    runs = {rate: run(plateau(6.70)) for rate in (1e-4, 1e-3, 1e-2)} | {0.1: run(exploding())}
    usual = check_learning_rate(runs, 1e-3, UNIGRAM)
    assert (usual.status, usual.state) == ("inconclusive", "OK")
    assert "data" in usual.advice
    assert not usual.details["proxy_learnt"]
    high = check_learning_rate(runs, 1e-2, UNIGRAM)
    assert (high.status, high.state) == ("warn", "TOO_HIGH")
    assert check_learning_rate(runs, 0.1, UNIGRAM).state == "DIVERGED"


def test_a_higher_neighbour_that_diverged_says_nothing_about_a_lower_rate() -> None:
    runs = {1e-3: run(exploding())}
    check = check_learning_rate(runs, None, UNIGRAM)
    assert (check.status, check.state) == ("inconclusive", "OK")


@pytest.mark.parametrize("runs", [{}, {1e-4: run(np.zeros(0))}])
def test_without_a_run_near_it_a_rate_is_not_judged(runs: dict[float, Run]) -> None:
    check = check_learning_rate(runs, 5e-4, UNIGRAM)
    assert (check.status, check.state) == ("inconclusive", "OK")


def test_rates_are_written_as_people_write_them() -> None:
    assert [written(rate) for rate in (5e-4, 1e-5, 2.5e-4, 0.03, 0.1)] == [
        "5e-4", "1e-5", "2.5e-4", "0.03", "0.1",
    ]  # fmt: skip
    assert [suggested(rate) for rate in (0.1, 1e-7, 5e-4, 6e-4)] == [5e-4, 5e-4, 1e-4, 5e-4]
