"""Tools that find near duplicates, each as one function: texts → the row of each text's survivor.

- corpuskit: the search of `corpuskit dedup`: exact duplicates, candidates, exact Jaccard.
- datasketch: MinHashLSH at the threshold, 128 hashes, bands by its own optimum; what a query
  returns is together, and so is what is linked through others.
- rensa: RMinHashLSH, 128 hashes in 16 bands; candidates with an estimated Jaccard at the threshold
  are removed, in the order of the texts.
- text-dedup style: word 2-grams, 50 bands of 4, every candidate is linked, transitive closure. Made
  again here with our signatures, since the banding decides and not the family of hashes.
- datatrove: its four stages on disk, 14 bands of 8, word 5-grams by its English word splitter.

datasketch and rensa take sets of strings: word 5-grams of ``text.split()``, as their examples do.
"""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl

from bench.clusters import merged
from bench.minhash import ngrams

HASHES = 128
RENSA_BANDS = 16
STYLE_BANDS, STYLE_ROWS = 50, 4
DATATROVE_BANDS, DATATROVE_ROWS, DATATROVE_WORDS = 14, 8, 5
_WORD = re.compile(r"\w+")


def corpuskit(texts: Sequence[str], threshold: float) -> list[int]:
    """Search as `corpuskit dedup` does."""
    from corpuskit.dedup import deduplicate
    from corpuskit.duplicate_settings import DuplicateSettings

    rows = pl.Series(range(len(texts)))
    found = deduplicate(pl.Series(texts), rows, DuplicateSettings(similarity=threshold)).frame
    named = dict(found.select("doc_id", "cluster").iter_rows())
    return [named.get(row, row) for row in range(len(texts))]


def datasketch_signatures(texts: Sequence[str]) -> list[Any]:
    """Hash every text once for all thresholds."""
    from datasketch import MinHash

    found = []
    for text in texts:
        signature = MinHash(num_perm=HASHES)
        signature.update_batch([gram.encode() for gram in ngrams(text)])
        found.append(signature)
    return found


def datasketch(signatures: Sequence[Any], threshold: float) -> list[int]:
    """Link what MinHashLSH returns for each text."""
    from datasketch import MinHashLSH

    index = MinHashLSH(threshold=threshold, num_perm=HASHES)
    edges = []
    for row, signature in enumerate(signatures):
        edges += [(row, other) for other in index.query(signature)]
        index.insert(row, signature)
    return merged(len(signatures), edges)


def datasketch_bands(threshold: float) -> tuple[int, int]:
    """Return the bands and rows that datasketch chooses."""
    from datasketch import MinHashLSH

    index = MinHashLSH(threshold=threshold, num_perm=HASHES)
    return index.b, index.r


def rensa_signatures(texts: Sequence[str]) -> list[Any]:
    """Hash every text once for all thresholds."""
    from rensa import RMinHash

    found = []
    for text in texts:
        signature = RMinHash(num_perm=HASHES, seed=42)
        signature.update(ngrams(text))
        found.append(signature)
    return found


def rensa(signatures: Sequence[Any], threshold: float) -> list[int]:
    """Remove, in order, what is estimated to be as similar as the threshold to a text before."""
    from rensa import RMinHashLSH

    index = RMinHashLSH(threshold=threshold, num_perm=HASHES, num_bands=RENSA_BANDS)
    survivor = list(range(len(signatures)))
    for row, signature in enumerate(signatures):
        close = (
            other
            for other in sorted(index.query(signature))
            if signature.jaccard(signatures[other]) >= threshold
        )
        survivor[row] = next(close, row)
        if survivor[row] == row:
            index.insert(row, signature)
    return survivor


def text_dedup_style(texts: Sequence[str]) -> list[int]:
    """Link all texts that share one of 50 bands of 4 hashes over word 2-grams."""
    import numpy as np

    from corpuskit.kernels.minhash import minhash_bands

    sets = []
    for text in texts:
        words = _WORD.findall(text.lower())
        sets.append(sorted({" ".join(pair) for pair in pairwise(words)}))
    offsets = np.cumsum([0, *map(len, sets)])
    values = pl.Series([gram for grams in sets for gram in grams], dtype=pl.String).hash(1)
    bands = minhash_bands(offsets, values.to_numpy(), STYLE_BANDS, STYLE_ROWS, 1)
    edges = []
    for band in range(STYLE_BANDS):
        first: dict[int, int] = {}
        for row, value in enumerate(bands[:, band].tolist()):
            if value and first.setdefault(value, row) != row:
                edges.append((first[value], row))
    return merged(len(texts), edges)


def datatrove(texts: Sequence[str], work: Path) -> list[int]:
    """Run datatrove's four stages on disk; those it removes go to the survivor of their cluster."""
    from datatrove.executor import LocalPipelineExecutor
    from loguru import logger

    logger.remove()
    shutil.rmtree(work, ignore_errors=True)
    (work / "in").mkdir(parents=True)
    with (work / "in" / "texts.jsonl").open("w", encoding="utf-8") as stream:
        for row, text in enumerate(texts):
            stream.write(json.dumps({"id": str(row), "text": text}) + "\n")
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        for number, (tasks, steps) in enumerate(_stages(work)):
            logs = str(work / "logs" / str(number))
            LocalPipelineExecutor(pipeline=steps, tasks=tasks, workers=1, logging_dir=logs).run()
    cluster = {}
    kept = {}
    for folder in ("kept", "removed"):
        for path in sorted((work / folder).glob("*.jsonl")):
            for line in path.read_text("utf-8").rstrip("\n").split("\n"):
                record = json.loads(line)
                name = record["metadata"].get("minhash_cluster_id", -1)
                cluster[int(record["id"])] = name
                if folder == "kept" and name != -1:
                    kept[name] = int(record["id"])
    return [kept.get(cluster.get(row, -1), row) for row in range(len(texts))]


def _stages(work: Path) -> list[tuple[int, list[Any]]]:
    from datatrove.pipeline.dedup import (
        MinhashDedupBuckets,
        MinhashDedupCluster,
        MinhashDedupFilter,
        MinhashDedupSignature,
    )
    from datatrove.pipeline.dedup.minhash import MinhashConfig
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    config = MinhashConfig(
        n_grams=DATATROVE_WORDS, num_buckets=DATATROVE_BANDS, hashes_per_bucket=DATATROVE_ROWS
    )
    source, signatures, buckets, removed = (
        str(work / name) for name in ("in", "signatures", "buckets", "remove")
    )
    return [
        (1, [JsonlReader(source), MinhashDedupSignature(signatures, config=config)]),
        (DATATROVE_BANDS, [MinhashDedupBuckets(signatures, buckets, config=config)]),
        (1, [MinhashDedupCluster(buckets, removed, config=config, save_cluster_id=True)]),
        (
            1,
            [
                JsonlReader(source),
                MinhashDedupFilter(
                    removed,
                    exclusion_writer=JsonlWriter(str(work / "removed"), compression=None),
                    load_cluster_ids=True,
                ),
                JsonlWriter(str(work / "kept"), compression=None),
            ],
        ),
    ]
