"""A recipe = languages + cleaners + rule sets + duplicates: everything that decides, as data.

Recipes and rule sets are YAML files: shipped ones are found by name (``web``), a user's own by
path. A rule set named in a recipe of the user's is looked for beside that recipe first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from corpuskit.config import Entry, known_text, load_yaml, nearest
from corpuskit.coverage_settings import read_coverage
from corpuskit.duplicate_settings import SETTINGS, DuplicateSettings
from corpuskit.errors import ConfigError
from corpuskit.recipe_features import (
    ALWAYS_MEASURED,
    chosen_groups,
    needed_groups,
    usable_columns,
    with_needed,
)
from corpuskit.repeat_settings import RepeatSettings, read_repeats, with_unit
from corpuskit.rules import (
    Argument,
    Condition,
    Override,
    Rule,
    check_unique,
    load_rule_set,
    override,
    parse_override,
    rule_from_plain,
)
from corpuskit.rules.files import read_severity
from corpuskit.rules.labels import labelled, with_labels
from corpuskit.rules.own_columns import own_columns
from corpuskit.rules.quantiles import resolve
from corpuskit.rules.rule import flagging
from corpuskit.rules.sets import find_rule_set, is_file_name, recipe_names, shipped_rules
from corpuskit.schema import CORPUS_COLUMNS

RECIPE_KEYS = (
    "name",
    "description",
    "languages",
    "min_language_score",
    "language_model",
    "features",
    "coverage",
    "cleaners",
    "rule_sets",
    "severity",
    "duplicates",
    "repeats",
)


@dataclass(frozen=True)
class Recipe:
    """What a run does with a corpus, apart from where it reads and writes.

    languages : codes to keep, or empty for all.
    features : feature groups to measure; characters and language are always among them where
        coverage is, and those `MEASURED_ON_DEMAND` where a rule uses them. A recipe that names
        none measures what its rules need.
    rules : the quality rules, in order; the language and duplicate rules come from the settings.
    source : the recipe file, verbatim.
    repeats : which lines that stand more than once are taken out; None for none.
    coverage : describe the corpus too: languages, scripts, vocabulary, n-grams, domains, tokens,
        and a raw sample. Without it, a run measures no more than its rules need.
    severity : ``flag`` lets every rule flag, whatever it says itself: then nothing is dropped, and
        duplicates are looked for among all documents. ``drop`` leaves it to the rules.
    tokenizer : what coverage counts tokens with: a tokenizer.json, its folder, a name on the Hub;
        None for o200k_base.
    languages_place : ``path:line`` of the languages, where a file gives them.
    """

    name: str
    description: str
    languages: tuple[str, ...]
    min_language_score: float
    language_model: str
    features: tuple[str, ...]
    cleaners: tuple[str, ...]
    rules: tuple[Rule, ...]
    duplicates: DuplicateSettings | None
    source: str
    repeats: RepeatSettings | None = None
    coverage: bool = True
    severity: str = "drop"
    tokenizer: str | None = None
    languages_place: str = field(default="", compare=False, repr=False)

    def quality_rules(self) -> tuple[Rule, ...]:
        """Return the rules before duplicates: nothing left, language, then the rule sets."""
        return self._as_severe(self._repeat_rules() + self._language_rules() + self.rules)

    def all_rules(self) -> tuple[Rule, ...]:
        """Return every rule in the order of the funnel; duplicates come last."""
        return self.quality_rules() + self._as_severe(self._duplicate_rules())

    @property
    def drops_equal_texts(self) -> bool:
        """Of documents of one text, one stays."""
        return self.severity == "drop" and self.duplicates is not None and self.duplicates.exact

    def plain(self) -> dict[str, Any]:
        """Return the recipe as JSON data, the part of a plan that decides."""
        duplicates = self.duplicates.plain() if self.duplicates else None
        return {
            "name": self.name,
            "languages": list(self.languages),
            "min_language_score": self.min_language_score,
            "features": list(self.features),
            "cleaners": list(self.cleaners),
            "rules": {rule.id: rule.plain() for rule in self.all_rules()},
            "duplicates": duplicates,
            **({"repeats": vars(self.repeats)} if self.repeats else {}),
            **({} if self.coverage else {"coverage": False}),
            **({} if self.severity == "drop" else {"severity": self.severity}),
        }

    def _as_severe(self, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        return flagging(rules) if self.severity == "flag" else rules

    def _repeat_rules(self) -> tuple[Rule, ...]:
        if self.repeats is None:
            return ()
        keep = Condition("left_char_ratio.repeats", (("above", 0.0),))
        return (Rule("repeats.nothing_left", keep, why="All its lines stand elsewhere as well."),)

    def _language_rules(self) -> tuple[Rule, ...]:
        rules: list[Rule] = []
        if self.languages:
            keep = Condition("language", (("in", self.languages),))
            why = f"Only these languages were asked for: {', '.join(self.languages)}."
            rules.append(Rule("language.not_wanted", keep, why=why))
        if self.min_language_score > 0:
            keep = Condition("language_score", (("min", self.min_language_score),))
            why = "The language model must be at least this sure of its answer."
            rules.append(Rule("language.uncertain", keep, why=why))
        return tuple(rules)

    def _duplicate_rules(self) -> tuple[Rule, ...]:
        if self.duplicates is None:
            return ()
        rules: list[Rule] = []
        if self.duplicates.exact:
            keep = Condition("exact_duplicate", (("is", False),))
            why = "Another kept document has the same text, white space aside."
            rules.append(Rule("duplicates.exact_duplicate", keep, why=why))
        if self.duplicates.near:
            threshold = self.duplicates.similarity
            keep = Condition("near_duplicate_jaccard", (("below", threshold),))
            why = f"A kept document shares at least {threshold:.0%} of the two texts' shingles."
            rules.append(Rule("duplicates.near_duplicate", keep, why=why))
        return tuple(rules)


def load_recipe(
    name: str, groups: Mapping[str, Mapping[str, pl.DataType]], cleaners: Sequence[str]
) -> Recipe:
    """Read a recipe by name or by path (anything that ends in .yaml or .yml).

    Parameters
    ----------
    groups : per built-in feature group, the name and dtype of its columns. Those of other
        packages are looked for where the recipe names something else.
    cleaners : the names of all cleaners.

    Raises
    ------
    ConfigError
        With the nearest name for an unknown recipe, rule set, cleaner or key; with ``path:line``
        for everything inside a file.
    """
    path = _recipe_path(name)
    entry = load_yaml(path)
    keys = entry.mapping(RECIPE_KEYS, required=("name",))
    coverage, tokenizer = read_coverage(keys.get("coverage"), path.parent)
    always = ALWAYS_MEASURED if coverage else ()
    chosen = chosen_groups(keys.get("features"), groups, always)
    columns = usable_columns(chosen, groups)
    repeats = read_repeats(keys.get("repeats"))
    rules = _rules(_list(keys.get("rule_sets")), path.parent, columns)
    severity = read_severity(keys["severity"]) if "severity" in keys else "drop"
    rules = flagging(rules) if severity == "flag" else rules
    return Recipe(
        name=keys["name"].text(),
        description=keys["description"].text() if "description" in keys else "",
        languages=_languages(keys.get("languages")),
        min_language_score=_score(keys.get("min_language_score")),
        language_model=keys["language_model"].text() if "language_model" in keys else "lid.176",
        features=with_needed(chosen, needed_groups(rules, groups, always), repeats is not None),
        cleaners=tuple(
            known_text(item, cleaners, "cleaner") for item in _list(keys.get("cleaners"))
        ),
        rules=rules,
        duplicates=_duplicates(keys.get("duplicates")),
        repeats=repeats,
        source=path.read_text("utf-8-sig"),
        coverage=coverage,
        severity=severity,
        tokenizer=tokenizer,
        languages_place=_place(keys.get("languages")),
    )


def resolved(recipe: Recipe, scores: pl.LazyFrame) -> Recipe:
    """Return the recipe with every quantile among its bounds as a number, taken from scores."""
    return replace(recipe, rules=resolve(recipe.rules, scores))


def with_model(recipe: Recipe, labels: Sequence[str]) -> Recipe:
    """Return the recipe with every language as the labels of a model.

    Raises
    ------
    ConfigError
        With ``path:line`` and the nearest language, for a code that means none.
    """
    languages = labelled(recipe.languages, labels, recipe.languages_place)
    return replace(recipe, languages=languages, rules=with_labels(recipe.rules, labels))


def with_options(
    recipe: Recipe,
    languages: tuple[str, ...] = (),
    language_model: str | None = None,
    duplicates: bool = True,
    unit: str | None = None,
    per_host: bool = False,
) -> Recipe:
    """Return the recipe with what the command line says instead.

    Raises
    ------
    ConfigError
        For a unit that there is not.
    """
    repeats = with_unit(recipe.repeats, unit, per_host)
    return replace(
        recipe,
        features=with_needed(recipe.features, (), repeats is not None),
        repeats=repeats,
        languages=languages or recipe.languages,
        languages_place="" if languages else recipe.languages_place,
        language_model=language_model or recipe.language_model,
        duplicates=recipe.duplicates if duplicates else None,
    )


def with_rule_sets(
    recipe: Recipe, names: Sequence[str], columns: Mapping[str, pl.DataType]
) -> Recipe:
    """Return the recipe with these rule sets (names, .yaml files) instead of rules and languages.

    Raises
    ------
    ConfigError
        With the nearest name for an unknown set, with ``path:line`` for what is wrong inside one.
    """
    items = [Argument(name, "--rules", 1) for name in names]
    rules = _rules(items, Path(), columns)
    return replace(recipe, rules=rules, languages=(), languages_place="", min_language_score=0.0,
                   severity="drop")  # fmt: skip  # what is asked for drops


def with_overrides(
    recipe: Recipe, texts: Sequence[str], columns: Mapping[str, pl.DataType]
) -> Recipe:
    """Return the recipe with single bounds set anew: ``["gopher.too_few_words.min=30"]``.

    Rules that come from the recipe's settings (`language.not_wanted`, `language.uncertain`,
    `duplicates.near_duplicate`) change the setting.

    Raises
    ------
    ConfigError
        For an unknown rule or side, with the nearest; for a bound of the wrong type; for a bound
        that is set twice.
    """
    given: set[tuple[str, str]] = set()
    known = {**columns, **{name: dtype for name, (dtype, _) in CORPUS_COLUMNS.items()}}
    for change in map(parse_override, texts):
        if (change.rule, change.side) in given:
            raise change.value.fail("this bound is set twice; leave one out")
        given.add((change.rule, change.side))
        recipe = _overridden(recipe, change, known)
    return recipe


def _overridden(recipe: Recipe, change: Override, columns: Mapping[str, pl.DataType]) -> Recipe:
    rules = {rule.id: rule for rule in recipe.all_rules()}
    if change.rule not in rules:
        raise change.value.fail(f"unknown rule {change.rule!r}; {nearest(change.rule, rules)}")
    if change.side == "severity" and recipe.severity != "drop":
        raise change.value.fail(f"every rule flags by the severity of recipe {recipe.name!r}")
    changed = override(rules[change.rule], change, columns)
    bound = dict(changed.keep.bounds).get(change.side)
    if any(rule.id == change.rule for rule in recipe.rules):
        own = tuple(changed if rule.id == change.rule else rule for rule in recipe.rules)
        return replace(recipe, rules=own)
    if changed.id == "language.not_wanted" and isinstance(bound, tuple):
        return replace(recipe, languages=bound)
    if changed.id == "language.uncertain" and change.side == "min":
        return replace(recipe, min_language_score=_score(change.value))
    if changed.id == "duplicates.near_duplicate" and change.side == "below" and recipe.duplicates:
        threshold = float(change.value.number())
        try:
            return replace(recipe, duplicates=recipe.duplicates.changed({"similarity": threshold}))
        except ConfigError as error:
            raise change.value.fail(str(error)) from error
    raise change.value.fail("this comes from the recipe's settings; change it in the recipe")


def recipe_from_plain(plain: Mapping[str, Any], language_model: str, source: str) -> Recipe:
    """Make a recipe again from what `Recipe.plain` gave, as the manifest of a run holds it.

    Parameters
    ----------
    language_model : what the plan says of the model; `plain` is silent about it.
    source : the recipe file, verbatim.
    """
    duplicates = plain["duplicates"]
    recipe = Recipe(
        name=plain["name"],
        description="",
        languages=tuple(plain["languages"]),
        min_language_score=plain["min_language_score"],
        language_model=language_model,
        features=tuple(plain["features"]),
        cleaners=tuple(plain["cleaners"]),
        rules=(),
        duplicates=None if duplicates is None else DuplicateSettings(**duplicates),
        source=source,
        repeats=RepeatSettings(**plain["repeats"]) if plain.get("repeats") else None,
        coverage=plain.get("coverage", True),
        severity=plain.get("severity", "drop"),
    )
    made = {rule.id for rule in recipe.all_rules()}
    own = (rule_from_plain(name, rule) for name, rule in plain["rules"].items() if name not in made)
    return replace(recipe, rules=tuple(own))


def _rules(
    items: Sequence[Entry], beside: Path, columns: Mapping[str, pl.DataType]
) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    for item in items:
        rules.extend(load_rule_set(find_rule_set(item, beside), columns))
    check_unique(rules)
    own_columns(rules)
    return tuple(rules)


def _recipe_path(name: str) -> Path:
    if is_file_name(name):
        return Path(name)
    if name not in recipe_names():
        hint = nearest(name, recipe_names())
        raise ConfigError(f"recipe: unknown recipe {name!r}; {hint} (or give a .yaml file)")
    return shipped_rules() / "recipes" / f"{name}.yaml"


def _list(entry: Entry | None) -> list[Entry]:
    return [] if entry is None else entry.items()


def _languages(entry: Entry | None) -> tuple[str, ...]:
    if entry is None or entry.value == "all":
        return ()
    return tuple(item.text() for item in entry.items())


def _place(entry: Entry | None) -> str:
    return "" if entry is None else f"{entry.path}:{entry.line}"


def _score(entry: Entry | None) -> float:
    if entry is None:
        return 0.0
    if not 0 <= entry.number() <= 1:
        raise entry.fail(f"min_language_score is {entry.number()}; it lies in [0, 1]")
    return float(entry.number())


def _duplicates(entry: Entry | None) -> DuplicateSettings | None:
    if entry is None or entry.value is False or entry.value is None:
        return None
    given = {key: item.plain() for key, item in entry.mapping(SETTINGS).items()}
    try:
        return DuplicateSettings(**given)
    except ConfigError as error:
        raise entry.fail(str(error)) from error
