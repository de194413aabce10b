"""Count the words of lists, one list a language, in the documents of that language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.vocabulary import Words

_ONE = np.uint64(1)
_SLOTS_PER_WORD = 4


class Lists(NamedTuple):
    """Hash tables of l lists, one behind the other; list i has ``starts[i]:starts[i + 1]``.

    starts : int64 (l + 1,); every table has a power of two of slots.
    keys : uint64 (s,), hashes as `Words` has them, 0 in an empty slot.
    word : int64 (s,), the place of the word in its list.
    """

    starts: npt.NDArray[np.int64]
    keys: npt.NDArray[np.uint64]
    word: npt.NDArray[np.int64]


def make_lists(lists: Sequence[npt.NDArray[np.uint64]]) -> Lists:
    """Make the tables of lists of different hashes."""
    sizes = [1 << (_SLOTS_PER_WORD * max(len(one), 1) - 1).bit_length() for one in lists]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    keys, word = np.zeros(starts[-1], np.uint64), np.zeros(starts[-1], np.int64)
    for start, size, hashes in zip(starts.tolist(), sizes, lists, strict=False):
        for place, hashed in enumerate(hashes.tolist()):
            slot = hashed % size
            while keys[start + slot]:
                slot = (slot + 1) % size
            keys[start + slot], word[start + slot] = hashed, place
    return Lists(starts, keys, word)


def count_listed(
    words: Words, lists: Lists, of_document: npt.NDArray[np.int64], longest: int
) -> npt.NDArray[np.int64]:
    """Count, for each list, its words in the documents that are held against it.

    Parameters
    ----------
    of_document : int64 (n,), the list of each document, or -1.
    longest : words of the longest list.

    Returns
    -------
    int64 (l, longest + 1); the last column counts all words of the documents.
    """
    out = np.zeros((len(lists.starts) - 1, longest + 1), np.int64)
    _count(*words, *lists, of_document, out)
    return out


@njit(nogil=True, cache=True, _nrt=False)
def _count(offsets, hashes, starts, keys, word, of_document, out):  # type: ignore[no-untyped-def]
    for document in range(len(of_document)):
        row = of_document[document]
        if row < 0:
            continue
        start, mask = np.uint64(starts[row]), np.uint64(starts[row + 1] - starts[row] - 1)
        for i in range(offsets[document], offsets[document + 1]):
            slot = hashes[i] & mask
            while keys[start + slot] != np.uint64(0) and keys[start + slot] != hashes[i]:
                slot = (slot + _ONE) & mask
            if keys[start + slot] == hashes[i]:
                out[row, word[start + slot]] += 1
        out[row, out.shape[1] - 1] += offsets[document + 1] - offsets[document]
