"""How far two distributions lie apart: the Jensen–Shannon divergence in bits (Lin 1991).

JSD(P, Q) = ½ Σ p log2(2p / (p + q)) + ½ Σ q log2(2q / (p + q)). It is symmetric, defined where one
side has nothing, 0 for equal distributions and 1 for two that share nothing. Each name adds a term
that is not negative, so the largest terms say where the difference lies.

A run keeps the largest names of a long list (hosts) and not the rest. A name that a side does not
list has between nothing and as much as the least one that it lists; the divergence is then an
interval. A term falls while the unknown share grows towards the known one, and is convex in it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class Counted:
    """How often each name was counted on one side.

    counts : by name.
    total : of all names, listed or not; more than the sum of `counts` where some are not listed.
    most : what a name that is not listed has at most.
    """

    counts: Mapping[str, int]
    total: int
    most: int = 0

    def share(self, name: str) -> float | None:
        """Return the share of a name; None where it is not listed and may still be there."""
        if name in self.counts:
            return self.counts[name] / self.total
        return None if self.most else 0.0

    @property
    def unlisted(self) -> float:
        """The share of all names that are not listed."""
        return (self.total - sum(self.counts.values())) / self.total


class Row(NamedTuple):
    """One name: its share on either side (None where it is not known), and its least term."""

    name: str
    here: float | None
    there: float | None
    bits: float


class Divergence(NamedTuple):
    """The bits between two sides, from `low` to `high`, and all names, the largest terms first."""

    low: float
    high: float
    rows: tuple[Row, ...]


def divergence(here: Counted, there: Counted) -> Divergence:
    """Return how far two sides lie apart; both must have a total above 0.

    Examples
    --------
    >>> found = divergence(Counted({"en": 1, "zh": 1}, 2), Counted({"en": 2}, 2))
    >>> round(found.low, 4), found.low == found.high
    (0.3113, True)
    """
    rows, lows, highs = [], [], []
    for name in sorted({*here.counts, *there.counts}):
        p, q = here.share(name), there.share(name)
        low, high = _bounds(p, q, here.most / here.total, there.most / there.total)
        lows.append(low)
        highs.append(high)
        rows.append(Row(name, p, q, low))
    rest = (here.unlisted + there.unlisted) / 2
    rows.sort(key=lambda row: (-round(row.bits, 12), row.name))
    return Divergence(
        min(1.0, math.fsum(lows)), min(1.0, math.fsum(highs) + rest), tuple(rows)
    )  # fmt: skip


def term(p: float, q: float) -> float:
    """Return what one name adds to the divergence, in bits.

    Examples
    --------
    >>> term(0.5, 0.0), term(0.25, 0.25)
    (0.25, 0.0)
    """
    both = p + q
    parts = [one * math.log2(2 * one / both) for one in (p, q) if one > 0]
    return max(0.0, math.fsum(parts) / 2)


def _bounds(p: float | None, q: float | None, most_p: float, most_q: float) -> tuple[float, float]:
    """Return the least and the largest term; at most one of the shares is unknown."""
    if p is None and q is not None:
        return term(min(most_p, q), q), max(term(0.0, q), term(most_p, q))
    if p is not None and q is None:
        return term(p, min(most_q, p)), max(term(p, 0.0), term(p, most_q))
    found = term(p or 0.0, q or 0.0)  # a name is listed on one side at least
    return found, found
