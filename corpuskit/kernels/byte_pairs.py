"""Count the tokens of o200k_base: cut texts into pieces, merge the bytes of each by rank.

The pieces are those of the encoding's published regular expression, whose seven alternatives are
tried in their order (letters with a character before them, twice; numbers; punctuation; white
space, three times). A piece that is a token is counted as one; in another, the two neighbours
whose union has the lowest rank are joined until no union is a token. The vocabulary is a table of
hashes, of which 46 bits are compared: a byte string that is no token is taken for one in one
look-up of 10^13. Pieces repeat, so what a piece came to is kept in a table of the last ones.

A piece of more than 512 bytes is cut there, so that a hostile text costs no more than another;
a cut changes the count by a token or two. Nothing is allocated.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import zstandard
from numba import njit

from corpuskit.kernels import unicode
from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.unicode import decode, unicode_tables

VOCABULARY = Path(__file__).parent.parent / "models" / "o200k_base.zst"
TOKENS = 199_998
LONGEST_PIECE = 512
LONGEST_TOKEN = 128
NO_RANK = 1 << 30

# Bits of a character. UPPER and LOWER are the two halves of a word in the regular expression;
# letters without case and marks are in both.
UPPER, LOWER, LETTER, NUMBER, SPACE, NEWLINE = 1, 2, 4, 8, 16, 32
# The characters that Unicode calls White_Space.
WHITE_SPACE = (
    *range(0x09, 0x0E), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F,
    0x205F, 0x3000,
)  # fmt: skip

_PRIME = np.uint64(0x9E3779B97F4A7C15)
_SLOT_BITS = 19
_SHIFT = np.uint64(64 - _SLOT_BITS)
_SLOTS = 1 << _SLOT_BITS
_RANK_MASK = np.uint64((1 << 18) - 1)
_SEEN_BITS = 15
_SEEN_SHIFT = np.uint64(64 - _SEEN_BITS)


class Vocabulary(NamedTuple):
    """What the kernel looks up; all arrays are read-only.

    classes : uint8 (0x110000,), bits by code point.
    pairs : int32 (65536,), the rank of two bytes, the first the high one; `NO_RANK` for none.
    keys : uint64 (524288,), open-addressed: the upper 46 bits of a token's hash, then its rank and
        one; 0 is a free slot.
    """

    classes: npt.NDArray[np.uint8]
    pairs: npt.NDArray[np.int32]
    keys: npt.NDArray[np.uint64]


def count_tokens(buffer: TextBuffer) -> npt.NDArray[np.int64]:
    """Count the tokens of every text; strings that control a model are text like other text.

    Returns
    -------
    int64 (n, 2): tokens, and those among them that are a single byte of a longer character.

    Examples
    --------
    >>> import polars as pl
    >>> from corpuskit.kernels.arrow import text_buffer
    >>> count_tokens(text_buffer(pl.Series(["hello world", "ꇓ"]))).tolist()
    [[2, 0], [3, 3]]
    """
    counts = np.zeros((len(buffer), 2), np.int64)
    seen = np.zeros((1 << _SEEN_BITS, 2), np.uint64)
    hashes = np.empty(LONGEST_PIECE + 1, np.uint64)
    starts, joined = np.empty(LONGEST_PIECE + 2, np.int32), np.empty(LONGEST_PIECE + 2, np.int32)
    _count(*buffer, *vocabulary(), powers(), seen, hashes, starts, joined, counts)
    return counts


@cache
def vocabulary() -> Vocabulary:
    """Read the tokens and make the tables, once per process (about 5 MB)."""
    content = np.frombuffer(
        zstandard.ZstdDecompressor().decompress(VOCABULARY.read_bytes()), np.uint8
    )
    lengths, data = content[:TOKENS], content[TOKENS:]
    keys = np.zeros(_SLOTS, np.uint64)
    pairs = np.full(1 << 16, NO_RANK, np.int32)
    _fill(lengths, data, pairs, keys)
    tables = Vocabulary(_classes(), pairs, keys)
    for table in tables:
        table.setflags(write=False)
    return tables


@cache
def powers() -> npt.NDArray[np.uint64]:
    """Raise the multiplier of the hash to the lengths that a token may have."""
    factors = np.full(LONGEST_TOKEN + 1, _PRIME)
    factors[0] = 1
    found = np.cumprod(factors)
    found.setflags(write=False)
    return found


def _classes() -> npt.NDArray[np.uint8]:
    category = unicode_tables().category
    classes = np.zeros(len(category), np.uint8)
    caseless = (unicode.LM, unicode.LO)
    marks = (unicode.MC, unicode.ME, unicode.MN)
    classes[np.isin(category, (unicode.LU, unicode.LT, *caseless, *marks))] |= UPPER
    classes[np.isin(category, (unicode.LL, *caseless, *marks))] |= LOWER
    classes[np.isin(category, (unicode.LU, unicode.LT, unicode.LL, *caseless))] |= LETTER
    classes[np.isin(category, (unicode.ND, unicode.NL, unicode.NO))] |= NUMBER
    classes[list(WHITE_SPACE)] |= SPACE
    classes[[0x0A, 0x0D]] |= NEWLINE
    return classes


@njit(nogil=True, cache=True, _nrt=False)
def _fill(lengths, data, pairs, keys):  # type: ignore[no-untyped-def]
    """Put every token of two bytes and more into the tables."""
    i = 0
    for rank in range(len(lengths)):
        stop, value = i + lengths[rank], np.uint64(0)
        if lengths[rank] == 2:
            pairs[(np.int64(data[i]) << 8) | np.int64(data[i + 1])] = rank
        while i < stop:
            value = value * _PRIME + np.uint64(data[i]) + np.uint64(1)
            i += 1
        if lengths[rank] > 1:
            slot = np.int64((value * _PRIME) >> _SHIFT)
            while keys[slot] != 0:
                slot = (slot + 1) & (_SLOTS - 1)
            keys[slot] = (value & ~_RANK_MASK) | np.uint64(rank + 1)


@njit(nogil=True, cache=True, _nrt=False)
def _count(  # type: ignore[no-untyped-def]
    offsets, data, classes, pairs, keys, powers, seen, hashes, starts, joined, counts
):
    for document in range(len(offsets) - 1):
        i, stop = offsets[document], offsets[document + 1]
        while i < stop:
            end = _piece_end(data, i, stop, classes)
            while i < end:
                cut = _cut(data, i, end)
                found = _known(data, i, cut, hashes, seen)
                if found == 0:
                    found = _merge(data, i, cut, pairs, keys, powers, hashes, starts, joined)
                    _remember(hashes[cut - i], found, seen)
                counts[document, 0] += found >> 32
                counts[document, 1] += found & 0xFFFFFFFF
                i = cut


@njit(nogil=True, cache=True, _nrt=False)
def _cut(data, i, end):  # type: ignore[no-untyped-def]
    """End a piece that is too long before the character that would make it so."""
    if end - i <= LONGEST_PIECE:
        return end
    end = i + LONGEST_PIECE
    while data[end] & 0xC0 == 0x80:
        end -= 1
    return end


@njit(nogil=True, cache=True, _nrt=False)
def _piece_end(data, i, stop, classes):  # type: ignore[no-untyped-def]
    """Return where the piece that starts at i ends."""
    point, width = decode(data, i)
    bits = classes[point]
    prefix = not bits & (LETTER | NUMBER | NEWLINE)
    for needs_lower in (True, False):
        end = -1
        if prefix:
            end = _word_end(data, i + width, stop, classes, needs_lower)
        if end < 0 and bits & (UPPER | LOWER):
            end = _word_end(data, i, stop, classes, needs_lower)
        if end >= 0:
            return end
    if bits & NUMBER:
        return _run(data, i, stop, classes, NUMBER, 3)
    end = _punctuation_end(data, i + (data[i] == 32), stop, classes)
    return end if end >= 0 else _space_end(data, i, stop, classes)


@njit(nogil=True, cache=True, _nrt=False)
def _run(data, i, stop, classes, wanted, most):  # type: ignore[no-untyped-def]
    """Return where the characters that have one of the wanted bits end, at most so many."""
    while i < stop and most > 0:
        point, width = decode(data, i)
        if not classes[point] & wanted:
            break
        i += width
        most -= 1
    return i


@njit(nogil=True, cache=True, _nrt=False)
def _word_end(data, first, stop, classes, needs_lower):  # type: ignore[no-untyped-def]
    """Match upper then lower letters, one lower at least or one upper at least; -1 for no word.

    Where the upper ones must give one back, it is the last of them that is lower as well.
    """
    i, given_back = first, -1
    while i < stop:
        point, width = decode(data, i)
        if not classes[point] & UPPER:
            break
        i += width
        if classes[point] & LOWER:
            given_back = i
    end = _run(data, i, stop, classes, LOWER, stop)
    if needs_lower and end == i:
        end = given_back
    elif not needs_lower and i == first:
        end = -1
    return end if end < 0 else _contraction_end(data, end, stop)


@njit(nogil=True, cache=True, _nrt=False)
def _contraction_end(data, i, stop):  # type: ignore[no-untyped-def]
    """Take 's, 't, 'm, 'd, 're, 've or 'll in either case where one follows."""
    if i + 1 >= stop or data[i] != 39:
        return i
    first = data[i + 1] | 32
    if first == 115 or first == 116 or first == 109 or first == 100:
        return i + 2
    if i + 2 >= stop:
        return i
    if data[i + 1] == 0xC5 and data[i + 2] == 0xBF:  # the long s is an s without regard to case
        return i + 3
    second = data[i + 2] | 32
    if ((first == 114 or first == 118) and second == 101) or (first == 108 and second == 108):
        return i + 3
    return i


