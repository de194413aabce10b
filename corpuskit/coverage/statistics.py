"""What the scores tell of a corpus: volume, languages, scripts, lengths, distributions.

Everything is a sum of whole numbers over documents, so neither the order of the parts nor the
number of threads changes a byte of the result, and Polars' streaming engine holds only the sums.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from corpuskit.coverage.tokens import estimated_tokens
from corpuskit.schema import DOC_ID, KEEP

BINS = 40
SAMPLED_DOCUMENTS = 100_000
# A histogram reaches over these quantiles of the values and over every bound.
LOW_QUANTILE, HIGH_QUANTILE = 0.001, 0.999
# Values that span more than this factor are cut by powers, not evenly.
WIDE_RANGE = 1000
# Lengths in characters: eight bins per power of ten, up to a hundred million.
LENGTH_EDGES = [0, *sorted({round(10 ** (step / 8)) for step in range(65)})]
SIDES = ("in", "kept")


def statistics(
    decided: pl.LazyFrame, features: Sequence[str], bounds: Mapping[str, Sequence[float]]
) -> dict[str, Any]:
    """Add up a corpus.

    Parameters
    ----------
    decided : scores with the Boolean column `keep`.
    features : columns that get a histogram; words and truths are passed over.
    bounds : per feature, the bounds of its rules: a histogram reaches them, and each is an edge.

    Returns
    -------
    `languages`, `scripts`, `coverage` (in, kept) and `histograms`, as summary.json has them. What
    the scores have no columns for is left out: languages, scripts, estimated tokens.
    """
    groups, volumes = _volumes(decided)
    edges = choose_edges(decided, features, bounds, int(groups["documents.in"].sum()))
    histograms = _count(decided, edges)
    lengths = _count(decided, {"char_count": [float(edge) for edge in LENGTH_EDGES]})["char_count"]
    return {
        "languages": _table(groups, "language"),
        "scripts": _table(groups, "script"),
        "coverage": {
            side: {name: int(groups[f"{name}.{side}"].sum()) for name in volumes}
            | {"lengths": {"edges": LENGTH_EDGES, "documents": lengths[side]}}
            for side in SIDES
        },
        "histograms": {name: {"edges": edges[name], **bins} for name, bins in histograms.items()},
    }


def _volumes(decided: pl.LazyFrame) -> tuple[pl.DataFrame, list[str]]:
    """Sum up volumes per language and script: columns ``<volume>.<side>``, a few hundred rows."""
    known = decided.collect_schema().names()
    by = [name for name in ("language", "script") if name in known]
    one = {
        "documents": pl.lit(1, pl.Int64),
        "bytes": pl.col("byte_count").cast(pl.Int64),
        "characters": pl.col("char_count").cast(pl.Int64),
        **({"estimated_tokens": estimated_tokens()} if len(by) == 2 else {}),
    }
    rows = decided.select(*by, KEEP, *(e.alias(n) for n, e in one.items()))
    sums = [
        *(pl.col(name).sum().alias(f"{name}.in") for name in one),
        *(pl.col(name).filter(KEEP).sum().alias(f"{name}.kept") for name in one),
    ]
    found = rows.group_by(by).agg(sums) if by else rows.select(sums)
    return found.collect(engine="streaming"), list(one)


def _table(groups: pl.DataFrame, column: str) -> dict[str, Any]:
    """List documents and bytes, in and kept, per language or script; the largest first."""
    if column not in groups.columns:
        return {}
    units = ("documents", "bytes")
    sums = groups.group_by(column).agg(
        pl.col(f"{unit}.{side}").sum() for unit in units for side in SIDES
    )
    ordered = sums.sort(["documents.in", column], descending=[True, False])
    return {
        row[column]: {unit: {side: row[f"{unit}.{side}"] for side in SIDES} for unit in units}
        for row in ordered.iter_rows(named=True)
    }


def choose_edges(
    scores: pl.LazyFrame,
    features: Sequence[str],
    bounds: Mapping[str, Sequence[float]],
    documents: int,
) -> dict[str, list[float]]:
    """Choose histogram edges for the numeric ones of `features`.

    The range is that of 99.8 % of the values (of a sample of about 100,000 documents, drawn by
    doc_id) and of the bounds; every bound is an edge, so that a bin lies on one side of it.
    """
    schema = scores.select(sorted(set(features))).collect_schema()
    names = [name for name, dtype in schema.items() if dtype.is_numeric()]
    every = max(1, documents // SAMPLED_DOCUMENTS)
    sample = scores.filter(pl.col(DOC_ID) % every == 0).select(pl.col(names).cast(pl.Float64))
    quantiles = sample.select(
        *(pl.col(name).quantile(LOW_QUANTILE).alias(f"{name}.low") for name in names),
        *(pl.col(name).quantile(HIGH_QUANTILE).alias(f"{name}.high") for name in names),
    ).collect(engine="streaming")
    found = quantiles.row(0, named=True) if names else {}
    return {
        name: _edges(found[f"{name}.low"], found[f"{name}.high"], list(bounds.get(name, ())))
        for name in names
    }


def _edges(low: float | None, high: float | None, bounds: list[float]) -> list[float]:
    ends = [end for end in (low, high, *bounds) if end is not None] or [0.0]
    low, high = min(ends), max(ends)
    if high <= low:
        high = low + 1
    if low >= 0 and high > WIDE_RANGE * max(low, 1):
        steps = np.r_[low, np.geomspace(max(low, 1), high, BINS + 1)]
    else:
        steps = np.linspace(low, high, BINS + 1)
    return sorted({float(f"{step:.6g}") for step in steps} | set(bounds))


def _count(
    decided: pl.LazyFrame, edges: Mapping[str, list[float]]
) -> dict[str, dict[str, list[int]]]:
    """Count documents per bin ``[edge, next edge)``, in and kept, in one pass over the scores.

    What lies outside counts in the outer bins; `on_edge` counts what lies on each inner edge, so
    that a bound that keeps its own value is counted too. Each count of a bin is a difference of two
    sums of comparisons, which is what Polars streams fastest.
    """
    sums: list[pl.Expr] = [pl.len().cast(pl.Int64).alias("in"), pl.col(KEEP).sum().alias("kept")]
    for name, cuts in edges.items():
        for place, cut in enumerate(cuts[1:-1]):
            above = pl.col(name) >= cut
            sums.append(above.sum().alias(f"{name}|{place}|in"))
            sums.append((above & pl.col(KEEP)).sum().alias(f"{name}|{place}|kept"))
            sums.append((pl.col(name) == cut).sum().alias(f"{name}|{place}|on_edge"))
    row = decided.select(sums).collect(engine="streaming").row(0, named=True)
    return {
        name: {
            side: _differences(
                [row[side], *(row[f"{name}|{place}|{side}"] for place in range(len(cuts) - 2)), 0]
            )
            for side in SIDES
        }
        | {"on_edge": [int(row[f"{name}|{place}|on_edge"]) for place in range(len(cuts) - 2)]}
        for name, cuts in edges.items()
    }


def _differences(sums: list[int]) -> list[int]:
    return [int(above) - int(below) for above, below in pairwise(sums)]
