"""Plan the splits of any source: the unit of work, of resume, and of memory.

A split is about 8 MiB of raw text, so that one big file keeps all cores busy and a worker holds
little. Where the cuts are depends on the source and `split_bytes` alone, never on the workers:
document ids, parts and shards are named after them.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import polars as pl

from corpuskit.readers import MODULES
from corpuskit.readers.contract import ReadOptions, Source, Split

__all__ = ["SPLIT_BYTES", "Split", "held_bytes", "plan"]

SPLIT_BYTES = 8 << 20


def plan(
    number: int, source: Source, options: ReadOptions, split_bytes: int = SPLIT_BYTES
) -> Iterator[Split]:
    """Cut one source into splits, lazily: a compressed stream is decompressed as they are taken.

    Parameters
    ----------
    number : int
        Index of the source among the sources of a run.
    source : Source
    options : ReadOptions
    split_bytes : int
        Raw text that a split should hold.

    Yields
    ------
    Split
        In order, from index 0, without gaps; none for an empty file.

    Examples
    --------
    >>> from pathlib import Path
    >>> import tempfile
    >>> from corpuskit.readers import discover
    >>> path = Path(tempfile.mkdtemp()) / "a.jsonl"
    >>> _ = path.write_text('{"text": "one"}\\n{"text": "two"}\\n')
    >>> (source,) = discover([str(path)], ReadOptions())
    >>> [(split.start, split.stop) for split in plan(0, source, ReadOptions(), 10)]
    [(0, 16), (16, 32)]
    """
    if source.bytes or source.members:
        module = import_module(MODULES[source.format])
        yield from module.plan(number, source, options, split_bytes)


def held_bytes(split: Split) -> int:
    """Return about how many bytes a split takes when it is read: what is held, or its share."""
    payload = split.payload
    if payload is None:
        return split.bytes
    if isinstance(payload, bytes):
        return len(payload)
    return int(payload.estimated_size() if isinstance(payload, pl.DataFrame) else payload.nbytes)
