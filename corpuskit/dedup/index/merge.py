"""One index of several: every document once, in the order in which they are given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from corpuskit.dedup.index.against import gather
from corpuskit.dedup.index.folder import Index, check_plan, open_index
from corpuskit.dedup.index.marks import index_schema
from corpuskit.dedup.index.write import IndexWriter, check_target
from corpuskit.errors import ConfigError


def merge(folders: Sequence[str | Path], out: str | Path, overwrite: bool = False) -> Index:
    """Write the documents of several indexes as one.

    A document is known by doc_id and text_hash: one that several indexes have is there once. The
    same doc_id with another text is another document (a file of the same name, a month later),
    and both stay. Documents that are duplicates of each other all stay as well: none of an
    index is ever removed.

    Raises
    ------
    ConfigError
        If the plans differ, or `out` is one of the indexes or holds something else.
    DataError
        If an index is damaged.
    """
    out = Path(out)
    if len(folders) < 2:
        raise ConfigError("index merge: one index is nothing to merge; name two or more")
    if out.resolve() in {Path(folder).resolve() for folder in folders}:
        raise ConfigError(f"--out {out}: is one of the indexes; choose another folder")
    check_target(out, overwrite)
    indexes = [open_index(folder) for folder in folders]
    for index in indexes[1:]:
        check_plan(index, indexes[0].plan, str(indexes[0].folder))
    standing = gather(indexes, np.empty(0, np.uint64))
    columns = list(index_schema(indexes[0].minima_count))
    made_by = {"merged": [index.digest for index in indexes]}
    with IndexWriter(out, indexes[0].plan, made_by) as writer:
        for _, frame in standing.batches(columns):
            writer.append(frame)
    return open_index(out, verify=False)
