"""The section on repeated lines: what went for which cause, its share, and the most frequent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from corpuskit.report.wording import share

NAMES: Final = {
    "host_line": "Lines on many pages of one host",
    "repeated_line": "Lines that another document has first",
    "repeated_paragraph": "Lines of paragraphs that another has first",
}
"""By cause, in the order in which they are taken out; the first is the smallest doc_id."""


def repeats_rows(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List what was taken out, by cause; causes that were not looked for are left out.

    Parameters
    ----------
    found : `repeats` of summary.json.

    Returns
    -------
    rows of cause, name, lines, chars, share (of all characters) and examples.
    """
    looked_for = {
        "host_line": found["per_host"],
        "repeated_line": found["unit"] == "line",
        "repeated_paragraph": found["unit"] == "paragraph",
    }
    total = all_chars(found)
    return [
        {
            "cause": cause,
            "name": name,
            "lines": found["lines"][cause],
            "chars": found["chars"][cause],
            "share": share(found["chars"][cause], total),
            "examples": found.get("examples", {}).get(cause, []),
        }
        for cause, name in NAMES.items()
        if looked_for[cause]
    ]


def all_chars(found: Mapping[str, Any]) -> int:
    """Return the characters before repeated lines went."""
    return int(found["chars_left"] + sum(found["chars"].values()))
