"""Marks of lines and paragraphs: 64-bit hashes of their normalised form, in one pass.

Two lines are the same when their normalised forms are: lower case (where that is one character,
so İ stays), every decimal digit a 0,
without punctuation, control and format characters, a run of white space one space, ends stripped.
That is the form of CCNet (Wenzek et al. 2020, arXiv:1911.00359), which takes accents away as
well; here combining marks stay, so か is not が. Callers bring text into normal form C first where
it may not be (`Lines.may_change`).

Lines lie between line feeds. The hash is a chain of multiplications with a fixed seed, 64 bits
wide: among 10^9 different lines the chance of one collision is 3 in 100. It is not built against
an adversary who makes two lines collide.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.normalise import _IS_SPACE, _MAY_CHANGE, normal_form_table
from corpuskit.kernels.shingles import mix
from corpuskit.kernels.unicode import CC, CF, DIGIT, PUNCTUATION, SPACE, decode, unicode_tables

BLANK, BARE = 0, 1
"""Instead of a hash: a line of white space; a line of nothing but what is left out."""
_LEFT_OUT, _WHITE, _ZERO, _LINE_FEED = 0, 1, ord("0"), 10
_START, _FACTOR = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)
_SPACE = np.uint64(0x20)
_LOWEST = np.uint64(2)


class Lines(NamedTuple):
    """The lines of n documents, those of document i in ``offsets[i]:offsets[i + 1]``.

    offsets : int64 (n + 1,).
    starts : int64 (m,), the byte of the data where a line begins; it goes on up to the next one.
    hashes : uint64 (m,), of the normalised form; `BLANK`, `BARE`, or 2 and more.
    widths : int64 (m,), characters of the normalised form; Han, kana and Hangul count two.
    texts : uint64 (n,), a hash of the document as it is, every run of white space one space.
    may_change : bool (n,). False proves that normal form C leaves the document as it is.
    """

    offsets: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    hashes: npt.NDArray[np.uint64]
    widths: npt.NDArray[np.int64]
    texts: npt.NDArray[np.uint64]
    may_change: npt.NDArray[np.bool_]


class Paragraphs(NamedTuple):
    """Runs of lines that are not blank, those of document i in ``offsets[i]:offsets[i + 1]``.

    offsets : int64 (n + 1,).
    hashes, widths : uint64 (p,) and int64 (p,), as those of `Lines`.
    of_line : int64 (m,), the paragraph of every line, or -1 for a blank one.
    """

    offsets: npt.NDArray[np.int64]
    hashes: npt.NDArray[np.uint64]
    widths: npt.NDArray[np.int64]
    of_line: npt.NDArray[np.int64]


@cache
def folded_points() -> npt.NDArray[np.int32]:
    """Make the table of the normalised form: int32 (0x110000,), once per process.

    0 is left out, 1 is white space; else the code point that stands instead.
    """
    unicode = unicode_tables()
    table: npt.NDArray[np.int32] = unicode.lower.copy()
    table[unicode.flags & DIGIT != 0] = _ZERO
    left_out = (unicode.category == CC) | (unicode.category == CF)
    table[left_out | (unicode.flags & PUNCTUATION != 0)] = _LEFT_OUT
    table[unicode.flags & SPACE != 0] = _WHITE
    table.setflags(write=False)
    return table


@cache
def _ascii() -> npt.NDArray[np.uint8]:
    """Make the part of the table for bytes: uint8 (256,), 0 where a character is longer."""
    table = np.zeros(256, np.uint8)
    table[:128] = folded_points()[:128]
    table.setflags(write=False)
    return table


def mark_lines(buffer: TextBuffer) -> Lines:
    r"""Mark the lines of every document.

    Examples
    --------
    >>> import polars as pl
    >>> from corpuskit.kernels.arrow import text_buffer
    >>> lines = mark_lines(text_buffer(pl.Series(["Page 12 of 30.\n\npage  34 of 56"])))
    >>> bool(lines.hashes[0] == lines.hashes[2]), lines.hashes[1] == BLANK, lines.widths.tolist()
    (True, True, [13, 0, 13])
    """
    first, last = int(buffer.offsets[0]), int(buffer.offsets[-1])
    most = int(np.count_nonzero(buffer.data[first:last] == _LINE_FEED)) + len(buffer)
    offsets = np.zeros(len(buffer) + 1, np.int64)
    starts, widths = np.empty(most, np.int64), np.empty(most, np.int64)
    hashes, texts = np.empty(most, np.uint64), np.empty(len(buffer), np.uint64)
    may_change = np.zeros(len(buffer), np.bool_)
    points = folded_points()
    tables = _ascii(), points, normal_form_table()
    _mark(*buffer, *tables, offsets, starts, hashes, widths, texts, may_change)
    return Lines(offsets, starts, hashes, widths, texts, may_change)


@njit(nogil=True, cache=True, _nrt=False)
def _mark(  # type: ignore[no-untyped-def]
    offsets, data, ascii_, points, forms, lines, starts, hashes, widths, texts, may_change
):
    line = np.int64(0)
    for document in range(len(offsets) - 1):
        i, stop = offsets[document], offsets[document + 1]
        text, gap, begun, combining, changes = _START, False, False, np.uint8(0), False
        goes_on = True
        while goes_on:
            starts[line] = i
            i, key, width, blank, text, gap, begun, combining, changed = _mark_line(
                data, i, stop, ascii_, points, forms, text, gap, begun, combining
            )
            changes |= changed
            bare = np.uint64(BLANK) if blank else np.uint64(BARE)
            hashes[line] = max(mix(key), _LOWEST) if width > 0 else bare
            widths[line] = width
            goes_on = i > starts[line] and data[np.uint64(i - 1)] == _LINE_FEED
            line += 1
        texts[document], may_change[document] = mix(text), changes
        lines[document + 1] = line


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _mark_line(  # type: ignore[no-untyped-def]
    data, i, stop, ascii_, points, forms, text, gap, begun, combining
):
    """Read one line and its line feed; go on with the hash of the text."""
    key, width, pending, blank, changes = _START, np.int64(0), False, True, False
    while i < stop:
        value = np.int64(data[np.uint64(i)])
        fold = np.int64(ascii_[np.uint64(value)])
        if fold > _WHITE:  # a run of ASCII letters, digits and symbols
            text, key, width = _join(text, key, width, gap & begun, pending)
            gap, pending, begun, combining = False, False, True, np.uint8(0)
            i, text, key, width = _run(data, i, stop, ascii_, text, key, width)
            continue
        size, kind = 1, np.uint8(0)
        if value >= 0x80:
            value, size = decode(data, i)
            fold, kind = np.int64(points[np.uint64(value)]), forms[np.uint64(value)]
            kind = np.uint8(0) if kind == _IS_SPACE else kind
            changes |= kind == _MAY_CHANGE or (kind != 0 and kind < combining)
        i, combining = i + size, kind
        if fold == _WHITE:
            pending, gap = True, True
            if value == _LINE_FEED:
                break
            continue
        blank = False
        text, key, width = _join(text, key, width, gap & begun, pending & (fold > _WHITE))
        gap, begun = False, True
        text = (text ^ np.uint64(value)) * _FACTOR
        if fold > _WHITE:
            pending = False
            key = (key ^ np.uint64(fold)) * _FACTOR
            text ^= text >> np.uint64(32)
            if fold >= 0x80:  # else it is as if ASCII had stood there
                key ^= key >> np.uint64(32)
            width += _width(value)
    return i, key, width, blank, text, gap, begun, combining, changes


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _run(data, i, stop, ascii_, text, key, width):  # type: ignore[no-untyped-def]
    """Read ASCII as far as nothing is left out and nothing is white."""
    first = i
    while i < stop:
        value = data[np.uint64(i)]
        fold = ascii_[np.uint64(value)]
        if fold <= _WHITE:
            break
        text = (text ^ np.uint64(value)) * _FACTOR
        key = (key ^ np.uint64(fold)) * _FACTOR
        i += 1
    return i, text, key, width + (i - first)


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _join(text, key, width, text_gap, line_gap):  # type: ignore[no-untyped-def]
    """Put a space into the chains where white space stood between two characters."""
    if text_gap:
        text = ((text ^ (text >> np.uint64(32))) ^ _SPACE) * _FACTOR
    if line_gap & (width > 0):
        key = ((key ^ (key >> np.uint64(32))) ^ _SPACE) * _FACTOR
        width += 1
    return text, key, width


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _width(point):  # type: ignore[no-untyped-def]
    """Count two for what fills two columns: Han, kana, Hangul syllables."""
    if point < 0x2E80:
        return np.int64(1)
    wide = point <= 0xD7A3 or 0xF900 <= point <= 0xFAFF or 0x20000 <= point <= 0x3FFFD
    return np.int64(2) if wide else np.int64(1)


def mark_paragraphs(lines: Lines) -> Paragraphs:
    """Put lines together to paragraphs; one with other line breaks is another paragraph."""
    offsets = np.zeros(len(lines.offsets), np.int64)
    hashes, widths = np.empty(len(lines.starts), np.uint64), np.empty(len(lines.starts), np.int64)
    of_line = np.empty(len(lines.starts), np.int64)
    _paragraphs(lines.offsets, lines.hashes, lines.widths, offsets, hashes, widths, of_line)
    return Paragraphs(offsets, hashes[: offsets[-1]], widths[: offsets[-1]], of_line)


@njit(nogil=True, cache=True, _nrt=False)
def _paragraphs(lines, hashes, widths, offsets, keys, sizes, of_line):  # type: ignore[no-untyped-def]
    free = np.int64(0)
    for document in range(len(lines) - 1):
        inside = False
        for line in range(lines[document], lines[document + 1]):
            if hashes[line] == BLANK:
                free, inside = free + inside, False
                of_line[line] = -1
                continue
            if not inside:
                keys[free], sizes[free], inside = BARE, 0, True
            of_line[line] = free
            if hashes[line] != BARE:
                keys[free] = max(mix(keys[free] * _FACTOR + hashes[line]), _LOWEST)
                sizes[free] += widths[line] + (sizes[free] > 0)
        free += inside
        offsets[document + 1] = free


def hash_pages(lines: Lines) -> npt.NDArray[np.uint64]:
    """Hash the normalised lines of every document in order: uint64 (n,)."""
    pages = np.empty(len(lines.offsets) - 1, np.uint64)
    _pages(lines.offsets, lines.hashes, pages)
    return pages


@njit(nogil=True, cache=True, _nrt=False)
def _pages(lines, hashes, pages):  # type: ignore[no-untyped-def]
    for document in range(len(lines) - 1):
        key = _START
        for line in range(lines[document], lines[document + 1]):
            if hashes[line] > BARE:
                key = mix(key * _FACTOR + hashes[line])
        pages[document] = key
