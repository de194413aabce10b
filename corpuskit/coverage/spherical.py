"""Spherical k-means whose result is the same on any machine and with any number of threads.

Documents and centres are unit vectors rounded to whole numbers, so their products and sums are
exact in whatever order they are added up. What is left, a root and a division a vector, IEEE 754
rounds in one way only.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from corpuskit.kernels.topic_centres import Rows, add_up, nearest

DOCUMENT_SCALE: Final = 1 << 12
CENTRE_SCALE: Final = 1 << 15
ROUNDS: Final = 25
STARTS: Final = 3


def clusters(rows: Rows, words: int, count: int) -> npt.NDArray[np.int64]:
    """Part documents into clusters: the best of three beginnings by the sum of similarities.

    Parameters
    ----------
    rows : in a fixed order; n >= count >= 1.
    words : how many there are.

    Returns
    -------
    int64 (n,), the cluster of each, 0 to count - 1.
    """
    best, label = -1, np.zeros(len(rows), np.int64)
    if count == 1:
        return label
    for start in range(STARTS):
        centres = _begin(rows, words, count, np.random.PCG64(start))
        found, similarity = _settle(rows, centres)
        if similarity > best:
            best, label = similarity, found
    return label


def _settle(rows: Rows, centres: npt.NDArray[np.int32]) -> tuple[npt.NDArray[np.int64], int]:
    """Move centres to the middle of what is nearest to them until nothing changes."""
    label, product = nearest(rows, centres)
    for _ in range(ROUNDS):
        sums = add_up(rows, label, centres.shape)
        centres = np.where(sums.any(axis=0), unit(sums), centres)
        found, product = nearest(rows, centres)
        if np.array_equal(found, label):
            break
        label = found
    return label, int(product.sum())


def _begin(rows: Rows, words: int, count: int, random: np.random.PCG64) -> npt.NDArray[np.int32]:
    """Draw centres among the documents, each by its distance to those drawn (k-means++)."""
    centres = np.zeros((words, count), np.int32)
    distance = np.ones(len(rows), np.int64)
    for number in range(count):
        sums = np.cumsum(distance)
        target = int(random.random_raw()) * int(sums[-1]) >> 64
        place = min(int(np.searchsorted(sums, target, side="right")), len(rows) - 1)
        centre = _centre(rows, place, words)
        centres[:, number] = centre[:, 0]
        apart = np.maximum(0, DOCUMENT_SCALE * CENTRE_SCALE - nearest(rows, centre)[1])
        distance = apart if number == 0 else np.minimum(distance, apart)
    return centres


def _centre(rows: Rows, place: int, words: int) -> npt.NDArray[np.int32]:
    own = slice(rows.offsets[place], rows.offsets[place + 1])
    sums = np.zeros((words, 1), np.int64)
    sums[rows.word[own], 0] = rows.value[own]
    return unit(sums)


def unit(sums: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """Shorten columns to length 2^15, rounded; a column of nothing stays nothing."""
    lengths = np.sqrt((sums * sums).sum(axis=0).astype(np.float64))
    scaled: npt.NDArray[np.int32] = np.rint(sums * (CENTRE_SCALE / np.maximum(lengths, 1))).astype(
        np.int32
    )
    return scaled
