"""One bound of one rule, as the command line sets it: ``gopher.too_few_words.min=30``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from corpuskit.config import Entry, nearest, parse_yaml
from corpuskit.errors import ConfigError
from corpuskit.rules.files import own_dtype, read_bound, read_severity
from corpuskit.rules.rule import Rule


@dataclass(frozen=True)
class Argument(Entry):
    """A value that stands on the command line, where there are no lines."""

    def fail(self, problem: str) -> ConfigError:
        """Make the error that names the argument."""
        return ConfigError(f"{self.path}: {problem}")


@dataclass(frozen=True)
class Override:
    """``RULE.SIDE=VALUE``: one bound (or the severity) of one rule, as the command line sets it."""

    rule: str
    side: str
    value: Argument


def parse_override(text: str) -> Override:
    """Take ``gopher.too_few_words.min=30`` apart; the value is read as YAML is.

    Raises
    ------
    ConfigError
        If it has another form.

    Examples
    --------
    >>> change = parse_override("gopher.too_few_words.min=30")
    >>> change.rule, change.side, change.value.value
    ('gopher.too_few_words', 'min', 30)
    """
    where = f"--set {text}"
    name, equals, value = text.partition("=")
    rule, _, side = name.strip().rpartition(".")
    if not equals or not rule or not value.strip():
        raise ConfigError(f"{where}: not a setting; write RULE.SIDE=VALUE, such as set.rule.min=30")
    try:
        entry = parse_yaml(value, where)
    except ConfigError as error:
        raise ConfigError(
            f"{where}: {value.strip()!r} is not a value; write a number, true, false or [a, b]"
        ) from error
    return Override(rule, side, _argument(entry, where))


def _argument(entry: Entry, where: str) -> Argument:
    value = entry.value
    if isinstance(value, list):
        value = [_argument(item, where) for item in value]
    return Argument(value, where, entry.line)


def override(rule: Rule, change: Override, features: Mapping[str, pl.DataType]) -> Rule:
    """Return the rule with one of its bounds, or its severity, set anew.

    Raises
    ------
    ConfigError
        If the rule has no such side, or the bound is of the wrong type.
    """
    if change.side == "severity":
        return replace(rule, severity=read_severity(change.value))
    bounds = dict(rule.keep.bounds)
    if change.side not in bounds:
        known = (*bounds, "severity")
        raise change.value.fail(
            f"{rule.id!r} has no side {change.side!r}; {nearest(change.side, known)}"
        )
    dtype = own_dtype(rule.keep.feature, tuple(bounds)) or features[rule.keep.feature]
    bounds[change.side] = read_bound(change.side, change.value, dtype)
    return replace(rule, keep=replace(rule.keep, bounds=tuple(bounds.items())))
