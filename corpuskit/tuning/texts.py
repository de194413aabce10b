"""The text of a few documents of a finished run, from the shards that it wrote."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit import manifest
from corpuskit.errors import RunError
from corpuskit.schema import DOC_ID
from corpuskit.tuning.finished import FinishedRun, damaged

_GOLDEN = 0x9E3779B97F4A7C15
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def texts(run: FinishedRun, doc_ids: Iterable[int]) -> dict[int, str]:
    """Read the cleaned texts of documents by doc_id, from kept/ and dropped/.

    Raises
    ------
    RunError
        If a shard is missing, or a document is in none.
    """
    wanted = pl.Series(DOC_ID, sorted(set(doc_ids)), dtype=pl.UInt64)
    name = text_column(run)
    found: dict[int, str] = {}
    for paths in _shards(run):
        rows = _scan(paths, name).filter(pl.col(DOC_ID).is_in(wanted.implode()))
        found.update(run.collect(rows).iter_rows())
    missing = [doc_id for doc_id in wanted if doc_id not in found]
    if missing:
        raise damaged(run.layout.root, f"the document {missing[0]} is in no shard")
    return found


def text_column(run: FinishedRun) -> str:
    """Return the name of the text in the run's shards."""
    summary = manifest.read_json(run.layout.summary)
    if "text_column" not in summary:
        raise RunError(
            f"{run.layout.summary}: written by an older version, which does not name the text "
            "column; run clean again with --overwrite"
        )
    return str(summary["text_column"])


def _shards(run: FinishedRun) -> list[list[Path]]:
    """List the shards of kept/ and of dropped/, after a look whether they are there."""
    folders = ("kept/", "dropped/")
    groups = [
        [run.layout.root / name for name in sorted(run.facts["outputs"]) if name.startswith(folder)]
        for folder in folders
    ]
    for path in (path for paths in groups for path in paths):
        if not path.exists():
            raise damaged(path, "missing")
    return [paths for paths in groups if paths]


def _scan(paths: list[Path], name: str) -> pl.LazyFrame:
    columns: dict[str, pl.DataType] = {DOC_ID: pl.UInt64(), name: pl.String()}
    if paths[0].suffix == ".parquet":
        return pl.scan_parquet(paths).select(list(columns))
    return pl.scan_ndjson(paths, schema=columns)


def salted(doc_id: pl.Series, seed: int) -> npt.NDArray[np.uint64]:
    """Hash document ids with a seed (splitmix64): the order in which documents are drawn.

    The same on every machine and version, whatever the order of the documents.
    """
    salt = np.uint64(seed * _GOLDEN % (1 << 64))
    mixed: npt.NDArray[np.uint64] = (doc_id.to_numpy() ^ salt) + np.uint64(_GOLDEN)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX_1
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX_2
    hashed: npt.NDArray[np.uint64] = mixed ^ (mixed >> np.uint64(31))
    return hashed


def drawn(frame: pl.DataFrame, count: int, seed: int) -> pl.DataFrame:
    """Draw rows by the salted hash of their doc_id; a larger draw begins with the smaller one."""
    order = np.lexsort((frame[DOC_ID].to_numpy(), salted(frame[DOC_ID], seed)))
    return frame[order[:count]]
