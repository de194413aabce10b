"""The corpus' search for repeated lines: marks of every split, then a table, for each search.

A search is a pass of its own: hosts first, then units in what the frames of hosts have left. Its
table stays in the scratch of the run, where the passes behind it look lines up. A run that was
killed goes on behind the last receipt, of a split or of a table.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import polars as pl

from corpuskit.engine.local import map_in_order
from corpuskit.manifest import Receipts
from corpuskit.pipeline import Job, mark_split, units_path
from corpuskit.repeats import (
    CAUSES,
    CLEANER,
    HostMarks,
    Removal,
    find_host_lines,
    find_units,
    open_table,
)
from corpuskit.repeats.units import TABLE_COLUMNS
from corpuskit.splits import Split, held_bytes

EXAMPLES_SHOWN = 5  # of each cause: the lines that went most often
EXAMPLE_CHARS = 200
LINES_AT_A_TIME = 8_000_000


def find_repeats(
    job: Job, splits: Callable[[], Iterator[Split]], workers: int, advance: Callable[[int], None]
) -> Job:
    """Find the lines that the recipe wants taken out; return the job with their tables.

    Raises
    ------
    DataError
        If lines are looked for by host and there is no column of addresses.
    """
    settings = job.recipe.repeats
    assert settings is not None, "only a recipe with repeats has any looked for"
    job = replace(job, removal=Removal(settings, job.equal_texts))
    if settings.per_host:
        _search(job, "hosts", splits, workers, advance)
        hosts = open_table(job.layout.repeats / "hosts", 1)
        job = replace(job, removal=Removal(settings, job.equal_texts, hosts=hosts))
    if settings.unit != "document":
        _search(job, "units", splits, workers, advance)
        units = open_table(job.layout.repeats / "units", TABLE_COLUMNS)
        assert job.removal is not None
        job = replace(job, removal=replace(job.removal, units=units))
    return job


def summarise_repeats(job: Job, scores: pl.LazyFrame) -> dict[str, Any]:
    """Say what was looked for, how many different lines were found, and what was taken out.

    `documents` lost a line, `chars_left` are characters of the texts before other line cleaners.
    With --keep-removed-lines `examples` has the lines of each cause that went most often.
    """
    assert job.recipe.repeats is not None
    names = [f"removed_{what}_count.{cause}.{CLEANER}" for what in ("line", "char")
             for cause in CAUSES]  # fmt: skip
    counts = names[: len(CAUSES)]
    sums = (
        scores.select(
            pl.col(*names).cast(pl.Int64).sum(),
            pl.col("char_count").cast(pl.Int64).sum(),
            documents=pl.any_horizontal(pl.col(counts) > 0).cast(pl.Int64).sum(),
        )
        .collect(engine="streaming")
        .row(0)
    )
    tables = Receipts(job.layout.repeats, job.plan)
    found = {name: receipt["found"] for name in ("hosts", "units")
             if (receipt := tables.read(name)) is not None}  # fmt: skip
    lines = sum(sums[: len(CAUSES)])
    shown = {"examples": _examples(job, lines)} if job.keep_removed_lines else {}
    return {
        **vars(job.recipe.repeats),
        "found": found,
        "documents": sums[-1],
        "lines": dict(zip(CAUSES, sums[: len(CAUSES)], strict=True)),
        "chars": dict(zip(CAUSES, sums[len(CAUSES) : -2], strict=True)),
        "chars_left": sums[-2],
        **shown,
    }


def _examples(job: Job, lines: int) -> dict[str, list[dict[str, Any]]]:
    """List the lines of each cause that went most often: their beginnings, and how often.

    Lines are counted by a hash of 64 bits, some millions of them at a time.
    """
    paths = sorted(job.layout.removed_lines.glob("*.parquet"))
    removed = (
        pl.scan_parquet(paths)
        .filter(pl.col("cleaner") == CLEANER)
        .select("cause", "text", line=pl.col("text").hash())
    )
    parts = 1 + lines // LINES_AT_A_TIME
    best = pl.DataFrame(schema={"cause": pl.String, "line": pl.UInt64, "times": pl.UInt32})
    for part in range(parts):
        counted = removed.filter(pl.col("line") % parts == part).group_by("cause", "line")
        own = [
            counted.len("times").filter(pl.col("cause") == cause)
            .top_k(EXAMPLES_SHOWN, by=["times", "line"], reverse=[False, True])
            .collect(engine="streaming")
            for cause in CAUSES
        ]  # fmt: skip
        best = pl.concat([best, *own], how="vertical_relaxed")
    return {cause: _texts(removed, best.filter(cause=cause)) for cause in CAUSES}


def _texts(removed: pl.LazyFrame, best: pl.DataFrame) -> list[dict[str, Any]]:
    top = best.sort("times", "line", descending=[True, False])[:EXAMPLES_SHOWN]
    texts = (
        removed.filter(pl.col("line").is_in(top["line"].implode()))
        .group_by("line")
        .agg(pl.col("text").min())
        .collect(engine="streaming")
    )
    named = top.join(texts, on="line").sort("times", "text", descending=[True, False])
    return [
        {"text": text[:EXAMPLE_CHARS], "chars": len(text), "times": times}
        for times, text in named.select("times", "text").iter_rows()
    ]


def _search(
    job: Job,
    search: str,
    splits: Callable[[], Iterator[Split]],
    workers: int,
    advance: Callable[[int], None],
) -> None:
    folder, stem = job.layout.repeats / f"{search}-marks", job.layout.repeats / search
    tables = Receipts(job.layout.repeats, job.plan)
    if tables.read(search) is None:
        receipts = _marked(job, search, splits, workers, advance)
        names = [receipt["split"] for receipt in receipts]
        rows = [sum(each) for each in zip(*(r["rows"] for r in receipts), strict=True)]
        if search == "units":
            paths = [units_path(folder, name) for name in names]
            found = find_units(stem, paths, sum(rows))
        else:
            assert job.recipe.repeats is not None
            marks, counts = [HostMarks.of(folder, name) for name in names], (*rows, 0, 0)
            found = find_host_lines(stem, marks, counts[:2], job.recipe.repeats)
        tables.write(search, {"found": found, "marked": sum(rows)})
    shutil.rmtree(folder, ignore_errors=True)


def _marked(
    job: Job,
    search: str,
    splits: Callable[[], Iterator[Split]],
    workers: int,
    advance: Callable[[int], None],
) -> list[dict[str, Any]]:
    """Return the receipts of all splits, in order; those that are there are not made again."""
    folder = job.layout.repeats / f"{search}-marks"
    store = Receipts(folder, job.plan)
    done: dict[str, dict[str, Any]] = {}

    def missing() -> Iterator[Split]:
        for split in splits():
            receipt = store.read(split.name)
            done[split.name] = receipt or {}
            if receipt is None:
                yield split
            else:
                advance(split.bytes)

    work = partial(mark_split, job=job, folder=folder, search=search)
    for receipt in map_in_order(work, missing(), workers, held_bytes):
        done[receipt["split"]] = receipt
        advance(receipt["read_bytes"])
    return list(done.values())
