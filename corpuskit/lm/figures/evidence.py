"""Figures of what was learnt: loss against data, clean against raw, domains and languages.

Every estimate is a mark with its 95 % interval as a bar. The fitted curve is solid over what was
measured and dashed where it predicts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from corpuskit.lm.figures.style import (
    ACCENT,
    BAD,
    MAIN,
    SOFT,
    WIDTH,
    quantity,
    rule_with_name,
    x_axis,
    y_axis,
)
from corpuskit.report.evidence import (
    arm,
    average,
    difference,
    drawn_groups,
    finite,
    groups,
    held_out,
)
from corpuskit.report.wording import measured, share

CURVE_POINTS: Final = 60
NAMES: Final = 150  # units that names of rows take
ROW: Final = 31  # units a row
BITS: Final = "bits per byte"


def loss_against_data(curves: Mapping[str, Any], title: str) -> dict[str, Any]:
    """Draw bits per byte by tokens, the fitted curve, and what twice the data would give."""
    scaling = curves["scaling"]
    rows = [row for row in scaling["points"] if finite(row["bits_per_byte"]) is not None]
    most = max(row["tokens"] for row in rows)
    at = [row["tokens"] for row in rows] + [2 * most]
    axis = x_axis("training tokens of the proxy", format="~s", values=at, labelOverlap=True)
    place = {
        "x": quantity("tokens", axis, type="log", padding=12),
        "y": quantity("bits_per_byte", y_axis("bits per byte, held-out"), padding=10),
    }
    layers = [*_fit(scaling.get("fit"), rows, place), *_estimates(rows, place, MAIN)]
    doubling = scaling.get("doubling") or {}
    if None not in [finite(doubling.get(key)) for key in ("gain", "low", "high")]:
        layers += _doubled(rows[-1]["bits_per_byte"], 2 * most, doubling, place)
    baselines = curves.get("baselines") or {}
    for key, name in (("xz", "xz"), ("xz_given_train", "xz given the training text")):
        if finite(baselines.get(key)) is not None:
            lines = rule_with_name(baselines[key], f"{name}: {measured(baselines[key])}")
            layers += map(_rescaled, lines)
    return {"title": title, "width": WIDTH - 46, "height": 240, "layer": layers}


def compare(curves: Mapping[str, Any], title: str) -> dict[str, Any]:
    """Draw the difference of two corpora on each held-out text, and each seed's own result."""
    comparison = curves["comparison"]
    first, second = comparison["arms"]
    names = str(arm(first)), str(arm(second))
    rows = [
        {"name": f"{at}\n{held_out(row)}", "word": str(difference(row, *names)),
         "value": row["difference"], "low": row["low"], "high": row["high"]}
        for at, row in enumerate(comparison["sets"])
        if finite(row["difference"]) is not None
    ]  # fmt: skip
    zero = {"data": {"values": [{"value": 0}]},
            "mark": {"type": "rule", "strokeDash": [4, 3], "color": SOFT},
            "encoding": {"x": {"field": "value", "type": "quantitative"}}}  # fmt: skip
    words = [f"{names[0]} is better", "no difference shown", f"{names[1]} is better"]
    axis = f"{BITS}, {names[0]} − {names[1]}"
    marks = _intervals(rows, axis, words, [MAIN, SOFT, BAD])
    panes = [{"width": WIDTH - NAMES - 8, "height": 2 + 36 * len(rows), "layer": [zero, *marks]}]
    panes += _seeds(comparison, (first, second))
    apart = dict.fromkeys(("y", "color", "shape"), "independent")
    return {"title": title, "spacing": 24, "vconcat": panes, "resolve": {"scale": apart}}


def groups_by_bits(key: str) -> Callable[[Mapping[str, Any], str], dict[str, Any]]:
    """Return what draws bits per byte of each language or domain, the largest first."""

    def draw(curves: Mapping[str, Any], title: str) -> dict[str, Any]:
        found = groups(curves, key)
        chosen = drawn_groups(found)
        mean = average([{"share": g.share, "bits_per_byte": g.value} for g in found])
        rows = [
            {"name": f"{at}\n{group.name}\n{share(group.share, 1)}", "value": group.value,
             "low": group.low, "high": group.high, "word": "weak" if group.weak else "as the rest"}
            for at, group in enumerate(chosen)
        ]  # fmt: skip
        marks = _intervals(rows, f"{BITS}, held-out", ["as the rest", "weak"], [MAIN, ACCENT])
        line = {"data": {"values": [{"value": mean}]},
                "mark": {"type": "rule", "strokeDash": [4, 3], "color": SOFT},
                "encoding": {"x": {"field": "value", "type": "quantitative"}}}  # fmt: skip
        left_out = len(found) - len(chosen)
        note = f"weak and largest; {left_out} more are in the table" if left_out else None
        return {
            "title": {"text": title, **({"subtitle": note} if note else {})},
            "width": WIDTH - NAMES - 8, "height": ROW * len(rows) + 8, "layer": [line, *marks],
        }  # fmt: skip

    return draw


