"""Read a line for C4's cleaner: its bounds, its words, and whether it needs a closer look.

Most lines have no white space beyond ASCII. Such a line is read once for its end, and its words
are counted in a loop that LLVM makes vectors of; other lines are read byte by byte.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from corpuskit.kernels.line_parts import breaks_line
from corpuskit.kernels.unicode import SPACE, decode

# Bits of a byte: is white space, may start white space beyond ASCII, breaks a line, is a "[".
BYTE_SPACE, MAY_BE_SPACE, BREAK, BRACKET = 1, 2, 4, 8
_RARE = MAY_BE_SPACE | BREAK | BRACKET

LONGEST_WORD = 1_000
# White space of ASCII that breaks no line.
_TAB, _UNIT_SEPARATOR, _BLANK = 0x09, 0x1F, 0x20


@njit(nogil=True, cache=True, _nrt=False)
def read_line(data, i, stop, byte, point):  # type: ignore[no-untyped-def]
    """Read a line from byte i on.

    Returns its bounds when stripped, its words, whether one may be too long, whether it has a "[",
    and where the next line starts. `byte` has the bits above, `point` those of `unicode_tables`.
    """
    end, has_bracket = i, False
    while end < stop:
        bits = byte[data[np.uint64(end)]]
        if bits & _RARE:
            if bits & MAY_BE_SPACE:
                wide, width = _wide_space(data, end, point)
                if wide:
                    return _read_wide(data, i, stop, byte, point)
                end += width
                continue
            if bits & BREAK:
                break
            has_bracket = True
        end += 1
    first, last = i, end
    while first < last and byte[data[first]] & BYTE_SPACE:
        first += 1
    while first < last and byte[data[last - 1]] & BYTE_SPACE:
        last -= 1
    is_long = last - first > LONGEST_WORD and _may_be_long(data, first, last)
    return first, last, _words(data, first, last), is_long, has_bracket, min(end + 1, stop)


@njit(nogil=True, cache=True, _nrt=False)
def _words(data, first, last):  # type: ignore[no-untyped-def]
    """Count the words of a stripped line."""
    words = np.int64(first < last)
    for k in range(np.uint64(first) + np.uint64(1), np.uint64(last)):
        words += _is_blank(data[k - np.uint64(1)]) & ~_is_blank(data[k])
    return words


@njit(nogil=True, cache=True, _nrt=False)
def _is_blank(value):  # type: ignore[no-untyped-def]
    return (value == _BLANK) | (value == _TAB) | (value == _UNIT_SEPARATOR)


@njit(nogil=True, cache=True, _nrt=False)
def _may_be_long(data, first, last):  # type: ignore[no-untyped-def]
    """Say whether a word has more than `LONGEST_WORD` bytes: one in so many bytes is in it."""
    for middle in range(first, last, LONGEST_WORD):
        a = b = middle
        while a > first and not _is_blank(data[a - 1]):
            a -= 1
        while b < last and not _is_blank(data[b]):
            b += 1
        if b - a > LONGEST_WORD:
            return True
    return False


@njit(nogil=True, cache=True, _nrt=False)
def _read_wide(data, i, stop, byte, point):  # type: ignore[no-untyped-def]
    """Read a line in which white space beyond ASCII may stand; no common byte takes a branch."""
    words, longest, has_bracket, breaks = np.int64(0), np.int64(0), False, False
    start, last, begin, was_space = i, i, i, np.int64(1)
    while i < stop and not breaks:
        bits, width = byte[data[np.uint64(i)]], np.int64(1)
        if bits & _RARE:
            if bits & MAY_BE_SPACE:
                bits, width = _wide_space(data, i, point)
            has_bracket |= (bits & BRACKET) > 0
            breaks = (bits & BREAK) > 0
        i += width
        space = np.int64(bits & BYTE_SPACE)
        words += was_space & ~space
        was_space = space
        begin = i if space else begin
        last = last if space else i
        longest = max(longest, i - begin)
    first = start
    while first < last:
        bits, width = byte[data[first]], np.int64(1)
        if bits & MAY_BE_SPACE:
            bits, width = _wide_space(data, first, point)
        if not bits & BYTE_SPACE:
            break
        first += width
    return first, last, words, longest > LONGEST_WORD, has_bracket, i


@njit(nogil=True, cache=True, _nrt=False)
def _wide_space(data, i, point):  # type: ignore[no-untyped-def]
    """Return the bits of white space beyond ASCII at i, 0 for anything else, and its bytes."""
    character, width = decode(data, i)
    if not point[character] & SPACE:
        return np.uint8(0), np.int64(1)
    return np.uint8(BYTE_SPACE | BREAK) if breaks_line(character) else np.uint8(BYTE_SPACE), width
