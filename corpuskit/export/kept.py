"""The kept documents of a run, read as the readers read any input: split by split, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from corpuskit import api, readers, splits
from corpuskit.engine.local import map_in_order
from corpuskit.errors import DataError, RunError
from corpuskit.layout import Layout
from corpuskit.manifest import read_json
from corpuskit.progress import Progress
from corpuskit.sampling import part, sources
from corpuskit.schema import DOC_ID

Result = TypeVar("Result")
HOLDOUT = "holdout"


@dataclass(frozen=True)
class Kept:
    """A finished run that kept something."""

    layout: Layout
    summary: dict[str, Any]
    plan: str
    sources: tuple[readers.Source, ...]
    read: readers.ReadOptions
    workers: int
    progress: Progress

    @property
    def text_bytes(self) -> int:
        """Bytes of kept text."""
        return int(self.summary["bytes"]["kept"])

    def map(
        self, work: Callable[[Documents], Result], name: str = "exporting", blank: bool = False
    ) -> Iterator[Result]:
        """Yield ``work(documents)`` for the documents of every split, in order.

        Parameters
        ----------
        work : called on threads; must not depend on other splits.
        blank : hand documents of nothing but white space over, too.
        """
        task = partial(_work, kept=self, work=work, blank=blank)
        total = sum(source.bytes for source in self.sources)
        with self.progress.stage(name, total) as advance:
            for size, result in map_in_order(task, self.splits(), self.workers):
                advance(size)
                yield result

    def splits(self) -> Iterator[splits.Split]:
        """Yield the splits of all shards, in order."""
        for number, source in enumerate(self.sources):
            yield from splits.plan(number, source, self.read)


@dataclass(frozen=True)
class Documents:
    """Some kept documents; all members have one row per document.

    text : String, without nulls.
    columns : the other columns, doc_id (UInt64) among them; `text_index` is the place of the
        text among them, `text_name` its name.
    blank : documents of nothing but white space that were left out.
    """

    text: pl.Series
    columns: pl.DataFrame
    text_name: str
    text_index: int
    blank: int

    def held_out(self, hold_out: str) -> pl.Series:
        """Say which documents are held out, Boolean: one source in ten, as in `pretrain`.

        Parameters
        ----------
        hold_out : "sources" (hosts, where there are addresses), or "documents".
        """
        own = self.columns[DOC_ID].cast(pl.String)
        whole = own if hold_out == "documents" else sources(self.columns[DOC_ID], self.columns)
        held: pl.Series = part(whole) == HOLDOUT
        return held


def open_kept(run: Path, workers: int, quiet: bool) -> Kept:
    """Open the kept documents of a finished run.

    Raises
    ------
    RunError
        If the folder is no finished run, or one of an older version.
    DataError
        If the run kept no document, or its shards are gone.
    """
    layout = Layout(api.open_run(run).path)
    summary = read_json(layout.summary)
    if "text_column" not in summary:
        raise RunError(f"{layout.summary}: of an older version; run clean again with --overwrite")
    if not summary["documents"]["kept"]:
        raise DataError(
            f"{run}: the run kept none of {summary['documents']['in']:,} documents, so there is "
            "nothing to export; report.html names the rules that dropped them"
        )
    if not layout.kept.exists():
        raise DataError(
            f"{run}: an audit, which holds no texts; run corpuskit clean on the same input"
        )
    options = readers.ReadOptions(text_column=summary["text_column"], on_bad_input="stop")
    return Kept(
        layout=layout,
        summary=summary,
        plan=read_json(layout.manifest)["plan"],
        sources=tuple(readers.discover([str(layout.kept)], options)),
        read=options,
        workers=workers,
        progress=Progress(quiet),
    )


def column_types(kept: Kept) -> dict[str, pl.DataType]:
    """Find the one schema of the columns beside the text, over all splits.

    Parquet states it. JSON lines say of each value alone what it is, so all are read once.
    """
    found: list[dict[str, pl.DataType]] = []
    for number, source in enumerate(kept.sources):
        for split in splits.plan(number, source, kept.read):
            found.append(dict(readers.read(split, kept.read).columns.schema))
            if source.format == "parquet":
                break
    types = readers.unify_schemas(found)
    return {**types, DOC_ID: pl.UInt64()}


def _work(
    split: splits.Split, kept: Kept, work: Callable[[Documents], Result], blank: bool
) -> tuple[int, Result]:
    return split.bytes, work(_documents(readers.read(split, kept.read), blank))


def _documents(batch: readers.Batch, blank: bool) -> Documents:
    columns = batch.columns.with_columns(pl.col(DOC_ID).cast(pl.UInt64))
    text, left_out = batch.text, 0
    if not blank:
        solid = text.str.contains(r"\S")
        left_out = len(text) - int(solid.sum())
        text, columns = (text, columns) if not left_out else (text.filter(solid),
                                                              columns.filter(solid))  # fmt: skip
    return Documents(text, columns, batch.text_name, batch.text_index, left_out)
