"""What a run is to be decided with instead, and everything that its scores cannot answer.

Scores were measured once: with these features, after these cleaners, with these marks of
duplicates. A wish that needs others is refused, with what would grant it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from corpuskit.config import nearest
from corpuskit.duplicate_settings import FROM_INPUT, DuplicateSettings, parse_keep
from corpuskit.errors import ConfigError, RunError
from corpuskit.recipe import (
    Recipe,
    load_recipe,
    resolved,
    with_model,
    with_options,
    with_overrides,
    with_rule_sets,
)
from corpuskit.recipe_features import ALWAYS_MEASURED
from corpuskit.resolve import check_feature
from corpuskit.rules import Condition, Rule
from corpuskit.rules.files import own_dtype
from corpuskit.rules.labels import with_labels
from corpuskit.schema import CORPUS_COLUMNS, OWN
from corpuskit.tuning.finished import FinishedRun, languages_found

SAID = ("exact", "near", "similarity", "keep")
MARKS = ("bands", "rows", "seed", "shingle")
"""What the stored bands depend on; every other setting of duplicates can be changed later."""


@dataclass(frozen=True)
class Changes:
    """What differs from the run's own recipe; nothing given changes nothing.

    recipe : another recipe, by name or path.
    rule_sets : rule sets instead of those of the recipe, by name or path; without its languages
        and their least score.
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
    check_measured(run, recipe.quality_rules())
    recipe = with_overrides(recipe, changes.overrides, run.columns)
    recipe = _with_labels(run, recipe, changes)
    recipe = replace(resolved(recipe, run.scores()), features=run.recipe.features)
    recipe = replace(recipe, coverage=run.recipe.coverage)
    if changes.from_files:
        check_versions(run, recipe.all_rules())
    recipe = replace(recipe, duplicates=_with_stored_bands(run, recipe.duplicates))
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
    known = {*run.columns, *CORPUS_COLUMNS}
    for rule in rules:
        for role, condition in (("needs", rule.keep), *(("is guarded by", g) for g in rule.when)):
            if condition.feature not in known:
                raise ConfigError(
                    f"{_place(condition)}rule {rule.id}: {role} the feature "
                    f"{condition.feature!r}, which the scores of {run.layout.root} do not have; "
                    f"{_remedy(run, condition.feature)}"
                )
            own = own_dtype(condition.feature, [side for side, _ in condition.bounds])
            if own is not None and own != run.columns[condition.feature]:
                raise ConfigError(
                    f"{_place(condition)}rule {rule.id}: takes {condition.feature!r} for {own}, "
                    f"the scores of {run.layout.root} hold {run.columns[condition.feature]}; use "
                    "bounds for that"
                )


def _place(condition: Condition) -> str:
    """Return where a condition was read, for the beginning of a message."""
    return f"{condition.place}: " if condition.place else ""


def _remedy(run: FinishedRun, feature: str) -> str:
    from corpuskit.resolve import feature_homes

    if feature.startswith(OWN):
        return f"{nearest(feature, run.columns)} (or run clean again with this rule)"
    group = feature_homes(feature).get(feature)
    if group is None:
        return nearest(feature, run.columns)
    if not run.recipe.coverage and group in ALWAYS_MEASURED:
        return "run it again with --coverage --overwrite"
    return f"run clean again with {group!r} among the recipe's features"


def check_versions(run: FinishedRun, rules: Sequence[Rule]) -> None:
    """Refuse rules on features whose meaning changed since the run measured them.

    Raises
    ------
    ConfigError
        Where a rule of a file says so; RunError for a rule that has no place.
    """
    from corpuskit.resolve import feature_homes

    stale = stale_groups(run)
    used = {condition.feature for rule in rules for condition in rule.conditions()}
    home = feature_homes(*used)
    for rule in rules:
        for condition in rule.conditions():
            group = home.get(condition.feature)
            if group in stale:
                what = f"rule {rule.id} uses {condition.feature!r}, and "
                if condition.place:
                    what = f"{_place(condition)}{what}"
                    raise ConfigError(what + _version_told(run, group))
                raise RunError(f"{run.layout.root}: {what}{_version_told(run, group)}")


def check_all_versions(run: FinishedRun) -> None:
    """Refuse a run with any group of features whose meaning changed since."""
    for group in stale_groups(run):
        raise RunError(f"{run.layout.root}: {_version_told(run, group)}")
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
    measured = run.settings["features"]
    current = current_versions(*measured)
    return tuple(group for group, version in measured.items() if current.get(group) != version)


def current_versions(*wanted: str) -> dict[str, int]:
    """Return the version of every group; of packages only if one of `wanted` is not built in."""
    from corpuskit.features.groups import columns_by_group, groups, offers
    from corpuskit.features.language import LanguageModel

    no_model = LanguageModel(Path(), (), "", "kernel")  # only the declaration is read
    own = groups(no_model, tuple(columns_by_group()))
    versions = {group.name: group.version for group in own}
    if set(wanted) - versions.keys():
        versions |= {name: offer.group.version for name, offer in offers().items()}
    return versions


