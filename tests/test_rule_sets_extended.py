"""A rule set takes another's rules, changes single keys, leaves rules out."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from corpuskit.errors import ConfigError
from corpuskit.features.groups import all_columns
from corpuskit.rules import Condition, Rule, load_rule_set

COLUMNS: dict[str, pl.DataType] = {
    "word_count": pl.UInt32(),
    "digit_ratio": pl.Float64(),
    "language": pl.String(),
}
BASE = """name: base
source: "A paper"
when: {feature: digit_ratio, max: 0.5}
rules:
  - {id: words, feature: word_count, min: 50, max: 1000, why: Fifty to a thousand.}
  - {id: tongue, feature: language, in: [en], why: English only.}
  - id: digits
    feature: digit_ratio
    max: 0.2
    when: {feature: language, in: [en]}
    why: Tables.
"""


def load(folder: Path, text: str, base: str = BASE) -> dict[str, Rule]:
    """Load mine.yaml beside base.yaml; rules by id."""
    (folder / "base.yaml").write_text(base)
    (folder / "mine.yaml").write_text("name: mine\n" + text)
    return {rule.id: rule for rule in load_rule_set(folder / "mine.yaml", COLUMNS)}


def test_all_rules_are_taken_in_order_under_the_new_name(tmp_path: Path) -> None:
    found = load(tmp_path, "extends: base")
    assert list(found) == ["mine.words", "mine.tongue", "mine.digits"]
    assert found["mine.digits"].when == (
        Condition("digit_ratio", (("max", 0.5),)),
        Condition("language", (("in", ("en",)),)),
    )
    assert found["mine.words"].source == "A paper"
    assert found["mine.words"].why == "Fifty to a thousand."


def test_one_bound_changes_the_other_stays_and_why_tells(tmp_path: Path) -> None:
    rule = load(tmp_path, "extends: base\nrules: [{id: words, min: 30}]")["mine.words"]
    assert rule.keep.bounds == (("min", 30), ("max", 1000))
    assert rule.why == "Fifty to a thousand. Changed here to min 30, from min 50 and max 1000."


def test_a_strict_bound_replaces_the_closed_one_of_its_side(tmp_path: Path) -> None:
    rule = load(tmp_path, "extends: base\nrules: [{id: words, above: 30, why: Why.}]")["mine.words"]
    assert rule.keep.bounds == (("above", 30), ("max", 1000))
    assert rule.why == "Why."
    rule = load(tmp_path, "extends: base\nrules: [{id: tongue, not_in: [de], why: x.}]")
    assert rule["mine.tongue"].keep.bounds == (("not_in", ("de",)),)


def test_severity_when_and_source_change_alone(tmp_path: Path) -> None:
    text = (
        "extends: base\nrules:\n  - {id: digits, severity: flag, source: Mine,"
        " when: {feature: word_count, min: 9}}"
    )
    rule = load(tmp_path, text)["mine.digits"]
    assert (rule.severity, rule.source, rule.why) == ("flag", "Mine", "Tables.")
    assert rule.when == (
        Condition("digit_ratio", (("max", 0.5),)),
        Condition("word_count", (("min", 9),)),
    )


def test_guards_of_the_new_set_hold_for_the_rules_it_takes(tmp_path: Path) -> None:
    found = load(tmp_path, "extends: base\nwhen: {feature: word_count, min: 2}\n")
    first = Condition("word_count", (("min", 2),))
    assert all(rule.when[0] == first for rule in found.values())
    assert len(found["mine.words"].when) == 2


def test_rules_are_left_out_and_added_at_the_end(tmp_path: Path) -> None:
    text = (
        "extends: base\nwithout: [words, tongue]\nsource: Mine\nrules:\n"
        "  - {id: words, feature: word_count, min: 3, why: Three.}\n"
    )
    found = load(tmp_path, text)
    assert list(found) == ["mine.digits", "mine.words"]
    assert found["mine.words"].keep.bounds == (("min", 3),)
    assert found["mine.words"].source == "Mine"


def test_a_set_of_the_users_may_extend_the_shipped_one_of_its_name(tmp_path: Path) -> None:
    path = tmp_path / "gopher.yaml"
    path.write_text("name: gopher\nextends: gopher\nrules: [{id: too_few_words, min: 7}]\n")
    found = {rule.id: rule for rule in load_rule_set(path, all_columns())}
    assert dict(found["gopher.too_few_words"].keep.bounds)["min"] == 7
    assert len(found) == 12


def test_three_in_a_row(tmp_path: Path) -> None:
    (tmp_path / "low.yaml").write_text("name: low\nextends: base\nwithout: [tongue]\n")
    found = load(tmp_path, "extends: low.yaml\nrules: [{id: words, min: 1, why: x.}]")
    assert list(found) == ["mine.words", "mine.digits"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("extends: bsae", "mine.yaml:2: unknown rule set 'bsae'; did you mean 'base'"),
        ("extends: no.yaml", "mine.yaml:2: there is no file"),
        ("extends: mine.yaml", "mine.yaml:2: a set cannot extend itself"),
        (
            "extends: base\nwithout: [wrods]",
            "mine.yaml:3: base.yaml has no rule 'wrods'; did you m",
        ),
        ("extends: base\nwithout: [words, words]", "mine.yaml:3: 'words' is left out twice"),
        ("extends: base\nwithout: words", "mine.yaml:3: expected a list, found 'words'"),
        ("without: [words]\nrules: []", "mine.yaml:2: there is nothing to leave out"),
        ("source: x", "mine.yaml:1: the key 'rules' is missing"),
        (
            "extends: base\nrules: [{id: wrods, min: 1}]",
            "mine.yaml:3: the key 'feature' is missing; .*'wrods' to change; did you mean 'words'",
        ),
        (
            "extends: base\nrules: [{id: words, feature: digit_ratio, min: 1}]",
            "mine.yaml:3: this rule measures 'word_count'",
        ),
        ("extends: base\nrules: [{id: words, min: many}]", "mine.yaml:3: expected a number, fo"),
        ("extends: base\nrules: [{id: words, in: [a]}]", "mine.yaml:3: the bounds min, max, in do"),
        ("extends: base\nrules: [{id: words, min: 1}, {id: words, min: 2}]", "is given twice"),
        ("extends: base\nextends: base", "mine.yaml:3: 'extends' is given twice"),
    ],
)
def test_a_bad_extension_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load(tmp_path, text)


def test_a_circle_of_two_is_refused_at_the_line_that_closes_it(tmp_path: Path) -> None:
    base = "name: base\nsource: x\nextends: mine.yaml\n"
    with pytest.raises(ConfigError, match=r"base.yaml:3: .*mine.yaml → base.yaml → mine.yaml"):
        load(tmp_path, "extends: base.yaml", base)


def test_what_is_wrong_in_the_other_file_is_said_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"base.yaml:5: unknown feature 'wrd_count'; did you m"):
        load(tmp_path, "extends: base", BASE.replace("word_count", "wrd_count"))
