"""Cut texts into tokens, once for every feature that counts words, n-grams or shingles.

White space separates chunks; punctuation is peeled off both ends of a chunk, and what is left is
cut inside only where a mark joins words (well-known, he/she, end.Start). Links and mail addresses
stay whole, contractions do not (do|n't, it|'s). These are the rules of spaCy's blank English
tokeniser, as facts. A character of a script written without spaces is a token, with its marks.

Most of English is plain words, so these have a path of their own: one look-up a byte, both hashes
made in the same pass. Other chunks go through chunks.py. Outputs are as long as the text could
need and cut to length: pages that are not touched take no memory.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.errors import FeatureError
from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.chunks import OFFSET, PRIME, cut_chunk, has_string, read_chunk
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
    UPPER,
    token_tables,
)
from corpuskit.kernels.unicode import decode

# Bits of `Tokens.kind`.
HAS_LETTER, IS_SYMBOL, IS_SPACELESS = 1, 2, 4

_LETTER, _DOT = LOWER | UPPER, ord(".")
_MAX_BYTES = 2**31 - 1  # positions are int32


class Tokens(NamedTuple):
    """The tokens of n documents: those of document i are rows ``offsets[i]:offsets[i + 1]``.

    offsets : int64 (n + 1,).
    start, end : int32 (t,), byte positions in the text buffer's data.
    chars : int32 (t,), code points.
    hash : uint64 (t,), of the exact bytes (FNV-1a).
    fold : uint64 (t,), of the lower-cased code points (FNV-1a, one step a code point).
    kind : uint8 (t,), bits HAS_LETTER, IS_SYMBOL (no letter, mark or number in it), IS_SPACELESS
        (one character, with its marks, of a script written without spaces).
    """

    offsets: npt.NDArray[np.int64]
    start: npt.NDArray[np.int32]
    end: npt.NDArray[np.int32]
    chars: npt.NDArray[np.int32]
    hash: npt.NDArray[np.uint64]
    fold: npt.NDArray[np.uint64]
    kind: npt.NDArray[np.uint8]


def tokenise(buffer: TextBuffer) -> Tokens:
    """Cut every document of the buffer into tokens.

    Raises
    ------
    FeatureError
        If the buffer has 2 GiB or more.

    Examples
    --------
    >>> import polars as pl
    >>> from corpuskit.kernels.arrow import text_buffer
    >>> buffer = text_buffer(pl.Series(["It's 你好."]))
    >>> tokens = tokenise(buffer)
    >>> [bytes(buffer.data[a:b]).decode() for a, b in zip(tokens.start, tokens.end)]
    ['It', "'s", '你', '好', '.']
    """
    if buffer.offsets[-1] > _MAX_BYTES:
        raise FeatureError(
            f"text buffer: {buffer.offsets[-1]} bytes; token positions are 32-bit, "
            f"make batches of at most {_MAX_BYTES} bytes"
        )
    longest = int(np.diff(buffer.offsets).max(initial=0))
    rows = _rows(int(buffer.offsets[-1] - buffer.offsets[0]) // 2 + longest)
    scratch = np.empty(longest + 1, np.int64), np.empty(longest + 1, np.int64)
    offsets, done = np.zeros(len(buffer.offsets), np.int64), 0
    while True:
        done = tokenise_documents(*buffer, *token_tables(), done, offsets, *scratch, *rows)
        if done == len(buffer):
            return Tokens(offsets, *(column[: offsets[-1]] for column in rows))
        used, larger = offsets[done], _rows(2 * len(rows[0]) + longest)
        for old, new in zip(rows, larger, strict=True):
            new[:used] = old[:used]
        rows = larger


def _rows(capacity: int) -> tuple[npt.NDArray[Any], ...]:
    """Make the columns of a token table; pages that stay untouched take no memory."""
    dtypes = (np.int32, np.int32, np.int32, np.uint64, np.uint64, np.uint8)
    return tuple(np.empty(capacity, dtype) for dtype in dtypes)


@njit(nogil=True, cache=True, _nrt=False)
def tokenise_documents(  # type: ignore[no-untyped-def]
    offsets, data, classes, plain, lower, kept, done, counts, units, places, *rows
):
    """Cut documents from `done` on while there is room; return the first that is left.

    `units` and `places` are scratch for one chunk, see chunks.py.
    """
    t = counts[done]
    for document in range(done, len(offsets) - 1):
        i, stop = offsets[document], offsets[document + 1]
        if t + stop - i > len(rows[0]):
            return document
        while i < stop:
            i, t = _plain_words(data, i, stop, plain, lower, kept, t, rows)
            if i < stop and data[i] >= 0x80:
                i, t = _lone_characters(data, i, stop, classes, lower, t, rows)
                if i == stop or data[i] < 0x80:
                    continue
            if i < stop:
                count, others = read_chunk(data, i, stop, classes, units, places)
                if count > 1 and others > 0:
                    cut_chunk(units, count, kept)
                t = _put_units(data, places, units, count, lower, t, rows)
                i = places[count]
        counts[document + 1] = t
    return len(offsets) - 1


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _put(t, first, stop, chars, exact, fold, kind, rows):  # type: ignore[no-untyped-def]
    """Write one row of the token table."""
    rows[0][t], rows[1][t], rows[2][t] = first, stop, chars
    rows[3][t], rows[4][t], rows[5][t] = exact, fold, kind
    return t + 1


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _plain_words(data, i, stop, plain, lower, kept, t, rows):  # type: ignore[no-untyped-def]
    """Take ASCII words and numbers with the marks around them, and white space."""
    while i < stop:
        first, seen, bits = i, np.int64(0), np.int64(0)
        exact, fold = OFFSET, OFFSET
        while i < stop:
            byte = np.uint64(data[i])
            bits = np.int64(plain[byte])
            if not bits & (PLAIN_LETTER | PLAIN_DIGIT):
                break
            exact = (exact ^ byte) * PRIME
            fold = (fold ^ np.uint64(lower[byte])) * PRIME
            seen |= bits
            i += 1
        if i == first:
            if bits & PLAIN_LONE and (i + 1 == stop or data[i + 1] < 0x80):
                mark = (OFFSET ^ byte) * PRIME
                t = _put(t, i, i + 1, np.int64(1), mark, mark, np.int64(IS_SYMBOL), rows)
            elif not bits & PLAIN_SPACE:
                return i, t
            i += 1
            continue
        if i < stop and not bits & PLAIN_SPACE:
            is_dot = byte == _DOT and _is_end(data, first, i, (exact ^ byte) * PRIME, kept)
            if (not is_dot and not bits & PLAIN_MARK) or not _only_marks(data, i + 1, stop, plain):
                return first, t
        if seen == PLAIN_LETTER | PLAIN_DIGIT:  # perhaps a number with its unit
            return first, t
        t = _put(t, first, i, i - first, exact, fold, seen & HAS_LETTER, rows)
        if i < stop and not bits & PLAIN_SPACE:
            mark = (OFFSET ^ byte) * PRIME
            t = _put(t, i, i + 1, np.int64(1), mark, mark, np.int64(IS_SYMBOL), rows)
        i += 1
    return stop, t


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _only_marks(data, i, stop, plain):  # type: ignore[no-untyped-def]
    """Say whether nothing but marks stands from i to the end of the chunk."""
    while i < stop and plain[data[i]] & PLAIN_MARK:
        i += 1
    return i == stop or (plain[data[i]] & PLAIN_SPACE) > 0


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _is_end(data, first, i, exact, kept):  # type: ignore[no-untyped-def]
    """Say whether the period at i, after a plain word, is a token; `exact` hashes both."""
    before = data[i - 1]
    if before >= 97 or before < 65:
        return i - first >= KEPT_CHARS or not has_string(kept, exact)
    return i - first > 1 and data[i - 2] >= 65 and data[i - 2] < 97


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _lone_characters(data, i, stop, classes, lower, t, rows):  # type: ignore[no-untyped-def]
    """Take white space and characters that are tokens by themselves, as far as they go."""
    point, width = decode(data, i)
    bits = np.int64(classes[point])
    while bits & (SPACELESS | SPACE | PREFIX):
        first, exact, fold, chars, base = i, OFFSET, OFFSET, 0, bits
        while True:
            for k in range(i, i + width):
                exact = (exact ^ np.uint64(data[k])) * PRIME
            fold = (fold ^ np.uint64(lower[point])) * PRIME
            chars += 1
            i += width
            bits = np.int64(0)
            if i == stop or data[i] < 0x80:
                break
            point, width = decode(data, i)
            bits = np.int64(classes[point])
            if base & SPACE or not bits & MARK:
                break
        if not base & SPACE:
            spaceless = IS_SPACELESS if base & SPACELESS else 0
            t = _put(t, first, i, chars, exact, fold, _kind(base) | spaceless, rows)
    return i, t


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _kind(bits):  # type: ignore[no-untyped-def]
    """Turn class bits into bits of `Tokens.kind`."""
    return (HAS_LETTER if bits & _LETTER else 0) | (0 if bits & SOLID else IS_SYMBOL)


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _put_units(data, places, units, count, lower, t, rows):  # type: ignore[no-untyped-def]
    """Write the tokens of a chunk that has been cut."""
    k = 0
    while k < count:
        first, bits, last = places[k], units[k], k + 1
        while last < count and not units[last] & CUT:
            bits |= units[last]
            last += 1
        exact, fold, chars, i = OFFSET, OFFSET, 0, first
        while i < places[last]:
            point, width = decode(data, i)
            for j in range(i, i + width):
                exact = (exact ^ np.uint64(data[j])) * PRIME
            fold = (fold ^ np.uint64(lower[point])) * PRIME
            chars += 1
            i += width
        t = _put(t, first, i, chars, exact, fold, _kind(bits), rows)
        k = last
    return t
