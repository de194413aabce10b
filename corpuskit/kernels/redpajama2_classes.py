"""What bytes and code points mean to the signals of RedPajama-2, and the columns of its counts."""

from __future__ import annotations

import string
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from corpuskit.kernels import unicode
from corpuskit.kernels.unicode import unicode_tables

# Bits of `SignalTables.point`. WORD and GAP say what a raw token is made of; SIGN calls for a
# second look: the end of a sentence, an ellipsis, # or a curly bracket.
WORD, GAP, LATIN, UPPER, LOWER, NUMBER, SIGN, BULLET = (1 << bit for bit in range(8))

# Values of `SignalTables.plain` that are no ASCII character.
WIDE, DELETED, SPACE = 253, 254, 255

BULLETS = "\u2022\u2023\u25b6\u25c0\u25e6\u25a0\u25a1\u25aa\u25ab\u2013"
TERMINALS = ".!?”"
SIGNS = ".!?…#{}"

# Columns of the counts. Of words and characters of words: all, and characters that are numbers;
# LOREM counts where "lorem ipsum" stands. Of lines: all, those with words, and those of a kind.
WORDS, WORD_CHARS, NUMBERS, LOREM = range(4)
LINES, WORD_LINES, TERMINAL_LINES, ELLIPSIS_LINES, BULLET_LINES = range(4, 9)
SHORT_LINES = 9  # and 10, 11, for `SHORT_WORDS`
# Of the raw text: characters, line feeds, sentences, raw tokens.
CHARS, NEWLINES, SENTENCES, UPPERS, SYMBOLS, BRACES = range(12, 18)
TOKENS, TOKENS_NOT_LATIN, TOKENS_ALL_CAPS = range(18, 21)
# Of n-grams of words: different words; characters of the top 2-, 3-, 4-gram × count; characters
# of words inside 5- to 10-grams that come again.
DIFFERENT, TOP, DUPLICATE = 21, 22, 25
COLUMNS = 31

SHORT_WORDS = (15, 18, 19)  # the longest short line: German; French, Italian; English, Spanish


class SignalTables(NamedTuple):
    """The tables, read-only.

    point : uint8 (0x110000,), bits by code point.
    plain : uint8 (256,), what a byte becomes in normalised text: an ASCII character in lower
        case, `DELETED`, `SPACE`, or `WIDE` for the bytes of longer characters.
    """

    point: npt.NDArray[np.uint8]
    plain: npt.NDArray[np.uint8]


@cache
def signal_tables() -> SignalTables:
    """Make the tables, once per process."""
    tables = SignalTables(_points(), _plain())
    for table in tables:
        table.setflags(write=False)
    return tables


def _points() -> npt.NDArray[np.uint8]:
    flags, category = unicode_tables().flags, unicode_tables().category
    number = (category >= unicode.ND) & (category <= unicode.NO)
    points = np.zeros(len(flags), np.uint8)
    points[((flags & unicode.LETTER) > 0) | number] |= WORD
    points[ord("_")] |= WORD
    points[(flags & unicode.SPACE) > 0] |= GAP
    points[[ord(letter) for letter in string.ascii_letters]] |= LATIN
    points[category == unicode.LU] |= UPPER
    points[(category == unicode.LL) | (category == unicode.LT)] |= LOWER
    points[number] |= NUMBER
    points[[ord(sign) for sign in SIGNS]] |= SIGN
    points[[ord(bullet) for bullet in BULLETS]] |= BULLET
    return points


def _plain() -> npt.NDArray[np.uint8]:
    plain = np.full(256, WIDE, np.uint8)
    plain[:128] = [ord(chr(byte).lower()) for byte in range(128)]
    plain[[ord(mark) for mark in string.punctuation]] = DELETED
    plain[:128][(unicode_tables().flags[:128] & unicode.SPACE) > 0] = SPACE
    return plain
