"""How many tokens a language model would see: estimated from characters and script."""

from __future__ import annotations

import polars as pl

# Characters per token by dominant script; fitted by bench/token_estimate.py.
CHARS_PER_TOKEN = {"Latin": 4.2, "Han": 1.3, "Cyrillic": 3.3, "Arabic": 3.0}
OTHER_CHARS_PER_TOKEN = 2.5


def estimated_tokens(frame: pl.DataFrame) -> int:
    """Estimate the tokens of documents from their columns `char_count` and `script`."""
    rates = pl.col("script").replace_strict(
        CHARS_PER_TOKEN, default=OTHER_CHARS_PER_TOKEN, return_dtype=pl.Float64
    )
    tokens = (pl.col("char_count") / rates).round().cast(pl.Int64)
    return int(frame.select(tokens.sum()).item())
