"""Cut texts at white space, and count words and characters as NeMo Curator's filters do.

Every byte is looked up once. A word is hashed as the tokeniser hashes (FNV-1a), so that stop words
are found by the same slots, and the words that are left behind serve the n-grams.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.line_parts import OFFSET, PRIME
from corpuskit.kernels.token_classes import fnv1a
from corpuskit.kernels.unicode import DIGIT, LETTER, SPACE, decode, unicode_tables
from corpuskit.kernels.words import stop_slot, stop_word_slots

# Columns of the counts.
CHARS, WORDS, WORD_CHARS, LONGEST, WITH_LETTER, STOPS, SYMBOLS = range(7)
PLAIN, DIGITS, BLANKS, BRACKETS, URL_CHARS = range(7, 12)
COLUMNS = 12

ELLIPSIS_WORDS = ("...", "[...]", "(...)", "…", "[…]", "-»")
PLAIN_MARKS = "\n?!,."  # beside ASCII letters and digits
BLANK_CHARS = "\t\n\r\b "
BRACKET_CHARS = "{}[]()⟨⟩"

# Bits of `byte_classes`; _WIDE bytes start a character that is decoded.
_SPACE, _LETTER, _DIGIT, _PLAIN, _BLANK, _BRACKET, _WIDE, _IN_URL = (1 << bit for bit in range(8))


class Words(NamedTuple):
    """The words of n documents: those of document i are rows ``offsets[i]:offsets[i + 1]``.

    offsets : int64 (n + 1,).
    start, end : int64 (t,), byte positions in the text buffer's data.
    chars : int32 (t,), code points.
    key : uint64 (t,), hash of the bytes.
    """

    offsets: npt.NDArray[np.int64]
    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    chars: npt.NDArray[np.int32]
    key: npt.NDArray[np.uint64]


def count_words(buffer: TextBuffer) -> tuple[npt.NDArray[np.int64], Words]:
    """Count per document, int64 (n, 12) with columns as above, and return the words.

    `SYMBOLS` are words that are an ellipsis, or have more than one run of "#" for two characters;
    `URL_CHARS` those of links that start with http:// or https://.
    """
    out = np.zeros((len(buffer), COLUMNS), np.int64)
    room = int(buffer.offsets[-1] - buffer.offsets[0]) // 2 + len(buffer)
    rows = [np.empty(room, dtype) for dtype in (np.int64, np.int64, np.int32, np.uint64)]
    offsets = np.zeros(len(buffer) + 1, np.int64)
    tables = byte_classes(), unicode_tables().flags, stop_word_slots(), ellipsis_keys()
    _count(*buffer, *tables, offsets, *rows, out)
    made: list[npt.NDArray[Any]] = [column[: offsets[-1]] for column in rows]
    return out, Words(offsets, *made)


@cache
def ellipsis_keys() -> npt.NDArray[np.uint64]:
    """Hash the words that are an ellipsis, uint64 (6,)."""
    return np.array([fnv1a(word.encode()) for word in ELLIPSIS_WORDS], np.uint64)


@cache
def byte_classes() -> npt.NDArray[np.uint8]:
    """Classify bytes, uint8 (256,)."""
    flags = unicode_tables().flags[:128]
    table = np.zeros(256, np.uint8)
    ascii_part = table[:128]
    ascii_part[(flags & SPACE) > 0] |= _SPACE
    ascii_part[(flags & LETTER) > 0] |= _LETTER | _PLAIN
    ascii_part[(flags & DIGIT) > 0] |= _DIGIT | _PLAIN
    for characters, bit in ((PLAIN_MARKS, _PLAIN), (BLANK_CHARS, _BLANK), ("{}[]()", _BRACKET)):
        ascii_part[[ord(character) for character in characters]] |= np.uint8(bit)
    ascii_part[[0x21, *range(0x24, 0x60), *range(0x61, 0x7B)]] |= np.uint8(_IN_URL)
    table[128:] = _WIDE
    table.setflags(write=False)
    return table


@njit(nogil=True, cache=True, _nrt=False)
def _count(  # type: ignore[no-untyped-def]
    offsets, data, byte, flags, stops, ellipses, firsts, start, end, chars, key, out
):
    t = np.int64(0)
    for document in range(len(offsets) - 1):
        i, stop, row = offsets[document], offsets[document + 1], out[document]
        row[URL_CHARS] = _url_chars(data, i, stop, byte)
        while i < stop:
            first = i
            i, length, letters, runs, exact = _read_word(data, i, stop, byte, flags, row)
            if i > first:
                start[t], end[t], chars[t], key[t] = first, i, length, exact
                t += 1
                row[WORDS] += 1
                row[WORD_CHARS] += length
                row[LONGEST] = max(row[LONGEST], length)
                row[WITH_LETTER] += letters
                row[STOPS] += letters and stop_slot(exact, stops) >= 0
                row[SYMBOLS] += 2 * runs > length or (not letters and _is_one(exact, ellipses))
            i = _skip_spaces(data, i, stop, byte, flags, row)
        row[CHARS] += row[WORD_CHARS]
        firsts[document + 1] = t


@njit(nogil=True, cache=True, _nrt=False)
def _read_word(data, i, stop, byte, flags, row):  # type: ignore[no-untyped-def]
    """Read up to white space: (end, characters, has a letter, runs of #, hash)."""
    length, runs, before, exact = np.int64(0), np.int64(0), np.uint64(0), OFFSET
    simple, plain, digits, brackets = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
    backspaces, wide_letters = np.int64(0), np.int64(0)
    while i < stop:
        value = np.uint64(data[np.uint64(i)])
        bits = byte[value]
        if bits & _LETTER:  # most of all; nothing else to ask of it
            exact = (exact ^ value) * PRIME
            simple += 1
            before = np.uint64(0)
            i += 1
            continue
        if bits & _WIDE:
            character, width = decode(data, i)
            kind = flags[character]
            if kind & SPACE:
                break
            wide_letters += (kind & LETTER) > 0
            digits += (kind & DIGIT) > 0
            brackets += character == 0x27E8 or character == 0x27E9
            for j in range(i, i + width):
                exact = (exact ^ np.uint64(data[j])) * PRIME
            i += width
        else:
            if bits & _SPACE:
                break
            plain += (bits & _PLAIN) > 0
            digits += (bits & _DIGIT) > 0
            brackets += (bits & _BRACKET) > 0
            backspaces += (bits & _BLANK) > 0
            exact = (exact ^ value) * PRIME
            i += 1
        runs += value == 0x23 and before != 0x23
        before = value
        length += 1
    row[PLAIN] += plain + simple
    row[DIGITS] += digits
    row[BRACKETS] += brackets
    row[BLANKS] += backspaces
    return i, length + simple, simple + wide_letters > 0, runs, exact


@njit(nogil=True, cache=True, _nrt=False)
def _skip_spaces(data, i, stop, byte, flags, row):  # type: ignore[no-untyped-def]
    """Pass white space over and count it."""
    while i < stop:
        bits = byte[data[i]]
        if bits & _WIDE:
            character, width = decode(data, i)
            if not flags[character] & SPACE:
                break
            i += width
        elif bits & _SPACE:
            row[PLAIN] += (bits & _PLAIN) > 0
            row[BLANKS] += (bits & _BLANK) > 0
            i += 1
        else:
            break
        row[CHARS] += 1
    return i


@njit(nogil=True, cache=True, _nrt=False)
def _is_one(key, keys):  # type: ignore[no-untyped-def]
    found = False
    for other in keys:
        found |= key == other
    return found


@njit(nogil=True, cache=True, _nrt=False)
def _url_chars(data, i, stop, byte):  # type: ignore[no-untyped-def]
    """Count the characters of links: http:// or https:// and what may follow, all ASCII."""
    total = np.int64(0)
    while i + 7 < stop:
        if data[i] != 0x68 or data[i + 1] != 0x74 or data[i + 2] != 0x74 or data[i + 3] != 0x70:
            i += 1
            continue
        j = i + 5 if data[i + 4] == 0x73 else i + 4
        if j + 3 >= stop or data[j] != 0x3A or data[j + 1] != 0x2F or data[j + 2] != 0x2F:
            i += 4
            continue
        first, j = j + 3, j + 3
        while j < stop and byte[data[j]] & _IN_URL:
            j += 1
        if j > first:
            total += j - i
        i = j
    return total
