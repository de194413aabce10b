"""Remains of HTML in text: tags, character references, attributes that have lost their tag.

Names are those of the HTML Living Standard (elements with the obsolete ones of its section 16,
attributes) and of HTML 4's character references. Text about HTML has them as well: a count tells
that they are there, not that a parser has failed.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from html.entities import name2codepoint
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

ELEMENTS = (
    "a abbr acronym address applet area article aside audio b base basefont bdi bdo big blink "
    "blockquote body br button canvas caption center cite code col colgroup data datalist dd del "
    "details dfn dialog dir div dl dt em embed fieldset figcaption figure font footer form frame "
    "frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label legend "
    "li link main map mark marquee menu meta meter nav nobr noframes noscript object ol optgroup "
    "option output p param picture pre progress q rp rt ruby s samp script search section select "
    "slot small source span strike strong style sub summary sup svg table tbody td template "
    "textarea tfoot th thead time title tr track tt u ul var video wbr"
)
ATTRIBUTES = (
    "align alt bgcolor border cellpadding cellspacing class colspan content height href id name "
    "onclick onload rel rowspan src srcset style tabindex target title type valign value width"
)
LONGEST_TAG = 1000
"""Bytes of a tag at most; a ``<`` without its ``>`` costs no more than that."""
_LONGEST_NAME, _DIGITS = 12, 7
_OFFSET, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)  # FNV-1a, 64 bits


class Names(NamedTuple):
    """Sorted hashes of names: elements and attributes in lower case, references as they are."""

    elements: npt.NDArray[np.uint64]
    attributes: npt.NDArray[np.uint64]
    references: npt.NDArray[np.uint64]


@cache
def html_names() -> Names:
    """Make the tables, once per process."""
    return Names(
        _hashes(ELEMENTS.split()), _hashes(ATTRIBUTES.split()), _hashes({*name2codepoint, "apos"})
    )


def _hashes(names: Iterable[str]) -> npt.NDArray[np.uint64]:
    found = []
    for name in names:
        value = int(_OFFSET)
        for byte in name.encode():
            value = (value ^ byte) * int(_PRIME) % (1 << 64)
        found.append(value)
    table = np.array(sorted(found), np.uint64)
    table.setflags(write=False)
    return table


@njit(nogil=True, cache=True, _nrt=False)
def tag_end(data, i, stop, elements):  # type: ignore[no-untyped-def]
    """Return where the tag that begins at a ``<`` ends, or i where there is none.

    ``<name>``, ``</name>``, ``<name/>``, ``<name … = …>`` without another ``<``, ``<!--`` and
    ``<!doctype``.
    """
    if i + 1 < stop and data[i + 1] == 33:  # !
        return _declaration(data, i, stop)
    j = i + 2 if i + 1 < stop and data[i + 1] == 47 else i + 1  # /
    end = _name_end(data, j, stop)
    if end == j or not _known(elements, _hash(data, j, end)):
        return i
    assigned, most = False, min(stop, i + LONGEST_TAG)
    spaced = end < stop and (data[end] == 32 or 9 <= data[end] <= 13)
    bare = True  # nothing but white space and a stroke so far
    while end < most and data[end] != 62:
        value = data[end]
        if value == 60:
            return i
        assigned |= value == 61
        bare &= value == 32 or value == 47 or 9 <= value <= 13
        end += 1
    if end >= most or not (bare or (spaced and assigned)):
        return i
    return end + 1


@njit(nogil=True, cache=True, _nrt=False)
def _declaration(data, i, stop):  # type: ignore[no-untyped-def]
    if i + 3 < stop and data[i + 2] == 45 and data[i + 3] == 45:
        return i + 4
    end = _name_end(data, i + 2, stop)
    is_doctype = end - i == 9 and _hash(data, i + 2, end) == _DOCTYPE
    return end if is_doctype else i


@njit(nogil=True, cache=True, _nrt=False)
def _name_end(data, i, stop):  # type: ignore[no-untyped-def]
    """Return where a name of letters and digits ends; i where it begins otherwise or is long."""
    j = i
    while j < stop and j - i <= _LONGEST_NAME:
        lower = data[j] | 0x20
        if not (97 <= lower <= 122 or (j > i and 48 <= data[j] <= 57)):
            return j
        j += 1
    return j if j - i <= _LONGEST_NAME else i


@njit(nogil=True, cache=True, _nrt=False)
def reference_end(data, i, stop, references):  # type: ignore[no-untyped-def]
    """Return where the character reference at an ``&`` ends behind its ``;``, or i for none."""
    if i + 2 < stop and data[i + 1] == 35:  # #
        is_hex = data[i + 2] | 0x20 == 120
        j = i + 3 if is_hex else i + 2
        end = j
        while end < stop and end - j <= _DIGITS and _is_digit(data[end], is_hex):
            end += 1
        fits = 0 < end - j <= (_DIGITS - 1 if is_hex else _DIGITS)
        return end + 1 if fits and end < stop and data[end] == 59 else i
    end = _name_end(data, i + 1, stop)
    if end == i + 1 or end >= stop or data[end] != 59:
        return i
    value = _OFFSET
    for k in range(i + 1, end):
        value = (value ^ np.uint64(data[k])) * _PRIME
    return end + 1 if _known(references, value) else i


@njit(nogil=True, cache=True, _nrt=False)
def _is_digit(value, is_hex):  # type: ignore[no-untyped-def]
    return 48 <= value <= 57 or (is_hex and 97 <= value | 0x20 <= 102)


@njit(nogil=True, cache=True, _nrt=False)
def is_attribute(data, start, i, stop, attributes):  # type: ignore[no-untyped-def]
    """Say whether at ``=`` stands the name of an attribute, white space or a quote before it."""
    if i + 1 >= stop or (data[i + 1] != 34 and data[i + 1] != 39):
        return False
    j = i
    while j > start and i - j <= _LONGEST_NAME and 97 <= data[j - 1] | 0x20 <= 122:
        j -= 1
    before = data[j - 1] if j > start else np.uint8(32)
    apart = before == 32 or before == 34 or before == 39 or 9 <= before <= 13
    return j < i and apart and _known(attributes, _hash(data, j, i))


@njit(nogil=True, cache=True, _nrt=False)
def _hash(data, a, b):  # type: ignore[no-untyped-def]
    """Hash a name of letters and digits in lower case."""
    value = _OFFSET
    for k in range(a, b):
        byte = data[k]
        value = (value ^ np.uint64(byte | 0x20 if 65 <= byte <= 90 else byte)) * _PRIME
    return value


@njit(nogil=True, cache=True, _nrt=False)
def _known(table, value):  # type: ignore[no-untyped-def]
    """Look a hash up in a sorted table."""
    low, high = 0, len(table)
    while low < high:
        middle = (low + high) // 2
        if table[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low < len(table) and table[low] == value


_DOCTYPE = _hashes(["doctype"])[0]
