"""Plain text: a document a line, or a document a file."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.errors import DataError
from corpuskit.readers import contract
from tests.readers.reading import read_all
from tests.reference_records import text_lines


def test_a_file_is_one_document_with_its_path_as_id(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfone\r\ntwo\n")
    (tmp_path / "sub" / "b.txt.gz").write_bytes(gzip.compress(b"drei\0"))
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "README.txt").write_text("not data")
    (batch,) = read_all([tmp_path]).batches
    assert batch.text.to_list() == ["one\r\ntwo\n", "drei\0"]
    assert batch.user_id.to_list() == ["a.txt", "sub/b.txt.gz"]
    assert batch.columns.to_dict(as_series=False) == {"path": ["a.txt", "sub/b.txt.gz"]}
    assert batch.position.to_list() == [0, 2]


def test_many_small_files_share_their_splits(tmp_path: Path) -> None:
    for i in range(300):
        (tmp_path / f"{i:03d}.txt").write_text(f"document {i}")
    result = read_all([tmp_path], 1000)
    assert result.texts == [f"document {i}" for i in range(300)]
    assert 3 <= len(result.splits) <= 5
    assert sum(split.bytes for split in result.splits) == sum(
        path.stat().st_size for path in tmp_path.iterdir()
    )


def test_bad_files_are_counted_by_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract, "MAX_RECORD_BYTES", 100)
    (tmp_path / "a.txt").write_bytes(b"\xff\xfea")
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(b"text")[:-9])
    (tmp_path / "c.txt").write_bytes(b"x" * 101)
    (tmp_path / "d.txt").write_bytes(b"x" * 100)
    result = read_all([tmp_path])
    assert result.texts == ["x" * 100]
    assert dict(result.skipped) == {"not_utf8": 1, "record_too_long": 1, "truncated_stream": 1}
    with pytest.raises(DataError, match=r"a\.txt: not_utf8"):
        read_all([tmp_path], on_bad_input="stop")


def test_a_line_is_a_document_in_line_mode(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfone\r\n\n \t\r\n  two\nbad\xff\nlast")
    result = read_all([tmp_path / "a.txt"], text_mode="line")
    assert result.documents == [("a.txt", 3, "one"), ("a.txt", 13, "  two"), ("a.txt", 24, "last")]
    assert dict(result.skipped) == {"not_utf8": 1}
    assert result.bad[0].where == "a.txt:byte 19"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=40).map(str.encode), st.integers(1, 70))
def test_every_cut_gives_the_lines_that_are_utf8(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, split_bytes: int
) -> None:
    path = tmp_path_factory.mktemp("text") / "a.txt"
    path.write_bytes(b"." + data)
    result = read_all([path], split_bytes, text_mode="line")
    expected, bad = [], 0
    for at, line in text_lines(b"." + data):
        try:
            expected.append((at, line.decode()))
        except UnicodeDecodeError:
            bad += 1
    assert [(at, text) for _, at, text in result.documents] == expected
    assert result.skipped["not_utf8"] == bad
