"""The shipped rules cut exactly at their bounds, and drop no language by accident."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from corpuskit.cleaners import CLEANERS
from corpuskit.features import Measured
from corpuskit.features.groups import all_columns, columns_by_group, groups, measure
from corpuskit.features.language import load_model
from corpuskit.recipe import load_recipe
from corpuskit.rules import Condition, Rule, decide, load_rule_set

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "rules").glob("*.yaml"))
RULES = [rule for path in FILES for rule in load_rule_set(path, all_columns())]
SIDES = ("min", "max", "above", "below")
BOUNDED = [(rule, side) for rule in RULES for side, _ in rule.keep.bounds if side in SIDES]


def satisfying(condition: Condition) -> Any:
    """Find a value for which a condition holds."""
    side, bound = condition.bounds[0]
    if side == "in":
        return bound[0]  # type: ignore[index]
    return {"not_in": "?", "above": float(bound) + 0.1 if side == "above" else bound}.get(
        side, bound
    )


def keeps(rule: Rule, value: Any) -> bool:
    """Decide one document whose guards hold."""
    row = {guard.feature: satisfying(guard) for guard in rule.when} | {rule.keep.feature: value}
    return bool(decide(pl.DataFrame([row]), [rule])[f"fails.{rule.id}"][0]) is False


@pytest.mark.parametrize(("rule", "side"), BOUNDED, ids=lambda x: getattr(x, "id", x))
def test_a_rule_tells_the_values_on_either_side_of_its_bound_apart(rule: Rule, side: str) -> None:
    bound = dict(rule.keep.bounds)[side]
    assert isinstance(bound, int | float)
    away = -math.inf if side in ("min", "above") else math.inf
    counts = all_columns()[rule.keep.feature].is_integer()

    def towards(goal: float) -> float:
        return bound + math.copysign(1, goal) if counts else math.nextafter(bound, goal)

    kept, dropped = (bound, towards(away)) if side in ("min", "max") else (towards(-away), bound)
    assert keeps(rule, kept)
    assert not keeps(rule, dropped)


def test_a_guarded_rule_has_no_say_where_its_guard_fails() -> None:
    rule = next(rule for rule in RULES if rule.id == "gopher.too_few_stop_words")
    row = {"stop_word_count": 0, "spaceless_ratio": 0.0, "language": "de", "language_score": 1.0}
    assert decide(pl.DataFrame([row]), [rule])["keep"][0]
    assert not decide(pl.DataFrame([row | {"language": "en"}]), [rule])["keep"][0]
    assert decide(pl.DataFrame([row | {"language": "en", "language_score": 0.1}]), [rule])["keep"][
        0
    ]


def test_every_rule_says_why_and_whence() -> None:
    for rule in RULES:
        assert rule.why.endswith("."), rule.id
        assert rule.source, rule.id


def test_the_declaration_of_human_rights_is_kept_in_every_language() -> None:
    documents = pl.read_parquet(ROOT / "sample_data" / "udhr.parquet")
    decided = decide_web(documents["text"])
    dropped = set(documents.filter(~decided["keep"])["lang"])
    assert not dropped


def test_books_and_speeches_wrapped_by_hand_are_kept() -> None:
    documents = pl.read_csv(ROOT / "sample_data" / "public-domain.csv").filter(
        pl.col("source").is_in(["gutenberg", "state-of-the-union"])
    )
    assert documents.height > 50
    assert decide_web(documents["text"])["keep"].all()


def decide_web(text: pl.Series) -> pl.DataFrame:
    """Measure texts and decide them by the quality rules of the web recipe."""
    recipe = load_recipe("web", columns_by_group(), tuple(CLEANERS))
    chosen = groups(load_model(), recipe.features)
    return decide(measure(Measured(text), chosen), recipe.quality_rules())
