"""How many documents and bytes each threshold of one rule keeps, alone and beside all others.

The documents are dealt into the intervals between the thresholds once; what a threshold keeps is
then a sum over intervals, so that a curve of a hundred thresholds costs as much as one of four.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.config import nearest
from corpuskit.errors import ConfigError
from corpuskit.rules import Bound, Condition, Rule
from corpuskit.schema import CORPUS_COLUMNS
from corpuskit.tuning.finished import Amount, FinishedRun, any_fails

LOWER, UPPER = ("min", "above"), ("max", "below")
SIDES = (*LOWER, *UPPER)
# Dense where the documents are that a bound drops: in the tail.
CURVE_SHARES = (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4,
                0.5, 0.6, 0.7, 0.8, 0.9, 1.0)  # fmt: skip
EVERYTHING = "all"
"""The name of the group of all documents, whatever they are parted by."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Point:
    """What one threshold keeps: alone (this rule only), and together with all other rules."""

    threshold: float
    alone: Amount
    together: Amount


@dataclass(frozen=True)
class Curve:
    """The points of one group of documents, by rising threshold.

    total : all documents of the group.
    others : those that every other rule keeps.
    """

    group: str
    total: Amount
    others: Amount
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Sweep:
    """A rule's threshold, moved.

    bound : the run's own threshold.
    guards : in words; documents that they do not hold for pass the rule at any threshold.
    guarded : documents that the guards hold for.
    curves : all documents first, then the groups, the largest first.
    flag : the rule drops nothing in the run; `together` is what it would leave if it did.
    compared : duplicates were looked for among the documents that the run's rules passed, so that
        some that a looser threshold keeps may be copies.
    """

    rule: str
    feature: str
    side: str
    bound: float
    guards: tuple[str, ...]
    guarded: int
    curves: tuple[Curve, ...]
    flag: bool
    compared: bool

    def plain(self) -> dict[str, Any]:
        """Return the sweep as JSON data."""
        return asdict(self)


def sweep(
    run: FinishedRun,
    rule: str,
    side: str | None = None,
    thresholds: Sequence[float] | None = None,
    by: str | None = None,
) -> Sweep:
    """Count what a rule keeps at other thresholds.

    Parameters
    ----------
    rule : id of a rule of the run.
    side : the bound that moves; needed where the rule has two.
    thresholds : None for a curve: quantiles of the feature, and the run's own threshold.
    by : a text column of the scores (``language``, ``script``) to part the documents by.

    Raises
    ------
    ConfigError
        For an unknown rule or column, a side that the rule does not have, a threshold that is
        not finite or that the scores cannot answer.
    """
    chosen = run.rule(rule)
    side = chosen_side(chosen, side)
    _check_column(run, by)
    frame = _columns(run, chosen, side, by)
    values = frame["value"].to_numpy().astype(np.float64)
    applies = frame["applies"].to_numpy()
    own = float(dict(chosen.keep.bounds)[side])  # type: ignore[arg-type]
    if thresholds is None:
        dtype = run.columns.get(chosen.keep.feature)
        thresholds = [*_quantiles(values[applies], dtype, side in LOWER), own]
    _check_thresholds(chosen, side, thresholds, own)
    marks = _as_compared(thresholds, frame.schema["value"])
    return Sweep(
        rule=chosen.id,
        feature=chosen.keep.feature,
        side=side,
        bound=own,
        guards=tuple(in_words(guard) for guard in chosen.when),
        guarded=int(applies.sum()),
        curves=_curves(frame, values, side, sorted(marks.items())),
        flag=chosen.severity == "flag",
        compared=run.recipe.duplicates is not None,
    )


def chosen_side(rule: Rule, side: str | None) -> str:
    """Return the bound of a rule that a sweep moves.

    Raises
    ------
    ConfigError
        If there is none, not this one, or more than one to choose from.
    """
    own = [name for name, _ in rule.keep.bounds if name in SIDES]
    if not own:
        sides = ", ".join(name for name, _ in rule.keep.bounds)
        raise ConfigError(f"--rule {rule.id}: has no number to move ({sides}); choose another rule")
    if side is not None and side not in own:
        raise ConfigError(f"--{side}: {rule.id} has no such bound; {nearest(side, own)}")
    if side is None and len(own) > 1:
        raise ConfigError(f"--rule {rule.id}: has {' and '.join(own)}; name one with --side")
    return side or own[0]


def in_words(condition: Condition) -> str:
    """Write a condition as in a rule file: ``language in zh, en``."""
    return f"{condition.feature} " + ", ".join(
        f"{side} {written(bound)}" for side, bound in condition.bounds
    )


def written(bound: Bound) -> str:
    """Write a bound: a list as ``zh, en``, a number in up to ten figures."""
    if isinstance(bound, tuple):
        return ", ".join(bound)
    if isinstance(bound, bool | str):
        return str(bound).lower() if isinstance(bound, bool) else bound
    return f"{bound:.10g}"


def _check_column(run: FinishedRun, by: str | None) -> None:
    texts = [name for name, dtype in run.columns.items() if dtype == pl.String]
    if by is not None and by not in texts:
        raise ConfigError(f"--by: no text column {by!r} in the scores; {nearest(by, texts)}")


