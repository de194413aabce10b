"""Near duplicates: buckets of equal bands → pairs → exact Jaccard → who stays.

Pairs are compared in rounds. The first takes all pairs of every small bucket, and stars around
the best members of large ones; in the next rounds the members of large buckets that are still
kept get further stars. After `ROUNDS` rounds every member of a large bucket has met as many
others as if the bucket were small; the documents that might still be similar to one they did
not meet are counted, never dropped.

Buckets, pairs and proven pairs (edges) are sorted on disk. Memory: 1 byte for each document, to
say whether it is kept; while candidates are read again, 24 for each of them; then 12, for the
places of their sets and, at the end, for representatives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.dedup.buckets import Flags, LargeBuckets, Pairs, buckets_of, split
from corpuskit.dedup.limits import Limits
from corpuskit.dedup.marks_on_disk import Marks, Ranks
from corpuskit.dedup.spill import NUMBER_BYTES, Records, Spill
from corpuskit.dedup.store import Places, ShingleStore
from corpuskit.kernels.candidates import choose, keep_greedily
from corpuskit.schema import DOC_ID

ROUNDS = 8
_HALF = np.uint64(32)

Floats = npt.NDArray[np.float64]
Fetch = Callable[[pl.Series], ShingleStore]


@dataclass(frozen=True)
class Near:
    """What was found of n documents, numbered by priority.

    representative : uint32 (n,), its own rank for a kept document.
    similarity : float64 (n,), to the representative.
    pairs : pairs that were compared. edges : those that are similar. unmet : documents that were
        not compared with all candidates.
    """

    representative: Ranks
    similarity: Floats
    pairs: int = 0
    edges: int = 0
    unmet: int = 0


@dataclass
class _Search:
    """What is known while rounds go on; `pairs` has a sorted run for every round."""

    marks: Marks
    threshold: float
    standing: int
    kept: Flags
    large: LargeBuckets
    edges: Spill
    pairs: list[Spill] = field(default_factory=list)
    pair_count: int = 0
    edge_count: int = 0


def find_near(
    marks: Marks,
    takes_part: Flags,
    threshold: float,
    fetch_shingles: Fetch,
    limits: Limits,
    standing: int = 0,
) -> Near:
    """Compare candidates and choose representatives.

    Parameters
    ----------
    takes_part : bool (n,), by rank; changed.
    standing : the documents of these first ranks are not compared with each other.
    """
    folder = marks.folder
    edges = Spill(folder / "edges", 2, marks.sorting_bytes)
    with closing(LargeBuckets(folder)) as large:
        search = _Search(marks, threshold, standing, takes_part, large, edges)
        _add_round(search, _bucket_pairs(search))
        marks.forget_bands()
        if search.pair_count:
            slots, wanted = _candidates(search)
            limits.check_store(len(wanted), folder)
            with closing(fetch_shingles(wanted)) as store:
                places = store.places(wanted.to_numpy(), slots, marks.count)
                del wanted, slots
                _rounds(search, store, places)
        unmet = large.count_unmet(search.kept, standing)
    representative = np.arange(marks.count, dtype=np.uint32)
    similarity = np.ones(marks.count)
    for worse, better, found in _edges(search):
        choose(worse, better, found, representative, similarity)
    return Near(representative, similarity, search.pair_count, search.edge_count, unmet)


def _rounds(search: _Search, store: ShingleStore, places: Places) -> None:
    """Compare the pairs of the first round, then offer pairs of large buckets again and again."""
    _compare(search, store, places)
    for number in range(1, ROUNDS):
        offered = Spill(
            search.marks.folder / f"offered-{number}", 1, search.marks.sorting_bytes, True
        )
        for buckets in search.large.blocks():
            for pairs in buckets.pairs(search.kept, search.standing):
                offered.add(pairs[None, :])
        if not offered.compact():
            break
        _add_round(search, offered.minus(search.pairs))
        offered.delete()
        _compare(search, store, places)


def _add_round(search: _Search, blocks: Iterable[Records]) -> None:
    """Sort the pairs of a round, without repeats."""
    path = search.marks.folder / f"pairs-{len(search.pairs)}"
    pairs = Spill(path, 1, search.marks.sorting_bytes, unique=True)
    for block in blocks:
        pairs.add(block)
    search.pair_count += pairs.compact()
    search.pairs.append(pairs)


def _bucket_pairs(search: _Search) -> Iterator[Records]:
    """Yield the pairs of the first round, band by band; keep large buckets for the next ones."""
    for band in range(search.marks.bands):
        for buckets in buckets_of(search.marks.band(band, search.kept), search.standing):
            for pairs in buckets.pairs(search.kept, search.standing):
                yield pairs[None, :]
            search.large.add(buckets)
    search.kept[:] = True


def _candidates(search: _Search) -> tuple[Ranks, pl.Series]:
    """Return the ranks of all documents of pairs, by their ids, and these ids, ascending."""
    member = np.zeros(search.marks.count, np.bool_)
    for block in search.pairs[0].blocks():
        for ranks in split(block[0]):
            member[ranks] = True
    by_id = Spill(search.marks.folder / "candidates", 2, search.marks.sorting_bytes)
    doc_ids, step = search.marks.doc_ids(), 1 << 20
    for begin in range(0, len(member), step):
        ranks = begin + np.flatnonzero(member[begin : begin + step])
        by_id.add(np.stack([doc_ids[ranks], ranks.astype(np.uint64)]))
    count, at = int(member.sum()), 0
    del member
    slots, ids = np.empty(count, np.uint32), np.empty(count, np.uint64)
    for block in by_id.blocks():
        ids[at : at + block.shape[1]], slots[at : at + block.shape[1]] = block
        at += block.shape[1]
    by_id.delete()
    return slots, pl.Series(DOC_ID, ids)


def _compare(search: _Search, store: ShingleStore, places: Places) -> None:
    """Measure the pairs of the last round, and choose again over all similar ones."""
    mapped = search.marks.room_bytes // (2 * NUMBER_BYTES)
    for block in search.pairs[-1].blocks():
        better, worse = split(block[0])
        found = store.similarities(places, better, worse, search.threshold, mapped)
        similar = found >= search.threshold
        keys = _swapped(block[0][similar])
        search.edges.add(np.stack([keys, found[similar].view(np.uint64)]))
        search.edge_count += len(keys)
    search.kept[:] = True
    for worse, better, _ in _edges(search):
        keep_greedily(worse, better, search.kept)


def _edges(
    search: _Search,
) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]]:
    """Yield worse, better and similarity of all proven pairs, by (worse, better)."""
    for keys, found in search.edges.blocks():
        yield (*split(keys), np.ascontiguousarray(found).view(np.float64))


def _swapped(pairs: Pairs) -> Pairs:
    """Turn ``better << 32 | worse`` into ``worse << 32 | better``."""
    swapped: Pairs = (pairs >> _HALF) | (pairs << _HALF)
    return swapped
