"""Words: how many, how long, and how many of them are words at all.

A *token* is a word or a punctuation mark, cut as spaCy's blank English tokeniser does; a *word*
is a token with a letter, mark or number in it. In scripts written without spaces each character,
with its marks, is a token: `spaceless_ratio` tells how much of a text is counted that way, and
rules about word length or stop words are guarded by it. A text without tokens measures 0.

On English web text the tokens are those of datatrove 0.10 with spaCy but for a few per mille:
"cannot", "gonna" and contractions without apostrophe stay whole here, emoticons are cut into
marks, a zero-width space separates words, and Chinese inside English is cut into characters.
"""

from __future__ import annotations

import polars as pl

from corpuskit.features import Column, Feature, FeatureGroup, Measured
from corpuskit.features.characters import share
from corpuskit.kernels import words as kernel

_GOPHER = "Rae et al. 2021, table A1, as datatrove 0.10 runs it; tokens as this module says."
_SYMBOLS = (
    " datatrove has a list of punctuation, so that symbols outside it (•, ©, emoji) are words."
)


def _ratio(name: str, doc: str, why: str = _GOPHER) -> Feature:
    return Feature(name, pl.Float64(), "ratio", 0.0, doc, why)


FEATURES = (
    Feature("token_count", pl.UInt32(), "tokens", 0, "Words and punctuation marks.", _GOPHER),
    Feature("word_count", pl.UInt32(), "words", 0, "Tokens with a letter, mark or number.",
            _GOPHER + _SYMBOLS),
    Feature("mean_word_chars", pl.Float64(), "characters", 0.0,
            "Characters of all words over words.", _GOPHER + _SYMBOLS),
    Feature("max_word_chars", pl.UInt32(), "characters", 0, "Characters of the longest word."),
    _ratio("alphabetic_word_ratio", "Tokens with at least one letter over tokens."),
    Feature("hash_marks_per_word", pl.Float64(), "1/token", 0.0,
            "Count of '#' in the text over tokens; may exceed 1.", _GOPHER),
    Feature("ellipses_per_word", pl.Float64(), "1/token", 0.0,
            "Counts of '...' (without overlap) and '…' in the text over tokens; may exceed 1.",
            _GOPHER),
    Feature("newlines_per_word", pl.Float64(), "1/token", 0.0,
            "Line feeds over tokens; may exceed 1.",
            "FineWeb (Penedo et al. 2024), as datatrove 0.10 runs it."),
    Feature("stop_word_count", pl.UInt32(), "words", 0,
            "Different words among the, be, to, of, and, that, have, with; case counts.",
            _GOPHER + " The published FineWeb counts occurrences."),
    _ratio("spaceless_ratio", "Words that are a character of a script without spaces, over words.",
           "Own."),
)  # fmt: skip


def measure(measured: Measured) -> dict[str, Column]:
    """Measure a batch."""
    count = kernel.count_words(measured.buffer, measured.tokens).T
    tokens, words = count[kernel.TOKENS], count[kernel.WORDS]
    return {
        "token_count": tokens,
        "word_count": words,
        "mean_word_chars": share(count[kernel.WORD_CHARS], words),
        "max_word_chars": count[kernel.LONGEST],
        "alphabetic_word_ratio": share(count[kernel.WITH_LETTER], tokens),
        "hash_marks_per_word": share(count[kernel.HASH_MARKS], tokens),
        "ellipses_per_word": share(count[kernel.ELLIPSES], tokens),
        "newlines_per_word": share(count[kernel.NEWLINES], tokens),
        "stop_word_count": count[kernel.STOPS],
        "spaceless_ratio": share(count[kernel.SPACELESS_WORDS], words),
    }


WORDS = FeatureGroup("words", 1, FEATURES, measure)
