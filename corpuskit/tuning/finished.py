"""A finished run: its rules as the manifest has them, and its scores with the duplicates joined.

Nothing here reads text. A run whose files are not those that its manifest speaks of is refused:
a decision on half the scores would look like a decision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from corpuskit import manifest
from corpuskit.config import nearest
from corpuskit.errors import ConfigError, RunError
from corpuskit.layout import Layout
from corpuskit.recipe import Recipe, recipe_from_plain
from corpuskit.rules import Rule
from corpuskit.schema import (
    BANDS,
    CORPUS_COLUMNS,
    DOC_ID,
    DUPLICATES,
    KEEP_ORDER,
    TEXT_HASH,
    USER_ID,
)


@dataclass(frozen=True)
class Amount:
    """How much: documents, and bytes of their cleaned text."""

    documents: int
    bytes: int


LANGUAGE = "language"
NOT_MEASURED = "not measured"
_MARKS = (DOC_ID, USER_ID, TEXT_HASH, BANDS, KEEP_ORDER)


@dataclass(frozen=True)
class FinishedRun:
    """A run that was checked when it was opened.

    recipe : what it decided with, from the manifest.
    facts : the manifest.
    parts : the files of scores/, in the order of the splits.
    columns : name and dtype of every measured feature.
    marked : the scores hold the hashes and bands that duplicates are found with.
    """

    layout: Layout
    recipe: Recipe
    facts: Mapping[str, Any] = field(repr=False)
    parts: tuple[Path, ...] = field(repr=False)
    columns: Mapping[str, pl.DataType] = field(repr=False)
    marked: bool

    @property
    def settings(self) -> dict[str, Any]:
        """The plan of the run: everything that decided its bytes."""
        return dict(self.facts["settings"])

    def scores(self) -> pl.LazyFrame:
        """Scan the scores of all documents, in order; `language` says where it was not measured."""
        scores = pl.scan_parquet(list(self.parts))
        if LANGUAGE in self.columns:
            return scores
        return scores.with_columns(pl.lit(NOT_MEASURED).alias(LANGUAGE))

    def duplicates(self) -> pl.DataFrame:
        """Read the members of clusters, representatives included."""
        return pl.read_parquet(self.layout.duplicates)

    def rule(self, name: str) -> Rule:
        """Return a rule of the run's recipe.

        Raises
        ------
        ConfigError
            With the nearest name, if there is none of this name.
        """
        rules = {rule.id: rule for rule in self.recipe.all_rules()}
        if name not in rules:
            raise ConfigError(f"--rule: unknown rule {name!r}; {nearest(name, rules)}")
        return rules[name]

    def evaluate(self, columns: Mapping[str, pl.Expr]) -> pl.DataFrame:
        """Compute expressions over all documents: one row per document, in the order of scores.

        Only the columns that they name are read. What depends on the duplicates is computed
        after the rest, so that a million rows need not go through a join.
        """
        late = {
            name: expr
            for name, expr in columns.items()
            if not CORPUS_COLUMNS.keys().isdisjoint(expr.meta.root_names())
        }
        early = [expr.alias(name) for name, expr in columns.items() if name not in late]
        wanted = {name for expr in late.values() for name in expr.meta.root_names()}
        inputs = {name: f"input {name}" for name in sorted(wanted - CORPUS_COLUMNS.keys())}
        early += [pl.col(name).alias(alias) for name, alias in inputs.items()]
        frame = self.collect(self.scores().select(pl.col(DOC_ID).alias("row"), *early))
        if not late:
            return frame.select(list(columns))
        flags = self._duplicate_flags()
        source = flags.hstack([frame[alias].alias(name) for name, alias in inputs.items()])
        decided = source.select(expr.alias(name) for name, expr in late.items())
        return frame.hstack(decided.get_columns()).select(list(columns))

    def collect(self, frame: pl.LazyFrame) -> pl.DataFrame:
        """Compute a frame over files of this run.

        Raises
        ------
        RunError
            If a file cannot be decoded.
        """
        try:
            return frame.collect(engine="streaming")
        except (pl.exceptions.PolarsError, OSError) as error:
            first = (str(error).splitlines() or ["no detail"])[0]
            raise damaged(self.layout.root, f"a file cannot be read ({first})") from error

    def _duplicate_flags(self) -> pl.DataFrame:
        """Return the columns of `CORPUS_COLUMNS` for every document, in the order of scores."""
        return self.collect(
            with_copies(self.scores().select(DOC_ID), self.duplicates()).select(
                list(CORPUS_COLUMNS)
            )
        )


def open_finished(path: str | Path) -> FinishedRun:
    """Open the folder of a finished run and check that its scores are whole.

    Raises
    ------
    RunError
        If it is no finished run, was made by a version whose manifest says too little, or if a
        file is missing, cut or strange.
    """
    layout = Layout(Path(path))
    if not layout.manifest.exists():
        raise RunError(f"{path}: no finished run of corpuskit (no manifest.json); run clean first")
    facts = manifest.read_json(layout.manifest)
    try:
        settings, outputs = facts["settings"], facts["outputs"]
        recipe = recipe_from_plain(
            settings["recipe"], settings["language_model"], facts["recipe_source"]
        )
        duplicates_sha256 = facts["duplicates_sha256"]
    except (KeyError, TypeError, AttributeError) as error:
        raise RunError(
            f"{layout.manifest}: damaged, or written by another version ({error!r}); "
            "run clean again with --overwrite"
        ) from error
    parts = _checked_parts(layout, outputs)
    _check_duplicates(layout, duplicates_sha256)
    schema = _schema(parts[0])
    columns = {name: dtype for name, dtype in schema.items() if name not in _MARKS}
    return FinishedRun(layout, recipe, facts, parts, columns, TEXT_HASH in schema)


def damaged(path: Path, problem: str) -> RunError:
    """Make the error of a file that is not what the manifest says."""
    return RunError(f"{path}: {problem}, so this run cannot be trusted; run clean again with "
                    "--overwrite")  # fmt: skip


def _checked_parts(layout: Layout, outputs: Mapping[str, Any]) -> tuple[Path, ...]:
    """Compare scores/ with the manifest: the same files, each of its size."""
    told = {name: facts for name, facts in outputs.items() if name.startswith("scores/")}
    found = layout.score_parts()
    if not found:
        raise damaged(layout.scores, "there are no scores")
    for name, facts in told.items():
        path = layout.root / name
        if not path.exists():
            raise damaged(path, "missing")
        if path.stat().st_size != facts["bytes"]:
            raise damaged(path, f"{path.stat().st_size} bytes, the manifest says {facts['bytes']}")
    for path in found:
        if told and f"scores/{path.name}" not in told:
            raise damaged(path, "not in the manifest")
    return tuple(found)


def _check_duplicates(layout: Layout, sha256: str) -> None:
    if not layout.duplicates.exists():
        raise damaged(layout.duplicates, "missing")
    if manifest.sha256(layout.duplicates) != sha256:
        raise damaged(layout.duplicates, "not the file that the manifest speaks of")
    if _schema(layout.duplicates) != DUPLICATES:
        raise damaged(layout.duplicates, "its columns are not those of this version")


def _schema(path: Path) -> dict[str, pl.DataType]:
    try:
        return dict(pl.read_parquet_schema(path))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise damaged(path, "not a Parquet file") from error


def languages_found(run: FinishedRun) -> tuple[str, ...]:
    """List the languages of the run's documents, the most frequent first."""
    counts = run.scores().group_by("language").len().sort(["len", "language"],
                                                         descending=[True, False])  # fmt: skip
    return tuple(run.collect(counts.select(pl.col("language")))["language"])


