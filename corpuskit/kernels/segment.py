"""Cut Chinese into words as jieba does, token for token: `jieba.cut(text, HMM=True)`.

Characters that jieba's words are made of (Han from U+4E00 to U+9FD5, ASCII letters and digits,
+ # & . _ % -) stand in *blocks*; every other character is a token by itself. In a block the words
of a dictionary are the edges of a graph, and the most probable way through it is found from the
right. What it leaves in runs of single characters is no run of words: its Han is cut by a hidden
Markov model, its ASCII by a pattern for numbers and names.

Floating-point sums are made in jieba's order and ties go where Python's `max` over tuples sends
them (the longer word, the later state), so that equal scores are equal here too. jieba is Sun
Junyi's, MIT licence; the rules are facts, the code is our own.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.errors import FeatureError
from corpuskit.kernels import unicode
from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.chunks import OFFSET, PRIME
from corpuskit.kernels.lexicon import (
    ASCII,
    BEGIN,
    END,
    FIRST_HAN,
    KEY,
    LAST_HAN,
    MIDDLE,
    NO_WORD,
    SIGNS,
    SINGLE,
    UNKNOWN,
    Lexicon,
    edge_key,
    first_slot,
    step,
)
from corpuskit.kernels.token_classes import LOWER, SOLID, UPPER, token_tables
from corpuskit.kernels.tokenise import HAS_LETTER, IS_SYMBOL, Tokens
from corpuskit.kernels.unicode import decode, unicode_tables

# Bits of the table of code points, above those of `Tokens.kind`.
WHITE, IN_BLOCK = 8, 16
_POINT, _PERCENT = ord("."), ord("%")
# codes, places, ends, scores, states, pairs, chances; see the kernels that fill them.
_SCRATCH = np.int32, np.int64, np.int32, np.float64, np.uint8, np.uint64, np.float64
_TOKEN = np.int32, np.int32, np.int32, np.uint64, np.uint64, np.uint8
_MAX_BYTES = 2**31 - 1  # positions are int32


Columns = tuple[npt.NDArray[Any], ...]


def segment(buffer: TextBuffer, lexicon: Lexicon, white_space: bool = False) -> Tokens:
    """Cut every document of the buffer into jieba's tokens.

    Parameters
    ----------
    white_space : keep tokens of white space, as jieba does; pipelines strip and drop them.

    Returns
    -------
    Tokens, of which none is IS_SPACELESS: here Han is cut into words.

    Raises
    ------
    FeatureError
        If the buffer has 2 GiB or more.
    """
    offsets, rows, scratch = token_room(buffer)
    points, lower = code_points(), unicode_tables().lower
    _segment(*buffer, points, lower, tuple(lexicon), scratch, white_space, offsets, rows)
    return Tokens(offsets, *(column[: offsets[-1]] for column in rows))


def token_room(buffer: TextBuffer) -> tuple[npt.NDArray[np.int64], Columns, Columns]:
    """Make offsets and columns of tokens for a buffer, and scratch for its longest document.

    Raises
    ------
    FeatureError
        If the buffer has 2 GiB or more.
    """
    start, stop = int(buffer.offsets[0]), int(buffer.offsets[-1])
    if stop > _MAX_BYTES:
        raise FeatureError(
            f"text buffer: {stop} bytes; token positions are 32-bit, "
            f"make batches of at most {_MAX_BYTES} bytes"
        )
    longest = int(np.diff(buffer.offsets).max(initial=0)) + 1
    characters = int(np.count_nonzero((buffer.data[start:stop] & 0xC0) != 0x80))
    offsets = np.zeros(len(buffer.offsets), np.int64)
    return offsets, _columns(_TOKEN, characters), _columns(_SCRATCH, longest)


def _columns(dtypes: tuple[Any, ...], capacity: int) -> Columns:
    """Make columns; pages that stay untouched take no memory."""
    return tuple(np.empty(capacity, dtype) for dtype in dtypes)


@cache
def code_points() -> npt.NDArray[np.uint8]:
    """Say of every code point what a token of it is, and whether it stands in blocks."""
    classes, flags = token_tables().classes, unicode_tables().flags
    points = np.zeros(len(classes), np.uint8)
    points[(classes & (LOWER | UPPER)) > 0] |= HAS_LETTER
    points[(classes & SOLID) == 0] |= IS_SYMBOL
    points[(flags & unicode.SPACE) > 0] |= WHITE
    points[FIRST_HAN : LAST_HAN + 1] |= IN_BLOCK
    plain = [code for code in range(ASCII) if chr(code).isalnum() or chr(code) in SIGNS]
    points[plain] |= IN_BLOCK
    points.setflags(write=False)
    return points


@njit(nogil=True, cache=True, _nrt=False)
def _segment(  # type: ignore[no-untyped-def]
    offsets, data, points, lower, lexicon, scratch, white_space, counts, rows
):
    t = np.int64(0)
    for document in range(len(offsets) - 1):
        i, stop = offsets[document], offsets[document + 1]
        while i < stop:
            point, width = decode(data, i)
            bits = points[point]
            if bits & IN_BLOCK:
                count, i = read_block(data, i, stop, points, scratch)
                _route(scratch[0], count, lexicon, scratch[5], scratch[6], scratch[2], scratch[3])
                t = _take_route(data, count, lexicon, scratch, t, rows)
                continue
            chars = 1
            if point == 13 and i + 1 < stop and data[i + 1] == 10:
                width, chars = 2, 2
            if white_space or not bits & WHITE:
                t = put_other(data, i, i + width, chars, bits, lower[point], t, rows)
            i += width
        counts[document + 1] = t


@njit(nogil=True, cache=True, _nrt=False)
def read_block(data, i, stop, points, scratch):  # type: ignore[no-untyped-def]
    """Read codes and places of a block; return its length and where it ends."""
    codes, places, count = scratch[0], scratch[1], 0
    while i < stop:
        byte = np.int64(data[i])
        if byte < 0x80:
            if not points[byte] & IN_BLOCK:
                break
            codes[count], places[count] = byte, i
            i += 1
        else:
            point, width = decode(data, i)
            if point < FIRST_HAN or point > LAST_HAN:
                break
            codes[count], places[count] = point - FIRST_HAN + ASCII, i
            i += width
        count += 1
    places[count] = i
    return count, i


@njit(nogil=True, cache=True, _nrt=False)
def _route(codes, count, lexicon, pairs, chances, ends, scores):  # type: ignore[no-untyped-def]
    """Find the most probable way through a block: where the word at each place ends.

    The first slot of each pair of characters is read beforehand and without a branch, so that
    the processor waits for many of them at a time.
    """
    roots, singles, entries, weights = lexicon[0], lexicon[1], lexicon[2], lexicon[3]
    mask = np.uint64(len(entries) - 2)
    for i in range(count - 1):
        slot = first_slot(edge_key(roots[codes[i]], codes[i + 1]), mask)
        pairs[i], chances[i] = entries[slot], weights[slot + np.uint64(1)]
    scores[count] = 0.0
    for i in range(count - 1, -1, -1):
        last, j = i + 1, i + 1
        best = singles[codes[i]]
        if best > NO_WORD:
            best += scores[j]
        found, weight = np.uint64(0), NO_WORD
        if j < count:
            found, weight = pairs[i], chances[i]
            if found != 0 and found & KEY != edge_key(roots[codes[i]], codes[j]):
                found, weight = step(roots[codes[i]], codes[j], entries, weights)
                pairs[i], chances[i] = found, weight
        while found != 0:
            j += 1
            if weight > NO_WORD:
                score = weight + scores[j]
                if score >= best:
                    best, last = score, j
            if j == count:
                break
            found, weight = step(found, codes[j], entries, weights)
        if best == NO_WORD:
            best = singles[UNKNOWN] + scores[i + 1]
        scores[i], ends[i] = best, last


@njit(nogil=True, cache=True, _nrt=False)
def _take_route(data, count, lexicon, scratch, t, rows):  # type: ignore[no-untyped-def]
    """Write the words of the way; runs of single characters are looked at again."""
    ends, first, i = scratch[2], 0, 0
    while i < count:
        end = np.int64(ends[i])
        if end > i + 1:
            if first < i:
                t = _put_singles(data, first, i, lexicon, scratch, t, rows)
            t = put(data, i, end, scratch, t, rows)
            first = end
        i = end
    if first < count:
        t = _put_singles(data, first, count, lexicon, scratch, t, rows)
    return t


@njit(nogil=True, cache=True, _nrt=False)
def _put_singles(data, first, stop, lexicon, scratch, t, rows):  # type: ignore[no-untyped-def]
    """Write a run of single characters: as it is where it is a word, else cut anew."""
    codes = scratch[0]
    if stop == first + 1 or _is_word(codes, first, stop, lexicon, scratch[5], scratch[6]):
        for i in range(first, stop):
            t = put(data, i, i + 1, scratch, t, rows)
        return t
    i = first
    while i < stop:
        if codes[i] >= ASCII:
            end = i
            while end < stop and codes[end] >= ASCII:
                end += 1
            t = _put_han(data, i, end, lexicon, scratch, t, rows)
        else:
            end = end_of_plain(codes, i, stop)
            t = put(data, i, end, scratch, t, rows)
        i = end
    return t


@njit(nogil=True, cache=True, _nrt=False)
def _is_word(codes, first, stop, lexicon, pairs, chances):  # type: ignore[no-untyped-def]
    """Say whether at least two characters are a word; the first two have been looked up."""
    found, weight = pairs[first], chances[first]
    for i in range(first + 2, stop):
        if found == 0:
            return False
        found, weight = step(found, codes[i], lexicon[2], lexicon[3])
    return found != 0 and weight > NO_WORD


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _is_digit(code):  # type: ignore[no-untyped-def]
    return code >= 48 and code <= 57


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _is_alphanumeric(code):  # type: ignore[no-untyped-def]
    return _is_digit(code) or (code >= 65 and code <= 90) or (code >= 97 and code <= 122)


@njit(nogil=True, cache=True, _nrt=False)
def end_of_plain(codes, i, stop):  # type: ignore[no-untyped-def]
    """Find the end of a number or name (3.14%, abc), or of a run of signs between those."""
    if not _is_alphanumeric(codes[i]):
        while i < stop and codes[i] < ASCII and not _is_alphanumeric(codes[i]):
            i += 1
        return i
    while i < stop and _is_alphanumeric(codes[i]):
        i += 1
    if i + 1 < stop and codes[i] == _POINT and _is_digit(codes[i + 1]):
        i += 1
        while i < stop and _is_digit(codes[i]):
            i += 1
    if i < stop and codes[i] == _PERCENT:
        i += 1
    return i


@njit(nogil=True, cache=True, _nrt=False)
def _put_han(data, first, stop, lexicon, scratch, t, rows):  # type: ignore[no-untyped-def]
    """Write Han that is in no word, cut by the most probable states of its characters."""
    states = scratch[4]
    _find_states(scratch[0], first, stop, lexicon[4], lexicon[5], lexicon[6], states)
    begin, done = first, first
    for i in range(first, stop):
        if states[i] == BEGIN:
            begin = i
        elif states[i] == END:
            t = put(data, begin, i + 1, scratch, t, rows)
            done = i + 1
        elif states[i] == SINGLE:
            t = put(data, i, i + 1, scratch, t, rows)
            done = i + 1
    if done < stop:
        t = put(data, done, stop, scratch, t, rows)
    return t


@njit(nogil=True, cache=True, _nrt=False)
def _find_states(codes, first, stop, emissions, starts, moves, states):  # type: ignore[no-untyped-def]
    """Run Viterbi; of two equally probable ways the one through the later state is taken.

    A state has two possible ones before it; until the end is known, `states` holds for each
    character four bits, that say which of the two it was.
    """
    code = codes[first]
    b, e = starts[BEGIN] + emissions[code, BEGIN], starts[END] + emissions[code, END]
    m, s = starts[MIDDLE] + emissions[code, MIDDLE], starts[SINGLE] + emissions[code, SINGLE]
    states[first] = 0
    for i in range(first + 1, stop):
        code = codes[i]
        one = e + moves[END, BEGIN] + emissions[code, BEGIN]
        two = s + moves[SINGLE, BEGIN] + emissions[code, BEGIN]
        to_b, new_b = two >= one, (two if two >= one else one)
        one = b + moves[BEGIN, END] + emissions[code, END]
        two = m + moves[MIDDLE, END] + emissions[code, END]
        to_e, new_e = two >= one, (two if two >= one else one)
        one = b + moves[BEGIN, MIDDLE] + emissions[code, MIDDLE]
        two = m + moves[MIDDLE, MIDDLE] + emissions[code, MIDDLE]
        to_m, new_m = two >= one, (two if two >= one else one)
        one = e + moves[END, SINGLE] + emissions[code, SINGLE]
        two = s + moves[SINGLE, SINGLE] + emissions[code, SINGLE]
        to_s, new_s = two >= one, (two if two >= one else one)
        b, e, m, s = new_b, new_e, new_m, new_s
        states[i] = to_b | (to_e << END) | (to_m << MIDDLE) | (to_s << SINGLE)
    state = SINGLE if s >= e else END
    for i in range(stop - 1, first - 1, -1):
        later = (states[i] >> state) & 1
        states[i] = state
        state = 2 * later + ((state == BEGIN) | (state == SINGLE))  # E or S, else B or M


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def put(data, first, stop, scratch, t, rows):  # type: ignore[no-untyped-def]
    """Write the token of a block's characters `first` to `stop`."""
    codes, places = scratch[0], scratch[1]
    exact, fold, solid, letter = OFFSET, OFFSET, False, False
    for k in range(places[first], places[stop]):
        exact = (exact ^ np.uint64(data[k])) * PRIME
    for i in range(first, stop):
        code = np.int64(codes[i])
        if code >= ASCII:
            solid = letter = True
            code += FIRST_HAN - ASCII
        elif _is_alphanumeric(code):
            solid = True
            letter |= code >= 65
            code |= 32 if code >= 65 else 0
        fold = (fold ^ np.uint64(code)) * PRIME
    kind = (HAS_LETTER if letter else 0) | (0 if solid else IS_SYMBOL)
    rows[0][t], rows[1][t], rows[2][t] = places[first], places[stop], stop - first
    rows[3][t], rows[4][t], rows[5][t] = exact, fold, kind
    return t + 1


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def put_other(data, i, end, chars, bits, folded, t, rows):  # type: ignore[no-untyped-def]
    """Write the token of one character outside blocks, or of CR LF."""
    exact, fold = OFFSET, (OFFSET ^ np.uint64(folded)) * PRIME
    for k in range(i, end):
        exact = (exact ^ np.uint64(data[k])) * PRIME
    if chars == 2:
        fold = (fold ^ np.uint64(10)) * PRIME
    rows[0][t], rows[1][t], rows[2][t] = i, end, chars
    rows[3][t], rows[4][t], rows[5][t] = exact, fold, bits & (HAS_LETTER | IS_SYMBOL)
    return t + 1
