"""MADLAD-400: which sentences are questionable, measured on what a line cleaner left of the page.

A *sentence* is what lies between runs of . ! ? that white space follows, without the run; one of
white space alone does not count. A line end ends none, and a final mark without white space behind
it belongs to the last sentence. A *word* is a token with a letter, mark or number in it. Ratios
are over sentences, and 0 without any.

Of the published rules two are out of reach here: the language of a sentence needs a model, and
most of the list of cursed patterns is words. What needs no list is measured: a bar at the end,
three replacement characters in a row, and nine groups of 1, 3 or 4 characters with a space before
each.
"""

from __future__ import annotations

import polars as pl

from corpuskit.features import Column, Feature, FeatureGroup, Measured
from corpuskit.features.characters import share
from corpuskit.kernels import madlad_sentences as kernel

_MADLAD = "Kudugunta et al. 2023, section 2.3, as datamap-rs reads it."
_LENGTH = (
    " datamap-rs counts bytes. In scripts without spaces between words (at least half of the words "
    "of the sentence) a length says something else, and the rule is off."
)
_CURSED = (
    " Groups of 3 and 4 may hold spaces, as dots in the published patterns do. Left out: "
    "placeholder Latin, words of sites, downloads and sex, abbreviations of units and numbers, "
    "and pairs of letters between commas. datamap-rs never finds the bar: it reads that pattern as "
    "plain text."
)
_WORDS = " datamap-rs has the words of Unicode Annex 29, for which don't and 3.5 are one each."


def _ratio(name: str, doc: str, why: str) -> Feature:
    return Feature(name, pl.Float64(), "ratio", 0.0, doc, why)


FEATURES = (
    Feature("sentence_count.madlad", pl.UInt32(), "sentences", 0,
            "Pieces between runs of . ! ? that white space follows, blank ones left out.", _MADLAD),
    _ratio("list_case_sentence_ratio",
           "Sentences of at least 12 words, more than half of which start with an upper- or "
           "title-case letter, over sentences.", _MADLAD + _WORDS),
    _ratio("abnormal_length_sentence_ratio",
           "Sentences of fewer than 20 or more than 500 characters, over sentences.",
           _MADLAD + _LENGTH),
    _ratio("technical_sentence_ratio",
           "Sentences of which more than a fifth of the characters are 0-9 { } + / ( ) >, over "
           "sentences.", _MADLAD + " datamap-rs divides by bytes."),
    _ratio("cursed_sentence_ratio",
           "Sentences that end in | before white space, or have U+FFFD three times in a row or "
           "nine groups of 1, 3 or 4 characters with a space before each, over sentences.",
           _MADLAD + _CURSED),
    _ratio("questionable_sentence_ratio.olmo3",
           "Sentences in list case or cursed, over sentences.",
           "The two rules that OLMo 3 (arXiv:2512.13961) kept."),
    _ratio("questionable_sentence_ratio.madlad",
           "Sentences in list case, of abnormal length, technical or cursed, over sentences.",
           _MADLAD + " Without the language of the sentence."),
)  # fmt: skip


def measure(measured: Measured) -> dict[str, Column]:
    """Measure a batch."""
    count = kernel.count_sentences(measured.buffer, measured.tokens).T
    sentences = count[kernel.SENTENCES]
    return {
        "sentence_count.madlad": sentences,
        "list_case_sentence_ratio": share(count[kernel.LIST_CASE], sentences),
        "abnormal_length_sentence_ratio": share(count[kernel.ABNORMAL], sentences),
        "technical_sentence_ratio": share(count[kernel.TECHNICAL], sentences),
        "cursed_sentence_ratio": share(count[kernel.CURSED], sentences),
        "questionable_sentence_ratio.olmo3": share(count[kernel.CASE_OR_CURSED], sentences),
        "questionable_sentence_ratio.madlad": share(count[kernel.QUESTIONABLE], sentences),
    }


MADLAD = FeatureGroup("madlad", 1, FEATURES, measure, of_left=True)
