"""Measure the tokens per character that `corpuskit export --for minimind` counts with.

Trains a byte-level BPE of 6,400 tokens, as large as minimind's, on every second Chinese and
English document of the texts beside the project, as much of each. On the other half it prints,
for each kind of text: characters per token, rows when cut by characters, the share of them
that is longer than 338 tokens all the same, the longest, the share of all tokens that is lost
behind token 338, how full a row is, and the rows when cut by the tokenizer itself.
Needs `pip install "corpuskit[lm]"`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from bench.inputs import WEB
from corpuskit.export.chunks import by_characters, by_tokens

LIMIT = 338
VOCABULARY = 6400
TRAINING_BYTES = 1_500_000  # of each corpus and language
TEST_BYTES = 1_500_000
LONGEST_BYTES = 60_000


def main() -> None:
    """Print one line for each corpus and language."""
    if not WEB.exists():
        sys.exit(f"bench.minimind_ratio: needs {WEB}, which is not there")
    texts = {(name, language): documents(name, language) for name in ("web", "multi")
             for language in ("zh", "en")}  # fmt: skip
    texts["web", "other"] = documents("web", None)
    tokenizer = train(text for (name, language), found in texts.items()
                      if language != "other"
                      for text in capped(found.gather_every(2), TRAINING_BYTES))  # fmt: skip
    print("text          chars/token      rows  too long   longest    lost   fill   exact rows")
    for (name, language), found in texts.items():
        test = capped(found.gather_every(2, 1), TEST_BYTES)
        if len(test):
            print(f"{name + ' ' + language:12} " + measured(test, tokenizer))


def documents(name: str, language: str | None) -> pl.Series:
    """Read the documents of one corpus and language in a random but fixed order."""
    frame = pl.read_parquet(WEB.with_name(f"{name}.parquet"), columns=["text", "lang"])
    own = ~pl.col("lang").is_in(["zh", "en"]) if language is None else pl.col("lang") == language
    frame = frame.filter(own, pl.col("text").str.contains(r"\S"))
    cut = frame.select(pl.col("text").str.slice(0, LONGEST_BYTES))
    return cut.sample(fraction=1.0, shuffle=True, seed=1)["text"]


def capped(text: pl.Series, size: int) -> pl.Series:
    """Take documents up to a number of bytes."""
    return text.filter(text.str.len_bytes().cum_sum() <= size)


def train(texts: Iterator[str]) -> Any:
    """Train the tokenizer."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def measured(text: pl.Series, tokenizer: Any) -> str:
    """Cut text by characters and count the tokens of every row."""
    rows = by_characters(text, LIMIT).text
    counts = np.array([len(e) for e in tokenizer.encode_batch_fast(rows.to_list())])
    lost = np.maximum(counts - LIMIT, 0).sum() / counts.sum()
    exact = by_tokens(text, LIMIT, tokenizer)
    characters = int(text.str.len_chars().sum())
    return (
        f"{characters / exact.tokens.sum():11.2f} {len(rows):9,} {(counts > LIMIT).mean():9.2%} "
        f"{counts.max():9,} {lost:7.2%} {counts.mean() / LIMIT:6.0%} {len(exact.text):12,}"
    )


if __name__ == "__main__":
    main()
