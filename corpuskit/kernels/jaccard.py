"""Exact Jaccard similarity of sorted sets, as a merge that counts what both have."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def jaccard_pairs(values, starts, sizes, first, second, threshold):  # type: ignore[no-untyped-def]
    """Measure |A ∩ B| / |A ∪ B| for pairs of sorted sets without repeats.

    Parameters
    ----------
    values : uint64 (v,), all sets behind one another.
    starts, sizes : int64 (d,), where the set of document d lies in `values`.
    first, second : int64 (p,), the pairs.
    threshold : pairs whose sizes alone keep them under it are not merged, since no set of m
        shingles is more similar than m / n to one of n.

    Returns
    -------
    float64 (p,); 0.0 for a pair that cannot reach `threshold` or has an empty set.
    """
    out = np.zeros(len(first), np.float64)
    for pair in range(len(first)):
        a, b = first[pair], second[pair]
        small, large = min(sizes[a], sizes[b]), max(sizes[a], sizes[b])
        if small == 0 or small / large < threshold:
            continue
        common = _common(values, starts[a], sizes[a], starts[b], sizes[b])
        out[pair] = common / (sizes[a] + sizes[b] - common)
    return out


@njit(nogil=True, cache=True)
def _common(values, i, size_i, j, size_j):  # type: ignore[no-untyped-def]
    stop_i, stop_j, common = i + size_i, j + size_j, 0
    while i < stop_i and j < stop_j:
        a, b = values[i], values[j]
        common += a == b
        i += a <= b
        j += b <= a
    return common
