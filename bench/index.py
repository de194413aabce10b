"""What an index takes: bytes a document, column by column, and the speed of writing and reading.

    python -m bench.index

Documents of ``bench.inputs.texts``, 30 MB of them. Shingles and minima are made as a run makes
them; reading is what ``--against`` does with every old document: digests of the parts, then
bands. Speeds are for a second of the processor, so that the machine's other work counts less.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.inputs import MEGABYTE, texts

TEXT_BYTES = 30 * MEGABYTE
BATCH = 1000


@contextmanager
def clock(seconds: dict[str, float], name: str) -> Iterator[None]:
    """Take the time of a block."""
    begun = time.process_time()
    yield
    seconds[name] = time.process_time() - begun


def main() -> None:
    """Write an index, read it, and print a table."""
    import numpy as np
    import polars as pl
    import pyarrow.parquet as pq

    from corpuskit.dedup import fingerprint
    from corpuskit.dedup.index import IndexWriter, index_marks, marks_plan, open_index
    from corpuskit.dedup.index.against import gather
    from corpuskit.duplicate_settings import DuplicateSettings
    from corpuskit.features import Measured
    from corpuskit.pipeline import doc_ids

    column = pl.Series("text", list(texts()))
    column = column.filter(column.str.len_bytes().cum_sum() <= TEXT_BYTES)
    size, settings, seconds = int(column.str.len_bytes().sum()), DuplicateSettings(), {}
    ids = doc_ids(0, pl.Series(range(len(column)), dtype=pl.UInt64))
    named = pl.DataFrame({"doc_id": ids, "user_id": ids.cast(pl.String)})
    named = named.with_columns(text_hash=fingerprint(Measured(column), settings)["text_hash"])
    index_marks(Measured(column[:2]), settings, named[:2])  # compiles
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        with (
            clock(seconds, "write"),
            IndexWriter(path, marks_plan(settings), {"recipe": "bench"}) as writer,
        ):
            for at in range(0, len(column), BATCH):
                part = slice(at, at + BATCH)
                writer.append(index_marks(Measured(column[part]), settings, named[part]))
        with clock(seconds, "read"):
            index = open_index(path)
            standing = gather([index], np.empty(0, np.uint64))
            standing.write_marks(Path(folder) / "marks.parquet", settings)
        sizes: dict[str, int] = {}
        for part in index.parts:
            file = pq.ParquetFile(part)
            for group in range(file.num_row_groups):
                chunks = file.metadata.row_group(group)
                for place in range(chunks.num_columns):
                    chunk = chunks.column(place)
                    name = chunk.path_in_schema.split(".")[0]
                    sizes[name] = sizes.get(name, 0) + chunk.total_compressed_size
        shingles = sum(frame["shingles"].list.len().sum() for frame in index.batches(["shingles"]))
    count = index.documents
    print(f"{count:,} documents, {size / count:,.0f} bytes of text and {shingles / count:,.0f} "
          f"shingles each, {settings.bands} bands of {settings.rows}")  # fmt: skip
    print("\n| column | bytes a document |\n|---|---:|")
    for name, total in sizes.items():
        print(f"| {name} | {total / count:,.0f} |")
    print(f"| **all** | **{index.bytes / count:,.0f}** |\n")
    print(f"{index.bytes / size:.2f} bytes of index for a byte of text; "
          f"{index.bytes / shingles:.2f} for a shingle.")  # fmt: skip
    print(f"written at {size / MEGABYTE / seconds['write']:.0f} MB of text a second, read for "
          f"--against at {count / seconds['read']:,.0f} documents a second")  # fmt: skip


if __name__ == "__main__":
    main()
