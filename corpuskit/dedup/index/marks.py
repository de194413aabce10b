"""What an index keeps of a document, and the plan that makes two indexes comparable."""

from __future__ import annotations

from typing import Any

import polars as pl

from corpuskit.dedup.marks import shingle_sets
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.features import Measured
from corpuskit.kernels.minhash import minhash_minima
from corpuskit.schema import DOC_ID, TEXT_HASH, USER_ID

MINIMA = "minima"
SHINGLES = "shingles"

VERSIONS = {"normalisation": 1, "tokens": 1, "shingles": 1, "hashes": 1}
"""Raised when the same text would get another digest, other shingles or other minima."""

NOT_MARKS = ("exact", "near", "keep", "recall", "planned")
"""Settings that change what is done with marks, not the marks; recall acts through the bands."""


def marks_plan(settings: DuplicateSettings) -> dict[str, Any]:
    """Return the settings that two indexes must share, with the versions of what makes marks.

    Examples
    --------
    >>> marks_plan(DuplicateSettings())["similarity"]
    0.75
    """
    stated = {name: value for name, value in vars(settings).items() if name not in NOT_MARKS}
    return {"shingle": "auto", **stated, **VERSIONS}


def index_schema(count: int) -> dict[str, pl.DataType]:
    """Declare the columns of a part for `count` minima a document."""
    return {
        DOC_ID: pl.UInt64(),
        USER_ID: pl.String(),
        TEXT_HASH: pl.Binary(),
        MINIMA: pl.Array(pl.UInt32, count),
        SHINGLES: pl.List(pl.UInt64),
    }


def index_marks(
    measured: Measured, settings: DuplicateSettings, named: pl.DataFrame
) -> pl.DataFrame:
    """Make the rows of an index for a batch of texts.

    Parameters
    ----------
    named : doc_id, user_id and text_hash of the texts.

    Returns
    -------
    doc_id; user_id; text_hash (16 bytes); minima: Array(UInt32, bands · rows), 2^32 - 1
    throughout where there are no shingles; shingles: List(UInt64), ascending, without repeats.
    """
    import pyarrow as pa

    offsets, values = shingle_sets(measured, settings)
    count = settings.bands * settings.rows
    minima = minhash_minima(offsets, values, count, settings.seed)
    sets = pa.LargeListArray.from_arrays(pa.array(offsets), pa.array(values))
    return named.select(DOC_ID, USER_ID, TEXT_HASH).with_columns(
        pl.Series(MINIMA, minima, dtype=pl.Array(pl.UInt32, count)),
        pl.Series(SHINGLES, pl.from_arrow(sets), dtype=pl.List(pl.UInt64)),
    )
