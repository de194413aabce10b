"""Cut one chunk, a run of characters without white space, by rules on its characters.

A chunk is an array of units, one per character with its marks: the code point in the upper bits,
the class bits in the lower 16. The rules set `CUT` where a token starts: first peel marks off the
front, then off the end, one at a time; then cut inside, unless what is left is a link or a mail
address.

The functions run once for every few words, where passing and reference-counting arrays would cost
more than the work: so they are forced inline and, as they allocate nothing, built without numba's
reference counting (``_nrt=False``, as numba builds its own string functions).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from corpuskit.kernels.token_classes import (
    ARITHMETIC,
    CURRENCY,
    CUT,
    DIGIT,
    HYPHEN,
    ICON,
    KEPT_CHARS,
    LINK,
    LOWER,
    MARK,
    PREFIX,
    SPACE,
    SPACELESS,
    SUFFIX,
    UPPER,
)
from corpuskit.kernels.unicode import decode

OFFSET, PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)  # FNV-1a, 64 bits
POINT = 16  # shift of the code point in a unit
_LETTER, _WORD = LOWER | UPPER, LOWER | UPPER | DIGIT
_DOT, _APOSTROPHE, _PLUS, _MINUS, _PERCENT = (ord(c) for c in ".'+-%")
_AT, _COLON, _COMMA, _SLASH, _QUESTION, _NUMBER, _UNDERSCORE = (ord(c) for c in "@:,/?#_")
_N, _T, _S, _D, _M, _L, _E, _R, _V = (ord(c) for c in "ntsdmlerv")
_LONGEST_LABEL = 64  # of a host name: longer ones are cut inside
_CAPITAL_S, _QUOTE = ord("S"), ord("’")


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def has_string(kept, value):  # type: ignore[no-untyped-def]
    """Look a hash up in the set of strings that stay whole."""
    slot = value & np.uint64(511)
    while kept[slot] != np.uint64(0):
        if kept[slot] == value:
            return True
        slot = (slot + np.uint64(1)) & np.uint64(511)
    return False


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def read_chunk(data, i, stop, classes, units, places):  # type: ignore[no-untyped-def]
    """Read units up to white space or a lone character; `places` get their first bytes.

    Returns how many there are and how many of them are no letters.
    """
    count, others = 0, 0
    while i < stop:
        point, width = decode(data, i)
        bits = np.int64(classes[point])
        if count == 0 or not bits & MARK:
            if bits & (SPACE | SPACELESS):
                break
            units[count], places[count] = bits | (point << POINT), i
            others += 0 if bits & _LETTER else 1
            count += 1
        i += width
    places[count] = i
    units[0] |= CUT
    return count, others


@njit(nogil=True, cache=True, _nrt=False)
def cut_chunk(units, count, kept):  # type: ignore[no-untyped-def]
    """Set CUT on every unit that starts a token."""
    first, last = _peel_prefixes(units, count, kept), count
    while last > first:
        width = _suffix(units, first, last, kept)
        if width == 0:
            break
        last -= width
        units[last] |= CUT
    whole = last - first < 3 or _is_kept(units, first, last, kept)  # Ph.D., and/or
    whole = whole or _is_link(units, first, last)
    if not whole:
        k = first
        while k < last:
            width = _infix(units, first, k, last)
            if width > 0:
                units[k] |= CUT
                k += width
                units[k] |= CUT if k < last else 0
            else:
                k += 1


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _peel_prefixes(units, count, kept):  # type: ignore[no-untyped-def]
    """Peel marks off the front; return the first unit that is left."""
    first = np.int64(0)
    while first < count:
        point, following = units[first] >> POINT, np.int64(0)
        if first + 1 < count:
            following = units[first + 1]
        if point == _DOT and following >> POINT == _DOT:
            while first < count and units[first] >> POINT == _DOT:
                first += 1
        else:
            is_sign = point == _PLUS and following & DIGIT
            if not units[first] & PREFIX or is_sign:
                break
            if point == _APOSTROPHE and _is_kept(units, first, count, kept):
                break
            first += 1
        if first < count:
            units[first] |= CUT
    return first


@njit(nogil=True, cache=True, _nrt=False)
def _is_kept(units, first, last, kept):  # type: ignore[no-untyped-def]
    """Say whether these units are one of the strings that stay whole."""
    if last - first > KEPT_CHARS:
        return False
    value = OFFSET
    for k in range(first, last):
        value = (value ^ np.uint64(units[k] >> POINT)) * PRIME
    return has_string(kept, value)


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _suffix(units, first, last, kept):  # type: ignore[no-untyped-def]
    """Count the units of the next token to peel off the end; 0 for none."""
    end, width = units[last - 1], 1
    if end & SUFFIX:
        return 1
    if last - first < 2:
        return 0
    before = units[last - 2]
    previous = before >> POINT
    if end >> POINT == _DOT:
        while last - width > first and units[last - width - 1] >> POINT == _DOT:
            width += 1
        if width > 1:
            return width
        is_end = before & (LOWER | DIGIT | SUFFIX) or previous == _PERCENT
        is_end = is_end or previous == _PLUS or previous == _MINUS
        if not is_end and before & UPPER and last - first > 2:
            is_end = units[last - 3] & UPPER
        return 1 if is_end and not _is_kept(units, first, last, kept) else 0
    if before & DIGIT and (end & CURRENCY or end >> POINT == _PERCENT or end >> POINT == _PLUS):
        return 1
    if not end & _LETTER:
        return 0
    width = _clitic(units, first, last)
    if width > 0:
        return width
    width = 1
    while width < 4 and last - width > first and units[last - width - 1] & _LETTER:
        width += 1
    if last - width > first and units[last - width - 1] & DIGIT:
        return width if _is_kept(units, last - width, last, kept) else 0
    return 0


@njit(nogil=True, cache=True, _nrt=False)
def _clitic(units, first, last):  # type: ignore[no-untyped-def]
    """Count the units of 's, 'd, 'm, n't, 'll, 're or 've at the end; 0 for none."""
    end, before = units[last - 1] >> POINT, units[last - 2] >> POINT
    if before == _APOSTROPHE or before == _QUOTE:
        if end == _S or end == _CAPITAL_S or end == _D or end == _M:
            return 2
        is_not = end == _T and last - first > 3 and units[last - 3] >> POINT == _N
        return 3 if is_not and units[last - 4] & _LETTER else 0
    if last - first < 4:
        return 0
    mark = units[last - 3] >> POINT
    is_pair = (end == _E and (before == _V or before == _R)) or (end == _L and before == _L)
    return 3 if is_pair and (mark == _APOSTROPHE or mark == _QUOTE) else 0


