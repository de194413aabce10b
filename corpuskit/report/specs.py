"""The kinds of charts of the report, as pure functions from numbers to `Chart`.

Areas count in a histogram: a bar is as high as its documents per unit of drawn width, so that a bin
cut by a bound does not look empty. Heights are square roots, or the tail (where bounds are) would
vanish. Pale is what came in, solid is what was kept; a bound is a line, dashed where it holds for
some documents only. Nothing is told by colour alone.

Every function returns None where there is nothing to draw; the page then says so in words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from corpuskit.report import marks
from corpuskit.report.bounds import numeric, sliders
from corpuskit.report.charts import Chart, Phrase
from corpuskit.report.wording import Both

HEIGHT: Final = 120
ROW_HEIGHT: Final = 22  # of a horizontal bar
SERIES: Final = ("var(--kept)", "var(--dropped)", "var(--ink)", "var(--soft)")
DASHES: Final = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])
POINTS_MARKED: Final = 40  # a line with more points is drawn without them

Points = Sequence[Sequence[float]]


def histogram(
    name: str,
    bins: Mapping[str, Any],
    title: str | Both,
    alt: Phrase,
    rules: Mapping[str, Any] | None = None,
    *,
    log: bool | None = None,
    height: int = HEIGHT,
) -> Chart | None:
    """Draw documents by a value, before and after, with the bounds of rules.

    Parameters
    ----------
    bins : `edges` (k + 1), `in` and `kept` (k) documents per bin, as in summary.json.
    title : of the axis: a text, or "@" and a key.
    rules : rows of summary.json whose bounds are drawn and get sliders.
    log : draw a logarithmic axis; by default where the values span a factor of 1,000.
    """
    found = list(numeric(rules or {}))
    rows = [
        (left, right, documents, kept)
        for (left, right), documents, kept in zip(
            pairwise(bins["edges"]), bins["in"], bins["kept"], strict=True
        )
    ]
    rows = marks.without_empty_ends(rows, [value for _, _, value, _ in found])
    if not any(documents for _, _, documents, _ in rows):
        return None
    axis = marks.Axis(rows[0][0], rows[-1][1], log)
    values = marks.densities(marks.merged(rows, axis, {value for _, _, value, _ in found}), axis)
    return Chart(
        name=name,
        spec={
            "height": height,
            "params": [
                {"name": f"bound{number}", "value": value}
                for number, (_, _, value, _) in enumerate(found)
            ],
            "data": {"values": values},
            "layer": [
                marks.bin_bars(axis.encoding(title)),
                *marks.shades(found, axis),
                *(marks.bound_line(number, one) for number, one in enumerate(found)),
            ],
        },
        alt=alt,
        head=("@chart.from", "@chart.to", "@chart.all", "@chart.kept"),
        rows=tuple(rows),
        sliders=sliders(bins, rules or {}),
    )


def line(
    name: str,
    series: Mapping[str | Both, Points],
    x: str | Both,
    y: str | Both,
    alt: Phrase,
    *,
    log: tuple[bool, bool] = (False, False),
    percent: bool = False,
    mark: tuple[float, str] | None = None,
    shade: bool = False,
    height: int = 200,
) -> Chart | None:
    """Draw one line for each series: growth, rank and frequency, the chance to find a pair.

    Parameters
    ----------
    series : (x, y) points in the order of x, by a label (a text, or "@" and a key).
    x, y : titles of the axes: texts, or "@" and keys.
    log : which axes are logarithmic; a point that is not above 0 is left out there.
    percent : whether y is a share.
    mark : a place on x, and what is written beside its line.
    shade : whether the area under the first line is shaded from `mark` on.
    """
    drawn: dict[str | Both, list[tuple[float, float]]] = {
        label: [(a, b) for a, b in points if (a > 0 or not log[0]) and (b > 0 or not log[1])]
        for label, points in list(series.items())[: len(SERIES)]
    }
    drawn = {label: points for label, points in drawn.items() if points}
    if not drawn:
        return None
    several = len(drawn) > 1
    axes = {
        "x": marks.number("x", x, log[0]),
        "y": marks.number("y", y, log[1], percent),
        "tooltip": marks.tooltip(("x", x), ("y", y), percent=percent),
    }
    layers = _lines(drawn, axes)
    beyond = [point for point in next(iter(drawn.values())) if mark and point[0] >= mark[0]]
    return Chart(
        name=name,
        spec={
            "height": height,
            "layer": [
                *(marks.area(beyond, axes) if shade else []),
                *layers,
                *(marks.place_mark(*mark) if mark else []),
            ],
        },
        alt=alt,
        head=("@chart.series", x, y) if several else (x, y),
        rows=tuple(
            (label, a, b) if several else (a, b)
            for label, points in drawn.items()
            for a, b in points
        ),
    )


def _lines(
    drawn: Mapping[str | Both, list[tuple[float, float]]], axes: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return a layer for each series, told apart by its dashes too."""
    return [
        {
            "data": {"values": [{"x": a, "y": b} for a, b in points]},
            "mark": {
                "type": "line", "strokeWidth": 2, "strokeDash": DASHES[number],
                "point": {"size": 22} if len(points) <= POINTS_MARKED else False,
            },
            "encoding": {**axes, "color": marks.series_colour(label, list(drawn), SERIES)},
        }
        for number, (label, points) in enumerate(drawn.items())
    ]  # fmt: skip


