"""Marks of lines: equal where the normal forms are, and of the stated width."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.kernels.line_marks import BARE, BLANK
from corpuskit.repeats.marked import mark
from tests import reference_repeats as twin

PIECES = (
    "\n", "\n", "\n\n", " ", "\t", "\u3000", "\r\n", "\x1c", "\0", "\u200c", "...", "|", "A",
    "a", "1", "٣", "İ", "か", "が", "か\u3099", "é", "e\u0301", "ｱ", "中文", "한", "𠀀", "😀",
    "One line ",
)  # fmt: skip
HOSTILE = st.lists(st.sampled_from(PIECES) | st.characters(exclude_categories=("Cs", "Cn"))).map(
    "".join
)


def hashes(*texts: str) -> list[int]:
    """Hash texts of one line each."""
    return list(mark(pl.Series(texts, dtype=pl.String)).lines.hashes)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Page 12 of 30", "page  99 of 11."),
        (" Cookies?\r", "«cookies»"),
        ("caf\u00e9", "cafe\u0301"),
        ("می\u200cخواهم", "میخواهم"),
        ("٣٤", "12"),
        ("\u212aelvin", "KELVIN"),
    ],
)
def test_case_digits_punctuation_and_space_do_not_count(one: str, other: str) -> None:
    assert len(set(hashes(one, other))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("か", "が"), ("cafe", "café"), ("12", "123"), ("a b", "ab"), ("กา", "ก"), ("a+b", "a b")],
)
def test_marks_accents_the_number_of_digits_and_words_do(one: str, other: str) -> None:
    assert len(set(hashes(one, other))) == 2


def test_blank_and_bare_lines_are_told_apart() -> None:
    assert hashes("", " \t\u3000", "}", "***\u200d") == [BLANK, BLANK, BARE, BARE]


def test_a_line_is_as_wide_as_its_normal_form() -> None:
    lines = mark(pl.Series(["  Über  uns! ", "首页 ok", "한글", ""])).lines
    assert lines.widths.tolist() == [8, 7, 4, 0]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(HOSTILE, max_size=5))
def test_lines_equal_their_twin(texts: list[str]) -> None:
    lines = mark(pl.Series(texts, dtype=pl.String)).lines
    split = [text.split("\n") for text in texts]
    assert np.diff(lines.offsets).tolist() == [len(own) for own in split]
    forms = [twin.normal_form(line) for own in split for line in own]
    assert lines.widths.tolist() == [twin.width(form) for form in forms]
    same = {form: key for form, key in zip(forms, lines.hashes.tolist(), strict=True) if form}
    for form, key in zip(forms, lines.hashes.tolist(), strict=True):
        assert key == same[form] if form else key in (BLANK, BARE)
    assert len(set(same.values())) == len(same)
    by_text = dict(zip(map(twin.same_text, texts), lines.texts.tolist(), strict=True))
    assert [by_text[twin.same_text(text)] for text in texts] == lines.texts.tolist()
    assert len(set(by_text.values())) == len(by_text)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(HOSTILE, max_size=4))
def test_paragraphs_equal_their_twin(texts: list[str]) -> None:
    found = mark(pl.Series(texts, dtype=pl.String)).units("paragraph")
    expected = [unit for text in texts for unit in twin.units(text, "paragraph")]
    full = found.widths > 0
    assert found.widths[full].tolist() == [wide for _, _, wide in expected]
    forms = [form for _, form, _ in expected]
    pairs = set(zip(forms, found.hashes[full].tolist(), strict=True))
    assert len(pairs) == len(set(forms)) == len(set(found.hashes[full].tolist()))


def test_a_slice_is_marked_as_itself_and_a_long_line_is_one() -> None:
    column = pl.Series(["gone", "é kept\nline", "x" * 10_000_000])
    assert mark(column[1:2]).lines.hashes.tolist() == hashes("é kept", "line")
    assert mark(column[2:]).lines.widths.tolist() == [10_000_000]
    assert len(mark(column[:0]).lines.hashes) == 0
