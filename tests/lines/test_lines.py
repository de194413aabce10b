"""Lines, paragraphs and sentences are counted as the published rules count them."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.features import Measured
from corpuskit.features.groups import measure as measure_groups
from corpuskit.features.lines import FEATURES, LINES
from corpuskit.kernels.line_classes import terminal_points
from tests import reference_lines

PIECES = (
    "\n", "\n", "\n\n", "\r\n", "\r", "\v", "\f", "\x1c", "\x1e", "\x1f", "\x85", "\u2028",
    "\u2029", " ", "\t", "\u3000", "\u00a0", "a", "Go", "7", "-", "•", "* ", ".", "...", "…",
    "!", "?", ",", ";", "。", "．", "！", "？", "；", "，", "、", "我", "我们", "々", "の",
    "カ", "é", "е", "ा", "ก", "한", "\0", "😀", "🏽", "\u200d", "\u0301", "א", "\u202e",
    "\ufeff", "更多", "展开", "展開", "Read More", "READMORE", "。。。", "）", "]", "|---|",
    "⼯", "x" * 31, "一" * 11,
)  # fmt: skip
HOSTILE = st.lists(st.sampled_from(PIECES) | st.characters(exclude_categories=("Cs", "Cn")))


def lines_of(*texts: str) -> pl.DataFrame:
    """Measure texts."""
    return measure_groups(Measured(pl.Series(texts, dtype=pl.String)), (LINES,))


def value(text: str, feature: str) -> float:
    """Measure one feature of one text."""
    return float(lines_of(text)[feature][0])


@settings(max_examples=150, deadline=None)
@given(st.lists(HOSTILE.map("".join), min_size=1, max_size=4))
def test_the_kernel_agrees_with_its_twin(texts: list[str]) -> None:
    measured = lines_of(*texts)
    for row, text in zip(measured.to_dicts(), texts, strict=True):
        assert row == pytest.approx(reference_lines.measure(text)), repr(text)


def test_a_slice_of_a_column_is_measured_as_itself() -> None:
    column = pl.Series(["one\n\none", "two...\n- two", "three"])
    frame = measure_groups(Measured(column[1:2]), (LINES,))
    assert frame.equals(lines_of("two...\n- two"))


def test_an_empty_batch_and_an_empty_text_have_the_declared_values() -> None:
    assert lines_of().height == 0
    assert lines_of("").to_dicts() == [{f.name: f.empty for f in FEATURES}]


def test_bullets_and_ellipses_are_shares_of_all_lines_blank_ones_too() -> None:
    text = "- a\n\n  • b\nc ...\nd…  \n"
    assert value(text, "bullet_line_ratio") == 2 / 5
    assert value(text, "ellipsis_line_ratio") == 2 / 5


def test_duplicate_lines_count_from_the_second_and_a_trailing_line_feed_makes_a_line() -> None:
    assert value("a\nb\na\na", "duplicate_line_ratio") == 2 / 4
    assert value("a\nb\na\na", "duplicate_line_char_ratio") == 2 / 7
    assert value("a\na\n", "duplicate_line_ratio") == 1 / 3
    assert value("\na\n", "duplicate_line_ratio") == 1 / 3


def test_paragraphs_are_cut_at_blank_lines_of_the_stripped_text() -> None:
    text = " ab\ncd\n\nef\n\n\nab\ncd \n"
    assert value(text, "duplicate_paragraph_ratio") == 1 / 3
    assert value(text, "duplicate_paragraph_char_ratio") == 5 / 20


def test_there_are_159_terminal_marks_and_quotes_are_not_among_them() -> None:
    assert len(terminal_points()) == 159
    assert not set('"”’…:;') & {chr(point) for point in terminal_points()}


def test_terminal_marks_of_every_script_end_a_line() -> None:
    text = 'One.\nDeux !\n三。\nपाँच।\nست؟\n"Seven."\nEight. \n\nnine'
    assert value(text, "terminal_line_ratio") == 5 / 8


@pytest.mark.parametrize(("length", "share"), [(30, 1.0), (31, 0.0)])
def test_a_short_line_has_at_most_30_characters(length: int, share: float) -> None:
    assert value("é" * length, "short_line_ratio") == share


@pytest.mark.parametrize(("length", "share"), [(10, 1.0), (11, 0.0)])
def test_a_very_short_line_has_at_most_10_characters(length: int, share: float) -> None:
    assert value(f" {'字' * length}\n|---|", "short_line_char_ratio") == share


def test_repeated_lines_are_measured_in_characters_without_line_feeds() -> None:
    assert value("abc\nd\nabc\n", "repeated_line_char_ratio") == 3 / 7


def test_a_comma_counts_as_prose_after_han_alone() -> None:
    assert value("我们,你们", "punctuated_line_char_ratio") == 1
    assert value("abc, def", "punctuated_line_char_ratio") == 0


def test_the_japanese_comma_counts_in_its_own_column() -> None:
    assert value("りんご、みかん", "punctuated_line_char_ratio") == 0
    assert value("りんご、みかん", "japanese_punctuated_line_char_ratio") == 1


def test_a_repeated_sentence_is_found_across_lines() -> None:
    text = "今天很好。明天也好。\n今天很好。其他"
    assert value(text, "duplicate_sentence_char_ratio") == 5 / 17


def test_a_link_to_the_rest_is_seen_through_a_bracket() -> None:
    assert value("标题（更多）\nRead More\nmore to read", "read_more_line_ratio") == 2 / 3


def test_ellipses_of_fewer_than_five_lines_say_nothing() -> None:
    assert value("甲…\n乙…\n丙…\n丁…", "text_ellipsis_line_ratio") == 0
    assert value("甲…\n乙…\n丙…\n丁…\n戊", "text_ellipsis_line_ratio") == 4 / 5


def test_many_documents_share_the_table_without_seeing_each_other() -> None:
    frame = lines_of(*["same line\nother"] * 500)
    assert frame["duplicate_line_ratio"].sum() == 0


def test_a_line_of_a_million_characters_is_measured() -> None:
    text = "long line. " * 100_000
    assert value(text, "max_line_chars") == 1_100_000
