"""Counts of a share of all different words or n-grams, as tables that merge and can be taken away.

`kernels.vocabulary` says which are counted. Tables of two batches merge by taking the higher of
their levels, adding up, and raising the level until the limit holds: the result is that of the two
batches read as one. Counts of a part of a batch can be taken away from those of the batch, at its
level; so what is kept has a lower level than all only where nothing was taken away, and is brought
to that of all before it is told (`corpuskit.coverage.describe`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from corpuskit.coverage.parts import Tables
from corpuskit.kernels.vocabulary import Sample, Words, highest, sample_ngrams

LIMITS: Final = {1: 65_536, 2: 32_768, 3: 32_768, 5: 32_768, 13: 32_768}
"""By the words of an n-gram, how many different ones are counted at most. With m of them counted
the standard error of all is 1 / sqrt(m): up to 0.55 % for words, up to 0.78 % for n-grams."""
SUMS = {"size": pl.UInt8, "level": pl.UInt8, "total": pl.UInt64}
COUNTED = {"hash": pl.UInt64, "count": pl.UInt64}


class Counted(NamedTuple):
    """The n-grams of one size: all there are, the level, and how often each sampled one occurs."""

    total: int
    level: int
    counts: pl.DataFrame

    @property
    def distinct(self) -> int:
        """All different ones: exact at level 0, else estimated."""
        return self.counts.height << self.level


def count(words: Words, sizes: Sequence[int]) -> Tables:
    """Count a batch: ``sums`` has a row for each size, a table by its name the sampled counts."""
    lengths = np.diff(words.offsets)
    return _tables(
        {
            size: _counted(
                sample_ngrams(words, size, LIMITS[size]),
                int(np.maximum(lengths - size + 1, 0).sum()),
            )
            for size in sizes
        }
    )


def merge(tables: Sequence[Tables], sizes: Sequence[int]) -> Tables:
    """Return the counts of several batches together."""
    nothing = Counted(0, 0, pl.DataFrame(schema=COUNTED))
    return _tables(
        {size: _merged([nothing, *(read(one, size) for one in tables)], LIMITS[size])
         for size in sizes}
    )  # fmt: skip


def subtract(whole: Tables, part: Tables, sizes: Sequence[int]) -> Tables:
    """Return the counts of what is in `whole` and not in `part`, which is a part of it."""
    return _tables({size: _left(read(whole, size), read(part, size)) for size in sizes})


def read(tables: Tables, size: int) -> Counted:
    """Return what the tables hold of one size."""
    row = tables["sums"].row(by_predicate=pl.col("size") == size, named=True)
    return Counted(row["total"], row["level"], tables[str(size)])


def thin(table: pl.DataFrame, most: int, level: int = 0) -> tuple[pl.DataFrame, int]:
    """Keep rows by their hash, at most `most`: those that `level` counts, or a higher one.

    Returns
    -------
    The rows in the order of their hashes, and the level that was needed.
    """
    rows = table.filter(pl.col("hash") <= highest(level)).sort("hash")
    while rows.height > most:
        level += 1
        rows = rows.filter(pl.col("hash") <= highest(level))
    return rows, level


def _counted(sample: Sample, total: int) -> Counted:
    counts = pl.DataFrame({"hash": sample.hashes, "count": sample.counts}, schema=COUNTED)
    return Counted(total, sample.level, counts)


def _merged(several: Sequence[Counted], limit: int) -> Counted:
    level = max(one.level for one in several)
    rows = pl.concat([one.counts for one in several]).filter(pl.col("hash") <= highest(level))
    counts, level = thin(rows.group_by("hash").agg(pl.col("count").sum()), limit, level)
    return Counted(sum(one.total for one in several), level, counts)


def _left(whole: Counted, part: Counted) -> Counted:
    less = part.counts.rename({"count": "less"})
    counts = whole.counts.join(less, on="hash", how="left").select(
        "hash", pl.col("count") - pl.col("less").fill_null(0)
    )
    return Counted(
        whole.total - part.total, whole.level, counts.filter(pl.col("count") > 0).sort("hash")
    )


def _tables(counted: dict[int, Counted]) -> Tables:
    rows = [(size, one.level, one.total) for size, one in counted.items()]
    sums = pl.DataFrame(rows, schema=SUMS, orient="row")
    return {"sums": sums, **{str(size): one.counts for size, one in counted.items()}}
