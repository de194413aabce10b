"""Blast-radius guards: what should be read before a deduplication is believed.

Two things go wrong in ways that no single pair shows. One cluster swallows the corpus, since all
its documents share a template, a cookie notice or an error page. Or one source is nearly emptied,
since it was read twice or its pages differ in less than they share. Neither is an error, and
nothing is kept for it: it is a warning, with documents to read.

Documents count as compared when they pass the other rules; those alone can be lost to duplicates.

Memory: a row for each host of one part of the hosts (`PART_DOCUMENTS`); the rest are scans.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from corpuskit.dedup.clusters import Member, describe, member, one_each, representative
from corpuskit.rules import Rule
from corpuskit.schema import DOC_ID, FAILS, KEEP

CLUSTER_SHARE: Final = 0.01
"""Of the documents that were compared. In 18,900 pages of documentation the largest cluster is
0.03 % of all; where every hundredth document is the same page, it is boilerplate, or a threshold
that is too low, more often than a text that was copied so often."""

SOURCE_SHARE: Final = 0.5
"""Of a source's documents that were compared. Who loses more than he keeps was either collected
twice, which its owner should know, or is made of one template."""

LEAST_DOCUMENTS: Final = 20
"""Members of a cluster, or documents lost. Below it one in a hundred is chance, and a person reads
the whole cluster as fast as a warning."""

WARNINGS_TOLD: Final = 5
"""Of each kind; all are counted."""

MEMBERS_TOLD: Final = 2
PART_DOCUMENTS: Final = 4_000_000
MOST_PARTS: Final = 64

COMPARED: Final[dict[str, pl.DataType]] = {
    DOC_ID: pl.UInt64(),
    "source": pl.String(),
    "host": pl.String(),
    "lost": pl.Boolean(),
}


@dataclass(frozen=True)
class GuardWarning:
    """Something that takes more than a guard allows.

    kind : cluster, source (a file of the input) or host.
    name : of the source or host; of a cluster, the id of its representative.
    documents : members of the cluster, or documents that the source lost.
    compared : documents of the corpus, or of the source, that were compared.
    representative, members : documents to read: of a source, those of its largest cluster.
    """

    kind: str
    name: str
    documents: int
    compared: int
    representative: Member
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Guards:
    """What the guards found: the warnings to tell, and how many there are of each kind."""

    compared: int
    found: dict[str, int]
    warnings: tuple[GuardWarning, ...]


def compared_documents(
    decided: pl.DataFrame, quality: Sequence[Rule], source: str, hosts: pl.Series | None
) -> pl.DataFrame:
    """List the documents of a split that were compared, and which of them are lost.

    Parameters
    ----------
    decided : scores with every rule decided.
    quality : the rules that decide who is compared.
    source : that the split is of.
    hosts : String, a host for each row, or None where there are no addresses.

    Returns
    -------
    doc_id, source, host and lost, as `COMPARED` has them.
    """
    dropping = [FAILS + rule.id for rule in quality if rule.severity == "drop"]
    passes = ~pl.any_horizontal(dropping) if dropping else pl.lit(True)
    host = pl.lit(None, pl.String) if hosts is None else pl.lit(hosts)
    named = decided.select(
        DOC_ID, pl.lit(source).alias("source"), host.alias("host"), (~pl.col(KEEP)).alias("lost"),
        passes.alias("passes"),
    )  # fmt: skip
    return named.filter("passes").select(
        pl.col(name).cast(dtype) for name, dtype in COMPARED.items()
    )


def guard(compared: pl.LazyFrame, members: pl.LazyFrame) -> Guards:
    """Hold a finished search against the guards.

    Parameters
    ----------
    compared : what `compared_documents` gives, of all splits.
    members : duplicates.parquet.
    """
    documents = int(compared.select(pl.len()).collect(engine="streaming").item())
    count, clusters = _clusters(members, documents)
    found, warnings = {"cluster": count}, clusters
    for kind in ("source", "host"):
        losses = _losses(compared, kind, documents)
        found[kind] = losses.height
        warnings += [
            _source(kind, name, lost, own, compared, members)
            for name, lost, own in losses[:WARNINGS_TOLD].iter_rows()
        ]
    return Guards(documents, found, tuple(warnings))


def _clusters(members: pl.LazyFrame, documents: int) -> tuple[int, list[GuardWarning]]:
    size = pl.col("cluster_size")
    rows = (
        one_each(members)
        .filter(size >= LEAST_DOCUMENTS, size > CLUSTER_SHARE * documents)
        .collect(engine="streaming")
        .sort(["cluster_size", "cluster"], descending=[True, False])
    )
    warnings = []
    for number in rows["cluster"][:WARNINGS_TOLD]:
        found = describe(members, number)
        shown = dict.fromkeys((found.nearest, found.furthest))
        first = found.representative
        warnings.append(
            GuardWarning("cluster", first.id, found.size, documents, first, tuple(shown))
        )
    return rows.height, warnings


def _losses(compared: pl.LazyFrame, kind: str, documents: int) -> pl.DataFrame:
    """Return name, documents lost and compared of the sources that lose too much."""
    frames = [
        rows.group_by(kind)
        .agg(pl.col("lost").sum().cast(pl.Int64), pl.len().cast(pl.Int64).alias("compared"))
        .filter(
            pl.col("lost") >= LEAST_DOCUMENTS,
            pl.col("lost") > SOURCE_SHARE * pl.col("compared"),
        )
        .collect(engine="streaming")
        for rows in _parts(compared.filter(pl.col(kind).is_not_null()), kind, documents)
    ]
    return pl.concat(frames).sort(["lost", kind], descending=[True, False])


def _parts(compared: pl.LazyFrame, kind: str, documents: int) -> Iterator[pl.LazyFrame]:
    """Part sources by a hash of their name, so that few of them are counted at a time."""
    count = min(MOST_PARTS, 1 + documents // PART_DOCUMENTS)
    for number in range(count):
        yield compared if count == 1 else compared.filter(pl.col(kind).hash() % count == number)


def _source(
    kind: str, name: str, lost: int, documents: int, compared: pl.LazyFrame, members: pl.LazyFrame
) -> GuardWarning:
    """Describe what a source loses, by two of its members of its largest cluster."""
    own = compared.filter(pl.col(kind) == name, pl.col("lost")).select(DOC_ID)
    rows = (
        members.join(own, on=DOC_ID, how="semi")
        .top_k(MEMBERS_TOLD, by=["cluster_size", "cluster", DOC_ID], reverse=[False, True, True])
        .collect(engine="streaming")
        .sort(["cluster_size", "cluster", DOC_ID], descending=[True, False, False])
    )
    same = rows.filter(pl.col("cluster") == rows["cluster"][0])
    shown = list(same.iter_rows(named=True))
    first = representative(shown[0])
    return GuardWarning(kind, name, lost, documents, first, tuple(map(member, shown)))
