"""Which documents are drawn for a sample, and which sources are held out from training.

Both follow from hashes alone, so that a sample is the same whatever the order of the input, a
larger sample holds the smaller one, and the sample of the raw documents and that of the kept ones
meet in the same documents.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit import coverage, readers
from corpuskit.schema import DOC_ID, KEEP, USER_ID, WHOLE_BYTES

TEXT_SAMPLE_BYTES = 16 << 20
"""Cleaned text that is counted in tokens, compressed and parted into topics; no more, however
large the corpus is, so that this costs seconds."""
TEXT_SAMPLE_DOCUMENTS = 50_000
"""Where documents are short, as many at most are drawn on average."""
TEXT_SAMPLE_CHARS = 50_000
"""A longer document goes into the sample with as much of its beginning: a thousandth of it."""
_SALT, _MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
HELD_OUT_SHARE = 0.1


def draw_number(doc_id: pl.Series) -> pl.Series:
    """Return a number in [0, 1) for every document, Float64: drawn where it is under a share.

    Examples
    --------
    >>> numbers = draw_number(pl.Series([1, 2, 3], dtype=pl.UInt64))
    >>> ((0 <= numbers) & (numbers < 1)).all()
    True
    """
    salted: npt.NDArray[np.uint64] = (doc_id.to_numpy() ^ _SALT) * _MIX
    return pl.Series("draw", (salted >> np.uint64(11)).astype(np.float64) / 2.0**53)


def raw_sample(batch: readers.Batch, scores: pl.DataFrame, share: float) -> pl.DataFrame:
    """Draw raw documents by a hash of their id, and mark one source in ten as held out."""
    source = sources(scores[DOC_ID], batch.columns)
    frame = pl.DataFrame(
        {DOC_ID: scores[DOC_ID], USER_ID: scores[USER_ID], "source": source, "text": batch.text}
    ).filter(draw_number(scores[DOC_ID]) < share)
    return frame.with_columns(part(frame["source"]))


def text_share(scores: pl.LazyFrame) -> float:
    """Return the share of documents to draw for the sample of cleaned texts, long ones cut."""
    size, chars = pl.col("byte_count").cast(pl.Int64), pl.col("char_count").cast(pl.Int64)
    cut = size * pl.min_horizontal(chars, TEXT_SAMPLE_CHARS) // pl.max_horizontal(chars, 1)
    sums = scores.select(cut.sum().alias("bytes"), pl.len().alias("documents"))
    total, documents = map(int, sums.collect(engine="streaming").row(0))
    return min(1.0, TEXT_SAMPLE_BYTES / max(1, total), TEXT_SAMPLE_DOCUMENTS / max(1, documents))


def text_sample(
    scores: pl.DataFrame, text: pl.Series, keep: pl.Series, share: float
) -> pl.DataFrame:
    """Draw cleaned documents, kept and dropped; `whole_bytes` is the size of the uncut text."""
    drawn = draw_number(scores[DOC_ID]) < share
    chosen = scores.select(DOC_ID, "language", "script", pl.col("byte_count").alias(WHOLE_BYTES))
    frame = chosen.with_columns(keep.alias(KEEP), text.alias("text")).filter(drawn)
    return frame.with_columns(pl.col("text").str.head(TEXT_SAMPLE_CHARS))


def sources(doc_id: pl.Series, columns: pl.DataFrame) -> pl.Series:
    """Return the source of every document: its host where there is one, else the document."""
    own: pl.Series = doc_id.cast(pl.String).alias("source")
    host = coverage.host_column(columns)
    named: pl.Series = own if host is None else host.zip_with(host.is_not_null(), own)
    return named.alias("source")


def part(source: pl.Series, share: float = HELD_OUT_SHARE) -> pl.Series:
    """Mark sources as train or holdout by a salted hash: one in ten is held out."""
    from corpuskit.kernels.arrow import text_buffer
    from corpuskit.kernels.digest import digest

    salted = pl.select(pl.concat_str(pl.lit("corpuskit holdout "), source)).to_series()
    first: npt.NDArray[np.uint64] = digest(text_buffer(salted)).view(np.uint64)[:, 0]
    thousandth = first % np.uint64(10) * np.uint64(100) + first // np.uint64(10) % np.uint64(100)
    held = pl.Series("part", thousandth) < round(1000 * share)
    return pl.select(
        pl.when(held).then(pl.lit("holdout")).otherwise(pl.lit("train")).alias("part")
    ).to_series()
