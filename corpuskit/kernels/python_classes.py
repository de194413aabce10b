"""What Python calls a letter, alphanumeric, upper case, a digit, white space, as kernels ask it.

The published rule sets were written with `str.isalpha`, `isalnum`, `isupper` and `split`. These
tables answer the same from Unicode's categories, so that no kernel depends on Python's version.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from corpuskit.kernels.line_classes import SPACE, code_points
from corpuskit.kernels.unicode import DIGIT, LETTER, LU, ND, NO, unicode_tables
from corpuskit.kernels.unicode import SPACE as WHITE

# Bits beside `SPACE`. DECIMAL is Nd, where `str.isdigit` has ² and ① too.
ALPHA, ALNUM, UPPER, DECIMAL = 1, 2, 4, 8

# Upper case by the property Other_Uppercase: Roman numerals and letters in circles and squares.
_OTHER_UPPER_RANGES = "2160-216F 24B6-24CF 1F130-1F149 1F150-1F169 1F170-1F189"


@cache
def python_points() -> npt.NDArray[np.uint8]:
    """Make the table of bits by code point, shape (0x110000,), once per process."""
    flags, category = unicode_tables().flags, unicode_tables().category
    table = np.zeros(len(flags), np.uint8)
    letter = (flags & LETTER) > 0
    table[letter] |= ALPHA
    table[letter | ((category >= ND) & (category <= NO))] |= ALNUM
    table[category == LU] |= UPPER
    table[list(code_points(_OTHER_UPPER_RANGES))] |= UPPER
    table[(flags & DIGIT) > 0] |= DECIMAL
    table[(flags & WHITE) > 0] |= SPACE
    table.setflags(write=False)
    return table
