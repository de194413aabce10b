"""What a shipped rule set says of a made text, measured by the groups that its rules need."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl

from corpuskit.features import FeatureGroup, Measured
from corpuskit.features.groups import TEXT_GROUPS, all_columns, measure
from corpuskit.rules import Rule, decide, load_rule_set

ROOT = Path(__file__).parent.parent.parent / "rules"


def measured_by(group: FeatureGroup, *documents: str) -> list[dict[str, float]]:
    """Measure a group, without the group's name at the end of its columns."""
    frame = measure(Measured(pl.Series(documents, dtype=pl.String)), (group,))
    return frame.rename(lambda name: name.removesuffix(f".{group.name}")).to_dicts()


@cache
def rules_of(name: str) -> tuple[Rule, ...]:
    """Load a shipped rule set."""
    return load_rule_set(ROOT / f"{name}.yaml", all_columns())


def failed(name: str, text: str, language: str = "en", score: float = 1.0) -> set[str]:
    """Name the rules that a text of a language fails, without the name of the set."""
    rules = rules_of(name)
    wanted = {c.feature for rule in rules for c in (rule.keep, *rule.when)}
    groups = [group for group in TEXT_GROUPS if wanted & {f.name for f in group.features}]
    scores = measure(Measured(pl.Series([text])), groups)
    decided = decide(
        scores.with_columns(language=pl.lit(language), language_score=pl.lit(score)), rules
    )
    return {rule.id.removeprefix(f"{name}.") for rule in rules if decided[f"fails.{rule.id}"][0]}
