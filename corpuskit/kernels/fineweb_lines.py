"""Measure lines as FineWeb's rules do, today's and those that FineWeb was made with.

Lines are what lies between line feeds. Today blank ones are left out; in 2024 they counted, as
short lines without a mark. Apart from kernels/lines.py, since FineWeb measures what C4's line
cleaner left of a page, when everything else has been measured on the page.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.line_classes import ASCII_WORD, TERMINAL, line_tables
from corpuskit.kernels.line_parts import read_line, seen, step_back, table_sizes, trim
from corpuskit.kernels.unicode import decode

# Columns of the counts. "Lines" are not blank; "ended" lines, blank ones among them, end in a
# mark of 2024.
LINES, TERMINALS, SHORTS, REPEATED_CHARS, CHARS, NEWLINES, ENDED, SHORTS_2024 = range(8)
COLUMNS = 8

SHORT = 30  # characters
MARKS_2024 = ".'\"!?"


def count_fineweb_lines(buffer: TextBuffer) -> npt.NDArray[np.int64]:
    """Count lines per document: int64 (n, 8), columns as named above.

    `REPEATED_CHARS` are those of lines that are not blank and occurred before; `CHARS` all but
    line feeds.
    """
    out = np.zeros((len(buffer), COLUMNS), np.int64)
    sizes = table_sizes(buffer, 1)
    capacity = int(sizes.max(initial=1))
    keys, stamps = np.empty(capacity, np.uint64), np.zeros(capacity, np.int32)
    tables = line_tables()
    _count(*buffer, tables.byte, tables.point, marks_2024(), sizes, keys, stamps, out)
    return out


@cache
def marks_2024() -> npt.NDArray[np.bool_]:
    """Mark the bytes that end a line in 2024, bool (256,)."""
    table = np.zeros(256, np.bool_)
    table[[ord(mark) for mark in MARKS_2024]] = True
    table.setflags(write=False)
    return table


@njit(nogil=True, cache=True)
def _count(offsets, data, byte, point, marks, sizes, all_keys, all_stamps, out):  # type: ignore[no-untyped-def]
    for document in range(len(offsets) - 1):
        i, stop, row, size = (
            offsets[document],
            offsets[document + 1],
            out[document],
            sizes[document],
        )
        table = (all_keys[:size], all_stamps[:size], np.int32(document + 1))
        while i <= stop:
            end, chars, key, classes = read_line(data, i, stop, byte)
            row[NEWLINES] += end < stop
            row[CHARS] += chars
            row[SHORTS_2024] += chars <= SHORT
            row[ENDED] += end > i and marks[data[end - 1]]
            if end > i and _is_solid(data, i, end, classes, point):
                row[LINES] += 1
                row[SHORTS] += chars <= SHORT
                row[REPEATED_CHARS] += chars * seen(table, key)
                mark, _ = decode(data, step_back(data, end))
                row[TERMINALS] += (point[mark] & TERMINAL) > 0
            i = end + 1


@njit(nogil=True, cache=True, _nrt=False)
def _is_solid(data, i, end, classes, point):  # type: ignore[no-untyped-def]
    """Say whether a line is not blank."""
    if classes & ASCII_WORD:
        return True
    first, last = trim(data, i, end, point)
    return first < last
