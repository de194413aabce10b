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
from corpuskit.features.characters import share
from corpuskit.features.jieba_dictionary import identity, lexicon
from corpuskit.kernels import gopher_words, repetition, words
from corpuskit.kernels.chinese_stop_words import count_stop_words
from corpuskit.kernels.segment import segment

_SOURCE = "FineWeb-2 (Penedo et al. 2025), as datatrove 0.10 runs it with jieba."
_GRAMS = len(repetition.TOP_N) + len(repetition.DUPLICATE_N)


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
    *(
        Feature(
            f"top_{n}gram_char_ratio.jieba", pl.Float64(), "ratio", 0.0,
            f"Most frequent {n}-gram of tokens: characters, joined by spaces, × count, over the "
            "characters of the text; of equally frequent ones the first.", _SOURCE,
        )
        for n in repetition.TOP_N
    ),
    *(
        Feature(
            f"duplicate_{n}gram_char_ratio.jieba", pl.Float64(), "ratio", 0.0,
            f"Scan: a {n}-gram of tokens seen before adds its characters and is jumped over, "
            "another is remembered; over the characters of the text.",
            f"{_SOURCE} There, copies may be cut otherwise, into as many tokens.",
        )
        for n in repetition.DUPLICATE_N
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
    count = words.count_words(measured.buffer, tokens).T
    gopher = gopher_words.count_gopher_words(measured.buffer, tokens).T
    repeated = repetition.repeated_chars(measured.buffer, tokens).T
    every = count[words.TOKENS]
    return {
        "token_count.jieba": every,
        "word_count.jieba": gopher[gopher_words.WORDS],
        "mean_word_chars.jieba": share(gopher[gopher_words.WORD_CHARS], gopher[gopher_words.WORDS]),
        "alphabetic_word_ratio.jieba": share(count[words.WITH_LETTER], every),
        "hash_marks_per_word.jieba": share(count[words.HASH_MARKS], every),
        "ellipses_per_word.jieba": share(count[words.ELLIPSES], every),
        "newlines_per_word.jieba": share(count[words.NEWLINES], every),
        "stop_word_count.jieba": count_stop_words(measured.buffer, tokens),
        **{
            feature.name: share(chars, repeated[repetition.LENGTH])
            for feature, chars in zip(FEATURES[-_GRAMS:], repeated, strict=False)
        },
    }


ZH_WORDS = FeatureGroup("zh_words", 1, FEATURES, measure, dictionary=identity)