def bars(
    name: str,
    rows: Sequence[tuple[str | Both, float, float | None]],
    x: str | Both,
    alt: Phrase,
    head: str,
) -> Chart | None:
    """Draw horizontal bars of what came in (pale) and what was kept (solid).

    Parameters
    ----------
    rows : (label, in, kept); a label is a text, or has both languages; kept may be unknown.
    x : title of the axis: a text, or "@" and a key.
    head : of the labels' column in the table.
    """
    if not any(before for _, before, _ in rows):
        return None
    values = [
        {"label": label, "a": before, "k": kept}
        for label, (_, before, kept) in zip(marks.labels(rows), rows, strict=True)
    ]
    tooltip = marks.tooltip(("label", head), ("a", "@chart.all"), ("k", "@chart.kept"))
    layers = [
        {
            "mark": {"type": "bar", "height": {"band": 0.72}},
            "encoding": {
                "y": marks.names(),
                "x": marks.number(key, x, False, grid=True),
                "color": {"datum": word, "type": "nominal", "scale": marks.TWO_SIDES},
                "tooltip": tooltip,
            },
        }
        for key, word in (("a", "@chart.all"), ("k", "@chart.kept"))
    ]
    return Chart(
        name=name,
        spec={"height": ROW_HEIGHT * len(rows), "data": {"values": values}, "layer": layers},
        alt=alt,
        head=(head, "@chart.all", "@chart.kept"),
        rows=tuple(rows),
    )


def funnel(
    name: str, steps: Sequence[tuple[str, int, int]], alt: Phrase, head: str = "@chart.step"
) -> Chart | None:
    """Draw what each step leaves (solid) and takes (orange), from the top down.

    Parameters
    ----------
    steps : (label, documents left, documents taken).
    """
    if not any(left + taken for _, left, taken in steps):
        return None
    words = (("l", "@chart.left"), ("t", "@chart.removed"))
    names = marks.labels(steps)
    scale = {
        "domain": [word for _, word in words], "range": ["var(--kept)", "var(--dropped)"],
    }  # fmt: skip
    layers = [
        {
            "data": {
                "values": [
                    {"label": label, "from": start, "to": end, "l": left, "t": taken}
                    for label, (_, left, taken) in zip(names, steps, strict=True)
                    for start, end in [(0, left) if key == "l" else (left, left + taken)]
                ]
            },
            "mark": {"type": "bar", "height": {"band": 0.72}},
            "encoding": {
                "y": marks.names(),
                "x": marks.number("from", "@chart.documents", False, grid=True),
                "x2": {"field": "to"},
                "color": {"datum": word, "type": "nominal", "scale": scale},
                "tooltip": marks.tooltip(("label", head), *words),
            },
        }
        for key, word in words
    ]
    return Chart(
        name=name,
        spec={"height": ROW_HEIGHT * len(steps), "layer": layers},
        alt=alt,
        head=(head, "@chart.left", "@chart.removed"),
        rows=tuple(steps),
    )


def columns(
    name: str,
    rows: Sequence[tuple[str, int, int]],
    x: str | Both,
    alt: Phrase,
    kept: str = "@chart.kept",
) -> Chart | None:
    """Draw upright bars of all (pale) and of what stays (solid); heights are square roots.

    Parameters
    ----------
    rows : (label, all, kept) from left to right.
    """
    if not any(before for _, before, _ in rows):
        return None
    values = [{"label": label, "a": before, "k": after} for label, before, after in rows]
    scale = {**marks.TWO_SIDES, "domain": ["@chart.all", kept]}
    place = {"field": "label", "type": "ordinal", "sort": None}
    layers = [
        {
            "mark": {"type": "bar", "width": {"band": 0.9}},
            "encoding": {
                "x": {**place, "axis": {"title": x, "labelAngle": 0, "labelOverlap": True}},
                "y": {"field": key, "type": "quantitative", "axis": None,
                      "scale": {"type": "sqrt"}},
                "color": {"datum": word, "type": "nominal", "scale": scale},
                "tooltip": marks.tooltip(("label", x), ("a", "@chart.all"), ("k", kept)),
            },
        }
        for key, word in (("a", "@chart.all"), ("k", kept))
    ]  # fmt: skip
    return Chart(
        name=name,
        spec={"height": HEIGHT, "data": {"values": values}, "layer": layers},
        alt=alt,
        head=(x, "@chart.all", kept),
        rows=tuple(rows),
    )


def lengths(coverage: Mapping[str, Any]) -> Chart | None:
    """Draw the lengths of documents in characters, before and after.

    Parameters
    ----------
    coverage : `coverage` of summary.json.
    """
    sides = {side: coverage[side]["lengths"]["documents"] for side in ("in", "kept")}
    return histogram(
        "lengths",
        {"edges": coverage["in"]["lengths"]["edges"], **sides},
        "@chart.characters",
        Phrase("coverage.lengths_alt"),
        log=True,
        height=180,
    )
