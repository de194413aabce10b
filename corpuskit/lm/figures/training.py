"""Figures of training itself: the loss curve, and the sweep over learning rates.

A curve keeps at most 400 points, the lowest and the highest of each stretch, so that no spike is
lost and no file grows with the run. What a diverging run does beyond the picture is cut off there:
a loss of 10⁶ on the axis would flatten every other curve.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np

from corpuskit.lm.figures.style import (
    ACCENT,
    MAIN,
    SOFT,
    WIDTH,
    blend,
    quantity,
    rule_with_name,
    x_axis,
    y_axis,
)
from corpuskit.lm.smoothing import smooth
from corpuskit.report.evidence import final_loss, finite, points, state
from corpuskit.report.wording import measured, setting

POINTS: Final = 400  # of a drawn curve
SWEEP_POINTS: Final = 120
SPIKES_DRAWN: Final = 50
SMOOTHING_SHARE: Final = 0.05  # of a run's steps: the window of the smoothed curve
HEADROOM: Final = 1.25  # the sweep is drawn up to this multiple of the first loss
SHAPES: Final = {
    "ok": "circle", "too low": "triangle-down", "too high": "diamond", "diverged": "triangle-up",
}  # fmt: skip
"""Of the states of a learning rate; another one is a square."""
PLOT: Final = WIDTH - 46  # the axis and its labels take the rest

Pairs = list[tuple[float, float]]


def loss_curve(curves: Mapping[str, Any], title: str) -> dict[str, Any]:
    """Draw the loss of the main run: each step, smoothed, the unigram line, and the spikes."""
    main = curves["main"]
    known = points(main["steps"], main["loss"])
    unigram = finite(main.get("unigram"))
    layers = [
        _line(_rows(thin(known, POINTS)), 1.0, 0.5),
        _line(_rows(evenly(smoothed(known), POINTS)), 2.5, 1.0),
        *(rule_with_name(unigram, f"unigram entropy: {measured(unigram)}")
          if unigram is not None else []),
        _spikes(main, known),
    ]  # fmt: skip
    panes = [{"width": PLOT, "height": 220, "layer": layers}]
    norms = points(main["steps"], main.get("grad_norm") or [None] * len(main["steps"]))
    if len(norms) > 1:
        norm = quantity("y", y_axis("gradient norm", tickCount=2), domainMin=0)
        pane = _line(_rows(thin(norms, POINTS)), 1.0, 0.8)
        panes.append({"width": PLOT, "height": 48, **pane, "encoding": _places(norm)})
        layers[0]["encoding"]["x"]["axis"]["title"] = None
    return {"title": title, "spacing": 22, "vconcat": panes}


def learning_rate(curves: Mapping[str, Any], title: str) -> dict[str, Any]:
    """Draw where each rate of the sweep ended, on a logarithmic axis, and how it got there."""
    runs = [run for run in curves["sweep"] if points(run["loss"], run["loss"])]
    runs.sort(key=lambda run: float(run["rate"]))
    known = [loss for run in runs for loss in run["loss"] if finite(loss) is not None]
    top = min(max(known), HEADROOM * max(finite(run["loss"][0]) or 0 for run in runs) or max(known))
    low = min(known)
    low -= 0.04 * (top - low)
    names = [setting(run["rate"]) for run in runs]
    colors = [blend(at / max(1, len(runs) - 1)) for at in range(len(runs))]
    color = {"field": "rate", "type": "nominal", "sort": None, "title": None,
             "scale": {"domain": names, "range": colors}}  # fmt: skip
    above = _ends(runs, top, low, {**color, "legend": None})
    below = _runs(runs, top, low, {**color, "legend": {"symbolType": "stroke", "columns": 7}})
    return {"title": title, "spacing": 26, "vconcat": [above, below],
            "resolve": {"legend": {"color": "independent"}}}  # fmt: skip


def thin(pairs: Pairs, most: int) -> Pairs:
    """Keep the lowest and the highest point of each stretch, so that at most `most` are left.

    Examples
    --------
    >>> thin([(0, 5.0), (1, 9.0), (2, 4.0), (3, 1.0), (4, 3.0), (5, 2.0)], 4)
    [(1, 9.0), (2, 4.0), (3, 1.0), (4, 3.0)]
    """
    if len(pairs) <= most:
        return list(pairs)
    edges = np.linspace(0, len(pairs), most // 2 + 1).astype(int).tolist()
    kept: Pairs = []
    for start, end in pairwise(edges):
        stretch = pairs[start:end]
        ends = {min(stretch, key=lambda pair: pair[1]), max(stretch, key=lambda pair: pair[1])}
        kept += sorted(ends)
    return kept


def evenly(pairs: Pairs, most: int) -> Pairs:
    """Keep at most `most` points at even distances, the first and the last among them."""
    if len(pairs) <= most:
        return list(pairs)
    return [pairs[at] for at in np.linspace(0, len(pairs) - 1, most).round().astype(int)]


def smoothed(pairs: Pairs) -> Pairs:
    """Return the centred running mean of a curve."""
    values = np.array([value for _, value in pairs])
    window = max(3, round(SMOOTHING_SHARE * len(pairs)))
    return [(step, float(v)) for (step, _), v in zip(pairs, smooth(values, window), strict=True)]


def _rows(pairs: Pairs) -> list[dict[str, float]]:
    """Write points for the drawing, in four figures."""
    return [{"x": x, "y": float(f"{y:.4g}")} for x, y in pairs]


def _places(y: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "x": quantity("x", x_axis("optimiser step")),
        "y": y or quantity("y", y_axis("loss, nats per token")),
    }


def _line(rows: Sequence[Mapping[str, float]], width: float, opacity: float) -> dict[str, Any]:
    mark = {"type": "line", "color": MAIN, "strokeWidth": width, "opacity": opacity,
            "strokeJoin": "round"}  # fmt: skip
    return {"data": {"values": rows}, "mark": mark, "encoding": _places()}


def _spikes(main: Mapping[str, Any], known: Pairs) -> dict[str, Any]:
    losses = dict(known)
    steps = [float(spike["step"]) for spike in main.get("spikes") or ()][:SPIKES_DRAWN]
    rows = _rows([(step, losses[step]) for step in steps if step in losses])
    mark = {"type": "point", "shape": "triangle-down", "filled": True, "size": 55, "color": ACCENT,
            "opacity": 1, "yOffset": -7}  # fmt: skip
    return {"data": {"values": rows}, "mark": mark, "encoding": _places()}


def _ends(
    runs: Sequence[Mapping[str, Any]], top: float, low: float, color: dict[str, Any]
) -> dict[str, Any]:
    """Draw the final loss by rate; a run that left the picture stands at its upper edge."""
    rows = []
    for run in runs:
        end = final_loss(run["loss"])
        rows.append({"x": run["rate"], "y": top if end is None else min(end, top),
                     "rate": setting(run["rate"]), "state": str(state(run))})  # fmt: skip
    label = "datum.value < 0.001 ? format(datum.value, '.0e') : format(datum.value, '~g')"
    axis = x_axis("learning rate of the proxy", values=[row["x"] for row in rows],
                  labelExpr=label, labelOverlap=True)  # fmt: skip
    place = {
        "x": quantity("x", axis, type="log", padding=14),
        "y": quantity("y", y_axis("final loss, nats per token"), domain=[low, top]),
    }
    states = {row["state"] for row in rows}
    used = sorted(states, key=lambda word: ([*SHAPES, word].index(word), word))
    shapes = {"domain": used, "range": [SHAPES.get(word, "square") for word in used]}
    shape = {"field": "state", "type": "nominal", "title": None, "legend": {"orient": "top"},
             "scale": shapes}  # fmt: skip
    line = {"mark": {"type": "line", "color": SOFT, "strokeWidth": 1, "opacity": 0.6},
            "encoding": place}  # fmt: skip
    dots = {"mark": {"type": "point", "filled": True, "size": 85, "opacity": 1},
            "encoding": {**place, "color": color, "shape": shape}}  # fmt: skip
    return {"width": PLOT, "height": 120, "data": {"values": rows}, "layer": [line, dots]}


def _runs(
    runs: Sequence[Mapping[str, Any]], top: float, low: float, color: dict[str, Any]
) -> dict[str, Any]:
    rows = []
    for run in runs:
        losses = points(range(1, len(run["loss"]) + 1), run["loss"])
        rows += [{**row, "rate": setting(run["rate"])}
                 for row in _rows(evenly(smoothed(losses), SWEEP_POINTS))]  # fmt: skip
    y = quantity("y", y_axis("smoothed loss"), domain=[low, top])
    return {
        "width": PLOT, "height": 140, "data": {"values": rows},
        "mark": {"type": "line", "strokeWidth": 1.8, "clip": True},
        "encoding": {**_places(y), "color": color},
    }  # fmt: skip
