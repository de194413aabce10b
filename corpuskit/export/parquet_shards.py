"""Parquet shards of bounded size with row groups of bounded size, whatever comes in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from corpuskit.writers import ShardWriter

SHARD_BYTES: Final = 256 << 20
"""Text in a shard; the next one begins behind the row group that reaches it."""

GROUP_ROWS: Final = 128
"""Small row groups let several readers share a shard: each takes every n-th of them."""

GROUP_BYTES: Final = 8 << 20
"""A row group is closed behind the document that reaches this: readers hold one in memory."""


class ParquetShards:
    """A growing row of shards: ``PREFIX-00000.parquet``, ``PREFIX-00001.parquet``, …

    Parameters
    ----------
    schema : {column: dtype}; every frame that is appended has these columns.
    text : the column whose bytes are counted.
    group_rows : most rows of a row group.
    """

    def __init__(
        self,
        folder: Path,
        prefix: str,
        schema: Mapping[str, pl.DataType],
        text: str,
        group_rows: int = GROUP_ROWS,
    ) -> None:
        self.group_rows = group_rows
        self.folder, self.prefix, self.schema, self.text = folder, prefix, dict(schema), text
        self.paths: list[Path] = []
        self.rows = self.groups = self.text_bytes = 0
        self._waiting = pl.DataFrame(schema=self.schema)
        self._writer: ShardWriter | None = None
        self._shard_bytes = 0

    def append(self, frame: pl.DataFrame) -> None:
        """Add rows; they are written as soon as they fill a row group."""
        waiting = pl.concat([self._waiting, frame.select(list(self.schema))])
        *full, self._waiting = row_groups(waiting, self.text, self.group_rows)
        for group in full:
            self._write(group)

    def close(self) -> list[Path]:
        """Write what waits, finish the last shard, and return the paths of all."""
        if self._waiting.height:
            self._write(self._waiting)
        self._finish()
        return self.paths

    def abort(self) -> None:
        """Remove the unfinished shard; nothing happens after `close`."""
        if self._writer is not None:
            self._writer.abort()

    def _write(self, group: pl.DataFrame) -> None:
        if self._writer is None:
            path = self.folder / f"{self.prefix}-{len(self.paths):05d}.parquet"
            self._writer = ShardWriter(path, "parquet", self.schema)
            self.paths.append(path)
        self._writer.append(group)
        size = int(group[self.text].str.len_bytes().sum())
        self.rows, self.groups = self.rows + group.height, self.groups + 1
        self.text_bytes, self._shard_bytes = self.text_bytes + size, self._shard_bytes + size
        if self._shard_bytes >= SHARD_BYTES:
            self._finish()

    def _finish(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer, self._shard_bytes = None, 0


def row_groups(
    frame: pl.DataFrame, text: str, group_rows: int = GROUP_ROWS
) -> Iterator[pl.DataFrame]:
    """Part a frame into row groups; the last one, which may be empty, is not full.

    Examples
    --------
    >>> [group.height for group in row_groups(pl.DataFrame({"text": ["a"] * 300}), "text")]
    [128, 128, 44]
    """
    sizes = frame[text].str.len_bytes().fill_null(0).to_numpy().astype(np.int64)
    total, begin = np.cumsum(sizes), 0
    while begin < frame.height:
        before = total[begin] - sizes[begin]
        reached = int(np.searchsorted(total, before + GROUP_BYTES)) + 1  # behind that document
        end = min(begin + group_rows, reached)
        if end > frame.height:
            break
        yield frame[begin:end]
        begin = end
    yield frame[begin:]
