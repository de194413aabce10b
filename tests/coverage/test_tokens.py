from __future__ import annotations

import polars as pl
import pytest

from corpuskit.coverage.tokens import (
    TOKENS_PER_LETTER,
    TOKENS_PER_LETTER_BY_SCRIPT,
    TOKENS_PER_LETTER_ELSE,
    estimated_tokens,
)

LETTERS = {
    "non_space_count": 1000,
    "letter_ratio": 1.0,
    "digit_ratio": 0.0,
    "punctuation_ratio": 0.0,
    "script_ratio": 1.0,
}


def estimate(language: str, script: str, **ratios: float) -> int:
    row = {**LETTERS, **ratios, "language": language, "script": script}
    return pl.DataFrame([row]).select(estimated_tokens()).item()


def test_a_known_language_has_its_own_rate() -> None:
    assert estimate("fi", "Latin") == round(1000 * TOKENS_PER_LETTER["fi/Latin"])


def test_an_unknown_language_has_the_rate_of_its_script() -> None:
    assert estimate("xx", "Latin") == round(1000 * TOKENS_PER_LETTER_BY_SCRIPT["Latin"])


def test_a_language_in_a_foreign_script_has_the_rate_of_that_script() -> None:
    assert estimate("ru", "Latin") == round(1000 * TOKENS_PER_LETTER_BY_SCRIPT["Latin"])


def test_an_unknown_script_has_the_rate_of_rare_scripts() -> None:
    assert estimate("xx", "Cherokee") == round(1000 * TOKENS_PER_LETTER_ELSE)


def test_digits_and_marks_are_counted_at_their_own_rates() -> None:
    counted = estimate("en", "Latin", letter_ratio=0.8, digit_ratio=0.1, punctuation_ratio=0.1)
    assert counted == round(800 * 0.283 + 100 * 0.903 + 100 * 0.475)


def test_an_empty_text_has_no_tokens() -> None:
    assert estimate("und", "None", non_space_count=0, letter_ratio=0.0, script_ratio=0.0) == 0


@pytest.mark.parametrize("table", [TOKENS_PER_LETTER, TOKENS_PER_LETTER_BY_SCRIPT])
def test_rates_are_between_a_word_and_a_byte_per_token(table: dict[str, float]) -> None:
    assert len(table) > 20
    assert all(0.2 < rate < 4 for rate in table.values())
