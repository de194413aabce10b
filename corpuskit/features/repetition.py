"""Repetition: how much of a text is said more than once, in n-grams of tokens or characters.

Gopher's arithmetic. A top n-gram counts overlapping copies, and its first copy too, so those
values can exceed 1, and a text of one n-gram has more than 0. Duplicated n-grams are what a scan
from the left has met before; it jumps over each, so those values lie in [0, 1]. All are over the
characters of the text, white space included, and 0 for a text shorter than the n-gram.

A copy is an equal sequence of tokens. datatrove compares tokens joined with nothing between, so
that "ab c" equals "a bc" there; in text that happens where one spelling is cut in two ways, too
rarely to move a value. Where words are characters (Chinese, Thai), token n-grams are character
n-grams and Gopher's bounds do not fit; the last two features are for such texts.
"""

from __future__ import annotations

import polars as pl

from corpuskit.features import Column, Feature, FeatureGroup, Measured
from corpuskit.features.characters import share
from corpuskit.kernels import repetition as kernel

_GOPHER = "Rae et al. 2021, table A1, as datatrove 0.10 runs it."
_CHINESE = (
    "After FineWeb-2's duplicated word 10-grams and MAP-NEO's top n-grams, in characters. White "
    "space is left out, zero-width spaces with it. 0 where spaceless_ratio is below 0.2."
)

FEATURES = (
    *(
        Feature(
            f"top_{n}gram_char_ratio", pl.Float64(), "ratio", 0.0,
            f"Most frequent {n}-gram of tokens: characters, joined by spaces, × count, over the "
            "characters of the text; of equally frequent ones the first.", _GOPHER,
        )
        for n in kernel.TOP_N
    ),
    *(
        Feature(
            f"duplicate_{n}gram_char_ratio", pl.Float64(), "ratio", 0.0,
            f"Scan: a {n}-gram of tokens seen before adds its characters and is jumped over, "
            "another is remembered; over the characters of the text.", _GOPHER,
        )
        for n in kernel.DUPLICATE_N
    ),
    Feature(
        "top_char_4gram_ratio", pl.Float64(), "ratio", 0.0,
        "4 × count of the most frequent 4-gram of characters, over characters not white space.",
        _CHINESE,
    ),
    Feature(
        "duplicate_char_20gram_ratio", pl.Float64(), "ratio", 0.0,
        "The same scan over 20-grams of characters, over characters not white space.", _CHINESE,
    ),
)  # fmt: skip


def measure(measured: Measured) -> dict[str, Column]:
    """Measure a batch."""
    count = kernel.repeated_chars(measured.buffer, measured.tokens).T
    length, solid = count[kernel.LENGTH], count[kernel.SOLID]
    by_token = {
        feature.name: share(chars, length)
        for feature, chars in zip(FEATURES, count[: kernel.TOP_CHARS], strict=False)
    }
    return {
        **by_token,
        "top_char_4gram_ratio": share(count[kernel.TOP_CHARS], solid),
        "duplicate_char_20gram_ratio": share(count[kernel.DUPLICATE_CHARS], solid),
    }


REPETITION = FeatureGroup("repetition", 1, FEATURES, measure)
