"""How varied a count is: how many names there are, how many it amounts to, how much is the largest.

The effective number is exp(H), with H the Shannon entropy of the shares by the natural logarithm:
Hill's number of order 1 (Hill 1973, Ecology 54:427; Jost 2006, Oikos 113:363). A corpus of n hosts
of equal size has n; one that is nearly all one host has little more than 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import polars as pl

LARGEST: Final = (1, 10, 100)


def breadth(counts: pl.DataFrame) -> dict[str, Any] | None:
    """Describe a table of counts, one row a name; None where it counts no document.

    Parameters
    ----------
    counts : `documents` and perhaps `bytes`, whole numbers; rows in any order.

    Returns
    -------
    `distinct`, and by documents `effective`, `top_1`, `top_10`, `top_100` (shares in [0, 1] of what
    the table counts); the last four by bytes too, under `bytes`, where there are any.

    Examples
    --------
    >>> breadth(pl.DataFrame({"documents": [2, 2]}))
    {'distinct': 2, 'effective': 2.0, 'top_1': 0.5, 'top_10': 1.0, 'top_100': 1.0}
    """
    by_documents = _evenness(counts["documents"])
    if by_documents is None:
        return None
    by_bytes = _evenness(counts["bytes"]) if "bytes" in counts.columns else None
    distinct = int((counts["documents"] > 0).sum())
    return {"distinct": distinct, **by_documents, **({"bytes": by_bytes} if by_bytes else {})}


def _evenness(counts: pl.Series) -> dict[str, float] | None:
    """Measure one column: the sum of equal counts once, by an addition without rounding."""
    counts = counts.cast(pl.UInt64)
    whole = int(counts.sum())
    if not whole:
        return None
    sizes = counts.filter(counts > 0).value_counts(name="times")
    size, times = sizes[counts.name].to_numpy().astype(np.float64), sizes["times"].to_numpy()
    entropy = math.log(whole) - math.fsum(times * size * np.log(size)) / whole
    largest = counts.top_k(LARGEST[-1]).sort(descending=True)
    tops = {f"top_{k}": round(int(largest.head(k).sum()) / whole, 6) for k in LARGEST}
    return {"effective": round(math.exp(max(0.0, entropy)), 4), **tops}


def unite(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Put two descriptions together; of `breadth` both have axes, the second's win.

    Examples
    --------
    >>> unite({"words": 1, "breadth": {"hosts": None}}, {"breadth": {"years": None}})
    {'words': 1, 'breadth': {'hosts': None, 'years': None}}
    """
    axes = {**one.get("breadth", {}), **other.get("breadth", {})}
    return {**one, **other, **({"breadth": axes} if axes else {})}
