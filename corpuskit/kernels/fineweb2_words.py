"""Cut tokens anew as FineWeb-2 does in 42 languages, and count stop words of the own language.

FineWeb-2 cuts most languages with spaCy's rules for each. Against those for English, by which our
tokens are cut, a language has habits: German keeps E-Mail and 15. whole, Spanish 95%, French parts
l'homme. So tokens that touch are made one where the language joins them, and one token is made two
where it parts it, in one pass over the tokens; what is left apart is rare. Chinese is cut into
pieces, see chinese_pieces.py.

A list of stop words has its own small table, keyed by the hash of a token, carried on over two
tokens (Bulgarian г.).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
from numba import njit

from corpuskit.errors import FeatureError
from corpuskit.kernels.arrow import TextBuffer, text_buffer
from corpuskit.kernels.chinese_pieces import cut_pieces
from corpuskit.kernels.chunks import OFFSET, PRIME
from corpuskit.kernels.token_classes import DIGIT, LOWER, UPPER, fnv1a, token_tables
from corpuskit.kernels.tokenise import HAS_LETTER, IS_SPACELESS, IS_SYMBOL, Tokens, tokenise
from corpuskit.kernels.unicode import decode

# Bits of `Languages.ways`. What is one word: letters or numbers on both sides of a hyphen, a number
# before it and a letter behind, a number with its period or percent sign; what is two: l'homme.
# Pieces of Chinese stand in for its words.
HABITS = {
    "letters": 1, "numbers": 2, "mixed": 4, "ordinals": 8, "percents": 16, "elisions": 32,
    "pieces": 64,
}  # fmt: skip
_LETTERS, _NUMBERS, _MIXED, _ORDINALS, _PERCENTS, _ELISIONS, _PIECES = HABITS.values()
_JOINS = _LETTERS | _NUMBERS | _MIXED | _ORDINALS | _PERCENTS
_ALPHANUMERIC = LOWER | UPPER | DIGIT
_PAIRED = 128  # a stop word is two of our tokens

# Of the hash of a token, so many bits are passed over and the next six name its first slot.
_SHIFT, _SLOTS = np.uint64(16), 64
LONGEST_LIST = 32  # words; half of the slots
_HYPHEN, _PERIOD, _PERCENT, _APOSTROPHE, _CURLY = 0x2D, 0x2E, 0x25, 0x27, 0x2019


class Languages(NamedTuple):
    """Habits and stop words of k languages, by index; both arrays are read-only.

    slots : uint64 (k, 64), open-addressed hashes of stop words; 0 is a free slot.
    ways : uint8 (k,), bits as above.
    """

    slots: npt.NDArray[np.uint64]
    ways: npt.NDArray[np.uint8]


def language_tables(
    stop_words: Sequence[Sequence[str]], habits: Sequence[Sequence[str]]
) -> Languages:
    """Make the tables of languages from their stop words and habits, the keys of `HABITS`.

    Raises
    ------
    FeatureError
        If a language has more than 32 stop words.
    """
    slots = np.zeros((len(stop_words), _SLOTS), np.uint64)
    ways = np.zeros(len(stop_words), np.uint8)
    for number, words in enumerate(stop_words):
        if len(words) > LONGEST_LIST:
            raise FeatureError(f"stop words: a list of {len(words)}; at most {LONGEST_LIST} fit")
        ways[number] = sum(HABITS[habit] for habit in habits[number])
        cuts = np.diff(tokenise(text_buffer(pl.Series(words, dtype=pl.String))).offsets)
        for word, pieces in zip(words, cuts.tolist(), strict=True):
            _place(slots[number], fnv1a(word.encode()))
            ways[number] |= _PAIRED if pieces == 2 else 0
    slots.setflags(write=False)
    ways.setflags(write=False)
    return Languages(slots, ways)


def _place(slots: npt.NDArray[np.uint64], value: int) -> None:
    slot = value >> int(_SHIFT) & _SLOTS - 1
    while slots[slot] not in (0, value):
        slot = (slot + 1) & _SLOTS - 1
    slots[slot] = value


def recut(
    buffer: TextBuffer, tokens: Tokens, languages: Languages, language: npt.NDArray[np.int64]
) -> Tokens:
    """Cut every document as FineWeb-2 does in its language.

    Parameters
    ----------
    language : int64 (n,), index of each document's language; -1 for none, which has no habits.

    Returns
    -------
    Tokens, whose `fold` is their `hash`. Where one is joined, parted or a piece, none of the
    document is IS_SPACELESS.
    """
    ways = np.where(language >= 0, languages.ways[language], 0) & ~np.uint8(_PAIRED)
    if not ways.any():
        return tokens
    pieces = cut_pieces(buffer, (ways & _PIECES) > 0)
    most = 2 * len(tokens.start) + len(pieces.start)
    dtypes = (np.int32, np.int32, np.int32, np.uint64, np.uint8)
    rows: tuple[npt.NDArray[Any], ...]
    rows = tuple(np.empty(most, dtype) for dtype in dtypes)  # untouched pages take no memory
    offsets = np.zeros(len(tokens.offsets), np.int64)
    own, others = (*tokens[:5], tokens.kind), (*pieces[:5], pieces.kind)
    classes = token_tables().classes
    _recut(buffer.data, own, others, ways.astype(np.int64), classes, offsets, *rows)
    start, end, chars, exact, kind = (column[: offsets[-1]] for column in rows)
    return Tokens(offsets, start, end, chars, exact, exact, kind)


@njit(nogil=True, cache=True, _nrt=False)
def _recut(  # type: ignore[no-untyped-def]
    data,
    own,
    others,
    ways,
    classes,
    out_offsets,
    out_start,
    out_end,
    out_chars,
    out_exact,
    out_kind,
):
    n = np.int64(0)
    for document in range(len(ways)):
        way = ways[document]
        offsets, start, end, chars, exact, kind = others if way & _PIECES else own
        first, stop, open_hyphen = offsets[document], offsets[document + 1], False
        if way == 0 or way & _PIECES:
            for t in range(first, stop):
                out_start[n], out_end[n], out_chars[n] = start[t], end[t], chars[t]
                out_exact[n], out_kind[n] = exact[t], kind[t]
                n += 1
            out_offsets[document + 1] = n
            continue
        for t in range(first, stop):
            joined = open_hyphen
            open_hyphen = False
            if way & _JOINS and not joined and t > first and end[t] - start[t] == 1:
                joined = _joins(data, start, end, kind, t, stop, way)
                open_hyphen = joined and data[start[t]] == _HYPHEN
            elides = way & _ELISIONS and kind[t] & HAS_LETTER
            rest = _behind_apostrophe(data, start[t], end[t], classes) if elides else np.int64(0)
            part = rest if rest > 0 else np.int64(end[t])
            length = _length(data, start[t], part) if rest > 0 else np.int64(chars[t])
            if joined:
                n -= 1
                both = out_kind[n] & kind[t] & IS_SYMBOL
                out_kind[n] = ((out_kind[n] | kind[t]) & HAS_LETTER) | both
                out_exact[n] = _carry_on(out_exact[n], data, start[t], part)
                out_chars[n] += length
            else:
                out_start[n], out_chars[n] = start[t], length
                whole = rest == 0
                out_exact[n] = exact[t] if whole else _carry_on(OFFSET, data, start[t], part)
                out_kind[n] = kind[t] & ~IS_SPACELESS
            out_end[n] = part
            n += 1
            if rest > 0:
                out_start[n], out_end[n], out_chars[n] = rest, end[t], chars[t] - length
                out_exact[n], out_kind[n] = _carry_on(OFFSET, data, rest, end[t]), HAS_LETTER
                n += 1
        out_offsets[document + 1] = n


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _length(data, i, end):  # type: ignore[no-untyped-def]
    """Count code points."""
    count = np.int64(0)
    while i < end:
        count += (data[i] & 0xC0) != 0x80
        i += 1
    return count


@njit(nogil=True, cache=True, _nrt=False)
def _joins(data, start, end, kind, t, stop, way):  # type: ignore[no-untyped-def]
    """Say whether a mark belongs to the word before it."""
    mark, before = data[start[t]], data[start[t] - 1]
    if start[t] != end[t - 1] or kind[t - 1] & IS_SYMBOL:
        return False
    after_number = before >= 48 and before < 58
    if mark == _PERIOD:
        return after_number and (way & _ORDINALS) > 0
    if mark == _PERCENT:
        return after_number and (way & _PERCENTS) > 0
    if mark != _HYPHEN or t + 1 == stop or start[t + 1] != end[t] or kind[t + 1] & IS_SYMBOL:
        return False
    following = data[start[t + 1]]
    if following >= 48 and following < 58:
        return after_number and (way & _NUMBERS) > 0
    return (way & (_MIXED if after_number else _LETTERS)) > 0


@njit(nogil=True, cache=True, _nrt=False)
def _behind_apostrophe(data, first, end, classes):  # type: ignore[no-untyped-def]
    """Return what is behind the first ' or ’ between letters or digits, 0 without one."""
    point, width = decode(data, first)
    i = first + width
    while i < end:
        before = classes[point] & _ALPHANUMERIC
        point, width = decode(data, i)
        i += width
        if before and i < end and (point == _APOSTROPHE or point == _CURLY):
            following, _ = decode(data, i)
            if classes[following] & _ALPHANUMERIC:
                return np.int64(i)
    return np.int64(0)


