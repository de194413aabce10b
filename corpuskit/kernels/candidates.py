"""Pairs worth comparing, from buckets of equal bands, and the choice among proven duplicates.

Documents are numbered by priority: 0 is the best, so "better" is "smaller".
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def bucket_pairs(offsets, members, kept, met, most, hubs, out):  # type: ignore[no-untyped-def]
    """List pairs of kept members of each bucket, as ``better << 32 | worse``, never k² of them.

    A bucket with up to `most` kept members gives all its pairs. A larger one gives stars: the
    pairs of its `hubs` best members that have not met all others yet. A bucket whose kept
    members have all met gives none.

    Parameters
    ----------
    offsets : int64 (b + 1,), and members : int64 (m,), ascending within a bucket.
    kept : bool (n,), per document.
    met : bool (m,), the members that were compared with all others; changed in place, and
        forgotten for a member that is not kept, since others go on without it.
    out : uint64, filled in place: room for all pairs of small buckets, for `hubs` stars of large
        ones and for all pairs of `most` documents in each of those.

    Returns
    -------
    The number of pairs.
    """
    at = 0
    for bucket in range(len(offsets) - 1):
        begin, end = offsets[bucket], offsets[bucket + 1]
        alive, fresh = 0, 0
        for i in range(begin, end):
            met[i] &= kept[members[i]]
            alive += kept[members[i]]
            fresh += kept[members[i]] and not met[i]
        stars = (alive if alive <= most else hubs) if fresh else 0
        for i in range(begin, end):
            if stars == 0:
                break
            if kept[members[i]] and (alive <= most or not met[i]):
                met[i] = True
                at = _star(members, kept, i, i + 1 if alive <= most else begin, end, out, at)
                stars -= 1
    return at


@njit(nogil=True, cache=True)
def _star(members, kept, hub, begin, end, out, at):  # type: ignore[no-untyped-def]
    """Pair one member with the kept ones among others; two hubs of one round meet twice."""
    for i in range(begin, end):
        if i != hub and kept[members[i]]:
            better, worse = min(members[i], members[hub]), max(members[i], members[hub])
            out[at] = (np.uint64(better) << np.uint64(32)) | np.uint64(worse)
            at += 1
    return at


@njit(nogil=True, cache=True)
def choose(worse, better, similarity, representative, score):  # type: ignore[no-untyped-def]
    """Keep documents greedily in order of priority; drop those similar to a kept one.

    Parameters
    ----------
    worse, better : int64 (e,), edges sorted by `worse`, with ``better < worse``.
    similarity : float64 (e,).
    representative : int64 (n,), the documents' own numbers; filled in place: a dropped document
        gets the most similar kept one, the better of two that are equally similar.
    score : float64 (n,), filled in place: the similarity to the representative.
    """
    for edge in range(len(worse)):
        a, b = worse[edge], better[edge]
        if representative[b] != b:
            continue
        closer = similarity[edge] > score[a]
        tied = similarity[edge] == score[a] and b < representative[a]
        if representative[a] == a or closer or tied:
            representative[a] = b
            score[a] = similarity[edge]
