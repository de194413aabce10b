"""RefinedWeb's line-wise corrections: take lines out, cut phrases of pages, count what and why.

The numbers are those of DCLM's re-implementation, since the paper prints none. A line is what lies
between line feeds, as it stands. It goes for the first cause of: more than half of its characters
are upper case, all are digits, it is a counter ("3 likes"), it has fewer than two words. Empty
lines stay. Out of a line of at most ten words three phrases are cut, each with the white space
before it ("items in cart" anywhere, "read more" and three characters at the end) or behind it
("sign-in" at the start); a line of which nothing is left goes.

The page is stripped first, its first line left once more before the phrases, the whole at the end.
DCLM strips between all of its steps: that can move a phrase on the first or last line alone.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.kept_lines import CHANGED, Cut, note_line, removed_lines
from corpuskit.kernels.line_classes import SPACE
from corpuskit.kernels.line_parts import count_chars, step_back, trim, trim_start
from corpuskit.kernels.python_classes import ALNUM, DECIMAL, UPPER, python_points
from corpuskit.kernels.unicode import decode, unicode_tables

CAUSES = ("uppercase", "digits", "counter", "one_word", "items_in_cart", "read_more", "sign_in")
UPPERCASE, DIGITS, COUNTER, ONE_WORD, ITEMS_IN_CART, READ_MORE, SIGN_IN = range(7)
EDITS = CAUSES[ITEMS_IN_CART:]
# Columns of the counts: lines removed, characters removed, by cause; lines cut, by phrase; then
# lines left that are not blank.
REMOVED_LINES, REMOVED_CHARS, EDITED_LINES, KEPT_LINES, COLUMNS = 0, 7, 14, 17, 18

MOST_UPPERCASE, MOST_DIGITS = 0.5, 0.999999
FEWEST_WORDS, MOST_WORDS_TO_EDIT = 2, 10
PHRASES = ("items in cart", "read more", "sign-in")
_READ_MORE_BYTES = len(PHRASES[1])
AFTER_READ_MORE = 3  # any characters: the dots of the published pattern are wildcards
COUNTED = (
    "likes", "shares", "comments", "retweets", "reposts", "quotes", "bookmarks", "upvotes",
    "downvotes", "downloads", "views", "followers",
)  # fmt: skip
_THOUSANDS = (ord("k"), ord("m"), ord("b"))
_DOT, _COMMA, _UNDERSCORE, _NEWLINE = (ord(c) for c in ".,_\n")


class Tables(NamedTuple):
    """What the kernel looks up; all arrays are read-only.

    point : uint8 (0x110000,), bits of `python_points`.
    lower : int32 (0x110000,), lower-case code points.
    counted : uint8 (12, 10), the bytes of `COUNTED`, then zeros.
    phrases : uint8 (3, 14), the bytes of `PHRASES`, then zeros.
    """

    point: npt.NDArray[np.uint8]
    lower: npt.NDArray[np.int32]
    counted: npt.NDArray[np.uint8]
    phrases: npt.NDArray[np.uint8]


def correct_lines(buffer: TextBuffer) -> Cut:
    """Take lines and phrases out of every document; `counts` as named above."""
    counts = np.zeros((len(buffer), COLUMNS), np.int64)
    offsets = np.zeros(len(buffer.offsets), np.int64)
    lines = np.zeros(len(buffer.offsets), np.int64)
    first, last = int(buffer.offsets[0]), int(buffer.offsets[-1])
    out = np.empty(last - first + 1, np.uint8)
    most = int(np.count_nonzero(buffer.data[first:last] == _NEWLINE)) + len(buffer)
    places = np.empty(most, np.int64), np.empty(most, np.int64)
    spans, causes = np.empty((3, most), np.int64), np.empty(most, np.uint8)
    _correct(*buffer, *tables(), offsets, out, counts, lines, *places, spans, causes)
    data = out[: offsets[-1]]
    for array in (offsets, data):
        array.setflags(write=False)
    sources, targets = (place[: lines[-1]] for place in places)
    gone = counts[:, REMOVED_LINES : REMOVED_LINES + len(CAUSES)].sum(axis=1)
    taken = removed_lines(gone, spans, causes)
    return Cut(TextBuffer(offsets, data), counts, lines, sources, targets, taken)


@cache
def tables() -> Tables:
    """Make the tables, once per process."""
    counted = np.zeros((len(COUNTED), 10), np.uint8)
    phrases = np.zeros((len(PHRASES), 14), np.uint8)
    for table, strings in ((counted, COUNTED), (phrases, PHRASES)):
        for row, string in zip(table, strings, strict=True):
            row[: len(string)] = list(string.encode())
        table.setflags(write=False)
    return Tables(python_points(), unicode_tables().lower, counted, phrases)


@njit(nogil=True, cache=True, _nrt=False)
def _correct(  # type: ignore[no-untyped-def]
    offsets, data, point, lower, counted, phrases,
    new_offsets, out, counts, lines, sources, targets, spans, causes,
):  # fmt: skip
    free, line = np.int64(0), np.int64(0)  # where the next line goes, and its number
    gone = np.int64(0)  # lines taken out
    for document in range(len(offsets) - 1):
        begin, row = free, counts[document]
        i, stop = trim(data, offsets[document], offsets[document + 1], point)
        number = _feeds(data, offsets[document], i)
        while i < stop:
            number += 1
            source, (i, chars, upper, digits, words) = i, _read(data, i, stop, point)
            end, i = i, i + 1
            if end == source and free == begin:
                continue  # nothing stands before this empty line
            if end > source:
                cause = _fault(
                    data, source, end, chars, upper, digits, words, point, lower, counted
                )
                if cause >= 0:
                    row[REMOVED_LINES + cause] += 1
                    row[REMOVED_CHARS + cause] += chars
                    gone = _note(spans, causes, gone, data, source, end, point, number, cause)
                    continue
                if free == begin:
                    source = trim_start(data, source, end, point)
            last = _copy(data, source, end, out, free)
            if 0 < words <= MOST_WORDS_TO_EDIT:
                last, cause = _edit(out, free, last, free == begin, point, phrases, row)
                if last == free:
                    gone = _note(spans, causes, gone, data, source, end, point, number, cause)
                    continue
            row[KEPT_LINES] += end > source
            sources[line] = source if last - free == end - source else CHANGED
            targets[line] = free
            line += 1
            out[last] = _NEWLINE
            free = last + 1
        _, free = trim(out, begin, free, point)
        while line > lines[document] and targets[line - 1] >= free:
            line -= 1  # empty lines at the end
        new_offsets[document + 1], lines[document + 1] = free, line


@njit(nogil=True, cache=True, _nrt=False)
def _note(spans, causes, gone, data, a, b, point, number, cause):  # type: ignore[no-untyped-def]
    first, last = trim(data, a, b, point)
    return note_line(spans, causes, gone, first, last, number, cause)


@njit(nogil=True, cache=True, _nrt=False)
def _feeds(data, a, b):  # type: ignore[no-untyped-def]
    feeds = np.int64(0)
    for i in range(a, b):
        feeds += data[i] == _NEWLINE
    return feeds


@njit(nogil=True, cache=True, _nrt=False)
def _read(data, i, stop, point):  # type: ignore[no-untyped-def]
    """Read up to a line feed: its place, characters, upper-case ones, digits, words."""
    chars, upper, digits, words = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
    was_space = True
    while i < stop:
        character, width = np.int64(data[np.uint64(i)]), np.int64(1)
        if character == _NEWLINE:
            break
        if character >= 0x80:
            character, width = decode(data, i)
        bits = point[np.uint64(character)]
        is_space = (bits & SPACE) != 0
        upper += (bits & UPPER) != 0
        digits += (bits & DECIMAL) != 0
        words += was_space & (not is_space)
        was_space = is_space
        chars += 1
        i += width
    return i, chars, upper, digits, words


@njit(nogil=True, cache=True, _nrt=False)
def _fault(data, a, b, chars, upper, digits, words, point, lower, counted):  # type: ignore[no-untyped-def]
    """Return why a line that is not empty goes, or -1."""
    if upper / chars > MOST_UPPERCASE:
        return UPPERCASE
    if digits / chars > MOST_DIGITS:
        return DIGITS
    if digits > 0 and _is_counter(data, a, b, point, lower, counted):
        return COUNTER
    return ONE_WORD if words < FEWEST_WORDS else -1


@njit(nogil=True, cache=True, _nrt=False)
def _is_counter(data, i, b, point, lower, counted):  # type: ignore[no-untyped-def]
    """Say whether a line is a number, perhaps k, m or b, a space, and one of the counted words."""
    i = _skip_others(data, i, b, point)
    first = i
    while i < b:
        character, width = decode(data, i)
        is_mark = i > first and (character == _DOT or character == _COMMA)
        if not (point[character] & DECIMAL or is_mark):
            break
        i += width
    if i == first or i == b:
        return False
    character, width = decode(data, i)
    character = lower[character]
    if character == _THOUSANDS[0] or character == _THOUSANDS[1] or character == _THOUSANDS[2]:
        i += width
    word = trim_start(data, i, b, point)
    if word == i:
        return False
    for number in range(len(counted)):
        end = _lower_match(data, word, b, counted[number], lower)
        if end > 0 and _skip_others(data, end, b, point) == b:
            return True
    return False


@njit(nogil=True, cache=True, _nrt=False)
def _skip_others(data, i, b, point):  # type: ignore[no-untyped-def]
    """Pass over what is neither alphanumeric nor an underscore."""
    while i < b:
        character, width = decode(data, i)
        if point[character] & ALNUM or character == _UNDERSCORE:
            break
        i += width
    return i


@njit(nogil=True, cache=True, _nrt=False)
def _lower_match(data, i, b, word, lower):  # type: ignore[no-untyped-def]
    """Return where a word ends that stands at i in any case; 0 for none."""
    k = 0
    while k < len(word) and word[k]:
        if i >= b:
            return np.int64(0)
        character, width = decode(data, i)
        if lower[character] != word[k]:
            return np.int64(0)
        i, k = i + width, k + 1
    return i


@njit(nogil=True, cache=True, _nrt=False)
def _copy(data, i, stop, out, free):  # type: ignore[no-untyped-def]
    source, target = np.uint64(i), np.uint64(free)
    for k in range(np.uint64(stop - i)):  # unsigned, else LLVM copies byte by byte
        out[target + k] = data[source + k]
    return free + stop - i


@njit(nogil=True, cache=True, _nrt=False)
def _edit(text, a, b, is_first, point, phrases, row):  # type: ignore[no-untyped-def]
    """Cut the phrases out of the line [a, b) in place; return its end and the last phrase cut.

    The end is a where nothing is left.
    """
    before, cut = b, np.int64(-1)
    for k in range(len(phrases)):
        if k == 0:
            end, chars = _cut_everywhere(text, a, b, point, phrases[k])
        elif k == 1:
            end, chars = _cut_at_end(text, a, b, point, phrases[k])
        else:
            end, chars = _cut_at_start(text, a, b, point, phrases[k])
        if end < b:
            row[EDITED_LINES + k] += 1
            row[REMOVED_CHARS + ITEMS_IN_CART + k] += chars
            cut, b = ITEMS_IN_CART + k, end
    if b == before:
        return b, cut
    first = trim_start(text, a, b, point)
    if first == b:
        row[REMOVED_LINES + cut] += 1
        row[REMOVED_CHARS + cut] += count_chars(text, a, b)
        return a, cut
    if is_first:
        b = _copy(text, first, b, text, a)
    return b, cut


@njit(nogil=True, cache=True, _nrt=False)
def _phrase_at(text, i, b, phrase):  # type: ignore[no-untyped-def]
    """Measure a phrase that stands at i, upper-case ASCII being lower case; 0 for none."""
    k = 0
    while phrase[k]:
        if i + k >= b:
            return 0
        value = text[i + k]
        if (value | 0x20 if 65 <= value <= 90 else value) != phrase[k]:
            return 0
        k += 1
    return k


@njit(nogil=True, cache=True, _nrt=False)
def _space_before(text, a, i, point):  # type: ignore[no-untyped-def]
    """Return where one white space right before i starts; i where there is none."""
    if i == a:
        return i
    last = step_back(text, i)
    character, _ = decode(text, last)
    return last if point[character] & SPACE else i


@njit(nogil=True, cache=True, _nrt=False)
def _cut_everywhere(text, a, b, point, phrase):  # type: ignore[no-untyped-def]
    """Cut a phrase wherever it stands, with one white space before; (end, characters cut)."""
    i, free, chars, begin = a, a, np.int64(0), a  # begin: what stands behind the last cut
    while i < b:
        length = _phrase_at(text, i, b, phrase)
        if length == 0:
            text[free] = text[i]
            free, i = free + 1, i + 1
            continue
        start = _space_before(text, begin, free, point)
        chars += length + (start < free)
        free, i = start, i + length
        begin = free
    return free, chars


@njit(nogil=True, cache=True, _nrt=False)
def _cut_at_end(text, a, b, point, phrase):  # type: ignore[no-untyped-def]
    """Cut a phrase and the last characters behind it, with one white space before."""
    i = b
    for _ in range(AFTER_READ_MORE):
        if i > a:
            i = step_back(text, i)
    length = _READ_MORE_BYTES
    if i - a < length or count_chars(text, i, b) < AFTER_READ_MORE:
        return b, np.int64(0)
    i -= length
    if _phrase_at(text, i, b, phrase) == 0:
        return b, np.int64(0)
    start = _space_before(text, a, i, point)
    return start, np.int64(length + AFTER_READ_MORE + (start < i))


@njit(nogil=True, cache=True, _nrt=False)
def _cut_at_start(text, a, b, point, phrase):  # type: ignore[no-untyped-def]
    """Cut a phrase off the start, with one white space behind."""
    length = _phrase_at(text, a, b, phrase)
    if length == 0:
        return b, np.int64(0)
    i, chars = a + length, np.int64(length)
    if i < b:
        character, width = decode(text, i)
        if point[character] & SPACE:
            i, chars = i + width, chars + 1
    return _copy(text, i, b, text, a), chars
