"""A calibration as a rule set in YAML, and as a table: one rule per threshold."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from corpuskit.errors import ConfigError
from corpuskit.languages import language_name
from corpuskit.report.sentences import bounded
from corpuskit.report.wording import count, plain, share
from corpuskit.rules import Condition
from corpuskit.tuning.calibrate import Calibration, LeftOut, Threshold
from corpuskit.tuning.page import paragraph, table
from corpuskit.writers import write_text

NAME = "calibrated"
ROWS_SHOWN = 60
LEFT_OUT_SHOWN = 12


def set_name(path: Path | None) -> str:
    """Name a rule set after its file.

    Examples
    --------
    >>> set_name(Path("out/my rules.yaml")), set_name(None)
    ('my_rules', 'calibrated')
    """
    return (re.sub(r"[^A-Za-z0-9_-]+", "_", path.stem).strip("_") if path else "") or NAME


def check_place(path: Path, overwrite: bool) -> None:
    """Refuse a place that recipes would not find as a file, or that holds one already.

    Raises
    ------
    ConfigError
        Naming the place.
    """
    if path.suffix not in (".yaml", ".yml"):
        raise ConfigError(f"--out {path}: is no rule file; give a name that ends in .yaml")
    if path.exists() and not overwrite:
        raise ConfigError(f"--out {path}: is there already; add --overwrite to replace it")


def write_rule_file(found: Calibration, path: Path) -> None:
    """Write the rule set; ``corpuskit clean --rules PATH`` reads it."""
    write_text(path, rule_file(found, set_name(path)))


def rule_file(found: Calibration, name: str = NAME) -> str:
    """Write a calibration as a rule set: the same calibration gives the same text."""
    reference = ", ".join(found.reference)
    sets = ", ".join(dict.fromkeys(t.rule.partition(".")[0] for t in found.thresholds))
    languages = ", ".join(found.languages)
    lines = [
        f"name: {name}",
        _line("source", f"Quantiles of {reference} ({count(found.documents)} documents), found by "
              f"corpuskit calibrate with a drop share of {plain(found.share)}."),
        _line("why", f"The rules of {sets or 'no set'} with bounds of {reference} in place of the "
              f"published ones, for {languages}; other languages pass."),
    ]  # fmt: skip
    names = Counter(_id(threshold) for threshold in found.thresholds)
    rules = [_rule(threshold, reference, names) for threshold in found.thresholds]
    lines.append("rules:" if rules else "rules: []")
    return "\n".join([*lines, *rules]) + "\n"


def _id(threshold: Threshold) -> str:
    return f"{threshold.rule.partition('.')[2]}_{threshold.language}"


def _rule(threshold: Threshold, reference: str, names: Counter[str]) -> str:
    name = _id(threshold)
    if names[name] > 1:
        name = f"{threshold.rule.partition('.')[0]}_{name}"
    own = Condition("language", (("in", (threshold.language,)),))
    lines = [
        f"  - id: {name}",
        f"    feature: {threshold.feature}",
        f"    {threshold.side}: {json.dumps(threshold.bound)}",
        "    when:",
        *(f"      - {_flow(guard.plain())}" for guard in (own, *threshold.when)),
        *(["    severity: flag"] if threshold.severity == "flag" else []),
        "    " + _line("why", why(threshold, reference)),
    ]
    return "\n".join(lines)


def why(threshold: Threshold, reference: str) -> str:
    """Say in one sentence where a bound comes from."""
    number, dropped = threshold.documents, threshold.dropped
    return (
        f"Drops {share(dropped, number)} ({count(dropped)} of {count(number)}) of the documents of "
        f"{reference} in {language_name(threshold.language)}; {threshold.rule} keeps "
        f"{bounded(dict([threshold.published]))}."
    )


def _line(key: str, text: str) -> str:
    return f"{key}: {json.dumps(text, ensure_ascii=False)}"


def _flow(plain_: dict[str, Any]) -> str:
    """Write a guard on one line; all texts are quoted, since ``no`` is Norwegian."""
    pairs = (f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in plain_.items())
    return "{" + ", ".join(pairs) + "}"


def calibration_page(found: Calibration, out: Path) -> str:
    """Write the proposed bounds as a table at most 80 columns wide."""
    rows: list[tuple[str, ...]] = [("rule, language", "published", "proposed", "drops")]
    for threshold in found.thresholds[:ROWS_SHOWN]:
        side, bound = threshold.published
        rows.append(
            (
                f"{threshold.rule}, {threshold.language}",
                f"{side} {plain(bound)}",
                f"{threshold.side} {plain(threshold.bound)}",
                share(threshold.dropped, threshold.documents),
            )
        )
    if len(found.thresholds) > ROWS_SHOWN:
        more = len(found.thresholds) - ROWS_SHOWN
        rows.append((f"… and {more} more in {out}", "", "", ""))
    languages = ", ".join(f"{name} {count(number)}" for name, number in found.languages.items())
    parts = [
        paragraph(f"{', '.join(found.reference)}: {count(found.documents)} documents; {languages}"),
        table(rows, (44, 13, 13, 9)),
        left_out_page(found),
        paragraph(f"rules: {out}  (corpuskit clean … --rules {rules_word(out)})"),
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part)


def left_out_page(found: Calibration) -> str:
    """Name what got no bound, and count the records that could not be read."""
    skipped = sum(found.skipped.values())
    hidden = len(found.left_out) - LEFT_OUT_SHOWN
    lines = [_left_out(row) for row in found.left_out[:LEFT_OUT_SHOWN]]
    lines += [f"… and {hidden} more without a bound; --json has all"] if hidden > 0 else []
    lines += [f"{count(skipped)} records could not be read"] if skipped else []
    return "\n".join(lines)


def rules_word(out: Path) -> str:
    """Write a path as --rules takes it."""
    return str(out) if out.is_absolute() or "/" in str(out) else f"./{out}"


def _left_out(row: LeftOut) -> str:
    what = ", ".join(part for part in (row.rule, row.language) if part)
    return paragraph(f"no bound for {what}: {row.why}")
