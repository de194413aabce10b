"""Compile the kernels, once per machine: side by side in processes, then from the cache.

numba compiles one function at a time in a process. So where the cache is empty, each set of
kernels is compiled by a process of its own, as many at a time as there are cores; what they leave
in the cache is then loaded here. ``python -m corpuskit.compile words lines`` is such a process.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from corpuskit.coverage import sketch
from corpuskit.dedup import deduplicate, fingerprint, shingle_sets
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.features import Measured
from corpuskit.features.characters import CHARACTERS
from corpuskit.features.language import language_group, load_model
from corpuskit.features.lines import LINES
from corpuskit.features.repetition import REPETITION
from corpuskit.features.words import WORDS
from corpuskit.kernels.shingles import mix
from corpuskit.readers import ReadOptions, discover, read
from corpuskit.splits import plan
from corpuskit.writers import write_text

TEXTS = ["One short text, 一篇短文。 One short text.\n\nOne short text.", "Another text. " * 20]


def tokens() -> None:
    """Compile the tokeniser and what counts tokens."""
    measured = Measured(pl.Series(TEXTS))
    WORDS.compute(measured)
    REPETITION.compute(measured)


def language() -> None:
    """Compile the language model."""
    language_group(load_model()).compute(Measured(pl.Series(TEXTS)))


def lines() -> None:
    """Compile lines and characters."""
    LINES.compute(Measured(pl.Series(TEXTS)))
    CHARACTERS.compute(Measured(pl.Series(TEXTS)))


def records() -> None:
    """Compile the readers of JSON lines and CSV."""
    with tempfile.TemporaryDirectory(prefix="corpuskit-") as folder:
        write_text(Path(folder) / "a.jsonl", '{"text": "a"}\n')
        write_text(Path(folder) / "b.csv", 'text,x\n"a",b\n')
        for number, source in enumerate(discover([folder], ReadOptions())):
            for split in plan(number, source, ReadOptions()):
                read(split, ReadOptions())


def duplicates() -> None:
    """Compile hashing, MinHash, the comparison of shingle sets and the sketches."""
    settings, texts = DuplicateSettings(), pl.Series([TEXTS[1], TEXTS[1] + "More.", TEXTS[0]])
    fingerprint(Measured(texts), settings)
    shingle_sets(Measured(texts))
    sketch(Measured(texts))
    deduplicate(texts, pl.Series([0, 1, 2], dtype=pl.UInt64), settings)


# The longest first; `duplicates` last, since it also needs what `tokens` compiles.
SETS: dict[str, Callable[[], None]] = {
    "language": language,
    "tokens": tokens,
    "lines": lines,
    "records": records,
    "duplicates": duplicates,
}


def compile_kernels(cores: int, say: Callable[[str], None]) -> None:
    """Have every kernel compiled; `say` is called when that takes a while, the first time."""
    if are_cached():
        return
    say("compiling kernels, once …")
    if cores > 1:
        _side_by_side(cores)
    for compile_set in SETS.values():
        compile_set()


def are_cached() -> bool:
    """Say whether an earlier process has left compiled kernels, by asking for the smallest."""
    mix(np.uint64(1))
    return bool(mix.stats.cache_hits)


def _side_by_side(cores: int) -> None:
    waiting, running = list(SETS), list[subprocess.Popen[bytes]]()
    while waiting or running:
        running = [process for process in running if process.poll() is None]
        while waiting and len(running) < cores:
            command = [sys.executable, "-m", "corpuskit.compile", waiting.pop(0)]
            running.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))
        time.sleep(0.05)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        SETS[name]()
