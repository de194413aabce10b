"""Which code points the published rules call punctuation or the end of a sentence.

These are other sets than Unicode's categories, so that a published decision can be met exactly.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from corpuskit.kernels.line_classes import code_points, terminal_points
from corpuskit.kernels.unicode import PUNCTUATION, unicode_tables

# Bits of `published_points`. PLAIN: what datatrove calls punctuation, so that a token of nothing
# else is no word. ENDS: where spaCy's sentencizer may end a sentence. MARK: Unicode's P*.
PLAIN, ENDS, MARK = 1, 2, 4

# What datatrove 0.10 adds to the terminal marks to get its punctuation: controls (tab and line
# feed aside), the rest of ASCII's marks and symbols, quotes, dashes, brackets, and a fullwidth １.
PUNCTUATION_RANGES = (
    "0-8 B-1F 22-2D 2F 3A-3E 40 5B-60 7B-9F AB B4 BB 2013-2014 2019 201C-201E 2026 2236 2501 25BA "
    "3001 3008-300D 3010-3011 FF05 FF08-FF09 FF0C FF11 FF1A-FF1B FF5E"
)
# Terminal marks that spaCy 3.8's sentencizer does not know.
NOT_ENDS_RANGES = (
    "61D-61E 837 839 83D-83E 17D4-17D6 17D9-17DA 1B7D-1B7E 2E53-2E54 10F55-10F59 10F86-10F89 11944 "
    "11946 11EF7-11EF8 11F43-11F44 16E98"
)


@cache
def published_points() -> npt.NDArray[np.uint8]:
    """Make the table of bits by code point, shape (0x110000,), once per process."""
    table = np.zeros(len(unicode_tables().flags), np.uint8)
    terminal = list(terminal_points())
    table[terminal] |= PLAIN | ENDS
    table[list(code_points(PUNCTUATION_RANGES))] |= PLAIN
    table[list(code_points(NOT_ENDS_RANGES))] &= ~np.uint8(ENDS)
    table[(unicode_tables().flags & PUNCTUATION) > 0] |= MARK
    table.setflags(write=False)
    return table
