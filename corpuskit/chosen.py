"""What a run follows, as its options choose it: the recipe, its language model, the tokenizer."""

from __future__ import annotations

from corpuskit import coverage
from corpuskit.cleaners import CLEANERS, split_cleaners
from corpuskit.errors import ConfigError
from corpuskit.features.language import LanguageModel
from corpuskit.recipe import Recipe
from corpuskit.repeat import Options
from corpuskit.resolve import resolve


def check_removed_lines(recipe: Recipe) -> None:
    """Refuse to keep what nothing takes out.

    Raises
    ------
    ConfigError
        If the recipe has no line cleaner.
    """
    if not split_cleaners(recipe.cleaners)[1] and recipe.repeats is None:
        known = ", ".join(split_cleaners(tuple(CLEANERS))[1])
        raise ConfigError(
            f"--keep-removed-lines: the recipe {recipe.name!r} has no line cleaner, so no line is "
            f"removed; leave it out, add --unit line, or name one of {known} among the recipe's "
            "cleaners"
        )


def chosen_recipe(options: Options) -> tuple[Recipe, LanguageModel | None]:
    """Resolve the recipe that is asked for, and the model that it needs."""
    return resolve(
        options.recipe,
        options.languages,
        options.language_model,
        options.duplicates,
        options.rule_sets,
        options.overrides,
        options.dedup,
        options.unit,
        options.per_host,
        options.coverage,
    )


def chosen_tokenizer(options: Options, recipe: Recipe) -> coverage.Tokenizer | None:
    """Load the tokenizer that coverage counts with; None where coverage is not measured.

    Raises
    ------
    ConfigError
        If one is named and nothing would be counted.
    """
    if recipe.coverage:
        return coverage.load_tokenizer(options.tokenizer or recipe.tokenizer)
    if options.tokenizer is not None:
        raise ConfigError(
            f"--tokenizer {options.tokenizer}: the recipe {recipe.name!r} measures no coverage, so "
            "no tokens are counted; leave it out, or add --coverage"
        )
    return None
