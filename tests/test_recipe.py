"""Recipes are found, checked, and turned into one ordered list of rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpuskit.cleaners import CLEANERS
from corpuskit.errors import ConfigError
from corpuskit.features.groups import columns_by_group
from corpuskit.recipe import Recipe, load_recipe, recipe_names, with_options


def load(name: str) -> Recipe:
    """Load a recipe with what corpuskit ships."""
    return load_recipe(name, columns_by_group(), tuple(CLEANERS))


def recipe(tmp_path: Path, text: str) -> Recipe:
    """Load a recipe from text."""
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\n" + text)
    return load(str(path))


@pytest.mark.parametrize("name", recipe_names())
def test_every_shipped_recipe_loads(name: str) -> None:
    assert load(name).name == name


def test_every_shipped_rule_says_why() -> None:
    for rule in load("web").all_rules():
        assert rule.why.endswith("."), rule.id


def test_rules_come_as_language_then_quality_then_duplicates() -> None:
    rules = with_options(load("web"), languages=("zh",)).all_rules()
    assert rules[0].id == "language.not_wanted"
    assert [rule.id for rule in rules[-2:]] == [
        "duplicates.exact_duplicate",
        "duplicates.near_duplicate",
    ]


def test_without_dedup_there_is_no_duplicate_rule() -> None:
    rules = with_options(load("web"), duplicates=False).all_rules()
    assert not any(rule.id.startswith("duplicates.") for rule in rules)


def test_a_recipe_finds_rule_sets_beside_it_first(tmp_path: Path) -> None:
    (tmp_path / "toy.yaml").write_text(
        "name: toy\nrules:\n  - {id: long, feature: char_count, max: 9, why: Short is good.}\n"
    )
    assert [rule.id for rule in recipe(tmp_path, "rule_sets: [toy]").rules] == ["toy.long"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rule_sets: [chinesse]", "mine.yaml:2: unknown rule set 'chinesse'; did you mean 'chin"),
        ("cleaners: [line_end]", "mine.yaml:2: unknown cleaner 'line_end'; did you mean 'line_"),
        ("features: [word]", "mine.yaml:2: unknown feature group 'word'; did you mean 'words'"),
        ("languges: all", "mine.yaml:2: unknown key 'languges'; did you mean 'languages'"),
        ("duplicates: {treshold: 1}", "mine.yaml:2: unknown key 'treshold'"),
        ("duplicates: {similarity: 2}", "mine.yaml:2: .*similarity.*2"),
        ("min_language_score: 7", "mine.yaml:2: min_language_score is 7"),
        ("features: [characters]\nrule_sets: [gopher]", "unknown feature"),
    ],
)
def test_a_bad_recipe_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        recipe(tmp_path, text)


def test_an_unknown_recipe_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="unknown recipe 'wbe'; did you mean 'web'"):
        load("wbe")
