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
    if not len(array):
        return TextBuffer(np.frombuffer(bytes(8), np.int64), np.frombuffer(b"", np.uint8))
    positions = np.frombuffer(offsets, np.int64)[array.offset : array.offset + len(array) + 1]
    return TextBuffer(positions, np.frombuffer(data or b"", np.uint8))


def text_series(buffer: TextBuffer) -> pl.Series:
    """Lend the buffers of texts that a kernel has written to a String column.

    Examples
    --------
    >>> text_series(text_buffer(pl.Series(["ab", "é"]))).to_list()
    ['ab', 'é']
    """
    buffers = [None, pa.py_buffer(buffer.offsets), pa.py_buffer(buffer.data)]
    array = pa.Array.from_buffers(pa.large_string(), len(buffer), buffers)
    return pl.Series(array, dtype=pl.String)
