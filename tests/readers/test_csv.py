"""CSV: values stay text, ragged rows are refused, newlines in quotes are safe from cutting."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.errors import DataError
from corpuskit.readers import contract
from tests.readers.reading import read_all
from tests.reference_records import csv_rows


def write(folder: Path, data: str | bytes, name: str = "x.csv") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_separator_and_line_ends_are_found(tmp_path: Path, separator: str, newline: str) -> None:
    rows = ["id", "text", "n"], ["1", '"a ""q"" b"', "007"], ["2", '"x\ny"', ""]
    data = newline.join(separator.join(row) for row in rows) + newline
    (batch,) = read_all([write(tmp_path, data)]).batches
    assert batch.text.to_list() == ['a "q" b', "x\ny"]
    assert batch.columns.to_dict(as_series=False) == {"id": ["1", "2"], "n": ["007", None]}
    assert batch.user_id.to_list() == ["1", "2"]


def test_an_empty_text_is_a_document_and_another_empty_field_is_null(tmp_path: Path) -> None:
    (batch,) = read_all([write(tmp_path, 'text,a\n,1\n"",""\nx,\n')]).batches
    assert batch.text.to_list() == ["", "", "x"]
    assert batch.columns["a"].to_list() == ["1", "", None]


@pytest.mark.parametrize("row", ["a", "a,b,c", '"a"b,c', '"a,b'])
def test_a_broken_row_is_counted(tmp_path: Path, row: str) -> None:
    result = read_all([write(tmp_path, f"text,n\ngood,1\n{row}")])
    assert result.texts == ["good"]
    assert dict(result.skipped) == {"broken_row": 1}
    assert result.bad[0].where == "x.csv:byte 14"


def test_a_row_that_is_not_utf8_is_counted(tmp_path: Path) -> None:
    result = read_all([write(tmp_path, b"text,n\ngood,1\nbad\xff,2\nfine,3\n")])
    assert result.texts == ["good", "fine"]
    assert dict(result.skipped) == {"not_utf8": 1}


def test_stopping_at_a_broken_row_names_it(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"x\.csv:byte 7: broken_row \(1 fields, the header has 2"):
        read_all([write(tmp_path, "text,n\na\n")], on_bad_input="stop")


def test_a_row_over_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract, "MAX_RECORD_BYTES", 1000)
    path = write(tmp_path, 'text,n\na,1\n"' + "x\n" * 5000 + '",2\nb,3\n')
    for split_bytes in (10, 1 << 20):
        result = read_all([path], split_bytes)
        assert result.texts == ["a", "b"]
        assert dict(result.skipped) == {"record_too_long": 1}


def test_a_header_without_a_text_is_an_error_that_lists_the_columns(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"the columns are a, column_2, a_3: name it"):
        read_all([write(tmp_path, "a,,a\n1,2,3\n")])
    with pytest.raises(DataError, match="header is not UTF-8"):
        read_all([write(tmp_path, "text,n\n1,2\n".encode("utf-16"))])


def test_files_without_rows_have_no_documents(tmp_path: Path) -> None:
    for data in ("", "text,n\n", "text,n", "\n"):
        result = read_all([write(tmp_path, data)])
        assert (result.documents, dict(result.skipped)) == ([], {})


def test_a_byte_order_mark_and_compression_are_fine(tmp_path: Path) -> None:
    path = write(tmp_path, gzip.compress("\ufefftext,n\na,1\n".encode()), "x.csv.gz")
    assert read_all([path]).documents == [("x.csv.gz", 10, "a")]


def quoted(row: tuple[str, ...]) -> str:
    """Write a row with every field in quotes (RFC 4180); Python 3.10's writer refuses NUL."""
    return ",".join('"' + field.replace('"', '""') + '"' for field in row)


CELL = st.text(alphabet='ab é\n\r",;\x00', max_size=6)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=8), st.integers(1, 50), st.booleans())
def test_every_cut_gives_the_rows_that_were_written(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str, str]],
    split_bytes: int,
    ends: bool,
) -> None:
    end = "\r\n" if ends else "\n"
    written = "".join(quoted(row) + end for row in [("text", "n", "m"), *rows])
    path = write(tmp_path_factory.mktemp("csv"), written)
    result = read_all([path], split_bytes)
    assert result.texts == [text for text, _, _ in rows]
    columns = [row for batch in result.batches for row in batch.columns.rows()]
    assert columns == [row[1:] for row in rows]
    assert not result.skipped


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet='ab,"\n', max_size=40))
def test_any_text_gives_the_rows_that_the_standard_library_reads(
    tmp_path_factory: pytest.TempPathFactory, body: str
) -> None:
    path = write(tmp_path_factory.mktemp("csv"), "text,n\n" + body)
    result = read_all([path], 7)
    try:
        expected = csv_rows(body)
    except csv.Error:
        assert result.skipped["broken_row"] >= 1
        return
    assert result.texts == [row[0] for row in expected if len(row) == 2]
    assert sum(result.skipped.values()) == sum(len(row) != 2 for row in expected)
