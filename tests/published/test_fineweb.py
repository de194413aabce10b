"""FineWeb's lines, today's and those of 2024, by hand and by the twin."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.features import Measured
from corpuskit.features.fineweb import FINEWEB
from corpuskit.features.groups import measure
from tests import reference_published as twin
from tests.lines.test_lines import HOSTILE


def measured(*documents: str) -> list[dict[str, float]]:
    return measure(Measured(pl.Series(documents, dtype=pl.String)), (FINEWEB,)).to_dicts()


def test_blank_lines_count_in_2024_alone() -> None:
    found = measured("One.\n\n \nTwo\n")[0]  # two lines today, five in 2024
    assert found["terminal_line_ratio.fineweb"] == 1 / 2
    assert found["terminal_line_ratio.fineweb_2024"] == 1 / 5
    assert found["short_line_ratio.fineweb_2024"] == 1


def test_quotes_end_a_line_in_2024_and_marks_of_other_scripts_today() -> None:
    found = measured("'One'\n\"Two\"\n三。\nFour!\nFive…")[0]
    assert found["terminal_line_ratio.fineweb"] == 2 / 5
    assert found["terminal_line_ratio.fineweb_2024"] == 3 / 5


@pytest.mark.parametrize(("length", "share"), [(30, 1.0), (31, 0.0)])
def test_a_short_line_has_at_most_30_characters(length: int, share: float) -> None:
    found = measured("é" * length)[0]
    assert found["short_line_ratio.fineweb"] == share
    assert found["short_line_ratio.fineweb_2024"] == share


def test_a_line_feed_for_each_two_tokens() -> None:
    assert measured("One.\nTwo.\n")[0]["newlines_per_word.fineweb"] == 2 / 4


def test_repeated_lines_are_over_characters_without_line_feeds() -> None:
    assert measured("abc\nd\nabc\n")[0]["repeated_line_char_ratio.fineweb"] == 3 / 7


def test_what_a_line_cleaner_left_is_measured_and_not_the_page() -> None:
    page = pl.Series(["Menu\nThis line has a mark."])
    alone = measure(Measured(page), (FINEWEB,))
    behind = measure(Measured(page, ("c4_fineweb",)), (FINEWEB,))
    assert alone["terminal_line_ratio.fineweb"].to_list() == [1 / 2]
    assert behind["terminal_line_ratio.fineweb"].to_list() == [1]


def test_an_empty_batch_and_an_empty_text_have_the_declared_values() -> None:
    assert measured() == []
    assert measured("") == [{feature.name: feature.empty for feature in FINEWEB.features}]


@settings(max_examples=150, deadline=None)
@given(st.lists(HOSTILE.map("".join), max_size=4))
def test_the_kernel_equals_its_twin(documents: list[str]) -> None:
    for found, text in zip(measured(*documents), documents, strict=True):
        assert found == pytest.approx(twin.fineweb(text)), repr(text)
