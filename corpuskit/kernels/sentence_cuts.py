"""Where to cut a text that is too long for one row: at the last sentence end that fits.

A cut is a position between two characters, and no character is moved or lost. Three kinds, the
better one wins: behind a sentence (or a line) and the white space after it; behind other white
space or a clause mark, where that fills at least half of the row; between two grapheme clusters.
Only a cluster that is longer than a row is cut in itself. How long a row is, is counted in costs
per character that the caller gives: tokens that start there, or an estimate.

Grapheme clusters follow Unicode Annex 29 on the safe side: no cut is made where the annex
forbids one, and none after any virama or before any mark, where it may allow one.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from corpuskit.kernels.line_classes import OTHER_BREAKS, terminal_points
from corpuskit.kernels.normalise import normal_form_table
from corpuskit.kernels.unicode import CF, LL, MC, MN, PE, PF, decode, unicode_tables
from corpuskit.kernels.unicode import SPACE as WHITE

UNIT = 1000
"""Costs are whole numbers: thousandths of a token."""

# What a cut stands behind. END is the end of the text, FORCED a place inside a cluster.
END, FORCED, CLUSTER, WORD, SENTENCE = range(5)

# Bits of the classes of code points.
SPACE, BREAKS, ENDS, ENDS_SPACED, CLOSES, LOWER, CLAUSE = (1 << bit for bit in range(7))
EXTENDS, JOINS, REGIONAL, LEADS, SYLLABLE = (1 << bit for bit in range(7, 12))

_NONE, _ENDED, _ENDED_SPACED, _GAP_SPACED, _GAP = range(5)
_VIRAMA = 9  # canonical combining class


class Cuts(NamedTuple):
    """The pieces of all texts, one behind the other.

    stops : int64 (pieces,), the byte behind each piece.
    costs : int64 (pieces,), in `UNIT`.
    kinds : int64 (pieces,), what the piece ends with.
    """

    stops: npt.NDArray[np.int64]
    costs: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.int64]


def cut(
    starts: npt.NDArray[np.int64],
    stops: npt.NDArray[np.int64],
    data: npt.NDArray[np.uint8],
    costs: npt.NDArray[np.uint32],
    limit: int,
) -> Cuts:
    """Cut texts into pieces that cost at most `limit`.

    Parameters
    ----------
    starts, stops : int64 (n,), bytes of `data`; text i is data[starts[i]:stops[i]], not empty.
    data : uint8, valid UTF-8.
    costs : uint32 (characters of all texts,). A piece that starts where a cost is 0 (inside a
        token) pays one `UNIT` for it.
    limit : in `UNIT` × tokens. A single character above it is a piece of its own.

    Examples
    --------
    >>> text = "一二。三四！五六"
    >>> data = np.frombuffer(text.encode(), np.uint8)
    >>> costs = np.full(len(text), UNIT, np.uint32)
    >>> cut(np.array([0]), np.array([len(data)]), data, costs, 4 * UNIT).stops.tolist()
    [9, 18, 24]
    """
    return Cuts(*_cut(starts, stops, data, costs, limit, classes()))


def character_costs(
    starts: npt.NDArray[np.int64],
    stops: npt.NDArray[np.int64],
    data: npt.NDArray[np.uint8],
    table: npt.NDArray[np.uint16],
) -> npt.NDArray[np.uint32]:
    """Look up the cost of every character: uint32 (characters,); `table` has shape (0x110000,)."""
    found: npt.NDArray[np.uint32] = _character_costs(starts, stops, data, table)
    return found


@cache
def classes() -> npt.NDArray[np.uint16]:
    """Classify every code point: uint16 (0x110000,), once per process."""
    unicode = unicode_tables()
    table = np.zeros(len(unicode.flags), np.uint16)
    table[(unicode.flags & WHITE) > 0] |= SPACE
    table[[ord(mark) for mark in "\n" + OTHER_BREAKS]] |= BREAKS
    spaced = [ord(mark) for mark in ".!?．…"]  # … ends a sentence where white space follows
    table[[point for point in terminal_points() if point not in spaced]] |= ENDS
    table[spaced] |= ENDS_SPACED
    table[np.isin(unicode.category, (PE, PF))] |= CLOSES
    table[[ord(mark) for mark in "\"'"]] |= CLOSES
    table[unicode.category == LL] |= LOWER
    table[[ord(mark) for mark in "，、；：،"]] |= CLAUSE
    table[(unicode.category >= MC) & (unicode.category <= MN)] |= EXTENDS
    for first, last in ((0x1F3FB, 0x1F3FF), (0xE0020, 0xE007F), (0xFF9E, 0xFF9F), (0x200C, 0x200D)):
        table[first : last + 1] |= EXTENDS
    table[normal_form_table() == _VIRAMA] |= JOINS
    table[0x200D] |= JOINS
    prepended = (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD)
    table[[point for point in prepended if unicode.category[point] == CF]] |= JOINS
    table[0x1F1E6:0x1F200] |= REGIONAL
    for first, last in ((0x1100, 0x115F), (0xA960, 0xA97C)):
        table[first : last + 1] |= LEADS
    table[0xAC00:0xD7A4] |= SYLLABLE
    for first, last in ((0x1160, 0x11FF), (0xD7B0, 0xD7C6), (0xD7CB, 0xD7FB)):
        table[first : last + 1] |= EXTENDS  # vowels and final consonants of Hangul
    table.setflags(write=False)
    return table


@njit(nogil=True, cache=True)
def _character_costs(starts, stops, data, table):  # type: ignore[no-untyped-def]
    total = 0
    for text in range(len(starts)):
        for i in range(starts[text], stops[text]):
            total += (data[i] & 0xC0) != 0x80
    costs = np.empty(total, np.uint32)
    at = 0
    for text in range(len(starts)):
        i = starts[text]
        while i < stops[text]:
            point, width = decode(data, i)
            costs[at] = table[point]
            at += 1
            i += width
    return costs


@njit(nogil=True, cache=True)
def _cut(starts, stops, data, costs, limit, table):  # type: ignore[no-untyped-def]
    found = np.empty((2 * len(starts) + 16, 3), np.int64)
    best = np.empty((5, 3), np.int64)
    count, character = 0, 0
    for text in range(len(starts)):
        i, stop = starts[text], stops[text]
        while i < stop:
            if count == len(found):
                longer = np.empty((2 * count, 3), np.int64)
                longer[:count] = found
                found = longer
            i, character, cost, kind = _piece(data, i, character, stop, costs, limit, table, best)
            found[count, 0], found[count, 1], found[count, 2] = i, cost, kind
            count += 1
    return found[:count, 0].copy(), found[:count, 1].copy(), found[:count, 2].copy()


@njit(nogil=True, cache=True, _nrt=False)
def _piece(data, start, first, stop, costs, limit, table, best):  # type: ignore[no-untyped-def]
    """Find the end of the piece that starts at byte `start`: (byte, character, cost, kind)."""
    best[:, 0] = -1
    i, character, regionals = start, first, 0
    cost = np.int64(UNIT if costs[first] == 0 else 0)
    state, before = _NONE, np.uint16(0)
    while i < stop:
        point, width = decode(data, i)
        here = table[point]
        joined = _is_joined(here, before, regionals) or (point == 10 and data[max(i - 1, 0)] == 13)
        if i > start:
            kind = FORCED if joined else _kind(here, before, state)
            best[kind, 0], best[kind, 1], best[kind, 2] = i, character, cost
            if cost + np.int64(costs[character]) > limit:
                return _best(best, limit)
        cost += np.int64(costs[character])
        regionals = regionals + 1 if here & REGIONAL else 0
        if not joined or state >= _GAP_SPACED or here & (ENDS | ENDS_SPACED):
            state = _next_state(here, state)
        before = here
        character += 1
        i += width
    return i, character, cost, END


@njit(nogil=True, cache=True, _nrt=False)
def _best(best, limit):  # type: ignore[no-untyped-def]
    kind = FORCED
    if best[SENTENCE, 0] >= 0:
        kind = SENTENCE
    elif best[WORD, 0] >= 0 and 2 * best[WORD, 2] >= limit:
        kind = WORD
    elif max(best[CLUSTER, 0], best[WORD, 0]) >= 0:
        kind = CLUSTER if best[CLUSTER, 0] > best[WORD, 0] else WORD
    return best[kind, 0], best[kind, 1], best[kind, 2], kind


@njit(nogil=True, cache=True, _nrt=False)
def _is_joined(here, before, regionals):  # type: ignore[no-untyped-def]
    """Say whether a cut before this character would break a grapheme cluster."""
    if here & EXTENDS or before & JOINS:
        return True
    if here & REGIONAL and regionals % 2 == 1:
        return True
    return before & LEADS > 0 and here & (LEADS | SYLLABLE) > 0


@njit(nogil=True, cache=True, _nrt=False)
def _kind(here, before, state):  # type: ignore[no-untyped-def]
    """Say what a cut before this character would stand behind."""
    if not here & SPACE:
        if state == _GAP or (state == _GAP_SPACED and not here & LOWER):
            return SENTENCE
        if state == _ENDED and not here & (CLOSES | ENDS | ENDS_SPACED):
            return SENTENCE
        if before & (SPACE | CLAUSE):
            return WORD
    return CLUSTER


@njit(nogil=True, cache=True, _nrt=False)
def _next_state(here, state):  # type: ignore[no-untyped-def]
    if here & BREAKS:
        return _GAP
    if here & SPACE:
        if state == _ENDED:
            return _GAP
        return _GAP_SPACED if state == _ENDED_SPACED else state
    if here & ENDS:
        return _ENDED
    if here & ENDS_SPACED:
        return _ENDED if state == _ENDED else _ENDED_SPACED
    if here & CLOSES and (state == _ENDED or state == _ENDED_SPACED):
        return state
    return _NONE
