"""MinHash bands: one 64-bit value per band, equal for two documents with probability s^rows.

Each of the bands × rows hash functions is a multiply-shift ``(a·x + b) >> 32`` on the lower half
of a well-mixed 64-bit shingle (Dietzfelbinger et al. 1997), which LLVM turns into vector code. A
band's value mixes the minima of its rows (Broder 1997; Leskovec et al., Mining of Massive
Datasets, ch. 3). The minima of a document without shingles are all ones; such documents take no
part and get bands that equal nobody's (`NO_SHINGLES`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.shingles import mix

NO_SHINGLES = np.uint64(0)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def hash_family(count: int, seed: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Draw the multipliers (odd) and offsets of `count` hash functions."""
    draw = np.random.Generator(np.random.PCG64(seed))
    multipliers = draw.integers(0, 1 << 63, count, np.uint64) | np.uint64(1)
    offsets = draw.integers(0, 1 << 63, count, np.uint64)
    return multipliers, offsets


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
    for document in range(len(offsets) - 1):
        if offsets[document] == offsets[document + 1]:
            continue
        for k in range(bands * rows):
            minima[k] = 0xFFFFFFFF
        for i in range(offsets[document], offsets[document + 1]):
            _lower(minima, multipliers, additions, values[i])
        for band in range(bands):
            value = np.uint64(band + 1)
            for row in range(rows):
                value = mix(value * _MULTIPLIER + np.uint64(minima[band * rows + row]))
            out[document, band] = value if value != NO_SHINGLES else np.uint64(1)
    return out


@njit(nogil=True, cache=True)
def _lower(minima, multipliers, additions, shingle):  # type: ignore[no-untyped-def]
    low = shingle & np.uint64(0xFFFFFFFF)
    for k in range(len(minima)):
        value = np.uint32((multipliers[k] * low + additions[k]) >> np.uint64(32))
        minima[k] = min(minima[k], value)