def _version_told(run: FinishedRun, group: str) -> str:
    was, now = run.settings["features"][group], current_versions(group).get(group)
    means = f"version {now}" if now is not None else "none"
    return (
        f"the scores of {run.layout.root} hold version {was} of the feature group {group!r}, "
        f"this corpuskit has {means}; run clean again with --overwrite"
    )


def _known_columns(run: FinishedRun) -> Mapping[str, pl.DataType]:
    """Return what a rule may name: what the run measured, and what could have been measured."""
    from corpuskit.features.groups import KnownColumns, all_columns

    return KnownColumns({**all_columns(), **run.columns})


def _check_cleaners(run: FinishedRun, recipe: Recipe, name: str) -> None:
    if recipe.repeats != run.recipe.repeats:
        raise ConfigError(
            f"--recipe {name}: takes out other repeated lines than the scores of "
            f"{run.layout.root} were measured after; run clean again, or take its rule sets alone "
            "with --rules"
        )
    if recipe.cleaners != run.recipe.cleaners:
        ours, theirs = (", ".join(r.cleaners) or "nothing" for r in (run.recipe, recipe))
        raise ConfigError(
            f"--recipe {name}: cleans with {theirs}, but the scores of {run.layout.root} were "
            f"measured after {ours}; run clean again, or take its rule sets alone with --rules"
        )


def _with_labels(run: FinishedRun, recipe: Recipe, changes: Changes) -> Recipe:
    """Write languages as the labels of the model that measured the scores."""
    if recipe.languages == run.recipe.languages and not changes.from_files:
        return recipe
    from corpuskit.features.language import load_model

    model = load_model(recipe.language_model if changes.recipe is not None else None)
    labels: Sequence[str] = model.labels
    if model.fingerprint != run.settings["language_model"]:
        labels = languages_found(run)
    if recipe.languages == run.recipe.languages:
        return replace(recipe, rules=with_labels(recipe.rules, labels))
    return with_model(recipe, labels)


def _with_stored_bands(
    run: FinishedRun, wanted: DuplicateSettings | None
) -> DuplicateSettings | None:
    """Take the bands of the run where a recipe states none, if they find as much as it asks for."""
    had = run.recipe.duplicates
    if had is None or wanted is None or not wanted.planned:
        return wanted
    given = had.banding.recall(wanted.similarity)
    if wanted.near and given < wanted.recall:
        raise ConfigError(
            f"duplicates: {run.layout.root} was made with {had.bands} bands of {had.rows} rows, "
            f"which find {given:.4g} of the pairs of similarity {wanted.similarity}, the recipe "
            f"asks for {wanted.recall}; lower its recall, or run clean again"
        )
    recall = min(wanted.recall, given)
    return replace(wanted, bands=had.bands, rows=had.rows, recall=recall)


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
    _check_keep(run, had, wanted)
    if redo:
        return
    same_search = replace(wanted, similarity=had.similarity, recall=had.recall) == had
    if not same_search or wanted.similarity < had.similarity:
        names = [name for name in SAID if getattr(had, name) != getattr(wanted, name)]
        raise ConfigError(
            f"{where} was made with {_said(had, names)}, and {_said(wanted, names)} needs a new "
            f"search; add --write --out NEW, which searches again{_reach(had, wanted)}, or "
            "--no-dedup"
        )


def _check_keep(run: FinishedRun, had: DuplicateSettings, wanted: DuplicateSettings) -> None:
    """Refuse to choose copies by what the scores do not hold."""
    keep = parse_keep(wanted.keep)
    check_feature(keep, run.columns)
    if keep.kind in FROM_INPUT and wanted.keep != had.keep:
        raise ConfigError(
            f"duplicates: {run.layout.root} was made with keep {had.keep}, so its scores do not "
            f"hold what {wanted.keep} needs; run clean again"
        )


def _said(settings: DuplicateSettings, names: Sequence[str]) -> str:
    return ", ".join(f"{name} {getattr(settings, name)}" for name in names)


def _reach(had: DuplicateSettings, wanted: DuplicateSettings) -> str:
    """Say what the stored bands find at a similarity that they were not made for."""
    if not wanted.near or wanted.similarity >= had.similarity:
        return ""
    given = wanted.banding.recall(wanted.similarity)
    return (
        f" (the stored {wanted.bands} bands of {wanted.rows} rows find {given:.2g} of the pairs of "
        f"similarity {wanted.similarity}; clean finds more)"
    )


def _told(changes: Changes) -> str:
    """Write the options as comments, so that a recipe's source tells what was changed."""
    lines = [f"--rules {','.join(changes.rule_sets)}"] if changes.rule_sets else []
    lines += [f"--set {text}" for text in changes.overrides]
    return "".join(f"# decided again with {line}\n" for line in lines)
