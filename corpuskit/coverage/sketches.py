"""Distinct words and n-grams of a corpus, within 0.8 %: HyperLogLog++ by datasketch.

The standard error is 1.04 / sqrt(2^14) = 0.81 %. In scripts without spaces a "word" is a
character. Sketches and host counts of a split are kept in one file until the run is complete.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.coverage.hosts import merge_hosts
from corpuskit.features import Measured
from corpuskit.kernels.sketches import NGRAMS, REGISTERS, ngram_registers
from corpuskit.writers import atomic

TOP_DOMAINS = 50
Sketches = npt.NDArray[np.int8]


def sketch(measured: Measured) -> Sketches:
    """Sketch a batch: int8 registers, one row per n in `NGRAMS`."""
    return ngram_registers(measured.tokens)


def no_sketches() -> Sketches:
    """Return the sketch of nothing."""
    return np.zeros((len(NGRAMS), REGISTERS), np.int8)


def merge(first: Sketches, second: Sketches) -> Sketches:
    """Return the sketch of both batches together."""
    return np.maximum(first, second)


def estimate(sketches: Sketches) -> dict[str, Any]:
    """Count: `vocabulary_size` and `distinct_ngrams` for n = 2, 3, 5."""
    from datasketch import HyperLogLogPlusPlus

    counts = [round(HyperLogLogPlusPlus(reg=registers).count()) for registers in sketches]
    ngrams = {str(n): count for n, count in zip(NGRAMS, counts, strict=True)}
    return {"vocabulary_size": ngrams.pop("1"), "distinct_ngrams": ngrams}


def save(path: Path, sketches: Sketches, hosts: pl.DataFrame) -> None:
    """Write the sketches and host counts of a split or shard, whole or not at all."""
    table, archive = io.BytesIO(), io.BytesIO()
    hosts.write_ipc(table)
    np.savez(archive, registers=sketches, hosts=np.frombuffer(table.getvalue(), np.uint8))
    with atomic(path) as file:
        file.write(archive.getvalue())


def load_estimates(paths: Sequence[Path]) -> dict[str, Any]:
    """Merge files that `save` wrote and count: vocabulary, n-grams and domains.

    `domains` is None where no split had a column of addresses.
    """
    total = no_sketches()
    tables: list[pl.DataFrame] = []
    for path in paths:
        with np.load(path, allow_pickle=False) as stored:
            total = merge(total, stored["registers"])
            tables.append(pl.read_ipc(io.BytesIO(stored["hosts"].tobytes())))
        # Only when as many rows came in as there were, so that each is merged a few times.
        if len(tables) > 100 and sum(table.height for table in tables[1:]) > tables[0].height:
            tables = [merge_hosts(tables)]
    hosts = merge_hosts(tables)
    domains = None
    if hosts.height:
        top = hosts.rename({"host": "domain"}).head(TOP_DOMAINS)
        domains = {"distinct": hosts.height, "top": top.to_dicts()}
    return {**estimate(total), "domains": domains}
