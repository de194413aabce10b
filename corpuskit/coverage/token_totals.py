"""How many tokens a corpus has, from those of a sample: the total of each language, an interval.

The bytes of every language are known; the sample gives its tokens per byte, and the product is
the estimate (the separate ratio estimator, Cochran, Sampling Techniques, 3rd edition, 1977,
section 6.11). The variance is that of the delta method, over documents, times the share of the
bytes that the sample does not hold: of a corpus that is sampled whole the interval is a point. A
document that was cut stands for its whole length at the rate of its beginning.

Languages of fewer than ten sampled documents share one variance, about their common rate, which
is larger than their own. The interval is that of Student's t with the degrees of freedom of
Satterthwaite (1946). A single document of a size that no other has, which the sample missed, is
outside of what an interval can know.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

LEAST_DOCUMENTS: Final = 10
_NORMAL: Final = 1.959963984540054  # 97.5 % of the normal distribution lies under it


class _Stratum(NamedTuple):
    """Sampled documents whose variance is estimated together.

    size, tokens : float64 (n,), bytes and tokens of the whole documents.
    seen : bytes of them that were counted.
    total : bytes of all such documents of the corpus.
    """

    size: npt.NDArray[np.float64]
    tokens: npt.NDArray[np.float64]
    seen: int
    total: int


def token_totals(sample: pl.DataFrame, language_bytes: Mapping[str, int]) -> dict[str, Any]:
    """Estimate the tokens of a corpus.

    Parameters
    ----------
    sample : one row a sampled document: language, whole_bytes, bytes (that were counted), tokens,
        single (those of one byte of a longer character); in a fixed order.
    language_bytes : bytes of the corpus by language; every language of the sample is among them.

    Returns
    -------
    `sampled_documents`, `sampled_bytes`, `total`, `low`, `high` (95 %) and `by_language`, the
    largest first: its `bytes`, sampled `documents`, `bytes_per_token` and `byte_fallback_ratio`
    (None where nothing of it was sampled) and `tokens`. Where the sample is too small for a total
    or an interval, these are None and `reason` says so.
    """
    counted = sample.filter(pl.col("bytes") > 0)
    groups = {key: frame for (key,), frame in counted.group_by("language", maintain_order=True)}
    common = _rate(counted)
    rows = [
        _language(name, size, groups.get(name), common)
        for name, size in sorted(language_bytes.items(), key=lambda item: (-item[1], item[0]))
        if size
    ]
    total = sum(row["tokens"] for row in rows) if rows and common is not None else 0
    found = {
        "sampled_documents": counted.height,
        "sampled_bytes": int(counted["bytes"].sum()),
        "total": total,
        "low": total,
        "high": total,
        "by_language": rows,
    }
    if rows and common is None:
        return {**found, "total": None, "low": None, "high": None, "reason": "nothing_sampled"}
    error = _half_width(_strata(groups, language_bytes))
    if error is None:
        return {**found, "low": None, "high": None, "reason": "one_document_sampled"}
    return {**found, "low": max(0, math.floor(total - error)), "high": math.ceil(total + error)}


def _rate(frame: pl.DataFrame) -> float | None:
    """Return tokens per byte, whole documents weighing as they are long."""
    size = int(frame["whole_bytes"].sum())
    return math.fsum(_whole_tokens(frame)) / size if size else None


def _whole_tokens(frame: pl.DataFrame) -> npt.NDArray[np.float64]:
    return (frame["tokens"] * (frame["whole_bytes"] / frame["bytes"])).to_numpy()


def _language(
    name: str, size: int, frame: pl.DataFrame | None, common: float | None
) -> dict[str, Any]:
    rate = common if frame is None else _rate(frame)
    tokens = 0 if frame is None else int(frame["tokens"].sum())
    return {
        "language": name,
        "bytes": size,
        "documents": 0 if frame is None else frame.height,
        "bytes_per_token": round(1 / rate, 4) if tokens and rate else None,
        "byte_fallback_ratio": round(int(frame["single"].sum()) / tokens, 6)
        if frame is not None and tokens
        else None,
        "tokens": None if rate is None else round(size * rate),
    }


def _strata(
    groups: Mapping[str, pl.DataFrame], language_bytes: Mapping[str, int]
) -> list[_Stratum]:
    """Give languages with enough documents a stratum each, and the others one together."""
    own = {name for name, frame in groups.items() if frame.height >= LEAST_DOCUMENTS}
    strata = [_stratum([groups[name]], language_bytes[name]) for name in sorted(own)]
    rest = [groups[name] for name in sorted(groups.keys() - own)]
    rest_bytes = sum(size for name, size in language_bytes.items() if name not in own)
    if rest_bytes and sum(frame.height for frame in rest) > 1:
        return [*strata, _stratum(rest, rest_bytes)]
    if rest_bytes and own:  # too few for a variance of their own: they share the smallest one
        name = min(own, key=lambda each: (language_bytes[each], each))
        place = sorted(own).index(name)
        strata[place] = _stratum([groups[name], *rest], language_bytes[name] + rest_bytes)
        return strata
    return [*strata, *([_stratum(rest, rest_bytes)] if rest else [])]


def _stratum(frames: list[pl.DataFrame], total: int) -> _Stratum:
    frame = pl.concat(frames)
    size = frame["whole_bytes"].cast(pl.Float64).to_numpy()
    return _Stratum(size, _whole_tokens(frame), int(frame["bytes"].sum()), total)


def _half_width(strata: list[_Stratum]) -> float | None:
    """Return half of the interval's width, None where a single document says nothing of it."""
    variances = []
    for stratum in strata:
        count, unseen = len(stratum.size), 1 - min(1.0, stratum.seen / stratum.total)
        if unseen == 0:
            continue
        if count < 2:
            return None
        size = math.fsum(stratum.size)
        rest = stratum.tokens - math.fsum(stratum.tokens) / size * stratum.size
        factor = unseen * count / (count - 1) * (stratum.total / size) ** 2
        variances.append((factor * math.fsum(rest**2), count - 1))
    whole = math.fsum(variance for variance, _ in variances)
    if whole == 0:
        return 0.0
    freedom = whole**2 / math.fsum(variance**2 / degrees for variance, degrees in variances)
    return student(freedom) * math.sqrt(whole)


def student(freedom: float) -> float:
    """Return the 97.5 % point of Student's t, within 0.4 % from five degrees of freedom on.

    The expansion in powers of 1 / freedom about the normal distribution (Abramowitz and Stegun,
    Handbook of Mathematical Functions, 1964, 26.7.5), four terms.

    Examples
    --------
    >>> round(student(10), 3)
    2.228
    """
    x = _NORMAL
    terms = (
        (x**3 + x) / 4,
        (5 * x**5 + 16 * x**3 + 3 * x) / 96,
        (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384,
        (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92160,
    )
    return x + math.fsum(term / freedom**power for power, term in enumerate(terms, 1))
