from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.lm.fits import fit_power_law

TOKENS = np.array([2e5, 4e5, 8e5, 1.6e6])


@given(st.floats(0.5, 3.0), st.floats(0.05, 2.0), st.floats(0.1, 1.0))
def test_a_law_without_noise_is_found(floor: float, drop: float, exponent: float) -> None:
    losses = floor + drop * (TOKENS / TOKENS[-1]) ** -exponent
    law = fit_power_law(TOKENS, losses[None, :])
    gain = drop * (1.0 - 2.0**-exponent)
    assert float(law.gain_of_doubling(TOKENS[-1])[0]) == pytest.approx(gain, rel=0.02, abs=1e-4)
    np.testing.assert_allclose([float(law.loss(x)[0]) for x in TOKENS], losses, rtol=1e-3)


def test_every_row_is_fitted_by_itself() -> None:
    first = 2.0 + 0.3 * (TOKENS / 1e6) ** -0.5
    second = 1.0 + 0.6 * (TOKENS / 1e6) ** -0.3
    both = fit_power_law(TOKENS, np.stack((first, second)))
    assert both.exponent == pytest.approx([0.5, 0.3], abs=0.01)
    assert both.floor == pytest.approx([2.0, 1.0], abs=0.03)


def test_the_fit_is_told_for_single_tokens() -> None:
    law = fit_power_law(TOKENS, (1.7 + 100.0 * TOKENS**-0.382)[None, :]).plain()
    assert law["E"] == pytest.approx(1.7, abs=0.01)
    assert law["E"] + law["A"] * 4e5 ** -law["b"] == pytest.approx(
        1.7 + 100.0 * 4e5**-0.382, rel=1e-3
    )


def test_a_run_that_went_astray_does_not_bend_the_curve() -> None:
    tokens = np.geomspace(1e5, 3.2e6, 6)
    losses = 2.0 + 0.3 * (tokens / 1e6) ** -0.5
    bent = losses.copy()
    bent[2] += 0.2
    gain = float(fit_power_law(tokens, bent[None, :]).gain_of_doubling(3.2e6)[0])
    true = 0.3 * 3.2**-0.5 * (1 - 2**-0.5)
    assert gain == pytest.approx(true, rel=0.05)


@pytest.mark.parametrize("losses", [[3.0, 3.0, 3.0, 3.0], [2.0, 2.1, 2.2, 2.3]])
def test_a_loss_that_does_not_fall_gains_nothing(losses: list[float]) -> None:
    law = fit_power_law(TOKENS, np.array([losses]))
    assert float(law.gain_of_doubling(TOKENS[-1])[0]) == pytest.approx(0.0, abs=1e-9)


def test_neither_part_is_negative() -> None:
    # A straight line in log-log through zero: E would be below 0 for any smaller b.
    law = fit_power_law(TOKENS, (5.0 * (TOKENS / 1e5) ** -1.0)[None, :])
    assert law.floor[0] >= 0.0
    assert law.scale[0] >= 0.0
