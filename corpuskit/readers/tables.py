"""Rows of an Arrow table as documents, for Parquet files and for Hugging Face datasets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.errors import DataError
from corpuskit.readers import contract
from corpuskit.readers.columns import Columns
from corpuskit.readers.contract import BadRecord, Batch, ReadOptions, Refusals, Split, excerpt
from corpuskit.readers.schemas import user_ids


def is_text(dtype: pa.DataType) -> bool:
    """Tell whether a column can be the text: strings, dictionaries of strings, bytes."""
    if pa.types.is_dictionary(dtype):
        return is_text(dtype.value_type)
    kinds = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_string_view,
        pa.types.is_binary,
        pa.types.is_large_binary,
    )
    return any(kind(dtype) for kind in kinds)


def short(error: Exception) -> str:
    """The first line of a message, at most 160 characters."""
    return (str(error).strip() or type(error).__name__).splitlines()[0][:160]


def batch(
    split: Split,
    table: pa.Table,
    rows: int | Sequence[int],
    names: Columns,
    options: ReadOptions,
    lost: Sequence[BadRecord] = (),
) -> Batch:
    """Make the documents of a table.

    Parameters
    ----------
    rows : int or sequence of int
        Position of the first row, or of every row.
    lost : sequence of BadRecord
        What could not be read at all.
    """
    refusals = Refusals(options, (*split.refused, *lost))
    position = np.arange(table.num_rows, dtype=np.uint64) + np.uint64(
        rows if isinstance(rows, int) else 0
    )
    if not isinstance(rows, int):
        position = np.asarray(rows, np.uint64)
    table, position = _refuse(split, table, position, names.text, refusals)
    frame = _to_polars(split, table)
    return Batch(
        position=pl.Series("position", position, pl.UInt64),
        text=frame[names.text].rename("text"),
        user_id=user_ids(frame, names.id),
        columns=frame.drop(names.text),
        text_name=names.text,
        id_name=names.id,
        text_index=frame.columns.index(names.text),
        skipped=refusals.counts,
        bad=refusals.bad,
        bytes_read=table.nbytes,
    )


def _refuse(
    split: Split, table: pa.Table, position: np.ndarray, text_name: str, refusals: Refusals
) -> tuple[pa.Table, np.ndarray]:
    """Leave out the rows whose text is null or too long, or whose strings are not UTF-8."""
    text = table.column(text_name)
    if pa.types.is_dictionary(text.type):
        text = text.cast(text.type.value_type)
    null = text.is_null().to_numpy()
    sizes = pc.fill_null(pc.binary_length(text), 0).to_numpy()
    reasons: dict[int, str] = dict.fromkeys(np.flatnonzero(null).tolist(), "null_text")
    for i in np.flatnonzero(sizes > contract.MAX_RECORD_BYTES).tolist():
        reasons[i] = "record_too_long"
    raw = text.cast(pa.large_binary())
    table = table.set_column(table.schema.get_field_index(text_name), text_name, raw)
    decoded, broken = _decoded(raw)
    for i in sorted({*broken, *_not_utf8(table, text_name)}):
        reasons.setdefault(i, "not_utf8")
    for i in sorted(reasons):
        shown = raw[i].as_py()
        where = f"{split.source.key}:row {position[i]}"
        refusals.add(BadRecord(where, reasons[i], "", excerpt(shown) if shown else ""))
    if reasons:
        keep = np.ones(table.num_rows, np.bool_)
        keep[list(reasons)] = False
        table, position = table.filter(pa.array(keep)), position[keep]
        decoded = None
    if decoded is None:
        decoded = table.column(text_name).cast(pa.large_string())
    return table.set_column(table.schema.get_field_index(text_name), text_name, decoded), position


def _decoded(raw: pa.ChunkedArray) -> tuple[pa.ChunkedArray | None, list[int]]:
    """Decode texts; where some are not UTF-8, give their rows instead."""
    try:
        return raw.cast(pa.large_string()), []
    except pa.ArrowInvalid:
        return None, [i for i in range(len(raw)) if not _decodes(raw, i, True)]


def _not_utf8(table: pa.Table, text_name: str) -> set[int]:
    """Rows with a string that is not UTF-8 in any column but the text; rarely any."""
    bad: set[int] = set()
    for name in table.column_names:
        if name == text_name:
            continue
        column = table.column(name)
        try:
            column.validate(full=True)
        except pa.ArrowInvalid:
            bad.update(i for i in range(len(column)) if not _decodes(column, i, False))
    return bad


def _decodes(column: pa.ChunkedArray, i: int, is_bytes: bool) -> bool:
    try:
        value = column[i].as_py()
        if is_bytes and value is not None:
            value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _to_polars(split: Split, table: pa.Table) -> pl.DataFrame:
    try:
        frame = pl.from_arrow(table)
    except (pl.exceptions.PolarsError, pa.ArrowException, NotImplementedError) as error:
        raise DataError(
            f"{split.source.key}: a column has a type that cannot be read ({short(error)}); "
            f"leave it out of the file; the types are {table.schema.types}"
        ) from error
    assert isinstance(frame, pl.DataFrame)
    return frame
