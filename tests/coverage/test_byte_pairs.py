"""The tokens of o200k_base are counted as its publishers count them."""

from __future__ import annotations

import base64
import hashlib

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpuskit.kernels.arrow import text_buffer
from corpuskit.kernels.byte_pairs import LONGEST_PIECE, TOKENS, count_tokens
from tests import reference_byte_pairs as plain

ALPHABET = (
    "aAbBsStTmMdDrReElLvV'’ſ  \t\r\n\u00a0\u3000\u2028\x1c\x85/.,!?-_(){}<|>0123456789٣½Ⅳ²"
    "éÉßǅʰǰ中文字あいアイ한국어ไทยภาษाक्षि\u0301\u0308\u20dd😀👩\u200d\u0000\uffff\U000e0041ꇓ𐍈"
)


def count(*texts: str) -> list[tuple[int, int]]:
    found = count_tokens(text_buffer(pl.Series(list(texts), dtype=pl.String)))
    return [tuple(row) for row in found.tolist()]


def test_the_vocabulary_is_the_one_that_tiktoken_names_by_its_digest() -> None:
    lines = (
        base64.b64encode(token) + b" %d\n" % rank for token, rank in plain.vocabulary().items()
    )
    digest = hashlib.sha256(b"".join(lines)).hexdigest()
    assert len(plain.vocabulary()) == TOKENS
    assert digest == "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"


# The numbers that OpenAI's cookbook on counting tokens prints for o200k_base.
@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("antidisestablishmentarianism", 6),
        ("2 + 2 = 4", 7),
        ("お誕生日おめでとう", 8),
    ],
)
def test_texts_have_as_many_tokens_as_their_publisher_prints(text: str, tokens: int) -> None:
    assert count(text)[0][0] == tokens


def test_bytes_of_characters_without_a_token_are_counted_apart() -> None:
    assert count("ꇓ") == [(3, 3)]
    assert count("aꇓ b") == [plain.count("aꇓ b")]
    assert count("é", "ab") == [(1, 0), (1, 0)]


def test_control_strings_of_models_are_text() -> None:
    assert count("<|endoftext|>")[0][0] > 1


@given(st.lists(st.text(st.sampled_from(ALPHABET), max_size=30), min_size=1, max_size=4))
@example(["'s it'S I'LL we'vE x'ſ y'", "HELLO Hello hELLO", "a\n\n  b", "  \r\n \t c  "])
@example(["\u0301ABC", " \u0301Abc", "\u0301\u0301", "ʰA", "Aʰ", "AʰB"])
@example(["a//\n/b", " !\n\n", "\t!", "1234567", "１２３４ Ⅳ½"])
@settings(max_examples=200, deadline=None)
def test_pieces_and_merges_are_those_of_the_published_expression(texts: list[str]) -> None:
    assert count(*texts) == [plain.count(text) for text in texts]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
@settings(max_examples=100, deadline=None)
def test_any_text_is_counted_as_the_slow_twin_does(text: str) -> None:
    assert count(text) == [plain.count(text)]


@pytest.mark.parametrize("length", [LONGEST_PIECE - 1, LONGEST_PIECE, LONGEST_PIECE + 1, 1700])
@pytest.mark.parametrize("unit", ["-", "x", "中", "é"])
def test_a_piece_that_is_too_long_is_cut_between_characters(unit: str, length: int) -> None:
    assert count(unit * length) == [plain.count(unit * length)]


def test_a_line_of_a_megabyte_takes_no_longer_than_another_text() -> None:
    (tokens, _), (bytes_, single) = count("x" * 1_000_000, "ꇓ" * 300_000)
    assert 0 < tokens < 1_000_000
    assert bytes_ == single == 900_000


def test_counts_do_not_depend_on_the_documents_before() -> None:
    texts = [f"word{number} 中{number}" * 3 for number in range(500)]
    assert count(*texts) == [count(text)[0] for text in texts]
