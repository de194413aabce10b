"""Find the records of a stream of bytes: JSON lines, text lines, CSV rows.

The JSON kernel is no parser. It marks every line that a permissive parser could misread
without saying so (no text, a text that is not a string, an escaped key, half of a surrogate
pair, deep nesting); such lines are read by a strict parser, one by one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

MAX_DEPTH = 100
"""Lines nested deeper are refused: nobody's document, and a danger to recursive parsers."""

AT_FIELD, UNQUOTED, QUOTED, AFTER_QUOTE = 0, 1, 2, 3
"""Where a CSV scan is: at a field's start, in a plain field, in quotes, behind a quote."""

_NEWLINE, _RETURN, _SPACE, _TAB, _COMMA, _COLON = 10, 13, 32, 9, 44, 58
_QUOTE, _BACKSLASH, _U, _BRACE, _BRACE_END, _BRACKET, _BRACKET_END = 34, 92, 117, 123, 125, 91, 93
_A, _B, _C, _D, _F, _DIGIT_0, _DIGIT_7, _DIGIT_8, _DIGIT_9 = 97, 98, 99, 100, 102, 48, 55, 56, 57
_LOWER = 32  # sets the bit that makes an ASCII letter lower-case, and leaves a digit as it is


@njit(nogil=True, cache=True)
def _equals(data: Bytes, start: int, stop: int, key: Bytes) -> bool:
    if stop - start != len(key):
        return False
    same = True
    for i in range(len(key)):
        same = same and data[start + i] == key[i]
    return same


@njit(nogil=True, cache=True)
def _count_newlines(data: Bytes) -> int:
    count = 0
    for byte in data:
        count += byte == _NEWLINE
    return count


@njit(nogil=True, cache=True)
def _escape_bytes(data: Bytes, at: int) -> int:
    """Bytes to step over from the backslash at `at`; negative for half of a surrogate pair."""
    n = len(data)
    if at + 1 >= n or data[at + 1] == _NEWLINE:
        return 1
    if data[at + 1] != _U or at + 5 >= n or (data[at + 2] | _LOWER) != _D:
        return 2
    third = data[at + 3] | _LOWER
    if _DIGIT_0 <= third <= _DIGIT_7:  # U+D000..U+D7FF are letters
        return 2
    if third not in (_DIGIT_8, _DIGIT_9, _A, _B) or at + 9 >= n:
        return -2
    if data[at + 6] != _BACKSLASH or data[at + 7] != _U or (data[at + 8] | _LOWER) != _D:
        return -2
    return 8 if _C <= (data[at + 9] | _LOWER) <= _F else -2


@njit(nogil=True, cache=True)
def _string_end(data: Bytes, start: int) -> tuple[int, bool, bool]:
    """Position of the closing quote (or of the line's end), escapes seen?, half pairs seen?"""
    i, n, escaped, half = start, len(data), False, False
    while i < n:
        byte = data[i]
        if byte in (_QUOTE, _NEWLINE):
            return i, escaped, half
        if byte != _BACKSLASH:
            i += 1
            continue
        escaped = True
        step = _escape_bytes(data, i)
        half = half or step < 0
        i += abs(step)
    return n, escaped, half


@njit(nogil=True, cache=True)
def _value_is_string(data: Bytes, at: int) -> bool:
    """Tell whether a colon and an opening quote follow a key that ended before `at`."""
    n = len(data)
    while at < n and (data[at] == _SPACE or data[at] == _TAB or data[at] == _COLON):
        at += 1
    return at < n and data[at] == _QUOTE


@njit(nogil=True, cache=True)
def _json_line(data: Bytes, start: int, key: Bytes) -> tuple[int, bool]:
    """Scan the line from its first visible byte; position of its end, odd?"""
    i, n, depth, odd = start, len(data), 0, data[start] != _BRACE
    found, at_key = False, False
    while i < n and data[i] != _NEWLINE:
        byte = data[i]
        i += 1
        if byte == _QUOTE:
            end, escaped, half = _string_end(data, i)
            odd = odd or half
            if at_key and depth == 1:
                odd = odd or escaped
                if not found and _equals(data, i, end, key):
                    found = True
                    odd = odd or not _value_is_string(data, end + 1)
                at_key = False
            i = end + 1 if end < n and data[end] == _QUOTE else end
        elif byte in (_BRACE, _BRACKET):
            depth += 1
            at_key = byte == _BRACE
            odd = odd or depth > MAX_DEPTH
        elif byte in (_BRACE_END, _BRACKET_END):
            depth -= 1
        elif byte == _COMMA:
            at_key = True
    return i, odd or not found


