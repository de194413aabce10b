"""Rows sorted by a 64-bit hash, on disk: those of a split, and the table of the whole corpus.

Both are read through memory maps. The rows of all splits are merged one range of hashes at a
time: each range holds about `RANGE_ROWS` rows, whatever the corpus, as hashes are spread evenly
and every split has reduced its rows to one per hash (and document).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from corpuskit.kernels.cut_lines import look_up
from corpuskit.writers import atomic

RANGE_ROWS = 1_000_000
PER_BUCKET = 4
Word = TypeVar("Word", np.uint64, np.int64)
Words = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Table:
    """A sorted table: row i is ``columns[c][i]``; the first column are the hashes."""

    columns: tuple[Words, ...]
    buckets: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.columns[0])

    def find(self, hashes: Words) -> npt.NDArray[np.int64]:
        """Find the rows of hashes, or -1."""
        return look_up(self.columns[0], self.buckets, hashes)


def write_rows(path: Path, columns: Sequence[Words]) -> int:
    """Write the rows of a split, sorted by the first column already; return how many."""
    with atomic(path) as file:
        np.save(file, np.stack(columns))
    return len(columns[0])


def ranges(paths: Sequence[Path], rows: int) -> Iterator[list[Words]]:
    """Yield what every file has in one range of hashes after the other, in ascending order.

    Parameters
    ----------
    rows : in all files.

    Yields
    ------
    per file with rows in the range, an array of shape (columns, r).
    """
    count = max(1, math.ceil(rows / RANGE_ROWS))
    for number in range(count):
        first, last = (number << 64) // count, ((number + 1) << 64) // count - 1
        found = []
        for path in paths:
            whole = np.load(path, mmap_mode="r")
            a = np.searchsorted(whole[0], np.uint64(first), side="left")
            b = np.searchsorted(whole[0], np.uint64(last), side="right")
            if b > a:
                found.append(np.array(whole[:, a:b]))
        if found:
            yield found


def write_table(stem: Path, columns: int, parts: Iterable[Sequence[Words]]) -> int:
    """Write parts, ascending by the first of their columns, as one table; return its rows."""
    rows = 0
    with ExitStack() as stack:
        files = [stack.enter_context(atomic(_column(stem, number))) for number in range(columns)]
        for part in parts:
            rows += len(part[0])
            for file, column in zip(files, part, strict=True):
                file.write(np.ascontiguousarray(column, np.uint64).tobytes())
    bits = max(1, (rows // PER_BUCKET).bit_length())
    edges = np.arange(1 << bits, dtype=np.uint64) << np.uint64(64 - bits)
    begins = np.searchsorted(_map(_column(stem, 0), np.uint64), edges).astype(np.int64)
    with atomic(stem.with_suffix(".buckets")) as file:
        file.write(np.r_[begins, rows].astype(np.int64).tobytes())
    return rows


def open_table(stem: Path, columns: int) -> Table:
    """Open a table that `write_table` has written."""
    return Table(
        tuple(_map(_column(stem, number), np.uint64) for number in range(columns)),
        _map(stem.with_suffix(".buckets"), np.int64),
    )


def _column(stem: Path, number: int) -> Path:
    return stem.with_suffix(f".{number}")


def _map(path: Path, dtype: type[Word]) -> npt.NDArray[Word]:
    if not path.stat().st_size:
        return np.empty(0, dtype)
    return np.asarray(np.memmap(path, dtype, mode="r"))
