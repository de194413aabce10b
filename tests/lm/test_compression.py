"""Baselines in bits per byte: xz alone, xz given the training text, unigram entropy."""

from __future__ import annotations

import lzma
import math
import random

import numpy as np
import polars as pl
import pytest

from corpuskit.lm import compression


def noise(seed: int, size: int) -> str:
    """Make text that nothing compresses below six bits a byte: 64 letters at random."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return "".join(random.Random(seed).choices(letters, k=size))


def test_random_letters_cost_their_six_bits() -> None:
    found = compression.xz_bits_per_byte(pl.Series([noise(1, 40_000)]))
    assert 6.0 < found < 6.4


def test_known_text_costs_nearly_nothing_and_unknown_text_what_it_costs_alone() -> None:
    held_out = pl.Series([noise(1, 40_000)])
    alone = compression.xz_bits_per_byte(held_out)
    known = compression.xz_bits_per_byte_given(held_out, pl.Series([noise(2, 5_000), *held_out]))
    unknown = compression.xz_bits_per_byte_given(held_out, pl.Series([noise(3, 50_000)]))
    assert known < 0.05
    assert unknown == pytest.approx(alone, rel=0.02)


def test_the_dictionary_reaches_the_first_document_of_a_full_training_sample() -> None:
    held_out = pl.Series([noise(1, 30_000)])
    filling = "".join(chr(97 + i % 26) for i in range(64)) * (compression.TRAIN_BYTES // 64)
    train = pl.Series([held_out[0], filling])
    assert compression.xz_bits_per_byte_given(held_out, train) < 0.1
    assert compression.HELD_OUT_BYTES + compression.TRAIN_BYTES < compression.DICTIONARY_BYTES


def test_no_training_text_leaves_the_text_alone() -> None:
    held_out = pl.Series(["The same words, the same price."])
    alone = compression.xz_bits_per_byte(held_out)
    empty = compression.xz_bits_per_byte_given(held_out, pl.Series([], dtype=pl.String))
    assert empty == pytest.approx(alone, abs=8 * 2 / 31)  # an empty stream has an end mark


def test_no_text_has_no_rate() -> None:
    nothing = pl.Series([], dtype=pl.String)
    assert math.isnan(compression.xz_bits_per_byte(nothing))
    assert math.isnan(compression.xz_bits_per_byte(pl.Series([""])))
    assert math.isnan(compression.xz_bits_per_byte_given(nothing, pl.Series(["a"])))


@pytest.mark.parametrize(
    ("limit", "joined"),
    [(0, (b"", 0)), (1, (b"a\n", 1)), (2, (b"ab\n", 2)), (3, (b"ab\n\xc3\n", 3)),
     (4, (b"ab\n\xc3\xa9\n", 4)), (9, (b"ab\n\xc3\xa9\ncd\n", 6))],
)  # fmt: skip
def test_text_is_cut_at_its_bound_and_line_feeds_are_not_counted(
    limit: int, joined: tuple[bytes, int]
) -> None:
    assert compression.joined(pl.Series(["ab", "é", "cd"]), limit) == joined


def test_the_stream_can_be_decompressed() -> None:
    data = b"na" * 500
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 6, "dict_size": compression.DICTIONARY_BYTES}]
    stream = lzma.compress(data, format=lzma.FORMAT_RAW, filters=filters)
    assert compression.compressed_bytes(data) == len(stream)
    assert lzma.decompress(stream, lzma.FORMAT_RAW, filters=filters) == data


@pytest.mark.parametrize(
    ("tokens", "bits"), [([3], 0.0), ([0, 1], 1.0), ([0, 0, 1, 2], 1.5), ([7, 8, 9, 10], 2.0)]
)
def test_unigram_entropy_is_that_of_the_frequencies(tokens: list[int], bits: float) -> None:
    found = compression.unigram_entropy(np.array(tokens, np.uint16))
    assert found / math.log(2) == pytest.approx(bits, abs=1e-12)


def test_no_tokens_have_no_entropy() -> None:
    assert compression.unigram_entropy(np.empty(0, np.uint16)) == 0.0


def test_bits_per_byte_spread_the_tokens_bits_over_the_text() -> None:
    assert compression.bits_per_byte(math.log(2), tokens=3, text_bytes=6) == pytest.approx(0.5)
