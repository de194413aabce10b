"""Repeated n-grams of every document, of tokens and, in scripts without spaces, of characters.

The hash of any n-gram comes from prefix hashes in one multiplication and one subtraction. One
open-addressing table serves all documents and all n: a slot counts as empty unless it bears the
stamp of the present pass, so nothing is ever cleared; a pass uses only as many slots as its
document needs, which keeps a short document in the cache.

An n-gram can only come twice where all shorter ones inside it do. So each pass looks at the
places that the pass before left over (`runs`), which for most texts are few after 3-grams.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.shingles import mix
from corpuskit.kernels.tokenise import IS_SPACELESS, IS_SYMBOL, Tokens
from corpuskit.kernels.unicode import SPACE, decode, unicode_tables

TOP_N = (2, 3, 4)
DUPLICATE_N = (5, 6, 7, 8, 9, 10)
TOP_CHARS_N, DUPLICATE_CHARS_N = 4, 20
# Columns: characters of the top 2-, 3-, 4-gram, of duplicated 5- to 10-grams, then of characters.
TOP_CHARS, DUPLICATE_CHARS, LENGTH, SOLID = 9, 10, 11, 12
COLUMNS = 13
_BASE = np.uint64(0x9E3779B97F4A7C15)
SPACELESS_SHARE = 0.2


def repeated_chars(buffer: TextBuffer, tokens: Tokens) -> npt.NDArray[np.int64]:
    """Count the characters of repeated n-grams.

    Returns
    -------
    int64 (n, 13): top 2-, 3-, 4-grams (characters joined by spaces × count); duplicated 5- to
    10-grams; 4 × count of the top character 4-gram and characters of duplicated 20-grams (0
    unless at least a fifth of the words are characters of scripts without spaces); characters of
    the text; its characters that are not white space (0 where character n-grams are).
    """
    out: npt.NDArray[np.int64] = _repetition(
        buffer.offsets, buffer.data, tokens.offsets, tokens.hash, tokens.chars, tokens.kind,
        unicode_tables().flags,
    )  # fmt: skip
    return out


@njit(nogil=True, cache=True)
def _repetition(offsets, data, token_offsets, exact, chars, kind, flags):  # type: ignore[no-untyped-def]
    out = np.zeros((len(offsets) - 1, COLUMNS), np.int64)
    longest = np.int64(1)
    for document in range(len(offsets) - 1):
        longest = max(longest, offsets[document + 1] - offsets[document])
    slots = _slots(longest) + 1
    keys = np.empty(slots, np.uint64)
    places = np.empty((slots, 3), np.int32)  # stamp, count, first position
    places[:, 0] = 0
    hashes = np.empty(longest + 1, np.uint64)
    lengths = np.empty(longest + 1, np.int64)
    runs = np.empty(longest + 2, np.int32)
    stamp = 0
    for document in range(len(offsets) - 1):
        row = out[document]
        start, stop = token_offsets[document], token_offsets[document + 1]
        spaceless = _prefixes(exact, chars, kind, start, stop, hashes, lengths)
        stamp = _token_passes(hashes, lengths, stop - start, runs, keys, places, stamp, row)
        first, last = offsets[document], offsets[document + 1]
        row[LENGTH] = _length(data, first, last)
        if spaceless:
            row[SOLID] = solid = _characters(data, first, last, flags, hashes, lengths)
            stamp = _character_passes(hashes, lengths, solid, runs, keys, places, stamp, row)
    return out


@njit(nogil=True, cache=True)
def _length(data, start, stop):  # type: ignore[no-untyped-def]
    length = 0
    for i in range(start, stop):
        length += (data[i] & 0xC0) != 0x80
    return length


@njit(nogil=True, cache=True)
def _prefixes(exact, chars, kind, start, stop, hashes, lengths):  # type: ignore[no-untyped-def]
    hashes[0], lengths[0] = np.uint64(0), 0
    words, spaceless = 0, 0
    for i in range(stop - start):
        hashes[i + 1] = hashes[i] * _BASE + exact[start + i]
        lengths[i + 1] = lengths[i] + chars[start + i]
        words += (kind[start + i] & IS_SYMBOL) == 0
        spaceless += (kind[start + i] & IS_SPACELESS) != 0
    return spaceless > 0 and spaceless >= SPACELESS_SHARE * words


@njit(nogil=True, cache=True)
def _token_passes(hashes, lengths, count, runs, keys, places, stamp, row):  # type: ignore[no-untyped-def]
    for n in (2, 3, 4):
        if count < n:
            return stamp
        stamp += 1
        needed = 0 if n == 2 else 2
        row[n - 2] = _top(hashes, lengths, count, n, n - 1, needed, runs, keys, places, stamp)
    for n in (5, 6, 7, 8, 9, 10):
        stamp += 1
        row[n - 2] = _duplicates(hashes, lengths, count, n, runs, keys, places, stamp)
    return stamp


@njit(nogil=True, cache=True)
def _character_passes(hashes, lengths, count, runs, keys, places, stamp, row):  # type: ignore[no-untyped-def]
    if count < 4:
        return stamp
    row[TOP_CHARS] = _top(hashes, lengths, count, 4, 0, 0, runs, keys, places, stamp + 1)
    row[DUPLICATE_CHARS] = _duplicates(hashes, lengths, count, 20, runs, keys, places, stamp + 2)
    return stamp + 2


@njit(nogil=True, cache=True)
def _slots(count):  # type: ignore[no-untyped-def]
    slots = 16
    while slots < 2 * count:
        slots *= 2
    return slots - 1


@njit(nogil=True, cache=True)
def _power(n):  # type: ignore[no-untyped-def]
    value = np.uint64(1)
    for _ in range(n):
        value *= _BASE
    return value


@njit(nogil=True, cache=True)
def _find(key, mask, keys, places, stamp):  # type: ignore[no-untyped-def]
    slot = np.int64(mix(key) & np.uint64(mask))
    while places[slot, 0] == stamp and keys[slot] != key:
        slot = (slot + 1) & mask
    return slot


@njit(nogil=True, cache=True)
def _top(hashes, lengths, count, n, joints, needed, runs, keys, places, stamp):  # type: ignore[no-untyped-def]
    """Return characters × count of the top n-gram; leave in `runs` how many n-grams from each
    place on, one after the other, come twice. Looks where `runs` was at least `needed`."""
    mask, power = _slots(count), _power(n)
    most, first = 1, 0
    if not needed:
        runs[: count - n + 1] = 0
    for i in range(count - n + 1):
        if runs[i] < needed:
            continue
        key = hashes[i + n] - hashes[i] * power
        slot = _find(key, mask, keys, places, stamp)
        if places[slot, 0] != stamp:
            keys[slot] = key
            places[slot, 0], places[slot, 1], places[slot, 2] = stamp, 0, i
        places[slot, 1] += 1
        seen, begun = places[slot, 1], places[slot, 2]
        if seen > 1:
            runs[i], runs[begun] = -1, -1
        if seen > most or (seen == most and begun < first):
            most, first = seen, begun
    runs[count - n + 1] = 0
    for i in range(count - n, -1, -1):
        runs[i] = runs[i + 1] + 1 if runs[i] == -1 else 0
    return (lengths[first + n] - lengths[first] + joints) * most


@njit(nogil=True, cache=True)
def _duplicates(hashes, lengths, count, n, runs, keys, places, stamp):  # type: ignore[no-untyped-def]
    """Scan n-grams of more than four; `runs` is that of the 4-grams and is left as it is."""
    mask, power = _slots(count), _power(n)
    i, covered = 0, 0
    while i + n <= count:
        if runs[i] < n - 3:
            i += 1
            continue
        key = hashes[i + n] - hashes[i] * power
        slot = _find(key, mask, keys, places, stamp)
        if places[slot, 0] == stamp:
            covered += lengths[i + n] - lengths[i]
            i += n
        else:
            keys[slot] = key
            places[slot, 0] = stamp
            i += 1
    return covered


@njit(nogil=True, cache=True)
def _characters(data, i, stop, flags, hashes, lengths):  # type: ignore[no-untyped-def]
    hashes[0], lengths[0] = np.uint64(0), 0
    count = 0
    while i < stop:
        point, width = decode(data, i)
        i += width
        if flags[point] & SPACE:
            continue
        hashes[count + 1] = hashes[count] * _BASE + np.uint64(point + 1)
        lengths[count + 1] = count + 1
        count += 1
    return count
