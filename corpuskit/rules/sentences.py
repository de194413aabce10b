"""Rules in plain language, made from their data: what is dropped, where, why, by whose authority.

Nothing here is written by hand for one rule, so a sentence cannot say other than what is decided.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from corpuskit.rules.rule import Bound, Condition, Rule
from corpuskit.schema import OWN

Units = Mapping[str, str]
Phrases = Mapping[str, Callable[[str], str]]
# Units that are said with a number; a ratio and a probability speak for themselves.
_SAID = ("bytes", "characters", "lines", "line feeds", "sentences", "tokens", "words")

# What a document is whose value breaks a bound, and what it is where a condition holds.
_BREAKS: Phrases = {
    "min": lambda bound: f"under {bound}",
    "above": lambda bound: f"{bound} or less",
    "max": lambda bound: f"over {bound}",
    "below": lambda bound: f"{bound} or more",
    "in": lambda bound: f"not {bound}",
    "not_in": lambda bound: bound,
    "is": lambda bound: "false" if bound == "true" else "true",
}
_HOLDS: Phrases = {
    "min": lambda bound: f"at least {bound}",
    "above": lambda bound: f"over {bound}",
    "max": lambda bound: f"at most {bound}",
    "below": lambda bound: f"under {bound}",
    "in": lambda bound: bound,
    "not_in": lambda bound: f"not {bound}",
    "is": lambda bound: bound,
}


def sentence(rule: Rule, units: Units) -> str:
    """Say what a rule does, in one sentence.

    Parameters
    ----------
    units : unit of every feature that the rule uses, as far as it is known.

    Examples
    --------
    >>> guard = Condition("language", (("in", ("en",)),))
    >>> keep = Condition("word_count", (("min", 50), ("max", 100000)))
    >>> sentence(Rule("t.words", keep, when=(guard,)), {"word_count": "words"})
    'Drops a document whose word_count is under 50 or over 100,000 words, where language is en.'
    """
    does = "Drops" if rule.severity == "drop" else "Marks (and keeps)"
    broken = f"{does} a document whose {_said(rule.keep, units, _BREAKS, ' or ')}"
    guards = " and ".join(_said(guard, units, _HOLDS, " and ") for guard in rule.when)
    return f"{broken}, where {guards}." if guards else f"{broken}."


def described(rule: Rule, units: Units) -> dict[str, Any]:
    """Return a rule as JSON data: its sentence first, then what it was made from."""
    return {"id": rule.id, "sentence": sentence(rule, units), **rule.plain()}


def rules_page(rules: tuple[Rule, ...], units: Units) -> str:
    """List rules: id, sentence, why, source where it changes."""
    parts: list[str] = []
    source = ""
    for rule in rules:
        if rule.source != source:
            source = rule.source
            parts += [f"Source: {source}"] if source else []
        parts.append(f"{rule.id}\n  {sentence(rule, units)}\n  Why: {rule.why}")
    return "\n\n".join(parts)


def _said(condition: Condition, units: Units, phrases: Phrases, joined: str) -> str:
    feature = condition.feature
    name = f"own column {feature.removeprefix(OWN)}" if feature.startswith(OWN) else feature
    bounds = joined.join(phrases[side](_written(bound)) for side, bound in condition.bounds)
    number = any(
        isinstance(b, int | float) and not isinstance(b, bool) for _, b in condition.bounds
    )
    unit = units.get(feature, "")
    return f"{name} is {bounds}{f' {unit}' if number and unit in _SAID else ''}"


def _written(bound: Bound) -> str:
    if isinstance(bound, tuple):
        return " or ".join(filter(None, (", ".join(bound[:-1]), *bound[-1:])))
    if isinstance(bound, str):
        return (
            f"{bound} (the value that {bound.removeprefix('p')} % of the documents do not exceed)"
        )
    if isinstance(bound, bool):
        return str(bound).lower()
    return f"{bound:,}"
