"""What another decision or another threshold changes, as a person reads it in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from corpuskit.report.wording import share
from corpuskit.terminal import human_bytes
from corpuskit.tuning.finished import Amount, FinishedRun
from corpuskit.tuning.page import documents, paragraph, table
from corpuskit.tuning.sweep import EVERYTHING, Curve, Sweep, written

if TYPE_CHECKING:
    from corpuskit.tuning.compare import Copies, Difference, RuleChange

BAR = 48
GROUPS_SHOWN = 12
RULES_SHOWN = 20
FAILING, ONLY = "░", "█"
NEVER_COMPARED = (
    "{} were never compared with others, since the run's own rules dropped them; they count as "
    "kept here, though some may be copies."
)
LOST = (
    "{} stay dropped as copies, though the new rules drop the document that each was a copy of; "
    "a new search would keep at least {:,} of them (one of each cluster)."
)
AS_FOUND = (
    "Duplicates are those that the run found. To search again among what the new rules pass, "
    "add --write --out NEW."
)


def difference_page(run: FinishedRun, found: Difference) -> str:
    """Write the difference between two decisions, at most 80 columns wide."""
    parts = [
        f"{run.layout.root}: {documents(found.total.documents, found.total.bytes)}",
        _balance(found),
        _changed_rules(found),
        copies_notes(found.copies),
    ]
    return "\n\n".join(part for part in parts if part)


def _balance(found: Difference) -> str:
    rows = [("", "documents", "", "text")]
    for name, amount in (
        ("kept before", found.kept_before),
        ("kept now", found.kept_after),
        ("newly kept", found.newly_kept),
        ("newly dropped", found.newly_dropped),
    ):
        rows.append((name, *_amount(amount, found.total)))
    return table(rows, (20, 14, 9, 12))


def _amount(amount: Amount, total: Amount) -> tuple[str, str, str]:
    part = share(amount.documents, total.documents)
    return f"{amount.documents:,}", part, human_bytes(amount.bytes)


def _changed_rules(found: Difference) -> str:
    """List the rules that were changed, or have to do with a changed document."""
    rows = [rule for rule in found.rules if _moved(rule)]
    if not rows:
        return "no rule decides otherwise: the decision is the same"
    rows.sort(key=lambda rule: (-rule.newly_kept.documents - rule.newly_dropped.documents, rule.id))
    lines = []
    for rule in rows[:RULES_SHOWN]:
        kept, dropped = rule.newly_kept, rule.newly_dropped
        lines += [
            (
                rule.id, f"{rule.fails_before:,}", f"{rule.fails_after:,}",
                _signed(kept.documents, "+"), _signed(dropped.documents, "−"),
            ),
            (f"  {_bounds(rule)}", "", "", _size(kept), _size(dropped)),
        ]  # fmt: skip
    if len(rows) > RULES_SHOWN:
        lines.append((f"… and {len(rows) - RULES_SHOWN} more; --json has all", "", "", "", ""))
    head = [("rule", "fail before", "now", "newly kept", "dropped")]
    return table([*head, *lines], (36, 12, 10, 11, 11))


def _moved(rule: RuleChange) -> bool:
    same = (rule.bounds_before, rule.severity_before) == (rule.bounds_after, rule.severity_after)
    touched = rule.newly_kept.documents or rule.newly_dropped.documents
    return bool(touched) or not same or rule.fails_before != rule.fails_after


def _signed(count: int, sign: str) -> str:
    return f"{sign}{count:,}" if count else "–"


def _size(amount: Amount) -> str:
    return human_bytes(amount.bytes) if amount.documents else ""


def _bounds(rule: RuleChange) -> str:
    before, after = bounds_text(rule.bounds_before), bounds_text(rule.bounds_after)
    if rule.severity_before != rule.severity_after and rule.bounds_before and rule.bounds_after:
        before, after = f"{before}, {rule.severity_before}", f"{after}, {rule.severity_after}"
    return before if before == after else f"{before} → {after}"


def bounds_text(bounds: Mapping[str, Any] | None) -> str:
    """Write the bounds of a rule: ``min 50, max 100000``, or that there is no rule."""
    if bounds is None:
        return "no rule"
    return ", ".join(
        f"{side} {written(tuple(bound) if isinstance(bound, list) else bound)}"
        for side, bound in bounds.items()
    )


def copies_notes(copies: Copies | None) -> str:
    """Say for which documents the stored duplicates are not the last word."""
    if copies is None:
        return "Duplicates are kept."
    lines = []
    if copies.never_compared.documents:
        lines.append(NEVER_COMPARED.format(documents(*_pair(copies.never_compared))))
    if copies.lost_representative.documents:
        lost = documents(*_pair(copies.lost_representative))
        lines.append(LOST.format(lost, copies.lost_clusters))
    if lines:
        lines.append(AS_FOUND)
    return "\n".join(paragraph(line) for line in lines)


def _pair(amount: Amount) -> tuple[int, int]:
    return amount.documents, amount.bytes


def sweep_page(found: Sweep) -> str:
    """Write a sweep as tables and bars, at most 80 columns wide."""
    everything, *groups = found.curves
    notes = [
        f"guarded by {' and '.join(found.guards)}: {found.guarded:,} documents, the others pass"
        if found.guards
        else "",
        "a flag: the rule drops nothing in this run; these are the numbers if it did"
        if found.flag
        else "",
    ]
    head = f"{found.rule}: {found.feature}, {found.side} {written(found.bound)}"
    parts = [
        "\n".join(paragraph(line) for line in (head, *notes) if line),
        _curve(found, everything),
        _bars(found, everything),
        *(_curve(found, curve) for curve in groups[:GROUPS_SHOWN]),
    ]
    if len(groups) > GROUPS_SHOWN:
        parts.append(f"… and {len(groups) - GROUPS_SHOWN} smaller groups; --json has all")
    if found.compared:
        parts.append(paragraph(
            "Duplicates are those that the run found: what a looser threshold adds was never "
            "compared with others."
        ))  # fmt: skip
    return "\n\n".join(part for part in parts if part)


def _curve(found: Sweep, curve: Curve) -> str:
    name = "" if curve.group == EVERYTHING else curve.group
    rows = [
        (name, "kept by it alone", "", "text", "with all rules", "", "text"),
        *(
            (
                f"{'→' if point.threshold == found.bound else ' '} {written(point.threshold)}",
                *_amount(point.alone, curve.total),
                *_amount(point.together, curve.total),
            )
            for point in curve.points
        ),
    ]  # fmt: skip
    return table(rows, (14, 16, 7, 10, 16, 7, 10))


def _bars(found: Sweep, curve: Curve) -> str:
    """Draw what each threshold drops: all that fail, and among them what only this rule drops."""
    failing = [curve.total.documents - point.alone.documents for point in curve.points]
    only = [curve.others.documents - point.together.documents for point in curve.points]
    longest = max(1, *failing)
    lines = [f"dropped: {FAILING} all that fail it, {ONLY} those that no other rule drops"]
    for point, fails, alone in zip(curve.points, failing, only, strict=True):
        mark = "→" if point.threshold == found.bound else " "
        inner, outer = _length(alone, longest), _length(fails, longest)
        bar = ONLY * inner + FAILING * max(0, outer - inner)
        lines.append(f"{mark} {written(point.threshold):<12}{bar} {fails:,} / {alone:,}")
    return "\n".join(lines)


def _length(count: int, longest: int) -> int:
    """Return the length of a bar; what is not nothing is never drawn as nothing."""
    return max(1, round(BAR * count / longest)) if count else 0
