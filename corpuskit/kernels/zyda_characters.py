"""Count characters and substrings as Zyda's filters do, in one pass.

Zyda first squeezes long runs of some characters (40 spaces, 20 tabs, 10 of others) into one. Only
the length and the runs of word characters are measured behind that, and a squeezed run takes
nothing from either but its own characters; so nothing is copied, and runs are counted in passing.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.unicode import (
    DIGIT,
    LETTER,
    ND,
    NO,
    SPACE,
    decode,
    unicode_tables,
)

# Columns of the counts.
(CHARS, SQUEEZED_CHARS, SEPARATORS, OTHERS, DIGITS, RUNS, XML, XML_DECLARATIONS, LOREM, LINKS,
 ANGLES, QUOTE_COLONS, WWW) = range(13)  # fmt: skip
COLUMNS = 13

LONG_RUN = 7  # equal word characters
SQUEEZED = {" ": 40, "\t": 20, **dict.fromkeys("-_/\\\n\r.,:?\xa0", 10)}
SEPARATING = "-/\\."  # beside white space
# What is counted, with the byte that starts it; "www." is three letters and any character on the
# same line, since the published pattern has a bare dot.
PATTERNS = ("xml", "xml version=", "lorem ipsum", "https://", "<", '":', "www")

# Bits of `point_classes`.
_WORD, _SPACE, _DIGIT, _SEPARATES, _STARTS = (1 << bit for bit in range(5))
_WIDTH = 13


def count_characters(buffer: TextBuffer) -> npt.NDArray[np.int64]:
    """Count per document: int64 (n, 13), columns as named above.

    `SQUEEZED_CHARS` is the length behind the squeeze; `OTHERS` are neither word characters nor
    white space; `RUNS` are runs of at least 7 equal word characters.
    """
    out = np.zeros((len(buffer), COLUMNS), np.int64)
    _count(*buffer, point_classes(), limits(), patterns(), out)
    return out


@cache
def point_classes() -> npt.NDArray[np.uint8]:
    """Classify code points: uint8 (0x110000,). Word characters are letters, numbers and _."""
    unicode = unicode_tables()
    table = np.zeros(len(unicode.flags), np.uint8)
    number = (unicode.category >= ND) & (unicode.category <= NO)
    table[((unicode.flags & LETTER) > 0) | number] |= _WORD
    table[ord("_")] |= _WORD
    table[(unicode.flags & SPACE) > 0] |= _SPACE | _SEPARATES
    table[(unicode.flags & DIGIT) > 0] |= _DIGIT
    table[[ord(character) for character in SEPARATING]] |= _SEPARATES
    table[[ord(pattern[0]) for pattern in PATTERNS]] |= _STARTS
    table.setflags(write=False)
    return table


@cache
def limits() -> npt.NDArray[np.int64]:
    """From how long a run a character is squeezed, int64 (256,) by code point; 0 is never."""
    table = np.zeros(256, np.int64)
    for character, limit in SQUEEZED.items():
        table[ord(character)] = limit
    return table


@cache
def patterns() -> npt.NDArray[np.uint8]:
    """Spell the patterns, uint8 (7, 13), zeros behind."""
    table = np.zeros((len(PATTERNS), _WIDTH), np.uint8)
    for row, pattern in zip(table, PATTERNS, strict=True):
        row[: len(pattern)] = list(pattern.encode())
    return table


@njit(nogil=True, cache=True, _nrt=False)
def _count(offsets, data, point, limit, patterns, out):  # type: ignore[no-untyped-def]
    for document in range(len(offsets) - 1):
        i, stop, row = offsets[document], offsets[document + 1], out[document]
        chars, separators, others, digits = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
        run, before, free = np.int64(0), np.int64(-1), i
        while i < stop:
            character, width = np.int64(data[i]), 1
            if character >= 0x80:
                character, width = decode(data, i)
            bits = point[character]
            if bits & _STARTS:
                free = _patterns_at(data, i, stop, patterns, free, row)
            chars += 1
            separators += (bits & _SEPARATES) > 0
            others += (bits & (_WORD | _SPACE)) == 0
            digits += (bits & _DIGIT) > 0
            if character != before:
                if run >= LONG_RUN:
                    _close_run(before, run, point, limit, row)
                run, before = np.int64(0), character
            run += 1
            i += width
        if run >= LONG_RUN:
            _close_run(before, run, point, limit, row)
        row[CHARS], row[SEPARATORS], row[OTHERS], row[DIGITS] = chars, separators, others, digits
        row[SQUEEZED_CHARS] += chars


@njit(nogil=True, cache=True, _nrt=False)
def _close_run(character, run, point, limit, row):  # type: ignore[no-untyped-def]
    """Count a run of at least 7 equal characters, or squeeze it."""
    if character < 256 and 0 < limit[character] <= run:
        row[SQUEEZED_CHARS] -= run - 1
    elif point[character] & _WORD:
        row[RUNS] += 1


@njit(nogil=True, cache=True, _nrt=False)
def _patterns_at(data, i, stop, patterns, free, row):  # type: ignore[no-untyped-def]
    """Count the patterns that start at i; return where the next "www" may start."""
    for number in range(len(patterns)):
        k = 0
        while k < _WIDTH and patterns[number, k] and i + k < stop:
            if data[i + k] != patterns[number, k]:
                break
            k += 1
        if k < _WIDTH and patterns[number, k]:
            continue
        if XML + number != WWW:
            row[XML + number] += 1
        elif i >= free and i + 3 < stop and data[i + 3] != 0x0A:
            row[WWW] += 1
            free = i + 4
    return free
