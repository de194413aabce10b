"""Rule sets and recipes to be read by people: what there is, and what one of them would do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from textwrap import fill
from typing import Any

from corpuskit.cleaners import CLEANERS
from corpuskit.config import Entry, load_yaml, nearest
from corpuskit.errors import ConfigError
from corpuskit.features.groups import columns_by_group, known_columns
from corpuskit.features.language import load_model
from corpuskit.features.listing import built_in, every
from corpuskit.languages import LANGUAGES
from corpuskit.recipe import Recipe, load_recipe, with_model
from corpuskit.rules import Rule, load_rule_set
from corpuskit.rules.labels import with_labels
from corpuskit.rules.own_columns import own_columns
from corpuskit.rules.sentences import described, rules_page
from corpuskit.rules.sets import is_file_name, recipe_names, rule_set_names, shipped_rules
from corpuskit.schema import CORPUS_COLUMNS, OWN

RULE_SET, RECIPE = "rule set", "recipe"


@dataclass(frozen=True)
class Chapter:
    """A rule set, or a recipe with all its rules; `recipe` is None for a rule set."""

    name: str
    about: str
    rules: tuple[Rule, ...]
    recipe: Recipe | None = None

    @property
    def kind(self) -> str:
        """What it is, in words."""
        return RULE_SET if self.recipe is None else RECIPE

    def plain(self) -> dict[str, Any]:
        """Return it as JSON data, each rule with its sentence."""
        units = _units(self.rules)
        settings = {} if self.recipe is None else self.recipe.plain()
        return {
            "kind": self.kind,
            **settings,
            "name": self.name,
            "about": self.about,
            "rules": [described(rule, units) for rule in self.rules],
        }

    def page(self) -> str:
        """Return it as text for the terminal."""
        parts = [f"{self.kind} {self.name}", self.about]
        if self.recipe is not None:
            parts.append(_settings(self.recipe))
        parts.append(rules_page(self.rules, _units(self.rules)) or "It has no rules.")
        return "\n\n".join(part for part in parts if part)


def chapters() -> tuple[Chapter, ...]:
    """Return every shipped rule set, then every shipped recipe."""
    sets = (shipped(name) for name in rule_set_names())
    return (*sets, *(open_recipe(name) for name in recipe_names()))


def shipped(name: str) -> Chapter:
    """Read a shipped rule set; its name is what it is called by, folder and all."""
    return replace(open_rule_set(shipped_rules() / f"{name}.yaml"), name=name)


def contents(found: Sequence[Chapter]) -> str:
    """List rule sets and recipes, a line each with the first sentence of what they are.

    Sets of a folder, such as the 42 of FineWeb-2, are one line and their names.
    """
    single = [chapter for chapter in found if "/" not in chapter.name]
    width = max((len(chapter.name) for chapter in single), default=0)
    parts: list[str] = []
    for kind in (RULE_SET, RECIPE):
        parts.append(f"{kind}s" if not parts else f"\n{kind}s")
        parts += [
            f"  {chapter.name:<{width}}  {len(chapter.rules):>3}  {_first(chapter.about)}"
            for chapter in single
            if chapter.kind == kind
        ]
        if kind == RULE_SET:
            parts += in_folders([chapter.name for chapter in found if "/" in chapter.name])
    return "\n".join(parts)


def in_folders(names: Sequence[str]) -> list[str]:
    """List the rule sets of each folder: ``fineweb2/`` and the names in it, wrapped."""
    parts: list[str] = []
    for folder, group in groupby(names, key=lambda name: name.rpartition("/")[0]):
        own = [name.rpartition("/")[2] for name in group]
        parts.append(f"\n  {folder}/NAME, {len(own)} sets:")
        parts.append(fill(", ".join(own), 96, initial_indent="    ", subsequent_indent="    "))
    return parts


def find(name: str, recipe: bool = False) -> Chapter:
    """Return the rule set, else the recipe, of this name or path.

    Parameters
    ----------
    recipe : the recipe is meant, where both have the name.

    Raises
    ------
    ConfigError
        For an unknown name, with the nearest; for what is wrong in a file, with ``path:line``.
    """
    if is_file_name(name):
        return check(Path(name))
    if name in rule_set_names() and not recipe:
        return shipped(name)
    if recipe or name in recipe_names():
        return open_recipe(name)
    known = {*rule_set_names(), *recipe_names()}
    raise ConfigError(f"rules: unknown rule set or recipe {name!r}; {nearest(name, known)}")


def check(path: Path) -> Chapter:
    """Read a file as `clean` would, whichever it is, languages of the model included."""
    keys = load_yaml(path).value
    if isinstance(keys, dict) and not keys.keys().isdisjoint(("rules", "extends", "without")):
        return open_rule_set(path)
    return open_recipe(str(path))


def open_rule_set(path: Path) -> Chapter:
    """Read the file of a rule set; languages are checked as labels of the bundled model."""
    entry = load_yaml(path)
    rules = with_labels(load_rule_set(path, known_columns()), tuple(LANGUAGES))
    own_columns(rules)
    return Chapter(_text(entry, "name"), _text(entry, "why"), rules)


def open_recipe(name: str) -> Chapter:
    """Read a recipe by name or path."""
    recipe = load_recipe(name, columns_by_group(), tuple(CLEANERS))
    recipe = with_model(recipe, load_model(recipe.language_model).labels)
    return Chapter(recipe.name, recipe.description.strip(), recipe.all_rules(), recipe)


def _settings(recipe: Recipe) -> str:
    sets = Counter(rule.id.partition(".")[0] for rule in recipe.rules)
    duplicates = recipe.duplicates
    kinds = [] if duplicates is None else [k for k in ("exact", "near") if getattr(duplicates, k)]
    does = "dropped" if recipe.severity == "drop" else "flagged"
    rows = {
        "languages": ", ".join(recipe.languages) or "all",
        "cleaners": ", ".join(recipe.cleaners) or "none",
        "measures": ", ".join(recipe.features),
        "rules": ", ".join(f"{name} ({count})" for name, count in sets.items()) or "none",
        "duplicates": f"{' and '.join(kinds)} are {does}" if kinds else "are kept",
    }
    return "\n".join(f"{name:<10}  {value}" for name, value in rows.items())


def _units(rules: Sequence[Rule]) -> dict[str, str]:
    """Return the units of features; packages are asked only where a rule needs one of theirs."""
    units = {row.name: row.unit for row in built_in()}
    used = {condition.feature for rule in rules for condition in rule.conditions()}
    strange = {name for name in used if not name.startswith(OWN)} - units.keys()
    if strange <= CORPUS_COLUMNS.keys():
        return units
    return {row.name: row.unit for row in every()}


def _text(entry: Entry, key: str) -> str:
    found = entry.value.get(key)
    return "" if found is None else " ".join(found.text().split())


def _first(text: str) -> str:
    """Return the first sentence of a text, or its beginning."""
    sentence = re.split(r"\. (?=[A-Z])", " ".join(text.split()))[0].rstrip(".")
    return sentence if len(sentence) <= 72 else sentence[:71].rsplit(" ", 1)[0] + " …"
