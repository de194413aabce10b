"""Count the signals of RedPajama-2 per document, in two scans and one pass over words.

The first scan reads *normalised words*, line by line: ASCII punctuation deleted, lower case, cut
at white space. The second reads *raw tokens*, which are runs of letters, numbers and _, or runs
of neither that hold no white space. The words then go to kernels/redpajama2_grams.py.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels import redpajama2_classes as columns
from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.line_classes import line_tables
from corpuskit.kernels.line_parts import OFFSET, PRIME, step_back, trim
from corpuskit.kernels.redpajama2_classes import (
    BULLET,
    COLUMNS,
    DELETED,
    GAP,
    LATIN,
    LOWER,
    NUMBER,
    SHORT_WORDS,
    SIGN,
    SPACE,
    TERMINALS,
    UPPER,
    WIDE,
    WORD,
    signal_tables,
)
from corpuskit.kernels.redpajama2_grams import count_grams
from corpuskit.kernels.repetition import gram_scratch
from corpuskit.kernels.unicode import decode, unicode_tables

_QUOTE = ord(TERMINALS[-1])
_ELLIPSIS = ord("…")
_LOREM = np.uint64(int.from_bytes(b"lorem", "big"))
_IPSUM = np.uint64(int.from_bytes(b"ipsum", "big"))
_FIVE_BYTES = np.uint64((1 << 40) - 1)


def count_signals(
    buffer: TextBuffer,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Count per document.

    Returns
    -------
    counts : int64 (n, 31), the columns of redpajama2_classes.py.
    entropy : float64 (n,), of the words, in nats.
    """
    counts = np.zeros((len(buffer), COLUMNS), np.int64)
    entropy = np.zeros(len(buffer), np.float64)
    longest = (int(np.diff(buffer.offsets).max(initial=0)) + 1) // 2  # words of a document
    words = np.empty(longest + 1, np.uint64), np.empty(longest + 1, np.int32)
    tables = (*signal_tables(), unicode_tables().lower, line_tables().point)
    _count(*buffer, tables, words, gram_scratch(longest), counts, entropy)
    return counts, entropy


@njit(nogil=True, cache=True, _nrt=False)
def _count(offsets, data, tables, words, scratch, out, entropy):  # type: ignore[no-untyped-def]
    made = np.int64(0)
    for document in range(len(offsets) - 1):
        row, start, stop = out[document], offsets[document], offsets[document + 1]
        _read_lines(data, start, stop, tables, words, row)
        _read_tokens(data, start, stop, tables[0], row)
        made, entropy[document] = count_grams(words, scratch, made, row)


@njit(nogil=True, cache=True, _nrt=False)
def _read_lines(data, i, stop, tables, words, row):  # type: ignore[no-untyped-def]
    """Read the words of every line; a line feed ends a line, the last may go without."""
    point, space = tables[0], tables[3]
    count, lorem = np.int64(0), False
    while i < stop:
        end, more, lorem = _read_words(data, i, stop, tables, words, count, lorem, row)
        row[columns.LINES] += 1
        row[columns.WORD_LINES] += more > count
        for k in range(len(SHORT_WORDS)):
            row[columns.SHORT_LINES + k] += more - count <= SHORT_WORDS[k]
        first, last = trim(data, i, end, space)
        if first < last:
            row[columns.BULLET_LINES] += (point[decode(data, first)[0]] & BULLET) > 0
            mark = decode(data, step_back(data, last))[0]
            row[columns.TERMINAL_LINES] += mark in (33, 46, 63, _QUOTE)
            row[columns.ELLIPSIS_LINES] += mark == _ELLIPSIS or (
                last - first > 2 and data[last - 1] == data[last - 2] == data[last - 3] == 46
            )
        count, i = more, end + 1
    row[columns.WORDS] = count


@njit(nogil=True, cache=True, _nrt=False)
def _read_words(data, i, stop, tables, words, count, lorem, row):  # type: ignore[no-untyped-def]
    """Read the words of a line: (its end, words so far, does the last one end in "lorem")."""
    point, plain, lower, _ = tables
    key, length, numbers, letters = OFFSET, 0, 0, np.uint64(0)
    while True:
        value, width = np.int64(SPACE), 1
        if i < stop:
            value = np.int64(plain[data[np.uint64(i)]])
        if value == DELETED:
            i += 1
            continue
        is_space = value == SPACE
        if value == WIDE:
            value, width = decode(data, i)
            is_space = (point[value] & GAP) > 0
            numbers += (point[value] & NUMBER) > 0
            value = np.int64(lower[value])
        else:
            numbers += 48 <= value < 58
        if not is_space:
            key = (key ^ np.uint64(value)) * PRIME
            letters = (letters << np.uint64(8)) | np.uint64(min(value, 255))
            length += 1
            if length == 5 and letters == _IPSUM:
                row[columns.LOREM] += lorem
        elif length:
            _keep(words, count, key, length)
            count += 1
            row[columns.WORD_CHARS] += length
            lorem = letters & _FIVE_BYTES == _LOREM
            key, length, letters = OFFSET, 0, np.uint64(0)
        if i >= stop or data[i] == 10:
            break
        i += width
    row[columns.NUMBERS] += numbers
    return i, count, lorem


@njit(nogil=True, cache=True, _nrt=False)
def _keep(words, count, key, length):  # type: ignore[no-untyped-def]
    words[0][count], words[1][count] = key, length


@njit(nogil=True, cache=True, _nrt=False)
def _read_tokens(data, i, stop, point, row):  # type: ignore[no-untyped-def]
    """Read raw tokens and sentences: runs without . ! ? that hold a letter, number or _."""
    kind, seen, said = np.uint8(GAP), np.uint8(0), np.uint8(0)
    chars, uppers, dots, after_dot = 0, 0, 0, np.int64(-1)
    while i < stop:
        value, width = np.int64(data[np.uint64(i)]), 1
        if value >= 0x80:
            value, width = decode(data, i)
        bits = point[value]
        if bits & (WORD | GAP) != kind:
            _close(kind, seen, row)
            kind, seen = bits & (WORD | GAP), np.uint8(0)
        seen |= bits
        said |= bits
        uppers += (bits & UPPER) > 0
        chars += 1
        if bits & SIGN:
            if value in (33, 46, 63):
                row[columns.SENTENCES] += (said & WORD) > 0
                said = np.uint8(0)
            row[columns.BRACES] += value > 122 and value < 126
            row[columns.SYMBOLS] += value in (35, _ELLIPSIS)
            if value == 46:
                dots = dots + 1 if after_dot == i else 1
                after_dot = i + 1
                row[columns.SYMBOLS] += dots == 3
                dots %= 3
        row[columns.NEWLINES] += value == 10
        i += width
    _close(kind, seen, row)
    row[columns.SENTENCES] += (said & WORD) > 0
    row[columns.CHARS], row[columns.UPPERS] = chars, uppers


@njit(nogil=True, cache=True, _nrt=False)
def _close(kind, seen, row):  # type: ignore[no-untyped-def]
    """Count a raw token at its end."""
    if kind != GAP:
        row[columns.TOKENS] += 1
        row[columns.TOKENS_NOT_LATIN] += (seen & LATIN) == 0
        row[columns.TOKENS_ALL_CAPS] += (seen & (UPPER | LOWER)) == UPPER
