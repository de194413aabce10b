"""Quantity: tokens for the parameters, and the share that repeats itself."""

from __future__ import annotations

import math

import pytest

from corpuskit.lm.checks.quantity import quantity
from corpuskit.lm.settings import Target

PARAMS = 1_000_000
# Four passes are worth 1 + 15.387756 · (1 − e^(−3 / 15.387756)) of one.
WORTH = 1 + 15.387756 * (1 - math.exp(-3 / 15.387756))
FOR_20, FOR_10 = (math.ceil(ratio * PARAMS / WORTH) for ratio in (20, 10))
TARGET = Target(params=PARAMS)


@pytest.mark.parametrize(
    ("tokens", "status"),
    [(FOR_20, "ok"), (FOR_20 - 1, "warn"), (FOR_10, "warn"), (FOR_10 - 1, "fail"), (0, "fail")],
)
def test_twenty_effective_tokens_a_parameter_are_enough_and_under_ten_are_not(
    tokens: int, status: str
) -> None:
    check = quantity(tokens, 0.0, TARGET)
    assert (check.id, check.status, check.threshold) == ("quantity", status, 20.0)
    assert check.value == pytest.approx(tokens * WORTH / PARAMS)


@pytest.mark.parametrize(
    ("share", "status"), [(0.05, "ok"), (0.0501, "warn"), (0.25, "warn"), (0.2501, "fail")]
)
def test_up_to_a_twentieth_may_repeat_and_over_a_quarter_fails(share: float, status: str) -> None:
    check = quantity(10 * FOR_20, share, TARGET)
    assert check.status == status
    assert ("corpuskit dedup" in check.advice) == (status != "ok")


def test_a_failure_by_duplicates_is_measured_in_duplicates() -> None:
    check = quantity(10 * FOR_20, 0.31, TARGET)
    assert (check.value, check.threshold) == (0.31, 0.25)
    assert check.amount == "31 % of the text repeats other kept documents"
    assert "Lee" in check.source


def test_too_little_text_binds_before_duplicates_but_names_them() -> None:
    check = quantity(100, 0.31, TARGET)
    assert check.threshold == 20.0
    assert "unique tokens" in str(check.amount)
    assert "31 % of the text repeats" in check.advice


def test_the_amount_is_what_the_full_law_asks_for() -> None:
    # At four passes the law needs 6.1683 unique tokens a parameter (see test_scaling).
    check = quantity(2_000_000, 0.0, TARGET)
    assert check.amount == "about 3.1× more unique tokens for 1M parameters"
    assert "about 6.17M" in check.advice


def test_no_text_at_all_is_told_without_a_ratio() -> None:
    assert quantity(0, 0.0, TARGET).amount == "all of the 6.17M unique tokens for 1M parameters"


def test_one_pass_over_text_that_needs_four_is_told() -> None:
    check = quantity(FOR_20, 0.0, TARGET)
    assert "one pass gives 1M parameters 5.37 tokens each, so make 4" in check.advice
    assert check.details["tokens_per_parameter_at_epochs"] == pytest.approx(FOR_20 / PARAMS)


def test_the_users_passes_are_in_the_details() -> None:
    check = quantity(FOR_20, 0.0, Target(params=PARAMS, epochs=4))
    assert check.details["effective_tokens_at_epochs"] == check.details["effective_tokens"]
    assert check.details["largest_params"] in (PARAMS, PARAMS + 1)
