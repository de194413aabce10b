"""What a person reads in the terminal when a run is over: its table, and its verdict."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from corpuskit.report.duplicates import keep_notes, sentence
from corpuskit.report.pretrain import CHECKS, check_name, check_row
from corpuskit.report.repeats import repeats_rows
from corpuskit.report.sentences import parameters
from corpuskit.report.wording import NOTHING, jaccard, rough

COLUMNS = 80
TOLD = ("warn", "bad", "open")  # what a check must be to have its advice printed
RULES_SHOWN = 15
LANGUAGES_SHOWN = 8
EXAMPLES_TOLD = 2  # repeated lines of one cause
GUARDS_TOLD = 3
GUARD_LINES = 10  # of each document beside a warning
BETWEEN = " │ "


def table(summary: Mapping[str, Any], out: Path) -> str:
    """Write the summary of a run as plain text, at most 80 columns wide."""
    return "\n\n".join(
        part
        for part in (
            _balance(summary),
            _rules(summary),
            _languages(summary),
            _skipped(summary),
            _repeats(summary),
            _end(summary, out),
            _guards(summary),
        )
        if part
    )


def verdict_table(verdict: Mapping[str, Any], out: Path) -> str:
    """Write the verdict of the pretraining step as plain text, at most 80 columns wide.

    Only the path of the report, which nobody could use in pieces, may be longer.

    Parameters
    ----------
    verdict : what verdict.json holds.
    out : the folder of the run.
    """
    by_id = {check["id"]: check for check in verdict["checks"]}
    waiting = verdict["waiting"]
    checks = [check_row(name, by_id.get(name), waiting) for name in CHECKS]
    parts = [
        _answer(verdict),
        "\n".join(_check_line(check) for check in checks),
        "\n".join(_advice(check) for check in checks if check["style"] in TOLD),
        "\n".join(wrapped(f"limit: {limit}", "  ") for limit in verdict["limits"]),
        wrapped(f"some checks wait for a trained model: {waiting}", "  ") if waiting else "",
        f"report: {out / 'report.html'}",
    ]
    return "\n\n".join(part for part in parts if part)


def checks_table(checks: Sequence[Mapping[str, Any]]) -> str:
    """Write checks, as verdict.json has them, as one line each and their advice."""
    rows = [check_row(check["id"], check, None) for check in checks]
    lines = "\n".join(_check_line(row) for row in rows)
    return lines + "\n\n" + "\n".join(_advice(row) for row in rows)


def _answer(verdict: Mapping[str, Any]) -> str:
    stated = verdict["target"]
    passes = "pass" if stated["epochs"] == 1 else "passes"
    head = (
        f"{verdict['verdict']} for {parameters(stated['params'])} parameters, "
        f"{stated['epochs']:,} {passes}"
    )
    binding = verdict["binding"]
    lines = [wrapped(head), wrapped(verdict["sentence"])]
    if binding is not None:
        name, amount = check_name(binding["check"]), binding["amount"]
        lines.append(wrapped(f"what binds: {name}" + (f": {amount}" if amount else ""), "  "))
    return "\n".join(lines)


def _check_line(check: Mapping[str, Any]) -> str:
    """Write a check as one line: status, name, numbers, and as much of what they are as fits."""
    head = f"{check['word']:<11}{check['name']:<18} "
    if check["style"] == "absent":
        return head.rstrip()
    numbers = check["value"] + (f" ({check['interval']})" if check["interval"] else "")
    if check["value"] == NOTHING:
        numbers = "not judged"
    elif check["threshold"]:
        numbers += f" against {check['threshold']}"
    if check["state"] and check["state"] != "OK":
        numbers = f"{check['state']}, {numbers}"
    return _line(f"{head}{numbers}: {check['measure']}")


def _line(text: str) -> str:
    """Cut a line, made printable, to what fits."""
    line = printable(text)
    if width(line) <= COLUMNS:
        return line
    while width(line) > COLUMNS - 1:
        line = line[:-1]
    return line + "…"


def _advice(check: Mapping[str, Any]) -> str:
    return wrapped(f"{check['name']}: {check['advice']}", "  ")


def wrapped(text: str, indent: str = "") -> str:
    """Break text from anywhere into lines of at most 80 columns; wide characters take two.

    Parameters
    ----------
    indent : what lines after the first begin with.

    Examples
    --------
    >>> print(wrapped("word " * 20, "  "))
    word word word word word word word word word word word word word word word word
      word word word word
    """
    lines = [""]
    for word in printable(" ".join(text.split())).split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1].strip() else lines[-1] + word
        if width(joined) <= COLUMNS:
            lines[-1] = joined
            continue
        lines += [indent] if lines[-1].strip() else []
        for character in word:
            if width(lines[-1] + character) > COLUMNS:
                lines.append(indent)
            lines[-1] += character
    return "\n".join(lines)


def width(text: str) -> int:
    """Count the columns that a terminal needs for a text.

    Examples
    --------
    >>> width("ab"), width("中文")
    (2, 4)
    """
    return sum(
        0 if unicodedata.combining(character)
        else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )  # fmt: skip


def folded(text: str, columns: int) -> list[str]:
    """Fold a line, made printable, at spaces where there are some, else anywhere."""
    lines, current, used, space = [], "", 0, -1
    for char in printable(text):
        if used + width(char) > columns:
            cut = space if space > 0 else len(current)
            lines.append(current[:cut].rstrip())
            current = current[cut:].lstrip()
            used, space = width(current), -1
        if char == " ":
            space = len(current)
        current += char
        used += width(char)
    return [*lines, current.rstrip()]


def beside(texts: Sequence[str], lines: int) -> str:
    """Set texts from anywhere side by side, as columns of one width, cut after some lines.

    Examples
    --------
    >>> print(beside(["one", "two\\n\\nthree"], 2))
    one                                    │ two
                                           │ three
    """
    wide = (COLUMNS - len(BETWEEN) * (len(texts) - 1)) // len(texts)
    columns = [_column(text, wide, lines) for text in texts]
    rows = zip_longest(*columns, fillvalue="")
    return "\n".join(
        BETWEEN.join(cell + " " * (wide - width(cell)) for cell in row).rstrip() for row in rows
    )


def _column(text: str, wide: int, lines: int) -> list[str]:
    shown = text[: wide * lines * 4]  # what folds away is not looked at
    parts = (" ".join(line.split()) for line in shown.split("\n"))
    folds = [fold for part in parts if part for fold in folded(part, wide)]
    if len(folds) > lines or len(shown) < len(text):
        folds = [*folds[: lines - 1], "…"]
    return folds


def _guards(summary: Mapping[str, Any]) -> str:
    """Warn of what takes more than a guard allows, with documents to read."""
    guards = summary["duplicates"].get("guards")
    if not guards or not guards["warnings"]:
        return ""
    told = guards["warnings"][:GUARDS_TOLD]
    untold = sum(guards["found"].values()) - len(told)
    parts = ["!" * COLUMNS]
    for warning in told:
        shown = [warning["representative"], *warning["members"]]
        head = f"WARNING: {sentence(warning)}"
        texts = [f"{_member_line(one)}\n{one['text'] or ''}" for one in shown]
        parts += [wrapped(head, "  "), beside(texts, GUARD_LINES)]
    more = f"{untold:,} more such warnings are in summary.json. " if untold else ""
    parts.append(wrapped(f"{more}Read them before you believe this run: corpuskit clusters RUN"))
    return "\n\n".join([*parts, "!" * COLUMNS])


def _member_line(one: Mapping[str, Any]) -> str:
    if one.get("in_index"):
        return f"stands for them: a document of an index, {one['id']}\n"
    if one["kind"] == "representative":
        return f"stays: {one['id']}\n"
    return f"removed, {jaccard(one['jaccard'])}: {one['id']}\n"


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
    table = _columns(rows, (52, 12, 12)) if fired else "no rule dropped a document"
    return "\n".join([table, *_odd_rules(summary)])


def _odd_rules(summary: Mapping[str, Any]) -> list[str]:
    """Say in a sentence each which rules every document failed, and how many none did."""
    lines = [
        wrapped(f"warning: every document fails {rule}; look at its bound", "  ")
        for rule in summary.get("rules_always_failed", ())
    ]
    never, known = len(summary.get("rules_never_failed", ())), len(summary["rules"])
    if never:
        lines.append(f"{never} of {known} rules never fired; --json and the report name them")
    return lines


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


def _repeats(summary: Mapping[str, Any]) -> str:
    """Say which repeated lines were taken out, and one of each that went most often."""
    found = summary.get("repeats")
    if not found:
        return ""
    rows = [("repeated lines taken out", "lines", "characters", "share")]
    lines = []
    for row in repeats_rows(found):
        rows.append(
            (
                f"  {str(row['name']).lower()}",
                f"{row['lines']:,}",
                rough(row["chars"]),
                row["share"],
            )
        )
        lines += [
            _line(f"    {line['times']:,} × {line['text'][:COLUMNS]}")
            for line in row["examples"][:EXAMPLES_TOLD]
        ]
    return "\n".join([_columns(rows, (46, 13, 13, 8)), *lines])


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
    gaps = [name.replace("_", " ") for name in summary.get("not_measured", ())]
    told = f"not measured: {', '.join(gaps)}; add --coverage to have them"
    return "\n".join(
        [
            *([wrapped(told, "  ")] if gaps else []),
            f"duplicates: {duplicates['exact']:,} exact, {duplicates['near']:,} near, "
            f"{duplicates['clusters']:,} clusters",
            *_indexes(duplicates),
            *(wrapped(str(told), "  ") for told in keep_notes(duplicates)),
            f"{summary['seconds']['total']:.1f} s, "
            f"{human_bytes(summary['bytes_per_second'])}/s of text, "
            f"{human_bytes(summary['peak_memory_bytes'])} peak memory, "
            f"{summary['workers']} workers",
            f"report: {out / 'report.html'}",
        ]
    )


def _indexes(duplicates: Mapping[str, Any]) -> list[str]:
    """Say how many documents repeat one of an index, and which indexes stood by."""
    named = [f"{one['index']} ({one['documents']:,} documents)"
             for one in duplicates.get("indexes", ())]  # fmt: skip
    matches = duplicates.get("index_matches", 0)
    told = f"  {matches:,} of them repeat a document of an index: {', '.join(named)}"
    return [wrapped(told, "  ")] if named else []


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
