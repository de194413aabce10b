"""Rows fit, nothing is lost between them, and tokens are counted as they will be encoded."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from corpuskit.export.chunks import (
    TOKENS_PER_CHARACTER,
    by_characters,
    by_tokens,
    cost_table,
    group_ends,
)
from corpuskit.export.tokenizer import load
from tests.corpus import LANGUAGES, document
from tests.export.made import HOSTILE

GOOD = tuple(document(language, part) for language in LANGUAGES for part in range(5))


@pytest.mark.parametrize("limit", [14, 60, 338])
def test_rows_counted_by_a_tokenizer_fit_exactly(limit: int, tokenizer_file: Path) -> None:
    tokenizer, _ = load(tokenizer_file)
    found = by_tokens(pl.Series([*GOOD, *HOSTILE]), limit, tokenizer)
    counts = [len(e.ids) for e in tokenizer.encode_batch(found.text.to_list())]
    assert counts == found.tokens.tolist()
    assert max(counts) <= limit
    assert found.too_long == 0


@pytest.mark.parametrize("limit", [14, 60, 338])
def test_rows_are_the_documents_again(limit: int, tokenizer_file: Path) -> None:
    text = pl.Series([*HOSTILE, *GOOD])
    tokenizer, _ = load(tokenizer_file)
    for found in (by_characters(text, limit), by_tokens(text, limit, tokenizer)):
        assert "".join(found.text) == "".join(text)
        assert (found.text.str.len_bytes() > 0).all()


def test_no_row_holds_parts_of_two_documents() -> None:
    assert by_characters(pl.Series(["One.", "Two. ", "Three."]), 338).text.to_list() == [
        "One.",
        "Two. ",
        "Three.",
    ]


def test_a_sliced_column_is_cut_as_a_whole_one(tokenizer_file: Path) -> None:
    tokenizer, _ = load(tokenizer_file)
    text = pl.Series(GOOD)
    for part in (text[3:9], text.filter(pl.Series([i % 2 == 1 for i in range(len(GOOD))]))):
        assert "".join(by_characters(part, 60).text) == "".join(part)
        assert "".join(by_tokens(part, 60, tokenizer).text) == "".join(part)


def test_rows_end_at_sentences_where_sentences_fit(tokenizer_file: Path) -> None:
    text = pl.Series(["This is a short sentence. " * 100])
    for found in (by_characters(text, 50), by_tokens(text, 50, load(tokenizer_file)[0])):
        assert found.hard_cuts == 0
        assert all(row.endswith("sentence. ") for row in found.text)


def test_hard_cuts_are_counted() -> None:
    assert by_characters(pl.Series(["一" * 25]), 10).hard_cuts == 2


def test_an_empty_column_gives_no_rows(tokenizer_file: Path) -> None:
    empty = pl.Series([], dtype=pl.String)
    assert len(by_characters(empty, 338).text) == 0
    assert len(by_tokens(empty, 338, load(tokenizer_file)[0]).text) == 0


def test_characters_cost_what_the_table_says() -> None:
    table = cost_table()
    expected = {
        "a": "lower", "Z": "upper", "7": "digit", " ": "space", "\n": "line_feed",
        "-": "ascii_mark", "的": "common_han", "齄": "rare_han", "國": "rare_han",
        "。": "chinese_mark", "“": "chinese_mark", "é": "two_bytes", "я": "two_bytes",
        "ก": "three_bytes", "か": "three_bytes", "😀": "four_bytes",
    }  # fmt: skip
    for character, name in expected.items():
        assert table[ord(character)] == round(1000 * TOKENS_PER_CHARACTER[name]), character


def test_an_estimate_is_the_sum_of_its_characters_rounded_up() -> None:
    # 3 common characters and a mark: 3 × 1.0 + 1.5 = 4.5
    assert by_characters(pl.Series(["我们的。"]), 338).tokens.tolist() == [5]


def test_texts_are_encoded_in_groups_of_a_megabyte() -> None:
    sizes = pl.Series([400_000] * 6).to_numpy()
    assert group_ends(sizes).tolist() == [2, 5]


@pytest.mark.slow
def test_a_megabyte_without_a_sentence_end_fits(tokenizer_file: Path) -> None:
    tokenizer, _ = load(tokenizer_file)
    text = pl.Series(["ab" * 500_000])
    found = by_tokens(text, 338, tokenizer)
    assert "".join(found.text) == text[0]
    assert found.tokens.max() <= 338
