"""Count words as datatrove's Gopher rules do: tokens that are more than its own punctuation.

Apart from kernels/words.py, which asks Unicode what a word is, so that no recipe pays for both.
Only tokens without a letter are read again; they are one in eight.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.published_classes import PLAIN, published_points
from corpuskit.kernels.tokenise import HAS_LETTER, Tokens
from corpuskit.kernels.unicode import decode
from corpuskit.kernels.words import stop_slot, stop_word_slots

# Columns of the counts.
WORDS, WORD_CHARS, STOPS = range(3)
COLUMNS = 3


def count_gopher_words(buffer: TextBuffer, tokens: Tokens) -> npt.NDArray[np.int64]:
    """Count per document.

    Returns
    -------
    int64 (n, 3): words, their characters, and occurrences of stop words (not different ones).
    """
    out = np.zeros((len(buffer), COLUMNS), np.int64)
    slots, points = stop_word_slots(), published_points()
    _count(buffer.data, *tokens[:5], tokens.kind, points, slots, out)
    return out


@njit(nogil=True, cache=True, _nrt=False)
def _count(data, offsets, start, end, chars, exact, kind, point, stops, out):  # type: ignore[no-untyped-def]
    for document in range(len(offsets) - 1):
        words, total, found = np.int64(0), np.int64(0), np.int64(0)
        for t in range(offsets[document], offsets[document + 1]):
            if not kind[t] & HAS_LETTER:
                if is_plain(data, start[t], end[t], point):
                    continue
            else:
                found += stop_slot(exact[t], stops) >= 0
            words += 1
            total += chars[t]
        out[document, WORDS], out[document, WORD_CHARS] = words, total
        out[document, STOPS] = found


@njit(nogil=True, cache=True, _nrt=False)
def is_plain(data, i, end, point):  # type: ignore[no-untyped-def]
    """Say whether a token is nothing but punctuation."""
    while i < end:
        character, width = decode(data, i)
        if not point[character] & PLAIN:
            return False
        i += width
    return True
