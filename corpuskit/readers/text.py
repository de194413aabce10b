"""Plain text: a document is a line, or a file; the small files of one input share their splits.

In file mode all text files of an input are one source, since ten thousand small files must not
be ten thousand units of work. A document's position is then its file's index, and its id, shown
to the user, its path.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from corpuskit.kernels import records
from corpuskit.readers import contract, streams
from corpuskit.readers.contract import (
    BadRecord,
    Batch,
    ReadOptions,
    Refusals,
    Source,
    Split,
    excerpt,
)

TEXT_NAME = "text"
PATH_NAME = "path"
FILES_PER_SPLIT = 4096
COMPRESSED_GROWTH = 4
"""Compressed text is taken to grow so much, when files are grouped."""


def plan(number: int, source: Source, options: ReadOptions, split_bytes: int) -> Iterator[Split]:
    """Cut a file at line ends, or a group of files between files."""
    if options.text_mode == "file":
        yield from _file_groups(number, source, split_bytes)
    elif source.compression:
        cuts = streams.pieces(source, streams.line_ends, split_bytes)
        yield from streams.splits_of(number, source, cuts)
    else:
        yield from streams.line_ranges(number, source, split_bytes)


def read(split: Split, options: ReadOptions) -> Batch:
    """Read lines or files as documents."""
    refusals = Refusals(options, split.refused)
    if options.text_mode == "file":
        return _read_files(split, refusals)
    return _read_lines(split, refusals)


def compression_of(name: str) -> str:
    """Tell the compression from a file's name.

    Examples
    --------
    >>> compression_of("a.txt.GZ"), compression_of("a.txt")
    ('gz', '')
    """
    suffix = name.lower().rsplit(".", 1)[-1]
    return suffix if suffix in ("gz", "zst") else ""


def _file_groups(number: int, source: Source, split_bytes: int) -> Iterator[Split]:
    start = index = size = weight = 0
    for stop, member in enumerate(source.members, 1):
        on_disk = (source.path / member).stat().st_size
        size += on_disk
        weight += on_disk * (COMPRESSED_GROWTH if compression_of(member) else 1)
        full = weight >= split_bytes or stop - start == FILES_PER_SPLIT
        if full or stop == len(source.members):
            yield Split(number, source, index, start, stop, bytes=size)
            start, index, size, weight = stop, index + 1, 0, 0


def _read_files(split: Split, refusals: Refusals) -> Batch:
    positions, texts, paths = [], [], []
    bytes_read = 0
    for position in range(split.start, split.stop):
        member = split.source.members[position]
        text, found, refused = _read_file(split.source.path, member)
        bytes_read += found
        if refused is not None:
            refusals.add(refused)
        elif found:
            positions.append(position)
            texts.append(text)
            paths.append(shown(member))
    path = pl.Series(PATH_NAME, paths, pl.String)
    return Batch(
        position=pl.Series("position", positions, pl.UInt64),
        text=pl.Series("text", texts, pl.String),
        user_id=path.rename("user_id"),
        columns=path.to_frame(),
        text_name=TEXT_NAME,
        id_name=PATH_NAME,
        text_index=0,
        skipped=refusals.counts,
        bad=refusals.bad,
        bytes_read=bytes_read,
    )


def shown(member: str) -> str:
    """Make a path valid text: file names may hold any bytes.

    Examples
    --------
    >>> shown("a/\\udcff.txt")
    'a/\\ufffd.txt'
    """
    return member.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _read_file(folder: Path, member: str) -> tuple[str, int, BadRecord | None]:
    """The text of one file, its bytes, and why it is refused."""
    where, parts, found = shown(member), [], 0
    try:
        for block in streams.blocks(folder / member, compression_of(member)):
            found += len(block.data)
            if found > contract.MAX_RECORD_BYTES:
                return "", found, BadRecord(where, "record_too_long", streams.TOO_LONG)
            parts.append(block.data)
        data = b"".join(parts).removeprefix(streams.BOM)
        del parts[1:]  # a file may be giant, and its beginning is enough for a message
        return data.decode("utf-8"), found, None
    except streams.BrokenStreamError as error:
        return "", found, BadRecord(where, "truncated_stream", str(error))
    except UnicodeDecodeError as error:
        return "", found, BadRecord(where, "not_utf8", f"byte {error.start}", excerpt(parts[0]))


def _read_lines(split: Split, refusals: Refusals) -> Batch:
    data, start = streams.records_of(split)
    buffer = np.frombuffer(data, np.uint8)
    starts, stops = records.text_lines(buffer)
    wanted = np.ones(len(starts), np.bool_)

    def refuse(i: int, reason: str, detail: str) -> None:
        wanted[i] = False
        where = f"{split.source.key}:byte {start + int(starts[i])}"
        refusals.add(BadRecord(where, reason, detail, excerpt(data[starts[i] : stops[i]])))

    for i in np.flatnonzero(stops - starts > contract.MAX_RECORD_BYTES):
        refuse(int(i), "record_too_long", streams.TOO_LONG)
    if not streams.is_utf8(data):
        for i in np.flatnonzero(wanted):
            try:
                data[starts[i] : stops[i]].decode("utf-8")
            except UnicodeDecodeError as error:
                refuse(int(i), "not_utf8", f"byte {error.start} of the line")
    offsets, out = records.gather(buffer, starts[wanted], stops[wanted], 0)
    text = pa.LargeStringArray.from_buffers(
        len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(out)
    )
    position = starts[wanted].astype(np.uint64) + np.uint64(start)
    return Batch(
        position=pl.Series("position", position, pl.UInt64),
        text=pl.Series("text", text, pl.String),
        user_id=pl.repeat(None, len(offsets) - 1, dtype=pl.String, eager=True).rename("user_id"),
        columns=pl.DataFrame(height=len(offsets) - 1),
        text_name=TEXT_NAME,
        id_name=None,
        text_index=0,
        skipped=refusals.counts,
        bad=refusals.bad,
        bytes_read=len(data),
    )
