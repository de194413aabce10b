"""The published laws: their own check value, their limits, and what follows from them."""

from __future__ import annotations

import math

import pytest

from corpuskit.lm import scaling


def test_the_loss_is_the_published_one_for_a_model_of_the_paper() -> None:
    # Muennighoff et al. 2023: 6.34B parameters, 242B tokens, of them 25B unique.
    assert scaling.loss(6.34e9, 242e9, 25e9) == pytest.approx(2.2256440, abs=1e-7)


def test_one_pass_is_worth_its_tokens() -> None:
    assert scaling.effective_tokens(1_000, 1) == 1_000


def test_four_passes_are_worth_3_73_by_hand() -> None:
    # 1 + 15.387756 · (1 − e^(−3 / 15.387756)) = 1 + 15.387756 · (1 − 0.822864) = 3.7257
    assert scaling.effective_tokens(1, 4) == pytest.approx(3.7257, abs=2e-4)


def test_endless_passes_are_worth_one_and_r() -> None:
    assert scaling.effective_tokens(1, 1e6) == pytest.approx(16.387756, abs=1e-6)


def test_parameters_up_to_the_optimum_all_serve() -> None:
    assert scaling.effective_parameters(1e6, 1e9) == 1e6


def test_excess_parameters_never_serve_more_than_the_limit() -> None:
    # G² = (A / B)^(1 / α) = e^((6.255414 − 7.3049974) / 0.3526596) = e^−2.976194 = 0.050986
    optimal = 0.050986 * 1e6
    found = scaling.effective_parameters(1e15, 1e6)
    assert found == pytest.approx(optimal * 6.309743, rel=1e-4)


def test_no_repetition_leaves_the_plain_law() -> None:
    plain = math.exp(0.6254804) + math.exp(6.255414) * 1e7**-0.3526596 + (
        math.exp(7.3049974) * 1e9**-0.3526596
    )  # fmt: skip
    assert scaling.loss(1e7, 1e9, 1e9) == pytest.approx(plain, rel=1e-12)


def test_unique_tokens_beyond_those_read_change_nothing() -> None:
    assert scaling.loss(1e7, 1e9, 5e9) == scaling.loss(1e7, 1e9, 1e9)


def test_one_pass_needs_twenty_tokens_a_parameter() -> None:
    assert scaling.needed_unique_tokens(26_000_000, 1) == 520_000_000


@pytest.mark.parametrize("epochs", [2, 4, 8, 40])
def test_the_needed_tokens_reach_the_loss_of_fresh_ones_and_fewer_do_not(epochs: int) -> None:
    params = 26e6
    wanted = scaling.loss(params, 20 * params, 20 * params)
    needed = scaling.needed_unique_tokens(params, epochs)
    assert scaling.loss(params, needed * epochs, needed) <= wanted
    fewer = 0.9999 * needed
    assert scaling.loss(params, fewer * epochs, fewer) > wanted


def test_the_full_law_asks_for_more_than_twenty_effective_tokens() -> None:
    needed = scaling.needed_unique_tokens(26e6, 4)
    assert scaling.effective_tokens(needed, 4) / 26e6 > 20


def test_the_need_is_a_fixed_multiple_of_the_parameters() -> None:
    small, large = (scaling.needed_unique_tokens(size, 4) / size for size in (1e6, 1e9))
    assert small == pytest.approx(large, rel=1e-5)


def test_the_largest_model_gets_twenty_effective_tokens_a_parameter() -> None:
    assert scaling.largest_params(1_000, 1) == 50
    assert scaling.largest_params(0, 4) == 0


@pytest.mark.parametrize(
    ("count", "written"),
    [(999, "999"), (1_000, "1K"), (999_499, "999K"), (999_600, "1M"), (26e6, "26M"), (2e9, "2B")],
)
def test_numbers_are_written_in_three_digits(count: float, written: str) -> None:
    assert scaling.short_number(count) == written
