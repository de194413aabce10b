"""Count words, marks, lines and paragraphs as Dolma 3's filters do, in bytes.

Lines and paragraphs are hashed into one table that counts how often each came before: where a
second copy comes, the first counts as repeated with it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.line_parts import OFFSET, PRIME, table_sizes
from corpuskit.kernels.unicode import LETTER, SPACE, decode, unicode_tables
from corpuskit.kernels.words import stop_slot, stop_word_slots

# Columns of the counts. "Filled" lines and paragraphs are those of at least one byte.
CHARS, WORDS, WORD_BYTES, WITHOUT_LETTER, STOPS, SYMBOLS, SPACED_ELLIPSES = range(7)
LINES, BULLETS, FILLED_LINES, ELLIPSES = range(7, 11)
PIECES, PIECE_BYTES, REPEATED, REPEATED_BYTES = range(11, 15)  # lines
PARAGRAPHS, PARAGRAPH_BYTES, REPEATED_PARAGRAPHS, REPEATED_PARAGRAPH_BYTES = range(15, 19)
ASCII_RUNS, WIDE_CHARS = 19, 20
COLUMNS = 21

_SALT = np.uint64(0x9E3779B97F4A7C15)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


def count_texts(buffer: TextBuffer) -> npt.NDArray[np.int64]:
    """Count per document: int64 (n, 21), columns as named above.

    `ASCII_RUNS` are runs of ASCII letters and digits, `WIDE_CHARS` characters outside ASCII.
    """
    out = np.zeros((len(buffer), COLUMNS), np.int64)
    sizes = table_sizes(buffer, 2)
    capacity = int(sizes.max(initial=1))
    keys, stamps = np.empty(capacity, np.uint64), np.zeros(capacity, np.int64)
    _words(*buffer, unicode_tables().flags, stop_word_slots(), out)
    _lines(*buffer, sizes, keys, stamps, np.zeros(capacity, np.int64), out)
    return out


@njit(nogil=True, cache=True, _nrt=False)
def _words(offsets, data, flags, stops, out):  # type: ignore[no-untyped-def]
    for document in range(len(offsets) - 1):
        i, stop, row = offsets[document], offsets[document + 1], out[document]
        chars, wide, runs, inside = np.int64(0), np.int64(0), np.int64(0), False
        first, letters, exact = i, np.int64(0), OFFSET
        while i < stop:
            character, width = np.int64(data[i]), 1
            if character >= 0x80:
                character, width = decode(data, i)
                wide += 1
            bits = flags[character]
            chars += 1
            is_run = width == 1 and (bits & LETTER or 0x30 <= character <= 0x39)
            runs += is_run and not inside
            inside = is_run
            if bits & SPACE:
                _word(row, i - first, letters, exact, stops)
                first, letters, exact = i + width, np.int64(0), OFFSET
            else:
                letters += (bits & LETTER) > 0
                lower = character + 32 if 65 <= character <= 90 else character
                exact = (exact ^ np.uint64(lower)) * PRIME
            i += width
        _word(row, stop - first, letters, exact, stops)
        row[CHARS], row[WIDE_CHARS], row[ASCII_RUNS] = chars, wide, runs
        _symbols(data, offsets[document], stop, row)


@njit(nogil=True, cache=True, _nrt=False)
def _word(row, size, letters, exact, stops):  # type: ignore[no-untyped-def]
    """Count one word; `exact` hashes its code points, as its bytes where it is ASCII."""
    if size > 0:
        row[WORDS] += 1
        row[WORD_BYTES] += size
        row[WITHOUT_LETTER] += letters == 0
        row[STOPS] += size < 5 and stop_slot(exact, stops) >= 0


@njit(nogil=True, cache=True, _nrt=False)
def _symbols(data, i, stop, row):  # type: ignore[no-untyped-def]
    """Count hash marks and ellipses: three periods, the same with spaces between, and …."""
    symbols, spaced, dots, steps = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
    before, earlier = np.uint8(0), np.uint8(0)
    while i < stop:
        value = data[i]
        symbols += value == 0x23
        symbols += value == 0xA6 and before == 0x80 and earlier == 0xE2
        dots = dots + 1 if value == 0x2E else 0
        if dots == 3:
            symbols += 1
            dots = 0
        wanted = 0x20 if steps & 1 else 0x2E
        steps = steps + 1 if value == wanted else np.int64(value == 0x2E)
        if steps == 5:
            spaced += 1
            steps = 0
        earlier, before = before, value
        i += 1
    row[SYMBOLS], row[SPACED_ELLIPSES] = symbols + spaced, spaced


@njit(nogil=True, cache=True, _nrt=False)
def _lines(offsets, data, sizes, all_keys, all_stamps, all_counts, out):  # type: ignore[no-untyped-def]
    for document in range(len(offsets) - 1):
        first, stop, size = offsets[document], offsets[document + 1], sizes[document]
        row, stamp = out[document], document + 1
        table = (all_keys[:size], all_stamps[:size], all_counts[:size], stamp)
        i = first
        while i <= stop:
            end, key = i, OFFSET
            while end < stop and data[end] != 10:
                key = (key ^ np.uint64(data[end])) * PRIME
                end += 1
            row[LINES] += 1
            if end > i:
                _piece(table, key, end - i, row, PIECES)
                row[BULLETS] += _is_bullet(data, i, end)
                _ellipsis(data, i, end - (end < stop and data[end - 1] == 13), row)
            i = end + 1
        i = first
        while i < stop:
            end, key = i, OFFSET ^ _SALT
            while end < stop and not (data[end] == 10 and end + 1 < stop and data[end + 1] == 10):
                key = (key ^ np.uint64(data[end])) * PRIME
                end += 1
            if end > i:
                _piece(table, key, end - i, row, PARAGRAPHS)
            i = end + 2


@njit(nogil=True, cache=True, _nrt=False)
def _piece(table, key, size, row, column):  # type: ignore[no-untyped-def]
    """Count a line or paragraph, and the first copy with the second."""
    keys, stamps, counts, stamp = table
    mask = len(keys) - 1
    slot = np.int64((key * _SPREAD) >> np.uint64(32)) & mask
    while stamps[slot] == stamp and keys[slot] != key:
        slot = (slot + 1) & mask
    if stamps[slot] != stamp:
        keys[slot], stamps[slot], counts[slot] = key, stamp, 0
    copies = min(counts[slot], 1) + (counts[slot] == 1)
    counts[slot] += 1
    row[column] += 1
    row[column + 1] += size
    row[column + 2] += copies
    row[column + 3] += copies * size


@njit(nogil=True, cache=True, _nrt=False)
def _is_bullet(data, i, end):  # type: ignore[no-untyped-def]
    if data[i] == 0x2A or data[i] == 0x2D:
        return True
    if end - i < 3 or data[i] != 0xE2:
        return False
    return (data[i + 1] == 0x80 and data[i + 2] == 0xA2) or (
        data[i + 1] == 0x97 and data[i + 2] == 0x8F
    )


@njit(nogil=True, cache=True, _nrt=False)
def _ellipsis(data, i, end, row):  # type: ignore[no-untyped-def]
    """Count a line without its line end, unless it is empty."""
    if end == i:
        return
    row[FILLED_LINES] += 1
    if end - i < 3:
        return
    x, y, z = data[end - 3], data[end - 2], data[end - 1]
    closed = (x == 0x2E and y == 0x2E and z == 0x2E) or (x == 0xE2 and y == 0x80 and z == 0xA6)
    if end - i >= 5 and z == 0x2E and y == 0x20 and x == 0x2E:
        closed = closed or (data[end - 4] == 0x20 and data[end - 5] == 0x2E)
    row[ELLIPSES] += closed
