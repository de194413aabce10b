"""The section on duplicates: who stays and why, the sizes, the recall curve, what to be wary of.

Everything follows from the summary; a summary of an older version lacks some of it, and then the
section is shorter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from corpuskit.banding import recall
from corpuskit.report.charts import Chart, Phrase, short
from corpuskit.report.sentences import verbatim
from corpuskit.report.specs import columns, line
from corpuskit.report.texts import say
from corpuskit.report.wording import Both, share

Row = Mapping[str, Any]

CURVE_STEPS: Final = 80
CURVE_TABLE: Final = (0.6, 0.7, 0.8, 0.9)
RANGES: Final = 7  # so many labels have room for both ends of a step

STAYS: Final = ("longest", "shortest", "first")
STAYS_BY: Final = ("best", "newest", "priority")


def duplicates_view(found: Row) -> dict[str, Any]:
    """Prepare the section.

    Parameters
    ----------
    found : `duplicates` of summary.json, of a run that looked for duplicates or did not.
    """
    guards = found.get("guards") or {"found": {}, "warnings": []}
    sizes = found.get("sizes") or []
    removed = sum(row["documents"] - row["clusters"] for row in sizes)
    looked = "bands" in found and found.get("compared") != 0
    near = looked and "near" in found.get("searched", ["near"])
    return {
        "policy": policy(str(found.get("keep", ""))),
        "sizes": [row for row in sizes if row["clusters"]],
        "removed": removed,
        "sizes_chart": sizes_chart(sizes),
        "curve": curve(found["bands"], found["rows"], found["similarity"]) if near else None,
        "chances": chances(found) if near else [],
        "plan": found.get("plan") if near else None,
        "largest": found.get("largest") or [],
        "warnings": [{**row, "sentence": sentence(row)} for row in guards["warnings"]],
        "untold": sum(guards["found"].values()) - len(guards["warnings"]),
        "unmet": found.get("unverified_documents", 0),
        "indexes": found.get("indexes", []),
        "keep_notes": keep_notes(found),
    }


def chances(found: Row) -> list[tuple[float, float, bool]]:
    """List (similarity, chance to find such a pair, is it the threshold) in ascending order."""
    chosen = float(found["similarity"])
    return [
        (at, recall(found["bands"], found["rows"], at), at == chosen)
        for at in sorted({*CURVE_TABLE, chosen})
    ]


def policy(keep: str) -> Both:
    """Say which document of a cluster stays.

    Examples
    --------
    >>> str(policy("longest")), str(policy("newest:date"))
    ('the longest document', 'the document with the latest date')
    """
    if not keep or keep in STAYS:
        return say(f"duplicates.stays_by.{keep or STAYS[0]}")
    name, _, column = keep.partition(":")
    if name not in STAYS_BY:
        return say("duplicates.stays_by.unknown", keep=keep)
    return say(f"duplicates.stays_by.{name}", column=column.partition("=")[0])


def keep_notes(found: Row) -> list[Both]:
    """Say what is odd about the column of the input that says which copy stays.

    Examples
    --------
    >>> str(keep_notes({"keep": "priority:source=a,b", "absent_keep_values": ["b"]})[0])
    'warning: no document has b, which keep priority:source=a,b lists; look at its spelling'
    """
    keep, absent = found.get("keep", ""), found.get("absent_keep_values", [])
    without = found.get("without_keep_value", 0)
    told = []
    if absent:
        told.append(say("duplicates.absent_values", names=", ".join(absent), keep=keep))
    if without:
        told.append(say("duplicates.without_value", n=without, keep=keep))
    return told


def sentence(warning: Row) -> Both:
    """Say what a guard found, without advice.

    Examples
    --------
    >>> str(sentence({"kind": "host", "name": "a.org", "documents": 80, "compared": 100}))
    'The host a.org loses 80 of its 100 documents (80.0%) to duplicates.'
    """
    documents, compared, kind = warning["documents"], warning["compared"], warning["kind"]
    if kind == "cluster" and warning.get("representative", {}).get("in_index"):
        documents, kind = documents - 1, "index"  # the size counts the old document
    name = verbatim(warning.get("name", ""))
    return say(
        f"guards.{kind if kind in ('cluster', 'index', 'source') else 'host'}",
        name=name, documents=documents, all=compared, share=share(documents, compared),
    )  # fmt: skip


def sizes_chart(sizes: Sequence[Row]) -> Chart | None:
    """Draw how many documents are in clusters of each size, or nothing where there is none."""
    steps = [
        (_step(row, whole=len(sizes) <= RANGES), row["documents"], row["clusters"]) for row in sizes
    ]
    alt = Phrase("duplicates.sizes_alt")
    return columns("cluster-sizes", steps, "@chart.cluster_size", alt, kept="@chart.stays")


def _step(row: Row, whole: bool) -> str:
    if row["most"] == row["least"]:
        return short(row["least"])
    return f"{short(row['least'])}–{short(row['most'])}" if whole else f"{short(row['least'])}+"


def curve(bands: int, rows: int, similarity: float) -> Chart | None:
    """Draw the chance to find a pair over its similarity, from 0 to 1.

    Parameters
    ----------
    similarity : that of the threshold, which is marked.
    """
    places = sorted({*(step / CURVE_STEPS for step in range(CURVE_STEPS + 1)), similarity})
    label = f"{similarity:g}: {share(recall(bands, rows, similarity), 1)}"
    return line(
        "recall",
        {"@chart.found": [(at, round(recall(bands, rows, at), 6)) for at in places]},
        "@chart.similarity",
        "@chart.found",
        Phrase("duplicates.chance_alt", {"at": label}),
        percent=True,
        mark=(similarity, label),
        shade=True,
    )
