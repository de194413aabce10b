"""Normal form KC one character at a time, where that is all there is to it.

Most of what the form changes in web text is one character for another (！ for !, Ａ for A, no-break
spaces) or … for three full stops. A text of such characters, and of others that the form leaves
alone, can be folded by a table while it is read. What may grow, or act on its neighbours, is left
to the library: such texts are found first.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl
from numba import njit

from corpuskit.kernels.arrow import TextBuffer
from corpuskit.kernels.normalise import normal_form_table
from corpuskit.kernels.unicode import CN, CS, SPACE, decode, unicode_tables

# Entries of `compatibility_table` that are no code points.
NOT_ALONE, THREE_STOPS = -1, -2
ELLIPSIS = 0x2026


@cache
def compatibility_table() -> npt.NDArray[np.int32]:
    """Make the table, once per process: what a code point becomes, or one of the two above.

    int32 (0x110000,). A character stands alone if both it and what it becomes combine with nothing
    (class 0, and normal form C certain), by Polars' own normal form KC.
    """
    unicode = unicode_tables()
    known = np.flatnonzero((unicode.category != CN) & (unicode.category != CS))
    becomes = pl.Series(list(map(chr, known))).str.normalize("NFKC")
    single = (becomes.str.len_chars() == 1).to_numpy()
    table = np.full(len(unicode.category), NOT_ALONE, np.int32)
    table[known[single]] = list(map(ord, becomes.filter(pl.Series(single))))
    alone = (normal_form_table() == 0) | (unicode.flags & SPACE != 0)
    table[(table >= 0) & ~alone[table]] = NOT_ALONE
    changes = table != np.arange(len(table))
    table[~changes & ~alone] = NOT_ALONE
    table[ELLIPSIS] = THREE_STOPS
    table.setflags(write=False)
    return table


def not_alone(buffer: TextBuffer) -> npt.NDArray[np.bool_]:
    """Return the documents with a character that the table cannot fold, bool (n,)."""
    found = np.zeros(len(buffer), np.bool_)
    _find(*buffer, compatibility_table(), found)
    return found


@njit(nogil=True, cache=True, _nrt=False)
def _find(offsets, data, table, found):  # type: ignore[no-untyped-def]
    for document in range(len(offsets) - 1):
        i, stop = offsets[document], offsets[document + 1]
        while i < stop and not found[document]:
            if data[i] < 0x80:
                i += 1
                continue
            character, width = decode(data, i)
            found[document] = table[character] == NOT_ALONE
            i += width
