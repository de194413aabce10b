"""Run the search over texts, and check what must hold of every result."""

from __future__ import annotations

import polars as pl

from corpuskit.dedup import DuplicatesResult, deduplicate, shingle_sets
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.features import Measured
from tests.reference_dedup import jaccard, normalised

DEFAULT = DuplicateSettings()


def find(texts: list[str], settings: DuplicateSettings = DEFAULT) -> DuplicatesResult:
    """Find duplicates; doc_id is the position. Every result is checked."""
    column = pl.Series(texts, dtype=pl.String)
    result = deduplicate(column, pl.Series(range(len(texts)), dtype=pl.UInt64), settings)
    check(result, texts, settings)
    return result


def check(result: DuplicatesResult, texts: list[str], settings: DuplicateSettings) -> None:
    frame = result.frame
    ids = set(range(len(texts)))
    kept = {row["doc_id"] for row in frame.iter_rows(named=True) if row["kind"] == "representative"}
    assert kept <= ids
    assert frame["doc_id"].is_unique().all()
    assert frame.equals(frame.sort("cluster", "doc_id"))
    for row in frame.iter_rows(named=True):
        assert row["doc_id"] in ids
        assert row["representative"] in kept
        assert row["cluster"] == row["representative"]
        assert (row["kind"] == "representative") == (row["doc_id"] == row["representative"])
        if row["kind"] == "exact":
            assert normalised(texts[row["doc_id"]]) == normalised(texts[row["representative"]])
            assert row["jaccard"] == 1.0
        if row["kind"] == "near":
            assert row["jaccard"] >= settings.similarity
            assert row["jaccard"] == similarity(texts[row["doc_id"]], texts[row["representative"]])
    sizes = frame.group_by("cluster").len()
    assert (sizes["len"] > 1).all()
    assert (
        frame.join(sizes, on="cluster").filter(pl.col("len") != pl.col("cluster_size")).is_empty()
    )


def shingle_set(text: str) -> set[int]:
    return set(shingle_sets(Measured(pl.Series([text])), DEFAULT)[1].tolist())


def similarity(first: str, second: str) -> float:
    return jaccard(shingle_set(first), shingle_set(second))


def dropped(result: DuplicatesResult) -> dict[int, int]:
    """Every dropped document with its representative."""
    rows = result.frame.filter(pl.col("kind") != "representative")
    return dict(rows.select("doc_id", "representative").iter_rows())