def count_own_stop_words(
    tokens: Tokens, data: npt.NDArray[np.uint8], languages: Languages,
    language: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:  # fmt: skip
    """Count the different stop words of each document in its language: int64 (n,).

    Parameters
    ----------
    tokens : as `recut` makes them.
    language : int64 (n,), index of each document's language; -1 for none, which has none.
    """
    out = np.zeros(len(language), np.int64)
    _stop_words(data, *tokens[:3], tokens.hash, *languages, language, out)
    return out


@njit(nogil=True, cache=True, _nrt=False)
def _stop_words(data, offsets, start, end, exact, slots, ways, language, out):  # type: ignore[no-untyped-def]
    for document in range(len(language)):
        number, seen = language[document], np.uint64(0)
        if number < 0:
            continue
        stop, table = offsets[document + 1], slots[number]
        for t in range(offsets[document], stop):
            seen |= _bit(exact[t], table)
            if ways[number] & _PAIRED and t + 1 < stop and start[t + 1] == end[t]:
                seen |= _bit(_carry_on(exact[t], data, start[t + 1], end[t + 1]), table)
        while seen != 0:
            out[document] += 1
            seen &= seen - np.uint64(1)


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _bit(value, table):  # type: ignore[no-untyped-def]
    """Return the bit of a stop word, 0 for any other hash."""
    slot = (value >> _SHIFT) & np.uint64(_SLOTS - 1)
    while table[slot] != 0:
        if table[slot] == value:
            return np.uint64(1) << slot
        slot = (slot + np.uint64(1)) & np.uint64(_SLOTS - 1)
    return np.uint64(0)


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _carry_on(value, data, i, end):  # type: ignore[no-untyped-def]
    while i < end:
        value = (value ^ np.uint64(data[i])) * PRIME
        i += 1
    return value
