"""The one way to write a file: beside its place under a hidden name, then moved there at once.

A reader never sees half a file, and a killed run leaves nothing but hidden `.tmp` files. Bytes
depend on the rows and the installed versions alone: no times, no names, no random ids.

JSON Lines hold one object a line, UTF-8 as it is, nulls kept. Dates and times are text (ISO
8601), decimals text, binary values base64 text, durations ISO 8601 text; NaN and infinities,
which JSON does not have, are null.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from corpuskit.errors import ConfigError, RunError
from corpuskit.readers.schemas import base64_binary

FORMATS = ("parquet", "jsonl", "jsonl.gz", "jsonl.zst")

ZST_LEVEL = 1
"""Half as long to write as zstd's own default, 3, for Parquet files that are 13 % larger."""

GZIP_LEVEL = 4
"""Nearly three times as fast as gzip's default, 6, for files that are 5 % larger."""

DICTIONARY_BYTES = 1 << 18
"""Parquet gives up a column's dictionary beyond this size, so long texts cost little."""

_REMEDIES = {
    errno.ENOSPC: "the disk is full; free some space, then run the same command again",
    errno.EDQUOT: "the disk quota is used up; free some space, then run the same command again",
    errno.EROFS: "the file system is read-only; choose another folder for the output",
    errno.EACCES: "permission denied; choose a folder that you may write to",
    errno.EPERM: "not permitted; choose a folder that you may write to",
    errno.ENOTDIR: "a part of the path is a file, not a folder; choose another folder",
}


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 text file, atomically."""
    with atomic(path) as file:
        file.write(text.encode("utf-8"))


def write_json(path: Path, value: object) -> None:
    """Write JSON, atomically: keys in the order given, two spaces, UTF-8, no NaN, a last newline.

    Raises
    ------
    ValueError
        If the value holds NaN or an infinity, which JSON does not have.
    """
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    write_text(path, text + "\n")


def write_parquet(path: Path, frame: pl.DataFrame) -> tuple[int, int, str]:
    """Write a frame as one Parquet file, atomically; give rows, bytes, SHA-256 in hex."""
    writer = ShardWriter(path, "parquet", frame.schema)
    try:
        writer.append(frame)
        return writer.close()
    except BaseException:
        writer.abort()
        raise


@contextmanager
def atomic(path: Path) -> Iterator[BinaryIO]:
    """Open a hidden file beside `path`; on success it takes its place, else it is removed.

    Raises
    ------
    RunError
        If it cannot be written: the disk is full, the folder read-only, and so on.
    """
    writing = _Atomic(path)
    try:
        with _told(path):
            yield writing.file
        writing.publish()
    except BaseException:
        writing.abort()
        raise


class ShardWriter:
    """Writes one shard, frame by frame; it appears under its name when it is closed.

    Parameters
    ----------
    path : Path
        The folder is made if it is not there.
    format : str
        One of `FORMATS`.
    schema : {column: dtype}
        Every frame has these columns.
    encoding : mapping, optional
        Of Parquet: further arguments of `pyarrow.parquet.ParquetWriter`.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "part-00000.jsonl"
    >>> writer = ShardWriter(path, "jsonl", {"text": pl.String()})
    >>> writer.append(pl.DataFrame({"text": ["é"]}))
    >>> rows, size, digest = writer.close()
    >>> rows, size, path.read_text()
    (1, 14, '{"text":"é"}\\n')
    """

    def __init__(
        self,
        path: Path,
        format: str,
        schema: Mapping[str, pl.DataType],
        encoding: Mapping[str, Any] | None = None,
    ) -> None:
        if format not in FORMATS:
            raise ConfigError(f"format: unknown format {format!r}; choose one of {FORMATS}")
        self.path, self.format, self.schema = path, format, dict(schema)
        self.rows = 0
        self._output = _Atomic(path)
        try:
            with _told(path):
                self._encoder = _encoder(format, self.schema, self._output, encoding or {})
        except BaseException:
            self.abort()
            raise

    def append(self, frame: pl.DataFrame) -> None:
        """Add the rows of a frame: one row group, or one Zstandard frame.

        Raises
        ------
        RunError
            If it cannot be written; the unfinished file is removed.
        """
        try:
            with _told(self.path):
                self._encoder.add(frame.select(list(self.schema)))
        except BaseException:
            self.abort()
            raise
        self.rows += frame.height

    def close(self) -> tuple[int, int, str]:
        """Finish the file and move it to its place; give rows, bytes, SHA-256 in hex."""
        try:
            with _told(self.path):
                self._encoder.finish()
            return self.rows, *self._output.publish()
        except BaseException:
            self.abort()
            raise

    def abort(self) -> None:
        """Remove the unfinished file; nothing happens after `close`."""
        self._output.abort()


class _Atomic:
    """A file under a hidden name, hashed while it is written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.hidden = path.with_name(f".{path.name}.tmp-{os.getpid()}")
        self.digest = hashlib.sha256()
        self.size = 0
        with _told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self.raw = self.hidden.open("wb")
        self.file: Any = self
        self.closed = False

    def write(self, data: Any) -> int:
        """Write bytes and hash them; after `abort`, let an encoder say its last words to nobody."""
        view = memoryview(data)
        if self.raw.closed:
            return view.nbytes
        self.raw.write(view)
        self.digest.update(view)
        self.size += view.nbytes
        return view.nbytes

    def publish(self) -> tuple[int, str]:
        """Bring the bytes to the disk and the file to its name; give its size and digest."""
        with _told(self.path):
            self.raw.flush()
            os.fsync(self.raw.fileno())
            self.raw.close()
            os.replace(self.hidden, self.path)
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        return self.size, self.digest.hexdigest()

    def abort(self) -> None:
        """Remove the hidden file, whatever state it is in."""
        with suppress(OSError):  # the disk is full: what was buffered is lost, as it should be
            self.raw.close()
        self.hidden.unlink(missing_ok=True)

    # What a Parquet writer expects of a file.
    def tell(self) -> int:
        """Bytes written so far."""
        return self.size

    def flush(self) -> None:
        """Nothing: `publish` brings all bytes to the disk."""

    def close(self) -> None:
        """Nothing: `publish` or `abort` closes the file."""

    def readable(self) -> bool:
        """Only written."""
        return False

    def writable(self) -> bool:
        """Only written."""
        return True

    def seekable(self) -> bool:
        """Only written, from front to back."""
        return False


