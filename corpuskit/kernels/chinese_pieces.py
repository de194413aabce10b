"""Cut Chinese into pieces that stand in for words where there is no dictionary.

A character that is most often a word by itself (the, of, in, and …) is a piece; what stands between
such characters is cut into pairs from the left, so that a word that comes again behind the same
character is cut alike. Numbers, names and marks are cut as jieba cuts them, see segment.py, which
needs no dictionary. On average a piece is as long as a word; which characters it takes is a guess.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.lexicon import ASCII, FIRST_HAN, LAST_HAN
from corpuskit.kernels.segment import (
    IN_BLOCK,
    WHITE,
    code_points,
    end_of_plain,
    put,
    put_other,
    read_block,
    token_room,
)
from corpuskit.kernels.tokenise import Tokens
from corpuskit.kernels.unicode import decode, unicode_tables

# What jieba leaves alone in at least two of five places, of what stands once in 5,000 characters of
# Chinese pages: bench/chinese_pieces.py finds them.
ALONE = (
    "的在是你中我了和上到会来它对将并或更年就也但而从很都等与由"
    "该还请被想只让月做向像给去再把另您吗派又呢云吧均她"
)  # fmt: skip


def cut_pieces(buffer: TextBuffer, wanted: npt.NDArray[np.bool_]) -> Tokens:
    """Cut the documents that are wanted into pieces; others have none.

    Parameters
    ----------
    wanted : bool (n,), which documents of the buffer.

    Returns
    -------
    Tokens, of which none is IS_SPACELESS.

    Raises
    ------
    FeatureError
        If the buffer has 2 GiB or more.
    """
    offsets, rows, scratch = token_room(buffer)
    points, lower = code_points(), unicode_tables().lower
    _cut(*buffer, wanted, points, lower, _alone(), scratch, offsets, rows)
    return Tokens(offsets, *(column[: offsets[-1]] for column in rows))


@cache
def _alone() -> npt.NDArray[np.bool_]:
    """Say which codes of Han are pieces by themselves."""
    alone = np.zeros(ASCII + LAST_HAN - FIRST_HAN + 1, np.bool_)
    alone[[ASCII + ord(character) - FIRST_HAN for character in ALONE]] = True
    alone.setflags(write=False)
    return alone


@njit(nogil=True, cache=True, _nrt=False)
def _cut(  # type: ignore[no-untyped-def]
    offsets, data, wanted, points, lower, alone, scratch, counts, rows
):
    t = np.int64(0)
    for document in range(len(offsets) - 1):
        i, stop = offsets[document], offsets[document + 1]
        while wanted[document] and i < stop:
            point, width = decode(data, i)
            bits = points[point]
            if bits & IN_BLOCK:
                count, i = read_block(data, i, stop, points, scratch)
                t = _cut_block(data, count, alone, scratch, t, rows)
                continue
            chars = 1
            if point == 13 and i + 1 < stop and data[i + 1] == 10:
                width, chars = 2, 2
            if not bits & WHITE:
                t = put_other(data, i, i + width, chars, bits, lower[point], t, rows)
            i += width
        counts[document + 1] = t


@njit(nogil=True, cache=True, _nrt=False)
def _cut_block(data, count, alone, scratch, t, rows):  # type: ignore[no-untyped-def]
    """Write the pieces of a block."""
    codes, i = scratch[0], 0
    while i < count:
        if codes[i] < ASCII:
            end = end_of_plain(codes, i, count)
        else:
            end = i + 1
            if not alone[codes[i]] and end < count and codes[end] >= ASCII:
                end += not alone[codes[end]]
        t = put(data, i, end, scratch, t, rows)
        i = end
    return t
