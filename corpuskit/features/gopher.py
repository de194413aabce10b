"""Gopher: words as datatrove's Gopher rules count them, beside those of the group `words`.

datatrove has a list of punctuation of its own. A token is a word when one of its characters is
not in that list: so •, © and emoji are words, which `word_count` leaves out, and a fullwidth １ is
none. The bounds were published with that arithmetic, and a few documents in a thousand stand
between the two.
"""

from __future__ import annotations

import polars as pl

from corpuskit.features import Column, Feature, FeatureGroup, Measured
from corpuskit.features.characters import share
from corpuskit.kernels import gopher_words as kernel

_GOPHER = "Rae et al. 2021, table A1, as datatrove 0.10 runs it; its list of punctuation."

FEATURES = (
    Feature("word_count.gopher", pl.UInt32(), "words", 0,
            "Tokens with a character that is not in datatrove's list of punctuation.", _GOPHER),
    Feature("mean_word_chars.gopher", pl.Float64(), "characters", 0.0,
            "Characters of those tokens over those tokens.", _GOPHER),
    Feature("stop_word_count.all", pl.UInt32(), "words", 0,
            "Words that are the, be, to, of, and, that, have or with, each time; case counts.",
            "datatrove 0.2, with which FineWeb was made in April 2024."),
)  # fmt: skip


def measure(measured: Measured) -> dict[str, Column]:
    """Measure a batch."""
    count = kernel.count_gopher_words(measured.buffer, measured.tokens).T
    return {
        "word_count.gopher": count[kernel.WORDS],
        "mean_word_chars.gopher": share(count[kernel.WORD_CHARS], count[kernel.WORDS]),
        "stop_word_count.all": count[kernel.STOPS],
    }


GOPHER = FeatureGroup("gopher", 1, FEATURES, measure)
