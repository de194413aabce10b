"""What the declared data of features say, as rows and as a page: name, unit, type, definition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpuskit.config import nearest
from corpuskit.errors import ConfigError
from corpuskit.features import Feature
from corpuskit.features.groups import BY_LANGUAGE, OPTIONAL_GROUPS, TEXT_GROUPS, offers
from corpuskit.features.language import FEATURES as LANGUAGE_FEATURES


@dataclass(frozen=True)
class Listed:
    """One feature and where it comes from; `source` is its source and differences."""

    name: str
    group: str
    package: str
    dtype: str
    unit: str
    empty: float | int | bool | str
    definition: str
    source: str


def built_in() -> tuple[Listed, ...]:
    """List the features of corpuskit, in the order of its groups."""
    groups = [
        *((group.name, group.features) for group in TEXT_GROUPS),
        ("language", LANGUAGE_FEATURES),
        *((group.name, group.features) for group in (*BY_LANGUAGE, *OPTIONAL_GROUPS)),
    ]
    return tuple(row for name, features in groups for row in _rows(name, "corpuskit", features))


def every() -> tuple[Listed, ...]:
    """List all features, those of installed packages last."""
    others = offers().values()
    rows = (_rows(o.group.name, o.named, o.group.features) for o in others)
    return (*built_in(), *(row for group in rows for row in group))


def named(listed: Sequence[Listed], name: str) -> tuple[Listed, ...]:
    """Return the feature of a name, or all features of a group.

    Raises
    ------
    ConfigError
        With the nearest name.
    """
    found = tuple(row for row in listed if name in (row.name, row.group))
    if not found:
        known = {row.name for row in listed} | {row.group for row in listed}
        raise ConfigError(f"features: unknown feature or group {name!r}; {nearest(name, known)}")
    exact = tuple(row for row in found if row.name == name)
    # `language` is a group and a feature of it: the group shows both.
    return found if any(row.group == name for row in found) else exact


def units() -> dict[str, str]:
    """Return the unit of every built-in feature."""
    return {row.name: row.unit for row in built_in()}


def short_page(listed: Sequence[Listed]) -> str:
    """List features by group, a line each."""
    width = max(len(row.name) for row in listed)
    parts: list[str] = []
    group = ""
    for row in listed:
        if row.group != group:
            group = row.group
            parts.append(
                f"\n{group}" if row.package == "corpuskit" else f"\n{group} ({row.package})"
            )
        parts.append(f"  {row.name:<{width}}  {row.dtype:<7}  {row.unit}")
    return "\n".join(parts).strip()


def long_page(listed: Sequence[Listed]) -> str:
    """Tell everything that is declared of features."""
    return "\n\n".join(
        f"{row.name}\n"
        f"  group       {row.group} ({row.package})\n"
        f"  type, unit  {row.dtype}, {row.unit}\n"
        f"  empty text  {row.empty!r}\n"
        f"  definition  {row.definition}\n"
        f"  source      {row.source or 'Own.'}"
        for row in listed
    )


def _rows(group: str, package: str, features: Sequence[Feature]) -> Iterator[Listed]:
    for f in features:
        yield Listed(f.name, group, package, str(f.dtype), f.unit, f.empty, f.doc, f.why)
