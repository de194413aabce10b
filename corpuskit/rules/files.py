"""Rule sets as YAML files: read, extended, checked; every complaint names ``path:line``.

A set that ``extends`` another takes its rules, changes single keys of those that it names again,
and leaves out those under ``without``. Keys are put together before they are read, so a changed
rule goes through the same checks as any other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from corpuskit.config import Entry, load_yaml, nearest
from corpuskit.rules.rule import BOUNDS, NUMBERS, Bound, Condition, Rule
from corpuskit.rules.sets import find_rule_set
from corpuskit.schema import OWN

Columns = Mapping[str, pl.DataType]
SET_KEYS = ("name", "extends", "without", "source", "why", "when", "rules")
_RULE_KEYS = ("id", "feature", *BOUNDS, "when", "severity", "why", "source")
# Bounds that stand in each other's place: one of them given anew replaces what was there.
_SAME_SIDE = (("min", "above"), ("max", "below"), ("in", "not_in", "is"))
_QUANTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,6})?)")


@dataclass(frozen=True)
class _Draft:
    """A rule before it is read: its keys, those of the set that it comes from among them."""

    entry: Entry
    keys: Mapping[str, Entry]
    guards: tuple[Condition, ...]
    source: str
    note: str = ""


def load_rule_set(path: Path, features: Columns) -> tuple[Rule, ...]:
    """Read the rules of one YAML file, and of the sets that it extends.

    Parameters
    ----------
    path : file of one rule set.
    features : name and dtype of every column that a rule may use. ``column.NAME`` may always be
        used: the input's own column, whose type follows from the bounds.

    Raises
    ------
    ConfigError
        With ``path:line`` for an unknown key, feature or severity, a bound of the wrong type,
        two bounds on one side, a rule without a bound, an id given twice, a set that extends
        itself, or an id in `without` that the extended set does not have.
    """
    name, drafts = _drafts(path, features, ())
    return tuple(_rule(name, draft, features) for draft in drafts.values())


def _drafts(
    path: Path, features: Columns, readers: tuple[Path, ...]
) -> tuple[str, dict[str, _Draft]]:
    """Return the name of a set and its rules by id, in order."""
    entry = load_yaml(path)
    keys = entry.mapping(SET_KEYS, required=("name",))
    name = _identifier(keys["name"])
    if "rules" not in keys and "extends" not in keys:
        raise entry.fail("the key 'rules' is missing; add it, or extend another set")
    source = keys["source"].text() if "source" in keys else ""
    guards = _guards(keys.get("when"), features)
    drafts = {
        id: replace(draft, guards=guards + draft.guards)
        for id, draft in _extended(keys, path, features, readers).items()
    }
    seen: set[str] = set()
    for item in keys["rules"].items() if "rules" in keys else []:
        id = _identifier(item.mapping(_RULE_KEYS, required=("id",))["id"])
        if id in seen:
            raise item.fail(f"the rule {f'{name}.{id}'!r} is given twice; rename one")
        seen.add(id)
        drafts[id] = (
            _changed(drafts[id], item) if id in drafts else _new(item, guards, source, drafts)
        )
    return name, drafts


def _extended(
    keys: Mapping[str, Entry], path: Path, features: Columns, readers: tuple[Path, ...]
) -> dict[str, _Draft]:
    """Return the rules that a set takes from another, by id."""
    if "extends" not in keys:
        if "without" in keys:
            raise keys["without"].fail("there is nothing to leave out; add extends: NAME")
        return {}
    readers = (*readers, path)
    found = find_rule_set(keys["extends"], path.parent, path)
    if any(found.samefile(reader) for reader in readers):
        circle = " → ".join(reader.name for reader in (*readers, found))
        raise keys["extends"].fail(f"a set cannot extend itself ({circle}); take one of them out")
    _, drafts = _drafts(found, features, readers)
    known = tuple(drafts)
    for item in keys["without"].items() if "without" in keys else []:
        if item.text() not in known:
            raise item.fail(
                f"{found.name} has no rule {item.text()!r}; {nearest(item.text(), known)}"
            )
        if drafts.pop(item.text(), None) is None:
            raise item.fail(f"{item.text()!r} is left out twice; take one away")
    return drafts


def _new(
    item: Entry, guards: tuple[Condition, ...], source: str, extended: Mapping[str, _Draft]
) -> _Draft:
    keys = item.mapping(_RULE_KEYS)
    for key in ("feature", "why"):
        if key not in keys:
            id = keys["id"].text()
            hint = f" (no rule {id!r} to change; {nearest(id, extended)})" if extended else ""
            raise item.fail(f"the key {key!r} is missing; add it{hint}")
    return _Draft(item, keys, guards, source)


def _changed(draft: _Draft, item: Entry) -> _Draft:
    """Put single keys of a rule anew; what it measures and what it is called stay."""
    own = item.mapping(_RULE_KEYS)
    keys = dict(draft.keys)
    if "feature" in own and own["feature"].value != keys["feature"].value:
        raise own["feature"].fail(
            f"this rule measures {keys['feature'].value!r}; to measure something else, leave it "
            "out with without, and add a rule"
        )
    for same in _SAME_SIDE:
        if any(side in own for side in same):
            keys = {key: entry for key, entry in keys.items() if key not in same}
    sides = [side for side in BOUNDS if side in own]
    note = draft.note
    if sides and "why" not in own:
        was = " and ".join(_written(draft.keys, side) for side in BOUNDS if side in draft.keys)
        now = " and ".join(_written(own, side) for side in sides)
        note = f" Changed here to {now}, from {was}."
    elif "why" in own:
        note = ""
    return replace(draft, entry=item, keys={**keys, **own}, note=note)


def _written(keys: Mapping[str, Entry], side: str) -> str:
    value = keys[side].plain()
    return f"{side} {', '.join(map(str, value)) if isinstance(value, list) else value}"


def _rule(set_name: str, draft: _Draft, features: Columns) -> Rule:
    keys = draft.keys
    return Rule(
        id=f"{set_name}.{_identifier(keys['id'])}",
        keep=_condition(draft.entry, keys, features),
        when=draft.guards + _guards(keys.get("when"), features),
        severity=read_severity(keys["severity"]) if "severity" in keys else "drop",
        why=keys["why"].text() + draft.note,
        source=keys["source"].text() if "source" in keys else draft.source,
    )


def read_severity(entry: Entry) -> str:
    """Return ``drop`` or ``flag``."""
    if entry.text() not in ("drop", "flag"):
        raise entry.fail(f"severity is {entry.text()!r}; write drop or flag")
    return entry.text()


def _identifier(entry: Entry) -> str:
    name = entry.text()
    if not name.replace("_", "").replace("-", "").isalnum() or not name.isascii():
        raise entry.fail(f"{name!r} is not a plain name; use letters, digits, _ and -")
    return name


def _guards(entry: Entry | None, features: Columns) -> tuple[Condition, ...]:
    if entry is None:
        return ()
    entries = entry.items() if isinstance(entry.value, list) else [entry]
    guards = []
    for item in entries:
        keys = item.mapping(("feature", *BOUNDS), required=("feature",))
        guard = _condition(item, keys, features)
        for side, bound in guard.quantiles():
            raise keys[side].fail(f"a guard needs a number, found {bound!r}; write one")
        guards.append(guard)
    return tuple(guards)


def _condition(entry: Entry, keys: Mapping[str, Entry], features: Columns) -> Condition:
    feature = keys["feature"].text()
    sides = [side for side in BOUNDS if side in keys]
    if feature == OWN:
        raise keys["feature"].fail("which column? write column.NAME")
    if not feature.startswith(OWN) and feature not in features:
        raise keys["feature"].fail(f"unknown feature {feature!r}; {nearest(feature, features)}")
    if not sides:
        raise entry.fail(f"no bound on {feature!r}; give one of {', '.join(BOUNDS)}")
    lower, upper = {"min", "above"} & set(sides), {"max", "below"} & set(sides)
    others = set(sides) - lower - upper
    if len(lower) > 1 or len(upper) > 1 or len(others) > 1 or (others and (lower or upper)):
        raise entry.fail(f"the bounds {', '.join(sides)} do not go together; make two rules")
    dtype = own_dtype(feature, sides) or features[feature]
    place = f"{keys['feature'].path}:{keys['feature'].line}"
    return Condition(feature, tuple((s, read_bound(s, keys[s], dtype)) for s in sides), place)


def own_dtype(feature: str, sides: Sequence[str]) -> pl.DataType | None:
    """Return the type that bounds ask of a column of the input; None for a measured feature."""
    if not feature.startswith(OWN):
        return None
    if any(side in NUMBERS for side in sides):
        return pl.Float64()
    return pl.Boolean() if "is" in sides else pl.String()


def read_bound(side: str, entry: Entry, dtype: pl.DataType) -> Bound:
    """Return a bound that fits the type of its column; a quantile stays the text ``p10``."""
    if side in ("in", "not_in"):
        if dtype != pl.String:
            raise entry.fail(f"{side!r} needs a text feature, this one is {dtype}; use min or max")
        return tuple(item.text() for item in entry.items())
    if side == "is":
        if dtype != pl.Boolean:
            raise entry.fail(f"'is' needs a true/false feature, this one is {dtype}; use min, in")
        return entry.flag()
    if not dtype.is_numeric():
        raise entry.fail(f"{side!r} needs a number, this feature is {dtype}; use in, not_in or is")
    if isinstance(entry.value, str) and re.fullmatch(r"p[\d.]+", entry.value):
        return _quantile(entry)
    return entry.number()


def _quantile(entry: Entry) -> str:
    found = _QUANTILE.fullmatch(entry.text())
    if found is None or not 0 < float(found[1]) < 100:
        raise entry.fail(
            f"{entry.text()!r} is not a quantile; write p1 to p99, or a part such as p0.5"
        )
    return entry.text()
