"""A folder that ``datasets.load_dataset(folder)`` opens, and that can be uploaded as it is.

Parquet files under `data/` with all columns of the run, splits `train` and `validation` (the
held-out documents; a run without any has no such split), and `README.md`, the dataset card. What
the card says is taken from summary.json; a licence stands there only if the user named one, since
nothing in a corpus tells it. Language codes are quoted: YAML takes a bare ``no`` for false.

With `clusters`, each document carries the number of its cluster of duplicates and the cluster's
size, so that what was copied often can be drawn more often, or split as one. The members of
clusters are held in memory, 20 bytes each.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl

from corpuskit.errors import DataError, RunError
from corpuskit.export.kept import Documents, Kept, column_types
from corpuskit.export.parquet_shards import ParquetShards
from corpuskit.export.settings import Options
from corpuskit.readers import conform
from corpuskit.report.card import header, main_languages
from corpuskit.schema import DOC_ID, RENAMED
from corpuskit.writers import write_text

SPLITS: Final = ("train", "validation")
DATA: Final = "data"
CARD: Final = "README.md"

ROWS_SHOWN: Final = 20

CLUSTER_COLUMNS: Final = ("cluster", "cluster_size")
CLUSTERS_NOTE: Final = """
`cluster` numbers the cluster of duplicates that a document stands for (the `doc_id` of its
representative), `cluster_size` counts the documents of that cluster before deduplication; it is
1 where nothing was repeated.
"""


def write(kept: Kept, folder: Path, options: Options) -> dict[str, Any]:
    """Write the files of both splits and the card; return the numbers of documents."""
    name, types = str(kept.read.text_column), column_types(kept)
    clusters = read_clusters(kept) if options.clusters else None
    work = partial(_split, types=types, hold_out=options.hold_out, clusters=clusters)
    parts: dict[str, ParquetShards] = {}
    try:
        for frames in kept.map(work, blank=True):
            for split, frame in zip(SPLITS, frames, strict=True):
                if split not in parts:
                    parts[split] = ParquetShards(folder / DATA, split, frame.schema, name)
                parts[split].append(frame)
        paths = {split: shards.close() for split, shards in parts.items()}
    finally:
        for shards in parts.values():
            shards.abort()
    for split, found in paths.items():
        for number, path in enumerate(found):
            os.replace(path, path.with_name(f"{split}-{number:05d}-of-{len(found):05d}.parquet"))
    documents = {split: shards.rows for split, shards in parts.items()}
    if not documents["train"]:
        raise DataError(
            "train: all documents are held out, as whole sources are, one in ten; add "
            "--hold-out documents to hold out single documents, or export a larger run"
        )
    text = card(kept.summary, documents, name, options.license)
    write_text(folder / CARD, text + (CLUSTERS_NOTE if options.clusters else ""))
    none = "no document is held out, so there is no split validation"
    return {
        "documents": documents,
        "text_bytes": {split: shards.text_bytes for split, shards in parts.items()},
        "text_column": name,
        "license": options.license,
        "warnings": [] if documents["validation"] else [none],
    }


def lines(facts: dict[str, Any], out: Path) -> list[str]:
    """Say what was written, and how to open it."""
    return [
        *(f"{count:>12,}  documents in {split}" for split, count in facts["documents"].items()),
        *(f"warning: {sentence}" for sentence in facts["warnings"]),
        "",
        "in Python:",
        "  " + command(facts, out),
    ]


def command(_: dict[str, Any], out: Path) -> str:
    """Return the command line that opens the folder."""
    code = f"import datasets; print(datasets.load_dataset({str(out.resolve())!r}))"
    return f"python -c {shlex.quote(code)}"


def card(
    summary: Mapping[str, Any], documents: Mapping[str, int], text: str, license: str | None
) -> str:
    """Write the dataset card: a YAML header, then numbers of the run.

    Parameters
    ----------
    summary : summary.json.
    documents : of each split.
    text : the column of the text.
    """
    return "\n".join([*_header(summary, documents, license), *_body(summary, documents, text), ""])


def read_clusters(kept: Kept) -> pl.DataFrame:
    """Read doc_id, cluster and cluster_size of all documents that are in a cluster.

    Raises
    ------
    RunError
        If the run did not look for duplicates, or its list of them is missing.
    """
    if "similarity" not in kept.summary["duplicates"]:
        raise RunError(
            f"--clusters: {kept.layout.root} did not look for duplicates; run clean again without "
            "--no-dedup, or leave --clusters out"
        )
    if not kept.layout.duplicates.exists():
        raise RunError(f"{kept.layout.duplicates}: missing; run clean again with --overwrite")
    return pl.read_parquet(kept.layout.duplicates, columns=[DOC_ID, *CLUSTER_COLUMNS])


def with_clusters(frame: pl.DataFrame, clusters: pl.DataFrame) -> pl.DataFrame:
    """Add cluster and cluster_size; a document without duplicates is a cluster of its own.

    A column of the user's of such a name is called ``input_…``.
    """
    renamed: dict[str, str] = {
        name: RENAMED + name for name in CLUSTER_COLUMNS if name in frame.columns
    }
    joined = frame.rename(renamed).join(clusters, on=DOC_ID, how="left", maintain_order="left")
    return joined.with_columns(
        pl.col("cluster").fill_null(pl.col(DOC_ID)), pl.col("cluster_size").fill_null(1)
    )


def _split(
    documents: Documents,
    types: Mapping[str, pl.DataType],
    hold_out: str,
    clusters: pl.DataFrame | None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    held = documents.held_out(hold_out)
    place, name = documents.text_index, documents.text_name
    columns = conform(documents.columns, types).get_columns()
    whole = pl.DataFrame([*columns[:place], documents.text.alias(name), *columns[place:]])
    if clusters is not None:
        whole = with_clusters(whole, clusters)
    return whole.filter(~held), whole.filter(held)


def _header(
    summary: Mapping[str, Any], documents: Mapping[str, int], license: str | None
) -> list[str]:
    found = ["---", *header(summary, sum(documents.values()), license=license)]
    found += ["configs:", "- config_name: default", "  data_files:"]
    for split, count in documents.items():
        if count:
            found += [f"  - split: {split}", f"    path: {DATA}/{split}-*.parquet"]
    return [*found, "---"]


def _body(summary: Mapping[str, Any], documents: Mapping[str, int], text: str) -> list[str]:
    counts = summary["documents"]
    rules = [(rule, row["fails"]) for rule, row in summary["rules"].items() if row["fails"]]
    rules.sort(key=lambda row: (-row[1], row[0]))
    languages = [(code, summary["languages"][code]["documents"]["kept"])
                 for code in main_languages(summary)]  # fmt: skip
    return [
        "",
        "# Cleaned text",
        "",
        f"{counts['kept']:,} of {counts['in']:,} documents, cleaned by corpuskit "
        f"{summary['version']} with the recipe `{summary['recipe']}` (plan `{summary['plan']}`).",
        f"The text is in the column `{text}`; `doc_id` names a document in the run's ledger.",
        "",
        *_table(("split", "documents"), documents.items()),
        *_table(("documents", "count"), counts.items()),
        *_table(("language", "documents kept"), languages),
        *_table(("rule", "documents that fail it"), rules),
    ]


def _table(head: tuple[str, str], rows: Any) -> list[str]:
    found = [f"| {name} | {count:,} |" for name, count in list(rows)[:ROWS_SHOWN]]
    return [f"| {head[0]} | {head[1]} |", "| --- | ---: |", *found, ""] if found else []
