"""Made-up documents for the explorer of the page, and pages that hold just these."""

from __future__ import annotations

import random
from typing import Any
from unittest import mock

from corpuskit.report import render
from tests.report.summaries import HOSTILE, TEXTS

LANGUAGES = ("en", "zh", "ja", None)
SOURCES = ("shards/a.jsonl", "shards/b.jsonl", "shards/c.jsonl")
REASONS: tuple[list[Any], ...] = (
    ["base.too_short", 40, "min", 100],
    ["base.too_many_digits", 0.31, "max", 0.2],
    ["language.unwanted", "fr", "in", ["zh", "en", "ja"]],
    ["duplicates.exact", True, "is", False],
)


def documents(number: int = 130, hostile: bool = False) -> list[dict[str, Any]]:
    """Make documents, two in three of them dropped, for one reason or more."""
    rng = random.Random(number)
    made = []
    for place in range(number):
        text = rng.choice(TEXTS) * rng.randint(1, 40)
        kept = place % 3 == 0
        made.append(
            {
                "id": HOSTILE if hostile else f"cc-{place:04d}",
                "doc": str(2**63 + place * 7),
                "source": HOSTILE if hostile else rng.choice(SOURCES),
                "language": rng.choice(LANGUAGES),
                "chars": len(text) + place,
                "text": HOSTILE if hostile else text,
                "kept": kept,
                "representative": "cc-0003" if place == 7 else None,
                "reasons": [] if kept else rng.sample(REASONS, rng.randint(1, 3)),
            }
        )
    return made


def page_with(run: dict[str, Any], listed: list[dict[str, Any]]) -> str:
    """Render a page whose explorer has these documents, uncut."""
    with mock.patch("corpuskit.report.view.explorer_documents", return_value=listed):
        return render(run)
