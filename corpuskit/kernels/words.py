"""Count the tokens of every document by kind, and the marks that word rules look for."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl
from numba import njit

from corpuskit.kernels.arrow import TextBuffer, text_buffer
from corpuskit.kernels.tokenise import HAS_LETTER, IS_SPACELESS, IS_SYMBOL, Tokens, tokenise

# Gopher's stop words; a document must have at least two different ones (Rae et al. 2021).
STOP_WORDS = ("the", "be", "to", "of", "and", "that", "have", "with")

# Columns of the counts.
(TOKENS, WORDS, WORD_CHARS, LONGEST, WITH_LETTER, SPACELESS_WORDS, HASH_MARKS, ELLIPSES, NEWLINES,
 STOPS) = range(10)  # fmt: skip
COLUMNS = 10


def count_words(buffer: TextBuffer, tokens: Tokens) -> npt.NDArray[np.int64]:
    """Count per document.

    Returns
    -------
    int64 (n, 10), columns as named above. `WORDS` are tokens that are more than punctuation and
    symbols; `ELLIPSES` counts "..." and "…"; `STOPS` counts different stop words.
    """
    out: npt.NDArray[np.int64] = _count(
        buffer.offsets, buffer.data, tokens.offsets, tokens.chars, tokens.hash, tokens.kind,
        stop_word_hashes(),
    )  # fmt: skip
    return out


@cache
def stop_word_hashes() -> npt.NDArray[np.uint64]:
    """Hash the stop words as the tokeniser does."""
    return tokenise(text_buffer(pl.Series(STOP_WORDS))).hash


@njit(nogil=True, cache=True)
def _count(offsets, data, token_offsets, chars, exact, kind, stops):  # type: ignore[no-untyped-def]
    out = np.zeros((len(offsets) - 1, COLUMNS), np.int64)
    for document in range(len(offsets) - 1):
        row, seen = out[document], np.uint64(0)
        for t in range(token_offsets[document], token_offsets[document + 1]):
            row[WITH_LETTER] += (kind[t] & HAS_LETTER) != 0
            if kind[t] & IS_SYMBOL:
                continue
            row[WORDS] += 1
            row[WORD_CHARS] += chars[t]
            row[LONGEST] = max(row[LONGEST], chars[t])
            row[SPACELESS_WORDS] += (kind[t] & IS_SPACELESS) != 0
            if chars[t] <= 4:
                for k in range(len(stops)):
                    if exact[t] == stops[k]:
                        seen |= np.uint64(1) << np.uint64(k)
        row[TOKENS] = token_offsets[document + 1] - token_offsets[document]
        for k in range(len(stops)):
            row[STOPS] += np.int64((seen >> np.uint64(k)) & np.uint64(1))
        _marks(data, offsets[document], offsets[document + 1], row)
    return out


@njit(nogil=True, cache=True)
def _marks(data, start, stop, row):  # type: ignore[no-untyped-def]
    dots = 0
    for i in range(start, stop):
        byte = data[i]
        row[HASH_MARKS] += byte == 0x23
        row[NEWLINES] += byte == 0x0A
        dots = dots + 1 if byte == 0x2E else 0
        if dots == 3:
            row[ELLIPSES] += 1
            dots = 0
        if byte == 0xA6 and i >= start + 2 and data[i - 1] == 0x80 and data[i - 2] == 0xE2:
            row[ELLIPSES] += 1
