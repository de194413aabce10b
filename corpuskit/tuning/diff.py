"""What changed between two runs: which documents, by rule, by language, and some to read.

Documents are matched by doc_id, which follows from a source's name and the place inside it. Where
both runs hold digests of the texts, the documents whose text differs are counted too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from corpuskit.errors import ConfigError
from corpuskit.schema import DOC_ID, FAILS, KEEP, TEXT_HASH, USER_ID
from corpuskit.tuning.finished import (
    Amount,
    FinishedRun,
    amount,
    bounds_of,
    check_language,
    dropped_by,
    failing,
    rule_pairs,
)
from corpuskit.tuning.texts import drawn, texts

SAMPLES = 3
B = " of B"
"""Stands behind the columns of the second run, once both are in one frame."""


@dataclass(frozen=True)
class RuleDifference:
    """One rule in both runs, over the documents that both have.

    fails_a, fails_b : documents that fail it; None where a run has no such rule.
    newly_kept : kept by B alone, and dropped by this rule in A.
    newly_dropped : kept by A alone, and dropped by this rule in B.
    """

    id: str
    bounds_a: dict[str, Any] | None
    bounds_b: dict[str, Any] | None
    fails_a: int | None
    fails_b: int | None
    newly_kept: Amount
    newly_dropped: Amount


@dataclass(frozen=True)
class LanguageDifference:
    """The documents of one language (as B names it) that both runs have."""

    language: str
    common: Amount
    newly_kept: Amount
    newly_dropped: Amount


@dataclass(frozen=True)
class Changed:
    """One document that the runs do not agree on, with the dropping rules that it fails in each."""

    doc_id: int
    id: str
    language: str
    kept_in: str
    fails_a: tuple[str, ...]
    fails_b: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class RunDifference:
    """What changed from run A to run B; amounts are in the bytes that B counted.

    sources_changed : sources of one name whose content differs between the runs.
    texts_changed : common documents of another text digest; None where a run has no digests.
    relabelled : common documents that the runs give different languages.
    """

    only_a: Amount
    only_b: Amount
    common: Amount
    kept_a: Amount
    kept_b: Amount
    newly_kept: Amount
    newly_dropped: Amount
    rules: tuple[RuleDifference, ...]
    languages: tuple[LanguageDifference, ...]
    sources_changed: tuple[str, ...]
    texts_changed: int | None
    relabelled: int
    samples: tuple[Changed, ...]

    def plain(self) -> dict[str, Any]:
        """Return the difference as JSON data."""
        return asdict(self)


def diff(
    first: FinishedRun,
    second: FinishedRun,
    samples: int = SAMPLES,
    seed: int = 0,
    language: str | None = None,
) -> RunDifference:
    """Compare two runs over the documents that both have.

    Parameters
    ----------
    samples : so many newly kept and so many newly dropped documents are shown.
    language : compare only documents of this language, as the second run names it.

    Raises
    ------
    ConfigError
        For a negative number of samples, or a language that no document of the second run has.
    """
    if samples < 0:
        raise ConfigError(f"--samples: {samples}; give 0 or more")
    a, b = _decided(first), _decided(second)
    renamed = b.rename({name: name + B for name in b.columns if name != DOC_ID})
    both = a.join(renamed, on=DOC_ID, how="inner", maintain_order="left")
    if language is not None:
        both = _of_language(second, both, language)
    both = both.with_columns(pl.col("byte_count" + B).alias("byte_count"))
    gained = both.filter(~pl.col(KEEP) & pl.col(KEEP + B))
    lost = both.filter(pl.col(KEEP) & ~pl.col(KEEP + B))
    return RunDifference(
        only_a=amount(a.join(b, on=DOC_ID, how="anti")),
        only_b=amount(b.join(a, on=DOC_ID, how="anti")),
        common=amount(both),
        kept_a=amount(both.filter(KEEP)),
        kept_b=amount(both.filter(KEEP + B)),
        newly_kept=amount(gained),
        newly_dropped=amount(lost),
        rules=_rules(first, second, both, gained, lost),
        languages=_languages(both, gained, lost),
        sources_changed=_sources_changed(first, second),
        texts_changed=_texts_changed(first, second, both),
        relabelled=both.filter(pl.col("language") != pl.col("language" + B)).height,
        samples=(
            *_samples(first, second, drawn(gained, samples, seed), "B"),
            *_samples(first, second, drawn(lost, samples, seed), "A"),
        ),
    )


def _decided(run: FinishedRun) -> pl.DataFrame:
    rules = run.recipe.all_rules()
    own = [DOC_ID, USER_ID, "language", "byte_count", *([TEXT_HASH] if run.marked else [])]
    frame = run.evaluate({**{name: pl.col(name) for name in own}, **failing(rules)})
    dropping = [FAILS + rule.id for rule in rules if rule.severity == "drop"]
    keep = ~pl.any_horizontal(dropping) if dropping else pl.lit(True)
    return frame.with_columns(keep.alias(KEEP))


def _of_language(run: FinishedRun, both: pl.DataFrame, language: str) -> pl.DataFrame:
    check_language(run, language)
    return both.filter(pl.col("language" + B) == language)


def _rules(
    first: FinishedRun,
    second: FinishedRun,
    both: pl.DataFrame,
    gained: pl.DataFrame,
    lost: pl.DataFrame,
) -> tuple[RuleDifference, ...]:
    in_a = {rule.id: rule for rule in first.recipe.all_rules()}
    in_b = {rule.id: rule for rule in second.recipe.all_rules()}
    return tuple(
        RuleDifference(
            id=name,
            bounds_a=bounds_of(a),
            bounds_b=bounds_of(b),
            fails_a=int(both[FAILS + name].sum()) if a else None,
            fails_b=int(both[FAILS + name + B].sum()) if b else None,
            newly_kept=dropped_by(gained, a, FAILS + name),
            newly_dropped=dropped_by(lost, b, FAILS + name + B),
        )
        for name, a, b in rule_pairs(in_a, in_b)
    )


def _languages(
    both: pl.DataFrame, gained: pl.DataFrame, lost: pl.DataFrame
) -> tuple[LanguageDifference, ...]:
    """Count per language; those with the most changes come first."""
    tables = [
        {
            name: Amount(documents, size)
            for name, documents, size in frame.group_by("language" + B)
            .agg(pl.len(), pl.col("byte_count").cast(pl.Int64).sum())
            .iter_rows()
        }
        for frame in (both, gained, lost)
    ]
    none = Amount(0, 0)
    found = [
        LanguageDifference(name, total, tables[1].get(name, none), tables[2].get(name, none))
        for name, total in tables[0].items()
    ]

    def order(row: LanguageDifference) -> tuple[int, int, str]:
        changed = row.newly_kept.documents + row.newly_dropped.documents
        return -changed, -row.common.documents, row.language

    return tuple(sorted(found, key=order))


def _sources_changed(first: FinishedRun, second: FinishedRun) -> tuple[str, ...]:
    digests = {row["source"]: row["digest"] for row in first.settings["inputs"]}
    rows = second.settings["inputs"]
    return tuple(
        row["source"] for row in rows if digests.get(row["source"], row["digest"]) != row["digest"]
    )


def _texts_changed(first: FinishedRun, second: FinishedRun, both: pl.DataFrame) -> int | None:
    if not (first.marked and second.marked):
        return None
    return both.filter(pl.col(TEXT_HASH) != pl.col(TEXT_HASH + B)).height


def _samples(
    first: FinishedRun, second: FinishedRun, picked: pl.DataFrame, kept_in: str
) -> list[Changed]:
    """Describe changed documents; their texts come from the second run."""
    if not picked.height:
        return []
    bodies = texts(second, picked[DOC_ID])
    return [
        Changed(
            doc_id=row[DOC_ID],
            id=row[USER_ID + B],
            language=row["language" + B],
            kept_in=kept_in,
            fails_a=_failing(first, row, ""),
            fails_b=_failing(second, row, B),
            text=bodies[row[DOC_ID]],
        )
        for row in picked.iter_rows(named=True)
    ]


def _failing(run: FinishedRun, row: dict[str, Any], end: str) -> tuple[str, ...]:
    rules: Sequence[str] = [r.id for r in run.recipe.all_rules() if r.severity == "drop"]
    return tuple(name for name in rules if row[FAILS + name + end])
