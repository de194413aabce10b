"""A chart of the report: a Vega-Lite specification, its numbers as a table, and what it says.

Specifications are plain JSON: no address, no title inside, no colour of their own. A colour is a
variable of the page's style sheet (`var(--kept)`), so that light, dark and print need no second
drawing; a text that starts with "@" is a key of the catalogue, so that neither does the other
language. The page draws them with a script that it carries (`assets/vega.js`), image files are
drawn from the same specifications by vl-convert.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from markupsafe import Markup

from corpuskit.errors import MissingExtraError
from corpuskit.report.bounds import Slider
from corpuskit.report.texts import catalogue
from corpuskit.report.wording import LANGUAGES, Both

SPOKEN: Final = ("chart", "script", "explorer")
"""Sections of the catalogues that the scripts of the page carry."""

SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"
IMAGE_WIDTH: Final = 640
IMAGE_SCALE: Final = 2.0
FONT: Final = "system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, Noto Sans CJK SC, sans-serif"
LIGHT: Final[Mapping[str, str]] = {
    "ink": "#1c2024", "soft": "#59626b", "hair": "#e3e0da", "paper": "#ffffff",
    "kept": "#1d6b74", "dropped": "#b9552b", "pale": "#b9d3d3", "loss": "#efcbb8",
}  # fmt: skip
"""The colours of report.css on white, for files."""

CONFIG: Final[Mapping[str, Any]] = {
    "aria": False,
    "background": None,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelColor": "var(--soft)", "titleColor": "var(--soft)", "labelFontSize": 11,
        "titleFontSize": 11, "titleFontWeight": "normal", "domainColor": "var(--soft)",
        "tickColor": "var(--soft)", "gridColor": "var(--hair)", "titlePadding": 6,
        "labelLimit": 160,
    },
    "axisX": {"grid": False},
    "legend": {
        "labelColor": "var(--soft)", "labelFontSize": 11, "orient": "bottom", "offset": 4,
        "title": None, "symbolType": "square", "columnPadding": 16,
    },
}  # fmt: skip

THEME: Final[Mapping[str, Any]] = {
    "$schema": SCHEMA,
    "width": "container",
    "autosize": {"type": "fit-x", "contains": "padding"},
    "config": CONFIG,
}
"""What every specification of the page has; it is in the page once."""

Cell = Any
"""A number, None, a text (of the corpus, or "@" and a key), or a text in both languages."""

_VARIABLE = re.compile(r"var\(--([a-z]+)\)")
_ESCAPED = re.compile(
    "[<>&\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)


@dataclass(frozen=True)
class Phrase:
    """A sentence of the catalogue: its key and what is filled in."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Chart:
    """What is drawn, and the same numbers to be read.

    name : stable; fit for an id in the page and for the name of a file.
    spec : Vega-Lite v6 without size and theme; texts that start with "@" are keys.
    alt : what the chart shows.
    head, rows : the numbers as a table; a text that starts with "@" is a key.
    sliders : bounds that the reader may move.
    """

    name: str
    spec: Mapping[str, Any]
    alt: Phrase
    head: tuple[Any, ...]
    rows: tuple[tuple[Cell, ...], ...]
    sliders: tuple[Slider, ...] = ()


def whole(chart: Chart) -> dict[str, Any]:
    """Return the specification with schema and theme, as it is drawn in the page."""
    return {**THEME, **chart.spec}


def told(text: str | Both) -> Any:
    """Write a text of a specification: as it is, or in each language where it has both.

    Parameters
    ----------
    text : a string, or a sentence in both languages (`report.wording.Both`).
    """
    return text if isinstance(text, str) else {code: text.plain(code) for code in LANGUAGES}


