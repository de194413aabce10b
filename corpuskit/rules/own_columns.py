"""Columns of the input that rules use as features: ``feature: column.score``.

They stand in scores/ beside what was measured, so that `sweep`, `explain` and `decide` know them.
Their type follows from the bounds: numbers for `min` to `below` (as Float64; a text that is a
number counts, since every value of a CSV file is text), truths for `is`, texts for `in`. A null,
a NaN or a value of another type is refused with its place: a document without a value would pass
a rule that was never asked of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from corpuskit.config import nearest
from corpuskit.errors import ConfigError
from corpuskit.rules.files import own_dtype
from corpuskit.rules.rule import Rule
from corpuskit.schema import OWN

_TRUTHS = {"true": True, "false": False}
_WANTED = {pl.Float64(): "a finite number", pl.Boolean(): "true or false", pl.String(): "text"}


@dataclass(frozen=True)
class OwnColumn:
    """A column of the input: its type in scores/, and the rule that asked for it first."""

    dtype: pl.DataType
    rule: str
    place: str

    def fail(self, problem: str) -> ConfigError:
        """Make the error that names the rule and its place."""
        where = f"{self.place}: " if self.place else ""
        return ConfigError(f"{where}the rule {self.rule} {problem}")


def own_columns(rules: Iterable[Rule]) -> dict[str, OwnColumn]:
    """List the columns of the input that rules use, as ``column.NAME``, in order.

    Raises
    ------
    ConfigError
        If two rules take one column for two types.
    """
    found: dict[str, OwnColumn] = {}
    for rule in rules:
        for condition in rule.conditions():
            dtype = own_dtype(condition.feature, [side for side, _ in condition.bounds])
            if dtype is None:
                continue
            own = OwnColumn(dtype, rule.id, condition.place)
            first = found.setdefault(condition.feature, own)
            if first.dtype != dtype:
                raise own.fail(
                    f"takes {condition.feature!r} for {_WANTED[dtype]}, {first.rule} for "
                    f"{_WANTED[first.dtype]}; use one kind of bound"
                )
    return found


def take(
    columns: pl.DataFrame, wanted: Mapping[str, OwnColumn], rows: pl.Series, source: str
) -> list[pl.Series]:
    """Return own columns of a batch as scores/ holds them: never null, of the declared type.

    Parameters
    ----------
    columns : the input's columns but the text.
    rows : what to call each row, for messages; String.
    source : the input, for messages.

    Raises
    ------
    ConfigError
        If a column is missing, or a value is null, NaN or of another type.
    """
    taken = []
    for feature, own in wanted.items():
        name = feature.removeprefix(OWN)
        if rows.is_empty():
            taken.append(pl.Series(feature, [], own.dtype))
            continue
        if name not in columns.columns:
            raise own.fail(
                f"needs the column {name!r}, which {source} does not have; "
                f"{nearest(name, columns.columns)}"
            )
        values = _typed(columns[name], own.dtype).alias(feature)
        bad = values.is_null()
        if bad.any():
            row = int(bad.arg_max() or 0)
            raise own.fail(
                f"needs {_WANTED[own.dtype]} in the column {name!r}, but {rows[row]} has "
                f"{_shown(columns[name], row)}; fill it in, or leave the rule out"
            )
        taken.append(values)
    return taken


def _typed(values: pl.Series, dtype: pl.DataType) -> pl.Series:
    """Bring values to their type; what is not of it, and NaN, becomes null."""
    column = taken = pl.col(values.name)
    if values.dtype in (pl.Categorical, pl.Enum):
        values = values.cast(pl.String)
    text = values.dtype == pl.String
    if dtype == pl.Float64() and (text or values.dtype.is_numeric()):
        column = column.str.strip_chars() if text else column
        number = column.cast(pl.Float64, strict=False)
        taken = pl.when(number.is_finite()).then(number).otherwise(None)
    elif dtype == pl.Boolean() and text:
        lower = column.str.to_lowercase()
        taken = lower.replace_strict(_TRUTHS, default=None, return_dtype=pl.Boolean)
    elif values.dtype != dtype:
        taken = pl.lit(None, dtype)
    return (
        values.to_frame()
        .select(pl.col(values.name), taken.alias(f"taken.{values.name}"))
        .to_series(1)
    )


def _shown(values: pl.Series, row: int) -> str:
    (value,) = values.slice(row, 1).to_list()
    return "null" if value is None else repr(value)[:80]
