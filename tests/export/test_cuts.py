"""Texts are cut at the last sentence end that fits, never inside a grapheme cluster."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.kernels.sentence_cuts import END, FORCED, UNIT, cut
from tests import reference_cuts

PIECES = (
    ". ", "! ", "? ", ".", "…", "。", "！", "？", "。”", ".” ", ".) ", "\n", "\r\n", "\u2028", " ",
    "\u3000", "\t", "，", "a", "B", "7", "e\u0301", "一", "二三", "\0", "👨\u200d👩\u200d👧",
    "🇩🇪", "🇫", "👍🏽", "क्ष", "\u200d", "\u0301", "각", "\u1100", "\u1161", "“", "「", "」",
    "'", '"', "।", "؟",
)  # fmt: skip
HOSTILE = st.lists(st.sampled_from(PIECES) | st.characters(exclude_categories=("Cs", "Cn")))


def pieces(text: str, limit: int, costs: list[int] | None = None) -> list[str]:
    """Cut one text; without costs, a character is a token."""
    data = np.frombuffer(text.encode(), np.uint8)
    each = np.array([UNIT] * len(text) if costs is None else costs, np.uint32)
    found = cut(np.array([0]), np.array([len(data)]), data, each, limit * UNIT)
    starts = [0, *found.stops.tolist()]
    return [data[a:b].tobytes().decode() for a, b in pairwise(starts)]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(HOSTILE.map("".join).filter(len), st.integers(1, 12), st.data())
def test_the_kernel_agrees_with_its_twin(text: str, limit: int, data: st.DataObject) -> None:
    costs = data.draw(st.lists(st.sampled_from([0, 1, 2]), min_size=len(text), max_size=len(text)))
    costs = [cost * UNIT for cost in costs]
    assert pieces(text, limit, costs) == reference_cuts.pieces(text, costs, limit * UNIT)


@settings(max_examples=100, deadline=None)
@given(HOSTILE.map("".join).filter(len), st.integers(1, 12))
def test_pieces_are_the_text_again_and_none_is_empty_or_too_long(text: str, limit: int) -> None:
    found = pieces(text, limit)
    assert "".join(found) == text
    assert all(0 < len(piece) <= limit for piece in found)


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("一二。三四！五六", 4, ["一二。", "三四！", "五六"]),
        ("一二。三四！五六", 8, ["一二。三四！五六"]),
        ("他说：“好。”然后走", 8, ["他说：“好。”", "然后走"]),
        ("真的？！是啊", 5, ["真的？！", "是啊"]),
        ("One. Two. Three.", 10, ["One. Two. ", "Three."]),
        ('He said "Yes." Then he left.', 20, ['He said "Yes." ', "Then he left."]),
        ("See e.g. this one. Now.", 20, ["See e.g. this one. ", "Now."]),
        ("It is 3.14 there. No.", 19, ["It is 3.14 there. ", "No."]),
        ("title\n\nBody of it", 10, ["title\n\n", "Body of it"]),
        ("A.\r\nB.\r\nC.", 4, ["A.\r\n", "B.\r\n", "C."]),
        ("word word word", 11, ["word word ", "word"]),
        ("长长长长，短短短短", 7, ["长长长长，", "短短短短"]),
        ("xxxxxxxx", 3, ["xxx", "xxx", "xx"]),
        ("राजा। वह", 7, ["राजा। ", "वह"]),
    ],
)
def test_a_text_is_cut_here(text: str, limit: int, expected: list[str]) -> None:
    assert pieces(text, limit) == expected


@pytest.mark.parametrize(
    "cluster", ["e\u0301\u0323", "👨\u200d👩\u200d👧", "🇨🇳", "क्ष", "👍🏽", "\u1100\u1161\u11a8"]
)
def test_a_cluster_is_never_cut_where_it_fits(cluster: str) -> None:
    assert pieces(cluster * 6, len(cluster) + 1) == [cluster] * 6


def test_a_cluster_longer_than_a_row_is_cut_between_its_characters() -> None:
    text = "a" + "\u0301" * 7
    data = np.frombuffer(text.encode(), np.uint8)
    found = cut(np.array([0]), np.array([15]), data, np.full(8, UNIT, np.uint32), 4 * UNIT)
    assert found.stops.tolist() == [7, 15]
    assert found.kinds.tolist() == [FORCED, END]


def test_a_piece_that_starts_inside_a_token_pays_for_it() -> None:
    # Six characters in three tokens; the second cut would be free otherwise.
    assert pieces("abcdef", 2, [UNIT, 0, UNIT, 0, UNIT, 0]) == ["abcd", "ef"]
    assert pieces("abcdef", 1, [UNIT, 0, 0, 0, 0, 0]) == ["abcdef"]
    assert pieces("abcdef", 1, [2 * UNIT, 0, 0, 0, 0, 0]) == ["a", "bcdef"]


def test_a_megabyte_without_a_sentence_end_is_cut_into_full_rows() -> None:
    found = pieces("x" * 1_000_000, 338)
    assert len(found) == 2959  # ⌈1,000,000 / 338⌉
    assert {len(piece) for piece in found[:-1]} == {338}