def _intervals(
    rows: Sequence[Mapping[str, Any]], title: str, words: Sequence[str], colors: Sequence[str]
) -> list[dict[str, Any]]:
    """Draw a row for each name: a mark at its value and a bar from low to high.

    The first line of a name is its number, which is not shown: equal names stay two rows.
    """
    used = [word for word in words if word in {row["word"] for row in rows}]
    kept = [colors[list(words).index(word)] for word in used]
    shapes = [["circle", "diamond", "square"][list(words).index(word)] for word in used]
    y = {"field": "name", "type": "nominal", "sort": None,
         "axis": {"title": None, "ticks": False, "minExtent": NAMES, "maxExtent": NAMES,
                  "labelLimit": NAMES - 8, "labelExpr": "slice(split(datum.label, '\\n'), 1)",
                  "labelLineHeight": 12, "labelPadding": 6}}  # fmt: skip
    color = {"field": "word", "type": "nominal", "title": None,
             "scale": {"domain": used, "range": kept},
             "legend": None if len(used) == 1 and len(words) == 2 else {}}  # fmt: skip
    shape = {**color, "scale": {"domain": used, "range": shapes}}
    x = quantity("low", x_axis(title), padding=8)
    data = {"values": list(rows)}
    return [
        {"data": data, "mark": {"type": "rule", "strokeWidth": 2, "opacity": 1},
         "encoding": {"y": y, "x": x, "x2": {"field": "high"}, "color": color}},
        {"data": data, "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
         "encoding": {"y": y, "x": {**x, "field": "value"}, "color": color, "shape": shape}},
    ]  # fmt: skip


def _seeds(comparison: Mapping[str, Any], arms: tuple[str, str]) -> list[dict[str, Any]]:
    """Draw the result of each seed for each arm, or nothing where they are not given."""
    rows = [
        {"name": str(arm(name)), "value": row[name], "seed": str(row["seed"])}
        for row in comparison.get("seeds") or ()
        for name in arms
        if finite(row.get(name)) is not None
    ]
    if not rows:
        return []
    y = {"field": "name", "type": "nominal", "sort": [str(arm(name)) for name in arms],
         "axis": {"title": None, "ticks": False, "minExtent": NAMES, "maxExtent": NAMES,
                  "labelPadding": 6}}  # fmt: skip
    x = quantity("value", x_axis(f"{BITS} of each seed", tickCount=4), padding=8)
    mark = {"type": "point", "size": 60, "color": MAIN, "opacity": 1, "strokeWidth": 1.5}
    return [{"width": WIDTH - NAMES - 8, "height": 46, "data": {"values": rows}, "mark": mark,
             "encoding": {"x": x, "y": y}}]  # fmt: skip


def _fit(
    fit: Mapping[str, Any] | None, rows: Sequence[Mapping[str, Any]], place: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Draw E + A·D^−b, with D in tokens: over the data, and on to twice the data."""
    if not fit or None in [finite(fit[key]) for key in ("E", "A", "b")]:
        return []
    least, most = (choose(row["tokens"] for row in rows) for choose in (min, max))
    layers = []
    for start, end, dash in ((least, most, [1, 0]), (most, 2 * most, [4, 3])):
        ratio = math.log(end / start) / CURVE_POINTS
        at = [start * math.exp(ratio * step) for step in range(CURVE_POINTS + 1)]
        values = [
            {"tokens": tokens, "bits_per_byte": fit["E"] + fit["A"] * tokens ** -fit["b"]}
            for tokens in at
        ]
        mark = {"type": "line", "color": MAIN, "strokeWidth": 1.5, "strokeDash": dash}
        layers.append({"data": {"values": values}, "mark": mark, "encoding": dict(place)})
    return layers


def _doubled(
    value: float, tokens: float, gain: Mapping[str, Any], place: Mapping[str, Any]
) -> list[dict[str, Any]]:
    row = {
        "tokens": tokens, "bits_per_byte": value - gain["gain"], "low": value - gain["high"],
        "high": value - gain["low"], "name": f"twice the data: {measured(-gain['gain'])}",
    }  # fmt: skip
    name = {"data": {"values": [row]},
            "mark": {"type": "text", "align": "right", "dx": -8, "dy": 12, "color": ACCENT},
            "encoding": {**place, "text": {"field": "name"}}}  # fmt: skip
    return [*_estimates([row], place, ACCENT, hollow=True), name]


def _estimates(
    rows: Sequence[Mapping[str, Any]], place: Mapping[str, Any], color: str, hollow: bool = False
) -> list[dict[str, Any]]:
    data = {"values": list(rows)}
    known = {"values": [row for row in rows if None not in (row.get("low"), row.get("high"))]}
    bar = {**place, "y": {**place["y"], "field": "low"}, "y2": {"field": "high"}}
    dot = {"type": "point", "filled": not hollow, "size": 60, "color": color, "opacity": 1,
           "shape": "diamond" if hollow else "circle", "strokeWidth": 2}  # fmt: skip
    return [
        {"data": known, "mark": {"type": "rule", "color": color, "strokeWidth": 2, "opacity": 0.75},
         "encoding": bar},
        {"data": data, "mark": dot, "encoding": dict(place)},
    ]  # fmt: skip


def _rescaled(layer: dict[str, Any]) -> dict[str, Any]:
    """Let a named line share the vertical scale of the layer, which has its own settings."""
    layer["encoding"]["y"] |= {"scale": {"zero": False, "nice": False, "padding": 10}}
    return layer
