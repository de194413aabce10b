"""Documents by year, where the user has a column of dates.

Read are dates and times; whole numbers that are a year, a day (20240131), a second of one
(20240131235959), or seconds or milliseconds since 1970; and text in ISO 8601's order, year first,
or of digits as above. Everything else is undated: nothing guesses whether 3/4 is in March.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from corpuskit.coverage.breadth import breadth
from corpuskit.coverage.parts import Part, Tables, Texts
from corpuskit.coverage.tallies import add_up

DATE_COLUMNS: Final = (
    "published", "published_at", "published_date", "publish_date", "publication_date", "pub_date",
    "pubdate", "date_published", "date", "datetime", "created", "created_at", "created_date",
    "creation_date", "date_created", "year", "time", "timestamp", "date_download", "crawl_date",
    "crawled_at", "crawl_timestamp", "warc-date", "warc_date", "fetched_at", "fetch_time",
)  # fmt: skip
"""In order of preference, when a text was written before when it was fetched; in lower case."""
FIRST, LAST = 1000, 2100
UNIX_FROM, UNIX_TO = 631_152_000, 4_102_444_800
"""Seconds since 1970 are read from 1990 to 2099: smaller numbers are seldom times."""
DOCUMENTS = {"documents": pl.UInt64}
YEARS = {"column": pl.UInt8, "year": pl.Int16, "documents": pl.UInt64}
# Year, and behind it the end, or a month, and behind that the end or a day, and perhaps a time.
_MONTH, _DAY = r"(?:0[1-9]|1[0-2]|[1-9])", r"(?:0[1-9]|[12][0-9]|3[01]|[1-9])"
_BASIC = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])T.*"  # 20240131T235959Z
_ISO = rf"^([0-9]{{4}})(?:[-/.]{_MONTH}(?:[-/.]{_DAY}(?:[T\s].*)?)?|{_BASIC})?$"


def years(values: pl.Series) -> pl.Series | None:
    """Return the year of each value, Int16; null where it has none that can be read.

    Returns
    -------
    None for a column whose type holds no dates at all.

    Examples
    --------
    >>> years(pl.Series(["2019-05-01T10:00:00Z", "1/2/2019", "1577836800", None])).to_list()
    [2019, None, 2020, None]
    """
    dtype = values.dtype
    if isinstance(dtype, pl.Date | pl.Datetime):
        found = values.dt.year().cast(pl.Int64)
    elif dtype.is_integer() or dtype.is_float():
        found = _of_numbers(values.cast(pl.Int64, strict=False))
    elif isinstance(dtype, pl.String):
        text = values.str.strip_chars()
        digits = text.str.extract(r"^([0-9]{8}|[0-9]{10}|[0-9]{13,14})$").cast(pl.Int64)
        iso = text.str.extract(_ISO).cast(pl.Int64)
        found = iso.zip_with(iso.is_not_null(), _of_numbers(digits))
    else:
        return None
    allowed = pl.col("year").is_between(FIRST, LAST)
    year = pl.when(allowed).then("year").cast(pl.Int16)
    dated: pl.Series = found.alias("year").to_frame().select(year).to_series()
    return dated


def _of_numbers(numbers: pl.Series) -> pl.Series:
    """Read years, days and seconds written in digits, and times since 1970."""
    number = pl.col("number")
    day = pl.when(number >= 10**13).then(number // 10**6).otherwise(number)
    month, day_of_month = day // 100 % 100, day % 100
    is_day = (
        day.is_between(FIRST * 10_000, (LAST + 1) * 10_000)
        & month.is_between(1, 12)
        & day_of_month.is_between(1, 31)
    )
    seconds = pl.when(number >= UNIX_FROM * 1000).then(number // 1000).otherwise(number)
    is_time = seconds.is_between(UNIX_FROM, UNIX_TO - 1)
    since = pl.from_epoch(pl.when(is_time).then(seconds), time_unit="s").dt.year().cast(pl.Int64)
    year = (
        pl.when(number.is_between(FIRST, LAST)).then(number)
        .when(is_day).then(day // 10_000)
        .otherwise(since)
    )  # fmt: skip
    return numbers.alias("number").to_frame().select(year.alias("year")).to_series()


def count(texts: Texts) -> Tables:
    """Count a batch by the years of every column of dates; null for a value without one."""
    by_name = {name.lower(): name for name in texts.columns.columns}
    rows = []
    for place, wanted in enumerate(DATE_COLUMNS):
        if wanted in by_name:
            values = texts.columns[by_name[wanted]]
            found = years(values.filter(values.is_not_null()))
            if found is not None:
                one = {"column": pl.lit(place), "documents": pl.lit(1)}
                rows.append(found.alias("year").to_frame().with_columns(**one))
    total = pl.DataFrame({"documents": [texts.scores.height]}, schema=DOCUMENTS)
    return {"documents": total, "years": add_up(rows, YEARS, names=2)}


def merge(tables: Sequence[Tables]) -> Tables:
    """Return the years of all batches together."""
    return {
        "documents": add_up([one["documents"] for one in tables], DOCUMENTS, names=0),
        "years": add_up([one["years"] for one in tables], YEARS, names=2),
    }


def describe(tables: Tables) -> dict[str, Any]:
    """Give `years`: documents by year of the first column that has one, None without a column.

    `undated` are all other documents, and all of them where a column is there and no value of it
    can be read.
    """
    rows = tables["years"]
    if not rows.height:
        return {"years": None, "breadth": {"years": None}}
    dated = rows.drop_nulls("year")
    place = int((dated if dated.height else rows)["column"][0])
    chosen = dated.filter(column=place).sort("year")
    documents = int(tables["documents"]["documents"].sum())
    told = {
        "column": DATE_COLUMNS[place],
        "documents": {str(year): number for _, year, number in chosen.iter_rows()},
        "undated": documents - int(chosen["documents"].sum()),
    }
    return {"years": told, "breadth": {"years": breadth(chosen)}}


YEARS_PART = Part("years", count, merge, describe)
