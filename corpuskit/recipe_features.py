"""Which feature groups a recipe measures, and which columns its rules may use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from corpuskit.config import Entry, known_text
from corpuskit.rules import Rule
from corpuskit.schema import CORPUS_COLUMNS, OWN

# Coverage, shards and representatives need the size of every document; coverage, its noise too.
ALWAYS_MEASURED = ("characters", "noise", "language")
# The first needs an extra, the second a pass over the corpus, so "all features" leaves them out
# until a rule, or the section `repeats`, needs one of their columns.
MEASURED_ON_DEMAND = ("zh_words", "repeats")


def needed_groups(
    rules: Sequence[Rule],
    groups: Mapping[str, Mapping[str, pl.DataType]],
    always: Sequence[str] = ALWAYS_MEASURED,
) -> tuple[str, ...]:
    """Return the feature groups that rules need, and those that are always measured, in order."""
    used = {condition.feature for rule in rules for condition in rule.conditions()}
    used = {name for name in used if not name.startswith(OWN)} - CORPUS_COLUMNS.keys()
    needed = [
        name for name, columns in groups.items()
        if name in always or not used.isdisjoint(columns)
    ]  # fmt: skip
    others = used.difference(*groups.values())
    if others:
        needed += [name for name, columns in _offered().items() if not others.isdisjoint(columns)]
    return tuple(needed)


def chosen_groups(
    entry: Entry | None,
    groups: Mapping[str, Mapping[str, pl.DataType]],
    always: Sequence[str] = ALWAYS_MEASURED,
) -> tuple[str, ...] | None:
    """Return the groups that a recipe names; None leaves it to the rules."""
    if entry is None:
        return None
    if entry.value == "all":
        return tuple(name for name in groups if name not in MEASURED_ON_DEMAND)
    named = {item.value for item in entry.items()}
    every = groups if named <= groups.keys() else {**groups, **_offered()}
    wanted = {known_text(item, tuple(every), "feature group") for item in entry.items()}
    return tuple(name for name in every if name in wanted or name in always)


def with_needed(
    chosen: tuple[str, ...] | None, needed: tuple[str, ...], repeats: bool = False
) -> tuple[str, ...]:
    """Return the groups to measure: those that are named, else those that are needed.

    repeats : `repeats` is needed too.
    """
    if repeats:
        needed = (*(name for name in needed if name != "repeats"), "repeats")
    if chosen is None:
        return needed
    more = (name for name in needed if name in MEASURED_ON_DEMAND and name not in chosen)
    return (*chosen, *more)


def usable_columns(
    chosen: tuple[str, ...] | None, groups: Mapping[str, Mapping[str, pl.DataType]]
) -> Mapping[str, pl.DataType]:
    """Return what rules may use: the features of the groups that are named, else all."""
    from corpuskit.features.groups import KnownColumns

    if chosen is None:
        return KnownColumns({name: dtype for own in groups.values() for name, dtype in own.items()})
    on_demand = (name for name in MEASURED_ON_DEMAND if name in groups)
    possible = dict.fromkeys((*chosen, *on_demand))
    homes = (groups[name] if name in groups else _offered()[name] for name in possible)
    return {name: dtype for columns in homes for name, dtype in columns.items()}


def _offered() -> dict[str, dict[str, pl.DataType]]:
    """Return the groups of other packages; only asked for when a name is not built in."""
    from corpuskit.features.groups import offered_columns

    return offered_columns()
