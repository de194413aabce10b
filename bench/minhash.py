"""The MinHash kernel against datasketch and rensa: MB/s of text on one thread, in one run.

All compute signatures of 128 hash functions from the same documents. The two libraries take a
set of strings, which Python has to make first: word 5-grams, as their own examples do. That is
counted, as is our cutting of the text into tokens and shingles. `hashing` is the step from
shingles to signatures alone; there the libraries are given ready lists.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import polars as pl

from bench.inputs import MEGABYTE, texts

DOCUMENTS = 2_000
ROUNDS = 3
BANDS, ROWS = 16, 8
NGRAM = 5

Sets = Sequence[Sequence[str]]


def main() -> None:
    """Print a row per implementation: MB/s and how many times faster the kernel is."""
    documents = [text for text, _ in zip(texts("en"), range(DOCUMENTS), strict=False)]
    megabytes = sum(len(text.encode()) for text in documents) / MEGABYTE
    whole, hashing = kernel(documents)
    print(f"{len(documents):,} documents, {megabytes:.1f} MB, {BANDS * ROWS} hash functions")
    print("implementation    text to signature MB/s  ratio   hashing MB/s  ratio")
    print(f"corpuskit {megabytes / whole:30.1f} {'':6s} {megabytes / hashing:14.1f}")
    for name, hash_sets in (("datasketch", datasketch), ("rensa", rensa)):
        try:
            theirs, shingling = library(documents, hash_sets)
        except ModuleNotFoundError:
            print(f"{name:10s} is not installed; pip install 'corpuskit[bench]'")
            continue
        print(
            f"{name:10s} {megabytes / (theirs + shingling):29.1f} "
            f"{(theirs + shingling) / whole:6.1f} {megabytes / theirs:14.1f} "
            f"{theirs / hashing:6.1f}"
        )


def kernel(documents: list[str]) -> tuple[float, float]:
    """Time our signatures: from text, and from shingles alone, in seconds."""
    from corpuskit.kernels.arrow import text_buffer
    from corpuskit.kernels.minhash import minhash_bands
    from corpuskit.kernels.shingles import shingles
    from corpuskit.kernels.tokenise import tokenise

    buffer = text_buffer(pl.Series(documents))

    def signatures() -> np.ndarray:
        return minhash_bands(*shingles(tokenise(buffer)), BANDS, ROWS, 1)

    offsets, values = shingles(tokenise(buffer))
    signatures()  # compile
    return best(signatures), best(lambda: minhash_bands(offsets, values, BANDS, ROWS, 1))


def library(documents: list[str], hash_sets: Callable[[Sets], None]) -> tuple[float, float]:
    """Time another implementation, in seconds: hashing, and the making of n-grams before it."""
    hash_sets([ngrams("a few words to begin with")])
    sets = [ngrams(text) for text in documents]
    return best(lambda: hash_sets(sets)), best(lambda: [ngrams(text) for text in documents])


def ngrams(text: str) -> list[str]:
    """Cut a text into word 5-grams; a shorter text is one."""
    words = text.split()
    return [" ".join(words[at : at + NGRAM]) for at in range(max(1, len(words) - NGRAM + 1))]


def datasketch(sets: Sets) -> None:
    """Hash with datasketch, by its call for many values at once."""
    from datasketch import MinHash

    for each in sets:
        MinHash(num_perm=BANDS * ROWS).update_batch(encoded(each))


def encoded(values: Iterable[str]) -> list[bytes]:
    """Encode what datasketch wants as bytes."""
    return [value.encode() for value in values]


def rensa(sets: Sets) -> None:
    """Hash with rensa's fastest kind."""
    from rensa import RMinHash

    for each in sets:
        signature = RMinHash(num_perm=BANDS * ROWS, seed=1)
        signature.update(each)
        signature.digest()


def best(call: Callable[[], object]) -> float:
    """Run a call some times and return the shortest time in seconds."""
    seconds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


if __name__ == "__main__":
    main()
