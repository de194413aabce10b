"""Read a fastText supervised model file into arrays that the language kernel can use.

The format is little-endian and has no index: magic and version, 12 numbers of training
arguments, the dictionary (words, then labels, each with its count), the pruning table, the input
matrix, the output matrix. Either matrix may be compressed by a product quantiser (Joulin et al.
2016, arXiv:1612.03651): each run of ``dsub`` dimensions is one byte that names one of 256
centroids, and one more byte may hold the row's norm.

The choice that matters: a compressed matrix is expanded into float32 rows at load time (3 MB for
lid.176.ftz), and the pruning hash becomes a bitmap with ranks. That a bucket has no row, which
is the rule (85 % of the n-grams of web text), is then one bit in the L2 cache; the library walks a
hash map for it.

The file is not trusted: every size is checked against the bytes that are really there before
anything is allocated, and every fault is a `ConfigError` that names the file.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from corpuskit.errors import ConfigError

MAGIC: Final = 793712314
VERSIONS: Final = (11, 12)
SUPERVISED: Final = 3
LOSSES: Final = {1: "hs", 2: "ns", 3: "softmax", 4: "ova"}
LABEL_PREFIX: Final = "__label__"

LANES: Final = 16
"""Rows are padded with zeros to a multiple of this many float32, so that loops have no tail."""

MAX_DIM: Final = 1 << 14
MAX_BUCKET: Final = 1 << 26
MAX_EXPANSION: Final = 128
"""A compressed row may grow by this factor at most; lid.176.ftz grows by 7."""
_CENTROIDS: Final = 256

_ARGUMENTS: Final = (
    "dim",
    "window",
    "epoch",
    "min_count",
    "negatives",
    "word_ngrams",
    "loss",
    "model",
    "bucket",
    "min_chars",
    "max_chars",
    "update_rate",
)


@dataclass(frozen=True, eq=False)
class FasttextModel:
    """A supervised fastText model, expanded.

    words : uint8, the dictionary's words and then its labels, end to end.
    word_offsets : int64 (words + labels + 1,), where each of them starts.
    word_count : the number of words, which are rows 0 … of `rows`.
    labels : the labels without ``__label__``, by index.
    label_counts : int64 (labels,), training examples of each label; they shape the tree of hs.
    bucket : n-gram hashes are taken modulo this.
    bucket_bits : uint64, bit b is set where bucket b has a row; both empty where all have one.
    bucket_ranks : int32, set bits before each uint64: a bucket's row is word_count plus the number
        of buckets with a row before it (bits and ranks of lid.176.ftz fit into the L2 cache).
    rows : float32 (rows, width), the input matrix, zeros after column `dim`.
    outputs : float32 (labels, width), the output matrix.
    """

    dim: int
    loss: str
    word_ngrams: int
    min_chars: int
    max_chars: int
    bucket: int
    words: npt.NDArray[np.uint8] = field(repr=False)
    word_offsets: npt.NDArray[np.int64] = field(repr=False)
    word_count: int
    labels: tuple[str, ...] = field(repr=False)
    label_counts: npt.NDArray[np.int64] = field(repr=False)
    bucket_bits: npt.NDArray[np.uint64] = field(repr=False)
    bucket_ranks: npt.NDArray[np.int32] = field(repr=False)
    rows: npt.NDArray[np.float32] = field(repr=False)
    outputs: npt.NDArray[np.float32] = field(repr=False)


@dataclass
class _Cursor:
    """A position in the mapped file that cannot run past its end."""

    path: Path
    data: mmap.mmap
    at: int = 0

    def fault(self, what: str) -> ConfigError:
        return ConfigError(
            f"{self.path}: not a usable fastText model: {what}; "
            "give a supervised fastText model file (.bin or .ftz), or fetch it again"
        )

    def need(self, count: int, what: str) -> int:
        """Step over `count` bytes and return where they begin."""
        left = len(self.data) - self.at
        if not 0 <= count <= left:
            raise self.fault(f"{what} needs {count} bytes at byte {self.at}, but {left} are left")
        self.at += count
        return self.at - count

    def numbers(self, layout: str, what: str) -> tuple[int, ...]:
        start = self.need(struct.calcsize("<" + layout), what)
        return struct.unpack_from("<" + layout, self.data, start)

    def flag(self, what: str) -> bool:
        (value,) = self.numbers("B", what)
        if value > 1:
            raise self.fault(f"{what} is {value}, not 0 or 1")
        return bool(value)

    def array(self, dtype: str, count: int, what: str) -> npt.NDArray[np.generic]:
        """Read `count` values into memory of their own."""
        size = np.dtype(dtype).itemsize
        start = self.need(count * size if count >= 0 else -1, what)
        return np.fromfile(self.path, dtype=dtype, count=count, offset=start)


def read_fasttext(path: Path) -> FasttextModel:
    """Read a model file (`.bin` or `.ftz`, versions 11 and 12, any loss).

    Raises
    ------
    ConfigError
        If the file is missing, truncated, inconsistent, or not a supervised model.
    """
    try:
        with path.open("rb") as file:
            if path.stat().st_size == 0:
                raise ConfigError(f"{path}: the model file is empty; fetch it again")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return _read(_Cursor(path, data))
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigError(f"{path}: cannot read the model: {reason}; check the path") from error


def _read(cursor: _Cursor) -> FasttextModel:
    arguments = _read_arguments(cursor)
    dim, bucket = arguments["dim"], arguments["bucket"]
    words, offsets, counts, word_count, pruned = _read_dictionary(cursor)
    label_count = len(counts) - word_count
    compressed = cursor.flag("the input matrix's kind")
    if pruned is not None and not compressed:
        raise cursor.fault("the dictionary is pruned, but the input matrix is not compressed")
    rows = _read_matrix(cursor, compressed, dim, "the input matrix")
    used = word_count + (bucket if pruned is None else len(pruned))
    if len(rows) < used:
        raise cursor.fault(f"the input matrix has {len(rows)} rows, and {used} are named")
    bits, ranks = np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int32)
    if pruned is not None:
        bits, ranks, rows = _order_buckets(cursor, pruned, rows, word_count, bucket)
    compressed_output = cursor.flag("the output matrix's kind") and compressed
    outputs = _read_matrix(cursor, compressed_output, dim, "the output matrix")
    if len(outputs) != label_count:
        raise cursor.fault(f"the output matrix has {len(outputs)} rows for {label_count} labels")
    if cursor.at != len(cursor.data):
        raise cursor.fault(f"{len(cursor.data) - cursor.at} bytes follow the end of the model")
    return FasttextModel(
        dim=dim,
        loss=LOSSES[arguments["loss"]],
        word_ngrams=arguments["word_ngrams"],
        min_chars=arguments["min_chars"],
        max_chars=arguments["max_chars"],
        bucket=bucket,
        words=words,
        word_offsets=offsets,
        word_count=word_count,
        labels=_labels(cursor, words, offsets[word_count:]),
        label_counts=counts[word_count:],
        bucket_bits=bits,
        bucket_ranks=ranks,
        rows=rows,
        outputs=outputs,
    )


def _read_arguments(cursor: _Cursor) -> dict[str, int]:
    magic, version = cursor.numbers("2i", "the header")
    if magic != MAGIC:
        raise cursor.fault(f"it starts with {magic}, not {MAGIC}")
    if version not in VERSIONS:
        raise cursor.fault(f"its version is {version}, not 11 or 12")
    arguments = dict(zip(_ARGUMENTS, cursor.numbers("12i", "the arguments"), strict=True))
    cursor.numbers("d", "the arguments")
    if arguments["model"] != SUPERVISED:
        raise cursor.fault("it holds word vectors and has no labels")
    if arguments["loss"] not in LOSSES:
        raise cursor.fault(f"its loss is number {arguments['loss']}, not 1 to 4")
    if version == 11:
        arguments["max_chars"] = 0  # supervised models of that version never used n-grams
    for name, low, high in (
        ("dim", 1, MAX_DIM),
        ("word_ngrams", 0, 64),
        ("bucket", 0, MAX_BUCKET),
        ("min_chars", 0, 1024),
        ("max_chars", 0, 1024),
    ):
        if not low <= arguments[name] <= high:
            raise cursor.fault(f"{name} is {arguments[name]}, outside {low} to {high}")
    if arguments["bucket"] == 0 and (arguments["max_chars"] or arguments["word_ngrams"] > 1):
        raise cursor.fault("it uses n-grams, but has no buckets for them")
    return arguments


_Dictionary = tuple[
    npt.NDArray[np.uint8], npt.NDArray[np.int64], npt.NDArray[np.int64], int,
    "npt.NDArray[np.int32] | None",
]  # fmt: skip


def _read_dictionary(cursor: _Cursor) -> _Dictionary:
    """Words and labels, their offsets and counts, the number of words, the pruning table."""
    size, words, labels = cursor.numbers("3i", "the dictionary's header")
    _, pruned_count = cursor.numbers("2q", "the dictionary's header")
    if words < 0 or labels < 1 or size != words + labels:
        raise cursor.fault(f"{size} dictionary entries are {words} words and {labels} labels")
    if size * 10 > len(cursor.data) - cursor.at:
        raise cursor.fault(f"{size} dictionary entries do not fit into the file")
    text = bytearray()
    offsets = np.zeros(size + 1, dtype=np.int64)
    counts = np.zeros(size, dtype=np.int64)
    for index in range(size):
        end = cursor.data.find(b"\0", cursor.at)
        if end < 0:
            raise cursor.fault(f"dictionary entry {index} has no end")
        text += cursor.data[cursor.at : end]
        cursor.at = end + 1
        counts[index], kind = cursor.numbers("qb", f"dictionary entry {index}")
        if kind != (index >= words):
            raise cursor.fault(f"dictionary entry {index} is of kind {kind}: words come first")
        offsets[index + 1] = len(text)
    pruned = None
    if pruned_count >= 0:
        flat = cursor.array("<i4", 2 * pruned_count, "the pruning table").astype(np.int32)
        pruned = flat.reshape(-1, 2)
    return np.frombuffer(bytes(text), dtype=np.uint8), offsets, counts, words, pruned


def _labels(
    cursor: _Cursor, words: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int64]
) -> tuple[str, ...]:
    try:
        names = [
            words[start:end].tobytes().decode().removeprefix(LABEL_PREFIX)
            for start, end in pairwise(offsets.tolist())
        ]
    except UnicodeDecodeError as error:
        raise cursor.fault("a label is not valid UTF-8") from error
    return tuple(names)


def _order_buckets(
    cursor: _Cursor, pruned: npt.NDArray[np.int32], rows: npt.NDArray[np.float32], words: int,
    bucket: int,
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int32], npt.NDArray[np.float32]]:  # fmt: skip
    """Turn the pruning table (bucket, row after the words) into bits and ranks, rows in order."""
    source, target = pruned[:, 0], pruned[:, 1]
    if len(pruned) and (source.min() < 0 or source.max() >= bucket):
        raise cursor.fault(f"the pruning table names buckets outside 0 to {bucket - 1}")
    if len(pruned) and (target.min() < 0 or target.max() >= len(pruned)):
        raise cursor.fault(f"the pruning table names rows outside 0 to {len(pruned) - 1}")
    buckets, last = np.unique(source[::-1], return_index=True)  # of equal buckets the last counts
    bits = np.zeros(bucket // 64 + 1, dtype=np.uint64)
    np.bitwise_or.at(bits, buckets >> 6, np.uint64(1) << (buckets & 63).astype(np.uint64))
    ranks = np.searchsorted(buckets, np.arange(len(bits), dtype=np.int64) * 64)
    ordered = np.concatenate([rows[:words], rows[words + target[::-1][last].astype(np.int64)]])
    return bits, ranks.astype(np.int32), ordered


def _read_matrix(cursor: _Cursor, compressed: bool, dim: int, what: str) -> npt.NDArray[np.float32]:
    """Read one matrix as float32 (rows, width); spare columns are zero."""
    if compressed:
        return _read_compressed(cursor, dim, what)
    count, columns = cursor.numbers("2q", what)
    if columns != dim or count < 1:
        raise cursor.fault(f"{what} is {count} × {columns}, but the model's dim is {dim}")
    values = cursor.array("<f4", count * dim, what).astype(np.float32, copy=False)
    values = values.reshape(count, dim)
    width = _width(dim)
    if width != dim:
        padded = np.zeros((count, width), dtype=np.float32)
        padded[:, :dim] = values
        values = padded
    return _finite(cursor, values, what)


def _read_compressed(cursor: _Cursor, dim: int, what: str) -> npt.NDArray[np.float32]:
    has_norms = cursor.flag(f"{what}'s norm flag")
    count, columns = cursor.numbers("2q", what)
    (code_bytes,) = cursor.numbers("i", what)
    if columns != dim or count < 1:
        raise cursor.fault(f"{what} is {count} × {columns}, but the model's dim is {dim}")
    if count * _width(dim) * 4 > MAX_EXPANSION * len(cursor.data):
        raise cursor.fault(f"{what} would grow to {count} × {dim} numbers")
    codes = cursor.array("u1", code_bytes, f"{what}'s codes")
    centroids, step = _read_quantiser(cursor, dim, what)
    if code_bytes != count * len(centroids):
        raise cursor.fault(f"{what} has {code_bytes} codes for {count} rows")
    rows = np.zeros((count, _width(dim)), dtype=np.float32)
    table = codes.reshape(count, len(centroids))
    for part, values in enumerate(centroids):
        first = part * step
        rows[:, first : first + values.shape[1]] = values[table[:, part]]
    if has_norms:
        norm_codes = cursor.array("u1", count, f"{what}'s norms")
        norms, _ = _read_quantiser(cursor, 1, f"{what}'s norms")
        rows *= norms[0][norm_codes]
    return _finite(cursor, rows, what)


def _read_quantiser(
    cursor: _Cursor, dim: int, what: str
) -> tuple[list[npt.NDArray[np.float32]], int]:
    """One (256, step) array of centroids for each part of a row; the last may be narrower."""
    columns, parts, step, last = cursor.numbers("4i", f"{what}'s quantiser")
    fits = columns == dim and 1 <= step <= dim and parts == -(-dim // step)
    if not fits or last != dim - (parts - 1) * step:
        raise cursor.fault(f"{what}'s quantiser cuts {columns} into {parts} × {step} + {last}")
    flat = cursor.array("<f4", dim * _CENTROIDS, f"{what}'s centroids").astype(np.float32)
    sizes = [step] * (parts - 1) + [last]
    pieces = np.split(flat, np.cumsum(sizes[:-1]) * _CENTROIDS)
    return [p.reshape(_CENTROIDS, n) for p, n in zip(pieces, sizes, strict=True)], step


def _width(dim: int) -> int:
    return -(-dim // LANES) * LANES


def _finite(cursor: _Cursor, rows: npt.NDArray[np.float32], what: str) -> npt.NDArray[np.float32]:
    for start in range(0, len(rows), 1 << 16):
        if not np.isfinite(rows[start : start + (1 << 16)]).all():
            raise cursor.fault(f"{what} holds a number that is not finite")
    return rows
