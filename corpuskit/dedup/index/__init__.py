"""An index: the marks of the documents that stand, so that later shards are compared with them.

A folder of Parquet parts and a manifest, written last. It holds no text: a digest, the MinHash
minima and the shingle set of every document are enough to find a copy and to prove it.
"""

from __future__ import annotations

from corpuskit.dedup.index.against import find_against
from corpuskit.dedup.index.folder import Index, check_plan, open_index
from corpuskit.dedup.index.marks import index_marks, marks_plan
from corpuskit.dedup.index.merge import merge
from corpuskit.dedup.index.write import IndexWriter, check_target

__all__ = [
    "Index",
    "IndexWriter",
    "check_plan",
    "check_target",
    "find_against",
    "index_marks",
    "marks_plan",
    "merge",
    "open_index",
]