class _Parquet:
    """One row group per frame, Zstandard inside."""

    def __init__(
        self, schema: Mapping[str, pl.DataType], output: _Atomic, encoding: Mapping[str, Any]
    ) -> None:
        import pyarrow.parquet as pq

        empty = self._table(pl.DataFrame(schema=dict(schema)))
        self.writer = pq.ParquetWriter(
            output,
            empty.schema,
            compression="zstd",
            compression_level=ZST_LEVEL,
            dictionary_pagesize_limit=DICTIONARY_BYTES,
            **encoding,
        )

    @staticmethod
    def _table(frame: pl.DataFrame) -> Any:
        return frame.to_arrow(compat_level=pl.CompatLevel.oldest())

    def add(self, frame: pl.DataFrame) -> None:
        if frame.height:
            self.writer.write_table(self._table(frame), row_group_size=frame.height)

    def finish(self) -> None:
        self.writer.close()


class _JsonLines:
    """One object a line, compressed frame by frame."""

    def __init__(
        self, compress: Callable[[bytes], bytes], end: Callable[[], bytes], output: _Atomic
    ) -> None:
        self.compress, self.end, self.output = compress, end, output

    def add(self, frame: pl.DataFrame) -> None:
        if frame.height:
            self.output.write(self.compress(json_lines(frame)))

    def finish(self) -> None:
        self.output.write(self.end())


def json_lines(frame: pl.DataFrame) -> bytes:
    """Write a frame as JSON Lines, in the forms that this module's docstring states."""
    plain = [base64_binary(pl.col(name), dtype).alias(name) for name, dtype in frame.schema.items()]
    return frame.select(plain).write_ndjson().encode("utf-8")


def _encoder(
    format: str, schema: Mapping[str, pl.DataType], output: _Atomic, encoding: Mapping[str, Any]
) -> _Parquet | _JsonLines:
    if format == "parquet":
        return _Parquet(schema, output, encoding)
    if format == "jsonl.gz":
        deflate = zlib.compressobj(
            GZIP_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16
        )  # no time, no name
        return _JsonLines(deflate.compress, deflate.flush, output)
    if format == "jsonl.zst":
        import zstandard

        zst = zstandard.ZstdCompressor(level=ZST_LEVEL, write_checksum=True)
        return _JsonLines(zst.compress, bytes, output)
    return _JsonLines(bytes, bytes, output)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn a failed write into a sentence with a remedy."""
    try:
        yield
    except OSError as error:
        remedy = _REMEDIES.get(
            error.errno or 0, f"{error.strerror or error}; choose another folder"
        )
        raise RunError(f"{path}: cannot be written: {remedy}") from error
