"""Roots: words, special characters and repetition as BigScience's filters for ROOTS count them.

A *word* is what lies between spaces, tabs and line feeds, in lower case, without the special
characters at both ends; where nothing is left there is no word, so numbers are none. A *special
character* is punctuation, a symbol, a decimal digit or white space of Unicode, or the part of an
emoji that is none of these. BigScience lists about 150 symbols besides ASCII's and the emoji; the
categories are ours, and count digits of every script.

BigScience first takes long words and words with a part of a URL out of the text, and turns other
spaces into plain ones. Here the text stays as it is, and every Unicode space separates words.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from corpuskit.features import Column, Feature, FeatureGroup, Measured
from corpuskit.features.characters import share
from corpuskit.kernels import roots as kernel

_ROOTS = "Laurençon et al. 2022 (ROOTS), by the arithmetic of BigScience's data-preparation."
_UNCUT = " Long words and URLs are not taken out first."


def _ratio(name: str, doc: str, why: str = _ROOTS + _UNCUT) -> Feature:
    return Feature(f"{name}.roots", pl.Float64(), "ratio", 0.0, doc, why)


FEATURES = (
    Feature("word_count.roots", pl.UInt32(), "words", 0,
            "Words between spaces, tabs and line feeds, special characters cut off both ends.",
            _ROOTS + _UNCUT + " Chinese is cut there into SentencePiece pieces."),
    _ratio("special_char_ratio",
           "Punctuation, symbols, digits, white space and emoji over characters.",
           _ROOTS + " It lists some 150 symbols; here they are Unicode's P*, S* and Nd."),
    _ratio("repeated_char_10gram_ratio",
           "Occurrences of the ⌊√d⌋ most frequent 10-grams of characters that come again, over "
           "10-grams; d are different ones."),
    _ratio("repeated_char_3gram_ratio",
           "The same for 3-grams; 0 where Han is under a fifth of the characters.",
           _ROOTS + " BigScience measures it for Chinese alone, by the language."),
    _ratio("repeated_word_5gram_ratio",
           "5-grams of words, in lower case, that come again, each time, over 5-grams of words."),
    _ratio("repeated_word_7gram_ratio", "The same for 7-grams; ROOTS measures Urdu by it."),
)  # fmt: skip


def measure(measured: Measured) -> dict[str, Column]:
    """Measure a batch."""
    count = kernel.count_roots(measured.buffer).T
    words, chars = count[kernel.WORDS], count[kernel.CHARS]
    values: dict[str, Column] = {
        "word_count.roots": words,
        "special_char_ratio.roots": share(count[kernel.SPECIALS], chars),
    }
    grams = [("char", chars, n) for n in kernel.CHAR_N] + [
        ("word", words, n) for n in kernel.WORD_N
    ]
    for repeated, (unit, units, n) in zip(count[kernel.REPEATED :], grams, strict=True):
        windows = np.maximum(units - n + 1, 0)
        values[f"repeated_{unit}_{n}gram_ratio.roots"] = share(repeated, windows)
    return values


ROOTS = FeatureGroup("roots", 1, FEATURES, measure)