@njit(nogil=True, cache=True)
def json_lines(data: Bytes, key: Bytes) -> tuple[Ints, Ints, Flags]:
    """Find the lines that are not blank, and those that need a strict parser.

    Parameters
    ----------
    data : uint8 (total,)
        Whole lines; the last one may lack its newline.
    key : uint8 (key_bytes,)
        Name of the text field, UTF-8.

    Returns
    -------
    starts, stops : int64 (lines,)
        Bytes of each line, without its newline.
    odd : bool (lines,)
        False only where the line, if it is JSON at all, is an object whose first field of that
        name is a string, without half surrogate pairs, nested at most `MAX_DEPTH` deep.
    """
    n = len(data)
    room = _count_newlines(data) + 1
    starts, stops = np.empty(room, np.int64), np.empty(room, np.int64)
    odd = np.empty(room, np.bool_)
    count = i = 0
    while i < n:
        start = i
        while i < n and (data[i] == _SPACE or data[i] == _TAB or data[i] == _RETURN):
            i += 1
        if i < n and data[i] != _NEWLINE:
            i, odd[count] = _json_line(data, i, key)
            starts[count], stops[count] = start, i
            count += 1
        i += 1
    return starts[:count], stops[:count], odd[:count]


@njit(nogil=True, cache=True)
def text_lines(data: Bytes) -> tuple[Ints, Ints]:
    """Find the lines that hold more than blanks (space, tab, carriage return).

    Returns
    -------
    starts, stops : int64 (lines,)
        Bytes of each line, without its newline and the carriage return before it.
    """
    n = len(data)
    room = _count_newlines(data) + 1
    starts, stops = np.empty(room, np.int64), np.empty(room, np.int64)
    count = i = 0
    while i < n:
        start, visible = i, False
        while i < n and data[i] != _NEWLINE:
            visible = visible or not (data[i] == _SPACE or data[i] == _TAB or data[i] == _RETURN)
            i += 1
        if visible:
            starts[count] = start
            stops[count] = i - 1 if data[i - 1] == _RETURN else i
            count += 1
        i += 1
    return starts[:count], stops[:count]


@njit(nogil=True, cache=True)
def gather(data: Bytes, starts: Ints, stops: Ints, gap: int) -> tuple[Ints, Bytes]:
    """Copy pieces of `data` behind one another, with `gap` newlines after each.

    Returns
    -------
    offsets : int64 (pieces + 1,)
    out : uint8 (total,)
    """
    offsets = np.zeros(len(starts) + 1, np.int64)
    for i in range(len(starts)):
        offsets[i + 1] = offsets[i] + stops[i] - starts[i] + gap
    out = np.empty(offsets[-1], np.uint8)
    for i in range(len(starts)):
        at, start = offsets[i], starts[i]
        for k in range(stops[i] - start):
            out[at + k] = data[start + k]
        for k in range(offsets[i + 1] - gap, offsets[i + 1]):
            out[k] = _NEWLINE
    return offsets, out


@njit(nogil=True, cache=True)
def csv_step(state: int, byte: int, separator: int) -> int:
    """Advance a CSV scan by one byte that does not end the record."""
    if state == QUOTED:
        return AFTER_QUOTE if byte == _QUOTE else QUOTED
    if byte == separator:
        return AT_FIELD
    if byte == _QUOTE and state != UNQUOTED:
        return QUOTED
    if byte == _RETURN and state != UNQUOTED:
        return state
    return UNQUOTED


@njit(nogil=True, cache=True)
def csv_cut(data: Bytes, state: int, separator: int) -> tuple[int, int, int]:
    """Find where the first and the last record of a block end.

    Parameters
    ----------
    data : uint8 (total,)
    state : int
        What the block before returned; AT_FIELD for the first one.

    Returns
    -------
    first, last : int
        Positions behind the first and the last newline outside quotes, 0 where there is none.
    state : int
        For the next block.
    """
    first = last = 0
    for i in range(len(data)):
        if data[i] == _NEWLINE and state != QUOTED:
            first, last, state = first or i + 1, i + 1, AT_FIELD
        else:
            state = csv_step(state, data[i], separator)
    return first, last, state


