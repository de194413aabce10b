"""Consecutive splits become one shard: kept, dropped and raw sample, written in order.

Where shards begin is known before pass 2, from the scores. So a shard's bytes depend on the plan
alone, a shard's receipt is written when all its files are, and a killed run repeats at most the
shard that it was in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from corpuskit import coverage
from corpuskit.engine.local import map_in_order
from corpuskit.layout import shard_name
from corpuskit.manifest import Receipts, check_conservation, peak_memory
from corpuskit.pipeline import Job, Sorted, SortPlan, sort_split
from corpuskit.schema import DOC_ID, KEEP, REASON, REASONS, REMOVED_LINES, REPRESENTATIVE
from corpuskit.splits import Split, held_bytes
from corpuskit.writers import ShardWriter


@dataclass(frozen=True)
class Shard:
    """A shard's number and the names of its splits, in order."""

    number: int
    splits: tuple[str, ...]


def cut_shards(decided: Iterable[tuple[str, pl.DataFrame]], shard_bytes: int) -> list[Shard]:
    """Group splits so that neither the kept nor the dropped text of a shard exceeds `shard_bytes`.

    A split is never cut, so one that is larger than that is a shard of its own.

    Parameters
    ----------
    decided : name and decided scores of every split, in order.
    """
    shards: list[list[str]] = [[]]
    kept = dropped = 0
    for name, scores in decided:
        size = scores["byte_count"].cast(pl.Int64)
        more_kept = int(size.filter(scores[KEEP]).sum())
        more_dropped = int(size.sum()) - more_kept
        full = kept + more_kept > shard_bytes or dropped + more_dropped > shard_bytes
        if full and shards[-1]:
            shards.append([])
            kept = dropped = 0
        shards[-1].append(name)
        kept, dropped = kept + more_kept, dropped + more_dropped
    return [Shard(number, tuple(names)) for number, names in enumerate(shards)]


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
    try:
        work = partial(sort_split, job=job, plan=plan)
        for result in map_in_order(work, missing(), workers, held_bytes):
            shard = shard_of[result.split]
            writer = writer or _OpenShard(job, shard, format)
            writer.append(result)
            advance(result.read_bytes)
            if result.split == shard.splits[-1]:
                done[shard.number] = receipt = writer.close()
                store.write(f"{shard.number:05d}", receipt)
                writer = None
    finally:
        if writer is not None:
            writer.abort()
    if not shard_of:
        done[0] = empty_shard(job, plan, format)
    return [receipt for receipt in done.values() if receipt is not None]


def empty_shard(job: Job, plan: SortPlan, format: str) -> dict[str, Any]:
    """Write the files of a corpus without documents, so that readers find a schema."""
    text = pl.DataFrame(schema={plan.text_name: pl.String, DOC_ID: pl.UInt64})
    reasons = {REASONS: pl.List(REASON), REPRESENTATIVE: pl.String()}
    writer = _OpenShard(job, Shard(0, ()), format)
    writer.append_frame("kept", text, format)
    writer.append_frame(
        "dropped",
        text.select(pl.all(), **{name: pl.lit(None, dtype) for name, dtype in reasons.items()}),
        "parquet",
    )
    if job.keep_removed_lines:
        writer.append_frame("removed_lines", pl.DataFrame(schema=REMOVED_LINES), "parquet")
    return writer.close()


class _OpenShard:
    """A shard while its splits arrive: its files and the sums of its receipt."""

    def __init__(self, job: Job, shard: Shard, format: str) -> None:
        self.job, self.shard, self.format = job, shard, format
        self.writers: dict[str, ShardWriter] = {}
        self.counts: dict[str, dict[str, int]] = {}
        self.documents_shown: dict[str, dict[str, Any]] = {}
        self.shown: dict[str, dict[str, Any]] = {}
        self.documents = {"in": 0, "kept": 0, "dropped": 0}
        self.coverage = coverage.adding_up() if job.recipe.coverage else None

    def append(self, result: Sorted) -> None:
        """Add one split's documents and sums."""
        self.append_frame("kept", result.kept, self.format)
        self.append_frame("dropped", result.dropped, "parquet")
        if result.raw_sample is not None:
            self.append_frame("raw_sample", result.raw_sample, "parquet")
        if result.removed_lines is not None:
            self.append_frame("removed_lines", result.removed_lines, "parquet")
        self.documents["in"] += result.documents
        self.documents["kept"] += result.kept.height
        self.documents["dropped"] += result.dropped.height
        for rule, counts in result.counts.items():
            sums = self.counts.setdefault(rule, dict.fromkeys(counts, 0))
            for name, count in counts.items():
                sums[name] += count
        self.documents_shown |= result.documents_shown
        self.shown |= result.shown
        if self.coverage is not None and result.coverage is not None:
            self.coverage.add(result.coverage)

    def append_frame(self, folder: str, frame: pl.DataFrame, format: str) -> None:
        """Add rows to one of the shard's files; an empty file is made in the first shard only."""
        if not frame.height and self.shard.number:
            return
        if folder not in self.writers:
            path = self.job.layout.root / folder / shard_name(self.shard.number, format)
            self.writers[folder] = ShardWriter(path, format, frame.schema)
        self.writers[folder].append(frame)

    def abort(self) -> None:
        """Delete what has been written; the shard begins anew in the next run."""
        for writer in self.writers.values():
            writer.abort()

    def close(self) -> dict[str, Any]:
        """Publish the files, then return the receipt that speaks of them."""
        counts = self.documents
        check_conservation(counts["in"], counts["kept"], counts["dropped"], skipped=0)
        outputs = {}
        for folder, writer in self.writers.items():
            rows, size, digest = writer.close()
            outputs[f"{folder}/{writer.path.name}"] = {
                "documents": rows,
                "bytes": size,
                "sha256": digest,
            }
        if self.coverage is not None:
            path = self.job.layout.counts(f"kept-{self.shard.number:05d}")
            coverage.save(path, self.coverage.counts())
        return {
            "shard": self.shard.number,
            "documents": self.documents,
            "rules": self.counts,
            "documents_shown": self.documents_shown,
            "shown": self.shown,
            "outputs": outputs,
            "peak_memory_bytes": peak_memory(),
        }
