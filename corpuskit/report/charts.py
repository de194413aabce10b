"""Histograms as inline SVG: pure functions from numbers to places on a canvas.

Areas count: a bar is as high as its documents per unit of drawn width, so that a bin cut by a
bound does not look empty. Heights are square roots, or the tail (where bounds are) would vanish.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from corpuskit.report.wording import plain

WIDTH, HEIGHT = 320.0, 120.0
WIDE_RANGE = 1000  # values that span more than this factor are drawn on a logarithmic axis
NARROW = 0.6  # bins under this share of the usual width are drawn together with a neighbour
LEAST_HEIGHT, GAP = 1.0, 0.6
LOWER, UPPER = ("min", "above"), ("max", "below")


@dataclass(frozen=True)
class Line:
    """A bound: where it is, what it says, and whether it holds for some documents only."""

    x: float
    label: str
    guarded: bool


@dataclass(frozen=True)
class Chart:
    """A drawn histogram on a canvas of WIDTH × HEIGHT.

    all, kept : SVG paths of the bars of all documents, and of the kept ones before them.
    shades : intervals (x, width) that a rule drops from every language.
    ticks : (x, label).
    """

    all: str
    kept: str
    lines: tuple[Line, ...]
    shades: tuple[tuple[float, float], ...]
    ticks: tuple[tuple[float, str], ...]
    documents: int


def histogram(
    bins: Mapping[str, Any], bounds: Sequence[tuple[str, float, bool]] = (), log: bool | None = None
) -> Chart | None:
    """Lay out a histogram, or return None where no document was counted.

    Parameters
    ----------
    bins : `edges` (k + 1), `in` and `kept` (k) documents per bin.
    bounds : (side, value, guarded) per bound of a rule on this feature.
    log : draw a logarithmic axis; by default where the values span a factor of 1,000.
    """
    rows = list(zip(pairwise(bins["edges"]), bins["in"], bins["kept"], strict=True))
    rows = _without_empty_ends(rows, [value for _, value, _ in bounds])
    if not any(documents for _, documents, _ in rows):
        return None
    low, high = rows[0][0][0], rows[-1][0][1]
    if log is None:
        log = low >= 0 and high > WIDE_RANGE * max(low, 1)
    place = _Axis(low, high, log)
    drawn = _merge_narrow(
        [(place(left), place(right), n, kept) for (left, right), n, kept in rows],
        [place(value) for _, value, _ in bounds],
    )
    return Chart(
        all=_bars([row[:3] for row in drawn], drawn),
        kept=_bars([(left, right, kept) for left, right, _, kept in drawn], drawn),
        lines=tuple(
            Line(place(value), f"{side} {plain(value)}", guarded)
            for side, value, guarded in sorted(set(bounds), key=lambda b: (b[1], b[0], b[2]))
        ),
        shades=_shades(bounds, place),
        ticks=place.ticks(),
        documents=sum(bins["in"]),
    )


class _Axis:
    """Places values from left to right."""

    def __init__(self, low: float, high: float, log: bool) -> None:
        self.low, self.high, self.log = low, high, log
        self.start, self.end = self._scale(low), self._scale(high)

    def _scale(self, value: float) -> float:
        return math.log10(max(value, 1) if self.low >= 1 else value + 1) if self.log else value

    def __call__(self, value: float) -> float:
        inside = min(max(value, self.low), self.high)
        span = (self.end - self.start) or 1
        return round(WIDTH * (self._scale(inside) - self.start) / span, 2)

    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Choose a few round values."""
        if self.log:
            powers = [10**power for power in range(math.ceil(math.log10(max(self.high, 1))) + 1)]
            inside = [value for value in (0, *powers) if self.low <= value <= self.high]
            step = max(1, math.ceil(len(inside) / 6))
            return tuple((self(value), short(value)) for value in inside[::step])
        span = self.high - self.low
        unit = 10 ** math.floor(math.log10(span / 4))
        step = next(unit * m for m in (1, 2, 2.5, 5, 10) if span / (unit * m) <= 5)
        first = math.ceil(self.low / step - 1e-9)
        values = [n * step for n in range(first, math.floor(self.high / step + 1e-9) + 1)]
        return tuple((self(value), short(value)) for value in values)


def short(value: float) -> str:
    """Write a value of an axis.

    Examples
    --------
    >>> short(0), short(0.25), short(10_000), short(2_500_000)
    ('0', '0.25', '10k', '2.5M')
    """
    for unit, name in ((1_000_000, "M"), (1_000, "k")):
        if abs(value) >= unit:
            return f"{value / unit:.4g}{name}"
    return f"{value:.4g}"


Row = tuple[tuple[float, float], int, int]
Drawn = tuple[float, float, int, int]


def _without_empty_ends(rows: list[Row], bounds: Sequence[float]) -> list[Row]:
    """Leave out empty bins at both ends, as far as no bound lies there."""
    reached = [
        number
        for number, ((left, right), documents, _) in enumerate(rows)
        if documents or any(left <= bound <= right for bound in bounds)
    ]
    return rows[reached[0] : reached[-1] + 1] if reached else rows


def _merge_narrow(rows: list[Drawn], walls: Sequence[float]) -> list[Drawn]:
    """Draw bins that bounds made narrow together with their left neighbour, never over a bound."""
    usual = WIDTH / max(1, len(rows))
    merged: list[Drawn] = []
    for row in rows:
        left, right, documents, kept = row
        last = merged[-1] if merged else None
        narrow = last is not None and min(right - left, last[1] - last[0]) < NARROW * usual
        if last is not None and narrow and left not in walls:
            merged[-1] = (last[0], right, last[2] + documents, last[3] + kept)
        else:
            merged.append(row)
    return merged


def _bars(counts: Sequence[tuple[float, float, int]], scale: Sequence[Drawn]) -> str:
    """Draw bars as one path; the highest of `scale` reaches the top."""
    highest = max(n / max(right - left, 1) for left, right, n, _ in scale)
    path = []
    for left, right, n in counts:
        wide = max(right - left - GAP, 1)
        height = HEIGHT * math.sqrt(n / max(right - left, 1) / highest)
        if n:
            top = HEIGHT - max(LEAST_HEIGHT, height)
            path.append(f"M{left:g} {top:.1f}h{wide:.2f}V{HEIGHT:g}h-{wide:.2f}z")
    return "".join(path)


def _shades(
    bounds: Sequence[tuple[str, float, bool]], place: _Axis
) -> tuple[tuple[float, float], ...]:
    """Shade what no language may have: under the highest lower bound, over the lowest upper one."""
    lower = [value for side, value, guarded in bounds if side in LOWER and not guarded]
    upper = [value for side, value, guarded in bounds if side in UPPER and not guarded]
    shades = []
    if lower:
        shades.append((0.0, place(max(lower))))
    if upper:
        left = place(min(upper))
        shades.append((left, round(WIDTH - left, 2)))
    return tuple(shade for shade in shades if shade[1] > 0)