def worded(part: Any, words: Mapping[str, str], language: str) -> Any:
    """Replace keys, and texts that are there in both languages, by those of one language.

    In data, which may hold text of the corpus, that is done for `label` alone. A text that is no
    key stays.

    Parameters
    ----------
    part : a specification or a part of it.
    words : the catalogue of that language.

    Examples
    --------
    >>> words = {"chart.kept": "kept"}
    >>> worded({"title": "@chart.kept", "data": {"values": [{"a": "@chart.kept"}]}}, words, "en")
    {'title': 'kept', 'data': {'values': [{'a': '@chart.kept'}]}}
    >>> worded({"label": {"en": "English", "zh": "英语"}}, words, "zh")
    {'label': '英语'}
    """
    if isinstance(part, str):
        return words.get(part[1:], part) if part.startswith("@") else part
    if isinstance(part, Mapping):
        if part.keys() == set(LANGUAGES):
            return part[language]
        return {
            key: _worded_data(one, words, language)
            if key == "data"
            else worded(one, words, language)
            for key, one in part.items()
        }
    if isinstance(part, Sequence):
        return [worded(one, words, language) for one in part]
    return part


def _worded_data(data: Mapping[str, Any], words: Mapping[str, str], language: str) -> Any:
    return {
        "values": [
            {**row, "label": worded(row["label"], words, language)} if "label" in row else row
            for row in data["values"]
        ]
    }


def embedded(value: Any) -> Markup:
    """Write JSON that may stand in a script element: nothing in it ends the element or acts unseen.

    Examples
    --------
    >>> embedded({"a": "</script>&\\u2028"})
    Markup('{"a":"\\\\u003c/script\\\\u003e\\\\u0026\\\\u2028"}')
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(_ESCAPED.sub(_code_units, text))


def _code_units(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def images(charts: Sequence[Chart], format: str, language: str) -> Iterator[tuple[str, bytes]]:
    """Draw charts for slides, on white, from the specifications of the page.

    Parameters
    ----------
    format : "png" or "svg".
    language : "en" or "zh".

    Yields
    ------
    The name of each chart and its file.

    Raises
    ------
    MissingExtraError
        If vl-convert-python is not installed.
    """
    try:
        import vl_convert
    except ImportError as error:
        raise MissingExtraError(
            f"report --format {format}: vl-convert-python is not installed; "
            'pip install "corpuskit[plot]"'
        ) from error
    for chart in charts:
        drawn = vl_convert.vegalite_to_svg(_for_file(chart, language), allowed_base_urls=[])
        if format == "svg":
            yield chart.name, drawn.encode("utf-8")
        else:
            yield chart.name, bytes(vl_convert.svg_to_png(drawn, scale=IMAGE_SCALE))


def _for_file(chart: Chart, language: str) -> str:
    """Write a specification of its own: words, size, and colours in place of variables."""
    spec = {**whole(chart), "width": IMAGE_WIDTH, "background": LIGHT["paper"]}
    spec = worded(spec, catalogue(language), language)
    spec["padding"] = 12
    return _VARIABLE.sub(lambda match: LIGHT.get(match[1], match[0]), json.dumps(spec))


def exact(value: float) -> str:
    """Write a number of a table in up to six figures, a whole number in all of them.

    Examples
    --------
    >>> exact(18539), exact(0.0238462), exact(40.0)
    ('18,539', '0.0238462', '40')
    """
    if isinstance(value, int) or value.is_integer():
        return f"{value:,.0f}"
    return f"{value:,.6g}"


def page_data(chart: Chart) -> Markup:
    """Write what the script of the page needs of a chart."""
    sliders = [asdict(one) for one in chart.sliders]
    return embedded({"spec": _packed(chart.spec), "sliders": sliders})


def _packed(part: Any) -> Any:
    """Write the rows of data as columns, which name each field once; the script unpacks them.

    A key of a section that the scripts do not carry becomes its text in each language.
    """
    if isinstance(part, str) and part.startswith("@") and part[1:].partition(".")[0] not in SPOKEN:
        found = {code: catalogue(code).get(part[1:], part) for code in LANGUAGES}
        return found if set(found.values()) != {part} else part
    if isinstance(part, Mapping):
        return {
            key: _columns(one["values"]) if key == "data" else _packed(one)
            for key, one in part.items()
        }
    return list(map(_packed, part)) if isinstance(part, list) else part


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {"columns": {key: [row[key] for row in rows] for key in rows[0]}, "rows": len(rows)}


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
