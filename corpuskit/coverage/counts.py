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
FILES_AT_A_TIME = 16  # of counts that are merged, so that each is merged a few times


def count(parts: Sequence[Part], texts: Texts) -> Counts:
    """Count a batch."""
    return {part.name: part.count(texts) for part in parts}


def merge(parts: Sequence[Part], counts: Sequence[Counts]) -> Counts:
    """Return the counts of several batches together."""
    return {part.name: part.merge([one[part.name] for one in counts]) for part in parts}


def save(path: Path, counts: Counts) -> None:
    """Write the counts of a split or shard, whole or not at all."""
    arrays = {}
    for part, tables in counts.items():
        for name, table in tables.items():
            buffer = io.BytesIO()
            table.write_ipc(buffer)
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


def describe(parts: Sequence[Part], paths: Iterable[Path]) -> dict[str, Any]:
    """Merge files that `save` wrote, a few at a time, and tell what they say."""
    total, waiting = merge(parts, []), list[Counts]()
    for path in paths:
        waiting.append(load(path))
        if len(waiting) == FILES_AT_A_TIME:
            total, waiting = merge(parts, [total, *waiting]), []
    total = merge(parts, [total, *waiting])
    told: dict[str, Any] = {}
    for part in parts:
        told = unite(told, part.describe(total[part.name]))
    return told
