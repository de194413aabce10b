"""Count the characters of every document by what they are, in one pass.

A table gives each code point a word of eight 8-bit counters; adding such words counts eight
classes at once, and they are emptied into wide counters before one can overflow. A second table
of the same form serves what only Chinese and Japanese text needs, and is not touched by ASCII.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.unicode import (
    CC,
    CO,
    DIGIT,
    LETTER,
    PUNCTUATION,
    SPACE,
    SYMBOL,
    UPPER,
    decode,
    script_names,
    unicode_tables,
)

# Columns of the counters; the first eight stand in the first table, the others in the second.
CHARS = 16
SPACES, LETTERS, DIGITS, PUNCTUATIONS, SYMBOLS, UPPERS, BAD, CONTROLS = range(8)
HAN, HIRAGANA, KATAKANA, LONG_MARKS, FUNCTION, PARTICLE, RARE_HAN, RARE_KANJI = range(8, 16)
COLUMNS = 17

# Grammatical characters of Chinese in both scripts: a text of names and keywords has few.
FUNCTION_CHARS = (
    "的了是在和與与及或有不也都就而但以為为于於之其所這这那此個个們们我你他她它被把從从對对向由將将會会能可要"
    "已還还又則则且因若如等並并很更最沒没著着過过得地嗎吗呢吧啊到說说來来去上下中後后前時时"
)
PARTICLE_CHARS = "のにをがはと"
_FLUSH = 255


def count_characters(
    buffer: TextBuffer,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """Count characters by class and letters by script.

    Returns
    -------
    counts : int64 (n, 17), columns as named above; column `CHARS` is the length.
    scripts : int32 (n, s), letters of each script of `script_names`.
    """
    general, asian = class_tables()
    counts, scripts = _count(
        buffer.offsets,
        buffer.data,
        general,
        asian,
        unicode_tables().script,
        unicode_tables().flags,
        len(script_names()),
        script_names().index("Latin"),
    )
    return counts, scripts


@cache
def class_tables() -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Make the two tables of counters, once per process."""
    tables = unicode_tables()
    flags, category, points = tables.flags, tables.category, np.arange(len(tables.flags))
    bad = (category == CO) | np.isin(points, [0x25A1, 0xFFFD])
    control = (category == CC) & ((flags & SPACE) == 0)
    symbol = ((flags & SYMBOL) > 0) & (points >= 128)
    classes = [flags & bit for bit in (SPACE, LETTER, DIGIT, PUNCTUATION)]
    general = _pack([*classes, symbol, flags & UPPER, bad, control])
    han = tables.script == script_names().index("Han")
    hiragana = (points >= 0x3041) & (points <= 0x3096)
    katakana = (points >= 0x30A1) & (points <= 0x30FA)
    chinese = np.isin(points, codec_points("gb2312") + codec_points("big5"))
    japanese = np.isin(points, codec_points("euc_jp"))
    asian = _pack(
        [
            han,
            hiragana,
            katakana,
            points == 0x30FC,
            han & np.isin(points, [ord(c) for c in FUNCTION_CHARS]),
            np.isin(points, [ord(c) for c in PARTICLE_CHARS]),
            han & ~chinese,
            han & ~japanese,
        ]
    )
    return general, asian


def codec_points(codec: str) -> list[int]:
    """List the code points that a codec of Python's writes in two bytes."""
    found = []
    for first in range(0x81, 0xFF):
        for second in range(0x40, 0xFF):
            try:
                text = bytes((first, second)).decode(codec)
            except UnicodeDecodeError:
                continue
            if len(text) == 1 and len(text.encode(codec)) == 2:
                found.append(ord(text))
    return found


def _pack(classes: list[npt.NDArray[np.generic]]) -> npt.NDArray[np.uint64]:
    packed = np.zeros(len(classes[0]), np.uint64)
    for place, members in enumerate(classes):
        packed |= (members != 0).astype(np.uint64) << np.uint64(8 * place)
    packed.setflags(write=False)
    return packed


@njit(nogil=True, cache=True)
def _count(offsets, data, general, asian, script, flags, script_count, latin):  # type: ignore[no-untyped-def]
    counts = np.zeros((len(offsets) - 1, COLUMNS), np.int64)
    scripts = np.zeros((len(offsets) - 1, script_count), np.int32)
    for document in range(len(offsets) - 1):
        i, stop, length = offsets[document], offsets[document + 1], 0
        row, letters = counts[document], scripts[document]
        while i < stop:
            packed, packed_asian, taken = np.uint64(0), np.uint64(0), 0
            while taken < _FLUSH and i < stop:
                if data[i] < 0x80:
                    packed += general[data[i]]
                    i += 1
                else:
                    point, width = decode(data, i)
                    packed += general[point]
                    packed_asian += asian[point]
                    letters[script[point]] += (flags[point] & LETTER) > 0
                    i += width
                taken += 1
            _flush(row, packed, 0)
            _flush(row, packed_asian, 8)
            length += taken
        row[CHARS] = length
        letters[latin] += row[LETTERS] - letters.sum()
    return counts, scripts


@njit(nogil=True, cache=True)
def _flush(row, packed, first):  # type: ignore[no-untyped-def]
    for place in range(8):
        row[first + place] += np.int64((packed >> np.uint64(8 * place)) & np.uint64(0xFF))
