"""From digests and bands to proven duplicates and their representatives.

Documents are numbered by priority (rank 0 stays longest of all), so "better" is "smaller". The
work is: exact groups → buckets per band → pairs → exact Jaccard → greedy choice. Pairs of a large
bucket are stars around its best members; documents that are still kept then meet in another
round, until no pair is new.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.dedup.marks import fingerprint, shingle_sets
from corpuskit.dedup.store import ShingleStore
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.features import Measured
from corpuskit.kernels.jaccard import bucket_pairs, choose
from corpuskit.kernels.minhash import NO_SHINGLES
from corpuskit.schema import BANDS, DOC_ID, TEXT_HASH

ALL_PAIRS_UP_TO = 64
HUBS = 8
MAX_ROUNDS = 40
BAND_BYTES = 256 << 20

Ranks = npt.NDArray[np.int64]
Bucket = tuple[Ranks, Ranks]
Fetch = Callable[[pl.Series], ShingleStore]
MEMBERS = {
    DOC_ID: pl.UInt64,
    "cluster": pl.UInt64,
    "representative": pl.UInt64,
    "jaccard": pl.Float64,
    "kind": pl.String,
    "cluster_size": pl.UInt32,
}


@dataclass(frozen=True)
class DuplicatesResult:
    """What was found.

    frame : one row per member of a cluster, sorted by (cluster, doc_id): doc_id, cluster (the
        representative's doc_id), representative, jaccard to it, kind (``exact``, ``near``,
        ``representative``) and cluster_size.
    stats : exact, near and clusters, and the candidate_pairs, verified_pairs and
        unverified_pairs behind them.
    """

    frame: pl.DataFrame
    stats: dict[str, int]


def no_duplicates() -> DuplicatesResult:
    """Return the result of not looking for any."""
    names = ("exact", "near", "clusters", "candidate_pairs", "verified_pairs", "unverified_pairs")
    return DuplicatesResult(pl.DataFrame(schema=MEMBERS), dict.fromkeys(names, 0))


def find_duplicates(
    scores: pl.LazyFrame, settings: DuplicateSettings, fetch_shingles: Fetch
) -> DuplicatesResult:
    """Find the duplicates among the documents of `scores`.

    Parameters
    ----------
    scores : doc_id, char_count, text_hash and bands of the documents that take part, each once;
        the order does not matter.
    fetch_shingles : reads the shingle sets of the documents with these ids (ascending).
    """
    order = [pl.col("char_count"), pl.col(DOC_ID)]
    ranked = (
        scores.select(DOC_ID, "char_count", TEXT_HASH)
        .collect(engine="streaming")
        .sort(order, descending=[settings.keep == "longest", False])
    )
    if not ranked.height:
        return no_duplicates()
    doc_ids = ranked[DOC_ID].to_numpy()
    original = _exact(ranked) if settings.exact else np.arange(ranked.height)
    near, similarity = np.arange(ranked.height), np.ones(ranked.height)
    stats = no_duplicates().stats
    if settings.near:
        unique = original == np.arange(ranked.height)
        buckets = list(_buckets(scores, doc_ids, unique, settings.bands))
        near, similarity = _near(doc_ids, buckets, settings.threshold, fetch_shingles, stats)
    return _result(doc_ids, original, near, similarity, stats)


def deduplicate(
    texts: pl.Series, doc_id: pl.Series, settings: DuplicateSettings
) -> DuplicatesResult:
    """Find the duplicates among texts in memory; `doc_id` is UInt64 and unique."""
    measured = Measured(texts)
    marks = fingerprint(measured, settings)
    scores = pl.DataFrame(
        {DOC_ID: doc_id.cast(pl.UInt64), "char_count": texts.str.len_chars(), **marks}
    )
    with tempfile.TemporaryDirectory(prefix="corpuskit-") as folder:

        def fetch(wanted: pl.Series) -> ShingleStore:
            mask = scores[DOC_ID].is_in(wanted.implode())
            store = ShingleStore(Path(folder) / "shingles")
            store.append(scores[DOC_ID].filter(mask), *shingle_sets(Measured(texts.filter(mask))))
            return store

        return find_duplicates(scores.lazy(), settings, fetch)


def _exact(ranked: pl.DataFrame) -> Ranks:
    """Return for every rank the best rank with the same digest."""
    return (
        ranked.with_row_index("rank")
        .select(pl.col("rank").min().over(TEXT_HASH).cast(pl.Int64))
        .to_series()
        .to_numpy()
    )


def _buckets(
    scores: pl.LazyFrame,
    doc_ids: npt.NDArray[np.uint64],
    unique: npt.NDArray[np.bool_],
    bands: int,
) -> Iterator[Bucket]:
    """Yield per band the buckets of two and more: (offsets, ranks ascending in a bucket)."""
    sorted_ids = np.argsort(doc_ids)
    at_once = max(1, BAND_BYTES // (8 * len(doc_ids)))
    for first in range(0, bands, at_once):
        names = [str(band) for band in range(first, min(bands, first + at_once))]
        columns = [pl.col(BANDS).arr.get(int(name)).alias(name) for name in names]
        frame = scores.select(DOC_ID, *columns).collect(engine="streaming")
        places = np.searchsorted(doc_ids, frame[DOC_ID].to_numpy(), sorter=sorted_ids)
        ranks = sorted_ids[places]
        for name in names:
            values = frame[name].to_numpy()
            takes_part = (values != NO_SHINGLES) & unique[ranks]
            yield _bucket(values[takes_part], ranks[takes_part])


def _bucket(values: npt.NDArray[np.uint64], ranks: Ranks) -> Bucket:
    order = np.lexsort((ranks, values))
    values, ranks = values[order], ranks[order]
    begins = np.flatnonzero(np.r_[True, values[1:] != values[:-1]]) if len(values) else values[:0]
    sizes = np.diff(np.r_[begins, len(values)]).astype(np.int64)
    shared = np.repeat(sizes > 1, sizes)
    return np.r_[0, np.cumsum(sizes[sizes > 1])].astype(np.int64), ranks[shared].astype(np.int64)


def _near(
    doc_ids: npt.NDArray[np.uint64],
    buckets: list[Bucket],
    threshold: float,
    fetch_shingles: Fetch,
    stats: dict[str, int],
) -> tuple[Ranks, npt.NDArray[np.float64]]:
    """Verify candidate pairs in rounds; return each rank's representative and similarity."""
    count = len(doc_ids)
    representative, similarity = np.arange(count), np.ones(count)
    members = np.unique(np.concatenate([ranks for _, ranks in buckets]))
    if not len(members):
        return representative, similarity
    store = fetch_shingles(pl.Series(DOC_ID, np.sort(doc_ids[members])))
    known, edges, scores = np.empty(0, np.uint64), np.empty(0, np.uint64), np.empty(0)
    for round_number in range(MAX_ROUNDS + 1):
        pairs = _new_pairs(buckets, representative == np.arange(count), known)
        if not len(pairs) or round_number == MAX_ROUNDS:
            break
        found = store.similarities(doc_ids[members], *_rows(pairs, members), threshold=threshold)
        known = np.union1d(known, pairs)
        edges = np.r_[edges, pairs[found >= threshold]]
        scores = np.r_[scores, found[found >= threshold]]
        better, worse = _split(edges)
        order = np.lexsort((better, worse))
        representative, similarity = choose(count, worse[order], better[order], scores[order])
    store.close()
    stats.update(
        candidate_pairs=len(known) + len(pairs),
        verified_pairs=len(edges),
        unverified_pairs=len(pairs),
    )
    return representative, similarity


