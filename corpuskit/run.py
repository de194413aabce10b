"""The corpus: plan, pass 1, duplicates, pass 2, totals. The only place that knows the order.

    repeats       every split: hash lines → tables of those that stand more than once (on demand)
    pass 1        every split: read, clean, measure → scores/, receipt
    bounds        quantiles among the bounds become numbers
    duplicates    scores → quality rules → candidates → exact check → duplicates.parquet
    pass 2        every split: read again, decide all rules → kept/, dropped/, receipt per shard
    index         every split, with --save-index: marks of the kept documents → the index
    totals        receipts and scores → summary.json, report.html, manifest.json

A run that was killed goes on behind its last receipts when the same command is given again, and
ends with the same bytes as one that was not.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

import corpuskit
from corpuskit import manifest, readers, splits
from corpuskit.cleaners import CLEANERS, split_cleaners
from corpuskit.compile import beside, compile_kernels
from corpuskit.config import fingerprint
from corpuskit.dedup.columns import dropped_duplicates, duplicates_of, with_duplicates
from corpuskit.dedup.evidence import Evidence
from corpuskit.dedup.index.of_run import open_against
from corpuskit.engine.local import map_in_order
from corpuskit.errors import ConfigError, RunError
from corpuskit.features.characters import SIZES
from corpuskit.features.groups import dictionaries, groups, packages
from corpuskit.features.language import LanguageModel
from corpuskit.layout import Layout
from corpuskit.manifest import Receipts
from corpuskit.pipeline import (
    Job,
    SortPlan,
    read_scores,
    score_split,
    scored,
)
from corpuskit.progress import Progress
from corpuskit.recipe import Recipe, resolved
from corpuskit.repeat import Options, repeat_with
from corpuskit.repeated_lines import find_repeats
from corpuskit.report import write_report
from corpuskit.report_documents import Choice, Chooser
from corpuskit.resolve import resolve
from corpuskit.rules import decide
from corpuskit.schema import DOC_ID
from corpuskit.search import Search, index_is_saved
from corpuskit.shards import cut_shards, write_shards
from corpuskit.summary import summarise, text_column, timings
from corpuskit.writers import write_json, write_parquet

__all__ = ["Options", "Stages", "execute", "make_plan", "publish"]

RAW_SAMPLE_BYTES = 64 << 20


def execute(options: Options, progress: Progress) -> dict[str, Any]:
    """Run everything; return the summary. A finished run of the same plan is returned as it is.

    Raises
    ------
    ConfigError, DataError, RunError
        See `corpuskit.errors`; nothing is published unless in = kept + dropped + skipped.
    """
    begun = time.perf_counter()
    layout = Layout(options.out)
    manifest.check_apart(options.out, map(Path, options.inputs))
    sources = readers.discover(options.inputs, options.read)
    manifest.check_apart(options.out, [source.path for source in sources])
    job, plan = make_plan(options, layout, sources)
    saved = index_is_saved(options, job, sources)
    if options.overwrite:
        manifest.clear(layout)
    if manifest.is_complete(layout, job.plan):
        if not saved:
            raise RunError(
                f"--save-index {options.save_index}: the run in {layout.root} is complete without "
                "it; add --overwrite to run it again"
            )
        progress.say(f"{layout.root}: already complete; add --overwrite to run it again")
        return manifest.read_json(layout.summary)
    manifest.begin(layout, plan, repeat_with(options))
    formats = {source.format for source in sources}
    recipe = job.recipe
    indexed = options.save_index is not None or bool(options.against)
    others = beside(recipe.duplicates, recipe.repeats is not None, indexed)
    compile_kernels(
        options.workers, formats, progress.say, job.groups, recipe.cleaners, recipe.coverage, others
    )
    stages = Stages(options, job, sources, progress)
    summary = stages.run(begun)
    settings = {**plan, "recipe": stages.job.recipe.plain()}  # quantiles are numbers by now
    documents = stages.documents_shown()
    publish(stages.job, settings, summary, stages.outputs(), documents, options.inputs)
    return summary


def check_removed_lines(recipe: Recipe) -> None:
    """Refuse to keep what nothing takes out.

    Raises
    ------
    ConfigError
        If the recipe has no line cleaner.
    """
    if not split_cleaners(recipe.cleaners)[1] and recipe.repeats is None:
        known = ", ".join(split_cleaners(tuple(CLEANERS))[1])
        raise ConfigError(
            f"--keep-removed-lines: the recipe {recipe.name!r} has no line cleaner, so no line is "
            f"removed; leave it out, add --unit line, or name one of {known} among the recipe's "
            "cleaners"
        )


def chosen_recipe(options: Options) -> tuple[Recipe, LanguageModel | None]:
    """Resolve the recipe that is asked for, and the model that it needs."""
    return resolve(
        options.recipe,
        options.languages,
        options.language_model,
        options.duplicates,
        options.rule_sets,
        options.overrides,
        options.dedup,
        options.unit,
        options.per_host,
        options.coverage,
    )


def make_plan(
    options: Options, layout: Layout, sources: Sequence[readers.Source]
) -> tuple[Job, dict[str, Any]]:
    """Resolve the recipe and the model, and write down everything that decides the output."""
    recipe, model = chosen_recipe(options)
    if options.keep_removed_lines:
        check_removed_lines(recipe)
    against = open_against(options.against, recipe.duplicates, verify=True)
    chosen = groups(model, recipe.features)
    chosen = chosen if "characters" in recipe.features else (SIZES, *chosen)
    plan = {
        "corpuskit": corpuskit.__version__,
        "recipe": recipe.plain(),
        "features": {group.name: group.version for group in chosen},
        "packages": packages(chosen),
        "cleaners": {name: CLEANERS[name].version for name in recipe.cleaners},
        "keep_removed_lines": options.keep_removed_lines,
        "language_model": model.fingerprint if model else None,
        **({"dictionaries": named} if (named := dictionaries(chosen)) else {}),
        **({"against": [index.digest for index in against]} if against else {}),
        "read": vars(options.read),
        "format": options.format,
        "shard_bytes": options.shard_bytes,
        "split_bytes": options.split_bytes,
        "inputs": [
            {
                "source": source.key,
                "bytes": source.bytes,
                "digest": manifest.input_digest(source.path),
            }
            for source in sources
        ],
    }
    keep = options.keep_removed_lines
    return Job(layout, recipe, chosen, options.read, fingerprint(plan), keep), plan


def publish(
    job: Job,
    plan: dict[str, Any],
    summary: dict[str, Any],
    outputs: dict[str, dict[str, Any]],
    documents: dict[str, Any],
    inputs: Sequence[str],
) -> None:
    """Write summary, report and, last, the manifest; then the scratch may go."""
    layout = job.layout
    write_json(layout.summary, summary)
    write_json(layout.report_documents, documents)
    write_report(layout.root)
    write_json(
        layout.manifest,
        {
            "plan": job.plan,
            "recipe_source": job.recipe.source,
            "repeat": summary["repeat"],
            "versions": manifest.versions(),
            "documents": summary["documents"],
            "outputs": outputs,
            "duplicates_sha256": manifest.sha256(layout.duplicates),
            "settings": plan,
            "inputs": [found_again(name) for name in inputs],
        },
    )
    shutil.rmtree(layout.work)


def found_again(name: str) -> str:
    """Return an input so that it can be found from another folder: paths and globs absolute."""
    path = Path(name)
    is_path = path.exists() or any(sign in name for sign in "*?[")
    return str(path.absolute()) if is_path else name


class Stages:
    """The passes over one corpus, in their order; holds what one pass leaves for the next."""

    def __init__(
        self,
        options: Options,
        job: Job,
        sources: Sequence[readers.Source],
        progress: Progress,
    ) -> None:
        self.options, self.job, self.sources, self.progress = options, job, sources, progress
        self.total_bytes = sum(source.bytes for source in sources)
        self.receipts: list[dict[str, Any]] = []
        self.shard_receipts: list[dict[str, Any]] = []
        self.seconds: dict[str, float] = {}
        self.evidence: Evidence | None = None
        self.choice = Choice({}, ())

    def run(self, begun: float) -> dict[str, Any]:
        """Run all passes and return the summary; `begun` is when the run did."""
        if self.job.recipe.repeats is not None:
            self._timed("repeats", self._repeats)
        self._timed("score", self._score)
        self.job = replace(self.job, recipe=resolved(self.job.recipe, self.scores()))
        self._timed("deduplicate", lambda: self._search().find())
        self._timed("write", self._write)
        if not index_is_saved(self.options, self.job, self.sources):
            self._timed("index", lambda: self._search().save_index())
        summary = summarise(
            self.job,
            self.sources,
            self.receipts,
            self.shard_receipts,
            self.decided(),
            self.evidence,
        )
        self.seconds["total"] = time.perf_counter() - begun
        text_bytes = summary["bytes"]["in"]
        machine = timings(self.seconds, text_bytes, self.options.workers)
        return {**summary, **machine, "repeat": repeat_with(self.options)}

    def outputs(self) -> dict[str, dict[str, Any]]:
        """List rows, bytes and digest of every shard and of every part of the scores."""
        scores = {
            f"scores/part-{receipt['split']}.parquet": receipt["scores"]
            for receipt in self.receipts
        }
        shards = [receipt["outputs"] for receipt in self.shard_receipts]
        return {name: facts for each in (*shards, scores) for name, facts in each.items()}

    def documents_shown(self) -> dict[str, Any]:
        """Return what report_documents.json holds."""
        found = {
            doc: document
            for receipt in self.shard_receipts
            for doc, document in receipt["documents_shown"].items()
        }
        return self.choice.plain(found)

    def _timed(self, name: str, stage: Callable[[], None]) -> None:
        begun = time.perf_counter()
        stage()
        self.seconds[name] = time.perf_counter() - begun

    def _splits(self) -> Iterator[splits.Split]:
        for number, source in enumerate(self.sources):
            yield from splits.plan(number, source, self.options.read, self.options.split_bytes)

    def _repeats(self) -> None:
        settings = self.job.recipe.repeats
        passes = 0 if settings is None else settings.per_host + (settings.unit != "document")
        with self.progress.stage("repeated lines", passes * self.total_bytes) as advance:
            self.job = find_repeats(self.job, self._splits, self.options.workers, advance)

    def _score(self) -> None:
        store = Receipts(self.job.layout.work / "score", self.job.plan)
        done: dict[str, dict[str, Any] | None] = {}
        with self.progress.stage("scoring", self.total_bytes) as advance:

            def missing() -> Iterator[splits.Split]:
                for split in self._splits():
                    done[split.name] = receipt = store.read(split.name)
                    if receipt is None:
                        yield split
                    else:
                        advance(split.bytes)

            work = partial(score_split, job=self.job)
            for receipt in map_in_order(work, missing(), self.options.workers, splits.held_bytes):
                done[receipt["split"]] = receipt
                advance(receipt["read_bytes"])
        self.receipts = [receipt for receipt in done.values() if receipt is not None]
        if not self.receipts:
            write_parquet(
                self.job.layout.score_part("empty"), pl.DataFrame(schema=scored(self.job))
            )

    def scores(self) -> pl.LazyFrame:
        """Scan the scores of all splits, in order."""
        names = [receipt["split"] for receipt in self.receipts] or ["empty"]
        return pl.scan_parquet([self.job.layout.score_part(name) for name in names])

    def _search(self) -> Search:
        return Search(
            self.options,
            self.job,
            self.progress,
            self.receipts,
            self.scores(),
            self._splits,
            self.total_bytes,
        )

    def decided(self) -> pl.LazyFrame:
        """Scan the scores with every rule decided."""
        scores = with_duplicates(
            self.scores(), dropped_duplicates(self.job.layout.duplicates).lazy()
        )
        return decide(scores, self.job.recipe.all_rules())

    def decided_parts(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Yield the name and the decided scores of every split, one at a time."""
        duplicates = dropped_duplicates(self.job.layout.duplicates)
        rules = self.job.recipe.all_rules()
        for receipt in self.receipts:
            scores = read_scores(self.job, receipt["split"])
            own = duplicates_of(duplicates, scores[DOC_ID])
            yield receipt["split"], decide(with_duplicates(scores, own), rules)

    def _write(self) -> None:
        schema = readers.unify_schemas(
            [readers.schema_from_json(receipt["schema"]) for receipt in self.receipts]
        )
        text_name, text_index = text_column(self.receipts)
        total = sum(receipt["text_bytes"] for receipt in self.receipts)
        wanted = self.job.recipe.duplicates is not None
        search, chooser = self._search(), Chooser(self.job.recipe.all_rules())
        parts = chooser.passing(self.decided_parts())
        shards = cut_shards(search.compared(parts) if wanted else parts, self.options.shard_bytes)
        self.evidence = search.evidence() if wanted else None
        self.choice = chooser.choice()
        plan = SortPlan(
            duplicates=dropped_duplicates(self.job.layout.duplicates),
            documents_shown=self.choice.doc_ids(),
            shown=self.evidence.doc_ids() if self.evidence else pl.Series(dtype=pl.UInt64),
            schema=schema,
            text_name=text_name,
            text_index=text_index,
            sample_share=min(1.0, RAW_SAMPLE_BYTES / max(1, total)),
        )
        with self.progress.stage("writing", self.total_bytes) as advance:
            self.shard_receipts = write_shards(
                self.job, plan, shards, self._splits(), self.options.format,
                self.options.workers, advance,
            )  # fmt: skip
