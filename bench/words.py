"""Tokens, word features and repetition features against Polars and plain Python, on one thread.

The baselines do less: `str.split` cuts at white space alone, makes no hashes and peels no
punctuation; the Python n-grams are Gopher's arithmetic over ready words. Seconds of all are
taken in one run from the same documents; only ratios are meant to be compared.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from itertools import islice

import polars as pl

from bench.inputs import MEGABYTE, WEB, texts

DOCUMENTS = 1_000
ROUNDS = 3
MULTILINGUAL = WEB.with_name("multi.parquet")


def main() -> None:
    """Print a table per corpus: MB/s of each step and of its baselines."""
    compare("english", pl.Series(list(islice(texts("en"), DOCUMENTS)), dtype=pl.String))
    if MULTILINGUAL.exists():
        frame = pl.read_parquet(MULTILINGUAL, columns=["text", "lang"])
        chinese = frame.filter(pl.col("lang").str.starts_with("zh"))["text"].drop_nulls()
        compare("chinese", chinese.sample(min(DOCUMENTS, len(chinese)), shuffle=True, seed=0))


def compare(corpus: str, documents: pl.Series) -> None:
    """Measure one corpus; the best of some rounds counts."""
    from corpuskit.features import Measured
    from corpuskit.features.repetition import REPETITION
    from corpuskit.features.words import WORDS
    from corpuskit.kernels.tokenise import tokenise

    batch, strings = Measured(documents), documents.to_list()
    split = [text.split() for text in strings]
    megabytes = (batch.buffer.offsets[-1] - batch.buffer.offsets[0]) / MEGABYTE
    for group in (WORDS, REPETITION):
        group.compute(batch)  # compile, and tokenise
    cutting = best(lambda: tokenise(batch.buffer))
    repeating = best(lambda: REPETITION.compute(batch))
    rows = [
        ("tokenise", cutting, cutting),
        ("  polars str.count_matches", best(lambda: documents.str.count_matches(r"\S+")), cutting),
        ("  python str.split", best(lambda: [text.split() for text in strings]), cutting),
        ("words", (seconds := best(lambda: WORDS.compute(batch))), seconds),
        ("repetition", repeating, repeating),
        ("  python n-grams", best(lambda: python_repetition(split), rounds=1), repeating),
    ]
    print(f"{corpus}: {len(documents):,} documents, {megabytes:.1f} MB, one thread")
    for name, seconds, ours in rows:
        print(f"{name:28s} {megabytes / seconds:8.1f} MB/s {seconds / ours:8.2f} x our time")


def python_repetition(documents: list[list[str]]) -> int:
    """Count the characters of Gopher's repeated n-grams with Counter and set."""
    chars = 0
    for words in documents:
        for n in (2, 3, 4):
            grams = Counter(" ".join(words[k : k + n]) for k in range(len(words) - n + 1))
            chars += sum(len(gram) * count for gram, count in grams.most_common(1))
        for n in range(5, 11):
            chars += duplicated(words, n)
    return chars


def duplicated(words: list[str], n: int) -> int:
    """Count the characters of n-grams that were seen before, jumping over each."""
    seen: set[str] = set()
    chars = k = 0
    while k + n <= len(words):
        gram = "".join(words[k : k + n])
        chars += len(gram) if gram in seen else 0
        k += n if gram in seen else 1
        seen.add(gram)
    return chars


def best(call: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Run a call some times; return the shortest time in seconds."""
    shortest = float("inf")
    for _ in range(rounds):
        started = time.perf_counter()
        call()
        shortest = min(shortest, time.perf_counter() - started)
    return shortest


if __name__ == "__main__":
    main()