def _new_pairs(
    buckets: list[Bucket], kept: npt.NDArray[np.bool_], known: npt.NDArray[np.uint64]
) -> npt.NDArray[np.uint64]:
    found = np.empty(0, np.uint64)
    for offsets, members in buckets:
        pairs = bucket_pairs(offsets, members, kept, ALL_PAIRS_UP_TO, HUBS)
        found = np.union1d(found, pairs)
    return np.setdiff1d(found, known, assume_unique=True)


def _split(pairs: npt.NDArray[np.uint64]) -> tuple[Ranks, Ranks]:
    better = (pairs >> np.uint64(32)).astype(np.int64)
    return better, (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)


def _rows(pairs: npt.NDArray[np.uint64], members: Ranks) -> tuple[Ranks, Ranks]:
    better, worse = _split(pairs)
    return np.searchsorted(members, better), np.searchsorted(members, worse)


def _result(
    doc_ids: npt.NDArray[np.uint64],
    original: Ranks,
    near: Ranks,
    similarity: npt.NDArray[np.float64],
    stats: dict[str, int],
) -> DuplicatesResult:
    """Join exact and near: an exact copy of a dropped document follows it to its representative."""
    own = np.arange(len(doc_ids))
    representative = near[original]
    frame = pl.DataFrame(
        {
            DOC_ID: doc_ids,
            "cluster": doc_ids[representative],
            "representative": doc_ids[representative],
            "jaccard": similarity[original],
            "kind": np.select(
                [representative == own, representative == original],
                ["representative", "exact"],
                "near",
            ),
        }
    ).with_columns(pl.len().over("cluster").alias("cluster_size"))
    frame = frame.filter(pl.col("cluster_size") > 1).sort("cluster", DOC_ID)
    kinds = frame["kind"]
    for name, kind in (("exact", "exact"), ("near", "near"), ("clusters", "representative")):
        stats[name] = int((kinds == kind).sum())
    return DuplicatesResult(frame.select(pl.col(n).cast(t) for n, t in MEMBERS.items()), stats)
