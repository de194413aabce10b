"""Measure lines and paragraphs as NeMo Curator's filters do.

Lines are what lies between line feeds and is not blank; they are compared as they stand, and looked
at stripped. Paragraphs are what `str.split` makes of the text at two line feeds, blank ones too.
Both are hashed into one table, with a salt for paragraphs.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.line_classes import line_tables
from corpuskit.kernels.line_parts import OFFSET, PRIME, read_line, seen, table_sizes, trim
from corpuskit.kernels.unicode import decode

# Columns of the counts. "Repeated" are those that occurred before.
LINES, LINE_CHARS, REPEATED, REPEATED_CHARS, BULLETS, ELLIPSES, UNENDED = range(7)
PARAGRAPHS, PARAGRAPH_CHARS, REPEATED_PARAGRAPHS, REPEATED_PARAGRAPH_CHARS = range(7, 11)
POLICIES, LOREMS = 11, 12
COLUMNS = 13

BULLET_CHARS = "•‣⁃⁌⁍∙○●◘◦⦾⦿"
END_CHARS = ".?!\"'"
ELLIPSIS_ENDS = ("...", "[...]", "(...)", "…", "[…]", "-»", "read more", "read more..")
POLICY_PHRASES = (
    "terms of use", "privacy policy", "cookie policy", "uses cookies", "privacy overview",
    "use of cookies", "use cookies", "privacy & cookies policy", "privacy and cookies policy",
)  # fmt: skip
LOREM = "lorem ipsum"

_SALT = np.uint64(0x9E3779B97F4A7C15)
_WIDTH = 27  # bytes of a row of phrases: the longest and a zero
_POLICY, _LOREM = 1, 2


class _Tables(NamedTuple):
    """Look-ups: endings last byte first, phrases, second letters by first, end marks, bullets."""

    endings: npt.NDArray[np.uint8]
    phrases: npt.NDArray[np.uint8]
    seconds: npt.NDArray[np.uint8]
    ends: npt.NDArray[np.bool_]
    bullets: npt.NDArray[np.int64]


def count_lines(buffer: TextBuffer) -> npt.NDArray[np.int64]:
    """Count lines and paragraphs per document: int64 (n, 13), columns as named above.

    `UNENDED` lines do not end in one of . ? ! " '; `POLICIES` are paragraphs that speak of terms,
    privacy or cookies, `LOREMS` those with placeholder text.
    """
    out = np.zeros((len(buffer), COLUMNS), np.int64)
    sizes = table_sizes(buffer, 2)
    capacity = int(sizes.max(initial=1))
    keys, stamps = np.empty(capacity, np.uint64), np.zeros(capacity, np.int32)
    lines = line_tables()
    _count(*buffer, lines.byte, lines.point, *tables(), sizes, keys, stamps, out)
    return out


@cache
def tables() -> _Tables:
    """Make the look-ups, once per process."""
    endings = _rows([ending.encode()[::-1] for ending in ELLIPSIS_ENDS])
    phrases = _rows([phrase.encode() for phrase in (*POLICY_PHRASES, LOREM)])
    seconds = np.zeros(256, np.uint8)
    for phrase in (*POLICY_PHRASES, LOREM):
        for first in (phrase[0], phrase[0].upper()):
            assert seconds[ord(first)] in (0, ord(phrase[1]))
            seconds[ord(first)] = ord(phrase[1])
    ends = np.zeros(256, np.bool_)
    ends[[ord(mark) for mark in END_CHARS]] = True
    bullets = np.array([ord(mark) for mark in BULLET_CHARS], np.int64)
    return _Tables(endings, phrases, seconds, ends, bullets)


def _rows(strings: list[bytes]) -> npt.NDArray[np.uint8]:
    table = np.zeros((len(strings), _WIDTH), np.uint8)
    for row, string in zip(table, strings, strict=True):
        row[: len(string)] = list(string)
    return table


@njit(nogil=True, cache=True)
def _count(  # type: ignore[no-untyped-def]
    offsets, data, byte, point, endings, phrases, seconds, ends, bullets,
    sizes, all_keys, all_stamps, out,
):  # fmt: skip
    for document in range(len(offsets) - 1):
        first, stop, row = offsets[document], offsets[document + 1], out[document]
        size = sizes[document]
        table = (all_keys[:size], all_stamps[:size], np.int32(document + 1))
        i = first
        while i < stop:
            end, chars, key, _ = read_line(data, i, stop, byte)
            a, b = trim(data, i, end, point)
            if a < b:
                repeated = seen(table, key)
                row[LINES] += 1
                row[LINE_CHARS] += chars
                row[REPEATED] += repeated
                row[REPEATED_CHARS] += chars * repeated
                row[BULLETS] += _starts_with_bullet(data, a, bullets)
                row[ELLIPSES] += _ends_in_ellipsis(data, a, b, endings)
                row[UNENDED] += not ends[data[b - 1]]
            i = end + 1
        i = first - 2
        while i < stop:
            i = _paragraph(data, i + 2, stop, phrases, seconds, table, row)


@njit(nogil=True, cache=True, _nrt=False)
def _paragraph(data, i, stop, phrases, seconds, table, row):  # type: ignore[no-untyped-def]
    """Count one paragraph; return where its two line feeds stand, or the end of the text."""
    key, chars, said = OFFSET ^ _SALT, np.int64(0), np.int64(0)
    while i < stop:
        value = data[i]
        if value == 10 and i + 1 < stop and data[i + 1] == 10:
            break
        key = (key ^ np.uint64(value)) * PRIME
        chars += (value & 0xC0) != 0x80
        second = seconds[value]
        if second and i + 1 < stop and (data[i + 1] | 0x20) == second:
            said |= _phrases_at(data, i, stop, phrases)
        i += 1
    repeated = seen(table, key)
    row[PARAGRAPHS] += 1
    row[PARAGRAPH_CHARS] += chars
    row[REPEATED_PARAGRAPHS] += repeated
    row[REPEATED_PARAGRAPH_CHARS] += chars * repeated
    row[POLICIES] += (said & _POLICY) > 0
    row[LOREMS] += (said & _LOREM) > 0
    return i


@njit(nogil=True, cache=True, _nrt=False)
def _phrases_at(data, i, stop, phrases):  # type: ignore[no-untyped-def]
    """Say which kinds of phrases start at i, ASCII letters in any case."""
    said = 0
    for number in range(len(phrases)):
        k = 0
        while phrases[number, k] and i + k < stop:
            value = data[i + k]
            if (value | 0x20 if 65 <= value <= 90 else value) != phrases[number, k]:
                break
            k += 1
        if phrases[number, k] == 0:
            said |= _LOREM if number == len(phrases) - 1 else _POLICY
    return said


@njit(nogil=True, cache=True, _nrt=False)
def _starts_with_bullet(data, a, bullets):  # type: ignore[no-untyped-def]
    if data[a] != 0xE2:  # what every bullet starts with
        return False
    mark, _ = decode(data, a)
    found = False
    for bullet in bullets:
        found |= mark == bullet
    return found


@njit(nogil=True, cache=True, _nrt=False)
def _ends_in_ellipsis(data, a, b, endings):  # type: ignore[no-untyped-def]
    for ending in range(len(endings)):
        k = 0
        while endings[ending, k] and b - 1 - k >= a:
            value = data[b - 1 - k]
            if (value | 0x20 if 65 <= value <= 90 else value) != endings[ending, k]:
                break
            k += 1
        if endings[ending, k] == 0:
            return True
    return False
