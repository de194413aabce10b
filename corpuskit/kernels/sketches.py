"""HyperLogLog registers of a batch: distinct words, and distinct n-grams of words.

The layout is datasketch's HyperLogLog++ (Heule et al. 2013, 64-bit hashes): the low p bits of a
hash choose a register, the rest gives the rank. Merging is the maximum, so the order of batches
does not matter.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.shingles import mix
from corpuskit.kernels.tokenise import IS_SYMBOL, Tokens

PRECISION = 14
REGISTERS = 1 << PRECISION
NGRAMS = (1, 2, 3, 5)  # one row of registers each; 1 is the vocabulary
_LENGTHS = np.array(NGRAMS, np.int64)
_RANK_BITS = 64 - PRECISION
_RECENT = 8  # a power of two, at least the longest n-gram
_FLOAT_BIAS = 1023
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def ngram_registers(tokens: Tokens) -> npt.NDArray[np.int8]:
    """Sketch the lower-cased word-like tokens of a batch; n-grams do not cross documents.

    Returns
    -------
    int8 (4, 16384): registers of 1-, 2-, 3- and 5-grams.
    """
    out: npt.NDArray[np.int8] = _registers(tokens.offsets, tokens.fold, tokens.kind, _LENGTHS)
    return out


@njit(nogil=True, cache=True)
def _registers(offsets, fold, kind, lengths):  # type: ignore[no-untyped-def]
    out = np.zeros((len(lengths), REGISTERS), np.int8)
    recent = np.zeros(_RECENT, np.uint64)  # the document's last words, a ring
    for document in range(len(offsets) - 1):
        count = 0
        for t in range(offsets[document], offsets[document + 1]):
            if kind[t] & IS_SYMBOL:
                continue
            recent[count % _RECENT] = mix(fold[t])
            count += 1
            value, taken = np.uint64(0), 0
            for row in range(len(lengths)):
                if lengths[row] > count:
                    break
                while taken < lengths[row]:
                    taken += 1
                    value = value * _MULTIPLIER + recent[(count - taken) % _RECENT]
                _count(out, row, mix(value))
    return out


@njit(nogil=True, cache=True)
def _count(out, row, value):  # type: ignore[no-untyped-def]
    """Raise the register that a hash chooses to the hash's rank, the place of its first one."""
    place = value & np.uint64(REGISTERS - 1)
    rest = value >> np.uint64(PRECISION)
    # The exponent of a float is the place of the highest bit; 50 bits fit a float exactly.
    exponent = np.float64(rest).view(np.int64) >> 52
    rank = min(_RANK_BITS + 1, _RANK_BITS + _FLOAT_BIAS - exponent)
    if rank > out[row, place]:
        out[row, place] = rank
