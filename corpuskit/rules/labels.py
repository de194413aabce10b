"""Languages in rules, written as the labels of the model that measured them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from corpuskit.errors import ConfigError
from corpuskit.languages import LANGUAGES, UNDETERMINED, normalise_all
from corpuskit.rules.rule import Bound, Condition, Rule


def with_labels(rules: Iterable[Rule], labels: Sequence[str]) -> tuple[Rule, ...]:
    """Return the rules with every code of `language` as labels of a model.

    A language that this model does not know, but that is one, stays as it is: a rule for Thai is
    no mistake beside a model of Chinese and English, it only never applies.

    Raises
    ------
    ConfigError
        With ``path:line`` and the nearest language, for a code that means nothing.
    """
    return tuple(
        replace(
            rule,
            keep=_labelled(rule.keep, labels),
            when=tuple(_labelled(guard, labels) for guard in rule.when),
        )
        for rule in rules
    )


def labelled(codes: Sequence[str], labels: Sequence[str], place: str) -> tuple[str, ...]:
    """Return the labels that codes mean; an unknown one is refused at its place."""
    try:
        return normalise_all(codes, labels)
    except ConfigError as error:
        raise ConfigError(f"{place}: {error}" if place else str(error)) from error


def _labelled(condition: Condition, labels: Sequence[str]) -> Condition:
    if condition.feature != "language":
        return condition
    bounds: list[tuple[str, Bound]] = [
        (side, _all_labels(bound, labels, condition.place) if isinstance(bound, tuple) else bound)
        for side, bound in condition.bounds
    ]
    return replace(condition, bounds=tuple(bounds))


def _all_labels(codes: Sequence[str], labels: Sequence[str], place: str) -> tuple[str, ...]:
    found: list[str] = []
    for code in codes:
        try:
            found += (UNDETERMINED,) if code == UNDETERMINED else normalise_all([code], labels)
        except ConfigError:
            labelled([code], tuple(LANGUAGES), place)  # is it a language at all?
            found.append(code)
    return tuple(dict.fromkeys(found))
