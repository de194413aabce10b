"""Compressed streams: whole, in parts, broken off, too long."""

from __future__ import annotations

import gzip
import io
import random
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.readers import contract, streams
from tests.readers.reading import read_all

LINES = [b'{"text":"%d %d"}' % (i, random.Random(i).getrandbits(900)) for i in range(6000)]
DATA = b"\n".join(LINES) + b"\n"
TEXTS = [line.decode()[9:-2] for line in LINES]


def zst(data: bytes, **options: object) -> bytes:
    return zstandard.ZstdCompressor(**options).compress(data)


def stream_zst(data: bytes) -> bytes:
    """Without a content size in the header."""
    out = io.BytesIO()
    with zstandard.ZstdCompressor(write_checksum=True).stream_writer(out, closefd=False) as writer:
        writer.write(data)
    return out.getvalue()


WHOLE = {
    "one.jsonl.gz": gzip.compress(DATA),
    "members.jsonl.gz": gzip.compress(DATA[:7001]) + gzip.compress(DATA[7001:]),
    "padded.jsonl.gz": gzip.compress(DATA) + bytes(5000),
    "empty-member.jsonl.gz": gzip.compress(b"") + gzip.compress(DATA),
    "one.jsonl.zst": zst(DATA),
    "frames.jsonl.zst": zst(DATA[:7001]) + zst(DATA[7001:], write_checksum=True),
    "stream.jsonl.zst": stream_zst(DATA[:99]) + stream_zst(DATA[99:]),
    "skippable.jsonl.zst": b"\x50\x2a\x4d\x18\x03\0\0\0abc" + zst(DATA),
    "empty-frame.jsonl.zst": zst(b"") + zst(DATA),
}


@pytest.mark.parametrize("name", WHOLE)
def test_all_members_and_frames_are_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(WHOLE[name])
    result = read_all([tmp_path / name], 200_000)
    assert result.texts == TEXTS
    assert not result.skipped
    assert len(result.splits) > 5
    assert sum(split.bytes for split in result.splits) == len(WHOLE[name])


@pytest.mark.parametrize("name", ["one.jsonl.gz", "one.jsonl.zst", "stream.jsonl.zst"])
@pytest.mark.parametrize("part", [0.02, 0.5, 0.999])
def test_whole_records_before_a_break_are_used_and_the_break_is_counted(
    tmp_path: Path, name: str, part: float
) -> None:
    data = WHOLE[name]
    (tmp_path / name).write_bytes(data[: int(len(data) * part)])
    result = read_all([tmp_path / name], 200_000, text_column="text")
    assert result.texts == TEXTS[: len(result.texts)]
    assert dict(result.skipped) == {"truncated_stream": 1}
    assert "breaks off" in result.bad[-1].detail
    assert len(result.texts) >= len(TEXTS) * part - 1500  # a zstd block is 128 KiB


@pytest.mark.parametrize("name", ["x.jsonl.gz", "x.jsonl.zst"])
def test_a_file_that_is_not_compressed_at_all_is_one_broken_stream(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(DATA)
    assert dict(read_all([tmp_path / name]).skipped) == {"truncated_stream": 1}


@pytest.mark.parametrize("name", ["x.jsonl.gz", "x.jsonl.zst"])
def test_garbage_behind_a_stream_is_counted(tmp_path: Path, name: str) -> None:
    good = gzip.compress(DATA) if name.endswith("gz") else zst(DATA)
    (tmp_path / name).write_bytes(good + b"garbage")
    result = read_all([tmp_path / name])
    assert result.texts == TEXTS
    assert dict(result.skipped) == {"truncated_stream": 1}


@pytest.mark.parametrize("name", ["x.jsonl.gz", "x.jsonl.zst"])
def test_an_empty_compressed_file_has_no_documents(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(b"") if name.endswith("gz") else zst(b""))
    assert read_all([tmp_path / name]).documents == []


def test_a_bomb_is_one_record_that_is_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contract, "MAX_RECORD_BYTES", 3 << 20)
    bomb = b'{"text":"a"}\n' + bytes(64 << 20) + b'\n{"text":"b"}\n'
    for name, data in (("x.jsonl.zst", zst(bomb)), ("x.jsonl.gz", gzip.compress(bomb, 1))):
        (tmp_path / name).write_bytes(data)
        largest = max(len(block.data) for block in streams.blocks(tmp_path / name, name[8:]))
        assert largest <= streams.BLOCK_BYTES
        result = read_all([tmp_path / name])
        assert result.documents == [(name, 0, "a"), (name, 14 + (64 << 20), "b")]
        assert dict(result.skipped) == {"record_too_long": 1}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 60), max_size=12), st.integers(1, 80), st.booleans())
def test_pieces_are_whole_lines_that_follow_one_another(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], piece_bytes: int, ends: bool
) -> None:
    data = b"\n".join(b"x" * size for size in sizes) + (b"\n" if ends else b"")
    path = tmp_path_factory.mktemp("pieces") / "x.jsonl.zst"
    path.write_bytes(zst(data))
    source = contract.Source("x", path, "jsonl", "zst", path.stat().st_size, 0)
    pieces = list(streams.pieces(source, streams.line_ends, piece_bytes))
    assert b"".join(piece.data for piece in pieces) == data
    assert all(piece.data.endswith(b"\n") for piece in pieces[:-1])
    assert [p.start for p in pieces[1:]] == [p.stop for p in pieces[:-1]]
