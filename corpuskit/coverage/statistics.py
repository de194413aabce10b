"""What the scores tell of a corpus: volume, languages, scripts, lengths, distributions.

Scores come in parts, one per split, each with `keep` decided; sums are whole numbers, so the
order of the parts does not matter and nothing is held but a part and the sums.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.coverage.tokens import estimated_tokens

BINS = 40
SAMPLED_DOCUMENTS = 100_000
# Lengths in characters: eight bins per power of ten, up to a hundred million.
LENGTH_EDGES = [0, *sorted({round(10 ** (step / 8)) for step in range(65)})]
Counts = npt.NDArray[np.int64]


def choose_edges(
    scores: pl.LazyFrame, bounds: Mapping[str, list[float]], documents: int
) -> dict[str, list[float]]:
    """Choose histogram edges for the features that rules bound.

    The range is that of 99.8 % of the values and of the bounds; every bound is an edge, so that
    a bin lies on one side of it. Ranges over a factor of 1,000 are cut by powers.

    Parameters
    ----------
    scores : all scores; a deterministic sample of about 100,000 documents is looked at.
    bounds : per numeric feature, the bounds of its rules.
    """
    every = max(1, documents // SAMPLED_DOCUMENTS)
    names = sorted(bounds)
    sample = scores.filter(pl.col("doc_id") % every == 0).select(names)
    low = sample.select(pl.all().cast(pl.Float64).quantile(0.001))
    high = sample.select(pl.all().cast(pl.Float64).quantile(0.999))
    lowest, highest = (frame.collect(engine="streaming") for frame in (low, high))
    return {name: _edges(lowest[name].item(), highest[name].item(), bounds[name]) for name in names}


def _edges(low: float | None, high: float | None, bounds: list[float]) -> list[float]:
    low = min([low, *bounds] if low is not None else bounds)
    high = max([high, *bounds] if high is not None else bounds)
    if high <= low:
        high = low + 1
    if low >= 0 and high > 1000 * max(low, 1):
        steps = np.geomspace(max(low, 1), high, BINS + 1)
        steps = np.r_[low, steps[steps > low]]
    else:
        steps = np.linspace(low, high, BINS + 1)
    return sorted({float(f"{step:.6g}") for step in steps} | set(bounds))


def statistics(parts: Iterable[pl.DataFrame], edges: Mapping[str, list[float]]) -> dict[str, Any]:
    """Add up the parts.

    Parameters
    ----------
    parts : scores with `keep`; columns byte_count, char_count, language, script and those of
        `edges`.

    Returns
    -------
    languages, scripts, coverage (in, kept) and histograms, as summary.json has them.
    """
    sums = _Sums(edges)
    for part in parts:
        sums.add(part)
    return {
        "languages": sums.table("language"),
        "scripts": sums.table("script"),
        "coverage": {"in": sums.coverage("in"), "kept": sums.coverage("kept")},
        "histograms": {
            name: {"edges": list(cuts)}
            | {side: sums.bins[name, side].tolist() for side in ("in", "kept")}
            for name, cuts in edges.items()
        },
    }


class _Sums:
    """The running sums over parts."""

    def __init__(self, edges: Mapping[str, list[float]]) -> None:
        self.edges = {name: np.array(cuts) for name, cuts in edges.items()}
        self.bins: dict[tuple[str, str], Counts] = {}
        for side in ("in", "kept"):
            for name, cuts in self.edges.items():
                self.bins[name, side] = np.zeros(len(cuts) - 1, np.int64)
        self.lengths = {side: np.zeros(len(LENGTH_EDGES) - 1, np.int64) for side in ("in", "kept")}
        self.volume = {side: Counter[str]() for side in ("in", "kept")}
        self.groups = {column: Counter[tuple[str, str, str]]() for column in ("language", "script")}

    def add(self, part: pl.DataFrame) -> None:
        """Add one part to all sums."""
        for side, frame in (("in", part), ("kept", part.filter("keep"))):
            self.volume[side]["documents"] += frame.height
            self.volume[side]["bytes"] += int(frame["byte_count"].sum())
            self.volume[side]["characters"] += int(frame["char_count"].sum())
            self.volume[side]["estimated_tokens"] += estimated_tokens(frame)
            self.lengths[side] += _histogram(frame["char_count"], np.array(LENGTH_EDGES))
            for name, cuts in self.edges.items():
                self.bins[name, side] += _histogram(frame[name], cuts)
            for column, counts in self.groups.items():
                self._group(column, side, frame, counts)

    def _group(
        self, column: str, side: str, frame: pl.DataFrame, counts: Counter[tuple[str, str, str]]
    ) -> None:
        rows = frame.group_by(column).agg(pl.len(), pl.col("byte_count").cast(pl.UInt64).sum())
        for name, documents, size in rows.iter_rows():
            counts[name, side, "documents"] += documents
            counts[name, side, "bytes"] += size

    def table(self, column: str) -> dict[str, Any]:
        """List documents and bytes, in and kept, per language or script; the largest first."""
        counts = self.groups[column]
        names = {name for name, _, _ in counts}
        ordered = sorted(names, key=lambda name: (-counts[name, "in", "documents"], name))
        return {
            name: {
                unit: {side: counts[name, side, unit] for side in ("in", "kept")}
                for unit in ("documents", "bytes")
            }
            for name in ordered
        }

    def coverage(self, side: str) -> dict[str, Any]:
        """List the volume and the lengths of one side."""
        names = ("documents", "bytes", "characters", "estimated_tokens")
        lengths = {"edges": LENGTH_EDGES, "documents": self.lengths[side].tolist()}
        return {**{name: self.volume[side][name] for name in names}, "lengths": lengths}


def _histogram(values: pl.Series, edges: npt.NDArray[np.float64]) -> Counts:
    """Count values per bin ``[edge, next edge)``; what lies outside counts in the outer bins."""
    places = np.searchsorted(edges, values.to_numpy(), side="right") - 1
    return np.bincount(np.clip(places, 0, len(edges) - 2), minlength=len(edges) - 1)
