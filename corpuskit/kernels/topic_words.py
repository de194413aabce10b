"""The words of documents as numbers, for the clustering into topics.

A word is a token with a letter, lower-cased; where a script has no spaces, a word is two
neighbouring characters. Words of two languages are never the same word.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.shingles import mix
from corpuskit.kernels.tokenise import HAS_LETTER, IS_SPACELESS, Tokens

MOST_TOKENS = 4096  # of a document that are looked at, from its beginning
MOST_TF = 255
SHORTEST, LONGEST = 2, 24  # characters of a word with spaces about it

_ONE = np.uint64(1)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


class Words(NamedTuple):
    """Which words stand in n documents, and how often; words are numbered as they are first met.

    offsets : int64 (n + 1,); document i has rows ``offsets[i]:offsets[i + 1]``.
    word : int32 (r,), each once a document.
    times : uint8 (r,), that it stands there, at most 255.
    hash : uint64 (v,), of each word and its language.
    documents : int32 (v,), that hold it.
    first : int64 (v,), a row of the tokens where it stands (for a pair, that of the second).
    """

    offsets: npt.NDArray[np.int64]
    word: npt.NDArray[np.int32]
    times: npt.NDArray[np.uint8]
    hash: npt.NDArray[np.uint64]
    documents: npt.NDArray[np.int32]
    first: npt.NDArray[np.int64]


def number_words(tokens: Tokens, group: npt.NDArray[np.int64]) -> Words:
    """Number the words of every document.

    Parameters
    ----------
    group : int64 (n,), the language of each document as a number.
    """
    lengths = np.minimum(np.diff(tokens.offsets), MOST_TOKENS)
    rows = int(lengths.sum())
    slots = 1 << max(4, int(2 * rows).bit_length())
    table = np.full(slots, -1, np.int32)
    last = np.full(rows, -1, np.int64)  # of each word, the row in the document before
    offsets = np.zeros(len(group) + 1, np.int64)
    word, count = np.empty(rows, np.int32), np.empty(rows, np.uint8)
    hashes, first = np.empty(rows, np.uint64), np.empty(rows, np.int64)
    documents = np.zeros(rows, np.int32)
    known = _number(
        tokens.offsets, tokens.start, tokens.end, tokens.chars, tokens.fold, tokens.kind, group,
        table, last, offsets, word, count, hashes, first, documents,
    )  # fmt: skip
    used = offsets[-1]
    return Words(
        offsets, word[:used], count[:used], hashes[:known], documents[:known], first[:known]
    )


@njit(nogil=True, cache=True, _nrt=False)
def _number(  # type: ignore[no-untyped-def]
    offsets, start, end, chars, fold, kind, group,
    table, last, out, word, count, hashes, first, documents,
):  # fmt: skip
    known, row, mask = 0, 0, len(table) - 1
    for document in range(len(offsets) - 1):
        begin = row
        stop = min(offsets[document + 1], offsets[document] + MOST_TOKENS)
        salt = mix(np.uint64(group[document]) + _ONE)
        for t in range(offsets[document], stop):
            if not _is_word(t, offsets[document], start, end, chars, kind):
                continue
            value = fold[t]
            if kind[t] & IS_SPACELESS:
                value += mix(fold[t - 1] * _MULTIPLIER)
            value = mix(value ^ salt)
            slot = np.int64(value) & mask
            while table[slot] >= 0 and hashes[table[slot]] != value:
                slot = (slot + 1) & mask
            if table[slot] < 0:
                table[slot] = known
                hashes[known], first[known] = value, t
                known += 1
            number = table[slot]
            if last[number] >= begin:
                place = last[number]
                count[place] = min(MOST_TF, count[place] + 1)
                continue
            last[number] = row
            word[row], count[row] = number, 1
            documents[number] += 1
            row += 1
        out[document + 1] = row
    return known


@njit(nogil=True, cache=True, _nrt=False)
def _is_word(t, begin, start, end, chars, kind):  # type: ignore[no-untyped-def]
    """Say whether a token is a word, or the second of two characters that are one."""
    if not kind[t] & HAS_LETTER:
        return False
    if kind[t] & IS_SPACELESS:
        before = t > begin and end[t - 1] == start[t]
        return before and kind[t - 1] & IS_SPACELESS > 0 and kind[t - 1] & HAS_LETTER > 0
    return SHORTEST <= chars[t] <= LONGEST
