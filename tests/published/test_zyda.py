"""Zyda's filters, by hand and by the twin, and every bound of their rule set."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.features import Measured
from corpuskit.features.groups import measure
from corpuskit.features.zyda import ZYDA
from tests import reference_zyda as twin
from tests.lines.test_lines import HOSTILE
from tests.published.rule_sets import failed, measured_by, rules_of
from tests.published.test_recipes import PROSE

PIECES = (
    "a", "aaa", "a" * 7, "1" * 6, "é" * 4, "_", "_" * 7, "_" * 10, "-" * 9, "-", "-" * 12, ".", "/",
    "\\" * 10, "\n" * 5, "\n", " " * 20, " ", " " * 39, " " * 40, "\t" * 19, "\t", "\xa0" * 10, ":",
    '"', '":', "<", "<?xml version=", "xml", "Xml", "xml version=", "lorem ipsum", "Lorem ipsum",
    "https://", "http://", "www", "www.", "w", "wwwwww", "\u0301", "三", "三" * 7, "½", "٣", "😀",
    "?" * 10, "," * 11, "\r" * 10, "\x1f", "\0", "\u2028",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | HOSTILE.map("".join)


def measured(*documents: str) -> list[dict[str, float]]:
    return measured_by(ZYDA, *documents)


def value(text: str, name: str) -> float:
    return measured(text)[0][name]


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXTS, max_size=4))
def test_the_kernel_equals_its_twin(documents: list[str]) -> None:
    for found, text in zip(measured(*documents), documents, strict=True):
        expected = {k.removesuffix(".zyda"): v for k, v in twin.zyda(text).items()}
        assert found == pytest.approx(expected), repr(text)


@pytest.mark.parametrize(
    ("text", "length"),
    [("-" * 9, 9), ("-" * 10, 1), (" " * 39, 39), (" " * 40, 1), ("\t" * 19, 19), ("\t" * 20, 1),
     ("\xa0" * 10, 1), ("=" * 10, 10), ("-" * 10 + "_" * 10, 2)],
)  # fmt: skip
def test_long_runs_are_one_character(text: str, length: int) -> None:
    assert value(text, "char_count") == length


def test_pieces_of_no_length_count() -> None:
    assert value("ab-/c d.", "mean_word_chars") == 4 / 5  # ab, nothing, c, d, nothing


def test_marks_are_no_word_characters() -> None:
    assert value("a1_ ½\u0301!", "nonalphanumeric_ratio") == 2 / 7


@pytest.mark.parametrize(
    ("text", "runs"),
    [("aaaaaa", 0), ("aaaaaaa", 1), ("a" * 20, 1), ("_" * 9, 1), ("_" * 10, 0), ("-" * 8, 0),
     ("é" * 7 + "e" * 7, 2)],
)  # fmt: skip
def test_runs_of_seven_equal_word_characters(text: str, runs: int) -> None:
    assert value(text, "character_run_count") == runs


def test_www_counts_with_any_character_of_its_line_behind_it() -> None:
    assert value("www.a wwwb www\n", "www_per_char") == 2 / 15
    assert value("wwwwwwww", "www_per_char") == 2 / 8
    assert value("aawww", "www_per_char") == 0


def test_a_declaration_counts_with_or_without_its_bracket() -> None:
    found = measured('<?xml version="1.0"?> xml version=2 XML')[0]
    assert (found["xml_declaration_count"], found["xml_count"]) == (2, 2)


def test_an_empty_batch_and_an_empty_text_have_the_declared_values() -> None:
    assert measured() == []
    assert measured("") == [{f.name.removesuffix(".zyda"): f.empty for f in ZYDA.features}]


def test_a_slice_of_a_column_is_measured_as_itself() -> None:
    column = pl.Series(["a xml", "xml xml https://", "three"])
    assert measure(Measured(column[1:2]), (ZYDA,))["xml_count.zyda"].to_list() == [2]


def padded(text: str, length: int) -> str:
    """Lengthen a text by words of five letters."""
    return text + (" words" * length)[: length - len(text)]


BOUNDS = {
    "too_short": ("é" * 100, "é" * 99 + ""),
    "words_too_short": ("abc " * 9 + "abc", "abc " * 9 + "ab"),
    "words_too_long": ("abcdefghijkl/" * 9 + "abcdefghijkl", "abcdefghijkl/" * 9 + "abcdefghijklm"),
    "too_many_other_characters": ("!" * 30 + "a" * 70, "!" * 31 + "a" * 69),
    "too_many_digits": ("1" * 20 + "a" * 80, "1" * 21 + "a" * 79),
    "too_many_character_runs": ("aaaaaaa " * 50, "aaaaaaa " * 51),
    "xml": ("xml " * 10, "xml " * 11),
    "xml_declarations": ("<?xml version=1", "<?xml version=1 xml version="),
    "lorem_ipsum": ("lorem ipsum " * 2, "lorem ipsum " * 3),
    "too_many_links": (padded("https://a", 500), padded("https://a", 499)),
    "too_many_angle_brackets": (padded("<<<", 100), padded("<<<", 99)),
    "too_many_keys": (padded('"a":', 500), padded('"a":', 499)),
    "too_many_www": (padded("www.a", 100), padded("www.a", 99)),
}


def test_every_rule_has_a_text_on_either_side_of_its_bound() -> None:
    assert {rule.id.removeprefix("zyda.") for rule in rules_of("zyda")} == set(BOUNDS)
    assert all(len(rule.keep.bounds) == 1 for rule in rules_of("zyda"))


@pytest.mark.parametrize("rule", BOUNDS)
def test_each_bound_keeps_a_text_just_inside_and_drops_one_just_outside(rule: str) -> None:
    inside, outside = BOUNDS[rule]
    assert rule not in failed("zyda", inside)
    assert rule in failed("zyda", outside)


def test_english_prose_fails_no_rule() -> None:
    assert failed("zyda", PROSE) == set()
