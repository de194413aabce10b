"""Telephone numbers, as they are written: international, and the national forms of US, CN, DE.

Each function is given where a run of digits begins and returns where the number ends, or that
beginning where there is none. What stands before and behind is the caller's to judge.

- International (ITU-T E.164): ``+``, 8 to 15 digits, between two of them up to three of space and
  ``-./()``; 11 digits where it begins with 1.
- United States (NANP): ``ddd-ddd-dddd``, ``ddd.ddd.dddd``, ``(ddd) ddd-dddd``, ``1-ddd-ddd-dddd``;
  area and exchange begin with 2–9 and do not end in 11.
- China: mobile 1[3-9] and nine digits, alone or as 3-4-4 with spaces or hyphens; landline as below.
- Germany and Chinese landlines: 0, an area of two to five digits that does not begin with 0, a
  space, hyphen or stroke, and groups of two and more digits: 9 to 12 digits together, with nothing
  but a space behind the area 10 to 12, and so behind an area of five digits without brackets, or
  American zip codes (``02110-1301``) would count.
"""

from __future__ import annotations

import numpy as np
from numba import njit

_E164_LEAST, _E164_MOST, _NANP = 8, 15, 11
_ZERO_LEAST, _ZERO_MOST = 9, 12


@njit(nogil=True, cache=True, _nrt=False)
def digits_end(data, i, stop):  # type: ignore[no-untyped-def]
    """Return where a run of ASCII digits ends."""
    while i < stop and 48 <= data[i] <= 57:
        i += 1
    return i


@njit(nogil=True, cache=True, _nrt=False)
def is_run(data, i, stop, count):  # type: ignore[no-untyped-def]
    """Say whether exactly `count` digits stand at i."""
    return digits_end(data, i, stop) - i == count


@njit(nogil=True, cache=True, _nrt=False)
def international(data, i, end, stop):  # type: ignore[no-untyped-def]
    """Read what stands behind a plus; `end` is that of the first run of digits."""
    most = _NANP if data[i] == 49 else _E164_MOST
    total, first = end - i, i
    if data[i] == 48 or total > most:
        return first
    while True:
        j = end
        while j < stop and j - end < 3 and _parts(data[j]):
            j += 1
        more = digits_end(data, j, stop)
        if j == end or more == j or total + more - j > most:
            break
        total, end = total + more - j, more
    enough = total == _NANP if data[i] == 49 else total >= _E164_LEAST
    return end if enough else first


@njit(nogil=True, cache=True, _nrt=False)
def _parts(value):  # type: ignore[no-untyped-def]
    return value == 32 or value == 40 or value == 41 or 45 <= value <= 47


@njit(nogil=True, cache=True, _nrt=False)
def american(data, i, end, stop, bracket):  # type: ignore[no-untyped-def]
    """Read a number of the NANP; `bracket` where its area stands in brackets."""
    area, mark = i, np.int64(45)
    if end - i == 1 and data[i] == 49 and end < stop and data[end] == 45:
        area = end + 1
        end = digits_end(data, area, stop)
    if end - area != 3 or end >= stop or data[area] < 50:
        return i
    k = end + 1
    if bracket:
        k += k < stop and data[k] == 32
    elif data[end] == 46 and area == i:
        mark = np.int64(46)
    elif data[end] != 45:
        return i
    if not is_run(data, k, stop, 3) or not (_is_code(data, area) and _is_code(data, k)):
        return i
    if k + 3 >= stop or data[k + 3] != mark or not is_run(data, k + 4, stop, 4):
        return i
    return k + 8


@njit(nogil=True, cache=True, _nrt=False)
def _is_code(data, i):  # type: ignore[no-untyped-def]
    return data[i] >= 50 and not (data[i + 1] == 49 and data[i + 2] == 49)


@njit(nogil=True, cache=True, _nrt=False)
def chinese_mobile(data, i, end, stop):  # type: ignore[no-untyped-def]
    """Read eleven digits, or three, four and four."""
    if end - i < 3 or data[i] != 49 or data[i + 1] < 51:
        return i
    if end - i == 11:
        return end
    if end - i != 3 or end >= stop or (data[end] != 32 and data[end] != 45):
        return i
    if not is_run(data, end + 1, stop, 4) or end + 5 >= stop or data[end + 5] != data[end]:
        return i
    return end + 10 if is_run(data, end + 6, stop, 4) else i


@njit(nogil=True, cache=True, _nrt=False)
def with_area(data, i, end, stop, bracket):  # type: ignore[no-untyped-def]
    """Read 0, area, number; `bracket` where 0 and area stand in brackets."""
    if not 3 <= end - i <= 6 or data[i] != 48 or data[i + 1] == 48:
        return i
    j = end + 1 if bracket else end
    k = j + 1 if j < stop and data[j] == 32 else j
    marked = k < stop and (data[k] == 45 or data[k] == 47)
    if marked:
        k = k + 2 if k + 1 < stop and data[k + 1] == 32 else k + 1
    if k == j and not bracket:
        return i
    zip_code = end - i == 5 and not bracket
    least = _ZERO_LEAST if bracket or (marked and not zip_code) else _ZERO_LEAST + 1
    return _groups(data, i, k, end - i, least, stop)


@njit(nogil=True, cache=True, _nrt=False)
def _groups(data, first, k, total, least, stop):  # type: ignore[no-untyped-def]
    """Read groups of two and more digits, joined by a space or hyphen, as far as they fit."""
    last = first
    while True:
        more = digits_end(data, k, stop)
        if more - k < 2 or total + more - k > _ZERO_MOST:
            break
        total, last = total + more - k, more
        if more >= stop or (data[more] != 32 and data[more] != 45):
            break
        k = more + 1
    return last if total >= least else first
