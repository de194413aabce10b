"""duplicates.parquet: the members of clusters with the user's ids, part by part.

The ids of documents are in the scores, split by split, and members are ordered by cluster. So
ids go by once, those of members are sorted on disk by the member's place, and each part of the
members meets its own. Parts are cut between clusters, so that a representative is in the part of
its members. Memory: 24 bytes for each member to find its place, beside the members themselves,
and one part: `PART_MEMBERS` rows, or one cluster, if it is larger.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.errors import RunError
from corpuskit.schema import DOC_ID, DUPLICATES, USER_ID
from corpuskit.writers import ShardWriter

PART_MEMBERS = 1 << 20
PLACE = "place"
NAMES = {PLACE: pl.Int64(), DOC_ID: pl.UInt64(), USER_ID: pl.String()}


def write_members(
    path: Path,
    members: pl.DataFrame,
    scores: Iterable[Path],
    folder: Path,
    old: pl.DataFrame | None = None,
    part_members: int = PART_MEMBERS,
) -> None:
    """Write duplicates.parquet.

    Parameters
    ----------
    members : as `DuplicatesResult.frame`, sorted by (cluster, doc_id).
    scores : files with doc_id and user_id of all documents.
    folder : for temporary files; deleted first and afterwards.
    old : cluster, doc_id and user_id of the representatives that are documents of an index.
    part_members : members of a part, which is a row group of the file.

    Raises
    ------
    RunError
        If a member has no row in the scores, or a file cannot be written.
    """
    shutil.rmtree(folder, ignore_errors=True)
    cuts = _cuts(members["cluster"].to_numpy(), part_members)
    writer = ShardWriter(path, "parquet", DUPLICATES)
    try:
        spilled = _spill(members[DOC_ID], scores, folder, cuts)
        for begin, end in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
            part = members[begin:end]
            inside = pl.col(PLACE).is_between(begin, end - 1)
            names = spilled.filter(inside).sort(PLACE).collect(engine="streaming")
            if not names[DOC_ID].equals(part[DOC_ID]):
                raise RunError("duplicates: a member was not scored; please report this")
            writer.append(name_members(part, names.drop(PLACE), old))
        writer.close()
    finally:
        writer.abort()
        shutil.rmtree(folder, ignore_errors=True)


def name_members(
    members: pl.DataFrame, names: pl.DataFrame, old: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Add the user's ids of members of whole clusters and of their representatives.

    Parameters
    ----------
    names : doc_id and user_id of the members, in their order.
    """
    theirs = names.filter(names[DOC_ID] == members["cluster"]).select(
        pl.col(DOC_ID).alias("cluster"), DOC_ID, USER_ID, in_index=False
    )
    if old is not None:
        theirs = pl.concat([theirs, old.with_columns(in_index=True)])
    theirs = theirs.rename({DOC_ID: "representative", USER_ID: "representative_user_id"})
    named = members.drop("representative").with_columns(names[USER_ID])
    joined = named.join(theirs, on="cluster", how="left", maintain_order="left")
    return joined.select(pl.col(name).cast(dtype) for name, dtype in DUPLICATES.items()).rechunk()


def _cuts(clusters: npt.NDArray[np.uint64], part_members: int) -> npt.NDArray[np.int64]:
    """Return where parts begin, each with a cluster, and the end; one part at least."""
    wished = clusters[part_members::part_members]
    starts = np.unique(np.searchsorted(clusters, wished))
    cuts: npt.NDArray[np.int64] = np.r_[0, starts[starts > 0], len(clusters)].astype(np.int64)
    return cuts


def _spill(
    doc_ids: pl.Series, scores: Iterable[Path], folder: Path, cuts: npt.NDArray[np.int64]
) -> pl.LazyFrame:
    """Sort the names of members by their place: in memory where there is one part."""
    found = _found(doc_ids.to_numpy(), scores)
    if len(cuts) == 2:
        return pl.concat([pl.DataFrame(schema=NAMES), *found]).lazy()
    paths: list[Path] = []
    held: list[pl.DataFrame] = []
    waiting = 0
    for rows in found:
        held.append(rows)
        waiting += rows.height
        if waiting >= PART_MEMBERS:
            paths.append(_write(held, folder / f"{len(paths):05d}.parquet", cuts))
            held, waiting = [], 0
    paths.append(_write(held, folder / f"{len(paths):05d}.parquet", cuts))
    return pl.scan_parquet(paths)


def _found(ids: npt.NDArray[np.uint64], scores: Iterable[Path]) -> Iterator[pl.DataFrame]:
    """Yield place, doc_id and user_id of the members among the documents of each split."""
    order = np.argsort(ids)
    ordered = ids[order]
    for path in scores if len(ids) else ():
        names = pl.read_parquet(path, columns=[DOC_ID, USER_ID])
        own = names[DOC_ID].to_numpy()
        places = np.minimum(np.searchsorted(ordered, own), len(ordered) - 1)
        member = ordered[places] == own
        places = order[places[member]]
        yield names.filter(pl.Series(member)).insert_column(0, pl.Series(PLACE, places)).select(
            pl.col(name).cast(dtype) for name, dtype in NAMES.items()
        )  # fmt: skip


def _write(held: list[pl.DataFrame], path: Path, cuts: npt.NDArray[np.int64]) -> Path:
    """Write names with a row group for each part, so that a part is read without the others."""
    ordered = pl.concat([pl.DataFrame(schema=NAMES), *held]).sort(PLACE)
    bounds = np.searchsorted(ordered[PLACE].to_numpy(), cuts)
    writer = ShardWriter(path, "parquet", NAMES)
    try:
        for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            writer.append(ordered[begin:end])
        writer.close()
    finally:
        writer.abort()
    return path
