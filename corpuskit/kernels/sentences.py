"""Count sentences as spaCy's sentencizer does, line by line, over tokens that are there already.

A sentence goes on to the first token behind an end mark that is neither punctuation nor an end
mark itself. White space is such a token where it is more than one space: it starts a sentence,
which is counted once something else follows in it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.published_classes import ENDS, MARK, published_points
from corpuskit.kernels.tokenise import IS_SYMBOL, Tokens
from corpuskit.kernels.unicode import decode

_NO_GAP, _ONE_SPACE, _WIDE_GAP, _NEW_LINE = range(4)


def count_sentences(buffer: TextBuffer, tokens: Tokens) -> npt.NDArray[np.int64]:
    """Count the sentences of every document, int64 (n,); a line feed ends a sentence."""
    out = np.zeros(len(buffer), np.int64)
    _count(buffer.data, tokens.offsets, tokens.start, tokens.end, tokens.chars, tokens.kind,
           published_points(), out)  # fmt: skip
    return out


@njit(nogil=True, cache=True, _nrt=False)
def _count(data, offsets, start, end, chars, kind, point, out):  # type: ignore[no-untyped-def]
    for document in range(len(offsets) - 1):
        first, ended, begun = offsets[document], False, False
        for t in range(first, offsets[document + 1]):
            gap = _gap(data, end[t - 1], start[t]) if t > first else _NO_GAP
            bits = _bits(data, start[t], end[t], point) if kind[t] & IS_SYMBOL else 0
            closes = gap == _NEW_LINE or (ended and (gap == _WIDE_GAP or bits == 0))
            out[document] += closes and begun
            ended = (ended and not closes) or (bits & ENDS and chars[t] == 1) > 0
            begun = True
        out[document] += begun


@njit(nogil=True, cache=True, _nrt=False)
def _gap(data, i, stop):  # type: ignore[no-untyped-def]
    if i == stop:
        return _NO_GAP
    if stop - i == 1 and data[i] == 32:
        return _ONE_SPACE
    for k in range(i, stop):
        if data[k] == 10:
            return _NEW_LINE
    return _WIDE_GAP


@njit(nogil=True, cache=True, _nrt=False)
def _bits(data, i, stop, point):  # type: ignore[no-untyped-def]
    """Return the bits that all characters of a token share."""
    shared = ENDS | MARK
    while i < stop:
        character, width = decode(data, i)
        shared &= point[character]
        i += width
    return shared
