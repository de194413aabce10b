"""The clusters of a finished run: the largest, or those of some documents, with their texts.

Few texts are read: of each cluster the representative's and those of three members at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from corpuskit.dedup.clusters import KINDS, Cluster, Member, describe, largest
from corpuskit.dedup.evidence import SHOWN_CHARS, compare
from corpuskit.dedup.text_difference import TextDifference
from corpuskit.errors import ConfigError, RunError
from corpuskit.schema import DOC_ID, REPRESENTATIVE, USER_ID
from corpuskit.tuning.explain import find_documents
from corpuskit.tuning.finished import FinishedRun
from corpuskit.tuning.texts import hosts_of, openings
from corpuskit.writers import write_parquet

SOURCES_SHOWN: Final = 5
EXPORTED: Final = {
    DOC_ID: DOC_ID,
    "id": USER_ID,
    "cluster": "cluster",
    REPRESENTATIVE: REPRESENTATIVE,
    "jaccard": "jaccard",
    "cluster_size": "cluster_size",
    "kind": "kind",
    "in_index": "in_index",
}
"""Columns of an export, and where duplicates.parquet has them."""


@dataclass(frozen=True)
class Shown:
    """One document with its text, up to `SHOWN_CHARS` characters of `chars`.

    A document of an index has neither, and what it represents has no difference.
    """

    member: Member
    chars: int | None
    text: str | None
    difference: TextDifference | None


@dataclass(frozen=True)
class ShownCluster:
    """A cluster to be read.

    sources, hosts : documents by file of the input, and by host where there are addresses; the
        most frequent first.
    documents : the representative, then the nearest, a middle and the furthest member, each with
        what it has otherwise than the representative.
    """

    cluster: Cluster
    sources: dict[str, int]
    hosts: dict[str, int]
    documents: tuple[Shown, ...]

    def plain(self) -> dict[str, Any]:
        """Return the cluster as JSON data."""
        return {
            **self.cluster.plain(),
            "sources": self.sources,
            "hosts": self.hosts,
            "documents": [
                {**asdict(one.member), "chars": one.chars, "text": one.text,
                 "difference": None if one.difference is None else asdict(one.difference)}
                for one in self.documents
            ],
        }  # fmt: skip


@dataclass(frozen=True)
class Listing:
    """What was asked for.

    total : clusters of the run, of the kind that was asked for.
    alone : ids that were asked for and are in no cluster.
    """

    total: int
    documents: int
    kind: str | None
    alone: tuple[str, ...]
    clusters: tuple[ShownCluster, ...]

    def plain(self) -> dict[str, Any]:
        """Return the listing as JSON data."""
        return {
            "total": self.total,
            "documents": self.documents,
            "kind": self.kind,
            "alone": list(self.alone),
            "clusters": [found.plain() for found in self.clusters],
        }


def list_clusters(
    run: FinishedRun, count: int = 10, kind: str | None = None, ids: Sequence[str] = ()
) -> Listing:
    """Look at the largest clusters of a run, or at those of some documents.

    Parameters
    ----------
    count : clusters to show, the largest first; not asked for with `ids`.
    kind : "exact" or "near": clusters with such members, those with most of them first.
    ids : the user's ids or doc_ids, whose clusters are wanted whatever their size.

    Raises
    ------
    ConfigError
        For a kind that there is not, or one together with `ids`.
    DataError
        For an unknown id, with the nearest ones.
    RunError
        If the run did not look for duplicates.
    """
    check_kind(kind)
    check_searched(run)
    if ids and kind is not None:
        raise ConfigError(f"--kind {kind}: is for the largest clusters; leave it out with --id")
    members = pl.scan_parquet(run.layout.duplicates)
    own = members if kind is None else members.filter(pl.col("kind") == kind)
    counts = own.select(pl.col("cluster").n_unique().alias("clusters"), documents=pl.len())
    total, documents = run.collect(counts).row(0)
    alone: tuple[str, ...] = ()
    if ids:
        numbers, alone = _clusters_of(run, members, ids)
    else:
        numbers = largest(members, count, kind)
    found = [describe(members, number) for number in numbers]
    return Listing(total, documents, kind, alone, _show(run, members, found))


def export_clusters(run: FinishedRun, out: Path, kind: str | None, overwrite: bool) -> int:
    """Write the members of all clusters to a Parquet file; return their number.

    Columns: doc_id, id, cluster, representative (doc_ids), jaccard, cluster_size, kind and in_index
    (the representative is a document of an index); by cluster and doc_id.

    Parameters
    ----------
    kind : only clusters with members of this kind, with all their members.

    Raises
    ------
    ConfigError
        If `out` is no name of a Parquet file, belongs to the run, or is there already.
    RunError
        If the run did not look for duplicates, or the file cannot be written.
    """
    check_kind(kind)
    check_searched(run)
    if out.suffix != ".parquet":
        raise ConfigError(f"--out {out}: clusters are written as Parquet; end the name in .parquet")
    place = out.resolve()
    for own in run.layout.own():
        if place == own.resolve() or own.resolve() in place.parents:
            raise ConfigError(f"--out {out}: belongs to the run; choose another name")
    if out.exists() and not overwrite:
        raise ConfigError(f"--out {out}: is there already; add --overwrite, or choose another name")
    rows = run.duplicates()
    if kind is not None:
        own_kind = rows.filter(pl.col("kind") == kind).select("cluster").unique()
        rows = rows.join(own_kind, on="cluster", how="semi", maintain_order="left")
    out.parent.mkdir(parents=True, exist_ok=True)
    write_parquet(out, rows.select(pl.col(name).alias(new) for new, name in EXPORTED.items()))
    return rows.height


def check_kind(kind: str | None) -> None:
    """Refuse a kind of duplicates that there is not."""
    if kind is not None and kind not in KINDS:
        raise ConfigError(f"--kind: {kind!r} is no kind of duplicates; choose {' or '.join(KINDS)}")


def check_searched(run: FinishedRun) -> None:
    """Refuse a run that did not look for duplicates."""
    if run.recipe.duplicates is None:
        raise RunError(
            f"{run.layout.root}: duplicates were not looked for in this run; run clean again "
            "without --no-dedup, or dedup"
        )


def _clusters_of(
    run: FinishedRun, members: pl.LazyFrame, ids: Sequence[str]
) -> tuple[list[int], tuple[str, ...]]:
    """Find the clusters of documents, and the ids that are in none."""
    asked = find_documents(run, ids).select(DOC_ID, USER_ID)
    own = run.collect(members.filter(pl.col(DOC_ID).is_in(asked[DOC_ID].implode())))
    placed = asked.join(own.select(DOC_ID, "cluster"), on=DOC_ID, how="left", maintain_order="left")
    alone = placed.filter(pl.col("cluster").is_null())[USER_ID].to_list()
    return placed["cluster"].drop_nulls().unique(maintain_order=True).to_list(), tuple(alone)


def _show(
    run: FinishedRun, members: pl.LazyFrame, found: Sequence[Cluster]
) -> tuple[ShownCluster, ...]:
    """Read the texts of clusters, and count where their documents are from."""
    told = [(one.representative, *one.members) for one in found]
    here = [one.doc_id for group in told for one in group if not one.in_index]
    bodies = openings(run, here, SHOWN_CHARS)
    numbers = pl.Series([one.cluster for one in found], dtype=pl.UInt64)
    own = run.collect(
        members.filter(pl.col("cluster").is_in(numbers.implode())).select(DOC_ID, "cluster")
    )
    sources = _count(own, _files(run, own[DOC_ID]), "source")
    hosts = _count(own, hosts_of(run, own[DOC_ID]), "host")
    return tuple(
        ShownCluster(
            one,
            sources.get(one.cluster, {}),
            hosts.get(one.cluster, {}),
            tuple(_shown(document, group[0], bodies) for document in group),
        )
        for one, group in zip(found, told, strict=True)
    )


def _shown(document: Member, first: Member, bodies: dict[int, dict[str, Any]]) -> Shown:
    if document.in_index:
        return Shown(document, None, None, None)
    own = bodies[document.doc_id]
    difference = None if document == first or first.in_index else compare(bodies[first.doc_id], own)
    return Shown(document, own["chars"], own["text"], difference)


def _files(run: FinishedRun, doc_ids: pl.Series) -> pl.DataFrame:
    """Return doc_id and source: a part of the scores is named after the number of its file."""
    names = [row["source"] for row in run.settings["inputs"]]
    rows = pl.scan_parquet(list(run.parts), include_file_paths="part").select(DOC_ID, "part")
    found = run.collect(rows.filter(pl.col(DOC_ID).is_in(doc_ids.implode())))
    number = pl.col("part").str.extract(r"part-(\d+)-[^/\\]*$").cast(pl.Int64)
    by_number = pl.DataFrame({"number": range(len(names)), "source": names})
    return (
        found.select(DOC_ID, number.alias("number"))
        .join(by_number, on="number", how="inner")
        .select(DOC_ID, "source")
    )


def _count(own: pl.DataFrame, named: pl.DataFrame, column: str) -> dict[int, dict[str, int]]:
    """Count the documents of each cluster by source or host, the most frequent first."""
    counts = (
        own.join(named, on=DOC_ID)
        .group_by("cluster", column)
        .len()
        .sort(["cluster", "len", column], descending=[False, True, False])
    )
    found: dict[int, dict[str, int]] = {}
    for cluster, name, number in counts.iter_rows():
        found.setdefault(cluster, {})[name] = number
    return found
