"""What a line cleaner has left of a batch and what it took out; tokens without cutting them again.

A chunk between white space has the same tokens wherever it stands. So the tokens of a line that is
kept as it was are those of the page, moved; only documents with a line that was changed (citations
taken out) are given to the tokeniser once more. That is three times as fast as tokenising.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer, text_buffer, text_series
from corpuskit.kernels.tokenise import Tokens, tokenise

CHANGED = -1


class Removed(NamedTuple):
    """The lines that were taken out of n documents: r, those of document i in a row of `offsets`.

    offsets : int64 (n + 1,), where the lines of each document begin among the r.
    starts, stops : int64 (r,), the bytes of a line in the data of the page, as it stood there
        without the white space around it.
    numbers : int64 (r,), the place of the line in its document, blank lines counted, from 1.
    causes : uint8 (r,), indices into the causes that the cleaner names.
    """

    offsets: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    stops: npt.NDArray[np.int64]
    numbers: npt.NDArray[np.int64]
    causes: npt.NDArray[np.uint8]


class Cut(NamedTuple):
    """What is left of n documents: m lines, those of document i in ``lines[i]:lines[i + 1]``.

    left : the documents; lines are joined by line feeds.
    counts : int64 (n, k), what was taken out, in columns that the cleaner names.
    lines : int64 (n + 1,).
    sources : int64 (m,), where a line starts in the data of the page, or `CHANGED`.
    targets : int64 (m,), where it starts in the data of `left`.
    removed : what was taken out, line by line.
    """

    left: TextBuffer
    counts: npt.NDArray[np.int64]
    lines: npt.NDArray[np.int64]
    sources: npt.NDArray[np.int64]
    targets: npt.NDArray[np.int64]
    removed: Removed


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def note_line(spans, causes, gone, first, last, number, cause):  # type: ignore[no-untyped-def]
    """Write down a line that is taken out, as `Removed` holds it; return the next free row."""
    spans[0, gone], spans[1, gone], spans[2, gone] = first, last, number
    causes[gone] = cause
    return gone + 1


def removed_lines(
    counts: npt.NDArray[np.int64], spans: npt.NDArray[np.int64], causes: npt.NDArray[np.uint8]
) -> Removed:
    """Put together what `note_line` has written.

    Parameters
    ----------
    counts : int64 (n,), lines that were taken out of each document.
    spans, causes : int64 (3, …) and uint8 (…,), with room for more lines than there are.
    """
    offsets = np.concatenate([[0], np.cumsum(counts)])
    starts, stops, numbers = (row[: offsets[-1]] for row in spans)
    return Removed(offsets, starts, stops, numbers, causes[: offsets[-1]])


def gather_spans(
    data: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64], stops: npt.NDArray[np.int64]
) -> TextBuffer:
    """Copy stretches of bytes, each of which is valid UTF-8, into a column of texts.

    Examples
    --------
    >>> import polars as pl
    >>> page = text_buffer(pl.Series(["one two", "drei"]))
    >>> text_series(gather_spans(page.data, np.array([4, 7]), np.array([7, 11]))).to_list()
    ['two', 'drei']
    """
    offsets = np.concatenate([[0], np.cumsum(stops - starts)]).astype(np.int64)
    out = np.empty(offsets[-1], np.uint8)
    _gather(data, starts, offsets, out)
    for array in (offsets, out):
        array.setflags(write=False)
    return TextBuffer(offsets, out)


@njit(nogil=True, cache=True, _nrt=False)
def _gather(data, starts, offsets, out):  # type: ignore[no-untyped-def]
    for row in range(len(starts)):
        source, target = np.uint64(starts[row]), np.uint64(offsets[row])
        for k in range(np.uint64(offsets[row + 1] - offsets[row])):
            out[target + k] = data[source + k]


def keep_tokens(page: Tokens, cut: Cut) -> Tokens:
    """Return the tokens of what is left, given those of the page."""
    anew = np.zeros(len(cut.left), np.bool_)
    changed = np.flatnonzero(cut.sources == CHANGED)
    anew[np.searchsorted(cut.lines, changed, side="right") - 1] = True
    again = text_buffer(text_series(cut.left).filter(anew))
    others = tokenise(again)
    moves = np.zeros(len(anew), np.int64)
    moves[anew] = cut.left.offsets[:-1][anew] - again.offsets[:-1]
    size = len(page.start) + len(others.start)
    columns: tuple[npt.NDArray[Any], ...] = page[1:]
    rows = tuple(np.empty(size, column.dtype) for column in columns)
    offsets = np.zeros(len(anew) + 1, np.int64)
    _keep(cut.left.offsets, *cut[2:5], anew, moves, page, others, offsets, rows)
    return Tokens(offsets, *(column[: offsets[-1]] for column in rows))


@njit(nogil=True, cache=True, _nrt=False)
def _keep(  # type: ignore[no-untyped-def]
    left, lines, sources, targets, anew, moves, page, others, offsets, rows
):
    free, other = np.int64(0), np.int64(0)
    for document in range(len(left) - 1):
        t, stop = page[0][document], page[0][document + 1]
        if anew[document]:
            begin, t = others[0][other], others[0][other + 1]
            free = _move_run(others, begin, t, moves[document], rows, free)
            other += 1
        else:
            line, last = lines[document], lines[document + 1]
            while line < last:
                shift, first = targets[line] - sources[line], sources[line]
                line += 1  # lines that moved by as much stand one byte apart, now as before
                while line < last and targets[line] - sources[line] == shift:
                    line += 1
                end = left[document + 1] if line == last else targets[line] - 1
                while t < stop and page[1][t] < first:
                    t += 1
                begin = t
                while t < stop and page[1][t] < end - shift:
                    t += 1
                free = _move_run(page, begin, t, shift, rows, free)
        offsets[document + 1] = free


@njit(nogil=True, cache=True, _nrt=False)
def _move_run(tokens, first, stop, shift, rows, free):  # type: ignore[no-untyped-def]
    """Copy rows in sequence, moved by as many bytes, a column at a time."""
    source, target = np.uint64(first), np.uint64(free)  # unsigned, else LLVM copies one by one
    count, by = np.uint64(stop - first), np.int32(shift)
    for k in range(count):
        rows[0][target + k] = tokens[1][source + k] + by
    for k in range(count):
        rows[1][target + k] = tokens[2][source + k] + by
    for k in range(count):
        rows[2][target + k] = tokens[3][source + k]
    for k in range(count):
        rows[3][target + k] = tokens[4][source + k]
    for k in range(count):
        rows[4][target + k] = tokens[5][source + k]
    for k in range(count):
        rows[5][target + k] = tokens[6][source + k]
    return free + stop - first
