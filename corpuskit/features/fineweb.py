"""FineWeb: its lines, measured on what a line cleaner left of the page.

FineWeb runs its own rules last, behind C4's line cleaner; without a line cleaner in the recipe
this is the page itself, and the first three columns equal those of the group `lines`. The columns
of 2024 are those that the published FineWeb was filtered by: five end marks, quotes among them,
and blank lines counted as short ones without a mark.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from corpuskit.features import Column, Feature, FeatureGroup, Measured
from corpuskit.features.characters import share
from corpuskit.kernels import fineweb_lines as kernel

_TODAY = "Penedo et al. 2024, section 3.6, as datatrove 0.10 runs it."
_2024 = "Penedo et al. 2024, section 3.6, as run by datatrove 0.2 in April 2024."

FEATURES = (
    Feature("terminal_line_ratio.fineweb", pl.Float64(), "ratio", 0.0,
            "Lines that are not blank and whose last character is one of 159 terminal marks of "
            "all scripts, over lines that are not blank.", _TODAY),
    Feature("short_line_ratio.fineweb", pl.Float64(), "ratio", 0.0,
            "Lines of at most 30 characters that are not blank, over lines that are not blank.",
            _TODAY),
    Feature("repeated_line_char_ratio.fineweb", pl.Float64(), "ratio", 0.0,
            "Characters of lines that are not blank and occurred before, over characters that are "
            "no line feeds.", _TODAY),
    Feature("newlines_per_word.fineweb", pl.Float64(), "1/token", 0.0,
            "Line feeds over tokens; may exceed 1.",
            _TODAY + " In 2024 tokens were NLTK's, which cuts fewer hyphens and more quotes."),
    Feature("terminal_line_ratio.fineweb_2024", pl.Float64(), "ratio", 0.0,
            "Lines, blank ones too, that end in . ' \" ! or ?, over lines, blank ones too.", _2024),
    Feature("short_line_ratio.fineweb_2024", pl.Float64(), "ratio", 1.0,
            "Lines of at most 30 characters, blank ones too, over lines, blank ones too.", _2024),
)  # fmt: skip


def measure(measured: Measured) -> dict[str, Column]:
    """Measure a batch."""
    count = kernel.count_fineweb_lines(measured.buffer).T
    lines, every = count[kernel.LINES], count[kernel.NEWLINES] + 1
    return {
        "terminal_line_ratio.fineweb": share(count[kernel.TERMINALS], lines),
        "short_line_ratio.fineweb": share(count[kernel.SHORTS], lines),
        "repeated_line_char_ratio.fineweb": share(
            count[kernel.REPEATED_CHARS], count[kernel.CHARS]
        ),
        "newlines_per_word.fineweb": share(
            count[kernel.NEWLINES], np.diff(measured.tokens.offsets)
        ),
        "terminal_line_ratio.fineweb_2024": share(count[kernel.ENDED], every),
        "short_line_ratio.fineweb_2024": share(count[kernel.SHORTS_2024], every),
    }


FINEWEB = FeatureGroup("fineweb", 1, FEATURES, measure, of_left=True)
