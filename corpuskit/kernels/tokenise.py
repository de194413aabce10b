"""Cut texts into tokens, once for every feature that counts words, n-grams or shingles."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.unicode import (
    DIGIT,
    LETTER,
    MARK,
    SPACE,
    SPACELESS,
    UnicodeTables,
    decode,
    unicode_tables,
)

# Bits of `Tokens.kind`.
HAS_LETTER, IS_SYMBOL, IS_SPACELESS = 1, 2, 4

_OFFSET, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)


class Tokens(NamedTuple):
    """The tokens of n documents: those of document i are rows ``offsets[i]:offsets[i + 1]``.

    offsets : int64 (n + 1,).
    start, end : int32 (t,), byte positions in the text buffer's data.
    chars : int32 (t,), code points.
    hash : uint64 (t,), of the exact bytes.
    fold : uint64 (t,), of the lower-cased code points.
    kind : uint8 (t,), bits HAS_LETTER, IS_SYMBOL (punctuation and symbols only), IS_SPACELESS
        (one character, with its marks, of a script written without spaces).
    """

    offsets: npt.NDArray[np.int64]
    start: npt.NDArray[np.int32]
    end: npt.NDArray[np.int32]
    chars: npt.NDArray[np.int32]
    hash: npt.NDArray[np.uint64]
    fold: npt.NDArray[np.uint64]
    kind: npt.NDArray[np.uint8]


def tokenise(buffer: TextBuffer) -> Tokens:
    """Cut every document of the buffer into tokens."""
    return Tokens(*_tokenise(buffer.offsets, buffer.data, unicode_tables().flags, unicode_tables().lower))


@njit(nogil=True, cache=True)
def _tokenise(offsets, data, flags, lower):  # type: ignore[no-untyped-def]
    capacity = offsets[-1] - offsets[0]
    counts = np.zeros(len(offsets), np.int64)
    start = np.empty(capacity, np.int32)
    end = np.empty(capacity, np.int32)
    chars = np.empty(capacity, np.int32)
    exact = np.empty(capacity, np.uint64)
    fold = np.empty(capacity, np.uint64)
    kind = np.empty(capacity, np.uint8)
    t = 0
    word = np.uint8(LETTER | DIGIT | MARK)
    for document in range(len(offsets) - 1):
        i, stop = offsets[document], offsets[document + 1]
        open_word = False
        while i < stop:
            point, width = decode(data, i)
            flag = flags[point]
            if flag & SPACE:
                open_word = False
                i += width
                continue
            joins = t > counts[document] and i == end[t - 1] and (
                flag & MARK or (open_word and flag & word and not flag & SPACELESS)
            )
            if not joins:
                start[t], chars[t], kind[t] = i, 0, 0
                exact[t], fold[t] = _OFFSET, _OFFSET
                open_word = flag & word and not flag & SPACELESS
                if flag & SPACELESS:
                    kind[t] |= IS_SPACELESS
                if not flag & word:
                    kind[t] |= IS_SYMBOL
                t += 1
            if flag & LETTER:
                kind[t - 1] |= HAS_LETTER
            end[t - 1] = i + width
            chars[t - 1] += 1
            for k in range(i, i + width):
                exact[t - 1] = (exact[t - 1] ^ np.uint64(data[k])) * _PRIME
            fold[t - 1] = (fold[t - 1] ^ np.uint64(lower[point])) * _PRIME
            i += width
        counts[document + 1] = t
    return counts, start[:t].copy(), end[:t].copy(), chars[:t].copy(), exact[:t].copy(), fold[:t].copy(), kind[:t].copy()
