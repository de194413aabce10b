"""The recipe that a run follows: what its file says, then what the command line says instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpuskit.cleaners import CLEANERS
from corpuskit.features.groups import columns_by_group, known_columns, offered_columns
from corpuskit.features.language import LanguageModel, load_model
from corpuskit.recipe import (
    Recipe,
    load_recipe,
    needed_groups,
    with_model,
    with_options,
    with_overrides,
    with_rule_sets,
)
from corpuskit.schema import CORPUS_COLUMNS, OWN


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
        The recipe's own languages and their least score are no rules then; `languages` are.
    overrides : single bounds, as ``gopher.too_few_words.min=30``.

    Raises
    ------
    ConfigError
        With the nearest name for an unknown recipe, rule set, rule, side or language.
    """
    recipe = load_recipe(name, columns_by_group(), tuple(CLEANERS))
    if rule_sets:
        recipe = measuring_enough(with_rule_sets(recipe, rule_sets, known_columns()))
    recipe = with_options(recipe, languages, language_model, duplicates)
    recipe = with_overrides(recipe, overrides, known_columns())
    model = load_model(recipe.language_model)
    recipe = with_model(recipe, model.labels)
    return replace(recipe, source=told(rule_sets, overrides) + recipe.source), model


def measuring_enough(recipe: Recipe) -> Recipe:
    """Add the feature groups that the rules of a recipe need to those that it measures."""
    needed = needed_groups(recipe.rules, columns_by_group())
    wanted = {*needed, *recipe.features}
    order = dict.fromkeys((*columns_by_group(), *needed, *recipe.features))
    return replace(recipe, features=tuple(name for name in order if name in wanted))


def feature_homes(*wanted: str) -> dict[str, str]:
    """Return the group of every feature; of packages only where one of `wanted` is not built in."""
    own = {name: group for group, names in columns_by_group().items() for name in names}
    strange = set(wanted) - own.keys() - CORPUS_COLUMNS.keys()
    if any(not name.startswith(OWN) for name in strange):
        own |= {name: group for group, names in offered_columns().items() for name in names}
    return own


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
