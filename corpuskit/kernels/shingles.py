"""Shingles that suit the script, without knowing the language.

A shingle starts at every word-like token and runs on until it spans ten units: a word is two, a
character of a script without spaces is one. So a shingle is five words of English, ten characters
of Chinese or Thai, or a mix of both where a text mixes them; nothing depends on the document as
a whole, so a quoted passage has the same shingles wherever it stands. A shorter document is one
shingle. Punctuation and case are left out; combining marks stay, so か is not が.

`word_shingles` are of as many word-like tokens as are asked for, where a character of a script
without spaces is a token; `char_shingles` are of letters, digits and marks, in any script.
Their hashes roll: leaving out the first part and taking the next costs the same for any length.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.token_classes import counted_points
from corpuskit.kernels.tokenise import IS_SPACELESS, IS_SYMBOL, Tokens
from corpuskit.kernels.unicode import decode

SHINGLE_UNITS = 10
WORD_UNITS = 2
GIANT_SHINGLES = 1 << 20
"""From here on a document's set is sorted where it lies: a table would take 24 bytes a shingle."""

_ZERO, _ONE = np.uint64(0), np.uint64(1)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def shingles(
    tokens: Tokens,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
    """Hash the shingles of every document, in order and with repeats.

    Returns
    -------
    offsets : int64 (n + 1,).
    values : uint64 (s,); document i has ``values[offsets[i]:offsets[i + 1]]``.
    """
    offsets, values = _shingles(tokens.offsets, tokens.fold, tokens.kind)
    return offsets, values


def word_shingles(
    tokens: Tokens, size: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
    """Hash every run of `size` word-like tokens, as `shingles` does; a shorter text is one."""
    offsets, values = _word_shingles(tokens.offsets, tokens.fold, tokens.kind, size)
    return offsets, values


def char_shingles(
    buffer: TextBuffer, size: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
    """Hash every run of `size` letters, digits and marks, case folded; a shorter text is one.

    White space, punctuation, symbols and invisible characters are passed over. A mark counts by
    itself, so that a letter with two of them counts as three.

    Returns
    -------
    offsets, values : as `shingles` gives them.
    """
    longest = int(np.diff(buffer.offsets).max(initial=0))
    offsets, values = _char_shingles(
        buffer.offsets, buffer.data, counted_points(), size, np.empty(longest, np.uint64)
    )
    return offsets, values


@njit(nogil=True, cache=True)
def mix(value):  # type: ignore[no-untyped-def]
    """Spread every bit of a 64-bit value over all bits (splitmix64's finaliser, a bijection)."""
    value = (value ^ (value >> np.uint64(30))) * _MIX_1
    value = (value ^ (value >> np.uint64(27))) * _MIX_2
    return value ^ (value >> np.uint64(31))


@njit(nogil=True, cache=True)
def _shingles(token_offsets, fold, kind):  # type: ignore[no-untyped-def]
    offsets = np.zeros(len(token_offsets), np.int64)
    values = np.empty(len(fold), np.uint64)
    words = np.empty(len(fold), np.uint64)
    units = np.empty(len(fold), np.uint8)
    total = 0
    for document in range(len(token_offsets) - 1):
        count = 0
        for t in range(token_offsets[document], token_offsets[document + 1]):
            if not kind[t] & IS_SYMBOL:
                words[count] = mix(fold[t])
                units[count] = 1 if kind[t] & IS_SPACELESS else WORD_UNITS
                count += 1
        total = _windows(words, units, count, values, total)
        offsets[document + 1] = total
    return offsets, values[:total].copy()


@njit(nogil=True, cache=True)
def _windows(words, units, count, values, total):  # type: ignore[no-untyped-def]
    for first in range(count):
        spanned, value, last = 0, np.uint64(0), first
        while spanned < SHINGLE_UNITS and last < count:
            value = value * _MULTIPLIER + words[last]
            spanned += units[last]
            last += 1
        if spanned < SHINGLE_UNITS and first > 0:
            break
        values[total] = max(mix(value), _ONE)  # zero is an empty slot of `sorted_sets`
        total += 1
    return total


@njit(nogil=True, cache=True)
def _word_shingles(token_offsets, fold, kind, size):  # type: ignore[no-untyped-def]
    offsets = np.zeros(len(token_offsets), np.int64)
    values = np.empty(len(fold), np.uint64)
    parts = np.empty(len(fold), np.uint64)
    total = 0
    for document in range(len(token_offsets) - 1):
        count = 0
        for t in range(token_offsets[document], token_offsets[document + 1]):
            if not kind[t] & IS_SYMBOL:
                parts[count] = mix(fold[t])
                count += 1
        total = runs(parts, count, size, values, total)
        offsets[document + 1] = total
    return offsets, values[:total].copy()


@njit(nogil=True, cache=True)
def _char_shingles(text_offsets, data, points, size, parts):  # type: ignore[no-untyped-def]
    offsets = np.zeros(len(text_offsets), np.int64)
    values = np.empty(text_offsets[-1] - text_offsets[0], np.uint64)
    total = 0
    for document in range(len(text_offsets) - 1):
        i, stop, count = text_offsets[document], text_offsets[document + 1], 0
        while i < stop:
            first = np.int64(data[i])
            if first < 0x80:
                point, width = points[first], 1
            else:
                point, width = decode(data, i)
                point = points[point]
            parts[count] = mix(np.uint64(point) * _MULTIPLIER)
            count += point != 0
            i += width
        total = runs(parts, count, size, values, total)
        offsets[document + 1] = total
    return offsets, values[:total].copy()


@njit(nogil=True, cache=True)
def runs(parts, count, size, values, total):  # type: ignore[no-untyped-def]
    """Hash every run of `size` parts: the polynomial of `_windows`, rolled along."""
    size = min(size, count)
    if size == 0:
        return total
    value, leaving = np.uint64(0), _ONE
    for i in range(size):
        value = value * _MULTIPLIER + parts[i]
        leaving *= _MULTIPLIER
    values[total] = max(mix(value), _ONE)
    for i in range(size, count):
        value = value * _MULTIPLIER + parts[i] - parts[i - size] * leaving
        total += 1
        values[total] = max(mix(value), _ONE)
    return total + 1


def sorted_sets(
    offsets: npt.NDArray[np.int64], values: npt.NDArray[np.uint64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
    """Sort each document's shingles and drop repeats.

    Works in place: the sets take the place of the shingles, so that those of a giant document
    take 8 bytes a shingle and no more; others go through a table of `GIANT_SHINGLES` at the most.

    Parameters
    ----------
    offsets, values : as `shingles` gives them; `values` is overwritten.

    Returns
    -------
    offsets : int64 (n + 1,).
    values : uint64 (s,), a part of what was given.
    """
    sizes = np.diff(offsets)
    giant = sizes > GIANT_SHINGLES
    for document in np.flatnonzero(giant).tolist():
        values[offsets[document] : offsets[document + 1]].sort()
    longest = int(sizes[~giant].max(initial=0))
    set_offsets = _sets(offsets, values, giant, np.zeros(3 * longest, np.uint64))
    return set_offsets, values[: set_offsets[-1]]


@njit(nogil=True, cache=True)
def _sets(offsets, values, giant, table):  # type: ignore[no-untyped-def]
    """Move every document's set to the front of `values`; those of giants are sorted already."""
    set_offsets = np.zeros(len(offsets), np.int64)
    total = 0
    for document in range(len(offsets) - 1):
        begin, end = offsets[document], offsets[document + 1]
        if giant[document]:
            last = _ZERO
            for i in range(begin, end):
                if values[i] != last:
                    last = values[i]
                    values[total] = last
                    total += 1
        else:
            for i in range(begin, end):
                _insert(table, 2 * (end - begin), values[i])
            for i in range(3 * (end - begin)):
                if table[i]:
                    values[total] = table[i]
                    table[i] = 0
                    total += 1
        set_offsets[document + 1] = total
    return set_offsets


@njit(nogil=True, cache=True)
def _insert(table, home_slots, value):  # type: ignore[no-untyped-def]
    """Insert into a table whose order is that of its values, which are spread evenly.

    A value's home is in proportion to its size, so that a scan of the table finds all in order.
    """
    slot = ((value >> np.uint64(32)) * np.uint64(home_slots)) >> np.uint64(32)
    while table[slot] and table[slot] < value:
        slot += np.uint64(1)
    while value and table[slot] != value:
        table[slot], value = value, table[slot]
        slot += np.uint64(1)
