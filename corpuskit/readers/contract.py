"""What every reader takes and gives: a source is cut into splits, a split is read as one batch.

The one choice that matters: a document's place is `source.base + position`, where the position
is a byte of the decompressed stream or the index of a row. The spans of all sources are disjoint,
so the places, and the ids mixed from them, are unique before any document has been read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import polars as pl

from corpuskit.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

MAX_RECORD_BYTES = 256 << 20
"""A longer line, row or file is refused: it is never held in memory as a whole."""

EXCERPT_CHARS = 200
KEPT_BAD_RECORDS = 10
"""So many refused records of a split are described; all of them are counted."""


@dataclass(frozen=True)
class ReadOptions:
    """How the user wants the input to be read; a None column is found by its name."""

    text_column: str | None = None
    id_column: str | None = None
    text_mode: Literal["file", "line"] = "file"
    on_bad_input: Literal["skip", "stop"] = "skip"


@dataclass(frozen=True)
class Source:
    """One input file, one split of a Hugging Face dataset, or all .txt files of one input.

    key : the stable name: the path below the input that it was found in.
    format : jsonl, parquet, csv, text or dataset.
    compression : "" | "gz" | "zst"; empty for a group of text files, where each has its own.
    bytes : size on disk.
    base : 64-bit hash of the key, the place of the document at position 0.
    members : text in file mode: the paths below `path`, one document each.
    """

    key: str
    path: Path
    format: str
    compression: str
    bytes: int
    base: int
    dataset_split: str = ""
    members: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class BadRecord:
    """A record that cannot be a document; `count` > 1 when a whole run of rows is lost.

    where : "source:byte 123", "source:row 5" or a file.
    excerpt : its first characters, at most 200.
    """

    where: str
    reason: str
    detail: str = ""
    excerpt: str = ""
    count: int = 1


@dataclass(frozen=True)
class Split:
    """The unit of work: the records of `source` that start in [start, stop).

    number : index of the source among the sources of a run.
    index : dense, from 0, within the source.
    start, stop : bytes of the decompressed stream, or rows (files, for a group of text files).
    payload : what only the feeder could read: the bytes of a compressed stream or the rows of a
        big row group. None where the worker reads the file itself.
    bytes : this split's share of the source's size on disk, for progress.
    refused : records that the feeder had to refuse (too long, behind the break of a stream).
    """

    number: int
    source: Source
    index: int
    start: int
    stop: int
    payload: bytes | pa.Table | pl.DataFrame | None = field(default=None, compare=False, repr=False)
    bytes: int = 0
    refused: tuple[BadRecord, ...] = field(default=(), compare=False)

    @property
    def name(self) -> str:
        """The split's part of a file name, in the order of the corpus.

        Examples
        --------
        >>> from pathlib import Path
        >>> Split(3, Source("a.jsonl", Path("a.jsonl"), "jsonl", "", 9, 0), 17, 0, 9).name
        '00003-000017'
        """
        return f"{self.number:05d}-{self.index:06d}"


@dataclass
class Batch:
    """The documents of one split; rows of `position`, `text`, `user_id`, `columns` agree.

    position : UInt64, byte of the record in the decompressed stream, or index of the row.
    text : String, never null, valid UTF-8.
    user_id : String, null where the user gave none.
    columns : every user column but the text, with its own dtype.
    text_name, id_name : the user's names; `text_index` is the place of the text among `columns`.
    skipped : records refused, by reason; `records` = documents + skipped.
    bad : the first refused records, in order.
    bytes_read : bytes of (decompressed) input, or of Arrow buffers.
    """

    position: pl.Series
    text: pl.Series
    user_id: pl.Series
    columns: pl.DataFrame
    text_name: str
    id_name: str | None
    text_index: int
    skipped: dict[str, int]
    bad: list[BadRecord]
    bytes_read: int

    @property
    def records(self) -> int:
        """Records offered, readable or not; blank lines are not records."""
        return len(self.text) + sum(self.skipped.values())


class Refusals:
    """Counts the records that are refused in one split, or stops at the first one."""

    def __init__(self, options: ReadOptions, before: Iterable[BadRecord] = ()) -> None:
        self._stop = options.on_bad_input == "stop"
        self._counts: Counter[str] = Counter()
        self.bad: list[BadRecord] = []
        for record in before:
            self.add(record)

    def add(self, record: BadRecord) -> None:
        """Count one refused record.

        Raises
        ------
        DataError
            If the user asked to stop at bad input.
        """
        if self._stop:
            detail = f" ({record.detail})" if record.detail else ""
            raise DataError(
                f"{record.where}: {record.reason}{detail}; mend the input, or count and skip "
                "such records with --on-bad-input skip"
            )
        self._counts[record.reason] += record.count
        if len(self.bad) < KEPT_BAD_RECORDS:
            self.bad.append(record)

    @property
    def counts(self) -> dict[str, int]:
        """Refused records by reason, reasons sorted."""
        return dict(sorted(self._counts.items()))


def excerpt(data: bytes) -> str:
    """Show the beginning of a refused record: at most 200 characters.

    Examples
    --------
    >>> excerpt(b"caf\\xff")
    'caf\\ufffd'
    """
    return data[: 4 * EXCERPT_CHARS].decode("utf-8", "replace")[:EXCERPT_CHARS]
