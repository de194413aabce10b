"""Rules are data: one column, the range to keep, a reason. Deciding adds one Boolean per rule.

A rule never reads text and never computes: a rule that needs arithmetic is a missing feature.
What rules are is in `rule`, their files in `files`, what they say of documents in `deciding`.
"""

from __future__ import annotations

from corpuskit.rules.deciding import Frame, count_failures, decide, reasons
from corpuskit.rules.files import load_rule_set
from corpuskit.rules.overrides import Argument, Override, override, parse_override
from corpuskit.rules.rule import (
    BOUNDS,
    Bound,
    Condition,
    Rule,
    check_unique,
    rule_from_plain,
)

__all__ = [
    "BOUNDS",
    "Argument",
    "Bound",
    "Condition",
    "Frame",
    "Override",
    "Rule",
    "check_unique",
    "count_failures",
    "decide",
    "load_rule_set",
    "override",
    "parse_override",
    "reasons",
    "rule_from_plain",
]
