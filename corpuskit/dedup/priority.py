"""Which document of a cluster stays: a number per document, the smaller the better.

``longest`` and ``shortest`` go by code points, ``first`` by the place in the input: sources by
their keys, then positions, in whatever order files were named. ``best:FEATURE`` is the largest
value of a feature, ``newest:COLUMN`` the largest of a column of the input, where a text is a number
or an ISO 8601 time, and ``priority:COLUMN=a,b,c`` prefers documents by the value of a column. Ties
go to the smallest doc_id.

A document without a value (null, NaN, an empty text; for `priority` one that is not listed) goes
behind all that have one, and is counted. A value that is neither a number
nor a time is refused with its place, as is a column of both kinds, which has no order.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import polars as pl

from corpuskit.config import nearest
from corpuskit.duplicate_settings import FROM_INPUT, DuplicateSettings, Keep, parse_keep
from corpuskit.errors import DataError
from corpuskit.schema import KEEP_ORDER

PRIORITY = "priority"
LAST = (1 << 63) - 1
INPUT_ORDER = "input_order"

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

_NUMBER = r"^[+-]?\d+(\.\d+)?$"
_TIME = (
    r"^(\d{4})-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?)?)?"
    r" ?(Z|z|[+-]\d\d(?::?\d\d)?)?$"
)


@dataclass(frozen=True)
class Order:
    """What a batch says of which documents stay.

    values : Int64, the smaller the better; `LAST` for a document without a value.
    kinds : of the values that there are, sorted: `number`, `time`.
    """

    values: pl.Series
    kinds: tuple[str, ...]


def with_priority(scores: Frame, settings: DuplicateSettings) -> Frame:
    """Add the Int64 column `priority` to the scores of all documents, which are in input order.

    For `longest`, `shortest` and `first` the numbers of documents stay under 2^32 in size.
    """
    keep = parse_keep(settings.keep)
    if keep.kind == "first":
        ordered = scores.with_row_index(INPUT_ORDER)
        return ordered.with_columns(pl.col(INPUT_ORDER).cast(pl.Int64).alias(PRIORITY)).drop(
            INPUT_ORDER
        )
    return scores.with_columns(_priority(keep).alias(PRIORITY))


def _priority(keep: Keep) -> pl.Expr:
    if keep.kind in FROM_INPUT:
        return pl.col(KEEP_ORDER)
    if keep.kind == "best":
        value = pl.col(keep.column)
        return value.map_batches(_largest_first, return_dtype=pl.Int64, is_elementwise=True)
    length = pl.col("char_count").cast(pl.Int64)
    return -length if keep.kind == "longest" else length


def input_order(columns: pl.DataFrame, keep: Keep, rows: pl.Series, source: str) -> Order:
    """Order the documents of a batch by a column of the input.

    Parameters
    ----------
    columns : the input's columns but the text; without the one that is wanted, no document of
        the batch has a value (records of JSON lines may leave out what others have).
    rows : what to call each row, for messages; String.
    source : the input, for messages.

    Raises
    ------
    DataError
        If the column is of a type without order, or a text in it is neither number nor time.
    """
    if keep.column not in columns.columns:
        return Order(pl.repeat(LAST, len(rows), dtype=pl.Int64, eager=True), ())
    values = columns[keep.column]
    if values.dtype in (pl.Categorical, pl.Enum):
        values = values.cast(pl.String)
    if keep.kind == "priority":
        return _listed_first(values, keep, source)
    found, kinds = _numbers(values, keep, rows, source)
    return Order(_largest_first(found), kinds)


def keep_columns(frame: pl.DataFrame, keep: Keep) -> pl.DataFrame | None:
    """Return the column that `with_priority` needs for texts in memory, from others of a frame.

    Raises
    ------
    DataError
        As `input_order` and `check_column`.
    """
    if keep.kind not in ("best", *FROM_INPUT):
        return None
    check_column(keep, {"the frame": frame.columns}, ())
    if keep.kind == "best":
        if not frame[keep.column].dtype.is_numeric():
            raise _no_order(frame[keep.column], keep, "the frame", "numbers")
        return frame.select(keep.column)
    rows = pl.Series([f"row {row}" for row in range(frame.height)], dtype=pl.String)
    order = input_order(frame, keep, rows, "the frame")
    check_column(keep, {}, order.kinds)
    return order.values.alias(KEEP_ORDER).to_frame()


def check_column(keep: Keep, found: Mapping[str, Collection[str]], kinds: Collection[str]) -> None:
    """Refuse a column that a source does not have, or that holds numbers and times.

    Parameters
    ----------
    found : per source, the names of all its columns.
    kinds : of all batches, as in `Order`.

    Raises
    ------
    DataError
        With the nearest name.
    """
    for source, names in found.items():
        if keep.column not in names:
            raise missing_column(keep, source, names)
    if len(set(kinds)) > 1:
        raise DataError(
            f"duplicates: keep {keep.kind}: the column {keep.column!r} has numbers in some "
            "documents and times in others, which have no order; write all in one way"
        )


def missing_column(keep: Keep, source: str, names: Collection[str]) -> DataError:
    """Make the error of a source that has no such column."""
    return DataError(
        f"duplicates: keep {keep.kind}: needs the column {keep.column!r}, which {source} does not "
        f"have; {nearest(keep.column, names)}"
    )


def _listed_first(values: pl.Series, keep: Keep, source: str) -> Order:
    if values.dtype.is_nested() or values.dtype.is_float() or values.dtype == pl.Binary:
        raise _no_order(values, keep, source, "text, integers or truths")
    texts = values.cast(pl.String)
    if values.dtype == pl.String:
        texts = texts.str.strip_chars()
    places = {value: place for place, value in enumerate(keep.values)}
    order = texts.replace_strict(places, default=LAST, return_dtype=pl.Int64).fill_null(LAST)
    return Order(order, ())


def _numbers(
    values: pl.Series, keep: Keep, rows: pl.Series, source: str
) -> tuple[pl.Series, tuple[str, ...]]:
    """Bring values to Float64, times to microseconds since 1970: with nulls, and their kinds."""
    dtype = values.dtype
    if dtype == pl.Null:
        return values.cast(pl.Float64), ()
    if dtype == pl.String:
        return _read(values, keep, rows)
    if dtype.is_numeric():
        found, kind = values.cast(pl.Float64), "number"
    elif dtype in (pl.Date, pl.Datetime):
        found, kind = values.cast(pl.Datetime("us")).cast(pl.Int64).cast(pl.Float64), "time"
    else:
        raise _no_order(values, keep, source, "dates, times, numbers or ISO 8601 text")
    found = found.fill_nan(None)
    return found, (kind,) if found.count() else ()


def _read(values: pl.Series, keep: Keep, rows: pl.Series) -> tuple[pl.Series, tuple[str, ...]]:
    text = pl.col("text").str.strip_chars()
    part = [text.str.extract(_TIME, group) for group in range(1, 9)]
    day = pl.concat_str(part[0], part[1], part[2].fill_null("01"), separator="-")
    clock = pl.concat_str(*(each.fill_null("00") for each in part[3:6]), separator=":")
    zone = part[7].fill_null("+00:00").str.replace("(?i)z", "+00:00").str.replace(
        r"^(...)(?::?(\d\d))?$", "${1}:${2}"
    )  # fmt: skip
    zone = pl.when(zone.str.ends_with(":")).then(zone + "00").otherwise(zone)
    written = pl.concat_str(day, pl.lit("T"), clock, part[6].fill_null(".0"), zone)
    read = pl.DataFrame({"text": values}).select(
        pl.when(text != "").then(text).alias("text"),
        pl.when(text.str.contains(_NUMBER)).then(text).cast(pl.Float64).alias("number"),
        written.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", strict=False, time_unit="us")
        .cast(pl.Int64).cast(pl.Float64).alias("time"),
    )  # fmt: skip
    found = read.select(pl.coalesce("number", "time")).to_series()
    bad = read["text"].is_not_null() & found.is_null()
    if bad.any():
        row = int(bad.arg_max() or 0)
        raise DataError(
            f"duplicates: keep {keep.kind}: needs a number or an ISO 8601 time in the column "
            f"{keep.column!r}, but {rows[row]} has {str(values[row])[:80]!r}; mend it, or leave it "
            "empty"
        )
    return found, tuple(kind for kind in ("number", "time") if read[kind].count())


def _no_order(values: pl.Series, keep: Keep, source: str, wanted: str) -> DataError:
    return DataError(
        f"duplicates: keep {keep.kind}: the column {keep.column!r} of {source} is {values.dtype}; "
        f"name one of {wanted}"
    )


def _largest_first(values: pl.Series) -> pl.Series:
    """Turn numbers into Int64 whose order is the other way round; null becomes `LAST`.

    The bits of a float, taken for an integer, have the order of floats, negative ones reversed.
    """
    floats = values.cast(pl.Float64).fill_nan(None)
    bits = (floats.fill_null(0).to_numpy() + 0.0).view(np.int64)  # -0.0 becomes 0.0
    ordered = np.where(bits < 0, bits ^ np.int64(LAST), bits)
    found = pl.Series(values.name, ~ordered)
    return found.set(floats.is_null(), LAST)
