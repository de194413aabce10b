"""RedPajama-2: its quality signals of a document, as far as they need no model and no word list.

*Words* are those of the normalised text: ASCII punctuation deleted, lower case, cut at white
space. RedPajama-2 also decomposes letters with marks (NFD); here é stays one character, so means
and shares of characters in words differ where a language has many. *Raw tokens* are runs of
letters, numbers and _, or runs of neither that hold no white space, in the text as it is; a
combining mark is neither. A *line* ends with a line feed, and blank lines are lines.

RedPajama-2 writes null where there is nothing to divide by, and 8 digits; here it is 0, and all
digits. Its signals of lines are lists; here each is one number a document, over all its lines.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from corpuskit.features import Column, Feature, FeatureGroup, Measured
from corpuskit.features.characters import share
from corpuskit.kernels import redpajama2 as kernel
from corpuskit.kernels import redpajama2_classes as columns
from corpuskit.kernels.repetition import DUPLICATE_N, TOP_N

_SIGNALS = "Weber et al. 2024 (RedPajama-2), by the arithmetic of its code; words as above."
_LINES = _SIGNALS + " It is a value for each line there."
_SHORT = {15: ("de", "6.451", "German"), 18: ("fr_it", "5.445 and 5.544", "French and Italian"),
          19: ("en_es", "5.165 and 5.257", "English and Spanish")}  # fmt: skip


def _count(name: str, unit: str, doc: str) -> Feature:
    return Feature(f"{name}.redpajama2", pl.UInt32(), unit, 0, doc, _SIGNALS)


def _number(name: str, unit: str, doc: str, why: str = _SIGNALS) -> Feature:
    return Feature(f"{name}.redpajama2", pl.Float64(), unit, 0.0, doc, why)


def _ratio(name: str, doc: str, why: str = _SIGNALS) -> Feature:
    return _number(name, "ratio", doc, why)


FEATURES = (
    _count("word_count", "words", "Words of the normalised text."),
    _count("sentence_count", "sentences",
           "Runs without . ! ? that hold a letter, a number or _."),
    _count("line_count", "lines", "Lines, blank ones too; a line feed at the end opens none."),
    _number("mean_word_chars", "characters", "Characters of words over words."),
    _ratio("unique_word_ratio", "Different words over words."),
    _number("unigram_entropy", "nats", "Entropy of the words, by natural logarithms."),
    _number("symbols_per_token", "1/token",
            "Counts of '#', '...' (without overlap) and '…' over raw tokens; may exceed 1."),
    _ratio("not_latin_token_ratio", "Raw tokens without a letter of a-z or A-Z over raw tokens.",
           _SIGNALS + " It says nothing about texts in other scripts."),
    _ratio("all_caps_token_ratio",
           "Raw tokens with an upper-case letter and none of lower or title case, over raw tokens.",
           _SIGNALS + " Case is Unicode's category; Ⅷ and Ⓐ have none."),
    _ratio("curly_bracket_ratio", "Curly brackets over characters."),
    _number("lorem_ipsum_per_char", "1/character",
            "Count of 'lorem ipsum' over the characters of the normalised text."),
    *(
        _number(f"top_{n}gram_char_ratio", "ratio",
                f"Most frequent {n}-gram of words: its characters × count, over characters of "
                "words; 0 where none comes twice, may exceed 1.")
        for n in TOP_N
    ),
    *(
        _ratio(f"duplicate_{n}gram_char_ratio",
               f"Characters of words inside {n}-grams that come again, the first copy too, each "
               "word once, over characters of words.")
        for n in DUPLICATE_N
    ),
    _ratio("ellipsis_line_ratio", "Lines that end in '...' or '…' before white space, over lines."),
    _ratio("terminal_line_ratio", "Lines that end in . ! ? or ” before white space, over lines.",
           _LINES),
    _ratio("bullet_line_ratio", "Lines that start with one of ten bullets after white space, over "
           "lines; – is one, - and * are none.", _LINES),
    _number("words_per_line", "words", "Words over lines.", _LINES),
    _ratio("number_char_ratio",
           "Numbers (Unicode N*) over characters of normalised lines, spaces between words too.",
           _LINES),
    _ratio("uppercase_char_ratio", "Upper-case letters over characters that are no line feeds.",
           _LINES),
    *(
        Feature(f"short_line_ratio.redpajama2_{_SHORT[words][0]}", pl.Float64(), "ratio", 0.0,
                f"Lines of at most {words} words over lines.",
                f"For {_SHORT[words][2]}: under 100 characters at {_SHORT[words][1]} a word.")
        for words in columns.SHORT_WORDS
    ),
)  # fmt: skip


def measure(measured: Measured) -> dict[str, Column]:
    """Measure a batch."""
    counts, entropy = kernel.count_signals(measured.buffer)
    count = counts.T
    words, chars, lines = (count[k] for k in (columns.WORDS, columns.WORD_CHARS, columns.LINES))
    tokens, length = count[columns.TOKENS], count[columns.CHARS]
    text_chars = chars + np.maximum(words - 1, 0)
    line_chars = chars + words - count[columns.WORD_LINES]
    grams = [f"top_{n}gram_char_ratio" for n in TOP_N]
    grams += [f"duplicate_{n}gram_char_ratio" for n in DUPLICATE_N]
    values: dict[str, Column] = {
        "word_count": words,
        "sentence_count": count[columns.SENTENCES],
        "line_count": lines,
        "mean_word_chars": share(chars, words),
        "unique_word_ratio": share(count[columns.DIFFERENT], words),
        "unigram_entropy": entropy,
        "symbols_per_token": share(count[columns.SYMBOLS], tokens),
        "not_latin_token_ratio": share(count[columns.TOKENS_NOT_LATIN], tokens),
        "all_caps_token_ratio": share(count[columns.TOKENS_ALL_CAPS], tokens),
        "curly_bracket_ratio": share(count[columns.BRACES], length),
        "lorem_ipsum_per_char": share(count[columns.LOREM], text_chars),
        **{
            name: share(part, chars) for name, part in zip(grams, count[columns.TOP :], strict=True)
        },
        "ellipsis_line_ratio": share(count[columns.ELLIPSIS_LINES], lines),
        "terminal_line_ratio": share(count[columns.TERMINAL_LINES], lines),
        "bullet_line_ratio": share(count[columns.BULLET_LINES], lines),
        "words_per_line": share(words, lines),
        "number_char_ratio": share(count[columns.NUMBERS], line_chars),
        "uppercase_char_ratio": share(count[columns.UPPERS], length - count[columns.NEWLINES]),
    }
    short = {
        f"short_line_ratio.redpajama2_{_SHORT[words][0]}": share(
            count[columns.SHORT_LINES + k], lines
        )
        for k, words in enumerate(columns.SHORT_WORDS)
    }
    return {f"{name}.redpajama2": value for name, value in values.items()} | short


REDPAJAMA2 = FeatureGroup("redpajama2", 1, FEATURES, measure)
