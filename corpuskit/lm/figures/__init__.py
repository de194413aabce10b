"""The figures of the pretraining step, drawn once: RUN/pretrain/*.svg and *.png.

A figure is a Vega-Lite specification, a pure function of curves.json, and `vl-convert-python`
draws it: a wheel without dependencies that needs no browser and, as it is called here, no network.
The PNG is made from the SVG, and the report embeds that same SVG, so there is one drawing of
everything. The first figure of a process costs about 0.6 s more, in which vl-convert starts its
JavaScript engine; all six then take a second.

What there is to draw is decided by `corpuskit.report.evidence`, which also says in words why a
figure is not there. Figures of an earlier run that this one cannot draw are removed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from corpuskit.errors import MissingExtraError
from corpuskit.lm.figures.evidence import compare, groups_by_bits, loss_against_data
from corpuskit.lm.figures.style import CONFIG, adapt, settled
from corpuskit.lm.figures.training import learning_rate, loss_curve
from corpuskit.lm.verdict import Check
from corpuskit.report.evidence import Panel, panels
from corpuskit.writers import atomic, write_text

PNG_SCALE: Final = 2.0
"""Pixels of the PNG per unit of the drawing, which is 420 units wide."""

Draw = Callable[[Mapping[str, Any], str], dict[str, Any]]

FIGURES: Final[Mapping[str, Draw]] = {
    "loss_curve": loss_curve,
    "learning_rate": learning_rate,
    "loss_against_data": loss_against_data,
    "clean_against_raw": compare,
    "languages": groups_by_bits("languages"),
    "domains": groups_by_bits("domains"),
}


def write_figures(
    folder: Path, curves: Mapping[str, Any], checks: Sequence[Check] = ()
) -> list[Path]:
    """Draw what was measured as SVG and PNG files.

    Parameters
    ----------
    folder : RUN/pretrain.
    curves : what curves.json holds; any key may be absent, and then its figure is.
    checks : their status stands beside the title.

    Returns
    -------
    The files that were written, an SVG and a PNG for each figure.

    Raises
    ------
    MissingExtraError
        If there is something to draw and vl-convert-python is not installed.
    RunError
        If a file cannot be written.
    """
    written: list[Path] = []
    words = {check.id: check.state or check.status for check in checks if check.id != "held_out"}
    for panel in panels(curves):
        places = [folder / f"{panel.name}.{suffix}" for suffix in ("svg", "png")]
        if panel.missing is not None:
            for place in places:
                place.unlink(missing_ok=True)
            continue
        drawing = _draw(specification(panel, curves, words.get(panel.check, "")))
        write_text(places[0], adapt(drawing))
        with atomic(places[1]) as file:
            file.write(_pixels(drawing))
        written += places
    return written


def specification(panel: Panel, curves: Mapping[str, Any], word: str = "") -> dict[str, Any]:
    """Return the Vega-Lite specification of a panel's figure.

    Parameters
    ----------
    panel : one that has something to draw.
    word : the status or state of its check, for the title; may be empty.
    """
    title = f"{panel.title}: {word.replace('_', ' ')}" if word else str(panel.title)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "config": CONFIG,
        "background": None,
        **FIGURES[panel.name](curves, title),
    }


def _draw(spec: dict[str, Any]) -> str:
    """Draw a specification as SVG; no address may be asked for anything."""
    return settled(_vl_convert().vegalite_to_svg(spec, allowed_base_urls=[]))


def _pixels(drawing: str) -> bytes:
    return bytes(_vl_convert().svg_to_png(drawing, scale=PNG_SCALE))


def _vl_convert() -> Any:
    try:
        import vl_convert
    except ImportError as error:
        raise MissingExtraError(
            'figures: vl-convert-python is not installed; pip install "corpuskit[lm]"'
        ) from error
    return vl_convert
