"""Numbers that point to a person or a machine: telephones, IP addresses, identity numbers.

Only counts leave this file. Every run of ASCII digits is looked at once; a number may begin there
if no letter, digit or ``_ / = # % & @ $`` stands before it, nor a hyphen or full stop behind a
digit; and it may end where no letter, digit, ``_`` or ``@`` follows, nor a hyphen or full stop
before a digit. So ids in addresses of pages, amounts and parts of longer numbers are left out.

- IPv4: four numbers up to 255 without leading zeros, one of them with three digits; ``//`` and one
  of ``=#%&@$`` may stand before it. IPv6: eight groups, or three and more with one ``::``, of
  2000::/3. Addresses that point to nobody are left out (IANA's special-purpose registries, RFC
  6890): private, loopback, link-local, documentation, multicast, reserved. Most of what else has
  four parts is a version or the number of a section, and those hardly reach 100; of all addresses
  2.3 % do not either.
- China, GB 11643-1999: 18 characters, region of a province, date of birth from 1900 on, check
  character by ISO 7064 MOD 11-2.
- United States: ``ddd-dd-dddd``, area not 000, 666 or 9xx, group not 00, serial not 0000 (SSA);
  what has that form is no telephone number.
- Germany, tax identification number (§ 139b AO): 11 digits, not 0 first; among the first ten one
  digit twice or thrice and all others once at most, a digit that is there thrice not three times in
  a row; check digit by ISO 7064 MOD 11,10. Alone or as ``dd ddd ddd ddd``. Eleven digits of the
  form of a Chinese mobile number are a telephone number.

False alarms: of 236 strings of 18 digits in 170 MB of web pages and documentation none passes as an
identity card, of 856 of 11 digits one as a tax number, and the 11 of the form of a social security
number are all parts of an ISBN or a telephone number, which the rule of what stands beside rules
out. Made up at random, 9.2 % of dated numbers pass the check of China and 0.36 % of 11 digits that
of Germany; the form of the United States has no check digit.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from corpuskit.kernels.phone_numbers import (
    american,
    chinese_mobile,
    digits_end,
    international,
    is_run,
    with_area,
)

PHONE, ADDRESS, CHINESE, AMERICAN, GERMAN = range(5)
_NOTHING = -1
_PROVINCES = np.zeros(100, np.bool_)
_PROVINCES[[11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50,
            51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83, 91]] = True  # fmt: skip


@njit(nogil=True, cache=True, _nrt=False)
def read_number(data, start, i, stop):  # type: ignore[no-untyped-def]
    """Read the digits at i, the first of a run: (where to go on, what it is or -1)."""
    end = digits_end(data, i, stop)
    before = data[i - 1] if i > start else np.uint8(32)
    after = data[end] if end < stop else np.uint8(32)
    if end - i > 18 or _is_word(before):
        return end, _NOTHING
    if end - i <= 4 and not (before == 43 or before == 40) and (after == 32 or after >= 0x80):
        if end - i <= 1 or (data[i] > 49 and end - i != 2):
            return end, _NOTHING  # most numbers: a space behind, and none of the forms with one
    found = _address(data, start, i, end, stop)
    if found > i:
        return found, ADDRESS
    if before == 43:  # +
        found = international(data, i, end, stop)
        if found > i and _begins(data, start, i - 1) and _ends(data, found, stop):
            return found, PHONE
        return end, _NOTHING
    return _national(data, start, i, end, stop)


@njit(nogil=True, cache=True, _nrt=False)
def _national(data, start, i, end, stop):  # type: ignore[no-untyped-def]
    bracket = i > start and data[i - 1] == 40 and end < stop and data[end] == 41
    if not _begins(data, start, i - 1 if bracket else i):
        return end, _NOTHING
    kind, found = AMERICAN, _social_security(data, i, end, stop)
    if found == i:
        kind, found = PHONE, american(data, i, end, stop, bracket)
    if found == i:
        found = with_area(data, i, end, stop, bracket)
    if found == i:
        found = chinese_mobile(data, i, end, stop)
    if found == i:
        kind, found = CHINESE, _identity_card(data, i, end, stop)
    if found == i:
        kind, found = GERMAN, _tax_number(data, i, end, stop)
    if found > i and _ends(data, found, stop):
        return found, kind
    return end, _NOTHING


@njit(nogil=True, cache=True, _nrt=False)
def _is_word(value):  # type: ignore[no-untyped-def]
    return 48 <= value <= 57 or 97 <= value | 0x20 <= 122 or value == 95


@njit(nogil=True, cache=True, _nrt=False)
def _is_digit(data, i, start, stop):  # type: ignore[no-untyped-def]
    return start <= i < stop and 48 <= data[i] <= 57


@njit(nogil=True, cache=True, _nrt=False)
def _begins(data, start, i):  # type: ignore[no-untyped-def]
    if i <= start:
        return True
    value = data[i - 1]
    if value == 45 or value == 46:
        return not _is_digit(data, i - 2, start, i)
    in_address = value == 47 or value == 61 or 35 <= value <= 38 or value == 64
    return not (in_address or _is_word(value))


@njit(nogil=True, cache=True, _nrt=False)
def _ends(data, i, stop):  # type: ignore[no-untyped-def]
    if i >= stop:
        return True
    if data[i] == 45 or data[i] == 46:
        return not _is_digit(data, i + 1, i, stop)
    return not (_is_word(data[i]) or data[i] == 64)


@njit(nogil=True, cache=True, _nrt=False)
def _address(data, start, i, end, stop):  # type: ignore[no-untyped-def]
    """Return where an IP address ends that points to somebody, or i."""
    before = data[i - 1] if i > start else np.uint8(32)
    if before == 45 or before == 46:
        return i
    if before == 47 and not (i - 1 > start and data[i - 2] == 47):
        return i
    if end - i <= 3 and end < stop and data[end] == 46:
        return _version_4(data, i, stop)
    if 50 <= data[i] <= 51 and end - i <= 4 and before != 58:
        return _version_6(data, i, stop)
    return i


@njit(nogil=True, cache=True, _nrt=False)
def _version_4(data, i, stop):  # type: ignore[no-untyped-def]
    j, packed, long = i, np.int64(0), False
    for place in range(4):
        if place > 0:
            if j >= stop or data[j] != 46:
                return i
            j += 1
        end, value = j, np.int64(0)
        while end < stop and end - j < 4 and 48 <= data[end] <= 57:
            value = value * 10 + (data[end] - 48)
            end += 1
        if end == j or end - j > 3 or value > 255 or (data[j] == 48 and end - j > 1):
            return i
        packed, long, j = packed * 256 + value, long or value >= 100, end
    return j if long and _ends(data, j, stop) and not _is_special(packed) else i


@njit(nogil=True, cache=True, _nrt=False)
def _is_special(address):  # type: ignore[no-untyped-def]
    first, two, three = address >> 24, address >> 16, address >> 8
    if first == 0 or first == 10 or first == 127 or first >= 224:
        return True
    if two == 0xA9FE or two == 0xC0A8 or 0xAC10 <= two <= 0xAC1F:  # 169.254, 192.168, 172.16–31
        return True
    if 0x6440 <= two <= 0x647F or two == 0xC612 or two == 0xC613:  # 100.64–127, 198.18–19
        return True
    # 192.0.0, 192.0.2, 198.51.100, 203.0.113
    return three == 0xC00000 or three == 0xC00002 or three == 0xC63364 or three == 0xCB0071


@njit(nogil=True, cache=True, _nrt=False)
def _version_6(data, i, stop):  # type: ignore[no-untyped-def]
    j, groups, gap, second = i, 0, False, np.int64(0)
    while groups < 8:
        end, value = j, np.int64(0)
        while end < stop and end - j < 5 and _is_hex(data[end]):
            value = value * 16 + _hex(data[end])
            end += 1
        if end == j or end - j > 4 or (groups == 0 and end - j < 4):
            break
        second = value if groups == 1 and not gap else second
        groups, j = groups + 1, end
        if end + 1 >= stop or data[end] != 58 or groups == 8:
            break
        if data[end + 1] == 58 and not gap:
            gap, j = True, end + 2
        elif _is_hex(data[end + 1]):
            j = end + 1
        else:
            break
    whole = 3 <= groups < 8 if gap else groups == 8
    documentation = _hex_four(data, i) == 0x2001 and second == 0x0DB8
    documentation |= _hex_four(data, i) == 0x3FFF and second < 0x1000
    closed = j >= stop or not (_is_word(data[j]) or data[j] == 58)
    return j if whole and closed and not documentation else i


@njit(nogil=True, cache=True, _nrt=False)
def _is_hex(value):  # type: ignore[no-untyped-def]
    return 48 <= value <= 57 or 97 <= value | 0x20 <= 102


@njit(nogil=True, cache=True, _nrt=False)
def _hex(value):  # type: ignore[no-untyped-def]
    return np.int64(value - 48) if value <= 57 else np.int64((value | 0x20) - 87)


@njit(nogil=True, cache=True, _nrt=False)
def _hex_four(data, i):  # type: ignore[no-untyped-def]
    value = np.int64(0)
    for place in range(4):
        value = value * 16 + _hex(data[i + place])
    return value


@njit(nogil=True, cache=True, _nrt=False)
def _pair(data, i):  # type: ignore[no-untyped-def]
    return np.int64(data[i] - 48) * 10 + np.int64(data[i + 1] - 48)


@njit(nogil=True, cache=True, _nrt=False)
def _identity_card(data, i, end, stop):  # type: ignore[no-untyped-def]
    if end - i == 17 and end < stop and data[end] | 0x20 == 120:
        last = np.int64(10)
    elif end - i == 18:
        last = np.int64(data[end - 1] - 48)
    else:
        return i
    century, month, day = _pair(data, i + 6), _pair(data, i + 10), _pair(data, i + 12)
    dated = 19 <= century <= 20 and 1 <= month <= 12 and 1 <= day <= 31
    if not (dated and _PROVINCES[_pair(data, i)]):
        return i
    total = np.int64(0)
    for place in range(17):
        total = (total + np.int64(data[i + place] - 48)) * 2 % 11
    return i + 18 if (total + last) % 11 == 1 else i


@njit(nogil=True, cache=True, _nrt=False)
def _social_security(data, i, end, stop):  # type: ignore[no-untyped-def]
    if end - i != 3 or end + 7 >= stop or data[end] != 45 or data[end + 3] != 45:
        return i
    if not (is_run(data, end + 1, stop, 2) and is_run(data, end + 4, stop, 4)):
        return i
    area = _pair(data, i) * 10 + (data[i + 2] - 48)
    group, serial = _pair(data, end + 1), _pair(data, end + 4) + _pair(data, end + 6)
    right = 0 < area < 900 and area != 666 and group > 0 and serial > 0
    return end + 8 if right else i


@njit(nogil=True, cache=True, _nrt=False)
def _tax_number(data, i, end, stop):  # type: ignore[no-untyped-def]
    spaced = end - i == 2
    for place in range(3 if spaced else 0):
        gap = end + 4 * place
        if gap >= stop or data[gap] != 32 or not is_run(data, gap + 1, stop, 3):
            return i
    if not (spaced or end - i == 11) or data[i] == 48:
        return i
    seen, product, last, row = np.int64(0), np.int64(10), np.int64(-1), 1
    most = 1
    for place in range(10):
        digit = np.int64(data[i + place + ((place + 1) // 3 if spaced else 0)] - 48)
        row = row + 1 if digit == last else 1
        most, last = max(most, row), digit
        seen += np.int64(1) << (4 * digit)
        product = (digit + product) % 10
        product = (10 if product == 0 else product) * 2 % 11
    own = np.int64(data[i + 13 if spaced else i + 10] - 48)
    if (11 - product) % 10 != own or most >= 3 or not _one_repeats(seen):
        return i
    return i + 14 if spaced else i + 11


@njit(nogil=True, cache=True, _nrt=False)
def _one_repeats(seen):  # type: ignore[no-untyped-def]
    """Say whether of ten digits one is there twice or thrice and no other more than once."""
    repeated = 0
    for digit in range(10):
        times = (seen >> (4 * digit)) & 15
        if times > 3:
            return False
        repeated += times > 1
    return repeated == 1
