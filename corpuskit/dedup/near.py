"""Near duplicates: buckets of equal bands → pairs → exact Jaccard → who stays.

Pairs are compared in rounds. The first takes all pairs of every small bucket, and stars around
the best members of large ones; in the next rounds the members of large buckets that are still
kept get further stars. After `ROUNDS` rounds every member of a large bucket has met as many
others as if the bucket were small; the documents that might still be similar to one they did
not meet are counted, never dropped.

Memory: 8 bytes for each document, 17 for each member of a large bucket, 8 for each pair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.dedup.store import ShingleStore
from corpuskit.kernels.candidates import bucket_pairs, choose
from corpuskit.kernels.minhash import NO_SHINGLES
from corpuskit.schema import DOC_ID

ALL_PAIRS_UP_TO = 64
HUBS = 8
ROUNDS = 8

Ranks = npt.NDArray[np.int64]
Pairs = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]
Fetch = Callable[[pl.Series], ShingleStore]


@dataclass(frozen=True)
class Buckets:
    """The buckets of one band: bucket i has the ranks ``members[offsets[i]:offsets[i + 1]]``.

    offsets : int64 (b + 1,); members : int64 (m,), ascending within a bucket.
    met : bool (m,), members that were compared with all others of their bucket.
    """

    offsets: Ranks
    members: Ranks
    met: npt.NDArray[np.bool_]

    def pairs(self, kept: npt.NDArray[np.bool_]) -> Pairs:
        """Return the next round's pairs of kept members, as ``better << 32 | worse``."""
        sizes = np.diff(self.offsets)
        stars = np.maximum(HUBS * (sizes - 1), ALL_PAIRS_UP_TO * (ALL_PAIRS_UP_TO - 1) // 2)
        room = np.where(sizes <= ALL_PAIRS_UP_TO, sizes * (sizes - 1) // 2, stars)
        out = np.empty(room.sum(), np.uint64)
        count = bucket_pairs(self.offsets, self.members, kept, self.met, ALL_PAIRS_UP_TO, HUBS, out)
        return out[:count]

    def large(self) -> Buckets:
        """Return the buckets that one round cannot finish."""
        sizes = np.diff(self.offsets)
        within = np.repeat(sizes > ALL_PAIRS_UP_TO, sizes)
        return _buckets(sizes[sizes > ALL_PAIRS_UP_TO], self.members[within], self.met[within])


@dataclass
class Near:
    """What is known of n documents, numbered by priority, while rounds go on.

    representative : int64 (n,), its own rank for a kept document.
    similarity : float64 (n,), to the representative.
    pairs : uint64, all pairs that were compared. edges : uint64, those that are similar, and
        scores : float64, how much. unmet : documents that were not compared with all candidates.
    """

    representative: Ranks
    similarity: Floats
    pairs: Pairs = field(default_factory=lambda: np.empty(0, np.uint64))
    edges: Pairs = field(default_factory=lambda: np.empty(0, np.uint64))
    scores: Floats = field(default_factory=lambda: np.empty(0))
    unmet: int = 0

    @property
    def kept(self) -> npt.NDArray[np.bool_]:
        """Which documents are kept, as far as is known: bool (n,)."""
        kept: npt.NDArray[np.bool_] = self.representative == np.arange(len(self.representative))
        return kept


def find_near(
    doc_ids: npt.NDArray[np.uint64],
    bands: Iterable[npt.NDArray[np.uint64]],
    takes_part: npt.NDArray[np.bool_],
    threshold: float,
    fetch_shingles: Fetch,
    standing: int = 0,
) -> Near:
    """Compare candidates and choose representatives.

    Parameters
    ----------
    doc_ids : uint64 (n,), by priority, the best first.
    bands : the bands, one at a time, each uint64 (n,).
    takes_part : bool (n,).
    standing : the documents of these first ranks are not compared with each other.
    """
    count = len(doc_ids)
    near = Near(np.arange(count), np.ones(count))
    large: list[Buckets] = []
    pairs = near.pairs
    for values in bands:
        buckets = group(values, takes_part, standing)
        pairs = np.union1d(pairs, _with_new(buckets.pairs(takes_part), standing))
        if len((rest := buckets.large()).members):
            large.append(rest)
    if not len(pairs):
        return near
    members = np.unique(np.concatenate(split(pairs)))
    store = fetch_shingles(pl.Series(DOC_ID, np.sort(doc_ids[members])))
    with closing(store):
        _compare(near, pairs, members, doc_ids, threshold, store)
        for _ in range(1, ROUNDS):
            offered = [_with_new(buckets.pairs(near.kept), standing) for buckets in large]
            if not any(map(len, offered)):
                break
            pairs = np.setdiff1d(np.concatenate(offered), near.pairs)
            _compare(near, pairs, members, doc_ids, threshold, store)
    near.unmet = _count_unmet(large, near.kept, standing)
    return near


def group(
    values: npt.NDArray[np.uint64], takes_part: npt.NDArray[np.bool_], standing: int = 0
) -> Buckets:
    """Group the ranks of equal values into buckets of two and more, one of them not standing."""
    ranks = np.flatnonzero((values != NO_SHINGLES) & takes_part)
    values = values[ranks]
    order = np.argsort(values, kind="stable")
    values, ranks = values[order], ranks[order]
    first = np.flatnonzero(np.r_[True, values[1:] != values[:-1]][: len(values)])
    sizes = np.diff(np.r_[first, len(values)])
    useful = (sizes > 1) & (ranks[first + sizes - 1] >= standing)  # ascending within a bucket
    shared = np.repeat(useful, sizes)
    return _buckets(sizes[useful], ranks[shared], np.zeros(int(shared.sum()), np.bool_))


def _with_new(pairs: Pairs, standing: int) -> Pairs:
    """Return the pairs that are not of two standing documents."""
    return pairs[split(pairs)[1] >= standing] if standing else pairs


def split(pairs: Pairs) -> tuple[Ranks, Ranks]:
    """Return the better and the worse documents of pairs."""
    better = (pairs >> np.uint64(32)).astype(np.int64)
    return better, (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)


def _buckets(sizes: Ranks, members: Ranks, met: npt.NDArray[np.bool_]) -> Buckets:
    offsets = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=offsets[1:])
    return Buckets(offsets, members, met)


def _compare(
    near: Near,
    pairs: Pairs,
    members: Ranks,
    doc_ids: npt.NDArray[np.uint64],
    threshold: float,
    store: ShingleStore,
) -> None:
    """Measure new pairs, and choose again over all similar ones."""
    first, second = (np.searchsorted(members, ranks) for ranks in split(pairs))
    found = store.similarities(doc_ids[members], first, second, threshold)
    near.pairs = np.union1d(near.pairs, pairs)
    near.edges = np.concatenate([near.edges, pairs[found >= threshold]])
    near.scores = np.concatenate([near.scores, found[found >= threshold]])
    better, worse = split(near.edges)
    order = np.lexsort((better, worse))
    near.representative, near.similarity = np.arange(len(doc_ids)), np.ones(len(doc_ids))
    choose(worse[order], better[order], near.scores[order], near.representative, near.similarity)


def _count_unmet(large: list[Buckets], kept: npt.NDArray[np.bool_], standing: int) -> int:
    """Count the kept documents that share a bucket with one that they were not compared with."""
    unmet = np.zeros(len(kept), np.bool_)
    for buckets in large:
        fresh = kept[buckets.members] & ~buckets.met
        in_bucket = np.add.reduceat(fresh, buckets.offsets[:-1], dtype=np.int64)
        fresh &= np.repeat(in_bucket > 1, np.diff(buckets.offsets))
        unmet[buckets.members[fresh]] = True
    return int(unmet[standing:].sum())
