"""Fill a MinHashLSH of datasketch from an index, then ask it about new texts.

python examples/datasketch_lsh/fill_lsh.py INDEX NEW.parquet [--redis HOST]
"""

from __future__ import annotations

import argparse
from typing import Any

import polars as pl
from datasketch import MinHashLSH

import corpuskit


def fill(index: str, storage: dict[str, Any] | None = None) -> tuple[MinHashLSH, dict[str, Any]]:
    """Put every document of an index into an LSH of the same bands; give the signatures too."""
    sketches = {str(sketch.doc_id): sketch for sketch in corpuskit.minhashes(index, lean=True)}
    marks = corpuskit.index_info(index)["marks"]
    lsh = MinHashLSH(
        num_perm=marks["bands"] * marks["rows"],
        params=(marks["bands"], marks["rows"]),
        storage_config=storage,
    )
    with lsh.insertion_session() as session:
        for key, sketch in sketches.items():
            session.insert(key, sketch.minhash)
    return lsh, sketches


def matches(index: str, texts: pl.DataFrame, storage: dict[str, Any] | None = None) -> pl.DataFrame:
    """Find the documents of an index that are like new texts: row, id and estimated Jaccard."""
    lsh, sketches = fill(index, storage)
    found = [
        (new.doc_id, sketches[key].user_id, new.minhash.jaccard(sketches[key].minhash))
        for new in corpuskit.minhashes(texts, like=index, lean=True)
        for key in lsh.query(new.minhash)
    ]
    schema = {"row": pl.UInt64, "id": pl.String, "jaccard": pl.Float64}
    frame = pl.DataFrame(found, schema=schema, orient="row")
    return frame.sort("row", "jaccard", "id", descending=[False, True, False])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index")
    parser.add_argument("new", help="a Parquet file with a column `text`")
    parser.add_argument("--redis", help="host of a Redis that holds the LSH")
    options = parser.parse_args()
    storage = None
    if options.redis:
        redis = {"host": options.redis, "port": 6379}
        storage = {"type": "redis", "basename": b"corpuskit", "redis": redis}
    print(matches(options.index, pl.read_parquet(options.new), storage))
