"""What is measured on a sample of cleaned texts: tokens, compression, topics, common words.

All of it costs more than a pass over a corpus may take, and none of it needs all texts. Pass 2
draws documents by their id, kept and dropped, until about 16 MB are together (all of a small
corpus), and of a long document its beginning; see corpuskit.sampling. The raw sample of a run
would not do: it holds texts from before any cleaning, and no model is trained on these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from corpuskit.coverage.common_words import common_words, line_openings
from corpuskit.coverage.compression import compression
from corpuskit.coverage.token_totals import token_totals
from corpuskit.coverage.tokenizer import Tokenizer
from corpuskit.coverage.topics import topics
from corpuskit.schema import DOC_ID, KEEP, WHOLE_BYTES

TOKEN_BYTES = 8 << 20
"""Tokens are counted in so much of the sample: twice as much would take twice as long, and the
interval would be 0.7 times as wide."""
COLUMNS = {
    DOC_ID: pl.UInt64,
    "language": pl.String,
    "script": pl.String,
    WHOLE_BYTES: pl.Int64,
    KEEP: pl.Boolean,
    "text": pl.String,
}


@dataclass(frozen=True)
class Sampled:
    """What a sample said; totals wait for the bytes of the whole corpus.

    tokens : one row a document: language, keep, whole_bytes, bytes, tokens, single.
    compression, openings : by side.
    words : the common words of what is kept, as `common_words` counts them.
    topics : entries of summary.json.
    """

    tokenizer: str
    tokens: pl.DataFrame
    compression: dict[str, dict[str, Any]]
    topics: dict[str, Any]
    openings: dict[str, dict[str, Any]]
    words: pl.DataFrame

    def describe(self, side: str, language_bytes: Mapping[str, int]) -> dict[str, Any]:
        """Give `tokens`, `compression` and `line_openings` of a side, "in" or "kept".

        Parameters
        ----------
        language_bytes : of the whole side, by language.
        """
        rows = self.tokens if side == "in" else self.tokens.filter(KEEP)
        totals = token_totals(rows, language_bytes)
        return {
            "tokens": {"tokenizer": self.tokenizer, **totals},
            "compression": self.compression[side],
            "line_openings": self.openings[side],
        }


def read_sample(paths: Iterable[Path]) -> pl.DataFrame:
    """Read what pass 2 has drawn, in the order of doc_id, whatever that of the files."""
    frames = [pl.read_parquet(path).select(
        pl.col(name).cast(kind) for name, kind in COLUMNS.items()) for path in paths]  # fmt: skip
    return pl.concat([pl.DataFrame(schema=COLUMNS), *frames]).sort(DOC_ID)


def measure_sample(sample: pl.DataFrame, tokenizer: Tokenizer, workers: int) -> Sampled:
    """Count the tokens of a sample, compress it, part it into topics, and count its words.

    Parameters
    ----------
    sample : as `read_sample` gives it; about 16 MB of text.
    """
    size = pl.col("text").str.len_bytes().cast(pl.Int64)
    counted = sample.filter(size.cum_sum() - size < TOKEN_BYTES)
    counts = tokenizer.count(counted["text"], workers)
    tokens = counted.select(
        "language",
        KEEP,
        WHOLE_BYTES,
        size.alias("bytes"),
        pl.Series("tokens", counts[:, 0], pl.Int64),
        pl.Series("single", counts[:, 1], pl.Int64),
    )
    text, kept = sample["text"], sample["text"].filter(sample[KEEP])
    openings = {"in": line_openings(text), "kept": line_openings(kept)}
    return Sampled(
        tokenizer.name, tokens, compression(sample), topics(sample), openings, common_words(kept)
    )
