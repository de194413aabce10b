"""Repeated n-grams of normalised words, as RedPajama-2 counts them, and the words' entropy.

As in kernels/repetition.py an n-gram is looked for only where both shorter ones come again, here
from single words on. A word is known by its hash, everything longer by numbers of groups.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from corpuskit.kernels.redpajama2_classes import DIFFERENT, DUPLICATE, TOP, WORDS
from corpuskit.kernels.repetition import DUPLICATE_N, group_codes, keep_repeated, lengthen

_LONGEST_N = DUPLICATE_N[-1]


@njit(nogil=True, cache=True, _nrt=False)
def count_grams(words, scratch, made, row):  # type: ignore[no-untyped-def]
    """Fill the columns of n-grams; return groups so far and the entropy of the words.

    words : hashes, which are overwritten, and lengths; the row says how many.
    """
    code, chars = words
    place, groups, keys, marks = scratch
    left = row[WORDS]
    for i in range(left):
        place[i] = i
    before = made
    made, _ = group_codes(code, left, groups, keys, marks, made)
    row[DIFFERENT] = made - before
    entropy = _entropy(groups, made - before, left)
    for n in range(2, _LONGEST_N + 1):
        left = lengthen(place, code, keep_repeated(place, code, left, groups))
        if left < 2:
            break
        made, top = group_codes(code, left, groups, keys, marks, made)
        if n <= 4:
            if groups[top, 0] > 1:
                first = place[groups[top, 1]]
                row[TOP + n - 2] = _sum(chars, first, first + n) * groups[top, 0]
        else:
            row[DUPLICATE + n - 5] = _covered(place, code, left, groups, chars, n)
    return made, entropy


@njit(nogil=True, cache=True, _nrt=False)
def _entropy(groups, count, words):  # type: ignore[no-untyped-def]
    total = 0.0
    for group in range(1, count + 1):
        if groups[group, 0] > 1:
            total += groups[group, 0] * math.log(groups[group, 0])
    return math.log(words) - total / words if words else 0.0


@njit(nogil=True, cache=True, _nrt=False)
def _sum(chars, start, stop):  # type: ignore[no-untyped-def]
    total = np.int64(0)
    for i in range(start, stop):
        total += chars[i]
    return total


@njit(nogil=True, cache=True, _nrt=False)
def _covered(place, code, count, groups, chars, n):  # type: ignore[no-untyped-def]
    """Add up the words inside n-grams that come again, the first copy too, each word once."""
    covered, free = np.int64(0), np.int64(0)
    for i in range(count):
        if groups[code[i], 0] > 1:
            start = np.int64(place[i])
            covered += _sum(chars, max(start, free), start + n)
            free = start + n
    return covered
