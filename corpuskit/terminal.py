"""The table that a person reads when a run is over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

RULES_SHOWN = 15
LANGUAGES_SHOWN = 8


def table(summary: Mapping[str, Any], out: Path) -> str:
    """Write the summary of a run as plain text, at most 80 columns wide."""
    return "\n\n".join(
        part
        for part in (
            _balance(summary),
            _rules(summary),
            _languages(summary),
            _skipped(summary),
            _end(summary, out),
        )
        if part
    )


def _balance(summary: Mapping[str, Any]) -> str:
    documents, volume = summary["documents"], summary["bytes"]
    offered = max(1, documents["in"])
    rows = [("documents", "", "text")]
    for name in ("in", "kept", "dropped", "skipped"):
        share = f"{documents[name] / offered:.1%}"
        size = human_bytes(volume[name]) if name in volume else ""
        rows.append((f"{documents[name]:>12,}  {name}", share, size))
    return _columns(rows, (22, 8, 12))


def _rules(summary: Mapping[str, Any]) -> str:
    fired = [(rule, counts) for rule, counts in summary["rules"].items() if counts["fails"]]
    fired.sort(key=lambda item: (-item[1]["fails"], item[0]))
    rows = [("dropped by rule", "fails", "alone")]
    for rule, counts in fired[:RULES_SHOWN]:
        mark = "" if counts["severity"] == "drop" else " (flag)"
        rows.append((rule + mark, f"{counts['fails']:,}", f"{counts['alone']:,}"))
    if len(fired) > RULES_SHOWN:
        rows.append((f"… and {len(fired) - RULES_SHOWN} more in the report", "", ""))
    return _columns(rows, (52, 12, 12)) if fired else "no rule dropped a document"


def _languages(summary: Mapping[str, Any]) -> str:
    found = list(summary["languages"].items())
    if not found:
        return ""
    rows = [("language", "in", "kept")]
    for code, counts in found[:LANGUAGES_SHOWN]:
        documents = counts["documents"]
        rows.append((code, f"{documents['in']:,}", f"{documents['kept']:,}"))
    if len(found) > LANGUAGES_SHOWN:
        rows.append((f"… and {len(found) - LANGUAGES_SHOWN} more in the report", "", ""))
    return _columns(rows, (52, 12, 12))


def _skipped(summary: Mapping[str, Any]) -> str:
    lines = [f"skipped: {count:,} × {reason}" for reason, count in summary["skipped"].items()]
    lines += [
        f"  {printable(bad['where'])}: {bad['reason']} ({printable(bad['detail'])})"
        for bad in summary["bad_records"][:3]
    ]
    warnings = summary["warnings"]
    if warnings["duplicate_user_ids"]:
        lines.append(f"warning: {warnings['duplicate_user_ids']:,} ids occur more than once")
    if warnings["missing_user_ids"]:
        lines.append(f"warning: {warnings['missing_user_ids']:,} documents have no id")
    return "\n".join(lines)


def _end(summary: Mapping[str, Any], out: Path) -> str:
    duplicates = summary["duplicates"]
    return "\n".join(
        [
            f"duplicates: {duplicates['exact']:,} exact, {duplicates['near']:,} near, "
            f"{duplicates['clusters']:,} clusters",
            f"{summary['seconds']['total']:.1f} s, "
            f"{human_bytes(summary['bytes_per_second'])}/s of text, "
            f"{human_bytes(summary['peak_memory_bytes'])} peak memory, "
            f"{summary['workers']} workers",
            f"report: {out / 'report.html'}",
        ]
    )


def printable(text: str) -> str:
    """Make text from the corpus safe for a terminal: control characters are shown escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def human_bytes(count: float) -> str:
    """Write a number of bytes in decimal units.

    Examples
    --------
    >>> human_bytes(4_770_000)
    '4.8 MB'
    """
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if count < 1000 or unit == "TB":
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    raise AssertionError("unreachable")


def _columns(rows: Iterable[tuple[str, ...]], widths: tuple[int, ...]) -> str:
    lines = []
    for row in rows:
        first, *rest = (printable(cell) for cell in row)
        cells = [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
        lines.append(first.ljust(widths[0]) + "".join(cells))
    return "\n".join(line.rstrip() for line in lines)
