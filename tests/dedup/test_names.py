"""duplicates.parquet is the same rows, in however many parts its members are named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from corpuskit.dedup.find import MEMBERS
from corpuskit.dedup.names import write_members
from corpuskit.errors import RunError
from corpuskit.schema import DUPLICATES
from corpuskit.writers import write_parquet

OLD = 3
"""No document: the cluster's representative is one of an index."""


def made(folder: Path) -> tuple[pl.DataFrame, list[Path]]:
    """Make three clusters, of 4, 1 and 5 members, and the scores of 14 documents in two splits."""
    rows = [(100, id) for id in (100, 7, 9, 12)] + [(OLD, 50)]
    rows += [(20, id) for id in (20, 21, 90, 91, 92)]
    frame = pl.DataFrame(
        {
            "doc_id": [id for _, id in rows],
            "cluster": [cluster for cluster, _ in rows],
            "representative": [cluster for cluster, _ in rows],
            "jaccard": [1.0 if id == cluster else 0.8 for cluster, id in rows],
            "kind": ["representative" if id == cluster else "near" for cluster, id in rows],
            "cluster_size": 5,
        },
        schema=MEMBERS,
    ).sort("cluster", "doc_id")
    ids = pl.Series("doc_id", [id for _, id in rows] + [1, 2, 4, 200], dtype=pl.UInt64)
    ids = ids.shuffle(seed=1)
    scores = pl.DataFrame({"doc_id": ids, "user_id": "user " + ids.cast(pl.String)})
    paths = [folder / "a.parquet", folder / "b.parquet"]
    write_parquet(paths[0], scores[:5])
    write_parquet(paths[1], scores[5:])
    return frame, paths


@pytest.mark.parametrize("part_members", [1, 2, 5, 100])
def test_members_are_named_the_same_in_any_parts(tmp_path: Path, part_members: int) -> None:
    members, scores = made(tmp_path)
    old = pl.DataFrame(
        {"cluster": [OLD], "doc_id": [77], "user_id": ["an old one"]},
        schema={"cluster": pl.UInt64, "doc_id": pl.UInt64, "user_id": pl.String},
    )
    out = tmp_path / "duplicates.parquet"
    write_members(out, members, scores, tmp_path / "names", old, part_members)
    found = pl.read_parquet(out)
    assert dict(found.schema) == DUPLICATES
    assert found.select(MEMBERS.keys() - {"representative"}).equals(
        members.select(MEMBERS.keys() - {"representative"})
    )
    user = "user " + pl.col("doc_id").cast(pl.String)
    assert found.select((pl.col("user_id") == user).all()).item()
    row = found.row(0, named=True)
    assert (row["cluster"], row["representative"], row["representative_user_id"]) == (
        OLD, 77, "an old one",
    )  # fmt: skip
    new = found[1:]
    assert new["representative"].equals(new["cluster"].alias("representative"))
    assert set(new["representative_user_id"]) == {"user 20", "user 100"}
    assert found["in_index"].to_list() == [True, *[False] * 9]
    assert not (tmp_path / "names").exists()


def test_no_members_are_a_file_without_rows(tmp_path: Path) -> None:
    _, scores = made(tmp_path)
    out = tmp_path / "duplicates.parquet"
    write_members(out, pl.DataFrame(schema=MEMBERS), scores, tmp_path / "names")
    assert dict(pl.read_parquet(out).schema) == DUPLICATES


def test_a_member_without_scores_is_refused(tmp_path: Path) -> None:
    members, scores = made(tmp_path)
    out = tmp_path / "duplicates.parquet"
    with pytest.raises(RunError, match="not scored"):
        write_members(out, members, scores[:1], tmp_path / "names")
    assert not out.exists()
    assert np.all([path.exists() for path in scores])
