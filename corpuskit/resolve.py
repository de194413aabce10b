"""The recipe that a run follows: what its file says, then what the command line says instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpuskit.cleaners import CLEANERS
from corpuskit.features.groups import all_columns, columns_by_group
from corpuskit.features.language import LanguageModel, load_model
from corpuskit.languages import normalise_all
from corpuskit.recipe import Recipe, load_recipe, with_options, with_overrides, with_rule_sets


def resolve(
    name: str,
    languages: tuple[str, ...] = (),
    language_model: str | None = None,
    duplicates: bool = True,
    rule_sets: Sequence[str] = (),
    overrides: Sequence[str] = (),
) -> tuple[Recipe, LanguageModel]:
    """Load a recipe, change it as the options say, and load its language model.

    Parameters
    ----------
    rule_sets : names or .yaml files, instead of those of the recipe; what they need is measured.
    overrides : single bounds, as ``gopher.too_few_words.min=30``.

    Raises
    ------
    ConfigError
        With the nearest name for an unknown recipe, rule set, rule, side or language.
    """
    recipe = load_recipe(name, columns_by_group(), tuple(CLEANERS))
    recipe = with_options(recipe, languages, language_model, duplicates)
    if rule_sets:
        recipe = measuring_enough(with_rule_sets(recipe, rule_sets, all_columns()))
    recipe = with_overrides(recipe, overrides, all_columns())
    model = load_model(recipe.language_model)
    recipe = with_options(recipe, languages=normalise_all(recipe.languages, model.labels))
    return replace(recipe, source=told(rule_sets, overrides) + recipe.source), model


def measuring_enough(recipe: Recipe) -> Recipe:
    """Add the feature groups that the rules of a recipe need to those that it measures."""
    homes = feature_homes()
    used = {
        homes[condition.feature]
        for rule in recipe.rules
        for condition in (rule.keep, *rule.when)
        if condition.feature in homes
    }
    wanted = used | set(recipe.features)
    return replace(recipe, features=tuple(name for name in columns_by_group() if name in wanted))


def feature_homes() -> dict[str, str]:
    """Return the group of every feature of this corpuskit."""
    return {name: group for group, names in columns_by_group().items() for name in names}


def told(rule_sets: Sequence[str], overrides: Sequence[str]) -> str:
    """Write options as comments, so that a recipe's source tells what was changed.

    Examples
    --------
    >>> told([], ["base.too_short.min=3"])
    '# changed by --set base.too_short.min=3\\n'
    """
    lines = [f"--rules {','.join(rule_sets)}"] if rule_sets else []
    lines += [f"--set {text}" for text in overrides]
    return "".join(f"# changed by {line}\n" for line in lines)
