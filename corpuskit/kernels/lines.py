"""Measure the lines, paragraphs and sentences of every document in one pass.

A line is hashed once, by its bytes. That hash finds repeated lines, and, combined, repeated
paragraphs; only lines with sentence marks are read again, for their sentences. All three share
one open-addressing table: keys are salted by kind, and a stamp per document spares clearing it.
Inner kernels allocate nothing and are compiled without reference counts: a third faster.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.line_classes import (
    ASCII_WORD,
    ASIAN_MARK,
    CLOSES,
    COMMA,
    ENDS_SENTENCE,
    HAN,
    LISTS,
    MAY_BE_HAN,
    MAY_BREAK,
    MAY_END,
    MAY_READ_MORE,
    PUNCTUATES,
    SENTENCE_MARK,
    TERMINAL,
    WORD,
    line_tables,
)
from corpuskit.kernels.line_parts import (
    PRIME,
    breaks_line,
    hash_bytes,
    read_line,
    seen,
    step_back,
    trim,
)
from corpuskit.kernels.unicode import decode

# Columns of the counters. "Broken" lines are those of `str.splitlines`, "segments" what lies
# between line feeds, "lines" the segments that are not blank, "word lines" the lines with a
# letter or digit, stripped.
LINES, LINE_CHARS, LONGEST, TERMINALS, SHORTS, REPEATED_LINE_CHARS = range(6)
BROKEN, BULLETS, ELLIPSES, NEWLINES = range(6, 10)
SEGMENTS, REPEATED_SEGMENTS, REPEATED_SEGMENT_CHARS = range(10, 13)
PARAGRAPHS, REPEATED_PARAGRAPHS, REPEATED_PARAGRAPH_CHARS = range(13, 16)
WORD_LINES, WORD_LINE_CHARS, PUNCTUATED, LISTED, TINY, READ_MORES, WORD_ELLIPSES = range(16, 23)
REPEATED_SENTENCE_CHARS, CHARS, COLUMNS = 23, 24, 25

SHORT, VERY_SHORT = 30, 10
_PARAGRAPH, _SENTENCE = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)


def count_lines(buffer: TextBuffer) -> npt.NDArray[np.int64]:
    """Count lines by what they are: int64 (n, 25), columns as named above."""
    tables = line_tables()
    sizes = _table_sizes(buffer.offsets, buffer.data, tables.byte)
    capacity = sizes.max(initial=1)
    keys, stamps = np.empty(capacity, np.uint64), np.zeros(capacity, np.int32)
    return _count(buffer.offsets, buffer.data, *tables, sizes, keys, stamps)  # type: ignore[no-any-return]


@njit(nogil=True, cache=True)
def _table_sizes(offsets, data, byte):  # type: ignore[no-untyped-def]
    """Bound the entries of every document: a power of two, at most half of it used."""
    sizes = np.empty(len(offsets) - 1, np.int64)
    for document in range(len(offsets) - 1):
        ends, size = 0, 8
        for i in range(offsets[document], offsets[document + 1]):
            ends += (byte[data[i]] & MAY_END) > 0
        while size < 6 * (ends + 1):
            size *= 2
        sizes[document] = size
    return sizes


@njit(nogil=True, cache=True)
def _count(offsets, data, byte, point, endings, sizes, all_keys, all_stamps):  # type: ignore[no-untyped-def]
    counts = np.zeros((len(offsets) - 1, COLUMNS), np.int64)
    for document in range(len(offsets) - 1):
        start, stop, stamp = offsets[document], offsets[document + 1], np.int32(document + 1)
        row, size = counts[document], sizes[document]
        table = (all_keys[:size], all_stamps[:size], stamp)
        first, last = trim(data, start, stop, point)
        paragraph, paragraph_chars, i = _PARAGRAPH, np.int64(-1), start
        while i <= stop:
            end, chars, key, classes = read_line(data, i, stop, byte)
            a, b = trim(data, i, end, point)
            _broken_lines(data, i, end, end < stop, a, b, classes, byte, point, row)
            row[NEWLINES] += end < stop
            row[CHARS] += chars + (end < stop)
            if end > i:
                _segment(data, end, chars, seen(table, key), a < b, point, row)
            if a < b and (classes & ASCII_WORD or _has_word(data, a, b, point)):
                word_key, word_chars = (key, chars) if b - a == end - i else hash_bytes(data, a, b)
                _word_line(data, a, b, word_chars, byte, point, endings, row)
                _sentences(data, a, b, word_chars, word_key, classes, byte, point, table, row)
            if end == i or i >= last:
                _paragraph(table, paragraph, paragraph_chars, row)
                paragraph, paragraph_chars = _PARAGRAPH, np.int64(-1)
            elif end > first:
                if i < first or end > last:
                    key, chars = hash_bytes(data, max(i, first), min(end, last))
                paragraph, paragraph_chars = (paragraph ^ key) * PRIME, paragraph_chars + 1 + chars
            i = end + 1
        _paragraph(table, paragraph, paragraph_chars, row)
        _close(data, start, stop, row)
    return counts


@njit(nogil=True, cache=True, _nrt=False)
def _close(data, start, stop, row):  # type: ignore[no-untyped-def]
    row[PARAGRAPHS] += row[PARAGRAPHS] == 0
    opens = stop > start and data[start] == 10
    closes = stop > start and data[stop - 1] == 10
    row[SEGMENTS] += (stop == start) + opens + closes
    row[REPEATED_SEGMENTS] += opens and closes


@njit(nogil=True, cache=True, _nrt=False)
def _segment(data, end, chars, repeated, solid, point, row):  # type: ignore[no-untyped-def]
    row[SEGMENTS] += 1
    row[REPEATED_SEGMENTS] += repeated
    row[REPEATED_SEGMENT_CHARS] += chars * repeated
    if solid:  # not blank
        row[LINES] += 1
        row[LINE_CHARS] += chars
        row[LONGEST] = max(row[LONGEST], chars)
        row[SHORTS] += chars <= SHORT
        row[REPEATED_LINE_CHARS] += chars * repeated
        mark, _ = decode(data, step_back(data, end))
        row[TERMINALS] += (point[mark] & TERMINAL) > 0


@njit(nogil=True, cache=True, _nrt=False)
def _paragraph(table, key, chars, row):  # type: ignore[no-untyped-def]
    if chars >= 0:
        repeated = seen(table, key)
        row[PARAGRAPHS] += 1
        row[REPEATED_PARAGRAPHS] += repeated
        row[REPEATED_PARAGRAPH_CHARS] += chars * repeated


@njit(nogil=True, cache=True, _nrt=False)
def _broken_lines(data, i, end, followed, a, b, classes, byte, point, row):  # type: ignore[no-untyped-def]
    """Count the lines that `str.splitlines` makes of one segment."""
    if not classes & MAY_BREAK:
        row[BROKEN] += followed or end > i
        _broken_line(data, a, b, row)
        return
    if followed and data[end - 1] == 13:
        end -= 1
    piece = i
    while i < end:
        if not byte[data[i]] & MAY_BREAK:
            i += 1
            continue
        character, width = decode(data, i)
        i += width
        if breaks_line(character):
            row[BROKEN] += 1
            a, b = trim(data, piece, i - width, point)
            _broken_line(data, a, b, row)
            piece = i
    row[BROKEN] += followed or piece < end
    a, b = trim(data, piece, end, point)
    _broken_line(data, a, b, row)


@njit(nogil=True, cache=True, _nrt=False)
def _broken_line(data, a, b, row):  # type: ignore[no-untyped-def]
    if a < b:
        bullet = b - a >= 3 and data[a] == 0xE2 and data[a + 1] == 0x80 and data[a + 2] == 0xA2
        row[BULLETS] += bullet or data[a] == 45
        row[ELLIPSES] += _ends_in_ellipsis(data, a, b)


@njit(nogil=True, cache=True, _nrt=False)
def _ends_in_ellipsis(data, a, b):  # type: ignore[no-untyped-def]
    if b - a < 3:
        return False
    x, y, z = data[b - 3], data[b - 2], data[b - 1]
    return (x == 46 and y == 46 and z == 46) or (x == 0xE2 and y == 0x80 and z == 0xA6)


@njit(nogil=True, cache=True, _nrt=False)
def _word_line(data, a, b, chars, byte, point, endings, row):  # type: ignore[no-untyped-def]
    """Count a stripped line [a, b) that has a letter or digit."""
    row[WORD_LINES] += 1
    row[WORD_LINE_CHARS] += chars
    row[TINY] += chars * (chars <= VERY_SHORT)
    row[WORD_ELLIPSES] += _ends_in_ellipsis(data, a, b)
    if byte[data[b - 1]] & MAY_READ_MORE:
        row[READ_MORES] += _reads_more(data, a, b, point, endings)


@njit(nogil=True, cache=True, _nrt=False)
def _sentences(data, a, b, chars, key, classes, byte, point, table, row):  # type: ignore[no-untyped-def]
    """Look for marks in a stripped line, and for its sentences among those before."""
    found, repeated, i, first = 0, 0, a, a
    wanted = SENTENCE_MARK | ASIAN_MARK | (COMMA if classes & MAY_BE_HAN else 0)
    if not classes & wanted:
        i = b
    while i < b:
        if not byte[data[i]] & wanted:
            i += 1
            continue
        character, width = decode(data, i)
        bits = point[character]
        found |= bits & (PUNCTUATES | LISTS)
        if byte[data[i]] & COMMA and i > a:
            before, _ = decode(data, step_back(data, i))
            found |= PUNCTUATES * ((point[before] & HAN) > 0)
        i += width
        if bits & ENDS_SENTENCE and i < b and not _mark_at(data, i, point):
            repeated += _sentence(data, first, i, point, table)
            first = i
    if first > a:
        repeated += _sentence(data, first, b, point, table)
    elif seen(table, key ^ _SENTENCE):
        repeated = chars
    row[PUNCTUATED] += chars * ((found & PUNCTUATES) > 0)
    row[LISTED] += chars * (found > 0)
    row[REPEATED_SENTENCE_CHARS] += repeated


@njit(nogil=True, cache=True, _nrt=False)
def _mark_at(data, i, point):  # type: ignore[no-untyped-def]
    character, _ = decode(data, i)
    return (point[character] & ENDS_SENTENCE) > 0


@njit(nogil=True, cache=True, _nrt=False)
def _sentence(data, a, b, point, table):  # type: ignore[no-untyped-def]
    """Remember a sentence; return its characters if it was there already."""
    a, b = trim(data, a, b, point)
    key, chars = hash_bytes(data, a, b)
    return chars if seen(table, key ^ _SENTENCE) else 0


@njit(nogil=True, cache=True, _nrt=False)
def _reads_more(data, a, b, point, endings):  # type: ignore[no-untyped-def]
    last = step_back(data, b)
    character, _ = decode(data, last)
    if point[character] & CLOSES:
        b = last
    for ending in range(len(endings)):
        k = 0
        while k < endings.shape[1] and endings[ending, k] and b - 1 - k >= a:
            value = data[b - 1 - k]
            lower = value + 32 if 65 <= value <= 90 else value
            if lower != endings[ending, k]:
                break
            k += 1
        if k == endings.shape[1] or endings[ending, k] == 0:
            return True
    return False


@njit(nogil=True, cache=True, _nrt=False)
def _has_word(data, a, b, point):  # type: ignore[no-untyped-def]
    while a < b:
        character, width = decode(data, a)
        if point[character] & WORD:
            return True
        a += width
    return False
