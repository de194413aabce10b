"""What the scores of a run cannot answer is refused, with what would answer it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from corpuskit.banding import recall
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.errors import ConfigError, RunError
from corpuskit.rules import Condition, Rule
from corpuskit.tuning import again
from corpuskit.tuning.again import (
    Changes,
    changed_recipe,
    check_measured,
)
from corpuskit.tuning.finished import FinishedRun, check_language, languages_found
from tests.tuning.made import RECIPE, made_run, without_duplicates


def own_set(folder: Path, rule: str) -> Changes:
    """Ask for a rule set of one rule."""
    path = folder / "own.yaml"
    path.write_text(f"name: own\nrules:\n  - {{id: r, {rule}, why: x.}}\n")
    return Changes(rule_sets=(str(path),))


def own_recipe(folder: Path, text: str) -> Changes:
    """Ask for a recipe."""
    path = folder / "mine.yaml"
    path.write_text(f"name: mine\n{text}\n")
    return Changes(recipe=str(path))


def test_the_runs_own_recipe_stands_where_nothing_is_asked(toy: FinishedRun) -> None:
    assert changed_recipe(toy, Changes()) == toy.recipe


def test_what_was_changed_is_told_above_the_recipes_source(toy: FinishedRun) -> None:
    found = changed_recipe(toy, Changes(overrides=("toy.too_few_words.min=40",)))
    assert found.source == "# decided again with --set toy.too_few_words.min=40\nname: toy\n"


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("feature: word_cuont, min: 1", "own.yaml:3: unknown feature 'word_cuont'; did you mean"),
        ("feature: word_count, min: many", "own.yaml:3: expected a number, found 'many'"),
        ("feature: stop_word_count, min: 2", "rule own.r: needs the feature 'stop_word_count', w"),
        (
            "feature: word_count, min: 2, when: {feature: han_ratio, min: 0.5}",
            "rule own.r: is guarded by the feature 'han_ratio', which the scores of .* do not have",
        ),
    ],
)
def test_a_rule_on_an_unknown_or_missing_column_is_refused(
    toy: FinishedRun, tmp_path: Path, rule: str, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        changed_recipe(toy, own_set(tmp_path, rule))


def test_other_rule_sets_stand_without_the_runs_languages(toy: FinishedRun, tmp_path: Path) -> None:
    strict = replace(toy.recipe, languages=("en",), min_language_score=0.5)
    run = replace(toy, recipe=strict)
    changes = own_set(tmp_path, "feature: word_count, min: 2")
    assert [rule.id for rule in changed_recipe(run, changes).rules] == ["own.r"]
    assert changed_recipe(run, changes).languages == ()
    assert changed_recipe(run, changes).min_language_score == 0.0
    asked = replace(changes, languages=("zh",))
    assert changed_recipe(run, asked).languages == ("zh",)
    assert changed_recipe(run, Changes()) == strict


def test_an_unknown_recipe_and_rule_set_name_the_nearest(toy: FinishedRun) -> None:
    with pytest.raises(ConfigError, match="unknown recipe 'wbe'; did you mean 'web'"):
        changed_recipe(toy, Changes(recipe="wbe"))
    with pytest.raises(ConfigError, match="unknown rule set 'gohper'; did you mean 'gopher"):
        changed_recipe(toy, Changes(rule_sets=("gohper",)))


def test_an_unknown_language_names_the_nearest(toy: FinishedRun) -> None:
    with pytest.raises(ConfigError, match=r"unknown language 'chn'.*did you mean"):
        changed_recipe(toy, Changes(languages=("chn",)))
    with pytest.raises(ConfigError, match=r"no document of .* is in 'zhh'; did you mean 'zh'"):
        check_language(toy, "zhh")
    assert languages_found(toy) == ("en", "zh", "de")


def test_other_cleaners_are_refused(toy: FinishedRun, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cleans with line_ends, but the scores of .* nothing"):
        changed_recipe(toy, own_recipe(tmp_path, "cleaners: [line_ends]"))


def test_rules_of_today_on_scores_of_yesterday_are_refused(tmp_path: Path) -> None:
    run = made_run(tmp_path / "run", settings={"features": {"characters": 1, "words": 0}})
    message = r"own.yaml:3: rule own.r uses 'word_count'.* hold version 0 of .* 'words'"
    with pytest.raises(ConfigError, match=message):
        changed_recipe(run, own_set(tmp_path, "feature: word_count, min: 1"))
    other = changed_recipe(run, own_set(tmp_path, "feature: digit_ratio, max: 0.1"))
    assert other.rules[0].id == "own.r"


def test_a_bound_of_the_runs_own_rules_may_move_whatever_the_version(tmp_path: Path) -> None:
    run = made_run(tmp_path / "run", settings={"features": {"words": 0}})
    found = changed_recipe(run, Changes(overrides=("toy.too_few_words.min=40",)))
    assert found.rules[0].keep.bounds == (("min", 40),)
    with pytest.raises(RunError, match="version 0 of the feature group 'words'"):
        again.check_all_versions(run)


def test_duplicates_that_were_not_looked_for_cannot_be_dropped(tmp_path: Path) -> None:
    run = made_run(tmp_path / "run", recipe=without_duplicates())
    with pytest.raises(ConfigError, match="without looking for any; add --no-dedup"):
        changed_recipe(run, own_recipe(tmp_path, "duplicates: {similarity: 0.8}"))


@pytest.mark.parametrize(
    "setting", ["bands: 10, rows: 6", "bands: 16, rows: 5", "seed: 2", "shingle: words:3"]
)
def test_other_bands_need_another_run(toy: FinishedRun, tmp_path: Path, setting: str) -> None:
    differs = "rows" if "rows: 5" in setting else setting.split(":")[0]
    changes = own_recipe(tmp_path, f"duplicates: {{{setting}}}")
    for redo in (False, True):
        with pytest.raises(ConfigError, match=f"made with {differs}"):
            changed_recipe(toy, changes, redo)


@pytest.mark.parametrize(
    "setting", ["keep: shortest", "keep: first", "exact: false", "similarity: 0.7, recall: 0.8"]
)
def test_another_search_needs_to_write(toy: FinishedRun, tmp_path: Path, setting: str) -> None:
    changes = own_recipe(tmp_path, f"duplicates: {{{setting}}}")
    with pytest.raises(ConfigError, match="needs a new search; add --write --out NEW"):
        changed_recipe(toy, changes)
    assert changed_recipe(toy, changes, redo=True).duplicates != RECIPE.duplicates


def test_a_higher_threshold_needs_no_new_search(toy: FinishedRun, tmp_path: Path) -> None:
    found = changed_recipe(toy, own_recipe(tmp_path, "duplicates: {similarity: 0.8}"))
    assert found.duplicates == replace(DuplicateSettings(), similarity=0.8)


def test_a_lower_threshold_is_searched_with_the_stored_bands(
    toy: FinishedRun, tmp_path: Path
) -> None:
    lower = own_recipe(tmp_path, "duplicates: {similarity: 0.7}")
    with pytest.raises(
        ConfigError, match=r"16 bands of 6 rows, which find 0\.865 .* asks for 0\.95"
    ):
        changed_recipe(toy, lower, redo=True)
    changes = Changes(overrides=("duplicates.near_duplicate.below=0.7",))
    with pytest.raises(ConfigError, match=r"made with similarity 0\.75, and similarity 0\.7 needs"):
        changed_recipe(toy, changes)
    with pytest.raises(ConfigError, match=r"16 bands of 6 rows find 0\.87 of the pairs of sim"):
        changed_recipe(toy, changes)
    found = changed_recipe(toy, changes, redo=True).duplicates
    assert found is not None
    assert (found.bands, found.rows, found.recall) == (16, 6, recall(16, 6, 0.7))


def test_the_remedy_for_a_missing_column_fits_its_cause(toy: FinishedRun) -> None:
    with pytest.raises(ConfigError, match=r"'word_count', .*with 'words' among the recipe's feat"):
        check_measured(replace(toy, columns={}), toy.recipe.rules)
    own = Rule("own.r", Condition("language_scores", (("min", 1),)))
    with pytest.raises(ConfigError, match=r"'language_scores', .* did you mean 'language_score'"):
        check_measured(toy, [own])
