"""CSV: RFC 4180, with the separator (comma, semicolon, tab, bar) that the header has most of.

A quoted field may hold newlines, so a file cannot be cut without reading it: the feeder scans it
for the ends of records, and sends payloads. Every value stays the text that it was ("007" is not
7), an empty field without quotes is null, and a row with too many or too few fields is refused:
a permissive parser would fill it with nulls.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from corpuskit.errors import DataError
from corpuskit.kernels import records
from corpuskit.readers import contract, streams
from corpuskit.readers.columns import Columns, choose
from corpuskit.readers.contract import (
    BadRecord,
    Batch,
    ReadOptions,
    Refusals,
    Source,
    Split,
    excerpt,
)
from corpuskit.readers.schemas import user_ids

SEPARATORS = (b",", b";", b"\t", b"|")
HEAD_BYTES = 1 << 20

Mask = npt.NDArray[np.bool_]


class Header(NamedTuple):
    """The separator, a byte, and the names of the columns."""

    separator: int
    names: tuple[str, ...]


def plan(number: int, source: Source, options: ReadOptions, split_bytes: int) -> Iterator[Split]:
    """Scan the stream for the ends of records and send payloads."""
    if not columns(source, options):
        return
    ends = _RecordEnds(header(source).separator)
    yield from streams.splits_of(number, source, streams.pieces(source, ends, split_bytes))


def read(split: Split, options: ReadOptions) -> Batch:
    """Read the rows of one split as documents; every column is String."""
    names = columns(split.source, options)
    assert names is not None  # an empty file has no splits
    refusals = Refusals(options, split.refused)
    data, start = streams.records_of(split)
    separator, titles = header(split.source)
    buffer = np.frombuffer(data, np.uint8)
    found: tuple[Any, ...] = records.csv_rows(buffer, separator, len(titles))
    starts, stops, fields, *cells = found
    wanted = np.ones(len(starts), np.bool_)
    wanted[: int(split.start == 0)] = False  # the header
    rows = _Rows(split.source.key, data, start, starts, stops)
    _refuse_rows(rows, fields, wanted, len(titles), refusals)
    frame = _frame(buffer, [part[wanted] for part in cells], titles, names.text)
    position = pl.Series("position", starts[wanted].astype(np.uint64) + np.uint64(start))
    return Batch(
        position=position.cast(pl.UInt64),
        text=frame[names.text].rename("text"),
        user_id=user_ids(frame, names.id),
        columns=frame.drop(names.text),
        text_name=names.text,
        id_name=names.id,
        text_index=titles.index(names.text),
        skipped=refusals.counts,
        bad=refusals.bad,
        bytes_read=len(data),
    )


@lru_cache(maxsize=4096)
def header(source: Source) -> Header:
    """Read the first row; columns without a name, or with one given twice, get one."""
    data = streams.head(source, HEAD_BYTES)
    best = Header(ord(","), ())
    for separator in SEPARATORS:
        first = _first_row(data, separator)
        if len(first) > len(best.names):
            best = Header(ord(separator), first)
    names: list[str] = []
    for i, name in enumerate(best.names, 1):
        plain = name.strip() or f"column_{i}"
        names.append(plain if plain not in names else f"{plain}_{i}")
    return Header(best.separator, tuple(names))


@lru_cache(maxsize=4096)
def columns(source: Source, options: ReadOptions) -> Columns | None:
    """Choose the text and the id from the header; None for a file without one row."""
    try:
        names = header(source).names
    except UnicodeDecodeError as error:
        raise DataError(
            f"{source.key}: the header is not UTF-8 (byte {error.start}); convert the file to UTF-8"
        ) from error
    if not names:
        return None
    return choose(source.key, names, names, options.text_column, options.id_column)


class _RecordEnds:
    """Finds ends of records, block by block; remembers whether a quote is open."""

    def __init__(self, separator: int) -> None:
        self.separator, self.state = separator, records.AT_FIELD

    def __call__(self, block: bytes) -> tuple[int, int]:
        data = np.frombuffer(block, np.uint8)
        first, last, self.state = records.csv_cut(data, self.state, self.separator)
        return first, last


class _Rows(NamedTuple):
    """Where the rows of a payload are."""

    key: str
    data: bytes
    start: int
    starts: npt.NDArray[np.int64]
    stops: npt.NDArray[np.int64]

    def bad(self, i: int, reason: str, detail: str) -> BadRecord:
        place = f"{self.key}:byte {self.start + int(self.starts[i])}"
        return BadRecord(place, reason, detail, excerpt(self.data[self.starts[i] : self.stops[i]]))


def _refuse_rows(
    rows: _Rows, fields: npt.NDArray[np.int64], wanted: Mask, width: int, refusals: Refusals
) -> None:
    too_long = rows.stops - rows.starts > contract.MAX_RECORD_BYTES
    for i in np.flatnonzero(wanted & ((fields != width) | too_long)):
        wanted[i] = False
        if too_long[i]:
            refusals.add(rows.bad(int(i), "record_too_long", streams.TOO_LONG))
            continue
        found = f"{fields[i]} fields, the header has {width}"
        detail = "text behind a quote, or a quote that never closes" if fields[i] < 0 else found
        refusals.add(rows.bad(int(i), "broken_row", detail))
    if streams.is_utf8(rows.data):
        return
    for i in np.flatnonzero(wanted):
        try:
            rows.data[rows.starts[i] : rows.stops[i]].decode("utf-8")
        except UnicodeDecodeError as error:
            wanted[i] = False
            refusals.add(rows.bad(int(i), "not_utf8", f"byte {error.start} of the row"))


def _frame(
    buffer: npt.NDArray[np.uint8],
    cells: Sequence[npt.NDArray[Any]],
    titles: tuple[str, ...],
    text_name: str,
) -> pl.DataFrame:
    starts, stops, quoted = cells
    made = []
    for i, title in enumerate(titles):
        column: list[Any] = [np.ascontiguousarray(part[:, i]) for part in (starts, stops, quoted)]
        values = _series(title, *records.csv_values(buffer, *column))
        if title != text_name:
            empty = pl.Series((column[0] == column[1]) & ~column[2])
            values = pl.select(pl.when(~empty).then(values).alias(title)).to_series()
        made.append(values)
    return pl.DataFrame(made)


def _series(name: str, offsets: npt.NDArray[np.int64], data: npt.NDArray[np.uint8]) -> pl.Series:
    array = pa.LargeStringArray.from_buffers(
        len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(data)
    )
    return pl.Series(name, array)


def _first_row(data: bytes, separator: bytes) -> tuple[str, ...]:
    buffer = np.frombuffer(data, np.uint8)
    end, _, _ = records.csv_cut(buffer, records.AT_FIELD, ord(separator))
    row = buffer[: end or len(buffer)]
    if not len(row):
        return ()
    width = int(np.count_nonzero(row == ord(separator))) + 1
    starts, _, fields, *cells = records.csv_rows(row, ord(separator), width)
    if not len(starts):
        return ()
    first: list[Any] = [part[0, : max(1, fields[0])] for part in cells]
    offsets, out = records.csv_values(row, *first)
    text = out.tobytes()
    return tuple(text[a:b].decode("utf-8") for a, b in pairwise(offsets))
