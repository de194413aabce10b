"""The text of a few documents of a finished run, from the shards that it wrote."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit import manifest
from corpuskit.coverage import host_column
from corpuskit.coverage.hosts import ADDRESS_COLUMNS
from corpuskit.errors import RunError
from corpuskit.layout import NO_TEXTS
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
    return {doc_id: body for doc_id, body, _ in _read(run, doc_ids, None)}


def openings(
    run: FinishedRun, doc_ids: Iterable[int], most_chars: int
) -> dict[int, dict[str, Any]]:
    """Read the beginnings of texts, and how long the texts are: {doc_id: {text, chars}}.

    Raises
    ------
    RunError
        If a shard is missing, or a document is in none.
    """
    rows = _read(run, doc_ids, most_chars)
    return {doc_id: {"text": body, "chars": chars} for doc_id, body, chars in rows}


def _read(
    run: FinishedRun, doc_ids: Iterable[int], most_chars: int | None
) -> list[tuple[int, str, int]]:
    wanted = pl.Series(DOC_ID, sorted(set(doc_ids)), dtype=pl.UInt64)
    name = text_column(run)
    body = pl.col(name) if most_chars is None else pl.col(name).str.head(most_chars)
    found: list[tuple[int, str, int]] = []
    for paths in _shards(run):
        rows = _scan(paths, name).filter(pl.col(DOC_ID).is_in(wanted.implode()))
        shown = rows.select(DOC_ID, body.alias("body"), pl.col(name).str.len_chars().alias("chars"))
        found += run.collect(shown).rows()
    there = {doc_id for doc_id, _, _ in found}
    missing = [doc_id for doc_id in wanted if doc_id not in there]
    if missing:
        raise damaged(run.layout.root, f"the document {missing[0]} is in no shard")
    return found


def hosts_of(run: FinishedRun, doc_ids: pl.Series) -> pl.DataFrame:
    """Return doc_id and host of documents, where the shards have a column of addresses.

    Parameters
    ----------
    doc_ids : UInt64.
    """
    found = [pl.DataFrame(schema={DOC_ID: pl.UInt64, "host": pl.String})]
    for paths in _shards(run):
        scan = _scan_all(paths)
        there = [name for name in scan.collect_schema() if name.lower() in ADDRESS_COLUMNS]
        rows = run.collect(
            scan.filter(pl.col(DOC_ID).is_in(doc_ids.implode())).select(DOC_ID, *there)
        )
        hosts = host_column(rows)
        if hosts is not None:
            found.append(rows.select(DOC_ID, hosts.alias("host")).drop_nulls())
    return pl.concat(found)


def _scan_all(paths: list[Path]) -> pl.LazyFrame:
    if paths[0].suffix == ".parquet":
        return pl.scan_parquet(paths)
    return pl.scan_ndjson(paths, schema_overrides={DOC_ID: pl.UInt64()})


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
    if run.settings.get("format") == NO_TEXTS:
        raise RunError(
            f"{run.layout.root}: an audit, which holds no texts; run corpuskit clean --recipe "
            "measure on the same input to have them"
        )
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
