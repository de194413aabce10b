"""C4's line cleaner in both published forms.

C4 asks a line for five words and a terminal mark; FineWeb, which runs it after Gopher's filters,
for three words, and drops the rule on marks. Both take out citations and lines on cookies and
JavaScript. What was taken out is counted by cause: the feature groups of the same names.
"""

from __future__ import annotations

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.c4_lines import C4, C4_FINEWEB, CAUSES, clean_lines
from corpuskit.kernels.kept_lines import Cut

__all__ = ["CAUSES", "cut_c4", "cut_c4_fineweb"]


def cut_c4(buffer: TextBuffer) -> Cut:
    """Take lines out as C4 did; `counts` are in columns that kernels/c4_lines.py names."""
    return clean_lines(buffer, C4)


def cut_c4_fineweb(buffer: TextBuffer) -> Cut:
    """Take lines out as FineWeb did, and count the same."""
    return clean_lines(buffer, C4_FINEWEB)
