"""Count lines and paragraphs as DCLM's rules do: stripped, blank ones left out.

Lines lie between line feeds, paragraphs between pairs of them. Of a piece that comes again every
copy counts, the first too: a second key remembers that a piece has come twice.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.line_classes import line_tables
from corpuskit.kernels.line_parts import hash_bytes, read_line, seen, table_sizes, trim
from corpuskit.kernels.python_classes import python_points

# Columns of the counts: pieces, copies and their characters for lines, then for paragraphs.
LINES, LINE_CHARS, COPIED_LINES, COPIED_LINE_CHARS = range(4)
PARAGRAPHS, PARAGRAPH_CHARS, COPIED_PARAGRAPHS, COPIED_PARAGRAPH_CHARS = range(4, 8)
BULLETS, ELLIPSES, COLUMNS = 8, 9, 10

_PARAGRAPH, _AGAIN = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)  # salts
_NEWLINE, _DOT, _SPACE, _STAR, _HYPHEN = (ord(c) for c in "\n. *-")


def count_dclm_lines(buffer: TextBuffer) -> npt.NDArray[np.int64]:
    """Count per document: int64 (n, 10), columns as named above.

    `PARAGRAPH_CHARS` is 0 where there is one paragraph.
    """
    out = np.zeros((len(buffer), COLUMNS), np.int64)
    sizes = table_sizes(buffer, 2)
    capacity = int(sizes.max(initial=1))
    keys, stamps = np.empty(capacity, np.uint64), np.zeros(capacity, np.int32)
    _count(*buffer, line_tables().byte, python_points(), sizes, keys, stamps, out)
    return out


@njit(nogil=True, cache=True, _nrt=False)
def _count(offsets, data, byte, point, sizes, all_keys, all_stamps, out):  # type: ignore[no-untyped-def]
    for document in range(len(offsets) - 1):
        i, stop, row = offsets[document], offsets[document + 1], out[document]
        size = sizes[document]
        table = (all_keys[:size], all_stamps[:size], np.int32(document + 1))
        paragraph = i
        while i < stop:
            end, chars, key, _ = read_line(data, i, stop, byte)
            a, b = trim(data, i, end, point)
            if a < b:
                if b - a < end - i:
                    key, chars = hash_bytes(data, a, b)
                _piece(key, chars, LINES, table, row)
                row[BULLETS] += _is_bullet(data, a, b)
                row[ELLIPSES] += _ends_in_ellipsis(data, a, b)
            i = end + 1
            if i < stop and data[i] == _NEWLINE:
                _paragraph(data, paragraph, end, point, table, row)
                i += 1
                paragraph = i
        if row[PARAGRAPHS] == 0:
            row[PARAGRAPHS] = row[LINES] > 0  # alone, so no copy, and not hashed
        else:
            _paragraph(data, paragraph, stop, point, table, row)


@njit(nogil=True, cache=True, _nrt=False)
def _paragraph(data, a, b, point, table, row):  # type: ignore[no-untyped-def]
    a, b = trim(data, a, b, point)
    if a < b:
        key, chars = hash_bytes(data, a, b)
        _piece(key ^ _PARAGRAPH, chars, PARAGRAPHS, table, row)


@njit(nogil=True, cache=True, _nrt=False)
def _piece(key, chars, column, table, row):  # type: ignore[no-untyped-def]
    """Count a line or a paragraph, and its copies once there are two."""
    row[column] += 1
    row[column + LINE_CHARS] += chars
    if seen(table, key):
        copies = 1 if seen(table, key ^ _AGAIN) else 2
        row[column + COPIED_LINES] += copies
        row[column + COPIED_LINE_CHARS] += copies * chars


@njit(nogil=True, cache=True, _nrt=False)
def _is_bullet(data, a, b):  # type: ignore[no-untyped-def]
    """Say whether a stripped line starts with one of ● • * -."""
    if data[a] == _STAR or data[a] == _HYPHEN:
        return True
    if b - a < 3 or data[a] != 0xE2:
        return False
    x, y = data[a + 1], data[a + 2]
    return (x == 0x97 and y == 0x8F) or (x == 0x80 and y == 0xA2)


@njit(nogil=True, cache=True, _nrt=False)
def _ends_in_ellipsis(data, a, b):  # type: ignore[no-untyped-def]
    """Say whether a stripped line ends in three periods, perhaps with spaces, or in …."""
    if b - a < 3:
        return False
    x, y, z = data[b - 3], data[b - 2], data[b - 1]
    if x == 0xE2 and y == 0x80 and z == 0xA6:
        return True
    if z != _DOT or x != _DOT:
        return False
    return y == _DOT or (
        y == _SPACE and b - a >= 5 and data[b - 4] == _SPACE and data[b - 5] == _DOT
    )
