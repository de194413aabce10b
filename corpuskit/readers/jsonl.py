"""JSON Lines: Polars parses a whole split at once; a strict parser judges every doubtful line.

Polars refuses broken JSON and bytes that are not UTF-8, but it is permissive in three ways that
would change a corpus without a word: a number becomes a text, half of a surrogate pair becomes
NUL, a missing text becomes null. A kernel marks the lines where that could happen, and they go
through the `json` module. Where Polars refuses, every line of that split does, so the lines are
refused for the same reasons on both ways. Of equal keys the first one counts, on both ways.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from corpuskit.kernels import records
from corpuskit.readers import contract, streams
from corpuskit.readers.columns import Columns, choose
from corpuskit.readers.contract import (
    BadRecord,
    Batch,
    ReadOptions,
    Refusals,
    Source,
    Split,
    excerpt,
)
from corpuskit.readers.schemas import as_text, user_ids

HEAD_RECORDS = 1000
"""So many records tell which field is the text."""

HEAD_BYTES = 4 << 20


class RefusedError(Exception):
    """A line that is no document; never leaves this module."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


def plan(number: int, source: Source, _: ReadOptions, split_bytes: int) -> Iterator[Split]:
    """Cut a plain file at line ends without reading it; send a compressed one as payloads."""
    if source.compression:
        cuts = streams.pieces(source, streams.line_ends, split_bytes)
        yield from streams.splits_of(number, source, cuts)
        return
    yield from streams.line_ranges(number, source, split_bytes)


def read(split: Split, options: ReadOptions) -> Batch:
    """Read the lines of one split as documents."""
    names = columns(split.source, options)
    refusals = Refusals(options, split.refused)
    lines = _Lines(split, names.text)
    lines.refuse_long(refusals)
    frame = _documents(lines, refusals)
    return _batch(lines, frame, names, refusals)


@lru_cache(maxsize=4096)
def columns(source: Source, options: ReadOptions) -> Columns:
    """Choose the text and the id from the first records that can be read at all."""
    seen: dict[str, bool] = {}
    for line in _head(source):
        try:
            record = parse(line)
        except RefusedError:
            continue
        for name, value in record.items():
            seen[name] = seen.get(name, False) or isinstance(value, str)
    if not seen:
        return Columns(options.text_column or "text", options.id_column)
    texts = [name for name, is_text in seen.items() if is_text]
    return choose(source.key, list(seen), texts, options.text_column, options.id_column)


def parse(line: bytes) -> dict[str, Any]:
    """Parse one line strictly.

    Raises
    ------
    RefusedError
        With (reason, detail), if it is not a JSON object in valid UTF-8.
    """
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError("not_utf8", f"byte {error.start} of the line") from error
    try:
        value = json.loads(text, object_pairs_hook=_first_wins, parse_int=_whole)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:  # UnicodeEncodeError is a ValueError
        raise RefusedError("broken_json", _short(error)) from error
    if not isinstance(value, dict):
        raise RefusedError("not_an_object", type(value).__name__)
    if _depth(value) > records.MAX_DEPTH:
        raise RefusedError("broken_json", f"nested deeper than {records.MAX_DEPTH}")
    return value


class _Lines:
    """The lines of a split, which of them are still wanted, and which are doubtful."""

    def __init__(self, split: Split, text_name: str) -> None:
        self.split, self.text_name = split, text_name
        self.data, self.start = streams.records_of(split)
        self.bytes = np.frombuffer(self.data, np.uint8)
        key = np.frombuffer(text_name.encode(), np.uint8)
        self.starts, self.stops, self.odd = records.json_lines(self.bytes, key)
        self.wanted = np.ones(len(self.starts), np.bool_)

    def line(self, i: int) -> bytes:
        return self.data[self.starts[i] : self.stops[i]]

    def refuse_long(self, refusals: Refusals) -> None:
        """Refuse the lines over the limit."""
        too_long = self.stops - self.starts > contract.MAX_RECORD_BYTES
        for i in np.flatnonzero(too_long):
            self._refuse(int(i), "record_too_long", streams.TOO_LONG, refusals)

    def check(self, which: npt.NDArray[np.bool_], refusals: Refusals) -> dict[int, dict[str, Any]]:
        """Parse some of the wanted lines strictly; give the records of those that pass."""
        passed = {}
        for i in np.flatnonzero(which & self.wanted):
            try:
                passed[int(i)] = self._checked(int(i))
            except RefusedError as error:
                self._refuse(int(i), error.reason, error.detail, refusals)
        return passed

    def joined(self) -> bytes:
        """The wanted lines, one behind the other."""
        if self.wanted.all():
            return self.data
        _, out = records.gather(self.bytes, self.starts[self.wanted], self.stops[self.wanted], 1)
        return bytes(out)

    def _checked(self, i: int) -> dict[str, Any]:
        record = parse(self.line(i))
        if self.text_name not in record:
            raise RefusedError("no_text_field", f"no field {self.text_name!r}")
        text = record[self.text_name]
        if text is None:
            raise RefusedError("null_text", "")
        if not isinstance(text, str):
            raise RefusedError("text_not_string", type(text).__name__)
        return record

    def _refuse(self, i: int, reason: str, detail: str, refusals: Refusals) -> None:
        self.wanted[i] = False
        where = f"{self.split.source.key}:byte {self.start + int(self.starts[i])}"
        refusals.add(BadRecord(where, reason, detail, excerpt(self.line(i))))


