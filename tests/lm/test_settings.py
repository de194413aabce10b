"""What the user states about the target is read strictly."""

from __future__ import annotations

import pytest

from corpuskit.errors import ConfigError
from corpuskit.lm.settings import PRESETS, Target, parse_params, parse_rate


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("26M", 26_000_000), ("26m", 26_000_000), ("1.5B", 1_500_000_000),
        ("64000", 64_000), ("1K", 1000),
    ],
)  # fmt: skip
def test_a_number_of_parameters_is_read(text: str, count: int) -> None:
    assert parse_params(text) == count


@pytest.mark.parametrize(
    "text", ["26", "26X", "M", "", "-26M", "0", "nan", "infM", "26MM", "2 6 M x"]
)
def test_what_is_no_number_of_parameters_is_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(ConfigError, match=r"--target-params: .*write 26M"):
        parse_params(text)


@pytest.mark.parametrize("text", ["0", "-1e-4", "nan", "inf", "fast", ""])
def test_a_learning_rate_that_trains_nothing_is_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(ConfigError, match=r"--learning-rate: .*5e-4"):
        parse_rate(text)


def test_a_learning_rate_is_read_as_it_is_written() -> None:
    assert parse_rate("1e-4") == 1e-4
    assert parse_rate(" 0.1 ") == 0.1


def test_a_step_of_minimind_holds_32_times_8_rows_of_340_tokens() -> None:
    assert Target().tokens_per_step == 87_040


def test_longer_presets_train_on_more_with_no_fewer_seeds() -> None:
    quick, default, full = (PRESETS[name] for name in ("quick", "default", "full"))
    assert quick.scaling_tokens < default.scaling_tokens < full.scaling_tokens
    assert 3 <= quick.comparison_seeds <= default.comparison_seeds <= full.comparison_seeds
