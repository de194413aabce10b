"""Rules are data: one column, the range to keep, a reason. Deciding adds one Boolean per rule.

A rule never reads text and never computes: a rule that needs arithmetic is a missing feature.
Every document carries *all* the rules that it fails, so that a rule's cost can be seen alone and
together. Reasons become text only on output (`reasons`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import polars as pl

from corpuskit.config import Entry, load_yaml, nearest, parse_yaml
from corpuskit.errors import ConfigError
from corpuskit.schema import DOC_ID, FAILS, KEEP, REASON, REASONS

BOUNDS = ("min", "above", "max", "below", "in", "not_in", "is")
Bound = float | int | bool | str | tuple[str, ...]
Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

_KEEPS: dict[str, Callable[[pl.Expr, Any], pl.Expr]] = {
    "min": lambda column, bound: column >= bound,
    "above": lambda column, bound: column > bound,
    "max": lambda column, bound: column <= bound,
    "below": lambda column, bound: column < bound,
    "in": lambda column, bound: column.is_in(list(bound)),
    "not_in": lambda column, bound: ~column.is_in(list(bound)),
    "is": lambda column, bound: column == bound,
}


@dataclass(frozen=True)
class Condition:
    """A column and what its value must be: a range (`min`/`above` … `max`/`below`), a set, a truth.

    bounds : pairs (side, bound) in the order of `BOUNDS`.
    """

    feature: str
    bounds: tuple[tuple[str, Bound], ...]

    def holds(self) -> pl.Expr:
        """Return the Boolean expression of this condition."""
        column = pl.col(self.feature)
        sides = [_KEEPS[side](column, bound) for side, bound in self.bounds]
        return pl.all_horizontal(sides) if len(sides) > 1 else sides[0]

    def plain(self) -> dict[str, Any]:
        """Return the condition as JSON data."""
        bounds = {k: list(v) if isinstance(v, tuple) else v for k, v in self.bounds}
        return {"feature": self.feature, **bounds}


@dataclass(frozen=True)
class Rule:
    """What a document must satisfy to be kept, under guards; `id` is ``ruleset.rule``.

    The rule passes where one of its guards (`when`) does not hold. `severity` is ``drop`` or
    ``flag``; a flag is counted and shown, and drops nothing.
    """

    id: str
    keep: Condition
    when: tuple[Condition, ...] = ()
    severity: str = "drop"
    why: str = ""
    source: str = ""

    def fails(self) -> pl.Expr:
        """Return the Boolean column ``fails.<id>``."""
        failed = ~self.keep.holds()
        for guard in self.when:
            failed = guard.holds() & failed
        return failed.alias(FAILS + self.id)

    def plain(self) -> dict[str, Any]:
        """Return the rule as JSON data, for plans and summaries."""
        bounds = self.keep.plain()
        return {
            "feature": bounds.pop("feature"),
            "bounds": bounds,
            "when": [guard.plain() for guard in self.when],
            "severity": self.severity,
            "why": self.why,
            "source": self.source,
        }


def load_rule_set(path: Path, features: Mapping[str, pl.DataType]) -> tuple[Rule, ...]:
    """Read the rules of one YAML file.

    Parameters
    ----------
    path : file of one rule set.
    features : name and dtype of every column that a rule may use.

    Raises
    ------
    ConfigError
        With ``path:line`` for an unknown key, feature or severity, a bound of the wrong type,
        two bounds on one side, a rule without a bound, or an id given twice.
    """
    entry = load_yaml(path)
    keys = entry.mapping(("name", "source", "why", "when", "rules"), required=("name", "rules"))
    name = _identifier(keys["name"])
    source = keys["source"].text() if "source" in keys else ""
    common = _guards(keys.get("when"), features)
    rules: list[Rule] = []
    for item in keys["rules"].items():
        rule = _rule(item, name, source, common, features)
        if any(rule.id == other.id for other in rules):
            raise item.fail(f"the rule {rule.id!r} is given twice; rename one")
        rules.append(rule)
    return tuple(rules)


def _rule(
    entry: Entry,
    set_name: str,
    source: str,
    common: tuple[Condition, ...],
    features: Mapping[str, pl.DataType],
) -> Rule:
    known = ("id", "feature", *BOUNDS, "when", "severity", "why", "source")
    keys = entry.mapping(known, required=("id", "feature", "why"))
    return Rule(
        id=f"{set_name}.{_identifier(keys['id'])}",
        keep=_condition(entry, keys, features),
        when=common + _guards(keys.get("when"), features),
        severity=_severity(keys["severity"]) if "severity" in keys else "drop",
        why=keys["why"].text(),
        source=keys["source"].text() if "source" in keys else source,
    )


def _severity(entry: Entry) -> str:
    if entry.text() not in ("drop", "flag"):
        raise entry.fail(f"severity is {entry.text()!r}; write drop or flag")
    return entry.text()


def _identifier(entry: Entry) -> str:
    name = entry.text()
    if not name.replace("_", "").replace("-", "").isalnum() or not name.isascii():
        raise entry.fail(f"{name!r} is not a plain name; use letters, digits, _ and -")
    return name


def _guards(entry: Entry | None, features: Mapping[str, pl.DataType]) -> tuple[Condition, ...]:
    if entry is None:
        return ()
    entries = entry.items() if isinstance(entry.value, list) else [entry]
    return tuple(
        _condition(item, item.mapping(("feature", *BOUNDS), required=("feature",)), features)
        for item in entries
    )


def _condition(
    entry: Entry, keys: dict[str, Entry], features: Mapping[str, pl.DataType]
) -> Condition:
    feature = keys["feature"].text()
    if feature not in features:
        raise keys["feature"].fail(f"unknown feature {feature!r}; {nearest(feature, features)}")
    sides = [side for side in BOUNDS if side in keys]
    if not sides:
        raise entry.fail(f"no bound on {feature!r}; give one of {', '.join(BOUNDS)}")
    lower, upper = {"min", "above"} & set(sides), {"max", "below"} & set(sides)
    others = set(sides) - lower - upper
    if len(lower) > 1 or len(upper) > 1 or len(others) > 1 or (others and (lower or upper)):
        raise entry.fail(f"the bounds {', '.join(sides)} do not go together; make two rules")
    return Condition(feature, tuple((s, _bound(s, keys[s], features[feature])) for s in sides))


def _bound(side: str, entry: Entry, dtype: pl.DataType) -> Bound:
    if side in ("in", "not_in"):
        if dtype != pl.String:
            raise entry.fail(f"{side!r} needs a text feature, this one is {dtype}; use min or max")
        return tuple(item.text() for item in entry.items())
    if side == "is":
        if dtype != pl.Boolean:
            raise entry.fail(f"'is' needs a true/false feature, this one is {dtype}; use min, in")
        return entry.flag()
    if not dtype.is_numeric():
        raise entry.fail(f"{side!r} needs a number, this feature is {dtype}; use in, not_in or is")
    return entry.number()


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
        return replace(rule, severity=_severity(change.value))
    bounds = dict(rule.keep.bounds)
    if change.side not in bounds:
        known = (*bounds, "severity")
        raise change.value.fail(
            f"{rule.id!r} has no side {change.side!r}; {nearest(change.side, known)}"
        )
    bounds[change.side] = _bound(change.side, change.value, features[rule.keep.feature])
    return replace(rule, keep=replace(rule.keep, bounds=tuple(bounds.items())))


def rule_from_plain(name: str, plain: Mapping[str, Any]) -> Rule:
    """Make a rule again from what `Rule.plain` gave, as plans and summaries hold it."""
    return Rule(
        id=name,
        keep=_condition_from_plain({"feature": plain["feature"], **plain["bounds"]}),
        when=tuple(_condition_from_plain(guard) for guard in plain["when"]),
        severity=plain["severity"],
        why=plain["why"],
        source=plain["source"],
    )


def _condition_from_plain(plain: Mapping[str, Any]) -> Condition:
    sides = {side: plain[side] for side in BOUNDS if side in plain}
    bounds = ((k, tuple(v) if isinstance(v, list) else v) for k, v in sides.items())
    return Condition(plain["feature"], tuple(bounds))


def check_unique(rules: Iterable[Rule]) -> None:
    """Refuse two rules of one id.

    Raises
    ------
    ConfigError
        Naming the id.
    """
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise ConfigError(f"recipe: the rule {rule.id!r} comes from two rule sets; rename one")
        seen.add(rule.id)


def decide(scores: Frame, rules: Sequence[Rule]) -> Frame:
    """Add ``fails.<id>`` for every rule, and `keep` = no dropping rule failed.

    Parameters
    ----------
    scores : frame with a column for every feature that the rules use, without nulls.

    Examples
    --------
    >>> rule = Rule("toy.too_few_words", Condition("word_count", (("min", 2),)))
    >>> decide(pl.DataFrame({"word_count": [1, 2]}), [rule])["keep"].to_list()
    [False, True]
    """
    dropping = [FAILS + rule.id for rule in rules if rule.severity == "drop"]
    keep = ~pl.any_horizontal(dropping) if dropping else pl.lit(True)
    decided = scores.with_columns([rule.fails() for rule in rules])
    return decided.with_columns(keep.alias(KEEP))


def reasons(decided: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    """List why each dropped document was dropped: one row (doc_id, reasons) per such document.

    `reasons` is a list of {rule, feature, value, bound, side} in the order of the rules; value
    and bound are text, since features are numbers, words and truths. Flags are not reasons.
    """
    parts = [
        part
        for number, rule in enumerate(rules)
        if rule.severity == "drop" and decided[FAILS + rule.id].any()
        for side, bound in rule.keep.bounds
        if (part := _failures(decided, rule, number, side, bound)).height
    ]
    if not parts:
        return pl.DataFrame(schema={DOC_ID: pl.UInt64, REASONS: pl.List(REASON)})
    rows = pl.concat(parts).sort("row", "number", maintain_order=True)
    grouped = rows.group_by("row", maintain_order=True).agg(
        pl.struct(list(REASON.to_schema())).alias(REASONS)
    )
    return grouped.select(decided[DOC_ID].gather(grouped["row"]), REASONS)


def _failures(
    decided: pl.DataFrame, rule: Rule, number: int, side: str, bound: Bound
) -> pl.DataFrame:
    values = decided[rule.keep.feature]
    held = decided.select(_KEEPS[side](pl.col(rule.keep.feature), bound)).to_series()
    rows = np.flatnonzero(decided[FAILS + rule.id].to_numpy() & ~held.to_numpy())
    facts = {"rule": rule.id, "feature": rule.keep.feature}
    return pl.DataFrame(
        {
            "row": pl.Series(rows, dtype=pl.UInt32),
            "number": pl.Series([number], dtype=pl.UInt32).new_from_index(0, len(rows)),
            **{
                name: pl.Series([fact]).new_from_index(0, len(rows)) for name, fact in facts.items()
            },
            "value": values.gather(rows).cast(pl.String),
            "bound": pl.Series([_written(bound)]).new_from_index(0, len(rows)),
            "side": pl.Series([side]).new_from_index(0, len(rows)),
        }
    )


def _written(bound: Bound) -> str:
    if isinstance(bound, tuple):
        return ",".join(bound)
    return str(bound).lower() if isinstance(bound, bool) else str(bound)


def count_failures(decided: pl.DataFrame, rules: Sequence[Rule]) -> dict[str, dict[str, int]]:
    """Count documents per rule: `fails`; `alone` (no other dropping rule failed); `first`.

    `first` counts the documents for which this is the first dropping rule that failed, in recipe
    order: the funnel, whose sum is the number of dropped documents.
    """
    if not rules:
        return {}
    failed = decided.select(FAILS + rule.id for rule in rules).to_numpy()
    drops = np.array([rule.severity == "drop" for rule in rules])
    together = failed[:, drops].sum(axis=1, dtype=np.int64)
    fails = failed.sum(axis=0)
    alone = (failed & (together[:, None] == drops)).sum(axis=0)
    dropping = failed & drops
    first = np.bincount(dropping[dropping.any(axis=1)].argmax(axis=1), minlength=len(rules))
    return {
        rule.id: {"fails": int(fails[i]), "alone": int(alone[i]), "first": int(first[i])}
        for i, rule in enumerate(rules)
    }
