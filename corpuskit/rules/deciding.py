"""Deciding adds one Boolean per rule; reasons become text only on output.

Every document carries *all* the rules that it fails, so that a rule's cost can be seen alone and
together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import polars as pl

from corpuskit.rules.rule import KEEPS, Bound, Rule
from corpuskit.schema import DOC_ID, FAILS, KEEP, REASON, REASONS

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)


def decide(scores: Frame, rules: Sequence[Rule]) -> Frame:
    """Add ``fails.<id>`` for every rule, and `keep` = no dropping rule failed.

    Parameters
    ----------
    scores : frame with a column for every feature that the rules use, without nulls.

    Examples
    --------
    >>> rule = Rule("toy.too_few_words", Condition("word_count", (("min", 2),)))
    >>> decide(pl.DataFrame({"word_count": [1, 2]}), [rule])["keep"].to_list()
    [False, True]
    """
    dropping = [FAILS + rule.id for rule in rules if rule.severity == "drop"]
    keep = ~pl.any_horizontal(dropping) if dropping else pl.lit(True)
    decided = scores.with_columns([rule.fails() for rule in rules])
    return decided.with_columns(keep.alias(KEEP))


def reasons(decided: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    """List why each dropped document was dropped: one row (doc_id, reasons) per such document.

    `reasons` is a list of {rule, feature, value, bound, side} in the order of the rules; value
    and bound are text, since features are numbers, words and truths. Flags are not reasons.
    """
    parts = [
        part
        for number, rule in enumerate(rules)
        if rule.severity == "drop" and decided[FAILS + rule.id].any()
        for side, bound in rule.keep.bounds
        if (part := _failures(decided, rule, number, side, bound)).height
    ]
    if not parts:
        return pl.DataFrame(schema={DOC_ID: pl.UInt64, REASONS: pl.List(REASON)})
    rows = pl.concat(parts).sort("row", "number", maintain_order=True)
    grouped = rows.group_by("row", maintain_order=True).agg(
        pl.struct(list(REASON.to_schema())).alias(REASONS)
    )
    return grouped.select(decided[DOC_ID].gather(grouped["row"]), REASONS)


def _failures(
    decided: pl.DataFrame, rule: Rule, number: int, side: str, bound: Bound
) -> pl.DataFrame:
    values = decided[rule.keep.feature]
    held = decided.select(KEEPS[side](pl.col(rule.keep.feature), bound)).to_series()
    rows = np.flatnonzero(decided[FAILS + rule.id].to_numpy() & ~held.to_numpy())
    facts = {"rule": rule.id, "feature": rule.keep.feature}
    return pl.DataFrame(
        {
            "row": pl.Series(rows, dtype=pl.UInt32),
            "number": pl.Series([number], dtype=pl.UInt32).new_from_index(0, len(rows)),
            **{
                name: pl.Series([fact]).new_from_index(0, len(rows)) for name, fact in facts.items()
            },
            "value": values.gather(rows).cast(pl.String),
            "bound": pl.Series([_written(bound)]).new_from_index(0, len(rows)),
            "side": pl.Series([side]).new_from_index(0, len(rows)),
        }
    )


def _written(bound: Bound) -> str:
    if isinstance(bound, tuple):
        return ",".join(bound)
    return str(bound).lower() if isinstance(bound, bool) else str(bound)


def count_failures(decided: pl.DataFrame, rules: Sequence[Rule]) -> dict[str, dict[str, int]]:
    """Count documents per rule: `fails`; `alone` (no other dropping rule failed); `first`.

    `first` counts the documents for which this is the first dropping rule that failed, in recipe
    order: the funnel, whose sum is the number of dropped documents.
    """
    if not rules:
        return {}
    failed = decided.select(FAILS + rule.id for rule in rules).to_numpy()
    drops = np.array([rule.severity == "drop" for rule in rules])
    together = failed[:, drops].sum(axis=1, dtype=np.int64)
    fails = failed.sum(axis=0)
    alone = (failed & (together[:, None] == drops)).sum(axis=0)
    dropping = failed & drops
    first = np.bincount(dropping[dropping.any(axis=1)].argmax(axis=1), minlength=len(rules))
    return {
        rule.id: {"fails": int(fails[i]), "alone": int(alone[i]), "first": int(first[i])}
        for i, rule in enumerate(rules)
    }
