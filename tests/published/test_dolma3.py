"""Dolma 3's page filters, by hand and by the twin, and every bound of their rule set."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.features import Measured
from corpuskit.features.dolma3 import DOLMA3
from corpuskit.features.groups import measure
from tests import reference_dolma3 as twin
from tests.lines.test_lines import HOSTILE
from tests.published.rule_sets import failed, measured_by, rules_of
from tests.published.test_recipes import PROSE

PIECES = (
    "the ", "The ", "OF ", "word ", "x", "7", "_", "a-b ", " ", "  ", "\t", "\u3000", "\n", "\n\n",
    "\n\n\n", "\r\n", "\r", ".", "..", "...", ". ", ". . .", ". . ", " .", "…", "#", "- ", "* ",
    "•", "● ", "é", "三国", "ไทย", "\u0301", "😀", "one line\n", "one line\n\n", "\0", "\x1f", "½",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | HOSTILE.map("".join)


def measured(*documents: str) -> list[dict[str, float]]:
    return measured_by(DOLMA3, *documents)


def value(text: str, name: str) -> float:
    return measured(text)[0][name]


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXTS, max_size=4))
def test_the_kernel_equals_its_twin(documents: list[str]) -> None:
    for found, text in zip(measured(*documents), documents, strict=True):
        expected = {k.removesuffix(".dolma3"): v for k, v in twin.dolma3(text).items()}
        assert found == pytest.approx(expected), repr(text)


def test_lengths_are_bytes_and_a_text_is_characters() -> None:
    assert value("é 三", "mean_word_bytes") == (2 + 3) / 2
    assert value("é 三", "char_count") == 3


def test_words_of_ascii_are_runs_of_letters_and_digits() -> None:
    assert value("don't a_b 3.5", "word_count") == 6
    assert value("don't café", "word_count") == 3  # do, n't, café


def test_spaced_periods_are_one_symbol_and_one_word() -> None:
    assert value("a . . . b # ...", "symbols_per_word") == 3 / 5
    assert value(". . . . .", "symbols_per_word") == 1 / 3  # the first three alone


def test_every_copy_of_a_line_counts() -> None:
    text = "ab\nc\n\nab\nd"
    assert value(text, "repeated_line_ratio") == 2 / 4
    assert value(text, "repeated_line_byte_ratio") == 4 / 6
    assert value("é\n\né\n\nabcd", "repeated_paragraph_byte_ratio") == 4 / 8


def test_bullets_are_not_stripped_and_blank_lines_count() -> None:
    assert value("- a\n - b\n\n● c", "bullet_line_ratio") == 2 / 4
    assert value("a...\r\nb. . .\n\n…\nc ... ", "ellipsis_line_ratio") == 3 / 4


def test_a_single_word_has_no_letters() -> None:
    assert value("word", "no_letter_word_ratio") == 1
    assert value("word 1", "no_letter_word_ratio") == 1 / 2


def test_an_empty_batch_and_an_empty_text_have_the_declared_values() -> None:
    assert measured() == []
    assert measured("") == [{f.name.removesuffix(".dolma3"): f.empty for f in DOLMA3.features}]


def test_a_slice_of_a_column_is_measured_as_itself() -> None:
    column = pl.Series(["a b", "café the\nthe", "three"])
    sliced = measure(Measured(column[1:2]), (DOLMA3,)).to_dicts()
    assert sliced == measure(Measured(pl.Series([column[1]])), (DOLMA3,)).to_dicts()


def copied(copies: int, every: int, gap: str) -> str:
    """Write pieces of one length, of which so many are the same."""
    return gap.join(["the same"] * copies + [f"line {k:03}" for k in range(every - copies)])


def list_of(marked: str, count: int, every: int) -> str:
    """Write so many marked lines among all."""
    return "\n".join([marked] * count + ["plain line"] * (every - count))


def page(lists: int, plain: int) -> str:
    """Write sentences, so many of them lists of names."""
    return ". ".join(["Some Name " * 6] * lists + ["an ordinary sentence of words"] * plain)


BOUNDS = {
    "too_short": ("é" * 150, "é" * 149),
    "too_few_words": ("w-" * 50, "w-" * 49),
    "too_many_words": ("w " * 100_000, "w " * 100_001),
    "words_too_short": ("éa " * 10, "éa " * 9 + "ab"),
    "words_too_long": ("ééééé " * 10, "ééééé " * 9 + "éééééa"),
    "too_many_symbols": ("# " + "w " * 9, "# " + "w " * 8),
    "too_many_bullet_lines": (list_of("* a", 9, 10), list_of("* a", 10, 11)),
    "too_many_ellipsis_lines": (list_of("a...", 3, 10), list_of("a . . .", 4, 13)),
    "too_many_words_without_letters": ("a " * 8 + "1 2", "a " * 7 + "1 2"),
    "too_few_stop_words": ("The the", "The thé"),
    "too_many_repeated_lines": (copied(3, 10, "\n"), copied(4, 13, "\n")),
    "too_much_in_repeated_lines": (copied(2, 10, "\n"), copied(2, 9, "\n")),
    "too_many_repeated_paragraphs": (copied(3, 10, "\n\n"), copied(4, 13, "\n\n")),
    "too_much_in_repeated_paragraphs": (copied(2, 10, "\n\n"), copied(2, 9, "\n\n")),
    "too_few_sentences": (page(0, 5), page(0, 4)),
    "too_many_questionable_sentences": (page(1, 5), page(1, 4)),
}


def test_every_rule_of_the_text_has_a_text_on_either_side_of_its_bound() -> None:
    language = {"not_english", "language_uncertain"}
    assert {rule.id.removeprefix("dolma3.") for rule in rules_of("dolma3")} - language == set(
        BOUNDS
    )
    assert all(len(rule.keep.bounds) == 1 for rule in rules_of("dolma3"))


@pytest.mark.parametrize("rule", BOUNDS)
def test_each_bound_keeps_a_text_just_inside_and_drops_one_just_outside(rule: str) -> None:
    inside, outside = BOUNDS[rule]
    assert rule not in failed("dolma3", inside)
    assert rule in failed("dolma3", outside)


def test_english_is_kept_from_a_score_of_65_hundredths() -> None:
    assert failed("dolma3", PROSE, score=0.65) == set()
    assert failed("dolma3", PROSE, score=0.6499) == {"language_uncertain"}
    assert failed("dolma3", PROSE, language="de") == {"not_english"}
