"""A run at a glance, for notebooks: balance, rules and languages with bars, as a piece of HTML.

No script, no style sheet, no class: only inline widths and colours, which the sanitisers of
notebooks leave in place, and the numbers beside them, which are readable without. Colours of text
are the notebook's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup

from corpuskit.errors import CorpuskitError
from corpuskit.layout import Layout
from corpuskit.report.folder import as_written, check_finished, read_contents
from corpuskit.report.wording import count, share, size, visible, width

ROWS_SHOWN: Final = 8
COLOURS: Final = {"kept": "#2f7f86", "dropped": "#c26a44", "skipped": "#9aa0a6"}
_BAR: Final = Markup(
    '<div style="width:100%;background-color:rgba(128,128,128,0.2)">'
    '<div style="width:{wide};height:8px;background-color:{colour}"></div></div>'
)
_HEAD: Final = Markup('<th style="text-align:{side}">{name}</th>')
_CELL: Final = Markup('<td style="text-align:{side}">{text}</td>')
_DRAWN: Final = Markup('<td style="text-align:left;width:160px">{bar}</td>')


def glance(folder: Path) -> str:
    """Write a finished run as HTML; of what is none, write why."""
    layout = Layout(Path(folder))
    try:
        check_finished(layout)
        with as_written(layout):
            return str(_page(read_contents(layout).summary, layout))
    except CorpuskitError as error:
        return str(Markup("<p>{}</p>").format(visible(str(error))))


def line(folder: Path) -> str:
    """Write a run in a few words; of what is none, say so."""
    layout = Layout(Path(folder))
    try:
        check_finished(layout)
        documents = read_contents(layout).summary["documents"]
        return f"{count(documents['kept'])} of {count(documents['in'])} documents kept"
    except (CorpuskitError, LookupError, TypeError):
        return "no finished run"


def _page(summary: Mapping[str, Any], layout: Layout) -> Markup:
    documents, volume = summary["documents"], summary["bytes"]
    head = Markup("<p><b>{kept} of {all} documents kept</b> ({share}), {text} of {whole} of text; "
                  "recipe {recipe}</p>").format(
        kept=count(documents["kept"]), all=count(documents["in"]),
        share=share(documents["kept"], documents["in"]), text=size(volume["kept"]),
        whole=size(volume["in"]), recipe=visible(summary["recipe"]),
    )  # fmt: skip
    parts = [head, _balance(documents), _rules(summary), _languages(summary)]
    place = Markup("<p>report: <code>{}</code></p>").format(visible(str(layout.report)))
    return Markup("<div>{}</div>").format(Markup("").join([*parts, place]))


def _balance(documents: Mapping[str, int]) -> Markup:
    rows = [
        (name, count(documents[name]), share(documents[name], documents["in"]),
         _bar(documents[name], documents["in"], name))
        for name in COLOURS
    ]  # fmt: skip
    return _table(("balance", "documents", "share"), rows)


def _rules(summary: Mapping[str, Any]) -> Markup:
    fired = [(name, rule) for name, rule in summary["rules"].items() if rule["fails"]]
    fired.sort(key=lambda item: (-item[1]["fails"], item[0]))
    most = max((rule["fails"] for _, rule in fired), default=0)
    rows = [
        (name, count(rule["fails"]), count(rule["alone"]), _bar(rule["fails"], most, "dropped"))
        for name, rule in fired[:ROWS_SHOWN]
    ]
    if not rows:
        return Markup("<p>No document fails a rule.</p>")
    return _table(("rule", "fails", "alone"), rows) + _more(len(fired), "rules")


def _languages(summary: Mapping[str, Any]) -> Markup:
    found = [(code, row["documents"]) for code, row in summary["languages"].items()]
    most = max((row["in"] for _, row in found), default=0)
    rows = [
        (code, count(row["in"]), count(row["kept"]), _bar(row["kept"], most, "kept"))
        for code, row in found[:ROWS_SHOWN]
    ]
    if not rows:
        return Markup("<p>Languages were not measured, or there is no document.</p>")
    return _table(("language", "in", "kept"), rows) + _more(len(found), "languages")


def _more(found: int, of_what: str) -> Markup:
    left = found - ROWS_SHOWN
    return Markup(f"<p>{count(left)} more {of_what} in the report</p>" if left > 0 else "")


def _bar(part: float, whole: float, colour: str) -> Markup:
    return _BAR.format(wide=width(part, whole), colour=COLOURS[colour])


def _table(heads: Sequence[str], rows: Iterable[tuple[str, str, str, Markup]]) -> Markup:
    """Write a table: a name, two numbers and a bar a row."""
    sides = ("left", "right", "right")
    titles = [_HEAD.format(side=side, name=name) for side, name in zip(sides, heads, strict=True)]
    lines = [
        Markup("<tr>{}{}</tr>").format(
            Markup("").join(_CELL.format(side=side, text=visible(cell))
                            for side, cell in zip(sides, cells, strict=True)),
            _DRAWN.format(bar=bar),
        )
        for *cells, bar in rows
    ]  # fmt: skip
    return Markup("<table><thead><tr>{}<th></th></tr></thead><tbody>{}</tbody></table>").format(
        Markup("").join(titles), Markup("").join(lines)
    )
