"""Parquet: small row groups are read by the worker; a big one is streamed by the feeder.

A file of one row group must keep all cores busy, and a row group cannot be read from its middle.
So the feeder decodes it, batch by batch, and sends slices of rows. Arrow does not look at the
bytes of a string column, so they are checked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpuskit.errors import DataError
from corpuskit.readers import tables
from corpuskit.readers.columns import Columns, choose
from corpuskit.readers.contract import BadRecord, Batch, ReadOptions, Source, Split

BIG_ROW_GROUP = 4
"""A row group of more than so many splits is streamed by the feeder."""

MOST_ROWS = 1 << 17
"""Of a split. Equal texts are a number each in the file, so their bytes there say little; and what
is measured of a document takes some kB, however short it is."""

SLICES_PER_SPLIT = 8
"""A streamed row group is decoded in so many batches per split."""

_BROKEN = (OSError, pa.ArrowException)


def plan(number: int, source: Source, _: ReadOptions, split_bytes: int) -> Iterator[Split]:
    """Group small row groups up to `split_bytes` of uncompressed data; slice big ones."""
    with _open(source) as file:
        rows = max(1, int(file.metadata.num_rows))

        def share(start: int, stop: int) -> int:
            return source.bytes * stop // rows - source.bytes * start // rows

        for index, (start, stop, payload, refused) in enumerate(_cuts(file, source, split_bytes)):
            yield Split(number, source, index, start, stop, payload, share(start, stop), refused)


def read(split: Split, options: ReadOptions) -> Batch:
    """Read the rows of one split as documents."""
    names = columns(split.source, options)
    if isinstance(split.payload, pa.Table):
        return tables.batch(split, split.payload, split.start, names, options)
    with _open(split.source) as file:
        groups = [
            (start, stop, group)
            for group, (start, stop) in enumerate(_row_ranges(file.metadata))
            if split.start <= start and stop <= split.stop and start < stop
        ]
        try:
            table = file.read_row_groups([group for *_, group in groups], use_threads=False)
        except _BROKEN:
            return _read_one_by_one(file, split, groups, names, options)
    return tables.batch(split, table, split.start, names, options)


@lru_cache(maxsize=4096)
def columns(source: Source, options: ReadOptions) -> Columns:
    """Choose the text and the id from the schema."""
    with _open(source) as file:
        schema = file.schema_arrow
    texts = [field.name for field in schema if tables.is_text(field.type)]
    return choose(source.key, schema.names, texts, options.text_column, options.id_column)


def count_rows(source: Source) -> int:
    """Rows of a file, from its footer."""
    with _open(source) as file:
        return int(file.metadata.num_rows)


def _open(source: Source) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(source.path, pre_buffer=False, buffer_size=1 << 20)
    except _BROKEN as error:
        raise DataError(
            f"{source.path}: cannot be read as Parquet ({tables.short(error)}); give another file"
        ) from error


def _row_ranges(metadata: Any) -> list[tuple[int, int]]:
    ranges, start = [], 0
    for group in range(metadata.num_row_groups):
        stop = start + metadata.row_group(group).num_rows
        ranges.append((start, stop))
        start = stop
    return ranges


Cut = tuple[int, int, "pa.Table | None", tuple[BadRecord, ...]]


def _cuts(file: pq.ParquetFile, source: Source, split_bytes: int) -> Iterator[Cut]:
    begin, held = 0, 0  # rows waiting from `begin`, bytes of them
    for group, (start, stop) in enumerate(_row_ranges(file.metadata)):
        size = file.metadata.row_group(group).total_byte_size
        big = size > BIG_ROW_GROUP * split_bytes or stop - start > MOST_ROWS
        if held and (big or held + size > split_bytes or stop - begin > MOST_ROWS):
            yield begin, start, None, ()
            begin, held = start, 0
        if big:
            rows = (stop - start) * split_bytes // (size * SLICES_PER_SPLIT)
            rows = max(1, min(rows, MOST_ROWS // SLICES_PER_SPLIT))
            yield from _slices(file, source, group, start, stop, rows, split_bytes)
            begin = stop
        else:
            held += size
    if begin < file.metadata.num_rows:
        yield begin, file.metadata.num_rows, None, ()


def _slices(
    file: pq.ParquetFile,
    source: Source,
    group: int,
    start: int,
    stop: int,
    rows: int,
    split_bytes: int,
) -> Iterator[Cut]:
    """Decode one row group in batches of `rows`, and give slices of about `split_bytes`."""
    begin = end = start
    parts: list[pa.RecordBatch] = []
    held = 0
    try:
        for part in file.iter_batches(rows, row_groups=[group], use_threads=False):
            parts.append(part)
            end += part.num_rows
            held += part.nbytes
            if held >= split_bytes:
                yield begin, end, pa.Table.from_batches(parts), ()
                begin, parts, held = end, [], 0
    except _BROKEN as error:
        lost = _lost(source, group, end, stop, error)
        table = pa.Table.from_batches(parts, file.schema_arrow)
        yield begin, stop, table, (lost,)
        return
    if parts:
        yield begin, end, pa.Table.from_batches(parts), ()


def _lost(source: Source, group: int, start: int, stop: int, error: Exception) -> BadRecord:
    where = f"{source.key}:row {start}"
    detail = f"row group {group}: {tables.short(error)}"
    return BadRecord(where, "corrupt_row_group", detail, count=stop - start)


def _read_one_by_one(
    file: pq.ParquetFile,
    split: Split,
    groups: list[tuple[int, int, int]],
    names: Columns,
    options: ReadOptions,
) -> Batch:
    """Read every row group by itself, so that only the broken ones are lost."""
    good, lost = [], []
    for start, stop, group in groups:
        try:
            good.append((start, file.read_row_group(group, use_threads=False)))
        except _BROKEN as error:
            lost.append(_lost(split.source, group, start, stop, error))
    table = pa.concat_tables([t for _, t in good]) if good else file.schema_arrow.empty_table()
    rows = [row for start, t in good for row in range(start, start + t.num_rows)]
    return tables.batch(split, table, rows, names, options, lost)
