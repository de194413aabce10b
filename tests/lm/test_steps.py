"""Steps: how often the target's optimiser steps, and which batch would do."""

from __future__ import annotations

import pytest

from corpuskit.lm.checks.steps import steps
from corpuskit.lm.settings import Target

# 2 × 5 rows of 10 tokens: 100 tokens a step.
TARGET = Target(batch_size=2, accumulation=5, max_seq_len=10)


def test_a_trainer_that_packs_nothing_makes_14_steps_of_3554_rows() -> None:
    details = steps(600_000, 3_554, Target(epochs=2)).details
    assert details["steps_per_epoch_unpacked"] == 14
    assert details["steps_unpacked"] == 28


def test_rows_that_fill_the_last_step_need_no_further_one() -> None:
    assert steps(1, 20, TARGET).details["steps_per_epoch_unpacked"] == 2
    assert steps(1, 21, TARGET).details["steps_per_epoch_unpacked"] == 3


@pytest.mark.parametrize(
    ("tokens", "status", "threshold"),
    [(19_999, "fail", 200), (20_000, "warn", 1000), (99_999, "warn", 1000), (100_000, "ok", 1000)],
)
def test_200_steps_can_be_judged_and_1000_are_enough(
    tokens: int, status: str, threshold: int
) -> None:
    check = steps(tokens, 1, TARGET)
    assert (check.status, check.threshold) == (status, threshold)
    assert check.value == tokens / 100
    assert (check.amount is not None) == (status == "fail")


def test_passes_count_as_steps() -> None:
    target = Target(batch_size=2, accumulation=5, max_seq_len=10, epochs=3)
    assert steps(20_000, 1, target).value == 600


def test_the_batch_that_gives_1000_steps_is_named() -> None:
    # 60,000 tokens are 6,000 rows of 10: 6 rows a step.
    check = steps(60_000, 6_000, TARGET)
    assert "at most 6 rows a step" in check.advice
    assert check.details["rows_per_step_for_1000_steps"] == 6


def test_passes_are_named_where_one_row_a_step_is_too_much() -> None:
    # 4,000 tokens are 400 rows: 1,000 steps of one row are 2.5 passes.
    check = steps(4_000, 400, TARGET)
    assert "one row a step and 3 passes" in check.advice
    assert check.amount == "40 steps where a run needs 200"


def test_too_few_steps_cannot_be_judged() -> None:
    assert "cannot judge a run of so few steps" in steps(10_000, 1, TARGET).advice


def test_no_text_makes_no_step() -> None:
    check = steps(0, 0, TARGET)
    assert (check.status, check.value) == ("fail", 0.0)
    assert "there is no text" in check.advice


def test_a_batch_above_the_noise_scale_is_told_and_not_failed() -> None:
    check = steps(100_000, 1, TARGET, noise_scale_tokens=50.0)
    assert check.status == "ok"
    assert "2.0× the gradient noise scale" in check.advice
    assert "within the gradient noise scale" in steps(100_000, 1, TARGET, 100.0).advice
    assert "noise" not in steps(100_000, 1, TARGET).advice
