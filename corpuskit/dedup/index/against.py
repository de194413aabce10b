"""New documents against those of indexes: only new ones are removed, and never an old one.

The old ones take part in the search as further marks, with a priority before all new ones.
Their doc_ids may be those of new documents (the same file given again), so that here they go by
numbers that no new document has.

Memory: about 60 bytes for each document of the indexes, and what the search itself needs. Sets
of shingles are read from the index for candidates alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.dedup.find import DuplicatesResult, find_duplicates
from corpuskit.dedup.index.folder import Index
from corpuskit.dedup.index.marks import MINIMA, SHINGLES
from corpuskit.dedup.limits import Limits
from corpuskit.dedup.near import Fetch
from corpuskit.dedup.priority import PRIORITY
from corpuskit.dedup.store import ShingleStore
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.kernels.minhash import NO_SHINGLES, bands_of_minima
from corpuskit.schema import BANDS, DOC_ID, TEXT_HASH, USER_ID
from corpuskit.writers import ShardWriter

BEFORE_ALL = -(1 << 63)
MARKS = [DOC_ID, PRIORITY, TEXT_HASH, BANDS]
Ids = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Standing:
    """The documents of some indexes, each once, by (doc_id, text_hash).

    numbers : for each index int64 (n,): the place of its documents among all, or -1 for one that
        an earlier index, or an earlier row, has too.
    ids : uint64 (count,), ascending: what each is called in the search.
    """

    indexes: tuple[Index, ...]
    numbers: tuple[npt.NDArray[np.int64], ...]
    ids: Ids

    def batches(self, columns: Sequence[str]) -> Iterator[tuple[Ids, pl.DataFrame]]:
        """Yield the documents by row groups, with their ids; repeats are left out."""
        for index, numbers in zip(self.indexes, self.numbers, strict=True):
            begin = 0
            for frame in index.batches(columns):
                found = numbers[begin : begin + frame.height]
                begin += frame.height
                yield self.ids[found[found >= 0]], frame.filter(pl.Series(found >= 0))

    def write_marks(self, path: Path, settings: DuplicateSettings) -> None:
        """Write what the search takes of every document, as the scores of a run have it."""
        dtype = pl.Array(pl.UInt64, settings.bands)
        schema = dict(zip(MARKS, (pl.UInt64(), pl.Int64(), pl.Binary(), dtype), strict=True))
        writer = ShardWriter(path, "parquet", schema)
        try:
            for ids, frame in self.batches([TEXT_HASH, MINIMA]):
                minima = frame[MINIMA].to_numpy().reshape(len(ids), -1)
                bands = np.full((len(ids), settings.bands), NO_SHINGLES)
                if settings.near:
                    bands = bands_of_minima(minima, settings.bands, settings.rows)
                columns = {
                    DOC_ID: ids,
                    PRIORITY: np.full(len(ids), BEFORE_ALL),
                    TEXT_HASH: frame[TEXT_HASH],
                    BANDS: pl.Series(bands, dtype=dtype),
                }
                writer.append(pl.DataFrame(columns, schema=schema))
            writer.close()
        finally:
            writer.abort()

    def copy_sets(self, wanted: pl.Series, store: ShingleStore) -> None:
        """Put the shingle sets of those that are wanted in the store."""
        for ids, frame in self.batches([SHINGLES]):
            mask = pl.Series(ids, dtype=pl.UInt64).is_in(wanted.implode())
            if mask.any():
                sets = frame[SHINGLES].filter(mask)
                offsets = np.zeros(len(sets) + 1, np.int64)
                np.cumsum(sets.list.len().to_numpy(), out=offsets[1:])
                values = sets.rechunk().to_arrow().flatten().to_numpy()
                store.append(pl.Series(ids).filter(mask), offsets, np.ascontiguousarray(values))

    def names(self, wanted: pl.Series) -> pl.DataFrame:
        """Return cluster (the id in the search), doc_id and user_id of some documents."""
        schema = {"cluster": pl.UInt64(), DOC_ID: pl.UInt64(), USER_ID: pl.String()}
        found = [pl.DataFrame(schema=schema)]
        for ids, frame in self.batches([DOC_ID, USER_ID]):
            named = frame.insert_column(0, pl.Series("cluster", ids, dtype=pl.UInt64))
            found.append(named.filter(pl.col("cluster").is_in(wanted.implode())))
        return pl.concat(found)


def gather(indexes: Sequence[Index], taken: Ids) -> Standing:
    """Number the documents of indexes; of one that occurs twice, the first counts.

    Parameters
    ----------
    taken : doc_ids of new documents, which no old one will be called.
    """
    halves = [
        pl.col(TEXT_HASH).bin.slice(at, 8).bin.reinterpret(dtype=pl.UInt64).alias(str(at))
        for at in (0, 8)
    ]  # numbers, which take a third of the memory of Binary
    parts = [pl.scan_parquet(list(index.parts)).select(DOC_ID, *halves) for index in indexes]
    columns = [each.to_numpy() for each in pl.concat(parts).collect(engine="streaming")]
    order = np.lexsort(columns[::-1])  # by doc_id, then hash; stable, so that the first stays first
    is_first = np.zeros(len(order), np.bool_)
    is_first[:1] = True
    for values in columns:
        is_first[1:] |= values[order[1:]] != values[order[:-1]]
    numbers = np.full(len(order), -1, np.int64)
    numbers[order[is_first]] = np.arange(is_first.sum())
    cuts = np.cumsum([index.documents for index in indexes])[:-1]
    ids = free_ids(int(is_first.sum()), taken)
    return Standing(tuple(indexes), tuple(np.split(numbers, cuts)), ids)


def free_ids(count: int, taken: Ids) -> Ids:
    """Return the `count` smallest numbers that are not taken: uint64 (count,), ascending.

    Examples
    --------
    >>> free_ids(3, np.array([1, 7], np.uint64)).tolist()
    [0, 2, 3]
    """
    small = np.unique(taken[taken < count + len(taken)])
    return np.setdiff1d(np.arange(count + len(small), dtype=np.uint64), small)[:count]


def find_against(
    scores: pl.LazyFrame,
    settings: DuplicateSettings,
    fetch_shingles: Fetch,
    work_dir: Path,
    indexes: Sequence[Index],
    limits: Limits | None = None,
) -> tuple[DuplicatesResult, pl.DataFrame]:
    """Find the duplicates among new documents, and those of documents of indexes.

    Parameters
    ----------
    scores, settings, fetch_shingles, work_dir, limits : as in `find_duplicates`, of the new
        documents.
    indexes : of the same plan. Their documents are not compared with each other.

    Returns
    -------
    result : of new documents alone. A cluster whose representative is an old document has a
        number that no new document has as its doc_id, as `cluster` and as `representative`; the
        representative has no row, but counts in cluster_size. stats has two more numbers:
        index_documents, and index_matches, the new documents that an old one represents.
    names : cluster, doc_id and user_id of those representatives.

    Raises
    ------
    DataError, RunError
        As `find_duplicates`; DataError also if a part of an index cannot be decoded.
    """
    work_dir.mkdir(parents=True, exist_ok=True)
    taken = scores.select(DOC_ID).collect(engine="streaming")[DOC_ID].to_numpy()
    standing = gather(indexes, taken)
    path = work_dir / "standing.parquet"
    standing.write_marks(path, settings)
    old = pl.Series(standing.ids, dtype=pl.UInt64)

    def fetch(wanted: pl.Series) -> ShingleStore:
        is_old = wanted.is_in(old.implode())
        store = fetch_shingles(wanted.filter(~is_old))
        standing.copy_sets(wanted.filter(is_old), store)
        return store

    try:
        marks = pl.concat([scores.select(MARKS), pl.scan_parquet(path)])
        found = find_duplicates(marks, settings, fetch, work_dir, len(old), limits)
    finally:
        path.unlink(missing_ok=True)
    result = _only_new(found, old)
    return result, standing.names(result.frame["representative"].unique())


def _only_new(found: DuplicatesResult, old: pl.Series) -> DuplicatesResult:
    """Leave out the rows of old documents, and count again."""
    by_old = pl.col("representative").is_in(old.implode())
    frame = found.frame.filter(~pl.col(DOC_ID).is_in(old.implode())).with_columns(
        (pl.len().over("cluster") + by_old).cast(pl.UInt32).alias("cluster_size")
    )
    counts = {
        **{kind: int((frame["kind"] == kind).sum()) for kind in ("exact", "near")},
        "clusters": frame["cluster"].n_unique(),
        "index_documents": len(old),
        "index_matches": frame.select(by_old.sum()).item(),
    }
    return replace(found, frame=frame, stats={**found.stats, **counts})
