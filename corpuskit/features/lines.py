"""Lines, paragraphs and sentences: menus, lists and repeated blocks, from one pass over the bytes.

A *line* is what lies between line feeds and is not blank, as it stands; lengths are characters.
Published rules cut text in other ways too, and each column says which way is its own. *Word
lines* are stripped and have a letter or digit: without that, "|" and "---" would count as lines.
Ratios are 0 where there is nothing to divide by.
"""

from __future__ import annotations

import polars as pl

from corpuskit.features import Column, Feature, FeatureGroup, Measured
from corpuskit.features.characters import share
from corpuskit.kernels import lines as kernel

# The share of ellipses among fewer lines than this says nothing (verse, chat).
FEWEST_LINES = 5

_GOPHER = "Rae et al. 2021, table A1, as datatrove 0.10 runs it."
_FINEWEB = "FineWeb, as datatrove 0.10 runs it."
_OWN = "Own measurements on Chinese and Japanese web text."


def _count(name: str, unit: str, doc: str) -> Feature:
    return Feature(name, pl.UInt32(), unit, 0, doc)


def _ratio(name: str, doc: str, why: str) -> Feature:
    return Feature(name, pl.Float64(), "ratio", 0.0, doc, why)


FEATURES = (
    _count("line_count", "lines", "Lines that are not blank."),
    _count("newline_count", "line feeds", "Line feeds."),
    _count("max_line_chars", "characters", "Length of the longest line that is not blank."),
    Feature("mean_line_chars", pl.Float64(), "characters", 0.0,
            "Mean length of the lines that are not blank."),
    _ratio("bullet_line_ratio",
           "Lines (as `str.splitlines` cuts, blank ones too) that start with • or - after white "
           "space, over all of them.", _GOPHER),
    _ratio("ellipsis_line_ratio",
           "Lines (as `str.splitlines` cuts, blank ones too) that end in ... or … before white "
           "space, over all of them.", _GOPHER),
    _ratio("duplicate_line_ratio",
           "Pieces between runs of line feeds that occurred before, over all pieces; a line feed "
           "at either end of the text makes an empty piece.", _GOPHER),
    _ratio("duplicate_line_char_ratio", "Characters of those pieces over all characters.", _GOPHER),
    _ratio("duplicate_paragraph_ratio",
           "Paragraphs (the stripped text cut at two or more line feeds) that occurred before, "
           "over all paragraphs.", _GOPHER),
    _ratio("duplicate_paragraph_char_ratio",
           "Characters of those paragraphs over all characters.", _GOPHER),
    _ratio("terminal_line_ratio",
           "Lines whose last character is one of 159 terminal marks of all scripts, over lines.",
           _FINEWEB + " The FineWeb of 2024 had . ! ? and quotes, and counted blank lines."),
    _ratio("short_line_ratio", "Lines of at most 30 characters over lines.", _FINEWEB),
    _ratio("repeated_line_char_ratio",
           "Characters of lines that occurred before, over characters that are no line feeds.",
           _FINEWEB),
    _ratio("punctuated_line_char_ratio",
           "Characters of word lines that hold one of 。！？；…，!? or a comma, period or "
           "semicolon after Han, over characters of word lines.", _OWN),
    _ratio("japanese_punctuated_line_char_ratio",
           "The same, where 、 counts as well.", _OWN),
    _ratio("short_line_char_ratio",
           "Characters of word lines of at most 10 characters over characters of word lines.",
           _OWN),
    Feature("mean_word_line_chars", pl.Float64(), "characters", 0.0,
            "Characters of word lines over word lines.",
            "ChineseWebText and Data-Juicer divide by all lines."),
    _ratio("duplicate_sentence_char_ratio",
           "Characters of sentences that occurred before, over characters of word lines; a "
           "sentence ends with the line, or after a run of 。．！？!?.",
           "After Swallow; own arithmetic. A full stop ends no sentence here."),
    _ratio("read_more_line_ratio",
           "Word lines that end in readmore, read more, 展开, 展開, 更多 or 。。。, perhaps before "
           "a closing bracket, over word lines.", "MAP-NEO's line rule."),
    _ratio("text_ellipsis_line_ratio",
           "Word lines that end in ... or …, over word lines; 0 with fewer than 5 word lines.",
           _OWN),
)  # fmt: skip


def measure(measured: Measured) -> dict[str, Column]:
    """Measure a batch."""
    count = kernel.count_lines(measured.buffer).T
    chars, lines, solid = count[kernel.CHARS], count[kernel.LINES], count[kernel.WORD_LINE_CHARS]
    many = count[kernel.WORD_LINES] >= FEWEST_LINES
    return {
        "line_count": lines,
        "newline_count": count[kernel.NEWLINES],
        "max_line_chars": count[kernel.LONGEST],
        "mean_line_chars": share(count[kernel.LINE_CHARS], lines),
        "bullet_line_ratio": share(count[kernel.BULLETS], count[kernel.BROKEN]),
        "ellipsis_line_ratio": share(count[kernel.ELLIPSES], count[kernel.BROKEN]),
        "duplicate_line_ratio": share(count[kernel.REPEATED_SEGMENTS], count[kernel.SEGMENTS]),
        "duplicate_line_char_ratio": share(count[kernel.REPEATED_SEGMENT_CHARS], chars),
        "duplicate_paragraph_ratio": share(
            count[kernel.REPEATED_PARAGRAPHS], count[kernel.PARAGRAPHS]
        ),
        "duplicate_paragraph_char_ratio": share(count[kernel.REPEATED_PARAGRAPH_CHARS], chars),
        "terminal_line_ratio": share(count[kernel.TERMINALS], lines),
        "short_line_ratio": share(count[kernel.SHORTS], lines),
        "repeated_line_char_ratio": share(
            count[kernel.REPEATED_LINE_CHARS], chars - count[kernel.NEWLINES]
        ),
        "punctuated_line_char_ratio": share(count[kernel.PUNCTUATED], solid),
        "japanese_punctuated_line_char_ratio": share(count[kernel.LISTED], solid),
        "short_line_char_ratio": share(count[kernel.TINY], solid),
        "mean_word_line_chars": share(solid, count[kernel.WORD_LINES]),
        "duplicate_sentence_char_ratio": share(count[kernel.REPEATED_SENTENCE_CHARS], solid),
        "read_more_line_ratio": share(count[kernel.READ_MORES], count[kernel.WORD_LINES]),
        "text_ellipsis_line_ratio": share(
            count[kernel.WORD_ELLIPSES] * many, count[kernel.WORD_LINES]
        ),
    }


LINES = FeatureGroup("lines", 1, FEATURES, measure)
