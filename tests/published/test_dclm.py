"""DCLM's words, lines and n-grams and their bounds, by hand and by the twin."""

from __future__ import annotations

import math
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.features import Measured
from corpuskit.features.dclm import DCLM
from corpuskit.features.groups import all_columns, measure
from corpuskit.rules import decide, load_rule_set
from tests import reference_dclm as twin
from tests.words.hostile import PIECES, several

RULES = load_rule_set(Path(__file__).parents[2] / "rules" / "dclm.yaml", all_columns())
MARKS = ("●", "* ", "- ", ". . .", ". ", "\n", "\n", "\n\n", "The ", "OF", "That\u3000", "line\n")
HOSTILE = st.lists(
    st.sampled_from(PIECES + MARKS) | st.characters(exclude_categories=("Cs", "Cn")), max_size=60
).map("".join)
REPETITIVE = st.lists(
    st.sampled_from(["a", "bc", "def", ".", "中", "don't", "7"]), max_size=100
).flatmap(lambda words: st.sampled_from([" ", "\n", "\n\n"]).map(lambda gap: gap.join(words)))


def measured(*documents: str) -> list[dict[str, float]]:
    return measure(Measured(pl.Series(documents, dtype=pl.String)), (DCLM,)).to_dicts()


def value(text: str, feature: str) -> float:
    return float(measured(text)[0][feature])


def failed(text: str, score: float = 1.0) -> set[str]:
    """Name the rules that a text fails."""
    scores = measure(Measured(pl.Series([text])), (DCLM,))
    decided = decide(scores.with_columns(language_score=pl.lit(score)), RULES)
    return {rule.id.removeprefix("dclm.") for rule in RULES if decided[f"fails.{rule.id}"][0]}


def distinct(count: int) -> list[str]:
    """Make lines of one character that differ."""
    return [chr(ord("A") + k) for k in range(count)]


def grams(n: int, percent: int, total: int) -> str:
    """Write n words with `percent` characters twice in a text whose words have `total`."""
    words = distinct(n)
    words[-1] *= percent - n + 1
    rest = total - 2 * percent
    return " ".join([*words, "x" * 5, *words, "y" * (rest - 5)])


# Of every rule two texts: at its bound, and just beyond.
BOUNDS = {
    "too_few_words": ("w " * 50, "w " * 49 + "(w"),
    "too_many_words": ("ab " * 100_000, "ab " * 100_001),
    "words_too_short": ("abc " * 10, "abc " * 9 + "ab"),
    "words_too_long": ("abcdefghij " * 10, "abcdefghij " * 9 + "abcdefghijk"),
    "too_many_symbols": ("w#" + " w" * 9, "w# w..." + " w" * 17),
    "too_many_bullet_lines": ("\n".join(["* w"] * 9 + ["w"]), "\n".join(["● w"] * 10 + ["w"])),
    "too_many_ellipsis_lines": (
        "\n".join(["w..."] * 3 + ["w"] * 7),
        "\n".join(["w . . ."] * 4 + ["w"] * 9),
    ),
    "too_many_words_without_letters": ("7 a b c d", "7 & a b c d e f g"),
    "too_few_stop_words": ("The tHe", "the, the"),
    "too_many_duplicate_lines": (
        "\n".join([*distinct(7), *"aaa"]),
        "\n".join([*distinct(9), *"aaaa"]),
    ),
    "too_much_in_duplicate_lines": ("a\na\nbcdefghi", "a\na\nbcdefgh"),
    "too_many_duplicate_paragraphs": (
        "\n\n".join([*distinct(7), *"aaa"]),
        "\n\n".join([*distinct(9), *"aaaa"]),
    ),
    "too_much_in_duplicate_paragraphs": ("a\n\na\n\nbcdefghi", "a\n\na\n\nbcdefgh"),
    **{
        f"one_{n}gram_too_frequent": (grams(n, percent, 200), grams(n, percent, 199))
        for n, percent in ((2, 20), (3, 18), (4, 16))
    },
    **{
        f"too_much_in_repeated_{n}grams": (grams(n, 20 - n, 200), grams(n, 20 - n, 199))
        for n in range(5, 11)
    },
}


def test_every_rule_has_its_two_texts() -> None:
    assert {f"dclm.{name}" for name in (*BOUNDS, "language_unsure")} == {rule.id for rule in RULES}


