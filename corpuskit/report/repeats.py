"""The section on repeated lines: what went for which cause, its share, and the most frequent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from corpuskit.report.texts import say
from corpuskit.report.wording import Both, plain, share

CAUSES: Final = ("host_line", "repeated_line", "repeated_paragraph")
"""In the order in which they are taken out; the first is the smallest doc_id."""


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
            "name": say(f"repeats.cause.{cause}"),
            "lines": found["lines"][cause],
            "chars": found["chars"][cause],
            "share": share(found["chars"][cause], total),
            "examples": found.get("examples", {}).get(cause, []),
        }
        for cause in CAUSES
        if looked_for[cause]
    ]


def repeats_intro(found: Mapping[str, Any]) -> Both:
    """Say which lines were taken out, and of how many documents."""
    documents = found.get("documents")
    head = say("repeats.taken_out") if documents is None else say("repeats.out_of", n=documents)
    hosts = say(
        "repeats.of_hosts",
        n=found["host_pages"],
        share=f"{plain(100 * found['host_share'])}%",
    )
    if found["unit"] == "document":
        return say("repeats.only", head=head, what=hosts) if found["per_host"] else head
    stays = say(f"repeats.stays.{found['unit']}", n=found["least_chars"])
    if found["per_host"]:
        return say("repeats.both", head=head, what=stays, hosts=hosts)
    return say("repeats.only", head=head, what=stays)


def all_chars(found: Mapping[str, Any]) -> int:
    """Return the characters before repeated lines went."""
    return int(found["chars_left"] + sum(found["chars"].values()))
