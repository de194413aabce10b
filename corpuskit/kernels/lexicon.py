"""A dictionary of words as a prefix tree, and jieba's model of words that are in none, as arrays.

The tree is a hash table of edges, (node, character) → node, each with the weight of the word that
ends there behind it: most look-ups in Chinese text fail, and they fail in one cache line. A
character is known by its *code*: itself in ASCII, for Han its place behind ASCII.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

FIRST_HAN, LAST_HAN = 0x4E00, 0x9FD5
SIGNS = "+#&._%-"
ASCII = 128
CODES = ASCII + LAST_HAN - FIRST_HAN + 1
CODE_BITS, NODE_BITS = 15, 20  # of an entry
HAS_CHILDREN = np.uint64(1) << np.uint64(CODE_BITS + 2 * NODE_BITS)
NO_WORD = -np.inf
UNKNOWN = 0  # NUL stands in no block
NEVER = -3.14e100  # jieba's logarithm of 0
BEGIN, END, MIDDLE, SINGLE = range(4)  # states, in the order of jieba's letters: B, E, M, S

# Masks of an entry.
NODE = np.uint64((1 << NODE_BITS) - 1)
KEY = np.uint64((1 << (CODE_BITS + NODE_BITS)) - 1)
CODE_SHIFT, NODE_SHIFT = np.uint64(CODE_BITS), np.uint64(CODE_BITS + NODE_BITS)
_MULTIPLIER, _HASH_SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(40)


class Lexicon(NamedTuple):
    """A dictionary as a prefix tree, and the hidden Markov model; all arrays are read-only.

    roots : uint64 (CODES,), the entry of each first character, 0 where no word starts with it.
    singles : float64 (CODES,), log probability of a character as a word, `NO_WORD` where it is
        none; at `UNKNOWN` that of one of which the dictionary is silent.
    entries : uint64 (a power of two,), hash table of all other edges, in every second place; 0 is
        free. From the lowest bit: code, parent node, child node, whether it has children.
    weights : float64, the same memory: behind each entry the log probability of the word that
        ends there, or `NO_WORD`.
    emissions : float64 (CODES, 4), log probability of a character in a state.
    starts : float64 (4,), of a state at the start.
    moves : float64 (4, 4), of a state (column) behind another (row).
    """

    roots: npt.NDArray[np.uint64]
    singles: npt.NDArray[np.float64]
    entries: npt.NDArray[np.uint64]
    weights: npt.NDArray[np.float64]
    emissions: npt.NDArray[np.float64]
    starts: npt.NDArray[np.float64]
    moves: npt.NDArray[np.float64]


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def edge_key(parent, code):  # type: ignore[no-untyped-def]
    """Name the edge that leads from the node of an entry to a character."""
    return (((parent >> NODE_SHIFT) & NODE) << CODE_SHIFT) | np.uint64(code)


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def first_slot(key, mask):  # type: ignore[no-untyped-def]
    """Return where the probing for a key begins; a slot is two words, an entry and a weight."""
    return ((key * _MULTIPLIER) >> _HASH_SHIFT) & mask


@njit(nogil=True, cache=True, _nrt=False)
def fill(new, logarithms, entries, weights):  # type: ignore[no-untyped-def]
    """Put entries and their weights into a table of 0s that is at least twice as large."""
    mask = np.uint64(len(entries) - 2)
    for i in range(len(new)):
        slot = first_slot(new[i] & KEY, mask)
        while entries[slot] != 0:
            slot = (slot + np.uint64(2)) & mask
        entries[slot], weights[slot + np.uint64(1)] = new[i], logarithms[i]


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def step(found, code, entries, weights):  # type: ignore[no-untyped-def]
    """Follow an edge from the node of an entry; return entry and weight of the child, or 0."""
    if found & HAS_CHILDREN == 0:
        return np.uint64(0), NO_WORD
    key, mask = edge_key(found, code), np.uint64(len(entries) - 2)
    slot = first_slot(key, mask)
    while entries[slot] != 0 and entries[slot] & KEY != key:
        slot = (slot + np.uint64(2)) & mask
    return entries[slot], weights[slot + np.uint64(1)]
