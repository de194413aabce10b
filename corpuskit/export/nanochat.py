"""Shards for nanochat's base training: ``shard_00000.parquet`` … with the column `text` alone.

nanochat sorts the names, trains on all shards but the last, and takes that one for validation;
each GPU reads every n-th row group of a shard. So the held-out documents are the last shard, and
row groups are small: a GPU that finds none in the last shard would wait for ever.
Source: `nanochat/dataset.py` and `nanochat/dataloader.py` of github.com/karpathy/nanochat.
"""

from __future__ import annotations

import os
import shlex
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl

from corpuskit.errors import DataError
from corpuskit.export.kept import Documents, Kept
from corpuskit.export.parquet_shards import ParquetShards
from corpuskit.export.settings import Options

COLUMN: Final = "text"
GPUS: Final = 8
"""Of the machine that nanochat is written for."""

VALIDATION_GROUP_ROWS: Final = 16
"""So that 128 documents are enough for 8 GPUs."""


def write(kept: Kept, folder: Path, options: Options) -> dict[str, Any]:
    """Write all shards; return the numbers of documents and bytes."""
    schema = {COLUMN: pl.String()}
    parts = {
        "train": ParquetShards(folder, "train", schema, COLUMN),
        "val": ParquetShards(folder, "val", schema, COLUMN, VALIDATION_GROUP_ROWS),
    }
    blank = 0
    try:
        for train, val, left_out in kept.map(partial(split, hold_out=options.hold_out)):
            parts["train"].append(train.alias(COLUMN).to_frame())
            parts["val"].append(val.alias(COLUMN).to_frame())
            blank += left_out
        paths = [*parts["train"].close(), *parts["val"].close()]
    finally:
        for shards in parts.values():
            shards.abort()
    check_parts(parts["train"].rows, parts["val"].rows)
    for number, path in enumerate(paths):
        os.replace(path, folder / f"shard_{number:05d}.parquet")
    groups = min(shards.groups for shards in parts.values())
    few = f"too few documents for {GPUS} GPUs to share; train on at most {groups}"
    return {
        "documents": {name: shards.rows for name, shards in parts.items()},
        "blank_documents": blank,
        "text_bytes": {name: shards.text_bytes for name, shards in parts.items()},
        "row_groups": {name: shards.groups for name, shards in parts.items()},
        "shards": len(paths),
        "warnings": [few] if groups < GPUS else [],
    }


def lines(facts: dict[str, Any], out: Path) -> list[str]:
    """Say what was written, and where it belongs."""
    documents = facts["documents"]
    warnings = [f"warning: {sentence}" for sentence in facts["warnings"]]
    return [
        f"{documents['train']:>12,}  documents to train on",
        f"{documents['val']:>12,}  documents to validate on, the last shard",
        f"{facts['shards']:>12,}  shards",
        *warnings,
        "",
        "put them where nanochat/dataset.py has DATA_DIR, with no other shards there:",
        "  " + command(facts, out),
    ]


def command(_: dict[str, Any], out: Path) -> str:
    """Return the command line that puts the shards where nanochat looks for them."""
    pattern = shlex.quote(str(out.resolve())) + "/shard_*.parquet"
    return f"cp {pattern} \"$(python -c 'import nanochat.dataset as d; print(d.DATA_DIR)')\""


def split(documents: Documents, hold_out: str) -> tuple[pl.Series, pl.Series, int]:
    """Part the texts to train on from the held-out ones; also count what was left out."""
    held = documents.held_out(hold_out)
    return documents.text.filter(~held), documents.text.filter(held), documents.blank


def check_parts(train: int, val: int) -> None:
    """Check that there is something to train on and something to validate on.

    Raises
    ------
    DataError
        With the remedy.
    """
    if not train or not val:
        missing = "held out" if not val else "left to train on"
        raise DataError(
            f"validation: no document is {missing} ({train:,} to train on, {val:,} held out), as "
            "whole sources are held out, one in ten; add --hold-out documents to hold out single "
            "documents, or export a larger run"
        )
