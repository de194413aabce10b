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
# Of the hash of a token, so many bits are passed over and the next six name its slot; with these
# no two stop words share one.
_SHIFT, _SLOTS = np.uint64(16), np.uint64(63)

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
    out = np.zeros((len(buffer), COLUMNS), np.int64)
    _count(*buffer, tokens.offsets, tokens.chars, tokens.hash, tokens.kind, stop_word_slots(), out)
    return out


@cache
def stop_word_slots() -> npt.NDArray[np.uint64]:
    """Place the hashes of the stop words, as the tokeniser makes them, in slots: uint64 (64,)."""
    slots = np.zeros(64, np.uint64)
    hashes = tokenise(text_buffer(pl.Series(STOP_WORDS))).hash
    slots[(hashes >> _SHIFT) & _SLOTS] = hashes
    assert np.count_nonzero(slots) == len(STOP_WORDS)
    slots.setflags(write=False)
    return slots


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def stop_slot(value, slots):  # type: ignore[no-untyped-def]
    """Return the slot of a token's hash if it is a stop word, -1 for any other."""
    slot = (value >> _SHIFT) & _SLOTS
    return np.int64(slot) if slots[slot] == value else np.int64(-1)


@njit(nogil=True, cache=True, _nrt=False)
def _count(offsets, data, token_offsets, chars, exact, kind, stops, out):  # type: ignore[no-untyped-def]
    for document in range(len(offsets) - 1):
        words, letters, spaceless = np.int64(0), np.int64(0), np.int64(0)
        total, longest, seen = np.int64(0), np.int64(0), np.int64(0)
        for t in range(token_offsets[document], token_offsets[document + 1]):
            length, bits = chars[t], kind[t]
            letters += (bits & HAS_LETTER) != 0
            if bits & IS_SYMBOL:
                continue
            words += 1
            total += length
            longest = length if length > longest else longest
            spaceless += (bits & IS_SPACELESS) != 0
            slot = stop_slot(exact[t], stops)
            if slot >= 0:
                seen |= np.int64(1) << slot
        out[document, TOKENS] = token_offsets[document + 1] - token_offsets[document]
        out[document, WORDS], out[document, WORD_CHARS] = words, total
        out[document, LONGEST], out[document, WITH_LETTER] = longest, letters
        out[document, SPACELESS_WORDS] = spaceless
        while seen != 0:
            out[document, STOPS] += 1
            seen &= seen - 1
        _count_marks(data, offsets[document], offsets[document + 1], document, out)


@njit(nogil=True, cache=True, _nrt=False)
def _count_marks(data, start, stop, document, out):  # type: ignore[no-untyped-def]
    signs, newlines, ellipses, dots = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
    last = np.uint64(stop)  # where the run of periods ends
    for i in range(np.uint64(start), np.uint64(stop)):  # unsigned, as no index counts from the end
        byte = data[i]
        signs += byte == 0x23
        newlines += byte == 0x0A
        if byte == 0x2E:
            dots = dots + 1 if last == i else np.int64(1)
            last = i + np.uint64(1)
            if dots == 3:
                ellipses += 1
                dots = np.int64(0)
        elif byte == 0xA6:  # not the first byte of a character
            ellipses += data[i - np.uint64(1)] == 0x80 and data[i - np.uint64(2)] == 0xE2
    out[document, HASH_MARKS], out[document, NEWLINES] = signs, newlines
    out[document, ELLIPSES] = ellipses
