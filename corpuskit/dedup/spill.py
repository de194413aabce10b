"""Records in order, in bounded memory: sorted runs on disk, merged as they are read.

A record is a column of a uint64 array of shape (width, n); records are ordered by their first
number, then by the second, and so on. What fits in the room that was granted never touches the
disk. Merging takes from every run what is not greater than the smallest of the last records
that are in memory, so that each step is a sort of a few blocks (Knuth, The Art of Computer
Programming, vol. 3, 5.4, with blocks for records).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from corpuskit.errors import RunError

Records = npt.NDArray[np.uint64]

NUMBER_BYTES = 8
LEAST_BLOCK_BYTES = 1 << 16  # a shorter read of a disk is mostly waiting
SORT_COPIES = 4  # records, their order, the ordered ones, and those that come in meanwhile


class _Source(Protocol):
    """Gives sorted records, some at a time, and none at the end."""

    def __call__(self) -> Records: ...


class Spill:
    """Records that are added in any order and read in theirs, as often as wanted.

    Parameters
    ----------
    stem : path that the files' names begin with; its folder is there already.
    width : numbers of a record.
    room_bytes : memory for the records that are not on disk, and for merging.
    unique : drop repeats.

    Examples
    --------
    >>> pairs = Spill(Path("unused"), 1, 1 << 20, unique=True)
    >>> pairs.add(np.array([[5, 3, 5]], np.uint64))
    >>> [block.tolist() for block in pairs.blocks()]
    [[[3, 5]]]
    """

    def __init__(self, stem: Path, width: int, room_bytes: int, unique: bool = False) -> None:
        self.stem, self.width, self.room_bytes, self.unique = stem, width, room_bytes, unique
        self._fresh: list[Records] = []
        self._fresh_count = 0
        self._runs: list[Path] = []
        self._made = 0

    @property
    def most_in_memory(self) -> int:
        """How many records wait in memory before they are sorted."""
        return max(1, self.room_bytes // (NUMBER_BYTES * self.width * SORT_COPIES))

    def add(self, records: Records) -> None:
        """Add records: uint64 (width, n).

        Raises
        ------
        RunError
            If the disk is full.
        """
        if records.shape[1]:
            self._fresh.append(records)
            self._fresh_count += records.shape[1]
        if self._fresh_count >= self.most_in_memory:
            ordered = self._take_fresh()
            if self.unique and 2 * ordered.shape[1] < self.most_in_memory:
                self._fresh, self._fresh_count = [ordered], ordered.shape[1]
            else:
                self._write([ordered])

    def compact(self) -> int:
        """Merge all into one run; return the number of records."""
        if not self._runs:
            ordered = self._take_fresh()
            self._fresh, self._fresh_count = [ordered], ordered.shape[1]
            return self._fresh_count
        old = [*self._spilled()]
        count = self._write(self.blocks())
        self._runs = self._runs[-1:]
        for path in old:
            path.unlink()
        return count

    def blocks(self) -> Iterator[Records]:
        """Yield all records in order, in blocks; none is empty."""
        for parts in aligned([self._sources()]):
            merged = ordered(np.concatenate(parts[0], axis=1), self.unique)
            yield merged

    def minus(self, others: Sequence[Spill]) -> Iterator[Records]:
        """Yield the records that are in none of `others`, without repeats; of width 1."""
        for own, *theirs in aligned([self._sources(), *(other._sources() for other in others)]):
            if not own:
                continue
            found = ordered(np.concatenate(own, axis=1), unique=True)[0]
            for part in (part[0] for parts in theirs for part in parts):
                places = np.minimum(np.searchsorted(part, found), len(part) - 1)
                found = found[part[places] != found]
            if len(found):
                yield found[None, :]

    def delete(self) -> None:
        """Forget everything and delete the files."""
        self._fresh, self._fresh_count = [], 0
        for path in self._runs:
            path.unlink(missing_ok=True)
        self._runs = []

    def _take_fresh(self) -> Records:
        empty = np.empty((self.width, 0), np.uint64)
        joined = np.concatenate([empty, *self._fresh], axis=1)
        self._fresh, self._fresh_count = [], 0
        return ordered(joined, self.unique)

    def _spilled(self) -> list[Path]:
        if self._fresh_count:
            self._write([self._take_fresh()])
        return self._runs

    def _write(self, blocks: Iterable[Records]) -> int:
        path = self.stem.with_name(f"{self.stem.name}-{self._made:05d}.u64")
        self._made += 1
        count = 0
        try:
            with path.open("wb") as file:
                for block in blocks:
                    file.write(np.ascontiguousarray(block.T).data)
                    count += block.shape[1]
        except OSError as error:
            with suppress(OSError):
                path.unlink()
            raise RunError(
                f"{path}: cannot be written ({error.strerror}); make room on the disk"
            ) from error
        self._runs.append(path)
        return count

    def _sources(self) -> list[_Source]:
        if not self._runs:
            self.compact()
            return [_Memory(self._fresh[0])]
        runs = self._spilled()
        block = max(LEAST_BLOCK_BYTES, self.room_bytes // (SORT_COPIES * len(runs)))
        return [_Run(path, self.width, block) for path in runs]


def ordered(records: Records, unique: bool = False) -> Records:
    """Sort records, and drop repeats where that is asked for.

    `np.unique` would hash one column, which took ten times as long as to sort it.
    """
    one = len(records) == 1
    records = np.sort(records) if one else records[:, np.lexsort(records[::-1])]
    if unique and records.shape[1]:
        records = records[:, np.r_[True, (records[:, 1:] != records[:, :-1]).any(axis=0)]]
    return records


def aligned(groups: Sequence[Sequence[_Source]]) -> Iterator[list[list[Records]]]:
    """Read groups of sorted sources side by side.

    Yields
    ------
    For each group a list of sorted parts. All parts of one step are less than those of the next,
    or equal to them where one source has repeats.
    """
    cursors = [[_Cursor(source) for source in group] for group in groups]
    while bounds := [bound for group in cursors for each in group if (bound := each.last())]:
        least = min(bounds)
        yield [[part for each in group if len((part := each.take(least))[0])] for group in cursors]


def count_up_to(records: Records, bound: tuple[int, ...]) -> int:
    """Count how many of the sorted records are not greater than `bound`."""
    low, high = 0, int(records.shape[1])
    for column, value in zip(records, bound, strict=True):
        number = np.uint64(value)
        within = column[low:high]
        low, high = (low + int(np.searchsorted(within, number, side)) for side in ("left", "right"))
    return high


class _Cursor:
    """The part of a source that is in memory."""

    def __init__(self, source: _Source) -> None:
        self.source = source
        self.records = source()

    def last(self) -> tuple[int, ...] | None:
        """Return the last record in memory, or None at the end of the source."""
        if not self.records.shape[1]:
            self.records = self.source()
        return tuple(self.records[:, -1].tolist()) if self.records.shape[1] else None

    def take(self, bound: tuple[int, ...]) -> Records:
        """Take what is in memory and not greater than `bound`."""
        count = count_up_to(self.records, bound)
        taken, self.records = self.records[:, :count], self.records[:, count:]
        return taken


class _Memory:
    """Sorted records in memory, given out in blocks."""

    def __init__(self, records: Records) -> None:
        self.records, self.at = records, 0

    def __call__(self) -> Records:
        block = self.records[:, self.at : self.at + LEAST_BLOCK_BYTES]
        self.at += block.shape[1]
        return block


class _Run:
    """A run on disk, read block by block."""

    def __init__(self, path: Path, width: int, block_bytes: int) -> None:
        self.path, self.width, self.offset = path, width, 0
        self.count = max(1, block_bytes // (NUMBER_BYTES * width)) * width

    def __call__(self) -> Records:
        found = np.fromfile(self.path, np.uint64, self.count, offset=self.offset)
        self.offset += NUMBER_BYTES * len(found)
        return np.ascontiguousarray(found.reshape(-1, self.width).T)
