"""Documents of a run with their text, as a person reads them in a terminal.

All text of the corpus goes through `printable`: what could act on a terminal is shown escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from corpuskit.dedup.text_difference import TextDifference
from corpuskit.rules import Bound
from corpuskit.terminal import folded, human_bytes, printable
from corpuskit.tuning.diff import Changed, RuleDifference, RunDifference
from corpuskit.tuning.explain import FAILS_IT, NOT_ASKED, Check, Cluster, Explanation
from corpuskit.tuning.finished import Amount
from corpuskit.tuning.page import WIDTH, clipped, documents, paragraph, passage, table
from corpuskit.tuning.removed_lines import Removal
from corpuskit.tuning.sample import Reading, Sample
from corpuskit.tuning.show import RULES_SHOWN, bounds_text
from corpuskit.tuning.sweep import written

TEXT_CHARS = 400
CHANGES_SHOWN = 12
LANGUAGES_SHOWN = 10
REMOVED_SHOWN = 5  # lines of one cause


def explanation_page(found: Explanation, whole_text: bool = False) -> str:
    """Write why a document was kept or dropped."""
    asked = [check for check in found.checks if check.status != NOT_ASKED]
    failed = [check for check in asked if check.status == FAILS_IT]
    fate = "kept" if found.kept else "dropped"
    parts = [
        paragraph(f"{found.id} (doc_id {found.doc_id}): {fate}; language {found.language}, "
                  f"{human_bytes(found.bytes)}"),
        passage(found.text, len(found.text) if whole_text else TEXT_CHARS),
        _checks("fails", failed) if failed else "fails no rule",
        _checks("nearest misses", found.nearest_misses) if found.nearest_misses else "",
        _cluster(found.cluster),
        _removed(found.removed, whole_text),
        _checks("passes", [check for check in asked if check.status != FAILS_IT]),
        _not_asked(found.checks),
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part)


def _checks(title: str, checks: Sequence[Check]) -> str:
    rows = [(title, "value", "bound", "margin")]
    for check in checks:
        flag = " (flag)" if check.severity == "flag" else ""
        rows.append((check.rule + flag, value_text(check.value), _bound(check), _margin(check)))
    return table(rows, (48, 9, 12, 11)) if checks else ""


def value_text(value: Any) -> str:
    """Write a value in four figures, whole numbers in full."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.4g}" if isinstance(value, float) else f"{value:,}" if isinstance(
        value, int) else printable(str(value))  # fmt: skip


def _bound(check: Check) -> str:
    bound = check.bound
    if isinstance(bound, tuple) and len(bound) > 1:
        return f"{check.side} {len(bound)}"
    return f"{check.side} {written(bound)}"


def _margin(check: Check) -> str:
    if check.relative_margin is None:
        return ""
    return f"{check.relative_margin:+.1%}" if abs(check.relative_margin) < 10 else "far"


def _not_asked(checks: Sequence[Check]) -> str:
    """Name the rules whose guards do not hold, by rule set."""
    rules = dict.fromkeys(check.rule for check in checks if check.status == NOT_ASKED)
    if not rules:
        return ""
    sets = groupby(sorted(rules), lambda name: name.rpartition(".")[0])
    names = (f"{name} ({', '.join(rule.rpartition('.')[2] for rule in own)})" for name, own in sets)
    return paragraph(f"not asked, since a guard does not hold: {'; '.join(names)}")


def _cluster(cluster: Cluster | None) -> str:
    if cluster is None:
        return ""
    first = cluster.representative
    lines = [f"cluster of {cluster.size:,} duplicates"]
    how = f"{cluster.own.kind}, Jaccard {cluster.own.jaccard:.3f}"
    if first.in_index:
        lines.append(f"stands for it: a document of an index, {first.id} ({how})")
    elif cluster.difference is None:
        lines.append("this document stands for them")
    else:
        lines.append(f"stands for it: {first.id} (doc_id {first.doc_id}; {how})")
    lines += [f"  {m.kind}, Jaccard {m.jaccard:.3f}: {m.id}" for m in cluster.members]
    text = "\n".join(paragraph(line) for line in lines)
    return text if cluster.difference is None else f"{text}\n{difference_text(cluster.difference)}"


def _removed(removed: Sequence[Removal], whole: bool) -> str:
    """Show the lines that cleaners took out, by cause; the first few, unless all are wanted."""
    if not removed:
        return ""
    total = sum(removal.count for removal in removed)
    lines = [f"line cleaners took out {total:,} {'line' if total == 1 else 'lines'}"]
    for removal in removed:
        lines.append(f"  {removal.cleaner}, {removal.cause}: {removal.count:,}")
        shown = removal.lines if whole else removal.lines[:REMOVED_SHOWN]
        lines += [clipped(f"    {line.number}: {line.text}", WIDTH) for line in shown]
        if len(shown) < len(removal.lines):
            lines.append(
                f"    … and {len(removal.lines) - len(shown):,} more; --whole-text has all"
            )
    if not any(removal.lines for removal in removed):
        lines.append("  (to see them, run clean with --keep-removed-lines)")
    return "\n".join(lines)


def difference_text(
    found: TextDifference, first: str = "this text", second: str = "the other"
) -> str:
    """Show changes as ``[-what the first has-]{+what the second has+}``."""
    if not found.changes:
        return "  the texts are the same"
    lines = [
        f"  {found.removed_chars:,} characters are in {first} alone [- -], "
        f"{found.added_chars:,} in {second} {{+ +}}"
    ]
    for change in found.changes[:CHANGES_SHOWN]:
        removed = f"[-{change.removed}-]" if change.removed else ""
        added = f"{{+{change.added}+}}" if change.added else ""
        flat = f"…{change.before}{removed}{added}{change.after}…".replace("\n", "⏎")
        lines += [f"    {part}" for part in folded(flat, WIDTH - 4)]
    if len(found.changes) > CHANGES_SHOWN:
        lines.append(f"    … and {len(found.changes) - CHANGES_SHOWN} more places")
    if not found.compared_all:
        lines.append("    (only the beginnings of what differs were compared)")
    return "\n".join(lines)


