"""The difference between a run's decision and another one over the same scores.

Duplicates were looked for among the documents that passed the run's own quality rules. A decision
with other rules takes them as they were found, and `Copies` counts the documents for which that
cannot be the last word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import polars as pl

from corpuskit.recipe import Recipe
from corpuskit.rules import Rule
from corpuskit.schema import CORPUS_COLUMNS, DOC_ID, FAILS, REPRESENTATIVE
from corpuskit.tuning.again import Changes, changed_recipe
from corpuskit.tuning.finished import (
    Amount,
    FinishedRun,
    amount,
    bounds_of,
    dropped_by,
    failing,
    rule_pairs,
)

AFTER = "after: "


@dataclass(frozen=True)
class RuleChange:
    """What one rule has to do with a difference.

    bounds_before, bounds_after : side → bound; None where there is no such rule.
    severity_before, severity_after : ``drop`` or ``flag``; a flag drops nothing.
    fails_before, fails_after : all documents that fail it.
    newly_kept : newly kept documents that failed it before.
    newly_dropped : newly dropped documents that fail it now.
    """

    id: str
    bounds_before: dict[str, Any] | None
    bounds_after: dict[str, Any] | None
    severity_before: str | None
    severity_after: str | None
    fails_before: int
    fails_after: int
    newly_kept: Amount
    newly_dropped: Amount


@dataclass(frozen=True)
class Copies:
    """Documents for which the stored search for duplicates is not the last word.

    never_compared : pass the new quality rules, did not pass the old ones; counted as kept, though
        some may be copies.
    lost_representative : stay dropped as copies of documents that the new rules drop as well.
    lost_clusters : clusters of those: a new search would keep one document of each at least.
    """

    never_compared: Amount
    lost_representative: Amount
    lost_clusters: int


@dataclass(frozen=True)
class Difference:
    """What another decision changes.

    newly_kept_ids, newly_dropped_ids : doc_id, UInt64, in the order of the scores.
    copies : None where the new decision keeps duplicates.
    """

    total: Amount
    kept_before: Amount
    kept_after: Amount
    newly_kept: Amount
    newly_dropped: Amount
    rules: tuple[RuleChange, ...]
    copies: Copies | None
    newly_kept_ids: pl.Series
    newly_dropped_ids: pl.Series

    def plain(self) -> dict[str, Any]:
        """Return the difference as JSON data, the ids left out."""
        numbers = replace(self, newly_kept_ids=pl.Series(), newly_dropped_ids=pl.Series())
        found = asdict(numbers)
        del found["newly_kept_ids"], found["newly_dropped_ids"]
        return found


def decide_again(run: FinishedRun, changes: Changes) -> Difference:
    """Decide a finished run with other rules, from its scores.

    Raises
    ------
    ConfigError, RunError
        As `changed_recipe`.
    """
    return compare(run, changed_recipe(run, changes))


def compare(run: FinishedRun, recipe: Recipe) -> Difference:
    """Compare the run's decision with that of a recipe over the same scores.

    Parameters
    ----------
    recipe : as `changed_recipe` gives it: all its features are among the scores.
    """
    before, after = run.recipe.all_rules(), _named_apart(run.recipe, recipe)
    meta = {name: pl.col(name) for name in (DOC_ID, "byte_count")}
    frame = run.evaluate({**meta, **failing(list({r.id: r for r in (*before, *after)}.values()))})
    frame = frame.with_columns(
        _passes(before).alias("before"),
        _passes(after).alias("after"),
        _passes(_quality(before)).alias("passed"),
        _passes(_quality(after)).alias("passes"),
    )
    gained = frame.filter(~pl.col("before") & pl.col("after"))
    lost = frame.filter(pl.col("before") & ~pl.col("after"))
    return Difference(
        total=amount(frame),
        kept_before=amount(frame.filter("before")),
        kept_after=amount(frame.filter("after")),
        newly_kept=amount(gained),
        newly_dropped=amount(lost),
        rules=_rule_changes(before, after, frame, gained, lost),
        copies=_copies(run, recipe, frame),
        newly_kept_ids=gained[DOC_ID],
        newly_dropped_ids=lost[DOC_ID],
    )


def _named_apart(old: Recipe, new: Recipe) -> tuple[Rule, ...]:
    """Give rules that decide otherwise than the old ones of their name another name."""
    known = {rule.id: (rule.keep, rule.when) for rule in old.all_rules()}
    return tuple(
        rule
        if rule.id not in known or known[rule.id] == (rule.keep, rule.when)
        else replace(rule, id=AFTER + rule.id)
        for rule in new.all_rules()
    )


def _quality(rules: Sequence[Rule]) -> list[Rule]:
    """Leave out the rules on duplicates."""
    return [rule for rule in rules if rule.keep.feature not in CORPUS_COLUMNS]


def _passes(rules: Sequence[Rule]) -> pl.Expr:
    fails = [FAILS + rule.id for rule in rules if rule.severity == "drop"]
    return ~pl.any_horizontal(fails) if fails else pl.lit(True)


def _rule_changes(
    before: Sequence[Rule],
    after: Sequence[Rule],
    frame: pl.DataFrame,
    gained: pl.DataFrame,
    lost: pl.DataFrame,
) -> tuple[RuleChange, ...]:
    old = {rule.id: rule for rule in before}
    new = {rule.id.removeprefix(AFTER): rule for rule in after}
    counts = frame.select(pl.col(f"^{FAILS}.*$").sum()).row(0, named=True) if frame.width else {}
    changes = []
    for name, was, now in rule_pairs(old, new):
        changes.append(
            RuleChange(
                id=name,
                bounds_before=bounds_of(was),
                bounds_after=bounds_of(now),
                severity_before=was.severity if was else None,
                severity_after=now.severity if now else None,
                fails_before=counts[FAILS + was.id] if was else 0,
                fails_after=counts[FAILS + now.id] if now else 0,
                newly_kept=dropped_by(gained, was, FAILS + was.id if was else ""),
                newly_dropped=dropped_by(lost, now, FAILS + now.id if now else ""),
            )
        )
    return tuple(changes)


def _copies(run: FinishedRun, recipe: Recipe, frame: pl.DataFrame) -> Copies | None:
    if recipe.duplicates is None:
        return None
    uncompared = frame.filter(~pl.col("passed") & pl.col("passes"))
    passing = frame.select(DOC_ID, "byte_count", "passes", "after")
    members = run.duplicates().filter(~pl.col("in_index")).select(DOC_ID, REPRESENTATIVE)
    fates = passing.join(members, on=DOC_ID, how="inner")
    firsts = fates.select(pl.col(DOC_ID).alias(REPRESENTATIVE), stays=pl.col("passes"))
    lost = fates.join(firsts, on=REPRESENTATIVE, how="left").filter(
        pl.col("passes") & ~pl.col("after") & ~pl.col("stays")
    )
    return Copies(amount(uncompared), amount(lost), lost[REPRESENTATIVE].n_unique())
