"""Consecutive splits become one shard: kept, dropped and raw sample, written in order.

Where shards begin is known before pass 2, from the scores. So a shard's bytes depend on the plan
alone, a shard's receipt is written when all its files are, and a killed run repeats at most the
shard that it was in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from corpuskit import coverage
from corpuskit.engine.local import map_in_order
from corpuskit.layout import shard_name
from corpuskit.manifest import Receipts
from corpuskit.pipeline import EXAMPLES_PER_RULE, Job, Sorted, SortPlan, sort_split
from corpuskit.schema import DOC_ID, KEEP
from corpuskit.splits import Split
from corpuskit.writers import ShardWriter


@dataclass(frozen=True)
class Shard:
    """A shard's number and the names of its splits, in order."""

    number: int
    splits: tuple[str, ...]


def cut_shards(
    receipts: Sequence[dict[str, Any]], decided: pl.LazyFrame, shard_bytes: int
) -> list[Shard]:
    """Group splits so that neither the kept nor the dropped text of a shard exceeds `shard_bytes`.

    A split is never cut, so one that is larger than that is a shard of its own.
    """
    volumes = _volumes(decided)
    shards: list[list[str]] = []
    kept = dropped = 0
    for receipt in receipts:
        more_kept, more_dropped = volumes.get(receipt["split"], (0, 0))
        full = kept + more_kept > shard_bytes or dropped + more_dropped > shard_bytes
        if full or not shards:
            shards.append([])
            kept = dropped = 0
        shards[-1].append(receipt["split"])
        kept, dropped = kept + more_kept, dropped + more_dropped
    return [Shard(number, tuple(names)) for number, names in enumerate(shards)]


def _volumes(decided: pl.LazyFrame) -> dict[str, tuple[int, int]]:
    size = pl.col("byte_count").cast(pl.Int64)
    rows = (
        decided.group_by("split")
        .agg(
            size.filter(pl.col(KEEP)).sum().alias("kept"),
            size.filter(~pl.col(KEEP)).sum().alias("dropped"),
        )
        .collect(engine="streaming")
    )
    return {
        path.rsplit("/part-", 1)[-1].removesuffix(".parquet"): (kept, dropped)
        for path, kept, dropped in rows.iter_rows()
    }


def write_shards(
    job: Job,
    plan: SortPlan,
    shards: Sequence[Shard],
    splits: Iterator[Split],
    format: str,
    workers: int,
    advance: Callable[[int], None],
) -> list[dict[str, Any]]:
    """Run pass 2 over every shard without a receipt; return the receipts of all, in order."""
    store = Receipts(job.layout.work / "write", job.plan)
    done = {shard.number: store.read(f"{shard.number:05d}") for shard in shards}
    shard_of = {name: shard for shard in shards for name in shard.splits}

    def missing() -> Iterator[Split]:
        for split in splits:
            if done[shard_of[split.name].number] is None:
                yield split
            else:
                advance(split.bytes)

    writer: _OpenShard | None = None
    for result in map_in_order(partial(sort_split, job=job, plan=plan), missing(), workers):
        shard = shard_of[result.split]
        writer = writer or _OpenShard(job, shard, format)
        writer.append(result)
        advance(result.read_bytes)
        if result.split == shard.splits[-1]:
            done[shard.number] = receipt = writer.close()
            store.write(f"{shard.number:05d}", receipt)
            writer = None
    return [receipt for receipt in done.values() if receipt is not None]


class _OpenShard:
    """A shard while its splits arrive: three files and the sums of its receipt."""

    def __init__(self, job: Job, shard: Shard, format: str) -> None:
        self.job, self.shard, self.format = job, shard, format
        self.writers: dict[str, ShardWriter] = {}
        self.counts: dict[str, dict[str, int]] = {}
        self.examples: dict[str, list[dict[str, Any]]] = {}
        self.documents = {"in": 0, "kept": 0, "dropped": 0}
        self.sketches: coverage.Sketches | None = None
        self.hosts: list[pl.DataFrame] = []

    def append(self, result: Sorted) -> None:
        """Add one split's documents and sums."""
        self._append("kept", result.kept, self.format)
        self._append("dropped", result.dropped, "parquet")
        self._append("raw_sample", result.raw_sample, "parquet")
        self.documents["in"] += result.documents
        self.documents["kept"] += result.kept.height
        self.documents["dropped"] += result.dropped.height
        for rule, counts in result.counts.items():
            sums = self.counts.setdefault(rule, dict.fromkeys(counts, 0))
            for name, count in counts.items():
                sums[name] += count
        for rule, rows in result.examples.items():
            best = self.examples.get(rule, []) + rows
            self.examples[rule] = sorted(best, key=lambda row: row[DOC_ID])[:EXAMPLES_PER_RULE]
        self.sketches = coverage.merge(self.sketches, result.sketches)
        self.hosts.append(result.hosts)

    def _append(self, folder: str, frame: pl.DataFrame, format: str) -> None:
        if not frame.height:
            return
        if folder not in self.writers:
            path = self.job.layout.root / folder / shard_name(self.shard.number, format)
            self.writers[folder] = ShardWriter(path, format, frame.schema)
        self.writers[folder].append(frame)

    def close(self) -> dict[str, Any]:
        """Publish the files, then return the receipt that speaks of them."""
        outputs = {}
        for folder, writer in self.writers.items():
            rows, size, digest = writer.close()
            outputs[f"{folder}/{writer.path.name}"] = {
                "documents": rows,
                "bytes": size,
                "sha256": digest,
            }
        path = self.job.layout.work / "coverage" / f"kept-{self.shard.number:05d}.npz"
        coverage.save(path, self.sketches, coverage.merge_hosts(self.hosts))
        return {
            "shard": self.shard.number,
            "documents": self.documents,
            "rules": self.counts,
            "examples": self.examples,
            "outputs": outputs,
        }
