"""Shares of two corpora side by side, as a chart: one pair of bars for every name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from corpuskit.report import marks
from corpuskit.report.charts import Chart, Phrase, told
from corpuskit.report.wording import Both

PAIR_HEIGHT: Final = 28
COLOURS: Final = ("var(--kept)", "var(--dropped)")

Pair = tuple[Any, float | None, float | None]
"""A label (a text, "@" and a key, or a text in both languages) and a share on either side."""


def pairs(
    name: str,
    rows: Sequence[Pair],
    sides: tuple[str | Both, str | Both],
    x: Both,
    alt: Phrase,
    head: Both,
) -> Chart | None:
    """Draw shares of two sides; None where there is none.

    Parameters
    ----------
    rows : from the top down; a share that is not known has no bar.
    sides : what the two are called, in the order of the shares.
    x : title of the axis. head : of the labels' column in the table.
    """
    if not any(share for _, *shares in rows for share in shares):
        return None
    labels = marks.labels(rows)
    names = [told(side) for side in sides]
    scale = {"domain": names, "range": list(COLOURS)}
    layers: list[dict[str, Any]] = [
        {
            "data": {
                "values": [
                    {"label": label, "v": row[1 + number], "s": number}
                    for label, row in zip(labels, rows, strict=True)
                    if row[1 + number] is not None
                ]
            },
            "mark": {"type": "bar", "height": {"band": 0.9}},
            "encoding": {
                "y": marks.names() | {"scale": {"paddingInner": 0.3}},
                "yOffset": {"field": "s", "type": "nominal", "scale": {"domain": [0, 1]}},
                "x": marks.number("v", x, percent=True, grid=True),
                "color": {"datum": side, "type": "nominal", "scale": scale},
                "tooltip": marks.tooltip(("label", head), ("v", x), percent=True),
            },
        }
        for number, side in enumerate(names)
    ]
    return Chart(
        name=name,
        spec={"height": PAIR_HEIGHT * len(rows), "layer": layers},
        alt=alt,
        head=(head, *sides),
        rows=tuple(rows),
    )
