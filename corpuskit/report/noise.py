"""The section on noise: what was counted before and after, and lines that stand on many documents.

Numbers only: of personal data the summary holds no text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from corpuskit.report.charts import Chart, Phrase
from corpuskit.report.sentences import both
from corpuskit.report.specs import bars
from corpuskit.report.texts import say
from corpuskit.report.wording import NOTHING, Both, measured, share

GROUPS: Final = {
    "broken": (
        "mojibake", "replacement_characters", "control_characters", "private_characters",
        "html_remains",
    ),
    "personal": (
        "mail_addresses", "phone_numbers", "ip_addresses", "id_numbers_cn", "id_numbers_us",
        "id_numbers_de",
    ),
}  # fmt: skip
SIDES: Final = ("in", "kept")
MILLION: Final = 1_000_000


def noise_view(coverage: Mapping[str, Any]) -> dict[str, Any]:
    """Prepare the section.

    Parameters
    ----------
    coverage : that of summary.json; `noise` and `repeated_lines` of each side may be missing.

    Returns
    -------
    groups : rows of kinds by group, empty where noise was not counted.
    says : a sentence for each group.
    chart : documents by kind, or None where no document has any.
    lines : rows of repeated lines, or None where they were not counted.
    """
    sides = [coverage[side] for side in SIDES]
    counted = [side.get("noise") or {} for side in sides]
    groups = {
        name: [_row(kind, sides, counted) for kind in kinds if kind in counted[0]]
        for name, kinds in GROUPS.items()
    }
    groups = {name: rows for name, rows in groups.items() if rows}
    lines = [side.get("repeated_lines") for side in sides]
    return {
        "groups": groups,
        "says": {name: _says(name, rows, sides) for name, rows in groups.items()},
        "chart": _chart([row for rows in groups.values() for row in rows]),
        "lines": _lines(lines) if all(lines) else None,
        "sampled": [_sampled(one) for one in lines] if all(lines) else [],
        "spread": [one["most_spread"] for one in lines if one],
    }


def _row(
    kind: str, sides: Sequence[Mapping[str, Any]], counted: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Give documents, occurrences, and occurrences per million characters, before and after."""
    found = [noise[kind] for noise in counted]
    return {
        "kind": kind,
        "name": say(f"noise.kind.{kind}"),
        "what": say(f"noise.what.{kind}"),
        "documents": [one["documents"] for one in found],
        "count": [one["count"] for one in found],
        "per_million": [
            measured(MILLION * one["count"] / side["characters"]) if side["characters"] else NOTHING
            for one, side in zip(found, sides, strict=True)
        ],
    }


def _says(
    group: str, rows: Sequence[Mapping[str, Any]], sides: Sequence[Mapping[str, Any]]
) -> Both:
    """Say which kind of a group most documents have, and how many had it before."""
    worst = max(rows, key=lambda row: (row["documents"][1], row["documents"][0]))
    before, after = worst["documents"]
    if not before:
        return say(f"noise.none.{group}")
    return say(
        f"noise.most.{group}",
        name=worst["name"],
        before=before,
        before_share=share(before, sides[0]["documents"]),
        after=after,
        after_share=share(after, sides[1]["documents"]),
    )


def _chart(rows: Sequence[Mapping[str, Any]]) -> Chart | None:
    drawn: list[Any] = [(row["name"], *row["documents"]) for row in rows if row["documents"][0]]
    alt = Phrase("noise.alt", {"n": len(drawn)})
    head: Any = say("noise.kind_column")
    return bars("noise", drawn, "@chart.documents", alt, head)


def _lines(sides: Sequence[Any]) -> list[dict[str, Any]]:
    """List the shares of lines and of text on 2, 10, 100 documents, each with its error."""
    before, after = sides
    return [
        {
            "documents": one["documents"],
            "cells": [
                _estimate(row, name, side["sampled"])
                for name in ("lines", "width")
                for row, side in ((one, before), (two, after))
            ],
        }
        for one, two in zip(before["on"], after["on"], strict=True)
    ]


def _estimate(row: Mapping[str, Any], name: str, sampled: float) -> Both:
    value, error = row[name], row[f"{name}_error"]
    if value is None:
        return both(NOTHING)
    if not value and sampled < 1:
        return say("noise.none_sampled")
    if not error:
        return both(share(value, 1))
    return say("noise.within", value=share(value, 1), error=share(error, 1))


def _sampled(side: Mapping[str, Any]) -> Both:
    """Say how many lines there are and which of them were looked at."""
    if not side["lines"]:
        return say("noise.no_lines")
    if side["sampled"] == 1:
        return say("noise.all_lines", lines=side["lines"], different=side["distinct_lines"])
    return say(
        "noise.sampled_lines",
        lines=side["lines"],
        different=side["distinct_lines"],
        n=side["sampled_lines"],
        every=round(1 / side["sampled"]),
    )