def check_language(run: FinishedRun, language: str) -> None:
    """Refuse a language that no document of the run has.

    Raises
    ------
    ConfigError
        With the nearest that there is.
    """
    if LANGUAGE not in run.columns:
        raise ConfigError(
            f"--language: {run.layout.root} did not identify languages; run it again with "
            "--coverage --overwrite, or leave --language out"
        )
    found = languages_found(run)
    if language not in found:
        raise ConfigError(
            f"--language: no document of {run.layout.root} is in {language!r}; "
            f"{nearest(language, found)}"
        )


def with_copies(scores: pl.LazyFrame, members: pl.DataFrame) -> pl.LazyFrame:
    """Add the columns of `CORPUS_COLUMNS` to documents, in their order, from duplicates.parquet."""
    jaccard = pl.when(pl.col("kind") == "near").then("jaccard").otherwise(0.0)
    dropped = members.lazy().filter(pl.col("kind") != "representative").select(
        DOC_ID,
        (pl.col("kind") == "exact").alias("exact_duplicate"),
        jaccard.alias("near_duplicate_jaccard"),
    )  # fmt: skip
    return scores.join(dropped, on=DOC_ID, how="left", maintain_order="left").with_columns(
        pl.col(name).fill_null(empty) for name, (_, empty) in CORPUS_COLUMNS.items()
    )


def amount(frame: pl.DataFrame) -> Amount:
    """Count the rows of a frame and the bytes of their text (column byte_count)."""
    return Amount(frame.height, int(frame["byte_count"].cast(pl.Int64).sum()))


def dropped_by(frame: pl.DataFrame, rule: Rule | None, column: str) -> Amount:
    """Count what a rule, if it is there and drops, fails in a frame; `column` says what fails."""
    if rule is None or rule.severity != "drop":
        return Amount(0, 0)
    return amount(frame.filter(pl.col(column)).select("byte_count"))


def rule_pairs(
    first: Mapping[str, Rule], second: Mapping[str, Rule]
) -> list[tuple[str, Rule | None, Rule | None]]:
    """Pair the rules of two recipes by name: those of the first in order, then the others."""
    return [(name, first.get(name), second.get(name)) for name in dict.fromkeys((*first, *second))]


def bounds_of(rule: Rule | None) -> dict[str, Any] | None:
    """Return side → bound of a rule as JSON data; None where there is no such rule."""
    bounds: dict[str, Any] | None = None if rule is None else rule.plain()["bounds"]
    return bounds


def failing(rules: Sequence[Rule]) -> dict[str, pl.Expr]:
    """Return the columns ``fails.<id>`` of rules as expressions by name."""
    return {expr.meta.output_name(): expr for expr in (rule.fails() for rule in rules)}


def any_fails(rules: Sequence[Rule]) -> pl.Expr:
    """Return the Boolean expression that a dropping rule among these fails."""
    fails = [rule.fails() for rule in rules if rule.severity == "drop"]
    return pl.any_horizontal(fails) if fails else pl.lit(False)
