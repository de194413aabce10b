"""Fit and check the estimate of tokens: tokens per letter by language and script, and per mark.

Needs `pip install bpe-openai` (its o200k_base is the tokenizer) and the texts beside the project.
Fits on every second document, prints the tables of corpuskit/coverage/tokens.py, and the error on
the other half.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from bench.inputs import WEB
from corpuskit.coverage.tokens import letters_and_marks
from corpuskit.features import Measured
from corpuskit.features.groups import groups, measure
from corpuskit.features.language import load_model

# Bytes of text taken per corpus and language.
CORPORA = {"multi": 1_500_000, "web": 1_500_000, "lid": 150_000}
LONGEST_BYTES = 30_000
LEAST_CHARS = 30_000  # a language with less than this is estimated by its script
MARKS = ("digits", "punctuation", "other_letters")


def main() -> None:
    """Print the fitted tables and the error per corpus and language."""
    frame = pl.concat([measured(name, size) for name, size in CORPORA.items()])
    frame = with_keys(frame).with_row_index()
    keys = sorted(frame["key"].unique())
    fitted = fit(frame.filter(pl.col("index") % 2 == 0), keys)
    rates = dict(zip((*keys, *MARKS), fitted, strict=True))
    for name, rate in rates.items():
        print(f"{name} {rate:.3f}", end=" ")
    print()
    estimate = pl.Series("estimate", design(frame, keys) @ fitted)
    held_out = frame.with_columns(estimate).filter(pl.col("index") % 2 == 1)
    for by in (["corpus"], ["corpus", "language"]):
        print_errors(held_out, by)


def measured(name: str, language_bytes: int) -> pl.DataFrame:
    """Read a sample of one corpus: features, and tokens counted."""
    frame = pl.read_parquet(WEB.with_name(f"{name}.parquet"), columns=["text", "lang"])
    size = pl.col("text").str.len_bytes()
    frame = frame.filter(size.is_between(1, LONGEST_BYTES))
    frame = frame.sample(fraction=1.0, shuffle=True, seed=1)
    frame = frame.filter(size.cum_sum().over(pl.col("lang").fill_null("")) < language_bytes)
    chosen = groups(load_model(), ("characters", "language"))
    scores = measure(Measured(frame["text"]), chosen)
    return scores.select(
        pl.lit(name).alias("corpus"), "language", "script", "char_count", *letters_and_marks()
    ).with_columns(count_tokens(frame["text"]))


def count_tokens(text: pl.Series) -> pl.Series:
    """Count the tokens of every text."""
    try:
        import bpe_openai
    except ModuleNotFoundError:
        sys.exit("bench.token_estimate: bpe-openai is missing; run pip install bpe-openai")
    encoding = bpe_openai.get_encoding("o200k_base")
    return pl.Series(
        "tokens", [len(ids) for ids in encoding.encode_ordinary_batch(text.to_list())], pl.Float64
    )


def with_keys(frame: pl.DataFrame) -> pl.DataFrame:
    """Name each document's rate: language and script, or the script alone for rare languages."""
    own = pl.concat_str("language", pl.lit("/"), "script")
    enough = pl.col("char_count").sum().over(own) >= LEAST_CHARS
    # A tenth of the common languages' documents also speaks for its script.
    shared = pl.int_range(pl.len()) % 10 == 0
    key = pl.when(enough & ~shared).then(own).otherwise("script")
    return frame.with_columns(key.alias("key"))


def design(frame: pl.DataFrame, keys: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return the matrix of the linear model: letters in the column of their key, then marks."""
    place = {key: column for column, key in enumerate(keys)}
    matrix = np.zeros((frame.height, len(keys) + len(MARKS)))
    rows = np.arange(frame.height)
    matrix[rows, frame["key"].replace_strict(place).to_numpy()] = frame["letters"].to_numpy()
    matrix[:, len(keys) :] = frame.select(MARKS).to_numpy()
    return matrix


def fit(frame: pl.DataFrame, keys: Sequence[str]) -> npt.NDArray[np.float64]:
    """Fit by least squares; a document weighs as its error would, the root of its length."""
    weight = 1 / np.sqrt(frame["char_count"].to_numpy())
    matrix, tokens = design(frame, keys), frame["tokens"].to_numpy()
    return np.linalg.lstsq(matrix * weight[:, None], tokens * weight)[0]


def print_errors(frame: pl.DataFrame, by: list[str]) -> None:
    """Print, per group with enough text, documents, tokens and the error of the total."""
    rows = frame.group_by(by).agg(pl.len(), pl.col("tokens", "estimate").sum()).sort(by)
    for *names, documents, tokens, estimate in rows.filter(pl.col("tokens") > 20_000).iter_rows():
        error = estimate / tokens - 1
        print(f"{' '.join(names):16} {documents:7,} {tokens:12,.0f} {error:+7.1%}")


if __name__ == "__main__":
    main()
