"""Count words as FineWeb-2 does in 42 languages, and stop words of the document's own language.

FineWeb-2 cuts most languages with spaCy's rules for each. Against those for English, by which our
tokens are cut, a language has habits: German keeps E-Mail and 15. whole, Spanish 95%, French parts
l'homme. So tokens that touch are counted as one where the language joins them, and one token as
two where it parts it, in one pass over the tokens; what is left apart is rare.

A list of stop words has its own small table, keyed by the hash that the tokeniser makes of a
token, carried on over two tokens (Bulgarian г.) or started again behind an apostrophe.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
from numba import njit

from corpuskit.errors import FeatureError
from corpuskit.kernels.arrow import TextBuffer, text_buffer
from corpuskit.kernels.chunks import OFFSET, PRIME
from corpuskit.kernels.gopher_words import is_plain
from corpuskit.kernels.published_classes import published_points
from corpuskit.kernels.token_classes import fnv1a
from corpuskit.kernels.tokenise import HAS_LETTER, IS_SYMBOL, Tokens, tokenise

# Columns of the counts: tokens, those with a letter, those that are more than punctuation, their
# characters, different stop words.
TOKENS, WITH_LETTER, WORDS, WORD_CHARS, STOPS = range(5)
COLUMNS = 5

# Bits of `Languages.ways`. What is one word: letters or numbers on both sides of a hyphen, a number
# before it and a letter behind, a number with its period or percent sign; what is two: l'homme.
HABITS = {"letters": 1, "numbers": 2, "mixed": 4, "ordinals": 8, "percents": 16, "elisions": 32}
_LETTERS, _NUMBERS, _MIXED, _ORDINALS, _PERCENTS, _ELISIONS = HABITS.values()
_JOINS = _LETTERS | _NUMBERS | _MIXED | _ORDINALS | _PERCENTS
_PAIRED = 64  # a stop word is two of our tokens

# Of the hash of a token, so many bits are passed over and the next six name its first slot.
_SHIFT, _SLOTS = np.uint64(16), 64
LONGEST_LIST = 32  # words; half of the slots
_HYPHEN, _PERIOD, _PERCENT, _APOSTROPHE = 0x2D, 0x2E, 0x25, 0x27


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


def count_fineweb2_words(
    buffer: TextBuffer, tokens: Tokens, languages: Languages, language: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Count per document: int64 (n, 5), columns as named above.

    Parameters
    ----------
    language : int64 (n,), index of each document's language; -1 for none, which has no habits and
        no stop words.
    """
    out = np.zeros((len(buffer), COLUMNS), np.int64)
    _count(
        buffer.data, *tokens[:5], tokens.kind, published_points(), *languages, language, out
    )  # fmt: skip
    return out


@njit(nogil=True, cache=True, _nrt=False)
def _count(  # type: ignore[no-untyped-def]
    data, offsets, start, end, chars, exact, kind, point, slots, ways, language, out
):
    for document in range(len(offsets) - 1):
        first, stop, row = offsets[document], offsets[document + 1], out[document]
        number = language[document]
        way = np.int64(ways[number]) if number >= 0 else np.int64(0)
        if number >= 0:
            row[STOPS] = _stop_words(data, start, end, exact, first, stop, way, slots[number])
        open_hyphen, with_letter, is_word, length = False, False, False, np.int64(0)
        for t in range(first, stop):
            joined = open_hyphen
            open_hyphen = False
            if way & _JOINS and not joined and t > first and end[t] - start[t] == 1:
                joined = _joins(data, start, end, kind, t, stop, way)
                open_hyphen = joined and data[start[t]] == _HYPHEN
            if not joined:
                row[TOKENS] += 1
                row[WITH_LETTER] += with_letter
                row[WORDS] += is_word
                row[WORD_CHARS] += length * is_word
                with_letter, is_word, length = False, False, np.int64(0)
            has_letter = (kind[t] & HAS_LETTER) != 0
            with_letter |= has_letter
            is_word |= has_letter or not is_plain(data, start[t], end[t], point)
            length += chars[t]
            if way & _ELISIONS and has_letter and _behind_apostrophe(data, start[t], end[t]) > 0:
                row[TOKENS] += 1
                row[WITH_LETTER] += 1
                row[WORDS] += 1
        row[WITH_LETTER] += with_letter
        row[WORDS] += is_word
        row[WORD_CHARS] += length * is_word


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
def _behind_apostrophe(data, first, end):  # type: ignore[no-untyped-def]
    """Return where a token goes on behind its first ' or ’ inside, 0 where there is none."""
    for i in range(first + 1, end - 1):
        if data[i] == _APOSTROPHE:
            return i + 1
        if data[i] == 0xE2 and i + 3 < end and data[i + 1] == 0x80 and data[i + 2] == 0x99:
            return i + 3
    return 0


@njit(nogil=True, cache=True, _nrt=False)
def _stop_words(data, start, end, exact, first, stop, way, table):  # type: ignore[no-untyped-def]
    """Count the different stop words of a document."""
    seen, count = np.uint64(0), np.int64(0)
    for t in range(first, stop):
        seen |= _bit(exact[t], table)
        if way & _ELISIONS:
            rest = _behind_apostrophe(data, start[t], end[t])
            if rest > 0:
                seen |= _bit(_carry_on(OFFSET, data, start[t], rest), table)
                seen |= _bit(_carry_on(OFFSET, data, rest, end[t]), table)
        if way & _PAIRED and t + 1 < stop and start[t + 1] == end[t]:
            seen |= _bit(_carry_on(exact[t], data, start[t + 1], end[t + 1]), table)
    while seen != 0:
        count += 1
        seen &= seen - np.uint64(1)
    return count


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
