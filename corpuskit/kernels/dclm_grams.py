"""Repeated n-grams as DCLM counts them: over words, of every copy, and each word once.

The words are tokens that start with a letter or number; marks between them are passed over. A top
n-gram counts its characters in words × its copies, and not at all where nothing comes twice; of
equally frequent ones the longest counts. Of 5- to 10-grams that come twice every word counts once,
however many of them overlap in it. Grouping and lengthening are those of kernels/repetition.py.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.python_classes import ALNUM, python_points
from corpuskit.kernels.repetition import (
    DUPLICATE_N,
    MULTIPLIER,
    TOP_N,
    gram_scratch,
    group_codes,
    keep_repeated,
    lengthen,
    sum_chars,
)
from corpuskit.kernels.tokenise import Tokens
from corpuskit.kernels.unicode import decode

# Columns: characters of the top 2- to 4-gram, of repeated 5- to 10-grams, of all words.
WORD_CHARS, COLUMNS = 9, 10
_LAST_TOP, _LONGEST_N = max(TOP_N), max(DUPLICATE_N)


def copied_chars(buffer: TextBuffer, tokens: Tokens) -> npt.NDArray[np.int64]:
    """Count the characters of n-grams that come twice: int64 (n, 10), columns as named above."""
    out = np.zeros((len(buffer), COLUMNS), np.int64)
    longest = int(np.diff(tokens.offsets).max(initial=0))
    place, *groups = gram_scratch(longest)
    _copied(
        buffer.data,
        tokens.offsets,
        tokens.start,
        tokens.chars,
        tokens.hash,
        python_points(),
        np.empty(longest + 1, np.uint64),  # hash of a word
        np.empty(longest + 1, np.int32),  # its characters
        place,
        np.empty(longest + 1, np.uint64),  # code: its key, then its group
        *groups,
        out,
    )
    return out


@njit(nogil=True, cache=True, _nrt=False)
def _copied(  # type: ignore[no-untyped-def]
    data, offsets, start, chars, exact, point, word, length, place, code, groups, keys, marks, out
):
    made = np.int64(0)  # groups so far
    for document in range(len(offsets) - 1):
        row, count = out[document], np.int64(0)
        for t in range(offsets[document], offsets[document + 1]):
            character = np.int64(data[start[t]])
            if character >= 0x80:
                character, _ = decode(data, start[t])
            if point[character] & ALNUM:
                word[count], length[count] = exact[t], chars[t]
                row[WORD_CHARS] += chars[t]
                count += 1
        left = max(count - 1, 0)
        for i in range(left):
            place[i] = i
            code[i] = word[i] * MULTIPLIER + word[i + 1]
        for n in range(2, min(_LONGEST_N, count) + 1):
            if n > 2:
                left = lengthen(place, code, left)
            if left == 0:
                break
            before = made
            made, _ = group_codes(code, left, groups, keys, marks, made)
            if n <= _LAST_TOP:
                row[n - 2] = _top(place, groups, made - before, length, n)
            left = keep_repeated(place, code, left, groups)
            if n > _LAST_TOP:
                row[n - 2] = _covered(place, left, length, n)


@njit(nogil=True, cache=True, _nrt=False)
def _top(place, groups, made, length, n):  # type: ignore[no-untyped-def]
    """Return characters × copies of the most frequent n-gram, the longest of several."""
    most, longest = np.int64(1), np.int64(0)
    for group in range(1, made + 1):
        copies = groups[group, 0]
        if copies < 2 or copies < most:
            continue
        chars = sum_chars(length, place[groups[group, 1]], n)
        longest = chars if copies > most else max(longest, chars)
        most = np.int64(copies)
    return longest * most


@njit(nogil=True, cache=True, _nrt=False)
def _covered(place, count, length, n):  # type: ignore[no-untyped-def]
    """Add up the characters of words in n-grams, each word once; places ascend."""
    covered, free = np.int64(0), np.int64(0)
    for i in range(count):
        first, stop = max(np.int64(place[i]), free), np.int64(place[i]) + n
        covered += sum_chars(length, first, stop - first)
        free = stop
    return covered
