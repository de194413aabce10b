"""Count what MAP-NEO's Chinese filter asks of a text, in one pass per document.

The text is normalised (NFKC) as it is read, so … is three full stops and ！ is !. One scratch of
code points serves all documents, and one open-addressing table all n-grams: a slot is free unless
it bears the stamp of this document and n, with its count below, so that nothing is cleared.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.compatibility import THREE_STOPS, compatibility_table
from corpuskit.kernels.unicode import DIGIT, PUNCTUATION, SPACE, decode, unicode_tables

# Columns of the counts. TOP_2, TOP_3, TOP_4: (count - 1) × n of the most frequent n-gram.
CHARS, SENTENCES, IN_BRACKETS, HASH_RUNS, ELLIPSIS_RUNS, DIGITS, MARKS, DISTINCT = range(8)
TOP_2, TOP_3, TOP_4, COLUMNS = 8, 9, 10, 11
TOP_N = (2, 3, 4)

# Where sentences are cut; NFKC has made ． ！ ？ ； … into ASCII before, and leaves 。 as it is.
SENTENCE_ENDS = '.!?;"。'
ELLIPSIS = 3  # full stops in a row
_STOP = ord(".")

# Bits of `mapneo_points`.
IS_DIGIT, IS_MARK, IS_SPACE, ENDS, STOP, HASH, OPENS, CLOSES = (1 << bit for bit in range(8))
_MULTIPLIER, _STAMP = np.uint64(0x9E3779B97F4A7C15), np.uint64(1 << 32)


def count_mapneo(buffer: TextBuffer) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Count characters, runs, sentences and n-grams of texts in NFKC.

    Parameters
    ----------
    buffer : texts that `compatibility_table` folds, or that are in that form already.

    Returns
    -------
    counts : int64 (n, 11), columns as named above.
    entropy : float64 (n,), of the characters, in nats.
    """
    out = np.zeros((len(buffer), COLUMNS), np.int64)
    entropy = np.zeros(len(buffer), np.float64)
    longest = int(np.diff(buffer.offsets).max(initial=0))
    size = 16
    while size <= 2 * longest:
        size *= 2
    _count(
        *buffer,
        mapneo_points(),
        compatibility_table(),
        np.empty(longest, np.int32),  # code points of a document
        np.empty(longest, np.int64),  # count of the 2-gram that starts at each of them
        np.zeros(0x110000, np.int64),  # count of each code point in a document
        np.zeros((size, 2), np.uint64),  # key of a slot; its stamp and count
        out,
        entropy,
    )
    return out, entropy


@cache
def mapneo_points() -> npt.NDArray[np.uint8]:
    """Make the table of bits by code point, shape (0x110000,), once per process."""
    flags = unicode_tables().flags
    table = np.zeros(len(flags), np.uint8)
    for bit, members in ((IS_DIGIT, DIGIT), (IS_MARK, PUNCTUATION), (IS_SPACE, SPACE)):
        table[(flags & members) > 0] |= bit
    for bit, marks in (
        (ENDS, SENTENCE_ENDS),
        (STOP, ".。"),
        (HASH, "#"),
        (OPENS, "【"),
        (CLOSES, "】"),
    ):
        table[[ord(mark) for mark in marks]] |= bit
    table.setflags(write=False)
    return table


@njit(nogil=True, cache=True, _nrt=False)
def _count(  # type: ignore[no-untyped-def]
    offsets, data, point, folded, text, pairs, seen, table, out, entropy
):
    stamp = np.uint64(0)
    for document in range(len(offsets) - 1):
        row = out[document]
        chars = _read(data, offsets[document], offsets[document + 1], folded, text, seen)
        row[CHARS] = chars
        _marks(text, chars, point, row)
        row[DISTINCT], entropy[document] = _characters(text, chars, seen)
        stamp += _STAMP
        most = _pairs(text, chars, pairs, table, stamp)
        row[TOP_2] = 2 * max(most - 1, 0)
        for n in range(3, 5):
            stamp += _STAMP
            row[TOP_2 + n - 2] = n * (_longer(text, chars, n, pairs, most, table, stamp) - 1)


@njit(nogil=True, cache=True, _nrt=False)
def _read(data, i, stop, folded, text, seen):  # type: ignore[no-untyped-def]
    """Fill `text` with the code points of a document, folded, and count each; return how many."""
    chars = 0
    while i < stop:
        character, width = np.int64(data[i]), 1
        if character >= 0x80:
            character, width = decode(data, i)
            to = folded[character]
            if to == THREE_STOPS:
                text[chars], text[chars + 1], text[chars + 2] = _STOP, _STOP, _STOP
                seen[_STOP] += 3
                chars += 3
                i += width
                continue
            character = np.int64(to) if to >= 0 else character
        text[chars] = character
        seen[character] += 1
        chars += 1
        i += width
    return chars


