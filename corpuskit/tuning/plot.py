"""A sweep as a picture: SVG by hand, and PNG drawn from that same SVG.

One picture in both forms: PNG is the SVG rendered by vl-convert, which brings its own fonts and
renderer and needs no browser. The picture shows what a threshold drops, from nothing upwards: what
two thresholds keep differs by a few documents in thousands, which no eye can tell apart. Heights
are square roots, or the small shares that a bound is chosen among would lie on the ground.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from corpuskit.errors import ConfigError, MissingExtraError
from corpuskit.report.charts import short
from corpuskit.tuning.sweep import Curve, Sweep, written
from corpuskit.writers import atomic, write_text

WIDTH, HEIGHT = 720.0, 400.0
LEFT, RIGHT, TOP, BOTTOM = 70.0, 190.0, 56.0, 52.0
WIDE_RANGE = 50  # thresholds that span more than this factor are drawn on a logarithmic axis
GROUPS_DRAWN = 8
LEVELS = (0, 0.001, 0.005, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1)
LABEL_HEIGHT = 15.0
PNG_SCALE = 2.0
# Paul Tol's "bright" scheme and two of "muted": told apart by colour-blind readers too.
COLOURS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#882255", "#999933")
FONT = 'font-family="DejaVu Sans, Verdana, sans-serif"'


@dataclass(frozen=True)
class Line:
    """A named line: per threshold the share of documents that are dropped, in [0, 1]."""

    name: str
    colour: str
    shares: tuple[float, ...]


def save_plot(found: Sweep, path: Path) -> None:
    """Write the picture of a sweep; the suffix chooses SVG or PNG.

    Raises
    ------
    ConfigError
        For another suffix.
    MissingExtraError
        For PNG without vl-convert.
    """
    if path.suffix.lower() not in (".svg", ".png"):
        raise ConfigError(f"--plot {path}: unknown kind of picture; write a name in .svg or .png")
    drawn = svg(found)
    if path.suffix.lower() == ".svg":
        write_text(path, drawn)
        return
    png = _png(drawn)
    with atomic(path) as file:
        file.write(png)


def _png(drawn: str) -> bytes:
    try:
        import vl_convert
    except ImportError as error:
        raise MissingExtraError(
            "--plot: PNG needs vl-convert; pip install 'vl-convert-python>=1.7', or write .svg"
        ) from error
    return bytes(vl_convert.svg_to_png(drawn, scale=PNG_SCALE))


def svg(found: Sweep) -> str:
    """Draw a sweep: one line for what fails the rule and one for what only the rule drops.

    Parted by a column, one line per group: the share of its documents that fail the rule.
    """
    thresholds = [point.threshold for point in found.curves[0].points]
    lines = _lines(found)
    highest = max(share for line in lines for share in line.shares)
    top = next(level for level in LEVELS if level > 0 and level >= highest)
    log = thresholds[0] > 0 and thresholds[-1] > WIDE_RANGE * thresholds[0]
    place = _Scale(thresholds[0], thresholds[-1], log)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
        f'width="{WIDTH:g}" height="{HEIGHT:g}" {FONT} font-size="12">',
        f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="#fff"/>',
        _text(LEFT, 24, f"{found.rule}: what each threshold drops", size=15, weight="bold"),
        _text(LEFT, 42, "share of documents", colour="#555"),
        *_horizontal(top),
        *_vertical(place.ticks(thresholds), place),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, f"{found.feature} ({found.side})",
              anchor="middle", colour="#555"),
        *_bound(found, place),
        *(_path(line, thresholds, place, top) for line in lines),
        *_legend(lines),
        "</svg>",
    ]  # fmt: skip
    return "\n".join(parts) + "\n"


def _lines(found: Sweep) -> list[Line]:
    everything, *groups = found.curves
    if groups:
        drawn = groups[:GROUPS_DRAWN]
        return [Line(curve.group, colour, _failing(curve))
                for curve, colour in zip(drawn, COLOURS, strict=False)]  # fmt: skip
    only = tuple(
        (everything.others.documents - point.together.documents)
        / max(1, everything.total.documents)
        for point in everything.points
    )
    return [
        Line("fail this rule", COLOURS[1], _failing(everything)),
        Line("only this rule drops", COLOURS[0], only),
    ]


def _failing(curve: Curve) -> tuple[float, ...]:
    total = curve.total.documents
    return tuple((total - point.alone.documents) / max(1, total) for point in curve.points)


class _Scale:
    """Places thresholds from left to right."""

    def __init__(self, low: float, high: float, log: bool) -> None:
        self.log = log
        self.low, self.high = self._scaled(low), self._scaled(high)

    def _scaled(self, value: float) -> float:
        return math.log10(value) if self.log else value

    def __call__(self, value: float) -> float:
        if self.high == self.low:
            return (LEFT + WIDTH - RIGHT) / 2
        share = (self._scaled(value) - self.low) / (self.high - self.low)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def ticks(self, thresholds: Sequence[float]) -> list[float]:
        """Choose thresholds whose labels do not touch."""
        chosen: list[float] = []
        for threshold in thresholds:
            if not chosen or self(threshold) - self(chosen[-1]) > 46:
                chosen.append(threshold)
        return chosen


def _y(share: float, top: float) -> float:
    return HEIGHT - BOTTOM - math.sqrt(share / top) * (HEIGHT - TOP - BOTTOM)


def _horizontal(top: float) -> list[str]:
    parts = []
    last = math.inf
    for share in (level for level in LEVELS if level <= top):
        y = _y(share, top)
        if last - y < LABEL_HEIGHT:
            continue
        last = y
        parts.append(f'<path d="M{LEFT:g} {y:.1f}H{WIDTH - RIGHT:g}" stroke="#ddd"/>')
        parts.append(_text(LEFT - 8, y + 4, f"{100 * share:.3g}%", anchor="end", colour="#555"))
    return parts


def _vertical(ticks: Sequence[float], place: _Scale) -> list[str]:
    bottom = HEIGHT - BOTTOM
    parts = []
    for tick in ticks:
        parts.append(f'<path d="M{place(tick):.1f} {bottom:g}v5" stroke="#555"/>')
        parts.append(_text(place(tick), bottom + 19, short(tick), anchor="middle", colour="#555"))
    return parts


def _bound(found: Sweep, place: _Scale) -> list[str]:
    thresholds = [point.threshold for point in found.curves[0].points]
    if not thresholds[0] <= found.bound <= thresholds[-1]:
        return []
    x = place(found.bound)
    return [
        f'<path d="M{x:.1f} {TOP:g}V{HEIGHT - BOTTOM:g}" stroke="#555" stroke-dasharray="4 4"/>',
        _text(x, TOP - 5, f"now {written(found.bound)}", anchor="middle", colour="#555"),
    ]


def _path(line: Line, thresholds: Sequence[float], place: _Scale, top: float) -> str:
    points = [
        (place(threshold), _y(share, top))
        for threshold, share in zip(thresholds, line.shares, strict=True)
    ]
    drawn = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{line.colour}"/>' for x, y in points
    )
    return f'<path d="M{drawn}" fill="none" stroke="{line.colour}" stroke-width="2"/>{dots}'


def _legend(lines: Sequence[Line]) -> list[str]:
    parts = []
    x = WIDTH - RIGHT + 18
    for number, line in enumerate(lines):
        y = TOP + 8 + 22 * number
        parts.append(f'<path d="M{x:g} {y:g}h18" stroke="{line.colour}" stroke-width="3"/>')
        parts.append(_text(x + 25, y + 4, line.name))
    return parts


def _text(
    x: float,
    y: float,
    text: str,
    anchor: str = "start",
    colour: str = "#222",
    size: int = 12,
    weight: str = "normal",
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" '
        f'font-size="{size}" font-weight="{weight}">{escape(text)}</text>'
    )
