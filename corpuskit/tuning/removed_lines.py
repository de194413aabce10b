"""What line cleaners took out of a few documents of a finished run, by cleaner and cause.

The lines themselves are known where the run was asked to keep them (--keep-removed-lines); else
the scores know how many there were, if the cleaner's own features were measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from corpuskit.schema import DOC_ID
from corpuskit.tuning.finished import FinishedRun, damaged

COUNT = "removed_line_count."
FOLDER = "removed_lines/"


@dataclass(frozen=True)
class RemovedLine:
    """A line as it stood in the document, and its place there, from 1."""

    number: int
    text: str


@dataclass(frozen=True)
class Removal:
    """The lines of one document that one cleaner took out for one cause.

    lines : all of them, or none where the run did not keep them.
    """

    cleaner: str
    cause: str
    count: int
    lines: tuple[RemovedLine, ...]


def removals(run: FinishedRun, rows: Iterable[Mapping[str, Any]]) -> dict[int, tuple[Removal, ...]]:
    """List what was taken out of documents, by doc_id.

    Parameters
    ----------
    rows : the scores of the documents.

    Raises
    ------
    RunError
        If a file of removed lines is missing.
    """
    rows = list(rows)
    paths = [run.layout.root / name for name in sorted(run.facts["outputs"])
             if name.startswith(FOLDER)]  # fmt: skip
    if not paths:
        return {row[DOC_ID]: _counted(run, row) for row in rows}
    for path in paths:
        if not path.exists():
            raise damaged(path, "missing")
    wanted = pl.Series([row[DOC_ID] for row in rows], dtype=pl.UInt64)
    kept = run.collect(
        pl.scan_parquet(paths)
        .filter(pl.col(DOC_ID).is_in(wanted.implode()))
        .group_by(DOC_ID, "cleaner", "cause")
        .agg(pl.col("line_number", "text").sort_by("line_number"))
        .sort("cleaner", "cause")
    )
    return {row[DOC_ID]: _kept(kept.filter(pl.col(DOC_ID) == row[DOC_ID])) for row in rows}


def _kept(groups: pl.DataFrame) -> tuple[Removal, ...]:
    return tuple(
        Removal(
            group["cleaner"],
            group["cause"],
            len(group["text"]),
            tuple(map(RemovedLine, group["line_number"], group["text"])),
        )
        for group in groups.iter_rows(named=True)
    )


def _counted(run: FinishedRun, row: Mapping[str, Any]) -> tuple[Removal, ...]:
    return tuple(
        Removal(cleaner, name.removeprefix(COUNT).removesuffix(f".{cleaner}"), row[name], ())
        for cleaner in sorted((*run.recipe.cleaners, "repeats"))
        for name in sorted(row)
        if name.startswith(COUNT) and name.endswith(f".{cleaner}") and row[name]
    )
