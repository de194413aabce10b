"""Count what BigScience's filters for ROOTS measure: words, special characters, repeated n-grams.

One scan decodes a document into code points and cuts its words; then windows over the code points
and over the words are counted in one hash table. The key of a window is a polynomial of its codes,
made from the key before by one multiplication. How many windows come how often is kept while
counting, so that the most frequent ones need no sorting.

A slot of the table is free unless its mark is above all marks of earlier counts, so nothing is
cleared. A document of more windows than the table serves is counted in parts, each the windows
whose keys fall in it: memory does not grow with the longest document but for 20 bytes a character.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels import unicode
from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.line_parts import OFFSET, PRIME
from corpuskit.kernels.repetition import slot_count
from corpuskit.kernels.unicode import decode, unicode_tables

CHAR_N = (10, 3)  # the second is for Chinese, counted where one character in five is Han
HAN_PER_CHARS = 5
WORD_N = (5, 7)  # the second is for Urdu
# Columns of the counts: then windows counted again for `CHAR_N` and `WORD_N`.
WORDS, CHARS, SPECIALS, HANS, REPEATED = range(5)
COLUMNS = REPEATED + 4

# Bits of `roots_points`.
SPECIAL, BREAK, HAN = 1, 2, 4
_EMOJI_PARTS = (0xFE0F, 0x20E3)  # the emoji form, the frame around a key; all others are symbols

_PART = 1 << 20  # windows counted at once
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_BASE = np.uint64(0xD6E8FEB86659FD93)


def count_roots(buffer: TextBuffer) -> npt.NDArray[np.int64]:
    """Count per document.

    Returns
    -------
    int64 (n, 8): words; characters; special characters; Han characters; occurrences of the ⌊√d⌋
    most frequent character 10-grams and 3-grams among those that come again, d being different
    n-grams; and occurrences of word 5-grams and 7-grams that come again.
    """
    out = np.zeros((len(buffer), COLUMNS), np.int64)
    longest = int(np.diff(buffer.offsets).max(initial=0))
    slots = slot_count(min(longest, _PART))
    _count(
        *buffer,
        roots_points(),
        unicode_tables().lower,
        np.empty(longest, np.uint64),  # code points of a document
        np.empty(longest, np.uint64),  # hashes of its words
        np.zeros((slots, 2), np.uint64),  # key and mark of a slot
        np.zeros(longest + 2, np.int32),  # how many windows come so often
        out,
    )
    return out


@cache
def roots_points() -> npt.NDArray[np.uint8]:
    """Make the table of bits by code point, shape (0x110000,), once per process."""
    tables = unicode_tables()
    special = unicode.PUNCTUATION | unicode.SYMBOL | unicode.DIGIT | unicode.SPACE
    points = np.where((tables.flags & special) > 0, SPECIAL, 0).astype(np.uint8)
    points[list(_EMOJI_PARTS)] |= SPECIAL
    points[tables.script == unicode.script_names().index("Han")] |= HAN
    points[tables.category == unicode.ZS] |= BREAK
    points[[ord("\n"), ord("\t")]] |= BREAK
    points.setflags(write=False)
    return points


@njit(nogil=True, cache=True, _nrt=False)
def _count(offsets, data, point, lower, chars, words, slots, often, out):  # type: ignore[no-untyped-def]
    table = (slots, often)
    used = np.uint64(0)  # the highest mark so far
    for document in range(len(offsets) - 1):
        row = out[document]
        _read(data, offsets[document], offsets[document + 1], point, lower, chars, words, row)
        for k in range(2):
            if k == 0 or HAN_PER_CHARS * row[HANS] >= row[CHARS]:
                used, different, most = _tally(chars, row[CHARS], CHAR_N[k], table, used)
                row[REPEATED + k] = _sum_of_largest(often, most, np.int64(math.sqrt(different)))
            used, different, most = _tally(words, row[WORDS], WORD_N[k], table, used)
            row[REPEATED + 2 + k] = _sum_of_largest(often, most, different)


@njit(nogil=True, cache=True, _nrt=False)
def _read(data, i, stop, point, lower, chars, words, row):  # type: ignore[no-untyped-def]
    """Read a document: its code points, and the hashes of its words in lower case."""
    length, count, specials, hans = 0, 0, 0, 0
    key, kept, is_word = OFFSET, OFFSET, False
    while i < stop:
        character, width = np.int64(data[i]), 1
        if character >= 0x80:
            character, width = decode(data, i)
            hans += (point[character] & HAN) > 0
        i += width
        chars[length] = np.uint64(character)
        length += 1
        bits = point[character]
        if bits & SPECIAL:
            specials += 1
            if bits & BREAK:
                words[count] = kept
                count += is_word
                key, is_word = OFFSET, False
            elif is_word:
                key = (key ^ np.uint64(character)) * PRIME
        else:
            key = (key ^ np.uint64(lower[character])) * PRIME
            kept, is_word = key, True
    if is_word:
        words[count] = kept
        count += 1
    row[WORDS], row[CHARS], row[SPECIALS], row[HANS] = count, length, specials, hans


@njit(nogil=True, cache=True, _nrt=False)
def _tally(codes, count, n, table, used):  # type: ignore[no-untyped-def]
    """Count windows of n codes: (highest mark, different windows, count of the most frequent).

    Leaves in `often` how many windows come twice, three times, and so on.
    """
    slots, often = table
    windows, different, most = max(count - n + 1, 0), np.int64(0), np.int64(0)
    parts = np.uint64(windows // _PART + 1)
    mask = np.uint64(slot_count(windows // np.int64(parts)) - 1)
    oldest = np.uint64(1)  # what the first code of a window is multiplied with
    for _ in range(n - 1):
        oldest *= _BASE
    for part in range(parts):
        key = np.uint64(0)
        for i in range(min(n - 1, count)):
            key = key * _BASE + codes[i]
        for i in range(windows):
            key = key * _BASE + codes[np.uint64(i + n - 1)]
            mixed = key * _SPREAD
            mixed ^= mixed >> np.uint64(32)
            if parts == 1 or (mixed >> np.uint64(40)) % parts == part:
                times = _add(key, mixed & mask, mask, slots, used)
                if times == 1:
                    different += 1
                else:
                    often[times] += 1
                    often[times - 1] -= 1
                    most = max(most, times)
            key -= codes[np.uint64(i)] * oldest
        used += np.uint64(windows)
    often[1] = 0
    return used, different, most


@njit(nogil=True, cache=True, _nrt=False)
def _add(key, slot, mask, slots, used):  # type: ignore[no-untyped-def]
    """Count a key, looked for from a slot on; return how often it has come by now."""
    while slots[slot, 1] > used and slots[slot, 0] != key:
        slot = (slot + np.uint64(1)) & mask
    if slots[slot, 1] <= used:
        slots[slot, 0], slots[slot, 1] = key, used + np.uint64(1)
        return np.int64(1)
    slots[slot, 1] += np.uint64(1)
    return np.int64(slots[slot, 1] - used)


@njit(nogil=True, cache=True, _nrt=False)
def _sum_of_largest(often, most, count):  # type: ignore[no-untyped-def]
    """Add up the largest counts that are above 1, at most so many; empty `often`."""
    total = np.int64(0)
    for times in range(most, 1, -1):
        taken = min(np.int64(often[times]), count)
        total += taken * times
        count -= taken
        often[times] = 0
    return total
