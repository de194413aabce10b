"""Dolma 3: the page filters of its web recipe, which count bytes where others count characters.

A *word* lies between white space. A *line* lies between line feeds; what is repeated are lines and
paragraphs (pieces between two line feeds) that are not empty, as they stand, and every copy of them
counts, the first too. Values are as datamap-rs has them: a text without words or lines is all
repetition, and one of a single word has no letters.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from corpuskit.features import Column, Feature, FeatureGroup, Measured
from corpuskit.features.characters import share
from corpuskit.kernels import dolma3 as kernel
from corpuskit.kernels.tokenise import IS_SYMBOL

_DOLMA = "OLMo 3 (arXiv:2512.13961), section 3.4.1, as datamap-rs (commit f771794) runs it."
_WIDE = (
    " Outside ASCII it has the words of Unicode Annex 29, for which don't and 3.5 are one each; "
    "here these are tokens with a letter, mark or number."
)


def _count(name: str, unit: str, doc: str, why: str = "") -> Feature:
    return Feature(name, pl.UInt32(), unit, 0, doc, _DOLMA + why)


def _ratio(name: str, doc: str, empty: float = 0.0, why: str = "") -> Feature:
    return Feature(name, pl.Float64(), "ratio", empty, doc, _DOLMA + why)


FEATURES = (
    _count("char_count.dolma3", "characters", "Characters, white space included."),
    _count("word_count.dolma3", "words",
           "Runs of letters and digits if the text is ASCII, else tokens that are words.", _WIDE),
    Feature("mean_word_bytes.dolma3", pl.Float64(), "bytes", 0.0, "Bytes of words over words.",
            _DOLMA),
    Feature("symbols_per_word.dolma3", pl.Float64(), "1/word", 0.0,
            "Counts of # and ... and '. . .' and … over words, a '. . .' being one word; over 1 "
            "without words; may exceed 1.", _DOLMA),
    _ratio("bullet_line_ratio.dolma3",
           "Lines that start with ● • * or - over lines; neither stripped, blank lines count."),
    _ratio("ellipsis_line_ratio.dolma3",
           "Lines that end in ... or '. . .' or …, a carriage return aside, over lines that are "
           "not empty."),
    _ratio("no_letter_word_ratio.dolma3",
           "Words without a letter (Unicode L*) over words; 1 with fewer than two words.", 1.0,
           " It also takes marks and circled letters for letters."),
    _count("stop_word_count.dolma3", "words",
           "Words that are the, be, to, of, and, that, have or with in any case, each time."),
    _ratio("repeated_line_ratio.dolma3",
           "Lines that stand more than once over lines that are not empty.", 1.0),
    _ratio("repeated_line_byte_ratio.dolma3", "Bytes of those lines over bytes of lines.", 1.0),
    _ratio("repeated_paragraph_ratio.dolma3",
           "Paragraphs that stand more than once over paragraphs that are not empty.", 1.0),
    _ratio("repeated_paragraph_byte_ratio.dolma3",
           "Bytes of those paragraphs over bytes of paragraphs.", 1.0),
)  # fmt: skip


def measure(measured: Measured) -> dict[str, Column]:
    """Measure a batch."""
    count = kernel.count_texts(measured.buffer).T
    words, lines, paragraphs = count[kernel.WORDS], count[kernel.PIECES], count[kernel.PARAGRAPHS]
    tokens = measured.tokens
    solid = np.concatenate([[0], np.cumsum(tokens.kind & IS_SYMBOL == 0)])
    wide = solid[tokens.offsets[1:]] - solid[tokens.offsets[:-1]]
    joined = np.maximum(words - 2 * count[kernel.SPACED_ELLIPSES], 1)
    letterless = share(count[kernel.WITHOUT_LETTER], words)
    values: dict[str, Column] = {
        "char_count.dolma3": count[kernel.CHARS],
        "word_count.dolma3": np.where(count[kernel.WIDE_CHARS] > 0, wide, count[kernel.ASCII_RUNS]),
        "mean_word_bytes.dolma3": share(count[kernel.WORD_BYTES], words),
        "symbols_per_word.dolma3": share(count[kernel.SYMBOLS], joined),
        "bullet_line_ratio.dolma3": share(count[kernel.BULLETS], count[kernel.LINES]),
        "ellipsis_line_ratio.dolma3": share(count[kernel.ELLIPSES], count[kernel.FILLED_LINES]),
        "no_letter_word_ratio.dolma3": np.where(words < 2, 1.0, letterless),
        "stop_word_count.dolma3": count[kernel.STOPS],
    }
    for name, first, whole in (
        ("line", kernel.PIECES, lines),
        ("paragraph", kernel.PARAGRAPHS, paragraphs),
    ):
        repeated, by_bytes = (
            share(count[first + 2], whole),
            share(count[first + 3], count[first + 1]),
        )
        values[f"repeated_{name}_ratio.dolma3"] = np.where(whole == 0, 1.0, repeated)
        values[f"repeated_{name}_byte_ratio.dolma3"] = np.where(whole == 0, 1.0, by_bytes)
    return values


DOLMA3 = FeatureGroup("dolma3", 1, FEATURES, measure)
