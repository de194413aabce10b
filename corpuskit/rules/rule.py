"""A rule: one column, the range to keep, a reason; and its form in plans and summaries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from corpuskit.errors import ConfigError
from corpuskit.schema import FAILS

NUMBERS = ("min", "above", "max", "below")
BOUNDS = (*NUMBERS, "in", "not_in", "is")
Bound = float | int | bool | str | tuple[str, ...]

KEEPS: dict[str, Callable[[pl.Expr, Any], pl.Expr]] = {
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

    bounds : pairs (side, bound) in the order of `BOUNDS`. A text where a number belongs is a
        quantile, ``p10``, until scores exist (`corpuskit.rules.quantiles`).
    place : ``path:line``, where it was read from a file.
    """

    feature: str
    bounds: tuple[tuple[str, Bound], ...]
    place: str = field(default="", compare=False, repr=False)

    def holds(self) -> pl.Expr:
        """Return the Boolean expression of this condition."""
        for side, bound in self.quantiles():
            raise ConfigError(
                f"{self.place or self.feature}: {side} {bound} has no number without scores; "
                "resolve it with corpuskit.rules.quantiles.resolve"
            )
        column = pl.col(self.feature)
        sides = [KEEPS[side](column, bound) for side, bound in self.bounds]
        return pl.all_horizontal(sides) if len(sides) > 1 else sides[0]

    def quantiles(self) -> list[tuple[str, str]]:
        """List the bounds that are quantiles: side and ``p10``."""
        return [(side, b) for side, b in self.bounds if side in NUMBERS and isinstance(b, str)]

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

    def conditions(self) -> tuple[Condition, ...]:
        """Return what it needs a column for: what is kept, then the guards."""
        return (self.keep, *self.when)

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


def flagging(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """Return rules that flag and drop nothing."""
    return tuple(replace(rule, severity="flag") for rule in rules)
