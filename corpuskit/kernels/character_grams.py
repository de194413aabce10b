"""Duplicated n-grams of characters, n = 10 to 18, in scripts written without spaces.

Apart from kernels/repetition.py, which scans 20-grams for every recipe: these lengths are only
FineWeb-2's for Chinese. Prefix hashes give the hash of any n-gram in one multiply and one
subtract. Longer n-grams can only come again where the 10-grams at both their ends do, so that one
pass over all 10-grams leaves little to scan. A slot of the table is free unless its mark is above
those of earlier passes, so nothing is ever cleared. Scratch is made once a batch, by the longest
document.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.repetition import SPACELESS_PER_WORDS
from corpuskit.kernels.tokenise import IS_SPACELESS, IS_SYMBOL, Tokens
from corpuskit.kernels.unicode import decode

GRAMS = (10, 12, 14, 16, 18)
# Columns: characters of duplicated n-grams, then these.
SOLID, NEWLINES = 5, 6
COLUMNS = 7

_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)


def duplicate_character_grams(buffer: TextBuffer, tokens: Tokens) -> npt.NDArray[np.int64]:
    """Count the characters of n-grams that a scan has met before.

    Returns
    -------
    int64 (n, 7): for n = 10, 12, 14, 16, 18 the characters of duplicated n-grams (0 unless at
    least a fifth of the words are characters of scripts without spaces); characters that are not
    white space; line feeds.
    """
    out = np.zeros((len(buffer), COLUMNS), np.int64)
    longest = _sizes(*buffer, tokens.offsets, tokens.chars, tokens.kind, out)
    slots = 16
    while slots < 2 * longest:
        slots *= 2
    _scan_documents(
        buffer.data,
        *tokens[:3],
        np.empty(longest + 1, np.uint64),  # hash of the first i characters
        np.empty(longest + 1, np.bool_),  # whether the 10-gram that starts there comes again
        np.empty(slots, np.uint64),  # key of a slot
        np.zeros(slots, np.int64),  # mark of a slot
        np.array(GRAMS),
        out,
    )
    return out


@njit(nogil=True, cache=True, _nrt=False)
def _sizes(offsets, data, token_offsets, chars, kind, out):  # type: ignore[no-untyped-def]
    """Fill SOLID and NEWLINES, put -1 in the first column of what to scan; return the longest."""
    longest = np.int64(0)
    for document in range(len(offsets) - 1):
        words, spaceless, solid, newlines = 0, 0, np.int64(0), np.int64(0)
        for i in range(offsets[document], offsets[document + 1]):
            newlines += data[i] == 10
        for t in range(token_offsets[document], token_offsets[document + 1]):
            words += (kind[t] & IS_SYMBOL) == 0
            spaceless += (kind[t] & IS_SPACELESS) != 0
            solid += chars[t]
        out[document, SOLID], out[document, NEWLINES] = solid, newlines
        if spaceless > 0 and SPACELESS_PER_WORDS * spaceless >= words:
            out[document, 0] = -1
            longest = max(longest, solid)
    return longest


@njit(nogil=True, cache=True, _nrt=False)
def _scan_documents(  # type: ignore[no-untyped-def]
    data, offsets, start, end, prefix, again, keys, marks, grams, out
):
    made = np.int64(0)
    for document in range(len(offsets) - 1):
        if out[document, 0] != -1:
            continue
        count = _read(data, start, end, offsets[document], offsets[document + 1], prefix)
        slots = 16
        while slots < 2 * count:
            slots *= 2
        table = (keys[:slots], marks[:slots])
        _mark_repeated(prefix, count, grams[0], again, table, made)
        made += count
        for column in range(len(grams)):
            reach = grams[column] - grams[0]
            out[document, column] = _scan(prefix, count, grams[column], reach, again, table, made)
            made += count


@njit(nogil=True, cache=True, _nrt=False)
def _read(data, start, end, first, stop, prefix):  # type: ignore[no-untyped-def]
    """Make the prefix hashes of a document's characters; return their number."""
    count = 0
    prefix[0] = np.uint64(0)
    for t in range(first, stop):
        i = np.int64(start[t])
        while i < end[t]:
            point, width = decode(data, i)
            i += width
            mixed = (np.uint64(point) + np.uint64(1)) * _MIX
            mixed ^= mixed >> np.uint64(29)
            prefix[count + 1] = prefix[count] * _BASE + mixed
            count += 1
    return count


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _find(key, table, made):  # type: ignore[no-untyped-def]
    """Find the slot of a key, or a free one."""
    keys, marks = table
    mask = np.uint64(len(keys) - 1)
    slot = ((key ^ (key >> np.uint64(32))) * _MIX >> np.uint64(20)) & mask
    while marks[slot] > made and keys[slot] != key:
        slot = (slot + np.uint64(1)) & mask
    return slot


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _power(n):  # type: ignore[no-untyped-def]
    power = np.uint64(1)
    for _ in range(n):
        power *= _BASE
    return power


@njit(nogil=True, cache=True, _nrt=False)
def _mark_repeated(prefix, count, n, again, table, made):  # type: ignore[no-untyped-def]
    """Say for every place whether the n-gram that starts there stands elsewhere, too."""
    power = _power(n)
    for i in range(count):
        again[i] = False
    for i in range(count - n + 1):
        key = prefix[i + n] - prefix[i] * power
        slot = _find(key, table, made)
        if table[1][slot] > made:
            again[i] = again[table[1][slot] - made - 1] = True
        else:
            table[0][slot], table[1][slot] = key, made + i + 1


@njit(nogil=True, cache=True, _nrt=False)
def _scan(prefix, count, n, reach, again, table, made):  # type: ignore[no-untyped-def]
    """Add up n-grams met before; the scan jumps over those, and steps else.

    Where the shorter n-grams at its two ends stand nowhere else, neither does the n-gram.
    """
    power, covered, i = _power(n), np.int64(0), 0
    while i + n <= count:
        if not (again[i] and again[i + reach]):
            i += 1
            continue
        key = prefix[i + n] - prefix[i] * power
        slot = _find(key, table, made)
        if table[1][slot] > made:
            covered += n
            i += n
        else:
            table[0][slot], table[1][slot] = key, made + 1
            i += 1
    return covered
