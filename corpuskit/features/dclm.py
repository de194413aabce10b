"""DCLM: words, lines and n-grams as its re-implementation of RefinedWeb's filters counts them.

The bounds are Gopher's, the arithmetic is not: words lie between white space or are fastText's,
lines are stripped and blank ones left out, and of what comes twice every copy counts, the first
too. DCLM measures when links and IPv4 addresses are cut out and runs of line feeds are at most two;
here the page is measured as it is. Ratios are 0 where there is nothing to divide by; DCLM drops
such pages, and here they have too few words.
"""

from __future__ import annotations

import polars as pl

from corpuskit.features import Column, Feature, FeatureGroup, Measured
from corpuskit.features.characters import share
from corpuskit.kernels import dclm_grams as grams
from corpuskit.kernels import dclm_lines as lines
from corpuskit.kernels import dclm_words as words
from corpuskit.kernels.repetition import DUPLICATE_N, TOP_N

_DCLM = "Li et al. 2024, arXiv:2406.11794, as its published code runs it."
_ALL = _DCLM + (
    " The feature of this name without `.all` leaves the first copy out, does not strip, and counts"
    " other characters: equal bounds are not equal rules."
)
_GRAMS = _DCLM + (
    " Its words are Unicode's (UAX 29) and ours are tokens, where both start with a letter or "
    "number: don't is one word there and two, do and n't, here."
)


def _ratio(name: str, doc: str, why: str = _DCLM) -> Feature:
    return Feature(name, pl.Float64(), "ratio", 0.0, doc, why)


FEATURES = (
    Feature("word_count.dclm", pl.UInt32(), "words", 0,
            "Pieces between white space of ASCII (NUL is some) that start with a letter or "
            "number.", _DCLM + " These are fastText's tokens."),
    Feature("mean_word_chars.dclm", pl.Float64(), "characters", 0.0,
            "Mean length of pieces between white space.", _DCLM),
    Feature("symbols_per_word.dclm", pl.Float64(), "1/word", 0.0,
            "Counts of '#', '...', '. . .' (each without overlap) and '…' together, over pieces "
            "between white space; may exceed 1.", _DCLM),
    _ratio("bullet_line_ratio.dclm", "Stripped lines that start with ● • * or -, over stripped "
           "lines that are not blank."),
    _ratio("ellipsis_line_ratio.dclm", "Stripped lines that end in ... or . . . or …, over "
           "stripped lines that are not blank."),
    _ratio("non_alphabetic_word_ratio.dclm", "Pieces between white space without a letter, over "
           "all of them."),
    Feature("stop_word_count.dclm", pl.UInt32(), "words", 0,
            "Pieces between white space that are the, be, to, of, and, that, have or with in any "
            "case, each time.", _DCLM + " A mark beside the word hides it."),
    _ratio("duplicate_line_ratio.all", "Stripped lines that come more than once, every copy, over "
           "stripped lines that are not blank.", _ALL),
    _ratio("duplicate_line_char_ratio.all", "Characters of those lines over characters of stripped "
           "lines.", _ALL),
    _ratio("duplicate_paragraph_ratio.all", "Stripped pieces between pairs of line feeds that come "
           "more than once, every copy, over those that are not blank.", _ALL),
    _ratio("duplicate_paragraph_char_ratio.all", "Characters of those paragraphs over characters "
           "of stripped paragraphs.", _ALL),
    *(
        Feature(f"top_{n}gram_char_ratio.dclm", pl.Float64(), "ratio", 0.0,
                f"Most frequent {n}-gram of words: characters × count, over characters of all "
                "words; of equally frequent ones the longest; 0 where none comes twice; may "
                "exceed 1.", _GRAMS)
        for n in TOP_N
    ),
    *(
        _ratio(f"duplicate_{n}gram_char_ratio.dclm", f"Characters of words in {n}-grams of words "
               "that come more than once, every copy, each word once, over characters of all "
               "words.", _GRAMS)
        for n in DUPLICATE_N
    ),
)  # fmt: skip


def measure(measured: Measured) -> dict[str, Column]:
    """Measure a batch."""
    word = words.count_dclm_words(measured.buffer).T
    line = lines.count_dclm_lines(measured.buffer).T
    gram = grams.copied_chars(measured.buffer, measured.tokens).T
    pieces, whole = word[words.WORDS], line[lines.LINES]
    values: dict[str, Column] = {
        "word_count.dclm": word[words.FASTTEXT_WORDS],
        "mean_word_chars.dclm": share(word[words.WORD_CHARS], pieces),
        "symbols_per_word.dclm": share(word[words.SYMBOLS], pieces),
        "bullet_line_ratio.dclm": share(line[lines.BULLETS], whole),
        "ellipsis_line_ratio.dclm": share(line[lines.ELLIPSES], whole),
        "non_alphabetic_word_ratio.dclm": share(word[words.NO_LETTER], pieces),
        "stop_word_count.dclm": word[words.STOPS],
        "duplicate_line_ratio.all": share(line[lines.COPIED_LINES], whole),
        "duplicate_line_char_ratio.all": share(
            line[lines.COPIED_LINE_CHARS], line[lines.LINE_CHARS]
        ),
        "duplicate_paragraph_ratio.all": share(
            line[lines.COPIED_PARAGRAPHS], line[lines.PARAGRAPHS]
        ),
        "duplicate_paragraph_char_ratio.all": share(
            line[lines.COPIED_PARAGRAPH_CHARS], line[lines.PARAGRAPH_CHARS]
        ),
    }
    for column, n in enumerate((*TOP_N, *DUPLICATE_N)):
        kind = "top" if n in TOP_N else "duplicate"
        values[f"{kind}_{n}gram_char_ratio.dclm"] = share(gram[column], gram[grams.WORD_CHARS])
    return values


DCLM = FeatureGroup("dclm", 1, FEATURES, measure)
