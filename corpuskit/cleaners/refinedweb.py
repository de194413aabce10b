"""RefinedWeb's line-wise corrections, with the numbers of DCLM's re-implementation.

What was taken out is counted by cause in the feature group of the same name, which also has the
share of words that went: the published pipelines drop a page that loses more than a twentieth.
"""

from __future__ import annotations

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.kept_lines import Cut
from corpuskit.kernels.refinedweb_lines import CAUSES, correct_lines

__all__ = ["CAUSES", "cut_refinedweb"]


def cut_refinedweb(buffer: TextBuffer) -> Cut:
    """Correct lines; `counts` are in columns that kernels/refinedweb_lines.py names."""
    return correct_lines(buffer)
