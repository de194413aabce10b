"""NeMo Curator: the heuristic filters of its English pipeline, on words between white space.

A *word* is what lies between white space, marks included. A *line* lies between line feeds and is
not blank; it is compared as it stands and looked at stripped. A *paragraph* is a piece between two
line feeds, blank ones too. The published filters fail on a text without words; here its shares of
words and lines are 0, and too few words drop it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.features import Column, Feature, FeatureGroup, Measured
from corpuskit.features.characters import share
from corpuskit.kernels import nemo_grams as gram_kernel
from corpuskit.kernels import nemo_lines as line_kernel
from corpuskit.kernels import nemo_words as kernel
from corpuskit.kernels.repetition import DUPLICATE_N, TOP_N

_NEMO = "NeMo Curator (commit 1e2e427), its English heuristic filters."
_POLICY = (
    " The nine short phrases of the published list; left out are three whole sentences of cookie "
    "notices. ASCII letters in any case."
)
_TOP = (
    " Of equally frequent ones the first, where the published code takes any. It counts what is "
    "gone when the words, joined by single spaces, are deleted from the text."
)
_LATER = " The spaces between the words count, and each word once."


def _count(name: str, unit: str, doc: str) -> Feature:
    return Feature(name, pl.UInt32(), unit, 0, doc, _NEMO)


def _ratio(name: str, doc: str, why: str = "", empty: float = 0.0) -> Feature:
    return Feature(name, pl.Float64(), "ratio", empty, doc, _NEMO + why)


FEATURES = (
    _count("word_count.nemo", "words", "Words."),
    Feature("mean_word_chars.nemo", pl.Float64(), "characters", 0.0,
            "Characters of words over words.", _NEMO),
    _count("max_word_chars.nemo", "characters", "Characters of the longest word."),
    _count("stop_word_count.nemo", "words",
           "Words that are the, be, to, of, and, that, have or with, each time; case counts."),
    _ratio("alphabetic_word_ratio.nemo", "Words with a letter (Unicode L*) over words.",
           " The published pattern also takes marks and circled letters for letters."),
    _ratio("symbol_word_ratio.nemo",
           "Words that are an ellipsis (... … [...] […] (...) -»), or have more than one run of # "
           "for two characters, over words."),
    _ratio("other_char_ratio.nemo",
           "Characters other than ASCII letters, digits, line feed and ? ! , . over all; spaces "
           "are others.", empty=1.0),
    _ratio("digit_ratio.nemo", "Decimal digits (Nd) over all characters.", empty=1.0),
    _ratio("url_char_ratio.nemo",
           "Characters of links that start with http:// or https://, up to white space, \" # ` { | "
           "} ~ or a character outside ASCII, over all characters.", empty=1.0),
    _ratio("blank_char_ratio.nemo",
           "Tabs, line feeds, carriage returns, backspaces and spaces over all characters.",
           empty=1.0),
    _ratio("bracket_char_ratio.nemo", "{ } [ ] ( ) ⟨ ⟩ over all characters.", empty=1.0),
    _ratio("policy_paragraph_ratio.nemo",
           "Paragraphs that speak of terms of use, privacy or cookies, over paragraphs; 1 if one "
           "says lorem ipsum.", _POLICY),
    _ratio("bullet_line_ratio.nemo",
           "Lines that start with one of • ‣ ⁃ ⁌ ⁍ ∙ ○ ● ◘ ◦ ⦾ ⦿ over lines.",
           " Neither - nor * is a bullet."),
    _ratio("ellipsis_line_ratio.nemo",
           "Lines that end in an ellipsis (as above) or in read more, with two periods or none, in "
           "any case, over lines."),
    _ratio("unended_line_ratio.nemo", "Lines that do not end in one of . ? ! \" ' over lines."),
    _ratio("repeated_line_ratio.nemo", "Lines that occurred before over lines."),
    _ratio("repeated_line_char_ratio.nemo",
           "Characters of those lines over characters of lines."),
    _ratio("repeated_paragraph_ratio.nemo", "Paragraphs that occurred before over paragraphs."),
    _ratio("repeated_paragraph_char_ratio.nemo",
           "Characters of those paragraphs over characters of paragraphs."),
    *(
        _ratio(f"top_{n}gram_char_ratio.nemo",
               f"Most frequent {n}-gram of words: its characters, joined by spaces, × its copies "
               f"in the text, over all characters; 1 with fewer than {n} words.", _TOP, 1.0)
        for n in TOP_N
    ),
    *(
        _ratio(f"duplicate_{n}gram_char_ratio.nemo",
               f"Characters of {n}-grams of words that occurred before, over all characters; 1 "
               f"with fewer than {n} words.", _LATER, 1.0)
        for n in DUPLICATE_N
    ),
)  # fmt: skip


def measure(measured: Measured) -> dict[str, Column]:
    """Measure a batch."""
    counts, words = kernel.count_words(measured.buffer)
    grams = gram_kernel.repeated_chars(measured.buffer, words)
    count, found = counts.T, counts.T[kernel.WORDS]
    values: dict[str, Column] = {
        "word_count.nemo": found,
        "mean_word_chars.nemo": share(count[kernel.WORD_CHARS], found),
        "max_word_chars.nemo": count[kernel.LONGEST],
        "stop_word_count.nemo": count[kernel.STOPS],
        "alphabetic_word_ratio.nemo": share(count[kernel.WITH_LETTER], found),
        "symbol_word_ratio.nemo": share(count[kernel.SYMBOLS], found),
        "other_char_ratio.nemo": _of_chars(count[kernel.CHARS] - count[kernel.PLAIN], count),
        "digit_ratio.nemo": _of_chars(count[kernel.DIGITS], count),
        "url_char_ratio.nemo": _of_chars(count[kernel.URL_CHARS], count),
        "blank_char_ratio.nemo": _of_chars(count[kernel.BLANKS], count),
        "bracket_char_ratio.nemo": _of_chars(count[kernel.BRACKETS], count),
    }
    for column, n in enumerate((*TOP_N, *DUPLICATE_N)):
        name = "top" if n in TOP_N else "duplicate"
        ratio = _of_chars(grams[:, column], count)
        values[f"{name}_{n}gram_char_ratio.nemo"] = np.where(found < n, 1.0, ratio)
    return {**values, **_lines(measured)}


def _lines(measured: Measured) -> dict[str, Column]:
    count = line_kernel.count_lines(measured.buffer).T
    lines, paragraphs = count[line_kernel.LINES], count[line_kernel.PARAGRAPHS]
    policies = share(count[line_kernel.POLICIES], paragraphs)
    return {
        "policy_paragraph_ratio.nemo": np.where(count[line_kernel.LOREMS] > 0, 1.0, policies),
        "bullet_line_ratio.nemo": share(count[line_kernel.BULLETS], lines),
        "ellipsis_line_ratio.nemo": share(count[line_kernel.ELLIPSES], lines),
        "unended_line_ratio.nemo": share(count[line_kernel.UNENDED], lines),
        "repeated_line_ratio.nemo": share(count[line_kernel.REPEATED], lines),
        "repeated_line_char_ratio.nemo": share(
            count[line_kernel.REPEATED_CHARS], count[line_kernel.LINE_CHARS]
        ),
        "repeated_paragraph_ratio.nemo": share(count[line_kernel.REPEATED_PARAGRAPHS], paragraphs),
        "repeated_paragraph_char_ratio.nemo": share(
            count[line_kernel.REPEATED_PARAGRAPH_CHARS], count[line_kernel.PARAGRAPH_CHARS]
        ),
    }


def _of_chars(part: npt.NDArray[np.int64], count: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Divide by all characters, with 1 for an empty text."""
    chars = count[kernel.CHARS]
    ratio: npt.NDArray[np.float64] = np.where(chars == 0, 1.0, share(part, chars))
    return ratio


NEMO = FeatureGroup("nemo", 1, FEATURES, measure)
