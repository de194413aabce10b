"""Count what Chinese and Japanese text needs besides classes of characters, in one pass.

Simplified and traditional characters come from Python's codecs alone: simplified is what GB 2312
writes and Big5 does not, traditional the other way round. Characters of both standards (后 里 台)
count for neither. A few variants fall on the wrong side (着 is simplified by this): 4 in
10,000 Han of 88 traditional pages.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.characters import codec_points
from corpuskit.kernels.line_classes import SENTENCE_ENDS
from corpuskit.kernels.unicode import PUNCTUATION, SPACE, decode, script_names, unicode_tables

# Columns of the counts.
SIMPLIFIED, TRADITIONAL, URL_CHARS, SENTENCE_MARKS, LONGEST_HAN, SOLID = range(6)
COLUMNS = 6

# Bits of `chinese_points`. DOT and COLON may stand in the beginning of a URL.
IS_SIMPLIFIED, IS_TRADITIONAL, IS_HAN, ENDS_URL, ENDS_SENTENCE, ENDS_RUN, DOT, COLON, BLANK = (
    1 << bit for bit in range(9)
)


def count_chinese(buffer: TextBuffer) -> npt.NDArray[np.int64]:
    """Count characters of one script alone, of URLs, sentence marks, and the longest run of Han.

    A run ends at punctuation and at a line feed; other characters neither count nor end it.

    Returns
    -------
    int64 (n, 6), columns as named above. Sentence marks inside URLs do not count, and a URL as a
    whole ends a run. SOLID counts characters that are not white space.
    """
    out = np.zeros((len(buffer), COLUMNS), np.int64)
    _count(*buffer, chinese_points(), out)
    return out


@cache
def chinese_points() -> npt.NDArray[np.uint16]:
    """Make the table of bits by code point, shape (0x110000,), once per process."""
    tables = unicode_tables()
    points = np.arange(len(tables.flags))
    names = script_names()
    han = tables.script == names.index("Han")
    kana = np.isin(tables.script, [names.index("Hiragana"), names.index("Katakana")])
    mark = (tables.flags & PUNCTUATION) > 0
    simplified = np.isin(points, codec_points("gb2312"))
    traditional = np.isin(points, codec_points("big5"))
    table = np.zeros(len(points), np.uint16)
    table[han] |= IS_HAN
    table[han & simplified & ~traditional] |= IS_SIMPLIFIED
    table[han & traditional & ~simplified] |= IS_TRADITIONAL
    table[han | kana | (mark & (points >= 128)) | ((tables.flags & SPACE) > 0)] |= ENDS_URL
    table[[ord(character) for character in SENTENCE_ENDS]] |= ENDS_SENTENCE
    table[mark | (points == ord("\n"))] |= ENDS_RUN
    table[(tables.flags & SPACE) > 0] |= BLANK
    table[ord(".")] |= DOT
    table[ord(":")] |= COLON
    table.setflags(write=False)
    return table


@njit(nogil=True, cache=True, _nrt=False)
def _count(offsets, data, point, out):  # type: ignore[no-untyped-def]
    for document in range(len(offsets) - 1):
        start, i, stop, row = offsets[document], offsets[document], offsets[document + 1], 0
        simplified, traditional, url, marks, run, longest, solid = 0, 0, 0, 0, 0, 0, 0
        while i < stop:
            character, width = np.int64(data[np.uint64(i)]), 1
            if character >= 0x80:
                character, width = decode(data, i)
            bits = point[np.uint64(character)]
            solid += (bits & BLANK) == 0
            if bits & IS_HAN:
                simplified += (bits & IS_SIMPLIFIED) > 0
                traditional += (bits & IS_TRADITIONAL) > 0
                run += 1
                longest = max(longest, run)
            elif bits:
                run = 0 if bits & ENDS_RUN else run
                marks += (bits & ENDS_SENTENCE) > 0
                before = _url_head(data, start, i, stop, bits) if bits & (DOT | COLON) else 0
                if before:
                    chars, width = _url_rest(data, i, stop, point)
                    url += before + chars
                    solid += chars - 1
            i += width
        row = out[document]
        row[SIMPLIFIED], row[TRADITIONAL], row[URL_CHARS] = simplified, traditional, url
        row[SENTENCE_MARKS], row[LONGEST_HAN], row[SOLID] = marks, longest, solid


@njit(nogil=True, cache=True, _nrt=False)
def _url_head(data, start, i, stop, bits):  # type: ignore[no-untyped-def]
    """Return how many characters of a URL stand before its first ``://`` or ``www.``, else 0."""
    if bits & DOT:
        www = i - start >= 3 and data[i - 1] == 119 and data[i - 2] == 119 and data[i - 3] == 119
        return 3 if www else 0
    if i + 2 >= stop or data[i + 1] != 47 or data[i + 2] != 47:
        return 0
    secure = i > start and data[i - 1] == 115
    end = i - secure
    if end - start < 4 or data[end - 1] != 112 or data[end - 2] != 116:
        return 0
    return 4 + secure if data[end - 3] == 116 and data[end - 4] == 104 else 0


@njit(nogil=True, cache=True, _nrt=False)
def _url_rest(data, i, stop, point):  # type: ignore[no-untyped-def]
    """Read a URL from position i to its end: (characters, bytes)."""
    first, chars = i, 0
    while i < stop:
        character, width = decode(data, i)
        if point[character] & ENDS_URL:
            break
        chars += 1
        i += width
    return chars, i - first
