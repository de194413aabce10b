"""RefinedWeb: what its line-wise corrections take out of the page, and the share of its words.

The group runs the cleaner on the page, whether the recipe has it or not, and shares that with a
recipe that has it. Lines lie between line feeds of the stripped page; characters are those of a
line as it stands.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from corpuskit.features import Column, Feature, FeatureGroup, Measured
from corpuskit.kernels import refinedweb_lines as kernel
from corpuskit.kernels.dclm_words import count_fasttext_words

_SOURCE = (
    "Penedo et al. 2023, arXiv:2306.01116, with the numbers of DCLM (Li et al. 2024), since the "
    "paper prints none."
)
_UPPER = " Title-case letters (ǅ) are no upper case."
_DIGITS = " Digits are Nd; DCLM has ² and ① too, whose lines go as one word here."
_PHRASES = (
    " Of the phrases that RefinedWeb looked for this is an example that it prints; its list may "
    "have had more. Upper-case ASCII counts as lower case."
)
_CAUSES = {
    "uppercase": ("More than half of its characters are upper case.", _UPPER),
    "digits": ("More than 0.999999 of its characters are decimal digits.", _DIGITS),
    "counter": ("It counts likes, shares, comments, views or the like, in any case: a number, "
                "perhaps k, m or b, white space, the word, marks around.", ""),
    "one_word": ("It has one word between white space, or is white space.", ""),
    "items_in_cart": ("Nothing is left without 'items in cart'.", _PHRASES),
    "read_more": ("Nothing is left without a final 'read more' and three characters.", _PHRASES),
    "sign_in": ("Nothing is left without 'sign-in' at its start.", _PHRASES),
}  # fmt: skip


def _count(name: str, unit: str, doc: str, more: str = "") -> Feature:
    return Feature(f"{name}.refinedweb", pl.UInt32(), unit, 0, doc, _SOURCE + more)


FEATURES = (
    Feature("removed_word_ratio.refinedweb", pl.Float64(), "ratio", 1.0,
            "Words that the corrections take out over words before; 1 where there were none. Words "
            "are those of word_count.dclm.",
            _SOURCE + " A page that starts with white space beyond ASCII can gain a word: that is "
            "0 here, below 0 there."),
    _count("kept_line_count", "lines", "Lines left that are not empty."),
    *(_count(f"removed_line_count.{cause}", "lines",
             f"Lines of which this is the first fault, phrases last: {doc}", more)
      for cause, (doc, more) in _CAUSES.items()),
    *(_count(f"removed_char_count.{cause}", "characters",
             "Characters of those lines, and of the phrase in lines that stay."
             if cause in kernel.EDITS else "Characters of those lines.")
      for cause in _CAUSES),
    *(_count(f"edited_line_count.{phrase}", "lines",
             "Lines of at most ten words that the phrase was cut out of, whatever is left.")
      for phrase in kernel.EDITS),
)  # fmt: skip


def measure(measured: Measured) -> dict[str, Column]:
    """Measure a batch."""
    left = measured.after("refinedweb")
    assert left.removed is not None
    count = left.removed.T
    before = count_fasttext_words(measured.buffer)
    removed = np.maximum(before - count_fasttext_words(left.buffer), 0)
    values: dict[str, Column] = {
        "removed_word_ratio": np.where(before > 0, removed / np.maximum(before, 1), 1.0),
        "kept_line_count": count[kernel.KEPT_LINES],
    }
    for number, cause in enumerate(kernel.CAUSES):
        values[f"removed_line_count.{cause}"] = count[kernel.REMOVED_LINES + number]
        values[f"removed_char_count.{cause}"] = count[kernel.REMOVED_CHARS + number]
    for number, phrase in enumerate(kernel.EDITS):
        values[f"edited_line_count.{phrase}"] = count[kernel.EDITED_LINES + number]
    return {f"{name}.refinedweb": column for name, column in values.items()}


REFINEDWEB = FeatureGroup("refinedweb", 1, FEATURES, measure)
