"""From the marks of all documents to proven duplicates and their representatives.

Documents are numbered by priority (rank 0 goes before all others), so that neither the order of
the scores nor that of the splits can change the result. Exact groups come first; one document of
each goes on to the search for near duplicates.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.dedup.marks import fingerprint, shingle_sets
from corpuskit.dedup.near import Fetch, Floats, Near, Ranks, find_near
from corpuskit.dedup.priority import PRIORITY, with_priority
from corpuskit.dedup.store import ShingleStore
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.errors import DataError, RunError
from corpuskit.features import Measured
from corpuskit.schema import BANDS, DOC_ID, TEXT_HASH

BATCH_BYTES = 8 << 20
MEMBERS = {
    DOC_ID: pl.UInt64(),
    "cluster": pl.UInt64(),
    "representative": pl.UInt64(),
    "jaccard": pl.Float64(),
    "kind": pl.String(),
    "cluster_size": pl.UInt32(),
}


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
    return DuplicatesResult(frame, _stats(frame, Near(np.empty(0, np.int64), np.empty(0))))


def find_duplicates(
    scores: pl.LazyFrame,
    settings: DuplicateSettings,
    fetch_shingles: Fetch,
    work_dir: Path,
    standing: int = 0,
) -> DuplicatesResult:
    """Find the duplicates among the documents of `scores`.

    Parameters
    ----------
    scores : doc_id (unique), priority, text_hash and bands of the documents that take part, in
        any order.
    fetch_shingles : reads the shingle sets of the documents with these ids (ascending) again;
        called once at most.
    work_dir : folder for temporary files; made if it is not there.
    standing : so many documents, the first by priority, are not compared with each other, so
        that none of them is a near duplicate.

    Raises
    ------
    DataError
        If a doc_id occurs twice.
    RunError
        If `work_dir` cannot be written, or `fetch_shingles` left a document out.
    """
    work_dir.mkdir(parents=True, exist_ok=True)
    path = work_dir / "marks.parquet"
    _write_marks(scores, settings, path)
    try:
        return _find(path, settings, fetch_shingles, standing)
    finally:
        path.unlink()


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


def _write_marks(scores: pl.LazyFrame, settings: DuplicateSettings, path: Path) -> None:
    """Evaluate `scores` once; a file with a column a band can then be read a band at a time."""
    bands = [pl.col(BANDS).arr.get(band).alias(str(band)) for band in _bands(settings)]
    try:
        scores.select(DOC_ID, PRIORITY, TEXT_HASH, *bands).sink_parquet(path)
    except OSError as error:
        raise RunError(f"{path}: cannot be written ({error}); make room on the disk") from error


def _bands(settings: DuplicateSettings) -> range:
    return range(settings.bands if settings.near else 0)


def _find(
    path: Path, settings: DuplicateSettings, fetch_shingles: Fetch, standing: int
) -> DuplicatesResult:
    ranked = (
        pl.read_parquet(path, columns=[DOC_ID, PRIORITY, TEXT_HASH])
        .with_row_index("row")
        .sort(PRIORITY, DOC_ID)
    )
    if ranked[DOC_ID].n_unique() != ranked.height:
        raise DataError("duplicates: a doc_id occurs twice; give every document its own")
    doc_ids, rows = ranked[DOC_ID].to_numpy(), ranked["row"].to_numpy()
    own = np.arange(len(doc_ids))
    original = _originals(ranked) if settings.exact else own
    del ranked
    bands = (
        pl.read_parquet(path, columns=[str(band)]).to_series().to_numpy()[rows]
        for band in _bands(settings)
    )
    near = find_near(doc_ids, bands, original == own, settings.similarity, fetch_shingles, standing)
    frame = _members(doc_ids, original, near.representative, near.similarity)
    return DuplicatesResult(frame, _stats(frame, near))


def _originals(ranked: pl.DataFrame) -> Ranks:
    """Return for every rank the best rank with the same digest."""
    best = ranked.with_row_index("rank").select(pl.col("rank").min().over(TEXT_HASH))
    ranks: Ranks = best.to_series().cast(pl.Int64).to_numpy()
    return ranks


def _members(
    doc_ids: npt.NDArray[np.uint64], original: Ranks, near: Ranks, similarity: Floats
) -> pl.DataFrame:
    """Join exact and near: a copy of a dropped document follows it to its representative."""
    own = np.arange(len(doc_ids))
    representative = near[original]
    members = np.flatnonzero(np.bincount(representative, minlength=len(own))[representative] > 1)
    own, representative, original = own[members], representative[members], original[members]
    frame = pl.DataFrame(
        {
            DOC_ID: doc_ids[own],
            "cluster": doc_ids[representative],
            "representative": doc_ids[representative],
            "jaccard": similarity[original],
        }
    ).with_columns(
        pl.when(pl.Series(representative == own)).then(pl.lit("representative"))
        .when(pl.Series(representative == original)).then(pl.lit("exact"))
        .otherwise(pl.lit("near")).alias("kind"),
        pl.len().over("cluster").alias("cluster_size"),
    )  # fmt: skip
    frame = frame.sort("cluster", DOC_ID)
    return frame.select(pl.col(name).cast(dtype) for name, dtype in MEMBERS.items())


def _stats(frame: pl.DataFrame, near: Near) -> dict[str, int]:
    kinds = frame["kind"]
    return {
        "exact": int((kinds == "exact").sum()),
        "near": int((kinds == "near").sum()),
        "clusters": int((kinds == "representative").sum()),
        "candidate_pairs": len(near.pairs),
        "verified_pairs": len(near.edges),
        "unverified_documents": near.unmet,
    }
