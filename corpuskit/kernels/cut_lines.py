"""Take marked lines out of texts; what stays is byte for byte as it was.

A line goes with the line feed behind it. Blank lines behind a line that went go too where they
would stand at the start of the text or behind another blank line; where the last lines that were
not blank went, so do the white space and the line feed before them. All of that is counted for the
cause that took the line, so characters before = characters left + characters of every cause.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.kept_lines import Removed, note_line, removed_lines
from corpuskit.kernels.line_marks import BLANK, Lines
from corpuskit.kernels.line_parts import count_chars, trim
from corpuskit.kernels.python_classes import python_points

_LINE_FEED = 10


def cut_lines(
    buffer: TextBuffer, lines: Lines, gone: npt.NDArray[np.uint8], causes: int
) -> tuple[TextBuffer, npt.NDArray[np.int64], Removed]:
    """Take lines out of every document.

    Parameters
    ----------
    lines : of the same documents.
    gone : uint8 (m,), 0 where a line stays, else 1 + the number of the cause.
    causes : how many there are.

    Returns
    -------
    left : the documents.
    counts : int64 (n, 2 · causes): lines that are not blank, then characters, by cause.
    removed : those lines, one by one.
    """
    counts = np.zeros((len(buffer), 2 * causes), np.int64)
    offsets = np.zeros(len(buffer) + 1, np.int64)
    out = np.empty(int(buffer.offsets[-1] - buffer.offsets[0]), np.uint8)
    most = int(np.count_nonzero(gone))
    spans, why = np.empty((3, most), np.int64), np.empty(most, np.uint8)
    points = python_points()
    _cut(*buffer, *lines[:3], gone, points, causes, offsets, out, counts, spans, why)
    data = out[: offsets[-1]]
    for array in (offsets, data):
        array.setflags(write=False)
    removed = removed_lines(counts[:, :causes].sum(axis=1), spans, why)
    return TextBuffer(offsets, data), counts, removed


@njit(nogil=True, cache=True, _nrt=False)
def _cut(  # type: ignore[no-untyped-def]
    offsets, data, lines, starts, hashes, gone, points, causes, ends, out, counts, spans, why
):
    free, noted = np.int64(0), np.int64(0)
    for document in range(len(offsets) - 1):
        stop, row = offsets[document + 1], counts[document]
        content = free  # content: where what is not blank ends, so far
        cause = np.int64(-1)  # that took the last line that was not blank
        was_blank = True  # so is the line before the next one that stays
        for line in range(lines[document], lines[document + 1]):
            a = starts[line]
            b = starts[line + 1] if line + 1 < lines[document + 1] else stop
            is_blank = hashes[line] == BLANK
            if gone[line] > 0 and not is_blank:
                cause = np.int64(gone[line]) - 1
                first, last = trim(data, a, b, points)
                noted = note_line(spans, why, noted, first, last, line - lines[document] + 1, cause)
                row[cause] += 1
            if (gone[line] > 0 and not is_blank) or (is_blank and cause >= 0 and was_blank):
                row[causes + cause] += count_chars(data, a, b)
                continue
            source, target = np.uint64(a), np.uint64(free)
            for k in range(np.uint64(b - a)):
                out[target + k] = data[source + k]
            free += b - a
            was_blank = is_blank
            if not is_blank:
                cause = np.int64(-1)
                content = free - (b > a and data[b - 1] == _LINE_FEED)
        if cause >= 0:
            row[causes + cause] += count_chars(out, content, free)
            free = content
        ends[document + 1] = free


@njit(nogil=True, cache=True, _nrt=False)
def _look_up(hashes, buckets, shift, wanted, found):  # type: ignore[no-untyped-def]
    for row in range(len(wanted)):
        bucket = np.int64(wanted[row] >> shift)
        found[row] = -1
        for at in range(buckets[bucket], buckets[bucket + 1]):
            if hashes[at] == wanted[row]:
                found[row] = at
                break


def look_up(
    hashes: npt.NDArray[np.uint64],
    buckets: npt.NDArray[np.int64],
    wanted: npt.NDArray[np.uint64],
) -> npt.NDArray[np.int64]:
    """Find hashes in a sorted table: their rows, or -1.

    Parameters
    ----------
    hashes : uint64 (t,), ascending, spread evenly.
    buckets : int64 (2^k + 1,) with k ≥ 1, where the hashes with each k leading bits begin.
    """
    found = np.empty(len(wanted), np.int64)
    shift = np.uint64(64 - (len(buckets) - 1).bit_length() + 1)
    _look_up(hashes, buckets, shift, wanted, found)
    return found
