"""Names and dtypes of the columns that corpuskit makes, and the checks of each frame's contract."""

from __future__ import annotations

import polars as pl

from corpuskit.errors import FeatureError

DOC_ID = "doc_id"
USER_ID = "user_id"
TEXT = "text"
TEXT_HASH = "text_hash"
BANDS = "bands"
KEEP_ORDER = "keep_order"  # which copy stays, by a column of the input; the smaller the better
KEEP = "keep"
REASONS = "reasons"
REPRESENTATIVE = "representative"
FAILS = "fails."
WHOLE_BYTES = "whole_bytes"  # of a document that a sample holds, perhaps cut
OWN = "column."  # before the name of a column of the input that a rule uses

# Columns that only the whole corpus can give, with the value of a document without duplicates.
CORPUS_COLUMNS: dict[str, tuple[pl.DataType, bool | float]] = {
    "exact_duplicate": (pl.Boolean(), False),
    "near_duplicate_jaccard": (pl.Float64(), 0.0),
}

REMOVED_LINES: dict[str, pl.DataType] = {
    DOC_ID: pl.UInt64(),
    USER_ID: pl.String(),
    "line_number": pl.UInt32(),
    "cause": pl.String(),
    "cleaner": pl.String(),
    "text": pl.String(),
}

# What outputs add to the user's own columns; a user column of this name gets RENAMED before it.
OUTPUT_COLUMNS = (DOC_ID, REASONS, REPRESENTATIVE)
RENAMED = "input_"

REASON = pl.Struct(
    {
        "rule": pl.String,
        "feature": pl.String,
        "value": pl.String,
        "bound": pl.String,
        "side": pl.String,
    }
)

DUPLICATES: dict[str, pl.DataType] = {
    DOC_ID: pl.UInt64(),
    USER_ID: pl.String(),
    "cluster": pl.UInt64(),
    REPRESENTATIVE: pl.UInt64(),
    "representative_user_id": pl.String(),
    "jaccard": pl.Float64(),
    "kind": pl.String(),
    "cluster_size": pl.UInt32(),
    "in_index": pl.Boolean(),  # the representative is a document of an index, not of the run
}


def check_scores(frame: pl.DataFrame, expected: dict[str, pl.DataType], rows: int) -> pl.DataFrame:
    """Return the scores in declared order, or say which feature broke the contract.

    Raises
    ------
    FeatureError
        If a column is missing, too many, of another dtype, null, NaN, or of another length.
    """
    for name in sorted(set(frame.columns) ^ set(expected)):
        raise FeatureError(f"scores: the column {name!r} is declared or measured, but not both")
    if frame.height != rows:
        raise FeatureError(f"scores: {frame.height} rows for {rows} documents")
    for name, dtype in expected.items():
        column = frame[name]
        if column.dtype != dtype:
            raise FeatureError(f"scores: {name!r} is {column.dtype}, declared {dtype}")
        if column.null_count():
            raise FeatureError(f"scores: {name!r} has {column.null_count()} nulls")
        if column.dtype.is_float() and not column.is_finite().all():
            raise FeatureError(f"scores: {name!r} has NaN or infinite values")
    return frame.select(list(expected))