def _check_thresholds(rule: Rule, side: str, thresholds: Sequence[float], own: float) -> None:
    if not thresholds:
        raise ConfigError(f"--{side}: no thresholds; write --{side} 20,30,50, or --curve")
    for threshold in thresholds:
        if not np.isfinite(threshold):
            raise ConfigError(f"--{side}: {threshold} is not finite; give numbers")
        if rule.keep.feature == "near_duplicate_jaccard" and threshold < own:
            raise ConfigError(
                f"--{side}: {threshold} is under the run's {own}, and pairs below that were never "
                "measured; run clean again with a lower threshold"
            )


def _columns(run: FinishedRun, rule: Rule, side: str, by: str | None) -> pl.DataFrame:
    """Read the value, what else this rule asks, and what all other rules say together."""
    others = [other for other in run.recipe.all_rules() if other.id != rule.id]
    copies = [other for other in others if other.keep.feature in CORPUS_COLUMNS]
    rest = tuple(bound for bound in rule.keep.bounds if bound[0] != side)
    columns = {
        "value": pl.col(rule.keep.feature),
        "byte_count": pl.col("byte_count"),
        "applies": pl.all_horizontal([guard.holds() for guard in rule.when] or [pl.lit(True)]),
        "rest": Condition(rule.keep.feature, rest).holds() if rest else pl.lit(True),
        "dropped": any_fails([other for other in others if other not in copies]),
        "copied": any_fails(copies),
    }
    if by is not None:
        columns["group"] = pl.col(by)
    return run.evaluate(columns)


def _as_compared(thresholds: Sequence[float], dtype: pl.DataType) -> dict[float, float]:
    """Map each threshold to the value that the column is compared with, as Polars does it."""
    narrow = np.float32 if dtype == pl.Float32 else np.float64
    return {float(threshold): float(narrow(threshold)) for threshold in thresholds}


def _quantiles(values: Floats, dtype: pl.DataType | None, lower: bool) -> list[float]:
    """Choose thresholds among the values; whole numbers where the feature is one."""
    if not len(values):
        return []
    shares = np.array(CURVE_SHARES) if lower else 1 - np.array(CURVE_SHARES)
    found = np.quantile(values, shares, method="inverted_cdf")
    digits = 0 if dtype is not None and dtype.is_integer() else 6
    return [float(value) for value in np.unique(np.round(found, digits))]


def _curves(
    frame: pl.DataFrame, values: Floats, side: str, marks: list[tuple[float, float]]
) -> tuple[Curve, ...]:
    """Deal the documents into intervals per group, and sum up from the side that is kept."""
    bounds = np.array([compared for _, compared in marks])
    open_ended = side in ("min", "below")
    interval = np.searchsorted(bounds, values, side="right" if open_ended else "left")
    lower = side in LOWER
    free = ~frame["applies"].to_numpy()
    interval[free] = len(bounds) if lower else 0  # kept at every threshold
    interval[~free & ~frame["rest"].to_numpy()] = 0 if lower else len(bounds)  # kept at none
    size = frame["byte_count"].to_numpy().astype(np.float64)
    passed = ~(frame["dropped"] | frame["copied"]).to_numpy()
    names, codes = _groups(frame)
    cells = codes * (len(bounds) + 1) + interval
    shape = (len(names), len(bounds) + 1)
    tables = [
        np.bincount(cells[chosen], weights, minlength=shape[0] * shape[1]).reshape(shape)
        for chosen in (np.ones(len(cells), np.bool_), passed)
        for weights in (np.ones(int(chosen.sum())), size[chosen])
    ]
    grouped = len(names) > 1 or "group" in frame.columns
    rows = [(EVERYTHING, np.arange(len(names)))]
    rows += [(name, np.array([code])) for code, name in enumerate(names)] if grouped else []
    curves = [_curve(name, [t[codes].sum(axis=0) for t in tables], lower, marks)
              for name, codes in rows]  # fmt: skip
    everything, *parts = curves
    parts.sort(key=lambda curve: (-curve.total.documents, curve.group))
    return (everything, *parts)


def _groups(frame: pl.DataFrame) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Number the groups of the documents by name."""
    if "group" not in frame.columns:
        return [EVERYTHING], np.zeros(frame.height, np.int64)
    names = frame["group"].unique().sort()
    codes = frame["group"].cast(pl.Enum(names)).to_physical()
    return names.to_list(), codes.to_numpy().astype(np.int64)


def _curve(
    name: str, tables: Sequence[Floats], lower: bool, marks: Sequence[tuple[float, float]]
) -> Curve:
    """Turn the documents of each interval into what each threshold keeps."""
    kept = [_kept(table, lower) for table in tables]
    points = tuple(
        Point(threshold, Amount(*(int(kept[k][i]) for k in (0, 1))),
              Amount(*(int(kept[k][i]) for k in (2, 3))))
        for i, (threshold, _) in enumerate(marks)
    )  # fmt: skip
    every, others = (Amount(int(tables[k].sum()), int(tables[k + 1].sum())) for k in (0, 2))
    return Curve(name, every, others, points)


def _kept(table: Floats, lower: bool) -> Floats:
    """Sum the intervals on the kept side of each threshold: above a lower bound, below an upper."""
    if lower:
        above: Floats = table[::-1].cumsum()[::-1][1:]
        return above
    below: Floats = table.cumsum()[:-1]
    return below
