"""Compile the kernels, once per machine: side by side in processes, then from the cache.

numba compiles one function at a time in a process. So where the cache is empty, the sets of
kernels below are dealt out to as many processes as there are cores, this one among them; what
they leave in the cache is then loaded here. ``python -m corpuskit.compile tokens lines`` is such
a process. A set makes its own tokens where it needs some, so as not to wait for the tokeniser.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl

from corpuskit.coverage import sketch
from corpuskit.dedup import deduplicate
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.features import Measured
from corpuskit.features.characters import CHARACTERS
from corpuskit.features.language import language_group, load_model
from corpuskit.features.lines import LINES
from corpuskit.features.repetition import REPETITION
from corpuskit.features.words import WORDS
from corpuskit.kernels.digest import digest
from corpuskit.kernels.minhash import minhash_bands
from corpuskit.kernels.normalise import squeeze
from corpuskit.kernels.shingles import mix, shingles, sorted_sets
from corpuskit.kernels.tokenise import Tokens
from corpuskit.readers import ReadOptions, discover, read
from corpuskit.splits import plan
from corpuskit.writers import write_text

TEXTS = ["One short text, 一篇短文。 One short text.\n\nOne short text.", "Another text. " * 20]


def tokens() -> None:
    """Compile the tokeniser and the counts of words."""
    WORDS.compute(Measured(pl.Series(TEXTS)))


def language() -> None:
    """Compile the language model."""
    language_group(load_model()).compute(Measured(pl.Series(TEXTS)))


def lines() -> None:
    """Compile lines and characters."""
    LINES.compute(Measured(pl.Series(TEXTS)))
    CHARACTERS.compute(Measured(pl.Series(TEXTS)))


def grams() -> None:
    """Compile what works on runs of tokens: repetition, sketches, shingles, MinHash."""
    measured = Measured(pl.Series(TEXTS))
    measured.tokens = made_up_tokens(len(TEXTS))
    REPETITION.compute(measured)
    sketch(measured)
    sets = shingles(measured.tokens)
    sorted_sets(*sets)
    minhash_bands(*sets, bands=2, rows=2, seed=1)


def hashes() -> None:
    """Compile normalising, hashing and the reader of JSON lines."""
    digest(squeeze(Measured(pl.Series(TEXTS)).buffer)[0])
    _read("a.jsonl", '{"text": "a"}\n')


def csv() -> None:
    """Compile the reader of CSV."""
    _read("a.csv", 'text,x\n"a",b\n')


def duplicates() -> None:
    """Compile the comparison of shingle sets; short, once the other sets are there."""
    texts = pl.Series([TEXTS[1], TEXTS[1] + "More.", TEXTS[0]])
    deduplicate(texts, pl.Series([0, 1, 2], dtype=pl.UInt64), DuplicateSettings())


# Each set with the seconds that it takes, the longest first.
SETS: dict[str, tuple[Callable[[], None], float]] = {
    "grams": (grams, 5.2),
    "language": (language, 5.0),
    "lines": (lines, 5.0),
    "tokens": (tokens, 4.8),
    "hashes": (hashes, 4.1),
    "csv": (csv, 2.7),
}


def compile_kernels(cores: int, formats: Collection[str], say: Callable[[str], None]) -> None:
    """Have the kernels compiled that a run needs; `say` is called when that takes a while.

    Parameters
    ----------
    formats : of the sources; kernels for CSV are left out where there is none.
    """
    if are_cached():
        return
    say("compiling kernels, once …")
    names = [name for name in SETS if name != "csv" or "csv" in formats]
    own, *others = deal(names, cores)
    command = [sys.executable, "-m", "corpuskit.compile"]
    running = [subprocess.Popen([*command, *share], stderr=subprocess.DEVNULL) for share in others]
    with without_garbage_collection():
        for name in own:
            SETS[name][0]()
        for process in running:
            process.wait()
        for name in names:
            SETS[name][0]()
        duplicates()


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Switch the collector off: it takes a quarter of the time that numba needs to compile."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def deal(names: Sequence[str], hands: int) -> list[list[str]]:
    """Deal sets out, the longest first, each to the hand with the least so far.

    Examples
    --------
    >>> deal(["grams", "language", "lines"], 2)
    [['grams'], ['language', 'lines']]
    """
    shares: list[list[str]] = [[] for _ in range(max(1, min(hands, len(names))))]
    for name in names:
        min(shares, key=lambda share: sum(SETS[each][1] for each in share)).append(name)
    return shares


def are_cached() -> bool:
    """Say whether an earlier process has left compiled kernels, by asking for the smallest."""
    mix(np.uint64(1))
    return bool(mix.stats.cache_hits)


def made_up_tokens(documents: int) -> Tokens:
    """Make tokens of the right types: twenty different ones for each document."""
    count = 20 * documents
    numbers = np.arange(count)
    return Tokens(
        np.arange(documents + 1) * 20,
        np.zeros(count, np.int32),
        np.ones(count, np.int32),
        np.ones(count, np.int32),
        numbers.astype(np.uint64),
        numbers.astype(np.uint64),
        np.ones(count, np.uint8),
    )


def _read(name: str, content: str) -> None:
    with tempfile.TemporaryDirectory(prefix="corpuskit-") as folder:
        write_text(Path(folder) / name, content)
        for number, source in enumerate(discover([folder], ReadOptions())):
            for split in plan(number, source, ReadOptions()):
                read(split, ReadOptions())


if __name__ == "__main__":
    with without_garbage_collection():
        for each in sys.argv[1:]:
            SETS[each][0]()
