"""A reference corpus: what some rules look at, of every document, from runs or from raw inputs.

The folder of a finished run gives its scores, and no text is read; every document counts, whether
that run kept it or not. Anything else is read, cleaned as a recipe says and measured, with what the
rules need and no more; its features stay in a scratch folder while they are asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import polars as pl

from corpuskit import readers
from corpuskit.cleaners import clean, split_cleaners
from corpuskit.compile import compile_kernels
from corpuskit.engine.local import map_in_order
from corpuskit.errors import ConfigError
from corpuskit.features import FeatureGroup, Measured
from corpuskit.features.groups import groups, measure
from corpuskit.features.language import load_model
from corpuskit.layout import Layout
from corpuskit.progress import Progress
from corpuskit.recipe import Recipe
from corpuskit.resolve import measuring_enough, resolve
from corpuskit.rules import Rule
from corpuskit.splits import Split, plan
from corpuskit.tuning.again import check_measured, check_versions
from corpuskit.tuning.finished import open_finished
from corpuskit.writers import write_parquet

LANGUAGE = "language"


@dataclass(frozen=True)
class Asked:
    """What is asked of reference corpora.

    inputs : folders of finished runs, and anything that `clean` reads.
    rule_sets : whose features are wanted, by name or path.
    recipe : how raw inputs are cleaned, and by which model their language is told.
    """

    inputs: tuple[str, ...]
    rule_sets: tuple[str, ...]
    recipe: str = "web"
    read: readers.ReadOptions = field(default_factory=readers.ReadOptions)
    workers: int = 1


@dataclass(frozen=True)
class Reference:
    """The features of reference corpora.

    names : of the inputs, without their folders.
    rules : of the rule sets that were asked for, in order.
    features : one row per document: `language` and every column that the rules use.
    skipped : records that could not be read, by reason.
    """

    names: tuple[str, ...]
    rules: tuple[Rule, ...]
    features: pl.LazyFrame
    skipped: dict[str, int]


def open_reference(asked: Asked, scratch: Path, progress: Progress) -> Reference:
    """Open reference corpora, and measure those that are no runs.

    Parameters
    ----------
    scratch : an empty folder; must stay as long as `features` is used.

    Raises
    ------
    ConfigError
        For an unknown rule set or recipe, a run that lacks a feature, or inputs whose languages
        were told by different models.
    DataError, RunError
        For inputs that cannot be read, and damaged runs.
    """
    recipe, model = resolve(asked.recipe, rule_sets=asked.rule_sets)
    model = model or load_model(recipe.language_model)
    recipe = measuring_enough(replace(recipe, features=(LANGUAGE,)))
    columns = wanted_columns(recipe.rules)
    models: dict[str, str] = {}
    frames: list[pl.LazyFrame] = []
    raw = [name for name in asked.inputs if not Layout(Path(name)).manifest.exists()]
    for name in (name for name in asked.inputs if name not in raw):
        run = open_finished(name)
        check_measured(run, recipe.rules)
        if LANGUAGE not in run.columns:
            raise ConfigError(
                f"{name}: did not identify languages, which bounds are calibrated by; run it again "
                "with --coverage --overwrite"
            )
        check_versions(run, recipe.rules)
        models[name] = run.settings["language_model"]
        frames.append(run.scores().select(columns))
    skipped: Counter[str] = Counter()
    if raw:
        sources = readers.discover(raw, asked.read)
        chosen = groups(model, recipe.features)
        formats = {source.format for source in sources}
        compile_kernels(asked.workers, formats, progress.say, chosen)
        work = partial(
            measure_split, recipe=recipe, chosen=chosen, read=asked.read, scratch=scratch
        )
        with progress.stage("measuring", sum(source.bytes for source in sources)) as advance:
            for split_bytes, bad in map_in_order(work, splits(sources, asked.read), asked.workers):
                skipped.update(bad)
                advance(split_bytes)
        parts = sorted(scratch.glob("part-*.parquet"))
        frames += [pl.scan_parquet(parts)] if parts else []
        models[raw[0]] = model.fingerprint
    _check_models(models)
    if not frames:
        raise ConfigError(f"{', '.join(asked.inputs)}: hold no document; name another reference")
    names = tuple(Path(name).name or name for name in asked.inputs)
    return Reference(names, recipe.rules, pl.concat(frames), dict(sorted(skipped.items())))


def splits(sources: Sequence[readers.Source], read: readers.ReadOptions) -> Iterator[Split]:
    """Cut sources into splits, in order."""
    for number, source in enumerate(sources):
        yield from plan(number, source, read)


def wanted_columns(rules: Sequence[Rule]) -> list[str]:
    """List the language, and every column that rules and their guards look at, each once."""
    used = [
        condition.feature for rule in rules for condition in (rule.keep, *rule.when)
    ]  # fmt: skip
    return list(dict.fromkeys([LANGUAGE, *used]))


def measure_split(
    split: Split,
    recipe: Recipe,
    chosen: tuple[FeatureGroup, ...],
    read: readers.ReadOptions,
    scratch: Path,
) -> tuple[int, dict[str, int]]:
    """Measure one split into the scratch folder; give its bytes and what could not be read."""
    if recipe.repeats is not None:
        raise ConfigError(
            f"recipe {recipe.name!r}: its section repeats needs a pass over the corpus; calibrate "
            "on the scores of a run, or leave the section out"
        )
    batch = readers.read(split, read)
    characters, lines = split_cleaners(recipe.cleaners)
    measured = Measured(clean(batch.text, characters), lines)
    features = measure(measured, chosen).select(wanted_columns(recipe.rules))
    write_parquet(scratch / f"part-{split.name}.parquet", features)
    return split.bytes, batch.skipped


def _check_models(models: dict[str, str]) -> None:
    first, *others = models
    for other in others:
        if models[other] != models[first]:
            raise ConfigError(
                f"{other}: its languages were told by another model than those of {first}; "
                "calibrate them apart, or run clean again with one model"
            )
