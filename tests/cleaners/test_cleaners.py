"""Cleaners change what they name, nothing else, and only once."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.cleaners import CLEANERS, split_cleaners

DIRTY = st.sampled_from(
    [
        "\r",
        "\n",
        "\r\n",
        "\t",
        "\0",
        "\x0b",
        "\x0c",
        "\x1b",
        "\x7f",
        "\x85",
        "\x90",
        "\u2028",
        "\ufeff",
    ]
)
# Line cleaners have tests of their own in tests/published.
CHARACTER_CLEANERS, LINE_CLEANERS = split_cleaners(list(CLEANERS))
TEXTS = st.lists(st.lists(DIRTY | st.characters(exclude_categories=("Cs",))).map("".join))


def clean(name: str, *texts: str) -> list[str]:
    """Run one cleaner."""
    return list(CLEANERS[name].clean(pl.Series("text", texts, dtype=pl.String)))


def test_every_line_end_becomes_a_line_feed() -> None:
    dirty = "a\r\nb\rc\n\rd\x0be\x0cf\x85g\u2028h\u2029i\n"
    assert clean("line_ends", dirty) == ["a\nb\nc\n\nd\ne\nf\ng\nh\ni\n"]


def test_control_characters_go_and_tab_and_line_ends_stay() -> None:
    controls = "".join(map(chr, (*range(32), *range(127, 160))))
    assert clean("control_characters", f"a{controls}b\ufeff") == ["a\t\n\x0b\x0c\r\x85b"]


def test_joiners_direction_marks_and_soft_hyphens_stay() -> None:
    text = "می\u200cخواهم क्\u200dष 👩\u200d🚀 \u200fabc\u200e \u202aא\u202c co\u00adop"
    assert clean("control_characters", text) == [text]


@pytest.mark.parametrize("name", CHARACTER_CLEANERS)
def test_clean_text_comes_back_as_the_same_series(name: str) -> None:
    text = pl.Series("text", ["one\ntwo\t", "三", ""])
    assert CLEANERS[name].clean(text) is text


@pytest.mark.parametrize("name", CLEANERS)
def test_the_given_series_is_not_changed(name: str) -> None:
    text = pl.Series("text", ["a\r\0", "b"])
    CLEANERS[name].clean(text)
    assert text.to_list() == ["a\r\0", "b"]


@pytest.mark.parametrize("name", CLEANERS)
def test_an_empty_batch_stays_empty(name: str) -> None:
    assert clean(name) == []


@settings(max_examples=100, deadline=None)
@given(TEXTS)
@pytest.mark.parametrize("name", CHARACTER_CLEANERS)
def test_cleaning_twice_is_cleaning_once(name: str, texts: list[str]) -> None:
    once = clean(name, *texts)
    assert clean(name, *once) == once


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_cleaned_text_differs_in_nothing_but_the_named_characters(texts: list[str]) -> None:
    named = [*map(chr, (*range(9), *range(14, 32), *range(127, 133), *range(134, 160))), "\ufeff"]
    expected = ["".join(c for c in text if c not in named) for text in texts]
    assert clean("control_characters", *texts) == expected


def test_line_cleaners_are_told_apart_and_keep_their_order() -> None:
    assert LINE_CLEANERS == ("c4", "c4_fineweb", "refinedweb")
    assert split_cleaners(["c4", "control_characters", "line_ends"]) == (
        ("control_characters", "line_ends"),
        ("c4",),
    )
