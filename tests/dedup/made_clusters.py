"""A duplicates.parquet made by hand."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import polars as pl

from corpuskit.schema import DUPLICATES


def members(
    clusters: dict[int, list[tuple[str, float]]], in_index: Collection[int] = ()
) -> pl.LazyFrame:
    """Make clusters: {representative's doc_id: (kind, jaccard) of the others}.

    The others have the doc_ids behind the representative's; a user id is ``d`` and the doc_id.

    in_index : clusters whose representative is a document of an index. It has no row, and the
        doc_id of the first of the others, as if the same file had been given again.
    """
    rows: list[dict[str, Any]] = []
    for first, others in clusters.items():
        old = first in in_index
        for place, (kind, jaccard) in enumerate([("representative", 1.0), *others]):
            if old and not place:
                continue
            rows.append(
                {
                    "doc_id": first + place,
                    "user_id": f"d{first + place}",
                    "cluster": first,
                    "representative": first + old,
                    "representative_user_id": f"old{first}" if old else f"d{first}",
                    "jaccard": jaccard,
                    "kind": kind,
                    "cluster_size": len(others) + 1,
                    "in_index": old,
                }
            )
    return pl.DataFrame(rows, schema=DUPLICATES).lazy()
