"""The marks of all documents on disk: ranked by priority, exact groups, and the bands one by one.

One Parquet file has a column a band, in groups of rows, so that a band is read without the
others. A document's rank is its place by (priority, doc_id): 0 is the best.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow.parquet as pq

from corpuskit.dedup.priority import PRIORITY
from corpuskit.dedup.spill import Records, Spill
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.errors import DataError, RunError
from corpuskit.kernels.repeats import count_values, make_counts, may_repeat
from corpuskit.schema import BANDS, DOC_ID, TEXT_HASH

ROWS_PER_GROUP = 1 << 17
DIGEST_HALVES = ("digest.0", "digest.1")
_SIGN = np.uint64(1 << 63)

Ranks = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.bool_]


class Marks:
    """What the search needs of every document.

    Parameters
    ----------
    scores : doc_id, priority, text_hash and bands; read once.
    folder : where the files go, which `delete` deletes.
    room_bytes : memory for sorting and comparing. A sort takes a quarter of it, since as many as
        three are under way at a time.

    Attributes
    ----------
    count : number of documents.
    ranks : uint32 (count,), of the documents in the order of `scores`; None once forgotten.

    Raises
    ------
    DataError
        If a doc_id occurs twice.
    RunError
        If `folder` cannot be written.
    """

    def __init__(
        self, scores: pl.LazyFrame, settings: DuplicateSettings, folder: Path, room_bytes: int
    ) -> None:
        self.folder, self.room_bytes = folder, room_bytes
        self._path, self._ids_path = folder / "marks.parquet", folder / "doc_ids.u64"
        self.bands = settings.bands if settings.near else 0
        _write(scores, self.bands, self._path)
        self._file = pq.ParquetFile(self._path)
        self.count = self._file.metadata.num_rows
        self.ranks = self._rank()

    @property
    def sorting_bytes(self) -> int:
        """Memory for one sort."""
        return self.room_bytes // 4

    def doc_ids(self) -> npt.NDArray[np.uint64]:
        """Map the ids of all ranks: uint64 (count,), read from disk where they are asked for."""
        if not self.count:
            return np.empty(0, np.uint64)
        return np.memmap(self._ids_path, np.uint64, "r", shape=(self.count,))

    def originals(self) -> Ranks:
        """Return for every rank the best rank with the same digest: uint32 (count,)."""
        spill = Spill(self.folder / "digests", 3, self.sorting_bytes)
        for rows, columns in self._columns(DIGEST_HALVES):
            spill.add(np.stack([*columns, self.ranks[rows].astype(np.uint64)]))
        original = np.empty(self.count, np.uint32)
        head = np.zeros((3, 1), np.uint64)
        for number, block in enumerate(spill.blocks()):
            joined = np.concatenate([head, block], axis=1)
            first = (joined[:2, 1:] != joined[:2, :-1]).any(axis=0)
            first[0] |= number == 0
            heads = np.maximum.accumulate(np.where(first, np.arange(1, len(first) + 1), 0))
            original[block[2]] = joined[2, heads]
            head = np.r_[block[:2, -1], joined[2, heads[-1]]][:, None]
        spill.delete()
        return original

    def band(self, band: int, takes_part: Flags) -> Iterator[Records]:
        """Yield (value, rank) of documents that share a value of one band, sorted.

        A few that share theirs with nobody are among them.

        Parameters
        ----------
        takes_part : bool (count,), by rank.
        """
        counts = make_counts(self.count)
        for rows, (values,) in self._columns([str(band)]):
            count_values(values, takes_part[self.ranks[rows]], counts)
        spill = Spill(self.folder / f"band-{band:03d}", 2, self.sorting_bytes)
        for rows, (values,) in self._columns([str(band)]):
            ranks = self.ranks[rows]
            found = may_repeat(values, takes_part[ranks], counts)
            spill.add(np.stack([values[found], ranks[found].astype(np.uint64)]))
        del counts
        yield from spill.blocks()
        spill.delete()

    def forget_bands(self) -> None:
        """Delete what only buckets are made of; ids stay."""
        self._file.close()
        self._path.unlink(missing_ok=True)
        self.ranks = np.empty(0, np.uint32)

    def _columns(
        self, names: Sequence[str]
    ) -> Iterator[tuple[slice, list[npt.NDArray[np.uint64]]]]:
        """Yield the rows and the columns of each group of rows."""
        begin = 0
        for group in range(self._file.num_row_groups):
            table = self._file.read_row_group(group, columns=list(names), use_threads=False)
            yield (
                slice(begin, begin + table.num_rows),
                [table.column(name).to_numpy().view(np.uint64) for name in names],
            )
            begin += table.num_rows

    def _rank(self) -> Ranks:
        spill = Spill(self.folder / "priorities", 3, self.sorting_bytes)
        for rows, (order, ids) in self._columns([PRIORITY, DOC_ID]):
            row = np.arange(rows.start, rows.stop, dtype=np.uint64)
            spill.add(np.stack([order ^ _SIGN, ids, row]))
        ranks = np.empty(self.count, np.uint32)
        begin = 0
        with self._ids_path.open("wb") as file:
            for block in spill.blocks():
                ranks[block[2]] = np.arange(begin, begin + block.shape[1])
                begin += block.shape[1]
                file.write(np.ascontiguousarray(block[1]).data)
        spill.delete()
        ids = np.fromfile(self._ids_path, np.uint64)
        ids.sort()
        if (ids[1:] == ids[:-1]).any():
            raise DataError("duplicates: a doc_id occurs twice; give every document its own")
        return ranks


def _write(scores: pl.LazyFrame, bands: int, path: Path) -> None:
    """Evaluate `scores` once."""
    halves = [
        pl.col(TEXT_HASH).bin.slice(start, 8).bin.reinterpret(dtype=pl.UInt64).alias(name)
        for start, name in zip((0, 8), DIGEST_HALVES, strict=True)
    ]
    columns = [pl.col(BANDS).arr.get(band).alias(str(band)) for band in range(bands)]
    try:
        scores.select(DOC_ID, PRIORITY, *halves, *columns).sink_parquet(
            path, compression="uncompressed", row_group_size=ROWS_PER_GROUP, statistics=False
        )
    except OSError as error:
        raise RunError(f"{path}: cannot be written ({error}); make room on the disk") from error