def sample_page(found: Sample, chars: int = TEXT_CHARS) -> str:
    """Write a sample to be read."""
    bounds = _bounds(found.bounds)
    kind = "nearest to the bound" if found.near_miss else "drawn"
    head = (
        f"{found.rule}: {found.feature}, {bounds}. {found.why} "
        f"{found.fails:,} documents fail it; {len(found.readings)} {kind}."
    )
    parts = [paragraph(head), *(_reading(found, reading, chars) for reading in found.readings)]
    return "\n\n".join(parts)


def _bounds(bounds: Sequence[tuple[str, Bound]]) -> str:
    return ", ".join(f"{side} {written(bound)}" for side, bound in bounds)


def _reading(found: Sample, reading: Reading, chars: int) -> str:
    fate = "fails" if reading.fails else "passes"
    kept = "kept" if reading.kept else "dropped"
    also = f"; also {', '.join(reading.also)}" if reading.also else ""
    head = (
        f"{reading.id} (doc_id {reading.doc_id}): {found.feature} {value_text(reading.value)} "
        f"{fate}, {kept}, {reading.language}{also}"
    )
    return f"{paragraph(head)}\n{passage(reading.text, chars)}"


def run_difference_page(found: RunDifference, names: tuple[str, str], chars: int = 200) -> str:
    """Write what changed between two runs, at most 80 columns wide."""
    parts = [
        "\n".join(paragraph(line) for line in _head(found, names)),
        _balance(found),
        _rules(found.rules),
        _languages(found),
        *(_changed(one, chars) for one in found.samples),
    ]
    return "\n\n".join(part for part in parts if part)


def _head(found: RunDifference, names: tuple[str, str]) -> list[str]:
    lines = [f"A: {names[0]}", f"B: {names[1]}"]
    lines.append(f"in both: {_documents(found.common)}")
    for name, amount in (("A", found.only_a), ("B", found.only_b)):
        if amount.documents:
            lines.append(f"in {name} alone, and not compared: {_documents(amount)}")
    lines += [f"{source}: not the same content in A and B" for source in found.sources_changed]
    if found.texts_changed:
        lines.append(f"{found.texts_changed:,} documents have another text in B")
    if found.relabelled:
        lines.append(f"{found.relabelled:,} documents have another language in B")
    return lines


def _documents(amount: Amount) -> str:
    return documents(amount.documents, amount.bytes)


def _balance(found: RunDifference) -> str:
    rows = [("of the documents in both", "documents", "text")]
    for name, amount in (
        ("kept by A", found.kept_a),
        ("kept by B", found.kept_b),
        ("kept by B alone", found.newly_kept),
        ("kept by A alone", found.newly_dropped),
    ):
        rows.append((name, f"{amount.documents:,}", human_bytes(amount.bytes)))
    return table(rows, (30, 14, 12))


def _rules(rules: Sequence[RuleDifference]) -> str:
    rows = []
    for rule in rules:
        touched = rule.newly_kept.documents + rule.newly_dropped.documents
        if not touched and rule.bounds_a == rule.bounds_b and rule.fails_a == rule.fails_b:
            continue
        rows.append((-touched, rule))
    if not rows:
        return "no rule decides otherwise"
    lines = [("rule", "fail in A", "in B", "B alone", "A alone")]
    for _, rule in sorted(rows, key=lambda row: (row[0], row[1].id))[:RULES_SHOWN]:
        lines.append(
            (
                rule.id, _count(rule.fails_a), _count(rule.fails_b),
                f"{rule.newly_kept.documents:,}", f"{rule.newly_dropped.documents:,}",
            )
        )  # fmt: skip
        if rule.bounds_a != rule.bounds_b:
            lines.append((f"  {_moved(rule.bounds_a, rule.bounds_b)}", "", "", "", ""))
    if len(rows) > RULES_SHOWN:
        lines.append((f"… and {len(rows) - RULES_SHOWN} more; --json has all", "", "", "", ""))
    return table(lines, (42, 10, 10, 9, 9))


def _moved(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    return f"{bounds_text(before)} → {bounds_text(after)}"


def _count(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"


def _languages(found: RunDifference) -> str:
    changed = [
        row for row in found.languages if row.newly_kept.documents or row.newly_dropped.documents
    ]
    if not changed:
        return ""
    rows: list[tuple[str, ...]] = [("language", "in both", "B alone", "A alone")]
    for row in changed[:LANGUAGES_SHOWN]:
        counts = (row.common, row.newly_kept, row.newly_dropped)
        rows.append((row.language, *(f"{amount.documents:,}" for amount in counts)))
    if len(changed) > LANGUAGES_SHOWN:
        rows.append((f"… and {len(changed) - LANGUAGES_SHOWN} more; --json has all", "", "", ""))
    return table(rows, (42, 10, 9, 9))


def _changed(one: Changed, chars: int) -> str:
    why = one.fails_a if one.kept_in == "B" else one.fails_b
    other = "A" if one.kept_in == "B" else "B"
    head = (
        f"kept by {one.kept_in} alone: {one.id} (doc_id {one.doc_id}, {one.language}); "
        f"{other} drops it by {', '.join(why)}"
    )
    return f"{paragraph(head)}\n{passage(one.text, chars)}"
