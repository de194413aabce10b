"""Exact Jaccard similarity of sorted sets, and the choice of representatives over its edges."""

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
    threshold : pairs whose sizes alone keep them under it are not merged.

    Returns
    -------
    float64 (p,); 0.0 for a pair that cannot reach `threshold` or has an empty set.
    """
    out = np.zeros(len(first), np.float64)
    for pair in range(len(first)):
        a, b = first[pair], second[pair]
        small, large = min(sizes[a], sizes[b]), max(sizes[a], sizes[b])
        if small == 0 or small < threshold * large:
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


@njit(nogil=True, cache=True)
def choose(count, worse, better, similarity):  # type: ignore[no-untyped-def]
    """Keep documents greedily in order of priority; drop those similar to a kept one.

    Parameters
    ----------
    count : documents, numbered by priority: 0 is the best.
    worse, better : int64 (e,), edges sorted by `worse`, with ``better < worse``.
    similarity : float64 (e,).

    Returns
    -------
    representative : int64 (count,), itself for a kept document, else the most similar kept one.
    score : float64 (count,), the similarity to it, 1.0 for a kept document.
    """
    representative = np.arange(count)
    score = np.ones(count, np.float64)
    for edge in range(len(worse)):
        a, b = worse[edge], better[edge]
        if representative[b] != b:
            continue
        untouched = representative[a] == a
        closer = similarity[edge] > score[a]
        tied = similarity[edge] == score[a] and b < representative[a]
        if untouched or closer or tied:
            representative[a] = b
            score[a] = similarity[edge]
    return representative, score


@njit(nogil=True, cache=True)
def bucket_pairs(offsets, members, kept, most, hubs):  # type: ignore[no-untyped-def]
    """List the pairs of still kept members of each bucket, as ``better << 32 | worse``.

    A bucket of up to `most` kept members gives all its pairs; a larger one the pairs of its
    `hubs` best members with all others, so that no bucket is quadratic.
    """
    total = 0
    for bucket in range(len(offsets) - 1):
        count = 0
        for i in range(offsets[bucket], offsets[bucket + 1]):
            count += kept[members[i]]
        total += _pair_count(count, most, hubs)
    out = np.empty(total, np.uint64)
    at = 0
    for bucket in range(len(offsets) - 1):
        alive = members[offsets[bucket] : offsets[bucket + 1]]
        alive = alive[kept[alive]]
        stars = len(alive) if len(alive) <= most else hubs
        for i in range(stars):
            for j in range(i + 1, len(alive)):
                out[at] = (np.uint64(alive[i]) << np.uint64(32)) | np.uint64(alive[j])
                at += 1
    return out


@njit(nogil=True, cache=True)
def _pair_count(count, most, hubs):  # type: ignore[no-untyped-def]
    stars = count if count <= most else hubs
    return stars * count - stars * (stars + 1) // 2
