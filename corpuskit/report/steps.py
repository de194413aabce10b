"""What a reader does after reading: the command that repeats the run, and those that come next."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

NUMERIC: Final = ("min", "above", "max", "below")
LONGEST_ID: Final = 80
LEAST_REST: Final = 0.05  # seconds; less is shown as nothing
FOLDER: Final = "RUN"  # stands where the summary does not know the folder of the run


def steps(
    summary: Mapping[str, Any], judged: bool, documents: Mapping[str, Any] | None = None
) -> list[tuple[str, str]]:
    """List (what for, command) with the names of this run.

    Parameters
    ----------
    judged : the pretraining step has judged the run.
    documents : what report_documents.json holds, or None.

    Examples
    --------
    >>> run = {"rules": {}, "documents": {"kept": 5}}
    >>> steps(run, judged=False)
    [('pretrain', 'corpuskit pretrain RUN')]
    """
    out = shlex.quote(folder(summary))
    rules = [
        (name, rule)
        for name, rule in summary["rules"].items()
        if rule["fails"] and rule["severity"] == "drop"
    ]
    rules.sort(key=lambda item: (-item[1]["fails"], item[0]))
    listed = (
        [("sample", f"corpuskit sample {out} --rule {rules[0][0]} --near-miss")] if rules else []
    )
    movable = [(name, side) for name, rule in rules if (side := _side(rule)) is not None]
    if movable:
        name, side = movable[0]
        listed.append(("sweep", f"corpuskit sweep {out} --rule {name} --curve --side {side}"))
    shown = ids([name for name, _ in rules], documents)
    plain = [one for one in shown if one.isprintable() and len(one) <= LONGEST_ID]
    if plain:
        listed.append(("explain", f"corpuskit explain {out} {shlex.quote(plain[0])}"))
    if summary.get("duplicates", {}).get("clusters"):
        listed.append(("clusters", f"corpuskit clusters {out}"))
    if summary["documents"]["kept"] and not judged:
        listed.append(("pretrain", f"corpuskit pretrain {out}"))
    return listed


def ids(rules: Sequence[str], documents: Mapping[str, Any] | None) -> list[str]:
    """List the user's ids of the examples of rules, in their order."""
    if documents is None:
        return []
    names = {document["doc"]: document["id"] for document in documents["documents"]}
    lists = [documents["rules"].get(rule, {}).get("examples", ()) for rule in rules]
    return [names[doc] for examples in lists for doc in examples]


def folder(summary: Mapping[str, Any]) -> str:
    """Return the folder that the run was written to, as its command named it."""
    try:
        words = shlex.split(summary.get("repeat", ""))
    except ValueError:
        return FOLDER
    for word, after in pairwise(words):
        if word == "--out":
            return after
    return FOLDER


def _side(rule: Mapping[str, Any]) -> str | None:
    return next((side for side in NUMERIC if side in rule["bounds"]), None)


def stages(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List the stages of the run: seconds, and bytes of text a second; the whole comes last.

    What no stage took is one of its own, so that they add up.
    """
    text, taken = summary["bytes"]["in"], dict(summary["seconds"])
    total = taken.pop("total")
    rest = total - sum(taken.values())
    rows = [
        {"stage": name, "seconds": seconds, "speed": int(text / seconds) if seconds > 0 else None}
        for name, seconds in (*taken.items(), ("total", total))
    ]
    if rest >= LEAST_REST:
        rows.insert(-1, {"stage": "other", "seconds": rest, "speed": None})
    return rows
