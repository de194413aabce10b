"""What every kernel of lines needs: to read a line, to trim it, to know one that came before.

All of it is inlined or called per line, allocates nothing and is compiled without reference
counts. A table of lines is open-addressed: (keys, stamps, stamp), where a slot is free unless it
bears the stamp of this document, so that nothing is ever cleared.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.line_classes import SPACE
from corpuskit.kernels.unicode import decode

OFFSET, PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)  # FNV-1a, 64 bits
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_EIGHT, _HALF = np.uint64(8), np.uint64(32)


@njit(nogil=True, cache=True, _nrt=False)
def read_line(data, i, stop, byte):  # type: ignore[no-untyped-def]
    """Read up to a line feed: (its position, characters, hash, classes of the bytes)."""
    first, chars, classes = i, np.int64(0), np.uint8(0)
    while i < stop:
        value = data[np.uint64(i)]  # unsigned, as no index counts from the end
        if value == 10:
            break
        chars += (value & 0xC0) != 0x80
        classes |= byte[value]
        i += 1
    return i, chars, _hash(data, first, i), classes


@njit(nogil=True, cache=True, _nrt=False)
def breaks_line(character):  # type: ignore[no-untyped-def]
    """Say whether `str.splitlines` cuts here; line feeds are seen to elsewhere."""
    return (
        10 < character <= 13
        or 0x1C <= character <= 0x1E
        or character == 0x85
        or 0x2028 <= character <= 0x2029
    )


@njit(nogil=True, cache=True, _nrt=False)
def trim_start(data, a, b, point):  # type: ignore[no-untyped-def]
    """Pass over white space at the start of [a, b)."""
    while a < b:
        character, width = decode(data, a)
        if not point[character] & SPACE:
            break
        a += width
    return a


@njit(nogil=True, cache=True, _nrt=False)
def trim(data, a, b, point):  # type: ignore[no-untyped-def]
    """Leave out white space at both ends of [a, b)."""
    a = trim_start(data, a, b, point)
    while a < b:
        last = step_back(data, b)
        character, _ = decode(data, last)
        if not point[character] & SPACE:
            break
        b = last
    return a, b


@njit(nogil=True, cache=True, _nrt=False)
def step_back(data, i):  # type: ignore[no-untyped-def]
    """Return where the character before position i starts."""
    i -= 1
    while (data[i] & 0xC0) == 0x80:
        i -= 1
    return i


@njit(nogil=True, cache=True, _nrt=False)
def count_chars(text, a, b):  # type: ignore[no-untyped-def]
    """Count the characters of the bytes [a, b)."""
    chars = np.int64(0)
    for i in range(np.uint64(a), np.uint64(b)):
        chars += (text[i] & 0xC0) != 0x80
    return chars


@njit(nogil=True, cache=True, _nrt=False)
def hash_bytes(data, a, b):  # type: ignore[no-untyped-def]
    """Hash the bytes of [a, b) and count their characters."""
    return _hash(data, a, b), count_chars(data, a, b)


@njit(nogil=True, cache=True, _nrt=False)
def _hash(data, a, b):  # type: ignore[no-untyped-def]
    """Hash the bytes of [a, b), eight in a step and not one, and how many there are."""
    i, stop, key = np.uint64(a), np.uint64(b), OFFSET ^ np.uint64(b - a)
    while stop - i >= _EIGHT:
        word = np.uint64(data[i])
        for k in range(1, 8):
            word |= np.uint64(data[i + np.uint64(k)]) << np.uint64(8 * k)
        key = (key ^ word) * _SPREAD
        key ^= key >> _HALF
        i += _EIGHT
    word = np.uint64(0)
    while i < stop:
        word = (word << _EIGHT) | np.uint64(data[i])
        i += np.uint64(1)
    key = (key ^ word) * _SPREAD
    return key ^ (key >> _HALF)


def table_sizes(buffer: TextBuffer, keys_per_line: int) -> npt.NDArray[np.int64]:
    """Bound the keys of every document: int64 (n,), powers of two, at most half of each used."""
    sizes = np.empty(len(buffer), np.int64)
    _table_sizes(*buffer, keys_per_line, sizes)
    return sizes


@njit(nogil=True, cache=True, _nrt=False)
def _table_sizes(offsets, data, keys_per_line, sizes):  # type: ignore[no-untyped-def]
    for document in range(len(offsets) - 1):
        lines, size = 1, 8
        for i in range(np.uint64(offsets[document]), np.uint64(offsets[document + 1])):
            lines += data[i] == 10
        while size < 2 * keys_per_line * lines:
            size *= 2
        sizes[document] = size


@njit(nogil=True, cache=True, _nrt=False)
def seen(table, key):  # type: ignore[no-untyped-def]
    """Remember a key; tell whether this document had it already."""
    keys, stamps, stamp = table
    mask = len(keys) - 1
    slot = np.int64((key * _SPREAD) >> np.uint64(32)) & mask
    while stamps[slot] == stamp:
        if keys[slot] == key:
            return True
        slot = (slot + 1) & mask
    keys[slot], stamps[slot] = key, stamp
    return False
