"""The guards that fired: what a reader should look at before he believes the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corpuskit.report.duplicates import sentence
from corpuskit.report.sentences import code
from corpuskit.report.texts import say
from corpuskit.report.wording import Both, share


def guards(summary: Mapping[str, Any]) -> list[tuple[Both, str]]:
    """List (what was found, id of the section that shows it), the gravest first.

    Examples
    --------
    >>> run = {"documents": {"in": 1, "kept": 0, "dropped": 0, "skipped": 0}, "rules": {},
    ...        "warnings": {"duplicate_user_ids": 0, "missing_user_ids": 0}, "duplicates": {}}
    >>> [(str(told), place) for told, place in guards(run)]
    [('Documents in are not kept + dropped + skipped: 1 is missing.', 'balance')]
    """
    documents = summary["documents"]
    told: list[tuple[Both, str]] = []
    missing = documents["in"] - sum(documents[name] for name in ("kept", "dropped", "skipped"))
    if missing:
        told.append((say("guards.lost", n=abs(missing)), "balance"))
    elif documents["in"] and not documents["kept"]:
        told.append((say("guards.nothing_kept"), "rules"))
    told += [
        (say("rules.always_failed", rule=code(name)), "rules")
        for name in summary.get("rules_always_failed", ())
    ]
    found = summary["duplicates"].get("guards") or {}
    told += [(sentence(warning), "duplicates") for warning in found.get("warnings", ())]
    if documents["skipped"]:
        part = share(documents["skipped"], documents["in"])
        told.append((say("guards.skipped", n=documents["skipped"], share=part), "skipped"))
    for key, section in (("duplicate_user_ids", "same_ids"), ("missing_user_ids", "no_ids")):
        if summary["warnings"][key]:
            told.append((say(f"skipped.{section}", n=summary["warnings"][key]), "skipped"))
    return told
