"""Buckets of documents that share a band: cut out of sorted records, paired, kept for rounds.

Large buckets, which one round cannot finish, go to disk: the sizes, the members and whether each
has met all others. What is in memory at a time are the buckets of one block, or one bucket, if
it is larger than that: 4 bytes for each of its members, and 1 for having met.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpuskit.dedup.spill import Records
from corpuskit.kernels.candidates import CURSOR, bucket_pairs

ALL_PAIRS_UP_TO = 64
HUBS = 8
BLOCK_MEMBERS = 1 << 18
BLOCK_PAIRS = 1 << 20

Flags = npt.NDArray[np.bool_]
Members = npt.NDArray[np.uint32]
Pairs = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Buckets:
    """Some buckets: bucket i has the ranks ``members[offsets[i]:offsets[i + 1]]``.

    offsets : int64 (b + 1,); members : uint32 (m,), ascending within a bucket.
    met : bool (m,), members that were compared with all others of their bucket.
    """

    offsets: npt.NDArray[np.int64]
    members: Members
    met: Flags

    def pairs(self, kept: Flags, standing: int = 0) -> Iterator[Pairs]:
        """Yield the next round's pairs of kept members, as ``better << 32 | worse``.

        Parameters
        ----------
        standing : pairs of two of these first ranks are left out.
        """
        out = np.empty(BLOCK_PAIRS, np.uint64)
        cursor = np.array(CURSOR)
        while cursor[0] < len(self.offsets) - 1:
            count = bucket_pairs(
                self.offsets, self.members, kept, self.met, ALL_PAIRS_UP_TO, HUBS, out, cursor
            )
            found = out[:count][split(out[:count])[1] >= standing]
            if len(found):
                yield found

    def chosen(self, which: Flags) -> Buckets:
        """Return some of the buckets; `which` is bool (b,)."""
        sizes = np.diff(self.offsets)
        within = np.repeat(which, sizes)
        return _buckets(sizes[which], self.members[within], self.met[within])


class LargeBuckets:
    """The large buckets of all bands, on disk, in the order in which they were added."""

    def __init__(self, folder: Path) -> None:
        self._sizes, self._members, self._met = (
            (folder / f"large-{name}").open("w+b") for name in ("sizes", "members", "met")
        )
        self.count = 0

    def add(self, buckets: Buckets) -> None:
        """Keep those with more than `ALL_PAIRS_UP_TO` members."""
        large = buckets.chosen(np.diff(buckets.offsets) > ALL_PAIRS_UP_TO)
        if len(large.members):
            self.count += len(large.offsets) - 1
            self._sizes.write(np.diff(large.offsets).data)
            self._members.write(large.members.data)
            self._met.write(large.met.data)

    def blocks(self) -> Iterator[Buckets]:
        """Yield the buckets; what their user changes of `met` is kept."""
        for file in (self._sizes, self._members, self._met):
            file.seek(0)
        for _ in range(0, self.count, BLOCK_MEMBERS):
            sizes = np.fromfile(self._sizes, np.int64, BLOCK_MEMBERS)
            starts = np.cumsum(sizes) - sizes
            cuts = np.flatnonzero(np.diff(starts // BLOCK_MEMBERS)) + 1
            for part in np.split(sizes, cuts):
                members = np.fromfile(self._members, np.uint32, part.sum())
                place = self._met.tell()
                met = np.fromfile(self._met, np.bool_, part.sum())
                yield _buckets(part, members, met)
                self._met.seek(place)
                self._met.write(met.data)
                self._met.flush()

    def count_unmet(self, kept: Flags, standing: int = 0) -> int:
        """Count the kept documents that share a bucket with one that they did not meet.

        Parameters
        ----------
        standing : these first ranks are not counted.
        """
        unmet = np.zeros(len(kept), np.bool_)
        for buckets in self.blocks():
            fresh = kept[buckets.members] & ~buckets.met
            in_bucket = np.add.reduceat(fresh, buckets.offsets[:-1], dtype=np.int64)
            fresh &= np.repeat(in_bucket > 1, np.diff(buckets.offsets))
            unmet[buckets.members[fresh]] = True
        return int(unmet[standing:].sum())

    def close(self) -> None:
        """Close the files; whoever made the folder deletes it."""
        for file in (self._sizes, self._members, self._met):
            file.close()


def buckets_of(blocks: Iterable[Records], standing: int = 0) -> Iterator[Buckets]:
    """Cut sorted records of (value, rank) into buckets of two and more members.

    Parameters
    ----------
    standing : buckets without a member behind these first ranks are left out.
    """
    value: np.uint64 | None = None
    held: list[Members] = []
    for values, ranks in blocks:
        last = int(np.searchsorted(values, values[-1]))  # the bucket that may go on
        members = ranks.astype(np.uint32)
        if last == 0 and value == values[-1]:
            held.append(members)
            continue
        own = 0 if value is None else int(np.searchsorted(values, value, "right"))
        held.append(members[:own])
        yield from _whole(held, values[own:last], members[own:last], standing)
        value, held = values[-1], [members[last:]]
    yield from _whole(held, np.empty(0, np.uint64), np.empty(0, np.uint32), standing)


def split(pairs: Pairs) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the better and the worse documents of pairs."""
    better = (pairs >> np.uint64(32)).astype(np.int64)
    return better, (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)


def _whole(
    held: list[Members], values: Records, members: Members, standing: int
) -> Iterator[Buckets]:
    """Yield one bucket that was held back, then those of sorted values."""
    first = np.concatenate([*held, np.empty(0, np.uint32)])
    starts = np.flatnonzero(np.r_[True, values[1:] != values[:-1]][: len(values)])
    sizes = np.diff(np.r_[starts, len(values)])
    for part, ranks in ((np.array([len(first)]), first), (sizes, members)):
        found = _buckets(part, ranks, np.zeros(len(ranks), np.bool_))
        lasts = np.maximum(found.offsets[1:] - 1, 0)
        useful = part > 1
        useful[useful] = ranks[lasts[useful]] >= standing
        if useful.any():
            yield found.chosen(useful)


def _buckets(sizes: npt.NDArray[np.int64], members: Members, met: Flags) -> Buckets:
    offsets = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=offsets[1:])
    return Buckets(offsets, members, met)
