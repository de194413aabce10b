"""What bytes and code points mean to the line kernels: line breaks, marks, terminal punctuation."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from corpuskit.kernels.unicode import DIGIT, LETTER, script_names, unicode_tables
from corpuskit.kernels.unicode import SPACE as WHITE

# Bits of `LineTables.byte`. Of a byte that starts a character longer than one byte they say
# what that character may be. MAY_END stands on the last bytes of line feeds and sentence marks,
# MAY_READ_MORE on those of `READ_MORE` and of closing brackets.
MAY_BREAK, ASCII_WORD, SENTENCE_MARK, COMMA, ASIAN_MARK, MAY_BE_HAN, MAY_END, MAY_READ_MORE = (
    1 << bit for bit in range(8)
)

# Bits of `LineTables.point`.
TERMINAL, ENDS_SENTENCE, PUNCTUATES, LISTS, WORD, HAN, CLOSES, SPACE = (
    1 << bit for bit in range(8)
)

# Where `str.splitlines` cuts, line feed aside.
OTHER_BREAKS = "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
SENTENCE_ENDS = "。．！？!?"
PUNCTUATING = "。！？；…，!?"
READ_MORE = ("readmore", "read more", "展开", "展開", "更多", "。。。")
CLOSING_BRACKETS = ")]}>）］｝】〕〉》」』»"

# The 159 marks that FineWeb calls terminal: Sentence_Terminal of Unicode 15.0 without U+2CF9 to
# U+2CFB and the vertical forms, and the Khmer signs U+17D6, U+17D9, U+17DA.
TERMINAL_RANGES = (
    "21 2E 3F 589 61D-61F 6D4 700-702 7F9 837 839 83D-83E 964-965 104A-104B 1362 1367-1368 166E "
    "1735-1736 17D4-17D6 17D9-17DA 1803 1809 1944-1945 1AA8-1AAB 1B5A-1B5B 1B5E-1B5F 1B7D-1B7E "
    "1C3B-1C3C 1C7E-1C7F 203C-203D 2047-2049 2E2E 2E3C 2E53-2E54 3002 A4FF A60E-A60F A6F3 A6F7 "
    "A876-A877 A8CE-A8CF A92F A9C8-A9C9 AA5D-AA5F AAF0-AAF1 ABEB FE52 FE56-FE57 FF01 FF0E FF1F "
    "FF61 10A56-10A57 10F55-10F59 10F86-10F89 11047-11048 110BE-110C1 11141-11143 111C5-111C6 "
    "111CD 111DE-111DF 11238-11239 1123B-1123C 112A9 1144B-1144C 115C2-115C3 115C9-115D7 "
    "11641-11642 1173C-1173E 11944 11946 11A42-11A43 11A9B-11A9C 11C41-11C42 11EF7-11EF8 "
    "11F43-11F44 16A6E-16A6F 16AF5 16B37-16B38 16B44 16E98 1BC9F 1DA88"
)


class LineTables(NamedTuple):
    """Classes of bytes and of code points; the bits are named above.

    byte : uint8 (256,).
    point : uint8 (0x110000,).
    endings : uint8 (6, 9), the bytes of `READ_MORE` from last to first, then zeros.
    """

    byte: npt.NDArray[np.uint8]
    point: npt.NDArray[np.uint8]
    endings: npt.NDArray[np.uint8]


@cache
def line_tables() -> LineTables:
    """Make the tables, once per process."""
    points = _points()
    tables = LineTables(_bytes(points), points, _endings())
    for table in tables:
        table.setflags(write=False)
    return tables


def terminal_points() -> tuple[int, ...]:
    """List the code points of terminal punctuation."""
    return code_points(TERMINAL_RANGES)


def code_points(ranges: str) -> tuple[int, ...]:
    """List the code points of hexadecimal ranges with spaces between.

    Examples
    --------
    >>> code_points("21 2E-30")
    (33, 46, 47, 48)
    """
    parts = [part.split("-") for part in ranges.split()]
    return tuple(p for part in parts for p in range(int(part[0], 16), int(part[-1], 16) + 1))


def _bytes(points: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    table = np.zeros(256, np.uint8)
    han = [chr(point) for point in np.flatnonzero(points & HAN)]
    table[sorted({character.encode()[0] for character in han})] |= MAY_BE_HAN
    for break_ in OTHER_BREAKS:
        table[break_.encode()[0]] |= MAY_BREAK
    table[[byte for byte in range(128) if chr(byte).isalnum()]] |= ASCII_WORD
    table[[ord("!"), ord("?")]] |= SENTENCE_MARK
    table[[ord(","), ord("."), ord(";")]] |= COMMA
    for mark in (*SENTENCE_ENDS, *PUNCTUATING, "、"):
        if ord(mark) >= 128:
            table[mark.encode()[0]] |= ASIAN_MARK
    table[sorted({mark.encode()[-1] for mark in SENTENCE_ENDS + "\n"})] |= MAY_END
    last = (*READ_MORE, *(ending.upper() for ending in READ_MORE), *CLOSING_BRACKETS)
    table[sorted({ending.encode()[-1] for ending in last})] |= MAY_READ_MORE
    return table


def _endings() -> npt.NDArray[np.uint8]:
    encoded = [ending.encode()[::-1] for ending in READ_MORE]
    width = max(len(ending) for ending in encoded)
    table = np.zeros((len(encoded), width), np.uint8)
    for row, ending in zip(table, encoded, strict=True):
        row[: len(ending)] = list(ending)
    return table


def _points() -> npt.NDArray[np.uint8]:
    unicode = unicode_tables()
    table = np.zeros(len(unicode.flags), np.uint8)
    table[list(terminal_points())] |= TERMINAL
    for marks, bit in (
        (SENTENCE_ENDS, ENDS_SENTENCE),
        (PUNCTUATING, PUNCTUATES),
        ("、", LISTS),
        (CLOSING_BRACKETS, CLOSES),
    ):
        table[[ord(mark) for mark in marks]] |= bit
    table[(unicode.flags & (LETTER | DIGIT)) > 0] |= WORD
    han = np.flatnonzero(unicode.script == script_names().index("Han"))
    table[han[han >= 0x3000]] |= HAN  # without the radicals, which are no text
    table[(unicode.flags & WHITE) > 0] |= SPACE
    return table
