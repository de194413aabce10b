"""Shingle sets on disk: written split by split, read in blocks, so that memory stays bounded.

The file is mapped into memory, so a pair costs nothing but its own pages, and the pages are given
back after every block of pairs.
"""

from __future__ import annotations

import mmap
import shutil
import threading
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.errors import RunError
from corpuskit.kernels.jaccard import jaccard_pairs

BLOCK_VALUES = 32 << 20  # 64-bit shingles that one block of pairs maps at most: 256 MB
TOUCH_VALUES = 8192  # what touching one page maps: Linux maps 64 kB around it


class ShingleStore:
    """The shingle sets of the documents that may be duplicates.

    `append` may be called from several threads; what is found does not depend on their order,
    since sets are looked up by doc_id.
    """

    def __init__(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.path = folder / "shingles.u64"
        self._lock = threading.Lock()
        self._size = 0
        self._ids: list[npt.NDArray[np.uint64]] = []
        self._starts: list[npt.NDArray[np.int64]] = []
        self._sizes: list[npt.NDArray[np.int64]] = []
        self._file = self.path.open("wb")

    def append(
        self, doc_ids: pl.Series, offsets: npt.NDArray[np.int64], values: npt.NDArray[np.uint64]
    ) -> None:
        """Add the sets of some documents, as `shingle_sets` gives them.

        Raises
        ------
        RunError
            If they cannot be written.
        """
        try:
            with self._lock:
                self._file.write(values.data)
                self._ids.append(doc_ids.to_numpy())
                self._starts.append(offsets[:-1] + self._size)
                self._sizes.append(np.diff(offsets))
                self._size += len(values)
        except OSError as error:
            raise RunError(
                f"{self.path}: cannot be written ({error.strerror}); make room on the disk"
            ) from error

    def similarities(
        self,
        doc_ids: npt.NDArray[np.uint64],
        first: npt.NDArray[np.int64],
        second: npt.NDArray[np.int64],
        threshold: float,
    ) -> npt.NDArray[np.float64]:
        """Measure pairs of documents, given as rows of `doc_ids`, block by block.

        Raises
        ------
        RunError
            If a document is not in the store.
        """
        self._file.flush()
        starts, sizes = self._locate(doc_ids)
        out = np.zeros(len(first), np.float64)
        if not self._size:
            return out
        values = np.memmap(self.path, np.uint64, "r", shape=(self._size,))
        mapped = np.maximum(sizes, TOUCH_VALUES)
        volume = np.cumsum(mapped[first] + mapped[second])
        cuts = np.searchsorted(volume, np.arange(BLOCK_VALUES, volume[-1], BLOCK_VALUES))
        for block in np.split(np.arange(len(first)), cuts):
            out[block] = jaccard_pairs(
                np.asarray(values), starts, sizes, first[block], second[block], threshold
            )
            if hasattr(mmap, "MADV_DONTNEED"):
                values._mmap.madvise(mmap.MADV_DONTNEED)  # type: ignore[attr-defined]
        return out

    def close(self) -> None:
        """Delete the file."""
        self._file.close()
        shutil.rmtree(self.path.parent, ignore_errors=True)

    def _locate(
        self, doc_ids: npt.NDArray[np.uint64]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        ids = np.concatenate([*self._ids, np.empty(0, np.uint64)])
        starts = np.concatenate([*self._starts, np.empty(0, np.int64)])
        sizes = np.concatenate([*self._sizes, np.empty(0, np.int64)])
        order = np.argsort(ids, kind="stable")
        places = np.searchsorted(ids[order], doc_ids)
        inside = places < len(ids)
        if not inside.all() or (ids[order][places] != doc_ids).any():
            raise RunError("duplicates: a candidate was not read again; please report this")
        return starts[order][places], sizes[order][places]
