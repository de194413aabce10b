"""A duplicates.parquet made by hand."""

from __future__ import annotations

from typing import Any

import polars as pl

from corpuskit.schema import DUPLICATES


def members(clusters: dict[int, list[tuple[str, float]]]) -> pl.LazyFrame:
    """Make clusters: {representative's doc_id: (kind, jaccard) of the others}.

    The others have the doc_ids behind the representative's; a user id is ``d`` and the doc_id.
    """
    rows: list[dict[str, Any]] = []
    for first, others in clusters.items():
        for place, (kind, jaccard) in enumerate([("representative", 1.0), *others]):
            rows.append(
                {
                    "doc_id": first + place,
                    "user_id": f"d{first + place}",
                    "cluster": first,
                    "representative": first,
                    "representative_user_id": f"d{first}",
                    "jaccard": jaccard,
                    "kind": kind,
                    "cluster_size": len(others) + 1,
                }
            )
    return pl.DataFrame(rows, schema=DUPLICATES).lazy()
