"""From the marks of all documents to proven duplicates and their representatives.

Documents are numbered by priority (rank 0 goes before all others), so that neither the order of
the scores nor that of the splits can change the result. Exact groups come first; one document of
each goes on to the search for near duplicates. All that grows with the corpus is on disk, but
for the bytes per document that `corpuskit.dedup.limits` states.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.dedup.limits import Limits, half_of_memory
from corpuskit.dedup.marks import fingerprint, shingle_sets
from corpuskit.dedup.marks_on_disk import Marks, Ranks
from corpuskit.dedup.near import Fetch, Near, find_near
from corpuskit.dedup.priority import PRIORITY, with_priority
from corpuskit.dedup.store import ShingleStore
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.features import Measured
from corpuskit.schema import DOC_ID

BATCH_BYTES = 8 << 20
MEMBERS = {
    DOC_ID: pl.UInt64(),
    "cluster": pl.UInt64(),
    "representative": pl.UInt64(),
    "jaccard": pl.Float64(),
    "kind": pl.String(),
    "cluster_size": pl.UInt32(),
}
KINDS = ["representative", "exact", "near"]


@dataclass(frozen=True)
class DuplicatesResult:
    """What was found.

    frame : one row per member of a cluster, sorted by (cluster, doc_id): doc_id, cluster (the
        representative's doc_id), representative, jaccard to it, kind and cluster_size. A kind is
        ``representative`` (kept), ``exact`` (same text as the representative) or ``near``; an
        exact copy of a near duplicate is as near to the representative as that one is.
    stats : exact, near, clusters (of two and more); candidate_pairs (pairs that share a band and
        were compared), verified_pairs (those that reach the threshold), unverified_documents
        (kept members of large buckets that did not meet all other kept members).
    """

    frame: pl.DataFrame
    stats: dict[str, int]


def no_duplicates() -> DuplicatesResult:
    """Return the result of not looking for any."""
    frame = pl.DataFrame(schema=MEMBERS)
    return DuplicatesResult(frame, _stats(frame, Near(np.empty(0, np.uint32), np.empty(0))))


def find_duplicates(
    scores: pl.LazyFrame,
    settings: DuplicateSettings,
    fetch_shingles: Fetch,
    work_dir: Path,
    standing: int = 0,
    limits: Limits | None = None,
) -> DuplicatesResult:
    """Find the duplicates among the documents of `scores`.

    Parameters
    ----------
    scores : doc_id (unique), priority, text_hash and bands of the documents that take part, in
        any order.
    fetch_shingles : reads the shingle sets of the documents with these ids (ascending) again;
        called once at most.
    work_dir : folder for temporary files; made if it is not there. What a killed search left in
        it is deleted, and so is what this one writes, however it ends.
    standing : so many documents, the first by priority, are not compared with each other, so
        that none of them is a near duplicate.
    limits : memory and the estimate of the disk; by default half of the machine's memory. What
        is found does not depend on it.

    Raises
    ------
    DataError
        If a doc_id occurs twice.
    RunError
        If there is too little memory or disk, before the search starts; if `work_dir` cannot be
        written, or `fetch_shingles` left a document out.
    """
    folder = work_dir / "search"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        limits = limits or Limits(half_of_memory())
        return _search(scores, settings, fetch_shingles, folder, limits, standing)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def deduplicate(
    texts: pl.Series,
    doc_id: pl.Series,
    settings: DuplicateSettings,
    first: pl.Series | None = None,
    columns: pl.DataFrame | None = None,
) -> DuplicatesResult:
    """Find the duplicates among texts in memory.

    Parameters
    ----------
    texts : String without nulls.
    doc_id : unsigned integers, unique.
    first : Boolean; documents that stand for others before all those that are not marked.
    columns : what `settings.keep` asks for besides the texts: the feature, or `keep_order`.

    Examples
    --------
    >>> texts = pl.Series(["A  copy.", "A copy.", "Another text."])
    >>> deduplicate(texts, pl.Series([7, 8, 9]), DuplicateSettings()).frame["kind"].to_list()
    ['representative', 'exact']
    """
    doc_id = doc_id.cast(pl.UInt64).alias(DOC_ID)
    lengths = texts.str.len_chars().alias("char_count").to_frame()
    beside = lengths if columns is None else lengths.hstack(columns)
    order = with_priority(beside, settings)[PRIORITY]
    if first is not None:
        order = order - first.cast(pl.Int64) * (1 << 32)
    scores = pl.concat(
        [
            pl.DataFrame(
                {
                    DOC_ID: doc_id[part.start : part.stop],
                    PRIORITY: order[part.start : part.stop],
                    **fingerprint(Measured(batch), settings),
                }
            )
            for part, batch in _batches(texts)
        ]
    )
    with tempfile.TemporaryDirectory(prefix="corpuskit-") as folder:

        def fetch(wanted: pl.Series) -> ShingleStore:
            store = ShingleStore(Path(folder) / "shingles")
            mask = doc_id.is_in(wanted.implode())
            ids = doc_id.filter(mask)
            for part, batch in _batches(texts.filter(mask)):
                store.append(ids[part.start : part.stop], *shingle_sets(Measured(batch), settings))
            return store

        return find_duplicates(scores.lazy(), settings, fetch, Path(folder))


def _batches(texts: pl.Series) -> Iterator[tuple[range, pl.Series]]:
    """Cut texts where each `BATCH_BYTES` begin; there is one batch at least."""
    ends = texts.str.len_bytes().cast(pl.Int64).cum_sum().to_numpy()
    goals = np.arange(BATCH_BYTES, ends[-1] if len(ends) else 0, BATCH_BYTES)
    cuts = np.unique(np.r_[0, np.searchsorted(ends, goals), len(texts)]).tolist()
    for start, stop in zip(cuts, cuts[1:] or [0], strict=False):
        yield range(start, stop), texts[start:stop]


def _search(
    scores: pl.LazyFrame,
    settings: DuplicateSettings,
    fetch_shingles: Fetch,
    folder: Path,
    limits: Limits,
    standing: int,
) -> DuplicatesResult:
    """Search in an empty folder that is deleted afterwards."""
    count = int(scores.select(pl.len()).collect(engine="streaming").item())
    room = limits.room_bytes(count)
    limits.check_disk(count, settings.bands if settings.near else 0, folder)
    marks = Marks(scores, settings, folder, room)
    original = marks.originals() if settings.exact else np.arange(count, dtype=np.uint32)
    held = folder / "originals.u32"
    original.tofile(held)
    takes_part = original == np.arange(count, dtype=np.uint32)
    del original
    near = find_near(marks, takes_part, settings.similarity, fetch_shingles, limits, standing)
    frame = _members(marks.doc_ids(), np.fromfile(held, np.uint32), near)
    return DuplicatesResult(frame, _stats(frame, near))


def _members(doc_ids: npt.NDArray[np.uint64], original: Ranks, near: Near) -> pl.DataFrame:
    """Join exact and near: a copy of a dropped document follows it to its representative."""
    own = np.arange(len(doc_ids), dtype=np.uint32)
    representative = near.representative[original]
    in_cluster = representative != own
    in_cluster[representative[in_cluster]] = True
    own = own[in_cluster]
    representative, original = representative[in_cluster], original[in_cluster]
    kinds = np.where(representative == original, 1, 2).astype(np.uint32)
    kinds[representative == own] = 0
    frame = pl.DataFrame(
        {
            DOC_ID: doc_ids[own],
            "cluster": doc_ids[representative],
            "jaccard": near.similarity[original],
            "kind": kinds,
        }
    ).sort("cluster", DOC_ID)
    return frame.select(
        DOC_ID,
        "cluster",
        pl.col("cluster").alias("representative"),
        "jaccard",
        pl.lit(pl.Series(KINDS)).gather("kind").alias("kind"),
        pl.len().over("cluster").cast(pl.UInt32).alias("cluster_size"),
    ).select(pl.col(name).cast(dtype) for name, dtype in MEMBERS.items())


def _stats(frame: pl.DataFrame, near: Near) -> dict[str, int]:
    kinds = frame["kind"]
    return {
        "exact": int((kinds == "exact").sum()),
        "near": int((kinds == "near").sum()),
        "clusters": int((kinds == "representative").sum()),
        "candidate_pairs": near.pairs,
        "verified_pairs": near.edges,
        "unverified_documents": near.unmet,
    }
