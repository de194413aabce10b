"""Count how often each code point occurs in a batch, in one pass over its bytes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.unicode import decode

CODE_POINTS = 0x110000


def count_code_points(buffer: TextBuffer) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint64]]:
    """Count the characters of all documents of the buffer together.

    Returns
    -------
    points : uint32 (p,), those that occur, ascending.
    counts : uint64 (p,).

    Examples
    --------
    >>> import polars as pl
    >>> from corpuskit.kernels.arrow import text_buffer
    >>> points, counts = count_code_points(text_buffer(pl.Series(["a字", "字"])))
    >>> [chr(point) for point in points], counts.tolist()
    (['a', '字'], [1, 2])
    """
    out = np.zeros(CODE_POINTS, np.uint64)
    _count(np.int64(buffer.offsets[0]), np.int64(buffer.offsets[-1]), buffer.data, out)
    points = np.flatnonzero(out)
    return points.astype(np.uint32), out[points]


@njit(nogil=True, cache=True, _nrt=False)
def _count(i, stop, data, out):  # type: ignore[no-untyped-def]
    while i < stop:
        first = np.uint64(data[i])
        if first < np.uint64(0x80):
            out[first] += np.uint64(1)
            i += 1
            continue
        point, width = decode(data, i)
        out[np.uint64(point)] += np.uint64(1)
        i += width
