"""Pairs worth comparing, from buckets of equal bands, and the choice among proven duplicates.

Documents are numbered by priority: 0 is the best, so "better" is "smaller".
"""

from __future__ import annotations

import numpy as np
from numba import njit

CURSOR = (0, -1, -1, 0, 0)  # bucket, hub, other end of its star, hubs to come, kept members


@njit(nogil=True, cache=True)
def bucket_pairs(offsets, members, kept, met, most, hubs, out, cursor):  # type: ignore[no-untyped-def]
    """List pairs of kept members of each bucket, as ``better << 32 | worse``, never k² of them.

    A bucket with up to `most` kept members gives all its pairs. A larger one gives stars: the
    pairs of its `hubs` best members that have not met all others yet. A bucket whose kept
    members have all met gives none.

    Parameters
    ----------
    offsets : int64 (b + 1,), and members : uint32 (m,), ascending within a bucket.
    kept : bool (n,), per document.
    met : bool (m,), the members that were compared with all others; changed in place, and
        forgotten for a member that is not kept, since others go on without it.
    out : uint64 (p,), filled in place, p > 0.
    cursor : int64 (5,), `CURSOR` to begin with; changed in place. When `out` is full, the next
        call goes on from there. All is listed when ``cursor[0] == b``.

    Returns
    -------
    The number of pairs in `out`.
    """
    at = 0
    bucket, hub, other = cursor[0], cursor[1], cursor[2]
    stars, alive = cursor[3], cursor[4]
    while bucket < len(offsets) - 1:
        begin, end = offsets[bucket], offsets[bucket + 1]
        if hub < 0:
            stars, alive = _open(members, kept, met, begin, end, most, hubs)
            hub = begin
        while hub < end and (stars > 0 or other >= 0):
            if other < 0 and kept[members[hub]] and (alive <= most or not met[hub]):
                met[hub] = True
                stars -= 1
                other = hub + 1 if alive <= most else begin
            if other >= 0:
                at, other = _star(members, kept, hub, other, end, out, at)
            if other >= 0:
                break
            hub += 1
        if other >= 0:  # `out` is full
            break
        bucket, hub = bucket + 1, -1
    cursor[0], cursor[1], cursor[2], cursor[3], cursor[4] = bucket, hub, other, stars, alive
    return at


@njit(nogil=True, cache=True)
def _open(members, kept, met, begin, end, most, hubs):  # type: ignore[no-untyped-def]
    """Count a bucket's stars and kept members; none is a hub where all have met."""
    alive, fresh = 0, 0
    for i in range(begin, end):
        met[i] &= kept[members[i]]
        alive += kept[members[i]]
        fresh += kept[members[i]] and not met[i]
    return ((alive if alive <= most else hubs) if fresh else 0), alive


@njit(nogil=True, cache=True)
def _star(members, kept, hub, other, end, out, at):  # type: ignore[no-untyped-def]
    """Pair one member with the kept ones among others; two hubs of one round meet twice.

    Returns the number of pairs in `out`, and where to go on, or -1 when the star is complete.
    """
    while other < end:
        if other != hub and kept[members[other]]:
            if at == len(out):
                return at, other
            better, worse = min(members[other], members[hub]), max(members[other], members[hub])
            out[at] = (np.uint64(better) << np.uint64(32)) | np.uint64(worse)
            at += 1
        other += 1
    return at, -1


@njit(nogil=True, cache=True)
def keep_greedily(worse, better, kept):  # type: ignore[no-untyped-def]
    """Keep documents greedily in order of priority; drop those similar to a kept one.

    Parameters
    ----------
    worse, better : int64 (e,), edges sorted by `worse`, with ``better < worse``. They may come
        in several calls, in order.
    kept : bool (n,), True to begin with; changed in place.
    """
    for edge in range(len(worse)):
        if kept[better[edge]]:
            kept[worse[edge]] = False


@njit(nogil=True, cache=True)
def choose(worse, better, similarity, representative, score):  # type: ignore[no-untyped-def]
    """Choose as `keep_greedily` does, and name the representatives of those that are dropped.

    Parameters
    ----------
    worse, better : int64 (e,), edges sorted by `worse`, with ``better < worse``. They may come
        in several calls, in order.
    similarity : float64 (e,).
    representative : uint32 (n,), the documents' own numbers; filled in place: a dropped document
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
