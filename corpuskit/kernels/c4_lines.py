"""C4's line cleaner: take lines out of texts, write what is left, count what went and why.

A line (as `str.splitlines` cuts) is stripped and then loses its citations ([12], [], [edit],
[citation needed]). It goes for the first cause of: a word over 1,000 characters, no terminal mark
(where that is asked for), too few words, "javascript", a phrase of policies. "lorem ipsum" and
"{" take no line out: they are counted, and a rule drops the document. A line is read once for its
words, copied, and what survives is read again for phrases, which are looked for where a rare
pair of letters stands. Blank lines go as well and are counted as neither kept nor removed.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.c4_reading import (
    BRACKET,
    BREAK,
    BYTE_SPACE,
    LONGEST_WORD,
    MAY_BE_SPACE,
    read_line,
)
from corpuskit.kernels.kept_lines import CHANGED, Cut, note_line, removed_lines
from corpuskit.kernels.line_parts import count_chars, step_back
from corpuskit.kernels.unicode import DIGIT, SPACE, decode, unicode_tables

CAUSES = ("long_word", "no_terminal_mark", "too_few_words", "javascript", "policy")
LONG_WORD, NO_TERMINAL_MARK, TOO_FEW_WORDS, JAVASCRIPT, POLICY = range(5)
# Columns of the counts: lines removed and their characters, by cause; then these.
REMOVED_LINES, REMOVED_CHARS = 0, 5
KEPT_LINES, CITATION_CHARS, LOREM_IPSUM_LINES, BRACE_LINES, COLUMNS = 10, 11, 12, 13, 14

# Each with the place of a letter that is rare behind the one before it.
PHRASES = (
    ("lorem ipsum", 8), ("javascript", 2), ("terms of use", 4), ("privacy policy", 3),
    ("cookie policy", 3), ("uses cookies", 8), ("use of cookies", 10), ("use cookies", 7),
)  # fmt: skip
_LOREM, _SCRIPT, _POLICY, _BRACE = range(4)  # bits of what a line says
_SAYS = (_LOREM, _SCRIPT, *[_POLICY] * 6)
_PAIRS = ("ps", "av", "ms", "iv", "ok")  # bits of the tables of pairs; the next is for "{"
CITATIONS = ("[edit]", "[citation needed]")  # beside digits in brackets, or none
_OPEN, _CLOSE, _CURLY = (ord(c) for c in "[]{")
_DOT, _QUESTION, _EXCLAMATION, _QUOTE = (ord(c) for c in '.?!"')


class Settings(NamedTuple):
    """How strict the cleaner is.

    fewest_words : a line with fewer words (between white space) goes.
    ends_in_mark : a line must end in one of . ? ! " and not in three periods.
    counts_after : words are counted when citations are gone, not before.
    """

    fewest_words: int
    ends_in_mark: bool
    counts_after: bool


C4 = Settings(fewest_words=5, ends_in_mark=True, counts_after=True)
C4_FINEWEB = Settings(fewest_words=3, ends_in_mark=False, counts_after=False)


class Tables(NamedTuple):
    """What the kernel looks up; all arrays are read-only.

    byte : uint8 (256,), bits that c4_reading.py names.
    point : uint8 (0x110000,), flags of `unicode_tables`.
    firsts, seconds : uint8 (256,), a bit for each of `_PAIRS` that the byte, in either case, is the
        first or the second of.
    phrases : uint8 (8, 16), the place of the second letter of the pair, what the phrase says,
        lower-case bytes, zeros.
    citations : uint8 (2, 18), the bytes of `CITATIONS`, then zeros.
    """

    byte: npt.NDArray[np.uint8]
    point: npt.NDArray[np.uint8]
    firsts: npt.NDArray[np.uint8]
    seconds: npt.NDArray[np.uint8]
    phrases: npt.NDArray[np.uint8]
    citations: npt.NDArray[np.uint8]


def clean_lines(buffer: TextBuffer, settings: Settings) -> Cut:
    """Take lines out of every document, and strip what is left; `counts` as named above."""
    counts = np.zeros((len(buffer), COLUMNS), np.int64)
    offsets = np.zeros(len(buffer.offsets), np.int64)
    size = int(buffer.offsets[-1] - buffer.offsets[0])
    out = np.empty(size + 1, np.uint8)
    most = size // (2 * settings.fewest_words) + len(
        buffer
    )  # words of one byte, and what parts them
    places = np.empty(most, np.int64), np.empty(most, np.int64)
    most = (size + len(buffer)) // 2  # lines of one byte, and the feeds between them
    spans, causes = np.empty((3, most), np.int64), np.empty(most, np.uint8)
    _clean(*buffer, *tables(), *settings, offsets, out, counts, *places, spans, causes)
    lines = np.concatenate([[0], np.cumsum(counts[:, KEPT_LINES])])
    removed = counts[:, REMOVED_LINES : REMOVED_LINES + len(CAUSES)].sum(axis=1)
    data = out[: offsets[-1]]
    for array in (offsets, data):
        array.setflags(write=False)
    sources, targets = (place[: lines[-1]] for place in places)
    taken = removed_lines(removed, spans, causes)
    return Cut(TextBuffer(offsets, data), counts, lines, sources, targets, taken)


@cache
def tables() -> Tables:
    """Make the tables, once per process."""
    flags = unicode_tables().flags
    byte = np.zeros(256, np.uint8)
    spaces = [chr(point) for point in np.flatnonzero(flags & SPACE)]
    byte[sorted({character.encode()[0] for character in spaces if ord(character) > 127})] |= (
        MAY_BE_SPACE
    )
    byte[[ord(character) for character in spaces if ord(character) < 128]] |= BYTE_SPACE
    byte[[point for point in range(128) if len(f"{chr(point)}.".splitlines()) > 1]] |= BREAK
    byte[_OPEN] |= BRACKET
    firsts, seconds = np.zeros(256, np.uint8), np.zeros(256, np.uint8)
    for number, pair in enumerate(_PAIRS):
        firsts[[ord(pair[0]), ord(pair[0].upper())]] |= 1 << number
        seconds[[ord(pair[1]), ord(pair[1].upper())]] |= 1 << number
    firsts |= 1 << len(_PAIRS)
    seconds[_CURLY] |= 1 << len(_PAIRS)
    phrases = np.zeros((len(PHRASES), 16), np.uint8)
    for row, (phrase, place), says in zip(phrases, PHRASES, _SAYS, strict=True):
        row[0], row[1] = place, says
        row[2 : len(phrase) + 2] = list(phrase.encode())
    citations = np.zeros((len(CITATIONS), 18), np.uint8)
    for row, citation in zip(citations, CITATIONS, strict=True):
        row[: len(citation)] = list(citation.encode())
    made = Tables(byte, flags, firsts, seconds, phrases, citations)
    for table in made:
        table.setflags(write=False)
    return made


@njit(nogil=True, cache=True, _nrt=False)
def _clean(  # type: ignore[no-untyped-def]
    offsets, data, byte, point, firsts, seconds, phrases, citations,
    fewest, ends, after, new_offsets, out, counts, sources, targets, spans, causes,
):  # fmt: skip
    free, line = np.int64(0), np.int64(0)  # where the next line goes, and its number
    gone = np.int64(0)  # lines taken out
    for document in range(len(offsets) - 1):
        i, stop, begin, row = offsets[document], offsets[document + 1], free, counts[document]
        number = np.int64(0)
        while i < stop:
            # A line feed behind a carriage return ends no line of its own.
            number += not (data[i] == 10 and i > offsets[document] and data[i - 1] == 13)
            first, last, words, is_long, has_bracket, i = read_line(data, i, stop, byte, point)
            if first == last:
                continue
            if is_long and _has_long_word(data, first, last, point):
                _count_removed(row, LONG_WORD, data, first, last)
                gone = note_line(spans, causes, gone, first, last, number, LONG_WORD)
                continue
            end = _copy(data, first, last, out, free, has_bracket, point, citations)
            if has_bracket:
                row[CITATION_CHARS] += count_chars(data, first, last) - count_chars(out, free, end)
                words = _count_words(out, free, end, point) if after else words
            cause = np.int64(-1)
            if ends and not _ends_in_mark(out, free, end):
                cause = NO_TERMINAL_MARK
            elif words < fewest:
                cause = TOO_FEW_WORDS
            else:
                cause = _judge(_find(out, free, end, firsts, seconds, phrases), row)
            if cause < 0:
                row[KEPT_LINES] += 1
                sources[line] = first if end - free == last - first else CHANGED
                targets[line] = free
                line += 1
                out[end] = 10
                free = end + 1
            else:
                _count_removed(row, cause, out, free, end)
                gone = note_line(spans, causes, gone, first, last, number, cause)
        free = _strip(out, begin, free, point)
        new_offsets[document + 1] = free


@njit(nogil=True, cache=True, _nrt=False)
def _count_removed(row, cause, text, a, b):  # type: ignore[no-untyped-def]
    row[REMOVED_LINES + cause] += 1
    row[REMOVED_CHARS + cause] += count_chars(text, a, b)


@njit(nogil=True, cache=True, _nrt=False)
def _copy(data, i, stop, out, free, has_bracket, point, citations):  # type: ignore[no-untyped-def]
    """Copy a line without its citations; return where it ends."""
    if not has_bracket:
        source, target = np.uint64(i), np.uint64(free)
        for k in range(np.uint64(stop - i)):  # unsigned, else LLVM copies byte by byte
            out[target + k] = data[source + k]
        return free + stop - i
    while i < stop:
        width = _citation(data, i, stop, point, citations) if data[i] == _OPEN else np.int64(0)
        if width == 0:
            out[free] = data[i]
            free += 1
        i += max(width, 1)
    return free


@njit(nogil=True, cache=True, _nrt=False)
def _citation(data, i, stop, point, citations):  # type: ignore[no-untyped-def]
    """Measure the citation at i in bytes; 0 for none."""
    k = i + 1
    while k < stop:
        character, width = decode(data, k)
        if not point[character] & DIGIT:
            break
        k += width
    if k < stop and data[k] == _CLOSE:
        return k + 1 - i
    for number in range(len(citations)):
        k = np.int64(0)
        while citations[number, k] and i + k < stop and data[i + k] == citations[number, k]:
            k += 1
        if citations[number, k] == 0:
            return k
    return 0


@njit(nogil=True, cache=True, _nrt=False)
def _has_long_word(text, i, stop, point):  # type: ignore[no-untyped-def]
    chars, longest = 0, 0
    while i < stop:
        character, width = decode(text, i)
        chars = 0 if point[character] & SPACE else chars + 1
        longest = max(longest, chars)
        i += width
    return longest > LONGEST_WORD


@njit(nogil=True, cache=True, _nrt=False)
def _count_words(text, i, stop, point):  # type: ignore[no-untyped-def]
    words, inside = 0, False
    while i < stop:
        character, width = decode(text, i)
        solid = not point[character] & SPACE
        words += solid and not inside
        inside = solid
        i += width
    return words


@njit(nogil=True, cache=True, _nrt=False)
def _judge(said, row):  # type: ignore[no-untyped-def]
    """Return why a line goes that says this, or -1; count it where it condemns the document."""
    if said & (1 << _LOREM):
        row[LOREM_IPSUM_LINES] += 1
        return -1
    if said & (1 << _SCRIPT):
        return JAVASCRIPT
    if said & (1 << _BRACE):
        row[BRACE_LINES] += 1
        return -1
    return POLICY if said & (1 << _POLICY) else -1


@njit(nogil=True, cache=True, _nrt=False)
def _ends_in_mark(text, a, b):  # type: ignore[no-untyped-def]
    if a == b:
        return False
    last = text[b - 1]
    if last == _DOT:
        return not (b - a >= 3 and text[b - 2] == _DOT and text[b - 3] == _DOT)
    return last == _QUESTION or last == _EXCLAMATION or last == _QUOTE


@njit(nogil=True, cache=True, _nrt=False)
def _find(text, a, b, firsts, seconds, phrases):  # type: ignore[no-untyped-def]
    """Return the bits of what a line says."""
    said, before = 0, np.uint8(1 << len(_PAIRS))
    for i in range(np.uint64(a), np.uint64(b)):
        value = text[i]
        if seconds[value] & before:
            said |= (
                1 << _BRACE if value == _CURLY else _phrases_at(text, a, b, np.int64(i), phrases)
            )
        before = firsts[value]
    return said


@njit(nogil=True, cache=True, _nrt=False)
def _phrases_at(text, a, b, i, phrases):  # type: ignore[no-untyped-def]
    """Return the bits of the phrases whose pair ends at i."""
    said = 0
    for number in range(len(phrases)):
        k, start = 2, i - np.int64(phrases[number, 0]) - 2
        while k < 16 and phrases[number, k] and a <= start + k < b:
            value = text[start + k]
            if (value | 0x20 if 65 <= value <= 90 else value) != phrases[number, k]:
                break
            k += 1
        if k == 16 or phrases[number, k] == 0:
            said |= 1 << phrases[number, 1]
    return said


@njit(nogil=True, cache=True, _nrt=False)
def _strip(text, begin, end, point):  # type: ignore[no-untyped-def]
    """Strip [begin, end) of white space in place; return the new end."""
    while begin < end:
        last = step_back(text, end)
        character, _ = decode(text, last)
        if not point[character] & SPACE:
            break
        end = last
    i = begin
    while i < end:
        character, width = decode(text, i)
        if not point[character] & SPACE:
            break
        i += width
    if i > begin:
        for k in range(end - i):
            text[begin + k] = text[i + k]
    return end - (i - begin)
