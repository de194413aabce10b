"""The sets of kernels that are compiled together: what each runs once, and how long it takes.

A set calls what a run calls, on two short texts, so that numba compiles the kernels behind it for
the types that they will see. Its seconds are of one idle core, from an empty cache.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from corpuskit.cleaners import CLEANERS
from corpuskit.coverage import Texts, count
from corpuskit.coverage.spherical import clusters
from corpuskit.coverage.topics import of_language
from corpuskit.dedup import deduplicate
from corpuskit.dedup.marks import shingle_sets
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.features import FeatureGroup, Measured
from corpuskit.features.characters import CHARACTERS
from corpuskit.features.groups import BY_LANGUAGE, OPTIONAL_GROUPS, TEXT_GROUPS
from corpuskit.features.language import language_group, load_model
from corpuskit.features.lines import LINES
from corpuskit.features.noise import NOISE
from corpuskit.features.repetition import REPETITION
from corpuskit.features.words import WORDS
from corpuskit.kernels.byte_pairs import count_tokens
from corpuskit.kernels.digest import digest
from corpuskit.kernels.minhash import bands_of_minima, minhash_minima
from corpuskit.kernels.normalise import squeeze
from corpuskit.kernels.shingle_words import text_bands, text_shingles
from corpuskit.kernels.shingles import sorted_sets
from corpuskit.kernels.tokenise import Tokens
from corpuskit.kernels.topic_words import number_words
from corpuskit.readers import ReadOptions, discover, read
from corpuskit.repeat_settings import RepeatSettings
from corpuskit.repeats import (
    HostMarks,
    Removal,
    find_host_lines,
    find_units,
    mark_hosts,
    mark_units,
    open_table,
)
from corpuskit.repeats.units import TABLE_COLUMNS
from corpuskit.schema import DOC_ID
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


def noise() -> None:
    """Compile the counts of noise."""
    NOISE.compute(Measured(pl.Series(TEXTS)))


def grams() -> None:
    """Compile what works on runs of tokens: repetition, and what coverage counts."""
    measured = Measured(pl.Series(TEXTS))
    measured.tokens = made_up_tokens(len(TEXTS))
    REPETITION.compute(measured)
    scores = pl.DataFrame({DOC_ID: [0, 1], "byte_count": measured.text.str.len_bytes()})
    scores = scores.cast({DOC_ID: pl.UInt64})
    scores = scores.with_columns(script=pl.lit("Han"), language=pl.Series(["zh", "en"]))
    count(Texts(measured, pl.DataFrame(), scores, "a.jsonl"))


def byte_pairs() -> None:
    """Compile the tokenizer of models."""
    count_tokens(Measured(pl.Series(TEXTS)).buffer)


def topics() -> None:
    """Compile the clustering into topics."""
    tokens = made_up_tokens(2)
    words = number_words(tokens, np.arange(2))
    rows, known = of_language(words, np.ones(len(words.hash), np.int64), np.arange(2))
    clusters(rows, known, 2)


def marks() -> None:
    """Compile what makes shingles and bands of texts."""
    buffer = Measured(pl.Series(TEXTS)).buffer
    sorted_sets(*text_shingles(buffer))
    text_bands(buffer, bands=2, rows=2, seed=1)


def hashes() -> None:
    """Compile normalising, hashing and the reader of JSON lines."""
    digest(squeeze(Measured(pl.Series(TEXTS)).buffer)[0])
    _read("a.jsonl", '{"text": "a"}\nbroken\n{"text": "b"}\n')


def csv() -> None:
    """Compile the reader of CSV."""
    _read("a.csv", 'text,x\n"a",b\n')


def duplicates() -> None:
    """Compile the comparison of shingle sets; short, once the other sets are there."""
    story = " ".join(str(number) for number in range(100))  # two of them are near duplicates
    texts = pl.Series([story, story + " 100", TEXTS[0]])
    deduplicate(texts, pl.Series([0, 1, 2], dtype=pl.UInt64), DuplicateSettings())


def char_shingles() -> None:
    """Compile shingles of characters; those of words are `marks` of every run."""
    shingle_sets(Measured(pl.Series(TEXTS)), DuplicateSettings(shingle="chars:2"))


def index() -> None:
    """Compile what makes marks for an index, and bands of them."""
    minima = minhash_minima(np.array([0, 2]), np.array([1, 2], np.uint64), 4, seed=1)
    minima.setflags(write=False)  # as those that are read from an index
    bands_of_minima(minima, 2, 2)


def repeats() -> None:
    """Compile what finds and takes out repeated lines."""
    text, ids = pl.Series(["One line.\n" * 2, "One line.\nAnother."]), pl.Series([1, 2])
    ids = ids.cast(pl.UInt64)
    hosts = pl.Series(["a.org"] * 2)
    with tempfile.TemporaryDirectory(prefix="corpuskit-") as name:
        folder = Path(name)
        marks = HostMarks.of(folder, "a")
        settings = RepeatSettings("line", least_chars=1, per_host=True, host_pages=2)
        counts = mark_hosts(marks, text, ids, hosts)
        find_host_lines(folder / "hosts", [marks], counts, settings)
        frame = open_table(folder / "hosts", 1)
        for unit in ("line", "paragraph"):
            settings = RepeatSettings(unit, least_chars=1)
            rows = mark_units(folder / unit, text, ids, settings, equal_texts=True)
            find_units(folder / f"{unit}.table", [folder / unit], rows)
            table = open_table(folder / f"{unit}.table", TABLE_COLUMNS)
            Removal(settings, True, table, frame).take_out(text, ids, hosts)


def group_alone(group: FeatureGroup) -> None:
    """Compile one feature group, with what it has for Chinese alone."""
    measured = Measured(pl.Series(TEXTS))
    measured.language = pl.Series(["zh", "en"])
    _ = measured.tokens  # else a group that cuts lines first would not keep them
    group.compute(measured)


def cleaner_alone(name: str) -> None:
    """Compile one line cleaner, and what keeps the tokens of a page that it has cut."""
    measured = Measured(pl.Series(TEXTS), [name])
    _ = measured.tokens  # else those of what is left would be cut anew
    _ = measured.left.tokens


# Each set of every run with the seconds that it takes, the longest first. Without coverage, a run
# needs `BARE_SETS`, and those of the groups that it measures.
SETS: dict[str, tuple[Callable[[], None], float]] = {
    "noise": (noise, 6.5),
    "marks": (marks, 6.0),
    "language": (language, 5.0),
    "lines": (lines, 5.0),
    "tokens": (tokens, 4.8),
    "hashes": (hashes, 4.1),
    "byte_pairs": (byte_pairs, 3.5),
    "grams": (grams, 3.0),
    "topics": (topics, 3.0),
    "csv": (csv, 2.7),
}


BARE_SETS = ("marks", "hashes", "csv")
IN_SETS = {
    "characters": "lines", "lines": "lines", "words": "tokens", "repetition": "grams",
    "noise": "noise", "language": "language",
}  # fmt: skip
MORE: dict[str, tuple[Callable[[], None], float]] = {
    **{
        group.name: (partial(group_alone, group), 3.0)
        for group in (*TEXT_GROUPS, *BY_LANGUAGE, *OPTIONAL_GROUPS)
        if group.name not in IN_SETS
    },
    **{
        f"cleaner.{name}": (partial(cleaner_alone, name), 3.0)
        for name, cleaner in CLEANERS.items()
        if cleaner.cut is not None
    },
    "shingles.chars": (char_shingles, 1.5),
    "index": (index, 1.5),
    "repeats": (repeats, 4.0),
}
"""What only some runs need: feature groups and line cleaners, not groups of other packages; and
shingles of characters, indexes, repeated lines."""


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
