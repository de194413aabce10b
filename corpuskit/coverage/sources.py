"""Documents and bytes by source: by input, and by the user's own column of sources.

A column counts as one of sources while it has at most 10,000 different values; with more it holds
addresses or ids, and is told as such. The cap does not depend on the order of the batches: a column
that passes it in one merge passes it in the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from corpuskit.coverage.breadth import breadth
from corpuskit.coverage.parts import Part, Tables, Texts
from corpuskit.coverage.tallies import NAME_CHARS, add_up, largest

SOURCE_COLUMNS: Final = ("source", "dataset", "subset")
"""In order of preference, compared in lower case."""
MOST_SOURCES: Final = 10_000
INPUTS = {"name": pl.String, "documents": pl.UInt64, "bytes": pl.UInt64}
VALUES = {"column": pl.UInt8, **INPUTS}
TOO_MANY = {"column": pl.UInt8}


def count(texts: Texts) -> Tables:
    """Count a batch by input, and by every column of sources that it has."""
    by_name = {name.lower(): name for name in texts.columns.columns}
    sizes = texts.scores["byte_count"].alias("bytes")
    documents = pl.lit(1).alias("documents")
    values = []
    for place, wanted in enumerate(SOURCE_COLUMNS):
        if wanted in by_name and _is_name(texts.columns.schema[by_name[wanted]]):
            names = texts.columns[by_name[wanted]].cast(pl.String).str.head(NAME_CHARS)
            rows = pl.DataFrame({"name": names, "bytes": sizes}).drop_nulls("name")
            values.append(rows.with_columns(documents, pl.lit(place).alias("column")))
    total = {"name": [texts.source], "documents": [len(sizes)], "bytes": [int(sizes.sum())]}
    return _capped([pl.DataFrame(total)], values, [])


def _is_name(dtype: pl.DataType) -> bool:
    return dtype.is_integer() or isinstance(dtype, pl.String | pl.Categorical | pl.Enum)


def merge(tables: Sequence[Tables]) -> Tables:
    """Return the sources of all batches together."""
    inputs, values, too_many = (
        [one[name] for one in tables] for name in ("inputs", "values", "too_many")
    )
    return _capped(inputs, values, too_many)


def _capped(
    inputs: Sequence[pl.DataFrame],
    values: Sequence[pl.DataFrame],
    too_many: Sequence[pl.DataFrame],
) -> Tables:
    rows = add_up(values, VALUES, names=2)
    passed = rows.group_by("column").len().filter(pl.col("len") > MOST_SOURCES)
    every = [*too_many, passed.select("column")]
    over = pl.concat([pl.DataFrame(schema=TOO_MANY), *every]).unique().sort("column")
    left = rows.filter(~pl.col("column").is_in(over["column"].implode()))
    return {"inputs": add_up(inputs, INPUTS), "values": left, "too_many": over}


def describe(tables: Tables) -> dict[str, Any]:
    """Give `inputs` and `sources`.

    `sources` is by the first column of sources that has a value (`column`, `without`: documents
    that have none in it), or by input where there is no such column (`column` None). `too_many`
    names the columns before it that have more than 10,000 values.
    """
    inputs, values = tables["inputs"].filter(pl.col("documents") > 0), tables["values"]
    over = {"too_many": [SOURCE_COLUMNS[place] for place in tables["too_many"]["column"]]}
    chosen, column, without = inputs, None, 0
    if values.height:
        place = int(values["column"][0])
        chosen, column = values.filter(column=place).drop("column"), SOURCE_COLUMNS[place]
        without = int(inputs["documents"].sum()) - int(chosen["documents"].sum())
    sources = {"column": column, **largest(chosen), "without": without, **over}
    return {"inputs": largest(inputs), "sources": sources, "breadth": {"sources": breadth(chosen)}}


SOURCES = Part("sources", count, merge, describe)