@njit(nogil=True, cache=True, _nrt=False)
def _punctuation_end(data, first, stop, classes):  # type: ignore[no-untyped-def]
    """Match what is no space, letter or number, then line ends and slashes; -1 for none."""
    i = first
    while i < stop:
        point, width = decode(data, i)
        if classes[point] & (SPACE | LETTER | NUMBER):
            break
        i += width
    if i == first:
        return -1
    while i < stop and (data[i] == 10 or data[i] == 13 or data[i] == 47):
        i += 1
    return i


@njit(nogil=True, cache=True, _nrt=False)
def _space_end(data, first, stop, classes):  # type: ignore[no-untyped-def]
    """Match white space: up to the last line end, else all but the last before what follows."""
    i, last, line_end = first, first, -1
    while i < stop:
        point, width = decode(data, i)
        if not classes[point] & SPACE:
            break
        last = i
        i += width
        if classes[point] & NEWLINE:
            line_end = i
    if line_end >= 0:
        return line_end
    return last if i < stop and last > first else i


@njit(nogil=True, cache=True, _nrt=False)
def _known(data, i, stop, hashes, seen):  # type: ignore[no-untyped-def]
    """Hash the beginnings of a piece; return what it came to the last time, 0 where it is new."""
    if stop - i == 1 and data[i] < 0x80:
        return np.int64(1) << 32
    value = np.uint64(0)
    hashes[0] = value
    for k in range(stop - i):
        value = value * _PRIME + np.uint64(data[i + k]) + np.uint64(1)
        hashes[k + 1] = value
    slot = np.int64((value * _PRIME) >> _SEEN_SHIFT)
    return np.int64(seen[slot, 1]) if seen[slot, 0] == value else np.int64(0)


