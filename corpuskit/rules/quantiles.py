"""Bounds like ``p10`` become numbers once the corpus has been measured.

A quantile is taken over the documents that the rule speaks of: those that its guards hold for, so
a rule for Chinese gets the quantile of the Chinese documents. Of these the 200,000 with the
smallest doc_id are a sample (doc_ids are hashes of a document's place), and the value is exact on
it: the smallest value that at least so many percent of the sample do not exceed. It is a value
that occurs, so a count stays a whole number, and neither workers nor restarts change it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

import polars as pl

from corpuskit.rules.rule import NUMBERS, Bound, Rule
from corpuskit.schema import DOC_ID

SAMPLED = 200_000


def resolve(rules: Iterable[Rule], scores: pl.LazyFrame) -> tuple[Rule, ...]:
    """Return the rules with every quantile as a number, and its sample's size in `why`.

    Parameters
    ----------
    scores : a column for each feature that the rules use, and doc_id; without doc_id the first
        rows are the sample. Read only if there is a quantile.

    Examples
    --------
    >>> from corpuskit.rules import Condition
    >>> rule = Rule("t.short", Condition("n", (("min", "p20"),)), why="Short.")
    >>> (found,) = resolve([rule], pl.LazyFrame({"n": [5, 1, 4, 2, 3, 6, 7, 8, 9, 10]}))
    >>> found.keep.bounds, found.why
    ((('min', 2),), 'Short. Here min p20 is 2, by 10 documents of this corpus.')
    """
    return tuple(_resolved(rule, scores) if rule.keep.quantiles() else rule for rule in rules)


def quantile(values: pl.Series, percent: str) -> float | int:
    """Return the smallest value that at least `percent` % of the values do not exceed.

    Examples
    --------
    >>> values = pl.Series([1, 2, 3, 4])
    >>> quantile(values, "25"), quantile(values, "25.1"), quantile(values, "0.5")
    (1, 2, 1)
    """
    rank = -(-Fraction(percent) * len(values) // 100)  # rounded up
    found: float | int = values.sort()[int(rank) - 1]
    return found


def _resolved(rule: Rule, scores: pl.LazyFrame) -> Rule:
    values = _sample(rule, scores)
    bounds: dict[str, Bound] = dict(rule.keep.bounds)
    found: dict[str, Bound] = {
        side: quantile(values, name[1:]) if len(values) else 0
        for side, name in rule.keep.quantiles()
    }
    told = " and ".join(f"{side} {bounds[side]} is {found[side]}" for side in NUMBERS
                        if side in found)  # fmt: skip
    size = "no document" if values.is_empty() else f"{len(values)} documents"
    return replace(
        rule,
        keep=replace(rule.keep, bounds=tuple({**bounds, **found}.items())),
        why=f"{rule.why} Here {told}, by {size} of this corpus.".strip(),
    )


def _sample(rule: Rule, scores: pl.LazyFrame) -> pl.Series:
    spoken_of = scores.filter(*(guard.holds() for guard in rule.when))
    if DOC_ID in scores.collect_schema():
        columns = list(dict.fromkeys((DOC_ID, rule.keep.feature)))
        sample = spoken_of.select(columns).bottom_k(SAMPLED, by=DOC_ID)
    else:
        sample = spoken_of.select(rule.keep.feature).head(SAMPLED)
    return sample.collect(engine="streaming")[rule.keep.feature]
