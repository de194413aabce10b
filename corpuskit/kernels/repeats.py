"""Which values occur more than once, in a fixed number of bits: a filter with false positives.

Two bits for each of m slots count to two (a counting Bloom filter with one hash function: Fan et
al. 2000, "Summary cache"). A value that repeats is always found; one that does not is let through
with probability n / m, since values of bands are mixed well.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

SLOTS_PER_VALUE = 4
_THREE = np.uint8(3)


def make_counts(values: int) -> npt.NDArray[np.uint8]:
    """Return counts of zero for so many values: one to two bytes each, 64 bytes at least."""
    slots = 1 << max(8, int(SLOTS_PER_VALUE * values - 1).bit_length())
    return np.zeros(slots // 4, np.uint8)


@njit(nogil=True, cache=True)
def count_values(values, takes_part, counts):  # type: ignore[no-untyped-def]
    """Count the values of the rows that take part; zero, the value of nothing, is passed over.

    Parameters
    ----------
    values : uint64 (n,). takes_part : bool (n,). counts : as `make_counts` gives them, changed.
    """
    mask = np.uint64(4 * len(counts) - 1)
    for row in range(len(values)):
        if takes_part[row] and values[row]:
            slot = values[row] & mask
            byte, shift = slot >> np.uint64(2), np.uint8(2 * (slot & np.uint64(3)))
            if (counts[byte] >> shift) & _THREE < 2:
                counts[byte] += np.uint8(1) << shift


@njit(nogil=True, cache=True)
def may_repeat(values, takes_part, counts):  # type: ignore[no-untyped-def]
    """Say which rows take part and have a value that may occur more than once: bool (n,)."""
    mask = np.uint64(4 * len(counts) - 1)
    found = np.zeros(len(values), np.bool_)
    for row in range(len(values)):
        if takes_part[row] and values[row]:
            slot = values[row] & mask
            byte, shift = slot >> np.uint64(2), np.uint8(2 * (slot & np.uint64(3)))
            found[row] = (counts[byte] >> shift) & _THREE == 2
    return found
