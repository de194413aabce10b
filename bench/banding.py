"""What the plan of bands × rows rests on: how alike pairs of web pages are, and what steps cost.

Prints the constants of corpuskit/banding.py: per document, the expected number of others in each
range of Jaccard similarity, and the seconds of hashing, of a band's shuffle and of a comparison.
`SAMPLE` documents are compared with all others, exactly, through an index of all shingles.
Copies of the same text are left out, as they are found before bands are looked at.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from bench.inputs import MEGABYTE, WEB

SAMPLE = 4_000
EDGES = [0.0, 0.01, 0.02, 0.05, *(tenth / 10 for tenth in range(1, 11))]
FUNCTIONS = 120


def main() -> None:
    """Measure, print."""
    texts = pl.read_parquet(WEB, columns=["text"])["text"].unique(maintain_order=True)
    offsets, values, repeats = sets(texts)
    size = texts.str.len_bytes().sum()
    print(f"{len(texts):,} documents, {size / MEGABYTE:.1f} MB, {size / len(texts):.0f} bytes each")
    print(f"shingles a byte, with repeats: {repeats / size:.4f}")
    print("similarity   other documents, for each document")
    found = similarities(offsets, values, len(texts))
    for low, high, count in zip(EDGES, EDGES[1:], found, strict=False):
        print(f"{low:.2f} to {high:.2f}   {count:.5f}")
    costs(texts, offsets, values)


def sets(texts: pl.Series) -> tuple[np.ndarray, np.ndarray, int]:
    """Make the shingle sets of all texts, and count their shingles with repeats."""
    from corpuskit.dedup import shingle_sets
    from corpuskit.duplicate_settings import DuplicateSettings
    from corpuskit.features import Measured
    from corpuskit.kernels.shingles import shingles

    measured = Measured(texts)
    offsets, values = shingle_sets(measured, DuplicateSettings())
    return offsets, values, len(shingles(measured.tokens)[1])


def similarities(offsets: np.ndarray, values: np.ndarray, documents: int) -> list[float]:
    """Count, for a document, how many others are this similar to it: one number a range."""
    sizes = np.diff(offsets)
    every = pl.DataFrame({"other": np.repeat(np.arange(documents), sizes), "shingle": values})
    drawn = np.sort(np.random.default_rng(1).choice(documents, SAMPLE, replace=False))
    found = np.zeros(len(EDGES) - 1)
    for part in np.array_split(drawn, 80):
        one = every.filter(pl.col("other").is_in(part)).rename({"other": "one"})
        common = (
            one.lazy().join(every.lazy(), on="shingle")
            .filter(pl.col("one") != pl.col("other"))
            .group_by("one", "other").len("common").collect(engine="streaming")
        )  # fmt: skip
        ones, others = common["one"].to_numpy(), common["other"].to_numpy()
        both = common["common"].to_numpy().astype(np.int64)
        jaccard = both / (sizes[ones] + sizes[others] - both)
        found += np.histogram(jaccard[jaccard < 1], EDGES)[0]
    return [float(count) / SAMPLE for count in found]


def costs(texts: pl.Series, offsets: np.ndarray, values: np.ndarray) -> None:
    """Time each step of the search for itself."""
    from corpuskit.dedup.near import group
    from corpuskit.kernels.jaccard import jaccard_pairs
    from corpuskit.kernels.minhash import minhash_bands

    minhash_bands(offsets[:2], values[: offsets[1]], 20, 6, 1)
    begun = time.perf_counter()
    bands = minhash_bands(offsets, values, 20, 6, 1)
    spent = time.perf_counter() - begun
    print(f"hashing: {spent / len(values) / FUNCTIONS * 1e9:.3f} ns a shingle and function")
    with tempfile.TemporaryDirectory(prefix="corpuskit-") as folder:
        path = Path(folder) / "bands.parquet"
        many = np.tile(bands, (20, 1)) + np.arange(20 * len(bands), dtype=np.uint64)[:, None]
        begun = time.perf_counter()
        pl.DataFrame({str(band): many[:, band] for band in range(20)}).write_parquet(path)
        for band in range(20):
            column = pl.read_parquet(path, columns=[str(band)]).to_series().to_numpy()
            group(column, np.ones(len(column), np.bool_))
        spent = time.perf_counter() - begun
    print(f"shuffling: {spent / many.size * 1e9:.1f} ns a document and band")
    sizes, draw = np.diff(offsets), np.random.default_rng(2)
    first, second = draw.integers(0, len(texts), (2, 20_000))
    jaccard_pairs(values, offsets, sizes, first[:1], second[:1], 0.0)
    begun = time.perf_counter()
    jaccard_pairs(values, offsets, sizes, first, second, 0.0)
    spent = time.perf_counter() - begun
    print(f"comparing: {spent / (sizes[first] + sizes[second]).sum() * 1e9:.2f} ns a shingle")


if __name__ == "__main__":
    main()
