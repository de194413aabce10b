"""The recipe that a run follows: what its file says, then what the command line says instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from corpuskit.cleaners import CLEANERS
from corpuskit.config import nearest
from corpuskit.duplicate_settings import Keep, parse_keep
from corpuskit.errors import ConfigError
from corpuskit.features.groups import (
    TEXT_GROUPS,
    columns_by_group,
    known_columns,
    offered_columns,
)
from corpuskit.features.language import FEATURES as LANGUAGE_FEATURES
from corpuskit.features.language import LanguageModel, load_model
from corpuskit.recipe import (
    Recipe,
    load_recipe,
    with_model,
    with_options,
    with_overrides,
    with_rule_sets,
)
from corpuskit.recipe_features import ALWAYS_MEASURED, needed_groups
from corpuskit.repeat import dedup_words
from corpuskit.schema import CORPUS_COLUMNS, OWN

LANGUAGE = "language"
LANGUAGE_COLUMNS = frozenset(feature.name for feature in LANGUAGE_FEATURES)
NEAR_SETTINGS = ("similarity", "recall", "shingle")


def resolve(
    name: str,
    languages: tuple[str, ...] = (),
    language_model: str | None = None,
    duplicates: bool = True,
    rule_sets: Sequence[str] = (),
    overrides: Sequence[str] = (),
    dedup: Mapping[str, Any] | None = None,
    unit: str | None = None,
    per_host: bool = False,
    coverage: bool = False,
) -> tuple[Recipe, LanguageModel | None]:
    """Load a recipe, change it as the options say, and load its language model if it needs one.

    Parameters
    ----------
    rule_sets : names or .yaml files, instead of those of the recipe; what they need is measured.
        The recipe's own languages and their least score are no rules then; `languages` are.
    overrides : single bounds, as ``gopher.too_few_words.min=30``.
    dedup : settings of duplicates instead of those of the recipe.
    unit, per_host : which repeated lines are taken out; see `corpuskit.repeat_settings`.
    coverage : measure coverage even where the recipe does not.

    Raises
    ------
    ConfigError
        With the nearest name for an unknown recipe, rule set, rule, side, feature or language; for
        settings of duplicates that are out of range or that the recipe has no use for.
    """
    recipe = load_recipe(name, columns_by_group(), tuple(CLEANERS))
    more = coverage and not recipe.coverage
    recipe = replace(recipe, coverage=more or recipe.coverage)
    if rule_sets:
        recipe = with_rule_sets(recipe, rule_sets, known_columns())
    if rule_sets or more:
        recipe = measuring_enough(recipe)
    recipe = with_options(recipe, languages, language_model, duplicates, unit, per_host)
    recipe = with_dedup(recipe, dedup or {})
    recipe = measuring_keep(with_overrides(recipe, overrides, known_columns()))
    recipe = measuring_language(recipe)
    source = told(rule_sets, overrides, dedup or {}, more) + recipe.source
    if LANGUAGE not in recipe.features:
        return replace(recipe, source=source), None
    model = load_model(recipe.language_model)
    return replace(with_model(recipe, model.labels), source=source), model


def with_dedup(recipe: Recipe, changes: Mapping[str, Any]) -> Recipe:
    """Return the recipe with settings of duplicates set anew.

    Raises
    ------
    ConfigError
        If the recipe looks for no duplicates, or for exact ones alone where near ones are meant.
    """
    if not changes:
        return recipe
    option = dedup_words(changes)[0]
    if recipe.duplicates is None:
        raise ConfigError(
            f"{option}: the recipe {recipe.name!r} looks for no duplicates here; leave it out, or "
            "name a recipe that does"
        )
    changed = recipe.duplicates.changed(changes)
    near = [name for name in NEAR_SETTINGS if name in changes]
    if near and not changed.near:
        raise ConfigError(
            f"--{near[0]}: is of near duplicates, and exact ones alone are looked for; leave it out"
        )
    return replace(recipe, duplicates=changed)


def measuring_keep(recipe: Recipe) -> Recipe:
    """Add the feature group of the feature that says which copy stays.

    Raises
    ------
    ConfigError
        If there is no such feature, or if it is no number.
    """
    keep = parse_keep(recipe.duplicates.keep) if recipe.duplicates else None
    if keep is None or keep.kind != "best":
        return recipe
    check_feature(keep, known_columns())
    home = feature_homes(keep.column)[keep.column]
    if home in recipe.features:
        return recipe
    return measuring(recipe, home)


def measuring(recipe: Recipe, *names: str) -> Recipe:
    """Add feature groups to those that a recipe measures."""
    order = dict.fromkeys((*columns_by_group(), *recipe.features, *names))
    wanted = {*recipe.features, *names}
    return replace(recipe, features=tuple(name for name in order if name in wanted))


def measuring_language(recipe: Recipe) -> Recipe:
    """Add the language where a rule asks for it, or a group that may look at it."""
    without = {group.name for group in TEXT_GROUPS}
    rules = any(
        condition.feature in LANGUAGE_COLUMNS
        for rule in recipe.quality_rules()
        for condition in rule.conditions()
    )
    return measuring(recipe, LANGUAGE) if rules or set(recipe.features) - without else recipe


def check_feature(keep: Keep, columns: Mapping[str, pl.DataType]) -> None:
    """Refuse to keep the best by a feature that is unknown or that has no order.

    Raises
    ------
    ConfigError
        With the nearest name.
    """
    if keep.kind != "best":
        return
    dtype = columns.get(keep.column) if keep.column in columns else None
    if dtype is None:
        hint = nearest(keep.column, columns)
        raise ConfigError(f"duplicates: keep best:{keep.column}: unknown feature; {hint}")
    if not dtype.is_numeric() and dtype != pl.Boolean:
        raise ConfigError(
            f"duplicates: keep best:{keep.column}: the feature is {dtype}; name one of numbers"
        )


def measuring_enough(recipe: Recipe) -> Recipe:
    """Add the feature groups that the rules of a recipe need to those that it measures."""
    always = ALWAYS_MEASURED if recipe.coverage else ()
    return measuring(recipe, *needed_groups(recipe.rules, columns_by_group(), always))


def feature_homes(*wanted: str) -> dict[str, str]:
    """Return the group of every feature; of packages only where one of `wanted` is not built in."""
    own = {name: group for group, names in columns_by_group().items() for name in names}
    strange = set(wanted) - own.keys() - CORPUS_COLUMNS.keys()
    if any(not name.startswith(OWN) for name in strange):
        own |= {name: group for group, names in offered_columns().items() for name in names}
    return own


def told(
    rule_sets: Sequence[str],
    overrides: Sequence[str],
    dedup: Mapping[str, Any] | None = None,
    coverage: bool = False,
) -> str:
    """Write options as comments, so that a recipe's source tells what was changed.

    Examples
    --------
    >>> told([], ["base.too_short.min=3"])
    '# changed by --set base.too_short.min=3\\n'
    """
    lines = [f"--rules {','.join(rule_sets)}"] if rule_sets else []
    lines += [f"--set {text}" for text in overrides]
    lines += [" ".join(dedup_words({name: value})) for name, value in (dedup or {}).items()]
    lines += ["--coverage"] if coverage else []
    return "".join(f"# changed by {line}\n" for line in lines)
