"""From text to shingles and bands in one pass, without a table of tokens.

Deduplication looks at no more of a token than its fold and whether it is a character of a script
without spaces. So the words of one document go into scratch memory that the next one uses again,
their shingles take its place, and MinHash reads them there. A table of tokens takes 33 bytes a
token, and its pages alone cost a quarter of the time.

What is a word is what tokenise.py says. Most chunks are letters with marks around them, in any
script: these are read at once. All others go through chunks.py, as there.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.chunks import OFFSET, PRIME, cut_chunk, has_string, read_chunk
from corpuskit.kernels.minhash import BLOCK, bands_of_document, hash_family
from corpuskit.kernels.shingles import SHINGLE_UNITS, WORD_UNITS, mix, runs
from corpuskit.kernels.token_classes import (
    CUT,
    KEPT_CHARS,
    LOWER,
    MARK,
    PLAIN_DIGIT,
    PLAIN_LETTER,
    PLAIN_LONE,
    PLAIN_MARK,
    PLAIN_SPACE,
    PREFIX,
    SOLID,
    SPACE,
    SPACELESS,
    SUFFIX,
    UPPER,
    token_tables,
)
from corpuskit.kernels.unicode import decode

BY_SCRIPT = 0
"""Instead of a number of words: shingles as `shingles` makes them."""

_ONE = np.uint64(1)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 1 << 64))  # of the multiplier, modulo 2^64
_DOT = ord(".")
_LETTER, _PLAIN_WORD = LOWER | UPPER, PLAIN_LETTER | PLAIN_DIGIT
_NO_WORD = -1


def text_shingles(
    buffer: TextBuffer, size: int = BY_SCRIPT
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
    """Hash the shingles of every document: `shingles` or `word_shingles` of its tokens.

    Parameters
    ----------
    size : words of a shingle, or `BY_SCRIPT`.

    Returns
    -------
    offsets : int64 (n + 1,).
    values : uint64 (s,).

    Examples
    --------
    >>> import polars as pl
    >>> from corpuskit.kernels.arrow import text_buffer
    >>> text_shingles(text_buffer(pl.Series(["one two three four five six", "?"])))[0].tolist()
    [0, 2, 2]
    """
    offsets, values = _text_shingles(*buffer, *token_tables(), *_scratch(buffer), size)
    return offsets, values


def text_bands(
    buffer: TextBuffer, bands: int, rows: int, seed: int, size: int = BY_SCRIPT
) -> npt.NDArray[np.uint64]:
    """Compute `minhash_bands` of `text_shingles` for every document: uint64 (n, bands)."""
    multipliers, additions = hash_family(bands * rows, seed)
    out: npt.NDArray[np.uint64] = _text_bands(
        *buffer, *token_tables(), *_scratch(buffer), size, multipliers, additions, bands, rows
    )
    return out


def _scratch(buffer: TextBuffer) -> tuple[npt.NDArray[np.int64], ...]:
    """Make room for one document: units and places of a chunk, words and what they span."""
    longest = int(np.diff(buffer.offsets).max(initial=0)) + 1
    chunk = np.empty(longest, np.int64), np.empty(longest, np.int64)
    return (*chunk, np.empty(longest, np.uint64), np.empty(longest, np.uint8))  # type: ignore[return-value]


@njit(nogil=True, cache=True)
def _text_shingles(  # type: ignore[no-untyped-def]
    text_offsets, data, classes, plain, lower, kept, units, places, words, spans, size
):
    offsets = np.zeros(len(text_offsets), np.int64)
    values = np.empty(text_offsets[-1] - text_offsets[0], np.uint64)
    total = 0
    for document in range(len(text_offsets) - 1):
        i, stop = text_offsets[document], text_offsets[document + 1]
        count = _words(data, i, stop, classes, plain, lower, kept, units, places, words, spans)
        if size == BY_SCRIPT:
            count = _windows(words, spans, count)
            for k in range(count):
                values[total + k] = words[k]
            total += count
        else:
            total = runs(words, count, size, values, total)
        offsets[document + 1] = total
    return offsets, values[:total].copy()


@njit(nogil=True, cache=True)
def _text_bands(  # type: ignore[no-untyped-def]
    text_offsets, data, classes, plain, lower, kept, units, places, words, spans, size,
    multipliers, additions, bands, rows,
):  # fmt: skip
    out = np.zeros((len(text_offsets) - 1, bands), np.uint64)
    minima = np.empty(bands * rows + BLOCK, np.uint32)
    values = words if size == BY_SCRIPT else np.empty(len(words), np.uint64)
    for document in range(len(text_offsets) - 1):
        i, stop = text_offsets[document], text_offsets[document + 1]
        count = _words(data, i, stop, classes, plain, lower, kept, units, places, words, spans)
        if size == BY_SCRIPT:
            count = _windows(words, spans, count)
        else:
            count = runs(words, count, size, values, 0)
        bands_of_document(
            values, 0, count, multipliers, additions, bands, rows, minima, out[document]
        )
    return out


@njit(nogil=True, cache=True, _nrt=False)
def _windows(words, spans, count):  # type: ignore[no-untyped-def]
    """Put the shingles of a document in the place of its words; return how many there are.

    The polynomial of `shingles`, rolled along: the first word leaves, the next ones come.
    """
    value, spanned, last, power = np.uint64(0), 0, 0, _ONE  # power: of the word before `last`
    for first in range(count):
        while spanned < SHINGLE_UNITS and last < count:
            value = value * _MULTIPLIER + words[last]
            power = power * _MULTIPLIER if last > first else _ONE
            spanned += spans[last]
            last += 1
        if spanned < SHINGLE_UNITS and first > 0:
            return first
        leaving = words[first]
        words[first] = max(mix(value), _ONE)  # zero is an empty slot of `sorted_sets`
        value -= leaving * power
        power *= _INVERSE
        spanned -= spans[first]
    return count


@njit(nogil=True, cache=True, _nrt=False)
def _words(  # type: ignore[no-untyped-def]
    data, i, stop, classes, plain, lower, kept, units, places, words, spans
):
    """Write the mixed folds of a document's word-like tokens and their spans; return the count."""
    count = 0
    while i < stop:
        first = i
        i, fold, seen, wide, byte, bits = _letters(data, i, stop, classes, plain, lower)
        if i == first:
            following = _lone(data, i, stop, classes, plain)
            if following > i:
                if byte >= np.uint64(0x80) and bits & SOLID:
                    words[count] = mix(_fold(data, i, following, lower))
                    spans[count] = 1 if bits & SPACELESS else WORD_UNITS
                    count += 1
                i = following
                continue
            end = np.int64(_NO_WORD)
        elif i == stop or (byte < np.uint64(0x80) and bits & PLAIN_SPACE):
            end = i
        else:
            end = _end(data, first, i, stop, classes, plain, kept, wide)
        if end != _NO_WORD and seen != _PLAIN_WORD:  # else it may be a number with its unit
            words[count] = mix(fold)
            spans[count] = WORD_UNITS
            count += 1
            i = end
            continue
        unit_count, others = read_chunk(data, first, stop, classes, units, places)
        if unit_count > 1 and others > 0:
            cut_chunk(units, unit_count, kept)
        count = _put_units(data, places, units, unit_count, lower, words, spans, count)
        i = places[unit_count]
    return count


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _letters(data, i, stop, classes, plain, lower):  # type: ignore[no-untyped-def]
    """Fold a run of letters, marks and digits: where it ends, its fold, what was seen, and the byte
    and bits that it ends at."""
    first, fold, seen, wide = i, OFFSET, np.int64(0), False
    byte, bits = np.uint64(0), np.int64(0)
    while i < stop:
        byte = np.uint64(data[i])
        if byte < np.uint64(0x80):
            bits = np.int64(plain[byte])
            if not bits & _PLAIN_WORD:
                break
            fold = (fold ^ np.uint64(lower[byte])) * PRIME
            seen |= bits
            i += 1
        else:
            point, width = decode(data, i)
            bits = np.int64(classes[point])
            if bits & MARK:
                if i == first:
                    break
            elif bits & _LETTER and not bits & SPACELESS:
                seen |= PLAIN_LETTER
            else:
                break
            fold = (fold ^ np.uint64(lower[point])) * PRIME
            wide = True
            i += width
    return i, fold, seen, wide, byte, bits


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _lone(data, i, stop, classes, plain):  # type: ignore[no-untyped-def]
    """Return where white space or a character that is a token by itself ends; i for others."""
    if data[i] < 0x80:
        bits = np.int64(plain[data[i]])
        if bits & PLAIN_SPACE:
            return i + 1
        if not bits & PLAIN_LONE:
            return i
        if i + 1 < stop and data[i + 1] >= 0x80:
            point, _ = decode(data, i + 1)
            return i if np.int64(classes[point]) & MARK else i + 1
        return i + 1
    point, width = decode(data, i)
    bits = np.int64(classes[point])
    if not bits & (SPACELESS | SPACE | PREFIX):
        return i
    i += width
    while not bits & SPACE and i < stop and data[i] >= 0x80:
        point, width = decode(data, i)
        if not np.int64(classes[point]) & MARK:
            break
        i += width
    return i


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _end(data, first, i, stop, classes, plain, kept, wide):  # type: ignore[no-untyped-def]
    """Return where the marks behind a word end, if they end the chunk; `_NO_WORD` if not."""
    if data[i] == _DOT:
        before, start = np.int64(data[i - 1]), i - 1
        if before >= 0x80:
            while data[start] & 0xC0 == 0x80:
                start -= 1
            before, _ = decode(data, start)
        bits = np.int64(classes[before])
        if bits & LOWER == 0 and (bits & UPPER or bits & MARK):
            return np.int64(_NO_WORD)
        if bits & MARK or (not wide and i - first < KEPT_CHARS and _is_kept(data, first, i, kept)):
            return np.int64(_NO_WORD)
        i += 1
    while i < stop:
        if data[i] < 0x80:
            bits = np.int64(plain[data[i]])
            if bits & PLAIN_SPACE:
                return i
            if not bits & PLAIN_MARK:
                return np.int64(_NO_WORD)
            i += 1
        else:
            point, width = decode(data, i)
            bits = np.int64(classes[point])
            if bits & MARK:
                return np.int64(_NO_WORD)
            if bits & (SPACE | SPACELESS):
                return i
            if not bits & SUFFIX:
                return np.int64(_NO_WORD)
            i += width
    return i


@njit(nogil=True, cache=True, _nrt=False)
def _is_kept(data, first, last, kept):  # type: ignore[no-untyped-def]
    """Say whether a short word and the period behind it, at `last`, stay whole."""
    value = OFFSET
    for i in range(first, last + 1):
        value = (value ^ np.uint64(data[i])) * PRIME
    return has_string(kept, value)


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _fold(data, i, stop, lower):  # type: ignore[no-untyped-def]
    """Hash the folded code points from i to stop."""
    fold = OFFSET
    while i < stop:
        point, width = decode(data, i)
        fold = (fold ^ np.uint64(lower[point])) * PRIME
        i += width
    return fold


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _put_units(data, places, units, unit_count, lower, words, spans, count):  # type: ignore[no-untyped-def]
    """Write the word-like tokens of a chunk that has been cut."""
    k = 0
    while k < unit_count:
        bits, last = units[k], k + 1
        while last < unit_count and not units[last] & CUT:
            bits |= units[last]
            last += 1
        if bits & SOLID:
            words[count] = mix(_fold(data, places[k], places[last], lower))
            spans[count] = WORD_UNITS
            count += 1
        k = last
    return count
