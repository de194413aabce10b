"""Exact Jaccard similarity of sorted sets, as a merge that counts what both have.

A merge ends as soon as the members that are left cannot reach the threshold any more.
"""

from __future__ import annotations

import numpy as np
from numba import njit

_STEPS = 64  # of a merge, between two looks at whether it can still reach the threshold


@njit(nogil=True, cache=True)
def jaccard_pairs(values, starts, sizes, first, second, threshold):  # type: ignore[no-untyped-def]
    """Measure |A ∩ B| / |A ∪ B| for pairs of sorted sets without repeats.

    Parameters
    ----------
    values : uint64 (v,), all sets behind one another.
    starts, sizes : int64 or uint32 (d,), where the set of document d lies in `values`.
    first, second : int64 (p,), the pairs.
    threshold : a pair that cannot reach it is given up: before the merge by the sizes alone,
        since no set of m shingles is more similar than m / n to one of n, then by what is left.

    Returns
    -------
    float64 (p,); 0.0 for a pair that was given up or has an empty set.
    """
    out = np.zeros(len(first), np.float64)
    cursor = np.zeros(3, np.int64)
    for pair in range(len(first)):
        a, b = first[pair], second[pair]
        size_a, size_b = np.int64(sizes[a]), np.int64(sizes[b])
        needed = least_common(size_a, size_b, threshold)
        if needed > min(size_a, size_b):
            continue
        cursor[0], cursor[1], cursor[2] = starts[a], starts[b], 0
        stop_a, stop_b = cursor[0] + size_a, cursor[1] + size_b
        if merge_on(values, cursor, stop_a, stop_b, needed, size_a + size_b):
            out[pair] = cursor[2] / (size_a + size_b - cursor[2])
    return out


@njit(nogil=True, cache=True)
def least_common(size_a, size_b, threshold):  # type: ignore[no-untyped-def]
    """Return the fewest common members with which two sets reach the threshold.

    At least one, so that an empty set is similar to nothing; more than the smaller set has where
    they cannot reach it.
    """
    both = size_a + size_b
    needed = max(1, int(threshold * both / (1 + threshold)) - 1)
    while needed <= min(size_a, size_b) and needed / (both - needed) < threshold:
        needed += 1
    return needed


@njit(nogil=True, cache=True)
def merge_on(values, cursor, stop_a, stop_b, needed, steps):  # type: ignore[no-untyped-def]
    """Go on with a merge for about `steps` steps; say whether it can still reach `needed`.

    Parameters
    ----------
    cursor : int64 (3,), where the merge stands in either set, and the common members so far;
        changed in place. The merge is complete when one set is at its stop.
    """
    i, j, common = cursor[0], cursor[1], cursor[2]
    done = 0
    while i < stop_a and j < stop_b and done < steps:
        if common + min(stop_a - i, stop_b - j) < needed:
            return False
        count = min(_STEPS, stop_a - i, stop_b - j)
        for _ in range(count):
            a, b = values[i], values[j]
            common += a == b
            i += a <= b
            j += b <= a
        done += count
    cursor[0], cursor[1], cursor[2] = i, j, common
    return common + min(stop_a - i, stop_b - j) >= needed
