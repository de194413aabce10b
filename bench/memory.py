"""Peak memory of `corpuskit clean` on one big jsonl.zst: 2 GB of text must stay under 2 GB.

Real lines are shuffled within their language and joined into new documents, again and again,
until there is enough: the documents are as diverse as the text allows and are no duplicates of
each other, so that the duplicate search meets as many signatures as it would on real text.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from bench.inputs import MEGABYTE, OUT, corpuskit_clean, run_measured, texts

if TYPE_CHECKING:
    import polars as pl

LINES_PER_DOCUMENT = 24
LIMIT_BYTES = 2_000_000_000


def build(path: Path, limit_bytes: int) -> int:
    """Write documents of shuffled lines up to ``limit_bytes`` of text; return the bytes of text."""
    import polars as pl
    import zstandard

    text = pl.Series("line", list(texts()))
    lines = pl.DataFrame({"line": text}).with_row_index("document")
    lines = lines.with_columns(pl.col("line").str.split("\n")).explode("line")
    lines = lines.filter(pl.col("line").str.len_bytes() > 0)
    path.parent.mkdir(parents=True, exist_ok=True)
    total, copy = 0, 0
    with path.open("wb") as raw, zstandard.ZstdCompressor(level=1).stream_writer(raw) as stream:
        while total < limit_bytes:
            documents = shuffled(lines, copy)
            total += int(documents["text"].str.len_bytes().sum())
            stream.write(documents.write_ndjson().encode())
            copy += 1
    return total


def shuffled(lines: pl.DataFrame, copy: int) -> pl.DataFrame:
    """Return new documents: lines in a random order, neighbours from nearby documents."""
    import polars as pl

    # Blocks of 64 source documents keep the languages of a new document few, as on real pages.
    block = (pl.col("document") // 64).alias("block")
    mixed = lines.sample(fraction=1.0, shuffle=True, seed=copy).sort(block, maintain_order=True)
    number = (pl.int_range(pl.len()) // LINES_PER_DOCUMENT).alias("number")
    joined = mixed.group_by(number, maintain_order=True).agg(pl.col("line").str.join("\n"))
    return joined.select(pl.format("{}-{}", pl.lit(copy), "number").alias("id"), text="line")


def main() -> None:
    """Build the file, clean it, print its peak memory against the limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--gigabytes", type=float, default=2.0, help="text in the input")
    arguments, _ = parser.parse_known_args()
    source, cleaned = OUT / "big.jsonl.zst", OUT / "big"
    size = build(source, int(arguments.gigabytes * 1000 * MEGABYTE))
    measured = run_measured(corpuskit_clean(source, cleaned))
    documents = json.loads((cleaned / "summary.json").read_text(encoding="utf-8"))["documents"]
    verdict = "under" if measured.peak_bytes < LIMIT_BYTES else "OVER"
    print(
        f"{documents['in']} documents, {size / MEGABYTE:.0f} MB of text, {measured.seconds:.0f} s"
    )
    print(f"peak memory {measured.peak_bytes / MEGABYTE:.0f} MB: {verdict} the limit of 2,000 MB")


if __name__ == "__main__":
    main()