@njit(nogil=True, cache=True, _nrt=False)
def _remember(value, found, seen):  # type: ignore[no-untyped-def]
    slot = np.int64((value * _PRIME) >> _SEEN_SHIFT)
    seen[slot, 0], seen[slot, 1] = value, np.uint64(found)


@njit(nogil=True, cache=True, _nrt=False)
def _merge(  # type: ignore[no-untyped-def]
    data, i, stop, pairs, keys, powers, hashes, starts, joined
):
    """Count the tokens of a piece, times 2^32, and those of a single byte of a character."""
    size = stop - i
    if size <= LONGEST_TOKEN and _rank(hashes[size], keys) != NO_RANK:
        return np.int64(1) << 32
    for k in range(size):
        starts[k] = k
        joined[k] = NO_RANK
        if k + 1 < size:
            joined[k] = pairs[(np.int64(data[i + k]) << 8) | np.int64(data[i + k + 1])]
    starts[size] = size
    count = _join(size, keys, powers, hashes, starts, joined)
    single = np.int64(0)
    for k in range(count):
        single += starts[k + 1] - starts[k] == 1 and data[i + starts[k]] >= 0x80
    return (np.int64(count) << 32) | single


@njit(nogil=True, cache=True, _nrt=False)
def _join(count, keys, powers, hashes, starts, joined):  # type: ignore[no-untyped-def]
    """Join neighbours, the lowest rank first, the first of equals; return how many are left."""
    while count > 1:
        best, place = np.int32(NO_RANK), 0
        for k in range(count - 1):  # first the least, then its place: a loop that is vectorised
            best = min(best, joined[k])
        if best == NO_RANK:
            break
        while joined[place] != best:
            place += 1
        count -= 1
        for k in range(place + 1, count):
            starts[k], joined[k] = starts[k + 1], joined[k + 1]
        starts[count] = starts[count + 1]
        joined[count - 1] = NO_RANK
        for k in range(max(0, place - 1), min(place + 1, count - 1)):
            joined[k] = NO_RANK
            first, length = starts[k], starts[k + 2] - starts[k]
            if length <= LONGEST_TOKEN:
                value = hashes[first + length] - hashes[first] * powers[length]
                joined[k] = _rank(value, keys)
    return count


@njit(nogil=True, cache=True, _nrt=False)
def _rank(value, keys):  # type: ignore[no-untyped-def]
    """Look a token up by its hash."""
    slot = np.int64((value * _PRIME) >> _SHIFT)
    while keys[slot] != 0:
        if (keys[slot] ^ value) <= _RANK_MASK:
            return np.int32(keys[slot] & _RANK_MASK) - np.int32(1)
        slot = (slot + 1) & (_SLOTS - 1)
    return np.int32(NO_RANK)
