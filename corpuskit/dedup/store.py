"""Shingle sets on disk: written split by split, read in blocks, so that memory stays bounded.

The file is mapped into memory, so a pair costs nothing but its own pages, and the pages are given
back after every block of pairs. Two giant sets, which are more than a block, are merged piece by
piece. So a store larger than memory takes 256 MB of it at the most.
"""

from __future__ import annotations

import mmap
import shutil
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.errors import RunError
from corpuskit.kernels.jaccard import jaccard_pairs, least_common, merge_on

BLOCK_VALUES = 32 << 20  # 64-bit shingles that one block of pairs maps at most: 256 MB
TOUCH_VALUES = 8192  # what touching one page maps: Linux maps 64 kB around it
BLOCK_SETS = 1 << 18  # sets whose places are looked up at a time

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Places:
    """Where the sets of n documents lie in the file.

    starts : int64 (n,), sizes : uint32 (n,), in values; a size of 0 where there is no set.
    """

    starts: Numbers
    sizes: npt.NDArray[np.uint32]


class ShingleStore:
    """The shingle sets of the documents that may be duplicates.

    `append` may be called from several threads; what is found does not depend on their order,
    since sets are looked up by doc_id.
    """

    def __init__(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.path, self.index_path = folder / "shingles.u64", folder / "sets.u64"
        self._lock = threading.Lock()
        self._size = 0
        self._file, self._index = self.path.open("wb"), self.index_path.open("wb")

    def append(self, doc_ids: pl.Series, offsets: Numbers, values: npt.NDArray[np.uint64]) -> None:
        """Add the sets of some documents, as `shingle_sets` gives them.

        Raises
        ------
        RunError
            If they cannot be written.
        """
        try:
            with self._lock:
                starts = (offsets[:-1] + self._size).astype(np.uint64)
                sizes = np.diff(offsets).astype(np.uint64)
                self._index.write(np.stack([doc_ids.to_numpy(), starts, sizes], axis=1).data)
                self._file.write(values.data)
                self._size += len(values)
        except OSError as error:
            raise RunError(
                f"{self.path}: cannot be written ({error.strerror}); make room on the disk"
            ) from error

    def places(
        self, doc_ids: npt.NDArray[np.uint64], slots: npt.NDArray[np.integer], count: int
    ) -> Places:
        """Look up where sets lie, once all are written.

        Parameters
        ----------
        doc_ids : uint64 (d,), ascending. slots : (d,), the document's number among `count`.

        Raises
        ------
        RunError
            If a document is not in the store.
        """
        self._index.flush()
        places = Places(np.zeros(count, np.int64), np.zeros(count, np.uint32))
        left, at = len(doc_ids), 0
        while len(block := np.fromfile(self.index_path, np.uint64, 3 * BLOCK_SETS, offset=at)):
            at += block.nbytes
            ids, starts, sizes = block.reshape(-1, 3).T
            rows = np.searchsorted(doc_ids, ids)
            known = rows < len(doc_ids)
            known[known] = doc_ids[rows[known]] == ids[known]
            places.starts[slots[rows[known]]] = starts[known]
            places.sizes[slots[rows[known]]] = sizes[known]
            left -= int(known.sum())
        if left:
            raise RunError("duplicates: a candidate was not read again; please report this")
        return places

    def similarities(
        self,
        places: Places,
        first: Numbers,
        second: Numbers,
        threshold: float,
        block_values: int = BLOCK_VALUES,
    ) -> npt.NDArray[np.float64]:
        """Measure pairs of documents, given by their numbers, block by block; see `jaccard_pairs`.

        Parameters
        ----------
        block_values : shingles that a block of pairs maps at most, if it is under `BLOCK_VALUES`.
        """
        self._file.flush()
        most = max(min(block_values, BLOCK_VALUES), 2 * TOUCH_VALUES)
        out = np.zeros(len(first), np.float64)
        if not self._size or not len(first):
            return out
        mapped = np.memmap(self.path, np.uint64, "r", shape=(self._size,))
        values, starts, sizes = np.asarray(mapped), places.starts, places.sizes
        touched = [
            np.maximum(sizes[side], TOUCH_VALUES).astype(np.int64) for side in (first, second)
        ]
        volume = touched[0] + touched[1]
        giant = volume > most
        for pair in np.flatnonzero(giant):
            documents = int(first[pair]), int(second[pair])
            out[pair] = _giant(mapped, places, documents, threshold, most // 2)
        number = np.cumsum(np.where(giant, 0, volume)) // most
        rest = np.flatnonzero(~giant)
        for block in np.split(rest, np.flatnonzero(np.diff(number[rest])) + 1):
            out[block] = jaccard_pairs(
                values, starts, sizes, first[block], second[block], threshold
            )
            _give_back(mapped)
        return out

    def close(self) -> None:
        """Delete the files."""
        self._file.close()
        self._index.close()
        shutil.rmtree(self.path.parent, ignore_errors=True)


def _giant(
    mapped: np.memmap[tuple[int], np.dtype[np.uint64]],
    places: Places, documents: tuple[int, int], threshold: float, steps: int,
) -> float:  # fmt: skip
    """Measure one pair, giving pages back after so many steps of the merge."""
    starts = [int(places.starts[document]) for document in documents]
    sizes = [int(places.sizes[document]) for document in documents]
    needed = least_common(*sizes, threshold)
    if needed > min(sizes):
        return 0.0
    stops = [start + size for start, size in zip(starts, sizes, strict=True)]
    cursor = np.array([*starts, 0], np.int64)
    values = np.asarray(mapped)
    while cursor[0] < stops[0] and cursor[1] < stops[1]:
        if not merge_on(values, cursor, *stops, needed, steps):
            return 0.0
        _give_back(mapped)
    return float(cursor[2] / (sum(sizes) - cursor[2]))


def _give_back(mapped: np.memmap[tuple[int], np.dtype[np.uint64]]) -> None:
    if hasattr(mmap, "MADV_DONTNEED"):
        mapped._mmap.madvise(mmap.MADV_DONTNEED)  # type: ignore[attr-defined]
