"""Made documents just inside and just outside the bound of a rule, judged through the features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import polars as pl

from corpuskit.features import Measured
from corpuskit.features.groups import groups, measure
from corpuskit.features.language import load_model
from corpuskit.rules import decide
from tests.published.rule_sets import rules_of

GROUPS = ("characters", "chinese", "lines", "repetition", "mapneo", "language")
SEVERAL = "".join(map(chr, range(0x4E00, 0x4E00 + 2000)))  # 2,000 different Han characters


@dataclass(frozen=True)
class Pair:
    """Two texts: the rule passes the first and fails the second."""

    inside: str
    outside: str


@cache
def _failed(name: str, texts: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    rules = rules_of(name)
    scores = measure(Measured(pl.Series(texts, dtype=pl.String)), groups(load_model(), GROUPS))
    decided = decide(scores, rules)
    return tuple(
        frozenset(
            rule.id.removeprefix(f"{name}.") for rule in rules if decided[f"fails.{rule.id}"][row]
        )
        for row in range(len(texts))
    )


def failed(name: str, text: str) -> frozenset[str]:
    """Name the rules of a set that a text fails."""
    return _failed(name, (text,))[0]


def outcome(name: str, pairs: Mapping[str, Pair], rule: str) -> tuple[bool, bool]:
    """Tell whether the inner and the outer text of a rule fail it; all pairs are judged at once."""
    texts = tuple(text for pair in pairs.values() for text in (pair.inside, pair.outside))
    failures, place = _failed(name, texts), 2 * list(pairs).index(rule)
    return rule in failures[place], rule in failures[place + 1]


def untried(name: str, pairs: Mapping[str, Pair]) -> set[str]:
    """Name rules without a pair, pairs without a rule, and rules of more bounds than one."""
    ids = {rule.id.removeprefix(f"{name}."): len(rule.keep.bounds) for rule in rules_of(name)}
    return (ids.keys() ^ pairs.keys()) | {rule for rule, bounds in ids.items() if bounds != 1}


def lines(*lengths: int, character: str = "中") -> str:
    """Make lines of one character, of these lengths."""
    return "\n".join(character * length for length in lengths)


def endings(ending: str, count: int, of: int) -> str:
    """Make lines, the first `count` of them with this ending."""
    return "\n".join(f"第{k}行{ending if k < count else '字'}" for k in range(of))


def openings(opening: str, count: int, of: int) -> str:
    """Make lines, the first `count` of them with this opening."""
    return "\n".join(f"{opening if k < count else '字'}第{k}行" for k in range(of))


def often(gram: str, count: int, length: int, letters: str = SEVERAL) -> str:
    """Make a text of this length with a gram so often and nothing else twice."""
    text = "".join(gram + letters[k] for k in range(count))
    return text + letters[count : count + length - len(text)]
