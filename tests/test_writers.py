"""Writers: whole files or none, the same bytes each time, failures in one sentence."""

from __future__ import annotations

import datetime as dt
import errno
import gzip
import hashlib
import io
import json
import os
from decimal import Decimal
from pathlib import Path

import datasets
import polars as pl
import pyarrow.parquet as pq
import pytest
import zstandard

from corpuskit import writers
from corpuskit.errors import ConfigError, RunError
from corpuskit.writers import FORMATS, ShardWriter

FRAME = pl.DataFrame(
    {
        "text": ['é\n"\\ \u2028 \0', "", "长文" * 1000],
        "n": [1, None, 2**63 - 1],
        "score": [0.1, float("nan"), float("inf")],
        "tags": [["a", None], [], None],
        "meta": [{"when": dt.datetime(2020, 1, 2, 3, 4, 5), "raw": b"\xff"}, None, None],
        "price": [Decimal("1.50"), None, None],
        "blob": [b"\0\xff", None, b""],
        "none": pl.Series([None] * 3, dtype=pl.String),
    }
)


def write(path: Path, format: str, *frames: pl.DataFrame) -> tuple[int, int, str]:
    writer = ShardWriter(path, format, FRAME.schema)
    for frame in frames:
        writer.append(frame)
    return writer.close()


@pytest.mark.parametrize("format", FORMATS)
def test_rows_bytes_and_digest_are_those_of_the_file(tmp_path: Path, format: str) -> None:
    path = tmp_path / "new" / f"part.{format}"
    rows, size, digest = write(path, format, FRAME, FRAME.clear(), FRAME)
    data = path.read_bytes()
    assert (rows, size, digest) == (6, len(data), hashlib.sha256(data).hexdigest())
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_rows_give_the_same_bytes(tmp_path: Path, format: str) -> None:
    one = write(tmp_path / "a", format, FRAME, FRAME)
    assert write(tmp_path / "b", format, FRAME, FRAME) == one


@pytest.mark.parametrize("format", FORMATS)
def test_a_shard_without_rows_is_a_readable_file(tmp_path: Path, format: str) -> None:
    rows, _, _ = write(tmp_path / f"a.{format}", format)
    assert rows == 0
    if format == "parquet":
        assert pl.read_parquet(tmp_path / "a.parquet").schema == FRAME.schema


def test_parquet_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    write(path, "parquet", FRAME, FRAME)
    assert pl.read_parquet(path).equals(pl.concat([FRAME, FRAME]), null_equal=True)
    assert pq.ParquetFile(path).metadata.num_row_groups == 2
    assert pq.read_table(path)["text"].to_pylist() == FRAME["text"].to_list() * 2


def test_parquet_is_read_by_datasets(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    write(path, "parquet", FRAME)
    rows = datasets.Dataset.from_parquet(str(path), cache_dir=str(tmp_path / "cache"))
    assert rows["text"][:] == FRAME["text"].to_list()


def lines(data: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in data.split(b"\n")[:-1]]


def test_json_lines_have_the_stated_forms(tmp_path: Path) -> None:
    write(tmp_path / "a", "jsonl", FRAME)
    data = (tmp_path / "a").read_bytes()
    assert "长文".encode() in data
    first, second, third = lines(data)
    assert first == {
        "text": FRAME["text"][0],
        "n": 1,
        "score": 0.1,
        "tags": ["a", None],
        "meta": {"when": "2020-01-02 03:04:05", "raw": "/w=="},
        "price": "1.50",
        "blob": "AP8=",
        "none": None,
    }
    assert (second["n"], second["score"], second["meta"], second["tags"]) == (None, None, None, [])
    assert (third["n"], third["score"], third["blob"]) == (2**63 - 1, None, "")


def test_compressed_json_lines_hold_the_same_lines(tmp_path: Path) -> None:
    for format in ("jsonl", "jsonl.gz", "jsonl.zst"):
        write(tmp_path / format, format, FRAME, FRAME)
    plain = (tmp_path / "jsonl").read_bytes()
    assert gzip.decompress((tmp_path / "jsonl.gz").read_bytes()) == plain
    packed = io.BytesIO((tmp_path / "jsonl.zst").read_bytes())
    reader = zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True)
    assert reader.read() == plain


def test_an_aborted_shard_leaves_nothing(tmp_path: Path) -> None:
    writer = ShardWriter(tmp_path / "a", "jsonl", FRAME.schema)
    writer.append(FRAME)
    writer.abort()
    assert list(tmp_path.iterdir()) == []


def test_a_shard_is_not_there_before_it_is_closed(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    writer = ShardWriter(tmp_path / "a", "jsonl", FRAME.schema)
    writer.append(FRAME)
    assert (tmp_path / "a").read_text() == "old"
    writer.close()
    assert (tmp_path / "a").read_text() != "old"


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    ("code", "message"),
    [
        (errno.ENOSPC, "the disk is full; free some space"),
        (errno.EROFS, "the file system is read-only; choose another folder"),
        (errno.EIO, "Input/output error; choose another folder"),
    ],
)
def test_a_failed_write_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str, code: int, message: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(RunError, match=f"a: cannot be written: {message}"):
        write(tmp_path / "a", format, FRAME)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("format", FORMATS)
def test_a_full_disk_is_told_as_such(tmp_path: Path, format: str) -> None:
    hidden = tmp_path / f".a.tmp-{os.getpid()}"
    hidden.symlink_to("/dev/full")
    big = pl.concat([FRAME] * 2000)
    with pytest.raises(RunError, match="the disk is full"):
        write(tmp_path / "a", format, big)
    assert list(tmp_path.iterdir()) == []


def test_a_path_below_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="cannot be written"):
        writers.write_text(tmp_path / "file" / "a", "x")


def test_an_unknown_format_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"'xml'; choose one of .*jsonl\.zst"):
        ShardWriter(tmp_path / "a", "xml", FRAME.schema)


def test_json_keeps_the_order_of_keys_and_refuses_nan(tmp_path: Path) -> None:
    writers.write_json(tmp_path / "a.json", {"b": 1, "a": ["é", None]})
    expected = '{\n  "b": 1,\n  "a": [\n    "é",\n    null\n  ]\n}\n'
    assert (tmp_path / "a.json").read_text("utf-8") == expected
    with pytest.raises(ValueError, match="not JSON compliant"):
        writers.write_json(tmp_path / "b.json", float("nan"))


def test_an_error_inside_leaves_the_old_file(tmp_path: Path) -> None:
    writers.write_text(tmp_path / "a", "old")

    def write_half() -> None:
        with writers.atomic(tmp_path / "a") as file:
            file.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_half()
    assert (tmp_path / "a").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1
