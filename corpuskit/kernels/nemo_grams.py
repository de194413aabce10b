"""Repeated n-grams of white-space words, as NeMo Curator's filters count their characters.

The n-grams are grouped as kernels/repetition.py does it: what comes twice is made longer step by
step. The most frequent 2-, 3- and 4-gram is then looked for in the text itself, its words joined
by single spaces, as the published filter does: a copy over a line end is not found, one inside
longer words is. Of 5- to 10-grams every copy but the first adds the words that none before it has
added.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.nemo_words import Words
from corpuskit.kernels.repetition import (
    DUPLICATE_N,
    MULTIPLIER,
    TOP_N,
    gram_scratch,
    group_codes,
    keep_repeated,
    lengthen,
)

# Columns: characters of the top 2-, 3-, 4-gram, then of duplicated 5- to 10-grams.
COLUMNS = len(TOP_N) + len(DUPLICATE_N)
_LONGEST_TOP, _LONGEST_N = TOP_N[-1], DUPLICATE_N[-1]


def repeated_chars(buffer: TextBuffer, words: Words) -> npt.NDArray[np.int64]:
    """Count characters per document: int64 (n, 9), columns as above, 0 for too few words."""
    out = np.zeros((len(buffer), COLUMNS), np.int64)
    longest = int(np.diff(words.offsets).max(initial=0))
    place, *groups = gram_scratch(longest)
    joined = np.empty(int(np.diff(buffer.offsets).max(initial=0)) + _LONGEST_TOP, np.uint8)
    _count(
        *buffer,
        *words,
        place,
        np.empty(longest + 1, np.uint64),  # code: its key, then its group
        *groups,
        joined,
        out,
    )
    return out


@njit(nogil=True, cache=True, _nrt=False)
def _count(  # type: ignore[no-untyped-def]
    texts, data, offsets, start, end, chars, key, place, code, groups, keys, marks, joined, out
):
    made = np.int64(0)  # groups so far
    for document in range(len(offsets) - 1):
        first, count = offsets[document], offsets[document + 1] - offsets[document]
        left = max(count - 1, 0)
        for i in range(left):
            place[i] = i
            code[i] = key[first + i] * MULTIPLIER + key[first + i + 1]
        for n in range(2, min(_LONGEST_N, count) + 1):
            if n > 2:
                left = lengthen(place, code, left)
            if n > _LONGEST_TOP and left == 0:
                break
            made, top = group_codes(code, left, groups, keys, marks, made)
            if n <= _LONGEST_TOP:
                begin = first
                if left > 0 and groups[top, 0] > 1:
                    begin = first + place[groups[top, 1]]
                length, total = _join(data, start, end, chars, begin, n, joined)
                copies = _copies(data, texts[document], texts[document + 1], joined, length)
                out[document, n - 2] = copies * total
            left = keep_repeated(place, code, left, groups)
            if n > _LONGEST_TOP:
                out[document, n - 2] = _duplicates(place, code, left, groups, chars, first, n)


@njit(nogil=True, cache=True, _nrt=False)
def _join(data, start, end, chars, begin, n, joined):  # type: ignore[no-untyped-def]
    """Write n words with spaces between; return bytes and characters."""
    length, total = np.int64(0), np.int64(n - 1)
    for t in range(begin, begin + n):
        for i in range(start[t], end[t]):
            joined[length] = data[i]
            length += 1
        joined[length] = 0x20
        length += 1
        total += chars[t]
    return length - 1, total


@njit(nogil=True, cache=True, _nrt=False)
def _copies(data, i, stop, joined, length):  # type: ignore[no-untyped-def]
    """Count the copies of `joined` from the left, without overlap."""
    copies, head = np.int64(0), joined[0]
    while i + length <= stop:
        if data[i] != head:
            i += 1
            continue
        k = 1
        while k < length and data[i + k] == joined[k]:
            k += 1
        copies += k == length
        i += length if k == length else 1
    return copies


@njit(nogil=True, cache=True, _nrt=False)
def _duplicates(place, code, count, groups, chars, first, n):  # type: ignore[no-untyped-def]
    """Add up the words of later copies, each once, with the space that goes with it."""
    covered, free = np.int64(0), np.int64(0)  # words before `free` are counted
    for i in range(count):
        if groups[code[i], 0] == 0:
            begin = max(np.int64(place[i]), free)
            for t in range(begin, place[i] + n):
                covered += chars[first + t]
            covered += min(place[i] + n - begin, n - 1)
            free = place[i] + n
        groups[code[i], 0] = 0
    return covered