@njit(nogil=True, cache=True, _nrt=False)
def _is_link(units, first, last):  # type: ignore[no-untyped-def]
    """Say whether these units are a link, a host name or a mail address.

    All of them: a link behind a word and a bracket, as in Markdown, is none.
    """
    if _is_host(units, first, last):
        return True
    scheme = True
    for k in range(first + 1, last - 1):
        point = units[k] >> POINT
        if point == _AT:
            return _is_host(units, k + 1, last)
        scheme = scheme and _in_scheme(units[k - 1])
        if point == _COLON and scheme and k + 3 < last and k > first + 1:
            if units[k + 1] >> POINT == _SLASH and units[k + 2] >> POINT == _SLASH:
                if _is_host(units, k + 3, last):
                    return True
    return False


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _in_scheme(unit):  # type: ignore[no-untyped-def]
    """Say whether a unit may stand before ://."""
    point = unit >> POINT
    name = (unit & _WORD) > 0 or point == _DOT or point == _UNDERSCORE
    return name or point == _PLUS or point == _MINUS


@njit(nogil=True, cache=True, _nrt=False)
def _is_host(units, first, last):  # type: ignore[no-untyped-def]
    """Say whether labels with dots between stand here, the last in lower case, then a path."""
    labels, length, lowers, point, k = 0, 0, 0, np.int64(0), first
    while k < last:
        point = units[k] >> POINT
        inside = length > 0 and (point == _MINUS or point == _UNDERSCORE)
        if units[k] & _WORD or inside:
            length += 1
            lowers += 1 if units[k] & LOWER else 0
        elif point == _DOT and length > 0 and length <= _LONGEST_LABEL and units[k - 1] & _WORD:
            labels += 1
            length, lowers = 0, 0
        else:
            break
        k += 1
    if labels == 0 or length < 2 or lowers < length:
        return False
    if k == last or point == _SLASH or point == _QUESTION or point == _NUMBER:
        return True
    return point == _COLON and k + 1 < last and (units[k + 1] & DIGIT) > 0


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _infix(units, first, k, last):  # type: ignore[no-untyped-def]
    """Count the units of the joining mark that starts at unit k; 0 for none."""
    unit, point, width = units[k], units[k] >> POINT, 1
    if unit & _WORD:
        return 0
    if unit & ICON:
        return 1
    if point == _DOT or unit & HYPHEN:
        while k + width < last and units[k + width] >> POINT == point:
            width += 1
        if point == _DOT and width > 1:
            return width
    if k == first or k + width >= last:
        return 0
    before, after = units[k - 1], units[k + width]
    if unit & ARITHMETIC and width == 1 and before & DIGIT:
        if after & DIGIT or after >> POINT == _MINUS:
            return 1
    if point == _DOT:
        return 1 if before & LOWER and after & UPPER else 0
    if not after & _LETTER:
        return 0
    if point == _COMMA:
        return 1 if before & _LETTER else 0
    return width if before & _WORD and unit & (HYPHEN | LINK) and width <= 3 else 0
