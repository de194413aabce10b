"""How far a corpus is from a reference, and what of it is missing, for the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from corpuskit.report.charts import Chart, Phrase
from corpuskit.report.pairs import pairs
from corpuskit.report.sentences import both, language, size, verbatim
from corpuskit.report.texts import catalogue, say
from corpuskit.report.wording import LANGUAGES, Both, measured, share

DRAWN: Final = ("languages", "lengths", "registered_domains", "openings")
NONE: Final = ""
"""The name of what has no name in the list: other words, documents without an address."""


def reference_view(found: Mapping[str, Any]) -> dict[str, Any]:
    """Prepare `reference` of summary.json.

    Returns
    -------
    `intro`, `missing` (sentences), `more`, `axes` (name, bits, largest differences, chart),
    `not_compared` (sentences).
    """
    sides = say("reference.here"), say("reference.there")
    return {
        "intro": intro(found),
        "missing": [missing(one, sides) for one in found["missing"]],
        "more": found["missing_found"] - len(found["missing"]),
        "thresholds": thresholds(found["thresholds"]),
        "axes": [axis_view(axis, sides, "reference") for axis in found["axes"]],
        "not_compared": [passed_over(one, sides) for one in found["not_compared"]],
    }


def intro(found: Mapping[str, Any]) -> Both:
    """Say what the reference is."""
    return say(
        f"reference.intro.{found['kind']}",
        path=found["path"],
        recipe=found["recipe"] or "",
        n=found["documents"],
        size=size(found["bytes"]),
    )


def missing(one: Mapping[str, Any], sides: tuple[Both, Both]) -> Both:
    """Say what is missing, with its share on either side, which `sides` name."""
    here = both(share(one["here"], 1))
    return say(
        f"reference.missing.{one['axis']}",
        name=named(one["axis"], one["name"]),
        here=say("reference.at_most", share=here) if one["at_most"] else here,
        there=share(one["there"], 1),
        first=sides[0],
        second=sides[1],
    )


def passed_over(one: Mapping[str, Any], sides: tuple[Both, Both]) -> Both:
    """Say why an axis was not compared."""
    # The values of a sentence may be more than it has places for.
    reason = say(f"reference.reason.{one['reason']}", first=sides[0], second=sides[1])
    return say("reference.passed_over", axis=say(f"reference.axis.{one['axis']}"), reason=reason)


def thresholds(found: Mapping[str, Any]) -> Both:
    """Say when something is called missing."""
    return say(
        "reference.thresholds",
        there=f"{100 * found['there_at_least']:g}%",
        part=measured(1 / found["here_at_most_of_there"]),
        n=found["documents_expected"],
    )


def axis_view(axis: Mapping[str, Any], sides: tuple[Both, Both], chart_name: str) -> dict[str, Any]:
    """Prepare one axis: its name, bits, rows and chart.

    Parameters
    ----------
    sides : what the two corpora are called. chart_name : the charts' names begin with it.
    """
    name = axis["axis"]
    order = sorted(axis["rows"], key=_by_length) if name == "lengths" else axis["rows"]
    rows = [(named(name, row["name"]), row["here"], row["there"]) for row in order]
    noise = axis.get("noise")
    return {
        "id": name,
        "name": say(f"reference.axis.{name}"),
        "unit": say(f"reference.unit.{axis['unit']}"),
        "bits": bits(axis["low"], axis["high"]),
        "note": None if noise is None else say("reference.noise", bits=measured(noise)),
        "rows": [
            (label, *(None if part is None else share(part, 1) for part in parts))
            for label, *parts in rows
        ],
        "chart": drawn(name, rows, sides, chart_name) if name in DRAWN else None,
    }


def _by_length(row: Mapping[str, Any]) -> int:
    return int(row["name"].split("-")[0])


def bits(low: float, high: float) -> Both:
    """Write a divergence, an interval where shares are not known.

    Examples
    --------
    >>> str(bits(0.3112, 0.3112)), str(bits(0.0, 0.25)), str(bits(0.0, 0.0))
    ('0.311', '0.000 to 0.250', '0.000')
    """
    ends = f"{low:.3f}", f"{high:.3f}"
    return both(ends[0]) if ends[0] == ends[1] else say("number.range", low=ends[0], high=ends[1])


def drawn(
    name: str, rows: Sequence[tuple[Both, Any, Any]], sides: tuple[Both, Both], chart_name: str
) -> Chart | None:
    """Draw the shares of the names that differ most."""
    axis = say(f"reference.axis.{name}")
    alt = Phrase("reference.alt", {"axis": axis, "n": len(rows)})
    return pairs(f"{chart_name}-{name}", rows, sides, say("reference.share"), alt, axis)


def named(axis: str, name: str) -> Both:
    """Name what an axis counts.

    Examples
    --------
    >>> str(named("languages", "zh")), str(named("lengths", "100000-"))
    ('Chinese', 'of 100,000 characters or more')
    """
    if axis == "languages":
        return language(name)
    if axis == "lengths":
        low, high = name.split("-")
        if not high:
            return say("reference.length.from", low=int(low))
        key = "reference.length.range" if int(low) else "reference.length.under"
        return say(key, low=int(low), high=int(high) + (not int(low)))
    if name == NONE:
        return say(f"reference.rest.{axis}")
    if axis == "scripts" and name == "None":
        return say("languages.no_letters")
    key = f"reference.name.{axis}.{name}"
    return say(key) if key in catalogue(LANGUAGES[0]) else verbatim(name)
