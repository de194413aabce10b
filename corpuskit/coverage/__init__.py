"""How broad a corpus is, before and after: statistics that merge over splits in any order.

What only texts and columns can tell is counted while a split is in memory, in parts (`PARTS`);
everything else is added up from the scores (`statistics`). What is kept of a split is counted by
taking the dropped documents away where counts allow it. Tokens, compression and topics are measured
on a sample of texts (`sample`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from corpuskit.coverage import counts
from corpuskit.coverage.breadth import unite
from corpuskit.coverage.characters_used import CHARACTERS_USED
from corpuskit.coverage.counts import Counts, Total, load, save
from corpuskit.coverage.hosts import HOSTS, host_column
from corpuskit.coverage.ngrams import NGRAMS
from corpuskit.coverage.parts import Part, Texts
from corpuskit.coverage.repeated_lines import REPEATED_LINES
from corpuskit.coverage.sample import Sampled, measure_sample, read_sample
from corpuskit.coverage.scripts import SCRIPTS_PART
from corpuskit.coverage.sources import SOURCES
from corpuskit.coverage.statistics import statistics
from corpuskit.coverage.tokenizer import Tokenizer, choose_tokenizer, load_tokenizer
from corpuskit.coverage.vocabulary import VOCABULARY
from corpuskit.coverage.word_lists import WORD_LISTS
from corpuskit.coverage.years import YEARS_PART

PARTS: Final[tuple[Part, ...]] = (
    VOCABULARY, NGRAMS, CHARACTERS_USED, WORD_LISTS, HOSTS, SCRIPTS_PART, SOURCES, YEARS_PART,
    REPEATED_LINES,
)  # fmt: skip

__all__ = [
    "PARTS",
    "Counts",
    "Part",
    "Sampled",
    "Texts",
    "Tokenizer",
    "Total",
    "adding_up",
    "choose_tokenizer",
    "count",
    "count_kept",
    "describe",
    "host_column",
    "load",
    "load_tokenizer",
    "measure_sample",
    "merge",
    "read_sample",
    "save",
    "statistics",
    "unite",
]


def count(texts: Texts) -> Counts:
    """Count a batch."""
    return counts.count(PARTS, texts)


def count_kept(texts: Texts, keep: pl.Series, whole: Counts) -> Counts:
    """Count what is kept of a batch; `whole` are the counts of all of it."""
    return counts.count_kept(PARTS, texts, keep, whole)


def adding_up() -> Total:
    """Return a sum that the counts of batches are added to."""
    return Total(PARTS)


def merge(several: Sequence[Counts]) -> Counts:
    """Return the counts of several batches together."""
    return counts.merge(PARTS, several)


def describe(before: Iterable[Path], after: Iterable[Path]) -> dict[str, dict[str, Any]]:
    """Tell what the counts of splits, and of what is kept of them, say together.

    What is kept is brought to the level at which all was counted: so it does not depend on how the
    input was split, and the two can be compared.

    Returns
    -------
    Entries of `coverage.in` and of `coverage.kept`.
    """
    whole = counts.total(PARTS, before)
    left = merge([counts.total(PARTS, after), counts.nothing_of(PARTS, whole)])
    return {"in": counts.describe(PARTS, whole), "kept": counts.describe(PARTS, left)}
