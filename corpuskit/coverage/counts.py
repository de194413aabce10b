"""The counts of all parts of coverage for a split or a shard: made, merged, kept in one file."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from corpuskit.coverage.breadth import unite
from corpuskit.coverage.parts import Part, Tables, Texts
from corpuskit.writers import atomic

Counts = dict[str, Tables]
"""By the name of the part."""
COUNTS_AT_A_TIME = 16


def count(parts: Sequence[Part], texts: Texts) -> Counts:
    """Count a batch."""
    return {part.name: part.count(texts) for part in parts}


def merge(parts: Sequence[Part], counts: Sequence[Counts]) -> Counts:
    """Return the counts of several batches together."""
    return {part.name: part.merge([one[part.name] for one in counts]) for part in parts}


def count_kept(parts: Sequence[Part], texts: Texts, keep: pl.Series, whole: Counts) -> Counts:
    """Count the documents of a batch that are kept.

    Parts that can subtract count those that are dropped and take them away from the counts of the
    whole batch, where these are less text.

    Parameters
    ----------
    keep : Boolean, a row for each document.
    whole : the counts of all documents of the batch.
    """
    sizes = texts.scores["byte_count"].cast(pl.Int64)
    kept, dropped = texts.of(keep), texts.of(~keep)
    less_is_dropped = 2 * int(sizes.filter(keep).sum()) > int(sizes.sum())
    return {
        part.name: part.subtract(whole[part.name], part.count(dropped))
        if part.subtract is not None and less_is_dropped
        else part.count(kept)
        for part in parts
    }


def nothing_of(parts: Sequence[Part], counts: Counts) -> Counts:
    """Take counts away from themselves: nothing is left but the level at which they were made."""
    return {
        part.name: part.subtract(counts[part.name], counts[part.name])
        if part.subtract is not None
        else part.merge([])
        for part in parts
    }


def save(path: Path, counts: Counts) -> None:
    """Write the counts of a split or shard, whole or not at all."""
    arrays = {}
    for part, tables in counts.items():
        for name, table in tables.items():
            buffer = io.BytesIO()
            table.write_ipc(buffer, compression="lz4")
            arrays[f"{part}.{name}"] = np.frombuffer(buffer.getvalue(), np.uint8)
    archive = io.BytesIO()
    np.savez(archive, **arrays)  # type: ignore[arg-type]
    with atomic(path) as file:
        file.write(archive.getvalue())


def load(path: Path) -> Counts:
    """Read what `save` wrote."""
    counts: Counts = {}
    with np.load(path, allow_pickle=False) as stored:
        for key in stored.files:
            part, _, name = key.partition(".")
            counts.setdefault(part, {})[name] = pl.read_ipc(io.BytesIO(stored[key].tobytes()))
    return counts


class Total:
    """Counts that are added up as they come; merged a few at a time, which costs a fraction."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._waiting: list[Counts] = []

    def add(self, counts: Counts) -> None:
        """Take in the counts of one more batch."""
        self._waiting.append(counts)
        if len(self._waiting) == COUNTS_AT_A_TIME:
            self._waiting = [self.counts()]

    def counts(self) -> Counts:
        """Return the counts of all batches so far; of none, the counts of nothing."""
        return merge(self._parts, self._waiting)


def total(parts: Sequence[Part], paths: Iterable[Path]) -> Counts:
    """Add up files that `save` wrote."""
    added = Total(parts)
    for path in paths:
        added.add(load(path))
    return added.counts()


def describe(parts: Sequence[Part], counts: Counts) -> dict[str, Any]:
    """Tell what counts say, part by part."""
    told: dict[str, Any] = {}
    for part in parts:
        told = unite(told, part.describe(counts[part.name]))
    return told
