"""Chinese words: what FineWeb-2's rules for `cmn_Hani` measure, over the tokens of jieba.

A *token* is what `jieba.cut` gives, white space aside: a word of Han, a number or name in ASCII,
or any other single character. A *word* is a token with a character that is not in datatrove's
list of punctuation. The group needs the extra `corpuskit[zh]`, and is measured only where a rule
uses it or a recipe names it; the group `repetition` and the rule set `chinese` do without words.

The tokens are jieba's, one for one, and so are all counts. Where a duplicated n-gram is concerned,
a copy is an equal sequence of tokens here, and equal text in as many tokens in datatrove.
"""

from __future__ import annotations

import polars as pl

from corpuskit.features import Column, Feature, FeatureGroup, Measured
from corpuskit.features.by_token import by_token, gram_features
from corpuskit.features.jieba_dictionary import identity, lexicon
from corpuskit.kernels.chinese_stop_words import count_stop_words
from corpuskit.kernels.segment import segment

_SOURCE = "FineWeb-2 (Penedo et al. 2025), as datatrove 0.10 runs it with jieba."


def _per_token(name: str, doc: str) -> Feature:
    return Feature(name, pl.Float64(), "1/token", 0.0, f"{doc}; may exceed 1.", _SOURCE)


FEATURES = (
    Feature("token_count.jieba", pl.UInt32(), "tokens", 0,
            "Tokens of jieba that are not white space.", _SOURCE),
    Feature("word_count.jieba", pl.UInt32(), "words", 0,
            "Those tokens with a character that is not in datatrove's list of punctuation.",
            _SOURCE),
    Feature("mean_word_chars.jieba", pl.Float64(), "characters", 0.0,
            "Characters of those words over those words.", _SOURCE),
    Feature("alphabetic_word_ratio.jieba", pl.Float64(), "ratio", 0.0,
            "Tokens with at least one letter over tokens; Han are letters.", _SOURCE),
    _per_token("hash_marks_per_word.jieba", "Count of '#' in the text over tokens"),
    _per_token("ellipses_per_word.jieba",
               "Counts of '...' (without overlap) and '…' in the text over tokens"),
    _per_token("newlines_per_word.jieba", "Line feeds over tokens"),
    Feature("stop_word_count.jieba", pl.UInt32(), "words", 0,
            "Different tokens among FineWeb-2's 22 stop words for Chinese, in both scripts.",
            _SOURCE),
    *gram_features(
        "jieba", _SOURCE, f"{_SOURCE} There, copies may be cut otherwise, into as many tokens."
    ),
)  # fmt: skip


def measure(measured: Measured) -> dict[str, Column]:
    """Measure a batch.

    Raises
    ------
    MissingExtraError
        If jieba is not installed.
    """
    tokens = segment(measured.buffer, lexicon())
    return by_token(measured.buffer, tokens, count_stop_words(measured.buffer, tokens), "jieba")


ZH_WORDS = FeatureGroup("zh_words", 1, FEATURES, measure, dictionary=identity)
