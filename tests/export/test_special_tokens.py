"""Control strings inside text become visible text, and can be had back."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.errors import ConfigError
from corpuskit.export.special_tokens import MINIMIND, special_tokens
from corpuskit.export.tokenizer import control_strings

PIECES = (*MINIMIND, "<", ">", "\\", "|im_end|>", "think>", "/think>", "<|", "a", "一", "\0", "\n")


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_no_string_is_left_and_all_of_the_text_can_be_had_back(text: str) -> None:
    special = special_tokens(MINIMIND)
    made, _ = special.neutralise(pl.Series([text]))
    assert not [string for string in MINIMIND if string in made[0]]
    assert special.restore(made)[0] == text


def test_minimind_has_36_of_them() -> None:
    assert len(set(MINIMIND)) == 36
    assert {"<|endoftext|>", "<|im_start|>", "<|buffer9|>", "</tool_response>"} <= set(MINIMIND)


def test_a_backslash_shows_what_was_done_and_all_are_counted() -> None:
    text = pl.Series(["a <|im_end|> b<think>", "none", r"<\think>"])
    made, count = special_tokens(MINIMIND).neutralise(text)
    assert made.to_list() == [r"a <\|im_end|> b<\think>", "none", r"<\\think>"]
    assert count == 3


def test_a_text_without_any_is_as_it_was() -> None:
    text = pl.Series(["<|im_end> < think> <|", ""])
    made, count = special_tokens(MINIMIND).neutralise(text)
    assert (made.to_list(), count) == (text.to_list(), 0)


@pytest.mark.parametrize("strings", [["x"], ["a\\b"], ["<a>", "[<a>]"], ["<a<b>"]])
def test_strings_that_a_backslash_would_not_mend_are_refused(strings: list[str]) -> None:
    with pytest.raises(ConfigError, match="cannot be made harmless"):
        special_tokens(strings)


def test_control_strings_are_special_or_in_brackets_and_white_space_is_text(
    tokenizer_file: Path,
) -> None:
    assert set(control_strings(tokenizer_file.read_text("utf-8"))) == {
        "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>", "<tool_call>",
        "</tool_call>",
    }  # fmt: skip
    added = '{"added_tokens": [{"content": "  ", "special": false}, {"content": "word", '
    added += '"special": false}, {"content": "EOS", "special": true}]}'
    assert control_strings(added) == ("EOS",)
