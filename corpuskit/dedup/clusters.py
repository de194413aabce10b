"""Clusters of duplicates as a person wants to see them: how many, how large, whom to read.

Everything is asked of duplicates.parquet as a scan: only the rows of the clusters that are shown
are ever in memory. Clusters are ordered by size, then by their number (the representative's
doc_id), so an answer is the same every time.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from corpuskit.schema import DOC_ID, REPRESENTATIVE, USER_ID

KINDS: Final = ("exact", "near")
STANDS: Final = "representative"
DIGITS: Final = 6  # of a mean, so that the order of a sum cannot be seen in it


@dataclass(frozen=True)
class Member:
    """One document of a cluster; jaccard is that to its representative.

    in_index : it is a document of an index (`--against`): it has no text here, and its doc_id may
        be that of a document of the run as well.
    """

    doc_id: int
    id: str
    kind: str
    jaccard: float
    in_index: bool = False


@dataclass(frozen=True)
class Cluster:
    """A cluster, and a few of its members.

    cluster : its number, the doc_id of the representative, or a free one where that is in an index.
    exact, near : members of each kind; with the representative they are `size`.
    least_jaccard, mean_jaccard : over all members but the representative, which is compared to.
    members : the nearest, one from the middle and the furthest, as far as there are three; of
        equally similar ones the smallest doc_id goes first.
    """

    cluster: int
    size: int
    exact: int
    near: int
    least_jaccard: float
    mean_jaccard: float
    representative: Member
    members: tuple[Member, ...]

    @property
    def nearest(self) -> Member:
        """The member that is most like the representative."""
        return self.members[0]

    @property
    def furthest(self) -> Member:
        """The member that is least like the representative."""
        return self.members[-1]

    def plain(self) -> dict[str, Any]:
        """Return the numbers as JSON data."""
        names = ("cluster", "size", "exact", "near", "least_jaccard", "mean_jaccard")
        return {name: getattr(self, name) for name in names}


def count_sizes(members: pl.LazyFrame) -> list[dict[str, int]]:
    """Count clusters by their size, in the steps 2, 3, 4, 5–9, 10–19, 20–49, 50–99 and so on.

    Parameters
    ----------
    members : duplicates.parquet.

    Returns
    -------
    rows of least, most (sizes), clusters and documents, without gaps; empty without clusters.
    """
    counts = (
        one_each(members)
        .group_by("cluster_size")
        .len("clusters")
        .sort("cluster_size")
        .collect(engine="streaming")
    )
    rows: list[dict[str, int]] = []
    largest = int(counts["cluster_size"].max() or 0)  # type: ignore[arg-type]
    for least, most in steps(largest):
        inside = counts.filter(pl.col("cluster_size").is_between(least, most))
        clusters = inside["clusters"].cast(pl.Int64)
        documents = int((clusters * inside["cluster_size"].cast(pl.Int64)).sum())
        rows.append({"least": least, "most": most, "clusters": int(clusters.sum()),
                     "documents": documents})  # fmt: skip
    return rows


def one_each(members: pl.LazyFrame) -> pl.LazyFrame:
    """Give each cluster one row: cluster, cluster_size.

    Its representative has one, but for a document of an index; clusters of those are told apart in
    memory, 12 bytes each.
    """
    row = ("cluster", "cluster_size")
    own = members.filter(pl.col("kind") == STANDS).select(row)
    return pl.concat([own, members.filter("in_index").select(row).unique()])


def steps(largest: int) -> list[tuple[int, int]]:
    """Cut sizes from 2 to the largest into steps.

    Examples
    --------
    >>> steps(1), steps(4), steps(12)
    ([], [(2, 2), (3, 3), (4, 4)], [(2, 2), (3, 3), (4, 4), (5, 9), (10, 19)])
    """
    starts = [2, 3, 4, 5]
    while starts[-1] <= largest:
        starts += [2 * starts[-1], 4 * starts[-1], 10 * starts[-1]]
    pairs = itertools.pairwise(starts)
    return [(start, stop - 1) for start, stop in pairs if start <= largest]


def largest(members: pl.LazyFrame, count: int, kind: str | None = None) -> list[int]:
    """List the numbers of the largest clusters, the largest first.

    Parameters
    ----------
    members : duplicates.parquet.
    kind : "exact" or "near": only clusters with such members, those with most of them first.
    """
    if kind is None:
        sizes = one_each(members).rename({"cluster_size": "size"})
    else:
        own = members.filter(pl.col("kind") == kind)
        sizes = own.group_by("cluster").len("size")
    top = sizes.top_k(count, by=["size", "cluster"], reverse=[False, True])
    found = top.collect(engine="streaming").sort(["size", "cluster"], descending=[True, False])
    numbers: list[int] = found["cluster"].to_list()
    return numbers


def describe(members: pl.LazyFrame, cluster: int) -> Cluster:
    """Look at one cluster.

    Parameters
    ----------
    members : duplicates.parquet.
    cluster : its number; a cluster of that number is there.
    """
    rows = members.filter(pl.col("cluster") == cluster).sort(DOC_ID).collect(engine="streaming")
    others = rows.filter(pl.col("kind") != STANDS)
    ordered = others.sort(["jaccard", DOC_ID], descending=[True, False])
    jaccards = others["jaccard"].to_list()
    kinds = others["kind"]
    first = rows.row(0, named=True)
    return Cluster(
        cluster=cluster,
        size=first["cluster_size"],
        exact=int((kinds == "exact").sum()),
        near=int((kinds == "near").sum()),
        least_jaccard=round(min(jaccards), DIGITS),
        mean_jaccard=round(math.fsum(jaccards) / len(jaccards), DIGITS),
        representative=representative(first),
        members=_chosen(ordered),
    )


def member(row: dict[str, Any]) -> Member:
    """Make a member of a row of duplicates.parquet."""
    return Member(row[DOC_ID], row[USER_ID], row["kind"], row["jaccard"])


def representative(row: dict[str, Any]) -> Member:
    """Make the representative of a row's cluster."""
    name = row["representative_user_id"]
    return Member(row[REPRESENTATIVE], name, STANDS, 1.0, row["in_index"])


def _chosen(ordered: pl.DataFrame) -> tuple[Member, ...]:
    """Choose the first, the middle and the last of members that are ordered by similarity."""
    places: Sequence[int] = sorted({0, ordered.height // 2, ordered.height - 1})
    return tuple(member(row) for row in ordered[list(places)].iter_rows(named=True))
