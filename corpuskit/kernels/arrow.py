"""The only bridge between Polars strings and kernels: one column as offsets and bytes.

A `TextBuffer` borrows the buffers of an Arrow ``large_string`` array. They are read-only, as
NumPy sees them, and every kernel is compiled for just that: one signature, one compilation.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from corpuskit.errors import FeatureError


class TextBuffer(NamedTuple):
    """A column of n documents: document i is ``data[offsets[i]:offsets[i + 1]]``, valid UTF-8.

    offsets : int64 (n + 1,), ascending byte positions, not always starting at 0.
    data : uint8 (total,), read-only.
    """

    offsets: npt.NDArray[np.int64]
    data: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.offsets) - 1


def text_buffer(text: pl.Series) -> TextBuffer:
    """Borrow the buffers of a String column without nulls.

    Raises
    ------
    FeatureError
        If the column is not String, or holds a null.

    Examples
    --------
    >>> buffer = text_buffer(pl.Series(["ab", "", "é"]))
    >>> buffer.offsets.tolist(), bytes(buffer.data).decode()
    ([0, 2, 2, 4], 'abé')
    """
    if text.dtype != pl.String or text.null_count():
        raise FeatureError(
            f"text column {text.name!r}: {text.dtype} with {text.null_count()} nulls; "
            "kernels take String without nulls"
        )
    array = text.to_arrow()
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    array = array.cast(pa.large_string())
    _, offsets, data = array.buffers()
    return TextBuffer(
        _read_only(offsets, np.int64)[array.offset : array.offset + len(array) + 1]
        if len(array)
        else _read_only(None, np.int64, count=1),
        _read_only(data, np.uint8),
    )


def _read_only(buffer: pa.Buffer | None, dtype: type, count: int = 0) -> npt.NDArray[np.generic]:
    """View an Arrow buffer, or make `count` zeros where Arrow has none."""
    if buffer is None or buffer.size == 0:
        return np.frombuffer(bytes(count * np.dtype(dtype).itemsize) or b"", dtype=dtype)
    return np.frombuffer(buffer, dtype=dtype)


def string_series(
    name: str, offsets: npt.NDArray[np.int64], data: npt.NDArray[np.uint8]
) -> pl.Series:
    """Wrap kernel-made buffers (offsets from 0, valid UTF-8) as a String column, without a copy."""
    array = pa.LargeStringArray.from_buffers(
        len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(data)
    )
    return pl.Series(name, array)
