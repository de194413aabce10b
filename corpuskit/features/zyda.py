"""Zyda: counts of characters and of traces of markup, as its filters have them.

Zyda measures the text, but divides its counts of substrings by the length of a *squeezed* text, in
which runs of ten or more of - _ / \\ line feed, carriage return . , : ? no-break space, of 40
spaces and of 20 tabs are one character. A *word character* is a letter, a number or _. Case counts.
"""

from __future__ import annotations

import polars as pl

from corpuskit.features import Column, Feature, FeatureGroup, Measured
from corpuskit.features.characters import share
from corpuskit.kernels import zyda_characters as kernel

_ZYDA = "Tokpanov et al. 2024 (arXiv:2406.01981), its published code (commit 6ed3c54)."


def _count(name: str, unit: str, doc: str, why: str = "") -> Feature:
    return Feature(name, pl.UInt32(), unit, 0, doc, _ZYDA + why)


def _ratio(name: str, doc: str, why: str = "") -> Feature:
    return Feature(name, pl.Float64(), "ratio", 0.0, doc, _ZYDA + why)


FEATURES = (
    _count("char_count.zyda", "characters", "Characters of the squeezed text."),
    Feature("mean_word_chars.zyda", pl.Float64(), "characters", 0.0,
            "Mean length of the pieces between white space - / \\ and periods, empty ones too.",
            _ZYDA),
    _ratio("nonalphanumeric_ratio.zyda",
           "Characters that are neither word characters nor white space, over all.",
           " Marks are such characters, so Indic and Thai text has many."),
    _ratio("digit_ratio.zyda", "Decimal digits (Nd) over all characters."),
    _count("character_run_count.zyda", "runs",
           "Runs of at least 7 equal word characters in the squeezed text."),
    _count("xml_count.zyda", "substrings", "Times that xml stands in the text."),
    _count("xml_declaration_count.zyda", "substrings", "Times that 'xml version=' stands there.",
           " The published pattern means <?xml version=, but its ? makes the < optional."),
    _count("lorem_ipsum_count.zyda", "substrings", "Times that lorem ipsum stands in the text."),
    Feature("links_per_char.zyda", pl.Float64(), "1/character", 0.0,
            "Times that https:// stands in the text, over characters of the squeezed text.", _ZYDA),
    Feature("angles_per_char.zyda", pl.Float64(), "1/character", 0.0,
            "Times that < stands in the text, over characters of the squeezed text; may exceed 1.",
            _ZYDA),
    Feature("quote_colons_per_char.zyda", pl.Float64(), "1/character", 0.0,
            'Times that ": stands in the text, over characters of the squeezed text.', _ZYDA),
    Feature("www_per_char.zyda", pl.Float64(), "1/character", 0.0,
            "Times that www and one more character of the line stand in the text, without "
            "overlap, over characters of the squeezed text.",
            _ZYDA + " The published pattern means www. with a period, which it does not ask for."),
)  # fmt: skip


def measure(measured: Measured) -> dict[str, Column]:
    """Measure a batch."""
    count = kernel.count_characters(measured.buffer).T
    chars, squeezed = count[kernel.CHARS], count[kernel.SQUEEZED_CHARS]
    separators = count[kernel.SEPARATORS]
    return {
        "char_count.zyda": squeezed,
        "mean_word_chars.zyda": share(chars - separators, separators + 1),
        "nonalphanumeric_ratio.zyda": share(count[kernel.OTHERS], chars),
        "digit_ratio.zyda": share(count[kernel.DIGITS], chars),
        "character_run_count.zyda": count[kernel.RUNS],
        "xml_count.zyda": count[kernel.XML],
        "xml_declaration_count.zyda": count[kernel.XML_DECLARATIONS],
        "lorem_ipsum_count.zyda": count[kernel.LOREM],
        "links_per_char.zyda": share(count[kernel.LINKS], squeezed),
        "angles_per_char.zyda": share(count[kernel.ANGLES], squeezed),
        "quote_colons_per_char.zyda": share(count[kernel.QUOTE_COLONS], squeezed),
        "www_per_char.zyda": share(count[kernel.WWW], squeezed),
    }


ZYDA = FeatureGroup("zyda", 1, FEATURES, measure)