@njit(nogil=True, cache=True, _nrt=False)
def _characters(text, chars, seen):  # type: ignore[no-untyped-def]
    """Count different characters and their entropy; leave no count behind."""
    distinct, entropy = 0, 0.0
    for i in range(chars):
        count = seen[text[i]]
        if count:
            distinct += 1
            entropy -= count / chars * np.log(count / chars)
            seen[text[i]] = 0
    return distinct, entropy


@njit(nogil=True, cache=True, _nrt=False)
def _marks(text, chars, point, row):  # type: ignore[no-untyped-def]
    """Count digits, marks, runs, sentences and what stands in brackets."""
    solid, stops, hashed, opened = False, 0, False, -1
    digits, marks, ellipses = np.int64(0), np.int64(0), np.int64(0)
    for i in range(chars):
        bits = point[text[i]]
        digits += (bits & IS_DIGIT) > 0
        marks += (bits & IS_MARK) > 0
        if bits & ENDS:
            row[SENTENCES] += solid
            solid = False
        elif not bits & IS_SPACE:
            solid = True
        stops = stops + 1 if bits & STOP else 0
        ellipses += stops == ELLIPSIS
        if bits & HASH:
            row[HASH_RUNS] += not hashed
        hashed = (bits & HASH) > 0
        if bits & OPENS and opened < 0:
            opened = i
        elif text[i] == 10:
            opened = -1
        elif bits & CLOSES and opened >= 0:
            row[IN_BRACKETS] += i - opened - 1
            opened = -1
    row[SENTENCES] += solid
    row[DIGITS], row[MARKS], row[ELLIPSIS_RUNS] = digits, marks, ellipses


@njit(nogil=True, cache=True, _nrt=False)
def _pairs(text, chars, pairs, table, stamp):  # type: ignore[no-untyped-def]
    """Count 2-grams into `pairs`, by where they start; return the largest count."""
    mask, most = _mask(chars), np.int64(0)
    for i in range(chars - 1):
        pairs[i] = np.int64(_add(_key(text, i, 2), mask, table, stamp))
    for i in range(chars - 1):
        pairs[i] = np.int64(table[pairs[i], 1] - stamp)
        most = max(most, pairs[i])
    return most


@njit(nogil=True, cache=True, _nrt=False)
def _longer(text, chars, n, pairs, most, table, stamp):  # type: ignore[no-untyped-def]
    """Return the largest count of an n-gram, 1 if none comes twice.

    No n-gram is more frequent than the rarest pair in it. So those that start with the most
    frequent pair are counted first; of the others only those whose pairs all come more often.
    """
    mask, best = _mask(chars), np.int64(1)
    for i in range(chars - n + 1):
        if pairs[i] == most:
            slot = _add(_key(text, i, n), mask, table, stamp)
            best = max(best, np.int64(table[slot, 1] - stamp))
    for i in range(chars - n + 1):
        if pairs[i] == most or pairs[i] <= best or pairs[i + 1] <= best or pairs[i + n - 2] <= best:
            continue
        slot = _add(_key(text, i, n), mask, table, stamp)
        best = max(best, np.int64(table[slot, 1] - stamp))
    return best


@njit(nogil=True, cache=True, _nrt=False)
def _mask(chars):  # type: ignore[no-untyped-def]
    mask = np.uint64(15)
    while mask < np.uint64(2 * chars):
        mask = (mask << np.uint64(1)) | np.uint64(1)
    return mask


@njit(nogil=True, cache=True, _nrt=False)
def _key(text, i, n):  # type: ignore[no-untyped-def]
    key = (np.uint64(text[i]) << np.uint64(21)) | np.uint64(text[i + 1])
    if n > 2:  # three code points fit into a key as they are
        key = (key << np.uint64(21)) | np.uint64(text[i + 2])
    if n > 3:
        key *= _MULTIPLIER
        key = (key ^ (key >> np.uint64(32))) * _MULTIPLIER + np.uint64(text[i + 3])
    return key


@njit(nogil=True, cache=True, _nrt=False)
def _add(key, mask, table, stamp):  # type: ignore[no-untyped-def]
    """Count a key; return its slot."""
    slot = ((key * _MULTIPLIER) >> np.uint64(32)) & mask
    while table[slot, 1] > stamp and table[slot, 0] != key:
        slot = (slot + np.uint64(1)) & mask
    if table[slot, 1] <= stamp:
        table[slot, 0], table[slot, 1] = key, stamp
    table[slot, 1] += np.uint64(1)
    return slot
