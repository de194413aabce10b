"""Write an index: parts under a hidden name, the manifest last, then the folder in its place.

Where parts and row groups end depends on the documents and their order alone, so that the bytes
are the same whatever the splits and the workers.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Any

import polars as pl

import corpuskit
from corpuskit.dedup.index.folder import FORMAT, MANIFEST, VERSION, is_index
from corpuskit.dedup.index.marks import MINIMA, SHINGLES, index_schema
from corpuskit.errors import ConfigError, RunError
from corpuskit.writers import ShardWriter, write_json

GROUP_VALUES = 1 << 20  # 8 MB of shingles: what comparing reads at a time
GROUPS_PER_PART = 32
ENCODING = {
    "use_dictionary": False,
    "column_encoding": {f"{SHINGLES}.list.element": "BYTE_STREAM_SPLIT"},
}
"""Hashes do not repeat, but the high bytes of a sorted set hardly change: a tenth off the files."""
DOCUMENT_VALUES = 128  # what a document weighs besides its shingles


def check_target(folder: Path, overwrite: bool) -> None:
    """Refuse to write an index over something else.

    Raises
    ------
    ConfigError
        If the folder holds anything but an index that `overwrite` may replace.
    """
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if folder.exists() and not is_index(folder):
        raise ConfigError(f"{folder}: is there and is no index; choose a new folder for the index")
    if folder.exists() and not overwrite:
        raise ConfigError(
            f"{folder}: holds an index already; add --overwrite to replace it, or choose another "
            "folder"
        )


class IndexWriter:
    """Writes one index; it appears under its name when all of it is there.

    Parameters
    ----------
    folder : where; what is there is replaced, so `check_target` comes first.
    plan : of the marks, as `marks_plan` gives it.
    made_by : what the manifest says about the origin.
    """

    def __init__(self, folder: Path, plan: dict[str, Any], made_by: dict[str, Any]) -> None:
        folder = folder.absolute()
        self.folder, self.plan = folder, plan
        self.made_by = {"corpuskit": corpuskit.__version__, **made_by}
        self.hidden = folder.with_name(f".{folder.name}.tmp-index")
        self.schema = index_schema(plan["bands"] * plan["rows"])
        self.parts: dict[str, dict[str, Any]] = {}
        self.weight = 0
        self._group, self._pending = 0, [pl.DataFrame(schema=self.schema)]
        self._part: ShardWriter | None = None

    def __enter__(self) -> IndexWriter:
        """Begin; what a killed run left under the hidden name goes."""
        try:
            shutil.rmtree(self.hidden, ignore_errors=True)
            self.hidden.mkdir(parents=True)
        except OSError as error:
            raise RunError(
                f"{self.folder}: cannot be written ({error.strerror}); choose another folder for "
                "the index"
            ) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Publish, or leave nothing."""
        try:
            if kind is None:
                self._publish()
        finally:
            if self._part is not None:
                self._part.abort()
            shutil.rmtree(self.hidden, ignore_errors=True)

    def append(self, frame: pl.DataFrame) -> None:
        """Add documents, as `index_marks` gives them."""
        weights = frame[SHINGLES].list.len().cast(pl.Int64) + DOCUMENT_VALUES
        begins = weights.cum_sum() - weights + self.weight
        self.weight += int(weights.sum())
        cut = frame.with_columns((begins // GROUP_VALUES).alias("group"))
        for rows in cut.partition_by("group", maintain_order=True):
            number = int(rows["group"][0])
            if number != self._group:
                self._flush(number)
            self._pending.append(rows.drop("group"))

    def _flush(self, next_group: int) -> None:
        """Write the pending row group; end the part where the next group begins another."""
        rows = pl.concat(self._pending, rechunk=True)
        self._pending = [pl.DataFrame(schema=self.schema)]
        if self._part is None:
            path = self.hidden / f"part-{len(self.parts):05d}.parquet"
            self._part = ShardWriter(path, "parquet", self.schema, ENCODING)
        self._part.append(rows)
        if next_group // GROUPS_PER_PART != self._group // GROUPS_PER_PART:
            self._end_part()
        self._group = next_group

    def _end_part(self) -> None:
        assert self._part is not None, "a part ends behind a row group of it"
        documents, size, digest = self._part.close()
        facts = {"documents": documents, "bytes": size, "sha256": digest}
        self.parts[self._part.path.name] = facts
        self._part = None

    def _publish(self) -> None:
        self._flush(self._group)
        self._end_part()
        facts = {
            "format": FORMAT,
            "version": VERSION,
            "marks": self.plan,
            "minima": {"column": MINIMA, "dtype": "uint32", "family": "a * x + b mod 2^32"},
            "documents": sum(part["documents"] for part in self.parts.values()),
            "bytes": sum(part["bytes"] for part in self.parts.values()),
            "parts": self.parts,
            "made_by": self.made_by,
        }
        write_json(self.hidden / MANIFEST, facts)
        if self.folder.exists():
            shutil.rmtree(self.folder)
        os.replace(self.hidden, self.folder)
