"""Judge every sentence of a document by MADLAD-400's rules that need no model and no word list.

A sentence is what lies between runs of . ! ? that white space follows; the run and the white space
belong to none. Characters are read once. Three shift registers, of spaces, of line feeds and of
U+FFFD, hold the characters just passed, so that spaced-out text is found with one comparison per
width, whatever comes between. Words are the tokens that other groups share.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.tokenise import IS_SPACELESS, IS_SYMBOL, Tokens
from corpuskit.kernels.unicode import SPACE, UPPER, decode, unicode_tables

# Columns of the counts: sentences, those that fail one rule, and those that fail one of several.
SENTENCES, LIST_CASE, ABNORMAL, TECHNICAL, CURSED, CASE_OR_CURSED, QUESTIONABLE = range(7)
COLUMNS = 7

LIST_WORDS = 12  # a list has at least so many words
SHORTEST, LONGEST = 20, 500  # characters of an ordinary sentence
TECHNICAL_CHARS = "0123456789{}+/()>"
MARKS = ".!?"
GROUPS = 9  # so many groups in a row are spaced-out text

# Bits of `byte_classes`.
_MARK, _BLANK, _TECHNICAL, _WIDE = 1, 2, 4, 8
# What a sentence was found to be, beside its counts.
_SOLID, _CURSED = 1, 2
_BAR = ord("|")


def count_sentences(buffer: TextBuffer, tokens: Tokens) -> npt.NDArray[np.int64]:
    """Count sentences per document by what is wrong with them: int64 (n, 7), columns as above."""
    out = np.zeros((len(buffer), COLUMNS), np.int64)
    flags, masks = unicode_tables().flags, spaced_masks()
    words = (tokens.offsets, tokens.start, tokens.kind)
    _count(*buffer, *words, byte_classes(), flags, masks, out)
    return out


@cache
def byte_classes() -> npt.NDArray[np.uint8]:
    """Classify bytes, uint8 (256,); ASCII characters, and whatever is wider."""
    table = np.zeros(256, np.uint8)
    table[:128][(unicode_tables().flags[:128] & SPACE) > 0] = _BLANK
    table[[ord(mark) for mark in MARKS]] = _MARK
    table[[ord(character) for character in TECHNICAL_CHARS]] = _TECHNICAL
    table[128:] = _WIDE
    table.setflags(write=False)
    return table


@cache
def spaced_masks() -> npt.NDArray[np.uint64]:
    """Make the masks of nine groups of 1, 3 and 4 characters, each behind a space.

    Returns
    -------
    uint64 (3, 2), per width: where spaces stand, and all places, the last character being bit 0.
    """
    masks = np.zeros((3, 2), np.uint64)
    for row, width in enumerate((1, 3, 4)):
        step = width + 1
        masks[row, 0] = sum(1 << (width + step * group) for group in range(GROUPS))
        masks[row, 1] = (1 << step * GROUPS) - 1
    masks.setflags(write=False)
    return masks


@njit(nogil=True, cache=True, _nrt=False)
def _count(offsets, data, first, start, kind, byte, flags, masks, out):  # type: ignore[no-untyped-def]
    for document in range(len(offsets) - 1):
        i, stop, row = offsets[document], offsets[document + 1], out[document]
        t, last = first[document], first[document + 1]
        while i < stop:
            i, chars, technical, found = _read_sentence(data, i, stop, byte, flags, masks)
            words, uppers, spaceless = np.int64(0), np.int64(0), np.int64(0)
            while t < last and start[t] < i:
                if not kind[t] & IS_SYMBOL:
                    character, _ = decode(data, start[t])
                    words += 1
                    uppers += (flags[character] & UPPER) > 0
                    spaceless += (kind[t] & IS_SPACELESS) > 0
                t += 1
            if found & _SOLID:
                listed = words >= LIST_WORDS and 2 * uppers > words
                usual = SHORTEST <= chars <= LONGEST or (spaceless > 0 and 2 * spaceless >= words)
                full = 5 * technical > chars
                cursed = (found & _CURSED) > 0
                row[SENTENCES] += 1
                row[LIST_CASE] += listed
                row[ABNORMAL] += not usual
                row[TECHNICAL] += full
                row[CURSED] += cursed
                row[CASE_OR_CURSED] += listed or cursed
                row[QUESTIONABLE] += listed or cursed or full or not usual


@njit(nogil=True, cache=True, _nrt=False)
def _read_sentence(data, i, stop, byte, flags, masks):  # type: ignore[no-untyped-def]
    """Read one sentence: (where the next one starts, characters, technical ones, findings)."""
    chars, technical, found, last = np.int64(0), np.int64(0), np.int64(0), np.int64(-1)
    spaces, feeds, broken = np.uint64(0), np.uint64(0), np.uint64(0)
    one, three, four = masks[0], masks[1], masks[2]
    while i < stop:
        character, width = np.int64(data[i]), 1
        bits = byte[character]
        if bits & _MARK:
            after = _after_marks(data, i, stop, byte, flags)
            if after > i:
                i = after
                break
        blank = (bits & _BLANK) > 0
        if bits & _WIDE:
            character, width = decode(data, i)
            blank = (flags[character] & SPACE) > 0
        i += width
        chars += 1
        technical += (bits & _TECHNICAL) > 0
        last = last if blank else character
        spaces = (spaces << np.uint64(1)) | np.uint64(character == 0x20)
        feeds = (feeds << np.uint64(1)) | np.uint64(character == 0x0A)
        broken = (broken << np.uint64(1)) | np.uint64(character == 0xFFFD)
        spaced = (
            ((spaces & one[1]) == one[0])
            | (((spaces & three[0]) == three[0]) & ((feeds & three[1]) == 0))
            | (((spaces & four[0]) == four[0]) & ((feeds & four[1]) == 0))
            | ((broken & np.uint64(7)) == 7)
        )
        found |= _CURSED * spaced
    found |= _SOLID * (last >= 0) | _CURSED * (last == _BAR)
    return i, chars, technical, found


@njit(nogil=True, cache=True, _nrt=False)
def _after_marks(data, i, stop, byte, flags):  # type: ignore[no-untyped-def]
    """Return where the white space after a run of marks ends; i where none follows."""
    first = i
    while i < stop and byte[data[i]] & _MARK:
        i += 1
    run = i
    while i < stop:
        if byte[data[i]] & _WIDE:
            character, width = decode(data, i)
            if not flags[character] & SPACE:
                break
            i += width
        elif byte[data[i]] & _BLANK:
            i += 1
        else:
            break
    return i if i > run else first
