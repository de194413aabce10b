"""How figures look: sizes, colours that work on white and on black, axes without ink to spare.

Every colour is of middle lightness, with a contrast of 3:1 and more against both a white and a
black page, and of 4:1 and more for text, on a background that is transparent. A PNG shows these
colours. An SVG carries a style sheet besides, which sharpens them for whichever of the two the
reader has chosen. Nothing is told by colour alone: shapes, dashes and words say it too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

WIDTH: Final = 420
"""Of a whole figure: it fills a telephone, and two of them stand side by side on a desk."""

INK, SOFT, GRID = "#777b80", "#787c81", "#8b8f93"
MAIN, ACCENT, BAD = "#2f8f9a", "#c9683d", "#cf5148"
_SERIES: Final = (MAIN, "#6b82cc", "#b266a8", ACCENT)

_SCHEMES: Final = {
    "light": {
        INK: "#1c2024", SOFT: "#59626b", GRID: "#d9d6d0",
        MAIN: "#1d6b74", ACCENT: "#b9552b", BAD: "#a8261c",
    },
    "dark": {
        INK: "#e4e2dc", SOFT: "#9ea7ae", GRID: "#3a4046",
        MAIN: "#5cb3bb", ACCENT: "#e38d64", BAD: "#f0857c",
    },
}  # fmt: skip

_CLIP: Final = re.compile(r'(?:(?<=id=")|(?<=url\(#))clip\d+(?=[")])')
_FONT = "Arial, Helvetica Neue, Liberation Sans, sans-serif"
"""The drawing is laid out with the widths of Liberation Sans, which are those of Arial."""

CONFIG: Final[Mapping[str, Any]] = {
    "font": _FONT,
    "view": {"stroke": None},
    "padding": {"left": 2, "top": 2, "right": 2, "bottom": 2},
    "title": {
        "anchor": "start", "frame": "bounds", "color": INK, "fontSize": 14, "fontWeight": 600,
        "subtitleColor": SOFT, "subtitleFontSize": 11, "offset": 10,
    },
    "axis": {
        "labelColor": SOFT, "titleColor": SOFT, "labelFontSize": 11, "titleFontSize": 11,
        "titleFontWeight": "normal", "gridColor": GRID, "gridOpacity": 0.45, "domain": False,
        "tickColor": GRID, "labelLimit": 130, "titlePadding": 6,
    },
    "legend": {
        "labelColor": SOFT, "titleColor": SOFT, "labelFontSize": 11, "titleFontSize": 11,
        "titleFontWeight": "normal", "orient": "bottom", "direction": "horizontal",
        "offset": 8, "columnPadding": 16, "symbolStrokeWidth": 2,
        "symbolBaseFillColor": SOFT, "symbolBaseStrokeColor": SOFT,
    },
    "text": {"color": SOFT, "fontSize": 11},
}  # fmt: skip


def adapt(drawing: str) -> str:
    """Add the style sheet that fits a drawing to a light and to a dark page.

    Parameters
    ----------
    drawing : an SVG file that uses the colours of this module as attributes.
    """
    rules = "".join(
        f"@media (prefers-color-scheme: {scheme}) {{"
        + "".join(
            f'[fill="{old}"]{{fill:{new}}}[stroke="{old}"]{{stroke:{new}}}'
            for old, new in colours.items()
        )
        + "}"
        for scheme, colours in _SCHEMES.items()
    )
    head, rest = drawing.split(">", 1)
    return f"{head}><style>{rules}</style>{rest}"


def settled(drawing: str) -> str:
    """Number the clipping paths of a drawing from 0; vl-convert counts them over all drawings.

    Examples
    --------
    >>> settled('<clipPath id="clip7"/><g clip-path="url(#clip7)"/>')
    '<clipPath id="clip0"/><g clip-path="url(#clip0)"/>'
    """
    found = dict.fromkeys(_CLIP.findall(drawing))
    order = {name: f"clip{number}" for number, name in enumerate(found)}
    return _CLIP.sub(lambda match: order[match[0]], drawing)


def blend(share: float) -> str:
    """Return a colour between MAIN (0), blue, violet and ACCENT (1), all of one lightness.

    Examples
    --------
    >>> blend(0.0) == MAIN, blend(1.0) == ACCENT
    (True, True)
    """
    parts = [[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in _SERIES]
    left = min(int(share * (len(parts) - 1)), len(parts) - 2)
    rest = share * (len(parts) - 1) - left
    mixed = [round(a + (b - a) * rest) for a, b in zip(parts[left], parts[left + 1], strict=True)]
    return "#" + "".join(f"{part:02x}" for part in mixed)


def x_axis(title: str, **more: Any) -> dict[str, Any]:
    """Return a horizontal axis without a grid."""
    return {"title": title, "grid": False, "tickCount": 5, **more}


def y_axis(title: str, **more: Any) -> dict[str, Any]:
    """Return a vertical axis whose title lies flat above it."""
    return {
        "title": title, "titleAngle": 0, "titleAnchor": "start", "titleAlign": "left",
        "titleBaseline": "bottom", "titleX": 0, "titleY": -6, "ticks": False,
        "tickCount": 5, "labelPadding": 6, "minExtent": 34, "maxExtent": 34, **more,
    }  # fmt: skip


def quantity(field: str, axis: Mapping[str, Any], **scale: Any) -> dict[str, Any]:
    """Return the encoding of a number; a null stays a gap."""
    return {
        "field": field, "type": "quantitative", "axis": dict(axis),
        "scale": {"zero": False, "nice": False, **scale},
    }  # fmt: skip


def rule_with_name(value: float, name: str, color: str = SOFT) -> list[dict[str, Any]]:
    """Return a dashed horizontal line, with its name at its right end above it."""
    data = {"values": [{"at": value, "name": name}]}
    place = {"y": {"field": "at", "type": "quantitative"}}
    return [
        {"data": data, "mark": {"type": "rule", "strokeDash": [4, 3], "color": color},
         "encoding": place},
        {"data": data, "mark": {"type": "text", "align": "right", "baseline": "bottom", "dx": -2,
                                "dy": -2, "color": color},
         "encoding": {**place, "x": {"value": "width"}, "text": {"field": "name"}}},
    ]  # fmt: skip
