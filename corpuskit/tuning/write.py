"""Write the shards of another decision: a whole run, from the old scores and the inputs.

The inputs are read again and cleaned as before, and nothing is measured but their size, which
must be what the scores say. Then the passes of `corpuskit.run` follow as they are: duplicates are
looked for anew among the documents that the new rules pass, with the stored bands. The result is
what `clean` would have written with the new rules, byte for byte.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

import corpuskit
from corpuskit import coverage, manifest, readers
from corpuskit.compile import beside, compile_kernels
from corpuskit.config import fingerprint
from corpuskit.engine.local import map_in_order
from corpuskit.errors import ConfigError, RunError
from corpuskit.features.groups import TEXT_GROUPS
from corpuskit.layout import NO_TEXTS, Layout
from corpuskit.manifest import Receipts
from corpuskit.pipeline import Job, score_split
from corpuskit.progress import Progress
from corpuskit.recipe import Recipe
from corpuskit.repeat import repeat_with
from corpuskit.run import Options, Stages, publish
from corpuskit.schema import DOC_ID
from corpuskit.splits import Split
from corpuskit.tuning.again import Changes, check_all_versions
from corpuskit.tuning.finished import FinishedRun, damaged
from corpuskit.writers import atomic

NO_CHANGES = Changes()
SIZES = [DOC_ID, "byte_count"]


def write_again(
    run: FinishedRun,
    recipe: Recipe,
    out: Path,
    inputs: Sequence[str] = (),
    workers: int = 1,
    overwrite: bool = False,
    progress: Progress | None = None,
    changes: Changes = NO_CHANGES,
) -> dict[str, Any]:
    """Write kept and dropped shards, summary, report and manifest of another decision.

    Parameters
    ----------
    recipe : as ``changed_recipe(run, changes, redo=True)`` gives it.
    out : a new folder.
    inputs : where the inputs are now; by default where the manifest says they were.
    changes : what made the recipe of the run's own, to be told in the manifest.

    Returns
    -------
    the summary of the new run.

    Raises
    ------
    ConfigError
        If the run was made against an index, if nobody says where the inputs are, or if `out` lies
        inside them or the old run.
    RunError
        If an input changed, if the scores are of another version of corpuskit, or if `out` holds
        something else.
    """
    begun = time.perf_counter()
    if "against" in run.settings:
        raise ConfigError(
            f"{run.layout.root}: made with --against, and decide asks no index; run it again with "
            f"another --out: {' '.join([run.facts['repeat'], shlex.join(changes.words())]).strip()}"
        )
    progress = progress or Progress(quiet=True)
    check_all_versions(run)
    layout, read = Layout(out), readers.ReadOptions(**run.settings["read"])
    sources = same_sources(run, inputs, read)
    manifest.check_apart(out, [run.layout.root, *(source.path for source in sources)])
    tokenizer = same_tokenizer(run) if recipe.coverage else None
    plan = {
        **run.settings,
        "corpuskit": corpuskit.__version__,
        "recipe": recipe.plain(),
        **({"tokenizer": tokenizer.plain()} if tokenizer else {}),
    }
    keep_lines = bool(run.settings.get("keep_removed_lines", False))
    job = Job(layout, recipe, (), read, fingerprint(plan), keep_lines, tokenizer=tokenizer)
    if overwrite:
        manifest.clear(layout)
    if manifest.is_complete(layout, job.plan):
        progress.say(f"{layout.root}: already complete; add --overwrite to write it again")
        return manifest.read_json(layout.summary)
    manifest.clear(layout)  # what a killed run left cannot be told from what is half restored
    options = _options(run, recipe, out, workers, changes)
    manifest.begin(layout, plan, repeat_with(options))
    formats = {source.format for source in sources}
    others = beside(recipe.duplicates, recipe.repeats is not None, index=False)
    compile_kernels(workers, formats, progress.say, (), recipe.cleaners, recipe.coverage, others)
    stages = _Restored(run, options, job, sources, progress)
    summary = stages.run(begun)
    documents = stages.documents_shown()
    publish(job, plan, summary, stages.outputs(), documents, where(run, inputs))
    return summary


def where(run: FinishedRun, inputs: Sequence[str]) -> tuple[str, ...]:
    """Return the inputs that were named, else those that the manifest has."""
    return tuple(inputs) or tuple(run.facts.get("inputs", ()))


def same_tokenizer(run: FinishedRun) -> coverage.Tokenizer:
    """Load the tokenizer of a run again and check that it is what it was.

    Raises
    ------
    RunError
        If it changed.
    """
    then = run.settings.get("tokenizer")
    if then is None:  # a run of before there was one
        return coverage.load_tokenizer()
    tokenizer = coverage.load_tokenizer(then["name"])
    if tokenizer.digest != then["digest"]:
        raise RunError(
            f"{then['name']}: the tokenizer changed since {run.layout.root} was made, so tokens "
            "would not compare; run clean again"
        )
    return tokenizer


def same_sources(
    run: FinishedRun, inputs: Sequence[str], read: readers.ReadOptions
) -> list[readers.Source]:
    """Find the inputs of a run again and check that they are what they were.

    Raises
    ------
    ConfigError
        If nobody says where they are.
    RunError
        If a source is missing, new, or changed.
    """
    inputs = where(run, inputs)
    if not inputs:
        raise ConfigError(
            f"{run.layout.manifest}: does not say where the inputs are; name them with --input"
        )
    sources = readers.discover(inputs, read)
    then = {row["source"]: row["digest"] for row in run.settings["inputs"]}
    now = {source.key: source for source in sources}
    for key in sorted(then.keys() ^ now.keys()):
        what = "is missing" if key in then else "was not there"
        raise _changed(run, key, f"{what} (the inputs are read from {', '.join(inputs)})")
    for key, source in now.items():
        if manifest.input_digest(source.path) != then[key]:
            raise _changed(run, str(source.path), "changed")
    return sources


def _changed(run: FinishedRun, place: str, what: str) -> RunError:
    return RunError(
        f"{place}: {what} since {run.layout.root} was made, so its scores do not hold for it; "
        "run clean again, or give the old inputs with --input"
    )


def _options(
    run: FinishedRun, recipe: Recipe, out: Path, workers: int, changes: Changes
) -> Options:
    settings = run.settings
    words = ["corpuskit", "decide", str(run.layout.root), *changes.words()]
    return Options(
        inputs=(),
        out=out,
        recipe=recipe.name,
        read=readers.ReadOptions(**settings["read"]),
        format="parquet" if settings["format"] == NO_TEXTS else settings["format"],
        shard_bytes=settings["shard_bytes"],
        split_bytes=settings["split_bytes"],
        workers=workers,
        repeat=shlex.join([*words, "--write", "--out", str(out)]),
    )


class _Restored(Stages):
    """The passes of a run, where the first takes its scores from another run."""

    def __init__(
        self,
        old: FinishedRun,
        options: Options,
        job: Job,
        sources: Sequence[readers.Source],
        progress: Progress,
    ) -> None:
        super().__init__(options, job, sources, progress)
        self.old = old

    def _score(self) -> None:
        work = partial(restore_split, job=self.job, old=self.old)
        with self.progress.stage("reading again", self.total_bytes) as advance:
            for receipt in map_in_order(work, self._splits(), self.options.workers):
                self.receipts.append(receipt)
                advance(receipt["read_bytes"])
        names = [receipt["split"] for receipt in self.receipts] or ["empty"]
        parts = [self.old.layout.score_part(name) for name in names]
        if parts != list(self.old.parts):
            raise RunError(
                f"{self.old.layout.scores}: {len(self.old.parts)} parts, but the inputs have "
                f"{len(self.receipts)} splits; they changed since, so run clean again"
            )
        if not self.receipts:
            _copy(parts[0], self.job.layout.score_part("empty"))


def restore_split(split: Split, job: Job, old: FinishedRun) -> dict[str, Any]:
    """Read one split again, check it against its old scores, and put those in their place.

    Returns the receipt of pass 1.

    Raises
    ------
    RunError
        If the split has other documents, or texts of other sizes, than when it was scored.
    """
    sizes = tuple(group for group in TEXT_GROUPS if group.name == "characters")
    source, place = old.layout.score_part(split.name), job.layout.score_part(split.name)
    if not source.exists():
        raise damaged(source, "missing")
    bare = replace(job, groups=sizes, recipe=replace(job.recipe, duplicates=None))
    known = pl.read_parquet(source)
    receipt = score_split(split, bare, known)
    if not pl.read_parquet(place, columns=SIZES).equals(known.select(SIZES)):
        raise _changed(old, split.source.key, "gives other documents than it did")
    _copy(source, place)
    receipt["scores"] = old.facts["outputs"][f"scores/{source.name}"]
    Receipts(job.layout.work / "score", job.plan).write(split.name, receipt)
    return receipt


def _copy(source: Path, place: Path) -> None:
    with atomic(place) as file:
        file.write(source.read_bytes())
