"""What FineWeb-2's rules measure, over any tokens: for the groups `zh_words` and `fineweb2`."""

from __future__ import annotations

from typing import Any, Final

import numpy.typing as npt
import polars as pl

from corpuskit.features import Column, Feature
from corpuskit.features.characters import share
from corpuskit.kernels import gopher_words, repetition, words
from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.tokenise import Tokens

TOPS: Final = tuple(f"top_{n}gram_char_ratio" for n in repetition.TOP_N)
DUPLICATES: Final = tuple(f"duplicate_{n}gram_char_ratio" for n in repetition.DUPLICATE_N)


def gram_features(variant: str, top: str, duplicate: str) -> tuple[Feature, ...]:
    """Declare the n-grams of a variant, with the `why` of top and of duplicated ones."""
    return (
        *(
            Feature(
                f"{name}.{variant}", pl.Float64(), "ratio", 0.0,
                f"Most frequent {n}-gram of tokens: characters, joined by spaces, × count, over "
                "the characters of the text; of equally frequent ones the first.", top,
            )
            for n, name in zip(repetition.TOP_N, TOPS, strict=True)
        ),
        *(
            Feature(
                f"{name}.{variant}", pl.Float64(), "ratio", 0.0,
                f"Scan: a {n}-gram of tokens seen before adds its characters and is jumped over, "
                "another is remembered; over the characters of the text.", duplicate,
            )
            for n, name in zip(repetition.DUPLICATE_N, DUPLICATES, strict=True)
        ),
    )  # fmt: skip


def by_token(
    buffer: TextBuffer, tokens: Tokens, stop_words: npt.NDArray[Any], variant: str
) -> dict[str, Column]:
    """Measure the columns of a variant, by name."""
    count = words.count_words(buffer, tokens).T
    gopher = gopher_words.count_gopher_words(buffer, tokens).T
    repeated = repetition.repeated_chars(buffer, tokens).T
    every = count[words.TOKENS]
    values: dict[str, Column] = {
        "token_count": every,
        "word_count": gopher[gopher_words.WORDS],
        "mean_word_chars": share(gopher[gopher_words.WORD_CHARS], gopher[gopher_words.WORDS]),
        "alphabetic_word_ratio": share(count[words.WITH_LETTER], every),
        "hash_marks_per_word": share(count[words.HASH_MARKS], every),
        "ellipses_per_word": share(count[words.ELLIPSES], every),
        "newlines_per_word": share(count[words.NEWLINES], every),
        "stop_word_count": stop_words,
        **{
            name: share(chars, repeated[repetition.LENGTH])
            for name, chars in zip(TOPS + DUPLICATES, repeated, strict=False)
        },
    }
    return {f"{name}.{variant}": column for name, column in values.items()}