@njit(nogil=True, cache=True)
def _set_field(
    data: Bytes, start: int, stop: int, in_quotes: bool, starts: Ints, stops: Ints, column: int
) -> None:
    """Note the bytes of one field; quotes around it, and returns outside them, are left out."""
    if in_quotes:
        while start < stop and data[start] != _QUOTE:
            start += 1
        while stop > start + 1 and data[stop - 1] != _QUOTE:
            stop -= 1
        start, stop = start + 1, max(start + 1, stop - 1)
    starts[column], stops[column] = start, stop


@njit(nogil=True, cache=True)
def _csv_row(
    data: Bytes, start: int, separator: int, starts: Ints, stops: Ints, quoted: Flags
) -> tuple[int, int, int]:
    """Scan one row: where the scan ends, where the row ends, its fields (-1 for a broken one)."""
    n, column, state = len(data), 0, AT_FIELD
    i = begin = start
    broken = in_quotes = False
    while i < n and (data[i] != _NEWLINE or state == QUOTED):
        before, state = state, csv_step(state, data[i], separator)
        in_quotes = in_quotes or (before == AT_FIELD and state == QUOTED)
        broken = broken or (before == AFTER_QUOTE and state == UNQUOTED)
        if before != QUOTED and data[i] == separator:
            if column < len(starts):
                _set_field(data, begin, i, in_quotes, starts, stops, column)
                quoted[column] = in_quotes
            column, begin, in_quotes = column + 1, i + 1, False
        i += 1
    end = i - 1 if i > start and data[i - 1] == _RETURN and state != QUOTED else i
    if column < len(starts):
        _set_field(data, begin, end, in_quotes, starts, stops, column)
        quoted[column] = in_quotes
    return i, end, -1 if broken or state == QUOTED else column + 1


@njit(nogil=True, cache=True)
def csv_rows(
    data: Bytes, separator: int, columns: int
) -> tuple[Ints, Ints, Ints, Ints, Ints, Flags]:
    """Find the rows and fields of whole CSV records (RFC 4180, with a free separator).

    Returns
    -------
    starts, stops : int64 (rows,)
        Bytes of each row without its newline; rows without a byte are left out.
    fields : int64 (rows,)
        Fields of each row; -1 where text follows a closing quote, or a quote never closes.
    field_starts, field_stops : int64 (rows, columns)
        Bytes of the first `columns` fields, without the quotes around them.
    quoted : bool (rows, columns)
        The field stood in quotes: a doubled quote in it means one.
    """
    room = _count_newlines(data) + 1
    starts, stops = np.empty(room, np.int64), np.empty(room, np.int64)
    fields = np.zeros(room, np.int64)
    first, last = np.zeros((room, columns), np.int64), np.zeros((room, columns), np.int64)
    quoted = np.zeros((room, columns), np.bool_)
    n = i = 0
    while i < len(data):
        starts[n] = i
        i, stops[n], fields[n] = _csv_row(data, i, separator, first[n], last[n], quoted[n])
        if stops[n] > starts[n]:
            n += 1
        i += 1
    return starts[:n], stops[:n], fields[:n], first[:n], last[:n], quoted[:n]


@njit(nogil=True, cache=True)
def csv_values(data: Bytes, starts: Ints, stops: Ints, quoted: Flags) -> tuple[Ints, Bytes]:
    """Copy one column's fields behind one another; a doubled quote in quotes becomes one.

    Returns
    -------
    offsets : int64 (rows + 1,)
    out : uint8 (total,)
    """
    offsets = np.zeros(len(starts) + 1, np.int64)
    room = 0
    for row in range(len(starts)):
        room += stops[row] - starts[row]
    out = np.empty(room, np.uint8)
    at = 0
    for row in range(len(starts)):
        i = starts[row]
        while i < stops[row]:
            out[at] = data[i]
            at += 1
            doubled = quoted[row] and data[i] == _QUOTE and i + 1 < stops[row]
            i += 2 if doubled and data[i + 1] == _QUOTE else 1
        offsets[row + 1] = at
    return offsets, out[:at]
