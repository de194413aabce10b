"""The plan of the search for near duplicates, told before any text is read.

What is said follows from the settings alone: bands and rows, the chance to find a pair by its
similarity, and what that costs by the constants of `corpuskit.banding`.
"""

from __future__ import annotations

import math
from typing import Any

from corpuskit.banding import CURVE_AT, recall
from corpuskit.duplicate_settings import DuplicateSettings

BAR = 40
EIGHTHS = " ▏▎▍▌▋▊▉"


def explain(settings: DuplicateSettings) -> dict[str, Any]:
    """Return the settings and the plan as JSON data; the plan is None for exact ones alone."""
    plan = settings.banding.plain(settings.similarity) if settings.near else None
    stated = settings.plain()
    return {**stated, "recall_given": _at(settings) if settings.near else None, "plan": plan}


def page(settings: DuplicateSettings) -> str:
    """Write the plan as plain text, at most 80 columns wide.

    Examples
    --------
    >>> print(page(DuplicateSettings(near=False)))
    exact duplicates alone, no bands
    kept of a cluster: longest
    """
    kept = f"kept of a cluster: {settings.keep}"
    if not settings.near:
        return f"exact duplicates alone, no bands\n{kept}"
    plan = settings.banding.plain(settings.similarity)
    how = "computed at least cost" if settings.planned else "as stated"
    head = [
        f"similarity {settings.similarity:g}, recall {settings.recall:.4g} wanted, "
        f"{_at(settings):.4g} given",
        f"{settings.bands} bands of {settings.rows} rows = {plan['functions']} hash functions, "
        f"{how}",
        f"shingle: {settings.shingle}; {kept}",
    ]
    curve = ["chance to find a pair, by similarity (> what is dropped)", *_curve(settings)]
    seconds = plan["seconds_per_megabyte"]
    costs = ", ".join(f"{name} {1e3 * cost:.3g}" for name, cost in seconds.items())
    tail = [
        f"in a corpus of {plan['planned_for_documents']:,} web pages like those measured:",
        f"  {plan['candidates_per_document']:.3g} candidates a document, "
        f"{plan['candidates_per_pair']:.3g} for each pair that is found",
        f"  {1e3 * sum(seconds.values()):.3g} ms a MB of text on one core beside reading it once:",
        f"  {costs}",
    ]
    return "\n\n".join("\n".join(part) for part in (head, curve, tail))


def _at(settings: DuplicateSettings) -> float:
    return settings.banding.recall(settings.similarity)


def _curve(settings: DuplicateSettings) -> list[str]:
    lines = []
    for at in sorted({*CURVE_AT, settings.similarity}):
        chance = recall(settings.bands, settings.rows, at)
        whole, part = divmod(int(8 * BAR * chance), 8)
        bar = "█" * whole + EIGHTHS[part].strip()
        mark = ">" if at >= settings.similarity else " "
        lines.append(f"{mark} {at:<6.4g} {bar:<{BAR}} {math.floor(1e4 * chance) / 100:6.2f} %")
    return lines
