"""Readers: what the user names → sources → splits → batches of documents.

A folder of one module per format, each with `plan` (cut a source into splits, lazily) and `read`
(a split as a batch). Nothing that can be read is lost, nothing that cannot is silent: each
refused record is counted by reason, so that records = documents + skipped in every batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import polars as pl

from corpuskit.readers.contract import BadRecord, Batch, ReadOptions, Source, Split
from corpuskit.readers.discover import discover
from corpuskit.readers.schemas import conform, schema_from_json, schema_to_json, unify_schemas

__all__ = [
    "BadRecord",
    "Batch",
    "ReadOptions",
    "Source",
    "Split",
    "conform",
    "discover",
    "read",
    "schema_from_json",
    "schema_to_json",
    "unify_schemas",
]

MODULES = {
    "jsonl": "corpuskit.readers.jsonl",
    "parquet": "corpuskit.readers.parquet",
    "csv": "corpuskit.readers.csv",
    "text": "corpuskit.readers.text",
    "dataset": "corpuskit.readers.dataset",
}
"""Loaded when a source of the format is met: they import Arrow and numba."""


def read(
    split: Split, options: ReadOptions, schema: Mapping[str, pl.DataType] | None = None
) -> Batch:
    """Read the documents of one split.

    Parameters
    ----------
    split : Split
        From `corpuskit.splits.plan`.
    options : ReadOptions
        The same as for `plan`.
    schema : {column: dtype}, optional
        From `unify_schemas`: the user's columns are brought to it.

    Raises
    ------
    DataError
        If the text column cannot be found, the file cannot be read, or a record is refused and
        the user asked to stop.
    """
    batch: Batch = import_module(MODULES[split.source.format]).read(split, options)
    if schema is not None:
        batch.columns = conform(batch.columns, schema)
    return batch
