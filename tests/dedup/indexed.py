"""Small corpora, and indexes of them, made without a run."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from corpuskit.dedup import DuplicatesResult, find_duplicates, fingerprint, shingle_sets
from corpuskit.dedup.index import (
    Index,
    IndexWriter,
    find_against,
    index_marks,
    marks_plan,
    open_index,
)
from corpuskit.dedup.near import Fetch
from corpuskit.dedup.priority import PRIORITY
from corpuskit.dedup.store import ShingleStore
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.features import Measured
from tests.dedup.made_text import edited, english, words

SMALL = DuplicateSettings(bands=20, rows=6)


def story(seed: int, changes: int = 0) -> str:
    """Return a text of 200 words; one with a few changes is near to the one with none."""
    return " ".join(edited(words(seed, 200), seed, changes)) if changes else english(seed)


def save(
    folder: Path,
    texts: dict[int, str],
    settings: DuplicateSettings = SMALL,
    batch: int = 1000,
    user: str = "old",
) -> Index:
    """Write an index of texts by doc_id."""
    column = pl.Series(texts.values(), dtype=pl.String)
    named = pl.DataFrame(
        {
            "doc_id": pl.Series(texts.keys(), dtype=pl.UInt64),
            "user_id": pl.Series([f"{user}-{number}" for number in texts], dtype=pl.String),
            "text_hash": fingerprint(Measured(column), settings)["text_hash"],
        }
    )
    with IndexWriter(folder, marks_plan(settings), {"recipe": "test"}) as writer:
        for at in range(0, len(column), batch):
            part = slice(at, at + batch)
            writer.append(index_marks(Measured(column[part]), settings, named[part]))
    return open_index(folder)


def asked(
    texts: dict[int, str], work: Path, settings: DuplicateSettings
) -> tuple[pl.LazyFrame, DuplicateSettings, Fetch, Path]:
    """Return what a search over texts by doc_id is called with; their priority is their order."""
    ids = pl.Series("doc_id", texts.keys(), dtype=pl.UInt64)
    column = pl.Series(texts.values(), dtype=pl.String)
    order = pl.Series(PRIORITY, range(len(ids)), dtype=pl.Int64)
    marks = fingerprint(Measured(column), settings)
    scores = pl.DataFrame({"doc_id": ids, PRIORITY: order, **marks})

    def fetch(wanted: pl.Series) -> ShingleStore:
        mask = ids.is_in(wanted.implode())
        store = ShingleStore(work / "shingles")
        sets = shingle_sets(Measured(column.filter(mask)), settings)
        store.append(ids.filter(mask), *sets)
        return store

    return scores.lazy(), settings, fetch, work


def find_all(
    texts: dict[int, str], work: Path, settings: DuplicateSettings = SMALL
) -> DuplicatesResult:
    """Find the duplicates of texts in one run."""
    return find_duplicates(*asked(texts, work, settings))


def find_new(
    texts: dict[int, str],
    indexes: list[Index],
    work: Path,
    settings: DuplicateSettings = SMALL,
) -> tuple[DuplicatesResult, pl.DataFrame]:
    """Find the duplicates of new texts, and of those of indexes."""
    return find_against(*asked(texts, work, settings), indexes)


def matched(
    result: DuplicatesResult, names: pl.DataFrame | None = None
) -> dict[int, tuple[str | int, str, float]]:
    """Every removed document with the user's id (or doc_id) of its representative."""
    old = {} if names is None else dict(names.select("cluster", "user_id").iter_rows())
    rows = result.frame.filter(pl.col("kind") != "representative")
    return {
        row["doc_id"]: (
            old.get(row["representative"], row["representative"]), row["kind"], row["jaccard"]
        )
        for row in rows.iter_rows(named=True)
    }  # fmt: skip
