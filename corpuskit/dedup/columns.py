"""The columns of scores that only the whole corpus can give: who repeats whom."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.rules import Frame
from corpuskit.schema import CORPUS_COLUMNS, DOC_ID


def dropped_duplicates(path: Path) -> pl.DataFrame:
    """Read the members of clusters that do not stay, by doc_id: doc_id, the columns of the corpus
    and `representative`, the user's id of the one that stays.

    Memory: 33 bytes a row, and the id where it has more than 12 bytes."""
    members = pl.scan_parquet(path).filter(pl.col("kind") != "representative")
    return members.select(
        DOC_ID,
        (pl.col("kind") == "exact").alias("exact_duplicate"),
        pl.when(pl.col("kind") == "near").then("jaccard").otherwise(0.0)
        .alias("near_duplicate_jaccard"),
        pl.col("representative_user_id").alias("representative"),
    ).sort(DOC_ID).collect(engine="streaming").rechunk()  # fmt: skip


def among(sorted_ids: pl.Series, doc_id: pl.Series) -> npt.NDArray[np.bool_]:
    """Say which ids are among sorted ones, without a table of all those for every split."""
    ids, found = doc_id.to_numpy(), sorted_ids.to_numpy()
    if not len(found):
        return np.zeros(len(ids), np.bool_)
    places = np.minimum(np.searchsorted(found, ids), len(found) - 1)
    inside: npt.NDArray[np.bool_] = found[places] == ids
    return inside


def duplicates_of(duplicates: pl.DataFrame, doc_id: pl.Series) -> pl.DataFrame:
    """Take the rows of one split from all duplicates, which are sorted by doc_id."""
    known = duplicates[DOC_ID]
    own = doc_id.filter(pl.Series(among(known, doc_id)))
    rows = pl.Series(np.searchsorted(known.to_numpy(), own.to_numpy()))
    return duplicates.select(pl.all().gather(rows))


def with_duplicates(scores: Frame, duplicates: Frame) -> Frame:
    """Add the columns that only the whole corpus can give."""
    joined = scores.join(duplicates, on=DOC_ID, how="left", maintain_order="left")
    return joined.with_columns(
        pl.col(name).fill_null(default) for name, (_, default) in CORPUS_COLUMNS.items()
    )
