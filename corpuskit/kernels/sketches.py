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
    recent = np.zeros(8, np.uint64)  # the last eight words of the document, a ring
    for document in range(len(offsets) - 1):
        count = 0
        for t in range(offsets[document], offsets[document + 1]):
            if kind[t] & IS_SYMBOL:
                continue
            recent[count & 7] = mix(fold[t])
            count += 1
            value, taken = np.uint64(0), 0
            for row in range(len(lengths)):
                if lengths[row] > count:
                    break
                while taken < lengths[row]:
                    value = value * _MULTIPLIER + recent[(count - 1 - taken) & 7]
                    taken += 1
                _count(out[row], mix(value + np.uint64(lengths[row])))
    return out


@njit(nogil=True, cache=True)
def _count(registers, value):  # type: ignore[no-untyped-def]
    rest = value >> np.uint64(PRECISION)
    rank, bit = 1, np.uint64(1) << np.uint64(_RANK_BITS - 1)
    while rank <= _RANK_BITS and not rest & bit:
        rank += 1
        bit >>= np.uint64(1)
    place = value & np.uint64(REGISTERS - 1)
    registers[place] = max(registers[place], rank)
