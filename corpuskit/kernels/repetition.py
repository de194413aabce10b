"""Repeated n-grams of every document, of tokens and, in scripts without spaces, of characters.

An n-gram can only come twice where both shorter ones inside it do. So 2-grams are grouped first,
in a hash table; then each step lengthens only the n-grams that came twice, where two of them stand
side by side: the pair of their groups is the key of the longer one. Most texts have few left after
3-grams, and nothing past 2-grams depends on a hash. Before they are grouped, 2-grams that surely
come once (two in three) are left out by counting in bytes, which takes no branch.

One open-addressing table serves all documents and all n. A slot is free unless its mark is above
the number of groups made before this step, so nothing is ever cleared; a step uses only as many
slots as it has n-grams, which keeps a short document in the cache. Scratch is made once a batch,
by the longest document; as nothing is allocated here, numba's reference counting is left out.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.tokenise import IS_SPACELESS, IS_SYMBOL, Tokens
from corpuskit.kernels.unicode import decode

TOP_N = (2, 3, 4)
DUPLICATE_N = (5, 6, 7, 8, 9, 10)
TOP_CHARS_N, DUPLICATE_CHARS_N = 4, 20
# Columns: characters of the top 2-, 3-, 4-gram, of duplicated 5- to 10-grams, then of characters.
TOP_CHARS, DUPLICATE_CHARS, LENGTH, SOLID = 9, 10, 11, 12
COLUMNS = 13
SPACELESS_PER_WORDS = 5  # character n-grams where at least one word in five is a character
_LONGEST_N = 10
_SPARE = 4  # bytes of a counter for each slot of a table: one n-gram in ten shares its byte

Scratch = tuple[
    npt.NDArray[np.int32],
    npt.NDArray[np.int32],
    npt.NDArray[np.uint64],
    npt.NDArray[np.int64],
]
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def repeated_chars(buffer: TextBuffer, tokens: Tokens) -> npt.NDArray[np.int64]:
    """Count the characters of repeated n-grams.

    Returns
    -------
    int64 (n, 13): top 2-, 3-, 4-grams (characters joined by spaces × count); duplicated 5- to
    10-grams; 4 × count of the top character 4-gram and characters of duplicated 20-grams (0
    unless at least a fifth of the words are characters of scripts without spaces); characters of
    the text; its characters in tokens, which is all but white space (0 where character n-grams
    are).
    """
    out = np.zeros((len(buffer), COLUMNS), np.int64)
    _lengths(*buffer, tokens.offsets, tokens.chars, tokens.kind, out)
    longest = max(np.diff(tokens.offsets).max(initial=0), out[:, SOLID].max(initial=0))
    place, *groups = gram_scratch(int(longest))
    counter = np.empty(_SPARE * slot_count(longest), np.uint8)
    _repetition(
        buffer.data,
        *tokens[:5],
        place,
        np.empty(longest + 1, np.uint64),  # code: its key, then its group
        *groups,
        counter,
        out,
    )
    return out


def gram_scratch(longest: int) -> Scratch:
    """Make room for the n-grams of documents of so many words.

    A document touches as much of it as it has words.
    """
    slots = slot_count(longest)
    return (
        np.empty(longest + 1, np.int32),  # place: where an n-gram starts
        np.empty((longest + 2, 2), np.int32),  # group: count, first
        np.empty(slots, np.uint64),  # key of a slot
        np.zeros(slots, np.int64),  # mark of a slot
    )


@njit(nogil=True, cache=True, _nrt=False)
def slot_count(count):  # type: ignore[no-untyped-def]
    """Return how many slots a table of so many keys has, a power of two."""
    slots = 16
    while slots < 2 * count:
        slots *= 2
    return slots


@njit(nogil=True, cache=True, _nrt=False)
def _lengths(offsets, data, token_offsets, chars, kind, out):  # type: ignore[no-untyped-def]
    """Fill the columns LENGTH and, where character n-grams are wanted, SOLID."""
    for document in range(len(offsets) - 1):
        length, words, spaceless, solid = 0, 0, 0, np.int64(0)
        for i in range(offsets[document], offsets[document + 1]):
            length += (data[i] & 0xC0) != 0x80
        for t in range(token_offsets[document], token_offsets[document + 1]):
            words += (kind[t] & IS_SYMBOL) == 0
            spaceless += (kind[t] & IS_SPACELESS) != 0
            solid += chars[t]
        out[document, LENGTH] = length
        if spaceless > 0 and SPACELESS_PER_WORDS * spaceless >= words:
            out[document, SOLID] = solid


@njit(nogil=True, cache=True, _nrt=False)
def _repetition(  # type: ignore[no-untyped-def]
    data, offsets, start, end, chars, exact, place, code, groups, keys, marks, counter, out
):
    made = np.int64(0)  # groups so far
    for document in range(len(offsets) - 1):
        first, count = offsets[document], offsets[document + 1] - offsets[document]
        left = max(count - 1, 0)
        for i in range(left):
            place[i] = i
            code[i] = exact[first + i] * MULTIPLIER + exact[first + i + 1]
        for n in range(2, min(_LONGEST_N, count) + 1):
            left = lengthen(place, code, left) if n > 2 else sift(place, code, left, counter)
            if n > 4 and left == 0:
                break
            made, top = group_codes(code, left, groups, keys, marks, made)
            if n <= 4:
                most, begin = groups[top, 0], first + place[groups[top, 1]]
                if left == 0 or most < 2:
                    most, begin = 1, first
                out[document, n - 2] = (sum_chars(chars, begin, n) + n - 1) * most
            left = keep_repeated(place, code, left, groups)
            if n > 4:
                out[document, n - 2] = _scan(place, code, left, groups, chars, first, n)
        if out[document, SOLID] >= TOP_CHARS_N:
            left = _read_characters(data, start, end, first, first + count, place, code)
            grams, left = left, sift(place, code, left, counter)
            made, top = group_codes(code, left, groups, keys, marks, made)
            out[document, TOP_CHARS] = TOP_CHARS_N * max(groups[top, 0], min(grams, 1))
            left = keep_repeated(place, code, left, groups)
            made, covered = _scan_characters(place, code, left, keys, marks, made)
            out[document, DUPLICATE_CHARS] = covered


@njit(nogil=True, cache=True, _nrt=False)
def sum_chars(chars, begin, n):  # type: ignore[no-untyped-def]
    """Add up the characters of n tokens."""
    total = np.int64(0)
    for t in range(begin, begin + n):
        total += chars[t]
    return total


@njit(nogil=True, cache=True, _nrt=False)
def _find(key, slots, keys, marks, made):  # type: ignore[no-untyped-def]
    """Find the slot of a key, or a free one, among the first `slots`, a power of two."""
    mask = np.uint64(slots - 1)
    mixed = key * MULTIPLIER
    slot = (mixed ^ (mixed >> np.uint64(32))) & mask
    while marks[slot] > made and keys[slot] != key:
        slot = (slot + np.uint64(1)) & mask
    return slot


@njit(nogil=True, cache=True, _nrt=False)
def sift(place, code, count, counter):  # type: ignore[no-untyped-def]
    """Leave out n-grams that surely come once, without a branch; return how many are left.

    Each code is counted by a hash of it, into a byte that tells none, one and more apart.
    """
    slots = _SPARE * slot_count(count)
    mask = np.uint64(slots - 1)
    for slot in range(slots):
        counter[slot] = 0
    for i in range(count):
        slot = ((code[i] * MULTIPLIER) >> np.uint64(32)) & mask
        counter[slot] = (counter[slot] << 1) | 1
    left = np.int64(0)
    for i in range(count):
        slot = ((code[i] * MULTIPLIER) >> np.uint64(32)) & mask
        place[left], code[left] = place[i], code[i]
        left += counter[slot] > 1
    return left


@njit(nogil=True, cache=True, _nrt=False)
def group_codes(code, count, groups, keys, marks, made):  # type: ignore[no-untyped-def]
    """Number equal codes alike, from 1; return all groups so far and the first largest one."""
    slots, news, top = slot_count(count), np.int64(0), np.int64(0)
    groups[0, 0], groups[0, 1] = 0, 0
    for i in range(count):
        slot = _find(code[i], slots, keys, marks, made)
        if marks[slot] <= made:
            news += 1
            keys[slot], marks[slot] = code[i], made + news
            groups[news, 0], groups[news, 1] = 0, i
        group = marks[slot] - made
        groups[group, 0] += 1
        code[i] = np.uint64(group)
    for group in range(1, news + 1):
        if groups[group, 0] > groups[top, 0]:
            top = group
    return made + news, top


@njit(nogil=True, cache=True, _nrt=False)
def keep_repeated(place, code, count, groups):  # type: ignore[no-untyped-def]
    """Keep the n-grams whose group has more than one; return how many are left."""
    left = 0
    for i in range(count):
        if groups[code[i], 0] > 1:
            place[left], code[left] = place[i], code[i]
            left += 1
    return left


@njit(nogil=True, cache=True, _nrt=False)
def lengthen(place, code, count):  # type: ignore[no-untyped-def]
    """Join n-grams that start side by side to (n + 1)-grams."""
    left = 0
    for i in range(count - 1):
        if place[i + 1] == place[i] + 1:
            place[left] = place[i]
            code[left] = (code[i] << np.uint64(32)) | code[i + 1]
            left += 1
    return left


@njit(nogil=True, cache=True, _nrt=False)
def _scan(place, code, count, groups, chars, first, n):  # type: ignore[no-untyped-def]
    """Add up n-grams that the scan has met before; it jumps over those, and steps else."""
    covered, free = np.int64(0), 0
    for i in range(count):
        if place[i] < free:
            continue
        if groups[code[i], 0] == 0:
            covered += sum_chars(chars, first + place[i], n)
            free = place[i] + n
        groups[code[i], 0] = 0
    return covered


@njit(nogil=True, cache=True, _nrt=False)
def _read_characters(data, start, end, first, stop, place, code):  # type: ignore[no-untyped-def]
    """Make the codes of all 4-grams of the characters of tokens; return their number."""
    count, one, two, three = 0, np.uint64(0), np.uint64(0), np.uint64(0)
    for t in range(first, stop):
        i = start[t]
        while i < end[t]:
            point, width = decode(data, i)
            i += width
            four = np.uint64(point)
            if count > 2:
                place[count - 3] = count - 3
                key = (one * MULTIPLIER + two) * MULTIPLIER + three
                code[count - 3] = key * MULTIPLIER + four
            one, two, three = two, three, four
            count += 1
    return count - 3


@njit(nogil=True, cache=True, _nrt=False)
def _scan_characters(place, code, count, keys, marks, made):  # type: ignore[no-untyped-def]
    """Scan 20-grams: each is 17 repeated 4-grams in a row, five of which spell it."""
    slots, news, covered, free = slot_count(count), np.int64(0), 0, 0
    for i in range(count - 16):
        if place[i] < free or place[i + 16] != place[i] + 16:
            continue
        key = np.uint64(0)
        for k in range(i, i + 17, 4):
            key = (key ^ code[k]) * MULTIPLIER
            key ^= key >> np.uint64(29)
        slot = _find(key, slots, keys, marks, made)
        if marks[slot] > made:
            covered += DUPLICATE_CHARS_N
            free = place[i] + DUPLICATE_CHARS_N
        else:
            news += 1
            keys[slot], marks[slot] = key, made + 1
    return made + news, covered
