"""Count words in DCLM's two ways, and the marks that its word rules look for, in one pass.

A *word* lies between what `str.split` cuts at. A *fastText word* lies between white space of ASCII
or NUL, as that library reads text, and counts where it starts with a letter or number.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.line_classes import SPACE
from corpuskit.kernels.python_classes import ALNUM, ALPHA, python_points
from corpuskit.kernels.unicode import decode
from corpuskit.kernels.words import STOP_WORDS

# Columns of the counts.
FASTTEXT_WORDS, WORDS, WORD_CHARS, NO_LETTER, STOPS, SYMBOLS = range(6)
COLUMNS = 6

FASTTEXT_SPACES = " \n\r\t\v\f\0"
_FASTTEXT_SPACE, _MARK = 16, 32  # bits of a byte of ASCII, beside those of `python_points`
_DOT, _SPACE, _ELLIPSIS = ord("."), ord(" "), ord("…")
_STOP_BYTES = max(map(len, STOP_WORDS))


class Tables(NamedTuple):
    """What the kernel looks up; all arrays are read-only.

    byte : uint8 (256,), the bits of ASCII, 0 beyond.
    point : uint8 (0x110000,), bits of `python_points`.
    stops : uint64 (8,), the bytes of the stop words, the last in the lowest place.
    """

    byte: npt.NDArray[np.uint8]
    point: npt.NDArray[np.uint8]
    stops: npt.NDArray[np.uint64]


def count_dclm_words(buffer: TextBuffer) -> npt.NDArray[np.int64]:
    """Count per document.

    Returns
    -------
    int64 (n, 6), columns as named above. `STOPS` are occurrences, in any case; `SYMBOLS` adds up
    "#", "...", ". . ." (each without overlap) and "…".
    """
    out = np.zeros((len(buffer), COLUMNS), np.int64)
    _count(*buffer, *tables(), out)
    return out


def count_fasttext_words(buffer: TextBuffer) -> npt.NDArray[np.int64]:
    """Count the fastText words of every document, int64 (n,)."""
    out = np.zeros(len(buffer), np.int64)
    _count_fasttext(*buffer, *tables()[:2], out)
    return out


@cache
def tables() -> Tables:
    """Make the tables, once per process."""
    byte = np.zeros(256, np.uint8)
    byte[:128] = python_points()[:128]
    byte[[ord(space) for space in FASTTEXT_SPACES]] |= _FASTTEXT_SPACE
    byte[[ord("#"), _DOT]] |= _MARK
    stops = np.array([int.from_bytes(word.encode(), "big") for word in STOP_WORDS], np.uint64)
    for table in (byte, stops):
        table.setflags(write=False)
    return Tables(byte, python_points(), stops)


@njit(nogil=True, cache=True, _nrt=False)
def _count_fasttext(offsets, data, byte, point, out):  # type: ignore[no-untyped-def]
    for document in range(len(offsets) - 1):
        words, was_space = np.int64(0), True
        for i in range(np.uint64(offsets[document]), np.uint64(offsets[document + 1])):
            is_space = (byte[data[i]] & _FASTTEXT_SPACE) != 0
            if was_space and not is_space:
                character, _ = decode(data, np.int64(i))
                words += (point[character] & ALNUM) != 0
            was_space = is_space
        out[document] = words


@njit(nogil=True, cache=True, _nrt=False)
def _count(offsets, data, byte, point, stops, out):  # type: ignore[no-untyped-def]
    for document in range(len(offsets) - 1):
        i, stop = offsets[document], offsets[document + 1]
        row, symbols, free, spaced = out[document], np.int64(0), i, i
        was_space, was_gap = True, True  # behind white space of Python, of fastText
        length, letters, key = np.int64(0), np.int64(0), np.uint64(0)
        while i < stop:
            character, width = np.int64(data[np.uint64(i)]), np.int64(1)
            if character >= 0x80:
                character, width = decode(data, i)
                bits = np.int64(point[character])
                symbols += character == _ELLIPSIS
            else:
                bits = np.int64(byte[character])
                if bits & _MARK:
                    found, free, spaced = _mark(data, i, stop, character, free, spaced)
                    symbols += found
            is_gap, is_space = (bits & _FASTTEXT_SPACE) != 0, (bits & SPACE) != 0
            if was_gap and bits & ALNUM:
                row[FASTTEXT_WORDS] += 1
            if is_space:
                if not was_space:
                    _close(length, letters, key, stops, row)
                    length, letters, key = np.int64(0), np.int64(0), np.uint64(0)
            else:
                length += 1
                letters |= bits & ALPHA
                key = (key << np.uint64(8)) | np.uint64(_lower(character))
            was_space, was_gap = is_space, is_gap
            i += width
        if not was_space:
            _close(length, letters, key, stops, row)
        row[SYMBOLS] = symbols


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _lower(character):  # type: ignore[no-untyped-def]
    """Fold a character to a byte: upper-case ASCII is lower case; 255 is no letter.

    What is not ASCII is 255, and so is NUL: zeros in front would not change the packed word.
    """
    if character >= 0x80 or character == 0:
        return np.int64(255)
    return character | 0x20 if 65 <= character <= 90 else character


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _close(length, letters, key, stops, row):  # type: ignore[no-untyped-def]
    """Count a word that ends."""
    row[WORDS] += 1
    row[WORD_CHARS] += length
    row[NO_LETTER] += letters == 0
    if length <= _STOP_BYTES:
        found = np.int64(0)
        for word in range(len(stops)):
            found += key == stops[word]
        row[STOPS] += found


@njit(nogil=True, cache=True, _nrt=False)
def _mark(data, i, stop, character, free, spaced):  # type: ignore[no-untyped-def]
    """Count what starts at a # or a period, and return where the next such mark may start.

    free, spaced : from where three periods, three with spaces, overlap none that was counted.
    """
    if character != _DOT:
        return np.int64(1), free, spaced
    found = np.int64(0)
    if i >= free and i + 2 < stop and data[i + 1] == _DOT and data[i + 2] == _DOT:
        found, free = found + 1, i + 3
    if i >= spaced and i + 4 < stop and data[i + 2] == _DOT and data[i + 4] == _DOT:
        if data[i + 1] == _SPACE and data[i + 3] == _SPACE:
            found, spaced = found + 1, i + 5
    return found, free, spaced
