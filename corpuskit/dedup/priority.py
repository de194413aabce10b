"""Which document of a cluster stays: a number per document, the smaller the better."""

from __future__ import annotations

import polars as pl

from corpuskit.duplicate_settings import DuplicateSettings

PRIORITY = "priority"


def priority(settings: DuplicateSettings) -> pl.Expr:
    """Return the Int64 column `priority` of scores; ties go to the smallest doc_id.

    The numbers of documents stay under 2^32 in size.
    """
    length = pl.col("char_count").cast(pl.Int64)
    return (-length if settings.keep == "longest" else length).alias(PRIORITY)
