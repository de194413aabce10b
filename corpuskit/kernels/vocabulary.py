"""Exact counts of a share of all different words and n-grams: distinct sampling by hash.

Of a level L every hash is counted whose L highest bits are zero, so each different word, rare or
frequent, has the chance 2^-L of being counted, and with it all its occurrences. The level is the
smallest that leaves no more than a limit of different hashes (Gibbons 2001, "Distinct sampling for
highly-accurate answers to distinct values queries"). So it does not depend on the order of the
text, and counts of parts of a text add up, and can be taken away again, where one level holds.

Below the limit everything is exact. Above it, with m hashes counted, the number of all different
ones is m 2^L with a standard error of 1 / sqrt(m), at most 0.6 % for 65,536 and 1.1 % for 16,384.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.shingles import mix
from corpuskit.kernels.tokenise import IS_SYMBOL, Tokens

_ZERO, _ONE = np.uint64(0), np.uint64(1)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SLOTS_PER_HASH = 2  # the table is at most half full


class Words(NamedTuple):
    """The word-like tokens of n documents: those of document i are ``offsets[i]:offsets[i + 1]``.

    offsets : int64 (n + 1,).
    hashes : uint64 (w,), the tokeniser's hash of the lower-cased token, mixed; never 0.
    """

    offsets: npt.NDArray[np.int64]
    hashes: npt.NDArray[np.uint64]


class Sample(NamedTuple):
    """Hashes whose `level` highest bits are zero, each with how often it occurred.

    hashes : uint64 (m,), ascending.
    counts : uint64 (m,), at least 1.
    """

    level: int
    hashes: npt.NDArray[np.uint64]
    counts: npt.NDArray[np.uint64]


def words_of(tokens: Tokens) -> Words:
    """Hash the tokens that have a letter, mark or number in them."""
    offsets = np.zeros(len(tokens.offsets), np.int64)
    hashes = np.empty(len(tokens.fold), np.uint64)
    count = _words(tokens.offsets, tokens.fold, tokens.kind, offsets, hashes)
    return Words(offsets, hashes[:count])


def sample_ngrams(words: Words, size: int, limit: int) -> Sample:
    """Count the n-grams of a share of all different ones; none crosses a document's end.

    Parameters
    ----------
    size : words of an n-gram; 1 counts words.
    limit : of different hashes that are counted.
    """
    slots = 1 << (_SLOTS_PER_HASH * (limit + 1) - 1).bit_length()
    keys, counts = np.zeros(slots, np.uint64), np.zeros(slots, np.uint64)
    level = _sample(words.offsets, words.hashes, size, limit, keys, counts)
    found = np.flatnonzero(keys)
    order = np.argsort(keys[found])
    return Sample(int(level), keys[found][order], counts[found][order])


def highest(level: int) -> int:
    """Return the highest hash that a level counts."""
    return int(_ALL) >> level


@njit(nogil=True, cache=True, _nrt=False)
def _words(token_offsets, fold, kind, offsets, hashes):  # type: ignore[no-untyped-def]
    count = np.int64(0)
    for document in range(len(token_offsets) - 1):
        for t in range(token_offsets[document], token_offsets[document + 1]):
            hashes[count] = max(mix(fold[t]), _ONE)
            count += (kind[t] & IS_SYMBOL) == 0
        offsets[document + 1] = count
    return count


@njit(nogil=True, cache=True, _nrt=False)
def _sample(offsets, words, size, limit, keys, counts):  # type: ignore[no-untyped-def]
    """Fill the table; return the level."""
    level, used, leaving = np.int64(0), np.int64(0), _ONE
    for _ in range(size):
        leaving *= _MULTIPLIER
    top = _ALL
    for document in range(len(offsets) - 1):
        first, value = offsets[document], _ZERO
        for i in range(first, offsets[document + 1]):
            value = value * _MULTIPLIER + words[i]
            if i - first >= size:
                value -= words[i - size] * leaving
            if i - first < size - 1:
                continue
            hashed = words[i] if size == 1 else max(mix(value), _ONE)
            if hashed > top:
                continue
            used += _add(keys, counts, hashed)
            while used > limit:
                level, top = level + 1, top >> _ONE
                used = _leave(keys, counts, top)
    return level


@njit(nogil=True, cache=True, _nrt=False)
def _add(keys, counts, hashed):  # type: ignore[no-untyped-def]
    """Count one occurrence; return 1 for a hash that was not there, else 0."""
    mask = np.uint64(len(keys) - 1)
    slot = hashed & mask
    while keys[slot] != hashed:
        if keys[slot] == _ZERO:
            keys[slot], counts[slot] = hashed, _ONE
            return 1
        slot = (slot + _ONE) & mask
    counts[slot] += _ONE
    return 0


@njit(nogil=True, cache=True, _nrt=False)
def _leave(keys, counts, top):  # type: ignore[no-untyped-def]
    """Take the hashes above `top` out of the table; return how many are left.

    Beginning behind an empty slot, each hash that stays is taken out and put in again, which moves
    it towards its own slot at most.
    """
    mask = np.uint64(len(keys) - 1)
    begin = _ZERO
    while keys[begin] != _ZERO:
        begin += _ONE
    used = np.int64(0)
    for step in range(np.uint64(len(keys))):
        slot = (begin + np.uint64(step)) & mask
        hashed, count = keys[slot], counts[slot]
        keys[slot] = _ZERO
        if hashed == _ZERO or hashed > top:
            continue
        slot = hashed & mask
        while keys[slot] != _ZERO:
            slot = (slot + _ONE) & mask
        keys[slot], counts[slot] = hashed, count
        used += 1
    return used
