"""Count the different stop words of a document among FineWeb-2's 22 for Chinese.

Each is one character, in either script; `·` is among them, since it stands in foreign names.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.tokenise import Tokens
from corpuskit.kernels.unicode import decode

# FineWeb-2, cmn_Hani: the commonest words of Chinese Wikipedia.
STOP_WORDS = "的年在月是和日了於·為有被人中为他與後也而由"


def count_stop_words(buffer: TextBuffer, tokens: Tokens) -> npt.NDArray[np.int64]:
    """Count per document: int64 (n,), how many of the stop words are among its tokens."""
    out = np.zeros(len(buffer), np.int64)
    _count(buffer.data, *tokens[:4], _bits(), out)
    return out


@cache
def _bits() -> npt.NDArray[np.int32]:
    """Give each stop word a bit of its own: int32 (0x10000,), by code point."""
    bits = np.zeros(0x10000, np.int32)
    bits[[ord(word) for word in STOP_WORDS]] = 1 << np.arange(len(STOP_WORDS))
    bits.setflags(write=False)
    return bits


@njit(nogil=True, cache=True, _nrt=False)
def _count(data, offsets, start, end, chars, table, out):  # type: ignore[no-untyped-def]
    for document in range(len(offsets) - 1):
        seen = np.int64(0)
        for t in range(offsets[document], offsets[document + 1]):
            if chars[t] == 1 and end[t] - start[t] < 4:
                point, _ = decode(data, start[t])
                seen |= np.int64(table[point])
        while seen != 0:
            out[document] += 1
            seen &= seen - 1
