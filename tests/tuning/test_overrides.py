"""One bound set on the command line is typed and checked as in a file."""

from __future__ import annotations

import json

import polars as pl
import pytest

from corpuskit.cleaners import CLEANERS
from corpuskit.errors import ConfigError
from corpuskit.features.groups import columns_by_group
from corpuskit.recipe import (
    Recipe,
    load_recipe,
    recipe_from_plain,
    recipe_names,
    with_options,
    with_overrides,
    with_rule_sets,
)
from tests.tuning.made import DIGITS, RECIPE, WORDS

COLUMNS: dict[str, pl.DataType] = {
    "word_count": pl.UInt32(),
    "digit_ratio": pl.Float64(),
    "language": pl.String(),
    "language_score": pl.Float32(),
}


def changed(*texts: str, recipe: Recipe = RECIPE) -> Recipe:
    """Set bounds of the toy recipe."""
    return with_overrides(recipe, texts, COLUMNS)


def test_one_bound_is_changed_and_nothing_else() -> None:
    found = changed("toy.too_few_words.min=30")
    assert found.rules[0].keep.bounds == (("min", 30),)
    assert (found.rules[0].when, found.rules[0].why) == (WORDS.when, WORDS.why)
    assert found.rules[1:] == RECIPE.rules[1:]


def test_a_severity_can_be_set() -> None:
    assert changed("toy.too_few_words.severity=flag").rules[0].severity == "flag"


def test_several_bounds_are_set_in_turn() -> None:
    found = changed("toy.too_few_words.min=30", "toy.too_many_digits.max=1e-1")
    assert [rule.keep.bounds for rule in found.rules[:2]] == [(("min", 30),), (("max", 0.1),)]


def test_rules_that_come_from_settings_change_the_settings() -> None:
    found = changed("duplicates.near_duplicate.below=0.9")
    assert found.duplicates is not None
    assert found.duplicates.similarity == 0.9
    asked = with_options(RECIPE, languages=("zh",))
    assert changed("language.not_wanted.in=[en, de]", recipe=asked).languages == ("en", "de")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("toy.too_few_word.min=30", "unknown rule 'toy.too_few_word'; did you mean 'toy.too_few_w"),
        ("toy.too_few_words.mni=30", "no side 'mni'; did you mean 'min'"),
        ("toy.too_few_words.max=30", "no side 'max'"),
        ("toy.too_few_words.min=many", "expected a number, found 'many'"),
        ("toy.too_few_words.min=true", "expected a number, found True"),
        ("toy.too_few_words.min=.nan", "expected a finite number"),
        ("toy.too_few_words.min=12:30", "expected a number, found '12:30'"),
        ("toy.too_few_words.min=", "not a setting; write RULE.SIDE=VALUE"),
        ("toy.too_few_words.min", "not a setting; write RULE.SIDE=VALUE"),
        ("min=30", "not a setting; write RULE.SIDE=VALUE"),
        ("toy.too_few_words.min=[1", "'[1' is not a value"),
        ("toy.too_few_words.severity=off", "severity is 'off'; write drop or flag"),
        ("duplicates.near_duplicate.below=2", "similarity is 2"),
        ("duplicates.exact_duplicate.is=true", "comes from the recipe's settings"),
        ("duplicates.near_duplicate.severity=flag", "comes from the recipe's settings"),
    ],
)
def test_a_bad_setting_is_refused_by_its_name(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        changed(text)
    assert str(caught.value).startswith(f"--set {text}: ")
    assert message in str(caught.value)


def test_a_list_is_needed_where_a_rule_file_needs_one() -> None:
    asked = with_options(RECIPE, languages=("zh",))
    with pytest.raises(ConfigError, match=r"expected a list, found 'zh,en'; write \[a, b\]"):
        changed("language.not_wanted.in=zh,en", recipe=asked)


def test_a_bound_that_is_set_twice_is_refused() -> None:
    with pytest.raises(ConfigError, match="set twice"):
        changed("toy.too_few_words.min=30", "toy.too_few_words.min=40")


@pytest.mark.parametrize("name", recipe_names())
def test_a_recipe_comes_back_from_its_json(name: str) -> None:
    recipe = load_recipe(name, columns_by_group(), tuple(CLEANERS))
    recipe = with_options(recipe, languages=("zh", "en"))
    plain = json.loads(json.dumps(recipe.plain()))
    found = recipe_from_plain(plain, recipe.language_model, recipe.source)
    assert found.plain() == recipe.plain()
    assert found.all_rules() == recipe.all_rules()
    assert found.rules == recipe.rules


def test_rule_sets_replace_those_of_a_recipe() -> None:
    known = {name: dtype for group in columns_by_group().values() for name, dtype in group.items()}
    found = with_rule_sets(RECIPE, ["base"], known)
    assert {rule.id.split(".")[0] for rule in found.rules} == {"base"}
    assert found.duplicates == RECIPE.duplicates
    with pytest.raises(ConfigError, match="--rules: unknown rule set 'bsae'; did you mean 'base'"):
        with_rule_sets(RECIPE, ["bsae"], known)


def test_a_bound_within_the_toy_rules_is_as_written() -> None:
    assert DIGITS.plain()["bounds"] == {"max": 0.2}
