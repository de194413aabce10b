"""The corpus' search for duplicates, and what is told of it: candidates, proof, evidence, an index.

find             scores → quality rules → candidates → exact check → duplicates.parquet
compared         the decided scores of every split go by, and who took part is noted
evidence         the largest clusters and the guards, for the summary and the report
save_index       the marks of kept documents → a folder for later runs
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from corpuskit.dedup import Limits, find_duplicates, half_of_memory, no_duplicates, with_priority
from corpuskit.dedup.columns import dropped_duplicates
from corpuskit.dedup.evidence import Evidence, gather
from corpuskit.dedup.guards import COMPARED, compared_documents
from corpuskit.dedup.index import IndexWriter, find_against, marks_plan
from corpuskit.dedup.index.of_run import is_saved, open_against
from corpuskit.dedup.limits import megabytes
from corpuskit.dedup.names import write_members
from corpuskit.dedup.priority import check_column
from corpuskit.dedup.store import ShingleStore
from corpuskit.engine.local import map_in_order
from corpuskit.manifest import Receipts
from corpuskit.pipeline import Job, index_split, keep_from_input, shingle_split
from corpuskit.progress import Progress
from corpuskit.readers import Source
from corpuskit.repeat import Options
from corpuskit.rules import decide
from corpuskit.schema import KEEP
from corpuskit.splits import Split, held_bytes
from corpuskit.writers import write_parquet

BYTES_PER_SHINGLE = 4
"""Of text, for the estimate of the disk: 5 to 7 of English, 3 of Chinese."""


@dataclass(frozen=True)
class Search:
    """The search over a corpus that is scored.

    receipts : of pass 1, in order. scores : doc_id and features of all splits.
    splits : plans the splits again. read_bytes : of a pass over them, for progress.
    """

    options: Options
    job: Job
    progress: Progress
    receipts: Sequence[dict[str, Any]]
    scores: pl.LazyFrame
    splits: Callable[[], Iterator[Split]]
    read_bytes: int

    def find(self) -> None:
        """Write duplicates.parquet, unless a run that was killed had written it."""
        layout, settings = self.job.layout, self.job.recipe.duplicates
        store = Receipts(layout.work, self.job.plan)
        if store.read("deduplicate") is not None:
            return
        against = open_against(self.options.against, settings, verify=False)
        old = None
        if settings is None:
            result = no_duplicates()
        else:
            self._check_keep()
            ordered = with_priority(self.scores, settings)
            passing = decide(ordered, self.job.recipe.quality_rules()).filter(KEEP)
            asked = (passing, settings, self._fetch_shingles, layout.work / "duplicates")
            if against:
                result, old = find_against(*asked, against, self._limits())
            else:
                result = find_duplicates(*asked, limits=self._limits())
        parts = [layout.score_part(receipt["split"]) for receipt in self.receipts]
        write_members(layout.duplicates, result.frame, parts, layout.work / "names", old)
        indexes = [{"index": str(one.folder), "documents": one.documents} for one in against]
        named = {"indexes": indexes} if indexes else {}
        store.write("deduplicate", {"stats": {**result.stats, **named}})

    def compared(
        self, parts: Iterator[tuple[str, pl.DataFrame]]
    ) -> Iterator[tuple[str, pl.DataFrame]]:
        """Pass decided scores on, and note which documents were compared for duplicates."""
        sources = {receipt["split"]: receipt["source"] for receipt in self.receipts}
        quality = self.job.recipe.quality_rules()
        for name, decided in parts:
            place = self.job.layout.hosts(name)
            hosts = pl.read_parquet(place).to_series() if place.exists() else None
            rows = compared_documents(decided, quality, sources[name], hosts)
            write_parquet(self.job.layout.compared(name), rows)
            yield name, decided

    def evidence(self) -> Evidence:
        """Gather what `compared` noted, when all parts went by."""
        paths = [self.job.layout.compared(receipt["split"]) for receipt in self.receipts]
        none = pl.LazyFrame(schema=COMPARED)
        compared = pl.scan_parquet(paths) if paths else none
        return gather(compared, pl.scan_parquet(self.job.layout.duplicates))

    def save_index(self) -> None:
        """Write the index of the kept documents, unless it is there."""
        folder, settings = self.options.save_index, self.job.recipe.duplicates
        assert folder is not None, "only asked for where there is one"
        assert settings is not None, "checked before the run began"
        made_by = {"recipe": self.job.recipe.name, "run": self.job.plan}
        dropped = dropped_duplicates(self.job.layout.duplicates)
        work = partial(index_split, job=self.job, duplicates=dropped)
        with (
            self.progress.stage("saving the index", self.read_bytes) as advance,
            IndexWriter(folder, marks_plan(settings), made_by) as writer,
        ):
            for rows, size in map_in_order(work, self.splits(), self.options.workers, held_bytes):
                writer.append(rows)
                advance(size)

    def _check_keep(self) -> None:
        """Refuse a column of the input that cannot say which copy stays."""
        keep = keep_from_input(self.job.recipe)
        if keep is None:
            return
        found: dict[str, set[str]] = {}
        for receipt in self.receipts:
            if receipt["documents"]:
                found.setdefault(receipt["source"], set()).update(receipt["schema"])
        check_column(keep, found, [kind for each in self.receipts for kind in each["keep_kinds"]])

    def _limits(self) -> Limits:
        """Say what the search may take, and take it from the options."""
        memory, source = self.options.memory_bytes, "--memory"
        if memory is None:
            memory, source = half_of_memory(), "half of this machine's; --memory changes it"
        self.progress.say(f"duplicates: up to {megabytes(memory)} of memory ({source})")
        documents = sum(receipt["documents"] for receipt in self.receipts)
        text_bytes = sum(receipt["text_bytes"] for receipt in self.receipts)
        return Limits(memory, text_bytes / BYTES_PER_SHINGLE / max(1, documents))

    def _fetch_shingles(self, wanted: pl.Series) -> ShingleStore:
        store = ShingleStore(self.job.layout.work / "shingles")
        work = partial(shingle_split, job=self.job, wanted=wanted, store=store)
        try:
            with self.progress.stage("verifying duplicates", self.read_bytes) as advance:
                for split_bytes in map_in_order(
                    work, self.splits(), self.options.workers, held_bytes
                ):
                    advance(split_bytes)
        except BaseException:
            store.close()
            raise
        return store


def index_is_saved(options: Options, job: Job, sources: Sequence[Source]) -> bool:
    """Say whether there is no index to write, or none any more."""
    if options.save_index is None:
        return True
    apart = [options.out, *map(Path, (*options.against, *options.inputs))]
    apart += [source.path for source in sources]
    return is_saved(options.save_index, job.recipe.duplicates, job.plan, options.overwrite, apart)
