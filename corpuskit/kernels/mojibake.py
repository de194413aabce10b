"""Characters that a wrong decoding has left: UTF-8 read as Latin-1 or cp1252, UTF-8 and GBK mixed.

UTF-8 read byte by byte turns one character into two to four, the first of them À–ð: ``Ã©`` for é,
``â€™`` for ’, ``ä¸­`` for 中. Characters are put back to the bytes that cp1252 (or Latin-1, where
cp1252 has none) reads them from, and a sequence that is valid UTF-8 again is one occurrence. That
is the idea of ftfy (Speer 2019, zenodo 2591652); the exceptions below are our own.

Writers put a mark behind an accented letter (``CAFÉ…``, ``é”``, ``5 Å²``, ``NESCAFÉ®``), and
that may be valid UTF-8 too. So a sequence whose other characters are all such marks
(`WORD_MARKS`) counts only beside another sequence, or where the case gives it away: two
characters with Â in front; with Ã, not behind a capital; with another capital, behind a small
letter.

UTF-8 taken for GBK: 锟斤拷 (two U+FFFD), 锛 and 銆 (the first two bytes of full-width punctuation
and of 、。「, characters of names and chemistry else). Memory that was never written, read as GBK:
three and more 烫 (0xCC) or 屯 (0xCD). Other wrong decodings are not looked for.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.unicode import decode

WORD_MARKS = "\u00a0\u00ad‚„…†‡‘’“”•–—™‹›ª«®°±²³·¹º»§¡¿"
_HIGHEST = 0x2122  # ™
_NONE, _MARK = 0, 0x100
_FILLERS = 3


@cache
def western_bytes() -> npt.NDArray[np.int16]:
    """Make the table of cp1252: int16 (0x2123,), the byte a character is read from, 0 for none.

    Only bytes from 0x80; 0x100 is added for `WORD_MARKS`.
    """
    table = np.zeros(_HIGHEST + 1, np.int16)
    for byte in range(0x80, 0x100):
        table[byte] = byte  # Latin-1, C1 controls too
        read = bytes([byte]).decode("cp1252", "ignore")
        if read:
            table[ord(read)] = byte
    table[[ord(mark) for mark in WORD_MARKS]] += _MARK
    table.setflags(write=False)
    return table


@njit(nogil=True, cache=True, _nrt=False)
def western_run(data, start, i, stop, western):  # type: ignore[no-untyped-def]
    """Read sequences from a byte 0xC3 on: (where to go on, how many count)."""
    end, marks_only = _sequence(data, i, stop, western)
    if end == i:
        return i + 2, 0
    count, last = 1, i
    while end > last and end < stop and data[end] == 0xC3:
        last = end
        end, _ = _sequence(data, last, stop, western)
        count += end > last
    if count == 1 and marks_only and not _given_away(data, start, i):
        return end, 0
    return end, count


@njit(nogil=True, cache=True, _nrt=False)
def _sequence(data, i, stop, western):  # type: ignore[no-untyped-def]
    """Read one character of UTF-8 that was read as cp1252: (its end or i, only marks follow)."""
    lead = np.int64(data[i + 1]) + 0x40
    if lead < 0xC2 or lead > 0xF0:
        return i, False
    wanted = 1 if lead < 0xE0 else 2 if lead < 0xF0 else 3
    j, marks_only = i + 2, True
    for place in range(wanted):
        if j >= stop or data[j] < 0xC2 or data[j] > 0xE2:
            return i, False
        point, width = decode(data, j)
        value = np.int64(western[point]) if point <= _HIGHEST else np.int64(_NONE)
        byte = value & 0xFF
        if byte < 0x80 or byte > 0xBF or (place == 0 and not _may_follow(lead, byte)):
            return i, False
        marks_only &= value >= _MARK
        j += width
    return j, marks_only


@njit(nogil=True, cache=True, _nrt=False)
def _may_follow(lead, byte):  # type: ignore[no-untyped-def]
    """Refuse what UTF-8 has not: longer forms than needed, surrogates; so that each decodes."""
    if lead == 0xE0:
        return byte >= 0xA0
    if lead == 0xED:
        return byte < 0xA0
    return lead != 0xF0 or byte >= 0x90


@njit(nogil=True, cache=True, _nrt=False)
def _given_away(data, start, i):  # type: ignore[no-untyped-def]
    """Say whether one letter and one mark are a broken character by what stands before them."""
    lead = np.int64(data[i + 1]) + 0x40
    if lead >= 0xDF:  # ß and small letters
        return False
    if lead == 0xC2:
        return True
    before = data[i - 1] if i > start else np.uint8(0)
    latin = i - 1 > start and data[i - 2] == 0xC3  # À–Þ are 80–9E behind C3, ß–ÿ are 9F–BF
    if lead == 0xC3:
        return not (65 <= before <= 90 or (latin and 0x80 <= before <= 0x9E))
    return 97 <= before <= 122 or (latin and 0x9F <= before <= 0xBF)


@njit(nogil=True, cache=True, _nrt=False)
def gbk_mixed(data, i, stop):  # type: ignore[no-untyped-def]
    """Read from a byte E5, E7 or E9 on: (where to go on, 1 if it is one of the patterns)."""
    value = _three(data, i, stop)
    if value == _JIN_1:
        whole = _three(data, i + 3, stop) == _JIN_2 and _three(data, i + 6, stop) == _JIN_3
        return (i + 9, 1) if whole else (i + 3, 0)
    if value == _WIDE_MARK or value == _CJK_MARK:
        return i + 3, 1
    end = i + 3
    if value == _HOT or value == _STORE:
        while _three(data, end, stop) == value:
            end += 3
    return end, np.int64(end - i >= 3 * _FILLERS)


@njit(nogil=True, cache=True, _nrt=False)
def _three(data, i, stop):  # type: ignore[no-untyped-def]
    """Read three bytes as one number, 0 where the text is at its end."""
    if i + 2 >= stop:
        return np.int64(0)
    return np.int64(data[i]) << 16 | np.int64(data[i + 1]) << 8 | np.int64(data[i + 2])


_JIN_1, _JIN_2, _JIN_3, _WIDE_MARK, _CJK_MARK, _HOT, _STORE = (
    int.from_bytes(character.encode(), "big") for character in "锟斤拷锛銆烫屯"
)
