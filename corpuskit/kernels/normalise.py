"""What makes two texts equal: white-space runs become one space, the ends are stripped.

The same pass flags the few documents whose Unicode normal form C may differ from what is written
(the quick check of Unicode Annex 15): only those are worth the slow composition. Nothing is
decomposed and nothing is taken away, so か is not が, and case and punctuation count.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.unicode import SPACE, decode, unicode_tables

# Entries of the table: 0 is an ordinary character, 1 to 240 a combining class, and these two.
_MAY_CHANGE, _IS_SPACE = 254, 255

# Of eight bytes in one 64-bit number: a space, all bits but the top one, the top bit.
_SPACES, _LOWS = np.uint64(0x2020202020202020), np.uint64(0x7F7F7F7F7F7F7F7F)
_TOPS, _TOP, _NONE = np.uint64(0x8080808080808080), np.uint64(0x80), np.uint64(0)


def squeeze(buffer: TextBuffer) -> tuple[TextBuffer, npt.NDArray[np.bool_]]:
    """Squeeze white space, and say which documents may not be in normal form C.

    Returns
    -------
    buffer : the squeezed documents, offsets from 0, data read-only.
    may_change : bool (n,). False proves that normal form C leaves the document as it is.

    Examples
    --------
    >>> import polars as pl
    >>> from corpuskit.kernels.arrow import text_buffer
    >>> squeezed, _ = squeeze(text_buffer(pl.Series(["  a \\n b　"])))
    >>> bytes(squeezed.data)
    b'a b'
    """
    offsets, data, may_change = _squeeze(buffer.offsets, buffer.data, normal_form_table())
    offsets.setflags(write=False)
    data.setflags(write=False)
    return TextBuffer(offsets, data), may_change


@cache
def normal_form_table() -> npt.NDArray[np.uint8]:
    """Classify every code point for `squeeze`: (0x110000,), once per process.

    The classes ship with the other Unicode tables; see scripts/unicode_tables.py.
    """
    with np.load(Path(__file__).with_name("unicode.npz")) as stored:
        table: npt.NDArray[np.uint8] = stored["normal_form"]
    table[unicode_tables().flags & SPACE != 0] = _IS_SPACE
    table[[0x2000, 0x2001]] = _IS_SPACE  # they become other spaces, and all spaces become one
    table.setflags(write=False)
    return table


@njit(nogil=True, cache=True)
def _squeeze(offsets, data, table):  # type: ignore[no-untyped-def]
    count = len(offsets) - 1
    out_offsets = np.zeros(count + 1, np.int64)
    out = np.empty(offsets[-1] - offsets[0], np.uint8)
    may_change = np.zeros(count, np.bool_)
    at = 0
    for document in range(count):
        i, stop, begin = offsets[document], offsets[document + 1], at
        run, blank, combining = i, True, np.uint8(0)  # data[run:i] is still to be copied
        while i < stop:
            while stop - i >= 8:  # eight bytes of ASCII without two spaces in a row
                spaces, plain = _eight(data, i)
                if not plain or spaces & ((spaces << np.uint64(8)) | (_TOP if blank else _NONE)):
                    break
                blank, combining = spaces >> np.uint64(63) > 0, np.uint8(0)
                i += 8
            if i == stop:
                break
            first = data[i]
            fresh = (first != 0x20) | (not blank)
            if (first >= 0x20) & (first < 0x80) & fresh:  # one branch, that words do not change
                blank, combining = first == 0x20, np.uint8(0)
                i += 1
                continue
            point, width = decode(data, i)
            kind = table[point]
            if kind != _IS_SPACE:
                may_change[document] |= kind == _MAY_CHANGE or (kind != 0 and kind < combining)
                blank, combining = False, kind
            else:
                at = _copy(data, run, i, out, at)
                run, combining = i + width, np.uint8(0)
                if not blank:
                    out[at] = 0x20
                    at += 1
                    blank = True
            i += width
        at = _copy(data, run, i, out, at)
        at -= blank and at > begin
        out_offsets[document + 1] = at
    return out_offsets, out[:at], may_change


@njit(nogil=True, cache=True, _nrt=False, forceinline=True)
def _eight(data, i):  # type: ignore[no-untyped-def]
    """Read eight bytes; mark the top bit of each space, and say if all are 0x20 to 0x7F."""
    word = np.uint64(0)
    for byte in range(8):
        word |= np.uint64(data[np.uint64(i + byte)]) << np.uint64(8 * byte)
    low = word - _SPACES  # borrows only where a byte is under 0x20, and then the answer is no
    plain = (word | low) & _TOPS == np.uint64(0)
    return ~(low + _LOWS) & _TOPS, plain


@njit(nogil=True, cache=True)
def _copy(data, start, stop, out, at):  # type: ignore[no-untyped-def]
    for i in range(start, stop):
        out[at + i - start] = data[i]
    return at + max(0, stop - start)