@pytest.mark.parametrize("rule", BOUNDS)
def test_a_text_at_the_bound_is_kept_and_one_beyond_is_not(rule: str) -> None:
    inside, outside = BOUNDS[rule]
    assert rule not in failed(inside)
    assert rule in failed(outside)


@pytest.mark.parametrize("rule", BOUNDS)
def test_a_text_at_the_bound_is_at_the_bound(rule: str) -> None:
    feature, bounds = next((r.keep.feature, r.keep.bounds) for r in RULES if r.id == f"dclm.{rule}")
    assert value(BOUNDS[rule][0], feature) == bounds[0][1]


def test_the_language_score_must_be_above_its_bound() -> None:
    assert "language_unsure" in failed("w", 0.65)
    assert "language_unsure" not in failed("w", math.nextafter(0.65, 1))


def test_fasttext_words_are_cut_at_ascii_spaces_and_start_with_a_letter_or_number() -> None:
    assert value("one (two) 3\u00a0four five\0six •seven ²", "word_count.dclm") == 5


def test_words_lie_between_all_white_space() -> None:
    found = measured("one (two) 3\u00a0four")[0]  # 3 + 5 + 1 + 4
    assert found["mean_word_chars.dclm"] == 13 / 4
    assert found["non_alphabetic_word_ratio.dclm"] == 1 / 4


def test_symbols_overlap_no_symbol_of_their_kind() -> None:
    # "....." has one "...", ". . . . ." has one ". . ."
    assert value("# w..... x . . . . . …", "symbols_per_word.dclm") == 4 / 9


def test_every_copy_of_a_line_counts_stripped() -> None:
    found = measured("one\n one \ntwo\n\n\none")[0]
    assert found["duplicate_line_ratio.all"] == 3 / 4
    assert found["duplicate_line_char_ratio.all"] == 9 / 12
    assert found["duplicate_paragraph_ratio.all"] == 0


def test_every_copy_of_a_paragraph_counts() -> None:
    found = measured("one\ntwo\n\none\ntwo\n\n\nsix")[0]
    assert found["duplicate_paragraph_ratio.all"] == 2 / 3
    assert found["duplicate_paragraph_char_ratio.all"] == 14 / 17
    assert found["duplicate_line_ratio.all"] == 4 / 5


def test_one_line_and_one_paragraph_are_no_copies() -> None:
    found = measured("one line")[0]
    assert found["duplicate_line_ratio.all"] == found["duplicate_paragraph_ratio.all"] == 0


def test_of_equally_frequent_grams_the_longest_counts() -> None:
    # a b, b x, x cc, cc ddd once or twice: a b and cc ddd twice
    text = "a b x cc ddd y a b z cc ddd"
    assert value(text, "top_2gram_char_ratio.dclm") == 2 * 5 / 17
    assert value("a b c d", "top_2gram_char_ratio.dclm") == 0


def test_a_stop_word_behind_a_mark_is_another_word() -> None:
    assert value("the The THE", "stop_word_count.dclm") == 3
    assert value("“the \x80the \0the “be” éof", "stop_word_count.dclm") == 0


def test_marks_are_no_words_of_a_gram() -> None:
    assert value("as, if. as if!", "top_2gram_char_ratio.dclm") == 1


def test_words_of_overlapping_grams_count_once() -> None:
    assert value("a b c d e a b c d e f", "duplicate_5gram_char_ratio.dclm") == 10 / 11
    assert value("a " * 8, "duplicate_5gram_char_ratio.dclm") == 1
    assert value("a b c d e", "duplicate_5gram_char_ratio.dclm") == 0


def test_an_empty_batch_and_an_empty_text_have_the_declared_values() -> None:
    assert measured() == []
    assert measured("") == [{feature.name: feature.empty for feature in DCLM.features}]


def test_a_slice_of_a_column_is_measured_as_itself() -> None:
    column = pl.Series(["one", "a b a b\nthe", "three"])
    assert measure(Measured(column[1:2]), (DCLM,)).to_dicts() == measured("a b a b\nthe")


@given(documents=st.lists(HOSTILE | REPETITIVE, max_size=4))
@several
def test_the_kernels_equal_their_twin(documents: list[str]) -> None:
    for found, text in zip(measured(*documents), documents, strict=True):
        assert found == pytest.approx(twin.dclm(text)), repr(text)
