"""Two texts differ where a reader would say so."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpuskit.dedup.text_difference import COMPARED, pieces, text_difference


def test_a_changed_word_is_one_change_with_what_stands_around_it() -> None:
    found = text_difference("A copy of an old page.", "A copy of a page.")
    (change,) = found.changes
    assert (change.removed, change.added) == ("an old ", "a ")
    assert (change.before, change.after) == ("A copy of ", "page.")
    assert (found.removed_chars, found.added_chars, found.compared_all) == (7, 2, True)


def test_chinese_is_compared_character_by_character() -> None:
    (change,) = text_difference("今天天气很好。", "今天天气不好。").changes
    assert (change.removed, change.added) == ("很", "不")


def test_equal_texts_do_not_differ() -> None:
    assert text_difference("same", "same").changes == ()


def test_a_long_change_is_cut_in_its_middle() -> None:
    (change,) = text_difference("x " + "word " * 500 + "y", "x y").changes
    assert "more" in change.removed
    assert len(change.removed) < 200


def test_long_texts_are_compared_as_far_as_is_said() -> None:
    left = "".join(f"a{n} " for n in range(COMPARED))
    right = "".join(f"b{n} " for n in range(COMPARED))
    assert not text_difference(left, right).compared_all


def test_the_cut_of_a_long_text_is_no_difference() -> None:
    words = [f"a{n} " for n in range(2 * COMPARED)]
    found = text_difference("".join(words) + "x", "new " * 10 + "".join(words) + "y")
    (change,) = found.changes
    assert (change.removed, change.added) == ("", "new " * 10)
    assert not found.compared_all


@given(st.text(max_size=80))
def test_pieces_leave_nothing_out(text: str) -> None:
    assert "".join(pieces(text)) == text


@given(st.text("ab 中\n", max_size=40), st.text("ab 中\n", max_size=40))
def test_what_went_and_came_explains_the_lengths(first: str, second: str) -> None:
    found = text_difference(first, second)
    assert len(first) - found.removed_chars == len(second) - found.added_chars
