"""Tables fit into 80 columns, and what a document says can do nothing to a terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpuskit.terminal import folded, width
from corpuskit.tuning.page import clipped, paragraph, passage, table

HOSTILE = st.text(st.characters(codec="utf-8"), max_size=200)


def test_a_name_that_is_too_long_is_never_cut() -> None:
    assert table([("a_very_long_name", "12")], (6, 5)) == "a_very_long_name\n         12"


def test_wide_characters_take_two_columns() -> None:
    assert clipped("中文字", 5) == "中文…"
    assert folded("中文字", 4) == ["中文", "字"]


def test_lines_are_folded_at_spaces_where_there_are_some() -> None:
    assert folded("one two three", 8) == ["one two", "three"]
    assert folded("abcdefghij", 4) == ["abcd", "efgh", "ij"]


def test_later_lines_of_a_paragraph_are_indented() -> None:
    first, second = paragraph("word " * 20).split("\n")
    assert first.startswith("word")
    assert second.startswith("  word")


@given(HOSTILE)
def test_any_text_is_shown_within_80_columns_and_without_control_characters(text: str) -> None:
    for shown in (passage(text, 150), paragraph(text), table([(text, "1")], (40, 40))):
        for line in shown.split("\n"):
            assert width(line) <= 80
            assert line.isprintable()
