"""Parquet: row groups of any size, strings checked, corrupt row groups counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpuskit import readers
from corpuskit.errors import DataError
from corpuskit.readers.parquet import MOST_ROWS
from corpuskit.splits import plan
from tests.readers.reading import read_all

TEXTS = [f"document {i} " * 20 for i in range(1000)]


def write(folder: Path, columns: dict[str, Any], name: str = "x.parquet", **options: Any) -> Path:
    path = folder / name
    pq.write_table(pa.table(columns), path, **options)
    return path


@pytest.mark.parametrize("row_group_size", [10, 100, 1000])
@pytest.mark.parametrize("split_bytes", [5_000, 50_000, 1 << 23])
def test_row_groups_of_any_size_give_all_rows(
    tmp_path: Path, row_group_size: int, split_bytes: int
) -> None:
    columns = {"id": list(range(1000)), "text": TEXTS}
    path = write(tmp_path, columns, row_group_size=row_group_size)
    result = read_all([path], split_bytes)
    assert [(at, text) for _, at, text in result.documents] == list(enumerate(TEXTS))
    assert sum(split.bytes for split in result.splits) == path.stat().st_size
    ids = [i for batch in result.batches for i in batch.user_id]
    assert ids == [str(i) for i in range(1000)]


def test_one_big_row_group_is_sent_in_slices(tmp_path: Path) -> None:
    result = read_all([write(tmp_path, {"text": TEXTS})], 20_000)
    assert len(result.splits) > 8
    assert all(isinstance(split.payload, pa.Table) for split in result.splits)


def test_equal_texts_which_take_little_of_a_file_are_cut_by_rows(tmp_path: Path) -> None:
    count = 2 * MOST_ROWS
    path = write(tmp_path, {"text": ["The same text in every row of this file."] * count})
    assert path.stat().st_size < 1 << 20
    (source,) = readers.discover([str(path)], readers.ReadOptions())
    splits = list(plan(0, source, readers.ReadOptions()))
    assert all(split.stop - split.start <= 2 * MOST_ROWS for split in splits)
    assert [split.start for split in splits[1:]] == [split.stop for split in splits[:-1]]
    assert len(splits) > 1
    assert splits[-1].stop == count


def test_nulls_and_broken_strings_are_counted_by_row(tmp_path: Path) -> None:
    offsets = pa.array([0, 1, 2, 3], pa.int32()).buffers()[1]
    broken = pa.StringArray.from_buffers(3, offsets, pa.py_buffer(b"a\xffc"))
    path = write(tmp_path, {"text": pa.array(["x", "y", None]), "other": broken})
    result = read_all([path])
    assert result.documents == [("x.parquet", 0, "x")]
    assert dict(result.skipped) == {"not_utf8": 1, "null_text": 1}
    assert [record.where for record in result.bad] == ["x.parquet:row 1", "x.parquet:row 2"]
    result = read_all([path], text_column="other")
    assert result.texts == ["a", "c"]


@pytest.mark.parametrize(
    "dtype", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string()), pa.binary()]
)
def test_text_may_be_any_kind_of_string(tmp_path: Path, dtype: pa.DataType) -> None:
    path = write(tmp_path, {"text": pa.array(["a", "é", None]).cast(dtype)})
    result = read_all([path])
    assert result.texts == ["a", "é"]
    assert dict(result.skipped) == {"null_text": 1}


def test_other_columns_keep_their_types(tmp_path: Path) -> None:
    columns = {"n": pa.array([1], pa.int16()), "text": ["t"], "s": [{"a": [1.5]}]}
    (batch,) = read_all([write(tmp_path, columns)]).batches
    assert dict(batch.columns.schema) == {
        "n": pl.Int16(),
        "s": pl.Struct({"a": pl.List(pl.Float64())}),
    }
    assert batch.text_index == 1


@pytest.mark.parametrize("split_bytes", [2_000, 1 << 23])
def test_rows_of_a_corrupt_row_group_are_counted(tmp_path: Path, split_bytes: int) -> None:
    path = write(
        tmp_path, {"text": TEXTS}, row_group_size=500, compression="zstd", use_dictionary=False
    )
    start = pq.read_metadata(path).row_group(1).column(0).data_page_offset
    data = bytearray(path.read_bytes())
    data[start : start + 200] = b"\xff" * 200
    path.write_bytes(data)
    result = read_all([path], split_bytes)
    assert result.texts == TEXTS[:500]
    assert dict(result.skipped) == {"corrupt_row_group": 500}


def test_a_file_that_is_not_parquet_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"no parquet at all")
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        read_all([tmp_path])


def test_a_text_column_of_numbers_is_an_error_that_lists_the_columns(tmp_path: Path) -> None:
    path = write(tmp_path, {"text": [1], "a": ["x"], "b": ["y"]})
    with pytest.raises(DataError, match=r"'text' is not text; the columns are text, a, b"):
        read_all([path], text_column="text")


def test_files_without_rows_have_no_documents(tmp_path: Path) -> None:
    write(tmp_path, {"text": pa.array([], pa.string())})
    (tmp_path / "empty.parquet").write_bytes(b"")
    assert read_all([tmp_path]).documents == []
