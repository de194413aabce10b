"""Bytes of a file, decompressed block by block, and cut into pieces at the ends of records.

Memory is constant: decoders give bounded blocks (a decompression bomb is a long stream, no
more), and a record beyond the limit is dropped while it streams by. A stream that breaks off
gives everything before the break: gzip through zlib, whose decoder object knows whether it saw
the end; Zstandard through its stream reader, which does not know, so the frames of the file are
walked by their headers once the reader is at its end.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from corpuskit.errors import DataError
from corpuskit.readers import contract
from corpuskit.readers.contract import BadRecord, Source, Split

BLOCK_BYTES = 1 << 20
BOM = b"\xef\xbb\xbf"
TOO_LONG = f"over {contract.MAX_RECORD_BYTES >> 20} MiB"

_GZIP = b"\x1f\x8b"
_ZST_FRAME = b"\x28\xb5\x2f\xfd"
_ZST_SKIPPABLE = range(0x184D2A50, 0x184D2A60)


class BrokenStreamError(Exception):
    """The compressed stream breaks off or is damaged here; never leaves the readers."""


class Block(NamedTuple):
    """Some decompressed bytes, and the bytes on disk that were read up to here."""

    data: bytes
    consumed: int


RecordEnds = Callable[[bytes], tuple[int, int]]
"""Tells where the first and the last record end in the block that follows the one before."""


def line_ends(block: bytes) -> tuple[int, int]:
    """Records end with a newline; (0, 0) where the block has none.

    Examples
    --------
    >>> line_ends(b"one\\ntwo\\nth")
    (4, 8)
    """
    return block.find(b"\n") + 1, block.rfind(b"\n") + 1


def open_file(path: Path) -> BinaryIO:
    """Open a file for reading.

    Raises
    ------
    DataError
        If that is not possible; the message says why.
    """
    try:
        return path.open("rb")
    except OSError as error:
        raise DataError(
            f"{path}: cannot be read ({error.strerror}); check the path and its permissions"
        ) from error


def blocks(path: Path, compression: str, size: int = BLOCK_BYTES) -> Iterator[Block]:
    """Read a file in blocks of at most `size` bytes, decompressed.

    Parameters
    ----------
    path : Path
    compression : "" | "gz" | "zst"
    size : int, bytes

    Raises
    ------
    BrokenStreamError
        Behind the last good byte of a truncated or damaged stream.
    """
    with open_file(path) as file:
        decode = {"": _plain_blocks, "gz": _gzip_blocks, "zst": _zst_blocks}[compression]
        yield from decode(file, size)


def _plain_blocks(file: BinaryIO, size: int) -> Iterator[Block]:
    while data := file.read(size):
        yield Block(data, file.tell())


def _gzip_blocks(file: BinaryIO, size: int) -> Iterator[Block]:
    """Read all members of a gzip file; zeros behind the last one are padding."""
    pending = file.read(BLOCK_BYTES)
    while pending:
        decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
        while not decoder.eof:
            data = _inflate(decoder, pending, size)
            pending = decoder.unconsumed_tail
            if data:
                yield Block(data, file.tell() - len(pending))
            if decoder.eof:
                break
            if not pending and not data:
                pending = file.read(BLOCK_BYTES)
                if not pending:
                    raise BrokenStreamError("the gzip stream breaks off")
        pending = decoder.unused_data.lstrip(b"\0")
        while not pending and (more := file.read(BLOCK_BYTES)):
            pending = more.lstrip(b"\0")


def _inflate(decoder: zlib._Decompress, pending: bytes, size: int) -> bytes:
    try:
        return decoder.decompress(pending, size)
    except zlib.error as error:
        raise BrokenStreamError(f"damaged gzip stream: {error}") from error


def _zst_blocks(file: BinaryIO, size: int) -> Iterator[Block]:
    """Read all frames of a Zstandard file."""
    import zstandard

    window = zstandard.ZstdDecompressor(max_window_size=1 << 31)
    with window.stream_reader(file, read_across_frames=True, closefd=False) as reader:
        while True:
            try:
                data = reader.read1(size)  # `read` would lose its bytes before an error
            except zstandard.ZstdError as error:
                raise BrokenStreamError(f"damaged Zstandard stream: {error}") from error
            if not data:
                break
            yield Block(data, file.tell())
    if not zst_is_whole(file):
        raise BrokenStreamError("the Zstandard stream breaks off")


def zst_is_whole(file: BinaryIO) -> bool:
    """Tell whether a Zstandard file ends where a frame ends, from headers alone (RFC 8878)."""
    size = file.seek(0, 2)
    at = 0
    while at < size:
        after = _zst_frame_end(file, at)
        if after is None or after > size:
            return False
        at = after
    return True


def _zst_frame_end(file: BinaryIO, at: int) -> int | None:
    file.seek(at)
    header = file.read(18)
    if len(header) >= 8 and int.from_bytes(header[:4], "little") in _ZST_SKIPPABLE:
        return at + 8 + int.from_bytes(header[4:8], "little")
    if header[:4] != _ZST_FRAME or len(header) < 6:
        return None
    descriptor = header[4]
    single = descriptor >> 5 & 1
    content = (single, 2, 4, 8)[descriptor >> 6]  # bytes of the content size
    at += 5 + (1 - single) + (0, 1, 2, 4)[descriptor & 3] + content
    while True:
        file.seek(at)
        block = file.read(3)
        if len(block) < 3:
            return None
        value = int.from_bytes(block, "little")
        repeated = value >> 1 & 3 == 1  # one byte, said many times
        at += 3 + (1 if repeated else value >> 3)
        if value & 1:
            return at + (4 if descriptor & 4 else 0)


class Piece(NamedTuple):
    """Whole records: `data` begins at byte `start` of the stream.

    stop : where the piece ends; a dropped record makes a gap before the next one.
    consumed : bytes on disk that were read up to here.
    """

    start: int
    stop: int
    data: bytes
    consumed: int
    refused: tuple[BadRecord, ...]


def pieces(source: Source, ends: RecordEnds, piece_bytes: int) -> Iterator[Piece]:
    """Cut the stream of a file into pieces of about `piece_bytes`, at the ends of records.

    The cuts depend on the bytes of the file and on `piece_bytes` alone.
    """
    cutter = _Cutter(source, ends, piece_bytes)
    broken = None
    try:
        for block in blocks(source.path, source.compression, min(BLOCK_BYTES, piece_bytes)):
            yield from cutter.feed(block)
    except BrokenStreamError as error:
        broken = str(error)
    yield from cutter.close(source.bytes, broken)


def splits_of(number: int, source: Source, cuts: Iterator[Piece]) -> Iterator[Split]:
    """Make a split of each piece."""
    done = 0
    for index, piece in enumerate(cuts):
        yield Split(
            number=number,
            source=source,
            index=index,
            start=piece.start,
            stop=piece.stop,
            payload=piece.data,
            bytes=piece.consumed - done,
            refused=piece.refused,
        )
        done = piece.consumed


class _Cutter:
    """Collects blocks until a piece is full; drops a record that grows beyond the limit."""

    def __init__(self, source: Source, ends: RecordEnds, piece_bytes: int) -> None:
        self.source, self.ends, self.piece_bytes = source, ends, piece_bytes
        self.start = 0  # position in the stream of what is held
        self.held = self.whole = 0  # bytes held; those of them that are whole records
        self.parts: list[bytes] = []
        self.refused: list[BadRecord] = []
        self.dropping = False

    def feed(self, block: Block) -> Iterator[Piece]:
        """Take the next block; give a piece where `piece_bytes` of whole records are full."""
        data = block.data
        first, last = self.ends(data)
        if self.dropping:
            self.start += first or len(data)
            self.dropping = not first
            data, last = data[first:] if first else b"", last - first
        if last:
            self.whole = self.held + last
        self.parts.append(data)
        self.held += len(data)
        if self.whole >= self.piece_bytes:
            yield self._take(block.consumed)
        if self.held - self.whole > contract.MAX_RECORD_BYTES:
            if self.whole:
                yield self._take(block.consumed)
            self._drop()

    def close(self, consumed: int, broken: str | None) -> Iterator[Piece]:
        """Give what is left; behind a break, the unfinished record is lost."""
        if broken is None:
            self.whole = self.held
        else:
            self._refuse(self.whole, "truncated_stream", broken)
        if self.whole or self.refused:
            yield self._take(consumed)

    def _drop(self) -> None:
        self._refuse(0, "record_too_long", TOO_LONG)
        self.dropping = True
        self.start += self.held
        self.parts, self.held = [], 0

    def _refuse(self, at: int, reason: str, detail: str) -> None:
        where = f"{self.source.key}:byte {self.start + at}"
        self.refused.append(BadRecord(where, reason, detail))

    def _take(self, consumed: int) -> Piece:
        data = b"".join(self.parts)
        stop = self.start + self.whole
        piece = Piece(self.start, stop, data[: self.whole], consumed, tuple(self.refused))
        self.parts, self.refused = [data[self.whole :]], []
        self.start = stop
        self.held -= self.whole
        self.whole = 0
        return piece


def line_ranges(number: int, source: Source, split_bytes: int) -> Iterator[Split]:
    """Cut a plain file into byte ranges at line ends, by a few seeks; the worker reads them.

    A line over the limit is found here and refused; the lines before it come as payload.
    """
    with open_file(source.path) as file:
        start = index = 0
        while start < source.bytes:
            target = min(start + split_bytes, source.bytes)
            stop = _line_end(file, target, source.bytes)
            payload: bytes | None = None
            refused: tuple[BadRecord, ...] = ()
            if stop - target > contract.MAX_RECORD_BYTES:
                file.seek(start)
                data = file.read(target - start)
                payload = data[: data.rfind(b"\n") + 1]
                where = f"{source.key}:byte {start + len(payload)}"
                refused = (BadRecord(where, "record_too_long", TOO_LONG),)
            yield Split(
                number, source, index, start, stop, payload, bytes=stop - start, refused=refused
            )
            start, index = stop, index + 1


def _line_end(file: BinaryIO, target: int, size: int) -> int:
    """Position behind the first newline at or after the byte before `target`."""
    at = target - 1
    file.seek(at)
    while data := file.read(BLOCK_BYTES if at >= target else 1 << 16):
        found = data.find(b"\n")
        if found >= 0:
            return at + found + 1
        at += len(data)
    return size


def records_of(split: Split) -> tuple[bytes, int]:
    """The bytes of a split of lines, and the stream position of the first; no byte order mark."""
    if isinstance(split.payload, bytes):
        data = split.payload
    else:
        with open_file(split.source.path) as file:
            file.seek(split.start)
            data = file.read(split.stop - split.start)
    if split.start == 0 and data.startswith(BOM):
        return data[len(BOM) :], len(BOM)
    return data, split.start


def head(source: Source, wanted: int) -> bytes:
    """The first bytes of a stream: about `wanted`, more if the first line is longer."""
    parts: list[bytes] = []
    held, ended = 0, False
    try:
        for block in blocks(source.path, source.compression, min(BLOCK_BYTES, wanted)):
            parts.append(block.data)
            held += len(block.data)
            ended = ended or b"\n" in block.data
            if held >= (wanted if ended else contract.MAX_RECORD_BYTES):
                break
    except BrokenStreamError:
        pass
    return b"".join(parts).removeprefix(BOM)


def is_utf8(data: bytes) -> bool:
    """Tell whether bytes are valid UTF-8; Arrow looks, many bytes at a time, without the GIL.

    Examples
    --------
    >>> is_utf8("é".encode()), is_utf8(b"\\xff")
    (True, False)
    """
    import pyarrow as pa

    offsets = pa.array([0, len(data)], pa.int64()).buffers()[1]
    array = pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), 1, [None, offsets, pa.py_buffer(data)]
    )
    try:
        array.cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True
