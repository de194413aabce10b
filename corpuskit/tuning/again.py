"""What a run is to be decided with instead, and everything that its scores cannot answer.

Scores were measured once: with these features, after these cleaners, with these marks of
duplicates. A wish that needs others is refused, with what would grant it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from corpuskit.config import nearest
from corpuskit.duplicate_settings import DuplicateSettings
from corpuskit.errors import ConfigError, RunError
from corpuskit.languages import normalise_all
from corpuskit.recipe import (
    Recipe,
    load_recipe,
    with_options,
    with_overrides,
    with_rule_sets,
)
from corpuskit.rules import Rule
from corpuskit.schema import CORPUS_COLUMNS
from corpuskit.tuning.finished import FinishedRun, languages_found

MARKS = ("bands", "rows", "seed")
"""What the stored bands depend on; every other setting of duplicates can be changed later."""


@dataclass(frozen=True)
class Changes:
    """What differs from the run's own recipe; nothing given changes nothing.

    recipe : another recipe, by name or path.
    rule_sets : rule sets instead of those of the recipe, by name or path.
    overrides : single bounds, as ``gopher.too_few_words.min=30``.
    languages : codes to keep instead of those of the recipe.
    duplicates : False keeps duplicates.
    """

    recipe: str | None = None
    rule_sets: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    duplicates: bool = True

    def words(self) -> list[str]:
        """Return the words of the command line that ask for this."""
        given = ["--recipe", self.recipe] if self.recipe is not None else []
        given += ["--rules", ",".join(self.rule_sets)] if self.rule_sets else []
        given += [word for text in self.overrides for word in ("--set", text)]
        given += ["--languages", ",".join(self.languages)] if self.languages else []
        return given + ([] if self.duplicates else ["--no-dedup"])

    @property
    def from_files(self) -> bool:
        """Rules come from files of today, not from the manifest."""
        return self.recipe is not None or bool(self.rule_sets)


def changed_recipe(run: FinishedRun, changes: Changes, redo: bool = False) -> Recipe:
    """Return what the run is to be decided with.

    Parameters
    ----------
    redo : duplicates will be looked for again, so their settings may change as far as the stored
        bands allow; else a stored similarity is all that is known.

    Raises
    ------
    ConfigError
        For an unknown recipe, rule set, rule, side or language, a bound of the wrong type, a
        feature that the run did not measure, other cleaners, other marks of duplicates.
    RunError
        If a feature that the rules use means something else in this version.
    """
    recipe = run.recipe
    if changes.recipe is not None:
        recipe = _loaded(run, changes.recipe)
    if changes.rule_sets:
        recipe = with_rule_sets(recipe, changes.rule_sets, _known_columns(run))
    recipe = with_options(recipe, changes.languages, None, changes.duplicates)
    # Only known features can be named; a bound is checked against the feature's own dtype.
    check_measured(run, recipe.rules)
    recipe = with_overrides(recipe, changes.overrides, run.columns)
    languages = _languages(run, recipe, changes.recipe is not None)
    recipe = replace(recipe, languages=languages, features=run.recipe.features)
    if changes.from_files:
        check_versions(run, recipe.all_rules())
    _check_duplicates(run, recipe.duplicates, redo)
    return replace(recipe, source=_told(changes) + recipe.source)


def _loaded(run: FinishedRun, name: str) -> Recipe:
    """Load a recipe of today; what it takes to do so takes half a second, hence here."""
    from corpuskit.cleaners import CLEANERS
    from corpuskit.features.groups import columns_by_group

    recipe = load_recipe(name, columns_by_group(), tuple(CLEANERS))
    _check_cleaners(run, recipe, name)
    check_cleaner_versions(run)
    return recipe


def check_measured(run: FinishedRun, rules: Sequence[Rule]) -> None:
    """Refuse a rule, or a guard, on a column that the run did not measure."""
    for rule in rules:
        for role, condition in (("needs", rule.keep), *(("is guarded by", g) for g in rule.when)):
            if condition.feature not in {*run.columns, *CORPUS_COLUMNS}:
                raise ConfigError(
                    f"rule {rule.id}: {role} the feature {condition.feature!r}, which the scores "
                    f"of {run.layout.root} do not have; {_remedy(run, condition.feature)}"
                )


def _remedy(run: FinishedRun, feature: str) -> str:
    from corpuskit.resolve import feature_homes

    group = feature_homes().get(feature)
    if group is None:
        return nearest(feature, run.columns)
    return f"run clean again with {group!r} among the recipe's features"


def check_versions(run: FinishedRun, rules: Sequence[Rule]) -> None:
    """Refuse rules on features whose meaning changed since the run measured them."""
    from corpuskit.resolve import feature_homes

    stale = stale_groups(run)
    home = feature_homes()
    for rule in rules:
        for feature in (rule.keep.feature, *(guard.feature for guard in rule.when)):
            if home.get(feature) in stale:
                raise _stale(run, home[feature], f"rule {rule.id} uses {feature!r}, and ")


def check_all_versions(run: FinishedRun) -> None:
    """Refuse a run with any group of features whose meaning changed since."""
    for group in stale_groups(run):
        raise _stale(run, group, "")
    check_cleaner_versions(run)


def check_cleaner_versions(run: FinishedRun) -> None:
    """Refuse a run whose texts this version of corpuskit would clean otherwise."""
    from corpuskit.cleaners import CLEANERS

    for name, was in run.settings.get("cleaners", {}).items():
        now = CLEANERS[name].version if name in CLEANERS else "none"
        if now != was:
            raise RunError(
                f"{run.layout.root}: was cleaned by version {was} of the cleaner {name!r}, this "
                f"corpuskit has {now}; run clean again with --overwrite"
            )


def stale_groups(run: FinishedRun) -> tuple[str, ...]:
    """List the feature groups that this version of corpuskit measures otherwise than the run."""
    return tuple(
        group for group, version in run.settings["features"].items()
        if current_versions().get(group) != version
    )  # fmt: skip


def current_versions() -> dict[str, int]:
    """Return the version of every feature group of this corpuskit."""
    from corpuskit.features.groups import columns_by_group, groups
    from corpuskit.features.language import LanguageModel

    no_model = LanguageModel(Path(), (), "", "kernel")  # only the declaration is read
    return {group.name: group.version for group in groups(no_model, tuple(columns_by_group()))}


def _stale(run: FinishedRun, group: str, what: str) -> RunError:
    was, now = run.settings["features"][group], current_versions().get(group)
    means = f"version {now}" if now is not None else "none"
    return RunError(
        f"{run.layout.root}: {what}the scores hold version {was} of the feature group {group!r}, "
        f"this corpuskit has {means}; run clean again with --overwrite"
    )


def _known_columns(run: FinishedRun) -> dict[str, pl.DataType]:
    from corpuskit.features.groups import all_columns

    return {**all_columns(), **run.columns}


def _check_cleaners(run: FinishedRun, recipe: Recipe, name: str) -> None:
    if recipe.cleaners != run.recipe.cleaners:
        ours, theirs = (", ".join(r.cleaners) or "nothing" for r in (run.recipe, recipe))
        raise ConfigError(
            f"--recipe {name}: cleans with {theirs}, but the scores of {run.layout.root} were "
            f"measured after {ours}; run clean again, or take its rule sets alone with --rules"
        )


def _languages(run: FinishedRun, recipe: Recipe, loaded: bool) -> tuple[str, ...]:
    """Write the languages as the labels of the model that measured the scores."""
    if recipe.languages == run.recipe.languages:
        return recipe.languages
    from corpuskit.features.language import load_model

    model = load_model(recipe.language_model if loaded else None)
    labels: Sequence[str] = model.labels
    if model.fingerprint != run.settings["language_model"]:
        labels = languages_found(run)
    return normalise_all(recipe.languages, labels)


def _check_duplicates(run: FinishedRun, wanted: DuplicateSettings | None, redo: bool) -> None:
    had = run.recipe.duplicates
    if wanted is None or wanted == had:
        return
    where = f"duplicates: {run.layout.root}"
    if had is None:
        raise ConfigError(
            f"{where} was made without looking for any; add --no-dedup, or run clean again"
        )
    for name in MARKS:
        if getattr(had, name) != getattr(wanted, name):
            raise ConfigError(
                f"{where} was made with {name} {getattr(had, name)}, the recipe asks for "
                f"{getattr(wanted, name)}; keep {name} as it was, or run clean again"
            )
    if redo:
        return
    same_search = replace(wanted, threshold=had.threshold) == had
    if not same_search or wanted.threshold < had.threshold:
        raise ConfigError(
            f"{where} was made with {_said(had)}, and {_said(wanted)} needs a new search; "
            "add --write --out NEW, which searches again, or --no-dedup"
        )


def _said(settings: DuplicateSettings) -> str:
    return ", ".join(f"{name} {getattr(settings, name)}"
                     for name in ("exact", "near", "threshold", "keep"))  # fmt: skip


def _told(changes: Changes) -> str:
    """Write the options as comments, so that a recipe's source tells what was changed."""
    lines = [f"--rules {','.join(changes.rule_sets)}"] if changes.rule_sets else []
    lines += [f"--set {text}" for text in changes.overrides]
    return "".join(f"# decided again with {line}\n" for line in lines)
