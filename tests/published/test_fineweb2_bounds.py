"""Every bound of FineWeb-2's 42 rule sets has a text just inside and one just outside.

The texts are made for a bound, measured as text in the language of its set, and decided by the
whole set; what is looked at is the one rule.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import polars as pl
import pytest

from corpuskit.features import Measured
from corpuskit.features.fineweb2 import table
from corpuskit.features.groups import BY_LANGUAGE, TEXT_GROUPS, all_columns, measure
from corpuskit.rules import Rule, decide, load_rule_set
from scripts import make_fineweb2 as script

NAMES = tuple(script.rows())
RULES = {
    name: load_rule_set(script.RULES / "fineweb2" / f"{name}.yaml", all_columns()) for name in NAMES
}
GROUPS = ("lines",)
LINES = 1_000
Pair = tuple[str, str]  # inside, outside


def counts(bound: float, side: str, whole: int = LINES) -> tuple[int, int]:
    """Return the last part of a whole that a bound keeps, and the first that it drops."""
    exact = Fraction(str(bound)) * whole
    return (
        (math.floor(exact), math.floor(exact) + 1)
        if side == "max"
        else (math.ceil(exact), math.ceil(exact) - 1)
    )


def lengths(repeated: int, bound: float) -> tuple[int, int]:
    """Return the shortest text in which so many characters are within a bound, and one less."""
    shortest = math.ceil(repeated / Fraction(str(bound)))
    return shortest, shortest - 1


def two(make: Callable[[int], str], values: tuple[int, int]) -> Pair:
    return make(values[0]), make(values[1])


def lines(first: str, others: str) -> Callable[[int], str]:
    """Make 1,000 lines, so many of the first kind; each line is its own."""

    def make(count: int) -> str:
        return "\n".join((first if k < count else others).format(k) for k in range(LINES))

    return make


def tokens(first: str, others: str) -> Callable[[int], str]:
    return lambda count: " ".join([first] * count + [others] * (LINES - count))


def repeated_lines(count: int) -> str:
    return "\n".join(["again"] * (count + 1) + [f"line {k}" for k in range(LINES - count - 1)])


def line_feeds(count: int) -> str:
    return "a\n" * count + "a " * (LINES - count)


def repeated_words(n: int, copies: int) -> Callable[[int], str]:
    """Make a text of a length in which n words stand side by side so often, others once."""
    gram = " ".join(chr(97 + k) * 9 for k in range(n))
    text = "".join(f"{gram} {k:x}q " for k in range(copies))
    return lambda length: text + "z" * (length - len(text))


def top_words(n: int, bound: float) -> Pair:
    return two(repeated_words(n, 10), lengths((10 * n - 1) * 10, bound))


def again_words(n: int, bound: float) -> Pair:
    return two(repeated_words(n, 11), lengths(9 * n * 10, bound))


def again_lines(bound: float) -> Pair:
    """Make a line of 10 characters come twice among as many characters as the bound wants."""
    return two(lambda length: f"{'a' * 10}\n" * 2 + "b" * (length - 20), lengths(10, bound))


def words_of(bound: float, more: int) -> Pair:
    """Make 50 words of that many characters, and the same with one of them longer or shorter."""
    word = "b" * int(bound)
    if int(bound) + more == 0:  # no word is as short, so there is none
        return f"{word} " * 50, "."
    return f"{word} " * 50, f"{word} " * 49 + "b" * (int(bound) + more)


def sizes(word: str, bound: float, more: int) -> Pair:
    return word * int(bound), word * (int(bound) + more)


def stop_words(name: str) -> Pair:
    one, other, *_ = [
        word
        for word in table()[name].stop_words
        if any(map(str.isalpha, word)) and not word.endswith("'")
    ]
    return f"{one} {other}", f"{one} {one} xyz"


MAKERS: dict[str, Callable[[float, str, str], Pair]] = {
    "duplicate_line_ratio": lambda b, s, _: two(repeated_lines, counts(b, s)),
    "terminal_line_ratio": lambda b, s, _: two(lines("line {}.", "line {}"), counts(b, s)),
    "bullet_line_ratio": lambda b, s, _: two(lines(" - {}", "line {}"), counts(b, s)),
    "ellipsis_line_ratio": lambda b, s, _: two(lines("line {}... ", "line {}"), counts(b, s)),
    "repeated_line_char_ratio": lambda b, *_: again_lines(b),
    "newlines_per_word.fineweb2": lambda b, s, _: two(line_feeds, counts(b, s)),
    "alphabetic_word_ratio.fineweb2": lambda b, s, _: two(tokens("a", "1"), counts(b, s)),
    "hash_marks_per_word.fineweb2": lambda b, s, _: two(tokens("#", "a"), counts(b, s)),
    "ellipses_per_word.fineweb2": lambda b, s, _: two(tokens("...", "a"), counts(b, s)),
    "word_count.fineweb2": lambda b, s, _: sizes("a ", b, -1 if s == "min" else 1),
    "mean_word_chars.fineweb2": lambda b, s, _: words_of(b, -1 if s == "min" else 1),
    "stop_word_count.fineweb2": lambda _, __, name: stop_words(name),
    "language_score": lambda *_: ("", ""),
}
for n in (2, 3, 4):
    MAKERS[f"top_{n}gram_char_ratio.fineweb2"] = lambda b, *_, n=n: top_words(n, b)
for n in range(5, 11):
    MAKERS[f"duplicate_{n}gram_char_ratio.fineweb2"] = lambda b, *_, n=n: again_words(n, b)


class Case(NamedTuple):
    """A text for one bound of one rule, with the score of its language."""

    rule: Rule
    side: str
    text: str
    score: float
    inside: bool


def cases(name: str) -> Iterator[Case]:
    for rule in RULES[name]:
        for side, bound in rule.keep.bounds:
            assert isinstance(bound, int | float)
            scores = (1.0, 1.0)
            if rule.keep.feature == "language_score":
                scores = (bound + 1e-6, bound - 1e-6)
            made = MAKERS[rule.keep.feature](bound, side, name)
            for text, score, inside in zip(made, scores, (True, False), strict=True):
                yield Case(rule, side, text, score, inside)


@pytest.mark.parametrize("name", NAMES)
def test_every_bound_keeps_a_text_just_inside_and_drops_one_just_outside(name: str) -> None:
    every = list(cases(name))
    batch = Measured(pl.Series([case.text for case in every]))
    batch.language = pl.Series("language", [script.code(name)] * len(every))
    chosen = [group for group in TEXT_GROUPS if group.name in GROUPS]
    scores = measure(batch, (*chosen, *BY_LANGUAGE)).with_columns(
        batch.language,
        pl.Series("language_score", np.array([case.score for case in every], np.float32)),
    )
    decided = decide(scores, RULES[name])
    foreign = decide(scores.with_columns(language=pl.lit("en")), RULES[name])
    assert foreign["keep"].all()
    wrong = [
        (case.rule.id, case.side, case.inside, scores[case.rule.keep.feature][row])
        for row, case in enumerate(every)
        if decided[f"fails.{case.rule.id}"][row] == case.inside
    ]
    assert not wrong


def test_every_rule_says_why_and_whence() -> None:
    for rule in (rule for rules in RULES.values() for rule in rules):
        assert rule.why.endswith("."), rule.id
        assert rule.source, rule.id
