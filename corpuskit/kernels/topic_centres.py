"""Documents against the centres of clusters, as whole numbers: sums are exact in any order.

A document is the row of a sparse matrix, words and their values; a centre is a column of a dense
one, so that the values of one word at all centres lie side by side.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit


class Rows(NamedTuple):
    """n documents: document i has rows ``offsets[i]:offsets[i + 1]``.

    offsets : int64 (n + 1,).
    word, value : int32 (r,); a value is a component of the document's unit vector, times 2^12.
    """

    offsets: npt.NDArray[np.int64]
    word: npt.NDArray[np.int32]
    value: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.offsets) - 1


def nearest(
    rows: Rows, centres: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Find the centre with the largest product with each document, the first of equals.

    Parameters
    ----------
    centres : int32 (v, k).

    Returns
    -------
    label : int64 (n,).
    product : int64 (n,), with that centre.
    """
    label, product = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
    _nearest(*rows, centres, np.zeros(centres.shape[1], np.int64), label, product)
    return label, product


def add_up(
    rows: Rows, label: npt.NDArray[np.int64], shape: tuple[int, int]
) -> npt.NDArray[np.int64]:
    """Add up the documents of every cluster: int64 (v, k), for `shape` (v, k)."""
    sums = np.zeros(shape, np.int64)
    _add_up(*rows, label, sums)
    return sums


@njit(nogil=True, cache=True, _nrt=False)
def _nearest(offsets, word, value, centres, sums, label, product):  # type: ignore[no-untyped-def]
    for document in range(len(offsets) - 1):
        sums[:] = 0
        for row in range(offsets[document], offsets[document + 1]):
            for k in range(centres.shape[1]):
                sums[k] += np.int64(value[row]) * np.int64(centres[word[row], k])
        best = 0
        for k in range(1, len(sums)):
            if sums[k] > sums[best]:
                best = k
        label[document], product[document] = best, sums[best]


@njit(nogil=True, cache=True, _nrt=False)
def _add_up(offsets, word, value, label, sums):  # type: ignore[no-untyped-def]
    for document in range(len(offsets) - 1):
        for row in range(offsets[document], offsets[document + 1]):
            sums[word[row], label[document]] += value[row]
