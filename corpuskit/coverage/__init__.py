"""How broad a corpus is, before and after: statistics that merge over splits in any order.

What only texts and columns can tell is counted while a split is in memory, in parts (`PARTS`);
everything else is added up from the scores (`statistics`). Tokens, compression and topics are
measured on a sample of texts (`sample`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from corpuskit.coverage import counts
from corpuskit.coverage.counts import Counts, save
from corpuskit.coverage.hosts import HOSTS, host_column
from corpuskit.coverage.parts import Part, Texts
from corpuskit.coverage.sample import Sampled, measure_sample, read_sample
from corpuskit.coverage.sketches import SKETCHES
from corpuskit.coverage.statistics import statistics
from corpuskit.coverage.tokenizer import Tokenizer, load_tokenizer

PARTS: Final[tuple[Part, ...]] = (SKETCHES, HOSTS)

__all__ = [
    "PARTS",
    "Counts",
    "Part",
    "Sampled",
    "Texts",
    "Tokenizer",
    "count",
    "describe",
    "host_column",
    "load_tokenizer",
    "measure_sample",
    "merge",
    "read_sample",
    "save",
    "statistics",
]


def count(texts: Texts) -> Counts:
    """Count a batch."""
    return counts.count(PARTS, texts)


def merge(several: Sequence[Counts]) -> Counts:
    """Return the counts of several batches together."""
    return counts.merge(PARTS, several)


def describe(paths: Iterable[Path]) -> dict[str, Any]:
    """Tell what the counts of splits or shards, kept by `save`, say together."""
    return counts.describe(PARTS, paths)
