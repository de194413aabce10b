"""Pieces of specifications: axes, bars of bins, bounds, tooltips."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from corpuskit.report.bounds import LOWER, UPPER
from corpuskit.report.charts import told
from corpuskit.report.wording import Both, seen

WIDE_RANGE: Final = 1000  # values that span more than this factor get a logarithmic axis
NARROW: Final = 0.6  # bins under this share of the usual width are drawn with a neighbour
LABEL_CHARS: Final = 28
LABELS: Final = 8  # of a logarithmic axis
SHORT: Final = "datum.value >= 1000 ? format(datum.value, '.3~s') : format(datum.value, '.4~g')"
TWO_SIDES: Final[Mapping[str, Any]] = {
    "domain": ["@chart.all", "@chart.kept"], "range": ["var(--pale)", "var(--kept)"],
}  # fmt: skip

Bin = tuple[float, float, int, int]
"""Left edge, right edge, documents, kept ones."""

Bound = tuple[str, str, float, bool]
"""Rule, side, value, whether it holds for some documents only."""


class Axis:
    """Places values of a histogram from left to right, from 0 to 1."""

    def __init__(self, low: float, high: float, log: bool | None) -> None:
        self.low, self.high = low, high
        self.log = low >= 0 and high > WIDE_RANGE * max(low, 1) if log is None else log
        self._start = self._scaled(low)
        self._span = (self._scaled(high) - self._start) or 1

    def _scaled(self, value: float) -> float:
        if not self.log:
            return value
        return math.log10(max(value, 1) if self.low >= 1 else value + 1)

    def __call__(self, value: float) -> float:
        return (self._scaled(value) - self._start) / self._span

    def encoding(self, title: str | Both) -> dict[str, Any]:
        """Return the encoding of the left edges; `symlog` with 1 places values as this does."""
        kind = ("log" if self.low >= 1 else "symlog") if self.log else "linear"
        scale: dict[str, Any] = {
            "type": kind, "domain": [self.low, self.high], "nice": False, "clamp": True,
            **({"zero": False} if kind == "linear" else {}),
            **({"constant": 1} if kind == "symlog" else {}),
        }  # fmt: skip
        axis: dict[str, Any] = {
            "title": told(title), "labelExpr": SHORT, "grid": False, "tickCount": 5,
        }  # fmt: skip
        if self.log:
            axis["values"] = self._powers()
        return {"field": "l", "type": "quantitative", "scale": scale, "axis": axis}

    def _powers(self) -> list[int]:
        top = math.ceil(math.log10(max(self.high, 1)))
        inside = [n for n in (0, *(10**p for p in range(top + 1))) if self.low <= n <= self.high]
        return inside[:: max(1, math.ceil(len(inside) / LABELS))]


def without_empty_ends(rows: list[Bin], bounds: Sequence[float]) -> list[Bin]:
    """Leave out empty bins at both ends, as far as no bound lies there."""
    reached = [
        number
        for number, (left, right, documents, _) in enumerate(rows)
        if documents or any(left <= bound <= right for bound in bounds)
    ]
    return rows[reached[0] : reached[-1] + 1] if reached else rows


def merged(rows: Sequence[Bin], axis: Axis, walls: Collection[float]) -> list[Bin]:
    """Join bins that bounds made narrow with their left neighbour, never over a bound."""
    usual = 1 / max(1, len(rows))
    joined: list[Bin] = []
    for row in rows:
        left, right, documents, kept = row
        last = joined[-1] if joined else None
        narrow = last is not None and NARROW * usual > min(
            axis(right) - axis(left), axis(last[1]) - axis(last[0])
        )
        if last is not None and narrow and left not in walls:
            joined[-1] = (last[0], right, last[2] + documents, last[3] + kept)
        else:
            joined.append(row)
    return joined


def densities(rows: Sequence[Bin], axis: Axis) -> list[dict[str, float]]:
    """Return the data of the bars: documents, and per unit of drawn width; the highest is 1."""
    widths = [max(axis(right) - axis(left), 0.002) for left, right, _, _ in rows]
    highest = max(row[2] / width for row, width in zip(rows, widths, strict=True)) or 1
    return [
        {
            "l": left, "r": right, "a": documents, "k": kept,
            "h": round(documents / width / highest, 4), "g": round(kept / width / highest, 4),
        }
        for (left, right, documents, kept), width in zip(rows, widths, strict=True)
    ]  # fmt: skip


def bin_bars(x: Mapping[str, Any]) -> dict[str, Any]:
    """Return the layers of all documents and of the kept ones before them."""
    tips = tooltip(("l", "@chart.from"), ("r", "@chart.to"), ("a", "@chart.all"),
                   ("k", "@chart.kept"))  # fmt: skip
    return {
        "encoding": {"x": x, "x2": {"field": "r"}, "y2": {"datum": 0}, "tooltip": tips},
        "layer": [
            {
                "mark": {"type": "rect", "stroke": "var(--paper)", "strokeWidth": 0.4},
                "encoding": {
                    "y": {"field": field, "type": "quantitative", "axis": None,
                          "scale": {"type": "sqrt", "domain": [0, 1]}},
                    "color": {"datum": word, "type": "nominal", "scale": TWO_SIDES},
                },
            }
            for field, word in (("h", "@chart.all"), ("g", "@chart.kept"))
        ],
    }  # fmt: skip


def shades(bounds: Sequence[Bound], axis: Axis) -> list[dict[str, Any]]:
    """Shade what no document may have: under the highest lower bound, over the lowest upper one."""
    named = [(f"bound{number}", *bound) for number, bound in enumerate(bounds)]
    free = [(signal, side, value) for signal, _, side, value, guarded in named if not guarded]
    lower = [signal for signal, side, _ in free if side in LOWER]
    upper = [signal for signal, side, _ in free if side in UPPER]
    ends: list[tuple[dict[str, Any], dict[str, Any]]] = []
    if lower:
        ends.append(({"datum": axis.low}, {"datum": {"expr": f"max({','.join(lower)})"}}))
    if upper:
        ends.append(({"datum": {"expr": f"min({','.join(upper)})"}}, {"datum": axis.high}))
    return [
        {
            "data": {"values": [{}]},
            "mark": {"type": "rect", "color": "var(--dropped)", "opacity": 0.13, "tooltip": None},
            "encoding": {"x": {**x, "type": "quantitative"}, "x2": x2},
        }
        for x, x2 in ends
    ]


def bound_line(number: int, bound: Bound) -> dict[str, Any]:
    """Return the line of a bound, which its signal moves."""
    rule, side, _, guarded = bound
    return {
        "data": {"values": [{"rule": rule, "side": side}]},
        "mark": {
            "type": "rule", "color": "var(--dropped)", "size": 1.4 if guarded else 2,
            **({"strokeDash": [4, 3]} if guarded else {}),
        },
        "encoding": {
            "x": {"datum": {"expr": f"bound{number}"}, "type": "quantitative"},
            "tooltip": tooltip(("rule", "@chart.rule"), ("side", "@chart.bound")),
        },
    }  # fmt: skip


def number(
    field: str, title: str | Both, log: bool = False, percent: bool = False, grid: bool = False
) -> dict[str, Any]:
    """Return the encoding of a number."""
    axis: dict[str, Any] = {
        "title": told(title), "tickCount": 5, "grid": grid, "labelExpr": SHORT,
    }  # fmt: skip
    if percent:
        axis = {**axis, "labelExpr": "format(datum.value, '.3~p')"}
    if log:  # such an axis has a tick at every whole multiple of a power of ten
        axis = {**axis, "labelOverlap": "greedy", "labelSeparation": 12}
    scale = {"type": "log", "nice": False} if log else {"zero": percent or grid, "nice": not log}
    return {"field": field, "type": "quantitative", "axis": axis, "scale": scale}


def names() -> dict[str, Any]:
    """Return the encoding of labels from the top down, in the order of the data."""
    axis = {"title": None, "ticks": False, "domain": False}
    return {"field": "label", "type": "nominal", "sort": None, "axis": axis}


def tooltip(*fields: tuple[str, str | Both], percent: bool = False) -> list[dict[str, Any]]:
    """Return what is shown of a mark: (field, title) each; the last is a share if `percent`."""
    shown: list[dict[str, Any]] = [{"field": name, "title": told(title)} for name, title in fields]
    if percent:
        shown[-1] |= {"format": ".3~p", "type": "quantitative"}
    return shown


def labels(rows: Sequence[Sequence[Any]]) -> list[Any]:
    """Cut labels to what fits beside bars and make them unlike each other.

    Examples
    --------
    >>> labels([("a",), ("b",), ("a",)])
    ['a', 'b', 'a (2)']
    """
    times: dict[str, int] = {}
    made: list[Any] = []
    for row in rows:
        text = told(row[0])
        if not isinstance(text, str) or text.startswith("@"):
            made.append(text)
            continue
        text = seen(text[: 4 * LABEL_CHARS])
        text = text if len(text) <= LABEL_CHARS else text[: LABEL_CHARS - 1] + "…"
        times[text] = times.get(text, 0) + 1
        made.append(text if times[text] == 1 else f"{text} ({times[text]})")
    return made


def series_colour(
    label: str | Both, every: Sequence[str | Both], colours: Sequence[str]
) -> dict[str, Any]:
    """Return the colour of one line; a single one needs no legend."""
    scale = {"domain": [told(one) for one in every], "range": list(colours[: len(every)])}
    colour: dict[str, Any] = {"datum": told(label), "type": "nominal", "scale": scale}
    return colour if len(every) > 1 else {**colour, "legend": None}


def area(points: Sequence[Sequence[float]], axes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the area under points, down to the axis."""
    return [
        {
            "data": {"values": [{"x": x, "y": y} for x, y in points]},
            "mark": {"type": "area", "color": "var(--kept)", "opacity": 0.14, "tooltip": None},
            "encoding": {"x": axes["x"], "y": axes["y"]},
        }
    ]


def place_mark(at: float, text: str) -> list[dict[str, Any]]:
    """Return a line at a place on x, with what is written above it."""
    x = {"x": {"datum": at, "type": "quantitative"}}
    data: dict[str, Any] = {"values": [{}]}
    return [
        {"data": data, "mark": {"type": "rule", "color": "var(--dropped)", "size": 1.6},
         "encoding": x},
        {"data": data, "mark": {"type": "text", "dy": -5, "baseline": "bottom",
                                "color": "var(--ink)", "fontWeight": 600},
         "encoding": {**x, "y": {"value": 0}, "text": {"value": text}}},
    ]  # fmt: skip
