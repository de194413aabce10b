"""Count noise and personal data in every document, in one pass over its bytes.

A table says which bytes may begin something: ``< & = @``, digits, and the first bytes of
characters that are private, replaced, or read with a wrong decoding. All others are passed over.
What counts is told by the kernels that are called there (`mojibake`, `html_remains`,
`personal_numbers`), and here for mail addresses. Patterns are not proof: each docstring names what
else looks the same.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.html_remains import (
    html_names,
    is_attribute,
    reference_end,
    tag_end,
)
from corpuskit.kernels.mojibake import gbk_mixed, western_bytes, western_run
from corpuskit.kernels.personal_numbers import read_number

KINDS = (
    "mojibake", "replacement_char", "private_char", "html_tag", "html_entity", "html_attribute",
    "mail_address", "phone_number", "ip_address", "cn_id_number", "us_id_number", "de_id_number",
)  # fmt: skip
MOJIBAKE, REPLACED, PRIVATE, TAG, ENTITY, ATTRIBUTE, MAIL, PHONE = range(8)
# Behind PHONE as personal_numbers counts them: addresses, then ids.
_DIGIT, _LESS, _AND, _EQUALS, _AT, _WESTERN, _GBK, _SPECIAL, _PLANE = range(1, 10)
_LOCAL_MOST, _LABEL_MOST, _TOP_MOST = 64, 63, 24
FILE_ENDS = ("png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js")
"""Not the last part of a mail address: ``icon@2x.png``."""


@cache
def _classes() -> npt.NDArray[np.uint8]:
    table = np.zeros(256, np.uint8)
    table[48:58] = _DIGIT
    table[[ord(sign) for sign in "<&=@"]] = [_LESS, _AND, _EQUALS, _AT]
    table[0xC3] = _WESTERN
    table[[0xE5, 0xE7, 0xE9]] = _GBK
    table[[0xEE, 0xEF]] = _SPECIAL
    table[[0xF3, 0xF4]] = _PLANE
    table.setflags(write=False)
    return table


def count_noise(buffer: TextBuffer) -> npt.NDArray[np.int64]:
    """Count what `KINDS` names: int64 (n, 12).

    Examples
    --------
    >>> import polars as pl
    >>> from corpuskit.kernels.arrow import text_buffer
    >>> text = "<b>CafÃ©</b> &amp; me@example.org"
    >>> counts = count_noise(text_buffer(pl.Series([text])))[0]
    >>> {kind: int(count) for kind, count in zip(KINDS, counts) if count}
    {'mojibake': 1, 'html_tag': 2, 'html_entity': 1, 'mail_address': 1}
    """
    counts = np.zeros((len(buffer), len(KINDS)), np.int64)
    _count(*buffer, _classes(), western_bytes(), *html_names(), counts)
    return counts


@njit(nogil=True, cache=True, _nrt=False)
def _count(  # type: ignore[no-untyped-def]
    offsets, data, classes, western, elements, attributes, references, counts
):
    for document in range(len(offsets) - 1):
        start, stop, row = offsets[document], offsets[document + 1], counts[document]
        i, tag = start, start  # tag: where the last one ends, inside which no attribute counts
        while i < stop:
            kind = classes[data[np.uint64(i)]]
            if kind == 0:
                i += 1
            elif kind == _DIGIT:
                i, found = read_number(data, start, i, stop)
                if found >= 0:
                    row[PHONE + found] += 1
            elif kind == _LESS:
                tag = max(tag, tag_end(data, i, stop, elements))
                row[TAG] += tag > i
                i += 1
            elif kind == _AND:
                end = reference_end(data, i, stop, references)
                row[ENTITY] += end > i
                i = max(end, i + 1)
            elif kind == _EQUALS:
                row[ATTRIBUTE] += i >= tag and is_attribute(data, start, i, stop, attributes)
                i += 1
            elif kind == _AT:
                row[MAIL] += _is_mail(data, start, i, stop)
                i += 1
            else:
                i = _wide(data, start, i, stop, kind, western, row)


@njit(nogil=True, cache=True, _nrt=False)
def _wide(data, start, i, stop, kind, western, row):  # type: ignore[no-untyped-def]
    """Read a character of two bytes and more; return where to go on."""
    if kind == _WESTERN:
        i, count = western_run(data, start, i, stop, western)
        row[MOJIBAKE] += count
        return i
    if kind == _GBK:
        i, count = gbk_mixed(data, i, stop)
        row[MOJIBAKE] += count
        return i
    first, second, third = data[i], data[i + 1], data[i + 2]
    if kind == _SPECIAL:  # U+E000–F8FF are EE 80 80 – EF A3 BF, U+FFFD is EF BF BD
        row[PRIVATE] += first == 0xEE or second < 0xA4
        row[REPLACED] += first == 0xEF and second == 0xBF and third == 0xBD
        return i + 3
    # planes 15 and 16 but for their last two, F3 B0 80 80 – F4 8F BF BD
    last = second & 0x0F == 0x0F and third == 0xBF and data[i + 3] >= 0xBE
    row[PRIVATE] += (first == 0xF4 or second >= 0xB0) and not last
    return i + 4


@njit(nogil=True, cache=True, _nrt=False)
def _is_mail(data, start, i, stop):  # type: ignore[no-untyped-def]
    """Say whether a mail address stands around the ``@`` at i.

    Before it 1 to 64 of letters, digits and ``._%+-``, the first and last of them no mark; behind
    it labels of letters, digits and hyphens, of which the last has 2 to 24 letters, and is not one
    of `FILE_ENDS`. All ASCII; quoted names and addresses by number are not looked for.
    """
    j = i
    while j > start and i - j <= _LOCAL_MOST and _is_local(data[j - 1]):
        j -= 1
    while j < i and not _is_word(data[j]):
        j += 1
    if j == i or i - j > _LOCAL_MOST or not _is_word(data[i - 1]):
        return False
    labels, k = 0, i + 1
    first = k
    while True:
        end = k
        while end < stop and end - k <= _LABEL_MOST and (_is_word(data[end]) or data[end] == 45):
            end += 1
        if end == k or end - k > _LABEL_MOST or data[k] == 45 or data[end - 1] == 45:
            break
        labels, first, k = labels + 1, k, end + 1
        if end >= stop or data[end] != 46:
            break
    return labels >= 2 and _is_top(data, first, k - 1)


@njit(nogil=True, cache=True, _nrt=False)
def _is_word(value):  # type: ignore[no-untyped-def]
    return 48 <= value <= 57 or 97 <= value | 0x20 <= 122


@njit(nogil=True, cache=True, _nrt=False)
def _is_local(value):  # type: ignore[no-untyped-def]
    return _is_word(value) or 45 <= value <= 46 or value == 95 or value == 43 or value == 37


@njit(nogil=True, cache=True, _nrt=False)
def _is_top(data, a, b):  # type: ignore[no-untyped-def]
    """Say whether the last label of a domain can be one; names of files are not."""
    if not 2 <= b - a <= _TOP_MOST:
        return False
    packed = np.int64(0)
    for k in range(a, b):
        lower = data[k] | 0x20
        if not 97 <= lower <= 122:
            return False
        packed = (packed << 8 | lower) & 0xFFFFFFFFFF
    for end in _FILE_ENDS:
        if packed == end:
            return False
    return True


_FILE_ENDS = np.array([int.from_bytes(end.encode(), "big") for end in FILE_ENDS], np.int64)
