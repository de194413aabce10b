"""Rules decide exactly at their bounds, and every failure is explained."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from corpuskit.errors import ConfigError
from corpuskit.rules import Condition, Rule, count_failures, decide, load_rule_set, reasons

COLUMNS: dict[str, pl.DataType] = {
    "word_count": pl.UInt32(),
    "digit_ratio": pl.Float64(),
    "language": pl.String(),
    "exact_duplicate": pl.Boolean(),
}


def rule(name: str, feature: str, **bounds: object) -> Rule:
    """Make a rule without guards."""
    return Rule(name, Condition(feature, tuple(bounds.items())))  # type: ignore[arg-type]


def kept(rules: list[Rule], **columns: list[object]) -> list[bool]:
    """Decide a small frame."""
    return list(decide(pl.DataFrame(columns), rules)["keep"])


@pytest.mark.parametrize(
    ("side", "expected"),
    [
        ("min", [False, True, True]),
        ("above", [False, False, True]),
        ("max", [True, True, False]),
        ("below", [True, False, False]),
    ],
)
def test_bounds_are_closed_or_strict_as_named(side: str, expected: list[bool]) -> None:
    assert kept([rule("t.r", "x", **{side: 0.2})], x=[0.199999, 0.2, 0.200001]) == expected


def test_zero_is_a_bound_and_not_switched_off() -> None:
    assert kept([rule("t.r", "x", max=0)], x=[0, 1]) == [True, False]


def test_sets_and_truths() -> None:
    assert kept([rule("t.r", "l", **{"in": ("zh", "en")})], l=["zh", "de"]) == [True, False]
    assert kept([rule("t.r", "l", not_in=("zh",))], l=["zh", "de"]) == [False, True]
    assert kept([rule("t.r", "b", **{"is": False})], b=[True, False]) == [False, True]


def test_a_rule_passes_where_its_guard_does_not_hold() -> None:
    guard = Condition("l", (("in", ("en",)),))
    guarded = Rule("t.r", Condition("x", (("min", 2),)), when=(guard,))
    assert kept([guarded], x=[1, 1, 2], l=["en", "zh", "en"]) == [False, True, True]


def test_a_flag_is_counted_and_drops_nothing() -> None:
    flag = Rule("t.flag", Condition("x", (("min", 2),)), severity="flag")
    decided = decide(pl.DataFrame({"x": [1, 2]}), [flag])
    assert decided["keep"].all()
    assert count_failures(decided, [flag])["t.flag"] == {"fails": 1, "alone": 1, "first": 0}


def test_counts_tell_fails_alone_and_first() -> None:
    rules = [rule("t.a", "x", min=2), rule("t.b", "y", min=2)]
    decided = decide(pl.DataFrame({"x": [1, 1, 2, 2], "y": [1, 2, 1, 2]}), rules)
    assert count_failures(decided, rules) == {
        "t.a": {"fails": 2, "alone": 1, "first": 2},
        "t.b": {"fails": 2, "alone": 1, "first": 1},
    }


def test_every_failed_rule_of_a_dropped_document_is_in_the_ledger_with_value_and_bound() -> None:
    rules = [rule("t.a", "x", min=2, max=5), rule("t.l", "l", **{"in": ("zh", "en")})]
    frame = pl.DataFrame({"doc_id": [7, 8, 9], "x": [1, 6, 3], "l": ["de", "zh", "en"]})
    decided = decide(frame.cast({"doc_id": pl.UInt64}), rules)
    ledger = reasons(decided.filter(~pl.col("keep")), rules).sort("doc_id").to_dicts()
    low = {"rule": "t.a", "feature": "x", "value": "1", "bound": "2", "side": "min"}
    high = {"rule": "t.a", "feature": "x", "value": "6", "bound": "5", "side": "max"}
    tongue = {"rule": "t.l", "feature": "l", "value": "de", "bound": "zh,en", "side": "in"}
    assert ledger == [
        {"doc_id": 7, "reasons": [low, tongue]},
        {"doc_id": 8, "reasons": [high]},
    ]


def test_no_rules_keep_everything() -> None:
    decided = decide(pl.DataFrame({"doc_id": [1]}), [])
    assert decided["keep"].to_list() == [True]
    assert reasons(decided.filter(~pl.col("keep")), []).height == 0


def write(tmp_path: Path, text: str) -> Path:
    """Write a rule file."""
    path = tmp_path / "toy.yaml"
    path.write_text(text)
    return path


def test_a_rule_set_is_read_with_guards_of_the_set_and_of_the_rule(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
name: toy
source: "A paper, table 1"
when: {feature: digit_ratio, max: 0.5}
rules:
  - id: too_few_words
    feature: word_count
    min: 50
    max: 100000
    when: {feature: language, in: [en]}
    why: "Short texts say little."
""",
    )
    (found,) = load_rule_set(path, COLUMNS)
    assert found == Rule(
        id="toy.too_few_words",
        keep=Condition("word_count", (("min", 50), ("max", 100000))),
        when=(Condition("digit_ratio", (("max", 0.5),)), Condition("language", (("in", ("en",)),))),
        why="Short texts say little.",
        source="A paper, table 1",
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("feature: word_cuont\n    min: 1", "toy.yaml:4: unknown feature 'word_cuont'; did you"),
        ("feature: word_count", "toy.yaml:3: no bound on 'word_count'"),
        ("feature: word_count\n    mni: 1", "toy.yaml:5: unknown key 'mni'; did you mean 'min'"),
        ("feature: word_count\n    min: many", "toy.yaml:5: expected a number, found 'many'"),
        ("feature: word_count\n    min: 1\n    above: 2", "toy.yaml:3: the bounds min, above do"),
        ("feature: word_count\n    in: [a]", "toy.yaml:5: 'in' needs a text feature"),
        ("feature: language\n    min: 1", "toy.yaml:5: 'min' needs a number"),
        ("feature: language\n    in: [no, 1]", "toy.yaml:5: expected text, found 1"),
        ("feature: exact_duplicate\n    is: 0", "toy.yaml:5: expected true or false"),
        ("feature: word_count\n    is: true", "toy.yaml:5: 'is' needs a true/false feature"),
        ("feature: word_count\n    min: 1\n    severity: x", "toy.yaml:6: severity is 'x'"),
        ("feature: word_count\n    min: yes", "toy.yaml:5: expected a number, found 'yes'"),
    ],
)
def test_a_bad_rule_is_refused_with_its_line(tmp_path: Path, line: str, message: str) -> None:
    path = write(tmp_path, f"name: toy\nrules:\n  - id: r\n    {line}\n    why: x\n")
    with pytest.raises(ConfigError, match=message):
        load_rule_set(path, COLUMNS)


def test_an_id_given_twice_is_refused(tmp_path: Path) -> None:
    one = "  - {id: r, feature: word_count, min: 1, why: x}\n"
    path = write(tmp_path, "name: toy\nrules:\n" + one + one)
    with pytest.raises(ConfigError, match=r"toy.yaml:4: the rule 'toy.r' is given twice"):
        load_rule_set(path, COLUMNS)