def _documents(lines: _Lines, refusals: Refusals) -> pl.DataFrame:
    """Parse the wanted lines as one frame; refuse those that are no documents."""
    if lines.odd.any():
        lines.check(lines.odd, refusals)
    frame = _fast(lines)
    if frame is not None:
        return frame
    every = np.ones_like(lines.wanted)
    parsed = lines.check(every, refusals)
    frame = _fast(lines)
    return frame if frame is not None else _from_records(list(parsed.values()))


def _fast(lines: _Lines) -> pl.DataFrame | None:
    """Let Polars parse the wanted lines; None where it cannot, or not one row a line."""
    wanted = int(lines.wanted.sum())
    if not wanted:
        return pl.DataFrame(schema={lines.text_name: pl.String})
    try:
        frame = pl.read_ndjson(lines.joined(), infer_schema_length=None)
    except (pl.exceptions.PolarsError, UnicodeDecodeError):
        return None
    return frame if frame.height == wanted else None


def _from_records(parsed: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """Build the frame from Python values; a column of mixed types becomes text."""
    names = dict.fromkeys(name for record in parsed for name in record)
    return pl.DataFrame([_column(name, [record.get(name) for record in parsed]) for name in names])


def _column(name: str, values: list[Any]) -> pl.Series:
    kinds = {type(value) for value in values} - {type(None)}
    if kinds == {int, float}:
        return pl.Series(name, [None if v is None else float(v) for v in values], pl.Float64)
    try:
        if len(kinds) > 1:
            raise TypeError
        series = pl.Series(name, values, strict=True, nan_to_null=False)
        if not _lossless(series, values):
            raise TypeError
    except (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError):
        series = pl.Series(name, [_plain(value) for value in values], pl.String)
    return series


def _lossless(series: pl.Series, values: list[Any]) -> bool:
    """Tell whether Polars kept nested values as they are (it may null or round some)."""
    if not series.dtype.is_nested():
        return True
    kept = as_text(series).to_list()
    return all(
        text is None if value is None else _squeezed(json.loads(text)) == _squeezed(value)
        for text, value in zip(kept, values, strict=True)
    )


def _squeezed(value: Any) -> Any:
    """Leave out null fields: a struct gives every row all fields."""
    if isinstance(value, dict):
        return {k: _squeezed(v) for k, v in value.items() if v is not None}
    return [_squeezed(item) for item in value] if isinstance(value, list) else value


def _plain(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _batch(lines: _Lines, frame: pl.DataFrame, names: Columns, refusals: Refusals) -> Batch:
    position = lines.starts[lines.wanted].astype(np.uint64) + np.uint64(lines.start)
    return Batch(
        position=pl.Series("position", position, pl.UInt64),
        text=frame[names.text].rename("text").cast(pl.String),
        user_id=user_ids(frame, names.id),
        columns=frame.drop(names.text),
        text_name=names.text,
        id_name=names.id,
        text_index=frame.columns.index(names.text),
        skipped=refusals.counts,
        bad=refusals.bad,
        bytes_read=len(lines.data),
    )


def _head(source: Source) -> Iterator[bytes]:
    """The first lines of a file, without a byte order mark."""
    lines = streams.head(source, HEAD_BYTES).split(b"\n")
    yield from (line for line in lines[:HEAD_RECORDS] if line.strip())


def _first_wins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for key, value in pairs:
        record.setdefault(key, value)
    return record


def _whole(digits: str) -> int | str:
    """Read a whole number; beyond 128 bits, where no column can hold it, keep its digits."""
    return int(digits) if len(digits) < 39 else digits


def _depth(value: Any) -> int:
    """Count the levels of a value."""
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return depth - 1


def _short(error: Exception) -> str:
    return str(error).split(": line", 1)[0][:100]
