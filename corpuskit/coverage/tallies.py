"""Tables of counts: names in the first columns, whole numbers that are added up in the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

TOP: Final = 50
"""So many of the largest names are told."""
NAME_CHARS: Final = 200
"""A name from the user's columns is cut to so many characters before it is counted."""

Schema = Mapping[str, type[pl.DataType]]


def add_up(tables: Sequence[pl.DataFrame], schema: Schema, names: int = 1) -> pl.DataFrame:
    """Add counts up by the first `names` columns of the schema, and sort by them.

    Examples
    --------
    >>> table = pl.DataFrame({"name": ["b", "a", "b"], "documents": [1, 2, 3]})
    >>> add_up([table], {"name": pl.String, "documents": pl.UInt64}).rows()
    [('a', 2), ('b', 4)]
    """
    return sums(tables, schema, names).sort(list(schema)[:names])


def sums(tables: Sequence[pl.DataFrame], schema: Schema, names: int = 1) -> pl.DataFrame:
    """Add counts up as `add_up` does; rows are in no order."""
    keys, counts = list(schema)[:names], list(schema)[names:]
    typed = [table.select(pl.col(name).cast(kind) for name, kind in schema.items())
             for table in tables]  # fmt: skip
    rows = pl.concat([pl.DataFrame(schema=schema), *typed])
    found = rows.group_by(keys).agg(pl.col(name).sum() for name in counts)
    return found.select(pl.col(name).cast(kind) for name, kind in schema.items())


def largest_first(table: pl.DataFrame, name: str) -> pl.DataFrame:
    """Sort by documents; names decide where they are equal."""
    return table.sort(["documents", name], descending=[True, False])


def largest(table: pl.DataFrame) -> dict[str, Any]:
    """Give the number of names and the largest: rows of `name`, `documents`, `bytes`."""
    rows = largest_first(table, "name").head(TOP).select("name", "documents", "bytes")
    return {"distinct": table.height, "top": rows.to_dicts()}
